"""The rules that need thought, by subject. A rule exists exactly where its module's ``RULES`` names it."""

from wissel.validation.rule import Rule
from wissel.validation.rules import totals

ALL_RULES: tuple[Rule, ...] = (*totals.RULES,)
