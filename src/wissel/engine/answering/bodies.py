"""The content of each kind of answer, from the request and what validation found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.core.finding import Finding, Severity
from wissel.engine.answering.request import Answered, Request, Task
from wissel.message.business_message import BusinessMessage
from wissel.reply.completeness import fault_key
from wissel.reply.faults import Faults
from wissel.reply.investigation import (
    CANCELLED,
    PENDING,
    REASON,
    REFUSED,
    STATUSES,
    ResolutionOptions,
    write_resolution,
)
from wissel.reply.matching import Links, ambiguous, links_of
from wissel.reply.original import ORDERS, Original, ids_of, opened, transactions
from wissel.reply.payment_return import ReturnOptions, write_return
from wissel.reply.reason import Reason, check_code, check_scheme, time_limit_of
from wissel.reply.status import Status, Statuses
from wissel.reply.style import scheme_of, style_for
from wissel.reply.time_limits import counts_from_request, late
from wissel.validation.settlement_days import closed_for
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

Body = Callable[[MessageWriter, int], Answered]
_RETURN_REASON = "PmtRtr/TxInf/RtrRsnInf/Rsn/Cd"

_UNUSED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "pain.002"): ("--original", "--charges"),
    ("", "pacs.002"): ("--original", "--charges"),
    ("", "pacs.004"): ("--status", "--others", "--last", "--original"),
    ("camt.056", "pacs.004"): ("--status", "--others", "--last"),
    ("camt.056", "camt.029"): ("--last", "--charges"),
    ("pacs.002", "pain.002"): ("--status", "--others", "--transaction", "--reason", "--charges"),
    ("pacs.028", "pacs.002"): ("--others", "--transaction", "--original", "--charges"),
}
"""What has no place in an answer of a family (to messages of a family): recalls may be answered by two at once."""


def body(task: Task, original: Original, blocks: Iterator[Block], faults: Faults) -> Body | Answered:
    """What writes the answer that is asked for; what came of it already where it is refused."""
    from wissel.engine.answering import reports as answer_reports

    kind = (original.family, family_of(task.request.definition))
    unknown = tuple(_unknown_transactions(task))
    if unknown:
        return refused(task, *unknown)
    require_used(task.request, *kind)
    if kind[1] == "pacs.004":
        return _returning(task, original, blocks)
    if kind[1] == "camt.029":
        return _resolving(task, original, blocks, faults)
    if kind[0] == "pacs.002":
        return answer_reports.relaying(task, original, blocks)
    if kind[0] == "pacs.028":
        return answer_reports.repeating(task, original, blocks)
    return answer_reports.reporting(task, original, blocks, faults)


def require_used(request: Request, received: str, family: str) -> None:
    """Whether all that is asked for comes into an answer of a family. Raises UsageError for what would be passed over
    in silence."""
    given = {
        name: bool(value)
        for name, value in (
            ("--status", request.status),
            ("--others", request.others),
            ("--transaction", request.transactions),
            ("--reason", request.reason),
            ("--last", request.last),
            ("--original", request.original),
            ("--charges", request.charges is not None),
        )
    }
    unused = [name for name in _UNUSED.get((received, family)) or _UNUSED["", family] if given[name]]
    if unused:
        said = f"a {family} in answer to a {received} has no place for what {unused[0]} says"
        raise UsageError(f"{said}: leave it out")
    if request.reason is not None and request.status is None and family in ("pain.002", "pacs.002"):
        raise UsageError("--reason goes with --status: without it the reasons are those that validation found")


def refused(task: Task, *findings: Finding) -> Answered:
    """An answer that is not written."""
    return Answered(task.request.definition, findings)


def _unknown_transactions(task: Task) -> Iterator[Finding]:
    count = task.received.report.transactions
    for number in task.request.transactions:
        if not 1 <= number <= count:
            message = f"There is no transaction {number:,}; the message has {count:,}."
            yield finding("REPLY-TRANSACTION-UNKNOWN", message, value=str(number), allowed=f"1 to {count:,}")


def reason_findings(task: Task, tree: SchemaTree, path: str, code: str) -> list[Finding]:
    """What is wrong with a reason in the answer, by its definition and by the scheme of the original."""
    unknown = check_code(tree, path, code)
    if unknown is not None:
        return [unknown]
    scheme = scheme_of(task.received.report.guideline)
    found = check_scheme(tree, path, code, scheme) if scheme is not None else None
    return [found] if found is not None else []


def is_error(findings: list[Finding]) -> bool:
    """Whether one of the findings refuses the answer."""
    return any(found.severity is Severity.ERROR for found in findings)


def own_bic(task: Task, original: Original, first: Block | None) -> str | None:
    """The BIC of the bank that answers: the one given, else the one that the message was sent to."""
    if task.request.bic is not None:
        return task.request.bic
    found = original.header_bic("To")
    names = ["InstdAgt", "GrpHdr/InstdAgt", "Assgnmt/Assgne/Agt", "Assgne"]
    if original.family in ORDERS:
        names = ["CdtrAgt" if original.family == "pain.008" else "DbtrAgt"]
    here = first
    while found is None and here is not None:
        found = here.first(*(f"{name}/FinInstnId/{tag}" for name in names for tag in ("BICFI", "BIC")))
        here = here.parent
    return None if found is not None and fault_key("BIC", found) in original.faulty else found


def _returning(task: Task, original: Original, blocks: Iterator[Block]) -> Body | Answered:
    """Returns: of the message's own transactions, or of those that an accepted recall names."""
    request, tree = task.request, task.tree
    if not original.sound:
        said = "The message is not valid against its schema; it is rejected before settlement, not returned after it."
        return refused(task, finding("REPLY-NOT-POSSIBLE", said, value=request.definition))
    if request.reason is None:
        return refused(task, finding("REPLY-REASON-MISSING", "A return has a reason, and none is given."))
    findings = reason_findings(task, tree, _RETURN_REASON, request.reason)
    chosen = frozenset(request.transactions) or None
    if is_error(findings):
        return refused(task, *findings)
    bank, requested = own_bic(task, original, original.message), _requested_on(original)
    if original.family == "camt.056" and request.original is not None:
        found = _recalled(task, original, blocks, request.original)
        if isinstance(found, Answered):
            return found
        original, chosen = found
        blocks = request.original.blocks()
    first = next(blocks, None)
    guideline = task.received.report.guideline
    style = style_for(guideline)
    settled = _settled_on(original, first)
    day = _open_day(style.calendars.get(guideline), max(task.day, settled or task.day))
    options = ReturnOptions(
        task.stamp,
        Reason(request.reason),
        day.isoformat(),
        chosen,
        bank or own_bic(task, original, first),
        request.charges,
        style.chain,
        style.reference,
    )
    findings += _late(task, settled, requested)

    def write(writer: MessageWriter, depth: int) -> Answered:
        every = transactions(_again(first, blocks))
        result = write_return(writer, tree, original, every, options, depth)
        counts = {"returned": result.transactions}
        return Answered(request.definition, (*findings, *result.findings), counts, guideline)

    return write


