"""Declarative rules: rows of ``when`` and ``then``, compiled against the blocks of a message.

A row stands for one place (its context) in one or more messages. Its paths may reach from a transaction to the group
around it and to the message; it is judged at the innermost block that one of them lies in, once that block is
complete. What the shapes of the blocks decide is decided once per shape. A path that begins with a slash is below the
message's own element, or in the block around the context that it leads into: ``/PmtInf/ChrgBr``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from wissel.catalog.blocks import Blocks
from wissel.core.errors import InstallationError
from wissel.core.finding import Severity
from wissel.validation.predicate import Outcome, Predicate, predicate_of, worded
from wissel.validation.rows import rows_of
from wissel.validation.rule import Flaw, RuleFacts
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape


@dataclass(frozen=True, slots=True)
class Constraint:
    """One row at one context in one family of messages."""

    facts: RuleFacts
    family: str
    context: str
    """Path below the message's own element; empty for the message itself; ``AppHdr`` for the header."""
    when: tuple[Predicate, ...] = ()
    when_any: tuple[Predicate, ...] = ()
    then: tuple[Predicate, ...] = ()
    then_any: tuple[Predicate, ...] = ()
    versions: tuple[int, int] | None = None
    """First and last version of the family for which the fact is known."""
    outside: Severity | None = Severity.WARNING
    """Severity in other versions; None where it does not hold there."""

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """All conditions and requirements."""
        return (*self.when, *self.when_any, *self.then, *self.then_any)

    def paths(self) -> Iterator[str]:
        """All paths it looks at, below the message's own element (below ``AppHdr`` for the header)."""
        for predicate in self.predicates:
            for path in predicate.paths:
                yield self.full(path)

    def full(self, path: str) -> str:
        """A path of a predicate, below the message's own element (below ``AppHdr`` for the header)."""
        return _full("" if self.context == "AppHdr" else self.context, path)

    def severity(self, definition: str) -> Severity | None:
        """How much it weighs in one version of the message; None where it does not hold."""
        if self.versions is None:
            return self.facts.severity
        version = int(definition.split(".")[3])
        low, high = self.versions
        return self.facts.severity if low <= version <= high else self.outside

    def is_at(self, block: Block, kind: str, scope: Scope) -> bool:
        """Whether it is judged at blocks like this one."""
        if (self.context == "AppHdr") != (kind == "header") or self.family not in (scope.family, "*"):
            return False
        if kind == "header":
            return True
        below = "" if kind == "message" else block.below
        return judged_at(self, scope.blocks) == below

    def foreseen(self, block: Block) -> Outcome:
        """What the shapes decide: PASSES where no block of these shapes can break it."""
        outcomes = {_foreseen(self, instance) for instance in instances(self, block)}
        if outcomes <= {Outcome.PASSES}:
            return Outcome.PASSES
        return Outcome.FAILS if outcomes == {Outcome.FAILS} else Outcome.DEPENDS

    def flaws(self, block: Block) -> Iterator[Flaw]:
        """What is wrong with one block."""
        for instance, requirement in self._broken(block):
            yield _flaw(self, requirement, instance, block)

    def count(self, block: Block, _scope: Scope) -> int:
        """How many flaws one block has."""
        return sum(1 for _ in self._broken(block))

    def _broken(self, block: Block) -> Iterator[tuple["Instance", Predicate]]:
        """The occurrences that break it, each with the first requirement that is not met."""
        for instance in instances(self, block):
            if not _applies(self, instance):
                continue
            broken = [p for p in self.then if not _holds(p, instance, True)]
            if self.then_any and not any(_holds(p, instance, True) for p in self.then_any):
                broken += self.then_any[:1]
            if broken:
                yield instance, broken[0]


@dataclass(frozen=True, slots=True)
class Instance:
    """One occurrence of a context in a block: where its paths lead."""

    block: Block
    prefix: str
    """Indexed path of the occurrence below the block; empty for the block itself or something around it."""
    inner: str
    """The same without indices."""
    context: str

    def places(self, path: str) -> tuple[Block, tuple[int, ...]]:
        """The block that a path leads into and the numbers of its values there."""
        if self.prefix and not path.startswith("/"):
            return self.block, _within(self.block.shape, self.prefix, f"{self.inner}/{path}" if path else self.inner)
        block, below = _resolve(self.block, _full(self.context, path))
        return block, block.shape.places.get(below, ())

    def values(self, path: str) -> list[str]:
        """The values at a path; of an element without a value of its own, an empty text."""
        block, numbers = self.places(path)
        if numbers:
            return [block.texts[number].strip() for number in numbers]
        return [""] if self.present(path) else []

    def present(self, path: str) -> bool:
        """Whether an element is there."""
        if self.prefix and not path.startswith("/"):
            return _present(self.block.shape, self.prefix, path)
        block, below = _resolve(self.block, _full(self.context, path))
        return not below or below in block.shape.present


