"""Returns that are sent (pacs.004): their day, and what the journal keeps of them."""

from dataclasses import dataclass

from wissel.engine.context import Context
from wissel.engine.interbank.moving import booking_day
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.routing.business_day import settlement_day
from wissel.routing.network import Network, calendar_name

RETURN = "pacs.004.001.09"
FAMILY = "pacs.004"


@dataclass(frozen=True, slots=True)
class Returned:
    """One transaction of a return that was made."""

    definition: str
    message_id: str
    position: int
    own_id: str
    """RtrId."""
    day: str
    posting: str
    """Key of what was booked; empty for a return of a payment that was passed on and rejected there: what was booked
    for that is taken back already, and the money is nobody's but the sender's."""
    amount: str | None = None
    """What goes back, where it is less than what came."""


def return_day(context: Context, network: Network | None, currency: str) -> str:
    """The day on which a return made now settles."""
    if network is None:
        return booking_day(context).isoformat()
    calendar = context.bank.calendars[calendar_name(network, currency)]
    return settlement_day(network, calendar, None, context.at, "interbank")[0].isoformat()


def note_return(sheet: Sheet, original: Kept, made: Returned) -> Kept:
    """Note that a payment that came in was sent back."""
    one, known = original.payment, stored(original.payment)
    content = Stored(
        network=known.network,
        account=known.account if made.posting else None,
        settlement=known.settlement,
        amount=known.amount,
        posting=made.posting,
        case=known.case,
        peer=known.peer,
    )
    return sheet.keep(
        Payment(
            Direction.OUT,
            made.definition,
            made.message_id,
            made.position,
            one.party,
            instruction_id=made.own_id,
            end_to_end_id=one.end_to_end_id,
            transaction_id=one.transaction_id,
            uetr=one.uetr,
            currency=one.currency,
            amount=made.amount or one.amount,
            date=made.day,
            parent=(one.definition, one.message_id, one.position),
            parent_record=original.record,
            content=content.text,
        )
    )
