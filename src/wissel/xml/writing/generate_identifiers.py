"""Identifiers with right check digits, for generated messages."""

from random import Random
from uuid import UUID

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"


def filled(template: str, rng: Random) -> str:
    """``template`` with a digit for each ``#`` and a capital letter for each ``^``."""
    parts = [rng.choice(DIGITS) if c == "#" else rng.choice(LETTERS) if c == "^" else c for c in template]
    return "".join(parts)


def check_digits_97(text: str) -> str:
    """Two digits that make ``text`` followed by them 1 modulo 97, letters counting from A = 10 (ISO 7064)."""
    number = int("".join(str(int(character, 36)) for character in text) + "00")
    return f"{98 - number % 97:02d}"


def iban(template: str, rng: Random) -> str:
    """An IBAN (ISO 13616) from ``NL##BANK##########``: the first two ``#`` are its check digits."""
    account = filled(template[4:], rng)
    return template[:2] + check_digits_97(account + template[:2]) + account


def lei(rng: Random) -> str:
    """A legal entity identifier (ISO 17442)."""
    body = filled("####00^^^^#^#^#^#^", rng)
    return body + check_digits_97(body)


def creditor_reference(rng: Random) -> str:
    """A structured creditor reference (ISO 11649)."""
    body = filled("##########", rng)
    return f"RF{check_digits_97(body + 'RF')}{body}"


def isin(country: str, rng: Random) -> str:
    """A securities identifier (ISO 6166): country, nine characters, Luhn digit."""
    body = country + filled("00########", rng)[1:]
    digits = "".join(str(int(character, 36)) for character in body)
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{body}{-sum(number // 10 + number % 10 for number in doubled) % 10}"


def uetr(rng: Random) -> str:
    """A unique end-to-end transaction reference: a UUID version 4 in small letters."""
    return str(UUID(int=rng.getrandbits(128), version=4))
