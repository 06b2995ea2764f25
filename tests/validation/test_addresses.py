"""Postal addresses: their form, what schemes say on a day, and proposals that invent nothing."""

from datetime import date, timedelta

import pytest

from tests.cases import base, patched
from tests.validation.address_samples import address
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding, Severity
from wissel.core.identifiers.country import accepted_countries
from wissel.validation.address_data import address_data, post_codes
from wissel.validation.address_schemes import Scheme, Standing, opinions, scheme_of, schemes, standing
from wissel.validation.addresses import (
    Address,
    Form,
    Makeup,
    addresses,
    all_structured,
    faults,
    form_of,
    repeats,
    role_of,
)
from wissel.validation.case import Patch
from wissel.validation.guideline import load, names
from wissel.validation.rules.addresses import RULES
from wissel.validation.validate import Options, validate
from wissel.xml.blocks.block import Block
from wissel.xml.lexer import Mark
from wissel.xml.sources.source import Source

SEPA_DAY = date(2026, 11, 15)
TODAY = date(2026, 11, 23)


def scheme(name: str) -> Scheme:
    return next(one for one in schemes() if one.name == name)


def block_of(**texts: str) -> Block:
    block = Block("transaction", "CdtTrfTxInf", 1, None)
    mark: list[Mark] = []
    block.fill(tuple(path.replace("__", "/") for path in texts), list(texts.values()), mark)
    return block


# --- form and faults ---


@pytest.mark.parametrize(
    ("made", "form", "codes"),
    [
        (address(), Form.NONE, []),
        (address(TwnNm="Bern", Ctry="CH"), Form.STRUCTURED, []),
        (address(StrtNm="Marktgasse", TwnNm="Bern", Ctry="CH"), Form.STRUCTURED, []),
        (address(Ctry="CH"), Form.FAULTY, ["ADDRESS-TOWN-MISSING"]),
        (address(TwnNm="Bern"), Form.FAULTY, ["ADDRESS-COUNTRY-MISSING"]),
        (address(StrtNm="Marktgasse"), Form.FAULTY, ["ADDRESS-TOWN-MISSING", "ADDRESS-COUNTRY-MISSING"]),
        (address("Marktgasse 28", TwnNm="Bern", Ctry="CH"), Form.HYBRID, []),
        (address("Marktgasse 28", "Gate 4", TwnNm="Bern", Ctry="CH"), Form.HYBRID, []),
        (address("a", "b", "c", TwnNm="Bern", Ctry="CH"), Form.FAULTY, ["ADDRESS-LINE-TOO-MANY"]),
        (address("x" * 70, TwnNm="Bern", Ctry="CH"), Form.HYBRID, []),
        (address("x" * 71, TwnNm="Bern", Ctry="CH"), Form.FAULTY, ["ADDRESS-LINE-TOO-LONG"]),
        (address("3000 Bern", TwnNm="Bern", Ctry="CH"), Form.FAULTY, ["ADDRESS-LINE-REPEATS"]),
        (address("Marktgasse 28", "3000 Bern"), Form.UNSTRUCTURED, ["ADDRESS-UNSTRUCTURED"]),
        (address("a", "b", "c", "d", "e", "f", "g"), Form.UNSTRUCTURED, ["ADDRESS-UNSTRUCTURED"]),
        (address("Marktgasse 28", "3000 Bern", Ctry="CH"), Form.UNSTRUCTURED, ["ADDRESS-TOWN-MISSING"]),
        (address("Marktgasse 28", TwnNm="Bern"), Form.UNSTRUCTURED, ["ADDRESS-COUNTRY-MISSING"]),
        (address("x", PstCd="3000"), Form.UNSTRUCTURED, ["ADDRESS-TOWN-MISSING", "ADDRESS-COUNTRY-MISSING"]),
    ],
)
def test_form_and_faults(made: Address, form: Form, codes: list[str]) -> None:
    assert form_of(made) is form
    assert [fault.code for fault in faults(made)] == codes


