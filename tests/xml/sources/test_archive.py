"""Archives: each member comes out once, by name, whatever holds it; damage is told member by member."""

import gzip
import io
import pickle
import struct
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xml.archives import PACKERS, XML, outcome, outcomes, tarred, unpacked, zipped
from wissel.core.limits import Limits
from wissel.xml.sources.source import Scratch, Source, expand

BIG = b"<a>" + bytes(range(32, 127)) * 3_000 + b"</a>"
MEMBERS = {"a.xml": XML, "folder/b.xml": BIG, "readme.txt": b"hello", "empty.xml": b"", "mark.xml": b"\xef\xbb\xbf<a/>"}
TAKEN = {
    "!a.xml": XML,
    "!folder/b.xml": BIG,
    "!readme.txt": "skipped: neither XML nor an archive",
    "!empty.xml": "skipped: empty",
    "!mark.xml": b"\xef\xbb\xbf<a/>",
}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_of_each_method(tmp_path: Path, method: int) -> None:
    assert unpacked(tmp_path, zipped(MEMBERS, method)) == TAKEN


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("packer", ["none", *PACKERS])
def test_a_tar_of_each_form_and_packing(tmp_path: Path, form: int, packer: str) -> None:
    data = tarred(MEMBERS, form)
    assert unpacked(tmp_path, PACKERS[packer](data) if packer in PACKERS else data) == TAKEN


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_file_keeps_its_name_and_may_be_packed_in_pieces(tmp_path: Path, packer: str) -> None:
    pack = PACKERS[packer]
    assert unpacked(tmp_path, pack(BIG)) == {"": BIG}
    assert unpacked(tmp_path, pack(BIG[:10]) + pack(b"") + pack(BIG[10:]) + b"\0" * 1024) == {"": BIG}
    assert unpacked(tmp_path, pack(b"plain text")) == {"": b"plain text"}


def test_what_a_file_is_shows_in_its_content_not_in_its_name(tmp_path: Path) -> None:
    assert unpacked(tmp_path, gzip.compress(tarred({"x": XML})), name="pay.xml") == {"!x": XML}
    assert unpacked(tmp_path, XML, name="pay.zip") == {"": XML}


def test_archives_in_archives(tmp_path: Path) -> None:
    inner = {"c.xml": XML, "note": b"no"}
    data = zipped(
        {
            "b.tar.gz": gzip.compress(tarred(inner)),
            "b.tar": tarred(inner),
            "b.zip": zipped(inner),
            "p.xml.gz": gzip.compress(BIG),
        }
    )
    skipped = "skipped: neither XML nor an archive"
    expected = {f"!{name}!{member}": value for name in ("b.tar.gz", "b.tar", "b.zip") for member, value in
                (("c.xml", XML), ("note", skipped))} | {"!p.xml.gz": BIG}  # fmt: skip
    assert unpacked(tmp_path, data) == expected
    stored = zipped({"b.zip": zipped(inner, zipfile.ZIP_STORED)}, zipfile.ZIP_STORED)
    assert unpacked(tmp_path, stored) == {"!b.zip!c.xml": XML, "!b.zip!note": skipped}
    assert unpacked(tmp_path, tarred({"b.zip": zipped(inner)})) == {"!b.zip!c.xml": XML, "!b.zip!note": skipped}
    assert unpacked(tmp_path, gzip.compress(zipped(inner))) == {"!c.xml": XML, "!note": skipped}
    packed_tar = gzip.compress(tarred({"d/b.zip": zipped(inner), "x.xml": XML}))
    assert unpacked(tmp_path, packed_tar) == {"!d/b.zip!c.xml": XML, "!d/b.zip!note": skipped, "!x.xml": XML}


def test_members_come_in_the_order_of_the_archive(tmp_path: Path) -> None:
    names = ["z.xml", "a.xml", "m.xml"]
    for data in (zipped(dict.fromkeys(names, XML)), gzip.compress(tarred(dict.fromkeys(names, XML)))):
        assert list(unpacked(tmp_path, data)) == [f"!{name}" for name in names]


@pytest.mark.parametrize("data", [zipped({}), zipped({"folder/": b""}), tarred({"folder/": b""})])
def test_an_archive_without_files_holds_nothing(tmp_path: Path, data: bytes) -> None:
    assert unpacked(tmp_path, data) == {}


