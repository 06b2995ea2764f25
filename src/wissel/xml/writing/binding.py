"""A document as plain data (dicts, lists, text) by the data binding of the package ``xmlschema``.

It goes by the schema: what may repeat is a list, attributes begin with ``@``, the value of an element with attributes
is ``$``. Decimals are :class:`decimal.Decimal`, never floating point. It is slow, about a second per megabyte.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import xmlschema
from lxml import etree

from wissel.xml.parser import streaming_parser

BINDING_BYTES_MAX = 10_000_000
"""Size of a document that is bound; a larger one would take minutes and gigabytes."""
_SAID_CHARACTERS_MAX = 200


class Unbound(Exception):
    """A document cannot be bound; the text says why."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A document as data."""

    data: Any
    faults: int
    """What ``xmlschema`` found wrong; values that do not fit their type are None or absent in ``data``."""


@lru_cache(maxsize=32)
def _schema(xsd: bytes) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(io.BytesIO(xsd), allow="none", defuse="always")


def bind(document: bytes, xsd: bytes) -> Bound:
    """Bind a complete, well-formed document to its schema, leniently where it is not valid.

    Elements that the schema does not know are kept. Raises Unbound where the document is beyond what ``xmlschema``
    can do.
    """
    if len(document) > BINDING_BYTES_MAX:
        raise Unbound(f"it has more than {BINDING_BYTES_MAX:,} bytes")
    try:
        tree = _tree(document)
        decoded: Any = _schema(xsd).decode(
            tree, validation="lax", keep_unknown=True, process_skipped=True, use_location_hints=False
        )
        data, errors = decoded
    except (xmlschema.XMLSchemaException, etree.LxmlError, ValueError, TypeError, KeyError) as error:
        said = " ".join(str(error).split())[:_SAID_CHARACTERS_MAX]
        raise Unbound(f"xmlschema gives up: {said}") from None
    except RecursionError:
        raise Unbound("its elements are nested too deep for xmlschema") from None
    return Bound(data, len(errors))


def _tree(document: bytes) -> etree._Element:
    """The document as a tree: first past the parser that refuses a DOCTYPE, then built."""
    check = streaming_parser()
    check.feed(document)
    check.close()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    return etree.fromstring(document, parser)
