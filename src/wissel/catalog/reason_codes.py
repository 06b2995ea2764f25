"""Which reason codes a scheme allows for an action: data in ``data/reason_codes.csv``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from wissel.catalog.tables import data_table

_CONFIDENCE = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """One code that may be given in one action of one scheme."""

    scheme: str
    """``sepa-sct``, ``sepa-sct-inst``, ``sepa-sdd-core``, ``sepa-sdd-b2b``, ``cbpr-plus``, ``rtp``, ``fednow``."""
    action: str
    """``reject``, ``return``, ``recall`` ..."""
    messages: tuple[str, ...]
    """Families that carry it: ``pacs.002``, ``pain.002``."""
    element: str
    """Path of the code below the message element."""
    code: str
    code_set: str | None
    """None where the element is a status of the message, not an external code."""
    list: str
    """``closed``: the scheme allows no other code; ``partial``: sources do not show the whole list; ``open``: any code
    of the set is allowed, these are usual."""
    time_limit: str
    """Of the action, in words; empty for none known."""
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class AllowedReasons:
    """What a scheme allows in one message for one code set, all actions together."""

    codes: Mapping[str, tuple[ReasonCode, ...]]
    closed: bool
    """True where no other code is allowed."""
    confidence: str
    """The lowest of the rows."""


@cache
def reason_codes() -> tuple[ReasonCode, ...]:
    """All rows, in the order of the table. Raises InstallationError where it is damaged."""
    return tuple(
        ReasonCode(scheme, action, tuple(messages.split()), element, code, code_set or None, *rest)
        for scheme, action, messages, element, code, code_set, *rest in data_table("reason_codes").rows
    )


@cache
def allowed_reasons(scheme: str, family: str, code_set: str | None) -> AllowedReasons | None:
    """The codes of a set that a scheme allows in a message such as ``pacs.004``; None where nothing is known.

    Where it is not ``closed``, or its confidence is not high, a code that is missing here deserves a warning at most.
    """
    rows = [
        row for row in reason_codes() if row.scheme == scheme and family in row.messages and row.code_set == code_set
    ]
    if not rows:
        return None
    codes: dict[str, tuple[ReasonCode, ...]] = {}
    for row in rows:
        codes[row.code] = (*codes.get(row.code, ()), row)
    closed = all(row.list == "closed" for row in rows)
    confidence = _CONFIDENCE[min(_CONFIDENCE.index(row.confidence) for row in rows)]
    return AllowedReasons(MappingProxyType(codes), closed, confidence)
