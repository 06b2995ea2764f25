"""What the bank before us is told of a payment that was passed on: a report (pacs.002) while its money is still to be
settled between us, a return (pacs.004) of what was settled."""

from collections.abc import Iterable
from dataclasses import dataclass

from wissel.engine.interbank.moving import Move, booking_day, posting
from wissel.engine.interbank.peer import agent_of
from wissel.engine.interbank.replying import (
    UNSPECIFIED,
    Way,
    block_of,
    definition_for,
    forth,
    original_of,
    report_bodies,
    return_bodies,
    signed_for,
    stamp_of,
    status_for,
)
from wissel.engine.interbank.returning import RETURN, Returned, note_return, return_day
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.transfer_checks import is_settled
from wissel.engine.refusals import ANSWERS
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.original import Original
from wissel.reply.status import Status, Statuses
from wissel.routing.network import Network
from wissel.routing.order import Order, order_of
from wissel.xml.blocks.block import Block

_REJECTED = "RJCT"


@dataclass(frozen=True, slots=True)
class Before:
    """One payment that came in and was passed on, and what is new of it."""

    kept: Kept
    status: str
    reasons: tuple[str, ...]


class Legs:
    """New statuses of payments that were passed on, by the message they came in."""

    __slots__ = ("_messages",)

    def __init__(self) -> None:
        self._messages: dict[tuple[int, str, str], dict[int, Before]] = {}

    def add(self, came: Kept, status: str, reasons: Iterable[str]) -> None:
        """A payment has come further; the last word counts."""
        one = came.payment
        message = self._messages.setdefault((came.record, one.definition, one.message_id), {})
        message[one.position] = Before(came, status, tuple(reasons))

    def tell(self, sheet: Sheet) -> None:
        """Write reports and returns for each message, and note what they say."""
        for some in self._messages.values():
            new = [one for one in some.values() if sheet.is_news(one.kept, one.status)]
            if new:
                _tell(sheet, new)
                for one in new:
                    sheet.say(one.kept, one.status, one.reasons)


def came_by(kept: Kept) -> tuple[Original, Block, Order]:
    """A payment that came in, as it stood in its message."""
    definition, known = kept.payment.definition, stored(kept.payment)
    original = original_of(definition, known)
    block = block_of(original, kept.payment.position, known.values)
    return original, block, order_of(block, definition)


def network_before(sheet: Sheet, known: Stored) -> Network | None:
    """The network over which a payment came."""
    return sheet.context.bank.networks.get(known.network or "")


def _tell(sheet: Sheet, new: list[Before]) -> None:
    known = stored(new[0].kept.payment)
    network = network_before(sheet, known)
    day = booking_day(sheet.context)
    back = [one for one in new if one.status == _REJECTED and is_settled(network, came_by(one.kept)[2], day)]
    for one in back:
        send_back(sheet, one.kept, one.reasons[0] if one.reasons else UNSPECIFIED)
    told = [one for one in new if one not in back]
    answers = network.answers if network is not None else "negative"
    if answers == "none" or not any(answers == "all" or one.status == _REJECTED for one in told):
        return
    _report(sheet, told, known, network, answers)


def _report(sheet: Sheet, told: list[Before], known: Stored, network: Network | None, answers: str) -> None:
    first = told[0].kept
    definition = definition_for(network, "pacs.002", ANSWERS[first.payment.definition[:8]])
    guideline = known.guideline or "iso"
    original = original_of(first.payment.definition, known)
    new = {one.kept.payment.position: one for one in told}
    statuses: dict[int, Status] = {}
    blocks: list[Block] = []
    for kept in sheet.message(Direction.IN, first.payment.message_id):
        if kept.record != first.record or kept.payment.definition != first.payment.definition:
            continue
        position = kept.payment.position
        blocks.append(block_of(original, position, stored(kept.payment).values))
        said = new.get(position)
        if said is not None and (answers == "all" or said.status == _REJECTED):
            statuses[position] = status_for(sheet, definition, guideline, said.status, said.reasons)
        else:
            last = sheet.last(kept)
            code = said.status if said is not None else last.status if last is not None else None
            statuses[position] = Status(code, listed=False)
    stamped = stamp_of(sheet, definition, first.payment.message_id, str(first.record))
    chosen = Statuses(Status(None, listed=False), statuses)
    bodies = report_bodies(sheet, definition, original, lambda: iter(blocks), chosen, stamped, guideline)
    way = Way(definition, first.payment.party, guideline, signed_for(network))
    forth(sheet, way, network, _bic(known), bodies, stamped)


def _bic(known: Stored) -> str | None:
    peer = agent_of(known.peer)
    return peer.bic if peer is not None else None


def send_back(sheet: Sheet, came: Kept, reason: str, move: Move | None = None) -> bool:
    """Return a payment that came in; ``move`` is what is booked for it where that has not been done. False where the
    return cannot be sent: then nothing is booked."""
    known = stored(came.payment)
    network = network_before(sheet, known)
    definition = definition_for(network, "pacs.004", RETURN)
    day = return_day(sheet.context, network, came.payment.currency or "")
    original, block, _ = came_by(came)
    guideline = known.guideline or "iso"
    stamped = stamp_of(sheet, definition, came.payment.message_id, str(came.payment.position), str(came.record))
    bodies = return_bodies(sheet, definition, original, (block,), stamped, reason, day, guideline)
    way = Way(definition, came.payment.party, guideline, signed_for(network))
    if not forth(sheet, way, network, _bic(known), bodies, stamped):
        return False
    if move is not None:
        sheet.book(posting(sheet.context, move))
    key = move.key if move is not None else ""
    own = stamped.item(came.payment.position)
    note_return(sheet, came, Returned(definition, stamped.base, 1, own, day, key))
    sheet.counts["returned"] += 1
    return True
