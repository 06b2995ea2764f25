"""Code sets: every type has one or a reason, look-up, nearest codes, and the user's edition before the bundled one."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.catalog import code_sets
from wissel.catalog.code_sets import (
    CODE_CHARACTERS_MAX,
    CodeSet,
    Status,
    code_set,
    code_set_names,
    code_set_of_type,
    nearest,
    resolve,
    set_path,
    set_text,
    short_name,
    types_without_set,
)
from wissel.core.errors import InstallationError

_TYPE = re.compile(r'<xs:simpleType name="(\w+)">(.*?)</xs:simpleType>', re.DOTALL)
_VALUE = re.compile(r'<xs:enumeration value="([^"]+)"')


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of code sets; it does not exist yet."""
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path / "schemas"))
    return tmp_path / "codes"


@pytest.fixture(scope="module")
def types(root: Path) -> dict[str, set[frozenset[str]]]:
    """All simple types of the bundled schemas by name, each with the lists of codes that it has somewhere."""
    found: dict[str, set[frozenset[str]]] = {}
    for path in (root / "schemas").glob("*/*.xsd"):
        for name, body in _TYPE.findall(path.read_text("utf-8")):
            found.setdefault(name, set()).add(frozenset(_VALUE.findall(body)))
    return found


def known(name: str) -> CodeSet:
    found = code_set(name)
    assert found is not None, name
    return found


def test_every_external_code_type_has_a_set_or_a_reason(types: dict[str, set[frozenset[str]]]) -> None:
    external = {name for name in types if re.fullmatch(r"External\w*Code", name)}
    assert len(external) == 97
    without = {name for name in external if code_set_of_type(name) is None}
    assert without == set(types_without_set())
    assert all(len(reason) > 20 for reason in types_without_set().values())
    assert all(known(code_set_of_type(name) or "").codes for name in external - without)


def test_lists_of_the_schemas_are_those_of_the_schemas(types: dict[str, set[frozenset[str]]]) -> None:
    listed = [name for name in code_set_names() if not name.startswith("External")]
    assert len(listed) == 22
    for name in listed:
        assert types[name] == {frozenset(known(name).codes)}, name


def test_all_sets_are_whole() -> None:
    names = code_set_names()
    assert len(names) == 165
    count = 0
    for name in names:
        found = known(name)
        assert found.name == name
        assert found.origin == "bundled"
        assert found.source.endswith("(secondary source)")
        assert found.confidence == "high"
        assert list(found.codes) == sorted(found.codes), name
        assert all(re.fullmatch(rf"[!-~]{{1,{CODE_CHARACTERS_MAX}}}", code) for code in found.codes), name
        assert all(one.code == code and one.name == one.name.strip() for code, one in found.codes.items())
        count += len(found.active())
    assert count == 3745