def _again(first: Block | None, rest: Iterator[Block]) -> Iterator[Block]:
    if first is not None:
        yield first
        yield from rest


def _recalled(
    task: Task, recall: Original, blocks: Iterator[Block], payment: BusinessMessage
) -> tuple[Original, frozenset[int]] | Answered:
    """The payment that is recalled, and which of its transactions the recall names."""
    found, inside = opened(payment.definition or "", payment.blocks(), payment.header())
    if found is None or found.family not in ("pacs.008", "pacs.009", "pacs.003"):
        message = f"The message given as the original is {payment.definition or 'none'}, not a payment between banks."
        return refused(task, finding("REPLY-ORIGINAL-NEEDED", message))
    links = Links(links_of(found.family, transactions(inside)))
    numbers: set[int] = set()
    own = 0
    for block in blocks:
        if block.kind == "group":
            if not own and block.text("OrgnlGrpInfAndCxl/OrgnlMsgId") == (found.message_id or "").strip():
                numbers.update(range(1, len(links) + 1))
            own = 0
        if block.kind != "transaction":
            continue
        own += 1
        if task.request.transactions and block.number not in task.request.transactions:
            continue
        ids = ids_of(recall.family, block)
        meant = links.matching(ids)
        if len(meant) > 1:
            what = f"In the original, transaction {block.number:,} of the recall"
            return refused(task, ambiguous(what, ids, block.number))
        if not meant:
            message = f"Transaction {block.number:,} of the recall is not in the message given as the original."
            return refused(task, finding("REPLY-ORIGINAL-NEEDED", message, transaction=block.number))
        numbers.add(meant[0])
    if not numbers:
        message = f"The recall is not about the message given as the original ({found.message_id})."
        return refused(task, finding("REPLY-ORIGINAL-NEEDED", message))
    return replace(found, header=found.header or recall.header), frozenset(numbers)


