"""The audit of a file's parties and agents."""

from datetime import date

from tests.cases import base
from wissel.catalog.definitions import default_catalog
from wissel.core.limits import Limits
from wissel.validation.address_audit import Audit, PartyRow
from wissel.validation.address_schemes import schemes
from wissel.xml.sources.source import Source

TODAY = date(2026, 11, 23)


def rows_of(document: bytes, day: date = TODAY) -> list[PartyRow]:
    return list(Audit(schemes(), day, default_catalog()).rows(Source.from_bytes(document), Limits()))


def test_the_audit_has_a_row_for_each_party_with_or_without_an_address() -> None:
    found = rows_of(base("pacs.008.001.08"))
    assert [(row.transaction, row.role, row.form.value) for row in found] == [
        (1, "Dbtr", "structured"),
        (1, "DbtrAgt", "structured"),
        (1, "CdtrAgt", "structured"),
        (1, "Cdtr", "structured"),
        (None, "InstgAgt", "none"),
        (None, "InstdAgt", "none"),
    ]
    assert found[0].name == "Schraubenwerk Lindner GmbH"
    assert found[4].name == "RHEUDEFF"


def test_a_scheme_is_asked_of_its_currency_only() -> None:
    document = base("pacs.008.001.08")
    asked = {row.role: [one.scheme for one in row.sayings] for row in rows_of(document)}
    assert asked["Cdtr"] == ["sepa", "cbpr-plus-2025", "cbpr-plus-2026", "t2", "swiss-sps"]
    dollars = document.replace(b'Ccy="EUR"', b'Ccy="USD"')
    asked = {row.role: [one.scheme for one in row.sayings] for row in rows_of(dollars)}
    assert asked["Cdtr"] == ["cbpr-plus-2025", "cbpr-plus-2026", "fedwire", "chips", "swiss-sps"]
    assert asked["InstgAgt"] == asked["Cdtr"]


def test_statements_are_listed_but_nobody_judges_them() -> None:
    found = rows_of(base("camt.053.001.08"))
    assert len(found) == 3
    assert {row.sayings for row in found} == {()}


def test_a_message_of_an_unknown_definition_shows_its_addresses() -> None:
    audit = Audit(schemes(), TODAY, default_catalog())
    text = base("pain.001.001.03").replace(b"pain.001.001.03", b"pain.001.001.99")
    found = list(audit.rows(Source.from_bytes(text), Limits()))
    assert [(row.role, row.form.value) for row in found] == [("Dbtr", "unstructured")]
    assert (audit.messages, audit.unknown, audit.refused) == (1, 1, None)
