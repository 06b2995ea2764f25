"""Places in a message definition: found by any end of their path, and described row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from wissel.core.errors import UsageError
from wissel.xml.xsd.describe import describe
from wissel.xml.xsd.schema_tree import Attribute, ComplexType, Element, Group, Node, SchemaTree, SimpleType, elements

SUGGESTIONS_MAX = 5
CODES_BRIEF_MAX = 8
"""Codes that a brief row lists."""


@dataclass(frozen=True, slots=True)
class Row:
    """One element or attribute of a definition, as a table shows it."""

    path: str
    name: str
    """The tag, or ``@`` and the name of an attribute."""
    depth: int
    """Below the element at which the table begins."""
    occurs_min: int
    occurs_max: int | None
    """None for any number."""
    choice: str
    """``either`` for the first option of a choice, ``or`` for the others, ``and`` for what goes with an option."""
    type: str
    holds_elements: bool
    allowed: str
    """In plain words."""
    codes: tuple[str, ...]
    patterns: tuple[str, ...]


def find_places(tree: SchemaTree, wanted: str) -> list[Node]:
    """All places whose path ends in ``wanted``: full paths, ``CdtTrfTxInf/PmtId``, indices and case left aside.

    Raises UsageError where there is none, naming the nearest.
    """
    steps = _steps(wanted)
    for exact in (True, False):
        ending = steps if exact else [step.casefold() for step in steps]
        found = [
            node
            for node in tree.walk()
            if (node.path if exact else node.path.casefold()).split("/")[1:][-len(ending) :] == ending
        ]
        if found:
            # a full path is that place, even where it is also the end of a longer one
            return [node for node in found if node.depth + 1 == len(ending)] or found
    raise UsageError(f"{tree.definition} has no {'/'.join(steps)}{_suggestions(tree, steps)}")


def _steps(wanted: str) -> list[str]:
    steps = [step.partition("[")[0] for step in wanted.split("/")]
    return [step for step in steps if step and not step.startswith("@")] or [""]


def _suggestions(tree: SchemaTree, steps: list[str]) -> str:
    above = steps[:-1]
    tags: dict[str, str] = {}
    for node in tree.walk():
        place = node.path.split("/")[1:]
        if not above or place[:-1][-len(above) :] == above:
            tags.setdefault(place[-1].casefold(), node.path)
    last = steps[-1].casefold()
    near = get_close_matches(last, tags, SUGGESTIONS_MAX, 0.6)
    if near:
        return f"; did you mean {' or '.join(tags[tag] for tag in near)}?"
    if above and tags:
        return f"; {above[-1]} holds {', '.join(path.rsplit('/', 1)[1] for path in tags.values())}"
    if above:
        return _suggestions(tree, above) or f", nor {'/'.join(above)}"
    return ""


def rows(tree: SchemaTree, start: Node, depth: int, brief: bool = True) -> Iterator[Row]:
    """``start`` and what stands below it, ``depth`` levels down, in schema order.

    Unless ``brief``, each attribute has a row of its own, and ``allowed`` says all there is to say.
    """
    yield from _rows(tree, start, "", start.depth, depth, brief)


def _rows(tree: SchemaTree, node: Node, choice: str, top: int, depth: int, brief: bool) -> Iterator[Row]:
    level = node.depth - top
    yield _row(node, choice, level, brief)
    if isinstance(node.type, ComplexType) and not brief:
        for attribute in node.type.attributes:
            yield _attribute_row(node, attribute, level + 1)
    if level >= depth:
        return
    choices = choice_words(node)
    for child in tree.children(node):
        yield from _rows(tree, child, choices.get(child.element.tag, ""), top, depth, brief)


def _row(node: Node, choice: str, level: int, brief: bool) -> Row:
    value = node.type if isinstance(node.type, SimpleType) else node.type.value
    holder = next(elements(node.type), None) is not None
    return Row(
        node.path,
        node.element.tag,
        level,
        node.element.occurs_min,
        node.element.occurs_max,
        choice,
        node.type.name,
        holder,
        describe(node.type, CODES_BRIEF_MAX, brief=True) if brief else describe(value or node.type, 10_000),
        value.enumeration if value else (),
        value.patterns if value else (),
    )


def _attribute_row(node: Node, attribute: Attribute, level: int) -> Row:
    of = attribute.type
    path, name = f"{node.path}/@{attribute.name}", f"@{attribute.name}"
    low = 1 if attribute.required else 0
    return Row(path, name, level, low, 1, "", of.name, False, describe(of, 10_000), of.enumeration, of.patterns)


def choice_words(node: Node) -> dict[str, str]:
    """For the children of a place that are options of a choice: ``either``, ``or``, ``and``, by tag."""
    words: dict[str, str] = {}
    if isinstance(node.type, ComplexType) and node.type.content is not None:
        _collect_choice_words(node.type.content, "", False, words)
    return words


def _collect_choice_words(group: Group, lead: str, inside: bool, words: dict[str, str]) -> None:
    """``lead`` is the word of the group's first element; ``inside`` is whether a choice stands around it."""
    for number, member in enumerate(group.members):
        if group.kind == "choice":
            word = "or" if number else lead or "either"
        else:
            word = ("and" if inside else "") if number else lead
        if isinstance(member, Group):
            _collect_choice_words(member, "" if word == "and" else word, inside or group.kind == "choice", words)
        elif isinstance(member, Element) and word:
            words[member.tag] = word