def _open_day(calendar: str | None, day: date) -> date:
    """The day itself, or the next one on which the system settles."""
    while calendar is not None and closed_for(calendar, day) is not None:
        day += timedelta(days=1)
    return day


def _late(task: Task, settled: date | None, requested: date | None) -> list[Finding]:
    """The warning for an answer after the scheme's time limit, in days on which the scheme settles."""
    guideline, reason = task.received.report.guideline, task.request.reason or ""
    scheme, calendar = scheme_of(guideline), style_for(guideline).calendars.get(guideline)
    row = time_limit_of(scheme, task.request.definition, reason) if scheme is not None else None
    if row is None:
        return []
    start = requested if counts_from_request(row.time_limit) else settled

    def closed(day: date) -> bool:
        return calendar is not None and closed_for(calendar, day) is not None

    found = late(row, start, task.day, closed if calendar is not None else None) if start is not None else None
    return [found] if found is not None else []


def _settled_on(original: Original, first: Block | None) -> date | None:
    """The day on which a payment was settled, as far as the message tells."""
    text = first.first("IntrBkSttlmDt", "OrgnlIntrBkSttlmDt", "OrgnlTxRef/IntrBkSttlmDt") if first is not None else None
    return _day(text or original.message.text("GrpHdr/IntrBkSttlmDt"))


def _requested_on(original: Original) -> date | None:
    """The day of a recall."""
    return _day(original.creation_time) if original.family == "camt.056" else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None


def _resolving(task: Task, original: Original, blocks: Iterator[Block], faults: Faults) -> Body | Answered:
    """The resolution of a recall; pending unless something else is asked for."""
    request, tree = task.request, task.tree
    if not faults.none and request.status is None:
        message = "The recall is not valid, so nothing can be decided of it; give --status and --reason."
        return refused(task, finding("REPLY-REASON-MISSING", message))
    findings: list[Finding] = []
    for status in (request.status, request.others):
        if status is not None and status not in STATUSES:
            message = f"{status} is no status of a recall."
            findings.append(finding("REPLY-STATUS-UNKNOWN", message, value=status, allowed=", ".join(STATUSES)))
    if REFUSED in (request.status, request.others) and request.reason is None:
        findings.append(finding("REPLY-REASON-MISSING", "A recall that is refused has a reason, and none is given."))
    if request.reason is not None:
        findings += reason_findings(task, tree, REASON, request.reason)
    if is_error(findings):
        return refused(task, *findings)
    if request.reason is not None:
        findings += _late(task, None, _requested_on(original))
    asked = _recall_status(request.status or PENDING, request.reason)
    rest = _recall_status(request.others or PENDING, request.reason)
    chosen = dict.fromkeys(request.transactions, asked)
    choose = Statuses(rest if chosen else asked, chosen)
    guideline = task.received.report.guideline
    options = ResolutionOptions(
        task.stamp, own_bic(task, original, original.message), style_for(guideline).reference, asked
    )

    def write(writer: MessageWriter, depth: int) -> Answered:
        counts = write_resolution(writer, tree, original, blocks, choose, options, depth)
        return Answered(request.definition, tuple(findings), counts, guideline)

    return write


def _recall_status(status: str, reason: str | None) -> Status:
    told = reason is not None and status != CANCELLED
    return Status(status, (Reason(reason),) if told and reason is not None else ())
