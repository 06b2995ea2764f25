"""What the sender of credit transfers is told: a report (pacs.002) as its network has it, and returns (pacs.004) of
what is here and cannot be taken."""

from collections.abc import Iterator
from datetime import date

from wissel.engine.interbank.moving import there_and_back
from wissel.engine.interbank.replying import (
    UNSPECIFIED,
    Way,
    back,
    definition_for,
    report_bodies,
    return_bodies,
    signed_for,
    stamp_of,
    status_for,
)
from wissel.engine.interbank.returning import RETURN, Returned, note_return, return_day
from wissel.engine.interbank.transfer import CREDITED, Taken, Transfers
from wissel.engine.refusals import ANSWERS
from wissel.ledger.posting import reference_of
from wissel.reply.status import Status, Statuses
from wissel.routing.network import Network

_SAID = "ACSC"
"""Of a payment that was settled and is returned: counted, not named."""


def answer(transfers: Transfers) -> None:
    """Report on the transactions of a message, and return those that came with their money in vain."""
    returned = [one for one in transfers.taken if one.refused and one.settled and one.amount]
    for number, some in enumerate(_by_reason(returned), 1):
        _return(transfers, number, some)
    _report(transfers, {one.number for one in returned})


# --- the report ---


def _report(transfers: Transfers, returned: set[int]) -> None:
    network = transfers.taken[0].network if transfers.taken else None
    answers = network.answers if network is not None else "negative"
    told = [one for one in transfers.taken if one.number not in returned]
    if not told or answers == "none" or (answers == "negative" and not any(one.refused for one in told)):
        return
    way = _way(transfers, network, definition_for(network, "pacs.002", ANSWERS[transfers.family]))
    statuses: dict[int, Status] = {}
    for one in transfers.taken:
        if one.number in returned:
            statuses[one.number] = Status(_SAID, listed=False)
        else:
            statuses[one.number] = _status(transfers, way, one, listed=one.refused or answers == "all")
    stamped = stamp_of(transfers.sheet, way.definition)
    original, message = transfers.original, transfers.received.message
    chosen = Statuses(Status(None, listed=False), statuses)
    bodies = report_bodies(transfers.sheet, way.definition, original, message.blocks, chosen, stamped, way.guideline)
    back(transfers.sheet, way, bodies, stamped)


def _status(transfers: Transfers, way: Way, one: Taken, listed: bool) -> Status:
    if one.refused:
        return status_for(transfers.sheet, way.definition, way.guideline, one.status, one.reasons)
    if one.status != CREDITED or one.posting is None:
        return Status(one.status, listed=listed)
    accepted = transfers.context.at.isoformat(timespec="seconds")
    return Status(one.status, accepted=accepted, servicer_reference=reference_of(one.posting, 2), listed=listed)


def _way(transfers: Transfers, network: Network | None, definition: str) -> Way:
    guideline = transfers.received.report.guideline
    return Way(definition, transfers.context.channel.name, guideline, signed_for(network), answer=True)


# --- returns ---


def _by_reason(returned: list[Taken]) -> Iterator[list[Taken]]:
    """Transactions that one return takes back: those of one reason, currency and network."""
    found: dict[tuple[object, ...], list[Taken]] = {}
    for one in returned:
        name = one.network.name if one.network is not None else None
        found.setdefault((one.reasons[:1], one.order.currency, name), []).append(one)
    yield from found.values()


def _return(transfers: Transfers, number: int, some: list[Taken]) -> None:
    sheet, network, currency = transfers.sheet, some[0].network, some[0].order.currency
    day = return_day(transfers.context, network, currency)
    way = _way(transfers, network, definition_for(network, "pacs.004", RETURN))
    stamped = stamp_of(sheet, way.definition, str(number))
    reason = some[0].reasons[0] if some[0].reasons else UNSPECIFIED
    blocks = [one.block for one in some]
    bodies = return_bodies(sheet, way.definition, transfers.original, blocks, stamped, reason, day, way.guideline)
    sent = back(sheet, way, bodies, stamped)
    for position, one in enumerate(some, 1):
        if not sent:
            transfers.book(one, transfers.move(one, one.source, transfers.suspense(currency)))
            continue
        move = transfers.move(one, one.source, one.source)
        details = (*move.details, ("return_reason", reason))
        sheet.book(there_and_back(transfers.context, move, date.fromisoformat(day), details))
        returned = Returned(way.definition, stamped.base, position, stamped.item(one.number), day, move.key)
        if one.kept is not None:
            note_return(sheet, one.kept, returned)
        sheet.counts["returned"] += 1
