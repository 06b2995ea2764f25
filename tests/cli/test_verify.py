"""``wissel verify``: verdicts, JSON, looking without trust, replay, and the exit codes."""

import json
import re
from pathlib import Path

import pytest

from tests.signature.pki import AT, MESSAGE, SENDER, signed, signed_text, signer, usual
from wissel.cli.main import main
from wissel.core.clock import fixed_clock


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signed message and a trust folder in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(AT))
    Path("signed.xml").write_bytes(signed())
    usual(policy="").write(Path("trust"))
    return tmp_path


AMOUNTS_AND_NAMES = [
    text
    for tag in ("IBAN", "Nm", "EndToEndId", "MsgId", "BizMsgIdr", "IntrBkSttlmAmt")
    for text in re.findall(rf"<{tag}\b[^>]*>([^<]+)</{tag}>", MESSAGE.decode())
]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["verify", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "signed.xml", "--trust", "trust") == (
        0,
        "verified  signed.xml\n"
        "  signer       RHEUDEFF (the sender)\n"
        "  certificate  CN=RHEUDEFF,O=wissel TEST ONLY,C=NL, until 2028-01-01\n"
        "  covers       AppHdr, Document, KeyInfo\n"
        "  profile      bah rsa-sha256\n"
        "  time         2026-11-24 09:00:00 UTC\n",
        "",
    )


def test_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("signed.xml").write_text(signed_text().replace("<NbOfTxs>1", "<NbOfTxs>2"))
    code, out, _ = run(capsys, "signed.xml", "--trust", "trust")
    assert code == 1
    assert out.splitlines()[:3] == [
        "refused  signed.xml  DIGEST-MISMATCH",
        "  why          Document is not what was signed.",
        "  part         Document",
    ]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "signed.xml", "--trust", "trust", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["certificate"].pop("serial") == str(signer().certificate.serial_number)
    assert told.pop("certificate")["subject"] == "CN=RHEUDEFF,O=wissel TEST ONLY,C=NL"
    assert told == {
        "file": "signed.xml", "verdict": "verified", "code": None, "part": None, "message": None, "signer": SENDER,
        "bound": True, "covered": ["AppHdr", "Document", "KeyInfo"], "profile": "bah", "algorithm": "rsa-sha256",
        "time": "2026-11-24T09:00:00+00:00", "notes": [],
    }  # fmt: skip
    Path("signed.xml").write_bytes(MESSAGE)
    code, out, _ = run(capsys, "signed.xml", "--trust", "trust", "--format", "json")
    told = json.loads(out)
    assert (code, told["verdict"], told["code"], told["part"]) == (1, "refused", "SIGNATURE-MISSING", "Signature")
    assert (told["signer"], told["covered"], told["certificate"]) == (None, [], None)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-05-01T12:00:00Z", 0),
        ("2026-05-01", 0),
        ("2026-05-01T12:00:00+02:00", 0),
        ("2029-01-01", 1),
        ("2025-01-01", 1),
    ],
)
def test_at_a_given_time(moment: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "signed.xml", "--trust", "trust", "--at", moment)[0] == code


def test_looking_never_says_that_it_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--inspect", "signed.xml")
    assert code == 0
    assert out.splitlines()[:6] == [
        "not verified  signed.xml  (only looked at)",
        "  stands in  header",
        "  fits       bah, swift-t2",
        "  algorithm  rsa-sha256",
        "  names      KeyInfo by exc-c14n sha256",
        "  names      AppHdr by enveloped exc-c14n sha256",
    ]
    assert "valid" not in out
    told = json.loads(run(capsys, "--inspect", "signed.xml", "--format", "json")[1])
    assert told["verdict"] == "not verified"
    assert told["uncovered"] == []
    Path("open.xml").write_bytes(signed("xades-bah", cover_header=False))
    assert "  not covered  AppHdr\n" in run(capsys, "--inspect", "open.xml")[1]
    Path("none.xml").write_bytes(MESSAGE)
    code, out, _ = run(capsys, "--inspect", "none.xml")
    assert (code, "SIGNATURE-MISSING" in out) == (1, True)


def test_replay(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["signed.xml", "--trust", "trust", "--replay", "seen"]
    assert run(capsys, *arguments)[0] == 0
    code, out, _ = run(capsys, *arguments)
    assert (code, out.splitlines()[0]) == (1, "refused  signed.xml  MESSAGE-REPLAYED")
    # a refused message is not remembered
    Path("other.xml").write_text(signed_text().replace("RHEU20261124000317", "RHEU20261124000318"))
    assert run(capsys, "other.xml", *arguments[1:])[0] == 1
    assert len(Path("seen").read_text().splitlines()) == 1
    Path("seen").write_text("a shopping list\n")
    assert run(capsys, *arguments)[0] == 3


def test_a_line_of_the_store_that_was_cut_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("seen").write_text("0" * 40)
    arguments = ["signed.xml", "--trust", "trust", "--replay", "seen"]
    assert [run(capsys, *arguments)[0] for _ in range(2)] == [0, 1]


def test_header_and_document_apart(capsys: pytest.CaptureFixture[str]) -> None:
    text = signed_text()
    header, rest = text[text.index("<AppHdr") :].split("</AppHdr>")
    Path("head.xml").write_text(header + "</AppHdr>")
    Path("body.xml").write_text(rest.replace("</Envelope>", ""))
    assert run(capsys, "head.xml", "--document", "body.xml", "--trust", "trust")[0] == 0
    assert "PART-MISSING" in run(capsys, "head.xml", "--trust", "trust")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["signed.xml"], 2, "give the trust folder"),
        (["none.xml", "--trust", "trust"], 2, "there is no 'none.xml'"),
        ([".", "--trust", "trust"], 2, "cannot be read"),
        (["signed.xml", "--trust", "none"], 2, "there is no trust folder"),
        (["signed.xml", "--trust", "."], 2, "is no trust folder"),
        (["signed.xml", "--trust", "empty"], 3, "is empty"),
        (["signed.xml", "--trust", "broken"], 3, "no certificate that can be read"),
        (["signed.xml", "--trust", "trust", "--profile", "none"], 2, "there is no signature profile"),
        (["signed.xml", "--trust", "trust", "--at", "yesterday"], 2, "is no time"),
        (["signed.xml", "--trust", "trust", "--inspect"], 2, "verifies nothing"),
    ],
)
def test_wrong_calls(arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty/anchors").mkdir(parents=True)
    Path("broken/anchors").mkdir(parents=True)
    Path("broken/anchors/a.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    found, out, err = run(capsys, *arguments)
    assert (found, out) == (code, "")
    assert said in err


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b"<", b"not xml", b"\xff\xfe<\0", b"%PDF-1.7", b"<a/>" * 3])
def test_bad_files_are_refused_in_words(data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    Path("signed.xml").write_bytes(data)
    code, out, err = run(capsys, "signed.xml", "--trust", "trust")
    assert (code, err) == (1, "")
    assert out.startswith("refused  signed.xml  XML-NOT-WELL-FORMED\n")


def test_nothing_of_a_payment_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(AMOUNTS_AND_NAMES) >= 5
    for data in (
        signed_text(),
        signed_text().replace("<NbOfTxs>1", "<NbOfTxs>2"),
        signed_text().replace("<Nm>", "<Nm><!-- -->"),
    ):
        Path("signed.xml").write_text(data)
        for form in ("text", "json"):
            _, out, err = run(capsys, "signed.xml", "--trust", "trust", "--format", form, "--debug")
            told = out + err
            assert not any(word in told for word in AMOUNTS_AND_NAMES)
