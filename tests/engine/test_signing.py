"""What goes to a network that wants it is signed by the bank's own key, and verifies; without a key nothing goes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from tests.engine.orders import AT, MUSTER, TARGET, World, order, world
from wissel.core.errors import InstallationError
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.conclusion import Made
from wissel.engine.signing import signers_of
from wissel.signature.demo_keys import Authority, new_authority, new_signer
from wissel.signature.keys import KeySigner
from wissel.signature.trust import TrustStore
from wissel.signature.verify import VerifyOptions, verify

PEM = serialization.Encoding.PEM
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return new_authority("test authority", BEGIN)


@pytest.fixture(scope="module")
def signer(authority: Authority) -> KeySigner:
    return new_signer("test bank", authority, BEGIN)


def put(path: Path, signer: KeySigner, password: bytes | None = None, certificate: bool = True) -> None:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    data = signer.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, lock)
    path.write_bytes(data + (signer.certificate.public_bytes(PEM) if certificate else b""))
    path.chmod(0o600)


@pytest.fixture
def bank(tmp_path: Path, signer: KeySigner) -> Iterator[World]:
    init_bank(tmp_path / "bank")
    put(tmp_path / "bank" / "keys" / "t2.pem", signer)
    with world(tmp_path / "bank") as made:
        yield made


def test_a_signed_payment_verifies(bank: World, authority: Authority, signer: KeySigner, tmp_path: Path) -> None:
    report = bank.drop(order(TARGET, account=MUSTER))
    (text,) = (text for name, text in bank.outputs(report).items() if name.startswith("t2/"))
    (tmp_path / "trust" / "anchors").mkdir(parents=True)
    (tmp_path / "trust" / "anchors" / "test.pem").write_bytes(authority.certificate.public_bytes(PEM))
    (tmp_path / "trust" / "signers" / "ZZWIDE20").mkdir(parents=True)
    (tmp_path / "trust" / "signers" / "ZZWIDE20" / "bank.pem").write_bytes(signer.certificate.public_bytes(PEM))
    result = verify(text.encode(), TrustStore.open(tmp_path / "trust"), VerifyOptions(AT, "swift-t2"))
    assert result.verified, result.findings
    assert "<AppHdr" in text
    assert "<CreDt>2026-11-23T10:00:00" in text


def test_the_same_record_gives_the_same_signature(tmp_path: Path, signer: KeySigner) -> None:
    texts = []
    for name in ("one", "two"):
        init_bank(tmp_path / name)
        put(tmp_path / name / "keys" / "default.pem", signer)
        with world(tmp_path / name) as made:
            texts.append(made.outputs(made.drop(order(TARGET, account=MUSTER))))
    assert texts[0] == texts[1]


def test_without_a_key_nothing_is_sent_and_nothing_booked(tmp_path: Path) -> None:
    with world(tmp_path / "bank") as made:
        before = made.balance(MUSTER)
        report = made.drop(order(TARGET, account=MUSTER))
        assert report["verdict"] == "shunted"
        assert report["fault"].startswith("messages to t2 are signed (swift-t2), and there is no key: ")
        assert (made.balance(MUSTER), report["outputs"]) == (before, [])


def keys(root: Path) -> Path:
    if not root.exists():
        init_bank(root)
    return root / "keys"


@pytest.mark.parametrize("name", ["t2", "swift-t2", "default"])
def test_a_key_is_found_by_network_profile_or_as_the_default(tmp_path: Path, signer: KeySigner, name: str) -> None:
    put(keys(tmp_path / "bank") / f"{name}.pem", signer)
    found = signers_of(load_bank(tmp_path / "bank"))
    assert (list(found.keys), list(found.missing)) == (["t2"], [])


def test_certificate_and_password_stand_beside_the_key(tmp_path: Path, signer: KeySigner) -> None:
    folder = keys(tmp_path / "bank")
    put(folder / "t2.pem", signer, b"secret", certificate=False)
    (folder / "t2.crt").write_bytes(signer.certificate.public_bytes(PEM))
    (folder / "t2.password").write_text("secret\n", "utf-8")
    (folder / "t2.password").chmod(0o600)
    assert signers_of(load_bank(tmp_path / "bank")).keys["t2"].certificate == signer.certificate


@pytest.mark.parametrize(("name", "mode"), [("t2.pem", 0o644), ("t2.pem", 0o640), ("t2.password", 0o644)])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, signer: KeySigner, name: str, mode: int) -> None:
    folder = keys(tmp_path / "bank")
    put(folder / "t2.pem", signer, b"secret")
    (folder / "t2.password").write_text("secret\n", "utf-8")
    (folder / "t2.password").chmod(0o600)
    (folder / name).chmod(mode)
    with pytest.raises(InstallationError, match=rf"{name} may be read by others than its owner; .* chmod 600"):
        signers_of(load_bank(tmp_path / "bank"))


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    path = keys(tmp_path / "bank") / "t2.pem"
    path.write_text("no key", "utf-8")
    path.chmod(0o600)
    with pytest.raises(InstallationError, match="holds no key that can be read"):
        signers_of(load_bank(tmp_path / "bank"))


def test_what_a_network_takes_unsigned_is_left_as_it_is(tmp_path: Path) -> None:
    init_bank(tmp_path / "bank")
    made = Made("sepa-sct", "a.xml", b"<a/>")
    assert signers_of(load_bank(tmp_path / "bank"))(made, "sepa-sct", AT) is made


def test_a_message_that_cannot_be_signed_is_a_fault_of_the_installation(tmp_path: Path, signer: KeySigner) -> None:
    put(keys(tmp_path / "bank") / "t2.pem", signer)
    signers = signers_of(load_bank(tmp_path / "bank"))
    with pytest.raises(InstallationError, match="a message to t2 cannot be signed: "):
        signers(Made("t2", "a.xml", b"<a/>"), "t2", AT)
