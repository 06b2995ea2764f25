"""What the journal of a bank directory last said of the transactions of a message."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from operator import itemgetter
from pathlib import Path

from sqlalchemy import Connection, select

from wissel.engine.answering.request import Task
from wissel.engine.database import transaction
from wissel.engine.opening import database_file, database_of
from wissel.journal import trace
from wissel.journal.tables import RECORDS
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.ladder import PARTIAL, RECEIVED
from wissel.reply.original import Original
from wissel.reply.reason import Reason
from wissel.reply.reported import Reported
from wissel.reply.status import Status
from wissel.routing.bank import Bank

_OF_WHOLE = (PARTIAL, RECEIVED)
"""Statuses of a whole that say nothing of its transactions."""
Ask = Callable[[str, str, str], "Journalled"]
"""Definition, identifier and digest of a message -> what is known of it."""


@dataclass(frozen=True, slots=True)
class Journalled:
    """What the journal knows of a message."""

    statuses: Mapping[int, Status] = field(default_factory=dict)
    """The last status of each transaction of which one is known, by number."""
    whole: Status | None = None
    """What was last said of the message as a whole, for the others."""
    lines: tuple[Reported, ...] = ()
    """The same as lines of a report, for transactions whose references are known."""
    senders: tuple[str, ...] = ()
    """Who sent messages of that name; none where it is clear which is meant."""

    @property
    def digest(self) -> str:
        """Of all that is known; empty for nothing."""
        if not self.statuses and self.whole is None:
            return ""
        said = "\n".join(f"{number} {status}" for number, status in sorted(self.statuses.items(), key=itemgetter(0)))
        return sha256(f"{self.whole}\n{said}".encode()).hexdigest()


def journal_of(bank: Bank) -> Ask | None:
    """Asks the journal of a bank; None where nothing was ever worked on there. The answer may be asked for while
    another process works on it. Raises InstallationError where the database cannot be used."""
    path: Path | None = database_file(bank)
    if path is not None and not path.is_file():
        return None
    database = database_of(bank, read_only=True)

    def ask(definition: str, message_id: str, digest: str) -> Journalled:
        with transaction(database) as connection:
            return known_of(connection, definition, message_id, digest)

    return ask


def with_journal(task: Task, original: Original) -> Task:
    """A task with what the journal knows of its message: with other statuses told last, the answer has another name."""
    ask, name = task.request.journal, original.message_id
    if ask is None or task.request.last is not None or name is None:
        return task
    known = ask(original.definition, name, task.received.digest)

    def again(definition: str, message_id: str, digest: str) -> Journalled:
        return known if (definition, message_id) == (original.definition, name) else ask(definition, message_id, digest)

    return replace(task, request=replace(task.request, journal=again, beside=task.request.beside + known.digest))


def known_of(connection: Connection, definition: str, message_id: str, digest: str) -> Journalled:
    """What a journal last said of the transactions of a message that was received: of the file with that digest where
    it came, else of the one message of that name."""
    found = [kept for kept in trace.payments_of(connection, message_id, Direction.IN) if _is_of(kept, definition)]
    records = dict.fromkeys(kept.record for kept in found)
    same = set(connection.scalars(select(RECORDS.c.record).where(RECORDS.c.digest == digest)))
    chosen = [record for record in records if record in same] or list(records)
    senders = dict.fromkeys(kept.payment.party for kept in found if kept.record in chosen)
    if len(senders) > 1:
        return Journalled(senders=tuple(senders))
    return _said(connection, [kept for kept in found if kept.record == chosen[-1]]) if chosen else Journalled()


def _is_of(kept: Kept, definition: str) -> bool:
    return kept.payment.definition == definition


def _said(connection: Connection, found: Iterable[Kept]) -> Journalled:
    payments = {kept.payment.position: kept for kept in found}
    one = next(iter(payments.values()))
    last: dict[int, Status] = {}
    whole: Status | None = None
    for step in trace.statuses_of_message(connection, one.payment, one.record):
        status = Status(step.status.status, tuple(Reason(code) for code in step.status.reasons))
        if step.status.position:
            last[step.status.position] = status
        elif step.status.status not in _OF_WHOLE:
            last.clear()
            whole = status
    lines = (
        _line(kept, known)
        for number, kept in sorted(payments.items(), key=itemgetter(0))
        if number and (known := last.get(number, whole)) is not None
    )
    return Journalled(last, whole, tuple(lines))


def _line(kept: Kept, status: Status) -> Reported:
    one = kept.payment
    ids = {
        "InstrId": one.instruction_id,
        "EndToEndId": one.end_to_end_id,
        "TxId": one.transaction_id,
        "UETR": one.uetr,
    }
    known = {name: text for name, text in ids.items() if text is not None}
    return Reported(known, status, one.message_id, one.definition, one.payment_information_id)
