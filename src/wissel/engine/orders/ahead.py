"""Go through a large order while its rules are still being checked: the schema has been, and mostly nothing is wrong.

What comes of it is used only where nothing turns out to be wrong; else it is thrown away, and the order gone through
once more. Nothing is booked, journalled or delivered meanwhile.
"""

from wissel.catalog.naming import family_of
from wissel.engine.context import Context, Received
from wissel.engine.orders.run import OrderRun
from wissel.engine.prepared import Prepared
from wissel.message.business_message import read_messages
from wissel.reply.faults import Faults
from wissel.validation.report import Verdict
from wissel.xml.sources.source import Source

FAMILY = "pain.001"
_NOTHING = Faults((), {}, {}, sound=True)


def ahead(context: Context, early: tuple[Prepared, ...]) -> OrderRun | None:
    """The run through the one order of a file, with what is known ``early`` of it (by its schema alone). None for
    anything else, and where it breaks off: then that is found again in its turn."""
    if context.waited is not None or len(early) != 1:
        return None
    if early[0].refused is not None or early[0].report.verdict is not Verdict.VALID:
        return None
    reports = early[0].report.messages
    if len(reports) != 1 or family_of(reports[0].definition or "") != FAMILY:
        return None
    if not context.channel.may_send(reports[0].definition or ""):
        return None
    try:
        (message,) = read_messages(Source.from_path(context.path)).messages
        folder = context.folder / "ahead"
        folder.mkdir()
        run = OrderRun(
            context, Received(message, reports[0], early[0], 1, f"{context.record.base}:1"), _NOTHING, {}, folder
        )
        run.run()
    except Exception:  # noqa: BLE001 - nothing depends on it
        return None
    return run
