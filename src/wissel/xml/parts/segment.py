"""Cut a stream of UTF-8 XML into its messages without building a tree.

A file is one or more XML documents; in each, elements named ``Document`` or ``AppHdr`` are *parts*, whatever stands
around them is *skeleton*. The skeleton, small as a rule, goes through libxml2 and a target that follows names and
namespaces. A part is passed on as bytes, untouched, with the namespaces in scope at its place, so that it can be
checked as a document of its own.

Why this is sound: in UTF-8 a start tag always shows its name literally, so no part is missed; a look-alike inside a
comment or CDATA section starts no element in libxml2 and is left to the skeleton. The end of a part is looked for by
its literal end tag. Where that cuts too early (the end tag stands in a comment, or an element of the same name is
nested inside), the part is not well-formed, and the caller reads again with ``careful=True``, which follows comments,
CDATA sections, processing instructions and nesting. A part cut at a wrong place is never well-formed, so nothing is
accepted by mistake.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.lexer import declarations
from wissel.xml.parser import doctype_refused
from wissel.xml.parts.skeleton import HEADER_TAG, PART_TAGS, Between, Skeleton, SkeletonElement
from wissel.xml.parts.window import Window
from wissel.xml.refusal import Refused

_CANDIDATE = re.compile(rb"<(?:[^\s<>/:!?&\"']+:)?(?:Document|AppHdr)(?=[\s/>])")
_TAG = re.compile(rb"<[^\s<>/!?\"'][^\s<>/\"']*(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
_ATTRIBUTES = re.compile(rb"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
_NAME = re.compile(rb"<([^\s/>]+)")
_TAG_BYTES_MAX = 65_536
_MISC = re.compile(rb"(?:[ \t\r\n]+|<!--.*?-->|<\?(?!xml[ \t\r\n]).*?\?>)*", re.DOTALL)
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n]")
_ROOT_TAG = re.compile(rb"<[^\s!?/]")


@dataclass(frozen=True, slots=True)
class Part:
    """One ``Document`` or ``AppHdr`` element: what it is called, where it stands, and its own start tag."""

    tag: str
    """Local name: ``Document`` or ``AppHdr``."""
    name: str
    """Name as written, with its prefix."""
    namespace: str | None
    root: int
    """Which of the file's root elements it belongs to, from 0."""
    ancestors: tuple[str, ...]
    """Local names of the elements around it, outermost first."""
    offset: int
    """Where its start tag begins, in bytes of the UTF-8 text."""
    start: bytes
    """Its start tag, with the namespaces in scope declared on it; longer than in the file by ``shift`` bytes."""
    shift: int
    supported: bool
    """True where the caller knows its schema: its content follows as bytes."""

    @property
    def name_end(self) -> int:
        """Where in ``start`` the name ends, in bytes."""
        return 1 + len(self.name.encode())

    @property
    def attributes(self) -> bytes:
        """The attributes of ``start``, those put in included."""
        return self.start[self.name_end : -1]


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part that began last is complete; ``offset`` is where the next byte stands."""

    offset: int


Segment = Part | bytes | PartEnd
"""A part begins; bytes of its content, up to and including its end tag; a part ends."""


class Segmenter:
    """Cuts one file: iterate :meth:`segments` once; ``skeletons`` then holds one entry per root element."""

    def __init__(self, known: Callable[[str | None], bool], limits: Limits, careful: bool = False) -> None:
        """``known`` says of a part's namespace whether its schema is at hand."""
        self.known = known
        self.limits = limits
        self.careful = careful
        self.skeletons: list[Skeleton] = []
        self.truncated = False
        """True where the file ended before its last root element did."""
        self.following: dict[int, SkeletonElement] = {}
        """The element that begins next after a header, by the header's offset; none where it is a part itself."""
        self._header: int | None = None
        self._root_end = b""
        self._searched = 0
        self._window = Window(())

    @property
    def offset(self) -> int:
        """How far the file has been read, in bytes."""
        return self._window.offset

    def segments(self, chunks: Iterable[bytes]) -> Iterator[Segment]:
        """The parts of the file, in order.

        Raises Refused for what must not be read, lxml's XMLSyntaxError where the skeleton is not well-formed.
        """
        self._window = window = Window(chunks)
        while self._another_document(window):
            skeleton = Skeleton(self.limits)
            self.skeletons.append(skeleton)
            skeleton.tell = self._followed if self._header is not None else None
            yield from self._document(window, skeleton)
            skeleton.finish()
            skeleton.after = window.offset

    def _another_document(self, window: Window) -> bool:
        """Skip what may stand between documents; True where another one begins."""
        if not self.skeletons:
            return bool(window.data) or window.more()  # what stands before the first is for libxml2 to judge
        between = Between()
        while True:
            between.feed(window.take(_MISC.match(window.data).end()))  # type: ignore[union-attr]
            left = window.data[:10]
            unfinished = left.startswith((b"<!--", b"<?")) and not _DECLARATION.match(left)
            if window.final or (len(left) == 10 and not unfinished):
                break
            _grow(window, self.limits.text_bytes_max)
        if unfinished:
            self.truncated = True
            between.feed(window.take(len(window.data)))
        between.finish()
        if not window.data:
            return False
        if _DECLARATION.match(left) or _ROOT_TAG.match(left):
            return True
        if left.startswith(b"<!DOCTYPE"):
            raise Refused(doctype_refused())
        raise Refused(
            finding(
                "XML-NOT-WELL-FORMED",
                "Something stands after the end of the root element that may not stand there.",
                value=left.decode("utf-8", "replace"),
                allowed="nothing but white space, comments and processing instructions",
            )
        )

    def _document(self, window: Window, skeleton: Skeleton) -> Iterator[Segment]:
        while not skeleton.complete:
            candidate = self._candidate(window)
            limit = _complete(window) if candidate < 0 else candidate
            if limit > 0:
                self._pass(window, skeleton, limit)
            elif candidate < 0:
                if window.final:
                    self.truncated = True
                    skeleton.finish()
                    return
                _grow(window, self.limits.text_bytes_max)
            else:
                whole = _TAG.match(window.data)
                if whole is None:
                    if (other := window.data.find(b"<", 1)) > 0:
                        # no tag holds a "<": this stands in a comment or the like, or is not well-formed
                        self._pass(window, skeleton, other)
                    elif window.final or len(window.data) > _TAG_BYTES_MAX:
                        self._pass(window, skeleton, len(window.data))
                    else:
                        window.more()
                    continue
                part = self._part(window, skeleton, whole.group())
                if part is not None:
                    yield part
                    if part.supported:
                        yield from self._content(window, part, skeleton)
                        yield PartEnd(window.offset)

    def _candidate(self, window: Window) -> int:
        """Where in the window the next part may begin, -1 for nowhere; no byte is searched twice."""
        found = _CANDIDATE.search(window.data, max(0, self._searched - window.offset))
        self._searched = window.offset + (found.start() if found else _complete(window))
        return found.start() if found else -1

    def _pass(self, window: Window, skeleton: Skeleton, limit: int) -> None:
        """Feed the first ``limit`` bytes to the skeleton, but no further than the end of its root element.

        No part may begin in them: where libxml2 sees one all the same, its start tag was too long to be found.
        """
        data, at, parts = window.data, 0, skeleton.parts
        while at < limit and not skeleton.complete:
            start, at = at, self._next_cut(data, at, limit, skeleton)
            before = skeleton.count
            skeleton.feed(data[start:at])
            if skeleton.parts != parts:
                raise Refused(text_too_long(_TAG_BYTES_MAX, "A start tag"))
            if not before and skeleton.count:
                tag = data.rfind(b"<", start, at)
                self._begin(skeleton, window.offset + tag, _NAME.match(data, tag).group(1))  # type: ignore[union-attr]
        window.take(at)

    def _begin(self, skeleton: Skeleton, offset: int, name: bytes) -> None:
        """The root element ``name`` has begun at ``offset``."""
        self._root_end = b"</" + name
        skeleton.offset, skeleton.root_name = offset, name.decode()

    def _next_cut(self, data: bytes, at: int, limit: int, skeleton: Skeleton) -> int:
        """How far the skeleton may be fed from ``at`` without passing the end of its root element."""
        if not skeleton.count:
            tag = _TAG.search(data, at, limit)
            return tag.end() if tag else limit
        end = data.find(self._root_end, at, limit)
        close = data.find(b">", end, limit) if end >= 0 else -1
        return close + 1 if close >= 0 else limit

    def _part(self, window: Window, skeleton: Skeleton, tag: bytes) -> Part | None:
        """Let libxml2 read the start tag at the window's beginning; None where it begins no part of ours."""
        offset = window.offset
        around = skeleton.open[-1].namespaces if skeleton.open else {}
        ancestors = tuple(element.tag for element in skeleton.open)
        before = skeleton.count
        skeleton.feed(window.take(len(tag)))
        if skeleton.count == before:
            return None
        element = skeleton.last
        supported = element is not None and self.known(element.namespace)
        assert element is not None
        name = _NAME.match(tag).group(1)  # type: ignore[union-attr]
        if skeleton.count == 1:
            self._begin(skeleton, offset, name)
        if supported and element.tag == HEADER_TAG:
            self._header, skeleton.tell = offset, self._followed
        missing = {p: uri for p, uri in around.items() if p not in element.declared and p != "xml"}
        inherited = declarations(missing).encode() if missing else b""
        return Part(
            tag=element.tag,
            name=name.decode(),
            namespace=element.namespace,
            root=len(self.skeletons) - 1,
            ancestors=ancestors,
            offset=offset,
            start=b"<" + name + inherited + tag[len(name) + 1 :],
            shift=len(inherited),
            supported=supported,
        )

    def _followed(self, element: SkeletonElement) -> None:
        """An element has begun, the first since a header did."""
        if self._header is not None and element.tag not in PART_TAGS:
            self.following[self._header] = element
        self._header = None

    def _content(self, window: Window, part: Part, skeleton: Skeleton) -> Iterator[bytes]:
        if part.start.endswith(b"/>"):
            return
        name = part.name.encode()
        yield from _careful_content(window, name) if self.careful else _content(window, name)
        skeleton.feed(b"</" + name + b">")


