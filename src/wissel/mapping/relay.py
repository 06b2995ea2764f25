"""Pass a message on to the next leg of its payment: new agents, settlement, day and header, all else as it was.

Standard (ISO 20022 pacs definitions): MsgId, InstrId, RtrId and StsId are references between two agents, so each leg
has its own; EndToEndId, TxId and UETR go unchanged from one end to the other. Instructing and instructed agent stand in
the group header or in the transactions, never in both; they are written where the original has them, else in the
transactions. What an answer says of the original (OrgnlMsgId, OrgnlInstrId) names the leg between the two banks that
exchange it, and is rewritten by stored links.

Our decisions: a transaction without InstrId is given one; what the leg before laid down about settlement is consumed;
instructions for the next agent (InstrForNxtAgt) are passed on, since who obeys them knows better than a program
whether they are done with; OrgnlTxRef of an answer is passed on as it is; our charge is written beside the others and
changes no amount. Content of another namespace (SplmtryData) cannot be carried and is recorded as dropped.
"""

from collections.abc import Callable

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.errors import UsageError
from wissel.core.finding import Finding
from wissel.mapping.header import header_values, write_message
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Category, Loss
from wissel.mapping.placement import Values
from wissel.mapping.relay_agents import own_spelling, spelled
from wissel.mapping.relay_answer import answered_group, answered_transaction
from wissel.mapping.relay_draft import Draft
from wissel.mapping.relay_leg import Leg
from wissel.mapping.relay_payment import OnTheWay, relayed_transaction
from wissel.mapping.version_result import Conversion
from wissel.message.business_message import BusinessMessage
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter, Sink
from wissel.xml.xsd.schema_tree import SchemaTree

PAYMENTS = ("pacs.008", "pacs.009")
RETURN, STATUS = "pacs.004", "pacs.002"
FAMILIES = (*PAYMENTS, RETURN, STATUS)
FINDINGS_MAX = 1_000
_REFERENCE = "A reference between two agents; the next leg has its own."
_SETTLED = "It was settled on this leg; the next one settles in its own way."
_DAY = "The next leg has its own day of settlement."
_AGENTS = "The agents of the leg before are not those of the next."


def relay(
    message: BusinessMessage,
    leg: Leg,
    at: str,
    ids: Identifiers,
    catalog: Catalog,
    sink: Sink,
    *,
    record: Callable[[Loss], object] | None = None,
) -> Conversion:
    """Write ``message`` as the message of the next leg; ``at`` is the time of it, with zone, in ISO form.

    A pacs.008 or pacs.009 goes on to the creditor side, a pacs.004 or pacs.002 back to the debtor side. Where it is
    refused, what went to the sink is of no use. ``record`` is handed each loss as it comes; without it they are kept.

    Raises UsageError for a message of another family, another definition of the leg than the message's, and an answer
    without links.
    """
    definition = message.definition or ""
    if family_of(definition) not in FAMILIES:
        raise UsageError(f"{definition or 'a message without definition'} is not passed on; {', '.join(FAMILIES)} are")
    if leg.placement.definition != definition:
        raise UsageError(
            f"the next leg takes {leg.placement.definition}, the message is {definition}; convert it first"
        )
    if family_of(definition) not in PAYMENTS and leg.links is None:
        raise UsageError(f"{definition} is passed on by links to the leg it answers; none are given")
    losses: list[Loss] = []
    tree = catalog.tree(definition)
    run = _Run(message, spelled(leg, tree), at, ids, tree, record or losses.append)
    header = run.header(catalog)
    write_message(sink, tree, header, leg.placement.envelope if header else None, run.body)
    return Conversion(tuple(run.findings), tuple(losses))


