"""Status reports: pain.002 to a customer, pacs.002 between banks, at the level of group, payment and transaction.

Transactions are written as they come; the counts that stand before them are known at the end, so they are spooled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.completeness import sound
from wissel.reply.copying import Pairs, Plan, has_place, place, plan
from wissel.reply.ladder import PARTIAL, RECEIVED
from wissel.reply.matching import NOT_PROVIDED
from wissel.reply.original import Original, amount_number, original_group
from wissel.reply.reason import Reason, known_codes, takes
from wissel.reply.report_lines import ReportLines
from wissel.reply.spool import Spool
from wissel.reply.stamp import Stamp
from wissel.reply.status import Choose, StatusWriter, reason_values
from wissel.reply.tally import Tally
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

FAMILIES = ("pain.002", "pacs.002")
_GROUP, _PAYMENT, _TRANSACTION = "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts"
_SWAPPED: Pairs = (("InstdAgt", "InstgAgt"), ("InstgAgt", "InstdAgt"))
_SWAPPED_IN_HEADER: Pairs = tuple((f"GrpHdr/{source}", target) for source, target in _SWAPPED)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What a report is to say beside the statuses of the transactions."""

    stamp: Stamp
    bic: str | None = None
    """Of the bank that reports: the originator of reasons."""
    original_in_transaction: bool = False
    """True to name the original message in each transaction and not as a group (CBPR+), where the version can."""
    reference: bool = False
    """True to copy the original transaction (SEPA)."""
    whole: str | None = None
    """The status of the group where it does not follow from the transactions: RCVD, or RJCT of a whole file."""
    reasons: tuple[Reason, ...] = ()
    """Of the group."""
    payment_reasons: Mapping[int, tuple[Reason, ...]] = field(default_factory=dict)
    """Of payments, by their number."""


def transaction_path(tree: SchemaTree) -> str:
    """Where a report has its transactions, below the root."""
    name = tree.message_element.tag
    inside = f"{_PAYMENT}/" if family_of(tree.definition) == "pain.002" else ""
    return f"{name}/{inside}{_TRANSACTION}"


def check_status(tree: SchemaTree, status: str, level: str = "transaction") -> Finding | None:
    """The finding for a status that the definition does not know at a level (``transaction``, ``group``)."""
    path = (
        f"{transaction_path(tree)}/TxSts" if level == "transaction" else f"{tree.message_element.tag}/{_GROUP}/GrpSts"
    )
    if takes(tree, path, status):
        return None
    known = known_codes(tree, path) or ()
    return finding(
        "REPLY-STATUS-UNKNOWN",
        f"{status} is no status of a {level} in {tree.definition}.",
        path=f"/{path}",
        value=status,
        allowed=", ".join(known),
    )


def write_status_report(
    writer: MessageWriter,
    tree: SchemaTree,
    original: Original,
    blocks: Iterator[Block],
    choose: Choose,
    options: ReportOptions,
    depth: int = 0,
) -> Tally:
    """Write a report about a message: ``blocks`` are all of its blocks in order, ``choose`` gives each status.

    ``writer`` has been opened on ``tree`` at ``depth`` and is closed by the caller. The original must have an
    identifier (see :func:`wissel.reply.original.without_id`).
    """
    report = _Report(tree, original, options, choose, depth)
    report.take(blocks)
    report.write(writer)
    return report.tally


