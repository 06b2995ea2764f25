"""``wissel explain``: codes, definitions, places."""

import json

import pytest

from wissel.cli.explain import _table
from wissel.cli.main import main
from wissel.cli.render.layout import Layout, labelled, path_lines, wrapped
from wissel.core.codes import catalogue


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["explain", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_code_in_small_letters_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "value-too-long")
    known = catalogue()["VALUE-TOO-LONG"]
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "VALUE-TOO-LONG  error, found when checking the schema"
    assert lines[2] == known.title
    assert f"why         {known.why}" in lines
    assert "reply with  CH16 ElementContentFormallyIncorrect (ISO external status reason code)" in lines


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_code_can_be_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, name, "--format", "json")
    assert code == 0
    assert json.loads(out)["mend"] == catalogue()[name].mend


def test_a_definition_two_levels_deep(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "pacs.008.001.08")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "pacs.008.001.08  FIToFICustomerCreditTransferV08"
    assert "transaction  /Document/FIToFICstmrCdtTrf/CdtTrfTxInf" in lines
    assert "  CdtTrfTxInf          1..*    CreditTransferTransaction39" in lines
    assert "    MsgId              1..1    1 to 35 characters (Max35Text)" in lines
    assert "    ChrgBr             1..1    one of: DEBT, CRED, SHAR, SLEV (ChargeBearerType1Code)" in lines
    assert not [line for line in lines if "EndToEndId" in line]


def test_namespace_and_header_and_depth(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "urn:iso:std:iso:20022:tech:xsd:head.001.001.02", "--depth", "0")
    assert code == 0
    assert out.splitlines()[-1] == "AppHdr   1..1    BusinessApplicationHeaderV02"


def test_zooming_in_by_any_end_of_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.08/CdtTrfTxInf/PmtId")
    assert "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId" in out.splitlines()
    assert "  EndToEndId  1..1    1 to 35 characters (Max35Text)" in out.splitlines()
    for path in (
        "pmtid",
        "Document/FIToFICstmrCdtTrf/CdtTrfTxInf[3]/PmtId",
        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId",
    ):
        assert run(capsys, f"pacs.008.001.08/{path}")[1] == out


def test_a_value_with_its_attribute(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.08/IntrBkSttlmAmt")
    assert out.splitlines()[-4:] == [
        "stands   1..1 (mandatory, once)",
        "type     ActiveCurrencyAndAmount",
        "allowed  number of up to 18 digits, at most 5 of them after the point, at least 0",
        "@Ccy     mandatory, exactly 3 capital letters, an ISO 4217 currency code such as EUR",
    ]


def test_choices_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.08/CdtrAcct/Id")
    assert "  either IBAN" in out
    assert "  or Othr" in out


def test_places_of_several_types_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "pacs.008.001.08/Id")
    assert code == 0
    assert "153 places; give more of the path for one of them:" in out
    assert "and 133 more" in out


def test_places_of_one_type_are_explained_together(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.08/FinInstnId/BICFI")
    assert out.count("/FinInstnId/BICFI") == 16
    assert out.count("allowed") == 1


def test_json_has_everything_a_row_has(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.08/GrpHdr/TtlIntrBkSttlmAmt", "--format", "json")
    value = json.loads(out)
    assert value["definition"] == "pacs.008.001.08"
    assert value["origin"] == "bundled"
    assert value["versions"][0] == "pacs.008.001.01"
    amount, currency = value["elements"]
    assert (amount["occurs_min"], amount["occurs_max"], amount["depth"]) == (0, 1, 0)
    assert currency["path"] == "/Document/FIToFICstmrCdtTrf/GrpHdr/TtlIntrBkSttlmAmt/@Ccy"
    assert currency["patterns"] == ["[A-Z]{3,3}"]
    _, out, _ = run(capsys, "pacs.008.001.08/ChrgBr", "--format", "json")
    assert json.loads(out)["elements"][0]["codes"] == ["DEBT", "CRED", "SHAR", "SLEV"]


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("VALUE-TO-LONG", "did you mean 'VALUE-TOO-LONG'?"),
        ("pacs.008", "name a version of pacs.008: pacs.008.001.01, "),
        ("pacs.008.001.99", "known are pacs.008.001.01, "),
        ("pacx.008.001.08", "did you mean 'pacs.008.001.08'?"),
        ("pacs.008.001.08/GrpHdr/CreDtTmm", "did you mean /Document/FIToFICstmrCdtTrf/GrpHdr/CreDtTm?"),
        ("pacs.008.001.08/GrpHdr/Xyzzy", "GrpHdr holds MsgId, CreDtTm, "),
        ("pacs.008.001.08/Xyzzy/Nm", "has no Xyzzy/Nm"),
        ("nonsense", "'nonsense' is no finding code and no message definition"),
    ],
)
def test_what_is_unknown_gets_the_nearest(subject: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, subject)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_keeps_the_width(width: int) -> None:
    from wissel.catalog.definitions import default_catalog
    from wissel.catalog.places import rows

    tree = default_catalog().tree("pacs.008.001.08")
    for path in ("FIToFICstmrCdtTrf/GrpHdr", "FIToFICstmrCdtTrf/CdtTrfTxInf/CdtrAgt"):
        lines = _table(list(rows(tree, tree.find(path), 3)), Layout(width=width)).splitlines()
        assert max(map(len, lines)) <= width


def test_layout_pieces() -> None:
    narrow = Layout(width=30)
    assert wrapped("one two three four five six seven", narrow, 4) == "one two three four five\n    six seven"
    assert list(labelled([("a", "x"), ("long", ""), ("bc", "y")], Layout())) == ["a   x", "bc  y"]
    assert path_lines("/Document/FIToFICstmrCdtTrf/GrpHdr", narrow) == "/Document/FIToFICstmrCdtTrf\n    /GrpHdr"
    assert Layout().style("x", "red", bold=True) == "x"
    assert Layout(color=True).style("x", "red") == "\x1b[31mx\x1b[0m"
    assert wrapped("a\x1bb", Layout(), 0) == "a\\x1bb"
