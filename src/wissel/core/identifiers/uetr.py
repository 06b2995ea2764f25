"""UETR: a UUID of version 4 in small letters.

Source: RFC 4122 and the ISO 20022 type UUIDv4Identifier. Reasons of a flaw: ``empty``, ``upper-case``, ``length``,
``structure``, ``version``, ``variant``.
"""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.writing import quoted

LENGTH = 36
_GROUPS = (8, 4, 4, 4, 12)
_HYPHENS = (8, 13, 18, 23)
_ALLOWED = "8-4-4-4-12 characters 0-9 and a-f: a UUID of version 4"


@cache
def _matcher() -> Callable[[str], object]:
    import re  # not needed before the first UETR

    return re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch


def check_uetr(text: str) -> Flaw | None:
    """The flaw of a UETR; None where it is a UUID of version 4 in small letters."""
    return None if _matcher()(text) else _explained(text)


def _explained(text: str) -> Flaw:
    if not text:
        return Flaw("empty", "The UETR is missing: the element has no value.", _ALLOWED)
    if _matcher()(text.lower()):
        message = "A UETR is written in small letters; this one has capitals."
        return Flaw("upper-case", message, _ALLOWED, f"write it in small letters: {text.lower()}")
    if len(text) != LENGTH:
        message = f"A UETR has {LENGTH} characters, this one has {len(text):,}."
        return Flaw("length", message, _ALLOWED, _length_hint(text))
    for place, letter in enumerate(text.lower()):
        if (letter != "-") if place in _HYPHENS else (letter not in "0123456789abcdef"):
            wanted = "a hyphen" if place in _HYPHENS else "one of 0-9 and a-f"
            message = f"Character {place + 1} of a UETR is {wanted}; here it is {quoted(text[place])}."
            return Flaw("structure", message, _ALLOWED)
    if text[14] != "4":
        message = f"The UETR is a UUID of version {text[14]}; it must be of version 4 (random): character 15 is 4."
        return Flaw("version", message, _ALLOWED, "have the UUID made by a version 4 generator")
    message = f"Character 20 of a UETR is 8, 9, a or b; here it is {quoted(text[19])}."
    return Flaw("variant", message, _ALLOWED, "have the UUID made by a version 4 generator")


def _length_hint(text: str) -> str | None:
    if len(text) > 2 * LENGTH:
        return None
    bare = text.lower().removeprefix("urn:uuid:").strip("{}").replace("-", "")
    places = [sum(_GROUPS[:number]) for number in range(len(_GROUPS) + 1)]
    whole = "-".join(bare[start:stop] for start, stop in pairwise(places))
    return f"write it as {whole}" if len(bare) == sum(_GROUPS) and _matcher()(whole) else None
