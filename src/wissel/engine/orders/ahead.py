"""Go through a large order while it is still being validated: mostly nothing is wrong with it.

What comes of it is used only where nothing turns out to be wrong; else it is thrown away, and the order gone through
once more. Nothing is booked, journalled or delivered meanwhile.
"""

from wissel.catalog.naming import family_of
from wissel.engine.context import Context, Received
from wissel.engine.orders.run import OrderRun
from wissel.engine.prepared import Prepared
from wissel.message.business_message import read_messages
from wissel.reply.faults import Faults
from wissel.validation.names import SCHEMA
from wissel.validation.report import MessageReport, Report, Verdict
from wissel.xml.sources.source import Source

FAMILY = "pain.001"
_NOTHING = Faults((), {}, {}, sound=True)
_MESSAGE = MessageReport(None, None, None, Verdict.UNSUPPORTED, 0, "missing", SCHEMA, 0)
_UNKNOWN = Prepared(Report("", None, 0, "", "", Verdict.UNSUPPORTED, (), ()))
"""What is known of the file so far; the run asks for none of it."""


def ahead(context: Context) -> OrderRun | None:
    """The run through the one order of a file. None for anything else, and where it breaks off: then that is found
    again in its turn."""
    if context.waited is not None:
        return None
    try:
        messages = read_messages(Source.from_path(context.path)).messages
        definition = messages[0].definition or "" if len(messages) == 1 else ""
        if family_of(definition) != FAMILY or not context.channel.may_send(definition):
            return None
        folder = context.folder / "ahead"
        folder.mkdir()
        received = Received(messages[0], _MESSAGE, _UNKNOWN, 1, f"{context.record.base}:1")
        run = OrderRun(context, received, _NOTHING, {}, folder)
        run.run()
    except Exception:  # noqa: BLE001 - nothing depends on it
        return None
    return run
