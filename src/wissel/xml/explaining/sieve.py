"""Let libxml2 pass over the transactions that are right, so that only those with a fault are explained.

Following tokens in Python is some fifty times slower than libxml2. In a large part the blocks of one tag that follow
each other are therefore cut out by their literal end tags and checked in batches against a schema whose root holds
just such blocks. A batch that passes is skipped; one that does not is tried again in smaller batches down to the one
block that is at fault. A cut at a wrong place (the end tag stands in a comment, a block inside a block) is never
well-formed and so never passes.
"""

import copy
import re
from functools import lru_cache

from lxml import etree

from wissel.xml.lexer import declarations
from wissel.xml.parser import streaming_parser
from wissel.xml.xsd.schema_tree import XS

_ROOT = "wissel-blocks"
_BATCH_MAX = 64
_SPACE = re.compile(rb"\s*")


@lru_cache(maxsize=64)
def _block_schema(path: str, tag: str, type_name: str) -> etree.XMLSchema:
    """The schema at ``path`` with one more root element: a sequence of blocks ``tag``."""
    document = copy.deepcopy(etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot())
    root = etree.SubElement(document, XS + "element", name=_ROOT)
    sequence = etree.SubElement(etree.SubElement(root, XS + "complexType"), XS + "sequence")
    etree.SubElement(sequence, XS + "element", name=tag, type=type_name, maxOccurs="unbounded")
    return etree.XMLSchema(document)


class Sieve:
    """Skips blocks ``name`` (as written, with prefix) that are valid."""

    def __init__(self, path: str, name: str, type_name: str, scope: dict[str, str]) -> None:
        prefix, _, tag = name.rpartition(":")
        self._schema = _block_schema(path, tag, type_name)
        root = f"{prefix}:{_ROOT}" if prefix else _ROOT
        self._head = f"<{root}{declarations(scope)}>".encode()
        self._tail = f"</{root}>".encode()
        self._open = f"<{name}".encode()
        self._close = f"</{name}>".encode()
        self._batch = _BATCH_MAX

    def is_for(self, name: str) -> bool:
        """True where it skips blocks written ``name``."""
        return self._open == f"<{name}".encode()

    def skip(self, data: bytes, at: int) -> tuple[int, int]:
        """How many blocks beginning at ``data[at]`` are valid (of those wholly in ``data``), and where the next tag
        stands after them."""
        ends = self._ends(data, at)
        while ends:
            count = min(self._batch, len(ends))
            if self._valid(data[at : ends[count - 1]]):
                self._batch = min(_BATCH_MAX, count * 2)
                return count, ends[count - 1]
            if count == 1:
                break
            self._batch = max(1, count // 4)
        return 0, at

    def _ends(self, data: bytes, at: int) -> list[int]:
        ends: list[int] = []
        while len(ends) < self._batch and data.startswith(self._open, at):
            if data[at + len(self._open) : at + len(self._open) + 1] not in (b">", b" ", b"\n", b"\t", b"\r"):
                break
            close = data.find(self._close, at)
            if close < 0 or data.find(b"<!", at, close) >= 0 or data.find(b"<?", at, close) >= 0:
                break  # an end tag in a comment or the like would count as a block
            at = _SPACE.match(data, close + len(self._close)).end()  # type: ignore[union-attr]
            if data[at : at + 1] != b"<":
                break
            ends.append(at)
        return ends

    def _valid(self, blocks: bytes) -> bool:
        parser = streaming_parser(schema=self._schema)
        try:
            parser.feed(self._head)
            parser.feed(blocks)
            parser.feed(self._tail)
            parser.close()
        except etree.XMLSyntaxError:
            return False
        return not len(parser.feed_error_log)
