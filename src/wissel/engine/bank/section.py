"""One table of a user's TOML file, read key by key: what is wrong is noted with its line, and reading goes on.

A reader that asks gets a usable value or nothing, so that all faults of a file are found in one pass.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from wissel.core.configuration import Fault, TomlFile
from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.currency import check_currency, check_payable
from wissel.core.identifiers.flaw import Flaw
from wissel.core.money import parse_amount

FAULTS_MAX = 1_000
"""Faults kept of one bank directory; a person mends some and asks again."""
TEXT_LENGTH_MAX = 1_000
LIST_LENGTH_MAX = 10_000

Check = Callable[[str], Flaw | None]


@dataclass(frozen=True, slots=True)
class Section:
    """A table: its values, where they stand, and the list that faults go to."""

    file: TomlFile
    keys: tuple[str | int, ...]
    """The way to the table from the top of the file."""
    values: Mapping[str, Any]
    faults: list[Fault]

    def fault(self, reason: str, *keys: str | int) -> None:
        """Note a fault at a key of this table, or at the table where none is given."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(self.file.fault(reason, *self.keys, *keys))

    def line(self, *keys: str | int) -> int | None:
        """The line of a key of this table, or of the table."""
        return self.file.line(*self.keys, *keys)

    def only(self, known: Iterable[str]) -> None:
        """Note each key that is not among ``known``."""
        allowed = sorted(known)
        for key in self.values:
            if len(self.faults) >= FAULTS_MAX:
                return
            if key not in allowed:
                self.fault(f"there is no key {quoted(key)}{meant(key, allowed)}", key)

    def text(self, key: str, check: Check | None = None, required: bool = False) -> str | None:
        """A text that is not empty, or None. A faulty one is noted and None."""
        value = self.values.get(key)
        if value is None:
            if required:
                self.fault(f"{key} is missing")
            return None
        if reason := _text_fault(value) or _flaw(value, check):
            self.fault(f"{key}: {reason}", key)
            return None
        return str(value)

    def texts(self, key: str, check: Check | None = None, required: bool = False) -> tuple[str, ...]:
        """A list of texts in their order, without those that are faulty."""
        value = self.values.get(key)
        if value is None:
            if required:
                self.fault(f"{key} is missing")
            return ()
        if not isinstance(value, list) or len(value) > LIST_LENGTH_MAX:
            self.fault(f'{key} is a list of at most {LIST_LENGTH_MAX:,} texts: ["...", "..."]', key)
            return ()
        found: list[str] = []
        for one in value:
            if reason := _text_fault(one) or _flaw(one, check):
                self.fault(f"{key}: {reason}", key)
            elif one in found:
                self.fault(f"{key} names {quoted(one)} twice", key)
            else:
                found.append(one)
        if not value:
            self.fault(f"{key} is an empty list; leave it out", key)
        return tuple(found)

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str | None:
        """One of some words; ``default`` where the key is absent, and noted as missing where there is none."""
        words = list(allowed)
        value = self.values.get(key, default)
        if value is None:
            self.fault(f"{key} is missing; it is one of {', '.join(words)}")
        elif value not in words:
            self.fault(f"{key} is {shown(value)}; it is one of {', '.join(words)}", key)
        else:
            return str(value)
        return default

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; absent is false."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{key} is true or false, without quotes", key)
            return False
        return value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(f"{key} is {shown(value)}; it is a whole number from {least:,} to {most:,}", key)
            return default
        return value

    def amount(self, key: str) -> Decimal | None:
        """An amount: a whole number, or a text in quotes with a decimal point."""
        value = self.values.get(key)
        if value is None:
            return None
        whole = isinstance(value, int) and not isinstance(value, bool)
        found = (
            parse_amount(value if isinstance(value, str) else shown(value)) if whole or isinstance(value, str) else None
        )
        if found is None:
            self.fault(f'{key} is {shown(value)}; an amount is a whole number, or in quotes: "1000.50"', key)
        return found

    def table(self, key: str) -> "Section":
        """A table inside this one; an empty one where it is absent or no table."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            self.fault(f"{key} is a table: write it as [{'.'.join([*map(str, self.keys), key])}]", key)
            value = {}
        return Section(self.file, (*self.keys, key), value, self.faults)

    def tables(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """Name and content of each table in a table of tables."""
        outer = self.table(key)
        for name in outer.values:
            if isinstance(outer.values[name], Mapping):
                yield name, outer.table(name)
            else:
                outer.fault(f"{key} holds tables with a name of yours: [{key}.NAME]; {quoted(name)} is none", name)

    def rows(self, key: str) -> list["Section"]:
        """The tables of a list of tables."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            self.fault(f"{key} is a list of tables: write each as [[{key}]]", key)
            return []
        if len(value) > LIST_LENGTH_MAX:
            self.fault(f"there are {len(value):,} tables [[{key}]], more than {LIST_LENGTH_MAX:,}")
        return [
            Section(self.file, (*self.keys, key, number), one, self.faults)
            for number, one in enumerate(value[:LIST_LENGTH_MAX])
        ]


