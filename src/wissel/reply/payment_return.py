"""Payment returns: pacs.004 for transactions of a pacs.008, pacs.009, pacs.003 or pacs.007, or after a recall.

The return goes the way back: banks change sides, and with the return chain the parties are turned round.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.money import exact_sum, parse_amount
from wissel.reply.completeness import sound
from wissel.reply.copying import Pairs, has_place, place, plan
from wissel.reply.original import REFERRING, Original, amount_number, original_group
from wissel.reply.reason import Reason
from wissel.reply.report_lines import ReportLines
from wissel.reply.spool import Spool
from wissel.reply.stamp import Stamp
from wissel.reply.status import Status, Written, reason_values
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

ORIGINALS = ("pacs.008", "pacs.009", "pacs.003", "pacs.007", "camt.056")
NAME, TRANSACTION = "PmtRtr", "TxInf"
_TURNED: Pairs = (
    ("UltmtCdtr", "UltmtDbtr"), ("Cdtr", "Dbtr"), ("CdtrAcct", "DbtrAcct"), ("CdtrAgt", "DbtrAgt"),
    ("CdtrAgtAcct", "DbtrAgtAcct"), ("DbtrAgt", "CdtrAgt"), ("DbtrAgtAcct", "CdtrAgtAcct"), ("Dbtr", "Cdtr"),
    ("DbtrAcct", "CdtrAcct"), ("UltmtDbtr", "UltmtCdtr"),
)  # fmt: skip
_METHODS = {"INDA": "INGA", "INGA": "INDA"}
"""Settlement over the account that one bank holds for the other: on the way back the other one instructs.

Derived from the definitions of SettlementMethod1Code; a clearing system and cover stay."""
_REIMBURSEMENT: Pairs = (
    ("InstdRmbrsmntAgt", "InstgRmbrsmntAgt"), ("InstdRmbrsmntAgtAcct", "InstgRmbrsmntAgtAcct"),
    ("InstgRmbrsmntAgt", "InstdRmbrsmntAgt"), ("InstgRmbrsmntAgtAcct", "InstdRmbrsmntAgtAcct"),
    ("ThrdRmbrsmntAgt", "ThrdRmbrsmntAgt"), ("ThrdRmbrsmntAgtAcct", "ThrdRmbrsmntAgtAcct"),
    ("SttlmAcct", "SttlmAcct"), ("ClrSys", "ClrSys"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReturnOptions:
    """What a return is to say beside what the original says."""

    stamp: Stamp
    reason: Reason
    settlement_date: str
    """The day on which banks settle the return."""
    transactions: Collection[int] | None = None
    """Those to return, by number; None for all."""
    bic: str | None = None
    """Of the bank that returns."""
    charges: Decimal | None = None
    """Taken by it from each return, in the currency of the settlement."""
    chain: bool = False
    """True to turn the parties round in a chain of their own (CBPR+)."""
    reference: bool = False
    """True to copy the original transaction (SEPA)."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What was returned."""

    transactions: int
    total: Decimal
    currencies: frozenset[str]
    findings: tuple[Finding, ...]
    """Why some could not be; then the message is not to be sent."""


def write_return(
    writer: MessageWriter,
    tree: SchemaTree,
    original: Original,
    found: Iterator[Block],
    options: ReturnOptions,
    depth: int = 0,
) -> Returned:
    """Write a return of a message's transactions; ``found`` are all of them in order.

    ``writer`` has been opened on ``tree`` at ``depth`` and is closed by the caller.
    """
    writing = _Return(tree, original, options, depth)
    for block in found:
        if options.transactions is None or block.number in options.transactions:
            writing.add(block)
    writing.write(writer)
    if not writing.count and not writing.findings:
        said = "It names no transaction that could be returned; give the payment itself with --original FILE."
        writing.findings.append(finding("REPLY-ORIGINAL-NEEDED", said, path=original.message.path))
    return Returned(writing.count, writing.total, frozenset(writing.currencies), tuple(writing.findings))


