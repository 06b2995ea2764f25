"""Signing by keys that stay in a token: SoftHSM makes one, and our verifier and xmlsec1 judge what comes out."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.signature.pki import AT, MESSAGE, PAIN, SENDER, judged, signer, usual
from wissel.cli.main import main
from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError, UsageError
from wissel.signature.interop import holds_by_signxml
from wissel.signature.keys import KeySigner, load_signer, signer_of
from wissel.signature.pkcs11 import TokenSigner
from wissel.signature.profile import signature_methods
from wissel.signature.sign import SignOptions, sign
from wissel.signature.trust import TrustStore
from wissel.signature.values import CURVES, kind_of_key

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "271828"
KEYS = {"rsa": signer(), "ec": signer(SENDER, "ec")}


@dataclass(frozen=True)
class Place:
    """A token with keys in it."""

    module: Path
    folder: Path

    def uri(self, key: str = "rsa", **more: str) -> str:
        extra = "".join(f";{name}={value}" for name, value in more.items())
        return f"pkcs11:token=bank;object={key}{extra}?module-path={self.module}"

    def forget(self) -> None:
        """Log out everywhere."""
        import pkcs11

        pkcs11.lib(str(self.module)).finalize()


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The library reads its configuration once in a process: one token serves all tests."""
    tool, module = shutil.which("softhsm2-util"), next((Path(one) for one in MODULES if Path(one).is_file()), None)
    if tool is None or module is None:
        pytest.skip("SoftHSM (softhsm2-util and libsofthsm2.so) is not installed")
    pkcs11 = pytest.importorskip("pkcs11", reason="the extra python-pkcs11 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for label in ("bank", "other"):
            _run(tool, "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "31415926")
        for number, (name, one) in enumerate(KEYS.items(), 1):
            _import(tool, folder, name, one, f"{number:02x}")
        _import(tool, folder, "bare", signer("WISLNL2A"), "0a")
        _import(tool, folder, "twice", signer("WISLNL2A"), "0b")
        _import(tool, folder, "twice", signer("WISLNL2A"), "0c")
        with pkcs11.lib(str(module)).get_token(token_label="bank").open(rw=True, user_pin=PIN) as session:
            for number, one in enumerate(KEYS.values(), 1):
                _keep_certificate(pkcs11, session, one, bytes([number]))
        (folder / "pin").write_text(f"{PIN}\n")
        (folder / "pin").chmod(0o600)
        yield Place(module, folder)
        pkcs11.unload(str(module))


def _run(*call: str) -> None:
    subprocess.run(call, check=True, capture_output=True)


def _import(tool: str, folder: Path, label: str, one: KeySigner, number: str) -> None:
    form = serialization.PrivateFormat.PKCS8
    pem = one.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "key").write_bytes(pem)
    _run(
        tool, "--import", str(folder / "key"), "--token", "bank", "--label", label, "--id", number, "--pin", PIN
    )  # fmt: skip


def _keep_certificate(pkcs11: Any, session: Any, one: KeySigner, number: bytes) -> None:
    session.create_object(
        {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.LABEL: "a name of its own",
            pkcs11.Attribute.ID: number,
            pkcs11.Attribute.SUBJECT: one.certificate.subject.public_bytes(),
            pkcs11.Attribute.VALUE: one.certificate.public_bytes(serialization.Encoding.DER),
        }
    )


@pytest.fixture(autouse=True)
def logged_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """A login counts for the whole process: none stays from the test before."""
    yield
    if "token" in request.fixturenames:
        request.getfixturevalue("token").forget()


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return usual().write(tmp_path_factory.mktemp("trust") / "net")


def loaded(token: Place, uri: str, pin: str = PIN, certificate: Path | None = None) -> Any:
    return signer_of(uri, certificate, pin.encode, None)


STRONG = [method for method in signature_methods().values() if not method.weak and method.key in KEYS]


@pytest.mark.parametrize("method", STRONG, ids=lambda method: method.name)
def test_each_algorithm_is_signed_and_verified(method: Any, token: Place, trust: TrustStore) -> None:
    one = loaded(token, token.uri(method.key))
    assert isinstance(one, TokenSigner)
    assert one.certificate == KEYS[method.key].certificate
    found = judged(sign(MESSAGE, one, SignOptions("bah", AT, method.name)), trust)
    assert (found.code, found.verified, found.algorithm) == (None, True, method.name)
    made = sign(PAIN, one, SignOptions("enveloped", AT, method.name))
    assert holds_by_signxml(made, one.certificate)
    assert not holds_by_signxml(made.replace(b"<NbOfTxs>", b"<NbOfTxs> ", 1), one.certificate)


def test_all_families_are_tried() -> None:
    assert {(method.key, method.pss, method.hash) for method in STRONG} == {
        (key, pss, f"sha{size}")
        for key, pss in (("rsa", False), ("rsa", True), ("ec", False))
        for size in (256, 384, 512)
    }


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="there is no xmlsec1")
@pytest.mark.parametrize("method", [one for one in STRONG if not one.pss], ids=lambda method: method.name)
def test_xmlsec1_agrees(method: Any, token: Place, tmp_path: Path) -> None:
    """Without RSA-PSS, which it knows from version 1.3 on; signxml judges that above."""
    one = loaded(token, token.uri(method.key))
    path, pem = tmp_path / "signed.xml", tmp_path / "cert.pem"
    pem.write_bytes(one.certificate.public_bytes(serialization.Encoding.PEM))
    made = sign(PAIN, one, SignOptions("enveloped", AT, method.name))
    for data, good in ((made, True), (made.replace(b"<NbOfTxs>", b"<NbOfTxs> ", 1), False)):
        path.write_bytes(data)
        call = ["xmlsec1", "--verify", "--pubkey-cert-pem", str(pem), str(path)]
        assert (subprocess.run(call, capture_output=True, check=False).returncode == 0) is good


