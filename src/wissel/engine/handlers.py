"""What is done with a valid message, by its family: one line each. What is not named here is kept and filed."""

from collections.abc import Mapping

from wissel.engine.context import Handler
from wissel.engine.interbank.handle_enquiry import handle_enquiry
from wissel.engine.interbank.handle_recall import handle_recall
from wissel.engine.interbank.handle_report import handle_report
from wissel.engine.interbank.handle_resolution import handle_resolution
from wissel.engine.interbank.handle_return import handle_return
from wissel.engine.interbank.handle_transfer import handle_transfer
from wissel.engine.orders.handle import handle_order
from wissel.engine.statements.handle_request import handle_request

HANDLERS: Mapping[str, Handler] = {
    "camt.029": handle_resolution,
    "camt.056": handle_recall,
    "camt.060": handle_request,
    "pain.001": handle_order,
    "pacs.002": handle_report,
    "pacs.004": handle_return,
    "pacs.008": handle_transfer,
    "pacs.009": handle_transfer,
    "pacs.028": handle_enquiry,
}
