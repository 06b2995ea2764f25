"""Schemas come out of folders and archives, as releases and exports are packed; traps are refused."""

import io
import zipfile
from pathlib import Path

from tests.catalog.samples import bundled
from wissel.catalog.given import given_schemas


def packed(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_several_schemas_in_a_zip_in_a_zip_and_the_rest_left_aside(tmp_path: Path) -> None:
    release = tmp_path / "release.zip"
    one, two = bundled("pacs.008.001.08"), bundled("pain.001.001.09")
    inner = packed({"two.XSD": two, "sample.xml": b"<Document/>"})
    release.write_bytes(packed({"../../one.xsd": one, "guide.pdf": b"%PDF", "pain.zip": inner}))
    found = list(given_schemas([str(release)]))
    assert [(given.file.removeprefix(f"{tmp_path}/"), given.data) for given in found if not given.skipped] == [
        ("release.zip!../../one.xsd", one),
        ("release.zip!pain.zip!two.XSD", two),
    ]
    assert sum(given.skipped for given in found) == 2


def test_a_folder_gives_its_schemas_and_a_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    data = bundled("head.001.001.02")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "head.xsd").write_bytes(data)
    (tmp_path / "a" / "message.xml").write_bytes(b"<Document/>")
    (tmp_path / "schema.txt").write_bytes(data)
    found = [given for given in given_schemas([str(tmp_path / "a"), str(tmp_path / "schema.txt")]) if not given.skipped]
    assert [(given.file, given.data) for given in found] == [
        (f"{tmp_path}/a/head.xsd", data),
        (f"{tmp_path}/schema.txt", data),
    ]


def test_a_bomb_is_refused_and_the_next_file_is_read(tmp_path: Path) -> None:
    bomb, good = tmp_path / "bomb.zip", tmp_path / "good.xsd"
    bomb.write_bytes(packed({"bomb.xsd": b" " * 100_000_000}))
    good.write_bytes(bundled("head.001.001.02"))
    first, second = given_schemas([str(bomb), str(good)])
    assert first.refused == "Each packed byte unpacks to more than 400 bytes."
    assert first.data == b""
    assert second.data == good.read_bytes()


def test_a_member_larger_than_any_schema_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.zip"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("large.xsd", b"<a>" + b" " * (17 * 1024**2))
    large.write_bytes(file.getvalue())
    (given,) = given_schemas([str(large)])
    assert given.refused is not None
    assert "16,777,216 bytes" in given.refused


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(packed({"one.xsd": bundled("pacs.008.001.08")})[:-40])
    (given,) = given_schemas([str(damaged)])
    assert given.refused is not None
