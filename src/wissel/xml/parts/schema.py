"""Compiled schemas, and the streaming check of one part against them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from wissel.core.errors import InstallationError
from wissel.xml.lexer import attributes_of
from wissel.xml.parser import NullTarget, refuse_undeclared, streaming_parser
from wissel.xml.parts.segment import Part

if TYPE_CHECKING:
    from wissel.xml.xsd.schema_tree import SchemaTree

_COMPILED_MAX = 600
"""More than there are definitions: a schema is compiled once per process (2 ms, 0.5 MB each)."""
MESSAGES_MAX = 20
"""Faults of a schema that are kept in libxml2's words."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema file to check against: the base of a definition, or an overlay (then ``overlay`` names it)."""

    definition: str
    path: str
    overlay: str | None = None

    @property
    def source(self) -> str:
        """How findings name it."""
        base = f"ISO 20022 schema {self.definition}"
        return f"overlay {self.overlay} on {base}" if self.overlay else base


@dataclass(frozen=True, slots=True)
class TransactionTag:
    """The element that holds one transaction of a message."""

    tag: str
    """Its local name: ``CdtTrfTxInf``."""
    paths: tuple[str, ...]
    """Where it stands, below the message's own element: ``PmtInf/CdtTrfTxInf``."""
    unique_start: bool
    """True where no other element of the message has a name that begins with it."""


@lru_cache(maxsize=_COMPILED_MAX)
def compiled(path: str) -> etree.XMLSchema:
    """The schema at ``path``, compiled by libxml2. Raises InstallationError where that fails."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.XMLSchema(etree.parse(path, parser))
    except (OSError, etree.LxmlError) as error:
        raise InstallationError(f"the schema {path} cannot be used: {error}") from error


_COMPLEX_TYPE = re.compile(rb'<xs:complexType name="([^"]+)">(.*?)</xs:complexType>', re.DOTALL)
_ENVELOPE, _SUPPLEMENTARY = b"Envlp", b"SplmtryData"


@lru_cache(maxsize=_COMPILED_MAX)
def foreign_tags(path: str) -> tuple[bytes, ...]:
    """Tags of the elements in which a schema (in normal form) allows foreign content, as they show in a document.

    Nearly all schemas have one only, the envelope of supplementary data; it is looked for by the longer name of the
    element around it, which is quicker.
    """
    with open(path, "rb") as file:
        data = file.read()
    types = [name for name, body in _COMPLEX_TYPE.findall(data) if b"<xs:any" in body]
    tags = {tag for name in types for tag in re.findall(rb'name="([^"]+)" type="' + re.escape(name) + rb'"', data)}
    return tuple(sorted(_SUPPLEMENTARY if tag == _ENVELOPE else tag for tag in tags))


@lru_cache(maxsize=_COMPILED_MAX)
def schema_tree(path: str) -> "SchemaTree":
    """The schema at ``path`` as a tree. Raises InstallationError where it cannot be read."""
    from wissel.xml.xsd.schema_tree import read_schema  # not needed for what is valid

    try:
        with open(path, "rb") as file:
            return read_schema(file.read())
    except OSError as error:
        raise InstallationError(f"the schema {path} cannot be read: {error.strerror}") from error


def counter_of(part: Part, tag: TransactionTag) -> Callable[[bytes], int]:
    """What counts the start tags of an element, written with the part's own prefix, in bytes that end in no tag."""
    prefix = part.name.rpartition(":")[0]
    start = f"<{prefix}:{tag.tag}".encode() if prefix else f"<{tag.tag}".encode()
    if tag.unique_start:
        return lambda data: data.count(start)
    return lambda data: sum(data.count(start + end) for end in (b">", b" ", b"/", b"\n", b"\t", b"\r"))


class _CountingTarget(NullTarget):
    """Counts look-alikes of a start tag where tags do not count."""

    def __init__(self, count: Callable[[bytes], int]) -> None:
        self._count = count
        self.look_alikes = 0

    def comment(self, text: str) -> None:
        """libxml2 saw a comment."""
        self.look_alikes += self._count(text.encode())

    def pi(self, target: str, data: str | None) -> None:
        """libxml2 saw a processing instruction."""
        self.look_alikes += self._count((data or "").encode())


def _has_other_names(part: Part) -> bool:
    """Whether a part's elements may be written with a prefix (or none) that is not the part's own."""
    if part.start.count(b"xmlns") < 2:
        return False
    written = attributes_of(part.attributes)
    return sum(name.startswith("xmlns") and value == part.namespace for name, value in written.items()) > 1


class PartCheck:
    """Feeds one part to libxml2 with each of its schemas (with none, for being well-formed only), and counts its
    transactions on the way.

    lxml reports the schema's errors to nobody when a parser has a target: only ``feed_error_log`` tells, so it is
    read after each piece. The first error ends the check of that schema; what is wrong is found out by explaining.
    """

    def __init__(self, part: Part, schemas: Sequence[Schema], transaction: TransactionTag | None) -> None:
        self._count_in = counter_of(part, transaction) if transaction else None
        self._target = _CountingTarget(self._count_in) if self._count_in else None
        compiled_schemas: list[etree.XMLSchema | None] = [compiled(schema.path) for schema in schemas]
        self._parsers = [
            streaming_parser(None if i else self._target, schema) for i, schema in enumerate(compiled_schemas or [None])
        ]
        self.failed = [False] * len(self._parsers)
        self.messages: list[list[str]] = [[] for _ in self._parsers]
        """libxml2's words for the first faults, per schema."""
        self.syntax_error: etree.XMLSyntaxError | None = None
        self.truncated = False
        """True where the syntax error is that the part ends too early."""
        self.plain = not _has_other_names(part)
        """False where there may be content foreign to the schema, sections whose tags do not count, or a second name
        for the same element: then only following the elements tells how deep they are and how many transactions there
        are."""
        self._foreign = tuple({tag for schema in schemas for tag in foreign_tags(schema.path)})
        self._count = 0
        self._check(part.start)

    @property
    def valid(self) -> bool:
        """True while nothing was found wrong."""
        return self.syntax_error is None and not any(self.failed)

    @property
    def transactions(self) -> int:
        """Transactions counted; right where the part is valid and ``plain``."""
        return self._count - (self._target.look_alikes if self._target else 0)

    def feed(self, data: bytes) -> None:
        """Check some more bytes of the part."""
        self._check(data)
        if self.plain:
            if self._count_in is not None:
                self._count += self._count_in(data)
            self.plain = not (
                (b"[" in data and b"<![" in data) or any(tag in data for tag in self._foreign) or b"xmlns" in data
            )

    def _check(self, data: bytes) -> None:
        for i, parser in enumerate(self._parsers):
            if not self.failed[i]:
                try:
                    parser.feed(data)
                except etree.XMLSyntaxError as error:
                    self.syntax_error = error
                    return
                if len(parser.feed_error_log):
                    self._fail(i, parser)
                    refuse_undeclared(parser.feed_error_log)

    def _fail(self, i: int, parser: etree.XMLParser) -> None:
        self.failed[i] = True
        self.messages[i] = [entry.message for entry in list(parser.feed_error_log)[:MESSAGES_MAX]]

    def finish(self) -> None:
        """The part is complete: look at what is left."""
        parsers, self._parsers = self._parsers, []  # a file may have very many parts: the parsers are not kept
        for i, parser in enumerate(parsers):
            if not self.failed[i] and self.syntax_error is None:
                try:
                    parser.close()
                except etree.XMLSyntaxError as error:
                    self.syntax_error, self.truncated = error, True
                    return
                if len(parser.feed_error_log):
                    self._fail(i, parser)
