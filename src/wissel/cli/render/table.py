"""Tables for a person: by rich where a width is known, in plain aligned columns otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from wissel.cli.console import visible
from wissel.cli.render.layout import Layout


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and how its cells stand in it."""

    title: str
    right: bool = False
    whole: bool = False
    """Never broken over two lines."""


def write_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], out: TextIO, layout: Layout) -> None:
    """Write ``rows`` under ``columns``. A cell may hold several lines; what would act on a terminal is escaped."""
    cells = [[[visible(line) for line in cell.split("\n")] for cell in row] for row in rows]
    if layout.width is None:
        _write_plain(columns, cells, out, layout)
    else:
        _write_rich(columns, cells, out, layout.width, layout.color)


def _write_plain(
    columns: Sequence[Column], rows: Sequence[Sequence[Sequence[str]]], out: TextIO, layout: Layout
) -> None:
    widths = [
        max(len(column.title), *(len(line) for row in rows for line in row[i]), 0) for i, column in enumerate(columns)
    ]

    def line(texts: Sequence[str]) -> str:
        padded = (
            text.rjust(width) if column.right else text.ljust(width)
            for text, width, column in zip(texts, widths, columns, strict=True)
        )
        return "  ".join(padded).rstrip()

    out.write(layout.style(line([column.title for column in columns]), dim=True) + "\n")
    for row in rows:
        for number in range(max(len(cell) for cell in row)):
            out.write(line([cell[number] if number < len(cell) else "" for cell in row]) + "\n")


def _write_rich(
    columns: Sequence[Column], rows: Sequence[Sequence[Sequence[str]]], out: TextIO, width: int, color: bool
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
    for column in columns:
        table.add_column(
            column.title, justify="right" if column.right else "left", no_wrap=column.whole, overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text("\n".join(cell)) for cell in row))
    console = Console(
        file=out,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        highlight=False,
        emoji=False,
        markup=False,
    )
    with console.capture() as captured:
        console.print(table)
    lines = (line.rstrip() for line in captured.get().splitlines())
    out.write("".join(f"{line}\n" for line in lines))