class _Report:
    """A report while it is written."""

    def __init__(
        self, tree: SchemaTree, original: Original, options: ReportOptions, choose: Choose, depth: int
    ) -> None:
        self.tree, self.original, self.options, self.choose, self.depth = tree, original, options, choose, depth
        self.name = tree.message_element.tag
        self.family = original.family
        self.by_payment = family_of(tree.definition) == "pain.002"
        self.tally = Tally()
        self.spool = Spool()
        self.listed = 0
        self.in_transaction = options.original_in_transaction and has_place(
            tree, transaction_path(tree), "OrgnlGrpInf/OrgnlMsgId"
        )
        named = original_group(original) if self.in_transaction else ()
        self.lines = ReportLines(
            tree, transaction_path(tree), original, StatusWriter(tree, transaction_path(tree), options.bic), depth
        )
        self.lines.constant = tuple((f"OrgnlGrpInf/{tag}", text) for tag, text in named)
        self.lines.stamp, self.lines.reference = options.stamp, options.reference
        self.agents: set[tuple[tuple[str, str], ...]] = set()
        """Those of the payments; at most two are kept, for then they are not the same."""
        self.header_values: list[tuple[str, str]] = []

    def take(self, blocks: Iterator[Block]) -> None:
        if self.by_payment:
            self.take_payments(blocks)
            return
        found = (block for block in blocks if block.kind == "transaction")
        first = list(self.looked_ahead(found))
        for block in chain(first, found):
            self.transaction(block, self.spool, self.tally)

    def looked_ahead(self, found: Iterator[Block]) -> Iterator[Block]:
        """The first two transactions: where there is one only, its agents stand for the whole message."""
        header = plan(self.tree, f"{self.name}/GrpHdr", self.original.message.shape, _SWAPPED_IN_HEADER)
        first, second = next(found, None), next(found, None)
        if header.paths:
            self.header_values = self.sound_header(header, self.original.message)
        elif first is not None and (first.has("InstgAgt") or first.has("InstdAgt")):
            if second is None:
                own = plan(self.tree, f"{self.name}/GrpHdr", first.shape, _SWAPPED)
                self.header_values = self.sound_header(own, first)
            else:
                self.lines.pairs = _SWAPPED
        else:
            sides = (("InstgAgt", self.original.header_bic("To")), ("InstdAgt", self.original.header_bic("Fr")))
            self.header_values = [
                (place(self.tree, f"{self.name}/GrpHdr", f"{tag}/FinInstnId/BICFI") or "", bic)
                for tag, bic in sides
                if bic
            ]
        self.named_reporter()
        return (one for one in (first, second) if one is not None)

    def sound_header(self, found: Plan, block: Block) -> list[tuple[str, str]]:
        """Values of the original that the group header takes."""
        return sound(
            self.tree, f"{self.name}/GrpHdr", zip(found.paths, found.texts(block), strict=True), 1, self.original.faulty
        )

    def named_reporter(self) -> None:
        """The bank that reports instructs, also where the original does not name it."""
        bic, path = self.options.bic, place(self.tree, f"{self.name}/GrpHdr", "InstgAgt/FinInstnId/BICFI")
        known = any(tag.startswith("InstgAgt/") for tag, _ in self.header_values) or self.lines.pairs
        if bic is not None and path is not None and not known:
            self.header_values.append((path, bic))

    def take_payments(self, blocks: Iterator[Block]) -> None:
        aside = MessageWriter(self.tree, self.spool.write, declared=False, depth=self.depth)
        aside.start(self.name)
        self.spool.clear()
        inner, tally, listed = Spool(), Tally(), 0
        for block in blocks:
            if block.kind == "transaction":
                listed += self.transaction(block, inner, tally)
            elif block.kind == "group":
                self.payment(aside, block, tally, listed, inner)
                self.tally.take(tally)
                inner.clear()
                tally, listed = Tally(), 0

    def transaction(self, block: Block, spool: Spool, tally: Tally) -> bool:
        status = self.choose(block)
        number = amount_number(self.family, block.shape)
        tally.add(status.code, None if number is None else block.texts[number])
        if status.listed:
            spool.write(self.lines.line(block, status))
            self.listed += 1
        return status.listed

    def payment(self, aside: MessageWriter, block: Block, tally: Tally, listed: int, inner: Spool) -> None:
        """One payment of the original; it says what its transactions come to."""
        agent = "CdtrAgt" if self.original.family == "pain.008" else "DbtrAgt"
        found = plan(self.tree, f"{self.name}/GrpHdr", block.shape, ((agent, agent),))
        if len(self.agents) < 2:
            self.agents.add(tuple(self.sound_header(found, block)))
        reasons = self.options.payment_reasons.get(block.number, ())
        name = self.kept("OrgnlPmtInfId", block, "PmtInfId")
        if name is None and self.original.sound:  # in the first version a payment needs no name
            name = ("OrgnlPmtInfId", NOT_PROVIDED)
        if name is None or not (listed or reasons):
            return
        aside.start(_PAYMENT)
        status = self.options.whole or _whole(tally, listed)
        values = [name, self.kept("OrgnlNbOfTxs", block, "NbOfTxs"), self.kept("OrgnlCtrlSum", block, "CtrlSum")]
        aside.values([one for one in values if one is not None])
        aside.values(self.said("PmtInfSts", status, f"{self.name}/{_PAYMENT}", reasons, tally))
        aside.copied(_TRANSACTION, listed, inner.chunks())
        aside.end()
        self.listed += 1

    def kept(self, target: str, block: Block, path: str) -> tuple[str, str] | None:
        """A value of a payment as it stands, where it is there and fits."""
        number = block.shape.first.get(path)
        if number is None:
            return None
        text = block.texts[number]
        fits = self.original.sound or self.lines.fits(f"{self.name}/{_PAYMENT}/{target}", text)
        return (target, text) if fits else None

    def said(
        self, tag: str, status: str | None, below: str, reasons: tuple[Reason, ...], tally: Tally
    ) -> list[tuple[str, str]]:
        """The status of a group or payment, its reasons, and how many have which status."""
        known = status is not None and takes(self.tree, f"{self.name}/{_GROUP}/GrpSts", status)
        found = [(tag, status)] if status is not None and known else []
        found += reason_values(self.tree, below, "StsRsnInf", reasons, self.options.bic)
        if status == PARTIAL:  # ISO 20022: numbers per status are told of what is accepted in part only
            found += tally.values("NbOfTxsPerSts")
        return found

    def write(self, writer: MessageWriter) -> None:
        """The whole message, once all transactions are known."""
        options, original = self.options, self.original
        writer.start(self.name)
        values = [("MsgId", options.stamp.base), ("CreDtTm", options.stamp.created), *self.header_values]
        if self.by_payment:
            values += next(iter(self.agents)) if len(self.agents) == 1 else ()
        writer.values([(f"GrpHdr/{path}", text) for path, text in values])
        if not self.in_transaction:
            whole = options.whole or _whole(self.tally, self.listed)
            group = [*original_group(original), *_totals(original)]
            group += self.said("GrpSts", whole, f"{self.name}/{_GROUP}", options.reasons, self.tally)
            writer.values([(f"{_GROUP}/{path}", text) for path, text in group])
        writer.copied(_PAYMENT if self.by_payment else _TRANSACTION, self.listed and 1, self.spool.chunks())


def _whole(tally: Tally, listed: int) -> str | None:
    """What the transactions come to. ISO 20022: a whole that was just received names none of them, so where some are
    named it is not told again."""
    return None if tally.status == RECEIVED and listed else tally.status


def _totals(original: Original) -> list[tuple[str, str]]:
    if not original.sound:
        return []
    pairs = (("OrgnlNbOfTxs", "GrpHdr/NbOfTxs"), ("OrgnlCtrlSum", "GrpHdr/CtrlSum"))
    return [(tag, text) for tag, path in pairs if (text := original.message.text(path)) is not None]
