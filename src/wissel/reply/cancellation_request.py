"""Requests to send a payment back: camt.056 for one transaction of a pacs.008 or pacs.009 that was sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wissel.reply.copying import place
from wissel.reply.reason import Reason
from wissel.reply.stamp import Stamp
from wissel.reply.status import reason_values
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

NAME = "FIToFIPmtCxlReq"
TRANSACTION = f"{NAME}/Undrlyg/TxInf"
REASON = f"{TRANSACTION}/CxlRsnInf/Rsn/Cd"
_SHORT = 11
"""Of the stamp's identifier, from its end: correspondent banks take 16 characters for a case."""
Values = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The payment that is asked back, and by whom."""

    stamp: Stamp
    assigner: Values
    """This bank, as values below ``Agt``."""
    assignee: Values
    """The bank that got it, likewise."""
    message_id: str
    """Of the message that it was sent in."""
    definition: str
    names: Mapping[str, str]
    """Its references: ``InstrId``, ``EndToEndId``, ``TxId``, ``UETR``."""
    amount: str
    currency: str
    settlement_date: str
    reason: Reason
    bic: str
    """Of the bank that asks, the originator of the reason."""
    case: bool
    """Whether the request has a case of its own, to be named in answers."""


def case_of(stamp: Stamp) -> str:
    """How a request calls itself and its case."""
    return stamp.base[-_SHORT:]


def write_cancellation_request(writer: MessageWriter, tree: SchemaTree, asked: Asked) -> None:
    """Write the request. ``writer`` has been opened on ``tree`` and is closed by the caller."""
    assignment = [("Assgnmt/Id", asked.stamp.base), ("Assgnmt/CreDtTm", asked.stamp.created)]
    assignment += [(f"Assgnmt/Assgnr/Agt/{path}", text) for path, text in asked.assigner]
    assignment += [(f"Assgnmt/Assgne/Agt/{path}", text) for path, text in asked.assignee]
    own = case_of(asked.stamp)
    found = [("CxlId", own)]
    if asked.case:
        found += [("Case/Id", own), *((f"Case/Cretr/Agt/{path}", text) for path, text in asked.assigner)]
    found += [("OrgnlGrpInf/OrgnlMsgId", asked.message_id), ("OrgnlGrpInf/OrgnlMsgNmId", asked.definition)]
    found += [(f"Orgnl{name}", text) for name, text in asked.names.items()]
    found += [("OrgnlIntrBkSttlmAmt", asked.amount), ("OrgnlIntrBkSttlmAmt/@Ccy", asked.currency)]
    found += [("OrgnlIntrBkSttlmDt", asked.settlement_date)]
    kept = [(path, text) for path, text in found if text and place(tree, TRANSACTION, path) == path]
    kept += reason_values(tree, TRANSACTION, "CxlRsnInf", (asked.reason,), asked.bic)
    writer.start(NAME)
    writer.values([*assignment, *((f"Undrlyg/TxInf/{path}", text) for path, text in kept)])
