"""Guidelines: inheritance, dates, versions, character sets, and mistakes in a user's own."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cases import base, found_in, patched
from wissel.catalog.definitions import default_catalog
from wissel.core.errors import InstallationError, UsageError
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.case import patch_of
from wissel.validation.guideline import load, names
from wissel.validation.guideline_check import mistakes
from wissel.validation.guideline_difference import compare
from wissel.validation.rules.character_sets import character_set, characters_rule, replaced, replacement
from wissel.validation.rules.scheme_networks import closed_day_rule
from wissel.validation.rules.scheme_reasons import reasons_rule
from wissel.validation.settlement_days import closed_for, easter

ORDER = "pain.001.001.09"
OWN = """
parent = "sepa-sct"
title = "My bank"
lift = ["ORDER-SERVICE-LEVEL-NOT-SEPA"]

[severity]
NAME-LONGER-THAN-70 = "warning"
IBAN-CHECK-DIGITS = "warning"

[constraint.OUR-REFERENCE-TOO-LONG]
title = "Our reference has at most 8 characters."
source = "My bank"
at = { "pain.001" = ["PmtInf/CdtTrfTxInf/PmtId/InstrId"] }
then = [{ path = "", length_max = 8 }]

[constraint.CHARGE-BEARER-NOT-SLEV]
title = "Charges follow the service level (SLEV)."
source = "My bank"
at = { "pain.001" = ["PmtInf/ChrgBr"] }
then = [{ path = "", one_of = ["SLEV", "SHAR"] }]
"""

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to(text: str, name: str = "own.toml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return to


def found(on: str, guideline: str, as_of: date = date(2026, 11, 24), *rows: dict[str, str]) -> tuple[Finding, ...]:
    return found_in(patched(base(on), [patch_of(row, "test") for row in rows]), guideline, as_of)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [one.code for one in findings]


# --- inheritance ---


def test_a_guideline_inherits_lifts_weighs_replaces_and_adds(write: Write) -> None:
    own, parent = load(write(OWN)), load("sepa-sct")
    assert own.chain == ("own", "sepa-sct", "iso")
    assert (own.coverage, own.effective_to) == (parent.coverage, date(2027, 11, 21))
    mine, theirs = ({facts.code: facts for facts in one.facts()} for one in (own, parent))
    assert set(theirs) - set(mine) == {"ORDER-SERVICE-LEVEL-NOT-SEPA"}
    assert set(mine) - set(theirs) == {"OUR-REFERENCE-TOO-LONG"}
    assert mine["NAME-LONGER-THAN-70"].severity is Severity.WARNING
    assert mine["IBAN-CHECK-DIGITS"].severity is Severity.WARNING
    assert "OUR-REFERENCE-TOO-LONG" in own.own_codes
    assert "IBAN-CHECK-DIGITS" not in own.own_codes


def test_what_a_guideline_of_ones_own_finds(write: Write) -> None:
    path = write(OWN)
    assert codes(found(ORDER, path)) == []
    shar = {"set": "PmtInf/ChrgBr", "to": "SHAR"}
    assert codes(found(ORDER, "sepa-sct", date(2026, 11, 24), shar)) == ["CHARGE-BEARER-NOT-SLEV"]
    assert codes(found(ORDER, path, date(2026, 11, 24), shar)) == []
    (long,) = found(ORDER, path, date(2026, 11, 24), {"set": "PmtInf/CdtTrfTxInf/PmtId/InstrId", "to": "LND-00001"})
    assert (long.code, long.severity, long.stage) == ("OUR-REFERENCE-TOO-LONG", Severity.ERROR, Stage.GUIDELINE)
    assert long.source == "My bank"


def test_a_parent_may_be_a_file_beside(write: Write, tmp_path: Path) -> None:
    write(OWN, "base.toml")  # type: ignore[call-arg]
    path = write('parent = "base.toml"\ntitle = "Branch"\n')
    assert load(path).chain == ("own", "base", "sepa-sct", "iso")


def test_a_guideline_that_inherits_from_itself_is_refused(write: Write) -> None:
    path = write('parent = "own.toml"\n')
    with pytest.raises(InstallationError, match="inherits from itself"):
        load(path)
    assert "inherits from itself" in mistakes(path, default_catalog())[0].reason


def test_a_changed_file_is_read_again(write: Write) -> None:
    path = write(OWN)
    before = len(load(path).facts())
    write(OWN.replace('lift = ["ORDER-SERVICE-LEVEL-NOT-SEPA"]', ""))
    os.utime(path, ns=(1, 1))
    assert len(load(path).facts()) == before + 1


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no guideline 'sepa'; known are schema, auto, cbpr-plus-2025"):
        load("sepa")


@pytest.mark.parametrize("name", names())
def test_every_guideline_says_what_it_is(name: str) -> None:
    one = load(name)
    assert one.title
    assert one.source
    assert one.chain[-1] == "iso"
    if name != "iso":
        assert one.effective_from is not None
        assert one.own_codes


def test_the_releases_of_cbpr_plus_differ_by_what_the_later_adds() -> None:
    changes = {one.code: one for one in compare(load("cbpr-plus-2025"), load("cbpr-plus-2026"))}
    assert {code for code, one in changes.items() if one.before is None} == {
        "BOOKED-ENTRY-WITHOUT-DATE", "GPI-CODE-NOT-OF-MESSAGE", "PAGE-NUMBER-ZERO",
    }  # fmt: skip
    assert [code for code, one in changes.items() if one.after is None] == []
    assert changes["PAYMENT-ID-DIFFERS-FROM-MESSAGE-ID"].changed
    assert compare(load("rtp"), load("rtp")) == ()


# --- dates and versions ---


@pytest.mark.parametrize(
    ("day", "when"), [(date(2025, 10, 4), "from 2025-10-05"), (date(2027, 11, 22), "until 2027-11-21")]
)
def test_a_guideline_outside_its_dates_is_said_once(day: date, when: str) -> None:
    said = [one for one in found(ORDER, "sepa-sct", day) if one.code == "GUIDELINE-NOT-IN-FORCE"]
    assert [(one.severity, one.stage, one.value) for one in said] == [(Severity.WARNING, Stage.GUIDELINE, str(day))]
    assert when in said[0].message


def test_a_guideline_on_its_first_and_last_day_is_in_force() -> None:
    for day in (date(2025, 10, 5), date(2027, 11, 21)):
        assert "GUIDELINE-NOT-IN-FORCE" not in codes(found(ORDER, "sepa-sct", day))


def test_another_version_than_the_network_takes() -> None:
    (said,) = [one for one in found("generated:pacs.008.001.10", "fedwire") if one.code == "GUIDELINE-VERSION"]
    assert (said.severity, said.value, said.allowed) == (Severity.ERROR, "pacs.008.001.10", "pacs.008.001.08")
    assert said.message.startswith("You sent a pacs.008.001.10; by Fedwire Funds Service (2025) this message is ")


def test_another_version_of_the_header() -> None:
    on = "envelope/head.001.001.03.admi.007.001.01"
    (said,) = [one for one in found(on, "cbpr-plus-2025") if one.code == "GUIDELINE-VERSION"]
    assert (said.value, said.allowed) == ("head.001.001.03", "head.001.001.02")
    assert "this header is head.001.001.02" in said.message


def test_a_version_on_weak_facts_is_warned_of() -> None:
    (said,) = [one for one in found("pain.001.001.03", "sepa-sct") if one.code == "GUIDELINE-VERSION"]
    assert said.severity is Severity.WARNING


def test_a_message_of_which_the_version_is_not_known_is_not_spoken_of() -> None:
    assert "GUIDELINE-VERSION" not in codes(found("pain.001.001.03", "fednow"))


def test_an_old_version_is_taken_until_its_day() -> None:
    assert "GUIDELINE-VERSION" not in codes(found("pain.001.001.03", "swiss-sps", date(2026, 11, 30)))
    assert "GUIDELINE-VERSION" in codes(found("pain.001.001.03", "swiss-sps", date(2026, 12, 1)))


# --- character sets ---


def test_what_the_sets_hold() -> None:
    assert character_set("swift-x").has("Azaz09/-?:().,'+ \r\n")
    assert [c for c in "@_&äé\u00a0" if character_set("swift-x").has(c)] == []
    assert character_set("swift-x-extended").has('@_&#{}[]\\<>"')
    assert not character_set("swift-x-extended").has("é")
    assert not character_set("epc-basic").has("\n")
    assert character_set("epc-national").has("äßŁ Ωμέγα Българ")
    assert not character_set("epc-national").has("日")
    with pytest.raises(InstallationError, match="there is no character set 'klingon'"):
        character_set("klingon")


@pytest.mark.parametrize(
    ("character", "instead"),
    [("ä", "ae"), ("Ö", "Oe"), ("ß", "ss"), ("é", "e"), ("ç", "c"), ("ł", "l"), ("Š", "S"), ("€", "EUR"), ("&", "+"),
     ("—", "-"), ("’", "'"), ("ψ", "ps"), ("Ж", "Zh"), ("ή", "i"), ("\u00a0", " "), ("日", None), ("\u200b", None)],
)  # fmt: skip
def test_replacements(character: str, instead: str | None) -> None:
    assert replacement(character, character_set("epc-basic")) == instead


def test_replacements_keep_to_the_set() -> None:
    assert replacement("“", character_set("swift-x")) == "'"
    assert replacement("“", character_set("swift-x-extended")) == '"'
    assert replaced("Müller & Søn", character_set("swift-x")) == "Mueller + Son"
    assert replaced("東京 GmbH", character_set("swift-x")) is None


def test_the_finding_names_character_code_point_position_and_text() -> None:
    name = {"set": "PmtInf/CdtTrfTxInf[2]/Cdtr/Nm", "to": "Café Müller"}
    (said,) = found(ORDER, "sepa-sct", date(2026, 11, 24), name)
    assert said.code == "CHARACTER-NOT-ALLOWED"
    assert '"é" (U+00E9, LATIN SMALL LETTER E WITH ACUTE) at position 4' in said.message
    assert "(1 more in this text)" in said.message
    assert "Many banks take it" in said.message
    assert said.hint == 'write "Cafe Mueller"'
    assert said.value == "Café Müller"


def test_what_no_bank_takes_is_said_without_comfort() -> None:
    name = {"set": "PmtInf/CdtTrfTxInf[2]/Cdtr/Nm", "to": "Firma 日本"}
    (said,) = found(ORDER, "sepa-sct", date(2026, 11, 24), name)
    assert "Many banks take it" not in said.message
    assert said.hint is None


def test_names_have_more_characters_than_references() -> None:
    on = "envelope/cbpr-plus.pacs.008.001.08"
    rows = [{"set": f"CdtTrfTxInf/{path}", "to": "A&B"} for path in ("Cdtr/Nm", "PmtId/InstrId")]
    said = [
        one for one in found(on, "cbpr-plus-2025", date(2026, 11, 24), *rows) if one.code == "CHARACTER-NOT-ALLOWED"
    ]
    assert [(one.path or "").rpartition("/")[2] for one in said] == ["InstrId"]
    assert said[0].severity is Severity.ERROR


@pytest.mark.parametrize("make", [characters_rule, reasons_rule, closed_day_rule])
def test_data_of_no_known_name_are_refused(make: Callable[[str], object]) -> None:
    with pytest.raises(InstallationError, match="nowhere"):
        make("nowhere")


# --- settlement days ---


@pytest.mark.parametrize(
    ("year", "day"), [(2026, "2026-04-05"), (2027, "2027-03-28"), (2038, "2038-04-25"), (2285, "2285-03-22")]
)
def test_easter(year: int, day: str) -> None:
    assert easter(year) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("calendar", "day", "closed"),
    [
        ("target", "2026-04-03", "Good Friday"), ("target", "2026-11-26", None), ("target", "2026-12-28", None),
        ("fedwire", "2027-07-05", "Independence Day"), ("fedwire", "2026-07-03", None), ("fedwire", "2026-05-25", "Memorial Day"),
        ("chaps", "2026-12-28", "Boxing Day"), ("chaps", "2027-12-28", "Boxing Day"), ("chaps", "2022-12-27", "Christmas Day"),
        ("chaps", "2028-01-03", "New Year's Day"), ("target", "2026-11-28", "a Saturday"), ("chaps", "2026-11-29", "a Sunday"),
    ],
)  # fmt: skip
def test_closed_days(calendar: str, day: str, closed: str | None) -> None:
    assert closed_for(calendar, date.fromisoformat(day)) == closed


def test_the_days_are_those_of_the_shared_calendars(shared: Path) -> None:
    import csv

    names_of = {"TARGET": "target", "Fedwire/Federal Reserve": "fedwire", "CHAPS (England bank holidays)": "chaps"}
    listed: dict[str, set[date]] = {}
    with (shared / "rules" / "codes" / "calendars.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            listed.setdefault(names_of[row["calendar"]], set()).add(date.fromisoformat(row["date"]))
    assert set(listed) == set(names_of.values())
    for calendar, days in listed.items():
        for offset in range((max(days) - min(days)).days + 1):
            day = min(days) + timedelta(days=offset)
            assert (closed_for(calendar, day) is not None) == (day in days or day.weekday() > 4), (calendar, day)


# --- mistakes in a user's own ---


def test_a_right_guideline_has_no_mistakes(write: Write) -> None:
    assert mistakes(write(OWN), default_catalog()) == ()


WRONG = """parent = "sepa-sctt"
titel = "My bank"
coverage = "much"
enable = ["BRANCH-ID-NOT-USE"]
definitions = ["pain.001.001.99"]
effective_from = "2026-01-01"

