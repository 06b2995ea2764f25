"""``wissel sign`` and ``wissel keys``: what is written, what is refused, and the exit codes."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.signature.pki import MESSAGE, PAIN, SENDER, signed, signer
from wissel.cli.main import main
from wissel.core.clock import fixed_clock
from wissel.signature.demo_keys import private_pem

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A message, a key and its certificate in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(NOW))
    Path("payment.xml").write_bytes(MESSAGE)
    secret("key.pem", private_pem(signer()))
    Path("cert.pem").write_bytes(signer().certificate.public_bytes(serialization.Encoding.PEM))
    return tmp_path


def secret(name: str, data: bytes) -> None:
    with open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def run(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, bytes, str]:
    code = main(["sign", *arguments])
    out, err = capsysbinary.readouterr()
    return code, out, err.decode()


def test_the_output_differs_from_the_input_by_the_signature_alone(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, err = run(capsysbinary, "payment.xml", "--profile", "bah", "--key", "key.pem")
    assert (code, err) == (0, "")
    start, end = out.index(b"<Sgntr>"), out.index(b"</Sgntr>") + len(b"</Sgntr>")
    assert out[:start] + out[end:] == MESSAGE
    assert Path("payment.xml").read_bytes() == MESSAGE
    assert out == signed("bah")


@pytest.mark.parametrize("profile", ["bah", "swift-t2", "pix", "xades-bah", "tch", "enveloped"])
def test_every_profile_is_written_and_verified(profile: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["keys", "new", "demo", "--participant", SENDER, "--quiet"]) == 0
    key = f"demo/keys/{SENDER}.pem"
    assert run(capsysbinary, "payment.xml", "--profile", profile, "--key", key, "-o", "signed.xml") == (0, b"", "")
    assert main(["verify", "signed.xml", "--trust", "demo/trust", "--profile", profile]) == 0
    assert capsysbinary.readouterr().out.startswith(b"verified  signed.xml\n")


def test_a_signed_message_is_still_valid_by_its_schema(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    head = Path(__file__).resolve().parents[2] / "samples" / "envelope"
    for version in range(1, 5):
        source = head / f"head.001.001.0{version}.admi.007.001.01.xml"
        arguments = [str(source), "--profile", "bah", "--key", "key.pem", "-o", "signed.xml"]
        assert run(capsysbinary, *arguments) == (0, b"", "")
        code = main(["validate", "signed.xml", "--guideline", "schema"])
        assert (code, b" 1 valid " in capsysbinary.readouterr().out) == (0, True)


def test_locked_keys(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    secret("password", b"open sesame\n")
    secret("wrong", b"open barley\n")
    secret("locked.pem", private_pem(signer(), b"open sesame"))
    lock = serialization.BestAvailableEncryption(b"open sesame")
    bundle = pkcs12.serialize_key_and_certificates(b"key", signer().key, signer().certificate, None, lock)  # type: ignore[arg-type]
    secret("locked.p12", bundle)
    for name in ("locked.pem", "locked.p12"):
        arguments = ["payment.xml", "--profile", "bah", "--key", name, "--password-file"]
        code, out, _ = run(capsysbinary, *arguments, "password")
        assert (code, b"<ds:SignatureValue>" in out) == (0, True)
        code, out, err = run(capsysbinary, *arguments, "wrong")
        assert (code, out, err) == (
            2,
            b"",
            f"wissel: {name} cannot be unlocked: the password is wrong, or the file is damaged\n",
        )
        code, _, err = run(capsysbinary, *arguments[:-1])
        assert (code, err) == (2, f"wissel: {name} is locked: give its password with --password-file\n")


def test_keys_that_cannot_be_used(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    os.chmod("key.pem", 0o640)
    code, _, err = run(capsysbinary, "payment.xml", "--profile", "bah", "--key", "key.pem")
    assert (code, "read by others" in err) == (3, True)
    secret("key.pem", b"nothing")
    assert run(capsysbinary, "payment.xml", "--profile", "bah", "--key", "key.pem")[0] == 3
    secret("key.pem", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    assert run(capsysbinary, "payment.xml", "--profile", "bah", "--key", "key.pem")[0] == 3
    assert run(capsysbinary, "payment.xml", "--profile", "bah", "--key", "none.pem")[0] == 2


def test_key_and_certificate_must_belong_together(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    bare = signer().key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    secret("bare.pem", bare)
    arguments = ["payment.xml", "--profile", "bah", "--key", "bare.pem"]
    assert run(capsysbinary, *arguments)[::2] == (2, "wissel: bare.pem holds no certificate; give it with --cert\n")
    assert run(capsysbinary, *arguments, "--cert", "cert.pem")[0] == 0
    Path("cert.pem").write_bytes(signer(SENDER, "ec").certificate.public_bytes(serialization.Encoding.PEM))
    assert run(capsysbinary, *arguments, "--cert", "cert.pem")[::2] == (
        2,
        "wissel: cert.pem holds no certificate of the key\n",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (signed(), "a message is signed once"),
        (b"<a>", "not well-formed"),
        (b"", "not well-formed"),
        (PAIN, "one AppHdr; there are 0"),
        (MESSAGE.replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"), "utf-16"),
        (MESSAGE.replace(b"<BizSvc>", b"<!-- x --><BizSvc>"), "comment"),
        (b"<!DOCTYPE Envelope>" + MESSAGE[MESSAGE.index(b"<Envelope>") :], "document type"),
    ],
)
def test_what_cannot_be_signed(data: bytes, said: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("payment.xml").write_bytes(data)
    code, out, err = run(capsysbinary, "payment.xml", "--profile", "bah", "--key", "key.pem")
    assert (code, out) == (2, b"")
    assert said in err
    assert err.count("\n") == 1


def test_wrong_calls(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    usual = ["payment.xml", "--key", "key.pem"]
    for arguments, said in (
        ([*usual, "--profile", "none"], "there is no signature profile 'none'"),
        ([*usual, "--profile", "bah", "--algorithm", "ecdsa-sha256"], "cannot sign by 'ecdsa-sha256'"),
        ([*usual, "--profile", "bah", "--algorithm", "rsa-sha1"], "cannot sign by 'rsa-sha1'"),
        ([*usual, "--profile", "bah", "-o", "payment.xml"], "overwrite"),
        (["none.xml", "--key", "key.pem", "--profile", "bah"], "there is no 'none.xml'"),
    ):
        code, out, err = run(capsysbinary, *arguments)
        assert (code, out, said in err) == (2, b"", True), err


def test_hmac_of_a_file(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    secret("2026a.secret", b"k" * 32 + b"\n")
    assert run(capsysbinary, "payment.xml", "--profile", "file-hmac", "--key", "2026a.secret") == (0, b"", "")
    assert Path("payment.xml.hmac").read_text().startswith("wissel-file-hmac-1 2026a ")
    (Path("trust") / "signers" / SENDER).mkdir(parents=True)
    secret(f"trust/signers/{SENDER}/2026a.secret", b"k" * 32)
    verify = ["verify", "payment.xml", "--trust", "trust", "--profile", "file-hmac"]
    assert main(verify) == 0
    assert b"RHEUDEFF (the sender)" in capsysbinary.readouterr().out
    Path("payment.xml").write_bytes(MESSAGE + b"\n")
    assert (main(verify), b"SIGNATURE-INVALID" in capsysbinary.readouterr().out) == (1, True)
    Path("payment.xml.hmac").write_text("nonsense")
    assert (main(verify), b"SIGNATURE-STRUCTURE" in capsysbinary.readouterr().out) == (1, True)
    secret("short.secret", b"k" * 31)
    assert run(capsysbinary, "payment.xml", "--profile", "file-hmac", "--key", "short.secret")[0] == 3


def test_an_hmac_by_another_than_the_sender(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    secret("a.secret", b"k" * 32)
    assert run(capsysbinary, "payment.xml", "--profile", "file-hmac", "--key", "a.secret")[0] == 0
    Path("trust/signers/WISLNL2A").mkdir(parents=True)
    secret("trust/signers/WISLNL2A/a.secret", b"k" * 32)
    assert main(["verify", "payment.xml", "--trust", "trust", "--profile", "file-hmac"]) == 1
    assert b"SIGNER-NOT-SENDER" in capsysbinary.readouterr().out


def test_no_secret_is_ever_shown(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert "PRIVATE" not in repr(signer())
    secret("password", b"correct horse")
    secret("locked.pem", private_pem(signer(), b"battery staple"))
    _, out, err = run(
        capsysbinary, "payment.xml", "--profile", "bah", "--key", "locked.pem", "--password-file", "password", "--debug"
    )
    assert "correct horse" not in out.decode() + err


def test_demo_keys_are_marked_and_private(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["keys", "new", "demo", "--participant", SENDER, "--kind", "ec"]) == 0
    assert Path(f"demo/keys/{SENDER}.pem").stat().st_mode & 0o777 == 0o600
    assert main(["trust", "list", "demo/trust"]) == 0
    assert capsysbinary.readouterr().out.count(b"TEST ONLY") == 3
    assert main(["keys", "new", "demo", "--participant", SENDER]) == 2
    assert main(["keys", "new", "other", "--participant", "../x"]) == 2