@pytest.mark.parametrize(
    ("tag", "text", "line", "again"),
    [
        ("TwnNm", "Bern", "3000 Bern", True),
        ("TwnNm", "Bern", "BERN", True),
        ("TwnNm", "Bern", "Marktgasse 28, Bern", True),
        ("TwnNm", "Bern", "Bern, Marktgasse 28", True),
        ("TwnNm", "Bern", "Bernstrasse 3", False),
        ("TwnNm", "Zürich", "8000 ZURICH", True),
        ("TwnNm", "Paris", "5 Rue de Paris", False),
        ("TwnNm", "Paris", "Rue de Paris 5", False),
        ("TwnNm", "Paris", "75001 Paris", True),
        ("TwnNm", "New York", "100 York Avenue", False),
        ("TwnNm", "New York", "Suite 4, New York", True),
        ("PstCd", "1017 BZ", "1017BZ Amsterdam", True),
        ("PstCd", "3000", "Bern 3000", True),
        ("PstCd", "3000", "Box 30001", False),
        ("PstCd", "28", "Marktgasse 28", False),
        ("Ctry", "CH", "CH-3000 Bern", True),
        ("Ctry", "CH", "Bern CH", True),
        ("Ctry", "CH", "Schweiz", True),
        ("Ctry", "CH", "3000 Bern, Switzerland", True),
        ("Ctry", "DE", "12 Rue de la Gare", False),
        ("Ctry", "LU", "L-1234 Luxembourg", False),  # behind a post code it is the town of that name
        ("Ctry", "LU", "1234 Luxembourg", False),
    ],
)
def test_what_counts_as_said_again(tag: str, text: str, line: str, again: bool) -> None:
    assert repeats(tag, text, line) is again


def test_addresses_of_a_block_whoever_they_belong_to() -> None:
    found = list(
        addresses(
            block_of(
                Dbtr__Nm="A",
                Dbtr__PstlAdr__AdrTp__Cd="BIZZ",
                Dbtr__PstlAdr__TwnNm=" Bern ",
                Dbtr__PstlAdr__AdrLine="Marktgasse 28",
                CdtrAgt__FinInstnId__PstlAdr="",
                Cdtr__PstlAdr__AdrLine=" ",
                RmtInf__Strd__Invcr__PstlAdr__Ctry="CH",
                RltdRmtInf__RmtLctnMtd__PstlAdr__Nm="B",
                RltdRmtInf__RmtLctnMtd__PstlAdr__Adr__Ctry="NL",
            )
        )
    )
    told = [(one.path, one.lines, one.elements, one.makeup) for one in found]
    assert told == [
        ("Dbtr/PstlAdr", ("Marktgasse 28",), (("TwnNm", "Bern"),), Makeup.MIXED),
        ("CdtrAgt/FinInstnId/PstlAdr", (), (), Makeup.NOTHING),
        ("Cdtr/PstlAdr", (), (), Makeup.NOTHING),
        ("RmtInf/Strd/Invcr/PstlAdr", (), (("Ctry", "CH"),), Makeup.ELEMENTS),
        ("RltdRmtInf/RmtLctnMtd/PstlAdr/Adr", (), (("Ctry", "NL"),), Makeup.ELEMENTS),
    ]
    assert [role_of(one.path) for one in found] == ["Dbtr", "CdtrAgt", "Cdtr", "Invcr", "RmtLctnMtd"]


@pytest.mark.parametrize(
    ("texts", "structured"),
    [
        ({"Dbtr__Nm": "A"}, True),
        ({"Dbtr__PstlAdr__TwnNm": "Bern", "Dbtr__PstlAdr__Ctry": "CH"}, True),
        ({"Dbtr__PstlAdr__TwnNm": " ", "Dbtr__PstlAdr__Ctry": "CH"}, False),
        ({"Dbtr__PstlAdr__TwnNm": "Bern", "Dbtr__PstlAdr__Ctry": "CH", "Dbtr__PstlAdr__AdrLine": "x"}, False),
        ({"Dbtr__PstlAdr__TwnNm": "Bern", "Dbtr__PstlAdr__Ctry": "CH", "Cdtr__PstlAdr__Ctry": "CH"}, False),
    ],
)
def test_what_the_shape_tells_agrees_with_the_form(texts: dict[str, str], structured: bool) -> None:
    block = block_of(**texts)
    assert all_structured(block) is structured
    assert all(form_of(one) is Form.STRUCTURED for one in addresses(block)) is structured


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("RtrChain/Dbtr/Pty/PstlAdr", "Dbtr"),
        ("RtrChain/Dbtr/Agt/FinInstnId/PstlAdr", "Dbtr"),
        ("CdtrAgt/BrnchId/PstlAdr", "CdtrAgt"),
        ("RmtInf/Strd[2]/Invcee/PstlAdr", "Invcee"),
        ("PrvsInstgAgt1/FinInstnId/PstlAdr", "PrvsInstgAgt1"),
        ("RltdRmtInf[3]/RmtLctnMtd[2]/PstlAdr/Adr", "RmtLctnMtd"),
    ],
)
def test_roles(path: str, role: str) -> None:
    assert role_of(path) == role


