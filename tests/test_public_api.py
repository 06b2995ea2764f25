"""What ``import wissel`` offers: every name is there, told, and loaded only when it is asked for."""

import inspect
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import wissel
from tests.signature.pki import AT, MESSAGE, PAIN, SENDER, signed, signer, usual


def test_every_name_is_there_and_says_what_it_is() -> None:
    for name in wissel.__all__:
        found = getattr(wissel, name)
        if name != "__version__":
            assert inspect.getdoc(found), name
    assert len(wissel.__all__) <= 24
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = wissel.nothing


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    code = "import sys, wissel; print(sorted({'lxml', 'cryptography', 'click', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_signing_and_verifying(tmp_path: Path) -> None:
    store = usual().write(tmp_path / "trust")
    made = wissel.sign(MESSAGE, signer(), "bah", at=AT)
    assert made == signed("bah")
    path = tmp_path / "message.xml"
    path.write_bytes(made)
    for given in (made, path, str(path)):
        for trust in (store, tmp_path / "trust", str(tmp_path / "trust")):
            result = wissel.verify(given, trust, at=AT)
            assert (result.verified, result.signer, result.covered) == (True, SENDER, ("AppHdr", "Document", "KeyInfo"))
            assert isinstance(result, wissel.VerificationResult)
            assert isinstance(result.certificate, wissel.CertificateFacts)
    assert wissel.verify(made, store, at=AT, profile="swift-t2").verified
    assert wissel.verify(made, store, at=AT + timedelta(days=3650)).code == "CERTIFICATE-EXPIRED"
    changed = wissel.verify(made.replace(b"<BizMsgIdr>R", b"<BizMsgIdr>X"), store, at=AT)
    assert (changed.verified, changed.code, changed.part) == (False, "DIGEST-MISMATCH", "AppHdr")
    plain = tmp_path / "plain.xml"
    plain.write_bytes(MESSAGE)
    assert wissel.sign(plain, signer(), "bah", at=AT) == made


def test_the_moment_is_now_unless_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="aware"):
        wissel.verify(MESSAGE, usual().write(tmp_path / "trust"), at=AT.replace(tzinfo=None))
    result = wissel.verify(MESSAGE, tmp_path / "trust")
    assert (result.code, result.time.tzinfo is not None) == ("SIGNATURE-MISSING", True)


def test_replay_and_sender(tmp_path: Path) -> None:
    store = usual().write(tmp_path / "trust")
    seen = wissel.replay_store(tmp_path / "seen")
    assert wissel.verify(signed("bah"), store, at=AT, replay=seen).verified
    assert wissel.verify(signed("bah"), store, at=AT, replay=seen).code == "MESSAGE-REPLAYED"
    nameless = re.sub(rb"<InitgPty>.*?</InitgPty>", b"<InitgPty><Nm>Somebody</Nm></InitgPty>", PAIN, flags=re.DOTALL)
    assert wissel.verify(wissel.sign(nameless, signer(), "enveloped", at=AT), store, at=AT, sender=SENDER).bound


def test_keys_are_loaded_with_their_password(tmp_path: Path) -> None:
    from wissel.signature.demo_keys import private_pem

    path = tmp_path / "key.pem"
    path.write_bytes(private_pem(signer(), b"secret"))
    path.chmod(0o600)
    loaded = wissel.load_signer(path, password=b"secret")
    assert loaded.certificate == signer().certificate
    for wrong in (None, b"other"):
        with pytest.raises(wissel.WisselError):
            wissel.load_signer(str(path), password=wrong)
