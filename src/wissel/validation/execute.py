"""Run a guideline's rules over the blocks of one message: each block is looked at once and forgotten."""

from dataclasses import dataclass, field, replace

from wissel.core.codes import shortened
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.book import book_of
from wissel.validation.constraint import Constraint
from wissel.validation.guideline import Guideline
from wissel.validation.rule import KINDS, Flaw, RuleFacts, Running, Screen, ValueCheck
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

RIGHT_MAX = 50_000
"""Texts remembered as right per rule; then they are forgotten and checked anew, so that memory stays flat."""


@dataclass(slots=True)
class Findings:
    """What the rules found, up to a cap; ``beyond`` counts what came after."""

    limit: int
    found: list[Finding] = field(default_factory=list)
    beyond: int = 0
    errors_beyond: int = 0
    """How many of those are errors."""


class Run:
    """The rules of a guideline on one message."""

    def __init__(self, guideline: Guideline, scope: Scope, findings: Findings, reported: frozenset[str]) -> None:
        """``reported`` are paths (without ``[1]``) where the schema has found a fault already."""
        self.guideline = guideline
        self.scope = scope
        self.findings = findings
        self.reported = reported
        self._book = book_of(guideline, scope.definition, scope.header_definition)
        self._running: dict[str, list[tuple[RuleFacts, Running]]] = {kind: [] for kind in KINDS}
        for rule in guideline.running:
            if rule.facts.is_for(scope.family):
                started = rule.start(scope)
                if started is not None:
                    for kind in rule.kinds:
                        self._running[kind].append((rule.facts, started))

    def look(self, block: Block, kind: str) -> None:
        """Run everything on one block of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        plan = self._book.plan(block, kind, self.scope)
        texts = block.texts
        for number, screen, checks, right in plan.values:
            text = texts[number]
            if text in right:
                continue
            if screen is None or self._suspect(screen, text.strip()):
                flawed = False
                for facts, check in checks:
                    flawed |= self._checked(facts, check, text.strip(), number, block, kind)
                if flawed:
                    continue
            if len(right) >= RIGHT_MAX:
                right.clear()
            right.add(text)
        for rule in plan.rules:
            try:
                for flaw in rule.check(block, self.scope):
                    self._report(rule.facts, flaw, block, kind, None)
            except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
                self._report(_FAILED, _failed(rule.facts, error), block, kind, None)
        for constraint, passes in plan.constraints:
            try:
                if passes is None or not passes(block):
                    for flaw in constraint.flaws(block):
                        self._report(constraint.facts, flaw, block, kind, constraint)
            except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
                self._report(_FAILED, _failed(constraint.facts, error), block, kind, None)
        for facts, running in self._running[kind]:
            try:
                for flaw in running.look(block):
                    self._report(facts, flaw, block, kind, None)
            except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
                self._report(_FAILED, _failed(facts, error), block, kind, None)

    def finish(self) -> None:
        """The message is complete."""
        self._book.forget()

    def _suspect(self, screen: Screen, text: str) -> bool:
        try:
            return screen(text) is not None
        except Exception:  # noqa: BLE001 what the screen cannot read the rules look at, and say so where they break too
            return True

    def _checked(self, facts: RuleFacts, check: ValueCheck, text: str, number: int, block: Block, kind: str) -> bool:
        """Whether a rule finds a flaw in a text, or breaks over it."""
        try:
            flaw = check(text)
        except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
            self._report(_FAILED, _failed(facts, error), block, kind, None)
            return True
        if flaw is None:
            return False
        placed = replace(flaw, number=number, path=None, value=flaw.value or text)
        self._report(facts, placed, block, kind, None)
        return True

    def _report(self, facts: RuleFacts, flaw: Flaw, block: Block, kind: str, constraint: Constraint | None) -> None:
        severity = constraint.severity(self.scope.definition) if constraint is not None else facts.severity
        if severity is None or not _in_force(facts, self.scope):
            return
        if facts.confidence == "low" and severity is Severity.ERROR:
            severity = Severity.WARNING
        if flaw.severity is not None:
            severity = max(severity, flaw.severity, key=_LIGHTER.index)
        full = len(self.findings.found) >= self.findings.limit
        if self.reported or not full:  # where neither is so, nobody asks for the path
            below = flaw.path if flaw.path is not None or flaw.number is None else block.shape.paths[flaw.number]
            path = f"{block.path}/{below}" if below else block.path
            if path.replace("[1]", "") in self.reported:
                return
        if full:
            self.findings.beyond += 1
            self.findings.errors_beyond += severity is Severity.ERROR
            return
        where = flaw.number if flaw.number is not None else 0
        place = block.place(where) if block.shape.paths else None
        own = facts.code in self.guideline.own_codes
        self.findings.found.append(
            Finding(
                code=facts.code,
                severity=severity,
                stage=Stage.GUIDELINE if own else Stage.RULE,
                message=flaw.message,
                path=path,
                transaction=block.number if kind == "transaction" else None,
                line=place.line if place else None,
                column=place.column if place else None,
                value=shortened(flaw.value) if flaw.value is not None else None,
                allowed=flaw.allowed,
                hint=flaw.hint,
                reason=flaw.reason or facts.reason,
                source=flaw.source or facts.source,
                excerpt=place.excerpt if place else None,
                excerpt_column=place.excerpt_column if place else None,
            )
        )


_LIGHTER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_FAILED = RuleFacts(
    code="RULE-FAILED",
    title="Every rule can be run.",
    why="A rule broke down over this message. That is a fault of the program; the message is not passed for it.",
    severity=Severity.ERROR,
    source="wissel: rules",
)


def _failed(facts: RuleFacts, error: Exception) -> Flaw:
    return Flaw(
        f"The rule {facts.code} broke down here ({type(error).__name__}); what it checks is not known to be right.",
        hint="this is a fault of the program: please report it",
    )


def _in_force(facts: RuleFacts, scope: Scope) -> bool:
    day = scope.as_of
    return (facts.effective_from is None or facts.effective_from <= day) and (
        facts.effective_to is None or day <= facts.effective_to
    )
