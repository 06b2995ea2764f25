"""Which encoding an XML file is written in, and its bytes as UTF-8 in chunks, with flat memory.

The parser is always given UTF-8 and told so, which overrides the XML declaration: what this module decides is
what counts. It decides as libxml2 does: a byte order mark or the width of the first characters wins over the
declaration. It knows EBCDIC besides, which the usual builds of libxml2 do not.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from encodings.aliases import aliases
from typing import Protocol

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.xml.refusal import Refused

HEAD_BYTES = 1024
"""How many bytes :func:`detect` should be given; an XML declaration that is longer is not looked for."""
CHUNK_BYTES = 65_536

_MARKS = (  # the longer mark first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = (  # "<" in four bytes, "<?" in two, "<?xm" in EBCDIC: XML 1.0, appendix F
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_BARE_WIDE_START = re.compile(rb"(?:[ \t\r\n]\0)*<\0|(?:\0[ \t\r\n])*\0<")

_DECLARATION = re.compile(r"""<\?xml\s[^>]*?\sencoding\s*=\s*(["'])([A-Za-z][A-Za-z0-9._\-]*)\1[^>]*\?>""")

_SINGLE_BYTE = frozenset(
    ["ascii", "latin_1", "koi8_r", "koi8_u", "mac_roman", "tis_620", "cp850", "cp852", "cp866", "cp874"]
    + [f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)]
    + [f"cp{page}" for page in range(1250, 1259)]
)
"""Codecs in which the bytes 0 to 127 are ASCII, each for itself: a chunk of these needs no decoding."""
_EAST_ASIAN = frozenset(
    [
        "shift_jis",
        "cp932",
        "euc_jp",
        "iso2022_jp",
        "euc_kr",
        "cp949",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "cp950",
    ]
)
_EBCDIC = frozenset(["cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140"])
_WIDE = frozenset(["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"])
_OTHER_NAMES = {
    "iso_10646_ucs_2": "utf_16",
    "iso_10646_ucs_4": "utf_32",
    "ucs_2": "utf_16",
    "ucs_4": "utf_32",
    "windows_31j": "cp932",
    "x_sjis": "shift_jis",
    "windows_874": "cp874",
    "windows_936": "gbk",
    "windows_949": "cp949",
}
"""Names that are registered or common, yet unknown to Python."""


class Readable(Protocol):
    """What can be read from: all that is asked of a file here."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is written."""

    name: str
    """Python's name of the codec, such as ``utf-8``, ``utf-16-le``, ``latin_1``."""
    bom_bytes: int
    """Length of the byte order mark at the start; 0 without one."""
    declared: str | None
    """The name in the XML declaration as it stands there; None where there is none."""


def detect(head: bytes) -> Encoding:
    """The encoding of a file that begins with ``head`` (:data:`HEAD_BYTES` are enough).

    Raises Refused: ENCODING-UNKNOWN for a name without decoder; ENCODING-INVALID where the declaration
    cannot be true or UTF-16 has neither byte order mark nor declaration. Source: XML 1.0, 4.3.3 and F.
    """
    head = head[:HEAD_BYTES]
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, len(mark), _declared(head[len(mark) :], name))
    for start, name in _STARTS:
        if head.startswith(start):
            declared = _declared(head, name)
            return _ebcdic(declared) if name == "cp037" else Encoding(name, 0, declared)
    if _BARE_WIDE_START.match(head):
        raise Refused(
            finding(
                "ENCODING-INVALID",
                "The file looks like UTF-16, but has neither byte order mark nor XML declaration.",
                line=1,
                column=1,
                hint="Begin the file with a byte order mark, or write it in UTF-8.",
            )
        )
    return _narrow(_declared(head, "latin_1"))


def _declared(head: bytes, codec: str) -> str | None:
    """The encoding named in the XML declaration at the start of ``head``."""
    match = _DECLARATION.match(head.decode(codec, "replace"))
    return match[2] if match else None


def _narrow(declared: str | None) -> Encoding:
    """The encoding of a file whose ASCII characters take one byte each."""
    if declared is None:
        return Encoding("utf-8", 0, None)
    codec = _codec(declared)
    if codec in _WIDE or codec in _EBCDIC:
        raise _contradiction(declared, "in single bytes beginning with ASCII")
    return Encoding("utf-8" if codec == "utf_8" else codec, 0, declared)


def _ebcdic(declared: str | None) -> Encoding:
    """The encoding of a file that begins with ``<?xm`` in EBCDIC; without a name US EBCDIC is taken."""
    codec = "cp037" if declared is None else _codec(declared)
    if codec not in _EBCDIC:
        raise _contradiction(str(declared), "in EBCDIC")
    return Encoding(codec, 0, declared)


