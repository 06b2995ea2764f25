"""Resolutions of recalls that this bank sent (camt.029): noted with the payment that was recalled, and with the recall.

What was agreed moves no money: that is for the return (pacs.004) which follows a positive one.
"""

from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.peer import may_speak, peer_of, sender_of
from wissel.engine.interbank.recalling import note_answer
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.reply.original import ids_of, outermost
from wissel.xml.blocks.block import Block

FAMILY, PAYMENTS = "camt.029", ("pacs.008", "pacs.009")
STATUSES = {"ACCR": "ACCC", "CNCL": "ACCC", "RJCR": "RJCT", "PDCR": "PDNG"}
"""What was answered -> the status by which the journal notes it."""


def handle_resolution(context: Context, received: Received) -> Effects:
    """What comes of one resolution."""
    sheet = Sheet(context, received)
    for block in received.message.blocks():
        if block.kind == "transaction":
            _note(sheet, block)
    if not (sheet.counts["noted"] or sheet.counts["refused"] or sheet.counts["unknown"]):
        sheet.find("ORIGINAL-UNKNOWN", "The resolution names no payment; it is filed.")
    return sheet.effects(not sheet.counts["refused"] or bool(sheet.counts["noted"]))


def _note(sheet: Sheet, block: Block) -> None:
    ids, around = ids_of(FAMILY, block), outermost(block)
    message_id = block.text("OrgnlGrpInf/OrgnlMsgId") or around.text("CxlDtls/OrgnlGrpInfAndSts/OrgnlMsgId")
    found = sheet.matching(Direction.OUT, PAYMENTS, message_id, ids)
    sender = sender_of(sheet.context, sheet.received, block)
    faults = [may_speak(sheet.context, stored(kept.payment), kept.payment.party, sender) for kept in found]
    allowed = [kept for kept, fault in zip(found, faults, strict=True) if fault is None]
    name = next(iter(ids.values()), "")
    if not found:
        said = f"Nothing is known of the payment {name} that the resolution is about; it is filed."
        sheet.find("ORIGINAL-UNKNOWN", said, value=name, transaction=block.number, path=block.path)
        sheet.counts["unknown"] += 1
        return
    if not allowed:
        sheet.findings += [fault for fault in faults if fault is not None][:1]
        sheet.counts["refused"] += 1
        return
    code = block.text("TxCxlSts") or around.text("Sts/Conf") or ""
    kept = sheet.keep(_answer(sheet, block, allowed[-1], peer_of(sender)))
    status, reasons = STATUSES.get(code, "PDNG"), tuple(block.all_texts("CxlStsRsnInf/Rsn/Cd"))
    sheet.say(kept, status, reasons)
    note_answer(sheet, allowed[-1], status, reasons)
    sheet.find("RECALL-ANSWERED", f"The recall of the payment {name} was answered: {code}.", value=code)
    sheet.counts["noted"] += 1


def _answer(sheet: Sheet, block: Block, sent: Kept, peer: str | None) -> Payment:
    one = sent.payment
    return Payment(
        Direction.IN,
        sheet.received.definition,
        outermost(block).text("Assgnmt/Id") or "",
        block.number,
        sheet.context.channel.name,
        instruction_id=block.text("CxlStsId"),
        end_to_end_id=one.end_to_end_id,
        transaction_id=one.transaction_id,
        uetr=one.uetr,
        currency=one.currency,
        amount=one.amount,
        parent=(one.definition, one.message_id, one.position),
        content=Stored(network=sheet.context.channel.network, peer=peer).text,
        parent_record=sent.record,
    )
