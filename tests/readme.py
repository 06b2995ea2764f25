"""The console blocks of README.md: run them again, compare, and write what they print now.

A block begins with ```` ```console ````; lines that begin with ``$ wissel``, ``$ sed`` or ``$ make demo`` are run in a
folder that holds a copy of ``samples/``, the lines below are what they print. ``...`` stands for anything.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_BY = ("wissel ", "sed ", "make demo")
"""Commands that are run: ours, and what prepares their input."""
STANDS_FOR = {"make demo": f"{sys.executable} {ROOT / 'samples' / 'demo.py'}"}
"""What is run in place of a command that needs the checkout."""
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """A command line and what it is said to print."""

    command: str
    expected: str


def examples(block: str) -> list[Example]:
    """The commands of a block, each with the lines below it."""
    pieces = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    if pieces[0].strip():
        raise ValueError(f"a console block begins without a command: {pieces[0]!r}")
    return [Example(command, output) for command, output in zip(pieces[1::2], pieces[2::2], strict=True)]


def matches(expected: str, printed: str) -> bool:
    """Whether the text is the one expected; ``...`` matches anything. Trailing white space does not count."""
    pattern = re.escape(expected.rstrip()).replace(re.escape("..."), ".*?")
    return re.fullmatch(pattern, printed.rstrip(), re.DOTALL) is not None


def prepare(folder: Path) -> None:
    """Copy the samples, as a reader of the README has them at hand."""
    shutil.copytree(ROOT / "samples", folder / "samples")


def printed(command: str, folder: Path) -> str:
    """What a command line prints, output and complaints in their order, in plain text of 100 columns."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "WISSEL_SCHEMAS": str(folder / "no-schemas"),
    }
    done = subprocess.run(
        STANDS_FOR.get(command, command),
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode("utf-8")


def rebuilt(text: str, run: Callable[[str], str]) -> str:
    """The README with each output that no longer matches replaced by what ``run`` gives for its command."""

    def again(found: re.Match[str]) -> str:
        lines = ["```console\n"]
        for example in examples(found[1]):
            output = example.expected
            if example.command.startswith(RUN_BY):
                now = run(example.command)
                # the blank line before the next command is part of the page, not of the output
                gap = "\n" if example.expected.endswith("\n\n") else ""
                output = example.expected if matches(example.expected, now) else now.rstrip() + "\n" + gap
            lines.append(f"$ {example.command}\n{output}")
        return "".join([*lines, "```"])

    return BLOCK.sub(again, text)


def readme() -> str:
    """README.md as it would be with the outputs of today."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        return rebuilt(text, lambda command: printed(command, Path(folder)))