# --- schemes ---


@pytest.mark.parametrize(
    ("name", "made", "day", "expected", "since"),
    [
        ("sepa", address("a"), SEPA_DAY - timedelta(1), Standing.LATER, SEPA_DAY),
        ("sepa", address("a"), SEPA_DAY, Standing.REFUSED, SEPA_DAY),
        ("sepa", address("a", Ctry="DE"), SEPA_DAY - timedelta(1), Standing.LATER, SEPA_DAY),
        ("sepa", address("a", "b", "c"), date(2025, 1, 1), Standing.DOUBTFUL, None),
        ("sepa", address("a", TwnNm="Bern", Ctry="CH"), SEPA_DAY, Standing.ACCEPTED, None),
        ("sepa", address("Bern", TwnNm="Bern", Ctry="CH"), SEPA_DAY, Standing.DOUBTFUL, date(2025, 10, 5)),
        ("cbpr-plus-2025", address("a"), date(2026, 11, 13), Standing.EXPECTED, date(2026, 11, 14)),
        ("cbpr-plus-2025", address("a"), date(2026, 11, 14), Standing.DOUBTFUL, date(2026, 11, 14)),
        ("cbpr-plus-2025", address("x" * 36), date(2026, 11, 13), Standing.REFUSED, date(2025, 11, 22)),
        ("cbpr-plus-2025", address("x" * 35), date(2026, 11, 13), Standing.EXPECTED, date(2026, 11, 14)),
        ("cbpr-plus-2025", address("a", Ctry="CH"), date(2025, 11, 22), Standing.REFUSED, date(2025, 11, 22)),
        ("cbpr-plus-2025", address(Ctry="CH"), TODAY, Standing.REFUSED, date(2025, 11, 22)),
        ("cbpr-plus-2026", address("a"), date(2026, 11, 13), Standing.LATER, date(2026, 11, 14)),
        ("cbpr-plus-2026", address("a"), date(2026, 11, 14), Standing.REFUSED, date(2026, 11, 14)),
        ("fedwire", address("a"), date(2026, 11, 15), Standing.LATER, date(2026, 11, 16)),
        ("fedwire", address("a"), date(2026, 11, 16), Standing.REFUSED, date(2026, 11, 16)),
        ("chaps", address("a"), TODAY, Standing.DOUBTFUL, date(2026, 11, 14)),
        ("t2", address("a"), date(2026, 11, 13), Standing.EXPECTED, date(2026, 11, 14)),
        ("swiss-sps", address("a"), date(2026, 11, 14), Standing.REFUSED, date(2026, 11, 14)),
    ],
)
def test_what_a_scheme_says_on_a_day(
    name: str, made: Address, day: date, expected: Standing, since: date | None
) -> None:
    said = opinions(scheme(name), made, day)
    assert standing(said) is expected
    told = {one.since for one in said if one.standing is expected}
    assert (min((d for d in told if d), default=None)) == since


def test_the_nearest_guideline_decides_the_scheme() -> None:
    chosen = [scheme_of(load(name).chain) for name in names()]
    assert {name: one.name if one else None for name, one in zip(names(), chosen, strict=True)} == {
        **dict.fromkeys(("iso", "fednow", "rtp")),
        **dict.fromkeys(("sepa-sct", "sepa-sct-inst", "sepa-sdd-core", "sepa-sdd-b2b"), "sepa"),
        **{name: name for name in ("cbpr-plus-2025", "cbpr-plus-2026", "chaps", "fedwire", "swiss-sps", "t2")},
    }
    assert scheme_of(("mine", "cbpr-plus-2026", "cbpr-plus-2025", "iso")) == scheme("cbpr-plus-2026")


def test_each_guideline_of_a_scheme_applies_the_rules_and_no_other_does() -> None:
    codes = {rule.facts.code for rule in RULES}
    for name in names():
        guideline = load(name)
        applied = {facts.code for facts in guideline.facts()} & codes
        assert applied == (codes if scheme_of(guideline.chain) is not None else set()), name


