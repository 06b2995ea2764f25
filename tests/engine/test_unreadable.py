"""What cannot be read gets a receipt to who handed it over, valid against its schema, whatever it is."""

import io
import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

import wissel
from tests.engine.orders import Pay, World, order, world

RECEIPT = "admi.002.001.01"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def encrypted() -> bytes:
    """An archive whose member says that it needs a password."""
    data = bytearray(archive(a_xml=order(Pay())))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def receipts(bank: World, report: dict[str, list[dict[str, str]]]) -> list[str]:
    return [text for name, text in bank.outputs(report).items() if RECEIPT in name]


@pytest.mark.parametrize(
    ("name", "content", "reference"),
    [
        ("x.txt", b"x", "x.txt"),
        ("empty.xml", b"", "empty.xml"),
        ("mark.xml", b"\xff\xfe", "mark.xml"),
        ("order.pdf", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "order.pdf"),
        ("zeros", b"\0" * 100, "zeros"),
        ("fin.txt", b"{1:F01ZZWIDE20AXXX0000000000}{2:I103ZZ}{4:\n:20:X\n-}", "fin.txt"),
        ("locked.zip", encrypted(), "locked.zip!a.xml"),
        ("half.zip", encrypted()[:40], "half.zip"),
        ("nothing.zip", archive(), "nothing.zip"),
        ("text.zip", archive(a_txt=b"hello"), "text.zip"),
        ("page.html", b"<html/>", "page.html"),
        ("entity.xml", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "entity.xml"),
        ("cut.xml", b"<Document><GrpHdr><MsgId>M-1</MsgId>", "M-1"),
        ("new.xml", b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.999.001.09'/>", "new.xml"),
        ("a name of more than thirty-five characters.txt", b"x", sha256(b"x").hexdigest()[:35]),
        ("n\u00e4me.txt", b"x", sha256(b"x").hexdigest()[:35]),
        ("line\nbreak", b"x", sha256(b"x").hexdigest()[:35]),
    ],
)  # fmt: skip
def test_each_gets_one_receipt(bank: World, tmp_path: Path, name: str, content: bytes, reference: str) -> None:
    report = bank.drop(content, name)
    assert report["verdict"] == "failed"
    assert [(one["to"], one["about"]) for one in report["outputs"]] == [("default", RECEIPT)]
    (text,) = receipts(bank, report)
    (tmp_path / "receipt.xml").write_text(text, "utf-8")
    assert wissel.validate(tmp_path / "receipt.xml", guideline="schema").verdict == "valid"
    assert re.findall(r"<Ref>(.*?)</Ref>", text) == [reference]
    assert "<RjctnDtTm>2026-11-23T10:00:00+00:00</RjctnDtTm>" in text


def test_an_archive_without_messages_says_so(bank: World) -> None:
    report = bank.drop(archive(a_txt=b"hello"), "text.zip")
    assert [found["code"] for found in report["findings"]] == ["MESSAGE-MISSING"]
    assert report["counts"] == {"unreadable": 1}


def test_each_member_that_cannot_be_read_has_its_own(bank: World) -> None:
    content = archive(a_xml=b"<x", b_xml=order(Pay()), c_xml=b"<y")
    report = bank.drop(content, "three.zip")
    assert report["counts"] == {"sent": 1, "unreadable": 2}
    assert [re.findall(r"<Ref>(.*?)</Ref>", text) for text in receipts(bank, report)] == [
        ["three.zip!a.xml"], ["three.zip!c.xml"],
    ]  # fmt: skip
    again = bank.drop(content, "three.zip")
    assert again["counts"] == {"repeated": 1, "unreadable": 2}
    assert sorted(one["about"] for one in again["outputs"]) == [RECEIPT, RECEIPT, "given again"]


def test_the_second_message_of_a_file_is_not_called_by_the_name_of_the_first(bank: World) -> None:
    unknown = b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.999.001.09'/>"
    content = b"<Batch>" + order(Pay()).partition(b"?>\n")[2] + unknown + b"</Batch>"
    report = bank.drop(content, "two.xml")
    assert report["counts"] == {"refused": 1, "sent": 1}
    (text,) = receipts(bank, report)
    assert re.findall(r"<Ref>(.*?)</Ref>", text) == ["two.xml"]


def test_where_no_receipt_can_be_written_the_report_says_why(bank: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "wissel.engine.answering.file.write_receipt", lambda writer, tree, *_: writer.start(tree.message_element.tag)
    )
    report = bank.drop(b"x")
    assert (report["verdict"], report["outputs"]) == ("failed", [])
    assert {found["code"] for found in report["findings"]} == {"ELEMENT-MISSING"}
