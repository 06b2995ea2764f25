"""The engine that judges constraint rows agrees with a plain evaluation, on any row and any document."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.validation.blocks import blocks_in
from wissel.catalog.blocks import Blocks
from wissel.core.errors import InstallationError
from wissel.validation.constraint import Constraint, judged_at
from wissel.validation.guideline import load
from wissel.validation.predicate import Outcome, Predicate

BLOCKS = Blocks(transactions=("G/T", "T"), groups=("G",))
TAGS = st.sampled_from(["A", "B", "C/A", "C/B", "C", "A/@Q"])
TEXTS = st.sampled_from(["x", "y"])


@st.composite
def parts(draw: st.DrawFn) -> str:
    """Values of one block: A and B, and some C that hold them too."""
    made = ""
    for tag in ("A", "B"):
        for _ in range(draw(st.integers(0, 2))):
            quality = f' Q="{draw(TEXTS)}"' if tag == "A" and draw(st.booleans()) else ""
            made += f"<{tag}{quality}>{draw(TEXTS)}</{tag}>"
    for _ in range(draw(st.integers(0, 2))):
        inner = "".join(f"<{tag}>{draw(TEXTS)}</{tag}>" for tag in ("A", "B") if draw(st.booleans()))
        made += f"<C>{inner}</C>"
    return made


@st.composite
def documents(draw: st.DrawFn) -> str:
    many = st.integers(0, 2)
    groups = "".join(
        f"<G>{draw(parts())}{''.join(f'<T>{draw(parts())}</T>' for _ in range(draw(many)))}</G>"
        for _ in range(draw(many))
    )
    alone = "".join(f"<T>{draw(parts())}</T>" for _ in range(draw(many)))
    return f"<Document><M>{draw(parts())}{groups}{alone}</M></Document>"


@st.composite
def predicates(draw: st.DrawFn, above: tuple[str, ...]) -> Predicate:
    def path() -> str:
        start = draw(st.sampled_from(["", *above]))
        return f"{start}{draw(TAGS)}"

    kind = draw(st.sampled_from(["present", "absent", "equals", "differs", "one_of", "same_as", "differs_from"]))
    if kind in ("present", "absent"):
        return Predicate(kind, path())
    if kind in ("same_as", "differs_from"):
        return Predicate(kind, path(), other=path())
    return Predicate(kind, path(), ("x",) if kind == "one_of" else draw(TEXTS))


ABOVE = {
    "": ("G/", "G/T/"),
    "G": ("T/", "/"),
    "G/T": ("/G/", "/"),
    "G/T/C": ("/G/", "/", "/G/T/"),
    "T": ("/",),
    "C": ("/G/",),
    "G/C": ("/", "/G/T/"),
}
"""Contexts, and with what paths may begin that lead out of them."""


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    context = draw(st.sampled_from(sorted(ABOVE)))
    some = st.lists(predicates(ABOVE[context]), max_size=draw(st.sampled_from([0, 1, 2]))).map(tuple)
    required = st.lists(predicates(ABOVE[context]), min_size=1, max_size=2).map(tuple)
    facts = replace(load("iso").constraints[0].facts, code="SOME-CODE", title="All is well.")
    return Constraint(facts, "test.001", context, draw(some), draw(some), draw(required), draw(some), versions=None)


def found_plainly(constraint: Constraint, document: str) -> dict[str, int]:
    """How often a constraint is broken at each block (by its place among blocks of its kind), worked out on the whole
    tree without regard to shapes."""
    root = ElementTree.fromstring(document)[0]
    above = {child: parent for parent in root.iter() for child in parent}
    full = {"": root}
    at = judged_at(constraint, BLOCKS)

    def plain(element: ElementTree.Element) -> str:
        steps = []
        while element is not root:
            steps.append(element.tag)
            element = above[element]
        return "/".join(reversed(steps))

    def reached(element: ElementTree.Element, path: str) -> list[str]:
        elements, _, attribute = path.partition("@")
        elements = elements.rstrip("/")
        found = element.findall(elements) if elements else [element]
        if attribute:
            return [one.attrib[attribute] for one in found if attribute in one.attrib]
        return [(one.text or "").strip() for one in found]

    def values(owner: ElementTree.Element, instance: ElementTree.Element | None, path: str) -> list[str]:
        if instance is not None and not path.startswith("/"):
            return reached(instance, path)
        whole = constraint.full(path)
        block = owner
        while True:
            name = plain(block)
            if block is root or whole == name or whole.startswith(f"{name}/"):
                return reached(block, whole[len(name) :].lstrip("/"))
            block = above[block]

    def holds(one: Predicate, owner: ElementTree.Element, instance: ElementTree.Element | None, all_: bool) -> bool:
        found = values(owner, instance, one.path)
        if one.kind in ("present", "absent"):
            return bool(found) is (one.kind == "present")
        if not found:
            return all_
        others = values(owner, instance, one.other) if one.other else []
        right = {
            "equals": lambda text: text == one.argument,
            "differs": lambda text: text != one.argument,
            "one_of": lambda text: text in (one.argument or ()),
            "same_as": lambda text: not others or text == others[0],
            "differs_from": lambda text: text not in others,
        }[one.kind]
        return (all if all_ else any)(right(text) for text in found)

    counts: dict[str, int] = {}
    owners = root.findall(at) if at else list(full.values())
    for number, owner in enumerate(owners):
        inside = (
            constraint.context[len(at) :].lstrip("/") if f"{constraint.context}/".startswith(f"{at}/") or not at else ""
        )
        instances = owner.findall(inside) if inside else [None]
        for instance in instances:
            applies = all(holds(one, owner, instance, False) for one in constraint.when) and (
                not constraint.when_any or any(holds(one, owner, instance, False) for one in constraint.when_any)
            )
            kept = all(holds(one, owner, instance, True) for one in constraint.then) and (
                not constraint.then_any or any(holds(one, owner, instance, True) for one in constraint.then_any)
            )
            if applies and not kept:
                counts[str(number)] = counts.get(str(number), 0) + 1
    return counts


@given(constraints(), documents())
def test_the_engine_agrees_with_a_plain_evaluation(constraint: Constraint, document: str) -> None:
    try:
        at = judged_at(constraint, BLOCKS)
    except InstallationError:
        return
    judged = [one for one in blocks_in(document, BLOCKS) if (one.below if one.parent else "") == at]
    found = {}
    for number, block in enumerate(judged):
        flaws = list(constraint.flaws(block))
        if constraint.foreseen(block) is Outcome.PASSES:
            assert flaws == []
        if flaws:
            found[str(number)] = len(flaws)
        for flaw in flaws:
            assert flaw.number is None or flaw.value == block.texts[flaw.number].strip()
    assert found == found_plainly(constraint, document)
