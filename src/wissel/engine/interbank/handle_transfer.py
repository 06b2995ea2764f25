"""Credit transfers of other banks (pacs.008, pacs.009): credited, passed on, rejected or returned, each for itself.

A payment for an own customer is credited at once, unless its money comes by a cover that is not here yet. One for
another bank is passed on by routing. One that cannot be taken is rejected (pacs.002) where its money is still to come,
and returned (pacs.004) where it is here. Whether those that are taken get a report is for the network to say.
"""

from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.peer import COVERED
from wissel.engine.interbank.transfer import Taken, Transfers
from wissel.engine.interbank.transfer_answers import answer
from wissel.engine.interbank.transfer_checks import account_to_credit, is_for_us, is_own
from wissel.engine.interbank.transfer_cover import announced, covering, is_cover
from wissel.engine.interbank.transfer_relay import decide, pass_on
from wissel.engine.refusals import refused
from wissel.reply.faults import faults_of
from wissel.routing.decision import Rejection


def handle_transfer(context: Context, received: Received) -> Effects:
    """What comes of one message of credit transfers."""
    faults = faults_of(received.report.findings, received.definition, received.report.unlisted)
    transfers = Transfers(context, received, faults)
    if faults.message and not transfers.come_with_their_money():
        return refused(context, received, None)
    for block in received.message.blocks():
        if block.kind == "transaction":
            taken = transfers.read(block)
            if not taken.refused:
                _carry_out(transfers, taken)
    pass_on(transfers)
    transfers.note()
    answer(transfers)
    return transfers.sheet.effects(not all(one.refused for one in transfers.taken))


def _carry_out(transfers: Transfers, taken: Taken) -> None:
    order, bank = taken.order, transfers.context.bank
    if is_own(order, bank):
        if is_cover(taken.block):
            covering(transfers, taken)
        else:
            transfers.credit(taken, transfers.suspense(order.currency))
    elif not is_for_us(order, bank):
        decide(transfers, taken)
    else:
        account = account_to_credit(order, bank)
        if isinstance(account, Rejection):
            transfers.reject(taken, account)
        elif order.settlement_method == COVERED:
            announced(transfers, taken, account.id)
        else:
            transfers.credit(taken, account.id)
