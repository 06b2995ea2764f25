"""Big realistic messages, written as a stream: the same shape and seed give the same bytes on every machine.

``python -m benchmarks.messages DEFINITION TRANSACTIONS FILE [--wrapped] [--prefix P] [--utf16] [--one-line]``
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TextIO

from benchmarks.templates import HEADERS, TAILS, TRANSACTIONS, business_header

SEED = 20022
PARTIES = 400
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
HEADER_DEFINITION = "head.001.001.02"

GIVEN = (
    "Anaïs",
    "Björn",
    "Čeněk",
    "Dóra",
    "Eoghan",
    "Françoise",
    "Günther",
    "Håkon",
    "Inês",
    "Jürgen",
    "Łukasz",
    "Márta",
    "Nuño",
    "Öykü",
    "Zoé",
)
FAMILY = (
    "Åkerlund",
    "Brûlé",
    "Çelik",
    "Dvořák",
    "Güell",
    "Hölzl",
    "Jiménez",
    "Kováč",
    "Lindström",
    "Müller",
    "Nørgaard",
    "Peña",
    "Šimek",
    "Żak",
)
STREETS = (
    "Große Gasse",
    "Rue du Marché",
    "Calle Peñón",
    "Via Città",
    "Østergade",
    "Ulica Długa",
    "Rua do Açúcar",
    "Kertész utca",
)
TOWNS = (
    ("Köln", "50667", "DE", "18n"),
    ("Besançon", "25000", "FR", "10n11c2n"),
    ("Córdoba", "14001", "ES", "20n"),
    ("Forlì", "47121", "IT", "1a10n12c"),
    ("Sankt Pölten", "3100", "AT", "16n"),
    ("Liège", "4000", "BE", "12n"),
    ("Évora", "7000", "PT", "21n"),
    ("Hämeenlinna", "13100", "FI", "14n"),
    ("'s-Hertogenbosch", "5211", "NL", "4a10n"),
    ("Łódź", "90-001", "PL", "24n"),
)
PURPOSES = ("SALA", "SUPP", "RENT", "TAXS", "GDDS", "INTC", "PENS")
CHARACTERS = {
    "n": "0123456789",
    "a": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "c": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file looks like: which message, how many transactions, and how it is written down."""

    definition: str
    transactions: int
    wrapped: bool = False
    """True: AppHdr and Document inside an envelope element; False: the bare Document."""
    prefix: str = ""
    utf16: bool = False
    one_line: bool = False

    @property
    def file_name(self) -> str:
        """A name that tells the shape, for the cache."""
        words = ["wrapped"] * self.wrapped + [self.prefix] * bool(self.prefix)
        words += ["utf16"] * self.utf16 + ["one-line"] * self.one_line
        return "-".join([self.definition, str(self.transactions), *words]) + ".xml"


def iban(country: str, structure: str, random: Random) -> str:
    """An IBAN with right check digits (ISO 13616); ``structure`` is that of its BBAN, ``4a10n``."""
    groups = re.findall(r"(\d+)([nac])", structure)
    bban = "".join(random.choice(CHARACTERS[kind]) for count, kind in groups for _ in range(int(count)))
    number = int("".join(str(int(character, 36)) for character in f"{bban}{country}00"))
    return f"{country}{98 - number % 97:02d}{bban}"


def party(random: Random) -> dict[str, str]:
    """A person with an address, an account and a bank, as values of a template."""
    town, postcode, country, structure = random.choice(TOWNS)
    return {
        "name": f"{random.choice(GIVEN)} {random.choice(FAMILY)}",
        "street": random.choice(STREETS),
        "building": str(random.randint(1, 220)),
        "postcode": postcode,
        "town": town,
        "country": country,
        "iban": iban(country, structure, random),
        "bic": f"{random.choice(('ABCD', 'EFGH', 'KLMN'))}{country}{random.choice(('2A', '33', 'XX'))}",
    }


def uetr(random: Random) -> str:
    """A random UUID of version 4 from a seeded source."""
    digits = f"{random.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def cents(count: int) -> Iterator[int]:
    """The amounts in minor units, from a source of their own: their sum is known beforehand."""
    random = Random(f"{SEED} amounts")
    return (random.randint(1, 5_000_000) for _ in range(count))


def amount(minor: int) -> str:
    """Minor units as a decimal with two places."""
    return f"{minor // 100}.{minor % 100:02d}"


def written(template: str, shape: Shape) -> str:
    """The template with the shape's prefix and line breaks."""
    if shape.prefix:
        template = re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{shape.prefix}:", template)
    return re.sub(r"\n *", "", template) if shape.one_line else template


def document(shape: Shape) -> Iterator[str]:
    """The Document element in pieces of text."""
    random = Random(SEED)
    people = [party(random) for _ in range(PARTIES)]
    total = amount(sum(cents(shape.transactions)))
    values = {f"debtor_{key}": value for key, value in people[0].items()}
    declared = f"xmlns{':' if shape.prefix else ''}{shape.prefix}"
    yield written("<Document>\n", shape).replace(">", f' {declared}="{NAMESPACE}{shape.definition}">', 1)
    yield written(HEADERS[shape.definition], shape).format(count=shape.transactions, total=total, **values)
    transaction = written(TRANSACTIONS[shape.definition], shape).format_map
    for number, minor in enumerate(cents(shape.transactions), 1):
        debtor, creditor = people[random.randrange(PARTIES)], people[random.randrange(PARTIES)]
        values = {f"debtor_{key}": value for key, value in debtor.items()}
        values |= creditor
        values["number"] = f"{number:09d}"
        values["uetr"] = uetr(random)
        values["amount"] = amount(minor)
        values["purpose"] = PURPOSES[number % len(PURPOSES)]
        yield transaction(values)
    yield written(TAILS[shape.definition] + "</Document>\n", shape)


def pieces(shape: Shape) -> Iterator[str]:
    """The whole file in pieces of text."""
    yield f'<?xml version="1.0" encoding="{"UTF-16" if shape.utf16 else "UTF-8"}"?>\n'
    if not shape.wrapped:
        yield from document(shape)
        return
    yield '<Envelope xmlns="urn:example:envelope">\n'
    yield header(shape)
    yield from document(shape)
    yield "</Envelope>\n"


def header(shape: Shape) -> str:
    """The AppHdr element of a wrapped file."""
    return business_header(f"{NAMESPACE}{HEADER_DEFINITION}", shape.definition)


def write(shape: Shape, file: TextIO) -> None:
    """Write the whole file, some hundred transactions at a time."""
    buffer: list[str] = []
    for piece in pieces(shape):
        buffer.append(piece)
        if len(buffer) == 500:
            file.write("".join(buffer))
            buffer.clear()
    file.write("".join(buffer))


def write_file(shape: Shape, path: Path) -> None:
    """Write to ``path`` whole or not at all."""
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("w", encoding="utf-16" if shape.utf16 else "utf-8", newline="\n") as file:
        write(shape, file)
    unfinished.rename(path)


def main() -> None:
    """Read the arguments and write one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("definition", choices=sorted(TRANSACTIONS))
    parser.add_argument("transactions", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wrapped", action="store_true")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--utf16", action="store_true")
    parser.add_argument("--one-line", action="store_true")
    given = vars(parser.parse_args())
    path = given.pop("file")
    write_file(Shape(**given), path)


if __name__ == "__main__":
    main()