def _complete(window: Window) -> int:
    """How many bytes of the window may be passed on without cutting through a tag."""
    last = -1 if window.final else window.data.rfind(b"<")
    return len(window.data) if last < 0 else last


def _content(window: Window, name: bytes) -> Iterator[bytes]:
    """The bytes of a part up to its first literal end tag."""
    end = b"</" + name
    start = 0
    while True:
        at = window.data.find(end, start)
        if at >= 0:
            close = window.data.find(b">", at)
            if close >= 0:
                if window.data[at + len(end) : close].strip():
                    start = close  # a longer name that begins with ours
                    continue
                yield window.take(close + 1)
                return
        if window.final:
            yield window.take(len(window.data))
            return
        if (limit := _complete(window)) > 0:
            yield window.take(limit)
        start = 0
        _grow(window)


_SECTION_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}


def _careful_content(window: Window, name: bytes) -> Iterator[bytes]:
    """The same, following comments, CDATA sections, processing instructions and elements of the same name inside."""
    marks = re.compile(rb"<!--|<!\[CDATA\[|<\?|<(/?)" + re.escape(name) + rb"(?=[\s/>])")
    depth = 1
    inside = b""
    while True:
        if inside:
            at = window.data.find(inside)
            if at >= 0:
                yield window.take(at + len(inside))
                inside = b""
            elif window.final:
                yield window.take(len(window.data))
                return
            else:
                yield window.take(max(0, len(window.data) - len(inside)))
                window.more()
            continue
        mark = marks.search(window.data)
        if mark is None:
            if window.final:
                yield window.take(len(window.data))
                return
            if (limit := _complete(window)) > 0:
                yield window.take(limit)
            _grow(window)
        elif mark.group() in _SECTION_ENDS:
            inside = _SECTION_ENDS[mark.group()]
            yield window.take(mark.end())
        else:
            close = _tag_close(window, mark.end())
            if close < 0:
                yield window.take(len(window.data))
                return
            depth += -1 if mark.group(1) else window.data[close - 1 : close] != b"/"
            yield window.take(close + 1)
            if not depth:
                return


def _tag_close(window: Window, start: int) -> int:
    """Where the tag whose name ends at ``start`` closes; -1 where the stream ends first."""
    while (found := _ATTRIBUTES.match(window.data, start)) is None:
        if len(window.data) - start > _TAG_BYTES_MAX or not window.more():
            return -1
    return found.end() - 1


def _grow(window: Window, limit: int = 10_000_000) -> None:
    if len(window.data) > limit:
        raise Refused(text_too_long(limit))
    window.more()


def text_too_long(limit: int, what: str = "A text or attribute value") -> Finding:
    """The finding for one piece of text beyond the limit."""
    return finding("LIMIT-TEXT", f"{what} is longer than {limit:,} bytes.", allowed=f"at most {limit:,} bytes")
