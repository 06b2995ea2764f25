"""What comes of one message, noted while it is worked on; and what is known of payments: by the journal, by the
messages before it in the same file, and by what was noted so far."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Effects, Received
from wissel.journal import trace
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment, Status
from wissel.ledger.books import add_account, post
from wissel.ledger.posting import PostingSet
from wissel.reply.ladder import Standing, may_follow, moved

References = Mapping[str, str]
"""``InstrId``, ``EndToEndId``, ``TxId``, ``UETR``: those that a transaction has."""
ORDER = (
    ("UETR", "uetr"), ("TxId", "transaction_id"), ("EndToEndId", "end_to_end_id"), ("InstrId", "instruction_id"),
)  # fmt: skip
"""References by how well they tell: the first that both sides have decides."""
UNIQUE = frozenset({"UETR", "TxId"})
"""Those that name one payment, by the standard; the others may be those of many."""
_NOT_PROVIDED = "NOTPROVIDED"
_RETURN = "pacs.004"
_INDEXED = ("uetr", "transaction_id", "message_id")


class Sheet:
    """Notes of one message."""

    __slots__ = (
        "_by_reference", "_new", "_new_children", "_read", "_received", "_told", "base", "context", "counts",
        "findings", "made", "number", "payments", "postings", "said", "statuses",
    )  # fmt: skip

    def __init__(self, context: Context, received: Received | None = None) -> None:
        """``received`` is None where no message is at hand but an instruction of the bank's own."""
        self.context = context
        self._received = received
        self.number = 1 if received is None else received.number
        self.base = f"{context.record.base}:{self.number}" if received is None else received.base
        """What identifiers of what is made begin from."""
        self.payments: list[Payment] = []
        self.statuses: list[Status] = []
        self.postings: list[str] = []
        self.findings: list[Finding] = []
        self.made: list[Made] = []
        self.counts: Counter[str] = Counter()
        self.said: list[Mapping[str, Any]] = []
        self._read: dict[tuple[Direction, str], tuple[Kept, ...]] = {}
        self._by_reference: dict[tuple[Direction, str, str], dict[str, list[Kept]]] = {}
        self._new: dict[tuple[Direction, str, str], list[Payment]] = {}
        """Payments that the journal does not have yet, by direction, name and value of their references."""
        self._new_children: dict[tuple[str, str, int], list[Payment]] = {}
        self._told: dict[tuple[str, str, int], list[Status]] = {}
        for effects in context.earlier:
            # what can be gone over once only is for the journal
            for payment in effects.payments if isinstance(effects.payments, tuple) else ():
                self._index(payment)
            for status in effects.statuses if isinstance(effects.statuses, tuple) else ():
                self._told.setdefault(status[:3], []).append(status)

    @property
    def received(self) -> Received:
        """The message at hand. Raises ValueError where there is none."""
        if self._received is None:
            raise ValueError("an instruction is no message")
        return self._received

    @property
    def record(self) -> int:
        """Number of the file's record."""
        return self.context.record.number

    def find(self, code: str, message: str, **where: Any) -> Finding:
        """Note a finding."""
        found = finding(code, message, **where)
        self.findings.append(found)
        return found

    def keep(self, payment: Payment) -> Kept:
        """Note a payment."""
        self.payments.append(payment)
        self._index(payment)
        return Kept(self.record, payment)

    def _index(self, payment: Payment) -> None:
        for name in _INDEXED:
            if (value := getattr(payment, name)) is not None:
                self._new.setdefault((payment.direction, name, value), []).append(payment)
        if payment.parent is not None:
            self._new_children.setdefault(payment.parent, []).append(payment)

    def book(self, posting: PostingSet) -> bool:
        """Book; False where that was done before. An account that the books do not know yet is made known. Raises
        LedgerError for what the books refuse: a fault of ours."""
        known = self.context.bank.accounts
        for account, currency in {(leg.account, leg.currency) for leg in posting.legs if leg.account not in known}:
            add_account(self.context.connection, account, currency)
        booked = post(self.context.connection, posting)
        if booked:
            self.postings.append(posting.key)
        return booked

    def say(self, kept: Kept, status: str, reasons: Iterable[str] = ()) -> None:
        """Note a status of a payment."""
        one = kept.payment
        said = Status(one.definition, one.message_id, one.position, status, tuple(reasons), kept.record)
        self.statuses.append(said)
        self._told.setdefault(said[:3], []).append(said)

    def steps(self, kept: Kept) -> list[Status]:
        """All that was said of a payment, oldest first."""
        one = kept.payment
        found = [step.status for step in trace.statuses(self.context.connection, one, kept.record)]
        for position in (0, one.position):
            told = self._told.get((one.definition, one.message_id, position), ())
            found += [status for status in told if status.about in (None, kept.record)]
        return found

    def last(self, kept: Kept) -> Status | None:
        """The status that a payment has reached; None where nothing was said of it."""
        return _last(self.steps(kept))[0]

    def may_become(self, kept: Kept, status: str) -> bool:
        """Whether a status may be said of a payment after what was said before."""
        return may_follow(_last(self.steps(kept))[1], status)

    def is_news(self, kept: Kept, status: str) -> bool:
        """Whether a status of a payment follows what was said before, and is not that again."""
        last, standing = _last(self.steps(kept))
        return (last is None or last.status != status) and may_follow(standing, status)

    def earlier_ones(self, family: str, uetr: str | None, transaction_id: str | None) -> tuple[Kept, ...]:
        """Payments received before with one of these references, newest last."""
        names = (("uetr", uetr), ("transaction_id", transaction_id))
        found: dict[tuple[int, str, int], Kept] = {}
        for name, value in names:
            if value is not None and value != _NOT_PROVIDED:
                for kept in self._referred(name, value, Direction.IN):
                    if kept.payment.definition.startswith(f"{family}."):
                        found[(kept.record, kept.payment.message_id, kept.payment.position)] = kept
        return tuple(found.values())

    def matching(
        self, direction: Direction, families: tuple[str, ...], message_id: str | None, ids: References
    ) -> tuple[Kept, ...]:
        """The payments that another message may mean: those of the message it names where there is one, else by
        their UETR, else by TxId. Several where two senders call theirs the same."""
        for name, field in ORDER:
            value = ids.get(name)
            if value is None or value == _NOT_PROVIDED:
                continue
            if name in UNIQUE:
                found = self._referred(field, value, direction)
                inside = [kept for kept in found if message_id in (None, kept.payment.message_id)]
                chosen = _of(inside, families) or (_of(found, families) if name == "UETR" else ())
            elif message_id is not None:
                chosen = _of(self._inside(direction, message_id, field).get(value, ()), families)
            else:
                continue
            meant = tuple(kept for kept in chosen if not _contradicts(ids, kept.payment, name))
            if meant:
                return meant
        return ()

    def _inside(self, direction: Direction, message_id: str, field: str) -> Mapping[str, list[Kept]]:
        """The payments of a message by one of their references."""
        known = self._by_reference.get((direction, message_id, field))
        if known is None:
            known = self._by_reference[direction, message_id, field] = {}
            for kept in self.message(direction, message_id):
                if (value := getattr(kept.payment, field)) is not None:
                    known.setdefault(value, []).append(kept)
        return known

    def message(self, direction: Direction, message_id: str) -> tuple[Kept, ...]:
        """The payments of a message, in order."""
        known = self._read.get((direction, message_id))
        if known is None:
            known = self._read[direction, message_id] = self._referred("message_id", message_id, direction, 10**9)
        return known

    def parent(self, kept: Kept) -> Kept | None:
        """The payment that one was made from; None where it was made from none."""
        if kept.payment.parent is None:
            return None
        definition, message_id, position = kept.payment.parent
        record = kept.payment.parent_record
        if record == self.record:
            for one in self._new.get((Direction.IN, "message_id", message_id), ()):
                if one[1:4] == kept.payment.parent:
                    return Kept(record, one)
        return trace.payment(self.context.connection, definition, message_id, position, record)

    def children(self, kept: Kept) -> tuple[Kept, ...]:
        """The payments that were made from one, and the answers that came about it, in order."""
        one = kept.payment
        found = trace.children(self.context.connection, one, kept.record)
        new = self._new_children.get(one[1:4], ())
        return (*found, *(Kept(self.record, other) for other in new if other.parent_record == kept.record))

    def effects(self, accepted: bool) -> Effects:
        """All of it."""
        return Effects(
            accepted,
            tuple(self.findings),
            tuple(self.made),
            payments=tuple(self.payments),
            statuses=tuple(self.statuses),
            postings=tuple(self.postings),
            counts=dict(self.counts),
            said={"transactions": list(self.said)} if self.said else {},
        )

    def _referred(
        self, name: str, value: str, direction: Direction, found_max: int = trace.FOUND_MAX
    ) -> tuple[Kept, ...]:
        found = trace.referred(self.context.connection, name, value, direction, found_max)
        new = self._new.get((direction, name, value), ())
        return (*found, *(Kept(self.record, one) for one in new if one.position))


def _of(found: Iterable[Kept], families: tuple[str, ...]) -> tuple[Kept, ...]:
    return tuple(kept for kept in found if kept.payment.definition[:8] in families)


def _contradicts(ids: References, known: Payment, by: str) -> bool:
    """Whether another reference that both sides have says that they are not the same: beside one that is unique only
    those before it count. What a return is called in place of the instruction's identifier is not agreed everywhere."""
    names = ORDER[: [name for name, _ in ORDER].index(by)] if by in UNIQUE else ORDER
    for name, field in names:
        asked, own = ids.get(name), getattr(known, field)
        own_name = name == "InstrId" and known.definition.startswith(_RETURN)
        if not own_name and asked not in (None, own, _NOT_PROVIDED) and own not in (None, _NOT_PROVIDED):
            return True
    return False


def _last(statuses: Iterable[Status]) -> tuple[Status | None, Standing | None]:
    last: Status | None = None
    standing: Standing | None = None
    for one in statuses:
        if may_follow(standing, one.status):
            last, standing = one, moved(standing, one.status)
    return last, standing
