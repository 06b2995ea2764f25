"""Resolutions of a recall: camt.029 for a camt.056, positive (CNCL), negative (RJCR) or pending (PDCR)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wissel.reply.completeness import sound
from wissel.reply.copying import Pairs, plan
from wissel.reply.original import Original
from wissel.reply.report_lines import ReportLines
from wissel.reply.spool import Spool
from wissel.reply.stamp import Stamp
from wissel.reply.status import Status, Written, reason_values
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

NAME = "RsltnOfInvstgtn"
TRANSACTION = f"{NAME}/CxlDtls/TxInfAndSts"
REASON = f"{TRANSACTION}/CxlStsRsnInf/Rsn/Cd"
CANCELLED, REFUSED, PENDING, PARTLY = "CNCL", "RJCR", "PDCR", "PECR"
STATUSES = (CANCELLED, REFUSED, PENDING)
"""What a recall comes to (ExternalInvestigationExecutionConfirmation1Code); PECR where transactions differ."""
_GROUP = f"{NAME}/CxlDtls/OrgnlGrpInfAndSts"
_RECALLED: Pairs = tuple(
    (f"OrgnlGrpInfAndCxl/{source}", target)
    for source, target in (
        ("GrpCxlId", "OrgnlGrpCxlId"), ("Case", "RslvdCase"), ("OrgnlMsgId", "OrgnlMsgId"),
        ("OrgnlMsgNmId", "OrgnlMsgNmId"), ("OrgnlCreDtTm", "OrgnlCreDtTm"), ("NbOfTxs", "OrgnlNbOfTxs"),
        ("CtrlSum", "OrgnlCtrlSum"),
    )
)  # fmt: skip
_PARTLY_ACCEPTED = "PACR"
_INDIVIDUAL = {CANCELLED: "ACCR", REFUSED: "RJCR", PENDING: "PDCR"}
"""The same of one transaction (CancellationIndividualStatus1Code), and of a group where all of it has the same
(GroupCancellationStatus1Code)."""


@dataclass(frozen=True, slots=True)
class ResolutionOptions:
    """What a resolution is to say beside the statuses."""

    stamp: Stamp
    bic: str | None = None
    """Of the bank that answers: the originator of reasons."""
    reference: bool = False
    """True to pass on the copy of the original transaction (SEPA)."""
    whole: Status | None = None
    """Of a message that is recalled as a whole, without naming its transactions; None for pending."""


def overall(statuses: set[str]) -> str:
    """What the recall as a whole comes to; pending as long as one transaction is, partly where they differ."""
    if len(statuses) == 1:
        return next(iter(statuses))
    return PENDING if PENDING in statuses or not statuses else PARTLY


def write_resolution(
    writer: MessageWriter,
    tree: SchemaTree,
    original: Original,
    found: Iterator[Block],
    choose: Callable[[Block], Status],
    options: ResolutionOptions,
    depth: int = 0,
) -> dict[str, int]:
    """Write a resolution; ``found`` are the blocks of the recall in order, ``choose`` gives one of ``STATUSES`` for
    each transaction. How many have which status is returned; a message recalled as a whole counts as one.

    ``writer`` has been opened on ``tree`` at ``depth`` and is closed by the caller. The statuses must be such a list.
    """
    statuses = _Statuses(tree, options.bic)
    lines = ReportLines(tree, TRANSACTION, original, statuses, depth)
    lines.own_id, lines.stamp, lines.reference = "CxlStsId", options.stamp, options.reference
    lines.pairs = (
        ("Case", "RslvdCase"),
        ("OrgnlGrpInf", "OrgnlGrpInf"),
        ("OrgnlIntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt"),
        ("OrgnlIntrBkSttlmDt", "OrgnlIntrBkSttlmDt"),
    )
    aside = Spool()
    details = MessageWriter(tree, aside.write, declared=False, depth=depth)
    details.start(NAME)
    aside.clear()
    spool, counts, own = Spool(), Counter[str](), Counter[str]()
    for block in found:
        if block.kind == "transaction":
            status = choose(block)
            own[status.code or PENDING] += 1
            spool.write(lines.line(block, status))
        elif block.kind == "group" and block.has("OrgnlGrpInfAndCxl/OrgnlMsgId"):
            whole = None if own else options.whole or Status(PENDING)
            group = _group(tree, block, own, whole, statuses)
            counts += own or Counter([(whole.code if whole else None) or PENDING])
            _details(details, group, sum(own.values()), spool)
            own.clear()
    counts += own
    if own:
        _details(details, [], sum(own.values()), spool)
    writer.start(NAME)
    writer.values([*_assignment(tree, original, options.stamp), ("Sts/Conf", overall(set(counts)))])
    writer.copied("CxlDtls", 1 if counts else 0, aside.chunks())
    return dict(counts)


def _details(writer: MessageWriter, group: list[tuple[str, str]], count: int, spool: Spool) -> None:
    """One element of details: what is said of a whole message, and of transactions."""
    writer.start("CxlDtls")
    if group:
        writer.values(group)
    writer.copied("TxInfAndSts", count, spool.chunks())
    writer.end()
    spool.clear()


def _group(
    tree: SchemaTree, block: Block, own: Counter[str], whole: Status | None, statuses: "_Statuses"
) -> list[tuple[str, str]]:
    """What is said of a message that is recalled: its names, and what its transactions come to."""
    found = plan(tree, _GROUP, block.shape, _RECALLED)
    copied = sound(tree, _GROUP, zip(found.paths, found.texts(block), strict=True), 1)
    codes = set(own) if whole is None else {whole.code or PENDING}
    same = _INDIVIDUAL[next(iter(codes))] if len(codes) == 1 else None
    mixed = _INDIVIDUAL[PENDING] if PENDING in codes else _PARTLY_ACCEPTED
    reasons = reason_values(tree, _GROUP, "CxlStsRsnInf", whole.reasons if whole else (), statuses.bic)
    return [(f"OrgnlGrpInfAndSts/{path}", text) for path, text in (*copied, ("GrpCxlSts", same or mixed), *reasons)]


def _assignment(tree: SchemaTree, original: Original, stamp: Stamp) -> list[tuple[str, str]]:
    """Who answers whom, and which case it is."""
    around: Pairs = (("Assgnmt/Assgne", "Assgnmt/Assgnr"), ("Assgnmt/Assgnr", "Assgnmt/Assgne"))
    values = [("Assgnmt/Id", stamp.base), ("Assgnmt/CreDtTm", stamp.created)]
    for pairs, depth in ((around, 2), ((("Case", "RslvdCase"),), 1)):
        found = plan(tree, NAME, original.message.shape, pairs)
        copied = zip(found.paths, found.texts(original.message), strict=True)
        values += sound(tree, NAME, copied, depth, original.faulty)
    return values


class _Statuses:
    """The values of a recall's statuses in one definition, worked out once for each."""

    def __init__(self, tree: SchemaTree, bic: str | None) -> None:
        self.tree, self.bic = tree, bic
        self.known: dict[Status, Written] = {}

    def values(self, status: Status) -> Written:
        """Paths and texts of a status."""
        if status not in self.known:
            found = [("TxCxlSts", _INDIVIDUAL[status.code or PENDING])]
            found += reason_values(self.tree, TRANSACTION, "CxlStsRsnInf", status.reasons, self.bic)
            self.known[status] = Written(tuple(path for path, _ in found), tuple(text for _, text in found))
        return self.known[status]
