"""A payment that was sent is taken back, once: because it was rejected, or because its money came back."""

from datetime import date

from wissel.engine.interbank.moving import Move, booking_day, posting, suspense_account
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.ladder import REJECTED
from wissel.routing.bank import AccountStatus

RETURN = "pacs.004"


def is_taken_back(sheet: Sheet, sent: Kept) -> bool:
    """Whether a payment was rejected, or its money came back."""
    if any(one.status == REJECTED for one in sheet.steps(sent)):
        return True
    return any(
        kept.payment.direction is Direction.IN and kept.payment.definition.startswith(RETURN)
        for kept in sheet.children(sent)
    )


def key_of(sent: Kept) -> str:
    """Of the posting that takes a payment back: one for each, whatever takes it back."""
    one = sent.payment
    return f"back:{one.definition}:{one.message_id}:{one.position}"


def payer(sheet: Sheet, known: Stored, currency: str) -> str:
    """The account that gets the money: who paid, or the suspense account where that is closed or unknown."""
    bank = sheet.context.bank
    account = bank.accounts.get(known.account or "")
    if account is not None and account.status is not AccountStatus.CLOSED:
        return account.id
    if account is None and known.account is not None and known.account.startswith("settlement:"):
        return known.account
    said = f"The account {known.account} takes no money back; it stands on the suspense account."
    sheet.find("MONEY-HELD", said, value=known.account)
    return suspense_account(sheet.context, currency)


def take_back(sheet: Sheet, sent: Kept, source: str | None = None) -> bool:
    """Book a rejection: the payment's own booking the other way round, or from the account ``source``. False where
    nothing was booked for it."""
    one, known = sent.payment, stored(sent.payment)
    if known.posting is None or known.amount is None or known.settlement is None:
        return False
    day = date.fromisoformat(one.date) if one.date else booking_day(sheet.context)
    currency = one.currency or ""
    move = Move(
        key_of(sent), source or known.settlement, payer(sheet, known, currency), known.amount, currency, day,
        known.case or "other", details_of_sent(sent), reversal=True,
    )  # fmt: skip
    sheet.book(posting(sheet.context, move))
    sheet.counts["taken back"] += 1
    return True


def details_of_sent(sent: Kept) -> tuple[tuple[str, str], ...]:
    """What statements show of a payment that was sent: its references."""
    one = sent.payment
    names = ("message_id", "instruction_id", "end_to_end_id", "transaction_id", "uetr")
    return tuple((name, text) for name in names if (text := getattr(one, name)))
