"""What is wrong with an identifier: one shape for all of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One fault of an identifier, the most telling one where there are several."""

    reason: str
    """Stable word for the kind of fault (``length``, ``check-digits`` ...); the module of the check lists its own."""
    message: str
    """A plain sentence with the numbers."""
    allowed: str | None = None
    """What is right at this place."""
    hint: str | None = None
    """How to mend it, where that can be said. A repair that only fits is never said to be the right one."""
