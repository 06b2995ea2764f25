"""The directory of participants: looked up, reached on a day, and every wrong row named."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.configuration import ConfigurationError
from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.lei import check_lei
from wissel.routing import participant_checks
from wissel.routing.agent import Agent
from wissel.routing.participants import COLUMNS, Directory, load

DAY = date(2026, 11, 23)
LEI = "5493001KJTIIGC8Y1R12"
ROWS = """\
# a small directory
network,bic,member_id,clearing_system,lei,iban_country,iban_bank_code,name,access,via,services,valid_from,valid_to
sepa-sct,DEUTDEFFXXX,,,5493001KJTIIGC8Y1R12,DE,50070010,Bank A,direct,,SCT INST,2020-01-01,
sepa-sct,DEUTDEFF500,,,,DE,50070024,Branch of A,indirect,DEUTDEFF,,2020-01-01,2026-11-22
sepa-sct,INGBNL2A,,,,NL,INGB,Bank B,,,,,
sepa-sct,ABNANL2A,,,,NL,ABNA,"Bank, C",indirect,INGBNL2AXXX,,2026-11-23,
sepa-sct,BCITITMM,,,,IT,0306909606,Branch of D,direct,,,,
sepa-sct,UNCRITMM,,,,IT,02008,Bank E,direct,,,,
sepa-sct,COBADEFF,,,,,,Bank F,indirect,GENODEFF,,,
sepa-sct,GENODEFF,,,,,,Bank G,direct,,,,2025-12-31
sepa-sct-inst,DEUTDEFF,,,,DE,50070010,Bank A,direct,,,,
fedwire,,021000021,USABA,,,,Bank H,direct,,,,
fedwire,,026009593,USABA,,,,Bank I,indirect,021000021,,,
"""


def directory(tmp_path: Path, text: str = ROWS) -> Directory:
    file = tmp_path / "directory.csv"
    file.write_text(text, "utf-8", newline="\n")
    return load(file)


@pytest.mark.parametrize(
    ("network", "agent", "iban", "found", "via", "why"),
    [
        ("sepa-sct", Agent(bic="DEUTDEFF"), None, "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by BIC"),
        ("sepa-sct", Agent(bic="DEUTDEFFXXX"), None, "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by BIC"),
        ("sepa-sct", Agent(bic="DEUTDEFF123"), None, "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by the head office of DEUTDEFF123"),
        ("sepa-sct", Agent(bic="DEUTDEFF500"), None, None, None,
         "DEUTDEFF500 is no participant of sepa-sct on 2026-11-23: it is from 2020-01-01 to 2026-11-22"),
        ("sepa-sct", Agent(bic="ABNANL2A"), None, "Bank, C", "Bank B",
         "ABNANL2A is reached through INGBNL2AXXX, found by BIC"),
        ("sepa-sct", Agent(bic="COBADEFF"), None, None, None,
         "COBADEFF is reached through GENODEFF, who is no direct participant on 2026-11-23"),
        ("sepa-sct", Agent(bic="GENODEFF"), None, None, None,
         "GENODEFF is no participant of sepa-sct on 2026-11-23: it was until 2025-12-31"),
        ("sepa-sct", Agent(bic="BNPAFRPP"), None, None, None, "BNPAFRPP is not in the directory of sepa-sct"),
        ("t2", Agent(bic="DEUTDEFF"), None, None, None, "DEUTDEFF is not in the directory of t2"),
        ("sepa-sct", Agent(lei=LEI), None, "Bank A", "Bank A", "DEUTDEFFXXX is a direct participant, found by LEI"),
        ("sepa-sct", Agent(), "DE12500700100532013000", "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by the bank code 50070010 of the IBAN"),
        ("sepa-sct", Agent(), "NL91ABNA0417164300", "Bank, C", "Bank B",
         "ABNANL2A is reached through INGBNL2AXXX, found by the bank code ABNA of the IBAN"),
        # the longest bank code first: that of a branch, then that of the bank
        ("sepa-sct", Agent(), "IT60X0306909606000000123456", "Branch of D", "Branch of D",
         "BCITITMM is a direct participant, found by the bank code 0306909606 of the IBAN"),
        ("sepa-sct", Agent(), "IT60X0200811101000000123456", "Bank E", "Bank E",
         "UNCRITMM is a direct participant, found by the bank code 02008 of the IBAN"),
        ("sepa-sct", Agent(), "FR1420041010050500013M02606", None, None,
         "FR1420041010050500013M02606 is not in the directory of sepa-sct"),
        # the IBAN before the BIC, and the BIC where the IBAN says nothing; never against each other
        ("sepa-sct", Agent(bic="BNPAFRPP"), "DE12500700100532013000", "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by the bank code 50070010 of the IBAN"),
        ("sepa-sct", Agent(bic="DEUTDEFF500"), "DE12500700100532013000", "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by the bank code 50070010 of the IBAN"),
        ("sepa-sct", Agent(lei=LEI), "DE12500700100532013000", "Bank A", "Bank A",
         "DEUTDEFFXXX is a direct participant, found by the bank code 50070010 of the IBAN"),
        ("sepa-sct", Agent(bic="INGBNL2A"), "DE12500700100532013000", None, None,
         "the account is with DEUTDEFFXXX by the bank code 50070010 of the IBAN, and the payment names INGBNL2A"),
        ("sepa-sct", Agent(lei=LEI), "NL91ABNA0417164300", None, None,
         "the account is with ABNANL2A by the bank code ABNA of the IBAN, and the payment names DEUTDEFFXXX"),
        ("sepa-sct", Agent(bic="INGBNL2A"), "FR1420041010050500013M02606", "Bank B", "Bank B",
         "INGBNL2A is a direct participant, found by BIC"),
        ("fedwire", Agent(member_id="021000021", clearing_system="USABA"), None, "Bank H", "Bank H",
         "USABA 021000021 is a direct participant, found by member id"),
        ("fedwire", Agent(member_id="026009593"), None, "Bank I", "Bank H",
         "USABA 026009593 is reached through 021000021, found by member id"),
        ("fedwire", Agent(member_id="021000021", clearing_system="CACPA"), None, None, None,
         "CACPA 021000021 is not in the directory of fedwire"),
        ("fedwire", Agent(name="Bank H"), None, None, None, "Bank H is not in the directory of fedwire"),
    ],
)  # fmt: skip
def test_reach(
    tmp_path: Path, network: str, agent: Agent, iban: str | None, found: str | None, via: str | None, why: str
) -> None:
    reach = directory(tmp_path).reach(network, agent, DAY, iban)
    assert (reach.participant and reach.participant.name, reach.via and reach.via.name, reach.why) == (found, via, why)


@pytest.mark.parametrize(
    ("named", "found"), [(None, "ONEEDEFF"), ("ONEEDEFF", "ONEEDEFF"), ("TWOODEFF123", "TWOODEFF"), ("ABCDDEFF", None)]
)
def test_of_banks_that_share_a_bank_code_the_one_that_is_named(
    tmp_path: Path, named: str | None, found: str | None
) -> None:
    path = tmp_path / "directory.csv"
    rows = ["network,bic,iban_country,iban_bank_code"]
    rows += [f"sepa-sct,{bic},DE,50070010" for bic in ("ONEEDEFF", "TWOODEFF")] + ["sepa-sct,ABCDDEFF,DE,10000000"]
    path.write_text("\n".join(rows), "utf-8")
    reach = load(path).reach("sepa-sct", Agent(bic=named), DAY, "DE12500700100532013000")
    assert (reach.participant and reach.participant.bic, reach.contradicted) == (found, found is None)


@pytest.mark.parametrize(
    ("day", "reached"),
    [("2019-12-31", False), ("2020-01-01", True), ("2026-11-22", True), ("2026-11-23", False)],
)
def test_first_and_last_day(tmp_path: Path, day: str, reached: bool) -> None:
    reach = directory(tmp_path).reach("sepa-sct", Agent(bic="DEUTDEFF500"), date.fromisoformat(day))
    assert (reach.participant is not None) is reached


@pytest.mark.parametrize(
    ("text", "lines", "by"),
    [
        ("DEUTDEFF", [3, 11], "BIC"),
        ("deut de ff", [3, 11], "BIC"),
        ("DEUTDEFF500", [4], "BIC"),
        ("DEUTDEFF123", [3, 11], "BIC, of the head office: the branch 123 has no row"),
        ("021000021", [12], "member id"),
        ("USABA021000021", [12], "member id"),
        ("USABA 021000021", [12], "member id"),
        ("CACPA021000021", [], ""),
        (LEI, [3], "LEI"),
        ("NL91 ABNA 0417 1643 00", [6], "IBAN"),
        ("FR1420041010050500013M02606", [], "IBAN"),
        ("BNPAFRPP", [], ""),
        ("", [], ""),
    ],
)
def test_find(tmp_path: Path, text: str, lines: list[int], by: str) -> None:
    found = directory(tmp_path).find(text)
    assert ([one.line for one in found.participants], found.by) == (lines, by)


def test_a_row_as_values(tmp_path: Path) -> None:
    found = directory(tmp_path)
    assert len(found) == 11
    assert found.networks == ("fedwire", "sepa-sct", "sepa-sct-inst")
    first = next(found.participants())
    assert (first.services, first.valid_from, first.valid_to, first.line) == (
        ("SCT", "INST"),
        date(2020, 1, 1),
        None,
        3,
    )
    assert [str(one) for one in found.participants()][-1] == "USABA 026009593"


def test_columns_in_any_order_and_some_of_them(tmp_path: Path) -> None:
    found = directory(tmp_path, "name,bic,network\nBank,DEUTDEFF,t2\n")
    assert [(one.name, one.access) for one in found.find("DEUTDEFF").participants] == [("Bank", "direct")]
    assert len(directory(tmp_path, "network,bic\n")) == 0


HEAD = ",".join(COLUMNS)


def row(**values: str) -> str:
    given = {"network": "sepa-sct", "bic": "DEUTDEFF", **values}
    return ",".join(given.get(name, "") for name in COLUMNS)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(network="sepa")], [
            "2: there is no network 'sepa'; known are book, cbpr-plus, cbpr-plus-cover, chaps, fednow, fedwire, sepa-sct, "
            "sepa-sct-inst, t2",
        ]),
        ([row(bic="DEUTDE")], ["2: A BIC has 8 or 11 characters, this one has 6"]),
        ([row(bic="DEUTXXFF")], ["2: Characters 5 and 6 of a BIC are a country code, and “XX” is none"]),
        ([row(bic="deutdeff")], ["2: A BIC is written in capitals; this one has small letters"]),
        ([row(bic=" DEUTDEFF")], ["2: A BIC is written without separators; character 1 is a space"]),
        ([row(lei="5493001KJTIIGC8Y1R13")], [
            "2: The check digits of the LEI are 13; for the other characters they would be 12",
        ]),
        ([row(member_id="021000021")], ["2: the member id 021000021 needs a clearing system, such as USABA"]),
        ([row(clearing_system="USABA")], ["2: it has a clearing system and no member id"]),
        ([row(member_id="021000022", clearing_system="USABA")], [
            "2: The check digit of the US routing number is 2; for the other digits it would be 1",
        ]),
        ([row(member_id="5007001", clearing_system="DEBLZ")], ["2: The member id in DEBLZ"]),
        ([row(member_id="1", clearing_system="usaba")], ["2: 'usaba' is no code of a clearing system, such as USABA"]),
        ([row(member_id="a b", clearing_system="XXXXX")], [
            "2: a member id has letters and digits, at most 35; 'a b' is none",
        ]),
        ([row(iban_country="DE")], ["2: it has a country of IBANs and no bank code"]),
        ([row(iban_country="DE", iban_bank_code="5007001X")], [
            "2: '5007001X' is no bank code of an IBAN of DE, where it is 8 digits",
        ]),
        ([row(iban_country="US", iban_bank_code="1")], ["2: where the IBANs of 'US' name the bank is not known"]),
        ([row(iban_bank_code="50070010")], ["2: where the IBANs of '' name the bank is not known"]),
        ([row(name="x" * 141)], ["2: its name has 141 characters, at most 140 are allowed"]),
        ([row(name="a\tb")], ["2: its name has unprintable characters"]),
        ([row(access="via")], ["2: access is direct or indirect, not 'via'"]),
        ([row(access="indirect")], [
            "2: an indirect participant needs via, the direct one through whom it is reached",
        ]),
        ([row(via="INGBNL2A")], [
            "2: a direct participant has no via", "2: via INGBNL2A is not in the directory of sepa-sct",
        ]),
        ([row(access="indirect", via="INGBNL2A")], ["2: via INGBNL2A is not in the directory of sepa-sct"]),
        ([row(network="t2", bic="INGBNL2A"), row(access="indirect", via="INGBNL2A")], [
            "3: via INGBNL2A is not in the directory of sepa-sct",
        ]),
        ([row(access="indirect", via="INGBNL2A"), row(bic="INGBNL2AXXX", access="indirect", via="DEUTDEFF")], [
            "2: via INGBNL2A is itself indirect in sepa-sct", "3: via DEUTDEFF is itself indirect in sepa-sct",
        ]),
        ([row(valid_from="1.1.2026")], ["2: valid_from '1.1.2026' is no date; write it as 2026-11-23"]),
        ([row(valid_to="2026-02-29")], ["2: valid_to '2026-02-29' is no date; write it as 2026-11-23"]),
        ([row(valid_to="9" * 50)], [f"2: valid_to '{'9' * 40}' is no date; write it as 2026-11-23"]),
        ([row(valid_to="20261231")], ["2: valid_to '20261231' is no date; write it as 2026-11-23"]),
        ([row(valid_from="2026-05-01", valid_to="2026-04-30")], [
            "2: it is valid to 2026-04-30, before it is valid from 2026-05-01",
        ]),
        ([row(bic="")], ["2: nothing identifies it: give a BIC, member id, LEI or IBAN bank code"]),
        ([row(), row(bic="DEUTDEFFXXX", name="again")], ["3: it repeats line 2 for the same days"]),
        ([row(valid_to="2026-06-30"), row(valid_from="2026-06-30")], ["3: it repeats line 2 for the same days"]),
        ([row(valid_to="2026-06-30"), row(valid_from="2026-07-01")], []),
        ([row(), row(iban_country="DE", iban_bank_code="50070010")], []),
        (["sepa-sct,DEUTDEFF"], ["2: it has 2 values, and there are 13 columns"]),
        ([row(bic="X"), row(bic="X")], [
            "2: A BIC has 8 or 11 characters, this one has 1", "3: A BIC has 8 or 11 characters, this one has 1",
            "3: it repeats line 2 for the same days",
        ]),
    ],
)  # fmt: skip
def test_wrong_rows(tmp_path: Path, rows: list[str], expected: list[str]) -> None:
    text = "\n".join([HEAD, *rows, ""])
    if not expected:
        assert len(directory(tmp_path, text)) == len(rows)
        return
    with pytest.raises(ConfigurationError) as caught:
        directory(tmp_path, text)
    found = [line.removeprefix(f"{tmp_path / 'directory.csv'}:") for line in str(caught.value).splitlines()]
    assert len(found) == len(expected)
    assert all(line.startswith(start) for line, start in zip(sorted(found), sorted(expected), strict=True)), found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bic\nDEUTDEFF\n", "1: the columns are network, bic, "),
        ("network,bic,bic\n", "1: the columns are network, bic, "),
        ("network,swift\n", "'swift' is none"),
        ("", "the columns are network, bic, "),
    ],
)
def test_wrong_columns(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        directory(tmp_path, text)
    assert reason in str(caught.value)


def test_only_so_many_faults_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        directory(tmp_path, f"network,bic\n{'t2,X' + chr(10)}" * 1)
    assert len(caught.value.faults) == 1
    with pytest.raises(ConfigurationError) as caught:
        directory(tmp_path, "network,name\n" + "t2,x\n" * 700)
    assert len(caught.value.faults) == 1001
    assert str(caught.value.faults[0]).endswith("there are 399 more faults")


def test_own_networks(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    file.write_text("network,bic\nscl,DEUTDEFF\n", "utf-8")
    assert load(file, {"scl"}).networks == ("scl",)
    with pytest.raises(ConfigurationError, match="there is no network 'scl'; known are t2"):
        load(file, ["t2"])


ALMOST_BIC = st.from_regex(r"[A-Z0-9a-z ]{0,3}[A-Z0-9]{4}[A-Z]{2}[A-Z0-9é]{2}([A-Z0-9]{3})?\n?", fullmatch=True)


@given(ALMOST_BIC | st.text(max_size=12))
def test_the_fast_check_of_a_bic_is_the_slow_one(text: str) -> None:
    assert bool(participant_checks._bic_screen()(text)) == (not text or check_bic(text) is None)


@given(st.from_regex(r"[A-Z0-9]{18}[0-9]{2}", fullmatch=True) | st.just(LEI) | st.text(max_size=21))
def test_the_fast_check_of_an_lei_is_the_slow_one(text: str) -> None:
    assert participant_checks._lei_screen(text) == (check_lei(text) is None)