def test_nothing_but_zeros_is_no_empty_tar_but_a_file_that_was_lost(tmp_path: Path) -> None:
    assert unpacked(tmp_path, tarred({})) == {"": bytes(10_240)}


def test_hostile_names_are_labels(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/shadow", "C:\\x", "a\x1b[31m\nb\r\u202egnp", "x" * 5_000, "..", "é!ü"]
    for data in (zipped(dict.fromkeys(names, XML)), tarred(dict.fromkeys(names, XML))):
        found = unpacked(tmp_path, data)
        assert set(found.values()) == {XML}
        assert list(found) == [
            "!../../etc/passwd",
            "!/etc/shadow",
            "!C:\\x",
            "!a\\x1b[31m\\nb\\r\\u202egnp",
            "!" + "x" * 1_000 + "…",
            "!..",
            "!é!ü",
        ]
    assert sorted(tmp_path.iterdir()) == [tmp_path / "a.bin"]


def test_names_that_no_encoding_fits_are_escaped(tmp_path: Path) -> None:
    data = tarred({"n\udce9.xml": XML}, tarfile.GNU_FORMAT)
    assert unpacked(tmp_path, data) == {"!n\\udce9.xml": XML}


def test_links_devices_and_hidden_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in [
            ("link", tarfile.SYMTYPE),
            ("hard", tarfile.LNKTYPE),
            ("tty", tarfile.CHRTYPE),
            ("pipe", tarfile.FIFOTYPE),
            ("holes", tarfile.GNUTYPE_SPARSE),
            ("folder", tarfile.DIRTYPE),
        ]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name in ("__MACOSX/._a.xml", ".git/x.xml", "b.xml.part", "./c.xml"):
            info = tarfile.TarInfo(name)
            info.size = len(XML)
            archive.addfile(info, io.BytesIO(XML))
    expected = {
        "!link": "skipped: a symbolic link",
        "!hard": "skipped: a hard link",
        "!tty": "skipped: a device",
        "!pipe": "skipped: a named pipe",
        "!holes": "skipped: a sparse file, which is not read here",
        "!__MACOSX/._a.xml": "skipped: hidden",
        "!.git/x.xml": "skipped: hidden",
        "!b.xml.part": "skipped: not complete yet (.tmp, .part)",
        "!./c.xml": XML,
    }
    assert unpacked(tmp_path, buffer.getvalue()) == expected
    assert unpacked(tmp_path, gzip.compress(buffer.getvalue())) == expected
    link = zipfile.ZipInfo("link.xml")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as zip_file:
        zip_file.writestr(link, "/etc/passwd")
    assert unpacked(tmp_path, buffer.getvalue()) == {"!link.xml": "skipped: a symbolic link"}


def test_gnu_sparse_files_do_not_disturb_those_behind_them(tmp_path: Path) -> None:
    block = bytearray(tarred({"holes": b""}, tarfile.GNU_FORMAT)[:512])
    block[156:157] = b"S"
    block[482] = 1  # the map goes on in one more block
    block[124:136] = b"%011o\0" % 512
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    data = bytes(block) + bytes(512) + b"x" * 512 + tarred({"b.xml": XML})
    assert unpacked(tmp_path, data) == {"!holes": "skipped: a sparse file, which is not read here", "!b.xml": XML}


def test_zip64(tmp_path: Path) -> None:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        with archive.open("a.xml", "w", force_zip64=True) as member:
            member.write(XML)
        archive.writestr("b.xml", BIG, zipfile.ZIP_DEFLATED)
    plain = buffer.getvalue()
    end = plain.rindex(b"PK\5\6")
    fields = struct.unpack("<4s4H2LH", plain[end:])
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, fields[5], fields[6])
    wide += struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    wide += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert unpacked(tmp_path, plain[:end] + wide) == {"!a.xml": XML, "!b.xml": BIG}
    # sizes and offset of the second member, in its directory line, given in the zip64 field only
    line = plain.rindex(b"PK\1\2", 0, end)
    (packed, size), offset = struct.unpack_from("<2L", plain, line + 20), struct.unpack_from("<L", plain, line + 42)[0]
    entry = bytearray(plain[line:end])
    entry[20:28], entry[42:46], entry[30:32] = b"\xff" * 8, b"\xff" * 4, struct.pack("<H", 28)
    entry += struct.pack("<2H3Q", 1, 24, size, packed, offset)
    data = plain[:line] + bytes(entry) + struct.pack("<4s4H2LH", *fields[:5], fields[5] + 28, fields[6], 0)
    assert unpacked(tmp_path, data) == {"!a.xml": XML, "!b.xml": BIG}


def test_large_and_long_fields_of_tar(tmp_path: Path) -> None:
    info = tarfile.TarInfo("p/" * 90 + "a.xml")
    info.size = len(XML)
    for form in (tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT):
        data = info.tobuf(form) + XML.ljust(512, b"\0") + bytes(1024)
        assert unpacked(tmp_path, data) == {f"!{info.name}": XML}
    header = bytearray(tarfile.TarInfo("b.xml").tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = b"\x80" + len(XML).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    assert unpacked(tmp_path, bytes(header) + XML.ljust(512, b"\0") + bytes(1024)) == {"!b.xml": XML}


def test_an_encrypted_member_does_not_stop_the_others(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.xml": XML, "b.xml": XML, "c.xml": XML}))
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    data[second + 8] |= 1
    assert unpacked(tmp_path, bytes(data)) == {"!a.xml": XML, "!b.xml": "ARCHIVE-ENCRYPTED", "!c.xml": XML}


def test_an_unknown_method_and_a_damaged_member_do_not_stop_the_others(tmp_path: Path) -> None:
    members = {"a.xml": XML, "b.xml": BIG, "c.xml": BIG, "d.xml": XML}
    data = bytearray(zipped(members, zipfile.ZIP_STORED))
    lines = [i for i in range(len(data)) if data[i : i + 4] == b"PK\1\2"]
    data[lines[0] + 10] = 9
    data[data.index(BIG) + 50_000] ^= 1
    assert unpacked(tmp_path, bytes(data)) == {
        "!a.xml": "ARCHIVE-BROKEN",
        "!b.xml": "ARCHIVE-BROKEN",
        "!c.xml": BIG,
        "!d.xml": XML,
    }


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_lies_about_its_size_is_damaged(tmp_path: Path, method: int) -> None:
    for lie in (-10, 10):
        data = bytearray(zipped({"a.xml": BIG}, method))
        line = data.rindex(b"PK\1\2")
        data[line + 24 : line + 28] = struct.pack("<L", len(BIG) + lie)
        assert unpacked(tmp_path, bytes(data)) == {"!a.xml": "ARCHIVE-BROKEN"}


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz", "xml.gz", "xml.xz", "xml.bz2"])
def test_nothing_of_an_archive_cut_short_is_lost_in_silence(tmp_path: Path, form: str) -> None:
    data = {
        "zip": zipped({"a.xml": XML, "b.xml": XML}),
        "tar": tarred({"a.xml": XML, "b.xml": XML}).rstrip(b"\0") + bytes(1024),
        "tar.gz": gzip.compress(tarred({"a.xml": XML, "b.xml": XML})),
    }.get(form) or PACKERS[form[4:]](XML)
    step = 64 if form == "tar" else 1
    for length in range(600 if form == "tar" else 8, len(data) - 600 if form == "tar" else len(data), step):
        found = unpacked(tmp_path, data[:length])
        assert "ARCHIVE-BROKEN" in found.values(), length
        assert {value for value in found.values() if isinstance(value, bytes)} <= {XML}


def test_the_members_before_the_break_are_read(tmp_path: Path) -> None:
    whole = tarred({"a.xml": XML, "b.xml": BIG})
    cut = whole[:100_000]
    assert unpacked(tmp_path, cut) == {"!a.xml": XML, "!b.xml": "ARCHIVE-BROKEN"}
    assert unpacked(tmp_path, gzip.compress(cut)) == {"!a.xml": XML, "!b.xml": "ARCHIVE-BROKEN"}
    packed = gzip.compress(whole)
    wrong_sum = packed[:-8] + b"\0\0\0\0" + packed[-4:]
    assert unpacked(tmp_path, wrong_sum) == {"!a.xml": XML, "!b.xml": BIG, "": "ARCHIVE-BROKEN"}


def test_include_narrows_members_and_an_archive_that_matches_is_taken_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.xml": XML, "x/pain.xml": XML, "b.zip": zipped({"pain.xml": XML, "c.xml": XML})}))
    left_out = "skipped: not among the names to include"
    assert outcomes([path], include=["pain*"]) == {
        f"{path}!a.xml": left_out,
        f"{path}!x/pain.xml": XML,
        f"{path}!b.zip!pain.xml": XML,
        f"{path}!b.zip!c.xml": left_out,
    }
    assert left_out not in outcomes([path], include=["*.zip"]).values()
    assert [name for name, value in outcomes([path], include=["x/*"]).items() if value == XML] == [f"{path}!x/pain.xml"]
    (tmp_path / "p.xml.gz").write_bytes(gzip.compress(XML))
    assert outcomes([tmp_path], include=["p.xml"])[f"{tmp_path}/p.xml.gz"] == XML


def test_sources_are_opened_again_and_in_other_processes(tmp_path: Path) -> None:
    inner = {"c.xml": XML}
    (tmp_path / "a.zip").write_bytes(
        zipped({"a.xml": BIG, "b.zip": zipped(inner), "c.tgz": gzip.compress(tarred(inner))})
    )
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(XML))
    (tmp_path / "c.tar").write_bytes(tarred(inner))
    items = list(expand([tmp_path]))
    assert len(items) == 5
    first = [outcome(item) for item in items]
    assert {value for _, value in first} == {XML, BIG}
    assert [outcome(item) for item in items] == first
    assert [outcome(pickle.loads(pickle.dumps(item))) for item in items] == first
    code = "import pickle, sys; print([len(s.open().read()) for s in pickle.load(sys.stdin.buffer)])"
    sizes = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(items), capture_output=True, check=True)
    assert sizes.stdout.decode().strip() == str([len(value) for _, value in first])


def test_scratch_files_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(tarred({"a.xml": XML})))
    with Scratch() as scratch:
        (source,) = expand([path], scratch=scratch)
        assert isinstance(source, Source)
        assert outcome(source)[1] == XML
        kept = source.content.origin  # type: ignore[union-attr]
        assert isinstance(kept, Path)
        assert kept.exists()
    assert not kept.parent.exists()
    assert outcome(source)[1] == "FILE-UNREADABLE"


