"""The house keeps its own rules: layers, places, sizes, docs, codes, folders (see house_rules.py).

Exceptions are written down here, each with its reason; one that is no longer needed fails too.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from benchmarks.messages import Shape, write_file
from tests import house_rules as house
from tests.house_rules import Module
from wissel.validation.known_rules import known_rules

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "wissel"
MODULES = [house.module_of(path, PACKAGE) for path in sorted(PACKAGE.rglob("*.py"))]

DATACLASSES_REVIEWED: dict[str, str] = {
    "ledger.bookings:Booked": "gathers what the bookings of one account come to",
    "ledger.statement:Sums": "adds up entries while they are written",
    "validation.execute:Findings": "gathers what the rules find in one message",
    "xml.parts.inspection:_Attempt": "gathers what one way through a file finds",
    "xml.parts.reading:Checked": "how far the check of one part has come",
    "xml.parts.reading:Reading": "gathers what one reading finds",
    "xml.explaining.content:Child": "counts one child while its element is open",
    "xml.explaining.explain:Explanation": "gathers the findings of one pass",
    "xml.xsd.schema_tree:SchemaTree": "one per definition, remembered by the catalogue",
}
FLOAT_REVIEWED: dict[str, str] = {"xml.writing.generate": "a probability"}
"""Modules that may name the type float: what for."""
IMPURE_REVIEWED: dict[str, str] = {}
"""``module uses name``: why."""
INHERITANCE_REVIEWED: dict[str, str] = {
    "xml.parts.schema _CountingTarget": "a parser target that does nothing, and one that does a little more",
}
"""``module Class``: why."""
NO_CODES: set[str] = set()
"""Strings in capitals and hyphens that are no finding codes."""
CODES_NOT_YET_USED: set[str] = set()
"""Codes of the catalogue that no module reports yet."""
STAGES_WITH_SAMPLES = {"schema"}
NO_SAMPLE_REVIEWED: dict[str, str] = {
    "SCHEMA-VIOLATION": "no bundled schema has what only libxml2 can judge; tests/xml/test_schema_violation.py",
}
"""Codes that no sample can show: why."""

TOP_LEVEL = {
    "pyproject.toml", "schemas", "src", "tests", "samples", "README.md", "Makefile", "LICENSE", "NOTICE",
    "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks", ".ci", ".gitignore",
}  # fmt: skip


def none(offences: Iterable[str]) -> None:
    """Fail with the list of offences, one a line, if there is any."""
    if found := list(offences):
        pytest.fail("\n".join(found), pytrace=False)


def tracked() -> list[str]:
    """Paths under version control; in an unpacked source archive, every file there is."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]


def catalogue() -> dict[str, dict[str, str]]:
    return {
        code: {"stage": path.stem, **row}
        for path in sorted((PACKAGE / "core" / "data" / "codes").glob("*.toml"))
        for code, row in tomllib.loads(path.read_text("utf-8")).items()
    }


# --- the code as it stands ---


@pytest.mark.parametrize(
    "rule",
    [
        house.layer_offences,
        house.third_party_offences,
        house.size_offences,
        house.docstring_offences,
        house.output_offences,
    ],
    ids=lambda rule: rule.__name__,
)
def test_every_module_keeps(rule: Callable[[Module], Iterable[str]]) -> None:
    none(offence for module in MODULES for offence in rule(module))


def test_every_folder_is_a_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(house.RANK)


def reviewed(found: dict[str, str], allowed: Iterable[str]) -> list[str]:
    """Offences that nobody reviewed, and reviews that nothing needs."""
    unexpected = [text for key, text in found.items() if key not in allowed]
    stale = [f"{key} is reviewed but no longer needed" for key in allowed if key not in found]
    return [*unexpected, *stale]


def test_dataclasses_are_frozen_and_slotted() -> None:
    # a running rule's memory of one message (validation.rule.Running) is what changes by its nature
    found = {key: text for module in MODULES for key, text in house.dataclass_offences(module)}
    memories = {key for key in found if key.startswith("validation.rules.") and ":_" in key}
    none(reviewed({key: text for key, text in found.items() if key not in memories}, DATACLASSES_REVIEWED))


def test_clock_random_and_environment_stand_in_their_two_modules() -> None:
    found = {
        re.sub(r":\d+| without a seed|: only .*", "", text): text
        for module in MODULES
        for text in house.purity_offences(module)
    }
    none(reviewed(found, IMPURE_REVIEWED))


