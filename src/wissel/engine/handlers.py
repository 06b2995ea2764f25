"""What is done with a valid message, by its family: one line each. What is not named here is kept and filed."""

from collections.abc import Mapping

from wissel.engine.context import Handler
from wissel.engine.handle_order import handle_order

HANDLERS: Mapping[str, Handler] = {
    "pain.001": handle_order,
}
