"""The business application header against the document that it goes with."""

from collections.abc import Iterator

from wissel.core.identifiers.bic import bic_institution
from wissel.validation.rule import Flaw, Rule, block_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_SENT = ("pacs.002", "pacs.003", "pacs.004", "pacs.008", "pacs.009", "pacs.010")
_COPIES = ("COPY", "CODU")
_AGENT = "FinInstnId/BICFI"


def _is_of(named: str, definition: str) -> bool:
    """Whether a name is a definition's own, as ISO or a network (``pacs.009.001.08.COV``) writes it."""
    base = ".".join(definition.split(".")[:4])
    return named.startswith(base) and not named[len(base) : len(base) + 1].isdigit()


@block_rule(
    "HEADER-DEFINITION-DIFFERS",
    ("header",),
    source="ISO 20022 definition of MsgDefIdr (head.001)",
    needs=("MsgDefIdr",),
    reason="FF01",
)
def definition(block: Block, scope: Scope) -> Iterator[Flaw]:
    """MsgDefIdr names the definition of the document; a network may add a suffix to it.

    Receivers choose the schema and the program by it; a document of another kind is refused or misread.
    """
    named = block.text("MsgDefIdr") or ""
    if not _is_of(named, scope.definition):
        message = f"The header says {named}, the document is a {scope.definition}."
        yield Flaw(message, block.shape.first["MsgDefIdr"], value=named, allowed=scope.definition)


@block_rule(
    "HEADER-MESSAGE-ID-DIFFERS",
    ("message",),
    source="CBPR+ usage guidelines, secondary source",
    needs=("GrpHdr/MsgId",),
    reason="CH16",
    optional=True,
)
def message_id(block: Block, scope: Scope) -> Iterator[Flaw]:
    """BizMsgIdr repeats the MsgId of the document.

    One message has one name on the network and in the books, or answers cannot be matched to it.
    """
    named = scope.header.text("BizMsgIdr") if scope.header is not None else None
    own = block.text("GrpHdr/MsgId") or ""
    if named is not None and named != own:
        message = f"BizMsgIdr of the header is {named}, MsgId of the document {own}."
        yield Flaw(message, block.shape.first["GrpHdr/MsgId"], value=own, allowed=named)


def _agent_flaws(block: Block, scope: Scope, side: str, tag: str) -> Iterator[Flaw]:
    header = scope.header
    if header is None or header.text("CpyDplct") in _COPIES:
        return
    party = header.text(f"{side}/FIId/{_AGENT}")
    path = f"GrpHdr/{tag}/{_AGENT}" if block.kind == "message" else f"{tag}/{_AGENT}"
    agent = block.text(path)
    if party is None or agent is None or _branch(party) == _branch(agent):
        return
    message = f"The header says {party} in {side}, the document {agent} in {tag}."
    yield Flaw(message, block.shape.first[path], value=agent, allowed=party)


def _branch(bic: str) -> str:
    """A BIC of eight characters means the head office."""
    return bic if len(bic) > 8 else f"{bic_institution(bic)}XXX"


@block_rule(
    "HEADER-SENDER-DIFFERS",
    ("message", "transaction"),
    source="CBPR+ usage guidelines, secondary source",
    families=_SENT,
    needs=(f"GrpHdr/InstgAgt/{_AGENT}", f"InstgAgt/{_AGENT}"),
    reason="RC01",
    optional=True,
)
def sender(block: Block, scope: Scope) -> Iterator[Flaw]:
    """Fr of the header is the instructing agent of the document, unless it is a copy.

    The network trusts the header, the books the document: both must name one bank.
    """
    return _agent_flaws(block, scope, "Fr", "InstgAgt")


@block_rule(
    "HEADER-RECEIVER-DIFFERS",
    ("message", "transaction"),
    source="CBPR+ usage guidelines, secondary source",
    families=_SENT,
    needs=(f"GrpHdr/InstdAgt/{_AGENT}", f"InstdAgt/{_AGENT}"),
    reason="RC01",
    optional=True,
)
def receiver(block: Block, scope: Scope) -> Iterator[Flaw]:
    """To of the header is the instructed agent of the document, unless it is a copy.

    A message that reaches another bank than it instructs is answered by nobody.
    """
    return _agent_flaws(block, scope, "To", "InstdAgt")


RULES: tuple[Rule, ...] = (definition, message_id, sender, receiver)
