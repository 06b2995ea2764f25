"""Run a guideline's rules over the blocks of one message: each block is looked at once and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from wissel.core.codes import shortened
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.book import book_of
from wissel.validation.constraint import Constraint
from wissel.validation.guideline import Guideline
from wissel.validation.plan import Plan, ValueStep, missed
from wissel.validation.rule import KINDS, Flaw, RuleFacts, Running, ValueCheck
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block


@dataclass(slots=True)
class Findings:
    """What the rules found, up to a cap; ``beyond`` counts what came after."""

    limit: int
    least: Severity = Severity.INFO
    """What weighs less is neither listed nor counted."""
    found: list[Finding] = field(default_factory=list)
    beyond: int = 0
    errors_beyond: int = 0
    """How many of those are errors."""
    message: tuple[str, ...] = ()
    payments: dict[int, tuple[str, ...]] = field(default_factory=dict)
    transactions: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What those refuse, with the reasons; see :class:`wissel.core.finding.Unlisted`."""

    def add_beyond(self, severity: Severity, reason: str | None, block: Block, kind: str, flaws: int = 1) -> None:
        """Count some that are not listed, and keep what they refuse."""
        self.beyond += flaws
        if severity is not Severity.ERROR or not flaws:
            return
        self.errors_beyond += flaws
        code = reason or ""
        if kind == "transaction":
            _refuse(self.transactions, block.number, code)
        elif kind == "group":
            _refuse(self.payments, block.number, code)
        elif code not in self.message:
            self.message += (code,)


def _refuse(refused: dict[int, tuple[str, ...]], number: int, code: str) -> None:
    known = refused.get(number)
    if known is None:
        refused[number] = _alone(code)  # very many share one tuple
    elif code not in known:
        refused[number] = (*known, code)


@cache
def _alone(code: str) -> tuple[str, ...]:
    return (code,)


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
        for rule in self._book.running:
            started = rule.start(scope) if self._asked(rule.facts) else None
            if started is not None:
                for kind in rule.kinds:
                    self._running[kind].append((rule.facts, started))

    def look(self, block: Block, kind: str) -> None:
        """Run everything on one block of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        plan = self._book.plan(block, kind, self.scope)
        for number in self._wanted(plan, block):
            self._run(plan, number, block, kind)
        for facts, running in self._running[kind]:
            try:
                for flaw in running.look(block):
                    self._report(facts, flaw, block, kind, None)
            except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
                self._report(_FAILED, _failed(facts, error), block, kind, None)

    def _wanted(self, plan: Plan, block: Block) -> Sequence[int]:
        """The steps of a plan that have to be run on a block, in their order: those without a test, and those of which
        one does not pass."""
        texts = block.texts
        suspects: list[int] = []
        learned = 0
        for look in plan.looks:
            number, right, passes, _ = look
            text = texts[number]
            if text not in right:
                try:
                    passed = passes(text.strip())
                except Exception:  # noqa: BLE001 which of the tests that was is found out below
                    passed = False
                if passed:
                    right.add(text)
                    learned += 1
                else:
                    suspects += missed(look, text.strip())
        for step, screen in plan.several:
            try:
                if not screen(block):
                    suspects.append(step)
            except Exception:  # noqa: BLE001 what the screen cannot read the constraint looks at
                suspects.append(step)
        if learned:
            self._book.remembered(learned)
        return sorted({*plan.always, *suspects}) if suspects else plan.always

    def _run(self, plan: Plan, number: int, block: Block, kind: str) -> None:
        """One check on a block."""
        step = plan.steps[number]
        if isinstance(step, ValueStep):
            text = block.texts[step.number].strip()
            for facts, check in step.checks:
                if self._asked(facts):
                    self._check(facts, check, text, step.number, block, kind)
            return
        constraint = step if isinstance(step, Constraint) else None
        if not self._asked(step.facts, constraint):
            return
        full = not self.reported and len(self.findings.found) >= self.findings.limit
        try:
            if full and step.count is not None:
                known = plan.counts.get(number)
                flaws = step.count(block, self.scope) if known is None else known
                severity = self._weight(step.facts, constraint)
                if severity is not None:
                    self.findings.add_beyond(severity, step.facts.reason, block, kind, flaws)
                return
            for flaw in step.flaws(block) if isinstance(step, Constraint) else step.check(block, self.scope):
                self._report(step.facts, flaw, block, kind, constraint)
        except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
            self._report(_FAILED, _failed(step.facts, error), block, kind, None)

    def _check(self, facts: RuleFacts, check: ValueCheck, text: str, number: int, block: Block, kind: str) -> None:
        """Whether one rule finds a flaw in a text, or breaks down over it."""
        try:
            flaw = check(text)
        except Exception as error:  # noqa: BLE001 a rule that breaks must not let the message pass
            self._report(_FAILED, _failed(facts, error), block, kind, None)
            return
        if flaw is not None:
            placed = replace(flaw, number=number, path=None, value=flaw.value or text)
            self._report(facts, placed, block, kind, None)

    def _asked(self, facts: RuleFacts, constraint: Constraint | None = None) -> bool:
        """Whether anybody wants to know what a rule finds; a flaw weighs as much as its rule, or less."""
        least = self.findings.least
        if least is Severity.INFO:
            return True
        weight = self._weight(facts, constraint)
        return weight is not None and _LIGHTER.index(weight) <= _LIGHTER.index(least)

    def _weight(self, facts: RuleFacts, constraint: Constraint | None) -> Severity | None:
        """How much a finding weighs; None where it is not told."""
        severity = constraint.severity(self.scope.definition) if constraint is not None else facts.severity
        if severity is None or not _in_force(facts, self.scope):
            return None
        return Severity.WARNING if facts.confidence == "low" and severity is Severity.ERROR else severity

    def _report(self, facts: RuleFacts, flaw: Flaw, block: Block, kind: str, constraint: Constraint | None) -> None:
        severity = self._weight(facts, constraint)
        if severity is None:
            return
        if flaw.severity is not None:
            severity = max(severity, flaw.severity, key=_LIGHTER.index)
        if _LIGHTER.index(severity) > _LIGHTER.index(self.findings.least):
            return
        full = len(self.findings.found) >= self.findings.limit
        if self.reported or not full:  # where neither is so, nobody asks for the path
            below = flaw.path if flaw.path is not None or flaw.number is None else block.shape.paths[flaw.number]
            path = f"{block.path}/{below}" if below else block.path
            if path.replace("[1]", "") in self.reported:
                return
        if full:
            self.findings.add_beyond(severity, flaw.reason or facts.reason, block, kind)
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
