"""Where something stands in a file: line, column, and the line's text for a person."""

from dataclasses import dataclass

EXCERPT_CHARACTERS_MAX = 160


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the decoded text, line and column from 1, with the text around it where it is at hand."""

    line: int
    column: int
    excerpt: str | None = None
    excerpt_column: int | None = None


def place_at(data: bytes, position: int, line: int, line_start: int, before_characters: int = 0) -> Place:
    """The place of ``data[position]`` on line ``line``, which begins at ``data[line_start]``.

    A line that began before ``data`` has a ``line_start`` below 0, and ``before_characters`` of it are missing.
    """
    start = max(line_start, 0)
    before = data[start:position].decode("utf-8", "replace")
    column = before_characters + len(before) + 1
    end = data.find(b"\n", position, position + 4 * EXCERPT_CHARACTERS_MAX)
    stop = end if end >= 0 else min(len(data), position + 4 * EXCERPT_CHARACTERS_MAX)
    after = data[position:stop].decode("utf-8", "replace").rstrip("\r")
    shown_before = before if len(before) <= 60 else "…" + before[-60:]
    room = EXCERPT_CHARACTERS_MAX - len(shown_before)
    shown_after = after if len(after) <= room else after[:room] + "…"
    return Place(line, column, shown_before + shown_after, len(shown_before) + 1)