def test_the_data_is_sound() -> None:
    told = {code for one in schemes() for ruling in one.rulings for code in ruling.codes}
    assert told == {rule.facts.code for rule in RULES}
    for one in schemes():
        assert not (one.families and one.except_families)
        for ruling in one.rulings:
            assert ruling.source
            assert ruling.confidence in ("high", "medium", "low")
            assert ruling.weight is not Severity.ERROR or ruling.confidence == "high", "what is not sure warns"
            assert "ADDRESS-LINE-REPEATS" not in ruling.codes or ruling.weight is Severity.WARNING
    assert set(address_data()) == {"scheme", "post_codes", "country_names"}
    assert set(post_codes()) | set(address_data()["country_names"]) <= accepted_countries()


def test_statements_are_not_judged() -> None:
    assert [one.name for one in schemes() if one.is_for("camt.053")] == []
    assert all(one.is_for("pacs.008") for one in schemes())


# --- rules ---


def found_in(patches: list[Patch], guideline: str, day: date) -> list[Finding]:
    document = patched(base("pain.001.001.09"), patches)
    report = validate(Source.from_bytes(document), Options(day, guideline), default_catalog())
    return [one for one in report.all_findings if one.code.startswith("ADDRESS-")]


def replaced(path: str, xml: str) -> list[Patch]:
    return [Patch("remove", f"{path}/PstlAdr"), Patch("add", path, f"<PstlAdr>{xml}</PstlAdr>", after="Nm")]


LINES = "<AdrLine>Legmeerdijk 313</AdrLine><AdrLine>1431 GB Aalsmeer</AdrLine><AdrLine>Nederland</AdrLine>"


def test_a_finding_tells_whose_address_since_when_and_how_to_mend_it() -> None:
    (one,) = found_in(replaced("PmtInf/CdtTrfTxInf[2]/Cdtr", LINES), "sepa-sct", TODAY)
    assert one.code == "ADDRESS-UNSTRUCTURED"
    assert one.severity is Severity.ERROR
    assert one.message == (
        "Cdtr: The address has 3 AdrLine and neither TwnNm nor Ctry. SEPA refuses this since 2026-11-15 (older pages say "
        "22 November 2026)."
    )
    assert one.path == "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[2]/Cdtr/PstlAdr/AdrLine"
    assert (one.transaction, one.value, one.reason) == (2, "Legmeerdijk 313", "BE04")
    assert one.hint == ("proposal from its own lines: PstCd 1431 GB; TwnNm Aalsmeer; Ctry NL; AdrLine Legmeerdijk 313")
    assert one.source == "EPC153-22 v2.1 (by settlement date between banks)"


def test_before_its_day_a_fault_warns_and_names_the_day() -> None:
    (one,) = found_in(replaced("PmtInf/Dbtr", "<AdrLine>Industriestrasse 17</AdrLine>"), "sepa-sct", date(2026, 11, 14))
    assert (one.severity, one.reason, one.transaction) == (Severity.WARNING, "BE07", None)
    assert "From 2026-11-15 on SEPA refuses this" in one.message


def test_where_sources_differ_it_only_warns() -> None:
    patches = replaced("PmtInf/Dbtr", "<AdrLine>Industriestrasse 17</AdrLine>")
    found = {name: found_in(patches, name, TODAY) for name in ("cbpr-plus-2025", "cbpr-plus-2026")}
    assert {name: [one.severity for one in some] for name, some in found.items()} == {
        "cbpr-plus-2025": [Severity.WARNING],
        "cbpr-plus-2026": [Severity.ERROR],
    }
    assert "secondary sources say that Swift put SR2026 off" in found["cbpr-plus-2025"][0].message


def test_the_finding_of_a_missing_town_stands_at_the_address_with_its_line() -> None:
    patches = [Patch("remove", "PmtInf/Dbtr/PstlAdr/TwnNm")]
    (one,) = found_in(patches, "sepa-sct", TODAY)
    document = patched(base("pain.001.001.09"), patches).decode().splitlines()
    assert one.path == "/Document/CstmrCdtTrfInitn/PmtInf[1]/Dbtr/PstlAdr"
    assert one.line is not None
    assert "<StrtNm>Industriestrasse</StrtNm>" in document[one.line - 1]


def test_iso_says_nothing_of_addresses() -> None:
    assert found_in(replaced("PmtInf/Dbtr", LINES), "iso", TODAY) == []
