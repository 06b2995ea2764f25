"""The copy of the original transaction in its answer (OriginalTransactionReference)."""

from functools import lru_cache
from itertools import chain

from wissel.reply.completeness import TreeKey, sound
from wissel.reply.copying import Pairs, plan
from wissel.reply.original import REFERRING, Original
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape
from wissel.xml.xsd.schema_tree import SchemaTree

TAG = "OrgnlTxRef"
_SAME = (
    "IntrBkSttlmAmt", "Amt", "IntrBkSttlmDt", "ReqdColltnDt", "ReqdExctnDt", "CdtrSchmeId", "SttlmInf", "PmtTpInf",
    "PmtMtd", "MndtRltdInf", "RmtInf", "UltmtDbtr", "Dbtr", "DbtrAcct", "DbtrAgt", "DbtrAgtAcct", "CdtrAgt",
    "CdtrAgtAcct", "Cdtr", "CdtrAcct", "UltmtCdtr", "Purp",
)  # fmt: skip
_DEBIT = (("DrctDbtTx/CdtrSchmeId", "CdtrSchmeId"), ("DrctDbtTx/MndtRltdInf", "MndtRltdInf"))
_ORDERED = (("InstdAmt", "Amt/InstdAmt"), *_DEBIT)
"""Of a customer's direct debit the amount is what was ordered; between banks it is what was settled."""
_RETURNED = (("RtrdIntrBkSttlmAmt", "IntrBkSttlmAmt"), *_DEBIT)
"""A return is a payment of its own: what is settled for it is what comes back."""
_MOVED = {"pain.008": _ORDERED, "pacs.004": _RETURNED}
_TWICE = frozenset({"IntrBkSttlmAmt", "IntrBkSttlmDt", "Amt"})
"""What a return says in elements of its own."""

Sources = tuple[tuple[int, int], ...]
"""Block (0 the transaction, 1 what is around it ...) and number of a value there."""


def around(block: Block) -> tuple[Block, ...]:
    """A block and those around it, the innermost first."""
    found = [block]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return tuple(found)


def reference_values(
    tree: SchemaTree, below: str, block: Block, original: Original, own_amounts: bool = False
) -> list[tuple[str, str]]:
    """Paths below an answer's transaction and values for its copy of the original, as far as the definition takes them.

    ``own_amounts``: the answer gives amount and date of the original itself. A copy that the original holds of yet
    another transaction (``OrgnlTxRef`` of a recall) is passed on.
    """
    blocks = around(block)
    paths, sources = _plan(TreeKey(tree), below, tuple(one.shape for one in blocks), original.family, own_amounts)
    texts = (blocks[depth].texts[number] for depth, number in sources)
    return sound(tree, below, zip(paths, texts, strict=True), 2, original.faulty)


@lru_cache(maxsize=1024)
def _plan(
    known: TreeKey, below: str, shapes: tuple[Shape, ...], family: str, own_amounts: bool
) -> tuple[tuple[str, ...], Sources]:
    paths: list[str] = []
    sources: list[tuple[int, int]] = []
    for depth, shape in enumerate(shapes):
        outermost = depth == len(shapes) - 1
        taken = {path.split("/")[1].partition("[")[0] for path in paths}
        pairs = [pair for pair in _pairs(outermost, family) if pair[1].split("/")[1] not in taken]
        if own_amounts:
            pairs = [pair for pair in pairs if pair[1].split("/")[1] not in _TWICE]
        found = plan(known.tree, below, shape, tuple(pairs))
        paths += found.paths
        sources += ((depth, number) for number in found.numbers)
    return tuple(paths), tuple(sources)


def _pairs(outermost: bool, family: str) -> Pairs:
    start = "GrpHdr/" if outermost else f"{TAG}/" if family in REFERRING else ""
    same = ((f"{start}{tag}", f"{TAG}/{tag}") for tag in _SAME)
    moved = _MOVED.get(family, _DEBIT)
    return tuple(chain(same, ((f"{start}{source}", f"{TAG}/{target}") for source, target in moved)))
