"""Make the totals of a generated message agree with the transactions and entries in it."""

import re
from collections.abc import Mapping
from decimal import Decimal

from wissel.xml.writing.generate_values import data

_INDEX = re.compile(r"\[[0-9]+\]")
_AMOUNTS = (
    "IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt", "RvsdIntrBkSttlmAmt", "Amt/InstdAmt", "Amt/EqvtAmt/Amt",
    "InstdAmt", "RtrdInstdAmt", "RvsdInstdAmt", "OrgnlIntrBkSttlmAmt", "OrgnlInstdAmt",
)  # fmt: skip
"""Where the amount of a transaction stands below its element, best first."""
_SUMS = {
    "TtlIntrBkSttlmAmt": "IntrBkSttlmAmt",
    "TtlRtrdIntrBkSttlmAmt": "RtrdIntrBkSttlmAmt",
    "TtlRvsdIntrBkSttlmAmt": "RvsdIntrBkSttlmAmt",
}
"""Totals of a group header by the amount they add up."""


def with_totals(values: dict[str, str]) -> dict[str, str]:
    """``values`` with the counts and sums of group header, payments and statements worked out."""
    found = dict(values)
    transactions = _places(values, data()["transactions"])
    for path in values:
        above, _, tag = path.rpartition("/")
        owner = above.removesuffix("/GrpHdr")
        if owner == above and not above.endswith("/PmtInf") and not _INDEX.sub("", above).endswith("/PmtInf"):
            continue
        inside = [place for place in transactions if place.startswith(f"{owner}/")]
        if tag == "NbOfTxs" and inside:
            found[path] = str(len(inside))
        elif tag == "CtrlSum" and inside:
            found[path] = _sum(_amount(values, place) for place in inside)
        elif tag in _SUMS and inside:
            found[path] = _sum(values.get(f"{place}/{_SUMS[tag]}", "0") for place in inside)
    for path in values:
        if path.endswith("/TxsSummry/TtlNtries/NbOfNtries"):
            found |= _entry_totals(values, path.removesuffix("/TtlNtries/NbOfNtries"))
    return found


def _places(values: Mapping[str, str], tags: list[str]) -> list[str]:
    """The indexed paths of all outermost elements with one of these tags, in order."""
    step = re.compile(rf"^(.*?/(?:{'|'.join(map(re.escape, tags))})\[[0-9]+\])/")
    return list(dict.fromkeys(match[1] for path in values if (match := step.match(path))))


def _amount(values: Mapping[str, str], place: str) -> str:
    return next((values[f"{place}/{tag}"] for tag in _AMOUNTS if f"{place}/{tag}" in values), "0")


def _sum(amounts: object) -> str:
    return str(sum((Decimal(amount) for amount in amounts), Decimal(0)))  # type: ignore[attr-defined]


def _entry_totals(values: Mapping[str, str], summary: str) -> dict[str, str]:
    """What the summary of a statement says of its entries."""
    statement = summary.removesuffix("/TxsSummry")
    entries = [place for place in _places(values, ["Ntry"]) if place.startswith(f"{statement}/")]
    by_side: dict[str, list[Decimal]] = {"CRDT": [], "DBIT": []}
    for entry in entries:
        by_side[values[f"{entry}/CdtDbtInd"]].append(Decimal(values[f"{entry}/Amt"]))
    net = sum(by_side["CRDT"], Decimal(0)) - sum(by_side["DBIT"], Decimal(0))
    totals = {
        "TtlNtries/NbOfNtries": str(len(entries)),
        "TtlNtries/Sum": _sum([*by_side["CRDT"], *by_side["DBIT"]]),
        "TtlNtries/TtlNetNtry/Amt": str(abs(net)),
        "TtlNtries/TtlNetNtry/CdtDbtInd": "CRDT" if net >= 0 else "DBIT",
        "TtlNtries/TtlNetNtryAmt": str(abs(net)),
        "TtlCdtNtries/NbOfNtries": str(len(by_side["CRDT"])),
        "TtlCdtNtries/Sum": _sum(by_side["CRDT"]),
        "TtlDbtNtries/NbOfNtries": str(len(by_side["DBIT"])),
        "TtlDbtNtries/Sum": _sum(by_side["DBIT"]),
    }
    return {path: value for end, value in totals.items() if (path := f"{summary}/{end}") in values}
