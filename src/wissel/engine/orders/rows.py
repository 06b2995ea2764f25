"""What became of the transactions of an order: plain values, put away in a file where they are many, read again as
often as they are needed (bookings, links, statuses)."""

import marshal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TOGETHER = 500
"""Rows that are put away, and read again, at a time."""


class Debit(NamedTuple):
    """What is booked for a transaction."""

    account: str
    amount: int
    """Minor units."""
    currency: str
    credited: str
    """The account that gets it: that over which the network settles, or the creditor's own."""
    value_date: str
    case: str
    """What happened, as the ledger's legs say it: the name of the network."""
    batch: bool
    """Whether the customer wants one entry for all of the payment."""
    inside: bool
    """Whether the creditor's account is one of ours: nothing is sent."""
    details: tuple[tuple[str, str], ...]
    """What statements show of it, by the names of ``ledger/data/details.toml``."""


class Outgoing(NamedTuple):
    """One transaction of a message that was made."""

    definition: str
    message_id: str
    position: int
    party: str
    """To whom it goes: the network."""
    date: str
    currency: str
    amount: str
    instruction_id: str | None
    end_to_end_id: str | None
    transaction_id: str | None
    uetr: str | None
    peer: str | None
    """BIC of the bank that gets it."""


class Row(NamedTuple):
    """One transaction of the order."""

    position: int
    payment: int
    """Number of its PmtInf."""
    status: str
    reasons: tuple[str, ...]
    payment_information_id: str | None
    instruction_id: str | None
    end_to_end_id: str | None
    uetr: str | None
    currency: str | None
    amount: str | None
    date: str | None
    fingerprint: str | None = None
    waits: str | None = None
    """Until when, as the warehouse names it; None for one that does not wait."""
    debit: Debit | None = None
    sent: Outgoing | None = None
    cover: Outgoing | None = None


class Rows:
    """Takes rows in their order and gives them back, again and again, few of them in memory at a time."""

    __slots__ = ("_last", "_path", "_sizes", "count")

    def __init__(self, path: Path) -> None:
        """``path`` is of a file that is made where the rows are many."""
        self._path = path
        self._last: list[tuple[Any, ...]] = []
        self._sizes: list[int] = []
        self.count = 0

    def add(self, row: Row) -> None:
        """Take one more. Raises OSError."""
        if len(self._last) == TOGETHER:
            self._put_away()
        debit, sent, cover = row[-3:]
        plain = [None if one is None else tuple(one) for one in (debit, sent, cover)]
        self._last.append((*row[:-3], *plain))
        self.count += 1

    def _put_away(self) -> None:
        data = marshal.dumps(self._last)
        with self._path.open("ab") as file:
            file.write(data)
        self._sizes.append(len(data))
        self._last = []

    def __iter__(self) -> Iterator[Row]:
        if self._sizes:
            with self._path.open("rb") as file:
                for size in self._sizes:
                    yield from map(_row, marshal.loads(file.read(size)))  # noqa: S302 - our own bytes of this very run
        yield from map(_row, self._last)


def _row(plain: tuple[Any, ...]) -> Row:
    debit, sent, cover = plain[-3:]
    made = (debit and Debit._make(debit), sent and Outgoing._make(sent), cover and Outgoing._make(cover))
    return Row._make((*plain[:-3], *made))
