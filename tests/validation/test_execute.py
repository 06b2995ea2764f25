"""The machinery that runs rules: what is asked how often, and what happens where a rule breaks down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tests.cases import base
from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding, Severity
from wissel.validation.execute import Findings, Run
from wissel.validation.guideline import Guideline, load
from wissel.validation.rule import BlockRule, Flaw, RunningRule, ValueRule, block_rule, running_rule, value_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.place import Place

DEFINITION = "pain.001.001.09"
IBAN = ("IBAN2007Identifier",)


def guideline(*rules: ValueRule | BlockRule | RunningRule) -> Guideline:
    return replace(
        load("iso"),
        values=tuple(one for one in rules if isinstance(one, ValueRule)),
        blocks=tuple(one for one in rules if isinstance(one, BlockRule)),
        running=tuple(one for one in rules if isinstance(one, RunningRule)),
        constraints=(),
    )


def run(*rules: ValueRule | BlockRule | RunningRule) -> list[Finding]:
    return limited(100, Severity.INFO, *rules).found


def limited(limit: int, least: Severity, *rules: ValueRule | BlockRule | RunningRule) -> Findings:
    blocks = blocks_of(DEFINITION)
    assert blocks is not None
    tree = default_catalog().tree(DEFINITION)
    scope = Scope(DEFINITION, "pain.001", tree, blocks, None, None, None, date(2026, 11, 24))
    findings = Findings(limit, least)
    running = Run(guideline(*rules), scope, findings, frozenset())
    reader = BlockReader(blocks.transactions, blocks.groups)
    for block in reader.blocks([base(DEFINITION)], Place(1, 1)):
        running.look(block, block.kind)
    return findings


def test_rules_with_one_screen_are_asked_only_what_it_suspects() -> None:
    screened: list[str] = []
    asked: list[str] = []

    def screen(text: str) -> str | None:
        screened.append(text)
        return text if text.startswith("AT") else None

    @value_rule("FIRST", IBAN, source="test", screen=screen)
    def first(text: str) -> Flaw | None:
        """Title."""
        asked.append(f"first {text}")
        return Flaw("wrong")

    @value_rule("SECOND", IBAN, source="test", screen=screen)
    def second(text: str) -> Flaw | None:
        """Title."""
        asked.append(f"second {text}")
        return None

    found = run(first, second)
    assert screened == ["NL37WISL0417164300", "AT611904300234573201", "DE66370501980012345678"]
    assert asked == ["first AT611904300234573201", "second AT611904300234573201"]
    assert [(one.code, one.value, one.transaction) for one in found] == [("FIRST", "AT611904300234573201", 2)]


def test_a_rule_by_type_gets_the_type_and_the_family() -> None:
    given: list[tuple[str, str]] = []

    def by_type(type_name: str, family: str) -> None:
        given.append((type_name, family))

    @value_rule("ANY", ("BICFI",), source="test")
    def rule(text: str) -> Flaw | None:
        """Title."""
        return Flaw("never asked")

    assert run(replace(rule, by_type=by_type)) == []
    assert set(given) == {("BICFIDec2014Identifier", "pain.001")}


def test_a_value_rule_for_other_messages_is_not_asked() -> None:
    @value_rule("OTHER", IBAN, source="test", families=("pacs.008",))
    def rule(text: str) -> Flaw | None:
        """Title."""
        return Flaw("never asked")

    assert run(rule) == []


def broken(block: Block) -> Iterator[Flaw]:
    yield Flaw("the first flaw is kept")
    raise ZeroDivisionError


def test_a_rule_that_breaks_down_does_not_let_the_message_pass() -> None:
    class Broken:
        def look(self, block: Block) -> Iterator[Flaw]:
            return broken(block)

    @value_rule("BY-VALUE", IBAN, source="test")
    def by_value(text: str) -> Flaw | None:
        """Title."""
        raise KeyError(text)

    @block_rule("BY-BLOCK", ("group",), source="test")
    def by_block(block: Block, scope: Scope) -> Iterator[Flaw]:
        """Title."""
        return broken(block)

    @running_rule("BY-RUN", ("message",), source="test")
    def by_run(scope: Scope) -> Broken:
        """Title."""
        return Broken()

    found = run(by_value, by_block, by_run)
    assert [one.code for one in found] == [
        "RULE-FAILED",
        "RULE-FAILED",
        "RULE-FAILED",
        "BY-BLOCK",
        "RULE-FAILED",
        "BY-RUN",
        "RULE-FAILED",
    ]
    assert {one.severity for one in found} == {"error"}
    assert "BY-VALUE" in found[0].message
    assert "ZeroDivisionError" in found[-1].message


def test_a_screen_that_breaks_leaves_the_word_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    def screen(text: str) -> None:
        raise RuntimeError

    @value_rule("AFTER-ALL", IBAN, source="test", screen=screen)
    def rule(text: str) -> Flaw | None:
        """Title."""
        return Flaw("looked at all the same") if text.startswith("NL") else None

    assert [one.value for one in run(rule)] == ["NL37WISL0417164300"]


def test_where_errors_are_asked_for_what_weighs_less_takes_no_room_of_theirs() -> None:
    @value_rule("LIGHT", IBAN, source="test", severity=Severity.WARNING)
    def light(_: str) -> Flaw | None:
        """Title."""
        return Flaw("odd")

    @value_rule("LIGHTENED", IBAN, source="test")
    def lightened(_: str) -> Flaw | None:
        """Title."""
        return Flaw("odd", severity=Severity.WARNING)

    @value_rule("HEAVY", IBAN, source="test")
    def heavy(_: str) -> Flaw | None:
        """Title."""
        return Flaw("wrong")

    some = limited(3, Severity.ERROR, light, lightened, heavy)
    assert [one.code for one in some.found] == ["HEAVY"] * 3
    assert (some.beyond, some.errors_beyond) == (0, 0)
    all_of_them = limited(3, Severity.INFO, light, lightened, heavy)
    assert [one.code for one in all_of_them.found] == ["LIGHT", "LIGHTENED", "HEAVY"]
    assert (all_of_them.beyond, all_of_them.errors_beyond) == (6, 2)
