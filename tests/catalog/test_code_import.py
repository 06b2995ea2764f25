"""Newer editions: the three published forms, what changed, what is refused, and that nothing is written then."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.catalog.code_files import edition_in, published_codes
from wissel.catalog.code_import import import_codes
from wissel.catalog.code_sets import Status, code_set
from wissel.core.errors import InstallationError, UsageError

NAME = "3Q2026_externalcodesets_v1"


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of code sets; it does not exist yet."""
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path / "schemas"))
    return tmp_path / "codes"


def as_json(**sets: list[str]) -> bytes:
    """A JSON schema as ISO publishes the sets."""
    definitions = {name: {"type": "string", "description": "*`A`-x", "enum": codes} for name, codes in sets.items()}
    return json.dumps({"$schema": "http://json-schema.org/draft-04/schema#", "definitions": definitions}).encode()


def as_xsd(name: str, *codes: tuple[str, str], head: str = "") -> bytes:
    rows = "".join(
        f'<xs:enumeration value="{code}"><xs:annotation><xs:documentation source="Name">{words}</xs:documentation>'
        '<xs:documentation source="Definition">What it is.</xs:documentation></xs:annotation></xs:enumeration>'
        for code, words in codes
    )
    return (
        f'<?xml version="1.0"?>{head}<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:simpleType name="{name}"><xs:restriction base="xs:string">{rows}</xs:restriction></xs:simpleType>'
        '<xs:simpleType name="Other1Code"><xs:restriction base="xs:string"><xs:enumeration value="X"/>'
        "</xs:restriction></xs:simpleType></xs:schema>"
    ).encode()


def test_json_replaces_one_set_and_keeps_what_went_as_removed(user: Path) -> None:
    (change,) = import_codes(as_json(ExternalReversalReason1Code=["AM05", "MS02", "NEWC"]), f"{NAME}.json")
    assert (change.before, change.edition, change.codes, change.added) == ("2Q2026", "3Q2026", 3, ("NEWC",))
    assert "AC04" in change.removed
    found = code_set("ExternalReversalReason1Code")
    assert found is not None
    assert (found.origin, found.edition, found.active()) == ("imported", "3Q2026", ("AM05", "MS02", "NEWC"))
    assert found.codes["AM05"].name == "Duplication"
    assert (found.codes["AC04"].status, found.codes["AC04"].edition) == (Status.REMOVED, "3Q2026")
    assert found.codes["AC04"].name == "ClosedAccountNumber"
    assert [path.name for path in user.iterdir()] == ["ExternalReversalReason1Code.csv"]
    assert code_set("ExternalPurpose1Code").origin == "bundled"  # type: ignore[union-attr]


def test_the_next_edition_remembers_when_a_code_went(user: Path) -> None:
    import_codes(as_json(ExternalEntryStatus1Code=["BOOK", "PDNG"]), "3Q2026.json")
    (change,) = import_codes(as_json(ExternalEntryStatus1Code=["BOOK", "INFO"]), "4Q2026.json")
    assert (change.before, change.added, change.removed) == ("3Q2026", ("INFO",), ("PDNG",))
    found = code_set("ExternalEntryStatus1Code")
    assert found is not None
    assert {code: (one.status.value, one.edition) for code, one in found.codes.items()} == {
        "BOOK": ("active", "4Q2026"),
        "FUTR": ("removed", "3Q2026"),
        "INFO": ("active", "4Q2026"),
        "PDNG": ("removed", "4Q2026"),
    }


def test_xsd_brings_names_and_new_sets() -> None:
    data = as_xsd("ExternalFresh1Code", ("ABCD", "A new\n  name, with comma"), ("EFGH", ""))
    (change,) = import_codes(data, "codes.xsd", "3Q2026")
    assert (change.name, change.before, change.added) == ("ExternalFresh1Code", None, ("ABCD", "EFGH"))
    found = code_set("ExternalFresh1Code")
    assert found is not None
    assert [one.name for one in found.codes.values()] == ["A new name, with comma", ""]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_with_a_column_of_sets(mark: str) -> None:
    rows = [
        ["Code Set", "Code Value", "Code Name", "Status"],
        ["ExternalEntryStatus1Code", "BOOK", "Booked", "Registered"],
        ["ExternalEntryStatus1Code", "PDNG", "Pending", "Obsolete"],
    ]
    (change,) = import_codes("\n".join(mark.join(row) for row in rows).encode("utf-8-sig"), f"{NAME}.csv")
    assert (change.codes, change.removed) == (1, ("FUTR", "INFO", "PDNG"))


