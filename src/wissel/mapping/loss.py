"""What a conversion did not carry over as it was: each instance is recorded, none is silent."""

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What became of a value."""

    TRUNCATED = "TRUNCATED"
    """It was cut to what the target can hold."""
    DROPPED = "DROPPED"
    """The target has no place for it."""
    DEFAULTED = "DEFAULTED"
    """The target needs a value that the original does not have; a default was taken."""
    CONSUMED = "CONSUMED"
    """It was addressed to us, and was obeyed instead of being passed on."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One value that is not in the target as it was in the original."""

    category: Category
    original_path: str | None
    """Indexed path in the original, as reports print it; None for a value that has no original."""
    target_path: str | None
    """Likewise in the target; None for a value that is not there."""
    before: str | None
    after: str | None
    why: str
    """A plain sentence."""
    transaction: int | None = None
    """Transaction of the original, from 1."""
