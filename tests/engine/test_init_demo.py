"""``wissel init --demo``: a bank directory that is right, whose keys are private, and whose files say what they should."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import wissel
from wissel.cli.main import main
from wissel.engine.bank.demo import BANKS, CLEARING_HOUSE
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.signing import signers_of
from wissel.validation.report import Verdict

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("bic", ["ZZWIDE20", "ZZABNL20", "ZZABFR20"])
def test_any_bank_can_have_one(tmp_path: Path, bic: str) -> None:
    init_bank(tmp_path / "bank", bic, "My Bank", BEGIN)
    bank = load_bank(tmp_path / "bank")
    signers = signers_of(bank)
    assert set(signers.profiles) == {"sepa-sct", "sepa-sct-inst", "t2"}
    assert signers.missing == {}
    assert {"muster", "clearing", "instant", "correspondents"} < set(bank.channels)
    for name in ("order.xml", "credit.xml"):
        path = tmp_path / "bank" / "world" / name
        assert "@" not in path.read_text("utf-8")
        assert wissel.validate(path, guideline="schema").verdict is Verdict.VALID


def test_all_private_keys_are_private(tmp_path: Path) -> None:
    init_bank(tmp_path / "bank", demo=BEGIN)
    keys = sorted((tmp_path / "bank").rglob("*.pem"))
    private = {path.name: path.stat().st_mode & 0o777 for path in keys if b"PRIVATE KEY" in path.read_bytes()}
    named = {f"{name}.pem" for name in (CLEARING_HOUSE, *BANKS)}
    assert private == dict.fromkeys({"default.pem", "stranger.pem", *named}, 0o600)


def test_without_it_there_are_no_keys(tmp_path: Path) -> None:
    init_bank(tmp_path / "bank")
    assert list((tmp_path / "bank" / "keys").iterdir()) == []
    assert not (tmp_path / "bank" / "world").exists()


def test_the_command_names_the_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "bank"), "--demo"]) == 0
    assert f"{tmp_path}/bank/world/" in capsys.readouterr().out.splitlines()
    assert main(["check", str(tmp_path / "bank")]) == 0
