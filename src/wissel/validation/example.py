"""For each rule what breaks it and what keeps it, in a few lines: data in ``examples.toml``, built from the cases."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Example:
    """Where two messages differ, of which one breaks a rule and the other keeps it."""

    on: str
    """The message that both are made from: ``pain.001.001.09``."""
    guideline: str
    at: str
    """Where the finding stands."""
    fails: tuple[str, ...]
    """``path = value`` for each place; ``no path`` for what is not there."""
    passes: tuple[str, ...]


@cache
def examples() -> dict[str, Example]:
    """All examples by code."""
    text = resources.files("wissel.validation").joinpath("examples.toml").read_text(encoding="utf-8")
    return {
        code: Example(row["on"], row["guideline"], row["at"], tuple(row["fails"]), tuple(row["passes"]))
        for code, row in tomllib.loads(text).items()
    }
