"""Making, filling and looking after a trust folder."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from wissel.core.errors import InstallationError, UsageError
from wissel.signature.path import judge
from wissel.signature.policy import FILE
from wissel.signature.refusal import SignatureRefused
from wissel.signature.trust import FOLDERS, TrustStore, fingerprint, load, read_certificates, read_limited

_POLICY = """# What this network accepts; see `wissel verify --help`.
# Profiles that leave AppHdr open or take SHA-1 are taken where they are named: xades-bah, xades-bah-sha1.
profiles = ["bah", "swift-t2", "enveloped"]
revocation = "prefer"    # require, prefer or off
binding = "require"      # the signer must be the sender; or off
rsa_bits_min = 2048
clock_skew_s = 300
# max_age_s = 86400      # messages older than this are refused
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate or revocation list of a trust folder."""

    kind: str
    """``anchor``, ``intermediate``, ``signer`` or ``crl``."""
    participant: str
    subject: str
    serial: str
    until: datetime | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Concern:
    """Something in a trust folder that somebody should see to."""

    code: str
    grave: bool
    """True where messages are refused because of it already."""
    subject: str
    message: str


def make(folder: Path) -> None:
    """Make an empty trust folder with a policy. Raises UsageError where there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"'{folder}' is not an empty folder")
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(_POLICY, "utf-8")
    except OSError as error:
        raise InstallationError(f"'{folder}' cannot be written: {error.strerror}") from None


def add(folder: Path, file: Path, kind: str, participant: str = "") -> list[Path]:
    """Put the certificates (or the revocation list) of a file into a trust folder; the files written.

    Raises UsageError for a participant that cannot be a folder's name or a certificate that is there already.
    """
    load(folder)
    if kind == "crl":
        data = read_limited(file)
        target = folder / "crl" / f"{file.stem}.crl"
        _write(target, data)
        try:
            load(folder)
        except InstallationError:
            target.unlink()
            raise
        return [target]
    if kind == "signer" and (not participant or not all(one.isalnum() or one in "._-" for one in participant)):
        raise UsageError("a participant is named by its BIC, clearing member identification or other identification")
    place = folder / {"anchor": "anchors", "intermediate": "intermediates"}.get(kind, f"signers/{participant}")
    written = []
    for certificate in read_certificates(file):
        target = place / f"{certificate.not_valid_before_utc:%Y%m%d}-{fingerprint(certificate)[:16]}.pem"
        if target.exists():
            raise UsageError(f"the certificate is there already: {target}")
        _write(target, certificate.public_bytes(Encoding.PEM))
        written.append(target)
    return written


def entries(trust: TrustStore) -> Iterator[Entry]:
    """Everything in a trust folder."""
    for kind, some in (("anchor", trust.anchors), ("intermediate", trust.intermediates)):
        for one in some:
            yield _entry(kind, "", one)
    for pinned in trust.signers:
        yield _entry("signer", pinned.participant, pinned.certificate)
    for crl in trust.crls:
        yield Entry("crl", "", crl.issuer.rfc4514_string(), "", crl.next_update_utc, "")


def concerns(trust: TrustStore, at: datetime, days: int) -> Iterator[Concern]:
    """What is wrong at ``at``, and what will be within so many days."""
    if not trust.anchors and not trust.signers:
        yield Concern("trust-empty", True, str(trust.folder), "Nobody is trusted: there are no anchors and no signers.")
    soon = at + timedelta(days=days)
    for kind, some in (("anchor", trust.anchors), ("intermediate", trust.intermediates)):
        for one in some:
            yield from _validity(kind, one, at, soon)
    for pinned in trust.signers:
        name = f"signer {pinned.participant}"
        yield from _validity(name, pinned.certificate, at, soon)
        if pinned.certificate.not_valid_before_utc <= at <= pinned.certificate.not_valid_after_utc:
            try:
                judge(pinned.certificate, (), trust, at)
            except SignatureRefused as refused:
                yield Concern(refused.finding.code, True, _named(name, pinned.certificate), refused.finding.message)
    for crl in trust.crls:
        until = crl.next_update_utc
        if until is None or until < soon:
            past = until is None or until < at
            message = "is out of date" if past else f"is in force only until {until:%Y-%m-%d}"
            issuer = crl.issuer.rfc4514_string()
            yield Concern("crl-old" if past else "crl-ends-soon", past, f"list of {issuer}", f"The list {message}.")


def _validity(kind: str, certificate: x509.Certificate, at: datetime, soon: datetime) -> Iterator[Concern]:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    named = _named(kind, certificate)
    if end < at:
        yield Concern("CERTIFICATE-EXPIRED", True, named, f"The certificate was valid until {end:%Y-%m-%d}.")
    elif end < soon:
        yield Concern("certificate-ends-soon", False, named, f"The certificate is valid only until {end:%Y-%m-%d}.")
    elif begin > at:
        yield Concern("CERTIFICATE-NOT-YET-VALID", False, named, f"The certificate is valid from {begin:%Y-%m-%d}.")


def _entry(kind: str, participant: str, certificate: x509.Certificate) -> Entry:
    return Entry(
        kind,
        participant,
        certificate.subject.rfc4514_string(),
        str(certificate.serial_number),
        certificate.not_valid_after_utc,
        fingerprint(certificate),
    )


def _named(kind: str, certificate: x509.Certificate) -> str:
    return f"{kind} {certificate.subject.rfc4514_string()} ({fingerprint(certificate)[:16]})"


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.tmp")
        beside.write_bytes(data)
        os.replace(beside, path)
    except OSError as error:
        raise InstallationError(f"{path} cannot be written: {error.strerror}") from None
