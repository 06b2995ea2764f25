"""Bombs and other archives without measure: stopped early, by a finding that names the limit."""

import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.xml.archives import PACKERS, XML, outcomes, tarred, unpacked, zipped
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.source import Source, expand

LIMITS = Limits()
MIB = 1024**2
SPACES = b"<a>" + b" " * (40 * MIB)
RATIO = "LIMIT-COMPRESSION-RATIO"


def read_before_refusal(source: Source) -> tuple[int, str]:
    """How many bytes a source gives before it is refused, and the code."""
    count = 0
    with source.open() as file:
        try:
            while data := file.read(65_536):
                count += len(data)
        except Refused as refused:
            return count, refused.finding.code
    return count, "none"


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_bomb_is_stopped_after_16_mib(tmp_path: Path, packer: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(PACKERS[packer](SPACES))
    (source,) = expand([path])
    assert isinstance(source, Source)
    tracemalloc.start()
    count, code = read_before_refusal(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == RATIO
    assert 15 * MIB < count <= 16 * MIB
    assert peak < 10 * MIB  # the window of xz takes 8


def test_up_to_16_mib_and_below_the_ratio_nothing_is_a_bomb(tmp_path: Path) -> None:
    small = SPACES[: 15 * MIB]
    assert unpacked(tmp_path, gzip.compress(small)) == {"": small}
    assert unpacked(tmp_path, zipped({"a.xml": small})) == {"!a.xml": small}
    assert unpacked(tmp_path, gzip.compress(SPACES), replace(LIMITS, compression_ratio_max=2_000)) == {"": SPACES}


def test_a_zip_that_states_its_bomb_is_not_opened_at_all(tmp_path: Path) -> None:
    assert unpacked(tmp_path, zipped({"a.xml": XML, "b.xml": SPACES})) == {"": RATIO}
    many = zipped({f"{number}.xml": SPACES[:MIB] for number in range(17)})
    assert unpacked(tmp_path, many) == {"": RATIO}


def test_a_zip_that_hides_its_bomb_gives_no_more_than_it_states(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.xml": SPACES}))
    line = data.rindex(b"PK\1\2")
    data[line + 24 : line + 28] = struct.pack("<L", 1_000)
    assert unpacked(tmp_path, bytes(data)) == {"!a.xml": "ARCHIVE-BROKEN"}


def test_a_bomb_in_a_packed_tar(tmp_path: Path) -> None:
    found = unpacked(tmp_path, gzip.compress(tarred({"a.xml": XML, "b.xml": SPACES, "c.xml": XML})))
    assert found["!a.xml"] == XML
    assert list(found.values())[1:] == [RATIO]
    padding = gzip.compress(tarred({"a.xml": XML}) + bytes(40 * MIB))
    assert unpacked(tmp_path, padding) == {"!a.xml": XML, "": RATIO}


def test_a_bomb_behind_two_layers(tmp_path: Path) -> None:
    """Each layer is below the limit for itself: only the count over the whole archive stops them."""
    layer = gzip.compress(SPACES[: 15 * MIB])
    for data in (
        zipped({f"{number}.xml.gz": layer for number in range(30)}),
        zipped({f"{number}.zip": zipped({"a.xml": SPACES[: 15 * MIB]}) for number in range(30)}),
        gzip.compress(tarred({f"{number}.xml.gz": layer for number in range(30)})),
    ):
        found = unpacked(tmp_path, data)
        assert list(found.values())[-1] == RATIO
        assert sum(len(value) for value in found.values() if isinstance(value, bytes)) < 15 * MIB * 20


def overlapping(count: int) -> bytes:
    """A zip of ``count`` directory lines that all share the data of one member."""
    data = zipped({"0000.xml": bytes(range(32, 127)) * 100}, zipfile.ZIP_STORED)
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    lines = b"".join(data[start:end].replace(b"0000", b"%04d" % number) for number in range(count))
    fields = struct.unpack("<4s4H2LH", data[end:])
    return data[:start] + lines + struct.pack("<4s4H2LH", *fields[:3], count, count, len(lines), start, 0)


def test_members_that_share_their_data(tmp_path: Path) -> None:
    assert len(unpacked(tmp_path, overlapping(1))) == 1
    assert unpacked(tmp_path, overlapping(2)) == {"": "ARCHIVE-BROKEN"}
    assert unpacked(tmp_path, overlapping(5_000)) == {"": "ARCHIVE-BROKEN"}


def nested(data: bytes, depth: int) -> bytes:
    """``data`` in that many zips, one inside the other."""
    for level in range(depth):
        data = zipped({f"{level}.zip" if level else "a.xml": data})
    return data


def test_archives_too_deep(tmp_path: Path) -> None:
    assert unpacked(tmp_path, nested(XML, 3)) == {"!2.zip!1.zip!a.xml": XML}
    assert unpacked(tmp_path, nested(XML, 4)) == {"!3.zip!2.zip!1.zip": "LIMIT-ARCHIVE-DEPTH"}
    one = replace(LIMITS, archive_depth_max=1)
    assert unpacked(tmp_path, zipped({"a.zip": nested(XML, 1), "b.xml": XML}), one) == {
        "!a.zip": "LIMIT-ARCHIVE-DEPTH",
        "!b.xml": XML,
    }
    packed = XML
    for _ in range(9):
        packed = gzip.compress(packed)
    assert unpacked(tmp_path, packed) == {"": "LIMIT-ARCHIVE-DEPTH"}


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz"])
def test_too_many_members(tmp_path: Path, form: str) -> None:
    members = {f"{number}.xml": XML for number in range(11)}
    data = {"zip": zipped(members), "tar": tarred(members), "tar.gz": gzip.compress(tarred(members))}[form]
    assert len(unpacked(tmp_path, data, replace(LIMITS, archive_members_max=11))) == 11
    found = unpacked(tmp_path, data, replace(LIMITS, archive_members_max=10))
    assert found[""] == "LIMIT-ARCHIVE-MEMBERS"
    assert len(found) == (1 if form == "zip" else 11)


def test_members_of_inner_archives_count(tmp_path: Path) -> None:
    data = zipped({"a.zip": zipped({f"{number}.xml": XML for number in range(5)}), "b.xml": XML})
    assert len(unpacked(tmp_path, data, replace(LIMITS, archive_members_max=7))) == 6
    assert unpacked(tmp_path, data, replace(LIMITS, archive_members_max=6)) == {"": "LIMIT-ARCHIVE-MEMBERS"}


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz"])
def test_too_many_bytes_in_all(tmp_path: Path, form: str) -> None:
    members = {"a.xml": XML * 100, "b.xml": XML * 100}
    data = {"zip": zipped(members), "tar": tarred(members), "tar.gz": gzip.compress(tarred(members))}[form]
    enough = replace(LIMITS, archive_bytes_max=20_480)
    assert list(unpacked(tmp_path, data, enough).values()) == [XML * 100] * 2
    found = unpacked(tmp_path, data, replace(LIMITS, archive_bytes_max=len(XML) * 150))
    assert found.pop("") == "LIMIT-ARCHIVE-BYTES"
    assert found == ({} if form == "zip" else {"!a.xml": XML * 100})


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "xml.gz", "xml", "zip.gz"])
def test_one_member_too_large(tmp_path: Path, form: str) -> None:
    members = {"a.xml": XML * 20, "b.xml": XML}
    data = {
        "zip": zipped(members),
        "tar": tarred(members),
        "tar.gz": gzip.compress(tarred(members)),
        "xml.gz": gzip.compress(XML * 20),
        "xml": XML * 20,
        "zip.gz": gzip.compress(zipped({"c.bin": bytes(range(256)) * 4}, zipfile.ZIP_STORED)),
    }[form]
    found = unpacked(tmp_path, data, replace(LIMITS, file_bytes_max=len(XML) * 20 - 1))
    assert found == (
        {"": "LIMIT-BYTES"} if form[0] == "x" or form == "zip.gz" else {"!a.xml": "LIMIT-BYTES", "!b.xml": XML}
    )


def test_an_archive_may_be_larger_than_one_file_may_be(tmp_path: Path) -> None:
    members = {f"{number}.xml": XML for number in range(30)}
    for data in (zipped(members), tarred(members), gzip.compress(tarred(members))):
        assert set(unpacked(tmp_path, data, replace(LIMITS, file_bytes_max=len(XML))).values()) == {XML}


def test_a_long_extended_header_of_tar_is_not_taken_into_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1024**3
    data = gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 3 * MIB)
    assert unpacked(tmp_path, data) == {"": "ARCHIVE-BROKEN"}
    huge = tarfile.TarInfo("a.xml")
    huge.size = 2**62
    assert unpacked(tmp_path, huge.tobuf(tarfile.GNU_FORMAT) + XML) == {"!a.xml": "ARCHIVE-BROKEN"}


def test_lzma_that_wants_gigabytes_of_memory_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.xml": XML}, zipfile.ZIP_LZMA))
    settings = data.index(b"\5\0", 30 + len("a.xml"))
    data[settings + 3 : settings + 7] = b"\xff\xff\xff\xff"
    assert unpacked(tmp_path, bytes(data)) == {"!a.xml": "ARCHIVE-BROKEN"}


def test_the_next_archive_has_its_own_allowance(tmp_path: Path) -> None:
    members = {f"{number}.xml": XML for number in range(3)}
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(zipped(members))
    (tmp_path / "c.zip").write_bytes(zipped(members | {"more.xml": XML}))
    found = outcomes([tmp_path], limits=replace(LIMITS, archive_members_max=3))
    assert list(found.values()) == [XML] * 6 + ["LIMIT-ARCHIVE-MEMBERS"]


def test_a_crc_is_compared_even_where_the_size_is_right(tmp_path: Path) -> None:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr("a.xml", XML)
    data = buffer.getvalue().replace(struct.pack("<L", zlib.crc32(XML)), b"\0\1\2\3")
    assert unpacked(tmp_path, data) == {"!a.xml": "ARCHIVE-BROKEN"}