@pytest.mark.parametrize("curve", CURVES)
def test_every_curve(curve: str, token: Place, tmp_path: Path) -> None:
    from tests.signature.pki import authority, custom

    one = custom(f"{SENDER} {curve}", authority(), kind="ec", curve=curve)
    tool = shutil.which("softhsm2-util")
    assert tool
    _import(tool, tmp_path, curve, one, "1" + str(CURVES.index(curve)))
    (tmp_path / "cert.pem").write_bytes(one.certificate.public_bytes(serialization.Encoding.PEM))
    found = loaded(token, token.uri(curve), certificate=tmp_path / "cert.pem")
    method = signature_methods()["ecdsa-sha512"]
    assert len(found.sign(b"x", method)) == 2 * ((one.certificate.public_key().key_size + 7) // 8)  # type: ignore[union-attr]


def test_by_identifier_and_two_at_once(token: Place) -> None:
    uri = f"pkcs11:token=bank;id=%02?module-path={token.module}"
    first, second = loaded(token, uri), loaded(token, token.uri())
    assert [kind_of_key(one.certificate.public_key()) for one in (first, second)] == ["ec", "rsa"]
    with pytest.raises(ValueError, match="none for rsa-sha256"):
        first.sign(b"x", signature_methods()["rsa-sha256"])
    assert "PRIVATE" not in repr(first).upper()


def test_a_key_without_certificate_and_with_the_wrong_one(token: Place, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no certificate beside .*object=bare in its token"):
        loaded(token, token.uri("bare"))
    path = tmp_path / "cert.pem"
    path.write_bytes(signer("WISLNL2A").certificate.public_bytes(serialization.Encoding.PEM))
    assert loaded(token, token.uri("bare"), certificate=path).certificate == signer("WISLNL2A").certificate
    with pytest.raises(UsageError, match="the certificate is not that of the key"):
        loaded(token, token.uri("rsa"), certificate=path)
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(UsageError, match="holds 2 certificates"):
        loaded(token, token.uri("bare"), certificate=path)


def test_what_is_missing(token: Place, tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("no library")
    for uri, said in (
        (f"pkcs11:token=bank;object=rsa?module-path={tmp_path}/none.so", "there is no PKCS#11 library"),
        (f"pkcs11:token=bank;object=rsa?module-path={tmp_path}/text.so", "is no PKCS#11 library that can be used"),
        (f"pkcs11:token=none;object=rsa?module-path={token.module}", "its token is not there"),
        (f"pkcs11:object=rsa?module-path={token.module}", "2 tokens fit"),
        (token.uri(serial="none"), "its token is not there"),
        (token.uri("none"), "there is no private key"),
    ):
        with pytest.raises(InstallationError) as caught:
            loaded(token, uri)
        assert said in str(caught.value)
    with pytest.raises(UsageError, match="names 2 keys"):
        loaded(token, token.uri("twice"))
    with pytest.raises(UsageError, match="names no library"):
        loaded(token, "pkcs11:token=bank;object=rsa")


def test_the_pin(token: Place) -> None:
    with pytest.raises(UsageError, match=r"the PIN of .* is wrong"):
        loaded(token, token.uri(), pin="141421")
    with pytest.raises(UsageError, match=r"the PIN of .* is wrong"):
        signer_of(token.uri(), None, lambda: b"\xff\xff")
    with pytest.raises(UsageError, match="needs a PIN"):
        signer_of(token.uri(), None)


def test_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pkcs11", None)
    with pytest.raises(InstallationError, match=r"pip install 'wissel\[pkcs11\]'"):
        signer_of("pkcs11:object=x?module-path=/none", None, lambda: b"1")


def test_a_file_is_still_a_file(tmp_path: Path) -> None:
    from wissel.signature.demo_keys import private_pem

    path = tmp_path / "key.pem"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(private_pem(signer()))
    assert signer_of(str(path), None).certificate == load_signer(path, None).certificate


def test_the_command(
    token: Place, trust: TrustStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(AT))
    Path("payment.xml").write_bytes(MESSAGE)
    pin = str(token.folder / "pin")
    bare = token.uri().partition("?")[0]
    call = ["sign", "payment.xml", "--profile", "bah", "--password-file", pin, "-o", "signed.xml", "--key"]
    assert main([*call, token.uri()]) == 0
    first = Path("signed.xml").read_bytes()
    assert (judged(first, trust).verified, judged(first, trust).signer) == (True, SENDER)
    assert main([*call, bare, "--pkcs11-module", str(token.module)]) == 0
    assert Path("signed.xml").read_bytes() == first
    capsys.readouterr()
    wrong = tmp_path / "wrong"
    wrong.write_text("141421\n")
    wrong.chmod(0o600)
    for arguments, code, said in (
        ([*call, bare], 2, "names no library"),
        ([*call, token.uri("none")], 3, "there is no private key"),
        ([*call, "pkcs11:object=x?module-path=/none.so"], 3, "there is no PKCS#11 library"),
        ([*call, "pkcs11:object=x;y"], 2, "is no attribute"),
        (["sign", "payment.xml", "--profile", "file-hmac", "--key", token.uri()], 2, "needs a secret in a file"),
        (["sign", "payment.xml", "--profile", "bah", "--key", token.uri()], 2, "--password-file"),
        ([*call[:5], str(wrong), "--key", token.uri()], 2, "is wrong"),
    ):
        token.forget()
        assert main(arguments) == code
        err = capsys.readouterr().err
        assert (said in err, err.count("\n"), PIN in err) == (True, 1, False), err
