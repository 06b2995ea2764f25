"""Read a document or header as blocks, in one pass and flat memory, the same for one transaction and a million."""

from collections.abc import Iterable, Iterator
from itertools import chain

from wissel.xml.blocks.block import Block
from wissel.xml.blocks.form import PART_BYTES_MAX, Event, forms_of
from wissel.xml.blocks.template import Template, template_of
from wissel.xml.lexer import SKIPPED, START, TEXT, Lexer, Mark, Token, attributes_at, resolve
from wissel.xml.place import Place

TEXT_CHARACTERS_MAX = 1_000_000
"""Characters kept of one value; far beyond any length a schema allows."""
BLOCK_BYTES_MAX = 1_000_000
"""Bytes that are read ahead for the end of a block."""
TEMPLATES_MAX = 16
"""Patterns tried for a block; with more different ones than this, reading tag by tag is as quick."""


class _Open:
    """An open element."""

    __slots__ = ("absolute", "block", "counts", "is_block", "mark", "parent", "path", "size", "text", "values")

    def __init__(self, path: str, block: Block, values: "_Values", mark: Mark) -> None:
        self.path = path
        """Below the block, indexed."""
        self.block = block
        self.values = values
        self.mark = mark
        self.counts: dict[str, int] = {}
        self.text: list[str] = []
        self.size = 0
        self.parent = False
        """True once it has a child element."""
        self.is_block = False


class _Values:
    """The values of a block while it is read."""

    __slots__ = ("kept", "marks", "paths", "texts")

    def __init__(self, *, kept: bool = True) -> None:
        self.kept = kept
        self.paths: list[str] = []
        self.texts: list[str] = []
        self.marks: list[Mark] = []

    def add(self, path: str, text: str, mark: Mark) -> None:
        if not self.kept:
            return
        self.paths.append(path)
        self.texts.append(text)
        self.marks.append(mark)


