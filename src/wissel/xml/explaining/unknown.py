"""What an element may be that the schema does not know at its place: the best hint to be had."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from wissel.xml.explaining.content import Fault, named
from wissel.xml.place import Place
from wissel.xml.xsd.describe import describe
from wissel.xml.xsd.schema_tree import ComplexType, SchemaTree, Type, elements

_NEAR = 0.6
"""How alike two tags must be (ratio of matching characters) for one to be taken for the other."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What an unknown element was probably meant to be."""

    hint: str
    meant: str | None = None
    """The known child in whose place it stands; that one is then not reported missing as well."""


def unexpected_child(tag: str, around: Sequence[Type], place: Place, guessed: Guess | None) -> Fault:
    """The fault of a child ``tag`` that the innermost of the types ``around`` does not know."""
    of = around[-1]
    if not isinstance(of, ComplexType) or of.value is not None:
        message = f"<{tag}> stands inside an element that holds a value, not elements."
        mend = f"take <{tag}> away and leave the value itself"
        return Fault("ELEMENT-UNEXPECTED", message, value=tag, allowed=describe(of), hint=mend, place=place)
    known = [element.tag for element in elements(of)]
    allowed = named(known) if known else "nothing"
    hint = guessed.hint if guessed else None
    return Fault(
        "ELEMENT-UNEXPECTED", f"<{tag}> is not known here.", value=tag, allowed=allowed, hint=hint, place=place
    )


def guess(
    tag: str, around: Sequence[Type], tree: SchemaTree, renamed: Callable[[str], tuple[str, ...]]
) -> Guess | None:
    """What ``tag`` may stand for inside the innermost of the types ``around``: another version's name, other capitals,
    a level left out or one too many, a slip of the pen."""
    of = around[-1]
    known = [element.tag for element in elements(of)]
    other_names = renamed(tag)
    for name in other_names:
        if name in known:
            return Guess(f"this version calls it {name}", name)
    for name in known:
        if name.lower() == tag.lower():
            return Guess(f"write it <{name}>: capitals count", name)
    for name in (tag, *other_names):
        for element in elements(of):
            if any(below.tag == name for below in elements(tree.type_of(element))):
                called = f"; this version calls it {name}" if name != tag else ""
                return Guess(f"put it inside <{element.tag}>{called}", element.tag)
    near = get_close_matches(tag, known, 1, _NEAR)
    if near:
        return Guess(f"did you mean <{near[0]}>?", near[0])
    for outer in reversed(around[:-1]):
        if any(element.tag == tag for element in elements(outer)):
            return Guess(f"<{tag}> belongs further out, after the end of the element around it")
    return None
