"""Whether an official schema file says the same as the schema kept here, by two readers that share no
code."""

from dataclasses import dataclass
from enum import StrEnum

from wissel.catalog.comparison import differences
from wissel.catalog.definitions import Catalog, SchemaFile
from wissel.catalog.naming import definition_of
from wissel.xml.xsd.normal_form import NormalSchema, accept
from wissel.xml.xsd.schema_tree import UnsupportedSchema
from wissel.xml.xsd.type_shape import shapes


class Likeness(StrEnum):
    """The result of comparing a given schema with the one kept here."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One given file beside the schema kept here."""

    file: str
    likeness: Likeness
    definition: str | None
    text: str
    """One plain sentence."""
    differences: tuple[str, ...] = ()
    """One line per difference, beginning with the type's name."""


def compare(data: bytes, file: str, catalog: Catalog) -> Comparison:
    """Compare an official XSD, in whatever spelling, with the base schema of its definition."""
    definition = None
    try:
        schema = accept(data)
        definition = definition_of(schema.namespace)
        base = catalog.find(definition) if definition else None
        if definition is None or base is None:
            why = f"there is no schema of {definition or schema.namespace} here to compare it with"
            return Comparison(file, Likeness.UNKNOWN, definition, why)
        lines = [*_by_canonical_form(schema, base), *_by_second_engine(data, schema, base)]
    except UnsupportedSchema as error:
        return Comparison(file, Likeness.REFUSED, definition, str(error))
    if not lines:
        return Comparison(file, Likeness.EQUAL, definition, f"says the same as the {base.origin} schema")
    count = len({line.split(":", 1)[0] for line in lines})
    text = f"differs from the {base.origin} schema in {count} type{'s' if count != 1 else ''}"
    return Comparison(file, Likeness.DIFFERENT, definition, text, tuple(lines))


def _by_canonical_form(schema: NormalSchema, base: SchemaFile) -> list[str]:
    """Lines from our own reader; every type whose canonical form differs has at least one."""
    ours, given = shapes(base.read()), shapes(schema.data)
    words = differences(base.tree().types, schema.tree.types)
    for name in sorted(ours.keys() | given.keys()):
        if ours.get(name) != given.get(name):
            words.setdefault(name, ["is put together in another way"])
    return _lines(words)


def _by_second_engine(data: bytes, schema: NormalSchema, base: SchemaFile) -> list[str]:
    """Lines from xmlschema that our own reader does not have: none as long as both agree."""
    from wissel.xml.xsd import second_engine

    first = set(_lines(differences(base.tree().types, schema.tree.types)))
    second = set(_lines(differences(second_engine.types(base.read()), second_engine.types(data))))
    only_second = [f"{line} (seen by xmlschema only)" for line in sorted(second - first)]
    only_first = [f"{line} (not seen by xmlschema)" for line in sorted(first - second)]
    return only_second + only_first


def _lines(words: dict[str, list[str]]) -> list[str]:
    return [f"{name}: {sentence}" for name, sentences in words.items() for sentence in sentences]
