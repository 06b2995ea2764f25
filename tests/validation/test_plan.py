"""Plans ask quickly first: what is found is the same as where every check is run on every block."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date

import pytest

from tests.cases import PatchError, base, found_in, patched
from tests.validation.blocks import blocks_in
from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.validation import plan
from wissel.validation.book import TEXTS_MAX, book_of
from wissel.validation.case import Case, cases
from wissel.validation.guideline import load
from wissel.validation.plan import Plan, Step
from wissel.validation.rule import Test
from wissel.validation.scope import Scope
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

DEFINITION = "pain.001.001.09"


def documents() -> Iterator[tuple[bytes, Case]]:
    for case in cases():
        for patches in (case.fails, case.passes):
            if patches is not None:
                with suppress(PatchError):  # a case that does not fit its message is told by test_cases.py
                    yield patched(base(case.on), patches), case


def found(every: list[tuple[bytes, Case]]) -> list[tuple[Finding, ...]]:
    book_of.cache_clear()
    return [found_in(document, case.guideline, case.as_of) for document, case in every]


def test_what_is_found_is_the_same_where_no_check_has_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    every = list(documents())
    quickly = found(every)
    tested: set[str] = set()

    def add(draft: plan._Draft, step: Step, tests: Iterable[tuple[int, Test]] | None) -> None:
        if tests is not None:
            facts = [step.facts] if not isinstance(step, plan.ValueStep) else [facts for facts, _ in step.checks]
            tested.update(one.code for one in facts)
        draft.always.append(len(draft.steps))
        draft.steps.append(step)

    monkeypatch.setattr(plan._Draft, "add", add)
    assert found(every) == quickly
    book_of.cache_clear()
    assert len(tested) >= 100


def counted(document: bytes, case: Case, findings_max: int) -> tuple[str, dict[str, int]]:
    """The verdict, and how many findings there are of all, listed or not."""
    options = Options(case.as_of, case.guideline, Limits(findings_max=findings_max))
    report = validate(Source.from_bytes(document, "case"), options, default_catalog())
    listed = [one for one in report.all_findings if one.code != "FINDINGS-CAPPED"]
    capped = [one for one in report.all_findings if one.code == "FINDINGS-CAPPED"]
    beyond = sum(int(one.message.split(" ")[0].replace(",", "")) for one in capped)
    own = sum(one.stage in ("rule", "guideline") and not one.code.startswith("GUIDELINE-") for one in listed)
    return report.verdict.value, {"all": own + beyond}


def test_as_much_is_counted_as_would_be_listed() -> None:
    for document, case in documents():
        if found_in(document, "schema", case.as_of):
            continue  # what the schema finds counts too
        assert counted(document, case, 1) == counted(document, case, 1_000), case.place


def plan_of_a_transaction(guideline: str) -> tuple[Plan, Scope]:
    blocks = blocks_of(DEFINITION)
    scope = Scope(
        DEFINITION, "pain.001", default_catalog().tree(DEFINITION), blocks, None, None, None, date(2026, 11, 24)
    )
    transaction = next(one for one in blocks_in(base(DEFINITION).decode(), blocks) if one.kind == "transaction")
    return book_of(load(guideline), DEFINITION, None).plan(transaction, "transaction", scope), scope


def test_one_value_is_looked_at_once_for_all_who_go_by_it() -> None:
    made, _ = plan_of_a_transaction("sepa-sct")
    numbers = [look.number for look in made.looks]
    assert numbers == sorted(set(numbers))
    assert max(len(look.tests) for look in made.looks) > 2
    always = {made.steps[number].facts.code for number in made.always}  # type: ignore[union-attr]
    assert "CHARACTER-NOT-ALLOWED" in always
    assert "CURRENCY-NOT-EURO" not in always


def test_texts_that_are_right_are_forgotten_where_they_are_too_many() -> None:
    book_of.cache_clear()
    made, scope = plan_of_a_transaction("iso")
    book = book_of(load("iso"), scope.definition, None)
    made.looks[0].right.add("a text")
    book.remembered(TEXTS_MAX)
    assert made.looks[0].right == {"a text"}
    book.remembered(1)
    assert made.looks[0].right == set()
    book_of.cache_clear()
