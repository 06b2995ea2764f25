"""HMAC-SHA256 over the bytes of a file, in a file beside it: for partners who share a secret. This is not Swift LAU.

``FILE.hmac`` holds one line: ``wissel-file-hmac-1 KEYID HEX``. Secrets for verifying lie in the trust folder as
``signers/<participant>/<key id>.secret`` and are readable by their owner only.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from wissel.core.errors import UsageError
from wissel.signature.keys import read_shared_secret
from wissel.signature.parts import parse
from wissel.signature.profile import Part
from wissel.signature.refusal import SignatureRefused, refuse
from wissel.signature.result import VerificationResult
from wissel.signature.sender import bound_to, sender_of
from wissel.signature.trust import TrustStore
from wissel.signature.values import hmac_fits
from wissel.signature.verify import VerifyOptions
from wissel.xml.refusal import Refused

_FORM = "wissel-file-hmac-1"
_LINE = re.compile(_FORM + r" ([\w.\-]{1,64}) ([0-9a-f]{64})\n?")
LINE_BYTES_MAX = 200


def detached(chunks: Iterable[bytes], secret: bytes, key_id: str) -> str:
    """The text of ``FILE.hmac``. Raises UsageError for a key id that cannot stand in it."""
    if not re.fullmatch(r"[\w.\-]{1,64}", key_id, re.ASCII):
        raise UsageError("a key id has 1 to 64 letters, digits, dots, hyphens and underscores")
    return f"{_FORM} {key_id} {_code(chunks, secret).hexdigest()}\n"


def verify_detached(data: bytes, line: str, trust: TrustStore, options: VerifyOptions) -> VerificationResult:
    """Verify the bytes of a file by the text of its ``FILE.hmac``.

    Whatever is wrong is in the result. Raises InstallationError for a secret that others may read.
    """
    result = VerificationResult(options.at, profile="file-hmac", algorithm="hmac-sha256")
    try:
        found = _LINE.fullmatch(line)
        if found is None:
            raise refuse("SIGNATURE-STRUCTURE", "The file beside it is no HMAC of wissel.", "Signature")
        paths = sorted(trust.folder.glob(f"signers/*/{found[1]}.secret"))
        if len(paths) != 1:
            message = f"The trust folder holds {len(paths)} secrets of that key id; it must be one."
            raise refuse("CERTIFICATE-MISSING", message, "KeyInfo")
        result = replace(result, signer=paths[0].parent.name)
        secret = read_shared_secret(paths[0])
        if not hmac_fits(secret, _code((data,), secret), bytes.fromhex(found[2])):
            raise refuse("SIGNATURE-INVALID", "The code is not that of the file by the secret.", Part.MESSAGE)
        bound = _bound(data, paths[0], trust, options.channel)
        return replace(result, verified=True, bound=bound, covered=(Part.MESSAGE.value,))
    except SignatureRefused as refused:
        return replace(result, part=refused.part, findings=(refused.finding,))
    except Refused as refused:
        return replace(result, part=Part.MESSAGE, findings=(refused.finding,))


def _bound(data: bytes, path: Path, trust: TrustStore, channel: str | None) -> bool:
    """True where the holder of the secret is the sender. Raises SignatureRefused where the policy asks for it."""
    root = parse(data) if data.lstrip().startswith((b"<", b"\xef", b"\xff", b"\xfe")) else None
    headers = [] if root is None else list(root.iter("{*}AppHdr"))
    documents = [] if root is None else list(root.iter("{*}Document"))
    if len(headers) > 1 or len(documents) > 1:
        raise refuse("PART-SEVERAL", "The file holds several messages; their sender is not one.", Part.MESSAGE)
    sender = sender_of(headers[0] if headers else None, documents[0] if documents else None, channel)
    own = frozenset((path.parent.name,))
    known = frozenset(place.name for place in (trust.folder / "signers").iterdir())
    if sender is not None and bound_to(sender, own, known) is not None:
        return True
    if not trust.policy.binding:
        return False
    if sender is None:
        raise refuse("SENDER-MISSING", "The file names no sender that the holder of the secret could be.", Part.MESSAGE)
    message = f"The holder of the secret ({path.parent.name}) is not the sender that {sender.place} names."
    raise refuse("SIGNER-NOT-SENDER", message, Part.MESSAGE)


def _code(chunks: Iterable[bytes], secret: bytes) -> hmac.HMAC:
    code = hmac.new(secret, digestmod=hashlib.sha256)
    for chunk in chunks:
        code.update(chunk)
    return code
