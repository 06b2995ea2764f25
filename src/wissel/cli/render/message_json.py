"""A file's messages as JSON through the data binding, with plain words where a message cannot be bound."""

import json
from decimal import Decimal
from typing import Any, TextIO

from wissel.catalog.definitions import Catalog
from wissel.message.business_message import BusinessMessage
from wissel.validation.report import MessageReport, Verdict
from wissel.xml.writing.binding import BINDING_BYTES_MAX, Unbound, bind

FORMAT = 1
"""Version of this JSON; grows only when a field changes its meaning."""


def message_as_dict(
    message: BusinessMessage, report: MessageReport | None, errors: int, catalog: Catalog
) -> dict[str, Any]:
    """One message: what it is, whether it is valid, and its header and document as data.

    ``header`` and ``document`` are null where there is none or where it cannot be bound; then ``notes`` says why.
    """
    notes: list[str] = []
    header_size, document_size = message.sizes_bytes
    header = _bound("header", message.header_definition, header_size, message.header_xml, catalog, notes)
    document = _bound("document", message.definition, document_size, message.document_xml, catalog, notes)
    if report is not None and report.verdict is Verdict.INVALID:
        notes.append("not valid against its schema: values that do not fit their type are null or absent")
    return {
        "definition": message.definition,
        "header_definition": message.header_definition,
        "envelope": "/".join(message.envelope) or None,
        "verdict": report.verdict.value if report is not None else None,
        "errors": errors,
        "notes": notes,
        "header": header,
        "document": document,
    }


def _bound(
    what: str, definition: str | None, size_bytes: int | None, xml: Any, catalog: Catalog, notes: list[str]
) -> Any:
    if size_bytes is None:
        return None
    schema = catalog.find(definition) if definition else None
    if schema is None:
        notes.append(f"the {what} has no known schema, without which it cannot be bound")
        return None
    if not size_bytes:
        notes.append(f"the {what} is not complete or not well-formed")
        return None
    if size_bytes > BINDING_BYTES_MAX:
        notes.append(
            f"the {what} has {size_bytes:,} bytes; --json takes up to {BINDING_BYTES_MAX:,}, "
            "because the data binding takes about a second and 20 MB of memory for each megabyte"
        )
        return None
    try:
        return bind(xml(BINDING_BYTES_MAX), schema.read()).data
    except Unbound as error:
        notes.append(f"the {what} cannot be bound: {error}")
        return None


def write_files(files: Any, out: TextIO) -> None:
    """Write ``{"format": 1, "files": [...]}``, one file at a time."""
    out.write(f'{{"format": {FORMAT}, "files": [')
    separator = "\n"
    for file in files:
        out.write(separator + json.dumps(file, indent=2, ensure_ascii=False, default=_plain))
        separator = ",\n"
    out.write("\n]}\n")


def _plain(value: object) -> str:
    """A decimal with all its digits, as text: JSON readers would make floating point of a number."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
