"""Bundles: transactions that go the same way become one message. They wait as bytes until the totals are known."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from wissel.core.money import DIGITS_MAX, exact_sum
from wissel.mapping.customer_transfer import Mapped
from wissel.mapping.header import header_values, write_message
from wissel.mapping.placement import HeaderPlan, Values, below
from wissel.mapping.practice import practice_of
from wissel.xml.writing.element_template import Template, element_template
from wissel.xml.writing.message_writer import MessageWriter, Sink
from wissel.xml.xsd.schema_tree import SchemaTree

BUFFER_BYTES_MAX = 16 * 1024 * 1024
"""Bytes of all bundles together that wait in memory; beyond, they are put into the spool."""
COPY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Way:
    """What the transactions of one bundle have in common, and how the message is laid out."""

    definition: str
    message: str
    """``FIToFICstmrCdtTrf``."""
    block: str
    settlement: Values
    """Of SttlmInf."""
    date: str
    currency: str
    instructing: Values
    instructed: Values
    guideline: str
    header: HeaderPlan | None = None
    envelope: str | None = None
    variant: str = ""
    network: str | None = None
    transactions_max: int | None = None


class Spool:
    """A scratch file that holds what waits, in pieces."""

    __slots__ = ("_file", "_size")

    def __init__(self, file: BinaryIO) -> None:
        """``file`` is open for reading and writing, and empty."""
        self._file = file
        self._size = 0

    def keep(self, data: bytes) -> tuple[int, int]:
        """Put bytes away; where they begin and how many they are."""
        begin = self._size
        self._file.seek(begin)
        self._file.write(data)
        self._size += len(data)
        return begin, len(data)

    def pieces(self, begin: int, size: int) -> Iterator[bytes]:
        """The bytes that were put away."""
        self._file.seek(begin)
        while size > 0 and (data := self._file.read(min(size, COPY_BYTES))):
            size -= len(data)
            yield data


class Bundle:
    """One message in the making."""

    __slots__ = ("_extents", "_spool", "_template", "_tree", "buffer", "count", "number", "positions", "total", "way")

    def __init__(self, number: int, way: Way, tree: SchemaTree, spool: Spool) -> None:
        """``number`` is its own among the results, from 1; ``tree`` is the schema of its definition."""
        self.number = number
        self.way = way
        self.count = 0
        self.positions = array("Q")
        """Of its transactions in the input, from 1; what adds them keeps it."""
        self.total = Decimal(0)
        self.buffer = bytearray()
        self._tree = tree
        self._spool = spool
        self._extents: list[tuple[int, int]] = []
        self._template: tuple[tuple[str, ...], Template] | None = None

    @property
    def full(self) -> bool:
        """Whether the network takes no more transactions in one message."""
        return self.way.transactions_max is not None and self.count >= self.way.transactions_max

    def takes(self, amount: Decimal) -> bool:
        """Whether the total with one more amount is still one that a message can state (18 digits)."""
        return self.count == 0 or len(exact_sum(self.total, amount).as_tuple().digits) <= DIGITS_MAX

    def add(self, transaction: Mapped, amount: Decimal) -> int:
        """Take one transaction; the bytes it takes in memory. Raises UsageError for a value that XML cannot hold."""
        known = self._template
        if known is None or known[0] is not transaction.paths:
            depth = 2 if self.way.header is None and self.way.envelope is None else 3
            below_root = f"{self.way.message}/{self.way.block}"
            made = element_template(self._tree, below_root, transaction.paths, depth)
            self._template = known = (transaction.paths, made)
        data = known[1].fill(transaction.texts)
        self.buffer += data
        self.count += 1
        self.total = exact_sum(self.total, amount)
        return len(data)

    def put_away(self) -> None:
        """Move what waits in memory to the spool."""
        if self.buffer:
            self._extents.append(self._spool.keep(bytes(self.buffer)))
            self.buffer.clear()

    def write(self, sink: Sink, identifier: str, at: str, trees: Callable[[str], SchemaTree]) -> None:
        """Write the whole message; ``identifier`` is its MsgId and that of the header."""
        way = self.way
        header = None
        if way.header is not None:
            values = header_values(way.header, way.definition, identifier, at, way.variant)
            header = (trees(way.header.definition), values)

        def body(writer: MessageWriter) -> None:
            writer.start(way.message)
            values = self._group_header(identifier, at)
            writer.block("GrpHdr", tuple(path for path, _ in values), tuple(text for _, text in values))
            writer.copied(way.block, self.count, self._pieces())

        write_message(sink, self._tree, header, way.envelope, body)

    def _pieces(self) -> Iterator[bytes]:
        for begin, size in self._extents:
            yield from self._spool.pieces(begin, size)
        yield bytes(self.buffer)

    def _group_header(self, identifier: str, at: str) -> Values:
        way, practice = self.way, practice_of(self.way.guideline)
        values = [("MsgId", identifier), ("CreDtTm", at), ("NbOfTxs", str(self.count))]
        if practice.total:
            values += [("TtlIntrBkSttlmAmt", f"{self.total:f}"), ("TtlIntrBkSttlmAmt/@Ccy", way.currency)]
        if practice.date == "group":
            values.append(("IntrBkSttlmDt", way.date))
        values += below("SttlmInf", way.settlement)
        if practice.agents == "group":
            values += [*below("InstgAgt", way.instructing), *below("InstdAgt", way.instructed)]
        return tuple(values)