def test_memory_stays_flat_over_many_and_large_members(tmp_path: Path) -> None:
    many, large = tmp_path / "many.zip", tmp_path / "large.tar.gz"
    many.write_bytes(zipped({f"{number}.xml": XML for number in range(5_000)}))
    text = b"<a>" + b"".join(b"%d " % (number * 7919) for number in range(2_000_000)) + b"</a>"
    large.write_bytes(gzip.compress(tarred({"a.xml": text, "b.xml": XML}), 1))
    sizes = {len(XML): 0, len(text): 0}
    del text
    with Scratch() as scratch:
        tracemalloc.start()
        for source in expand([many, large], scratch=scratch):
            assert isinstance(source, Source)
            with source.open() as file:
                read = 0
                while data := file.read(65_536):
                    read += len(data)
                sizes[read] += 1
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert list(sizes.values()) == [5_001, 1]
    assert peak < 2_000_000


SEEDS = [
    zipped({"a.xml": XML, "b.txt": b"no", "c.zip": zipped({"d.xml": XML})}),
    zipped({"a.xml": XML}, zipfile.ZIP_LZMA),
    zipped({"a.xml": XML}, zipfile.ZIP_BZIP2),
    tarred({"a.xml": XML, "l" * 150: XML}, tarfile.GNU_FORMAT),
    tarred({"a.xml": XML, "é" * 150: XML})[:4096],
    *(pack(tarred({"a.xml": XML})) for pack in PACKERS.values()),
    *(pack(XML) for pack in PACKERS.values()),
]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 2**20),
)
def test_a_damaged_archive_never_raises(tmp_path: Path, seed: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(seed)
    for position, value in changes:
        data[position % len(data)] = value
    unpacked(tmp_path, bytes(data))
    unpacked(tmp_path, bytes(data[: cut % len(data)]), Limits(archive_members_max=2))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08\0", b"BZh9", b"\xfd7zXZ\0"]),
    rest=st.binary(max_size=600),
)
def test_random_bytes_never_raise(tmp_path: Path, start: bytes, rest: bytes) -> None:
    assert len(unpacked(tmp_path, start + rest)) == 1
