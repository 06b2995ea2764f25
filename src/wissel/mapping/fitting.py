"""Whether a value that fits one type fits another, and what is done where it does not."""

from dataclasses import dataclass
from functools import lru_cache

from wissel.xml.xsd.schema_tree import SimpleType
from wissel.xml.xsd.values import ValueFault, check_value

_FACETS = tuple(name for name in SimpleType.__slots__ if name not in ("name", "enumeration"))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A value as the target takes it."""

    text: str | None
    """None where it cannot be made to fit."""
    why: str | None
    """What was done, or why it does not fit; None where it fits as it is."""
    fault: ValueFault | None = None


@lru_cache(maxsize=4096)
def always_fits(source: SimpleType, target: SimpleType) -> bool:
    """Whether every value of the source's type is one of the target's."""
    if source == target:
        return True
    if target.enumeration and not (source.enumeration and set(source.enumeration) <= set(target.enumeration)):
        return False
    if source.enumeration:
        return all(check_value(code, target) is None for code in source.enumeration)
    if all(getattr(source, name) == getattr(target, name) for name in _FACETS):
        return True
    return source.base == target.base == "string" and _wider(source, target)


def _wider(source: SimpleType, target: SimpleType) -> bool:
    """Whether the target's lengths hold those of the source, with the same patterns or none."""
    if target.patterns and target.patterns != source.patterns:
        return False
    low = source.length if source.length is not None else source.length_min or 0
    high = source.length if source.length is not None else source.length_max
    if target.length is not None:
        return low == high == target.length
    return (target.length_min or 0) <= low and (
        target.length_max is None or (high is not None and high <= target.length_max)
    )


def fit(text: str, target: SimpleType, may_be_cut: bool) -> Fitted:
    """A value for a type: as it is, cut where that may be, as the year of a date, or not at all."""
    fault = check_value(text, target)
    if fault is None:
        return Fitted(text, None)
    if fault.code == "VALUE-TOO-LONG" and may_be_cut:
        most = target.length_max if target.length_max is not None else target.length
        cut = text[:most].rstrip()
        if check_value(cut, target) is None:
            return Fitted(cut, f"{most} characters are what the target takes")
    if target.base == "gYear" and check_value(text[:4], target) is None and text[4:5] == "-":
        return Fitted(text[:4], "the target takes the year alone")
    return Fitted(None, fault.message, fault)
