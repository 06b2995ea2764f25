"""Encodings: what a file is written in, its bytes as UTF-8, and what is said where bytes do not fit."""

import codecs
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import Encoding, detect, first_fault, utf8_chunks

TEXT = "<a>é€ Zürich\n雪</a>"


def declared(name: str, body: str = "<a>é</a>") -> str:
    return f'<?xml version="1.0" encoding="{name}"?>\n{body}'


def transcoded(data: bytes, chunk_bytes: int = 65_536) -> bytes:
    return b"".join(utf8_chunks(io.BytesIO(data), detect(data), chunk_bytes))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<a/>", Encoding("utf-8", 0, None)),
        (b"", Encoding("utf-8", 0, None)),
        (b'<?xml version="1.0"?><a/>', Encoding("utf-8", 0, None)),
        (
            b"<?xml version='1.0'\n encoding = 'iso-8859-15' standalone='yes' ?><a/>",
            Encoding("iso8859_15", 0, "iso-8859-15"),
        ),
        (declared("utf-8").encode(), Encoding("utf-8", 0, "utf-8")),
        (declared("US-ASCII").encode(), Encoding("ascii", 0, "US-ASCII")),
        (declared("Windows-1252").encode("cp1252"), Encoding("cp1252", 0, "Windows-1252")),
        (declared("windows-31j").encode(), Encoding("cp932", 0, "windows-31j")),
        (codecs.BOM_UTF8 + b"<a/>", Encoding("utf-8", 3, None)),
        (codecs.BOM_UTF8 + declared("ISO-8859-1").encode(), Encoding("utf-8", 3, "ISO-8859-1")),
        (codecs.BOM_UTF8 + declared("FOO-8").encode(), Encoding("utf-8", 3, "FOO-8")),
        (codecs.BOM_UTF16_LE + declared("UTF-8").encode("utf-16-le"), Encoding("utf-16-le", 2, "UTF-8")),
        (codecs.BOM_UTF16_BE + "<a/>".encode("utf-16-be"), Encoding("utf-16-be", 2, None)),
        (codecs.BOM_UTF32_LE + "<a/>".encode("utf-32-le"), Encoding("utf-32-le", 4, None)),
        (codecs.BOM_UTF32_BE + "<a/>".encode("utf-32-be"), Encoding("utf-32-be", 4, None)),
        (declared("UTF-16").encode("utf-16-le"), Encoding("utf-16-le", 0, "UTF-16")),
        (declared("UTF-16").encode("utf-16-be"), Encoding("utf-16-be", 0, "UTF-16")),
        ("<a/>".encode("utf-32-be"), Encoding("utf-32-be", 0, None)),
        (declared("IBM500").encode("cp500"), Encoding("cp500", 0, "IBM500")),
        ('<?xml version="1.0"?><a/>'.encode("cp037"), Encoding("cp037", 0, None)),
        (b'<a><?xml version="1.0" encoding="ISO-8859-1"?></a>', Encoding("utf-8", 0, None)),
        (b'<?xml version="1.0"?><a encoding="ISO-8859-1"/>', Encoding("utf-8", 0, None)),
    ],
)
def test_what_a_file_is_written_in(data: bytes, expected: Encoding) -> None:
    assert detect(data) == expected


@pytest.mark.parametrize(
    "name",
    [
        "FOO-8",
        "zip",
        "rot13",
        "hex",
        "utf-7",
        "idna",
        "punycode",
        "unicode_escape",
        "mbcs",
        "os.path",
        "undefined",
    ],
)
def test_an_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        detect(declared(name, "<a/>").encode())
    assert caught.value.finding.code == "ENCODING-UNKNOWN"
    assert caught.value.finding.value == name


@pytest.mark.parametrize(
    "data",
    [
        declared("UTF-16", "<a/>").encode("ascii"),
        declared("UTF-32", "<a/>").encode("ascii"),
        declared("ISO-10646-UCS-2", "<a/>").encode("ascii"),
        declared("IBM037", "<a/>").encode("ascii"),
        "<a/>".encode("utf-16-le"),
        " \n<a/>".encode("utf-16-be"),
    ],
)
def test_what_libxml2_cannot_read_either_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        detect(data)
    assert caught.value.finding.code == "ENCODING-INVALID"
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(data)


def test_a_declaration_that_ebcdic_contradicts_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        detect(declared("UTF-8", "<a/>").encode("cp037"))
    assert caught.value.finding.code == "ENCODING-INVALID"
    assert "EBCDIC" in caught.value.finding.message