class BlockReader:
    """Reads the blocks of one document or header."""

    def __init__(self, transactions: Iterable[str] = (), groups: Iterable[str] = ()) -> None:
        """Paths below the message's own element (``PmtInf/CdtTrfTxInf``); without any, all is one block."""
        self._known = (tuple(transactions), tuple(groups))
        self._kinds = {**dict.fromkeys(groups, "group"), **dict.fromkeys(transactions, "transaction")}
        self._numbers = {"group": 0, "transaction": 0}
        self._stack: list[_Open] = []
        self._templates: list[Template] = []
        self._learned = 0
        self._matched: Block | None = None
        self._recorded: list[Token] | None = None
        self._events: list[Event] | None = None

    def blocks(self, chunks: Iterable[bytes], place: Place, root_depth: int = 2) -> Iterator[Block]:
        """Blocks as they end: transactions, each group after its transactions, the message last. A part that breaks off
        gives its open groups and the message as far as they go, but no open transaction.

        ``place`` is where the part's first byte stands. ``root_depth`` is how many elements stand above the values of
        the message block: 2 for ``Document`` and the message's own element, 1 for a header.
        """
        source, pieces, size_bytes = iter(chunks), [], 0
        while size_bytes <= PART_BYTES_MAX and (chunk := next(source, None)) is not None:
            pieces.append(chunk)
            size_bytes += len(chunk)
        if size_bytes > PART_BYTES_MAX:
            yield from self._read(chain(pieces, source), place, root_depth)
            return
        whole = b"".join(pieces)
        forms = forms_of(*self._known, root_depth)
        alike = forms.blocks(whole, place)
        if alike is not None:
            yield from alike
            return
        self._events = []
        for block in self._read([whole], place, root_depth):
            if not self._stack:
                forms.learn(whole, self._events)
            yield block

    def _read(self, chunks: Iterable[bytes], place: Place, root_depth: int) -> Iterator[Block]:
        """The blocks, read tag by tag, and by the patterns of transactions before."""
        self._lexer = lexer = Lexer(place.line, place.column)
        self._root_depth = root_depth
        if self._kinds:
            lexer.skip = self._match
        for token in lexer.tokens(chunks):
            kind, said, attributes = token
            if kind == SKIPPED:
                if self._matched is not None:
                    yield self._matched
                    self._matched = None
                continue
            if self._recorded is not None:
                self._recorded.append(token)
            if kind == TEXT:
                self._text(said)
            elif kind == START:
                self._start(token, said.rpartition(":")[2], attributes)
            elif self._stack:
                block = self._end(self._stack.pop())
                if block is not None:
                    yield block
        yield from self._broken_off()

    def _broken_off(self) -> Iterator[Block]:
        """Where the part ends too early: the groups and the message that are still open, as far as they go."""
        while self._stack:
            opened = self._stack.pop()
            if opened.is_block and opened.block.kind != "transaction":
                values = opened.values
                opened.block.fill(tuple(values.paths), values.texts, values.marks)
                yield opened.block

    def _text(self, text: str) -> None:
        if self._stack and self._stack[-1].size < TEXT_CHARACTERS_MAX:
            self._stack[-1].text.append(text)
            self._stack[-1].size += len(text)

    def _start(self, token: Token, tag: str, attributes: bytes) -> None:
        mark = self._lexer.mark()
        if not self._stack:
            opened = _Open("", Block("message", f"/{tag}", 1, None), _Values(), mark)
            opened.is_block = True
            self._note(opened.block, 0)
        else:
            above = self._stack[-1]
            above.parent = True
            number = above.counts[tag] = above.counts.get(tag, 0) + 1
            if len(self._stack) < self._root_depth:
                if len(above.counts) == number == 1:
                    above.block.below += f"/{tag}"
                    opened = _Open("", above.block, above.values, mark)
                else:
                    # beside the message's own element: a signature, or a fault; none of its values are the message's
                    beside = Block("beside", f"{above.block.below}/{tag}", number, None)
                    opened = _Open("", beside, _Values(kept=False), mark)
            else:
                step = f"{tag}[{number}]" if number > 1 else tag
                opened = _Open(f"{above.path}/{step}" if above.path else step, above.block, above.values, mark)
                if self._kinds:
                    self._open_block(opened, above, tag, number, token)
        self._stack.append(opened)
        if attributes:
            begin = mark.at + 1 + len(token[1].encode())
            for name, text, offset in attributes_at(attributes):
                if name != "xmlns" and not name.startswith(("xmlns:", "xsi:")):
                    here = mark._replace(tag_end=begin + offset)
                    opened.values.add(f"{opened.path}/@{name}" if opened.path else f"@{name}", text, here)

    def _open_block(self, opened: _Open, above: _Open, tag: str, number: int, token: Token) -> None:
        """Begin a block of its own where the table of blocks says so."""
        below = self._below(above, tag)
        kind = self._kinds.get(below)
        if kind is None:
            return
        opened.block, opened.values, opened.path, opened.is_block = (
            self._block(kind, below, above, number),
            _Values(),
            "",
            True,
        )
        if kind == "transaction" and len(self._templates) < TEMPLATES_MAX:
            self._recorded = [token]

    def _below(self, above: _Open, tag: str) -> str:
        outer = "" if above.block.kind == "message" else f"{above.block.below}/"
        return f"{outer}{above.path}/{tag}" if above.path else f"{outer}{tag}"

    def _block(self, kind: str, below: str, above: _Open, number: int) -> Block:
        self._numbers[kind] += 1
        block = Block(kind, below, self._numbers[kind], above.block, number)
        # what stood before is there for whoever looks at the block
        values = above.values
        if len(above.block.texts) != len(above.block.shape.paths) or len(values.paths) != len(above.block.shape.paths):
            above.block.fill(tuple(values.paths), values.texts, values.marks)
        if kind == "transaction":
            block.counted()
        self._note(block, len(values.paths))
        return block

    def _note(self, block: Block, values: int | None) -> None:
        """Take note that a block begins, with so many values of the block around it before, or ends."""
        if self._events is not None:
            self._events.append(Event(block, values))

    def _end(self, closed: _Open) -> Block | None:
        """Keep the value of an element that has ended; the block, where it was the block's own element."""
        if not closed.parent:
            text = closed.text[0] if len(closed.text) == 1 else "".join(closed.text)
            if closed.path or closed.is_block:
                closed.values.add(closed.path, text, closed.mark)
        if not closed.is_block:
            return None
        values = closed.values
        closed.block.fill(tuple(values.paths), values.texts, values.marks)
        self._note(closed.block, None)
        if closed.block.kind == "transaction" and self._recorded is not None:
            self._learn(closed.block)
        return closed.block

    def _learn(self, block: Block) -> None:
        """Make a pattern of a transaction, if such a one has been seen before: a single one is not worth it."""
        tokens, self._recorded = self._recorded or [], None
        self._learned += 1
        if self._learned < 2 or self._lexer.skip is None:
            return
        template = template_of(tokens, block.shape)
        if template is not None:
            self._templates.insert(0, template)

    def _match(self, data: bytes, at: int) -> int:
        """Read the transaction at ``data[at]`` by a pattern; ``at`` again where none fits."""
        if not self._templates or not self._stack or self._recorded is not None:
            return at
        above = self._stack[-1]
        if len(self._stack) < self._root_depth or data[at + 1 : at + 2] in (b"/", b"!", b"?"):
            return at
        name = self._lexer.name_at(at)
        tag = name.rpartition(":")[2]
        below = self._below(above, tag)
        if self._kinds.get(below) != "transaction":
            return at
        close = f"</{name}>".encode()
        end = data.find(close, at) + len(close)
        after = data.find(b"<", end) if end >= len(close) else -1
        if after < 0:
            return -1 if len(data) - at < BLOCK_BYTES_MAX else at
        if after > end and not data[end:after].isspace():
            return at
        whole = data[at:end].decode("utf-8", "replace")
        for index, template in enumerate(self._templates):
            found = template.match(whole)
            if found is not None:
                if index:
                    self._templates.insert(0, self._templates.pop(index))
                texts: tuple[str, ...] = found.groups()
                if "&" in whole or "\r" in whole:
                    texts = tuple(resolve(text) for text in texts)
                above.parent = True
                number = above.counts[tag] = above.counts.get(tag, 0) + 1
                block = self._block("transaction", below, above, number)
                block.fill_matched(template.shape, texts, self._lexer.mark_at(at), found, template.groups)
                self._matched = block
                return after
        return at
