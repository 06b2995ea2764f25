"""Named fields: what a value of a block means, whatever path its family and version keep it at. Data in
``fields.toml``."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from wissel.catalog.naming import family_of
from wissel.xml.blocks.block import Block

_SPACE = " \t\r\n"
KINDS = ("transaction", "group", "message")
"""Kinds of blocks, the innermost first."""


@dataclass(frozen=True, slots=True)
class Field:
    """One named field."""

    name: str
    """Such as ``settlement_amount``."""
    about: str
    """What it is, for a person."""
    form: str | None
    """Name of the form that its elements have (``party`` ...); None where a path leads to the value itself."""
    elements: Mapping[tuple[str, str], tuple[str, ...]]
    """By family and kind of block: the elements as the table has them, best first."""
    paths: Mapping[tuple[str, str], tuple[str, ...]]
    """The same with the form's own paths below each: where to look for a value."""


class Found(NamedTuple):
    """The value of a field and where it was found."""

    block: Block
    """The block itself or one around it."""
    path: str
    """Path in that block, without indices."""
    numbers: tuple[int, ...]
    """Which values of the block it has: all at this path that are not empty, at least one."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The values, white space around them removed."""
        return tuple(self.block.texts[number].strip(_SPACE) for number in self.numbers)

    @property
    def text(self) -> str:
        """The first value, white space around it removed."""
        return self.block.texts[self.numbers[0]].strip(_SPACE)

    def attribute(self, name: str) -> str | None:
        """An attribute of the first value's element, such as ``Ccy``; None where it has none."""
        shape = self.block.shape
        wanted = f"{shape.paths[self.numbers[0]]}/@{name}"
        numbers = shape.places.get(f"{self.path}/@{name}", ())
        return next((self.block.texts[n].strip(_SPACE) for n in numbers if shape.paths[n] == wanted), None)


@cache
def _table() -> tuple[dict[str, Field], dict[str, tuple[str, ...]]]:
    with resources.files("wissel.catalog").joinpath("fields.toml").open("rb") as file:
        table = tomllib.load(file)
    forms = {name: tuple(ends) for name, ends in table.pop("forms").items()}
    fields = {}
    for name, row in table.items():
        form = row.get("form")
        elements: dict[tuple[str, str], tuple[str, ...]] = {}
        for places in row["rows"]:
            for family in places["of"]:
                for kind in KINDS:
                    if kind in places:
                        elements[family, kind] = (*elements.get((family, kind), ()), *places[kind])
        ends = forms[form] if form else ("",)
        paths = {
            key: tuple(f"{element}/{end}" if end else element for element in given for end in ends)
            for key, given in elements.items()
        }
        fields[name] = Field(name, row["about"], form, elements, paths)
    return fields, forms


def fields() -> Mapping[str, Field]:
    """All named fields, by name."""
    return _table()[0]


def forms() -> Mapping[str, tuple[str, ...]]:
    """The forms, by name: paths below an element at which its value may stand, best first."""
    return _table()[1]


@cache
def fields_of(family: str) -> tuple[str, ...]:
    """Names of the fields that a family (``pacs.008``) has."""
    return tuple(name for name, field in fields().items() if any(of == family for of, _ in field.paths))


def find(name: str, block: Block, definition: str, outward: bool = True) -> Found | None:
    """The value of a field for a block of a message; None where it has none.

    ``outward`` says whether the blocks around it are looked at too, from the inside out. Raises KeyError for a field
    that does not exist.
    """
    paths, family = fields()[name].paths, family_of(definition)
    for here in _around(block) if outward else (block,):
        for path in paths.get((family, here.kind), ()):
            numbers = here.shape.places.get(path)
            if numbers and (filled := tuple(n for n in numbers if here.texts[n].strip(_SPACE))):
                return Found(here, path, filled)
    return None


def _around(block: Block) -> Iterator[Block]:
    here: Block | None = block
    while here is not None:
        yield here
        here = here.parent
