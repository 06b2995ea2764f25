# Two commands do everything: `make demo` and `make test`. Each sets up .venv itself when it has to.
#   make demo       two days of a made-up bank in demo-bank/, and what came of them
#   make test       all tests
#   make check      what continuous integration runs: lint, types, generated files, house rules, tests
#   make samples    checks every message in samples/ and shows the result
#   make bench      one table of times and memory beside other validators (BENCH="--large" for 1,000,000)
#   make write      write the generated files anew
VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$each"; break; }; done)
# names what the environment was made from; any difference makes it anew
STAMP = $(CURDIR) $$(cksum pyproject.toml)

.DEFAULT_GOAL := test
.PHONY: ready demo samples test house check lint format types generated write bench clean

# The stamp is written last: an installation that was interrupted has none and starts again.
ready:
	@if [ "$$(cat $(VENV)/.ready 2>/dev/null)" != "$(STAMP)" ] || ! $(PY) -c '' 2>/dev/null; then \
		$(MAKE) --no-print-directory install; fi

.PHONY: install
install:
	@test -n "$(PYTHON)" || { echo "wissel needs Python 3.11 or newer, and none of python3, python3.13," \
		"python3.12, python3.11 is one; name it with: make PYTHON=/path/to/python" >&2; exit 3; }
	@rm -f $(VENV)/.ready
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && $(PY) -m pip --version >/dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear $(VENV) \
		|| { echo "$(PYTHON) cannot make a virtual environment: install its venv module" \
		"(Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 3; }
	@echo "installing into $(VENV) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@echo "$(STAMP)" > $(VENV)/.ready

demo: ready
	@$(PY) samples/demo.py

samples: ready
	@$(PY) samples/check_samples.py

test: ready
	@$(PY) -m pytest -n auto --dist loadfile

house: ready
	@$(PY) -m pytest tests/test_house.py tests/test_house_rules.py

lint: ready
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: ready
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

types: ready
	@$(PY) -m mypy

generated: ready
	@$(PY) -m tests.generated --check

write: ready
	@$(PY) -m tests.generated --write

check: ready
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory generated
	@$(MAKE) --no-print-directory house
	@$(MAKE) --no-print-directory test

bench: ready
	@$(PY) -m benchmarks $(BENCH)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
