"""A block while it is made ready for the next leg: its values by path, and what is said of each change."""

import re
from collections.abc import Callable, Iterable

from wissel.mapping.loss import Category, Loss
from wissel.mapping.placement import Values
from wissel.xml.blocks.block import Block

FOREIGN = "SplmtryData"
_NOT_CARRIED = "Content of another namespace is not carried over."
_NUMBERED = re.compile(r"\[\d+\]")


class Draft:
    """Values of a block; changes keep the order of the others."""

    __slots__ = ("_note", "_root", "_target", "_transaction", "texts")

    def __init__(self, block: Block, target: str, note: Callable[[Loss], object]) -> None:
        """``target`` is the path of the element in the result."""
        self._root = block.path
        self._target = target
        self._note = note
        self._transaction = block.number if block.kind == "transaction" else None
        self.texts: dict[str, str] = {}
        for path, text in zip(block.shape.paths, block.texts, strict=True):
            if path.startswith(FOREIGN):
                self._say(Category.DROPPED, path, None, text, None, _NOT_CARRIED)
            else:
                self.texts[path] = text

    def below(self, element: str) -> Values:
        """The values of one element, by path below it."""
        return tuple(
            (path[len(element) + 1 :], text) for path, text in self.texts.items() if path.startswith(f"{element}/")
        )

    def has(self, element: str) -> bool:
        """Whether an element is there."""
        return element in self.texts or bool(self.below(element))

    def text(self, path: str) -> str | None:
        """A value, white space around it removed."""
        found = self.texts.get(path)
        return None if found is None else found.strip()

    def count(self, tag: str) -> int:
        """How often an element stands directly in the block."""
        return len({path.split("/")[0] for path in self.texts if _NUMBERED.sub("", path.split("/")[0]) == tag})

    def set(self, path: str, text: str, why: str) -> None:
        """Give a value; what stood there was for us and is said to be consumed."""
        before = self.texts.get(path)
        self.texts[path] = text
        if before is None:
            self._say(Category.DEFAULTED, None, path, None, text, why)
        elif before != text:
            self._say(Category.CONSUMED, path, path, before, text, why)

    def replace(self, element: str, values: Values, why: str) -> None:
        """Give an element other values; those of before are consumed."""
        for path in [path for path in self.texts if path == element or path.startswith(f"{element}/")]:
            text = self.texts.pop(path)
            if (path[len(element) + 1 :], text) not in values:
                self._say(Category.CONSUMED, path, None, text, None, why)
        self.add(element, values)

    def add(self, element: str, values: Iterable[tuple[str, str]]) -> None:
        """Give values below an element."""
        for path, text in values:
            self.texts[f"{element}/{path}"] = text

    def move(self, element: str, to: str) -> None:
        """Put all values of an element at another one."""
        values = self.below(element)
        for path, _ in values:
            del self.texts[f"{element}/{path}"]
        self.add(to, values)

    def drop(self, element: str, why: str) -> None:
        """Leave an element out that the next leg has no place for."""
        for path, text in self.below(element):
            self._say(Category.DROPPED, f"{element}/{path}", None, text, None, why)

    def _say(
        self, category: Category, path: str | None, target: str | None, before: str | None, after: str | None, why: str
    ) -> None:
        original = None if path is None else f"{self._root}/{path}"
        there = None if target is None else f"{self._target}/{target}"
        self._note(Loss(category, original, there, before, after, why, self._transaction))