def _full(context: str, path: str) -> str:
    """A path below the message's own element: one that begins with a slash is, others are below the context."""
    if path.startswith("/"):
        return path[1:]
    return f"{context}/{path}" if context and path else context or path


def _resolve(block: Block, full: str) -> tuple[Block, str]:
    """The block of a chain in which a path below the message lies, and the path below that block."""
    one: Block | None = block
    while one is not None:
        if one.parent is None:
            return one, full
        if full == one.below:
            return one, ""
        if full.startswith(one.below + "/"):
            return one, full[len(one.below) + 1 :]
        block, one = one, one.parent
    return block, full


@lru_cache(maxsize=8192)
def _within(shape: Shape, prefix: str, plain: str) -> tuple[int, ...]:
    start = prefix + "/"
    return tuple(n for n in shape.places.get(plain, ()) if shape.paths[n].startswith(start) or shape.paths[n] == prefix)


@lru_cache(maxsize=8192)
def _present(shape: Shape, prefix: str, path: str) -> bool:
    depth = prefix.count("/") + 1
    wanted = path.split("/") if path else []
    for indexed, plain in zip(shape.paths, shape.plain, strict=True):
        if indexed == prefix or indexed.startswith(prefix + "/"):
            steps = plain.split("/")[depth:]
            if steps[: len(wanted)] == wanted:
                return True
    return False


@lru_cache(maxsize=8192)
def _prefixes(shape: Shape, inner: str) -> tuple[str, ...]:
    """The indexed occurrences of an element in a block."""
    depth = inner.count("/") + 1
    found = [
        "/".join(indexed.split("/")[:depth])
        for indexed, plain in zip(shape.paths, shape.plain, strict=True)
        if plain == inner or plain.startswith(inner + "/")
    ]
    return tuple(dict.fromkeys(found))


def instances(constraint: Constraint, block: Block) -> Iterator[Instance]:
    """The occurrences of a row's context in a block."""
    context = "" if constraint.context == "AppHdr" else constraint.context
    below = block.below if block.parent is not None else ""
    if not context or context == below or below.startswith(context + "/"):
        yield Instance(block, "", "", context)
        return
    inner = context[len(below) + 1 :] if below else context
    for prefix in _prefixes(block.shape, inner):
        yield Instance(block, prefix, inner, context)


@lru_cache(maxsize=8192)
def judged_at(constraint: Constraint, blocks: Blocks | None) -> str:
    """The innermost block (as its path below the message, empty for the message) that a path of the row lies in.

    Raises InstallationError where the paths lie in blocks that are not one inside the other, or the context is an
    element beside the innermost: such a requirement cannot be judged at one block and has to be a rule.
    """
    known = (*blocks.transactions, *blocks.groups) if blocks else ()
    owners = {""}
    for path in (*constraint.paths(), constraint.context):
        owners |= {one for one in known if path == one or path.startswith(one + "/")}
    innermost = max(owners, key=len)
    if not all(innermost == one or not one or innermost.startswith(one + "/") for one in owners):
        raise InstallationError(f"the paths of {constraint.facts.code} lie in blocks apart from each other")
    context, inside = f"{constraint.context}/", f"{innermost}/"
    if constraint.context and innermost and not (context.startswith(inside) or inside.startswith(context)):
        raise InstallationError(f"the context of {constraint.facts.code} stands beside the block {innermost}")
    return innermost


def _foreseen(constraint: Constraint, instance: Instance) -> Outcome:
    conditions = [p.foreseen(instance.present, False) for p in constraint.when]
    anyone = [p.foreseen(instance.present, False) for p in constraint.when_any]
    if Outcome.FAILS in conditions or (anyone and set(anyone) == {Outcome.FAILS}):
        return Outcome.PASSES
    requirements = [p.foreseen(instance.present, True) for p in constraint.then]
    choice = [p.foreseen(instance.present, True) for p in constraint.then_any]
    met = set(requirements) <= {Outcome.PASSES} and (not choice or Outcome.PASSES in choice)
    return Outcome.PASSES if met else Outcome.DEPENDS


def _applies(constraint: Constraint, instance: Instance) -> bool:
    return all(_holds(p, instance, False) for p in constraint.when) and (
        not constraint.when_any or any(_holds(p, instance, False) for p in constraint.when_any)
    )


