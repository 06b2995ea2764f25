"""Say in plain words why libxml2 could not read on."""

import re

from lxml import etree

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.xml.place import Place

_MISMATCH = re.compile(r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)")
_UNFINISHED = re.compile(r"Premature end of data in tag (\S+) line (\d+)")
_ENTITY = re.compile(r"Entity '([^']*)' not defined")
_PLACE_IN_MESSAGE = re.compile(r", line \d+, column \d+.*$", re.DOTALL)

_BY_WORDING = {
    "xmlParseEntityRef: no name": ("An ampersand stands alone.", "write &amp; for an ampersand in text"),
    "StartTag: invalid element name": (
        "A “<” does not begin a tag.",
        "write &lt; for a less-than sign in text",
    ),
    "error parsing attribute name": (
        "A tag is broken: no attribute or “>” where one is due.",
        "look for a missing “>”",
    ),
}
_BY_CODE = {
    5: ("Something stands after the end of the root element.", "a document has one root element"),
    9: ("A character stands here that XML does not allow.", "remove control characters"),
    23: ("A reference is not ended by a semicolon.", "write &amp; for an ampersand in text"),
    38: ("A “<” stands inside an attribute value.", "write &lt; there"),
    39: ("An attribute value has no quotes.", "put the value between quotes"),
    42: ("A tag has the same attribute twice.", "remove one of them"),
    62: ("“]]>” stands in text.", "write ]]&gt; there"),
    64: ("An XML declaration stands where none may stand.", "it may only be the very first thing in a file"),
    80: ("A comment holds two hyphens in a row.", "remove the comment"),
    108: ("The XML declaration names a version other than 1.0.", 'write <?xml version="1.0" ...?>'),
}
_RESOURCE_LIMIT = 114
_UNFINISHED_CODES = frozenset({4, 40, 45, 47, 63, 72, 73, 74, 77})
"""libxml2's numbers for: empty document; attribute, comment, instruction, CDATA section, tag, element not finished."""


def syntax_finding(error: etree.XMLSyntaxError, place: Place | None, at_end: bool) -> Finding:
    """The finding for a document that is not well-formed; ``at_end`` where that came out only at the file's end."""
    number = int(getattr(error, "code", 0) or 0)
    truncated = at_end and number in _UNFINISHED_CODES
    words = _PLACE_IN_MESSAGE.sub("", error.msg or "the XML is broken")
    code = "XML-TRUNCATED" if truncated else "XML-NOT-WELL-FORMED"
    message, hint = _said(words, number, truncated)
    if number == _RESOURCE_LIMIT:
        code, message, hint = "LIMIT-TEXT", "A text or attribute value is longer than 10,000,000 bytes.", None
    back = _steps_back(words, place)
    return finding(
        code,
        message,
        line=place.line if place else None,
        column=place.column - back if place else None,
        hint=hint,
        excerpt=place.excerpt if place else None,
        excerpt_column=place.excerpt_column - back if place and place.excerpt_column else None,
    )


def _steps_back(words: str, place: Place | None) -> int:
    """How far the fault begins before the place where libxml2 noticed it: at the end tag, at the ampersand."""
    if place is None or place.excerpt is None or place.excerpt_column is None:
        return 0
    mark = "</" if _MISMATCH.search(words) else "&" if "xmlParseEntityRef" in words or _ENTITY.search(words) else None
    before = place.excerpt[: place.excerpt_column - 1]
    return len(before) - before.rfind(mark) if mark and mark in before else 0


def _said(words: str, code: int, truncated: bool) -> tuple[str, str | None]:
    if found := _MISMATCH.search(words):
        opened, line, closed = found.groups()
        return f"</{closed}> stands where <{opened}>, opened on line {line}, has to be closed.", None
    if found := _UNFINISHED.search(words):
        opened, line = found.groups()
        return f"The file ends before <{opened}>, opened on line {line}, is closed.", None
    if found := _ENTITY.search(words):
        return f"The entity &{found.group(1)}; is not defined; XML knows only five.", (
            "write the character itself, or &#...; with its number"
        )
    if truncated:
        return "The file ends in the middle of the document.", None
    for wording, said in _BY_WORDING.items():
        if wording in words:
            return said
    return _BY_CODE.get(code, (f"The XML is not well-formed: {words.strip()}.", None))
