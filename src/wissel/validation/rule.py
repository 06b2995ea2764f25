"""What a rule is: facts about it, and a small function that looks at values or blocks and says what is wrong.

A rule never sees XML: it sees one value, or one :class:`Block`. Rules are grouped by what they look at, so that each
block of a message is looked at once, all rules run on it, and it is forgotten: the same for one transaction and for a
million.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from wissel.core.finding import Severity
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a rule found wrong, before it is placed and named.

    ``number`` is which value of the block it is about (its place among ``block.shape.paths``); None for the block as a
    whole. ``path`` names an element below the block where it is not that value's own.
    """

    message: str
    number: int | None = None
    path: str | None = None
    value: str | None = None
    allowed: str | None = None
    hint: str | None = None
    reason: str | None = None
    """ISO reason code, where it is not the rule's own."""
    severity: Severity | None = None
    """Where it weighs less than the rule says."""
    source: str | None = None
    """Where the requirement rests on another source than the rule's own."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What is known of a rule beside its logic: shown by ``wissel explain`` and carried by its findings."""

    code: str
    """What is wrong, in capitals: ``CONTROL-SUM-DIFFERS``. Never reused for another meaning."""
    title: str
    """The requirement in one line."""
    why: str
    severity: Severity
    source: str
    """The standard or the scheme's document; ``secondary source`` where the fact rests on others' word only."""
    confidence: str = "high"
    """``high``, ``medium`` or ``low``: what is not high warns and never rejects."""
    reason: str | None = None
    """ISO external status reason code for a reply."""
    families: tuple[str, ...] = ()
    """Messages it is for, such as ``pain.001``; none for all."""
    effective_from: date | None = None
    effective_to: date | None = None
    """The last day on which it holds."""
    optional: bool = False
    """True for a rule that only guidelines which enable it by its code apply; the others hold everywhere."""

    def is_for(self, family: str) -> bool:
        """Whether it looks at messages of a family."""
        return not self.families or family in self.families


class ValueCheck(Protocol):
    """Says what is wrong with one value, white space around it removed; None where nothing is."""

    def __call__(self, text: str, /) -> Flaw | None:
        """The flaw of ``text``; None where it is right."""


KINDS = ("header", "message", "group", "transaction")
"""Kinds of blocks that rules look at."""
Screen = Callable[[str], object]
"""Answers None where a text is surely right, anything else where the rules have to look at it."""
Test = Callable[[str], bool]
"""True where a text, white space around it removed, is surely right. The same text always gets the same answer."""
Tests = tuple[tuple[int, Test], ...]
"""Values of a block by their numbers, each with a test."""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """Looks at every value of some types, wherever it stands. The same text always gets the same answer."""

    facts: RuleFacts
    types: tuple[str, ...]
    """Beginnings of XSD type names: ``IBAN2007Identifier``."""
    check: ValueCheck
    screen: Screen | None = None
    """A quick test, shared by rules that ask one question of a text; None where every text is checked."""
    by_type: Callable[[str, str], ValueCheck | None] | None = None
    """For a rule that depends on the XSD type: the check for a type in messages of a family, None for no check."""


@dataclass(frozen=True, slots=True)
class BlockRule:
    """Looks at blocks of some kinds, one at a time."""

    facts: RuleFacts
    kinds: tuple[str, ...]
    """Of ``header``, ``message``, ``group``, ``transaction``."""
    check: Callable[[Block, Scope], Iterable[Flaw]]
    needs: tuple[str, ...] = ()
    """Plain paths below the block of which at least one must be there for the rule to be asked; none for always.
    ``**/PstlAdr`` is an element of that name at any depth."""
    screen: Callable[[Block, Scope], Tests | None] | None = None
    """The values that decide in blocks shaped as this one, each with a test: where all pass the rule finds nothing, so
    that it is not asked; without any it never is. None where it has to be asked each time. What it answers may follow
    from the shapes of the block and those around it, and from definition and guideline, not from a value or the day."""
    count: Callable[[Block, Scope], int] | None = None
    """How many flaws it finds in a block: asked instead of it where their words go into no report."""


class Running(Protocol):
    """A rule's memory for one message: it is shown every block in order."""

    def look(self, block: Block) -> Iterable[Flaw]:
        """Take in a block, and say what is wrong with it in the light of those before."""


@dataclass(frozen=True, slots=True)
class RunningRule:
    """Looks at all blocks of a message together: counts, sums, duplicates."""

    facts: RuleFacts
    kinds: tuple[str, ...]
    start: Callable[[Scope], Running | None]
    """Begins a message; None where there is nothing to watch in it."""


Rule = ValueRule | BlockRule | RunningRule


def described(function: Callable[..., object]) -> tuple[str, str]:
    """Title and why of a rule from its docstring: the first line, and the rest as one paragraph."""
    lines = (function.__doc__ or "").strip().split("\n")
    return lines[0].strip(), " ".join(line.strip() for line in lines[1:] if line.strip())


def value_rule(
    code: str,
    types: tuple[str, ...],
    *,
    source: str,
    families: tuple[str, ...] = (),
    screen: Screen | None = None,
    reason: str | None = None,
    severity: Severity = Severity.ERROR,
    confidence: str = "high",
    optional: bool = False,
) -> Callable[[Callable[[str], Flaw | None]], ValueRule]:
    """Make a function a :class:`ValueRule`; its docstring is the rule's documentation."""

    def make(function: Callable[[str], Flaw | None]) -> ValueRule:
        title, why = described(function)
        facts = RuleFacts(code, title, why, severity, source, confidence, reason, families, optional=optional)
        return ValueRule(facts, types, function, screen)

    return make


def block_rule(
    code: str,
    kinds: tuple[str, ...],
    *,
    source: str,
    families: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    reason: str | None = None,
    severity: Severity = Severity.ERROR,
    confidence: str = "high",
    optional: bool = False,
    screen: Callable[[Block, Scope], Tests | None] | None = None,
) -> Callable[[Callable[[Block, Scope], Iterable[Flaw]]], BlockRule]:
    """Make a generator over a block a :class:`BlockRule`; its docstring is the rule's documentation."""

    def make(function: Callable[[Block, Scope], Iterable[Flaw]]) -> BlockRule:
        title, why = described(function)
        facts = RuleFacts(code, title, why, severity, source, confidence, reason, families, optional=optional)
        return BlockRule(facts, kinds, function, needs, screen)

    return make


def running_rule(
    code: str,
    kinds: tuple[str, ...],
    *,
    source: str,
    families: tuple[str, ...] = (),
    reason: str | None = None,
    severity: Severity = Severity.ERROR,
    confidence: str = "high",
    optional: bool = False,
) -> Callable[[Callable[[Scope], Running | None]], RunningRule]:
    """Make a class (or function that gives a :class:`Running`) a :class:`RunningRule`; its docstring is the rule's
    documentation."""

    def make(start: Callable[[Scope], Running | None]) -> RunningRule:
        title, why = described(start)
        facts = RuleFacts(code, title, why, severity, source, confidence, reason, families, optional=optional)
        return RunningRule(facts, kinds, start)

    return make
