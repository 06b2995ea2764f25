"""What comes of an instruction: it is carried out as a whole, once, or refused with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.context import Context, Effects
from wissel.engine.instructions.instruction import OPERATOR, Action, Instruction, read_file, said_of
from wissel.engine.instructions.orders import reject, release
from wissel.engine.instructions.recalls import accept_recall, recall, refuse_recall
from wissel.engine.interbank.sheet import Sheet
from wissel.journal.journal import seen
from wissel.journal.values import Key

Do = Callable[[Sheet, Instruction], Finding | None]
"""Carries an instruction out; the finding where it cannot be: then nothing was done."""
_DOES: Mapping[Action, Do] = {
    Action.RELEASE: release,
    Action.REJECT: reject,
    Action.ACCEPT_RECALL: accept_recall,
    Action.REFUSE_RECALL: refuse_recall,
    Action.RECALL: recall,
}
_NAME = "instruction"
"""In place of a definition, in the key of an instruction."""


def instructed(context: Context) -> Effects:
    """All that comes of an instruction. Raises InstallationError where a message cannot be written or signed, or a file
    of the warehouse is none of ours."""
    found = read_file(context.path)
    if isinstance(found, Finding):
        return Effects(False, (found,), counts={"refused": 1})
    told = {"instruction": said_of(found)}
    key = Key(OPERATOR, _NAME, found.id)
    window = timedelta(days=context.bank.settings.id_window_days)
    before = seen(context.connection, key, context.record.receipt.digest, context.at, window)
    if before is not None and before.same:
        said = f"The same instruction came before and has record {before.record}; it is not carried out again."
        repeated = finding("MESSAGE-REPEATED", said)
        return Effects(True, (repeated,), counts={"repeated": 1}, said=told, repeats=before.record)
    if before is not None:
        said = f"The identifier {found.id} was used before, for another instruction."
        reused = finding("MESSAGE-IDENTIFIER-REUSED", said, value=found.id)
        return Effects(False, (reused,), counts={"refused": 1}, said=told)
    sheet = Sheet(context)
    refused = _DOES[found.action](sheet, found)
    if refused is not None:
        return Effects(False, (refused, *sheet.findings), counts={"refused": 1}, said=told)
    return replace(sheet.effects(True), keys=(key,), said=told)