def test_nothing_but_exceptions_inherits() -> None:
    found = {re.sub(r":\d+| inherits from .*", "", text): text for text in house.inheritance_offences(MODULES)}
    none(reviewed(found, INHERITANCE_REVIEWED))


def test_the_type_float_is_not_used() -> None:
    found = {module.name: text for module in MODULES for text in house.float_offences(module)}
    none(reviewed(found, FLOAT_REVIEWED))


def test_tests_and_benchmarks_keep_their_size() -> None:
    paths = [*sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
    modules = [Module(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]
    none(offence for module in modules for offence in house.size_offences(module))


def loaded_by(code: str, *arguments: str) -> set[str]:
    """The modules that are loaded once ``code`` has run and were not before."""
    code = f"import sys; old = set(sys.modules); {code}; print('loaded', *set(sys.modules) - old)"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True)
    return set(done.stdout.rpartition("loaded ")[2].split())


def tops(modules: set[str]) -> set[str]:
    return {name.split(".")[0] for name in modules}


HEAVY = {"rich", "xmlschema", "multiprocessing", "concurrent", "sqlite3", "asyncio", "ssl", "http", "email"}


def test_the_command_line_starts_light() -> None:
    """Importing it loads click and small modules of our own: a check of one file must start at once."""
    loaded = loaded_by("import wissel.cli.main")
    assert "wissel.cli.main" in loaded
    assert tops(loaded) & (HEAVY | {"lxml"}) == set()
    layers = {name.split(".")[1] for name in loaded if name.startswith("wissel.")}
    assert layers & set(house.RANK) <= {"core", "cli"}


def test_a_check_of_one_valid_file_loads_only_what_it_needs(tmp_path: Path) -> None:
    write_file(Shape("pacs.008.001.08", 1, wrapped=True), tmp_path / "one.xml")
    loaded = loaded_by("from wissel.cli.main import main; main(['validate', sys.argv[1]])", str(tmp_path / "one.xml"))
    assert {"wissel.validation.validate", "wissel.validation.judge"} <= loaded
    assert tops(loaded) & (HEAVY | {"socket", "tempfile", "shutil", "zipfile", "random", "difflib"}) == set()
    assert "wissel.validation.choose" not in loaded
    assert not any(name.startswith("wissel.validation.rules.scheme_") for name in loaded)


# --- finding codes ---


def test_every_code_in_the_source_is_in_the_catalogue() -> None:
    known = set(catalogue()) | set(known_rules()) | NO_CODES
    none(
        f"{module.name}:{line} {code}"
        for module in MODULES
        for line, code in house.codes_used(module)
        if code not in known
    )


def test_a_code_belongs_to_one_stage() -> None:
    files = sorted((PACKAGE / "core" / "data" / "codes").glob("*.toml"))
    codes = [code for path in files for code in tomllib.loads(path.read_text("utf-8"))]
    none(code for code in set(codes) if codes.count(code) > 1)


def test_every_code_of_the_catalogue_is_reported_somewhere() -> None:
    used = {code for module in MODULES for _, code in house.codes_used(module)}
    found = {code: f"{code} is in the catalogue, and no module reports it" for code in catalogue() if code not in used}
    none(reviewed(found, CODES_NOT_YET_USED))


def test_every_schema_code_has_a_sample_named_by_it() -> None:
    folder = ROOT / "samples" / "invalid"
    if not folder.is_dir():
        pytest.skip("samples/invalid is not there yet")
    names = [path.stem for path in folder.rglob("*") if path.is_file()]
    codes = [code for code, row in catalogue().items() if row["stage"] in STAGES_WITH_SAMPLES]
    found = {code: f"samples/invalid/{code}.xml is missing" for code in codes if not house.named_by(code, names)}
    none(reviewed(found, NO_SAMPLE_REVIEWED))


# --- the checkout ---


def test_the_top_level_holds_only_what_is_agreed() -> None:
    assert {name.split("/")[0] for name in tracked()} == TOP_LEVEL


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    places = re.compile(rb"(?<![\w.])/(work|root|home|Users)/\w|[A-Z]:\\\\?Users")
    found = [
        f"{name}: {hit.group().decode()}"
        for name in tracked()
        if not name.endswith((".xsd", ".gz", ".zip")) and (hit := places.search((ROOT / name).read_bytes()))
    ]
    none(found)
