"""The answer to an order (pain.002): what has become of each of its transactions, its payments, and the whole."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from wissel.core.finding import Finding
from wissel.engine.answering.file import answer_into
from wissel.engine.answering.request import Received as Answerable
from wissel.engine.answering.request import Request
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Received
from wissel.engine.orders.run import UNSPECIFIED, OrderRun
from wissel.engine.refusals import answer_definition
from wissel.reply.reason import fitting
from wissel.reply.status import Status
from wissel.reply.status_report import transaction_path
from wissel.reply.style import scheme_of, style_for
from wissel.xml.blocks.block import Block
from wissel.xml.xsd.schema_tree import SchemaTree

_UNLISTED = Status(None, listed=False)


def report_on(
    context: Context, received: Received, run: OrderRun, known: Mapping[int, str]
) -> tuple[Made | None, tuple[Finding, ...]]:
    """The answer, and what is worth saying of it; None where it cannot be given. Where all transactions fare the same,
    for no reason that has to be told, the message as a whole has the status and none of them is named.

    ``known`` is what was said before of transactions that this run leaves alone. Raises OSError.
    """
    definition = answer_definition(received.definition)
    if definition is None:
        return None, ()
    request = Request(definition, context.at, bic=context.bank.identity.bic)
    different = run.statuses[1:]
    if len(different) == 1 and not different[0][1] and not known:
        request = replace(request, status=different[0][0], whole=True)
    else:
        request = replace(request, choose=_chooser(received, context.catalog.tree(definition), run, known))
    path = context.folder / f"answer-{received.number}.xml"
    one = Answerable(received.message, received.report, received.base, received.number)
    answered = answer_into(path, one, request, context.catalog, context.puts_off)
    if answered.refused:
        return None, answered.findings
    name = f"{context.record.number}-{received.number}-{definition}.xml"
    return Made(context.channel.name, name, path, definition, answer=context.waited is None), ()


def _chooser(
    received: Received, tree: SchemaTree, run: OrderRun, known: Mapping[int, str]
) -> Callable[[Block], Status]:
    """What is said of each transaction: reasons as the answer and the scheme can have them."""
    path, guideline = f"{transaction_path(tree)}/StsRsnInf/Rsn/Cd", received.report.guideline
    most, scheme = style_for(guideline).reasons_max, scheme_of(guideline)
    said = [Status(code, fitting(reasons, tree, path, scheme, most, UNSPECIFIED)) for code, reasons in run.statuses]
    before = {code: Status(code, listed=False) for code in known.values()}
    of = run.status_of

    def choose(block: Block) -> Status:
        number = of[block.number] if block.number < len(of) else 0
        return said[number] if number else before.get(known.get(block.number, ""), _UNLISTED)

    return choose
