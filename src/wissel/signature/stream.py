"""Verify an enveloped signature over a file of any size with flat memory.

The file is fed to the parser up to the end of a transaction at a time. What has come since is brought into canonical
form where it stands, below the elements that are open, and hashed; then it is dropped, and only the open elements stay.
Since a canonical form depends on the elements around alone, the pieces put together are the form of the whole.

Nothing is handed on before the verdict: a caller reads the file a second time, from the same spool.
"""

import hashlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import IO, BinaryIO, Protocol

from lxml import etree

from wissel.catalog.blocks import blocks_of, families
from wissel.core.errors import UsageError
from wissel.signature.digest import IMPLIED, Collected, canonicalize, detach
from wissel.signature.parts import (
    SIGNATURE,
    document_type,
    find_parts,
    identifiers,
    refuse_hidden,
    refuse_other_xml,
    require_side_by_side,
)
from wissel.signature.plan import Plan, Planned, plan
from wissel.signature.policy import Policy
from wissel.signature.profile import Part, Place, Profile
from wissel.signature.refusal import refuse
from wissel.signature.result import VerificationResult
from wissel.signature.sender import Sender, sender_of
from wissel.signature.structure import SignatureParts, Transform, read_signature
from wissel.signature.trust import TrustStore
from wissel.signature.verify import Claim, VerifyOptions, settle, verify
from wissel.xml.parser import doctype_refused
from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import HEAD_BYTES, detect

CHUNK_BYTES = 1024**2
PENDING_BYTES_MAX = 32 * 1024**2
"""So much may come without the end of a transaction."""
IDENTIFIERS_MAX = 10_000
SPOOL_MEMORY_BYTES = 8 * 1024**2
STREAM_BYTES_MIN = 16 * 1024**2
WHOLE_BYTES_MAX = 256 * 1024**2
"""A tree takes ten times as much memory as the file."""
TAIL_BYTES = 256 * 1024
"""An enveloped signature ends within so many bytes of the end."""
_ONCE = ("AppHdr", "Document")
_SENDERS = ("AppHdr", "GrpHdr")
"""What names the sender: it has to be whole before the first transaction is dropped."""
_NOT_FOR_STREAMS = ("SIGNATURE-MISPLACED", "CANONICAL-FORM", "PROFILE-NOT-ACCEPTED")
_OVERLAP = 64


def verify_stream(file: BinaryIO | IO[bytes], trust: TrustStore, options: VerifyOptions) -> VerificationResult:
    """Verify a file (seekable) whose signature is enveloped; as :func:`wissel.signature.verify.verify` in all else."""
    return settle(lambda: _claim(file, trust, options), trust, options)


def verify_file(path: str, trust: TrustStore, options: VerifyOptions) -> VerificationResult:
    """Verify a file: a large enveloped one as a stream, any other whole in memory.

    Raises UsageError for a file that cannot be read or is too large to be held in memory.
    """
    try:
        with open(path, "rb") as file:
            return verify_open(file, path, trust, options)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def verify_open(file: BinaryIO | IO[bytes], name: str, trust: TrustStore, options: VerifyOptions) -> VerificationResult:
    """As :func:`verify_file`, of an open file that can be sought in, such as one of :func:`spooled`."""
    size_bytes = file.seek(0, os.SEEK_END)
    if size_bytes >= STREAM_BYTES_MIN and options.document is None:
        file.seek(max(0, size_bytes - TAIL_BYTES))
        if b"Signature>" in file.read():
            result = verify_stream(file, trust, options)
            if result.code not in _NOT_FOR_STREAMS:
                return result
    if size_bytes > WHOLE_BYTES_MAX:
        raise UsageError(f"{name} is larger than {WHOLE_BYTES_MAX:,} bytes and cannot be verified as a stream")
    file.seek(0)
    return verify(file.read(), trust, options)


