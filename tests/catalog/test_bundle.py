"""The index lists what is bundled, and a bundle that was tampered with is noticed."""

import shutil
import tomllib
from pathlib import Path

import pytest

from tests.catalog.samples import BUNDLED, as_published, bundled
from wissel.catalog.bundle import check_bundle
from wissel.catalog.index import index_toml, read_index
from wissel.core.errors import InstallationError

CHOSEN = ("head.001.001.02", "pacs.008.001.08", "pain.001.001.09")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small bundle of three schemas with its index."""
    for definition in CHOSEN:
        path = tmp_path / definition[:4] / f"{definition}.xsd"
        path.parent.mkdir()
        path.write_bytes(bundled(definition))
    (tmp_path / "index.toml").write_text(index_toml(tmp_path))
    shutil.copy(BUNDLED / "NOTICE", tmp_path)
    return tmp_path


def test_the_real_bundle_is_intact() -> None:
    state = check_bundle(BUNDLED)
    assert (state.schemas, state.faults) == (537, ())


def test_the_index_has_name_and_digest_of_each() -> None:
    index = read_index(BUNDLED)
    assert len(index) == 537
    assert index["pacs.008.001.08"].name == "FIToFICustomerCreditTransferV08"
    assert index["head.001.001.02"].name == "BusinessApplicationHeaderV02"
    assert index["head.001.001.02"].sha256 == "7dbb5e5c3d84b5d338b424abdf30d1e58977e33f381a7bd2de7d6bebf2ddbfe3"


def test_the_text_of_the_index_is_toml_in_the_order_of_definitions(bundle: Path) -> None:
    text = index_toml(bundle)
    assert tuple(tomllib.loads(text)) == CHOSEN
    assert text.endswith('" }\n')
    assert index_toml(bundle) == text


def test_the_bundle_of_three_is_intact(bundle: Path) -> None:
    assert check_bundle(bundle).faults == ()


def test_other_white_space_does_no_harm(bundle: Path) -> None:
    path = bundle / "pacs" / "pacs.008.001.08.xsd"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (bundle / "pain" / "pain.001.001.09.xsd").write_bytes(as_published("pain.001.001.09"))
    assert check_bundle(bundle).faults == ()


def test_each_kind_of_damage_is_named(bundle: Path) -> None:
    changed = bundle / "pacs" / "pacs.008.001.08.xsd"
    changed.write_bytes(changed.read_bytes().replace(b'maxLength value="140"', b'maxLength value="141"'))
    (bundle / "head" / "head.001.001.02.xsd").unlink()
    broken = bundle / "pain" / "pain.001.001.09.xsd"
    broken.write_bytes(broken.read_bytes()[:1000])
    (bundle / "pacs" / "pacs.008.001.99.xsd").write_bytes(b"<x/>")
    (bundle / "new").mkdir()
    (bundle / "new" / "notes.txt").touch()
    faults = check_bundle(bundle).faults
    assert faults[0] == "head.001.001.02 is missing"
    assert faults[1] == "pacs.008.001.08 has been changed: its canonical form is another"
    assert faults[2].startswith("pain.001.001.09 is damaged: it is not XML that can be read: ")
    assert faults[3:] == (
        "new/notes.txt does not belong to the bundle",
        "pacs/pacs.008.001.99.xsd does not belong to the bundle",
    )


@pytest.mark.parametrize("text", ["[", '"a" = 1', '"a" = { name = "b" }', "\udcff"])
def test_a_damaged_index_is_a_fault_of_the_installation(bundle: Path, text: str) -> None:
    (bundle / "index.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InstallationError, match=r"index\.toml is damaged"):
        check_bundle(bundle)
    (bundle / "index.toml").unlink()
    with pytest.raises(InstallationError, match=r"index\.toml cannot be read: No such file"):
        check_bundle(bundle)
