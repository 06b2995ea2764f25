import io
import json
from collections.abc import Iterator

from tests.cli.render import reports
from tests.cli.render.golden import same_as_golden
from wissel.cli.render.json import dumped, write_json, write_jsonl
from wissel.cli.render.tally import Tally
from wissel.validation.report import Report, report_as_dict


def rendered(items: list[Report], lines: bool = False) -> str:
    out, tally = io.StringIO(), Tally()
    (write_jsonl if lines else write_json)(tally.counted(items), out, tally)
    return out.getvalue()


def test_all_files_in_one_object() -> None:
    same_as_golden("all.json", rendered(reports.all_reports()))


def test_one_object_a_line() -> None:
    same_as_golden("all.jsonl", rendered(reports.all_reports(), lines=True))


def test_files_are_the_contract_and_the_summary_adds_them_up() -> None:
    items = reports.all_reports()
    whole = json.loads(rendered(items))
    assert list(whole) == ["format", "files", "summary"]
    assert whole["format"] == 1
    assert whole["files"] == [report_as_dict(item) for item in items]
    assert whole["summary"] == {
        "files": {"valid": 1, "invalid": 3, "unsupported": 1, "unreadable": 1},
        "skipped": 0,
        "messages": 46,
        "transactions": 3 + 1_204 + 42 * 3 + 0 + 3,
        "findings": {"error": 9, "warning": 1, "info": 0},
        "codes": {
            "ELEMENT-MISSING": 1,
            "ELEMENT-UNEXPECTED": 1,
            "NAMESPACE-UNKNOWN": 1,
            "NOT-XML": 1,
            "ROOTS-SEVERAL": 1,
            "VALUE-EMPTY": 1,
            "VALUE-NOT-A-NUMBER": 1,
            "VALUE-NOT-IN-LIST": 1,
            "VALUE-PATTERN": 2,
        },
    }


def test_lines_are_the_same_objects() -> None:
    items = reports.all_reports()
    lines = rendered(items, lines=True).splitlines()
    assert [json.loads(line) for line in lines] == [report_as_dict(item) for item in items]


def test_absent_is_null_never_missing() -> None:
    (file,) = json.loads(rendered([reports.unreadable()]))["files"]
    assert file["messages"] == []
    assert file["findings"][0] == {
        "code": "NOT-XML",
        "severity": "error",
        "stage": "read",
        "path": None,
        "transaction": None,
        "line": 1,
        "column": None,
        "value": None,
        "allowed": None,
        "message": "The file begins with “{1:F01”, not with “<”: it looks like a FIN (MT) message.",
        "hint": None,
        "reason": "FF01",
        "source": "XML 1.0 (W3C)",
    }


def test_nothing_acts_on_a_terminal_and_everything_comes_back() -> None:
    text = dumped({"é": reports.HOSTILE, "astral": "\U000e0001😀"})
    assert text.isprintable()
    assert text.encode()
    assert json.loads(text) == {"é": reports.HOSTILE, "astral": "\U000e0001😀"}
    assert "é" in text
    assert "😀" in text


def test_reports_are_written_as_they_come() -> None:
    out, tally = io.StringIO(), Tally()
    written: list[int] = []

    def items() -> Iterator[Report]:
        for _ in range(3):
            written.append(out.getvalue().count("inbox/statement.xml"))
            yield reports.valid()

    write_json(tally.counted(items()), out, tally)
    assert written == [0, 1, 2]


def test_what_was_skipped_is_counted() -> None:
    out, tally = io.StringIO(), Tally()
    write_json(tally.counted(["skipped", reports.valid(), "skipped"]), out, tally)  # type: ignore[list-item]
    assert json.loads(out.getvalue())["summary"]["skipped"] == 2
