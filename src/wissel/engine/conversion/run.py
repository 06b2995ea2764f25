"""What was asked of a conversion, and one file on its way through it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from wissel.catalog.definitions import Catalog
from wissel.core.finding import Finding
from wissel.mapping.loss import Category, Loss
from wissel.routing.bank import Bank
from wissel.routing.funds import FundsInMemory as Funds
from wissel.xml.sources.source import Source

FINDINGS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    definition: str
    at: datetime
    """Aware: the moment of the conversion, which fixes identifiers, times and decisions."""
    bank: Bank | None = None
    settlement: str | None = None
    """Settlement method where no bank decides."""
    guideline: str = "iso"
    """By which results are checked where no bank decides."""
    accepts: str = "iso"
    """The guideline that an input has to keep; ``schema`` for its schema alone."""
    partial: bool = False
    """Convert what can be converted of a file in which some transactions cannot."""

    @property
    def moment(self) -> str:
        """The time as it is written."""
        return self.at.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Result:
    """One message that was written."""

    path: Path
    definition: str
    transactions: int | None
    total: str | None
    """Currency and amount; None where there is none."""


Record = Callable[[str, str | None, Loss], object]
"""Takes each loss with the name of the input and of the result, where it belongs to one."""


@dataclass(frozen=True, slots=True)
class Run:
    """One file on its way; what its parts share."""

    wish: Wish
    catalog: Catalog
    source: Source
    digest: str
    folder: Path
    name: str
    """The beginning of the names of its results."""
    record: Record
    funds: Funds
    """What accounts can pay: shared by all messages of all files of a call. Without a bank nobody asks."""
    losses: Counter[Category] = field(default_factory=Counter)
    results: list[Result] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    guidelines: dict[Path, str] = field(default_factory=dict)
    positions: dict[Path, Sequence[int]] = field(default_factory=dict)
    """Of the transactions of a result, in the input."""
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, loss: Loss, result: str | None = None) -> None:
        """Count a loss and hand it on."""
        self.losses[loss.category] += 1
        self.record(self.source.name, result, loss)

    def find(self, found: Finding, fatal: bool = True) -> None:
        """Keep a finding; beyond a limit, it is only counted. ``fatal``: it is not about one transaction alone."""
        self.counts["findings"] += 1
        self.counts["fatal"] += fatal
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(found)

    def path(self, definition: str) -> Path:
        """Where the next result is written."""
        self.counts["named"] += 1
        return self.folder / f"{self.name}-{self.counts['named']:04d}-{definition}.xml"

    def keep(self, result: Result, guideline: str) -> None:
        """Count a result that was written."""
        self.results.append(result)
        self.guidelines[result.path] = guideline
