"""Read small parts that look like parts read before, each by a single regular expression.

The messages of a sender are mostly filled in the same way: the same elements in the same order. Once a part's like has
come often enough, a pattern is made of its tags, with a group for each value; a part that it matches gives the same
blocks with other values. What has comments, sections or other attributes does not match and is read tag by tag, with
the same result.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape, shape_of
from wissel.xml.blocks.template import PATTERN_CHARACTERS_MAX, VALUES_MAX, pattern_of
from wissel.xml.lexer import Lexer, Mark, resolve
from wissel.xml.place import Place

PART_BYTES_MAX = 32_768
"""Parts up to this size are worth a pattern of their own."""
SEEN_MIN = 12
"""Parts that have to look alike before a pattern is made: it costs as much as reading about so many tag by tag."""
FORMS_MAX = 128
"""Patterns remembered for one kind of part; then they are forgotten and learned anew, so that memory stays flat."""
SEEN_MAX = 4_096
"""Looks of parts that are counted."""


class Event(NamedTuple):
    """A block begins or ends."""

    block: Block
    values: int | None
    """Where it begins: how many values the block around it has by then. None where it ends."""


class _Step(NamedTuple):
    """An event, as it comes again in every part that looks alike."""

    number: int
    """Of the block, from 0 in the order in which they begin."""
    around: int | None
    """The block around it, where it begins inside one."""
    values: int | None


class _Values(NamedTuple):
    """Values of a block: all, or those that stand before another block."""

    shape: Shape
    groups: tuple[int, ...]
    """The groups of the pattern that they are found by."""


class Form:
    """What parts that look alike have in common."""

    __slots__ = ("_blocks", "_steps", "_values", "match")

    def __init__(
        self, pattern: re.Pattern[str], blocks: Sequence[Block], steps: Sequence[_Step], groups: Sequence[Sequence[int]]
    ) -> None:
        """``groups`` are those of the pattern that find the values of each block."""
        self.match = pattern.fullmatch
        self._blocks = tuple(block.emptied(None) for block in blocks)
        self._steps = tuple(steps)
        self._values: dict[tuple[int, int | None], _Values] = {}
        for number, around, before in steps:
            whose = around if before is not None else number
            if whose is not None:
                paths, found = blocks[whose].shape.paths[:before], tuple(groups[whose][:before])
                self._values[whose, before] = _Values(shape_of(paths), found)

    def blocks(self, found: re.Match[str], start: Mark) -> Iterator[Block]:
        """The blocks of a part that the pattern matches, as they end; the part begins at ``start``."""
        texts: Sequence[str] = ("", *found.groups())
        if "&" in found.string or "\r" in found.string:
            texts = [resolve(text) for text in texts]
        made: list[Block] = []
        for number, around, before in self._steps:
            whose = number if before is None else around
            if before is not None:
                made.append(self._blocks[number].emptied(None if around is None else made[around]))
            if whose is not None:
                shape, groups = self._values[whose, before]
                made[whose].fill_matched(shape, tuple([texts[group] for group in groups]), start, found, groups)
            if before is None:
                yield made[number]
            elif made[number].kind == "transaction":
                made[number].counted()


def form_of(data: bytes, events: Sequence[Event]) -> Form | None:
    """The form of a part that was read tag by tag; None where it has something that a pattern does not allow for."""
    blocks = [block for block, values in events if values is not None]
    numbers = {id(block): number for number, block in enumerate(blocks)}
    marked = [block.marks for block in blocks]
    stands = [[mark.tag_end for mark in marks] for marks in marked if marks is not None]
    if len(stands) != len(blocks) or sum(map(len, stands)) > VALUES_MAX:
        return None
    if any(mark.data != data for marks in marked for mark in marks or ()):
        return None
    order = {stand: group for group, stand in enumerate(sorted(one for some in stands for one in some), 1)}
    pattern = pattern_of(list(Lexer(1, 1).tokens([data])), namespaces=True)
    if pattern is None or len(pattern) > PATTERN_CHARACTERS_MAX:
        return None
    compiled = re.compile(pattern)
    groups = [[order[stand] for stand in some] for some in stands]
    steps = [
        _Step(numbers[id(block)], numbers[id(block.parent)] if values is not None and block.parent else None, values)
        for block, values in events
    ]
    form = Form(compiled, blocks, steps, groups)
    return form if _is_true(form, data, compiled.groups == len(order), blocks) else None


def _is_true(form: Form, data: bytes, complete: bool, blocks: Sequence[Block]) -> bool:
    """Whether the form gives the blocks of its own part."""
    found = form.match(data.decode("utf-8", "replace")) if complete else None
    if found is None:
        return False
    again = {block.path: block for block in form.blocks(found, Mark(data, 0, 0, 1, 0, 0))}
    return all(
        block.path in again
        and list(again[block.path].texts) == list(block.texts)
        and again[block.path].shape is block.shape
        for block in blocks
    )


class Forms:
    """The forms of one kind of part, as they are learned. It remembers; the blocks of a part are always the same."""

    __slots__ = ("_count", "_forms", "_seen")

    def __init__(self) -> None:
        self._forms: dict[int, list[Form]] = {}
        self._seen: dict[tuple[object, ...], int] = {}
        self._count = 0

    def blocks(self, data: bytes, place: Place) -> Iterator[Block] | None:
        """The blocks of a part that looks like parts before; None for another. It begins at ``place``."""
        forms = self._forms.get(data.count(b"<"))
        if forms is None:
            return None
        text = data.decode("utf-8", "replace")
        for index, form in enumerate(forms):
            found = form.match(text)
            if found is not None:
                if index:
                    forms.insert(0, forms.pop(index))
                return form.blocks(found, Mark(data, 0, 0, place.line, 0, place.column - 1))
        return None

    def learn(self, data: bytes, events: Sequence[Event]) -> None:
        """Take note of a part that was read tag by tag."""
        tags = data.count(b"<")
        look = (tags, *((block.below, block.shape, values is None) for block, values in events))
        if len(self._seen) >= SEEN_MAX:
            self._seen.clear()
        self._seen[look] = seen = self._seen.get(look, 0) + 1
        if seen != SEEN_MIN:
            return
        form = form_of(data, events)
        if form is not None:
            if self._count >= FORMS_MAX:
                self._forms.clear()
                self._seen.clear()
                self._count = 0
            self._forms.setdefault(tags, []).insert(0, form)
            self._count += 1


@lru_cache(maxsize=256)
def forms_of(transactions: tuple[str, ...], groups: tuple[str, ...], root_depth: int) -> Forms:
    """The forms of parts with transactions and groups at these paths."""
    return Forms()
