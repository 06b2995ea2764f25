"""The rules of the house fail when they should: each is shown small made-up sources, bad and good."""

from collections.abc import Callable, Iterable

import pytest

from tests import house_rules as house
from tests.house_rules import Module

Rule = Callable[[Module], Iterable[str]]


def offences(rule: Rule, name: str, text: str, is_package: bool = False) -> list[str]:
    return list(rule(Module(name, text, is_package)))


BAD = [
    (house.layer_offences, "xml.sources.source", "import wissel.catalog.definitions"),
    (house.layer_offences, "xml.sources.source", "from wissel.message import envelope"),
    (house.layer_offences, "xml.sources.source", "from wissel import validate"),
    (house.layer_offences, "xml.sources.source", "from ...catalog import definitions"),
    (house.layer_offences, "xml.sources.source", "def f():\n    from wissel.cli import main"),
    (house.layer_offences, "routing.route", "import wissel.mapping.convert"),
    (house.layer_offences, "core.money", "if TYPE_CHECKING:\n    from wissel.xml.blocks.block import Block"),
    (house.layer_offences, "core.money", "import importlib\nimportlib.import_module('wissel.cli.main')"),
    (house.layer_offences, "core.money", "importlib.import_module(f'wissel.cli.{name}')"),
    (house.layer_offences, "core.money", "importlib.import_module(name)"),
    (house.layer_offences, "helpers.text", "import wissel.core.finding"),
    (house.layer_offences, "read", "import wissel.cli.main"),
    (house.third_party_offences, "message.header", "from lxml import etree"),
    (house.third_party_offences, "core.codes", "import click"),
    (house.third_party_offences, "validation.validate", "import xmlschema"),
    (house.third_party_offences, "validation.validate", "def f():\n    import rich.table"),
    (house.third_party_offences, "service.batch", "import sqlite3"),
    (house.third_party_offences, "message.header", "import xml.etree.ElementTree"),
    (house.third_party_offences, "xml.sources.source", "import numpy as np"),
    (house.purity_offences, "xml.sources.source", "import datetime\ndatetime.datetime.now()"),
    (house.purity_offences, "xml.sources.source", "import datetime as dt\nx = dt.date.today"),
    (house.purity_offences, "xml.sources.source", "from datetime import datetime as d\nd.utcnow()"),
    (house.purity_offences, "xml.sources.source", "from time import time\ntime()"),
    (house.purity_offences, "xml.sources.source", "import random\nrandom.randint(1, 2)"),
    (house.purity_offences, "xml.sources.source", "import random\nrandom.Random()"),
    (house.purity_offences, "xml.sources.source", "from random import Random\nRandom()"),
    (house.purity_offences, "xml.sources.source", "import os\nos.environ['A']"),
    (house.purity_offences, "xml.sources.source", "from os import getenv\ngetenv('A')"),
    (house.purity_offences, "xml.sources.source", "import uuid\nuuid.uuid4()"),
    (house.purity_offences, "xml.sources.source", "import secrets\nsecrets.token_hex()"),
    (house.purity_offences, "xml.sources.source", "from pathlib import Path\nPath.home()"),
    (house.size_offences, "xml.sources.source", "x = 1\n" * 401),
    (house.size_offences, "xml.sources.source", "def f():\n" + "    x = 1\n" * 69),
    (house.docstring_offences, "xml.sources.source", "x = 1"),
    (house.docstring_offences, "xml.sources.source", '"""A module."""\ndef f(): ...'),
    (
        house.docstring_offences,
        "xml.sources.source",
        '"""A module."""\nclass A:\n    """A class."""\n    def f(self): ...',
    ),
    (house.docstring_offences, "xml", "", True),
    (house.output_offences, "xml.sources.source", "print(1)"),
    (house.output_offences, "xml.sources.source", "import sys\nsys.stderr.write('')"),
    (house.float_offences, "core.money", "float('1.1')"),
    (house.float_offences, "core.money", "def f(x: float) -> None: ..."),
]

