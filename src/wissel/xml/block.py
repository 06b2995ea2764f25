"""A message as blocks: one transaction, the group around it, and the rest, each a table of paths and values.

This is what everything above ``xml/`` sees of a document; nothing up there knows how XML is parsed. Blocks come in one
pass in flat memory, the same for one transaction and for a million.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from wissel.xml.lexer import START, TEXT, Lexer, Mark, attributes_of
from wissel.xml.place import Place

TEXT_CHARACTERS_MAX = 1_000_000


class Value(NamedTuple):
    """One value of a block and where it stands."""

    text: str
    """As in the file, references resolved; white space around it is kept."""
    path: str
    """Indexed path below the block: ``RmtInf/Strd[2]/CdtrRefInf/Ref``; attributes ``IntrBkSttlmAmt/@Ccy``. An index
    stands only from the second occurrence on."""
    line: int
    column: int


@dataclass(slots=True)
class Block:
    """Values of one part of a message, by path in ISO tags below the block's own element."""

    kind: str
    """``message``, ``group`` or ``transaction``."""
    below: str
    """Path below the message's own element, without indices: ``PmtInf/CdtTrfTxInf``; of a message block its tag."""
    path: str
    """Indexed path from the root: ``/Document/CstmrCdtTrfInitn/PmtInf[2]/CdtTrfTxInf[7]``."""
    number: int
    """Transactions count through the whole message, groups too, each from 1."""
    parent: "Block | None"
    """The block around it, with the values that stood before this one."""
    values: dict[str, list[Value]] = field(default_factory=dict)
    children: int = 0
    """Transactions inside a group or message, so far."""

    def text(self, path: str) -> str | None:
        """The first value at a path, white space around it removed; None where there is none."""
        found = self.values.get(path)
        return found[0].text.strip() if found else None

    def texts(self, path: str) -> tuple[str, ...]:
        """All values at a path, white space around them removed."""
        return tuple(value.text.strip() for value in self.values.get(path, ()))

    def first(self, *paths: str) -> str | None:
        """The first value at the first path that has one."""
        return next((text for path in paths if (text := self.text(path))), None)


@dataclass(slots=True)
class _Open:
    tag: str
    counts: dict[str, int]
    path: str
    """Below the block, indexed."""
    plain: str
    """Below the block, without indices."""
    absolute: str
    block: Block
    mark: Mark
    text: list[str]
    size: int = 0
    parent: bool = False
    """True once it has a child element."""


class BlockReader:
    """Reads the blocks of one document or header."""

    def __init__(self, transactions: Iterable[str] = (), groups: Iterable[str] = ()) -> None:
        """Paths below the message's own element (``PmtInf/CdtTrfTxInf``); without any, all is one block."""
        self._kinds = {**dict.fromkeys(groups, "group"), **dict.fromkeys(transactions, "transaction")}
        self._numbers = {"group": 0, "transaction": 0}
        self._stack: list[_Open] = []

    def blocks(self, chunks: Iterable[bytes], place: Place, root_depth: int = 2) -> Iterator[Block]:
        """Blocks as they end: transactions, each group after its transactions, the message last.

        ``place`` is where the part's first byte stands. ``root_depth`` is how many elements stand above the values of
        the message block: 2 for ``Document`` and the message's own element, 1 for a header.
        """
        lexer = Lexer(place.line, place.column)
        self._stack = []
        message: Block | None = None
        for kind, said, attributes in lexer.tokens(chunks):
            if kind == TEXT:
                if self._stack and self._stack[-1].size < TEXT_CHARACTERS_MAX:
                    self._stack[-1].text.append(said)
                    self._stack[-1].size += len(said)
            elif kind == START:
                opened = self._start(said.rpartition(":")[2], lexer.mark(), root_depth, message)
                message = message or opened.block
                if attributes:
                    self._attributes(opened, attributes)
            elif self._stack:
                closed = self._stack.pop()
                if not closed.parent:
                    _add(closed.block, closed.plain, closed.path, "".join(closed.text), closed.mark.value_place())
                if not self._stack or self._stack[-1].block is not closed.block:
                    yield closed.block

    def _start(self, tag: str, mark: Mark, root_depth: int, message: Block | None) -> _Open:
        above = self._stack[-1] if self._stack else None
        if above is None:
            block = Block("message", tag, f"/{tag}", 1, None)
            opened = _Open(tag, {}, "", "", f"/{tag}", block, mark, [])
            self._stack.append(opened)
            return opened
        above.parent = True
        number = above.counts[tag] = above.counts.get(tag, 0) + 1
        absolute = f"{above.absolute}/{tag}[{number}]" if number > 1 else f"{above.absolute}/{tag}"
        if len(self._stack) < root_depth:
            above.block.below, above.block.path = tag, absolute
            opened = _Open(tag, {}, "", "", absolute, above.block, mark, [])
        else:
            step = f"{tag}[{number}]" if number > 1 else tag
            path = f"{above.path}/{step}" if above.path else step
            plain = f"{above.plain}/{tag}" if above.plain else tag
            opened = _Open(tag, {}, path, plain, absolute, above.block, mark, [])
            self._open_block(opened, above, number)
        self._stack.append(opened)
        return opened

    def _open_block(self, opened: _Open, above: _Open, number: int) -> None:
        """Begin a block of its own where the table of blocks says so."""
        if not self._kinds:
            return
        outer = above.block
        below = opened.plain if outer.kind == "message" else f"{outer.below}/{opened.plain}"
        kind = self._kinds.get(below)
        if kind is None:
            return
        self._numbers[kind] += 1
        absolute = opened.absolute if number > 1 else f"{opened.absolute}[1]"
        opened.absolute, opened.path, opened.plain = absolute, "", ""
        opened.block = Block(kind, below, absolute, self._numbers[kind], outer)
        ancestor: Block | None = outer
        while kind == "transaction" and ancestor is not None:
            ancestor.children += 1
            ancestor = ancestor.parent

    def _attributes(self, opened: _Open, written: bytes) -> None:
        for name, text in attributes_of(written).items():
            if name != "xmlns" and not name.startswith(("xmlns:", "xsi:")):
                plain = f"{opened.plain}/@{name}" if opened.plain else f"@{name}"
                path = f"{opened.path}/@{name}" if opened.path else f"@{name}"
                _add(opened.block, plain, path, text, opened.mark.place())


def _add(block: Block, plain: str, path: str, text: str, place: Place) -> None:
    block.values.setdefault(plain, []).append(Value(text, path, place.line, place.column))
