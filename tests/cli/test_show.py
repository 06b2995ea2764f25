"""``wissel show`` from call to exit code: the person's view, the tree, the data."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.xml.messages import header, pacs008
from wissel.cli.main import main
from wissel.cli.render.layout import Layout
from wissel.cli.render.summary_text import write_summary
from wissel.message.summary import summarize


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "valid.xml").write_text(pacs008(3), "utf-8")
    broken = pacs008(3).replace('Ccy="EUR">10.00', 'Ccy="EUR">10,00', 1).replace("<NbOfTxs>3", "<NbOfTxs>4")
    (tmp_path / "invalid.xml").write_text(broken.replace("      <MsgId>MSG-1</MsgId>\n", ""), "utf-8")
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["show", *arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


VALID = """\
valid.xml
pacs.008.001.08 FIToFICustomerCreditTransferV08
valid against its schema

  message id    MSG-1
  created       2026-11-23T10:00:00Z
  settlement    CLRG (through a clearing system)
  transactions  3, as declared
  sum           EUR 30.00

#     amount  payer         payee        reference
1  EUR 10.00  Alder & Sons  Birke GmbH   E2E-1
              at ABNANL2A   at DEUTDEFF
2  EUR 10.00  Alder & Sons  Birke GmbH   E2E-2
              at ABNANL2A   at DEUTDEFF
3  EUR 10.00  Alder & Sons  Birke GmbH   E2E-3
              at ABNANL2A   at DEUTDEFF
