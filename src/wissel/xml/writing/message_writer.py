"""Write a message piece by piece, in flat memory: blocks go out as they come, in the order of the schema."""

from collections.abc import Callable, Iterable, Sequence

from wissel.core.errors import UsageError
from wissel.xml.writing.element_template import INDENT, Template, element_template
from wissel.xml.xsd.schema_tree import Element, SchemaTree, elements

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
Sink = Callable[[bytes], object]
"""Takes the bytes in order, as the ``write`` of a file does."""


class MessageWriter:
    """Writes one document (or header) to a sink.

    The root is open from the start. Elements are given in the order of the schema; UsageError is raised for one that
    does not exist there, comes after its place, or stands too often. Whether the message is valid, validation says.

        >>> writer = MessageWriter(tree, file.write)
        >>> writer.start("FIToFICstmrCdtTrf")
        >>> writer.block("GrpHdr", ("MsgId", "CreDtTm"), ("M-1", "2026-11-23T10:00:00Z"))
        >>> writer.close()
    """

    __slots__ = ("_depth", "_last", "_members", "_open", "_sink", "_tree")

    def __init__(self, tree: SchemaTree, sink: Sink, *, declared: bool = True, depth: int = 0) -> None:
        """``declared``: begin with an XML declaration; ``depth``: how deep the root is indented in an envelope."""
        self._tree = tree
        self._sink = sink
        self._depth = depth
        self._open: list[Element] = []
        self._members: list[dict[str, tuple[int, Element]]] = []
        self._last: list[tuple[int, int]] = []
        self._enter(tree.root)
        head = DECLARATION if declared else b""
        sink(head + f'{self._layout(0)}<{tree.root.tag} xmlns="{tree.namespace}">'.encode())

    def start(self, tag: str) -> None:
        """Open an element below the innermost open one."""
        element = self._next(tag, 1)
        self._sink(f"{self._layout(len(self._open))}<{tag}>".encode())
        self._enter(element)

    def block(self, tag: str, paths: tuple[str, ...], texts: Sequence[str]) -> None:
        """One whole element with values at ``paths`` below it, as :func:`element_template` takes them; the empty path
        is the element's own value."""
        self._next(tag, 1)
        self._sink(self.template(tag, paths).fill(texts))

    def values(self, values: Iterable[tuple[str, str]]) -> None:
        """Elements below the innermost open one by path, ``("GrpHdr/MsgId", "M-1")``, in any order."""
        by_element: dict[tuple[int, int], tuple[str, list[str], list[str]]] = {}
        known = self._here()
        for path, text in values:
            first, _, rest = path.partition("/")
            tag, _, index = first.partition("[")
            number = int(index[:-1]) if index else 1
            key = (known[tag][0] if tag in known else -1, number)
            _, paths, texts = by_element.setdefault(key, (tag, [], []))
            paths.append(rest)
            texts.append(text)
        for key in sorted(by_element):
            tag, paths, texts = by_element[key]
            self.block(tag, tuple(paths), texts)

    def copied(self, tag: str, count: int, chunks: Iterable[bytes]) -> None:
        """``count`` elements that a template of :meth:`template` has already written."""
        if count:
            self._next(tag, count)
        for chunk in chunks:
            self._sink(chunk)

    def template(self, tag: str, paths: tuple[str, ...]) -> Template:
        """The template of an element below the innermost open one."""
        below = "/".join([*(element.tag for element in self._open[1:]), tag])
        return element_template(self._tree, below, paths, self._depth + len(self._open))

    def end(self) -> None:
        """Close the innermost open element."""
        if len(self._open) == 1:
            raise UsageError("no element but the root is open")
        closed = self._open.pop()
        self._members.pop()
        self._last.pop()
        self._sink(f"{self._layout(len(self._open))}</{closed.tag}>".encode())

    def close(self) -> None:
        """Close all that is open, the root last. Nothing may be written after it."""
        while len(self._open) > 1:
            self.end()
        self._sink(f"{self._layout(0)}</{self._open.pop().tag}>".encode() + (b"" if self._depth else b"\n"))

    def _enter(self, element: Element) -> None:
        self._open.append(element)
        members = enumerate(elements(self._tree.type_of(element)))
        self._members.append({member.tag: (position, member) for position, member in members})
        self._last.append((-1, 0))

    def _here(self) -> dict[str, tuple[int, Element]]:
        if not self._open:
            raise UsageError("the message is closed")
        return self._members[-1]

    def _next(self, tag: str, count: int) -> Element:
        """The element as the schema has it, once its place and number are found to be right."""
        known = self._here()
        if tag not in known:
            raise UsageError(f"{self._tree.definition} has no <{tag}> in <{self._open[-1].tag}>")
        position, element = known[tag]
        last, already = self._last[-1]
        if position < last:
            raise UsageError(f"<{tag}> comes after its place in <{self._open[-1].tag}> of {self._tree.definition}")
        so_far = already + count if position == last else count
        if element.occurs_max is not None and so_far > element.occurs_max:
            above = self._open[-1].tag
            raise UsageError(f"<{tag}> may stand at most {element.occurs_max} times in <{above}>")
        self._last[-1] = (position, so_far)
        return element

    def _layout(self, depth: int) -> str:
        return "\n" + INDENT * (self._depth + depth)