GOOD = [
    (
        house.layer_offences,
        "cli.main",
        "import wissel\nfrom wissel.xml import source\nimport wissel.core.finding",
    ),
    (house.layer_offences, "cli.main", "importlib.import_module(f'wissel.cli.{name}')"),
    (
        house.layer_offences,
        "xml.sources.source",
        "from wissel.xml.limits import a\nfrom .block import Block\nfrom wissel.core import b",
    ),
    (house.layer_offences, "", "from wissel.validation.validate import validate", True),
    (house.layer_offences, "", "import_module(table[name])", True),
    (house.layer_offences, "__main__", "from wissel.cli.main import run"),
    (house.third_party_offences, "xml.sources.source", "import zlib\nfrom lxml import etree\nimport xmlschema"),
    (house.third_party_offences, "cli.render.text", "import rich.table\nimport click"),
    (house.purity_offences, "core.clock", "import datetime\ndatetime.datetime.now()"),
    (house.purity_offences, "core.settings", "import os\nos.environ['A']"),
    (
        house.purity_offences,
        "xml.sample",
        "from random import Random\ndef f(r: Random):\n    return Random(1), r.random()",
    ),
    (
        house.purity_offences,
        "xml.sample",
        "import time\ntime.sleep(1)\nclock.now()\ndatetime.fromisoformat('')",
    ),
    (house.size_offences, "xml.sources.source", "x = 1\n" * 400),
    (house.size_offences, "xml.sources.source", "def f():\n" + "    x = 1\n" * 68),
    (
        house.docstring_offences,
        "xml.sources.source",
        '"""A module."""\ndef _f(): ...\nclass _A:\n    def f(self): ...',
    ),
    (house.output_offences, "cli.main", "print(1)"),
    (house.float_offences, "core.money", "from decimal import Decimal\nDecimal('1.1')"),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[0].__name__}-{case[2][-25:]!r}")
def test_a_rule_refuses(case: tuple[Rule, str, str]) -> None:
    assert len(offences(*case)) == 1


@pytest.mark.parametrize("case", GOOD, ids=lambda case: f"{case[0].__name__}-{case[2][-25:]!r}")
def test_a_rule_allows(case: tuple[Rule, str, str]) -> None:
    assert offences(*case) == []


def test_an_offence_names_module_and_line() -> None:
    assert offences(house.layer_offences, "xml.sources.source", "\n\nimport wissel.catalog.definitions") == [
        "xml.sources.source:3 imports wissel.catalog.definitions: xml stands no higher than catalog"
    ]


def test_dataclasses_that_can_change_are_found() -> None:
    text = (
        "@dataclass\nclass A: ...\n"
        "@dataclasses.dataclass(frozen=True)\nclass B: ...\n"
        "@dataclass(frozen=True, slots=True)\nclass C: ..."
    )
    found = list(house.dataclass_offences(Module("xml.a", text)))
    assert found == [
        ("xml.a:A", "xml.a:2 A is not frozen"),
        ("xml.a:A", "xml.a:2 A is not slots"),
        ("xml.a:B", "xml.a:4 B is not slots"),
    ]


def test_only_exceptions_inherit() -> None:
    modules = [
        Module("core.errors", "class Fault(Exception): ...\nclass Small(Fault): ...\nclass Kind(StrEnum): ..."),
        Module(
            "xml.a",
            "from wissel.core.errors import Small\nclass Tiny(Small): ...\nclass A: ...\nclass B(A): ...",
        ),
        Module("cli.main", "import click\nclass Group(click.Group): ..."),
    ]
    assert list(house.inheritance_offences(modules)) == ["xml.a:4 B inherits from A"]


def test_codes_are_told_from_other_strings() -> None:
    module = Module("xml.a", "x = ['FILE-EMPTY', 'UTF-8', 'ISO-8859-1', 'a VALUE-DATE', 'NOT-A-NUMBER', 'EUR', '-']")
    assert [code for _, code in house.codes_used(module)] == ["FILE-EMPTY", "NOT-A-NUMBER"]


def test_samples_are_told_by_their_code() -> None:
    stems = [
        "VALUE-DATE",
        "VALUE-DATE-2",
        "VALUE-DATE-time.pain",
        "VALUE-DATES",
        "VALUE-DATE-RANGE",
        "XVALUE-DATE",
    ]
    assert house.named_by("VALUE-DATE", stems) == ["VALUE-DATE", "VALUE-DATE-2", "VALUE-DATE-time.pain"]
