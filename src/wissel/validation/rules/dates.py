"""Dates that cannot be meant: creation in the future, execution or settlement in the past. Impossible dates are the
schema's business. All of it warns: banks move dates rather than refuse them, and old files are checked too."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule, value_rule
from wissel.validation.scope import Scope
from wissel.validation.siblings import ending
from wissel.xml.blocks.block import Block

TIME_ZONE_DAYS = 1
"""Days that the date of a moment may differ from the date in UTC."""
AHEAD_DAYS_MAX = 366
"""Days after which a requested date looks like a slip of the pen."""
DATES_MAX = 1_000
"""Different dates remembered of one message, so that each is reported once."""

_REQUESTED = ("ReqdExctnDt", "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm", "ReqdColltnDt")
_SETTLED = {
    "message": ("GrpHdr/IntrBkSttlmDt",),
    "group": ("IntrBkSttlmDt",),
    "transaction": ("IntrBkSttlmDt",),
}


def day_of(text: str) -> date | None:
    """The day of a date or date-time, as written; None for one that the calendar of Python does not have."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"


@block_rule(
    "CREATION-TIME-IN-FUTURE",
    ("header", "message", "group"),
    source="ISO 20022 definition of CreationDateTime; the tolerance is ours",
    needs=("CreDt", "**/CreDtTm"),
    reason="DT02",
    severity=Severity.WARNING,
    confidence="medium",
)
def creation_time(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A message is not made later than it is checked.

    A creation time far ahead is a wrong clock or a test file; banks refuse some of them. One day ahead may be a time
    zone and passes.
    """
    created = block.shape.places.get("CreDt", ()) if block is scope.header else ()
    for number in (*created, *ending(block.shape, "CreDtTm")):
        text = block.texts[number].strip()
        day = day_of(text)
        if day is not None and (day - scope.as_of).days > TIME_ZONE_DAYS:
            ahead = _days((day - scope.as_of).days)
            message = f"The creation time {text} lies {ahead} after {scope.as_of}, the day of this check."
            yield Flaw(message, number, value=text, allowed=f"{scope.as_of} or earlier")


@dataclass(slots=True)
class _Days:
    """Each date of a message is looked at once, however many transactions have it."""

    paths: Mapping[str, tuple[str, ...]]
    earliest: date
    latest: date
    words: str
    seen: set[str] = field(default_factory=set)

    def look(self, block: Block) -> Iterable[Flaw]:
        first = block.shape.first
        for path in self.paths[block.kind]:
            number = first.get(path)
            if number is not None and block.texts[number] not in self.seen:
                return self.flaws(block, number)
        return ()

    def flaws(self, block: Block, number: int) -> Iterator[Flaw]:
        if len(self.seen) < DATES_MAX:
            self.seen.add(block.texts[number])
        text = block.texts[number].strip()
        day = day_of(text)
        if day is not None and not self.earliest <= day <= self.latest:
            by = (self.earliest - day).days if day < self.earliest else (day - self.latest).days
            limit, side = (self.earliest, "before") if day < self.earliest else (self.latest, "after")
            yield Flaw(
                f"{self.words} {text} lies {_days(by)} {side} {limit}.",
                number,
                value=text,
                allowed=f"{self.earliest} or later" if day < self.earliest else f"{self.latest} or earlier",
                hint="other places with this date are not listed",
            )


@running_rule(
    "REQUESTED-DATE-PAST",
    ("group",),
    source="practice of banks, secondary source",
    families=("pain.001", "pain.008", "pain.013"),
    reason="CH04",
    severity=Severity.WARNING,
    confidence="medium",
)
def requested_date_past(scope: Scope) -> _Days:
    """The day asked for execution or collection is not over.

    Banks refuse a past date or move it to their next business day; a direct debit also needs days of notice.
    """
    return _Days({"group": _REQUESTED}, scope.as_of, date.max, "The requested date")


@running_rule(
    "REQUESTED-DATE-FAR-AHEAD",
    ("group",),
    source="practice of banks, secondary source",
    families=("pain.001", "pain.008", "pain.013"),
    reason="CH03",
    severity=Severity.WARNING,
    confidence="medium",
)
def requested_date_far(scope: Scope) -> _Days:
    """The day asked for execution or collection is not more than a year ahead.

    Banks keep orders for some months at most; a date further off is mostly a wrong year.
    """
    latest = scope.as_of + timedelta(days=AHEAD_DAYS_MAX) if scope.as_of.year < date.max.year - 1 else date.max
    return _Days({"group": _REQUESTED}, date.min, latest, "The requested date")


@running_rule(
    "SETTLEMENT-DATE-PAST",
    ("transaction", "group", "message"),
    source="practice of settlement systems, secondary source",
    families=("pacs.003", "pacs.004", "pacs.007", "pacs.008", "pacs.009", "pacs.010"),
    reason="DT01",
    severity=Severity.WARNING,
    confidence="medium",
)
def settlement_date_past(scope: Scope) -> _Days:
    """The day of interbank settlement is not over.

    Systems do not settle for a day that is closed: they refuse the payment or settle it today.
    """
    return _Days(_SETTLED, scope.as_of, date.max, "The settlement date")


@value_rule(
    "TIME-OFFSET-MISSING",
    ("ISODateTime",),
    source="CBPR+ usage guidelines, secondary source",
    reason="DT02",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
)
def time_offset(text: str) -> Flaw | None:
    """A time says how far it is from UTC.

    Across time zones a bare time can be read as two different days; cross-border schemes ask for the offset.
    """
    if text.endswith("Z") or text[-6:-5] in ("+", "-"):
        return None
    hint = f"{text}+00:00 if it is UTC" if len(text) <= 40 else None
    return Flaw("The time has no offset from UTC.", allowed="a time with an offset, such as +01:00", hint=hint)


RULES: tuple[Rule, ...] = (
    creation_time,
    requested_date_past,
    requested_date_far,
    settlement_date_past,
    time_offset,
)
