"""Apply a plan to the values of one block: the values of the result, what was lost, and why it is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from wissel.catalog.naming import is_definition
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.mapping.fitting import fit
from wissel.mapping.loss import Category, Loss
from wissel.mapping.version_plan import Check, Pair, Plan, looked_at, plan_of
from wissel.xml.blocks.block import Block


@dataclass(frozen=True, slots=True)
class Made:
    """One block of the result."""

    paths: tuple[str, ...]
    texts: Sequence[str]
    losses: tuple[Loss, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where a block stands, for what is said about it."""

    source: str
    """Indexed path of the original's element."""
    target: str
    transaction: int | None


_looked_at = lru_cache(maxsize=4096)(looked_at)


def apply(pair: Pair, block: Block, where: Where, around: frozenset[str] | None = frozenset()) -> Made:
    """The block as an element of the other version. ``around`` as :func:`wissel.mapping.version_plan.plan_of` has
    it."""
    texts, paths = block.texts, block.shape.paths
    said = frozenset((place, texts[place].strip()) for place in _looked_at(block.shape.plain))
    excluded: frozenset[tuple[int, str]] = frozenset()
    while True:
        plan = plan_of(pair, paths, excluded, said, around)
        made = [texts[place] if place >= 0 else text for place, text in zip(plan.places, plan.texts, strict=True)]
        for slot, path in plan.outer:
            made[slot] = _said_by_message(block, path)
        if not (plan.checks or plan.dropped or plan.fixed or plan.lacks):
            return Made(plan.paths, made, (), ())
        judged = _Judged(plan, pair, block, where)
        again = judged.check(made)
        if not again:
            judged.note()
            return Made(tuple(judged.paths), made, tuple(judged.losses), tuple(judged.findings))
        excluded |= again


class _Judged:
    """What is to be said of one block."""

    def __init__(self, plan: Plan, pair: Pair, block: Block, where: Where) -> None:
        self.plan = plan
        self.paths = list(plan.paths)
        self.version = pair.step.target.definition
        self.block = block
        self.where = where
        self.losses: list[Loss] = []
        self.findings: list[Finding] = []

    def check(self, made: list[str]) -> frozenset[tuple[int, str]]:
        """Make the values fit, in ``made``; those that are left out, each with the reason."""
        again: set[tuple[int, str]] = set()
        for check in self.plan.checks:
            text = self.block.texts[check.place]
            recast = check.recast.change(text) if check.recast else text
            fitted = fit(recast, check.type, check.cut)
            if fitted.text is None and check.beside is not None and fit(text, check.beside[1], False).text is not None:
                self.paths[check.slot] = check.beside[0]
                why = f"the code is not in the list of {self.version}; it is written as text of its own"
                self.losses.append(self.loss(Category.TRUNCATED, check.place, check.beside[0], text, why))
            elif fitted.text is None and check.spare:
                why = f"the value at {self.plan.paths[check.slot]} does not fit {self.version}: {fitted.why}"
                again.update((place, why) for place in check.spare)
            elif fitted.text is None:
                self.unfit(check, fitted.why or "")
            elif fitted.text != text:
                made[check.slot] = fitted.text
                category = check.recast.category if check.recast else Category.TRUNCATED
                why = check.recast.why if check.recast else fitted.why or ""
                self.losses.append(self.loss(category, check.place, self.plan.paths[check.slot], fitted.text, why))
        return frozenset(again)

    def unfit(self, check: Check, why: str) -> None:
        """A value that the target does not take, and that must not be left out."""
        text = self.block.texts[check.place]
        place = self.block.place(check.place)
        self.findings.append(
            finding(
                "VERSION-VALUE-UNFIT",
                f"{self.version} does not take this value: {why}",
                path=_below(self.where.source, self.block.shape.paths[check.place]),
                transaction=self.where.transaction,
                line=place.line,
                column=place.column,
                value=text,
            )
        )

    def note(self) -> None:
        """Say what is left out, what was filled in, and what is missing."""
        for place, why in self.plan.dropped:
            self.losses.append(self.loss(Category.DROPPED, place, None, None, why))
        for fixed in self.plan.fixed:
            text = fixed.text
            if text is None:
                said = fixed.outer is not None
                text = _said_by_message(self.block, fixed.outer or "") if said else self.block.texts[fixed.place]
            target = _below(self.where.target, fixed.path)
            self.losses.append(
                Loss(Category.DEFAULTED, None, target, None, text, _sentence(fixed.why), self.where.transaction)
            )
        for lack in self.plan.lacks:
            path = _below(self.where.target, lack.path)
            self.findings.append(
                finding(
                    "VERSION-VALUE-MISSING",
                    f"{self.version} asks for {lack.needs} in {path}; the original does not say it, and nothing may "
                    "stand in for it.",
                    path=self.where.source,
                    transaction=self.where.transaction,
                )
            )

    def loss(self, category: Category, place: int, target: str | None, after: str | None, why: str) -> Loss:
        """A loss of one of the original's values."""
        return Loss(
            category,
            _below(self.where.source, self.block.shape.paths[place]),
            None if target is None else _below(self.where.target, target),
            self.block.texts[place],
            after,
            _sentence(why),
            self.where.transaction,
        )


def _said_by_message(block: Block, path: str) -> str:
    while block.parent is not None:
        block = block.parent
    return block.text(path) or ""


def _below(above: str, path: str) -> str:
    return f"{above}/{path}" if path else above


def _sentence(why: str) -> str:
    text = why if is_definition(why[:15]) else why[:1].upper() + why[1:]
    return text if text.endswith(".") else f"{text}."


Recorder = Callable[[Loss], object]
"""Takes losses one by one, in document order."""


class Record:
    """Losses and findings of a whole message, up to a number of findings."""

    def __init__(self, record: Recorder | None, findings_max: int) -> None:
        self.losses: list[Loss] = []
        self.findings: list[Finding] = []
        self.findings_max = findings_max
        self._record = record or self.losses.append

    def take(self, made: Made) -> None:
        """What is to be said of one block."""
        for loss in made.losses:
            self._record(loss)
        self.refuse(*made.findings)

    def refuse(self, *findings: Finding) -> None:
        """Add findings, the last one saying that there are more where there are too many."""
        self.findings.extend(findings[: self.findings_max - len(self.findings)])

    @property
    def full(self) -> bool:
        """Whether no more findings are wanted."""
        return len(self.findings) >= self.findings_max


def without_losses(made: Made) -> Made:
    """The same without what is to be said of it, for a part that is looked at again."""
    return replace(made, losses=(), findings=())
