"""What stands around the parts of an XML document, followed by libxml2: names, namespaces, depth, well-formedness."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature

from lxml import etree

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.parser import doctype_refused, refuse_undeclared, streaming_parser
from wissel.xml.refusal import Refused


@dataclass(frozen=True, slots=True)
class SkeletonElement:
    """An element of the skeleton, as libxml2 saw its start tag."""

    tag: str
    """Local name."""
    namespace: str | None
    declared: Mapping[str | None, str]
    """Namespaces declared on the element itself, by prefix (None is the default namespace)."""
    namespaces: Mapping[str | None, str]
    """All namespaces in scope inside the element."""


_NAMED_ELEMENTS_MAX = 50
HEADER_TAG = "AppHdr"
PART_TAGS = ("Document", HEADER_TAG)
"""Local names of the elements that are parts."""


class _Start:
    """The target's ``start``. lxml asks for its signature each time a parser begins; told here, that takes no time."""

    __slots__ = ("_started",)
    __signature__ = Signature(
        [Parameter(name, Parameter.POSITIONAL_ONLY) for name in ("self", "tag", "attributes", "namespaces")]
    )

    def __init__(self, started: Callable[[str, Mapping[str | None, str]], None]) -> None:
        self._started = started

    def __call__(self, tag: str, attributes: Mapping[str, str], namespaces: Mapping[str | None, str]) -> None:
        self._started(tag, namespaces)


class Skeleton:
    """An lxml parser target for one XML document whose parts are left empty. Feed it whole tags."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.open: list[SkeletonElement] = []
        """Open elements, outermost first."""
        self.first: list[SkeletonElement] = []
        """The first elements, for telling what an unknown file is."""
        self.last: SkeletonElement | None = None
        """The element that started last."""
        self.count = 0
        """Elements started so far."""
        self.tell: Callable[[SkeletonElement], None] | None = None
        """Called with the element that starts next, once."""
        self.parts = 0
        """How many of them are called as parts are."""
        self.offset = 0
        """Where the root element's start tag begins, in bytes of the UTF-8 text."""
        self.after = 0
        """Where the next byte after the root element stands."""
        self.root_name = ""
        """The root element's name as written."""
        self._fed = False
        self.start = _Start(self._started)
        """libxml2 saw a start tag."""
        self._parser: etree.XMLParser | None = streaming_parser(self)

    @property
    def complete(self) -> bool:
        """True once the root element has ended."""
        return self.count > 0 and not self.open

    def feed(self, data: bytes) -> None:
        """Pass bytes on to the parser. Raises Refused for a document type declaration or a limit exceeded,
        lxml's XMLSyntaxError where the XML is broken."""
        if self._parser is None:
            raise AssertionError("fed after its end")
        if data and not self._fed:
            self._fed = True
            if not data.startswith(b"<?xml"):
                # lxml keeps the first four bytes to itself for a while: let them be none that matter
                self._parser.feed(b"    ")
        if data:
            self._parser.feed(data)

    def finish(self) -> None:
        """End the document. Raises XMLSyntaxError where it is not complete, Refused for an undeclared prefix."""
        parser, self._parser = self._parser, None  # a file may have very many roots: the parser is not kept
        if parser is not None:
            parser.close()
            refuse_undeclared(parser.feed_error_log)

    def close(self) -> None:
        """libxml2 has come to the end, or broke off."""

    def _started(self, tag: str, namespaces: Mapping[str | None, str]) -> None:
        # not etree.QName, which raises for names such as ":E" that libxml2 lets through
        namespace, brace, name = tag.rpartition("}")
        declared = dict(namespaces)
        above = self.open[-1].namespaces if self.open else {}
        element = SkeletonElement(
            name, namespace[1:] if brace else None, declared, {**above, **declared} if declared else above
        )
        self.open.append(element)
        self.last = element
        self.count += 1
        self.parts += name in PART_TAGS
        if self.tell is not None:
            tell, self.tell = self.tell, None
            tell(element)
        if len(self.first) < _NAMED_ELEMENTS_MAX:
            self.first.append(element)
        if len(self.open) > self.limits.depth_max:
            raise Refused(too_deep(self.limits.depth_max))
        if self.count > self.limits.elements_max:
            raise Refused(
                finding(
                    "LIMIT-ELEMENTS",
                    f"The file has more than {self.limits.elements_max:,} elements.",
                    allowed=f"at most {self.limits.elements_max:,} elements",
                )
            )

    def end(self, tag: str) -> None:
        """libxml2 saw an end tag."""
        self.open.pop()

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """libxml2 saw a document type declaration: this stops the parser before any entity is read."""
        raise Refused(doctype_refused())


class Between:
    """What stands between or after documents (white space, comments, instructions), followed by libxml2."""

    def __init__(self) -> None:
        self._parser: etree.XMLParser | None = None

    def feed(self, data: bytes) -> None:
        """Pass some bytes on. Raises XMLSyntaxError where they are not well-formed."""
        if self._parser is None and data.strip(b" \t\r\n"):
            self._parser = streaming_parser()
            self._parser.feed(b"<a>")
        if self._parser is not None:
            self._parser.feed(data)

    def finish(self) -> None:
        """The end. Raises XMLSyntaxError, or Refused for a name that namespaces forbid."""
        if self._parser is not None:
            self._parser.feed(b"</a>")
            self._parser.close()
            refuse_undeclared(self._parser.feed_error_log)


def too_deep(limit: int) -> Finding:
    """The finding for elements nested beyond the limit."""
    return finding("LIMIT-DEPTH", f"Elements are nested more than {limit} deep.", allowed=f"at most {limit} levels")
