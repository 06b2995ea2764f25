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

    __slots__ = ("match", "shape")

    def __init__(self, shape: Shape, pattern: str) -> None:
        self.shape = shape
        self.match = re.compile(pattern).fullmatch


def template_of(tokens: Sequence[Token], shape: Shape) -> Template | None:
    """The template of a block that was read as ``tokens``, from its start tag to its end tag; None where it has
    something that a pattern does not allow for."""
    if len(shape.paths) > VALUES_MAX:
        return None
    pieces: list[str] = []
    groups = 0
    for position, (kind, said, attributes) in enumerate(tokens):
        if kind == START:
            written = attributes_of(attributes) if attributes else {}
            if any(name.startswith(("xmlns", "xsi:")) for name in written):
                return None
            groups += len(written)
            inside = "".join(rf'\s+{re.escape(name)}="([^"<]*+)"' for name in written)
            leaf = _is_leaf(tokens, position)
            groups += leaf
            pieces.append(f"<{re.escape(said)}{inside}>" + ("([^<]*+)" if leaf else r"\s*+"))
        elif kind == END:
            pieces.append(f"</{re.escape(said)}>" + r"\s*+")
        elif said.strip() and not _stands_in_leaf(tokens, position):
            return None
    pattern = "".join(pieces)
    if groups != len(shape.paths) or len(pattern) > PATTERN_CHARACTERS_MAX:
        return None
    return Template(shape, pattern)


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
