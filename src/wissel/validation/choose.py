"""Choose the usage guideline for a message from what it says of itself. Data in ``choose.toml``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from wissel.validation.names import ISO
from wissel.validation.rows import rows_of
from wissel.xml.blocks.block import Block

_TYPE = ("PmtTpInf", "GrpHdr/PmtTpInf", "OrgnlTxRef/PmtTpInf")
_SETTLEMENT = ("GrpHdr/SttlmInf", "OrgnlTxRef/SttlmInf")
_AMOUNTS = (
    "IntrBkSttlmAmt/@Ccy", "RtrdIntrBkSttlmAmt/@Ccy", "Amt/InstdAmt/@Ccy", "InstdAmt/@Ccy", "OrgnlIntrBkSttlmAmt/@Ccy",
    "OrgnlTxRef/Amt/InstdAmt/@Ccy", "OrgnlTxRef/IntrBkSttlmAmt/@Ccy",
)  # fmt: skip
_PLACES: Mapping[str, tuple[str, ...]] = {
    "service_level": tuple(f"{one}/SvcLvl/Cd" for one in _TYPE),
    "local_instrument": tuple(f"{one}/LclInstrm/Cd" for one in _TYPE),
    "clearing_system": tuple(f"{one}/ClrSys/{kind}" for one in _SETTLEMENT for kind in ("Cd", "Prtry")),
    "settlement_method": tuple(f"{one}/SttlmMtd" for one in _SETTLEMENT),
    "currency": _AMOUNTS,
}
_HEADER = {"business_service": "BizSvc", "market_practice": "MktPrctc/Id"}
_ACCOUNTS = ("DbtrAcct/Id/IBAN",)
_WORDS = {
    "business_service": "the business service",
    "market_practice": "the market practice",
    "service_level": "the service level",
    "local_instrument": "the local instrument",
    "clearing_system": "the clearing system",
    "settlement_method": "the settlement method",
    "currency": "the currency",
    "account_country": "the country of the debtor's account",
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What a message says of the network it is for."""

    family: str
    values: Mapping[str, tuple[str, ...]]
    """Kind of sign, such as ``service_level``, and what it says."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A guideline, and why this one."""

    guideline: str
    why: str


@cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    return tuple(rows_of("choose.toml")["choice"])


def signs_of(family: str, header: Block | None, block: Block | None) -> Signs:
    """The signs in a header and in a block with those around it."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, path in _HEADER.items():
        text = header.text(path) if header is not None else None
        if text:
            found[kind] = (text,)
    around = list(_around(block))
    for kind, paths in _PLACES.items():
        texts = tuple(dict.fromkeys(text for one in around for path in paths for text in one.all_texts(path)))
        if texts:
            found[kind] = texts
    accounts = tuple(text[:2] for one in around for path in _ACCOUNTS for text in one.all_texts(path))
    if accounts:
        found["account_country"] = accounts
    return Signs(family, found)


def _around(block: Block | None) -> Iterator[Block]:
    while block is not None:
        yield block
        block = block.parent


def choose(signs: Signs) -> Choice:
    """The guideline for what a message says of itself; ``iso`` where that is not enough."""
    for row in _rows():
        if "families" in row and signs.family not in row["families"]:
            continue
        matched = [_matched(kind, row[kind], signs.values.get(kind, ())) for kind in _WORDS if kind in row]
        if matched and None not in matched:
            return Choice(row["guideline"], " and ".join(one for one in matched if one))
    return Choice(ISO, "nothing in the message names a network that a guideline is known for")


def _matched(kind: str, wanted: str | list[str], values: tuple[str, ...]) -> str | None:
    if isinstance(wanted, str):
        value = next((one for one in values if re.fullmatch(wanted, one)), None)
    else:
        value = next((one for one in values if one in wanted), None)
    return None if value is None else f"{_WORDS[kind]} is {value}"