def test_csv_of_one_set_is_named_by_its_file(tmp_path: Path) -> None:
    (change,) = import_codes(b"code,name\nBOOK,Booked\n", "some/ExternalEntryStatus1Code.csv", "3Q2026")
    assert (change.name, change.codes) == ("ExternalEntryStatus1Code", 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no column 'Code Value'"),
        (b"PK\x03\x04", "spreadsheet"),
        (b"\xff\xfe\x00", "not XML"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"definitions": {}}', "no set named"),
        (b'{"definitions": {"ExternalA1Code": {"enum": [1]}}}', "no list of texts"),
        (as_json(ExternalA1Code=["AB CD"]), "is no code"),
        (as_json(ExternalA1Code=["A" * 36]), "is no code"),
        (as_json(ExternalA1Code=["=1+1"]), "is no code"),
        (as_json(ExternalA1Code=["ABCD", "ABCD"]), "twice"),
        (as_json(**{"External/../../x1Code": ["ABCD"]}), "no name of an external code set"),
        (b"Code Set,Code Value\nPurpose,ABCD\n", "no name of an external code set"),
        (b"Code Set,Code Value\nExternalA1Code\n", "shorter than the first"),
        (b"code,name\nABCD,x\n", "no column 'Code Set'"),
        (b"<a/>", "not an XML schema"),
        (b"<a", "not XML"),
        (as_xsd("ExternalA1Code", ("ABCD", "&e;"), head='<!DOCTYPE x [<!ENTITY e "boom">]>'), "DOCTYPE"),
    ],
)
def test_what_is_no_list_of_codes_is_refused_whole(user: Path, data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        import_codes(data, f"{NAME}.any")
    assert not user.exists()


def test_one_bad_code_stops_the_whole_file(user: Path) -> None:
    with pytest.raises(UsageError, match="is no code"):
        import_codes(as_json(ExternalEntryStatus1Code=["BOOK"], ExternalA1Code=["a b"]), f"{NAME}.json")
    assert not user.exists()


def test_an_older_edition_is_refused(user: Path) -> None:
    with pytest.raises(UsageError, match=r"edition 1Q2026.*in edition 2Q2026 already"):
        import_codes(as_json(ExternalEntryStatus1Code=["BOOK"]), "1Q2026.json")
    with pytest.raises(UsageError, match="in edition 2Q2026 already"):
        import_codes(as_json(ExternalEntryStatus1Code=["BOOK"]), "4Q2025.json")
    assert not user.exists()


def test_the_edition_must_be_known() -> None:
    with pytest.raises(UsageError, match="tells no edition"):
        import_codes(as_json(ExternalEntryStatus1Code=["BOOK"]), "codes.json")
    with pytest.raises(UsageError, match="is no edition"):
        import_codes(as_json(ExternalEntryStatus1Code=["BOOK"]), "codes.json", "summer")


def test_a_folder_that_cannot_be_written_is_named(user: Path) -> None:
    user.write_text("a file")
    with pytest.raises(InstallationError, match="cannot be written"):
        import_codes(as_json(ExternalEntryStatus1Code=["BOOK"]), f"{NAME}.json")


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("2Q2026_externalcodesets_v3.json", "2Q2026"),
        ("externalcodesets_4q2021_v2_1.xlsx", "4Q2021"),
        ("5Q2026.json", None),
        ("12Q2026.json", None),
        ("1Q2026-2Q2026.json", None),
        ("", None),
    ],
)
def test_the_edition_in_a_name(text: str, edition: str | None) -> None:
    assert edition_in(text) == edition


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_codes_or_refused(data: bytes) -> None:
    try:
        found = published_codes(data, "x.csv")
    except UsageError:
        return
    assert found
    assert all(codes for codes in found.values())