[severity]
TRANSACTION-ID-MISSING = "fatal"

[constraint.OUR-REFERENCE-TOO-LONG]
title = "Our reference has at most 20 characters."
source = "My bank"
at = { "pain.001" = ["PmtInf/CdtTrfTxInf/PmtId/InstrIdd"] }
then = [{ path = "", length_max = 20 }]

[constraint.my_code]
title = "x"
at = { "pain.001" = ["PmtInf"] }
then = [{ path = "X", biggest = 20 }]

[[constraint.TWO-ROWS]]
title = "Two rows."
source = "My bank"
at = { "pain.001" = ["PmtInf"] }
then = [{ present = "ReqdExctnDt" }]

[[constraint.TWO-ROWS]]
at = { "pain.999" = [""] }
then = [{ present = "GrpHdr" }]
"""


def test_every_mistake_has_its_line_and_reason(write: Write) -> None:
    said = {(one.line, one.reason) for one in mistakes(write(WRONG), default_catalog())}
    expected = [
        (1, "there is no guideline 'sepa-sctt'"), (2, "there is no key 'titel'; did you mean title?"),
        (3, "coverage is 'much'; it is one of full, partial, minimal"),
        (4, "there is no rule BRANCH-ID-NOT-USE to enable; did you mean BRANCH-ID-NOT-USED?"),
        (5, "there is no definition pain.001.001.99; did you mean pain.001.001.09?"),
        (6, "effective_from is a day, without quotes"),
        (11, "no version of pain.001 has PmtInf/CdtTrfTxInf/PmtId/InstrIdd"),
        (17, "'my_code' is no code"), (17, "my_code lacks source"), (28, "there is no message pain.999"),
    ]  # fmt: skip
    for line, reason in expected:
        assert any(one == line and text.startswith(reason) for one, text in said), (line, reason)
    assert len(said) == len(expected)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('parent = "iso"\ntitle = "x', 2, "this is not readable TOML"),
        ('title = "x"\n', None, "coverage is not stated"),
        ('parent = "iso"\nlift = ["IBAN-CHECK-DIGIT"]\n', 2, "neither this guideline nor its parent has a rule"),
        ('parent = "iso"\n[severity]\nIBAN-CHECK-DIGITS = "fatal"\n', 3, "the weight of IBAN-CHECK-DIGITS is 'fatal'"),
        ('parent = "iso"\ncharacter_set = "klingon"\n', None, "there is no character set 'klingon'"),
        ('parent = "iso"\n[constraint.A-B]\ntitle = "t"\nsource = "s"\nat = {"pain.001" = [""]}\n'
         'then = [{ path = "GrpHdr/MsgId", bigger = 1 }]\n', 2, "the condition"),
    ],
)  # fmt: skip
def test_single_mistakes(write: Write, text: str, line: int | None, reason: str) -> None:
    (one,) = mistakes(write(text), default_catalog())
    assert one.line == line
    assert one.reason.startswith(reason)


@pytest.mark.parametrize("text", ['parent = "iso"\n[severity]\nBIC-TEST = "fatal"\n', 'parent = "iso"\nenable = 7\n'])
def test_a_guideline_with_mistakes_is_refused_by_validation_too(write: Write, text: str) -> None:
    with pytest.raises(InstallationError):
        load(write(text))
