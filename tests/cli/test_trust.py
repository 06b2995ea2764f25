"""``wissel trust``: making, filling, listing and checking a trust folder."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signature.pki import AT, BEGIN, SENDER, authority, good_crl, new_authority, new_signer, signed, signer
from wissel.cli.main import main
from wissel.core.clock import fixed_clock


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(AT))
    Path("ca.pem").write_bytes(authority().certificate.public_bytes(Encoding.PEM))
    Path("bank.der.crt").write_bytes(signer().certificate.public_bytes(Encoding.DER))
    Path("ca.crl").write_bytes(good_crl().public_bytes(Encoding.DER))
    Path("signed.xml").write_bytes(signed())
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["trust", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def filled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "init", "net")[0] == 0
    assert run(capsys, "add", "net", "ca.pem", "--anchor")[0] == 0
    assert run(capsys, "add", "net", "bank.der.crt", "--signer", SENDER)[0] == 0
    assert run(capsys, "add", "net", "ca.crl", "--crl")[0] == 0


def test_a_folder_made_and_filled_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "init", "net")[0] == 0
    assert main(["verify", "signed.xml", "--trust", "net"]) == 3
    assert "is empty" in capsys.readouterr().err
    for arguments in (["ca.pem", "--anchor"], ["bank.der.crt", "--signer", SENDER], ["ca.crl", "--crl"]):
        assert run(capsys, "add", "net", *arguments)[0] == 0
    assert main(["verify", "signed.xml", "--trust", "net", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == []


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    filled(capsys)
    code, out, _ = run(capsys, "list", "net", "--format", "json")
    assert code == 0
    assert [(row["kind"], row["participant"], row["until"]) for row in json.loads(out)] == [
        ("anchor", "", "2035-12-30"),
        ("signer", SENDER, "2028-01-01"),
        ("crl", "", "2026-12-23"),
    ]
    lines = run(capsys, "list", "net")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["anchor", "signer", "crl"]


@pytest.mark.parametrize(
    ("moment", "code", "said"),
    [
        ("2026-11-24T09:00:00Z", 0, ["crl-ends-soon"]),
        ("2026-11-23T09:00:00Z", 0, []),
        ("2026-12-24T09:00:00Z", 1, ["crl-old"]),
        ("2027-12-15T09:00:00Z", 1, ["certificate-ends-soon", "crl-old"]),
        ("2028-12-15T09:00:00Z", 1, ["CERTIFICATE-EXPIRED", "crl-old"]),
        ("2025-12-15T09:00:00Z", 0, ["CERTIFICATE-NOT-YET-VALID"] * 2),
    ],
)
def test_check(moment: str, code: int, said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    filled(capsys)
    found, out, _ = run(capsys, "check", "net", "--at", moment, "--format", "json")
    assert [one["code"] for one in json.loads(out)] == said
    assert found == code


def test_check_finds_signers_that_lead_nowhere_and_the_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.signature.pki import new_crl

    filled(capsys)
    stranger = new_signer("Stranger", new_authority("Other", BEGIN), BEGIN)
    Path("stranger.pem").write_bytes(stranger.certificate.public_bytes(Encoding.PEM))
    assert run(capsys, "add", "net", "stranger.pem", "--signer", "STRANGER")[0] == 0
    late = new_crl(authority(), AT - timedelta(hours=1), 90, [(signer().certificate, AT - timedelta(hours=2))])
    Path("late.crl").write_bytes(late.public_bytes(Encoding.PEM))
    assert run(capsys, "add", "net", "late.crl", "--crl")[0] == 0
    code, out, _ = run(capsys, "check", "net", "--days", "5", "--format", "json")
    assert code == 1
    assert sorted(one["code"] for one in json.loads(out)) == ["CERTIFICATE-REVOKED", "CERTIFICATE-UNTRUSTED"]
    assert run(capsys, "check", "net")[1].count("error") == 2


def test_an_empty_folder_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "init", "net")[0] == 0
    code, out, _ = run(capsys, "check", "net")
    assert (code, "Nobody is trusted" in out) == (1, True)


def test_wrong_calls(capsys: pytest.CaptureFixture[str]) -> None:
    filled(capsys)
    Path("nothing.pem").write_text("nothing")
    for arguments, code, said in (
        (["init", "net"], 2, "not an empty folder"),
        (["add", "net", "ca.pem"], 2, "say what it is"),
        (["add", "net", "ca.pem", "--anchor", "--signer", "X"], 2, "say what it is"),
        (["add", "net", "ca.pem", "--anchor"], 2, "there already"),
        (["add", "net", "none.pem", "--anchor"], 2, "there is no 'none.pem'"),
        (["add", "net", "nothing.pem", "--anchor"], 3, "no certificate"),
        (["add", "net", "nothing.pem", "--crl"], 3, "no revocation list"),
        (["add", "net", "ca.pem", "--signer", "../evil"], 2, "a participant is named"),
        (["add", "none", "ca.pem", "--anchor"], 2, "no trust folder"),
        (["list", "none"], 2, "no trust folder"),
    ):
        found, _, err = run(capsys, *arguments)
        assert (found, said in err) == (code, True), (arguments, err)
    assert sorted(path.name for path in Path("net/crl").iterdir()) == ["ca.crl"]
