"""A bank's own networks, laid over the bundled ones; every error with its line."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from wissel.core.configuration import read_toml
from wissel.routing.network import Codes, DayTime, Fact, Network, fact
from wissel.routing.network_data import bundled_networks, networks_of


def read(tmp_path: Path, text: str) -> tuple[dict[str, Network], list[str]]:
    file = tmp_path / "n.toml"
    file.write_text(text, "utf-8")
    found, faults = networks_of(read_toml(file))
    return found, [str(fault).removeprefix(f"{file}:") for fault in faults]


def test_nothing_of_its_own(tmp_path: Path) -> None:
    assert networks_of(None) == (dict(bundled_networks()), [])
    assert read(tmp_path, "[bank]\nname = 'x'\n") == (dict(bundled_networks()), [])


def test_a_bank_changes_a_network(tmp_path: Path) -> None:
    found, faults = read(
        tmp_path, '[network.t2]\ncut_offs = { customer = "16:15:30" }\namount_max = "5000000"\nheader = ""\n'
    )
    assert faults == []
    t2, before = found["t2"], bundled_networks()["t2"]
    assert t2.cut_offs == {"customer": DayTime(time(16, 15, 30)), "interbank": DayTime(time(18))}
    assert (t2.amount_max, t2.header) == (Decimal(5_000_000), None)
    assert (t2.calendar, t2.definitions, t2.selects) == (before.calendar, before.definitions, before.selects)
    assert fact(t2, "amount_max") == Fact(str(tmp_path / "n.toml"), "given")
    assert fact(t2, "calendar") == fact(before, "calendar")
    assert found["sepa-sct"] == bundled_networks()["sepa-sct"]


def test_a_chain_of_own_networks(tmp_path: Path) -> None:
    found, faults = read(
        tmp_path,
        "\n".join(
            [
                "[network.scl-night]", 'base = "scl"', 'cycles = ["22:00 business day before"]',
                "[network.scl]", 'base = "sepa-sct"', 'title = "SEPA-Clearer"', 'clearing_system = "SCL"',
                'fallbacks = ["scl-night"]', 'selects = { local_instruments = ["X1"] }',
                "[network.sepa-sct]", 'transactions_max = 7',
            ]
        ),
    )  # fmt: skip
    assert faults == []
    night = found["scl-night"]
    assert (night.title, night.clearing_system, night.transactions_max) == ("SEPA-Clearer", "SCL", 7)
    assert night.cycles == (DayTime(time(22), "business-before"),)
    assert night.selects == Codes(frozenset({"SEPA", "NURG"}), frozenset({"X1"}))
    assert found["scl"].fallbacks == ("scl-night",)


def test_a_network_from_nothing(tmp_path: Path) -> None:
    found, faults = read(
        tmp_path,
        '[network.rail]\ntitle = "Rail"\nkind = "clearing"\nguideline = "iso"\ncalendar = "mine"\nzone = "Asia/Tokyo"\n'
        'answers = "all"\nsilence_settles = "20"\nsource = "us"\nconfidence = "high"\n',
    )
    assert faults == []
    rail = found["rail"]
    assert (rail.currencies, rail.amount_max, rail.transactions_max) == (frozenset(), None, 1)
    assert (rail.opens, rail.cut_offs, rail.silence_settles) == (DayTime(time(0)), {}, "20")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("network = 3", ["1: 'network' has to be tables: [network.NAME]"]),
        ("[network]\nt2 = 3", ["2: a network is a table, and 't2' is none"]),
        ('[network."T 2"]\nbase = "t2"', [
            "1: the name of a network is lower-case letters, digits and '-', at most 40",
        ]),
        ("[network.mine]\ntitle = 'x'", [
            "1: it says nothing of kind, guideline, calendar, zone, answers, silence_settles, source, confidence; name "
            'a network to build on, such as base = "sepa-sct"',
        ]),
        ("[network.mine]\nbase = 'sepa'", [
            "2: there is no network 'sepa' to build on; known are book, cbpr-plus, cbpr-plus-cover, chaps, fednow, "
            "fedwire, mine, sepa-sct, sepa-sct-inst, t2",
        ]),
        ("[network.a]\nbase = 'b'\n[network.b]\nbase = 'a'", [
            "2: the bases run in a circle: a > b > a", "4: the bases run in a circle: b > a > b",
        ]),
        ("[network.a]\nbase = 'a'", [
            "2: there is no network 'a' to build on; known are a, book, cbpr-plus, cbpr-plus-cover, chaps, fednow, "
            "fedwire, sepa-sct, sepa-sct-inst, t2",
        ]),
        ("[network.t2]\nzone = 'CET2'\ncalendar = 3\n", [
            "2: 'zone' has to be a zone of the IANA time zone database, such as Europe/Berlin",
            "3: 'calendar' has to be a name in lower case",
        ]),
        ("[network.t2]\n[network.t2.cut_offs]\nnoon = '12:00'", [
            "2: 'cut_offs' has to be a table whose keys are each one of customer, interbank; 'noon' is none",
        ]),
        ("[network.t2.cut_offs]\ncustomer = '24:00'", [
            "1: 'cut_offs' has to be a table; 'customer' has to be a time, such as \"17:00\", \"17:00:30\", "
            '"21:00 calendar day before" or "21:30 business day before"',
        ]),
        ("[network.t2.cut_offs]\ncustomer = '21:00 calendar day before'", [
            "1: a cut-off is a time of the business day itself",
        ]),
        ("[network.t2]\ncycles = ['02:00', '01:00']", [
            "2: cycles stand in the order of the day, those of the day before first",
        ]),
        ("[network.t2]\namount_max = 1000.5", [
            "2: 'amount_max' has to be an amount above zero in quotes, such as \"999999999.99\"",
        ]),
        ("[network.t2]\namount_max = 'NaN'", [
            "2: 'amount_max' has to be an amount above zero in quotes, such as \"999999999.99\"",
        ]),
        ("[network.fednow]\namount_min = '20000000'", ["1: no amount is from 20000000 to 10000000"]),
        ("[network.cbpr-plus]\namount_max = '5'", ["2: limits of the amount need just one currency"]),
        ("[network.t2]\ncurrencies = ['EUR', 'EURO']", ["2: 'currencies' has to be a list, each part a currency code"]),
        ("[network.t2]\ncurrencies = 'EUR'", ["2: 'currencies' has to be a list, each part a currency code"]),
        ("[network.t2.refuses]\nservice_levels = ['URGP']", ["1: it both asks for and refuses URGP"]),
        ("[network.t2]\ndefinitions = ['pacs.008.001.08', 'pacs.008.001.10']", [
            "2: each message has one definition; pacs.008 has several",
        ]),
        ("[network.t2]\ndefinitions = ['pacs008']", [
            "2: 'definitions' has to be a list, each part a definition, such as pacs.008.001.08",
        ]),
        ("[network.t2]\nanswers = 'some'", ["2: 'answers' has to be one of all, negative, none"]),
        ("[network.t2]\nsilence_settles = 20", [
            "2: 'silence_settles' has to be never, at-settlement, or a number of seconds in quotes, such as \"20\"",
        ]),
        ("[network.t2]\ntransactions_max = 0", [
            "2: 'transactions_max' has to be a whole number from 1 to 10,000,000",
        ]),
        ("[network.t2]\ntransactions_max = true", [
            "2: 'transactions_max' has to be a whole number from 1 to 10,000,000",
        ]),
        ("[network.t2]\nclearing_system = ''\nclearing_system_proprietary = true", [
            "3: there is no clearing system",
        ]),
        ("[network.t2]\nfallbacks = ['moon']", ["2: there is no network 'moon' to fall back on"]),
        ("[network.t2]\nfallbacks = ['t2']", ["2: a network cannot be its own fallback"]),
        ("[network.t2]\nfacts = { zone = { source = 'x' } }", ["2: each fact has a source and a confidence"]),
    ],
)  # fmt: skip
def test_faults(tmp_path: Path, text: str, expected: list[str]) -> None:
    found, faults = read(tmp_path, text)
    assert faults == expected
    assert set(bundled_networks()) - set(found) <= {"t2", "fednow", "cbpr-plus"}


def test_an_unknown_key_names_the_known(tmp_path: Path) -> None:
    _, faults = read(tmp_path, "[network.t2]\ncutoffs = 1\n")
    assert faults[0].startswith("2: a network has no 'cutoffs'; it has title, kind, currencies, ")


def test_what_is_wrong_with_a_base_is_told_once(tmp_path: Path) -> None:
    found, faults = read(tmp_path, "[network.a]\nbase = 'b'\n[network.b]\nbase = 't2'\nzone = 'x'\n")
    assert [fault.split(":")[0] for fault in faults] == ["5"]
    assert not {"a", "b"} & set(found)
