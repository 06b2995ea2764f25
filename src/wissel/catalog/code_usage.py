"""Where a code set is used: which messages have a value of its type, and at which places."""

from collections.abc import Iterator

from wissel.catalog.code_sets import code_set_of_type
from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.xml.xsd.schema_tree import ComplexType, SchemaTree


def messages_with(name: str, catalog: Catalog) -> tuple[str, ...]:
    """The definitions, the newest of each family, that use the set as a type.

    Looks for the type's name in the files, which takes milliseconds for all of them; stored schemas are in normal form.
    """
    newest = {family_of(definition): definition for definition in catalog.definitions()}
    wanted = (f'type="{name}"'.encode(), f'base="{name}"'.encode())
    found = []
    for definition in newest.values():
        file = catalog.find(definition)
        data = file.read() if file is not None else b""
        if any(text in data for text in wanted):
            found.append(definition)
    return tuple(found)


def places_with(name: str, tree: SchemaTree) -> Iterator[str]:
    """The paths of a message whose values are codes of the set, in schema order."""
    for node in tree.walk():
        value = node.type.value if isinstance(node.type, ComplexType) else node.type
        names = {node.element.type_name, value.name if value else ""}
        if any(code_set_of_type(one) == name for one in names):
            yield node.path
