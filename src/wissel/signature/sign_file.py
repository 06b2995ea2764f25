"""Sign a file of any size. A large one that takes an enveloped signature is read as a stream, in flat memory.

The signature stands last in the root, so that its place is known from the end of the file alone. The file is read once
with the signature (still without digests) in that place, by the very code that verifies such files, and a second time
to be written. That both readings saw the same bytes is checked.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from io import SEEK_END
from typing import BinaryIO

from wissel.core.errors import UsageError
from wissel.signature.keys import Signer
from wissel.signature.profile import Part, Place, Profile, SignatureMethod
from wissel.signature.refusal import SignatureRefused
from wissel.signature.sign import SignOptions, agreed, filled, info_with, sign, signature_text, unsignable
from wissel.signature.stream import CHUNK_BYTES, STREAM_BYTES_MIN, WHOLE_BYTES_MAX, streamed_parts
from wissel.xml.refusal import Refused

_TAIL_BYTES = 64 * 1024
_LAST_TAG = re.compile(rb"</[^\s<>]+\s*>\s*\Z")
_NOT_FOR_STREAMS = ("CANONICAL-FORM", "SIGNATURE-MISPLACED")


def sign_file(path: str, signer: Signer, options: SignOptions) -> Iterator[bytes]:
    """The signed file in pieces; when the first one comes, the signature is made.

    Raises UsageError as :func:`wissel.signature.sign.sign`, and for a file that cannot be read, is too large to be
    held in memory where it must be, or changes while it is signed.
    """
    chosen, method = agreed(signer, options)
    try:
        with open(path, "rb") as file:
            size_bytes = file.seek(0, os.SEEK_END)
            if chosen.place is Place.ENVELOPE and size_bytes >= STREAM_BYTES_MIN:
                made = _made(file, size_bytes, chosen, method, signer, options)
                if made is not None:
                    yield from made
                    return
            if size_bytes > WHOLE_BYTES_MAX:
                raise UsageError(f"{path} is larger than {WHOLE_BYTES_MAX:,} bytes and cannot be signed as a stream")
            file.seek(0)
            data = file.read()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    yield sign(data, signer, options)


def _made(
    file: BinaryIO, size_bytes: int, chosen: Profile, method: SignatureMethod, signer: Signer, options: SignOptions
) -> Iterator[bytes] | None:
    """The pieces of the signed file; None where it cannot be read as a stream."""
    at = _end_of_root(file, size_bytes)
    if at is None:
        return None
    blank = signature_text(chosen, options, method.uri, signer.certificate)
    joined = _Joined(file, at, blank.encode("ascii"))
    try:
        signature, digest = streamed_parts(joined, chosen)
        value = signer.sign(info_with(signature, {Part.MESSAGE: digest}), method)
    except SignatureRefused as refused:
        if refused.finding.code in _NOT_FOR_STREAMS:
            return None
        if refused.finding.code == "SIGNATURE-SEVERAL":
            raise UsageError("the message has a signature already; a message is signed once") from None
        raise unsignable(refused) from None
    except Refused as refused:
        raise unsignable(refused) from None
    return joined.again(filled(blank, {Part.MESSAGE: digest}, value).encode("ascii"))


def _end_of_root(file: BinaryIO, size_bytes: int) -> int | None:
    """Where the last end tag of a file begins; None where anything but white space follows it."""
    start = max(0, size_bytes - _TAIL_BYTES)
    file.seek(start)
    found = _LAST_TAG.search(file.read())
    return None if found is None else start + found.start()


class _Joined:
    """A file with some bytes put in at one place, to be read from its start."""

    def __init__(self, file: BinaryIO, at: int, put_in: bytes) -> None:
        self._file = file
        self._at = at
        self._put_in = put_in
        self._seen = b""
        self._pieces = self._all(put_in)

    def seek(self, offset: int, whence: int = 0) -> int:
        """To the start; elsewhere nobody wants to go."""
        if offset or whence == SEEK_END:
            raise ValueError("only to the start")
        self._pieces = self._all(self._put_in)
        return 0

    def read(self, _size: int = -1) -> bytes:
        """The next piece, as it comes; empty at the end."""
        return next(self._pieces, b"")

    def again(self, put_in: bytes) -> Iterator[bytes]:
        """The file once more with other bytes put in. Raises UsageError where it is not the same any more."""
        before = self._seen
        yield from self._all(put_in)
        if self._seen != before:
            raise UsageError("the file was changed while it was signed")

    def _all(self, put_in: bytes) -> Iterator[bytes]:
        hasher = hashlib.sha256()
        self._file.seek(0)
        left = self._at
        while left and (chunk := self._file.read(min(CHUNK_BYTES, left))):
            hasher.update(chunk)
            left -= len(chunk)
            yield chunk
        yield put_in
        while chunk := self._file.read(CHUNK_BYTES):
            hasher.update(chunk)
            yield chunk
        self._seen = hasher.digest()