def spooled(source: BinaryIO | IO[bytes]) -> IO[bytes]:
    """A copy of what ``source`` holds that nobody else can change: verify it, then read it again from its start."""
    spool = tempfile.SpooledTemporaryFile(SPOOL_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    while chunk := source.read(CHUNK_BYTES):
        spool.write(chunk)
    spool.seek(0)
    return spool


def streamed_parts(file: "Bytes", chosen: Profile) -> tuple[SignatureParts, bytes]:
    """Of a file that holds an enveloped signature without values: the signature, and the digest of the rest.

    For signing; exclusive form and SHA-256. Raises Refused and SignatureRefused.
    """
    passed = _Pass(Transform("exc-c14n"), "sha256")
    passed.read(file)
    parts = find_parts(passed.root)
    signature = read_signature(parts)
    plan(parts, signature, Policy(), chosen.name)
    return signature, passed.finished(signature.element).digest()


class Bytes(Protocol):
    """A file that can be read from its start."""

    def read(self, size: int, /) -> bytes:
        """Some more bytes; none at the end."""

    def seek(self, offset: int, /) -> int:
        """To a place."""


def _claim(file: BinaryIO | IO[bytes], trust: TrustStore, options: VerifyOptions) -> Claim:
    """What the file claims. It is read again where its signature asks for other algorithms than the usual ones."""
    form, method = Transform("exc-c14n"), "sha256"
    while True:
        passed = _Pass(form, method)
        passed.read(file)
        signature, planned, message = _planned(passed, trust, options)
        forms = [one for one in message.reference.chain if one.name != "enveloped"]
        wanted = forms[0] if forms else IMPLIED, message.digest_method
        if wanted == (form, method):
            break
        form, method = wanted
    parts = replace(find_parts(passed.root), header=passed.header)

    def hashed(one: Planned) -> "hashlib._Hash | None":
        return passed.finished(signature.element) if one.part is Part.MESSAGE else None

    return Claim(parts, signature, planned, lambda: passed.sender(options.channel), hashed)


def _planned(passed: "_Pass", trust: TrustStore, options: VerifyOptions) -> tuple[SignatureParts, Plan, Planned]:
    parts = find_parts(passed.root)
    signature = read_signature(parts)
    found = plan(parts, signature, trust.policy, options.profile)
    message = next((one for one in found.planned if one.part is Part.MESSAGE), None)
    if parts.place is not Place.ENVELOPE or message is None:
        raise refuse("SIGNATURE-MISPLACED", "Only enveloped signatures are verified as a stream.", "Signature")
    return signature, found, message


class _Pass:
    """One pass through the file: what was hashed, and what is still in the tree."""

    def __init__(self, form: Transform, method: str) -> None:
        self.root: etree._Element
        self.header: etree._Element | None = None
        self._form = form
        self._hash = hashlib.new(method)
        self._passed = 0
        """Bytes at the begin of the tree's canonical form that are hashed already."""
        self._seen: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._sender: Callable[[str | None], Sender | None] | None = None

    def read(self, file: Bytes) -> None:
        """Read to the end. Raises Refused and SignatureRefused."""
        tags = [SIGNATURE, *(f"{{*}}{name}" for name in (*_ONCE, *_SENDERS, *_transaction_names()))]
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=tags,
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        counts: Counter[str] = Counter()
        since = 0
        try:
            for piece in _pieces(file):
                parser.feed(piece)
                since += len(piece)
                last = self._events(parser, counts)
                if last is not None and _is_at_end(last) and self._flush(last):
                    since = 0
                if since > PENDING_BYTES_MAX:
                    raise refuse("CANONICAL-FORM", "The file has no transactions to cut it at.", Part.MESSAGE)
            self.root = parser.close()
            self._events(parser, counts)
        except etree.XMLSyntaxError as error:
            message = f"The file is not well-formed XML, line {error.lineno}."
            raise refuse("XML-NOT-WELL-FORMED", message, Part.MESSAGE, error.lineno) from None
        self._look(self.root)

    def _events(self, parser: "etree.XMLPullParser", counts: Counter[str]) -> etree._Element | None:
        """The transaction that ended last. Raises SignatureRefused where there are two of what there must be one."""
        last = None
        for kind, element in parser.read_events():
            if not isinstance(element, etree._Element):
                continue
            name = etree.QName(element).localname
            if kind == "start" and name in _SENDERS and self._sender is not None:
                message = f"{name} comes after the first transaction; such a file is not verified as a stream."
                raise refuse("CANONICAL-FORM", message, Part.MESSAGE, element.sourceline)
            if name not in ("Signature", *_ONCE, *_SENDERS):
                last = element if kind == "end" else last
            elif kind == "start" and name != "GrpHdr":
                counts[name] += 1
                if counts[name] > 1:
                    code = "SIGNATURE-SEVERAL" if name == "Signature" else "PART-SEVERAL"
                    raise refuse(code, f"There is more than one {name}; a signed message has one.", name)
        return last

    def _flush(self, last: etree._Element) -> bool:
        """Hash what has come up to the end of ``last``, and drop it; False where it stands where none should."""
        open_elements = list(last.iterancestors())
        whole = ("Signature", *_SENDERS)
        if not open_elements or any(etree.QName(element).localname in whole for element in open_elements):
            return False
        root = open_elements[-1]
        self._look(root)
        closing = sum(len(_end_tag(element)) for element in open_elements)
        data = self._canonical(root)
        self._hash.update(memoryview(data)[self._passed : len(data) - closing])
        last.clear()
        child = last
        for element in open_elements:
            element.text = None
            del element[: element.index(child)]
            child = element
        self._passed = len(self._canonical(root)) - closing
        self._kept = Counter(identifiers(root))
        return True

    def _look(self, root: etree._Element) -> None:
        """Look at what is in the tree now, and remember of the beginning who sends the message."""
        refuse_other_xml(root)
        refuse_hidden(root)
        self._seen.update(Counter(identifiers(root)) - self._kept)
        if any(count > 1 for count in self._seen.values()):
            raise refuse("ID-DUPLICATE", "Two elements carry the same identifier.", "Signature")
        if len(self._seen) > IDENTIFIERS_MAX:
            raise refuse("ID-DUPLICATE", f"There are more than {IDENTIFIERS_MAX:,} identifiers.", "Signature")
        if self._sender is None:
            self.header = next(root.iter("{*}AppHdr"), None)
            document = next(root.iter("{*}Document"), None)
            if self.header is not None and document is not None:
                require_side_by_side(self.header, document)
            found = sender_of(self.header, document, None)
            self._sender = lambda channel: found or sender_of(None, None, channel)

    def sender(self, channel: str | None) -> Sender | None:
        """The sender that the message names, else the channel."""
        return self._sender(channel) if self._sender else None

    def finished(self, signature: etree._Element) -> "hashlib._Hash":
        """The hash of the whole file without its signature."""
        detach(signature)
        self._hash.update(memoryview(self._canonical(self.root))[self._passed :])
        return self._hash

    def _canonical(self, root: etree._Element) -> bytes:
        sink = Collected()
        canonicalize(root, self._form, sink, Part.MESSAGE)
        return sink.bytes()


def _pieces(file: Bytes) -> Iterator[bytes]:
    """The bytes of the file, cut behind the end of a transaction wherever one is near."""
    file.seek(0)
    if detect(file.read(HEAD_BYTES)[:HEAD_BYTES]).name not in ("utf-8", "ascii"):
        raise refuse("CANONICAL-FORM", "Only a file in UTF-8 is verified as a stream.", Part.MESSAGE)
    file.seek(0)
    waiting, since, before = b"", 0, b""
    ends = _transaction_ends()
    while chunk := file.read(CHUNK_BYTES):
        if document_type(before + chunk):
            raise Refused(doctype_refused())
        before = chunk[-_OVERLAP:]
        waiting += chunk
        cut = max((found.end() for found in ends.finditer(waiting)), default=0)
        if not cut:
            cut = max(0, len(waiting) - _OVERLAP)
            since += cut
            if since > PENDING_BYTES_MAX:
                raise refuse("CANONICAL-FORM", "The file has no transactions to cut it at.", Part.MESSAGE)
        else:
            since = 0
        if cut:
            yield waiting[:cut]
        waiting = waiting[cut:]
    if waiting:
        yield waiting


def _is_at_end(element: etree._Element) -> bool:
    """True where nothing has come after ``element``: neither text nor elements, at any level."""
    levels = [element, *element.iterancestors()]
    return all(one.getnext() is None and not one.tail for one in levels)


def _end_tag(element: etree._Element) -> bytes:
    local = etree.QName(element).localname
    return f"</{element.prefix}:{local}>".encode() if element.prefix else f"</{local}>".encode()


@cache
def _transaction_names() -> tuple[str, ...]:
    """Local names of the elements that hold one transaction, in whatever message."""
    known = [blocks_of(family) for family in families()]
    return tuple(sorted({path.rpartition("/")[2] for one in known if one for path in one.transactions}))


@cache
def _transaction_ends() -> re.Pattern[bytes]:
    return re.compile(rf"</(?:[\w.\-]+:)?(?:{'|'.join(_transaction_names())})\s*>".encode())