def _holds(predicate: Predicate, instance: Instance, requirement: bool) -> bool:
    others = instance.values(predicate.other) if predicate.other else ()
    return predicate.holds(instance.values(predicate.path), others, requirement)


def _flaw(constraint: Constraint, broken: Predicate, instance: Instance, block: Block) -> Flaw:
    """The flaw, at the value that breaks the requirement where it lies in the block that is judged."""
    owner, numbers = instance.places(broken.path)
    others = instance.values(broken.other) if broken.other else ()
    wrong: int | None = None
    if owner is block and numbers:
        test = broken.test(others) if broken.kind not in ("present", "absent") else None
        wrong = next((n for n in numbers if test is None or not test(block.texts[n].strip())), numbers[0])
        if broken.kind == "count_max":
            wrong = numbers[broken.argument]
    path = None
    if wrong is None and owner is block:
        if instance.prefix and not broken.path.startswith("/"):
            path = f"{instance.prefix}/{broken.path}"
        else:
            path = _resolve(block, constraint.full(broken.path))[1]
    value = block.texts[wrong].strip() if wrong is not None else None
    either = constraint.then_any if broken in constraint.then_any else (broken,)
    return Flaw(constraint.facts.title, wrong, path, value, " or ".join(worded(predicate) for predicate in either))


_SHARED = ("title", "why", "source", "confidence", "severity", "reason", "effective_from", "effective_to")
_KNOWN = {
    *_SHARED, "at", "versions", "assumed", "outside", "when", "when_any", "then", "then_any", "facts",
}  # fmt: skip
_NOWHERE = (1, 0)
"""The versions for which a requirement is known that is only assumed: none, so that it weighs as outside of them."""
Row = Mapping[str, Any]
PLACES = "places"
"""The file of ``constraints/`` that holds places with a name, for a row to state instead of the places."""


@cache
def places() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Contexts by family that many rows have in common, by name."""
    return rows_of(f"constraints/{PLACES}.toml")


def constraints_of(code: str, rows: Row | Sequence[Row]) -> tuple[Constraint, ...]:
    """The constraints of a code, one per row, family and context: of one row, or of several where messages ask for
    the same in different words; what the first says of title, source and weight holds for the others too.

    Raises InstallationError for a row with errors.
    """
    several = (rows,) if isinstance(rows, Mapping) else tuple(rows)
    shared = {name: several[0][name] for name in _SHARED if name in several[0]} if several else {}
    found = tuple(one for row in several for one in _constraints_of(code, {**shared, **row}))
    families = tuple(dict.fromkeys(one.family for one in found if one.family != "*"))
    if any(one.family == "*" for one in found):
        families = ()
    return tuple(replace(one, facts=replace(one.facts, families=families)) for one in found)


def _constraints_of(code: str, row: Row) -> Iterator[Constraint]:
    if unknown := set(row) - _KNOWN:
        raise InstallationError(f"the constraint {code} has keys that are not known: {', '.join(sorted(unknown))}")
    try:
        facts = RuleFacts(
            code=code,
            title=row["title"],
            why=row.get("why", ""),
            severity=Severity(row.get("severity", "error")),
            source=row["source"],
            confidence=row.get("confidence", "high"),
            reason=row.get("reason"),
            effective_from=row.get("effective_from"),
            effective_to=row.get("effective_to"),
        )
        parts = {
            name: tuple(predicate_of(one, code) for one in row.get(name, ()))
            for name in ("when", "when_any", "then", "then_any")
        }
        outside = None if row.get("outside") == "none" else Severity(row.get("outside", "warning"))
        versions = {family: (low, high) for family, (low, high) in row.get("versions", {}).items()}
        versions |= dict.fromkeys(row.get("assumed", ()), _NOWHERE)
        at = places()[row["at"]] if isinstance(row["at"], str) else row["at"]
        if unknown := set(versions) - set(at):
            raise InstallationError(f"the constraint {code} has versions of {', '.join(sorted(unknown))}, not in at")
        for family, contexts in at.items():
            for context in contexts:
                yield Constraint(facts, family, context, versions=versions.get(family), outside=outside, **parts)
    except (KeyError, TypeError, ValueError) as error:
        raise InstallationError(f"the constraint {code} cannot be read: {error!r}") from None


def with_severity(constraint: Constraint, severity: Severity) -> Constraint:
    """The same constraint with another weight."""
    return replace(constraint, facts=replace(constraint.facts, severity=severity), outside=severity)
