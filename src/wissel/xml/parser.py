"""The one way in which libxml2 is set up for reading what strangers send."""

from typing import Any

from lxml import etree

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.xml.refusal import Refused


class NullTarget:
    """A parser target that does nothing, so that libxml2 works at its own speed."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """libxml2 saw a document type declaration: stop before any entity is read."""
        raise Refused(doctype_refused())

    def close(self) -> None:
        """libxml2 has come to the end, or broke off."""


def streaming_parser(target: Any = None, schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    """A parser to be fed UTF-8 (the encoding in an XML declaration is disregarded), without entities and network.

    With a schema, errors of the schema stand in ``feed_error_log`` and nowhere else.
    """
    given: Any = target or NullTarget()
    return etree.XMLParser(target=given, schema=schema, encoding="utf-8", resolve_entities=False, no_network=True)


def doctype_refused() -> Finding:
    """The finding for a document type declaration."""
    return finding("DOCTYPE-REFUSED", "The file has a document type declaration (<!DOCTYPE ...>).")


def refuse_undeclared(log: etree._ListErrorLog, lines_before: int | None = None) -> None:
    """Raise Refused where libxml2 logged a prefix that is not declared; it goes on reading, other parsers do not.

    ``lines_before`` is how many lines of the file the parser was not given; with None the finding has no line.
    """
    for entry in log:
        if entry.domain == etree.ErrorDomains.NAMESPACE and entry.level >= etree.ErrorLevels.ERROR:
            hint = 'declare the prefix with xmlns:prefix="…", or leave it out'
            line = entry.line + lines_before if entry.line and lines_before is not None else None
            raise Refused(finding("PREFIX-UNDECLARED", f"{entry.message.strip()}.", line=line, hint=hint))
