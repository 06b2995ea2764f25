"""Recalls (camt.056): one that another bank sent is accepted or refused, one of our own is sent."""

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.instructions.instruction import About, Instruction
from wissel.engine.interbank.recalled import RECALL, RESOLUTION, answer_later, guideline_of, is_returned, sent_back
from wissel.engine.interbank.recalling import DEFINITION, ask_back
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.orders.funds import LedgerFunds
from wissel.journal import trace
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.cancellation_request import REASON as REASON_ASKED
from wissel.reply.investigation import CANCELLED, REFUSED
from wissel.reply.investigation import REASON as REASON_REFUSED
from wissel.reply.reason import Reason, check_code
from wissel.reply.status import Status
from wissel.reply.style import style_for

CUSTOMER_SAYS_NO, REQUESTED = "CUST", "CUST"
"""Reasons where none is given: the customer does not agree (ExternalPaymentCancellationRejection1Code), the customer
asks for it (ExternalCancellationReason1Code)."""
_PENDING, _AGREED, _DENIED = "PDNG", "ACCC", "RJCT"


def accept_recall(sheet: Sheet, instruction: Instruction) -> Finding | None:
    """Send back a payment that another bank has recalled; where its scheme wants that, the resolution says so too."""
    found = _open(sheet, instruction.about)
    if isinstance(found, Finding):
        return found
    recall_, came = found
    funds = LedgerFunds(sheet.context.connection, sheet.context.bank.accounts)
    refused = sent_back(sheet, funds, came)
    if refused is not None:
        return refused
    sheet.say(recall_, _AGREED)
    if style_for(guideline_of(sheet, recall_)).positive_resolution:
        answer_later(sheet, recall_, came, Status(CANCELLED))
    return None


def refuse_recall(sheet: Sheet, instruction: Instruction) -> Finding | None:
    """Keep a payment that another bank has recalled, and say so."""
    reason = instruction.reason or CUSTOMER_SAYS_NO
    unknown = check_code(sheet.context.catalog.tree(RESOLUTION), REASON_REFUSED, reason)
    if unknown is not None:
        return unknown
    found = _open(sheet, instruction.about)
    if isinstance(found, Finding):
        return found
    recall_, came = found
    sheet.say(recall_, _DENIED, (reason,))
    sheet.counts["denied"] += 1
    answer_later(sheet, recall_, came, Status(REFUSED, (Reason(reason),)))
    return None


def recall(sheet: Sheet, instruction: Instruction) -> Finding | None:
    """Ask the bank that got a payment to send it back."""
    reason = instruction.reason or REQUESTED
    unknown = check_code(sheet.context.catalog.tree(DEFINITION), REASON_ASKED, reason)
    if unknown is not None:
        return unknown
    sent = _kept(sheet, instruction.about)
    if sent is None:
        said = "The payment is not in the journal; nothing was sent."
        return finding("PAYMENT-NOT-RECALLABLE", said, value=_name(instruction.about))
    return ask_back(sheet, sent, reason)


def _open(sheet: Sheet, about: About | None) -> tuple[Kept, Kept] | Finding:
    """A recall that waits for an answer, and its payment."""
    found = _kept(sheet, about)
    if found is None or found.payment.direction is not Direction.IN or not found.payment.definition.startswith(RECALL):
        return _not_open(about, "The recall is not in the journal")
    last, came = sheet.last(found), sheet.parent(found)
    if last is None or last.status != _PENDING or came is None:
        return _not_open(about, f"The recall {found.payment.message_id} was answered before")
    if is_returned(sheet, came):
        return _not_open(about, f"The payment of the recall {found.payment.message_id} was sent back before")
    return found, came


def _kept(sheet: Sheet, about: About | None) -> Kept | None:
    if about is None:
        raise TypeError("an instruction about a payment names it")
    return trace.payment(sheet.context.connection, about.definition, about.message_id, about.position, about.record)


def _not_open(about: About | None, said: str) -> Finding:
    return finding("RECALL-NOT-OPEN", f"{said}; nothing was done.", value=_name(about))


def _name(about: About | None) -> str | None:
    return about.message_id if about is not None else None
