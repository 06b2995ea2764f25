"""A payment and its cover: the customer's transfer is announced (pacs.008 with COVE), the money comes by another
message (pacs.009 COV) with the same UETR, before or after it."""

from dataclasses import replace

from wissel.engine.interbank.moving import Details, details_of, posting
from wissel.engine.interbank.peer import COVERED
from wissel.engine.interbank.replying import block_of, original_of, said_of
from wissel.engine.interbank.transfer import CREDITED, HELD, WAITING, Taken, Transfers, account_of
from wissel.engine.interbank.transfer_checks import may_be_credited
from wissel.engine.stored import Texts, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.routing.order import order_of
from wissel.xml.blocks.block import Block

_UNDERLYING = "UndrlygCstmrCdtTrf"
_ACCOUNT = ("CdtrAcct/Id/IBAN", "CdtrAcct/Id/Othr/Id")


def is_cover(block: Block) -> bool:
    """Whether a transaction of a pacs.009 covers a customer's transfer."""
    return block.has(_UNDERLYING)


def announced(transfers: Transfers, taken: Taken, account: str) -> None:
    """A payment whose money comes by a cover: credited where the cover is here, or where the bank does not wait."""
    suspense = transfers.suspense(taken.order.currency)
    cover = _found(transfers, "pacs.009", taken.order.uetr, HELD)
    known = stored(cover.payment) if cover is not None else None
    if cover is not None and known is not None and not _fits(cover, taken, known.values, said_of(taken.block)):
        one = cover.payment
        said = f"The cover of transaction {taken.number:,} is of {one.currency} {one.amount}, or for another account."
        transfers.sheet.find("COVER-DIFFERS", said, transaction=taken.number, path=taken.block.path)
        cover = None
    if cover is None and transfers.context.bank.incoming.wait_for_cover:
        taken.account, taken.status = account, WAITING
        return
    transfers.credit(taken, account, suspense)
    taken.source = suspense
    if cover is not None:
        taken.source = stored(cover.payment).settlement or suspense
        transfers.sheet.say(cover, CREDITED)


def covering(transfers: Transfers, taken: Taken) -> None:
    """A cover for us: its payment is credited where it was announced; else the money waits for it."""
    order, sheet = taken.order, transfers.sheet
    suspense = transfers.suspense(order.currency)
    payment = _found(transfers, "pacs.008", order.uetr, WAITING) or _found(transfers, "pacs.008", order.uetr, CREDITED)
    known = stored(payment.payment) if payment is not None else None
    if payment is None or known is None or known.message.get("GrpHdr/SttlmInf/SttlmMtd") != COVERED:
        said = f"No payment was announced that transaction {taken.number:,} ({order.uetr}) covers; its money waits."
        sheet.find("COVER-WITHOUT-PAYMENT", said, transaction=taken.number, path=taken.block.path, value=order.uetr)
    elif not _fits(payment, taken, said_of(taken.block), known.values):
        one = payment.payment
        said = f"Transaction {taken.number:,} covers a payment of {one.currency} {one.amount}, or for another account."
        sheet.find("COVER-DIFFERS", said, transaction=taken.number, path=taken.block.path)
    elif known.posting is not None:
        transfers.credit(taken, suspense)  # the payment was credited before its money came
        return
    elif not may_be_credited(account_of(transfers.context, known.account)):
        said = f"The account {known.account} takes no bookings any more; the cover waits."
        sheet.find("COVER-WITHOUT-PAYMENT", said, transaction=taken.number, path=taken.block.path, value=order.uetr)
    else:
        move = transfers.move(taken, taken.source, known.account or suspense)
        sheet.book(posting(transfers.context, replace(move, details=_details(payment))))
        taken.posting, taken.account, taken.status = move.key, known.account, CREDITED
        sheet.say(payment, CREDITED)
        sheet.counts["booked"] += 1
        return
    transfers.credit(taken, suspense)
    taken.status = HELD


def _found(transfers: Transfers, family: str, uetr: str | None, status: str) -> Kept | None:
    """The payment of a family with a UETR that stands at a status."""
    for kept in transfers.sheet.matching(Direction.IN, (family,), None, {"UETR": uetr or ""}):
        last = transfers.sheet.last(kept)
        if last is not None and last.status == status:
            return kept
    return None


def _details(kept: Kept) -> Details:
    """What statements show of a payment that was announced earlier."""
    definition = kept.payment.definition
    known = stored(kept.payment)
    block = block_of(original_of(definition, known), kept.payment.position, known.values)
    return details_of(block, definition, kept.payment.message_id, order_of(block, definition))


def _fits(kept: Kept, taken: Taken, cover: Texts, payment: Texts) -> bool:
    """Whether payment and cover, of which one came before the other, are of one amount and for one account, as far as
    both name it."""
    theirs = next((cover[path] for name in _ACCOUNT if (path := f"{_UNDERLYING}/{name}") in cover), None)
    ours = next((payment[path] for path in _ACCOUNT if path in payment), None)
    same = theirs is None or ours is None or theirs.strip() == ours.strip()
    return same and stored(kept.payment).amount == taken.amount and kept.payment.currency == taken.order.currency
