"""Business duplicates: a payment that another order, or the same one, brought before, by the fields the bank names."""

import hashlib
from collections.abc import Collection
from datetime import timedelta

from wissel.engine.context import Context
from wissel.journal.trace import Kept, duplicates, statuses
from wissel.routing.bank import OnDuplicate
from wissel.routing.order import Order

_FINGERPRINT_CHARACTERS = 32
_ENDED = ("RJCT", "CANC")
"""What came to nothing may come again."""


class Duplicates:
    """Knows which payments came before."""

    __slots__ = ("_before", "_context", "_fields", "_here")

    def __init__(self, context: Context) -> None:
        chosen = context.bank.settings.duplicates
        self._context = context
        self._fields = chosen.fields if chosen.action is not OnDuplicate.OFF else ()
        self._here: set[str] = set()
        self._before: set[str] = set()

    @property
    def here(self) -> Collection[str]:
        """Fingerprints of the payments of this message that were taken."""
        return self._here

    @property
    def asked(self) -> bool:
        """Whether anybody wants to know."""
        return bool(self._fields)

    def fingerprint(self, order: Order, remittance: str | None) -> str | None:
        """The digest of the fields of a payment; None where nobody asks."""
        if not self._fields:
            return None
        values = [remittance if name == "remittance" else getattr(order, name) for name in self._fields]
        said = "\n".join("" if value is None else str(value) for value in values)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_FINGERPRINT_CHARACTERS]

    def look_up(self, fingerprints: Collection[str]) -> None:
        """Ask the journal about some payments at once; those that came to nothing do not count."""
        context = self._context
        since = context.at - timedelta(days=context.bank.settings.duplicates.window_days)
        found = duplicates(context.connection, fingerprints, since)
        self._before = {one for one, kept in found.items() if any(map(self._counts, kept))}

    def _counts(self, kept: Kept) -> bool:
        said = statuses(self._context.connection, kept.payment, kept.record)
        return not said or said[-1].status.status not in _ENDED

    def came_before(self, fingerprint: str | None) -> bool:
        """Whether a payment came before: in an earlier file, in an earlier message of this file, or in this one."""
        known = (self._before, self._context.ordered, self._here)
        return fingerprint is not None and any(fingerprint in some for some in known)

    def taken(self, fingerprint: str | None) -> None:
        """A payment is carried out, or waits to be."""
        if fingerprint is not None:
            self._here.add(fingerprint)
