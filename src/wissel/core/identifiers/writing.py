"""Faults of writing that all identifiers share: empty, separated into groups, foreign characters, small letters."""

from collections.abc import Callable

from wissel.core.identifiers.flaw import Flaw

_SEPARATORS = frozenset(" \t\r\n\u00a0\u2007\u2009\u202f-\u2010\u2011\u2013./:")
_QUOTED_MAX = 40
_LOOKED_AT_MAX = 200
"""Characters looked at: no identifier is longer, and what is gets told so by its check."""


def quoted(text: str) -> str:
    """``text`` in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= _QUOTED_MAX else text[:_QUOTED_MAX] + '…'}”"


def count(number: int, noun: str) -> str:
    """``1 character``, ``22 characters``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def without_separators(text: str) -> str:
    """``text`` without the spaces, hyphens, dots, slashes and colons that people group identifiers with."""
    return "".join(letter for letter in text if letter not in _SEPARATORS)


def writing_flaw(
    text: str, noun: str, allowed: str, fits: Callable[[str], bool], *, small_letters: bool = False
) -> Flaw | None:
    """Reasons ``empty``, ``separator``, ``character``, ``lower-case``; None where the writing is not the fault.

    Small letters count only where capitals alone make the identifier right: a deeper fault is more telling. Where
    small letters are right by themselves, say so with ``small_letters``.
    """
    if not text:
        return Flaw("empty", f"{noun} is missing: the element has no value.", allowed)
    for place, letter in enumerate(text[:_LOOKED_AT_MAX]):
        if letter in _SEPARATORS:
            return _separated(text, place, noun, allowed, fits)
        if not (letter.isascii() and letter.isalnum()):
            code = f"U+{ord(letter):04X}"
            message = f"{noun} has letters A to Z and digits only; character {place + 1} is {quoted(letter)} ({code})."
            return Flaw("character", message, allowed)
    capitals = text.upper()
    if capitals != text and not small_letters and fits(capitals):
        message = f"{noun} is written in capitals; this one has small letters."
        return Flaw("lower-case", message, allowed, f"write it in capitals: {capitals}")
    return None


def _separated(text: str, place: int, noun: str, allowed: str, fits: Callable[[str], bool]) -> Flaw:
    plain = without_separators(text) if len(text) <= _LOOKED_AT_MAX else ""
    better = next((form for form in (plain, plain.upper()) if fits(form)), None)
    name = {" ": "a space", "-": "a hyphen", ".": "a dot", "/": "a slash", ":": "a colon"}.get(
        text[place], f"U+{ord(text[place]):04X}"
    )
    message = f"{noun} is written without separators; character {place + 1} is {name}."
    return Flaw("separator", message, allowed, f"write it as {better}" if better else "leave the separators out")
