"""A bank whose channel ``all`` takes every message that anything is done with, and files from everywhere for it."""

from collections.abc import Iterable
from pathlib import Path

from wissel.engine.bank.init import init_bank
from wissel.engine.handlers import HANDLERS

CHANNEL = """
[channel.all]
title = "Anybody"
definitions = [{families}]
accounts = ["*"]
"""


def bank_for_all(root: Path) -> None:
    """Make the bank directory."""
    init_bank(root)
    main = root / "wissel.toml"
    families = ", ".join(f'"{family}"' for family in sorted(HANDLERS))
    main.write_text(main.read_text("utf-8") + CHANNEL.format(families=families), "utf-8")
    (root / "in" / "all").mkdir()


def dropped(root: Path, files: Iterable[Path], below: Path) -> list[str]:
    """Put copies of files into the inbox, each called by its path below a folder; the names."""
    names = []
    for path in files:
        name = path.relative_to(below).as_posix().replace("/", "__")
        (root / "in" / "all" / name).write_bytes(path.read_bytes())
        names.append(name)
    return sorted(names)
