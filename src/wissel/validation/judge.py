"""Judge the messages of one file by a usage guideline, after the schema: read each as blocks and run the rules."""

from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.finding import Finding, Unlisted
from wissel.message.assembly import Assembled
from wissel.validation.execute import Findings, Run
from wissel.validation.guideline import Guideline, load
from wissel.validation.names import AUTO
from wissel.validation.notice import notices
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.parts.cursor import Cursor
from wissel.xml.parts.part_report import PartReport
from wissel.xml.sources.text import Text


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one message."""

    findings: tuple[Finding, ...]
    beyond: int
    unlisted: Unlisted
    """What errors beyond the limit refuse."""
    errors_beyond: int
    rules: int
    """How many rules looked at it."""
    guideline: str
    """By which guideline."""


class Judge:
    """Judges the messages of one file in their order."""

    def __init__(self, text: Text, guideline: str, as_of: date, catalog: Catalog, findings: Findings) -> None:
        """``guideline`` is a name or path, ``auto`` for the one that each message speaks for; ``findings`` says which
        and how many are listed of all messages together. Raises UsageError for a guideline that is not known,
        InstallationError for one with errors."""
        self._cursor = Cursor(text.chunks())
        self._name = guideline
        self._guideline = None if guideline == AUTO else load(guideline)
        self._as_of = as_of
        self._catalog = catalog
        self._left, self._least = findings.limit, findings.least
        self._earlier: dict[str, set[str]] = {}

    def judge(self, message: Assembled) -> Judgement | None:
        """The judgement of a message whose document has a schema and could be read; None of others.

        Messages have to be given in the order of the file.
        """
        document = message.document
        if document is None or not document.end or not document.schemas or message.definition is None:
            return None
        header = self._header(message.header)
        inside = blocks_of(message.definition)
        reader = BlockReader(inside.transactions, inside.groups) if inside else BlockReader()
        place = self._cursor.advance(document.part.offset)
        blocks = reader.blocks(self._cursor.range(document.end), place)
        guideline, why = self._guideline, None
        if guideline is None:
            from wissel.validation.choose import choose, signs_of  # only where the message itself says by what

            first = list(islice(blocks, 1))
            chosen = choose(signs_of(family_of(message.definition), header, first[0] if first else None))
            guideline, why = load(chosen.guideline), chosen.why
            blocks = chain(first, blocks)
        scope = self._scope(message, header, guideline)
        said = tuple(notices(guideline, (message.definition, message.header_definition), self._as_of, why))
        findings = Findings(self._left, self._least)
        run = Run(guideline, scope, findings, _reported(message))
        if header is not None:
            run.look(header, "header")
        for block in blocks:
            run.look(block, block.kind)
        self._left = max(0, self._left - len(findings.found))
        ordered = sorted(findings.found, key=lambda finding: (finding.line or 0, finding.column or 0))
        rules = guideline.rules_for(scope.family)
        name = guideline.name if self._name == AUTO else self._name
        unlisted = Unlisted(True, findings.message, findings.payments, findings.transactions)
        return Judgement((*said, *ordered), findings.beyond, unlisted, findings.errors_beyond, rules, name)

    def _header(self, report: PartReport | None) -> Block | None:
        if report is None or not report.end or not report.schemas:
            return None
        place = self._cursor.advance(report.part.offset)
        return next(BlockReader().blocks(self._cursor.range(report.end), place, root_depth=1), None)

    def _scope(self, message: Assembled, header: Block | None, guideline: Guideline) -> Scope:
        definition = message.definition or ""
        header_definition = message.header_definition if header is not None else None
        return Scope(
            definition=definition,
            family=family_of(definition),
            tree=self._catalog.tree(definition),
            blocks=blocks_of(definition),
            header=header,
            header_definition=header_definition,
            header_tree=self._catalog.tree(header_definition) if header_definition else None,
            as_of=self._as_of,
            earlier=self._earlier,
            guidelines=guideline.chain,
        )


def _reported(message: Assembled) -> frozenset[str]:
    """Where the schema has found faults: what rules find at the same place, or in an attribute of it, is not said
    again."""
    places = {finding.path.replace("[1]", "") for part in message.parts for finding in part.findings if finding.path}
    return frozenset(places | {f"{place}/@Ccy" for place in places})
