"""Some transactions of a message as a message of their own: what is passed on of it, with its numbers and sums."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from wissel.core.money import exact_sum, parse_amount
from wissel.message.business_message import BusinessMessage
from wissel.xml.blocks.block import Block

_AMOUNTS = ("IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt")
_TOTALS = ("GrpHdr/TtlIntrBkSttlmAmt", "GrpHdr/TtlRtrdIntrBkSttlmAmt", "GrpHdr/CtrlSum")


class Part:
    """Stands for a :class:`BusinessMessage` where blocks are all that is asked of it."""

    __slots__ = ("_blocks", "_message", "definition", "header_definition")

    def __init__(self, message: BusinessMessage, blocks: Sequence[Block]) -> None:
        """``blocks`` are transactions of ``message``, at least one, in order."""
        self._message = message
        self._blocks = blocks
        self.definition = message.definition
        self.header_definition = message.header_definition

    def header(self) -> Block | None:
        """The header of the whole message."""
        return self._message.header()

    def blocks(self) -> Iterator[Block]:
        """The transactions, and around them the message's other values with the number and sums of just these."""
        whole = self._blocks[0]
        while whole.parent is not None:
            whole = whole.parent
        head = Block("message", whole.below, whole.number, None)
        head.fill(whole.shape.paths, _counted(whole, self._blocks), [])
        for one in self._blocks:
            head.children += 1
            made = Block(one.kind, one.below, one.number, head, head.children)
            made.fill(one.shape.paths, list(one.texts), [])
            yield made
        yield head


def _counted(whole: Block, blocks: Sequence[Block]) -> list[str]:
    texts = list(whole.texts)
    amounts = [parse_amount(block.first(*_AMOUNTS) or "") or Decimal(0) for block in blocks]
    total = Decimal(0)
    for amount in amounts:
        total = exact_sum(total, amount)
    made: Mapping[str, str] = {"GrpHdr/NbOfTxs": str(len(blocks)), **dict.fromkeys(_TOTALS, f"{total:f}")}
    for path, text in made.items():
        number = whole.shape.first.get(path)
        if number is not None:
            texts[number] = text
    return texts
