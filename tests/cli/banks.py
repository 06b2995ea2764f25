"""A bank directory for tests of the commands that work on it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.routing.messages import INSTANT, SEPA, Pay, pain001
from wissel.cli.main import main

AT = "2026-11-23T10:00:00Z"
ANNA = "DE93999999990000000001"
UNKNOWN = Pay("2.00", bic="ZZNOFI20", iban="FI2112345600000785")


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and complaints of a command."""
    code = main([str(one) for one in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def data(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    """What a command prints as JSON."""
    return json.loads(run(capsys, *arguments, "--format", "json")[1])


def new_bank(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A bank directory without a past."""
    assert run(capsys, "init", folder / "bank", "-q") == (0, "", "")
    return folder / "bank"


def order(*payments: Pay, name: str = "ORDER-1", **options: str) -> str:
    """An order, by default of two payments, one of them instant; those of another name are other payments."""
    text = pain001(*(payments or (SEPA, INSTANT)), **options).replace("ORDER-1", name)
    return text if name == "ORDER-1" else text.replace("<EndToEndId>E-", f"<EndToEndId>{name}-")


def drop(bank: Path, name: str, content: str, channel: str = "default") -> None:
    """Hand a file over."""
    (bank / "in" / channel / name).write_text(content, "utf-8")


def process(capsys: pytest.CaptureFixture[str], bank: Path, *options: str) -> tuple[int, str, str]:
    """Work on what waits."""
    return run(capsys, "process", "--bank", bank, "--settle", "0", "--at", AT, "--jobs", "1", *options)
