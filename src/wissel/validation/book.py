"""Plans made once and used for every message alike: per guideline and definition, for the life of the process."""

from functools import lru_cache

from wissel.catalog.naming import family_of
from wissel.validation.guideline import Guideline
from wissel.validation.plan import Plan, Planner, Shapes, shapes_of
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

BOOKS_MAX = 64
"""Pairs of guideline and definition remembered."""
PLANS_MAX = 2_000
"""Plans remembered per book, for blocks of different shapes."""
TEXTS_MAX = 50_000
"""Texts remembered as right per book; then they are forgotten and asked anew, so that memory stays flat."""


class Book:
    """The plans of one guideline for one definition. It remembers; what it answers never changes."""

    __slots__ = ("_planner", "_plans", "_texts", "running")

    def __init__(self, guideline: Guideline, family: str) -> None:
        self._planner = Planner(guideline.values, guideline.blocks, guideline.constraints)
        self._plans: dict[tuple[str, str, Shapes], Plan] = {}
        self._texts = 0
        self.running = tuple(rule for rule in guideline.running if rule.facts.is_for(family))
        """The guideline's rules that look at messages as a whole, for messages of this family."""

    def plan(self, block: Block, kind: str, scope: Scope) -> Plan:
        """The plan for a block of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        key = (kind, block.below, shapes_of(block))
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= PLANS_MAX:
                self._plans.clear()
                self._texts = 0
            plan = self._plans[key] = self._planner.plan(block, kind, scope)
        return plan

    def remembered(self, texts: int) -> None:
        """So many more texts are known to be right; where that makes too many, all are forgotten."""
        self._texts += texts
        if self._texts > TEXTS_MAX:
            self._texts = 0
            for plan in self._plans.values():
                for look in plan.looks:
                    look.right.clear()


@lru_cache(maxsize=BOOKS_MAX)
def book_of(guideline: Guideline, definition: str, header_definition: str | None) -> Book:
    """The book for messages of a definition (and its header's) under a guideline."""
    return Book(guideline, family_of(definition))