class _Return:
    """A return while it is written."""

    def __init__(self, tree: SchemaTree, original: Original, options: ReturnOptions, depth: int) -> None:
        self.tree, self.original, self.options = tree, original, options
        self.below = f"{NAME}/{TRANSACTION}"
        self.spool = Spool()
        self.lines = ReportLines(tree, self.below, original, self, depth)
        self.lines.own_id, self.lines.stamp, self.lines.reference = "RtrId", options.stamp, options.reference
        self.lines.changing = True
        if original.family == "camt.056":
            self.lines.pairs = (("OrgnlGrpInf", "OrgnlGrpInf"),)
        else:
            self.lines.constant = tuple((f"OrgnlGrpInf/{tag}", text) for tag, text in original_group(original))
        self.count, self.total = 0, Decimal(0)
        self.currencies: set[str] = set()
        self.findings: list[Finding] = []
        self.group: list[tuple[str, str]] = []
        self.current: list[tuple[str, str]] = []

    def values(self, status: Status) -> Written:
        """The values of the transaction in hand, whatever its status."""
        return Written(tuple(path for path, _ in self.current), tuple(text for _, text in self.current))

    def add(self, block: Block) -> None:
        """Return one transaction."""
        amount, currency = self.amount(block)
        if amount is None or currency is None:
            self.refuse(block, "it names no amount in a currency that could be returned")
            return
        charges = self.options.charges or Decimal(0)
        returned = exact_sum(amount, -charges)
        if charges < 0 or returned <= 0:
            self.refuse(block, f"charges of {charges:f} leave nothing of {amount:f} {currency}")
            return
        self.count += 1
        self.total = exact_sum(self.total, returned)
        self.currencies.add(currency)
        settled = self.settlement(block) if self.count == 1 or self.original.family == "camt.056" else self.group
        if self.count == 1:
            self.group = settled
        elif settled != self.group:
            self.refuse(block, "it was settled otherwise than the first one; return it by itself (--transaction)")
        self.current = [
            *self.recalled(block),
            *self.money(block, amount, returned, currency),
            *self.agents(block),
            *self.why(),
        ]
        if self.options.chain and has_place(self.tree, self.below, "RtrChain/DbtrAgt/FinInstnId/Nm"):
            self.current += self.turned(block)
        self.spool.write(self.lines.line(block, _ANY))

    def recalled(self, block: Block) -> list[tuple[str, str]]:
        """The names of the message that is recalled, where the recall tells them once for all transactions."""
        group = block.parent
        if self.original.family != "camt.056" or group is None or block.has("OrgnlGrpInf/OrgnlMsgId"):
            return []
        tags = ("OrgnlMsgId", "OrgnlMsgNmId", "OrgnlCreDtTm")
        names = ((f"OrgnlGrpInf/{tag}", group.text(f"OrgnlGrpInfAndCxl/{tag}")) for tag in tags)
        return [(path, text) for path, text in names if text is not None]

    def refuse(self, block: Block, why: str) -> None:
        """Note that a transaction cannot be returned."""
        message = f"Transaction {block.number:,} cannot be returned: {why}."
        self.findings.append(finding("REPLY-AMOUNT-NOT-RETURNABLE", message, transaction=block.number, path=block.path))

    def amount(self, block: Block) -> tuple[Decimal | None, str | None]:
        """What was settled, and in which currency."""
        recall = self.original.family == "camt.056"
        paths = ("OrgnlIntrBkSttlmAmt", "OrgnlTxRef/IntrBkSttlmAmt") if recall else ()
        number = next((block.shape.first[path] for path in paths if path in block.shape.first), None)
        number = amount_number(self.original.family, block.shape) if number is None else number
        if number is None:
            return None, None
        return parse_amount(block.texts[number]), block.text(f"{block.shape.plain[number]}/@Ccy")

    def money(self, block: Block, amount: Decimal, returned: Decimal, currency: str) -> list[tuple[str, str]]:
        """Amounts and days: what was settled, what comes back, and the charges between them."""
        day = block.first("OrgnlIntrBkSttlmDt", "OrgnlTxRef/IntrBkSttlmDt", "IntrBkSttlmDt")
        day = day or self.original.message.text("GrpHdr/IntrBkSttlmDt")
        found = [*_amount("OrgnlIntrBkSttlmAmt", amount, currency), *_amount("RtrdIntrBkSttlmAmt", returned, currency)]
        if self.options.chain:  # of a return of its own; else the day stands once, beside the total
            found.append(("IntrBkSttlmDt", self.options.settlement_date))
        if day is not None:
            found.append(("OrgnlIntrBkSttlmDt", day))
        if self.options.charges:
            # the payer of the original gets less: the creditor of the return bears them
            found += [*_amount("RtrdInstdAmt", amount, currency), ("ChrgBr", "CRED")]
            found += _amount("ChrgsInf/Amt", self.options.charges, currency)
            if self.options.bic is None:
                said = "Charges name the bank that takes them, and nothing tells its BIC; give --bank DIR."
                self.findings.append(finding("REPLY-ORIGINAL-NEEDED", said, transaction=block.number))
            else:
                found.append((self.placed("ChrgsInf/Agt/FinInstnId/BICFI"), self.options.bic))
        return [(path, text) for path, text in found if place(self.tree, self.below, path) == path]

    def placed(self, path: str) -> str:
        """A path as this version has it; empty where it has none."""
        return place(self.tree, self.below, path) or ""

    def agents(self, block: Block) -> list[tuple[str, str]]:
        """The banks of the return: those of the original, changed over."""
        if self.original.family == "camt.056":
            pairs: Pairs = (("Assgne", "InstgAgt"), ("Assgnr", "InstdAgt"))
            around = self.original.message
            pairs_around: Pairs = (("Assgnmt/Assgne/Agt", "InstgAgt"), ("Assgnmt/Assgnr/Agt", "InstdAgt"))
        else:
            pairs, around = (("InstdAgt", "InstgAgt"), ("InstgAgt", "InstdAgt")), self.original.message
            pairs_around = (("GrpHdr/InstdAgt", "InstgAgt"), ("GrpHdr/InstgAgt", "InstdAgt"))
        for one, which in ((block, pairs), (around, pairs_around)):
            found = plan(self.tree, self.below, one.shape, which)
            if found.paths:
                values = list(zip(found.paths, found.texts(one), strict=True))
                values = sound(self.tree, self.below, values, 1, self.original.faulty)
                named = any(path.startswith("InstgAgt/") for path, _ in values)
                own = self.options.bic if not named else None
                return [*values, (self.placed("InstgAgt/FinInstnId/BICFI"), own)] if own is not None else values
        return []

    def settlement(self, block: Block) -> list[tuple[str, str]]:
        """How the return is settled: as the original was, seen from the other side."""
        recall = self.original.family == "camt.056"
        holder, start = (block, "OrgnlTxRef/SttlmInf") if recall else (self.original.message, "GrpHdr/SttlmInf")
        method = holder.text(f"{start}/SttlmMtd")
        if method is None:
            said = "The recall does not say how the payment was settled; its return needs the original payment."
            self.findings.append(finding("REPLY-ORIGINAL-NEEDED", said, path=f"{block.path}/{start}"))
            return []
        pairs = tuple((f"{start}/{source}", f"SttlmInf/{target}") for source, target in _REIMBURSEMENT)
        copied = plan(self.tree, f"{NAME}/GrpHdr", holder.shape, pairs)
        values = zip(copied.paths, copied.texts(holder), strict=True)
        found = sound(self.tree, f"{NAME}/GrpHdr", values, 2, self.original.faulty)
        return [("SttlmInf/SttlmMtd", _METHODS.get(method, method)), *found]

    def turned(self, block: Block) -> list[tuple[str, str]]:
        """The parties in the roles they have in the return; earlier banks lie before it now, the last one first."""
        start = "OrgnlTxRef/" if self.original.family in REFERRING else ""
        earlier = [name for name in ("PrvsInstgAgt3", "PrvsInstgAgt2", "PrvsInstgAgt1") if block.has(name)]
        home = block.text("DbtrAgt/FinInstnId/BICFI")
        earlier = [name for name in earlier if home is None or block.text(f"{name}/FinInstnId/BICFI") != home]
        between = tuple((name, f"IntrmyAgt{number}") for number, name in enumerate(earlier, 1))
        # a reversal has turned the payment round already, and names its parties as the payment had them
        turned = tuple((target, target) for _, target in _TURNED) if self.original.family == "pacs.007" else _TURNED
        pairs = tuple((f"{start}{source}", f"RtrChain/{target}") for source, target in turned)
        pairs += tuple((source, f"RtrChain/{target}") for source, target in between)
        found = plan(self.tree, self.below, block.shape, pairs)
        sides = {path.split("/")[1] for path in found.paths}
        if not {"Dbtr", "Cdtr"} <= sides:
            return []
        return sound(self.tree, self.below, zip(found.paths, found.texts(block), strict=True), 2, self.original.faulty)

    def why(self) -> list[tuple[str, str]]:
        """The reason of the return."""
        return reason_values(self.tree, self.below, "RtrRsnInf", (self.options.reason,), self.options.bic)

    def write(self, writer: MessageWriter) -> None:
        """The whole message, once all transactions are known."""
        stamp = self.options.stamp
        writer.start(NAME)
        header = [("MsgId", stamp.base), ("CreDtTm", stamp.created), ("NbOfTxs", str(self.count))]
        if not self.options.chain:
            header.append(("IntrBkSttlmDt", self.options.settlement_date))
        if len(self.currencies) == 1 and not self.options.chain:
            header += _amount("TtlRtrdIntrBkSttlmAmt", self.total, next(iter(self.currencies)))
        if self.group:
            writer.values([(f"GrpHdr/{path}", text) for path, text in (*header, *self.group)])
        writer.copied(TRANSACTION, self.count, self.spool.chunks())


_ANY = Status(None)


def _amount(tag: str, amount: Decimal, currency: str) -> list[tuple[str, str]]:
    return [(tag, f"{amount:f}"), (f"{tag}/@Ccy", currency)]
