"""Names and times of what is written: from the moment and the input's digest, so that the same input gives the same
bytes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

_DIGEST_CHARACTERS = 11
REFERENCE_CHARACTERS_MAX = 35
"""Of an identifier (Max35Text): 14 for the time, 11 of the digest, and as many as a million transactions need."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes one answer different from all others."""

    moment: datetime
    """Aware."""
    base: str
    """The message's identifier."""

    @property
    def created(self) -> str:
        """The moment as ISO 8601 writes it, with its offset in figures."""
        return self.moment.isoformat(timespec="seconds")

    @property
    def normalised(self) -> str:
        """The moment in UTC with Z, as headers of the first version want it."""
        return self.moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

    def item(self, number: int) -> str:
        """The identifier of one transaction of the answer."""
        return f"{self.base}-{number}"


def stamp(moment: datetime, digest: str, *what: str) -> Stamp:
    """The stamp of an answer: ``digest`` is that of the input, ``what`` tells apart several answers to it."""
    if moment.tzinfo is None:
        raise ValueError("a stamp needs an aware datetime")
    name = sha256("\n".join([digest, *what]).encode()).hexdigest()[:_DIGEST_CHARACTERS].upper()
    return Stamp(moment, f"{moment.astimezone(UTC):%Y%m%d%H%M%S}-{name}")
