"""Payments for other banks: decided by routing and passed on as messages of the next leg.

Transactions of one message that go the same way go on in one message, as far as the network takes them together.
"""

from collections.abc import Iterator
from typing import cast

from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.answering.file import file_faults
from wissel.engine.booking import settlement_account
from wissel.engine.conclusion import Made
from wissel.engine.interbank.part import Part
from wissel.engine.interbank.peer import peer_of
from wissel.engine.interbank.transfer import PASSED_ON, Taken, Transfers, is_error
from wissel.engine.interbank.transfer_checks import account_to_credit
from wissel.engine.stored import Stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Loss
from wissel.mapping.placement import Placement
from wissel.mapping.relay import relay
from wissel.mapping.relay_leg import Leg
from wissel.message.business_message import BusinessMessage
from wissel.routing.decision import Rejection


def decide(transfers: Transfers, taken: Taken) -> None:
    """Where a payment goes next, or why it goes nowhere."""
    bank, order = transfers.context.bank, taken.order
    decision = transfers.router.decide(order, transfers.context.at, transfers.funds)
    if decision.rejection is not None:
        transfers.reject(taken, decision.rejection)
        return
    placement = transfers.placer.place(order, decision)
    if placement is None:  # the creditor's account is with us after all
        account = account_to_credit(order, bank)
        if isinstance(account, Rejection):
            transfers.reject(taken, account)
        else:
            transfers.credit(taken, account.id)
        return
    fault = _fault(transfers, taken, placement)
    if fault is not None:
        transfers.reject(taken, fault)
        return
    taken.decision, taken.placement = decision, placement
    transfers.funds.move(taken.source, -taken.amount)


def _fault(transfers: Transfers, taken: Taken, placement: Placement) -> Finding | None:
    """Why a payment cannot go into the message of the next leg."""
    where = {"path": taken.block.path, "transaction": taken.number}
    definition = transfers.received.definition
    if placement.definition != definition:
        said = f"The payment goes over {placement.network}, which takes {placement.definition} and not {definition}."
        return finding("DEFINITION-NOT-OF-NETWORK", said, **where)  # type: ignore[arg-type]
    if placement.cover is not None or not taken.source:
        said = "The payment would be passed on with a cover of its own; that is done for orders only."
        return finding("RELAY-WITH-COVER", said, **where)  # type: ignore[arg-type]
    return None


def pass_on(transfers: Transfers) -> None:
    """Make the messages of the next legs, and book what they carry."""
    for number, some in enumerate(_together(transfers), 1):
        _send(transfers, number, some)


def _together(transfers: Transfers) -> Iterator[tuple[Taken, ...]]:
    """Transactions that go on in one message. Placements of one transaction each are told apart by what they say."""
    ways: dict[tuple[object, ...], list[Taken]] = {}
    for taken in transfers.taken:
        if taken.placement is not None:
            one = taken.placement
            key = (one.network, one.date, one.settlement, one.instructed, one.guideline, taken.order.currency)
            ways.setdefault(key, []).append(taken)
    for some in ways.values():
        placement = some[0].placement
        most = placement.transactions_max if placement is not None else None
        size = most or len(some)
        for first in range(0, len(some), size):
            yield tuple(some[first : first + size])


def _send(transfers: Transfers, number: int, some: tuple[Taken, ...]) -> None:
    placement = some[0].placement
    if placement is None:
        return
    context = transfers.context
    moment = context.at.isoformat(timespec="seconds")
    identifiers = Identifiers(f"{transfers.received.base}:{number}", moment)
    path = context.folder / f"{context.record.number}-{transfers.received.number}-relay-{number}.xml"
    losses: list[Loss] = []
    part = cast(BusinessMessage, Part(transfers.received.message, [taken.block for taken in some]))
    with path.open("xb") as file:
        done = relay(part, Leg(placement), moment, identifiers, context.catalog, file.write, record=losses.append)
    found = [one for one in done.findings if is_error(one)]
    if not found and not context.puts_off(path, placement.guideline):
        found = file_faults(path, placement.guideline, context.at.date(), context.catalog, Severity.ERROR)
    if found:
        path.unlink()
        for taken in some:
            transfers.reject(taken, found[0])
            transfers.funds.move(taken.source, taken.amount)
        return
    name = f"{context.record.number}-{transfers.received.number}-{number}-{placement.definition}.xml"
    about = f"{placement.definition}, {len(some)} passed on"
    made = Made(placement.network or "", name, path, about)
    transfers.sheet.made.append(context.sign(made, placement.network or ""))
    for position, taken in enumerate(some, 1):
        _booked(transfers, taken, placement, identifiers, position)


def _booked(transfers: Transfers, taken: Taken, placement: Placement, identifiers: Identifiers, position: int) -> None:
    decision = taken.decision
    if decision is None or decision.settlement is None:
        raise TypeError("what is passed on has been decided")
    settled = decision.settlement
    account = settlement_account(settled.account, placement.network or "", taken.order.currency)
    move = transfers.move(taken, taken.source, account, settled.date)
    transfers.funds.move(taken.source, taken.amount)  # it was set aside when it was decided
    transfers.book(taken, move)
    taken.account, taken.status = account, PASSED_ON
    created = transfers.context.at.isoformat(timespec="seconds")

    def child(kept: Kept) -> Payment:
        content = Stored(
            network=placement.network,
            account=taken.source,
            settlement=account,
            amount=taken.amount,
            posting=move.key,
            case=placement.network,
            peer=peer_of(decision.next_agent),
            created=created,
        )
        told = kept.payment
        return Payment(
            Direction.OUT,
            placement.definition,
            identifiers.message(1),
            position,
            placement.network or "",
            business_message_id=identifiers.message(1) if placement.header is not None else None,
            instruction_id=identifiers.instruction(taken.number),
            end_to_end_id=told.end_to_end_id,
            transaction_id=told.transaction_id,
            uetr=told.uetr,
            currency=told.currency,
            amount=told.amount,
            date=placement.date,
            parent=(told.definition, told.message_id, told.position),
            parent_record=kept.record,
            content=content.text,
        )

    taken.children.append(child)
