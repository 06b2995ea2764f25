"""Sealed files as text: PEM, decoded a block at a time. Source: RFC 7468."""

import binascii
from collections.abc import Callable
from typing import BinaryIO

from wissel.signature.refusal import refuse
from wissel.signature.sealing.ber import CHUNK_BYTES, PART

_BEGIN = b"-----BEGIN "
_LABELS = (b"CMS", b"PKCS7")
_LINE_BYTES_MAX = 80


def binary(source: BinaryIO) -> Callable[[int], bytes]:
    """A function that reads the bytes of a sealed file, which may be binary or PEM.

    Raises SignatureRefused with SEAL-UNREADABLE for what is neither; the function raises it too, and SEAL-TRUNCATED
    and SEAL-TRAILING.
    """
    start = source.read(len(_BEGIN))
    if start == _BEGIN:
        label = source.readline(_LINE_BYTES_MAX).rstrip(b"\r\n")
        if label not in [one + b"-----" for one in _LABELS]:
            raise refuse("SEAL-UNREADABLE", "This is a PEM file of another kind, not a sealed file.", PART)
        return _Text(source, b"-----END " + label).read
    if not start.startswith(b"\x30"):
        hint = None
        if start[:5].lower() in (b"mime-", b"conte"):
            hint = "This is S/MIME: ask the sender for DER (openssl cms -outform DER)."
        said = "The file is empty." if not start else "This is not a sealed file (CMS as DER, BER or PEM)."
        raise refuse("SEAL-UNREADABLE", said, PART, hint=hint)
    return _Begun(start, source).read


class _Begun:
    """A stream of which the first bytes were read already."""

    def __init__(self, start: bytes, source: BinaryIO) -> None:
        self._start = start
        self._source = source

    def read(self, count: int) -> bytes:
        if not self._start:
            return self._source.read(count)
        taken, self._start = self._start[:count], self._start[count:]
        return taken


class _Text:
    """Base64 between the lines of a PEM file, as bytes. Nothing but line breaks may stand beside it."""

    def __init__(self, source: BinaryIO, end: bytes) -> None:
        self._source = source
        self._end = end
        self._text = b""
        """Base64 characters that do not make a whole group yet."""
        self._ready = memoryview(b"")
        self._finished = False

    def read(self, count: int) -> bytes:
        while not self._ready and not self._finished:
            self._ready = memoryview(self._decoded())
        taken, self._ready = bytes(self._ready[:count]), self._ready[count:]
        return taken

    def _decoded(self) -> bytes:
        block = self._source.read(CHUNK_BYTES)
        if not block:
            raise refuse("SEAL-TRUNCATED", "The sealed file ends before its last line.", PART)
        body, dash, rest = block.partition(b"-")
        text = self._text + body.translate(None, b"\r\n")
        if dash:
            self._finished = True
            whole = len(text)
            self._require_end(dash + rest + self._source.read(_LINE_BYTES_MAX))
        else:
            whole = len(text) // 4 * 4 - 4  # padding stands in the last group, so that one is kept back
        whole = max(whole, 0)
        self._text = text[whole:]
        return _bytes(text[:whole], last=bool(dash))

    def _require_end(self, rest: bytes) -> None:
        line, _, behind = rest.partition(b"\n")
        line = line.rstrip(b"\r")
        if line != self._end:
            if self._end.startswith(line):
                raise refuse("SEAL-TRUNCATED", "The sealed file ends within its last line.", PART)
            raise refuse("SEAL-UNREADABLE", "The last line of the PEM file is not as it has to be.", PART)
        if behind.strip(b"\r\n") or self._source.read(1):
            raise refuse("SEAL-TRAILING", "Something stands behind the end of the sealed file.", PART)


def _bytes(text: bytes, last: bool) -> bytes:
    try:
        found = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        found = None
    if found is None or (last and binascii.b2a_base64(found, newline=False) != text) or (not last and b"=" in text):
        raise refuse("SEAL-UNREADABLE", "The text between the lines of the PEM file is not base64.", PART)
    return found
