"""The command from call to exit code, on real files; what reports look like is proven in ``render/``."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from wissel.cli.main import main
from wissel.core.errors import InstallationError
from wissel.service import batch
from wissel.validation.report import Report

VALID = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.055.001.01">
  <CstmrPmtCxlReq>
    <Assgnmt>
      <Id>A-1</Id>
      <Assgnr><Agt><FinInstnId><BIC>AAAANL2AXXX</BIC></FinInstnId></Agt></Assgnr>
      <Assgne><Agt><FinInstnId><BIC>BBBBDEFFXXX</BIC></FinInstnId></Agt></Assgne>
      <CreDtTm>2026-11-23T10:00:00Z</CreDtTm>
    </Assgnmt>
    <Undrlyg>
      <OrgnlPmtInfAndCxl>
        <OrgnlPmtInfId>P-1</OrgnlPmtInfId>
        <OrgnlGrpInf><OrgnlMsgId>M-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInf>
      </OrgnlPmtInfAndCxl>
    </Undrlyg>
  </CstmrPmtCxlReq>
</Document>
"""
INVALID = VALID.replace("<Id>A-1</Id>", "<Id></Id>").replace("BBBBDEFFXXX", "bbbb")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with one valid and one invalid file and one that is no message at all."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.xml").write_text(INVALID)
    (tmp_path / "in" / "good.xml").write_text(VALID)
    (tmp_path / "in" / "notes.txt").write_text("call the bank")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["validate", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_valid_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "in/good.xml")
    assert (code, err) == (0, "")
    first, second = out.splitlines()
    assert first.startswith("in/good.xml: valid · camt.055.001.01, ")
    assert " · schema checked, guideline iso, no fault found by " in first
    assert first.endswith(" rules (partial coverage)")
    assert second.startswith("1 file: 1 valid · 1 message, ")


def test_an_invalid_file_with_all_its_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "in/bad.xml")
    assert (code, err) == (1, "")
    assert "in/bad.xml:5:" in out
    assert "in/bad.xml:7:" in out
    assert "  /Document/CstmrPmtCxlReq/Assgnmt/Assgne/Agt/FinInstnId/BIC\n" in out
    assert "1 file: 1 invalid" in out


def test_a_folder_in_order_with_what_was_skipped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "in", "--format", "json")
    whole = json.loads(out)
    assert code == 1
    assert [(file["file"], file["verdict"]) for file in whole["files"]] == [
        ("in/bad.xml", "invalid"),
        ("in/good.xml", "valid"),
    ]
    assert whole["summary"]["files"] == {"valid": 1, "invalid": 1, "unsupported": 0, "unreadable": 0}
    assert whole["summary"]["skipped"] == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_report_is_the_same_however_many_processes(
    jobs: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        (folder / "in" / f"{number:02}.xml").write_text(VALID if number % 3 else INVALID)
    monkeypatch.setattr(batch, "ALONE_BYTES_MAX", 0)
    monkeypatch.setattr(batch, "BATCH_FILES_MAX", 3)
    code, out, _ = run(capsys, "in", "--format", "jsonl", "--jobs", jobs)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [line["file"] for line in lines] == [f"in/{n:02}.xml" for n in range(40)] + ["in/bad.xml", "in/good.xml"]
    assert [line["verdict"] for line in lines[:4]] == ["invalid", "valid", "valid", "invalid"]


def test_each_format_goes_to_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "json", "jsonl", "sarif", "junit", "html"):
        code, out, err = run(capsys, "in", "--format", form)
        assert (code, err) == (1, "")
        if form in ("json", "sarif"):
            json.loads(out)
        elif form == "junit":
            assert etree.fromstring(out.encode()).tag == "testsuites"
        elif form == "html":
            assert out.startswith("<!DOCTYPE html>")
            assert out.count('class="tree"') == 2


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("r.json", '{"format": 1, "files": ['),
        ("r.jsonl", '{"format": 1, "file": '),
        ("r.sarif", '{"$schema"'),
        ("r.xml", "<?xml"),
        ("r.HTML", "<!DOCTYPE html>"),
        ("r.txt", "in/bad.xml:5:"),
    ],
)
def test_the_name_of_the_output_chooses_the_format(
    name: str, start: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "in", "-o", name)
    assert (code, out) == (1, "")
    assert err.startswith(f"wissel: {name} written · 2 files: 1 valid, 1 invalid; 1 skipped · 2 messages")
    assert (folder / name).read_text().startswith(start)


def test_the_format_given_wins_over_the_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "in", "-o", "r.html", "--format", "jsonl")
    assert (folder / "r.html").read_text().startswith("{")


def test_the_report_is_not_checked_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run(capsys, "in", "-o", "in/report.xml")
    names = [suite.get("name") for suite in etree.parse(str(folder / "in" / "report.xml")).getroot()]
    assert names == ["in/bad.xml", "in/good.xml"]


def test_an_input_is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "in/good.xml", "-o", "in/good.xml")
    assert (code, err) == (2, "wissel: 'in/good.xml' is one of the files to check; the report would overwrite it\n")
    assert (folder / "in" / "good.xml").read_text() == VALID


