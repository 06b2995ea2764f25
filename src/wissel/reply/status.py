"""What is reported of one transaction: status, reasons, and what booking knows of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from wissel.reply.completeness import fits
from wissel.reply.copying import place
from wissel.reply.reason import Reason
from wissel.xml.blocks.block import Block
from wissel.xml.xsd.schema_tree import SchemaTree

_STATUSES_MAX = 512


@dataclass(frozen=True, slots=True)
class Status:
    """What is said of one transaction."""

    code: str | None
    """None to name the transaction without a status."""
    reasons: tuple[Reason, ...] = ()
    accepted: str | None = None
    """When it was accepted (AcceptanceDateTime)."""
    settlement_date: str | None = None
    """The day on which banks settled it (EffectiveInterbankSettlementDate)."""
    servicer_reference: str | None = None
    """The account servicer's own booking reference."""
    clearing_reference: str | None = None
    """That of the clearing system, where the original has none of its own."""
    listed: bool = True
    """False where the transaction is counted and not named in the report."""


Choose = Callable[[Block], Status]
"""The status of a transaction."""


@dataclass(frozen=True, slots=True)
class Statuses:
    """The same status for all transactions but some, by number."""

    others: Status
    chosen: Mapping[int, Status] = field(default_factory=dict)

    def __call__(self, block: Block) -> Status:
        """The status of a transaction."""
        return self.chosen.get(block.number, self.others) if self.chosen else self.others


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """Paths and their constant values in a transaction of a report; the same object for the same status."""

    paths: tuple[str, ...]
    texts: tuple[str, ...]


def reason_values(
    tree: SchemaTree, below: str, tag: str, reasons: tuple[Reason, ...], bic: str | None
) -> list[tuple[str, str]]:
    """Reasons as values below an element: code, who says so where its BIC is given, and texts."""
    found: list[tuple[str, str]] = []
    for number, reason in enumerate(reasons, 1):
        start = tag if number == 1 else f"{tag}[{number}]"
        originator = place(tree, below, f"{tag}/Orgtr/Id/OrgId/AnyBIC")
        if bic is not None and originator is not None and fits(tree, f"{below}/{originator}", bic):
            found.append((f"{start}{originator[len(tag) :]}", bic))
        found.append((f"{start}/Rsn/Cd", reason.code))
        for line, text in enumerate(reason.told, 1):
            found.append((f"{start}/AddtlInf" + (f"[{line}]" if line > 1 else ""), text))
    return found


class StatusWriter:
    """The values of statuses in one definition, worked out once for each status."""

    __slots__ = ("_below", "_bic", "_tree", "values")

    def __init__(self, tree: SchemaTree, below: str, bic: str | None) -> None:
        """``below`` is the path of the transaction's element, ``bic`` that of who reports."""
        self._tree, self._below, self._bic = tree, below, bic
        self.values = lru_cache(maxsize=_STATUSES_MAX)(self._values)

    def _values(self, status: Status) -> Written:
        found: list[tuple[str, str]] = [("TxSts", status.code)] if status.code is not None else []
        found += reason_values(self._tree, self._below, "StsRsnInf", status.reasons, self._bic)
        optional = (
            ("AccptncDtTm", status.accepted),
            ("FctvIntrBkSttlmDt/Dt", status.settlement_date),
            ("AcctSvcrRef", status.servicer_reference),
            ("ClrSysRef", status.clearing_reference),
        )
        for path, text in optional:
            if text is not None and (there := place(self._tree, self._below, path)) is not None:
                found.append((there, text))
        return Written(tuple(path for path, _ in found), tuple(text for _, text in found))