def test_the_codes_are_those_of_the_reference(shared: Path) -> None:
    for path in (shared / "rules" / "codes").glob("*Code.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = {row["code"]: row["name"].strip() for row in csv.DictReader(file)}
        found = known(path.stem)
        assert {code: found.codes[code].name for code in found.active()} == rows, path.stem


def test_a_code_says_its_name_status_and_edition() -> None:
    purpose = known("ExternalPurpose1Code")
    assert (purpose.edition, len(purpose.active())) == ("2Q2026", 366)
    salary = purpose.codes["SALA"]
    assert (salary.name, salary.status, salary.edition) == ("SalaryPayment", Status.ACTIVE, "2Q2026")
    older = known("ExternalLocalInstrument1Code").codes["0220"]
    assert (older.status, older.edition) == (Status.OLDER, "before 2Q2026")
    assert "0220" not in known("ExternalLocalInstrument1Code").active()
    assert known("ExternalBankTransactionSubFamily1Code").codes["IRCA"].edition == "7.1"
    assert known("ExternalBankTransactionSubFamily1Code").codes["ESCT"].edition == "7.0"


def test_types_of_first_versions_share_the_set() -> None:
    assert code_set_of_type("ExternalPurpose1Code") == "ExternalPurpose1Code"
    assert code_set_of_type("ExternalPurposeCode") == "ExternalPurpose1Code"
    assert code_set_of_type("ChargeBearerType1Code") == "ChargeBearerType1Code"
    assert code_set_of_type("Max35Text") is None
    assert code_set_of_type("ExternalClearingSystemMemberCode") is None


@pytest.mark.parametrize(
    "name", ["", "../codes/ExternalPurpose1Code", "externalpurpose1code", "A" * 90 + "Code", "ÄCode"]
)
def test_a_name_that_cannot_be_one_has_no_set(name: str) -> None:
    assert code_set(name) is None
    assert code_set_of_type(name) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_may_be_asked_for(name: str, code: str) -> None:
    assert code_set(name) is None or name in code_set_names()
    assert isinstance(resolve(name), tuple)
    assert set(nearest("ExternalPurpose1Code", code)) <= set(known("ExternalPurpose1Code").codes)


@pytest.mark.parametrize(
    ("code", "first"),
    [("sala", "SALA"), ("SLAA", "SALA"), ("SAAL", "SALA"), ("SALB", "SALA"), (" SALA ", "SALA"), ("TAXX", "TAXS")],
)
def test_the_nearest_code_comes_first(code: str, first: str) -> None:
    assert nearest("ExternalPurpose1Code", code)[0] == first


def test_letters_for_digits_are_seen() -> None:
    assert nearest("ExternalStatusReason1Code", "ACO4")[0] == "AC04"
    assert nearest("ExternalStatusReason1Code", "ac0l")[0] == "AC01"


def test_nothing_near_is_nothing() -> None:
    assert nearest("ExternalPurpose1Code", "????") == ()
    assert nearest("ExternalPurpose1Code", "SALA" * 100) == ()
    assert nearest("ExternalNoSuch1Code", "SALA") == ()
    assert "0220" not in nearest("ExternalLocalInstrument1Code", "0220")


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("Purpose", ("ExternalPurpose1Code",)),
        ("purpose", ("ExternalPurpose1Code",)),
        ("externalpurpose1code", ("ExternalPurpose1Code",)),
        ("ExternalPurpose", ("ExternalPurpose1Code",)),
        ("StatusReason1Code", ("ExternalStatusReason1Code",)),
        ("Purpose1", ("ExternalPurpose1Code",)),
        ("EntryStatus", ("ExternalEntryStatus1Code",)),
        ("EntryStatus1Code", ("EntryStatus1Code",)),
        ("Priority", ("Priority2Code", "Priority3Code")),
        ("Priority2", ("Priority2Code",)),
        ("CreditDebit", ("CreditDebitCode",)),
        ("Purp", ()),
        ("", ()),
    ],
)
def test_short_names_resolve(word: str, names: tuple[str, ...]) -> None:
    assert resolve(word) == names


def test_every_external_set_has_a_short_name_of_its_own() -> None:
    external = [name for name in code_set_names() if name.startswith("External")]
    assert len({short_name(name).casefold() for name in external}) == len(external)
    assert all(resolve(short_name(name)) == (name,) for name in external)


def test_the_file_of_a_set_is_what_its_text_says() -> None:
    folder = Path(code_sets.__file__).parent / "codes"
    for name in ("ExternalPurpose1Code", "ExternalLocalInstrument1Code", "ExternalBankTransactionSubFamily1Code"):
        assert set_text(known(name)) == set_path(folder, name).read_text("utf-8")


def test_the_users_edition_goes_first(user: Path) -> None:
    user.mkdir()
    text = '# edition: 3Q2026\n# source: test\n# confidence: high\ncode,name,status,edition\nNEWC,"One, two",,\n'
    set_path(user, "ExternalPurpose1Code").write_text(text)
    set_path(user, "ExternalFresh1Code").write_text(text)
    found = known("ExternalPurpose1Code")
    assert (found.origin, found.edition, list(found.codes), found.codes["NEWC"].name) == (
        "imported",
        "3Q2026",
        ["NEWC"],
        "One, two",
    )
    assert code_set_of_type("ExternalFresh1Code") == "ExternalFresh1Code"
    assert "ExternalFresh1Code" in code_set_names()
    assert set_text(found) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code,name,status,edition\nABCD,,,\n",
        "# edition: 1\n# source: s\n# confidence: high\ncode,name\nABCD,\n",
        "# edition: 1\n# source: s\n# confidence: high\ncode,name,status,edition\nABCD,,\n",
        "# edition: 1\n# source: s\n# confidence: high\ncode,name,status,edition\nABCD,,perhaps,\n",
        "# edition: 1\n# source: s\n# confidence: high\ncode,name,status,edition\nABCD,,,\nABCD,,,\n",
    ],
)
def test_a_damaged_file_is_a_fault_of_the_installation(user: Path, text: str) -> None:
    user.mkdir()
    set_path(user, "ExternalPurpose1Code").write_text(text)
    with pytest.raises(InstallationError, match=r"ExternalPurpose1Code\.csv cannot be used"):
        code_set("ExternalPurpose1Code")
