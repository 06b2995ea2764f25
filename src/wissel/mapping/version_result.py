"""What a conversion gives beside the bytes it writes."""

from dataclasses import dataclass

from wissel.core.finding import Finding
from wissel.mapping.loss import Loss


@dataclass(frozen=True, slots=True)
class Conversion:
    """The outcome of one conversion. What was written is of use only where it was not refused."""

    findings: tuple[Finding, ...]
    """Why it was refused; none where it was converted."""
    losses: tuple[Loss, ...] = ()
    """What was not carried over as it was, in document order; none where they were handed over one by one."""

    @property
    def refused(self) -> bool:
        """Whether the message could not be converted."""
        return bool(self.findings)
