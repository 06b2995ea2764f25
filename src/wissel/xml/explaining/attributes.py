"""Judge the attributes of one element."""

from collections.abc import Iterator
from difflib import get_close_matches

from wissel.xml.explaining.content import Fault
from wissel.xml.xsd.describe import describe_value
from wissel.xml.xsd.schema_tree import ComplexType, Type
from wissel.xml.xsd.values import check_value

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATIONS = ("schemaLocation", "noNamespaceSchemaLocation")


def check_attributes(of: Type, written: dict[str, str], scope: dict[str, str], tag: str) -> Iterator[Fault]:
    """Faults of the attributes of an element ``tag``: ``written`` by name as in the file, ``scope`` prefix to
    namespace."""
    known = {attribute.name: attribute for attribute in of.attributes} if isinstance(of, ComplexType) else {}
    unknown = {name: value for name, value in written.items() if name not in known and not _is_technical(name, scope)}
    free = [name for name in known if name not in written]
    meant = {name: near[0] for name in unknown if (near := get_close_matches(name, free, 1, 0.5))}
    for name, attribute in known.items():
        if name not in written:
            if attribute.required and name not in meant.values():
                allowed = describe_value(attribute.type)
                hint = f'write <{tag} {name}="EUR">, with the currency that applies' if name == "Ccy" else None
                yield Fault("ATTRIBUTE-MISSING", f"<{tag}> has no attribute {name}.", allowed=allowed, hint=hint)
        elif (fault := check_value(written[name], attribute.type)) is not None:
            message = f"Attribute {name}: {fault.message}"
            yield Fault(fault.code, message, written[name], fault.allowed, fault.hint)
    for name, value in unknown.items():
        hint = f"did you mean {meant[name]}?" if name in meant else "remove it"
        allowed = ", ".join(known) or "no attributes"
        yield Fault("ATTRIBUTE-UNEXPECTED", f"<{tag}> may not have an attribute {name}.", value, allowed, hint)


def _is_technical(name: str, scope: dict[str, str]) -> bool:
    """True for namespace declarations and hints at schemas, which may stand anywhere."""
    prefix, _, local = name.rpartition(":")
    declares = name == "xmlns" or prefix == "xmlns"
    return declares or (prefix != "" and scope.get(prefix) == _INSTANCE and local in _LOCATIONS)
