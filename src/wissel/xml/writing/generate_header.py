"""A business application header for a generated message."""

from collections.abc import Mapping
from datetime import date
from random import Random

from wissel.core.errors import UsageError
from wissel.xml.writing.generate import typical
from wissel.xml.xsd.schema_tree import SchemaTree

_IDENTIFIERS = ("GrpHdr/MsgId", "Assgnmt/Id", "MsgHdr/MsgId", "MsgId/Id")
"""Where a message has its own identifier, below its message element."""


def header_values(
    header: SchemaTree, document: SchemaTree, values: Mapping[str, str], rng: Random, as_of: date
) -> dict[str, str]:
    """The values of a typical header that fits a generated document: its definition, identifier and date.

    ``rng`` begins with the seed of the document, so that sender and receiver are its banks. Raises UsageError
    where ``header`` is no business application header, or ``document`` is one.
    """
    if header.root.tag != "AppHdr":
        raise UsageError(f"{header.definition} is no business application header; take one of head.001")
    if document.root.tag != "Document":
        raise UsageError(f"{document.definition} is a header itself")
    found = typical(header, rng, as_of)
    found["/AppHdr/MsgDefIdr"] = document.definition
    message = f"/Document/{document.message_element.tag}"
    own = next((values[path] for tag in _IDENTIFIERS if (path := f"{message}/{tag}") in values), None)
    if own is not None:
        found["/AppHdr/BizMsgIdr"] = own
    return found