def _text_fault(value: object) -> str | None:
    if not isinstance(value, str):
        return f"{shown(value)} is no text; write it in quotes"
    if not value.strip():
        return "it is empty; leave it out"
    if value != value.strip():
        return f"{quoted(value)} begins or ends with white space"
    if len(value) > TEXT_LENGTH_MAX:
        return f"it has {len(value):,} characters, more than {TEXT_LENGTH_MAX:,}"
    return None if value.isprintable() else f"{quoted(value)} holds a character that cannot be printed"


def _flaw(value: str, check: Check | None) -> str | None:
    flaw = check(value) if check else None
    return None if flaw is None else f"{quoted(value)} is wrong: {explained(flaw)}"


def explained(flaw: Flaw) -> str:
    """A flaw as the end of a sentence: its message, and the hint where there is one."""
    message = flaw.message.rstrip(".")
    if message[1:2].islower() or message[1:2] == " ":  # a word, not a code such as XAU
        message = message[0].lower() + message[1:]
    return f"{message} ({flaw.hint})" if flaw.hint else message


def meant(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest of the known words, or what is allowed where they are few."""
    folded = {one.casefold(): one for one in sorted(known)}
    if near := get_close_matches(word[:TEXT_LENGTH_MAX].casefold(), folded, 1):
        return f"; did you mean {folded[near[0]]!r}?"
    return f"; known are {', '.join(folded.values())}" if 0 < len(folded) <= 12 else ""


def quoted(text: str) -> str:
    """A text of the user in quotes, with escapes for what cannot be printed, cut where it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def shown(value: object) -> str:
    """A value of the user as TOML would write it, cut where it is long."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, int) and value.bit_length() > 200:
        return "a very large number"  # Python refuses to write out those of thousands of digits
    return "a list" if isinstance(value, list) else str(value)[:60]


def check_pattern(text: str) -> Flaw | None:
    """The flaw of a pattern: the beginning of a text and ``*``, or a whole text."""
    if "*" in text[:-1]:
        return Flaw("pattern", "A pattern has its * at the end.", "ABCD* or ABCDEF20")
    return None


def check_bic_pattern(text: str) -> Flaw | None:
    """The flaw of a pattern of BICs."""
    if not text.endswith("*"):
        return check_bic(text)
    if text.count("*") > 1 or len(text) > 11 or not (text == "*" or (text[:-1].isalnum() and text.isupper())):
        return Flaw("pattern", "A pattern of BICs is the beginning of one in capitals, and then *.", "ABCDDE*")
    return check_bic(f"{text[:-1]}AA") if len(text) == 7 else None


def check_payable_currency(text: str) -> Flaw | None:
    """The flaw of the code of a currency that payments can be made in today."""
    return check_currency(text) or check_payable(text)
