"""``wissel convert``: what is written where, what is printed, and the exit codes."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mapping.orders import order, single, transaction
from wissel.cli.main import main
from wissel.core.clock import fixed_clock
from wissel.engine.bank.init import init_bank

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TO = "pacs.008.001.08"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two orders in the current folder: one payment, and payments for two banks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(NOW))
    Path("one.xml").write_bytes(single())
    dutch = {"CdtrAgt__FinInstnId__BICFI": "ZZDUNL20", "CdtrAcct__Id__IBAN": "NL47ZZDU0000000001"}
    other = transaction(PmtId__EndToEndId="E2", **dutch)
    Path("two.xml").write_bytes(order(({}, [transaction(), other])))
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["convert", *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def there() -> list[str]:
    return sorted(str(path) for path in Path().rglob("*") if path.is_file())


def test_one_result_is_a_file(capfd: pytest.CaptureFixture[str]) -> None:
    before = Path("one.xml").read_bytes()
    code, out, err = run(capfd, "one.xml", "--to", TO, "-o", "new.xml")
    assert (code, out) == (0, "")
    assert err == "wissel: one.xml: 1 transaction as 1 message · 6 consumed, 6 defaulted\n"
    assert there() == ["new.xml", "one.xml", "two.xml"]
    assert b"<EndToEndId>END-TO-END-1</EndToEndId>" in Path("new.xml").read_bytes()
    assert Path("one.xml").read_bytes() == before
    assert main(["validate", "new.xml", "-q"]) == 0


def test_several_results_are_a_folder(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(capfd, "two.xml", "--to", TO, "-o", "out")[0] == 0
    assert there()[1:3] == [f"out/two-0001-{TO}.xml", f"out/two-0002-{TO}.xml"]
    code, _, err = run(capfd, "two.xml", "--to", TO, "-o", "one.xml")
    assert (code, err) == (2, "wissel: there are 2 results: name a folder for them with -o OUT/\n")
    assert run(capfd, "two.xml", "--to", TO)[0] == 2


def test_a_folder_takes_even_one_result_and_keeps_what_else_is_in_it(capfd: pytest.CaptureFixture[str]) -> None:
    Path("out").mkdir()
    Path("out/other.txt").write_text("mine")
    assert run(capfd, "one.xml", "two.xml", "--to", TO, "-o", "out/")[0] == 0
    names = sorted(path.name for path in Path("out").iterdir())
    assert names == [
        "one-0001-pacs.008.001.08.xml",
        "other.txt",
        "two-0001-pacs.008.001.08.xml",
        "two-0002-pacs.008.001.08.xml",
    ]


def test_without_output_the_result_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "one.xml", "--to", TO, "-q")
    assert code == 0
    assert out.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<Document')


def test_a_rerun_gives_the_same_bytes_and_another_time_others(capfd: pytest.CaptureFixture[str]) -> None:
    for name, moment in (("a", "2026-11-23T10:00:00Z"), ("b", "2026-11-23T10:00:00Z"), ("c", "2026-11-23T10:00:01Z")):
        assert run(capfd, "two.xml", "--to", TO, "--at", moment, "-o", f"{name}/", "--loss", f"{name}.jsonl")[0] == 0
    a, b, c = ([path.read_bytes() for path in sorted(Path(name).iterdir())] for name in "abc")
    assert a == b
    assert all(one not in c for one in a)
    assert Path("a.jsonl").read_bytes() == Path("b.jsonl").read_bytes()


def test_losses_are_lines_of_json_or_csv(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(capfd, "one.xml", "--to", TO, "-o", "new.xml", "--loss", "lost.jsonl")[0] == 0
    rows = [json.loads(line) for line in Path("lost.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 12
    linked = next(row for row in rows if str(row["original_path"]).endswith("PmtId/InstrId"))
    new = linked.pop("after")
    assert linked == {
        "file": "one.xml",
        "result": "one-0001-pacs.008.001.08.xml",
        "transaction": 1,
        "category": "CONSUMED",
        "original_path": "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]/PmtId/InstrId",
        "target_path": "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/PmtId/InstrId",
        "before": "INSTRUCTION-1",
        "why": "The reference between customer and bank ends here; the next leg has one of its own.",
    }
    assert f"<InstrId>{new}</InstrId>".encode() in Path("new.xml").read_bytes()
    assert run(capfd, "one.xml", "--to", TO, "-o", "new.xml", "--loss", "lost.csv")[0] == 0
    with Path("lost.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["category"] for row in table] == [row["category"] for row in rows]


def test_a_refusal_writes_nothing_and_prints_as_validate_does(capfd: pytest.CaptureFixture[str]) -> None:
    Path("bad.xml").write_bytes(single(CdtrAgt=None))
    before = there()
    code, out, err = run(capfd, "one.xml", "bad.xml", "--to", TO, "-o", "out/", "--loss", "lost.jsonl")
    assert (code, err) == (1, "")
    assert "bad.xml: error CREDITOR-AGENT-MISSING" in out
    assert "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]/CdtrAgt  (transaction 1)" in out
    assert there() == before


def test_what_cannot_go_is_left_out_where_that_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    Path("mixed.xml").write_bytes(order(({}, [transaction(), transaction(PmtId__EndToEndId="E2", CdtrAgt=None)])))
    assert run(capfd, "mixed.xml", "--to", TO, "-o", "new.xml")[0] == 1
    code, out, err = run(capfd, "mixed.xml", "--to", TO, "-o", "new.xml", "--partial")
    assert code == 1
    assert "CREDITOR-AGENT-MISSING" in out
    assert err.startswith("wissel: mixed.xml: 1 transaction as 1 message · 1 left out · ")
    assert Path("new.xml").read_bytes().count(b"<CdtTrfTxInf>") == 1
    code, out, err = run(capfd, "mixed.xml", "--to", TO, "--partial")
    assert (code, out[:5]) == (1, "<?xml")
    assert "CREDITOR-AGENT-MISSING" in err


def test_another_version(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(capfd, "one.xml", "--to", "pain.001.001.11", "-o", "new.xml")[0] == 0
    assert b"pain.001.001.11" in Path("new.xml").read_bytes()


def test_a_bank_decides(capfd: pytest.CaptureFixture[str]) -> None:
    init_bank(Path("bank"))
    assert run(capfd, "two.xml", "--to", TO, "--bank", "bank", "-o", "out/")[0] == 0
    written = [path.read_text("utf-8") for path in sorted(Path("out").iterdir())]
    assert all("<SttlmMtd>CLRG</SttlmMtd>" in text and "<ChrgBr>SLEV</ChrgBr>" in text for text in written)
    (Path("bank") / "wissel.toml").write_text("[bank]\n")
    code, _, err = run(capfd, "two.xml", "--to", TO, "--bank", "bank", "-o", "out/")
    assert code == 3
    assert "bank/wissel.toml:1:" in err


def test_settlement_without_a_bank(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "one.xml", "--to", TO, "--settlement", "INDA")
    assert (code, "<SttlmMtd>INDA</SttlmMtd>" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["one.xml", "--to", "pacs.008.001.99"],
            "there is no schema for 'pacs.008.001.99'; known are pacs.008.001.01,",
        ),
        (["one.xml", "--to", "nonsense"], "there is no schema for 'nonsense'; `wissel schemas list`"),
        (["one.xml", "--to", TO, "--settlement", "COVE"], "COVE needs the reimbursement agents, which only a bank"),
        (["one.xml", "--to", TO, "--settlement", "X"], "there is no settlement method 'X'; known are CLRG, INDA, INGA"),
        (["one.xml", "--to", TO, "--guideline", "x"], "there is no guideline 'x'; known are schema, "),
        (["one.xml", "--to", TO, "--bank", "no"], "'no' is no bank directory: there is no such folder"),
        (["one.xml", "--to", TO, "--bank", "no", "--settlement", "CLRG"], "with --bank, the networks decide"),
        (["one.xml", "--to", TO, "--at", "noon"], "'noon' is no time"),
        (["none.xml", "--to", TO], "There is no file or folder none.xml. Did you mean one.xml?"),
        (["one.xml", "--to", TO, "-o", "one.xml"], "'one.xml' is one of the files to check"),
        (["one.xml", "--to", TO, "-o", "no/new.xml"], "cannot write 'no/new.xml': its folder does not exist"),
        (["one.xml", "--to", TO, "-o", "no/new/"], "cannot write 'no/new/': its folder does not exist"),
        (["one.xml", "--to", TO, "-o", "two.xml/"], "'two.xml' is a file, not a folder"),
        (["one.xml", "--to", TO, "--loss", "no/lost"], "cannot write 'no/lost': its folder does not exist"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    before = there()
    code, out, err = run(capfd, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"wissel: {message}")
    assert there() == before


def test_nothing_to_convert(capfd: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    code, _, err = run(capfd, "empty", "--to", TO)
    assert (code, err) == (2, "wissel: there is nothing to convert: no XML was found\n")


def test_inputs_of_one_name_do_not_overwrite_each_other(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, "pay.xml").write_bytes(single(PmtId__EndToEndId=name))
    assert run(capfd, "a/pay.xml", "b/pay.xml", "--to", TO, "-o", "out/")[0] == 0
    assert sorted(path.name for path in Path("out").iterdir()) == [f"pay-0001-{TO}.xml", f"pay-2-0001-{TO}.xml"]
