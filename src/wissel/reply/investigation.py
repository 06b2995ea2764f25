"""Resolutions of a recall: camt.029 for a camt.056, positive (CNCL), negative (RJCR) or pending (PDCR)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wissel.reply.copying import plan
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
_INDIVIDUAL = {CANCELLED: "ACCR", REFUSED: "RJCR", PENDING: "PDCR"}
"""The same of one transaction (CancellationIndividualStatus1Code)."""


@dataclass(frozen=True, slots=True)
class ResolutionOptions:
    """What a resolution is to say beside the statuses."""

    stamp: Stamp
    bic: str | None = None
    """Of the bank that answers: the originator of reasons."""
    reference: bool = False
    """True to pass on the copy of the original transaction (SEPA)."""


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
    """Write a resolution; ``found`` are the transactions of the recall in order, ``choose`` gives one of ``STATUSES``
    for each. How many have which status is returned.

    ``writer`` has been opened on ``tree`` at ``depth`` and is closed by the caller. The statuses must be such a list.
    """
    lines = ReportLines(tree, TRANSACTION, original, _Statuses(tree, options.bic), depth)
    lines.own_id, lines.stamp, lines.reference = "CxlStsId", options.stamp, options.reference
    lines.pairs = (
        ("Case", "RslvdCase"),
        ("OrgnlGrpInf", "OrgnlGrpInf"),
        ("OrgnlIntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt"),
        ("OrgnlIntrBkSttlmDt", "OrgnlIntrBkSttlmDt"),
    )
    spool, counts = Spool(), dict[str, int]()
    for block in found:
        status = choose(block)
        counts[status.code or PENDING] = counts.get(status.code or PENDING, 0) + 1
        spool.write(lines.line(block, status))
    writer.start(NAME)
    writer.values([*_assignment(tree, original, options.stamp), ("Sts/Conf", overall(set(counts)))])
    if counts:
        writer.start("CxlDtls")
        writer.copied("TxInfAndSts", sum(counts.values()), spool.chunks())
        writer.end()
    return counts


def _assignment(tree: SchemaTree, original: Original, stamp: Stamp) -> list[tuple[str, str]]:
    """Who answers whom, and which case it is."""
    pairs = (
        ("Assgnmt/Assgne", "Assgnmt/Assgnr"),
        ("Assgnmt/Assgnr", "Assgnmt/Assgne"),
        ("Case", "RslvdCase"),
    )
    found = plan(tree, NAME, original.message.shape, pairs)
    return [
        ("Assgnmt/Id", stamp.base),
        ("Assgnmt/CreDtTm", stamp.created),
        *zip(found.paths, found.texts(original.message), strict=True),
    ]


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
