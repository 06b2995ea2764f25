"""The shape of a type: what it allows, free of the ways in which the same thing can be spelled.

The published schemas spell 52 types in two ways across versions: a choice with or without a sequence around
it, facets in another order. Both spellings have one shape; types of one name whose shapes differ contradict
each other.
"""

from lxml import etree

from wissel.xml.xsd.schema_tree import XS

Shape = tuple[str, tuple[tuple[str, str], ...], tuple["Shape", ...]]
"""Kind, attributes in name order, and the shapes within."""

_UNORDERED = ("restriction", "extension")


def shapes(normal: bytes) -> dict[str, Shape]:
    """The shape of each global type by its name, and of each global element as ``element NAME``.

    ``normal`` is a schema in normal form (:func:`wissel.xml.xsd.normal_form.normal_form`).
    """
    found: dict[str, Shape] = {}
    for node in etree.fromstring(normal):
        label = "element " if node.tag == XS + "element" else ""
        found[label + node.get("name", "")] = _shape(node)
    return found


def _shape(node: etree._Element) -> Shape:
    kind = node.tag[len(XS) :]
    within = tuple(_shape(child) for child in node)
    attributes = tuple(sorted((str(name), str(value)) for name, value in node.items()))
    if kind in _UNORDERED:
        within = tuple(sorted(within))
    if kind in ("sequence", "choice") and not attributes and len(within) == 1:
        # around one member a group adds nothing
        if within[0][0] in ("sequence", "choice"):
            return within[0]
        kind = "sequence"
    return kind, attributes, within
