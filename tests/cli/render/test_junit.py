import io
import re

from lxml import etree

from tests.cli.render import reports
from tests.cli.render.golden import same_as_golden
from wissel.cli.render.junit import write_junit
from wissel.cli.render.tally import Tally
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.report import Report, Verdict


def rendered(items: list[Report]) -> str:
    out, tally = io.StringIO(), Tally()
    write_junit(tally.counted(items), out, tally)
    return out.getvalue()


def parsed(items: list[Report]) -> etree._Element:
    return etree.fromstring(rendered(items).encode())


def test_a_folder() -> None:
    items = [reports.payment(), reports.valid(), reports.unreadable(), reports.unsupported(), reports.hostile()]
    same_as_golden("junit.xml", rendered(items))


def test_the_numbers_are_those_of_the_cases() -> None:
    root = parsed(reports.all_reports())
    assert root.tag == "testsuites"
    assert int(root.get("tests", "")) == len(root.findall(".//testcase")) == 1 + 1 + 43 + 1 + 1 + 2
    failed = [case for case in root.iterfind(".//testcase") if case.find("failure") is not None]
    assert int(root.get("failures", "")) == len(failed) == 6
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))


def test_a_failure_for_each_error_and_none_for_a_warning() -> None:
    (suite,) = parsed([reports.payment()])
    assert [failure.get("type") for failure in suite.iterfind(".//failure")] == [
        "ELEMENT-MISSING",
        "VALUE-NOT-A-NUMBER",
        "VALUE-NOT-IN-LIST",
        "ELEMENT-UNEXPECTED",
    ]
    file, *messages = parsed([reports.several()])[0].findall("testcase")
    assert file.find("failure") is None
    assert "ROOTS-SEVERAL" in file.findtext("system-out", "")
    assert [n for n, case in enumerate(messages, 1) if case.find("failure") is not None] == [2]


def test_a_valid_message_says_what_was_checked() -> None:
    (suite,) = parsed([reports.valid()])
    assert suite.findtext(".//system-out") == "schema checked, guideline schema, 0 rules"


def test_what_is_not_valid_fails_even_without_an_error() -> None:
    (suite,) = parsed([reports.report("a", Verdict.UNSUPPORTED, reports.message(verdict=Verdict.UNSUPPORTED))])
    assert suite.get("failures") == "1"
    assert suite.find(".//failure").get("type") == "unsupported"  # type: ignore[union-attr]


KNOWN: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "file"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "failure": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}
"""Attributes and children that the readers of continuous-integration servers know, by element."""
REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name", "classname"},
    "property": {"name", "value"},
}


def test_it_opens_in_continuous_integration() -> None:
    root = parsed(reports.all_reports())
    for element in root.iter():
        attributes, children = KNOWN[str(element.tag)]
        assert set(element.attrib) <= attributes
        assert set(element.attrib) >= REQUIRED.get(str(element.tag), set())
        assert {str(child.tag) for child in element} <= children
        for counted in {"tests", "failures", "errors", "skipped"} & set(element.attrib):
            assert re.fullmatch("[0-9]+", element.attrib[counted])
        assert re.fullmatch(r"[0-9]+(\.[0-9]{1,3})?", element.get("time", "0"))
    assert all(suite[0].tag == "properties" for suite in root)
    assert len({suite.get("name") for suite in root}) == len(root)


def test_a_rule_says_its_source_and_reason() -> None:
    said = Finding(
        "CONTROL-SUM-DIFFERS", Severity.ERROR, Stage.RULE, "CtrlSum differs.", reason="AM10", source="ISO 20022"
    )
    (suite,) = parsed(
        [reports.report("a", Verdict.INVALID, reports.message(verdict=Verdict.INVALID, findings=(said,)))]
    )
    failure = suite.find(".//failure")
    assert failure is not None
    assert failure.get("type") == "CONTROL-SUM-DIFFERS"
    assert (failure.text or "").splitlines()[1:] == ["reason: AM10 (for a status report)", "source: ISO 20022"]


def test_hostile_text_stays_text() -> None:
    root = parsed([reports.hostile()])
    assert {str(element.tag) for element in root.iter()} == {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-out",
    }  # fmt: skip
    assert r"\x1b[31mred\x1b[0m <script>alert(1)</script> ]]>" in root.findtext(".//failure", "")
