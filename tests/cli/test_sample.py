"""``wissel sample``: valid, repeatable, with header and envelope."""

from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from wissel.catalog.definitions import default_catalog
from wissel.cli.main import main

HEADER = "{urn:iso:std:iso:20022:tech:xsd:head.001.001.02}"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["sample", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def valid(element: etree._Element) -> bool:
    definition = str(etree.QName(element).namespace).rpartition(":")[2]
    file = default_catalog().find(definition)
    assert file is not None
    alone = etree.parse(BytesIO(etree.tostring(element)))
    return etree.XMLSchema(etree.parse(file.path)).validate(alone)


@pytest.mark.parametrize("size", [[], ["--full"], ["--minimal"]])
@pytest.mark.parametrize("definition", ["pacs.008.001.08", "pain.001.001.09", "camt.053.001.08", "head.001.001.02"])
def test_a_sample_is_valid(definition: str, size: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, definition, *size)
    assert code == 0
    assert out.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<')
    assert valid(etree.fromstring(out.encode()))


def test_sizes_differ(capsys: pytest.CaptureFixture[str]) -> None:
    least, usual, most = (len(run(capsys, "pacs.008.001.08", *size)[1]) for size in (["--minimal"], [], ["--full"]))
    assert least < usual < most


def test_seed_and_date_decide_every_byte(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("pacs.008.001.08", "--seed", "7", "--as-of", "2026-11-23", "--header", "head.001.001.02")
    first = run(capsys, *call)[1]
    assert run(capsys, *call)[1] == first
    assert "<IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>" in first
    assert run(capsys, *call, "--seed", "8")[1] != first
    assert run(capsys, *call, "--as-of", "2026-11-24")[1] != first


def test_header_and_document_in_an_envelope(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.08", "--header", "head.001.001.02", "--envelope", "{urn:example}Biz")
    top = etree.fromstring(out.encode())
    head, document = top
    assert top.tag == "{urn:example}Biz"
    assert valid(head)
    assert valid(document)
    namespace = "{urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08}"
    assert head.findtext(f"{HEADER}MsgDefIdr") == "pacs.008.001.08"
    assert head.findtext(f"{HEADER}BizMsgIdr") == document.findtext(f".//{namespace}GrpHdr/{namespace}MsgId")
    bank = head.findtext(f"{HEADER}Fr/{HEADER}FIId/{HEADER}FinInstnId/{HEADER}BICFI")
    assert bank == document.findtext(f".//{namespace}DbtrAgt/{namespace}FinInstnId/{namespace}BICFI")


def test_transactions_and_one_line_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.xml"
    code, out, _ = run(capsys, "pacs.008.001.08", "--transactions", "12", "--compact", "-o", str(target))
    data = target.read_bytes()
    assert (code, out) == (0, "")
    assert data.count(b"<CdtTrfTxInf>") == 12
    assert b"<NbOfTxs>12</NbOfTxs>" in data
    assert len(data.splitlines()) == 2
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pacs.008.001.99"], "there is no schema for 'pacs.008.001.99'; known are"),
        (["admi.004.001.02", "--transactions", "2"], "has no element that is one transaction"),
        (["pacs.008.001.08", "--transactions", "0"], "takes 1 or more of"),
        (["pacs.008.001.08", "--header", "pacs.002.001.10"], "is no business application header"),
        (["head.001.001.02", "--header", "head.001.001.02"], "is a header itself"),
        (["pacs.008.001.08", "--envelope", "X"], "--envelope goes with --header"),
        (["pacs.008.001.08", "--header", "head.001.001.02", "--envelope", "<>"], "'<>' is no name of an element"),
        (["pacs.008.001.08", "--as-of", "yesterday"], "'yesterday' is no date; write it as 2026-11-23"),
        (["pacs.008.001.08", "-o", "/nowhere/at/all.xml"], "its folder does not exist"),
    ],
)
def test_what_cannot_be_is_one_plain_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
