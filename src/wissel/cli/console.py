"""What all commands share: switches, colour, width, safe text, helpful lines, examples in help texts."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import TextIO

import click

from wissel.core.errors import UsageError
from wissel.core.settings import color_refused

# characters that act on a terminal or page instead of standing in it: controls, line separators, bidirectional
# marks, overrides and isolates, invisible spaces, lone surrogates, and what XML forbids
_RANGES = (range(0x20), range(0x7F, 0xA0), range(0x202A, 0x202F), range(0x2060, 0x2070), range(0xFFF9, 0xFFFC))
_SINGLES = (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF)
_ACTING = frozenset(chain(*_RANGES, range(0xD800, 0xE000), _SINGLES))
_SHORT = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}


def _escape(character: int) -> str:
    return _SHORT.get(character) or (f"\\x{character:02x}" if character < 0x100 else f"\\u{character:04x}")


_ESCAPES = {character: _escape(character) for character in _ACTING}


def visible(text: str) -> str:
    """``text`` with every character that would act on a terminal or page written as an escape (``\\x1b``)."""
    return text.translate(_ESCAPES)


def in_line(text: str) -> str:
    """As :func:`visible`, on one line: what others chose (names, identifiers) makes no line of its own in a log."""
    return visible(text).replace("\n", "\\n")


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that looks most like ``word``, None where nothing comes near; case does not count."""
    from difflib import get_close_matches

    folded = {candidate.casefold(): candidate for candidate in candidates}
    found = get_close_matches(word.casefold(), folded, n=1)
    return folded[found[0]] if found else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """``; did you mean 'x'?`` to end a sentence with, or the empty text."""
    found = nearest(word, candidates)
    return f"; did you mean '{found}'?" if found else ""


def require_paths(paths: Sequence[str]) -> None:
    """Raises UsageError, with the nearest name, for the first of ``paths`` that does not exist (``-`` always does)."""
    for path in paths:
        if path == "-" or os.path.lexists(path):
            continue
        folder, name = os.path.split(path)
        try:
            beside = [os.path.join(folder, entry) for entry in os.listdir(folder or ".")] if name else []
        except OSError:
            raise UsageError(f"there is no '{path}': its folder does not exist") from None
        if any(character in name for character in "*?["):
            raise UsageError(f"no file matches '{path}'")
        raise UsageError(f"there is no '{path}'{did_you_mean(path, beside)}")


def examples(*rows: tuple[str, str]) -> str:
    """The epilog of a command's help: each row is a command line and what it does."""
    lines = [line for command, does in rows for line in (f"  {command}", f"      {does}")]
    return "\n".join(["\b", "Examples:", *lines])


def _switch(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and parameter.name:
        context.ensure_object(dict)[parameter.name] = True
        if parameter.name == "no_color":
            context.color = False


def add_switches(command: click.Command) -> click.Command:
    """Give a command (and those below it) the switches that hold everywhere, unless it has them already."""
    known = {option for parameter in command.params for option in parameter.opts}
    for names, text, hidden in (
        (("-q", "--quiet"), "Print only what is wrong, and the summary.", False),
        (("--no-color",), "No colours (the variable NO_COLOR does the same).", False),
        (("--debug",), "Show the traceback of a fault of ours.", True),
    ):
        if known.isdisjoint(names):
            option = click.Option(names, is_flag=True, expose_value=False, callback=_switch, help=text, hidden=hidden)
            command.params.append(option)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            add_switches(child)
    return command


def quiet() -> bool:
    """True where the user asked for ``--quiet``, before or after the command's name."""
    context = click.get_current_context(silent=True)
    return bool(context and isinstance(context.obj, dict) and context.obj.get("quiet"))


def is_terminal(stream: TextIO) -> bool:
    """True where a person reads ``stream`` as it is written."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def color(stream: TextIO) -> bool:
    """True where ``stream`` should get colours: it is a terminal, and neither user nor environment refuse."""
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    return is_terminal(stream) and not color_refused()


def width(stream: TextIO) -> int | None:
    """Columns of the terminal behind ``stream``; None where it is not one, and nothing should be wrapped."""
    if not is_terminal(stream):
        return None
    try:
        return max(40, os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):
        return 80


def complain(text: str) -> None:
    """One line for a person on standard error; acting characters are made visible."""
    click.echo(f"wissel: {visible(text)}", file=sys.stderr)


def date_given(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """The callback of an option that takes a day. Raises UsageError for what is none."""
    if value is None:
        return None
    try:
        if value[4:5] + value[7:8] == "--":  # other forms are taken too, and some that are none
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UsageError(f"'{value}' is no date; write it as 2026-11-23")