"""


def test_a_valid_message(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "valid.xml") == (0, VALID, "")


def test_an_invalid_message_is_shown_and_this_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = shown(capsys, "invalid.xml")
    assert code == 1
    assert "this message is not valid against its schema: 2 errors; run wissel validate invalid.xml\n" in out
    assert "message id" not in out
    assert "  transactions  3, but 4 declared\n  sum           EUR 20.00\n" in out
    assert "1  “10,00” EUR (no amount)  Alder & Sons" in out
    assert out.endswith("\nLeft out of the sums: 1 amount without a number or currency to add up.\n")


def test_limit_and_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "many.xml").write_text(pacs008(25), "utf-8")
    _, out, _ = shown(capsys, "many.xml")
    assert "E2E-20\n" in out
    assert "E2E-21\n" not in out
    assert out.endswith("\n5 more transactions not shown: --all shows every one, --limit N the first N.\n")
    _, out, _ = shown(capsys, "many.xml", "--limit", "2")
    assert out.endswith("\n23 more transactions not shown: --all shows every one, --limit N the first N.\n")
    _, out, _ = shown(capsys, "many.xml", "--all")
    assert "E2E-25\n" in out
    assert "not shown" not in out
    assert "transactions  25, as declared" in out


def test_several_messages_in_one_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = pacs008(1, declaration=False)
    unknown = body.replace("pacs.008.001.08", "pacs.008.001.99")
    (folder / "both.xml").write_text(f"<E>{header()}{body}{unknown}</E>", "utf-8")
    code, out, _ = shown(capsys, "both.xml")
    assert code == 1
    assert "message 1 of 2\npacs.008.001.08 FIToFICustomerCreditTransferV08, header head.001.001.02, in E\nvalid" in out
    assert "  from              ABNANL2A\n  to                DEUTDEFF\n" in out
    assert "message 2 of 2\npacs.008.001.99, in E\nnot checked: You sent pacs.008.001.99;" in out
    assert out.count("Alder & Sons") == 2


def test_an_archive_and_standard_input(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("one.xml", pacs008(1))
        archive.writestr("two.xml", pacs008(2))
    code, out, _ = shown(capsys, "a.zip")
    assert code == 0
    assert out.startswith("a.zip!one.xml\n")
    assert "\n\na.zip!two.xml\n" in out

    class Stdin:
        buffer = io.BytesIO(pacs008(3).encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert shown(capsys, "-") == (0, VALID.replace("valid.xml", "<stdin>"), "")


def test_what_is_no_message_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "note.txt").write_text("hello")
    code, out, _ = shown(capsys, "note.txt")
    assert code == 1
    assert "NOT-XML: The file begins with “hello”" in out
    (folder / "cut.xml").write_text(pacs008(2)[:1300])
    code, out, _ = shown(capsys, "cut.xml")
    assert code == 1
    assert "not readable: The file ends" in out
    assert "  message id    MSG-1\n" in out
    assert "The file breaks off inside this message" in out


def test_wrong_calls(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "nope.xml")[0] == 2
    code, _, err = shown(capsys, ".")
    assert code == 2
    assert "show takes one file" in err
    assert shown(capsys, "valid.xml", "--tree", "--json")[0] == 2
    assert shown(capsys, "valid.xml", "--all", "--limit", "3")[0] == 2
    assert shown(capsys, "valid.xml", "--json", "--limit", "3")[0] == 2
    assert shown(capsys, "valid.xml", "--limit", "0")[0] == 2
    with zipfile.ZipFile(folder / "empty.zip", "w"):
        pass
    code, out, err = shown(capsys, "empty.zip")
    assert (code, out) == (2, "")
    assert "nothing to show in 'empty.zip'" in err


def test_the_tree_has_lines_values_and_faults_in_their_places(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = shown(capsys, "invalid.xml", "--tree")
    lines = out.split("\n")
    assert code == 1
    assert lines[:8] == [
        "invalid.xml",
        "      2  Document  xmlns=urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08",
        "      3    FIToFICstmrCdtTrf",
        "      4      GrpHdr",
        "      5        CreDtTm  2026-11-23T10:00:00Z",
        "      6        NbOfTxs  4",
        "      7        SttlmInf",
        "      8          SttlmMtd  CLRG",
    ]
    assert lines[8].startswith("    >>>        ELEMENT-MISSING: ")
    amount = lines.index("     16        IntrBkSttlmAmt  Ccy=EUR  10,00")
    assert lines[amount + 1].startswith("    >>>          VALUE-NOT-A-NUMBER: ")
    assert out.count(">>>") == 2
    assert shown(capsys, "valid.xml", "--tree")[1].count(">>>") == 0


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = shown(capsys, *arguments, "--json")
    return code, json.loads(out, parse_float=lambda text: pytest.fail(f"a float: {text}"))


def test_json_is_bound_by_the_schema(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = data(capsys, "valid.xml")
    assert code == 0
    assert found["format"] == 1
    (file,) = found["files"]
    assert (file["file"], file["verdict"], file["notes"]) == ("valid.xml", "valid", [])
    (message,) = file["messages"]
    assert {key: message[key] for key in ("definition", "header_definition", "envelope", "verdict", "errors", "notes")} == {
        "definition": "pacs.008.001.08", "header_definition": None, "envelope": None, "verdict": "valid", "errors": 0, "notes": [],
    }  # fmt: skip
    assert message["header"] is None
    body = message["document"]["FIToFICstmrCdtTrf"]
    assert body["GrpHdr"]["NbOfTxs"] == "3"
    assert body["CdtTrfTxInf"][1]["IntrBkSttlmAmt"] == {"@Ccy": "EUR", "$": "10.00"}
    assert body["CdtTrfTxInf"][1]["Dbtr"] == {"Nm": "Alder & Sons"}


def test_json_of_what_is_invalid_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = data(capsys, "invalid.xml")
    assert code == 1
    (message,) = found["files"][0]["messages"]
    assert (message["verdict"], message["errors"]) == ("invalid", 2)
    assert message["notes"] == ["not valid against its schema: values that do not fit their type are null or absent"]
    rows = message["document"]["FIToFICstmrCdtTrf"]["CdtTrfTxInf"]
    assert rows[0]["IntrBkSttlmAmt"] == {"@Ccy": "EUR"}
    assert rows[1]["IntrBkSttlmAmt"] == {"@Ccy": "EUR", "$": "10.00"}


def test_json_says_plainly_what_it_cannot_bind(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wissel.cli.render.message_json.BINDING_BYTES_MAX", 1_000)
    code, found = data(capsys, "valid.xml")
    message = found["files"][0]["messages"][0]
    assert code == 0
    assert message["document"] is None
    assert "the document has 1,968 bytes; " in message["notes"][0]
    assert "--json takes up to 1,000" in message["notes"][0]
    (folder / "unknown.xml").write_text(pacs008().replace("pacs.008.001.08", "pacs.008.001.99"))
    (folder / "cut.xml").write_text(pacs008()[:900])
    for name, note in (("unknown.xml", "has no known schema"), ("cut.xml", "is not complete")):
        code, found = data(capsys, name)
        assert code == 1
        assert note in found["files"][0]["messages"][0]["notes"][0]


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_nothing_is_wider_than_it(folder: Path, width: int) -> None:
    import wissel

    long = pacs008(3).replace("Birke GmbH", "Birke & Söhne Aktiengesellschaft für Rohrleitungen".replace("&", "&amp;"))
    message = wissel.read(long.replace("E2E-2", "E2E" * 11).encode()).messages[0]
    out = io.StringIO()
    write_summary(summarize(message), out, Layout(False, width))
    lines = out.getvalue().split("\n")
    assert max(map(len, lines)) <= width
    assert "\x1b" not in out.getvalue()
    cells = " ".join(" ".join(lines).split())
    assert cells.count("EUR 10.00") == 3
    assert sum("at DEUTDEFF" in line for line in lines) == 3


def test_colours_only_where_wanted(folder: Path) -> None:
    import wissel

    out = io.StringIO()
    write_summary(summarize(wissel.read(pacs008().encode()).messages[0]), out, Layout(True, 100))
    assert "\x1b[2m" in out.getvalue()


def test_nothing_from_a_file_acts_on_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = pacs008(1).replace("Birke GmbH", "A\u202eB\u0085[bold]x[/bold]").replace("MSG-1", "M\u200b1")
    (folder / "evil.xml").write_text(evil, "utf-8")
    for mode in ([], ["--tree"]):
        _, out, _ = shown(capsys, "evil.xml", *mode)
        assert "\u202e" not in out
        assert "\\u202eB" in out
        assert "[bold]x[/bold]" in out
        assert "M\\u200b1" in out
