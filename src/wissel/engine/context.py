"""What is at hand while one file is worked on, and what comes of each of its messages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wissel.catalog.definitions import Catalog
from wissel.core.finding import Finding
from wissel.engine.checking import Check, check_here
from wissel.engine.conclusion import Made
from wissel.engine.database import Connection
from wissel.engine.draft import MEMORY_BYTES_MAX
from wissel.engine.memory import Memory
from wissel.engine.orders.warehouse import Waited
from wissel.engine.prepared import Prepared
from wissel.journal.journal import Writing
from wissel.journal.values import Key, Payment, Record, Status
from wissel.message.business_message import BusinessMessage
from wissel.routing.bank import Bank, Channel
from wissel.validation.report import MessageReport

if TYPE_CHECKING:
    from wissel.engine.orders.run import OrderRun

PutOff = Callable[[bytes, str, date], None]
"""Takes what was written, the guideline that it has to keep, and the day: to be checked elsewhere, before anything is
committed. Where the check fails, all is undone and done again with nothing put off."""
Sign = Callable[[Made, str], Made]
"""Signs what goes to a network (its name), where that wants it; the time is that of the record."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is at hand while one file is worked on. All times and identifiers come from the record."""

    bank: Bank
    catalog: Catalog
    connection: Connection
    journal: Writing
    """Takes payments and statuses that are many as soon as they are known."""
    record: Record
    channel: Channel
    folder: Path
    """For files that are made; it is thrown away afterwards."""
    sign: Sign
    path: Path = Path()
    """The file itself, where it stands now."""
    waited: Waited | None = None
    """What is released from the warehouse; None for a file that was handed over."""
    memory: Memory | None = None
    """What earlier files have worked out; None where nothing is to be remembered."""
    put_off: PutOff | None = None
    """None where everything is checked at once."""
    check: Check = check_here
    """Checks what was made."""
    ahead: "OrderRun | None" = None
    """The run through the file's one order, see :mod:`wissel.engine.orders.ahead`; None where there was none."""
    earlier: list["Effects"] = field(default_factory=list)
    """What came of the file's messages so far: the journal has it when the file is concluded."""
    claimed: set[Key] = field(default_factory=set)
    """The keys of those messages."""
    ordered: set[str] = field(default_factory=set)
    """Fingerprints of the payments that those messages ordered, see :mod:`wissel.engine.orders.duplicates`."""

    @property
    def at(self) -> datetime:
        """When the file was received: the time of everything that is made from it."""
        return self.record.receipt.received_at

    def puts_off(self, content: bytes | Path, guideline: str) -> bool:
        """Whether the check of what was written is put off, and need not be done now; large ones never are."""
        if self.put_off is None:
            return False
        if isinstance(content, Path):
            if content.stat().st_size > MEMORY_BYTES_MAX:
                return False
            content = content.read_bytes()
        self.put_off(content, guideline, self.at.date())
        return True


@dataclass(frozen=True, slots=True)
class Received:
    """One message of the file."""

    message: BusinessMessage
    report: MessageReport
    prepared: Prepared
    number: int
    """Which of the file's messages it is, from 1."""
    base: str
    """What every identifier made from this message begins from."""

    @property
    def definition(self) -> str:
        """Such as ``pain.001.001.09``; empty where it names none."""
        return self.message.definition or ""


@dataclass(frozen=True, slots=True)
class Effects:
    """What comes of one message."""

    accepted: bool
    """False where it is refused as a whole."""
    findings: tuple[Finding, ...] = ()
    """Beyond those of validation: entitlement, routing, duplicates ..."""
    made: tuple[Made, ...] = ()
    keys: tuple[Key, ...] = ()
    payments: Iterable[Payment] = ()
    statuses: Iterable[Status] = ()
    postings: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many transactions were ``sent``, ``booked``, ``rejected``, ``waiting``, ``returned`` ..."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """More for the report: decisions and such, values of JSON."""
    repeats: int | None = None
    """Record of the file whose stored answers are given again."""


Handler = Callable[[Context, Received], Effects]
"""What is done with a valid message of a family. Books through the context's connection."""
