"""Orders in the warehouse: what is held is released or rejected, what waits for its day is rejected.

Released transactions are put into the warehouse anew, due at once, and from there carried out like any others: what
speaks against them by then rejects them. What is rejected is told to the customer (pain.002).
"""

from pathlib import Path

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.instructions.instruction import Instruction
from wissel.engine.interbank.customer_news import tell_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.orders.warehouse import (
    FOLDER,
    PENDING,
    Waited,
    is_held,
    last_statuses,
    moment_name,
    order_of,
    read_waited,
    stored,
)
from wissel.engine.refusals import answer_definition
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Status
from wissel.reply.reason import check_code
from wissel.reply.status_report import transaction_path

REJECTED = "RJCT"
DUPLICATE, CANCELLED = "AM05", "DS02"
"""Reasons where none is given (ExternalStatusReason1Code): of what is held, of what waits for its day."""
_SHOWN_MAX = 5


def release(sheet: Sheet, instruction: Instruction) -> Finding | None:
    """Have transactions carried out that are held; all of them, or none where one is not held any more."""
    found = _waited(sheet, instruction)
    if isinstance(found, Finding):
        return found
    waited, known = found
    wanted = instruction.transactions
    free = [at for at in sorted(wanted) if not is_held(known[at])]
    if free:
        return _not_waiting(instruction, waited, f"{_numbers(free)} of {waited.message_id} waits for its day")
    context = sheet.context
    order = order_of(_path(sheet, instruction), context.folder)
    due = Waited(
        waited.record, waited.channel, waited.file, waited.message, waited.definition, waited.message_id,
        moment_name(context.at), wanted,
    )  # fmt: skip
    sheet.made.append(stored(order, context.folder, context.record.number, due))
    for kept in _ordered(sheet, waited, wanted):
        sheet.say(kept, PENDING)
    sheet.counts["released"] = len(wanted)
    return None


def reject(sheet: Sheet, instruction: Instruction) -> Finding | None:
    """Reject transactions that are held or wait for their day, and tell the customer; all of them, or none."""
    found = _waited(sheet, instruction)
    if isinstance(found, Finding):
        return found
    waited, known = found
    definition = answer_definition(waited.definition)
    if definition is not None and instruction.reason is not None:
        tree = sheet.context.catalog.tree(definition)
        unknown = check_code(tree, f"{transaction_path(tree)}/StsRsnInf/Rsn/Cd", instruction.reason)
        if unknown is not None:
            return unknown
    new = []
    for kept in _ordered(sheet, waited, instruction.transactions):
        usual = DUPLICATE if is_held(known[kept.payment.position]) else CANCELLED
        new.append((kept, REJECTED, (instruction.reason or usual,)))
    tell_of(sheet, new)
    sheet.counts["rejected"] = len(instruction.transactions)
    return None


def _path(sheet: Sheet, instruction: Instruction) -> Path:
    return sheet.context.bank.folder / "work" / FOLDER / (instruction.order or "")


def _waited(sheet: Sheet, instruction: Instruction) -> tuple[Waited, dict[int, Status]] | Finding:
    """What the warehouse has of the order, and what was said last of each of its transactions; the finding where one
    that the instruction is about does not wait."""
    path = _path(sheet, instruction)
    if not path.is_file():
        return _not_waiting(instruction, None, f"There is no {instruction.order} in the warehouse any more")
    waited = read_waited(path)
    known = dict(last_statuses(sheet.context.connection, waited))
    unknown = sorted(instruction.transactions - waited.positions)
    if unknown:
        return _not_waiting(instruction, waited, f"{_numbers(unknown)} of {waited.message_id} is not in it")
    over = [at for at in sorted(instruction.transactions) if at not in known or known[at].status != PENDING]
    if over:
        return _not_waiting(instruction, waited, f"{_numbers(over)} of {waited.message_id} waits no more")
    return waited, known


def _not_waiting(instruction: Instruction, waited: Waited | None, said: str) -> Finding:
    value = instruction.order if waited is None else waited.message_id
    return finding("ORDER-NOT-WAITING", f"{said}; nothing was done.", value=value)


def _numbers(positions: list[int]) -> str:
    shown = ", ".join(f"{at:,}" for at in positions[:_SHOWN_MAX])
    more = f" and {len(positions) - _SHOWN_MAX:,} more" if len(positions) > _SHOWN_MAX else ""
    return f"Transaction {shown}{more}"


def _ordered(sheet: Sheet, waited: Waited, positions: frozenset[int]) -> list[Kept]:
    """The transactions as the journal has them, in order."""
    every = sheet.message(Direction.IN, waited.message_id)
    return [
        kept
        for kept in every
        if (kept.record, kept.payment.definition) == (waited.record, waited.definition)
        and kept.payment.position in positions
    ]
