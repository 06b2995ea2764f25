"""Read blocks that look like one read before by a single regular expression.

The transactions of a large file mostly have the same elements in the same order. From one of them a pattern is made
of its tags, with a group for each value; a block that it matches has the same shape, and its values are the groups.
What has comments, sections or other attributes does not match and is read tag by tag.
"""

import re
from collections.abc import Sequence

from wissel.xml.blocks.shape import Shape
from wissel.xml.lexer import END, START, TEXT, Token, attributes_of

VALUES_MAX = 400
"""Values up to which a block is worth a pattern."""
PATTERN_CHARACTERS_MAX = 60_000


class Template:
    """A pattern for blocks of one shape, written with the same names and attributes."""

    __slots__ = ("groups", "match", "shape")

    def __init__(self, shape: Shape, pattern: re.Pattern[str]) -> None:
        self.shape = shape
        self.match = pattern.fullmatch
        self.groups = range(1, pattern.groups + 1)


def template_of(tokens: Sequence[Token], shape: Shape) -> Template | None:
    """The template of a block that was read as ``tokens``, from its start tag to its end tag; None where it has
    something that a pattern does not allow for."""
    if len(shape.paths) > VALUES_MAX:
        return None
    pattern = pattern_of(tokens)
    if pattern is None or len(pattern) > PATTERN_CHARACTERS_MAX:
        return None
    compiled = re.compile(pattern)
    return Template(shape, compiled) if compiled.groups == len(shape.paths) else None


def pattern_of(tokens: Sequence[Token], *, namespaces: bool = False) -> str | None:
    """A pattern for what is written with these tags, with a group for each attribute and each text without tags in it;
    None where something stands there that it cannot allow for. With ``namespaces`` their declarations are part of it,
    as they are written; else they are not allowed."""
    pieces: list[str] = []
    for position, (kind, said, attributes) in enumerate(tokens):
        if kind == START:
            inside = _attributes(attributes, namespaces) if attributes else ""
            if inside is None:
                return None
            leaf = _is_leaf(tokens, position)
            pieces.append(f"<{re.escape(said)}{inside}>" + ("([^<]*+)" if leaf else r"\s*+"))
        elif kind == END:
            pieces.append(f"</{re.escape(said)}>" + r"\s*+")
        elif said.strip() and not _stands_in_leaf(tokens, position):
            return None
    return "".join(pieces)


def _attributes(written: bytes, namespaces: bool) -> str | None:
    """The pattern of the attributes of a tag."""
    names = list(attributes_of(written))
    declared = [name.startswith(("xmlns", "xsi:")) for name in names]
    if not any(declared):
        return "".join(rf'\s+{re.escape(name)}="([^"<]*+)"' for name in names)
    return re.escape(written.decode("utf-8", "replace")) if namespaces and all(declared) else None


def _is_leaf(tokens: Sequence[Token], position: int) -> bool:
    """True for a start tag that is followed by its end tag, with text between at most."""
    after = position + 1
    while after < len(tokens) and tokens[after][0] == TEXT:
        after += 1
    return after < len(tokens) and tokens[after][0] == END


def _stands_in_leaf(tokens: Sequence[Token], position: int) -> bool:
    before = position - 1
    while before >= 0 and tokens[before][0] == TEXT:
        before -= 1
    return before >= 0 and tokens[before][0] == START and _is_leaf(tokens, before)
