"""Say what a file or document is when it is nothing that can be checked."""

import re
from dataclasses import replace

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import ISO_PREFIX, family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.xml.parts.part_report import PartReport
from wissel.xml.parts.skeleton import SkeletonElement

_DEFINITION = re.compile(r"(?<![a-z0-9])[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?!\d)")


def no_schema(report: PartReport, catalog: Catalog) -> Finding:
    """The finding for a part whose namespace has no schema."""
    found = _no_schema(report.part.namespace, report.part.tag, catalog)
    place = report.place
    if place is None:
        return found
    return replace(
        found,
        line=place.line,
        column=place.column,
        excerpt=place.excerpt,
        excerpt_column=place.excerpt_column,
    )


def _no_schema(namespace: str | None, tag: str, catalog: Catalog) -> Finding:
    path = f"/{tag}"
    if not namespace:
        hint = f'write <{tag} xmlns="{ISO_PREFIX}…">, with the message and version that it is'
        message = f"<{tag}> has no namespace, so nothing says which message it is."
        return finding("NAMESPACE-MISSING", message, path=path, hint=hint)
    if not namespace.startswith(ISO_PREFIX):
        message = f"The namespace “{namespace}” is not one of the ISO 20022 base messages."
        return finding("NAMESPACE-NATIONAL", message, path=path, value=namespace, hint=_variant(namespace, catalog))
    sent = namespace.removeprefix(ISO_PREFIX)
    known = catalog.known_versions(sent)
    if known:
        message = f"You sent {sent}; no schema is known for it."
        allowed = ", ".join(known)
        mend = _variant(sent, catalog) or _newest(sent, known)
        return finding("NAMESPACE-UNKNOWN", message, path=path, value=sent, allowed=allowed, hint=mend)
    areas = sorted({definition[:4] for definition in catalog.definitions()})
    message = f"You sent {sent}; no schema of this message is bundled."
    return finding("NAMESPACE-UNKNOWN", message, path=path, value=sent, allowed=f"messages of {', '.join(areas)}")


def _variant(sent: str, catalog: Catalog) -> str | None:
    """What to do where the name of a base message stands inside the name that was sent."""
    base = next((name for name in _DEFINITION.findall(sent) if catalog.find(name)), None)
    if base is None:
        return None
    return f"it looks like a variant of {base}: import its own schema with `wissel schemas import`, or send {base}"


def _newest(sent: str, known: tuple[str, ...]) -> str | None:
    """The version to use instead; None where the one sent looks like a network's own variant."""
    return f"the newest known is {known[-1]}" if known and family_of(sent) == family_of(known[-1]) else None


def no_document(payload: SkeletonElement | None) -> Finding:
    """The finding for a header without a document; an error where something else stands in its place."""
    if payload is None:
        return finding("DOCUMENT-MISSING", "The business application header stands alone, without a document.")
    where = f" (namespace “{payload.namespace}”)" if payload.namespace else ""
    message = f"After the header stands <{payload.tag}>{where}, not a Document; it was not checked."
    return finding("DOCUMENT-MISSING", message, value=payload.tag, severity=Severity.ERROR)


def no_message(elements: tuple[SkeletonElement, ...]) -> Finding:
    """The finding for XML that holds neither document nor header."""
    root = elements[0].tag if elements else "?"
    iso = next((e for e in elements if (e.namespace or "").startswith(ISO_PREFIX)), None)
    hint = None
    if iso is not None:
        message_id = (iso.namespace or "").removeprefix(ISO_PREFIX)
        hint = f"<{iso.tag}> is in the namespace of {message_id}: put it into a Document"
    return finding("MESSAGE-MISSING", f"The root element is <{root}>; no Document or AppHdr was found.", hint=hint)
