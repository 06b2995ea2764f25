"""wissel: read, validate, sign and verify ISO 20022 messages.

    >>> import wissel
    >>> report = wissel.validate("payment.xml")
    >>> report.verdict
    <Verdict.VALID: 'valid'>
    >>> for finding in report.all_findings:
    ...     print(finding.line, finding.code, finding.message)

    >>> result = wissel.verify("payment.xml", trust="trust/rtgs")
    >>> result.verified, result.signer, result.covered
    (True, 'RHEUDEFF', ('AppHdr', 'Document', 'KeyInfo'))

What is wrong with a message is returned as findings, never raised. A call or an installation that is wrong raises
:class:`WisselError`.
"""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wissel.core.errors import WisselError
from wissel.core.finding import Finding, Severity, Stage
from wissel.core.limits import Limits
from wissel.core.version import __version__

if TYPE_CHECKING:
    from wissel.message.business_message import BusinessMessage, Reading
    from wissel.signature.keys import Signer
    from wissel.signature.replay import replay_store
    from wissel.signature.result import CertificateFacts, VerificationResult
    from wissel.signature.trust import TrustStore
    from wissel.signature.verify import Replay
    from wissel.validation.report import MessageReport, Report, Verdict
    from wissel.xml.blocks.block import Block
    from wissel.xml.sources.source import Source

__all__ = [
    "Block",
    "BusinessMessage",
    "CertificateFacts",
    "Finding",
    "Limits",
    "MessageReport",
    "Reading",
    "Report",
    "Severity",
    "Signer",
    "Stage",
    "TrustStore",
    "Verdict",
    "VerificationResult",
    "WisselError",
    "__version__",
    "load_signer",
    "read",
    "replay_store",
    "sign",
    "validate",
    "verify",
]

_LAZY = {
    "Block": "wissel.xml.blocks.block",
    "BusinessMessage": "wissel.message.business_message",
    "CertificateFacts": "wissel.signature.result",
    "MessageReport": "wissel.validation.report",
    "Reading": "wissel.message.business_message",
    "Report": "wissel.validation.report",
    "Signer": "wissel.signature.keys",
    "TrustStore": "wissel.signature.trust",
    "Verdict": "wissel.validation.report",
    "VerificationResult": "wissel.signature.result",
    "replay_store": "wissel.signature.replay",
}


def __getattr__(name: str) -> Any:
    # these pull in lxml, which the command line needs for some commands only
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'wissel' has no attribute {name!r}")


def validate(
    given: str | Path | bytes,
    *,
    guideline: str = "iso",
    as_of: date | None = None,
    limits: Limits | None = None,
) -> "Report":
    """Validate one file, or a message in memory.

    ``given`` is a path (str or Path), or the bytes of a file. ``guideline`` names what is checked beyond the XSD:
    a bundled guideline, a TOML file, ``auto`` for the one that each message speaks for, ``schema`` for nothing more.
    ``as_of`` is the day by which dated rules are judged, today in UTC unless given.
    Whatever is wrong with the file, also that it cannot be opened, is in the report. Raises WisselError for a
    guideline that does not exist or an installation that lacks a schema.
    """
    from wissel.catalog.definitions import default_catalog
    from wissel.core.clock import system_clock, today
    from wissel.validation.validate import Options
    from wissel.validation.validate import validate as validate_source

    options = Options(as_of or today(system_clock), guideline, limits or Limits())
    return validate_source(_source(given), options, default_catalog())


def read(given: str | Path | bytes, *, limits: Limits | None = None) -> "Reading":
    """Read the business messages of one file, or of bytes, whether they are valid or not.

    The result holds the messages in order, and a finding where the file could not be read to its end. A message gives
    its header and its blocks (transactions, the groups around them, the rest) as tables of ISO tag path to values,
    each value with its line and column. Blocks are read lazily, in flat memory.
    """
    from wissel.message.business_message import read_messages

    return read_messages(_source(given), limits or Limits())


def verify(
    given: str | Path | bytes,
    trust: "TrustStore | str | Path",
    *,
    profile: str | None = None,
    at: datetime | None = None,
    document: bytes | None = None,
    sender: str | None = None,
    replay: "Replay | None" = None,
) -> "VerificationResult":
    """Verify the signature of one file, or of a message in memory, against a trust folder.

    ``trust`` is the folder of one network, or a :class:`TrustStore` opened once for many messages; nothing else is
    trusted, never a key in the message. ``profile`` names the only profile to take, where not those of the folder's
    ``policy.toml`` hold. ``at`` (aware) is when the message was received, now unless given: certificates are judged at
    that moment. ``document`` are the bytes of the Document where the message holds the AppHdr alone. ``sender`` is who
    handed the message over, for messages that name no sender. ``replay`` (see :func:`replay_store`) refuses the second
    sight of a message. Large enveloped files are read as a stream.

    Whatever is wrong with the message is in the result: look at ``verified`` first, then at ``covered``. Raises
    WisselError for a trust folder, profile or path that cannot be used, ValueError for a time without zone.
    """
    from wissel.core.clock import system_clock
    from wissel.signature.stream import verify_file
    from wissel.signature.trust import TrustStore
    from wissel.signature.verify import VerifyOptions
    from wissel.signature.verify import verify as verify_message

    store = trust if isinstance(trust, TrustStore) else TrustStore.open(trust)
    options = VerifyOptions(at or system_clock(), profile, document, sender, replay)
    return (
        verify_message(given, store, options) if isinstance(given, bytes) else verify_file(str(given), store, options)
    )


def sign(
    given: str | Path | bytes,
    signer: "Signer",
    profile: str,
    *,
    at: datetime | None = None,
    algorithm: str | None = None,
    cover_header: bool = True,
    key_info: str | None = None,
) -> bytes:
    """Sign one file, or a message in memory: new bytes that differ by the signature alone.

    ``signer`` comes from :func:`load_signer`, or is anything else with a certificate and a method ``sign``.
    ``profile`` says what is signed and where the signature stands: ``bah``, ``swift-t2``, ``pix``, ``xades-bah``,
    ``tch`` or ``enveloped``. ``at`` is the signing time that XAdES carries, now unless given. ``algorithm`` is a
    signature method such as ``rsa-pss-sha256``; that which suits the key unless given. ``cover_header=False`` leaves
    AppHdr open where the profile allows it. ``key_info`` names how the certificate is told: ``certificate``,
    ``issuer-serial``, ``ski`` or ``subject``, several with spaces between.

    Raises WisselError for a message that cannot be signed, such as one that is signed already.
    """
    from wissel.core.clock import system_clock
    from wissel.signature.sign import SignOptions
    from wissel.signature.sign import sign as sign_message
    from wissel.signature.sign_file import sign_file

    options = SignOptions(profile, at or system_clock().replace(microsecond=0), algorithm, cover_header, key_info)
    if isinstance(given, bytes):
        return sign_message(given, signer, options)
    return b"".join(sign_file(str(given), signer, options))


def load_signer(key: str | Path, certificate: str | Path | None = None, password: bytes | None = None) -> "Signer":
    """The signer of a key file (PEM or PKCS#12); load it once, it costs more than a signature.

    ``certificate`` is a file with the certificate, where the key's file has none; ``password`` unlocks the key.
    Raises WisselError for a key that cannot be used, or that others than its owner may read.
    """
    from wissel.signature.keys import load_signer as load

    return load(Path(key), None if certificate is None else Path(certificate), lambda: password or b"")


def _source(given: str | Path | bytes) -> "Source":
    from wissel.xml.sources.source import Source

    return Source.from_bytes(given) if isinstance(given, bytes) else Source.from_path(given)
