"""A payment that came in and is recalled: whether it can be sent back, how that is done, and the answer given later.

An answer given at once goes to who handed the recall over. One that a person gives later is written from what the
journal has of the recall.
"""

from collections.abc import Mapping
from dataclasses import replace

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.bank.news import came_by, send_back
from wissel.engine.interbank.moving import RETURNED, Move, booking_day, details_of, suspense_account
from wissel.engine.interbank.peer import agent_of
from wissel.engine.interbank.replying import Way, definition_for, forth, resolution_bodies, signed_for, stamp_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.transfer import CREDITED, HELD
from wissel.engine.orders.funds import LedgerFunds
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.reply.original import Original
from wissel.reply.relayed_report import values_block
from wissel.reply.status import Status
from wissel.routing.network import Network
from wissel.xml.blocks.block import Block

RECALL, RESOLUTION = "camt.056", "camt.029.001.09"
FOLLOWING_RECALL = "FOCR"
_RETURN, _RESOLUTIONS, _SERVICE = "pacs.004", "camt.029", "BizSvc"
_DOCUMENT, _GROUP, _TRANSACTION = "/Document/FIToFIPmtCxlReq", "Undrlyg", "Undrlyg/TxInf"


def is_returned(sheet: Sheet, came: Kept) -> bool:
    """Whether a payment that came in was sent back."""
    return any(kept.payment.definition.startswith(_RETURN) for kept in sheet.children(came))


def sent_back(sheet: Sheet, funds: LedgerFunds, came: Kept) -> Finding | None:
    """Return a payment that was credited, where its account still holds the money; the finding where it is not sent
    back: then nothing was booked."""
    one, known = came.payment, stored(came.payment)
    last = sheet.last(came)
    if is_returned(sheet, came) or last is None or last.status not in (CREDITED, HELD):
        return _kept(came, "was not credited here, or is back already")
    amount, account = known.amount or 0, known.account
    if account is None or account not in sheet.context.bank.accounts or not amount:
        return _kept(came, "stands on no account that is known")
    if funds.available(account) < amount:
        return _kept(came, f"is more than {account} holds")
    settlement = known.settlement or _covered_by(sheet, came)
    if settlement is None or settlement == suspense_account(sheet.context, one.currency or ""):
        return _kept(came, "came over no account that is known")
    _, block, order = came_by(came)
    details = (*details_of(block, one.definition, one.message_id, order), ("return_reason", FOLLOWING_RECALL))
    key = f"recalled:{came.record}:{one.message_id}:{one.position}"
    case = f"{known.case or 'other'}{RETURNED}"
    move = Move(key, account, settlement, amount, one.currency or "", booking_day(sheet.context), case, details)
    if not send_back(sheet, came, FOLLOWING_RECALL, move):
        return _kept(came, "cannot be written as its network wants a return")
    funds.move(account, -amount)
    return None


def _kept(came: Kept, why: str) -> Finding:
    name = came.payment.uetr or came.payment.end_to_end_id or came.payment.message_id
    return finding("RECALL-NOT-OPEN", f"The payment {name} {why}; it is not sent back.", value=name)


def _covered_by(sheet: Sheet, came: Kept) -> str | None:
    """The account over which the money of a payment came by its cover."""
    for kept in sheet.matching(Direction.IN, ("pacs.009",), None, {"UETR": came.payment.uetr or ""}):
        if (found := stored(kept.payment).settlement) is not None:
            return found
    return None


def answer_later(sheet: Sheet, recall: Kept, came: Kept, said: Status) -> None:
    """The resolution (camt.029) of one recalled payment, some time after the recall came."""
    one, known = recall.payment, stored(recall.payment)
    network = _network(sheet, known)
    definition = definition_for(network, _RESOLUTIONS, RESOLUTION)
    guideline = guideline_of(sheet, recall)
    original, block = _recalled(one, known, came.payment)
    stamped = stamp_of(sheet, definition, one.message_id, str(one.position), str(recall.record))
    bodies = resolution_bodies(
        sheet, definition, original, lambda: iter((block,)), {block.number: said}, None, stamped, guideline
    )
    peer = agent_of(known.peer)
    way = Way(definition, one.party, guideline, signed_for(network))
    forth(sheet, way, network, peer.bic if peer is not None else None, bodies, stamped)


def guideline_of(sheet: Sheet, recall: Kept) -> str:
    """By which answers to a recall are written: that of its network, else that by which it was judged."""
    known = stored(recall.payment)
    network = _network(sheet, known)
    return network.guideline if network is not None else known.guideline or "iso"


def _network(sheet: Sheet, known: Stored) -> Network | None:
    """The network that a recall came by; answers have the business service of the recall where it names none."""
    network, service = sheet.context.bank.networks.get(known.network or ""), known.header.get(_SERVICE)
    if network is None or service is None:
        return network
    return replace(network, business_services={_RESOLUTIONS: service, **network.business_services})


def _recalled(recall: Payment, known: Stored, came: Payment) -> tuple[Original, Block]:
    """A recall as it stood in its message: one of a whole message names its payments by their own references."""
    header = values_block("message", "/AppHdr", 1, None, dict(known.header)) if known.header else None
    message = values_block("message", _DOCUMENT, 1, None, dict(known.message))
    group = values_block("group", _GROUP, 1, message, {})
    whole = {
        "OrgnlGrpInf/OrgnlMsgId": came.message_id,
        "OrgnlGrpInf/OrgnlMsgNmId": came.definition,
        "OrgnlInstrId": came.instruction_id,
        "OrgnlEndToEndId": came.end_to_end_id,
        "OrgnlTxId": came.transaction_id,
        "OrgnlUETR": came.uetr,
    }
    values: Mapping[str, str | None] = dict(known.values) or whole
    block = values_block("transaction", _TRANSACTION, recall.position, group, values)
    return Original(recall.definition, message, header), block