def _codec(declared: str) -> str:
    """Python's name of the codec for a declared name: of character sets only, never of its other codecs."""
    plain = declared.lower().replace("-", "_").replace(".", "_")
    codec = _OTHER_NAMES.get(plain) or aliases.get(plain, plain)
    if codec == "utf_8" or codec in _SINGLE_BYTE or codec in _EAST_ASIAN or codec in _EBCDIC or codec in _WIDE:
        return codec
    raise Refused(
        finding(
            "ENCODING-UNKNOWN",
            f"The XML declaration names the encoding “{declared}”, which is not known here.",
            line=1,
            value=declared,
            allowed="UTF-8, UTF-16, US-ASCII, ISO-8859-1 to -16, windows-1250 to -1258, IBM037 and others",
            hint="Write the file in UTF-8 and declare it so.",
        )
    )


def _contradiction(declared: str, found: str) -> Refused:
    return Refused(
        finding(
            "ENCODING-INVALID",
            f"The XML declaration says {declared}, but the file is written {found}.",
            line=1,
            value=declared,
            hint="Declare the encoding that the file really has; often that is UTF-8.",
        )
    )


def utf8_chunks(file: Readable, encoding: Encoding, chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The content of ``file`` (from its first byte) as UTF-8 without byte order mark.

    UTF-8 goes through unchecked: the parser checks it, and :func:`first_fault` says what is wrong. Raises
    Refused (ENCODING-INVALID) at bytes that do not fit any other encoding, and what ``file.read`` raises.
    """
    if encoding.name != "utf-8":
        yield from _transcoded(file, encoding, chunk_bytes)
        return
    mark_left = encoding.bom_bytes
    while chunk := file.read(chunk_bytes):
        if mark_left:
            chunk, mark_left = chunk[mark_left:], max(0, mark_left - len(chunk))
        if chunk:
            yield chunk


def first_fault(file: Readable, encoding: Encoding) -> Finding | None:
    """The first place of ``file`` (from its first byte) that does not fit ``encoding``; None where all fits.

    For the message when the parser refused the bytes of a UTF-8 file: it reads all up to the fault again.
    """
    try:
        for _ in _transcoded(file, encoding, CHUNK_BYTES):
            pass
    except Refused as refused:
        return refused.finding
    return None


def _transcoded(file: Readable, encoding: Encoding, chunk_bytes: int) -> Iterator[bytes]:
    """The file decoded and encoded again, chunk by chunk, keeping line and column for a finding."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    ascii_needs_no_decoding = encoding.name in _SINGLE_BYTE
    bytes_read, mark_left = 0, encoding.bom_bytes
    line, column = 1, 1  # of the next character
    while True:
        chunk = file.read(chunk_bytes)
        last = not chunk
        bytes_read += len(chunk)
        if mark_left:
            chunk, mark_left = chunk[mark_left:], max(0, mark_left - len(chunk))
        if ascii_needs_no_decoding and chunk.isascii():
            text, encoded = chunk.decode("ascii"), chunk
        else:
            try:
                text = decoder.decode(chunk, last)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding.name, "replace")
                place = _advanced(line, column, good)
                offset = bytes_read - len(error.object) + error.start
                raise Refused(_fault(error, encoding, offset, place, cut=last)) from None
            encoded = text.encode("utf-8")
        line, column = _advanced(line, column, text)
        if encoded:
            yield encoded
        if last:
            return


def _advanced(line: int, column: int, text: str) -> tuple[int, int]:
    """Line and column behind ``text``, which begins at ``line`` and ``column``."""
    last_break = text.rfind("\n")
    return (line, column + len(text)) if last_break < 0 else (line + text.count("\n"), len(text) - last_break)


def _fault(error: UnicodeDecodeError, encoding: Encoding, offset: int, place: tuple[int, int], cut: bool) -> Finding:
    """What is wrong with the bytes at ``offset``, counted from 0; ``cut`` where the file ends too early."""
    byte = error.object[error.start]
    name = encoding.declared if encoding.declared and not encoding.bom_bytes else encoding.name.upper()
    what = f"The file ends within a character of {name}" if cut else f"Byte 0x{byte:02X} does not fit {name}"
    if encoding.declared is None and not encoding.bom_bytes:
        name_origin = ", which holds where no encoding is declared"
    else:
        name_origin = ", the encoding of the byte order mark" if encoding.bom_bytes else ", the declared encoding"
    return finding(
        "ENCODING-INVALID",
        f"{what}{name_origin} (offset {offset:,}).",
        line=place[0],
        column=place[1],
        value=f"0x{byte:02X}",
        hint=None if cut else _likely(error.object[error.start :], encoding.name),
    )


def _likely(data: bytes, codec: str) -> str | None:
    """What the bytes at a fault look like, where the file should be UTF-8 or ASCII."""
    if codec not in ("utf-8", "ascii"):
        return None
    if codec == "ascii" and _begins_as_utf8(data[:4]):
        return 'The bytes are good UTF-8: declare encoding="UTF-8".'
    name, character = "ISO-8859-1", data[:1].decode("latin_1")
    if character < "\xa0":  # control characters there, letters and signs in windows-1252
        name, character = "windows-1252", data[:1].decode("cp1252", "ignore")
    if not character:
        return None
    return f'0x{data[0]:02X} is “{character}” in {name}: if the file is written so, declare encoding="{name}".'


def _begins_as_utf8(data: bytes) -> bool:
    """Whether the first character of ``data`` is good UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 0
    return True
