"""The trust folder of one network: anchors, intermediates, signers by participant, revocation lists and a policy.

    trust/<network>/anchors/*.pem         whom paths may end at
                    intermediates/*.pem   certificates on the way, worth nothing by themselves
                    signers/<id>/*.pem    the certificates of one participant; several while keys are changed
                    crl/*                 certificate revocation lists
                    policy.toml           see wissel.signature.policy

Where there are anchors, the certificate of a signer must lead to one of them too; where there are none, being in
``signers/`` is the trust. What the system trusts is never asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.verification import Store

from wissel.core.errors import InstallationError, UsageError
from wissel.signature.keyinfo import KeyHints
from wissel.signature.names import same_name
from wissel.signature.policy import Policy, read_policy

FILE_BYTES_MAX = 16 * 1024**2
FILES_MAX = 100_000
FOLDERS = ("anchors", "intermediates", "signers", "crl")
SUFFIXES = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A certificate that belongs to a participant."""

    participant: str
    """Name of its folder: a BIC, a clearing member identification, or another identification such as an ISPB."""
    name: str
    """Name of its file without the ending: the key's name."""
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class TrustStore:
    """What one network trusts, read once."""

    folder: Path
    anchors: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...]
    signers: tuple[Pinned, ...]
    crls: tuple[x509.CertificateRevocationList, ...]
    policy: Policy
    store: Store | None
    """The anchors as ``cryptography`` wants them; None without anchors."""
    index: Mapping[x509.Certificate, frozenset[Pinned]]
    """The signers again, by certificate."""

    @staticmethod
    def open(folder: str | Path) -> "TrustStore":
        """Read a trust folder.

        Raises UsageError where it is none, InstallationError where something in it cannot be read or nobody is in it.
        """
        found = load(folder)
        if not found.anchors and not found.signers:
            raise InstallationError(
                f"the trust folder {found.folder} is empty: put a certificate under anchors/ or signers/"
            )
        return found

    def participants(self, certificate: x509.Certificate) -> frozenset[str]:
        """The participants a certificate belongs to."""
        return frozenset(one.participant for one in self.index.get(certificate, ()))

    def known_participants(self) -> frozenset[str]:
        """All participants with a folder."""
        return frozenset(one.participant for one in self.signers)

    def find(self, hints: KeyHints) -> tuple[x509.Certificate, ...]:
        """Certificates of signers (and anchors) that fit every hint other than an embedded certificate."""
        known = dict.fromkeys(self.index) | dict.fromkeys(self.anchors)
        return tuple(one for one in known if self.fits(one, hints))

    def fits(self, certificate: x509.Certificate, hints: KeyHints) -> bool:
        """True where a certificate is the one that hints speak of."""
        return (
            all(
                certificate.serial_number == serial and same_name(issuer, certificate.issuer)
                for issuer, serial in hints.issuer_serials
            )
            and all(same_name(subject, certificate.subject) for subject in hints.subjects)
            and all(key_identifier(certificate) == ski for ski in hints.skis)
            and all(self._is_called(certificate, name) for name in hints.key_names)
        )

    def _is_called(self, certificate: x509.Certificate, name: str) -> bool:
        """True where a key name means a certificate: its file's name, its fingerprint or its subject."""
        names = {one.name for one in self.index.get(certificate, ())} | {fingerprint(certificate)}
        return name in names or same_name(name, certificate.subject)


def load(folder: str | Path) -> TrustStore:
    """As :meth:`TrustStore.open`, also where nobody is in the folder yet."""
    base = Path(folder)
    if not base.is_dir():
        raise UsageError(f"there is no trust folder '{base}'; make one with: wissel trust init {base}")
    if not any((base / name).is_dir() for name in FOLDERS):
        raise UsageError(f"'{base}' is no trust folder: it has no anchors/ and no signers/")
    anchors = tuple(one for _, one in _certificates(base / "anchors"))
    signers = tuple(_signers(base / "signers"))
    index: dict[x509.Certificate, frozenset[Pinned]] = {}
    for one in signers:
        index[one.certificate] = index.get(one.certificate, frozenset()) | {one}
    return TrustStore(
        folder=base,
        anchors=anchors,
        intermediates=tuple(one for _, one in _certificates(base / "intermediates")),
        signers=signers,
        crls=tuple(crl for path in _files(base / "crl", (".crl", ".pem", ".der")) for crl in _crls(path)),
        policy=read_policy(base),
        store=Store(list(anchors)) if anchors else None,
        index=index,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate in lower-case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def key_identifier(certificate: x509.Certificate) -> bytes:
    """The subject key identifier: the extension's, else the SHA-1 of the key as RFC 5280 has it."""
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def read_certificates(path: Path) -> list[x509.Certificate]:
    """All certificates of a PEM or DER file. Raises InstallationError for a file that holds none."""
    data = read_limited(path)
    try:
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
        for one in found:  # what is lazily read must be readable
            one.public_key()
            list(one.extensions)
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise InstallationError(f"{path} holds no certificate that can be read") from None
    return found


def read_limited(path: Path) -> bytes:
    """The bytes of a small file. Raises InstallationError."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise InstallationError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > FILE_BYTES_MAX:
        raise InstallationError(f"{path} is larger than {FILE_BYTES_MAX:,} bytes")
    return data


def _crls(path: Path) -> list[x509.CertificateRevocationList]:
    data = read_limited(path)
    try:
        if b"-----BEGIN" in data:
            blocks = data.split(b"-----END X509 CRL-----")[:-1]
            return [x509.load_pem_x509_crl(block + b"-----END X509 CRL-----\n") for block in blocks]
        return [x509.load_der_x509_crl(data)]
    except ValueError:
        raise InstallationError(f"{path} holds no revocation list that can be read") from None


def _certificates(folder: Path) -> Iterator[tuple[str, x509.Certificate]]:
    for path in _files(folder, SUFFIXES):
        for one in read_certificates(path):
            yield path.stem, one


def _signers(folder: Path) -> Iterator[Pinned]:
    if not folder.is_dir():
        return
    for place in sorted(folder.iterdir()):
        if place.is_dir() and not place.name.startswith("."):
            for name, one in _certificates(place):
                yield Pinned(place.name, name, one)


def _files(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        return []
    found = sorted(path for path in folder.iterdir() if path.suffix in suffixes and not path.name.startswith("."))
    if len(found) > FILES_MAX:
        raise InstallationError(f"{folder} holds more than {FILES_MAX:,} files")
    return found
