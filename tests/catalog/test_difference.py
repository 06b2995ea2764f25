"""What changed between two definitions, and the proof of every rename."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from wissel.catalog.definitions import Catalog
from wissel.catalog.difference import Change, DefinitionDifference, compare_definitions
from wissel.catalog.renames import Rename, later_name, renames, stem
from wissel.xml.xsd.schema_tree import (
    Attribute,
    ComplexType,
    Element,
    Group,
    SchemaTree,
    SimpleType,
    Type,
    elements,
)

CATALOG = Catalog(Path(__file__).resolve().parents[2] / "schemas")
TEXT = SimpleType("T", "string", length_max=35)


@cache
def between(before: str, after: str) -> DefinitionDifference:
    return compare_definitions(CATALOG.tree(before), CATALOG.tree(after))


def changes(before: str, after: str, end: str) -> tuple[Change, ...]:
    return next(d.changes for d in between(before, after).differences if d.paths[0].endswith(end))


def test_a_type_used_in_many_places_is_told_once() -> None:
    found = [d for d in between("pacs.008.001.08", "pacs.008.001.12").differences if d.type_after == "PostalAddress27"]
    assert len(found) == 1
    assert found[0].type_before == "PostalAddress24"
    assert len(found[0].paths) == 42
    assert "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Cdtr/PstlAdr" in found[0].paths
    assert found[0].changes[:2] == (
        Change("added", "CareOf", None, "0..1, 1 to 140 characters"),
        Change("added", "UnitNb", None, "0..1, 1 to 16 characters"),
    )
    assert Change("value", "TwnNm", "1 to 35 characters", "1 to 140 characters") in found[0].changes


def test_renamed_removed_and_repeating() -> None:
    found = changes("pacs.008.001.02", "pacs.008.001.03", "/FinInstnId")
    assert Change("renamed", "BICFI", "BIC", "BICFI") in found
    assert not [c for c in found if c.element in ("BIC", "BICFI") and c.kind in ("added", "removed")]
    back = changes("pacs.008.001.03", "pacs.008.001.02", "/FinInstnId")
    assert Change("renamed", "BIC", "BICFI", "BIC") in back
    amounts = changes("pacs.008.001.08", "pacs.008.001.12", "/RfrdDocAmt")
    assert Change("added", "RmtAmtAndTp", None, "0..*, the elements Tp, Amt") in amounts
    assert {c.element for c in amounts if c.kind == "removed"} >= {"DuePyblAmt", "RmtdAmt"}


def test_the_message_itself_is_the_same_whatever_its_tag() -> None:
    found = changes("pacs.008.001.01", "pacs.008.001.02", "/Document")
    assert found == (Change("renamed", "FIToFICstmrCdtTrf", "pacs.008.001.01", "FIToFICstmrCdtTrf"),)


def test_renames_in_two_steps_are_followed() -> None:
    found = changes("pacs.008.001.01", "pacs.008.001.03", "/ChrgsInf")
    assert Change("renamed", "Agt", "ChrgsPty", "Agt") in found


def test_codes_and_occurrence() -> None:
    found = changes("pacs.008.001.08", "pacs.008.001.12", "/CtctDtls")
    assert Change("codes", "PrefrdMtd", None, "ONLI") in found
    found = changes("pacs.008.001.08", "pacs.008.001.12", "/SttlmAcct")
    assert found == (Change("occurrence", "Id", "1..1", "0..1"),)


@pytest.mark.parametrize("definition", ["pacs.008.001.08", "camt.053.001.02", "head.001.001.02"])
def test_nothing_differs_from_itself(definition: str) -> None:
    assert between(definition, definition).differences == ()
    assert between(definition, definition).counts() == {}


def test_counts_are_of_changes_told() -> None:
    found = between("pacs.008.001.08", "pacs.008.001.12")
    assert found.counts() == {"added": 8, "removed": 10, "occurrence": 1, "codes": 1, "value": 12, "structure": 1}
    assert sum(found.counts().values()) == sum(len(d.changes) for d in found.differences)


def small(*members: Element | Group, kind: str = "sequence", **types: Type) -> SchemaTree:
    held = ComplexType("Root", Group(kind, members))
    return SchemaTree("t", "urn:t", Element("R", "Root"), {"Root": held, "T": TEXT, **types})


def only(before: SchemaTree, after: SchemaTree) -> tuple[Change, ...]:
    (difference,) = compare_definitions(before, after).differences
    return difference.changes


A, B, C = (Element(tag, "T") for tag in "ABC")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (small(A, B, C), small(B, C, A), Change("order", "A", "first", "after C")),
        (small(A), small(replace(A, occurs_max=None)), Change("occurrence", "A", "1..1", "1..*")),
        (small(A), small(A, B), Change("added", "B", None, "1..1, up to 35 characters")),
        (
            small(A),
            small(A, T=replace(TEXT, length_max=9)),
            Change("value", "A", "up to 35 characters", "up to 9 characters"),
        ),
        (
            small(A, T=SimpleType("T", "string", enumeration=("X", "Y"))),
            small(A, T=SimpleType("T", "string", enumeration=("Y", "Z"))),
            Change("codes", "A", "X", "Z"),
        ),
        (
            small(A, T=SimpleType("T", "string", enumeration=("X",))),
            small(A),
            Change("value", "A", "one of: X", "up to 35 characters"),
        ),
        (
            small(A),
            small(A, T=ComplexType("T", Group("sequence", (Element("X", "U"),))), U=TEXT),
            Change("structure", "A", "up to 35 characters", "the elements X"),
        ),
        (
            small(A, T=ComplexType("T", value=TEXT, attributes=(Attribute("c", TEXT, False),))),
            small(A, T=ComplexType("T", value=TEXT, attributes=(Attribute("c", TEXT, True),))),
            Change("attribute", "A/@c", "optional", "mandatory"),
        ),
        (
            small(A),
            small(A, T=ComplexType("T", value=TEXT, attributes=(Attribute("c", TEXT, True),))),
            Change("attribute", "A/@c", None, "up to 35 characters"),
        ),
    ],
)
def test_single_changes(before: SchemaTree, after: SchemaTree, expected: Change) -> None:
    assert only(before, after) == (expected,)


def test_becoming_one_of_a_choice() -> None:
    found = only(small(A, B), small(A, B, kind="choice"))
    assert found == tuple(Change("occurrence", tag, "1..1", "1..1 or") for tag in "AB")


def test_patterns_that_read_alike_are_shown_in_full() -> None:
    old, new = "[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}", "[A-Z]+x?"
    (change,) = only(small(A, T=SimpleType("T", "string", (old,))), small(A, T=SimpleType("T", "string", (new,))))
    assert change.after == f"text that matches {new}"


def test_types_that_hold_themselves_end() -> None:
    assert only(small(Element("R", "Root", 0), A), small(Element("R", "Root", 0), B))


def alike(before: Type, after: Type) -> bool:
    """The values have the same kind: one type name without its numbers ends with the other, or the same facets."""
    old, new = stem(before.name), stem(after.name)
    if old.endswith(new) or new.endswith(old):
        return True
    return (
        isinstance(before, SimpleType) and isinstance(after, SimpleType) and replace(before, name=after.name) == after
    )


def shows(rename: Rename, before: SchemaTree, after: SchemaTree) -> bool:
    """Whether some type of these two versions lost ``old`` and has ``new`` between the same neighbours."""
    for holder in before.types.values():
        tags = [e.tag for e in elements(holder)]
        if rename.old not in tags or stem(holder.name) not in rename.types:
            continue
        for later in after.types.values():
            late = [e.tag for e in elements(later)]
            if rename.new not in late or rename.old in late or stem(later.name) not in rename.types:
                continue
            if rename.new in tags:
                continue
            values = (
                before.type_of(next(e for e in elements(holder) if e.tag == rename.old)),
                after.type_of(next(e for e in elements(later) if e.tag == rename.new)),
            )
            common = [tag for tag in tags if tag in late]
            left = [tag for tag in common if tags.index(tag) < tags.index(rename.old)]
            left_late = [tag for tag in common if late.index(tag) < late.index(rename.new)]
            if left == left_late and alike(*values):
                return True
    return False


@pytest.mark.parametrize("rename", renames(), ids=lambda rename: f"{rename.old}-{rename.new}")
def test_every_rename_is_proven_by_two_consecutive_versions(rename: Rename) -> None:
    before, after = rename.proof
    versions = [name for name in CATALOG.versions(before[:8]) if name[:12] == before[:12]]
    assert versions.index(after) == versions.index(before) + 1
    assert shows(rename, CATALOG.tree(before), CATALOG.tree(after))


def test_a_rename_holds_in_its_types_only() -> None:
    assert later_name("BIC", "FinancialInstitutionIdentification7", "FinancialInstitutionIdentification18", ["BICFI"])
    assert later_name("BIC", "OrganisationIdentification2", "OrganisationIdentification8", ["BICFI"]) is None
    assert later_name("BIC", "FinancialInstitutionIdentification7", "FinancialInstitutionIdentification8", []) is None
