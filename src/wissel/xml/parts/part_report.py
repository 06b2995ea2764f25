"""What was found in one part of a file, and how a part that its schema refuses is explained in a second reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.lexer import attributes_of
from wissel.xml.parser import refuse_undeclared, streaming_parser
from wissel.xml.parts.cursor import Cursor
from wissel.xml.parts.reading import Checked, Knowledge
from wissel.xml.parts.schema import Schema, schema_tree
from wissel.xml.parts.segment import Part
from wissel.xml.place import Place
from wissel.xml.sources.text import Text

if TYPE_CHECKING:
    from wissel.xml.explaining.explain import Explanation


@dataclass(frozen=True, slots=True)
class PartReport:
    """One part and what was found in it."""

    part: Part
    schemas: tuple[Schema, ...]
    """What it was checked against; none where no schema is known."""
    transactions: int = 0
    findings: tuple[Finding, ...] = ()
    beyond: int = 0
    """Findings over the limit, counted but not kept."""
    end: int = 0
    """Where the next byte after it stands, in bytes of the UTF-8 text; 0 where it breaks off."""
    place: Place | None = None
    """Where it begins, of a part without a schema."""
    broken: bool = False
    """True where it could not be read to its end; nothing after it was read."""
    unlisted: int = 0
    """Notes over the limit: counted like ``beyond``, but no faults."""


def explain_checked(
    cursor: Cursor, text: Text, checked: Checked, knowledge: Knowledge, limits: Limits, findings_max: int
) -> PartReport:
    """Follow one part through each schema that it failed (the base also where only transactions are to be counted)."""
    check = checked.check
    findings: list[Finding] = []
    beyond = transactions = 0
    for i, schema in enumerate(checked.schemas):
        failed = check is not None and check.failed[i]
        if i and not failed:
            continue
        own = cursor if not i else Cursor(text.chunks())
        found = explain_part(own, checked, schema, knowledge, limits, max(0, findings_max - len(findings)))
        transactions = found.transactions if not i else transactions
        if failed:
            beyond += found.beyond
            findings += found.findings
            if not found.findings and not found.beyond and check is not None:
                findings += [quoted(message, schema) for message in check.messages[i]]
    return PartReport(checked.part, checked.schemas, transactions, tuple(findings), beyond, end=checked.end)


def explain_part(
    cursor: Cursor, checked: Checked, schema: Schema, knowledge: Knowledge, limits: Limits, findings_max: int
) -> "Explanation":
    """Follow one part through one schema. Raises XMLSyntaxError where it is not well-formed after all, Refused where
    it is nested too deep."""
    # most files are valid: what explains the others is loaded when it is needed
    from wissel.xml.explaining.explain import Explainer

    part = checked.part
    transaction = knowledge.transaction(schema.definition)
    tree = schema_tree(schema.path)
    above = f"/{tree.root.tag}/{tree.message_element.tag}"
    explainer = Explainer(
        tree,
        schema.path,
        schema.source,
        frozenset(f"{above}/{path}" for path in transaction.paths) if transaction else frozenset(),
        findings_max,
        limits.depth_max - len(part.ancestors),
        knowledge.renamed,
        set_aside=checked.set_aside is not None,
    )
    place = cursor.advance(part.offset)
    written = attributes_of(part.attributes)
    scope = {name[6:]: uri for name, uri in written.items() if name == "xmlns" or name.startswith("xmlns:")}
    chunks = _well_formed(cursor.range(checked.end), part, place.line - 1)
    explanation = explainer.explain(chunks, place, scope)
    for _ in chunks:
        pass
    return explanation


def _well_formed(chunks: Iterator[bytes], part: Part, lines_before: int) -> Iterator[bytes]:
    """Hand the chunks of a part through while libxml2 checks that they are well-formed.

    Raises XMLSyntaxError, or Refused where a prefix is not declared.
    """
    parser = streaming_parser()
    at = part.name_end
    missing = part.start[at : at + part.shift]
    fed = 0
    for chunk in chunks:
        if missing and fed + len(chunk) >= at:
            # the namespaces declared around the part, put into its start tag
            parser.feed(chunk[: at - fed] + missing + chunk[at - fed :])
            missing = b""
        else:
            parser.feed(chunk)
        fed += len(chunk)
        yield chunk
        if len(parser.feed_error_log):
            refuse_undeclared(parser.feed_error_log, lines_before)
    parser.close()


def quoted(message: str, schema: Schema) -> Finding:
    """The finding for a fault that is known in libxml2's words only."""
    return finding("SCHEMA-VIOLATION", f"The schema check says: {message}", source=schema.source)
