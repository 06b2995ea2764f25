"""Whatever stands in a user's file, the answer is values or a ConfigurationError, never another exception."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.configuration import ConfigurationError, TomlFile
from wissel.routing.calendar import calendar_of
from wissel.routing.network_data import bundled_networks, networks_of
from wissel.routing.network_values import ATTRIBUTES
from wissel.routing.participant_import import import_rows, read_map
from wissel.routing.participants import COLUMNS, load

VALUES = [
    "",
    "t2",
    "DEUTDEFF",
    "DEUTDEFFXXX",
    "USABA",
    "021000021",
    "DE",
    "50070010",
    "direct",
    "indirect",
    "2026-02-30",
]
CELLS = st.sampled_from([*VALUES, '"', '""', "é", "\x00", "\u2028", "٣", "9" * 50, "0001-01-01", "-", "²"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | CELLS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=3), max_leaves=6
)
TOML_VALUES = st.recursive(
    st.booleans() | st.integers() | st.dates() | st.text(max_size=6) | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CELLS, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@given(rows=st.lists(st.lists(CELLS, min_size=11, max_size=14), max_size=6), head=st.permutations(COLUMNS))
def test_a_directory(folder: Path, rows: list[list[str]], head: list[str]) -> None:
    path = folder / "d.csv"
    path.write_text("\n".join(",".join(row) for row in [head, *rows]), "utf-8")
    with contextlib.suppress(ConfigurationError):
        assert len(load(path)) <= len(rows)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=6))
def test_days_of_a_calendar(folder: Path, rows: list[list[str]]) -> None:
    path = folder / "c.csv"
    path.write_text("\n".join(",".join(row) for row in [["date", "name", "open"], *rows]), "utf-8")
    with contextlib.suppress(ConfigurationError):
        calendar_of("target", path)


@given(st.sampled_from(sorted(bundled_networks())), st.sampled_from([*ATTRIBUTES, "base", "facts"]), TOML_VALUES)
def test_a_network(name: str, key: str, value: object) -> None:
    found, faults = networks_of(TomlFile("n.toml", "", {"network": {name: {key: value}}}))
    assert (name in found) or faults


@given(ANYTHING, st.sampled_from([".", "a", "a.b"]))
def test_a_list_in_json(folder: Path, value: object, rows: str) -> None:
    path, column_map = folder / "l.json", folder / "m.toml"
    path.write_text(json.dumps(value), "utf-8")
    column_map.write_text(f'rows = "{rows}"\n[columns]\nbic = "DE"\nname = ""\n[constants]\nnetwork = "t2"\n', "utf-8")
    with contextlib.suppress(ConfigurationError):
        import_rows(path, read_map(column_map), bundled_networks())


@given(TOML_VALUES, st.sampled_from(["rows", "delimiter", "columns", "constants", "values", "only", "date_format"]))
def test_a_map(value: object, key: str) -> None:
    from wissel.routing.participant_import import _map_faults

    values = {"columns": {"bic": "BIC"}, key: value}
    assert all(fault.reason for fault in _map_faults(TomlFile("m.toml", "", values)))