class _Run:
    """One message on its way."""

    def __init__(
        self,
        message: BusinessMessage,
        leg: Leg,
        at: str,
        ids: Identifiers,
        tree: SchemaTree,
        note: Callable[[Loss], object],
    ) -> None:
        self.message = message
        self.leg = leg
        self.at = at
        self.ids = ids
        self.tree = tree
        self.note = note
        self.family = family_of(tree.definition)
        self.findings: list[Finding] = []
        self.way: OnTheWay | None = None
        self.original_message: str | None = None
        self.counts: dict[str, int] = {}

    def header(self, catalog: Catalog) -> tuple[SchemaTree, Values] | None:
        """The header of the next leg, where it has one. All of the header that came was for us."""
        plan, given = self.leg.placement.header, self.message.header()
        values = dict(zip(given.shape.paths, given.texts, strict=True)) if given is not None else {}
        made: Values = ()
        if plan is not None:
            made = header_values(plan, self.tree.definition, self.ids.message(1), self.at, self._variant())
        for path, text in values.items():
            signature = path.startswith("Sgntr")
            if dict(made).get(path) == text:
                continue
            why = "A signature holds for the message it came with." if signature else "The next leg has its own header."
            category = Category.DROPPED if signature else Category.CONSUMED
            self.note(Loss(category, f"/AppHdr/{path}", None, text, None, why))
        return None if plan is None else (catalog.tree(plan.definition), made)

    def _variant(self) -> str:
        first = next(iter(self.message.blocks()), None) if self.family == "pacs.009" else None
        return "COV" if first is not None and first.has("UndrlygCstmrCdtTrf") else ""

    def body(self, writer: MessageWriter) -> None:
        """Write the document."""
        writer.start(self.tree.message_element.tag)
        for block in self.message.blocks():
            if block.kind == "message":
                self._begun(block, writer)
                self._rest(block)
            else:
                self._begun(block.parent or block, writer)
                draft = self._draft(block)
                self.findings += self._judged(draft, block)
                self._write(writer, block.below, draft)
            if len(self.findings) >= FINDINGS_MAX:
                return
        if not self.findings:
            writer.end()

    def _draft(self, block: Block) -> Draft:
        number = self.counts[block.below] = self.counts.get(block.below, 0) + 1
        top = f"/{self.tree.root.tag}/{self.tree.message_element.tag}"
        return Draft(block, f"{top}/{block.below}[{number}]", self.note)

    def _judged(self, draft: Draft, block: Block) -> list[Finding]:
        """Make a transaction or group ready for the next leg."""
        if self.way is None:
            raise ValueError("the group header comes first")
        if block.kind == "group":
            self.original_message = draft.text("OrgnlMsgId")
            return answered_group(draft, self.leg, block.path)
        if self.family in PAYMENTS:
            return relayed_transaction(draft, self.way, block, self.ids)
        found = answered_transaction(draft, self.leg, self.original_message, block, self.ids)
        return found + (relayed_transaction(draft, self.way, block, self.ids) if self.family == RETURN else [])

    def _begun(self, block: Block, writer: MessageWriter) -> None:
        """Write the group header, once, with what stands beside it before the transactions."""
        if self.way is not None:
            return
        top = f"/{self.tree.root.tag}/{self.tree.message_element.tag}"
        draft = Draft(block, top, self.note)
        draft.set("GrpHdr/MsgId", self.ids.message(1), _REFERENCE)
        draft.set("GrpHdr/CreDtTm", self.at, "The message of the next leg is made now.")
        instructing = draft.below("GrpHdr/InstgAgt")
        grouped = bool(instructing or draft.below("GrpHdr/InstdAgt"))
        if grouped:
            draft.replace("GrpHdr/InstgAgt", self.leg.sender, _AGENTS)
            draft.replace("GrpHdr/InstdAgt", self.leg.receiver, _AGENTS)
        dated = draft.text("GrpHdr/IntrBkSttlmDt") is not None
        if dated:
            draft.set("GrpHdr/IntrBkSttlmDt", self.leg.placement.date, _DAY)
        if self.family != STATUS:
            values = (("SttlmMtd", self.leg.placement.method), *self.leg.placement.settlement)
            draft.replace("GrpHdr/SttlmInf", values, _SETTLED)
        tx = self.tree.find(f"{self.tree.message_element.tag}/{_TRANSACTIONS[self.family]}").type
        self.way = OnTheWay(
            self.tree, tx, self.leg, instructing or own_spelling(self._from(), self.tree), grouped, dated
        )
        if self.family == RETURN and draft.has("OrgnlGrpInf"):
            inner = Draft(block, f"{top}/OrgnlGrpInf", lambda _: None)
            inner.texts = dict(draft.below("OrgnlGrpInf"))
            self.original_message = inner.text("OrgnlMsgId")
            self.findings += answered_group(inner, self.leg, f"{top}/OrgnlGrpInf")
            for path, text in inner.texts.items():
                draft.set(f"OrgnlGrpInf/{path}", text, _REFERENCE)
        for tag in ("GrpHdr", "OrgnlGrpInf"):
            if draft.has(tag):
                self._write(writer, tag, draft, tag)

    def _from(self) -> Values:
        """Who sent us the message, by its header, where the group header does not say."""
        header = self.message.header()
        if header is None:
            return ()
        start = "Fr/FIId/"
        pairs = zip(header.shape.paths, header.texts, strict=True)
        return tuple((path[len(start) :], text) for path, text in pairs if path.startswith(start))

    def _rest(self, block: Block) -> None:
        """Values of the message that stand in neither: content of another namespace behind the transactions."""
        for path, text in zip(block.shape.paths, block.texts, strict=True):
            if not path.startswith(("GrpHdr/", "OrgnlGrpInf/")) and self.counts:
                why = "Content of another namespace is not carried over."
                self.note(Loss(Category.DROPPED, f"{block.path}/{path}", None, text, None, why))

    def _write(self, writer: MessageWriter, tag: str, draft: Draft, element: str = "") -> None:
        if not self.findings:
            values = draft.below(element) if element else tuple(draft.texts.items())
            writer.block(tag, tuple(path for path, _ in values), [text for _, text in values])


_TRANSACTIONS = {"pacs.008": "CdtTrfTxInf", "pacs.009": "CdtTrfTxInf", RETURN: "TxInf", STATUS: "TxInfAndSts"}
