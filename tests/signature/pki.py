"""Keys, certificates and trust folders of the tests; made once per run."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from wissel.signature.demo_keys import Authority, Usage, new_authority, new_certificate, new_crl, new_key, new_signer
from wissel.signature.keys import KeySigner
from wissel.signature.result import VerificationResult
from wissel.signature.sign import SignOptions, sign
from wissel.signature.trust import TrustStore
from wissel.signature.verify import Replay, VerifyOptions, verify

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SENDER, OTHER = "RHEUDEFF", "WISLNL2A"
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MESSAGE = (SAMPLES / "envelope" / "envelope.pacs.008.001.08.xml").read_bytes()
PAIN = (SAMPLES / "valid" / "pain.001.001.09.xml").read_bytes()


@cache
def authority() -> Authority:
    return new_authority("Authority", BEGIN)


@cache
def between() -> Authority:
    """An authority below the anchor."""
    return new_authority("Between", BEGIN, above=authority())


def signer(name: str = SENDER, kind: str = "rsa") -> KeySigner:
    return _signer(name, kind)


@cache
def _signer(name: str, kind: str) -> KeySigner:
    return new_signer(name, authority(), BEGIN, kind=kind)


def custom(name: str, by: Authority | None, usage: Usage | None = None, **key: object) -> KeySigner:
    """A signer with an odd certificate; without an authority it signs itself."""
    private = new_key(**key)  # type: ignore[arg-type]
    above = by or Authority(private, None)  # type: ignore[arg-type]
    return KeySigner(private, new_certificate(name, private, above, BEGIN, 730, usage or Usage()))


def dated(begin: datetime, days: int) -> KeySigner:
    return new_signer(SENDER, authority(), begin, days)


@dataclass
class Folder:
    """What goes into a trust folder."""

    signers: dict[str, list[x509.Certificate]] = field(default_factory=dict)
    anchors: list[x509.Certificate] = field(default_factory=list)
    intermediates: list[x509.Certificate] = field(default_factory=list)
    crls: list[x509.CertificateRevocationList] = field(default_factory=list)
    policy: str | None = None

    def write(self, folder: Path) -> TrustStore:
        (folder / "signers").mkdir(parents=True)
        kinds = {"anchors": self.anchors, "intermediates": self.intermediates}
        kinds |= {f"signers/{name}": some for name, some in self.signers.items()}
        for name, some in kinds.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            for number, one in enumerate(some):
                (folder / name / f"{number}.pem").write_bytes(one.public_bytes(Encoding.PEM))
        (folder / "crl").mkdir()
        for number, crl in enumerate(self.crls):
            (folder / "crl" / f"{number}.crl").write_bytes(crl.public_bytes(Encoding.DER))
        if self.policy is not None:
            (folder / "policy.toml").write_text(self.policy)
        return TrustStore.open(folder)


def usual(*pinned: KeySigner, crl: bool = True, policy: str | None = None) -> Folder:
    """The anchor, its list, the two participants, and further certificates of the sender."""
    return Folder(
        signers={
            SENDER: [signer().certificate, signer(SENDER, "ec").certificate, *(one.certificate for one in pinned)],
            OTHER: [signer(OTHER).certificate],
        },
        anchors=[authority().certificate],
        crls=[good_crl()] if crl else [],
        policy=policy,
    )


@cache
def good_crl() -> x509.CertificateRevocationList:
    return new_crl(authority(), AT - timedelta(days=1))


def signed(profile: str = "bah", by: KeySigner | None = None, data: bytes = MESSAGE, **options: object) -> bytes:
    return sign(data, by or signer(), SignOptions(profile, AT, **options))  # type: ignore[arg-type]


@cache
def signed_text(profile: str = "bah") -> str:
    """The usual signed message, to be tampered with."""
    return signed(profile).decode()


def judged(
    data: bytes | str,
    trust: TrustStore,
    profile: str | None = None,
    at: datetime = AT,
    document: bytes | None = None,
    channel: str | None = None,
    replay: Replay | None = None,
) -> VerificationResult:
    raw = data.encode() if isinstance(data, str) else data
    return verify(raw, trust, VerifyOptions(at, profile, document, channel, replay))
