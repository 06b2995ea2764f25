"""Only a namespace that names a definition becomes a file name; versions have their order."""

import pytest

from wissel.catalog.naming import definition_of, family_of, is_definition, is_national, is_overlay_name, version_order

ISO = "urn:iso:std:iso:20022:tech:xsd:"


@pytest.mark.parametrize(
    ("namespace", "definition"),
    [
        (ISO + "pacs.008.001.08", "pacs.008.001.08"),
        (ISO + "pain.001.003.03", "pain.001.003.03"),
        (ISO + "pain.001.001.03.chn", "pain.001.001.03.chn"),
        ("http://www.six-interbank-clearing.com/de/pain.001.001.03.ch.02.xsd", "pain.001.001.03.ch.02"),
        # what is not ISO's must not pass for it
        ("urn:swift:xsd:pacs.008.001.08", None),
        ("urn:swift:xsd:$pain.008.002.01", None),
        ("http://example.org/pacs.008.001.08.xsd", None),
        # hostile or wrong
        (ISO + "../../../../etc/cron.d/x", None),
        (ISO + "pacs/../../x.001.001.01", None),
        (ISO + "pacs.008.001.08/../x", None),
        (ISO + "pacs.008.001.08\n", None),
        (ISO + "pacs.008.001.08..", None),
        (ISO + "pacs.008.001.08." + "a" * 13, None),
        (ISO + "pacs.٠٠٨.001.08", None),
        (ISO + "PACS.008.001.08", None),
        (ISO, None),
        ("", None),
        ("/pain.001.001.03.ch/../../x.xsd", None),
    ],
)
def test_the_definition_of_a_namespace(namespace: str, definition: str | None) -> None:
    assert definition_of(namespace) == definition


def test_definitions_are_matched_in_full() -> None:
    assert is_definition("camt.053.001.02")
    assert not is_definition("camt.053.001.02 ")
    assert not is_definition("camt.053.001.2")


def test_what_is_a_country_s_own() -> None:
    assert [is_national(name) for name in ("pain.001.001.03", "pain.001.003.03", "pain.001.001.03.ch.02")] == [
        False,
        True,
        True,
    ]


def test_versions_have_their_order() -> None:
    names = ["pain.001.003.03", "pain.001.001.11", "pain.001.001.03.ch.02", "pacs.008.001.08", "pain.001.001.03"]
    assert sorted(names, key=version_order) == [
        "pacs.008.001.08",
        "pain.001.001.03",
        "pain.001.001.03.ch.02",
        "pain.001.001.11",
        "pain.001.003.03",
    ]
    assert family_of("pain.001.001.03.ch.02") == "pain.001"


@pytest.mark.parametrize("name", ["cbpr-plus", "sr2026", "a", "1.0", "x" * 40])
def test_names_that_an_overlay_may_have(name: str) -> None:
    assert is_overlay_name(name)


@pytest.mark.parametrize(
    "name", ["", "CBPR", "a/b", "../a", ".a", "-a", "a b", "ä", "a\n", "x" * 41, "bundled", "imported"]
)
def test_names_that_it_may_not_have(name: str) -> None:
    assert not is_overlay_name(name)
