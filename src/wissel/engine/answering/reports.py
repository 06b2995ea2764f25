"""Status reports as answers: about the message itself, about another one that a network reported, or once more."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.answering.bodies import Body, is_error, own_bic, reason_findings, refused
from wissel.engine.answering.request import Answered, Task
from wissel.message.business_message import BusinessMessage
from wissel.reply.choosing import Chooser, Derived, Wanted
from wissel.reply.faults import Faults
from wissel.reply.ladder import RECEIVED, REJECTED
from wissel.reply.last_known import LastKnown, Numbered, report_of_another
from wissel.reply.original import ORDERS, Original, opened
from wissel.reply.reason import Reason, fitting
from wissel.reply.relayed_report import CustomerOrder, order_blocks, order_of, relay
from wissel.reply.repeated_report import asked as asked_again
from wissel.reply.reported import Reported, reported
from wissel.reply.status import Choose, Status
from wissel.reply.status_report import ReportOptions, check_status, transaction_path, write_status_report
from wissel.reply.style import scheme_of, style_for
from wissel.reply.tally import Tally
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

_ACCEPTED = "ACTC"
"""Of a message that nothing is said against: its format and content are right, and nothing else has been checked."""
_NEGATIVE = (REJECTED, "CANC")


def reporting(task: Task, original: Original, blocks: Iterator[Block], faults: Faults) -> Body | Answered:
    """A report about the message itself."""
    request, tree = task.request, task.tree
    findings = _request_findings(task, tree)
    if is_error(findings):
        return refused(task, *findings)
    first = next(blocks, None)
    last = _last_known(task, original)
    if isinstance(last, Finding):
        return refused(task, last)
    whole_received = request.status == RECEIVED and not request.transactions
    derived = _derived(task, tree, faults)
    chooser = Chooser(_wanted(task), derived, last)
    choose: Choose = _unlisted(chooser) if whole_received else request.choose or chooser
    options = replace(_options(task, original, first), **_said_of_whole(task, derived, whole_received))

    def write(writer: MessageWriter, depth: int) -> Answered:
        every = iter(()) if request.whole else _again(first, blocks)
        tally = write_status_report(writer, tree, original, every, choose, options, depth)
        unclear = last.findings if last is not None else ()
        return _answered(task, (*findings, *chooser.findings, *unclear), tally)

    return write


def _unlisted(chooser: Chooser) -> Choose:
    """Names no transaction, yet sees to it that none goes back."""
    unlisted = Status(None, listed=False)

    def choose(block: Block) -> Status:
        chooser(block)
        return unlisted

    return choose


def _said_of_whole(task: Task, derived: Derived, received: bool) -> dict[str, Any]:
    """What is said of the message as a whole, beyond what its transactions come to."""
    request, faults = task.request, derived.faults
    given = (Reason(request.reason),) if request.reason is not None else ()
    if request.whole:
        return {"whole": request.status, "reasons": given}
    if request.choose is not None:
        return {}
    if received:
        return {"whole": RECEIVED}
    if request.status is None and request.last is None and faults.message:
        return {"whole": REJECTED, "reasons": derived.reasons[faults.message]}
    return {"reasons": given} if request.status is not None and not request.transactions else {}


def _again(first: Block | None, rest: Iterator[Block]) -> Iterator[Block]:
    if first is not None:
        yield first
        yield from rest


def _answered(task: Task, findings: tuple[Finding, ...], tally: Tally) -> Answered:
    return Answered(task.request.definition, findings, tally.counts, task.received.report.guideline)


def _options(task: Task, original: Original, first: Block | None) -> ReportOptions:
    style = style_for(task.received.report.guideline)
    between_banks = family_of(task.request.definition) == "pacs.002"
    return ReportOptions(
        task.stamp,
        own_bic(task, original, first),
        original_in_transaction=style.original_in_transaction and between_banks,
        reference=style.reference and between_banks,
    )


def _request_findings(task: Task, tree: SchemaTree) -> list[Finding]:
    """What is wrong with the statuses and the reason that are asked for."""
    request = task.request
    findings: list[Finding] = []
    for status in dict.fromkeys((request.status, request.others)):
        if status is not None:
            whole = status == RECEIVED and not request.transactions
            unknown = check_status(tree, status, "group" if whole else "transaction")
            findings += [unknown] if unknown is not None else []
    if request.reason is not None:
        findings += reason_findings(task, tree, f"{transaction_path(tree)}/StsRsnInf/Rsn/Cd", request.reason)
    return findings


def _wanted(task: Task) -> Wanted:
    """The statuses that are asked for; the reason goes with those that need one, else with the status itself."""
    request = task.request
    reasons = (Reason(request.reason),) if request.reason is not None else ()
    to_others = request.others in _NEGATIVE and request.status not in _NEGATIVE
    status = Status(request.status, () if to_others else reasons) if request.status is not None else None
    others = Status(request.others, reasons if request.others in _NEGATIVE else ()) if request.others else None
    if not request.transactions:
        return Wanted({}, status)
    return Wanted(dict.fromkeys(request.transactions, status) if status is not None else {}, others)


def _derived(task: Task, tree: SchemaTree, faults: Faults) -> Derived:
    """What the findings come to, in reasons that the answer can have."""
    guideline = task.received.report.guideline
    path, most = f"{transaction_path(tree)}/StsRsnInf/Rsn/Cd", style_for(guideline).reasons_max
    every = {faults.message, *faults.payments.values(), *faults.transactions.values()}
    reasons = {codes: fitting(codes, tree, path, scheme_of(guideline), most) for codes in every}
    return Derived(faults, Status(_ACCEPTED), reasons)


def _last_known(task: Task, original: Original) -> LastKnown | Numbered | Finding | None:
    """What was last told of a message: by the report that is given, else by the journal. A finding where that is of
    another message, or it is not clear of which."""
    last = task.request.last
    if last is not None:
        said = reported(family_of(last.definition or ""), last.blocks())
        found = LastKnown(original.family, original.message_id, said)
        return found if found.others is None else report_of_another(found.others, original.message_id)
    if task.request.journal is None:
        return None
    known = task.request.journal(original.definition, original.message_id or "", task.received.digest)
    if known.senders:
        return _several(original, known.senders)
    return Numbered(known.statuses, known.whole)


def _several(original: Original, senders: tuple[str, ...]) -> Finding:
    said = f"The journal has {original.message_id} of several senders ({', '.join(senders)}); which one is meant, only"
    return finding("REPLY-LINK-AMBIGUOUS", f"{said} --last FILE tells.", value=original.message_id)


def _lines(task: Task) -> Callable[[str, str], Iterable[Reported]]:
    """What was last told of a message, by the report that is given, else by the journal."""
    given, journal = _reported(task.request.last), task.request.journal

    def lines(definition: str, message_id: str) -> Iterable[Reported]:
        if given is not None or journal is None:
            return given or ()
        return journal(definition, message_id, "").lines

    return lines


def _reported(message: BusinessMessage | None) -> list[Reported] | None:
    """What a report says; None where none is given."""
    if message is None:
        return None
    return list(reported(family_of(message.definition or ""), message.blocks()))


def relaying(task: Task, original: Original, blocks: Iterator[Block]) -> Body | Answered:
    """The customer's report from that of a network."""
    given, tree = task.request.original, task.tree
    found, inside = opened(given.definition or "", given.blocks(), given.header()) if given else (None, iter(()))
    if found is None or found.family not in ORDERS:
        message = "A network's report is passed on with the customer's order at hand (pain.001 or pain.008)."
        return refused(task, finding("REPLY-ORIGINAL-NEEDED", message))
    last = _last_known(task, found)
    if isinstance(last, Finding):
        return refused(task, last)
    order = _with_last(order_of(found, inside), last)
    passed = relay(order, reported(original.family, blocks))
    statuses = {status.code for status in passed.statuses.chosen.values() if status.code is not None and status.listed}
    unknown = [check_status(tree, status) for status in sorted(statuses)]
    findings = [*passed.findings, *(one for one in unknown if one is not None), *(last.findings if last else ())]
    if is_error(findings):
        return refused(task, *findings)
    customer, made = opened(order.definition, order_blocks(order), found.header)
    if customer is None:
        return refused(task, *findings)
    options = ReportOptions(task.stamp, task.request.bic)

    def write(writer: MessageWriter, depth: int) -> Answered:
        tally = write_status_report(writer, tree, customer, made, passed.statuses, options, depth)
        return _answered(task, tuple(findings), tally)

    return write


def _with_last(order: CustomerOrder, last: LastKnown | Numbered | None) -> CustomerOrder:
    """The order with what its customer was last told."""
    if last is None:
        return order
    known = {block.number: last.find(block) for block in order_blocks(order) if block.kind == "transaction"}
    payments = tuple(
        replace(one, status=status.code) if (status := known[one.number]) is not None else one for one in order.payments
    )
    return replace(order, payments=payments)


def repeating(task: Task, original: Original, blocks: Iterator[Block]) -> Body | Answered:
    """The last report once more."""
    request, tree = task.request, task.tree
    findings = _request_findings(task, tree)
    reasons = (Reason(request.reason),) if request.reason is not None else ()
    given = Status(request.status, reasons) if request.status is not None else None
    found = asked_again(original, blocks, _lines(task), given)
    findings += found.findings
    if found.original is None or is_error(findings):
        return refused(task, *findings)
    about = found.original
    options = replace(_options(task, original, original.message), whole=found.whole, reference=False)

    def write(writer: MessageWriter, depth: int) -> Answered:
        tally = write_status_report(writer, tree, about, iter(found.blocks), found.statuses, options, depth)
        return _answered(task, tuple(findings), tally)

    return write
