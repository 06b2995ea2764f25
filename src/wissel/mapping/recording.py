"""Record losses while transactions are mapped: each value once, those of a group once for the group."""

from collections.abc import Callable

from wissel.mapping.loss import Category, Loss
from wissel.mapping.placement import Placement
from wissel.mapping.table import Check, Computed, Note, Plan, TableMapping, closing_notes
from wissel.xml.blocks.block import Block

_DATE_MOVED = "The network does not settle on the day asked for as it was given."


def holder(block: Block, level: str) -> Block:
    """The block of a level that a transaction stands in, or itself."""
    here: Block | None = block
    while here is not None and here.kind != level:
        here = here.parent
    return here or block


class Recorder:
    """Records the losses of one message."""

    __slots__ = ("_block", "_dated", "_group", "_note", "_plans", "_root", "_seen", "_since", "_waiting")

    def __init__(self, note: Callable[[Loss], object] | None, root: str, block: str) -> None:
        """``root`` is the path of the result's own element, ``block`` the tag of its transactions; ``note`` is None
        where nobody asks what is lost."""
        self._note = note
        self._waiting: list[Loss] = []
        self._since: list[tuple[object, ...]] = []
        self._root = root
        self._block = block
        self._group: Block | None = None
        self._plans: set[int] = set()
        self._dated: set[tuple[int, int]] = set()
        self._seen: set[tuple[object, ...]] = set()

    @property
    def asked(self) -> bool:
        """Whether anybody wants to know what is lost."""
        return self._note is not None

    def keep(self) -> None:
        """Hand on what was recorded since the last time: the transaction was mapped."""
        if self._note is not None:
            for loss in self._waiting:
                self._note(loss)
        self._waiting.clear()
        self._since.clear()

    def forget(self) -> None:
        """Forget what was recorded since the last time: the transaction could not be mapped."""
        self._waiting.clear()
        self._seen.difference_update(self._since)
        self._since.clear()
        self._plans.clear()
        self._dated.clear()

    def target(self, number: int, path: str) -> str:
        """A path in the result, below its transaction ``number``."""
        return f"{self._root}/{self._block}[{number}]/{path}"

    def notes(self, block: Block, plan: Plan, values: list[str], number: int) -> None:
        """What the plan says of a transaction's values, and of values around it that it leaves."""
        if plan.notes:
            above = block.path
            for note in plan.notes:
                before = values[note.slot]
                if note.after is None or note.after != before:
                    target = None if note.target is None else self.target(number, note.target)
                    path = f"{above}/{note.path}"
                    self._waiting.append(Loss(note.category, path, target, before, note.after, note.why, block.number))
        if plan.outer:
            self._outer(block, plan, values)

    def _outer(self, block: Block, plan: Plan, values: list[str]) -> None:
        self._enter(block)
        if id(plan) in self._plans:
            return
        self._plans.add(id(plan))
        for note in plan.outer:
            before = values[note.slot]
            if note.after is None or note.after != before:
                self._once(holder(block, note.level), note.path, note.category, before, note.after, note.why)

    def _enter(self, block: Block) -> None:
        group = holder(block, "group")
        if group is not self._group:
            self._group = group
            self._plans.clear()
            self._dated.clear()
            self._seen = {key for key in self._seen if key[0] == "message"}

    def _once(self, holds: Block, path: str, category: Category, before: str, after: str | None, why: str) -> None:
        key = (holds.kind, holds.number, path, category, after)
        if key not in self._seen:
            self._seen.add(key)
            self._since.append(key)
            self._waiting.append(Loss(category, f"{holds.path}/{path}", None, before, after, why))

    def cut(self, block: Block, check: Check, before: str, after: str, why: str, number: int) -> None:
        """A value that was cut to fit."""
        holds = holder(block, check.level)
        path, target = f"{holds.path}/{check.path}", self.target(number, check.target)
        self._waiting.append(Loss(Category.TRUNCATED, path, target, before, after, f"{why}.", block.number))

    def default(self, block: Block, target: str, after: str, why: str, number: int) -> None:
        """A value that the original does not have."""
        self._waiting.append(
            Loss(Category.DEFAULTED, None, self.target(number, target), None, after, why, block.number)
        )

    def replaced(
        self, block: Block, one: Computed, before: str, after: str, target: str, number: int, why: str
    ) -> None:
        """A value for which another stands in the result."""
        if one.level == "transaction":
            path, there = f"{block.path}/{one.path}", self.target(number, target)
            self._waiting.append(Loss(Category.DEFAULTED, path, there, before, after, why, block.number))
            return
        self._enter(block)
        self._once(holder(block, one.level), one.path, Category.DEFAULTED, before, after, why)

    def own(self, block: Block, one: Computed, before: str, tag: str) -> None:
        """A value of a group in whose place a transaction has one of its own."""
        self._enter(block)
        why = f"A transaction has {tag} of its own."
        self._once(holder(block, one.level), one.path, Category.DROPPED, before, None, why)

    def consumed(self, block: Block, one: Computed, before: str, why: str) -> None:
        """A value of a transaction that was obeyed."""
        self._waiting.append(Loss(Category.CONSUMED, f"{block.path}/{one.path}", None, before, None, why, block.number))

    def instructed(self, block: Block, one: Computed, before: str, after: str, number: int) -> None:
        """The customer's reference of the instruction: the link to the new one."""
        path, target = f"{block.path}/{one.path}", self.target(number, "PmtId/InstrId")
        why = "The reference between customer and bank ends here; the next leg has one of its own."
        self._waiting.append(Loss(Category.CONSUMED, path, target, before, after, why, block.number))

    def dated(self, block: Block, one: Computed, before: str, placement: Placement) -> None:
        """The date asked for, where another is settled on or none was decided."""
        self._enter(block)
        known = (id(placement), one.slot)
        if known in self._dated:
            return
        self._dated.add(known)
        why = dict(placement.defaulted).get("IntrBkSttlmDt")
        if why is None and before.strip() == placement.date:
            return
        category = Category.CONSUMED if why is None else Category.DEFAULTED
        self._once(holder(block, one.level), one.path, category, before, placement.date, why or _DATE_MOVED)

    def ended(self, block: Block, mapping: TableMapping) -> None:
        """What no transaction takes of a block around them."""
        for note in closing_notes(mapping, block.kind, block.shape):
            self._closing(block, note)
        self.keep()

    def _closing(self, block: Block, note: Note) -> None:
        before = block.texts[note.slot]
        self._waiting.append(Loss(note.category, f"{block.path}/{note.path}", None, before, None, note.why))
