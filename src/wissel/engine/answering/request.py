"""What is asked of an answer, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from wissel.catalog.definitions import Catalog
from wissel.core.finding import Finding, Severity
from wissel.message.business_message import BusinessMessage
from wissel.reply.stamp import Stamp, stamp
from wissel.reply.status import Choose
from wissel.validation.report import MessageReport
from wissel.xml.xsd.schema_tree import SchemaTree

if TYPE_CHECKING:
    from wissel.engine.answering.last_known import Ask

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Request:
    """An answer as it is asked for."""

    definition: str
    """Of the answer: ``pain.002.001.10``."""
    moment: datetime
    """Aware: identifiers, times and dates of the answer come from it."""
    status: str | None = None
    """None for what the findings come to."""
    reason: str | None = None
    transactions: tuple[int, ...] = ()
    """Those that status and reason are for; all where none is given."""
    others: str | None = None
    """Status of the rest; None for their last known one."""
    charges: Decimal | None = None
    """Taken from each return."""
    bic: str | None = None
    """Of the bank that answers; None for the one that the message was sent to."""
    last: BusinessMessage | None = None
    """The last report on the message."""
    original: BusinessMessage | None = None
    """The payment or order that the message is about."""
    beside: str = ""
    """Digest of these two: another report or payment gives an answer of another name."""
    journal: "Ask | None" = None
    """What the bank's journal knows of messages; asked where no last report is given."""
    choose: Choose | None = None
    """The status of each transaction, by who knows it; then neither status nor findings count."""
    whole: bool = False
    """The status is that of the message as a whole, and none of its transactions is looked at or named."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is answered, with what validation says of it."""

    message: BusinessMessage
    report: MessageReport
    digest: str
    """SHA-256 of its file."""
    number: int = 1
    """Which of the file's messages it is."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer."""

    definition: str
    findings: tuple[Finding, ...] = ()
    """Why it was refused, or what is worth saying of it."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many transactions have which status, or were returned (``returned``)."""
    guideline: str = "iso"
    """By which the answer is checked before it leaves."""

    @property
    def refused(self) -> bool:
        """True where nothing is to be sent."""
        return any(found.severity is Severity.ERROR for found in self.findings)


@dataclass(frozen=True, slots=True)
class Task:
    """One answer in the making."""

    received: Received
    request: Request
    catalog: Catalog
    tree: SchemaTree
    """Of the answer's definition."""

    @property
    def stamp(self) -> Stamp:
        """Identifiers of the answer: the same for the same request about the same bytes."""
        request = self.request
        return stamp(
            request.moment,
            self.received.digest + request.beside,
            str(self.received.number),
            request.definition,
            f"{request.status} {request.reason} {sorted(request.transactions)} {request.others} {request.charges}",
        )

    @property
    def day(self) -> date:
        """The day of the answer."""
        return self.request.moment.date()
