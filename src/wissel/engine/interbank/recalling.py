"""Payments that this bank sent and asks back (camt.056): the request, and what becomes of it.

A request is noted as a payment that goes out, made from the one that is asked back, and stays pending until a
resolution (camt.029) answers it. The money comes by a return (pacs.004), which closes it whatever was answered.
"""

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.conversion.placing import own_agent, values_of
from wissel.engine.interbank.peer import agent_of
from wissel.engine.interbank.replying import Body, Way, definition_for, forth, reasons_for, signed_for, stamp_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.taking_back import is_taken_back
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.mapping.placement import agent_values
from wissel.reply.cancellation_request import REASON, Asked, case_of, write_cancellation_request
from wissel.reply.stamp import Stamp
from wissel.reply.style import style_for
from wissel.routing.network import Network
from wissel.xml.writing.message_writer import MessageWriter

FAMILY, DEFINITION, PAYMENTS = "camt.056", "camt.056.001.08", ("pacs.008", "pacs.009")
ASKED, AGREED, DENIED = "PDNG", "ACCC", "RJCT"
"""Statuses of a request: nothing is decided, the money will come, it will not."""
_NAMES = {"InstrId": "instruction_id", "EndToEndId": "end_to_end_id", "TxId": "transaction_id", "UETR": "uetr"}


def ask_back(sheet: Sheet, sent: Kept, reason: str) -> Finding | None:
    """Ask the bank that got a payment to send it back; the finding where that cannot be: then nothing is sent."""
    if (why := _not_recallable(sheet, sent)) is not None:
        return why
    one, known = sent.payment, stored(sent.payment)
    network = sheet.context.bank.networks.get(known.network or one.party)
    definition = definition_for(network, FAMILY, DEFINITION)
    guideline = network.guideline if network is not None else "iso"
    stamped = stamp_of(sheet, definition, one.message_id, str(one.position))
    body = _body(sheet, sent, definition, guideline, stamped, reason, network)
    peer = agent_of(known.peer)
    way = Way(definition, one.party, guideline, signed_for(network))
    if not forth(sheet, way, network, peer.bic if peer is not None else None, (body,), stamped):
        return _refused(sent, f"cannot be asked back as {one.party} wants it")
    sheet.say(sheet.keep(_request(sent, definition, stamped)), ASKED, (reason,))
    sheet.counts["asked back"] += 1
    return None


def requests(sheet: Sheet, sent: Kept) -> tuple[Kept, ...]:
    """The requests for a payment that are not denied, oldest first."""
    return tuple(kept for kept in sheet.children(sent) if _is_request(kept.payment) and not _is_denied(sheet, kept))


def note_answer(sheet: Sheet, sent: Kept, status: str, reasons: tuple[str, ...]) -> None:
    """Note with the request for a payment what was answered to it."""
    for kept in requests(sheet, sent)[-1:]:
        if sheet.is_news(kept, status):
            sheet.say(kept, status, reasons)


def _is_request(payment: Payment) -> bool:
    return payment.direction is Direction.OUT and payment.definition.startswith(FAMILY)


def _is_denied(sheet: Sheet, kept: Kept) -> bool:
    last = sheet.last(kept)
    return last is not None and last.status == DENIED


def _not_recallable(sheet: Sheet, sent: Kept) -> Finding | None:
    one, known = sent.payment, stored(sent.payment)
    if one.direction is not Direction.OUT or one.definition[:8] not in PAYMENTS or not one.position:
        return _refused(sent, "is none that this bank sent")
    if known.posting is None:
        return _refused(sent, "is the cover of another one; ask that one back")
    if is_taken_back(sheet, sent):
        return _refused(sent, "was rejected or is back already")
    if requests(sheet, sent):
        return _refused(sent, "was asked back before")
    if known.peer is None:
        return _refused(sent, "was sent without the name of the bank that gets it")
    return None


def _refused(sent: Kept, why: str) -> Finding:
    name = sent.payment.uetr or sent.payment.end_to_end_id or sent.payment.message_id
    return finding("PAYMENT-NOT-RECALLABLE", f"The payment {name} {why}; nothing was sent.", value=name)


def _body(
    sheet: Sheet, sent: Kept, definition: str, guideline: str, stamped: Stamp, reason: str, network: Network | None
) -> Body:
    one, bank = sent.payment, sheet.context.bank
    tree, peer = sheet.context.catalog.tree(definition), agent_of(stored(one).peer)
    own = own_agent(bank, network) if network is not None else agent_values(bic=bank.identity.bic)
    names = {name: text for name, field in _NAMES.items() if (text := getattr(one, field))}
    asked = Asked(
        stamped, own, values_of(peer) if peer is not None else (), one.message_id, one.definition, names,
        one.amount or "", one.currency or "", one.date or "", reasons_for(tree, REASON, (reason,), guideline)[0],
        bank.identity.bic, style_for(guideline).case,
    )  # fmt: skip

    def body(writer: MessageWriter, _depth: int) -> tuple[Finding, ...]:
        write_cancellation_request(writer, tree, asked)
        return ()

    return body


def _request(sent: Kept, definition: str, stamped: Stamp) -> Payment:
    one, known = sent.payment, stored(sent.payment)
    return Payment(
        Direction.OUT,
        definition,
        stamped.base,
        1,
        one.party,
        instruction_id=case_of(stamped),
        end_to_end_id=one.end_to_end_id,
        transaction_id=one.transaction_id,
        uetr=one.uetr,
        currency=one.currency,
        amount=one.amount,
        parent=(one.definition, one.message_id, one.position),
        content=Stored(network=known.network, peer=known.peer).text,
        parent_record=sent.record,
    )
