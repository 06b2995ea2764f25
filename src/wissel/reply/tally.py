"""How many transactions have which status, and what they come to."""

from collections.abc import Iterator
from decimal import Decimal

from wissel.core.money import exact_sum, sound_amount
from wissel.reply.ladder import group_status


class Tally:
    """Counts and sums per status, in the order in which the statuses first come."""

    __slots__ = ("_counts", "_sums", "transactions")

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._sums: dict[str, Decimal | None] = {}
        self.transactions = 0
        """All of them, those without a status included."""

    def add(self, status: str | None, amount: str | None) -> None:
        """One more transaction. A sum with an amount that is none is not known."""
        if status is None:
            self.transactions += 1
        else:
            self._more(status, 1, sound_amount(amount) if amount is not None else None)

    def take(self, other: "Tally") -> None:
        """All that another tally has counted."""
        for status, count in other._counts.items():
            self._more(status, count, other._sums[status])
        self.transactions += other.transactions - sum(other._counts.values())

    def _more(self, status: str, count: int, amount: Decimal | None) -> None:
        self.transactions += count
        if status not in self._counts:
            self._counts[status], self._sums[status] = count, amount
            return
        self._counts[status] += count
        so_far = self._sums[status]
        self._sums[status] = None if so_far is None or amount is None else exact_sum(so_far, amount)

    @property
    def counts(self) -> dict[str, int]:
        """How many have each status."""
        return dict(self._counts)

    @property
    def sums(self) -> dict[str, Decimal | None]:
        """What they come to, whatever their currency; None where an amount cannot be added."""
        return dict(self._sums)

    @property
    def status(self) -> str | None:
        """What the whole comes to, see :func:`wissel.reply.ladder.group_status`."""
        return group_status(self._counts.keys())

    def values(self, tag: str) -> Iterator[tuple[str, str]]:
        """NumberOfTransactionsPerStatus as values by path."""
        for number, (status, count) in enumerate(self._counts.items(), 1):
            start = tag if number == 1 else f"{tag}[{number}]"
            yield f"{start}/DtldNbOfTxs", str(count)
            yield f"{start}/DtldSts", status
            total = self._sums[status]
            if total is not None and len(total.as_tuple().digits) <= 18:
                yield f"{start}/DtldCtrlSum", f"{total:f}"