def test_quiet_is_quiet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "in", "-q")
    assert (code, err) == (1, "")
    assert "good.xml" not in out
    code, out, err = run(capsys, "in", "-q", "-o", "r.json")
    assert (code, out, err) == (1, "", "")


def test_standard_input(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(VALID.encode())))
    code, out, _ = run(capsys, "-")
    assert code == 0
    assert out.startswith("<stdin>: valid · camt.055.001.01")


def test_archives_and_include(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(folder / "night.zip", "w") as archive:
        archive.writestr("day/a.xml", VALID)
        archive.writestr("day/b.xml", INVALID)
    _, out, _ = run(capsys, "night.zip", "--format", "json")
    assert [file["file"] for file in json.loads(out)["files"]] == ["night.zip!day/a.xml", "night.zip!day/b.xml"]
    code, out, _ = run(capsys, "in", "--include", "good*", "--format", "json")
    assert code == 0
    assert [file["file"] for file in json.loads(out)["files"]] == ["in/good.xml"]


def test_max_findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "in/bad.xml", "--max-findings", "1", "--format", "json")
    assert "FINDINGS-CAPPED" in json.loads(out)["summary"]["codes"]


def test_as_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "in/good.xml", "--as-of", "2025-01-31", "--format", "jsonl")
    assert json.loads(out)["as_of"] == "2025-01-31"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["in/empty"], "there is nothing to check in 'in/empty': no file was found"),
        (["in", "--include", "*.pdf"], "there is nothing to check in 'in': 3 files are neither"),
        (["empty.zip"], "there is nothing to check in 'empty.zip'"),
        (["in/goood.xml"], "good.xml"),
        (["in", "--guideline", "cbpr"], "there is no guideline 'cbpr'; known are schema, auto, cbpr-plus-2025, "),
        (["in", "--as-of", "31.1.2025"], "'31.1.2025' is no date; write it as 2026-11-23"),
        (["in", "--format", "pdf"], "'pdf' is not one of 'text', 'json', 'jsonl', 'sarif', 'junit', 'html'"),
        (["in", "--jobs", "0"], "0 is not in the range 1<=x<=256"),
        (["in", "-o", "no/report.html"], "cannot write 'no/report.html': its folder does not exist"),
        (["in", "-o", "in"], "'in' is a folder"),
    ],
)
def test_a_wrong_call_and_nothing_to_check_exit_2_with_a_plain_line(
    arguments: list[str], line: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "in" / "empty").mkdir()
    with zipfile.ZipFile(folder / "empty.zip", "w"):
        pass
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert line in err.splitlines()[0]


def test_nothing_is_written_where_there_is_nothing_to_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "r.json").write_text("old")
    assert run(capsys, "in", "--include", "*.pdf", "-o", "r.json")[0] == 2
    assert (folder / "r.json").read_text() == "old"


def failing_at(name: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the check of one file raise."""
    real = batch.validate_all

    def check(source: Any, options: Any) -> Report:
        if source.name == name:
            raise error
        return batch.check(source, options)

    monkeypatch.setattr(batch, "validate_all", lambda sources, options, jobs: real(sources, options, 1, check))


def test_a_fault_of_ours_is_reported_names_the_file_and_exits_4(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at("in/bad.xml", RecursionError("too deep"), monkeypatch)
    monkeypatch.delenv("WISSEL_DEBUG", raising=False)
    code, out, err = run(capsys, "in", "--format", "json")
    assert code == 4
    assert err.startswith("wissel: this is a fault of wissel, not of your files (BatchError: it failed at in/bad.xml)")
    files = json.loads(out)["files"]
    assert [(file["file"], file["verdict"]) for file in files] == [
        ("in/bad.xml", "unreadable"),
        ("in/good.xml", "valid"),
    ]
    assert files[0]["findings"][0]["code"] == "PROGRAM-FAULT"
    assert "RecursionError" in run(capsys, "in", "--debug")[2]


def test_a_broken_installation_exits_3_and_writes_no_report(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at("in/good.xml", InstallationError("the schema camt.055.001.01 is damaged"), monkeypatch)
    code, _, err = run(capsys, "in", "-o", "r.json")
    assert (code, err) == (3, "wissel: the schema camt.055.001.01 is damaged\n")
    assert sorted(os.listdir(folder)) == ["in"]


def test_a_small_file_needs_neither_rich_nor_another_process(folder: Path) -> None:
    heavy = ("rich", "xmlschema", "multiprocessing", "concurrent.futures", "asyncio", "sqlalchemy", "holidays")
    code = (
        "import sys\nfrom wissel.cli.main import main\nmain(['validate', 'in/good.xml'])\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    (folder / "in" / "good.xml").rename(folder / "in" / "gööd.xml")
    code = "import sys\nfrom wissel.cli.main import main\nsys.exit(main(['validate', 'in', '--format', 'jsonl']))"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    assert done.returncode == 1
    assert "in/gööd.xml" in done.stdout.decode("utf-8")
