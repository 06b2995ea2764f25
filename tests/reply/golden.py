"""Golden scenarios of replies: each is one call of ``wissel reply`` and the bytes that come of it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from wissel.cli.main import main
from wissel.reply.ladder import REJECTED, ladder

ROOT = Path(__file__).resolve().parents[2]
INPUTS = Path(__file__).parent / "inputs"
GOLDEN = ROOT / "tests" / "golden" / "reply"
MOMENT = "2026-11-24T10:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Scenario:
    """An input and a call."""

    name: str
    input: str
    call: str

    @property
    def golden(self) -> Path:
        """What comes of it."""
        return GOLDEN / f"{self.name}.xml"

    def arguments(self, output: Path) -> list[str]:
        """The command line."""
        source = ROOT / self.input if "/" in self.input else INPUTS / self.input
        words = [str(ROOT / word) if word.startswith(("tests/", "samples/")) else word for word in self.call.split()]
        return ["reply", str(source), *words, "--at", MOMENT, "-o", str(output), "-q"]


def scenarios() -> list[Scenario]:
    """All of them: those of the file, and one for each status that a transaction can have."""
    text = (Path(__file__).parent / "scenarios.toml").read_text("utf-8")
    named = [Scenario(name, row["input"], row["call"]) for name, row in tomllib.loads(text).items()]
    statuses = [one.code for one in ladder().values() if "transaction" in one.levels]
    reasons = {REJECTED: " --reason AC04"}
    call = "--with pacs.002.001.10 --status {}{}"
    return named + [
        Scenario(f"status-{code}", "samples/valid/pacs.008.001.08.xml", call.format(code, reasons.get(code, "")))
        for code in statuses
    ]


def written(scenario: Scenario, folder: Path) -> bytes:
    """What a scenario writes now. Raises AssertionError where it does not exit 0."""
    output = folder / f"{scenario.name}.xml"
    assert main(scenario.arguments(output)) == 0, scenario.name
    return output.read_bytes()
