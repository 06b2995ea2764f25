"""What settlement systems ask for beyond single conditions on elements: their days, and plain text."""

from collections.abc import Callable, Iterator
from functools import cache

from wissel.core.errors import InstallationError
from wissel.core.finding import Severity
from wissel.validation.rule import BlockRule, Flaw, Rule, RuleFacts, block_rule, described
from wissel.validation.rules.block_values import day_of
from wissel.validation.scope import Scope
from wissel.validation.settlement_days import calendars, closed_for
from wissel.xml.blocks.block import Block

_PATHS = ("IntrBkSttlmDt", "GrpHdr/IntrBkSttlmDt")
_FAMILIES = ("pacs.003", "pacs.004", "pacs.008", "pacs.009", "pacs.010")
_TITLES = {"target": "TARGET", "fedwire": "the Federal Reserve", "chaps": "CHAPS"}


def _check(calendar: str) -> Callable[[Block, Scope], Iterator[Flaw]]:
    def check(block: Block, _scope: Scope) -> Iterator[Flaw]:
        for path in _PATHS:
            day = day_of(block.text(path))
            reason = closed_for(calendar, day) if day is not None else None
            if reason is not None:
                message = f"{day} is {reason}; {_TITLES[calendar]} does not settle then."
                yield Flaw(message, block.shape.first[path], value=str(day))

    return check


@cache
def closed_day_rule(calendar: str) -> BlockRule:
    """The rule for a system's calendar. Raises InstallationError for one that is not known."""
    if calendar not in calendars():
        raise InstallationError(f"there is no calendar {calendar!r}; known are {', '.join(calendars())}")
    title, why = described(settlement_on_closed_day)
    facts = RuleFacts(
        code="SETTLEMENT-ON-CLOSED-DAY",
        title=title,
        why=why,
        severity=Severity.ERROR,
        source=f"calendar of {_TITLES[calendar]} (secondary source)",
        reason="DT01",
        families=_FAMILIES,
        optional=True,
    )
    return BlockRule(facts, ("message", "transaction"), _check(calendar), _PATHS)


def settlement_on_closed_day() -> None:
    """The settlement date is a day on which the system settles.

    On weekends and holidays of its own it is closed; a payment for such a day is refused. Holidays that a country
    declares for one year only are not known here.
    """


@block_rule(
    "TEXT-WITH-LINE-BREAK",
    ("message", "group", "transaction"),
    source="Federal Reserve Financial Services, ISO 20022 practices for free text (secondary source)",
    severity=Severity.WARNING,
    confidence="high",
    reason="CH16",
    optional=True,
)
def line_breaks(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Text has no line breaks.

    They are allowed, but systems on the way drop them or start a new field there.
    """
    for number, text in enumerate(block.texts):
        bare = text.strip()
        if "\n" in bare or "\r" in bare:
            yield Flaw("The text has a line break.", number, value=bare, hint="write it on one line")


@block_rule(
    "TEXT-BLANK",
    ("message", "group", "transaction"),
    source="Federal Reserve Financial Services, ISO 20022 practices for free text (secondary source)",
    severity=Severity.WARNING,
    confidence="high",
    reason="CH16",
    optional=True,
)
def blank_text(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A text has something in it besides blanks.

    An element of blanks says nothing, and older formats cannot carry it.
    """
    for number, text in enumerate(block.texts):
        if text and not text.strip() and "\n" not in text:
            yield Flaw("The element holds blanks only.", number, value=text, hint="leave the element out")


RULES: tuple[Rule, ...] = (closed_day_rule("target"), line_breaks, blank_text)