ENCODED = [
    ("UTF-16", "utf-16", TEXT),
    ("UTF-16", "utf-16-be", TEXT),
    ("UTF-32", "utf-32", TEXT),
    ("ISO-8859-1", "latin-1", "<a>plain then é and ü</a>"),
    ("ISO-8859-15", "iso8859-15", "<a>é€</a>"),
    ("windows-1252", "cp1252", "<a>“é€”</a>"),
    ("KOI8-R", "koi8-r", "<a>Москва</a>"),
    ("Shift_JIS", "shift_jis", "<a>東京</a>"),
    ("GB18030", "gb18030", "<a>北京é€</a>"),
    ("Big5", "big5", "<a>台北</a>"),
    ("EUC-JP", "euc_jp", "<a>東京</a>"),
    ("EUC-KR", "euc_kr", "<a>서울</a>"),
    ("ISO-2022-JP", "iso2022_jp", "<a>東京</a>"),
    ("IBM1140", "cp1140", "<a>é€</a>"),
]


@pytest.mark.parametrize("chunk_bytes", [1, 3, 65_536])
@pytest.mark.parametrize(("name", "codec", "body"), ENCODED)
def test_every_encoding_becomes_utf8_whatever_the_chunks(name: str, codec: str, body: str, chunk_bytes: int) -> None:
    text = declared(name, body)
    assert transcoded(text.encode(codec), chunk_bytes) == text.encode("utf-8")


@pytest.mark.parametrize(("name", "codec", "body"), ENCODED[:-1])
def test_the_parser_told_utf8_reads_what_it_reads_by_itself(name: str, codec: str, body: str) -> None:
    data = declared(name, body).encode(codec)
    parser = etree.XMLParser(encoding="UTF-8")
    parser.feed(transcoded(data))
    assert parser.close().text == etree.fromstring(data).text


def test_utf8_passes_untouched_but_for_its_mark() -> None:
    bad = b"<a>\xe9</a>"
    assert transcoded(bad) == bad
    assert transcoded(codecs.BOM_UTF8 + bad, chunk_bytes=2) == bad


@pytest.mark.parametrize("chunk_bytes", [1, 4, 65_536])
@pytest.mark.parametrize(
    ("data", "line", "column", "offset", "value"),
    [
        (declared("US-ASCII", "\n ü<a/>").encode("latin-1"), 3, 2, 44, "0xFC"),
        (declared("windows-1252", "é\x81").encode("latin-1"), 2, 2, 47, "0x81"),
        (declared("Shift_JIS", "<a>東").encode("shift_jis") + b"\xff", 2, 5, 48, "0xFF"),
        (codecs.BOM_UTF16_LE + "<a>\n雪".encode("utf-16-le") + b"\x00\xdc\x00\x00", 2, 2, 12, "0x00"),
        (codecs.BOM_UTF16_LE + "<a>".encode("utf-16-le") + b"\x00", 1, 4, 8, "0x00"),
    ],
)
def test_bytes_that_do_not_fit_are_placed(
    data: bytes, line: int, column: int, offset: int, value: str, chunk_bytes: int
) -> None:
    with pytest.raises(Refused) as caught:
        transcoded(data, chunk_bytes)
    found = caught.value.finding
    assert (found.code, found.line, found.column, found.value) == ("ENCODING-INVALID", line, column, value)
    assert f"(offset {offset})" in found.message


def fault(data: bytes) -> tuple[int | None, int | None, str | None, str | None]:
    found = first_fault(io.BytesIO(data), detect(data))
    assert found is not None
    return found.line, found.column, found.value, found.hint


def test_the_first_bad_byte_of_utf8_comes_with_a_hint() -> None:
    line, column, value, hint = fault("<a>\n雪雪".encode() + b"\xe9</a>")
    assert (line, column, value) == (2, 3, "0xE9")
    assert hint is not None
    assert 'declare encoding="ISO-8859-1"' in hint
    assert "“é”" in hint
    assert 'declare encoding="windows-1252"' in str(fault(b"<a>\x80</a>")[3])
    assert fault(b"<a>\x81</a>")[3] is None
    assert 'declare encoding="UTF-8"' in str(fault(declared("ascii").encode())[3])


def test_a_fault_far_into_the_file_is_placed_exactly() -> None:
    data = "zeile é\n".encode() * 100_000 + "é".encode() * 50_000 + b"\xff"
    assert fault(data)[:3] == (100_001, 50_001, "0xFF")


def test_a_file_that_ends_within_a_character_says_so() -> None:
    found = first_fault(io.BytesIO(b"<a>\xe2\x82"), detect(b"<a>"))
    assert found is not None
    assert "ends within a character" in found.message
    assert (found.line, found.column) == (1, 4)


def test_good_utf8_has_no_fault() -> None:
    assert first_fault(io.BytesIO(TEXT.encode()), detect(TEXT.encode())) is None


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.tuples(
            st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf"]),
            st.binary(max_size=40),
        ).map(b"".join),
        st.tuples(st.sampled_from([declared(name, "").encode() for name, _, _ in ENCODED]), st.binary(max_size=40)).map(
            b"".join
        ),
    ),
    st.integers(1, 9),
)
def test_any_bytes_are_read_or_refused_alike_in_all_chunk_sizes(data: bytes, chunk_bytes: int) -> None:
    def outcome(size: int) -> object:
        try:
            return transcoded(data, size)
        except Refused as refused:
            return refused.finding

    assert outcome(chunk_bytes) == outcome(65_536)
