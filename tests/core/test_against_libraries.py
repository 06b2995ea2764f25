"""The same verdict as python-stdnum and schwifty on right, mutated and random identifiers.

The libraries clean what they are given (spaces, hyphens, small letters); the texts here are clean already.
"""

import random
from collections.abc import Callable, Iterator

import pytest
from schwifty import BIC, IBAN
from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum import iso11649, lei
from stdnum.be import ogm_vcs
from stdnum.ch import esr
from stdnum.eu import at_02
from stdnum.us import rtn

from wissel.core.identifiers.belgian import check_belgian_reference
from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.checksum import IMPOSSIBLE_97, check_digit_10, check_digits_97
from wissel.core.identifiers.clearing import check_clearing_member
from wissel.core.identifiers.country import accepted_countries
from wissel.core.identifiers.creditor_identifier import check_creditor_identifier
from wissel.core.identifiers.creditor_reference import check_creditor_reference
from wissel.core.identifiers.iban import UNCERTAIN, check_iban, iban_formats
from wissel.core.identifiers.lei import check_lei
from wissel.core.identifiers.structure import kinds
from wissel.core.identifiers.swiss import check_qr_reference

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABETS = {"n": DIGITS, "a": CAPITALS, "c": DIGITS + CAPITALS}
RIGHT_PER_COUNTRY = 8
MUTANTS_PER_RIGHT = 12


def made(rng: random.Random, expected: str) -> str:
    return "".join(rng.choice(ALPHABETS[kind]) for kind in expected)


def mutants(rng: random.Random, text: str, number: int) -> Iterator[str]:
    """Neighbours swapped, a character changed, left out, doubled or put in."""
    for _ in range(number):
        place = rng.randrange(len(text))
        other = rng.choice(DIGITS + CAPITALS)
        yield rng.choice(
            [
                text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
                text[:place] + other + text[place + 1 :],
                text[:place] + text[place + 1 :],
                text[:place] + other + text[place:],
                text[:place] + text[place] + text[place:],
            ]
        )


def ibans(country: str, rng: random.Random) -> Iterator[str]:
    for _ in range(RIGHT_PER_COUNTRY):
        body = made(rng, kinds(iban_formats()[country].structure)[4:])
        right = country + check_digits_97(body + country) + body
        yield right
        yield from mutants(rng, right, MUTANTS_PER_RIGHT)


@pytest.mark.parametrize("country", sorted(iban_formats()))
def test_iban(country: str) -> None:
    rng = random.Random(country)
    verdicts = set()
    for text in ibans(country, rng):
        flaw = check_iban(text)
        # the libraries take letters for check digits, and 00, 01 and 99 where they leave the right remainder:
        # no calculation gives them
        impossible = text[2:4] in IMPOSSIBLE_97 or not text[2:4].isdigit()
        ours = flaw is None
        form = iban_formats().get(text[:2])
        if form is not None and form.country == "BR":  # stdnum has a narrower structure (see test_registries)
            assert not stdnum_iban.is_valid(text, check_country=False) or ours or impossible
        else:
            assert ours == (stdnum_iban.is_valid(text, check_country=False) and not impossible), text
        known = flaw is None or (flaw.reason in UNCERTAIN and (flaw.reason == "territory" or flaw.hint is None))
        assert known == (IBAN(text, allow_invalid=True).is_valid and not impossible), text
        verdicts.add(ours or known)
    assert verdicts == {True, False}


def test_bic() -> None:
    rng = random.Random(1)
    verdicts = []
    for _ in range(3_000):
        country = rng.choice([*sorted(accepted_countries()), "UK", "EU", "XX", "QM", "A1", "ZZ"])
        text = made(rng, rng.choice(["cccc", "aaaa"])) + country + made(rng, rng.choice(["cc", "ccc", "ccccc"]))
        ours = check_bic(text) is None
        # schwifty does not take XK, which is in use
        assert (ours and country != "XK") == BIC(text, allow_invalid=True).is_valid, text
        # stdnum keeps to letters in the first four places
        assert (ours and text[:4].isalpha()) == stdnum_bic.is_valid(text), text
        verdicts.append(ours)
    assert 500 < sum(verdicts) < 2_500


def texts(seed: int, rights: Iterator[str]) -> list[str]:
    rng = random.Random(seed)
    return [text for right in rights for text in (right, *mutants(rng, right, MUTANTS_PER_RIGHT))]


def compare(
    given: list[str], ours: Callable[[str], object], theirs: Callable[[str], bool], impossible: slice | None = None
) -> None:
    """The verdicts agree; ``impossible`` says where two check digits stand that may not be 00, 01 or 99."""
    verdicts = set()
    for text in given:
        refused = impossible is not None and text[impossible] in IMPOSSIBLE_97
        verdict = ours(text) is None
        assert verdict == (theirs(text) and not refused), text
        verdicts.add(verdict)
    assert verdicts == {True, False}


def test_lei() -> None:
    rng = random.Random(2)

    def rights() -> Iterator[str]:
        for _ in range(300):
            body = made(rng, "c" * 18)
            yield body + check_digits_97(body)

    # stdnum looks at the check digits alone
    def theirs(text: str) -> bool:
        return len(text) == 20 and text[18:].isdigit() and lei.is_valid(text)

    compare(texts(2, rights()), check_lei, theirs, slice(18, 20))


def test_creditor_reference() -> None:
    rng = random.Random(3)

    def rights() -> Iterator[str]:
        for _ in range(300):
            body = made(rng, "c" * rng.randint(1, 21))
            yield "RF" + check_digits_97(body + "RF") + body

    # stdnum takes letters for check digits
    compare(
        texts(3, rights()), check_creditor_reference, lambda t: t[2:4].isdigit() and iso11649.is_valid(t), slice(2, 4)
    )


def test_creditor_identifier() -> None:
    rng = random.Random(4)

    def rights() -> Iterator[str]:
        for _ in range(400):
            country = rng.choice(sorted(accepted_countries()))
            body = made(rng, "c" * (11 if country == "DE" else rng.randint(1, 28)))
            yield country + check_digits_97(body + country) + made(rng, "ccc") + body

    # stdnum knows neither lengths nor countries, and takes letters for check digits
    def theirs(text: str) -> bool:
        return (
            8 <= len(text) <= 35
            and text[:2] in accepted_countries()
            and (text[:2] != "DE" or len(text) == 18)
            and text[2:4].isdigit()
            and at_02.is_valid(text)
        )

    compare(texts(4, rights()), check_creditor_identifier, theirs, slice(2, 4))


def test_belgian_reference() -> None:
    rng = random.Random(5)
    rights = (f"{number:010d}{number % 97 or 97:02d}" for number in (rng.randrange(10**10) for _ in range(300)))
    compare(texts(5, rights), check_belgian_reference, ogm_vcs.is_valid)


def test_qr_reference() -> None:
    rng = random.Random(6)

    def rights() -> Iterator[str]:
        for _ in range(300):
            body = made(rng, "n" * 26)
            yield body + check_digit_10(body)

    # stdnum takes shorter ones too: they stand for ones with leading zeros
    compare(texts(6, rights()), check_qr_reference, lambda text: len(text) == 27 and esr.is_valid(text))


def test_us_routing_number() -> None:
    rng = random.Random(7)

    def rights() -> Iterator[str]:
        for _ in range(300):
            body = made(rng, "n" * 8)
            yield body + rtn.calc_check_digit(body)

    compare(texts(7, rights()), lambda text: check_clearing_member("USABA", text), rtn.is_valid)
