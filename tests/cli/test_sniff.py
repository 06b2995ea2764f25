"""``wissel sniff`` from call to exit code: one row for each file, in four formats."""

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.xml.messages import header, pacs008
from wissel.cli import sniff as command
from wissel.cli.main import main


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.xml").write_text(pacs008(3), "utf-8")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("one.xml", f"<Env>{header()}{pacs008(2, declaration=False)}</Env>")
        archive.writestr("notes.txt", "no XML")
    (folder / "c.xml.gz").write_bytes(gzip.compress(pacs008(1).replace("UTF-8", "UTF-16").encode("utf-16")))
    (folder / "readme.txt").write_text("hello")
    return folder


def sniffed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["sniff", *arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_text(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = sniffed(capsys, "inbox")
    assert (code, err) == (0, "")
    lines = [line.split("  ") for line in out.split("\n")]
    cells = [[cell.strip() for cell in line if cell] for line in lines]
    assert cells[0] == ["file", "what it is", "messages", "transactions", "encoding", "size"]
    assert cells[1][:5] == ["inbox/a.xml", "pacs.008.001.08", "1", "3", "utf-8"]
    assert cells[2][:5] == [
        "inbox/b.zip!one.xml", "pacs.008.001.08, header head.001.001.02, in Env", "1", "2", "utf-8",
    ]  # fmt: skip
    assert cells[3][:5] == ["inbox/c.xml.gz", "pacs.008.001.08", "1", "1", "utf-16-le"]
    assert out.split("\n")[-2].startswith("3 files · 3 messages · 6 transactions · ")
    assert out.endswith(" · 2 skipped, neither XML nor an archive\n")


def objects(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    _, out, _ = sniffed(capsys, *arguments, "--format", "jsonl")
    return [json.loads(line) for line in out.splitlines()]


def test_jsonl_and_json_say_the_same(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = objects(capsys, "inbox")
    assert found[1] == {
        "format": 1,
        "file": "inbox/b.zip!one.xml",
        "kind": "message",
        "definitions": {"pacs.008.001.08": 1},
        "headers": ["head.001.001.02"],
        "envelopes": ["Env"],
        "messages": 1,
        "transactions": 2,
        "root": "Env",
        "encoding": "utf-8",
        "bytes": len(f"<Env>{header()}{pacs008(2, declaration=False)}</Env>"),
        "code": None,
        "note": None,
    }
    _, out, _ = sniffed(capsys, "inbox", "--format", "json")
    whole = json.loads(out)
    assert whole["format"] == 1
    assert [{"format": 1, **file} for file in whole["files"]] == found
    assert whole["summary"] == {
        "files": 3, "not_recognised": 0, "skipped": 2, "messages": 3, "transactions": 6,
        "bytes": sum(file["bytes"] for file in found),
    }  # fmt: skip


def test_csv(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = sniffed(capsys, "inbox", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["file"] for row in rows] == ["inbox/a.xml", "inbox/b.zip!one.xml", "inbox/c.xml.gz"]
    assert (rows[1]["definitions"], rows[1]["headers"], rows[1]["transactions"]) == (
        "pacs.008.001.08", "head.001.001.02", "2",
    )  # fmt: skip
    assert rows[0]["note"] == ""


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"hello", "not XML", "NOT-XML"),
        (b"", "empty", "FILE-EMPTY"),
        (b"<a/>", "other XML", None),
        (b"<a>", "broken XML", "XML-TRUNCATED"),
        (gzip.compress(b"<a/>" * 1000)[:-10], "archive broken", "ARCHIVE-BROKEN"),
        (pacs008(2)[:1300].encode(), "message", "XML-TRUNCATED"),
        (b"<Document xmlns='urn:mine'/>", "unknown message", None),
    ],
)
def test_what_is_not_recognised_exits_1(
    inbox: Path, capsys: pytest.CaptureFixture[str], data: bytes, kind: str, code: str | None
) -> None:
    (inbox / "odd").write_bytes(data)
    exit_code, out, _ = sniffed(capsys, "inbox/odd", "--format", "jsonl")
    row = json.loads(out)
    assert exit_code == 1
    assert (row["kind"], row["code"]) == (kind, code)
    assert (row["note"] is None) is (code is None)
    _, out, _ = sniffed(capsys, "inbox/odd", "inbox/a.xml")
    assert " · 1 not recognised\n" in out


def test_nothing_to_look_at_exits_2(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inbox / "empty").mkdir()
    code, out, err = sniffed(capsys, "inbox/empty")
    assert (code, out) == (2, "")
    assert "there is nothing to look at in 'inbox/empty'" in err
    assert sniffed(capsys, "nowhere")[0] == 2
    assert sniffed(capsys, "inbox", "--include", "*.nope")[0] == 2
    assert sniffed(capsys, "inbox", "--format", "html")[0] == 2


def test_standard_input_and_include(
    inbox: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        buffer = io.BytesIO(pacs008(4).encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    (row,) = objects(capsys, "-")
    assert (row["file"], row["transactions"]) == ("<stdin>", 4)
    assert [row["file"] for row in objects(capsys, "inbox", "--include", "a.*")] == ["inbox/a.xml"]


def test_on_a_narrow_terminal_the_name_has_a_line_of_its_own(
    inbox: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wissel.cli.console.width", lambda _: 60)
    _, out, _ = sniffed(capsys, "inbox")
    lines = out.split("\n")
    assert lines[0] == "inbox/a.xml"
    assert lines[1].startswith("  pacs.008.001.08 · 1 message · 3 transactions · utf-8 ·")
    assert max(map(len, lines[:-2])) <= 60
    monkeypatch.setattr("wissel.cli.console.width", lambda _: 120)
    _, out, _ = sniffed(capsys, "inbox")
    assert out.startswith("file  ")
    assert max(map(len, out.split("\n"))) <= 120


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (9_949, "9.9 kB"), (12_499, "12 kB"), (156_009_452, "156 MB"),
     (1_600_000_000, "1.6 GB"), (5 * 10**15, "5,000 TB")],
)  # fmt: skip
def test_sizes(size_bytes: int, text: str) -> None:
    assert command._size(size_bytes) == text
