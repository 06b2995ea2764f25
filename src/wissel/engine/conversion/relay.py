"""A payment between banks passed on: where routing sends it, as the message of the next leg."""

from dataclasses import replace

from wissel.core.codes import finding
from wissel.core.errors import InstallationError
from wissel.core.finding import Finding
from wissel.engine.conversion.placing import Placer
from wissel.engine.conversion.run import Result, Run
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.placement import Placement
from wissel.mapping.relay import PAYMENTS, relay
from wissel.mapping.relay_leg import Leg
from wissel.message.business_message import BusinessMessage
from wissel.routing.bank import Bank
from wissel.routing.decide import Router
from wissel.routing.decision import Rejection
from wissel.routing.order import OrderReader
from wissel.xml.blocks.block import Block

FAMILIES = PAYMENTS


def rejected(refused: Rejection, block: Block) -> Finding:
    """The finding for a transaction that routing rejects."""
    place = block.place(0)
    made = finding(refused.code, refused.message, path=block.path, transaction=block.number, line=place.line)
    return replace(made, reason=refused.reason)


def pass_on(run: Run, message: BusinessMessage, bank: Bank, number: int) -> None:
    """Write one message as that of the next leg; findings go to the run. ``number`` counts messages of the file."""
    placement = _placed(run, message, bank)
    if placement is None:
        return
    definition = run.wish.definition
    path = run.path(definition)
    # each message of a file has identifiers of its own
    identifiers = Identifiers(f"{run.digest} {number}", run.wish.moment)
    transactions = sum(1 for block in message.blocks() if block.kind == "transaction")
    try:
        with path.open("wb") as file:
            done = relay(
                message,
                Leg(placement),
                run.wish.moment,
                identifiers,
                run.catalog,
                file.write,
                record=lambda loss: run.note(loss, path.name),
            )
    except OSError as error:
        raise InstallationError(f"cannot write {path.name}: {error.strerror or error}") from None
    for one in done.findings:
        run.find(one)
    run.counts["converted"] += transactions
    run.keep(Result(path, definition, transactions, None), placement.guideline)


def _placed(run: Run, message: BusinessMessage, bank: Bank) -> Placement | None:
    """The one placement of all transactions; None, with findings, where there is none."""
    orders, router, placer = OrderReader(message.definition or ""), Router(bank), Placer(bank)
    found: Placement | None = None
    before = run.counts["findings"]
    for block in message.blocks():
        if block.kind != "transaction":
            continue
        order = orders.order(block)
        decision = router.decide(order, run.wish.at, run.funds)
        if decision.rejection is not None:
            run.find(rejected(decision.rejection, block))
            continue
        placement = placer.place(order, decision)
        wrong = _wrong(placement, found, run.wish.definition, block)
        if wrong is not None:
            run.find(wrong)
            continue
        found = placement
        if decision.account is not None and decision.amount is not None:
            run.funds.reserve(decision.account, decision.amount)
    return found if run.counts["findings"] == before else None


def _wrong(placement: Placement | None, found: Placement | None, wanted: str, block: Block) -> Finding | None:
    """Why a transaction cannot go into the message of the next leg."""
    if placement is None:
        message = "The creditor's account is kept here: the payment is booked, and no message is sent."
        return finding("PAYMENT-STAYS-INSIDE", message, path=block.path, transaction=block.number)
    if placement.definition != wanted:
        message = f"The payment goes over {placement.network}, which takes {placement.definition} and not {wanted}."
        return finding("DEFINITION-NOT-OF-NETWORK", message, path=block.path, transaction=block.number)
    if placement.cover is not None:
        message = "The payment would be passed on with a cover of its own; that is done for orders only."
        return finding("RELAY-WITH-COVER", message, path=block.path, transaction=block.number)
    if found is not None and placement is not found:
        message = f"The payment goes another way than the ones before: over {placement.network} on {placement.date}."
        return finding("RELAY-SEVERAL-WAYS", message, path=block.path, transaction=block.number)
    return None
