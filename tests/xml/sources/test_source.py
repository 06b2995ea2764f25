"""Inputs: files, folders and standard input, what is taken of them, and what is said of the rest."""

import gzip
import io
import os
import pickle
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xml.archives import XML, outcome, outcomes, tarred, zipped
from wissel.core.errors import UsageError
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.kind import Kind, kind_of
from wissel.xml.sources.source import Skipped, Source, expand
from wissel.xml.sources.stored import printable

NO_XML = "skipped: neither XML nor an archive"


def below(folder: Path, include: tuple[str, ...] = (), limits: Limits = Limits()) -> dict[str, object]:  # noqa: B008
    return {name.removeprefix(f"{folder}/"): value for name, value in outcomes([folder], include, limits).items()}


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_a_source_from_bytes_and_from_a_path_can_be_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(XML)
    for source, name in ((Source.from_bytes(XML), "<bytes>"), (Source.from_path(path), str(path))):
        assert (source.name, source.size_bytes) == (name, len(XML))
        assert [outcome(source), outcome(source), outcome(pickle.loads(pickle.dumps(source)))] == [(name, XML)] * 3
    with Source.from_path(path).open() as file:
        assert (file.read(5), file.read(4), file.read(), file.read(), file.read(3)) == (
            XML[:5],
            XML[5:9],
            XML[9:],
            b"",
            b"",
        )


def test_a_file_above_the_limit_is_refused_at_once_or_where_it_grew(tmp_path: Path) -> None:
    limits = replace(Limits(), file_bytes_max=10)
    for size, expected in ((10, b"x" * 10), (11, "LIMIT-BYTES")):
        assert outcome(Source.from_bytes(b"x" * size, limits=limits))[1] == expected
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    source = Source.from_path(path, limits)
    path.write_bytes(b"x" * 11)
    with source.open() as file, pytest.raises(Refused) as caught:
        file.read()
    assert caught.value.finding.code == "LIMIT-BYTES"


@pytest.mark.parametrize("data", [XML, b"", b"plain", b"\0\1", b"{1:F01BANKBEBB"])
def test_a_named_file_is_taken_whatever_it_holds_and_whatever_is_to_be_included(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ".hidden.tmp"
    path.write_bytes(data)
    assert outcomes([path], include=["*.xml"]) == {str(path): data}


def test_a_folder_is_read_with_all_below_it_in_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "b.xml": XML,
            "a/z.xml": XML,
            "a/b/c.dat": b" \r\n" + XML,
            "a.xml": XML,
            "c.zip": zipped({"m.xml": XML, "n.pdf": b"%PDF"}),
            "c.xml.gz": gzip.compress(XML),
            "notes.txt": b"hello",
            "empty.xml": b"",
            "packed.txt.gz": gzip.compress(b"hello"),
        },
    )
    found = below(tmp_path)
    assert list(found.items()) == [
        ("a/b/c.dat", b" \r\n" + XML),
        ("a/z.xml", XML),
        ("a.xml", XML),
        ("b.xml", XML),
        ("c.xml.gz", XML),
        ("c.zip!m.xml", XML),
        ("c.zip!n.pdf", NO_XML),
        ("empty.xml", "skipped: empty"),
        ("notes.txt", NO_XML),
        ("packed.txt.gz", NO_XML),
    ]


def test_hidden_and_unfinished_files_of_a_folder_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {".a.xml": XML, ".git/b.xml": XML, "c.xml.tmp": XML, "d.xml.part": XML, "e.xml": XML})
    incomplete = "skipped: not complete yet (.tmp, .part)"
    assert below(tmp_path) == {
        ".a.xml": "skipped: hidden",
        ".git": "skipped: hidden",
        "c.xml.tmp": incomplete,
        "d.xml.part": incomplete,
        "e.xml": XML,
    }
    assert outcomes([tmp_path / ".git"]) == {f"{tmp_path}/.git/b.xml": XML}


def test_names_are_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"d/a.xml": XML})
    monkeypatch.chdir(tmp_path)
    for given_path, name in ((".", "./d/a.xml"), ("d", "d/a.xml"), ("d/", "d/a.xml"), ("d/../d/a.xml", "d/../d/a.xml")):
        assert outcomes([given_path]) == {name: XML}


