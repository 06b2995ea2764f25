"""Payments that this bank sent with a cover (pacs.008 with pacs.009 COV): what comes of one when the other comes to
nothing.

Payment and cover go different ways, and each may be rejected by itself. What is booked for them:

* The order: the payer is debited, and the account over which the cover goes is credited.
* The cover is rejected: that account gets the money again, and it stands on the suspense account. The payer is not
  credited: the creditor's bank has the payment, has perhaps credited its customer on the strength of it, and may ask
  for the money. A finding asks a person to send another cover, or to recall the payment (camt.056); the payer is told
  nothing, for the payment stands as it was last reported.
* The payment is rejected: the payer is credited from the suspense account. Where the cover was not rejected, its money
  is with another bank, and has to come back from there; a finding says so.
* The money comes back (pacs.004, about the payment or its cover): to the payer, or to the suspense account where the
  payer was credited before.

So whatever comes first, the suspense account stands at nothing again once both have come. ``wissel status`` names what
waits. A payment that is sent serially has no cover, and its rejection gives the payer the money back at once.
"""

from datetime import date

from wissel.engine.interbank.moving import Move, booking_day, posting, suspense_account
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.taking_back import RETURN, details_of_sent, key_of, take_back
from wissel.engine.stored import stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.ladder import REJECTED

COVER = "pacs.009"


def payment_of(sheet: Sheet, sent: Kept) -> Kept:
    """The payment that something that was sent covers, for which the money was booked; itself where it is no cover."""
    if stored(sent.payment).posting is not None:
        return sent
    others = (kept for kept in _others(sheet, sent) if stored(kept.payment).posting is not None)
    return next(others, sent) if sent.payment.definition.startswith(COVER) else sent


def cover_of(sheet: Sheet, sent: Kept) -> Kept | None:
    """The cover of a payment that was sent; None where it has none."""
    if sent.payment.definition.startswith(COVER) or stored(sent.payment).posting is None:
        return None
    return next((kept for kept in _others(sheet, sent) if kept.payment.definition.startswith(COVER)), None)


def _others(sheet: Sheet, sent: Kept) -> tuple[Kept, ...]:
    """What was sent for the same transaction."""
    parent = sheet.parent(sent)
    found = sheet.children(parent) if parent is not None else ()
    return tuple(kept for kept in found if kept.payment.direction is Direction.OUT and kept != sent)


def is_rejected(sheet: Sheet, sent: Kept) -> bool:
    """Whether something that was sent was rejected."""
    return any(one.status == REJECTED for one in sheet.steps(sent))


def is_returned(sheet: Sheet, sent: Kept) -> bool:
    """Whether the money of a payment that was sent came back (pacs.004)."""
    children = sheet.children(sent)
    return any(
        kept.payment.direction is Direction.IN and kept.payment.definition.startswith(RETURN) for kept in children
    )


def take_back_sent(sheet: Sheet, sent: Kept) -> None:
    """Book the rejection of something that was sent: a payment, its cover, or a return."""
    payment, cover = payment_of(sheet, sent), cover_of(sheet, sent)
    if payment != sent:
        _keep_cover(sheet, sent, payment)
    elif cover is None:
        take_back(sheet, sent)
    else:
        take_back(sheet, sent, suspense_account(sheet.context, sent.payment.currency or ""))
        if not is_rejected(sheet, cover):
            one = sent.payment
            said = (
                f"The payment {one.uetr or one.message_id} of {one.currency} {one.amount} was rejected, and its cover "
                f"is with {stored(cover.payment).peer or cover.payment.party}; its money has still to come back."
            )
            sheet.find("COVER-OUTSTANDING", said, value=one.uetr)


def _keep_cover(sheet: Sheet, cover: Kept, payment: Kept) -> None:
    one, known = payment.payment, stored(payment.payment)
    currency = one.currency or ""
    day = date.fromisoformat(one.date) if one.date else booking_day(sheet.context)
    move = Move(
        key_of(cover), known.settlement or "", suspense_account(sheet.context, currency), known.amount or 0, currency,
        day, known.case or "other", details_of_sent(payment), reversal=True,
    )  # fmt: skip
    sheet.book(posting(sheet.context, move))
    sheet.counts["covers rejected"] += 1
    if not is_rejected(sheet, payment):
        said = (
            f"The cover of the payment {one.uetr or one.message_id} of {currency} {one.amount} was rejected; the "
            f"payment is with {known.peer or one.party}, and its money stands on {move.credited}."
        )
        sheet.find("COVER-REJECTED", said, value=one.uetr)
