"""Plans made once and used for every message alike: per guideline and definition, for the life of the process."""

from functools import lru_cache

from wissel.validation.guideline import Guideline
from wissel.validation.plan import Plan, Planner, Shapes, shapes_of
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

BOOKS_MAX = 64
"""Pairs of guideline and definition remembered."""
PLANS_MAX = 2_000
"""Plans remembered per book, for blocks of different shapes."""
TEXTS_MAX = 50_000
"""Texts remembered as right per book from one message to the next."""


class Book:
    """The plans of one guideline for one definition. It remembers; what it answers never changes."""

    __slots__ = ("_planner", "_plans")

    def __init__(self, guideline: Guideline) -> None:
        self._planner = Planner(guideline.values, guideline.blocks, guideline.constraints, {})
        self._plans: dict[tuple[str, str, Shapes], Plan] = {}

    def plan(self, block: Block, kind: str, scope: Scope) -> Plan:
        """The plan for a block of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        key = (kind, block.below, shapes_of(block))
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= PLANS_MAX:
                self._plans.clear()
            plan = self._plans[key] = self._planner.plan(block, kind, scope)
        return plan

    def forget(self) -> None:
        """Between messages: forget texts where there are too many."""
        right = self._planner.right
        if sum(map(len, right.values())) > TEXTS_MAX:
            for texts in right.values():
                texts.clear()


@lru_cache(maxsize=BOOKS_MAX)
def book_of(guideline: Guideline, definition: str, header_definition: str | None) -> Book:
    """The book for messages of a definition (and its header's) under a guideline."""
    return Book(guideline)