def test_include_narrows_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": XML, "b.dat": XML, "x/c.xml": XML, "x/d.dat": XML, "e.txt": b"no"})
    left_out = "skipped: not among the names to include"
    assert below(tmp_path, ("*.xml",)) == {
        "a.xml": XML,
        "b.dat": left_out,
        "e.txt": NO_XML,
        "x/c.xml": XML,
        "x/d.dat": left_out,
    }
    assert [name for name, value in below(tmp_path, ("x/*", "b.*")).items() if value == XML] == [
        "b.dat",
        "x/c.xml",
        "x/d.dat",
    ]


def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    write(tmp_path, {"in/a.xml": XML, "in/deep/b.xml": XML, "out/c.xml": XML})
    inside = tmp_path / "in"
    (inside / "deep" / "up").symlink_to(inside)
    (inside / "self").symlink_to("self")
    (inside / "other").symlink_to(tmp_path / "out")
    (inside / "file.xml").symlink_to(tmp_path / "out" / "c.xml")
    (inside / "gone.xml").symlink_to("nowhere")
    for number in range(12):  # every level twice: 4,096 ways to the last, each folder read once
        level = inside / "z" / str(number)
        level.mkdir(parents=True)
        for side in "lr":
            (level / side).symlink_to(inside / "z" / str(number + 1))
    read_already = "skipped: a link to a folder that was read already"
    found = below(inside)
    z = {name: value for name, value in found.items() if name.startswith("z/")}
    assert {name: found[name] for name in found if name not in z} == {
        "a.xml": XML,
        "deep/b.xml": XML,
        "deep/up": read_already,
        "file.xml": XML,
        "gone.xml": "FILE-UNREADABLE",
        "other/c.xml": XML,
        "self": "FILE-UNREADABLE",
    }
    assert set(z.values()) == {read_already, "FILE-UNREADABLE"}
    assert len(z) < 40


def test_pipes_sockets_and_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert below(tmp_path) == {"pipe.xml": "skipped: no regular file", "socket": "skipped: no regular file"}
        for path in ("pipe.xml", "socket", "/dev/null", "/dev/zero"):
            assert outcomes([path]) == {path: "FILE-UNREADABLE"}
    with pytest.raises(Refused) as caught:
        Source.from_path("pipe.xml").open()
    assert caught.value.finding.hint == "Pipe the data in and give - as the path."


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": XML, "closed/b.xml": XML})
    (tmp_path / "a.xml").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        assert below(tmp_path) == {"a.xml": "FILE-UNREADABLE", "closed": "FILE-UNREADABLE"}
        assert outcomes([tmp_path / "closed" / "b.xml"]) == {f"{tmp_path}/closed/b.xml": "FILE-UNREADABLE"}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_file_that_goes_away_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": XML, "b.zip": zipped({"m.xml": XML})})
    items = list(expand([tmp_path]))
    (tmp_path / "a.xml").unlink()
    (tmp_path / "b.zip").write_bytes(b"PK")
    assert [value for _, value in map(outcome, items)] == ["FILE-UNREADABLE"] * 2
    assert outcome(Source.from_path(tmp_path))[1] == "FILE-UNREADABLE"
    assert outcome(Source.from_path("a\0b"))[1] == "FILE-UNREADABLE"


def test_file_names_are_harmless_to_print(tmp_path: Path) -> None:
    for raw in (b"n\xe9.xml", b"a\x1b[2J.xml", b"line\nbreak.xml"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw)).write_bytes(XML)
    assert below(tmp_path) == {"a\\x1b[2J.xml": XML, "line\\nbreak.xml": XML, "n\\udce9.xml": XML}


def test_a_path_that_does_not_exist_is_a_wrong_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"payments/march.xml": XML})
    monkeypatch.chdir(tmp_path)
    for path, said in [
        ("paymnets/march.xml", "Did you mean payments?"),
        ("payments/mrach.xml", "Did you mean payments/march.xml?"),
        (f"{tmp_path}/paymets/march.xml", f"Did you mean {tmp_path}/payments?"),
        ("payments/march.xml/x", "There is no file or folder payments/march.xml/x."),
        ("payments/*.xlm", "--include PATTERN"),
        ("qqqqq", "There is no file or folder qqqqq. Check the spelling and the current folder."),
        ("/no/such/place", "Check the spelling"),
        ("", "'' is no path."),
        ("a\0b", "is no path."),
    ]:
        with pytest.raises(UsageError) as caught:
            expand(["payments", path])  # before anything is read
        assert said in str(caught.value), path


