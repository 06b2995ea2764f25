"""The big files of the benchmarks are what they claim: valid, counted, summed, and the same each time."""

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from benchmarks.messages import Shape, write_file
from tests import libxml2_verdict

SHAPES = [
    Shape("pacs.008.001.08", 25),
    Shape("pain.001.001.09", 25),
    Shape("pacs.008.001.08", 25, wrapped=True),
    Shape("pain.001.001.09", 25, wrapped=True, prefix="doc"),
    Shape("pacs.008.001.08", 25, prefix="doc", one_line=True),
    Shape("pain.001.001.09", 25, utf16=True),
    Shape("pacs.008.001.08", 25, utf16=True, wrapped=True, one_line=True),
]


def written(shape: Shape, folder: Path) -> bytes:
    path = folder / shape.file_name
    write_file(shape, path)
    return path.read_bytes()


def texts(root: etree._Element, tag: str) -> list[str]:
    return [element.text or "" for element in root.iter(f"{{*}}{tag}")]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.file_name)
def test_a_file_is_valid_and_has_its_shape(shape: Shape, tmp_path: Path) -> None:
    data = written(shape, tmp_path)
    assert libxml2_verdict.verdict(data) == ("valid", "")
    root = libxml2_verdict.parse(data)
    assert root is not None
    tags = [part.tag for part in libxml2_verdict.parts_of(root)]
    assert tags == (["AppHdr", "Document"] if shape.wrapped else ["Document"])
    document = root if root.prefix is not None or not shape.wrapped else root[-1]
    assert (document.prefix or "") == shape.prefix
    assert data.startswith(b"\xff\xfe") is shape.utf16
    assert (data.decode("utf-16" if shape.utf16 else "utf-8").count("\n") < 40) is shape.one_line


@pytest.mark.parametrize("definition", ["pacs.008.001.08", "pain.001.001.09"])
def test_counts_and_sums_are_right(definition: str, tmp_path: Path) -> None:
    root = libxml2_verdict.parse(written(Shape(definition, 200), tmp_path))
    assert root is not None
    assert len(list(root.iter("{*}CdtTrfTxInf"))) == 200
    amounts = texts(root, "InstdAmt") or texts(root, "IntrBkSttlmAmt")
    assert len(amounts) == 200
    assert set(texts(root, "NbOfTxs")) == {"200"}
    assert {Decimal(total) for total in texts(root, "CtrlSum")} == {sum(map(Decimal, amounts))}


def test_every_iban_has_right_check_digits(tmp_path: Path) -> None:
    root = libxml2_verdict.parse(written(Shape("pacs.008.001.08", 200), tmp_path))
    assert root is not None
    ibans = set(texts(root, "IBAN"))
    assert len(ibans) > 100
    for iban in ibans:
        digits = "".join(str(int(character, 36)) for character in iban[4:] + iban[:4])
        assert int(digits) % 97 == 1, iban


def test_a_transaction_has_the_size_of_a_real_one(tmp_path: Path) -> None:
    for definition in ("pacs.008.001.08", "pain.001.001.09"):
        small, large = (len(written(Shape(definition, count), tmp_path)) for count in (100, 200))
        assert 1_400 < (large - small) / 100 < 1_700


def test_the_same_shape_gives_the_same_bytes(tmp_path: Path) -> None:
    shape = Shape("pacs.008.001.08", 50)
    first = written(shape, tmp_path)
    assert written(shape, tmp_path) == first
    assert not list(tmp_path.glob("*.tmp"))
