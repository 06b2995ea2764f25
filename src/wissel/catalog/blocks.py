"""Where the transactions of a message stand, by family: data in ``blocks.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wissel.catalog.naming import family_of
from wissel.xml.parts.schema import TransactionTag

_SHARED_STARTS = frozenset({"Ntry", "OrgnlItm", "Rpt", "Mod", "Svc", "Mndt", "TxInf", "RmtInf", "RmtLctn"})
"""Tags with which names of other elements of the same message begin; proved complete by a test."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The repeating blocks of a family's messages, as paths below the message's own element."""

    transactions: tuple[str, ...]
    """All end in the same tag."""
    groups: tuple[str, ...]


@cache
def _rows() -> dict[str, Blocks]:
    with Path(__file__).with_name("blocks.toml").open("rb") as file:
        rows = tomllib.load(file)
    return {name: Blocks(tuple(row["transactions"]), tuple(row.get("groups", ()))) for name, row in rows.items()}


def families() -> tuple[str, ...]:
    """The families that have transactions."""
    return tuple(_rows())


def blocks_of(definition: str) -> Blocks | None:
    """The blocks of a definition's family; None where its messages hold no repeating transactions."""
    return _rows().get(family_of(definition))


@cache
def transaction_tag(definition: str) -> TransactionTag | None:
    """The element that holds one transaction of a definition; None where there is none."""
    blocks = blocks_of(definition)
    if blocks is None:
        return None
    tag = blocks.transactions[0].rpartition("/")[2]
    return TransactionTag(tag, blocks.transactions, tag not in _SHARED_STARTS)
