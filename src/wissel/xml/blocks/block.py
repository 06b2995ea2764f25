"""A message as blocks: one transaction, the group around it, and the rest, each a table of paths and values.

This is what everything above ``xml/`` sees of a document; nothing up there knows how XML is parsed.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from wissel.xml.blocks.shape import Shape, shape_of
from wissel.xml.lexer import Mark
from wissel.xml.place import Place


class Value(NamedTuple):
    """One value of a block and where it stands."""

    text: str
    """As in the file, references resolved; white space around it is kept."""
    path: str
    """Indexed path below the block: ``RmtInf/Strd[2]/CdtrRefInf/Ref``; attributes ``IntrBkSttlmAmt/@Ccy``. An index
    stands only from the second occurrence on."""
    line: int
    column: int


class Block:
    """Values of one part of a message, by path in ISO tags below the block's own element."""

    __slots__ = (
        "_marks",
        "_number_in_parent",
        "_start",
        "below",
        "children",
        "kind",
        "number",
        "parent",
        "shape",
        "texts",
    )

    def __init__(self, kind: str, below: str, number: int, parent: "Block | None", number_in_parent: int = 1) -> None:
        self.kind = kind
        """``message``, ``group`` or ``transaction``."""
        self.below = below
        """Path below the message's own element, without indices: ``PmtInf/CdtTrfTxInf``; of a message block the path
        of its element from the root."""
        self.number = number
        """Transactions count through the whole message, groups too, each from 1."""
        self.parent = parent
        """The block around it, with the values that stood before this one."""
        self.children = 0
        """Transactions inside a group or message, so far."""
        self.shape: Shape = shape_of(())
        """Which values there are."""
        self.texts: tuple[str, ...] | list[str] = ()
        """The values in the order of the shape's paths, references resolved, white space kept."""
        self._number_in_parent = number_in_parent
        self._marks: list[Mark] | None = None
        self._start: tuple[Mark, re.Match[str], Sequence[int]] | None = None

    def fill(self, paths: tuple[str, ...], texts: list[str], marks: list[Mark]) -> None:
        """Give the block its values; ``marks`` are the tags that they follow."""
        self.shape, self.texts, self._marks = shape_of(paths), texts, marks

    def fill_matched(
        self, shape: Shape, texts: tuple[str, ...], start: Mark, found: re.Match[str], groups: Sequence[int]
    ) -> None:
        """Give the block its values as found by the groups of a pattern; the text that it matched begins at
        ``start``."""
        self.shape, self.texts, self._start = shape, texts, (start, found, groups)

    def emptied(self, parent: "Block | None") -> "Block":
        """A block at the same place, without values and children."""
        return Block(self.kind, self.below, self.number, parent, self._number_in_parent)

    def counted(self) -> None:
        """Count the block, a transaction, with all that are around it."""
        around = self.parent
        while around is not None:
            around.children += 1
            around = around.parent

    @property
    def marks(self) -> "list[Mark] | None":
        """The tags that the values follow; None where they were found by a pattern."""
        return self._marks

    @property
    def path(self) -> str:
        """Indexed path from the root: ``/Document/CstmrCdtTrfInitn/PmtInf[2]/CdtTrfTxInf[7]``."""
        if self.parent is None:
            return self.below
        above = self.parent.below if self.parent.kind != "message" else ""
        step = self.below[len(above) :].strip("/")
        return f"{self.parent.path}/{step}[{self._number_in_parent}]"

    @property
    def values(self) -> dict[str, list[Value]]:
        """All values by plain path, with their places: for looking at a block as a whole."""
        found: dict[str, list[Value]] = {}
        for number, (path, plain, text) in enumerate(zip(self.shape.paths, self.shape.plain, self.texts, strict=True)):
            place = self.place(number)
            found.setdefault(plain, []).append(Value(text, path, place.line, place.column))
        return found

    def text(self, path: str) -> str | None:
        """The first value at a plain path, white space around it removed; None where there is none."""
        number = self.shape.first.get(path)
        return None if number is None else self.texts[number].strip()

    def all_texts(self, path: str) -> tuple[str, ...]:
        """All values at a plain path, white space around them removed."""
        return tuple(self.texts[number].strip() for number in self.shape.places.get(path, ()))

    def first(self, *paths: str) -> str | None:
        """The first value at the first path that has one."""
        return next((text for path in paths if (text := self.text(path))), None)

    def has(self, path: str) -> bool:
        """Whether an element or attribute is there, with a value of its own or not."""
        return path in self.shape.present

    def place(self, number: int) -> Place:
        """Where the value ``number`` (in the order of the shape's paths) stands."""
        if self._marks is not None:
            return self._marks[number].value_place()
        if self._start is None:
            raise IndexError(number)
        start, found, groups = self._start
        return start.place_within(found.string, found.start(groups[number]))
