"""Others' samples for a scheme: what they call valid raises no alarm, what they call wrong is found.

What is written about a file was looked at by a person; ``alarms`` name what is really wrong in files that are called
valid, or what they lack because they were made from the base schema.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

CBPR = "phoughton/iso20022-cbpr-ur"
AS_OF = date(2026, 11, 1)
ALARMS = {
    r"examples_y20.*\.max\.xml": {
        # every element of the base schema once, those that CBPR+ took out too, with texts in place of codes
        "ACCOUNT-NOT-IDENTIFIED", "BRANCH-ID-NOT-USED", "EXTERNAL-CODE-UNKNOWN", "HEADER-ELEMENT-NOT-USED",
        "CHARACTER-NOT-ALLOWED",
        "CHARGE-BEARER-AT-TWO-LEVELS", "CHEQUE-WITH-CREDITOR-ACCOUNT", "CHEQUE-WITH-CREDITOR-AGENT",
        "DEBTOR-AGENT-INSTRUCTION-AT-TWO-LEVELS", "PAYMENT-TYPE-AT-TWO-LEVELS", "ULTIMATE-DEBTOR-AT-TWO-LEVELS",
    },
    r"examples_y20.*\.min\.xml": {
        # the least that the base schema allows: a header without service and banks; account numbers of no country
        "BUSINESS-SERVICE-MISSING", "HEADER-WITHOUT-BIC", "IBAN-STRUCTURE", "IBAN-LENGTH", "EXTERNAL-CODE-UNKNOWN",
    },
    r"tests_fixtures_.*_valid\.xml": {
        # cut to what its own rules look at: no settlement date, no UETR, no original group, times without an offset
        "INTERBANK-SETTLEMENT-DATE-MISSING", "UETR-MISSING", "ORIGINAL-GROUP-MISSING", "HEADER-MESSAGE-ID-DIFFERS",
        "EXTERNAL-CODE-UNKNOWN", "TIME-OFFSET-MISSING", "HEADER-MISSING", "CHARACTER-NOT-ALLOWED",
        "VALUE-DATE-MISSING", "TRANSACTION-WITHOUT-AGENTS",
    },
}  # fmt: skip
NAMED = {
    "commodity_currency": {"CURRENCY-NOT-PAYABLE", "CURRENCY-OF-METAL"},
    "msgdefidr_mismatch": {"HEADER-DEFINITION-DIFFERS"},
    "slash_in_instrid": {"REFERENCE-SLASHES"},
    "camt.054-R10_existing": {"BOOKED-ENTRY-WITHOUT-DATE"},
    "pain.001-R8_existing": {"PAYMENT-ID-DIFFERS-FROM-MESSAGE-ID"},
}
"""What a file's name says is wrong in it -> the codes of which one has to be found."""


def rows(shared: Path) -> Iterator[dict[str, Any]]:
    for line in (shared / "samples" / "index.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if row["kind"] == "xml":
            yield row


def errors(shared: Path, file: str, guideline: str) -> list[Finding]:
    """Errors that rules find; what the schema says is not theirs."""
    source = Source.from_path(str(shared / "samples" / file))
    found = validate(source, Options(AS_OF, guideline), default_catalog()).all_findings
    return [one for one in found if one.severity is Severity.ERROR and one.stage in (Stage.RULE, Stage.GUIDELINE)]


def release(file: str) -> str:
    return "cbpr-plus-2026" if "2026" in file.rpartition("/")[2] else "cbpr-plus-2025"


def test_what_is_called_valid_raises_no_alarm(shared: Path) -> None:
    wrong, looked_at = [], 0
    for row in rows(shared):
        if row["source"] != CBPR or not row["expectation"].startswith("valid"):
            continue
        looked_at += 1
        allowed = {code for pattern, codes in ALARMS.items() if re.search(pattern, row["file"]) for code in codes}
        found = {one.code for one in errors(shared, row["file"], release(row["file"]))}
        wrong += [f"{row['file']}: {code}" for code in sorted(found - allowed)]
    assert looked_at >= 60
    assert not wrong, "\n" + "\n".join(wrong)


def test_what_is_called_wrong_is_found(shared: Path) -> None:
    named, hit, missed = 0, 0, []
    for row in rows(shared):
        if row["source"] != CBPR or not row["expectation"].startswith("invalid (violates"):
            continue
        wanted = next((codes for word, codes in NAMED.items() if word in row["file"]), None)
        assert wanted is not None, row["file"]
        named += 1
        found = {one.code for one in errors(shared, row["file"], release(row["file"]))}
        if found & wanted:
            hit += 1
        else:
            missed.append(f"{row['file']}: {sorted(found)}")
    print(f"{hit} of {named} faults found")
    assert named > 20
    assert not missed, "\n" + "\n".join(missed)


def test_a_message_that_breaks_many_rules_gets_a_finding_for_each(shared: Path) -> None:
    file = next(row["file"] for row in rows(shared) if row["file"].endswith("tests_fixtures_pacs008_invalid.xml"))
    found = {one.code for one in errors(shared, file, "cbpr-plus-2025")}
    assert {
        "ADDRESS-TOWN-MISSING", "BUSINESS-SERVICE-NOT-OF-RELEASE", "CREDITOR-AGENT-INSTRUCTIONS-CONTRADICT",
        "CURRENCY-NOT-PAYABLE", "HEADER-SENDER-DIFFERS", "PARTY-ADDRESS-WITHOUT-NAME", "PARTY-NEITHER-NAME-NOR-BIC",
        "REFERENCE-SLASHES",
    } <= found  # fmt: skip


INVENTED = {"IBAN-CHECK-DIGITS", "CREDITOR-IDENTIFIER-INVALID"}
"""Account numbers and creditor identifiers made up without fitting check digits."""
SEPA_ALARMS = {
    "SEPA_SCT_IN_": {"GUIDELINE-VERSION", *INVENTED},  # of 2009: another version than today's
    "sepa_03": INVENTED,
    # one block of Core and one of B2B, judged as Core; ChrgBr in the block and in its transactions
    "sepa_04": {"LOCAL-INSTRUMENT-NOT-OF-SCHEME", "CHARGE-BEARER-AT-TWO-LEVELS", *INVENTED},
}


@pytest.mark.parametrize("folder", ["OpenBankProject+OBP-SEPA-Adapter", "apiome+apiome"])
def test_examples_of_sepa_raise_no_alarm(shared: Path, folder: str) -> None:
    wrong, looked_at = [], 0
    for row in rows(shared):
        if (
            folder not in row["file"]
            or "sepa" not in row["file"]
            or not row["expectation"].startswith("valid")
            or row["xsd_valid"] is not True
        ):
            continue
        family = row["message_id"][:8]
        guideline = "sepa-sdd-core" if family in ("pain.008", "pacs.003") else "sepa-sct"
        looked_at += 1
        allowed = next((codes for word, codes in SEPA_ALARMS.items() if word in row["file"]), set())
        found = errors(shared, row["file"], guideline)
        wrong += [f"{row['file']}: {one.code} {one.path} {one.value}" for one in found if one.code not in allowed]
    assert looked_at >= 4
    assert not wrong, "\n" + "\n".join(wrong)
