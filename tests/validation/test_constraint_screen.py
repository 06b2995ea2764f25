"""Screens of constraints let through exactly the blocks that keep them: what is found is the same without screens."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest

from tests.cases import PatchError, base, found_in, patched
from wissel.core.finding import Finding
from wissel.validation import constraint_screen
from wissel.validation.case import Case, cases
from wissel.validation.constraint import Constraint
from wissel.xml.blocks.block import Block


def documents(every: Iterable[Case]) -> Iterator[tuple[bytes, Case]]:
    for case in every:
        for patches in (case.fails, case.passes):
            if patches is not None:
                with suppress(PatchError):  # a case that does not fit its message is told by test_cases.py
                    yield patched(base(case.on), patches), case


def found(every: list[tuple[bytes, Case]]) -> list[tuple[Finding, ...]]:
    return [found_in(document, case.guideline, case.as_of) for document, case in every]


def test_what_is_found_is_the_same_without_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    every = list(documents(cases()))
    with_screens = found(every)
    made: list[str] = []
    own = constraint_screen.screen_of

    def none(constraint: Constraint, block: Block) -> None:
        if own(constraint, block) is not None:
            made.append(constraint.facts.code)

    monkeypatch.setattr(constraint_screen, "screen_of", none)
    assert found(every) == with_screens
    assert len(set(made)) >= 20