def from_stdin(data: bytes, **more: object) -> dict[str, object]:
    return dict(map(outcome, list(expand(["-"], stdin=io.BytesIO(data), **more))))  # type: ignore[arg-type]


def test_standard_input(tmp_path: Path) -> None:
    assert from_stdin(XML) == {"<stdin>": XML}
    assert from_stdin(b"") == {"<stdin>": b""}
    assert from_stdin(zipped({"a.xml": XML})) == {"<stdin>!a.xml": XML}
    assert from_stdin(gzip.compress(tarred({"a.xml": XML}))) == {"<stdin>!a.xml": XML}
    large = b"<a>" + b"x" * 17 * 1024**2 + b"</a>"
    (source,) = expand(["-"], stdin=io.BytesIO(large))
    assert isinstance(source, Source)
    assert len(pickle.dumps(source)) < 2_000
    assert outcome(pickle.loads(pickle.dumps(source))) == ("<stdin>", large)
    for size in (1_000, 17 * 1024**2):
        limits = replace(Limits(), file_bytes_max=size)
        assert from_stdin(b"<" * size, limits=limits) == {"<stdin>": b"<" * size}
        assert from_stdin(b"<" * (size + 1), limits=limits) == {"<stdin>": "LIMIT-BYTES"}


def test_standard_input_that_fails_or_is_asked_for_twice() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    assert [outcome(item) for item in expand(["-"], stdin=Broken())] == [("<stdin>", "FILE-UNREADABLE")]
    for stdin, paths in ((None, ["-"]), (io.BytesIO(XML), ["-", "-"])):
        with pytest.raises(UsageError):
            expand(paths, stdin=stdin)


def test_a_folder_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": XML, "b.xml": b"no"})
    items = expand([tmp_path])
    assert isinstance(next(items), Source)
    (tmp_path / "b.xml").write_bytes(XML)
    assert isinstance(next(items), Source)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"<a/>", Kind.XML),
        (b" \t\r\n<a/>", Kind.XML),
        (b"\xef\xbb\xbf <a/>", Kind.XML),
        *((" <a/>".encode(codec), Kind.XML) for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")),
        (b"\xfe\xff" + "<a/>".encode("utf-16-be"), Kind.XML),
        ('<?xml version="1.0"?>'.encode("cp037"), Kind.XML),
        (b"Letters to the editor", Kind.OTHER),
        (b"\xef\xbb\xbfplain", Kind.OTHER),
        (b"\xff\xfe" + "plain".encode("utf-16-le"), Kind.OTHER),
        (b" " * 1023, Kind.OTHER),
        (b" " * 1024, Kind.XML),
        (b"PK\3\4", Kind.ZIP),
        (b"PK\5\6", Kind.ZIP),
        (b"\x1f\x8b\x08", Kind.GZIP),
        (b"BZh91AY&SY", Kind.BZIP2),
        (b"\xfd7zXZ\0", Kind.XZ),
        (tarred({"a": b"x"})[:1024], Kind.TAR),
        (bytes(1024), Kind.OTHER),
        (b"%PDF-1.7", Kind.OTHER),
    ],
)
def test_what_the_first_bytes_say(head: bytes, kind: Kind) -> None:
    assert kind_of(head) is kind


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200), start=st.sampled_from([b"", b"<", b" <", b"\xff\xfe<\0", b"PK\3\4", b"\x1f\x8b\x08"])
)
def test_any_bytes_give_one_input_that_is_read_or_refused(tmp_path: Path, data: bytes, start: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(start + data)
    (named,) = outcomes([path]).values()
    (found,) = outcomes([tmp_path]).values()
    assert named == start + data or named == "ARCHIVE-BROKEN"
    assert found in (named, NO_XML, "skipped: empty")


@settings(max_examples=200)
@given(st.text(max_size=50))
def test_printable_names_are_one_line(name: str) -> None:
    assert printable(name).isprintable()
    printable(name).encode("utf-8")


def test_skipped_and_sources_are_values() -> None:
    assert Skipped("a", "b") == Skipped("a", "b")
    assert pickle.loads(pickle.dumps(Skipped("a", "b"))) == Skipped("a", "b")
    assert b"Document" not in repr(Source.from_bytes(XML)).encode()
