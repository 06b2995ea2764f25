"""Check digits: ISO 7064 modulo 97-10, recursive modulo 10, weighted sums. All take ASCII capitals and digits only."""

from collections.abc import Callable
from itertools import pairwise

_VALUES = str.maketrans({chr(ord("A") + place): str(10 + place) for place in range(26)})
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
IMPOSSIBLE_97 = frozenset({"00", "01", "99"})
"""Check digits that 98 minus a remainder never gives, although 00, 01 and 99 leave the same remainders as others."""


def remainder_97(text: str) -> int:
    """The number that digits and capitals (A = 10 ... Z = 35) form, modulo 97; 1 is right. Source: ISO 7064."""
    return int(text.translate(_VALUES)) % 97


def check_digits_97(text: str) -> str:
    """The two check digits for ``text``, to which the rest of the identifier (the country) is already appended."""
    return f"{98 - remainder_97(text + '00'):02d}"


def check_digit_10(digits: str) -> str:
    """The last digit by the recursive modulo 10 of Swiss references. Source: SIX, secondary source (python-stdnum)."""
    carry = 0
    for digit in digits:
        carry = _CARRY[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)


def weighted_sum(digits: str, weights: tuple[int, ...]) -> int:
    """Each digit times its weight, added up; the weights repeat."""
    return sum(int(digit) * weights[place % len(weights)] for place, digit in enumerate(digits))


SWAPS_TOLD_MAX = 3
COMPARE_HINT = "at least one character is wrong: compare it with the original"


def swap_hint(text: str, fits: Callable[[str], bool]) -> str:
    """A hint for wrong check digits: which two neighbours, exchanged, would make them right; else to compare.

    It costs one call of ``fits`` for each pair. A swap that fits may still be the wrong one, and the hint says so.
    For check digits modulo 10 every tenth swap fits by chance: there it would only mislead.
    """
    found = [
        f"characters {place + 1} and {place + 2} ({one}{other} for {other}{one})"
        for place, (other, one) in enumerate(pairwise(text))
        if one != other and fits(text[:place] + one + other + text[place + 2 :])
    ]
    if not found or len(found) > SWAPS_TOLD_MAX:
        return COMPARE_HINT
    return f"exchanging {', or '.join(found)} would make the check digits right; compare it with the original"
