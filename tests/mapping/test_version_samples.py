"""Messages of others: each valid one becomes a valid message of another version, or is refused with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import wissel
from tests.mapping.test_relay import leg, passed_on
from tests.mapping.versions import CATALOG, convert, fault, unaccounted

BYTES_MAX = 200_000
TARGETS = {
    "pain.001": ("pain.001.001.03", "pain.001.001.09", "pain.001.001.13"),
    "pacs.008": ("pacs.008.001.02", "pacs.008.001.08", "pacs.008.001.14"),
    "camt.053": ("camt.053.001.02", "camt.053.001.08"),
    "pacs.002": ("pacs.002.001.03", "pacs.002.001.10"),
}


def valid_documents(shared: Path, families: tuple[str, ...]) -> Iterator[tuple[str, str, bytes]]:
    """Name, definition and document of the valid samples."""
    for path in sorted((shared / "samples" / "files").rglob("*.xml")):
        data = path.read_bytes()
        if len(data) > BYTES_MAX or not any(family.encode() in data for family in families):
            continue
        for message in wissel.read(data).messages[:1]:
            definition = message.definition or ""
            document = message.document_xml(BYTES_MAX)
            known = definition[:8] in families and CATALOG.find(definition) is not None
            if known and document is not None and fault(document, definition) is None:
                yield path.name, definition, document


@pytest.mark.parametrize("family", TARGETS)
def test_samples_of_others_become_valid_or_are_refused(shared: Path, family: str) -> None:
    converted = 0
    for name, definition, document in valid_documents(shared, (family,)):
        for target in TARGETS[family]:
            made, result = convert(document, target)
            if result.refused:
                assert all(one.code.startswith("VERSION-") for one in result.findings), name
                continue
            assert fault(made, target) is None, (name, definition, target)
            assert unaccounted(document, made, result.losses) == ({}, {}), (name, definition, target)
            converted += 1
    assert converted > 20


def test_payments_of_others_are_passed_on_valid_or_are_refused(shared: Path) -> None:
    passed = 0
    for name, definition, document in valid_documents(shared, ("pacs.008", "pacs.009")):
        made, result = passed_on(document, leg(definition))
        if not result.refused:
            assert fault(made, definition) is None, name
            passed += 1
    assert passed > 50
