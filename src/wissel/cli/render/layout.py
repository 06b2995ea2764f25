"""Plain text in columns for a person: colour where wanted, wrapped where a width is known."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import click

from wissel.cli.console import visible

_ROOM_MIN = 24
"""Columns that the last column gets at least."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How text is to look. ``width`` is where to wrap; None: one line stays one line."""

    color: bool = False
    width: int | None = None

    def style(self, text: str, color: str | None = None, bold: bool = False, dim: bool = False) -> str:
        """``text``, coloured where colours are wanted."""
        return click.style(text, fg=color, bold=bold or None, dim=dim or None) if self.color and text else text


def wrapped(text: str, layout: Layout, column: int) -> str:
    """``text`` as it stands from ``column`` on: further lines are indented to there."""
    if layout.width is None:
        return visible(text)
    room = max(layout.width - column, _ROOM_MIN)
    lines = textwrap.wrap(visible(text), room, break_on_hyphens=False) or [""]
    return f"\n{' ' * column}".join(lines)


def labelled(pairs: Iterable[tuple[str, str]], layout: Layout) -> Iterator[str]:
    """One paragraph for each label and text, the texts in one column; pairs without text are left out."""
    kept = [(label, text) for label, text in pairs if text]
    column = max((len(label) for label, _ in kept), default=0) + 2
    for label, text in kept:
        yield layout.style(f"{label:{column}}", dim=True) + wrapped(text, layout, column)


def path_lines(path: str, layout: Layout) -> str:
    """A path, broken before a slash where it is wider than the page."""
    lines = [""]
    for step in visible(path).split("/")[1:]:
        if layout.width is not None and len(lines[-1]) + 1 + len(step) > layout.width and lines[-1].strip():
            lines.append("    ")
        lines[-1] += f"/{step}"
    return "\n".join(layout.style(line, "cyan") for line in lines)
