"""Configuration files: every fault has its file, line and reason."""

from pathlib import Path

import pytest

from wissel.core.configuration import ConfigurationError, Fault, read_rows, read_table, read_toml

TEXT = """# a bank
name = "Test"

[network.t2]
currency = "EUR"
"cut off" = 17

[[account]]
id = "one"

[[account]]
id = "two"
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "wissel.toml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("name",), 2),
        (("network", "t2", "currency"), 5),
        (("network", "t2", "cut off"), 6),
        (("network", "t2", "missing"), 4),
        (("account", 0, "id"), 9),
        (("account", 1, "id"), 12),
        (("account", 1), 11),
        (("nothing",), None),
    ],
)
def test_a_key_has_its_line(toml: Path, keys: tuple[str | int, ...], line: int | None) -> None:
    assert read_toml(toml).line(*keys) == line


def test_text_that_is_no_toml_is_refused_with_its_line(toml: Path) -> None:
    toml.write_text('a = 1\nb = "open\n', "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_toml(toml)
    (fault,) = refused.value.faults
    assert fault.line == 2
    assert str(refused.value).startswith(f"{toml}:2: this is not readable TOML: ")


@pytest.mark.parametrize("text", ["a = " + "1" * 5_000, "a = " + "[" * 50_000])
def test_toml_out_of_bounds_is_refused(toml: Path, text: str) -> None:
    toml.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=":1: this is not readable TOML: "):
        read_toml(toml)


def test_a_table_that_only_its_children_make_has_the_line_of_the_first(toml: Path) -> None:
    toml.write_text("[a.b]\nc = 1\n[a.d]\n[[e.f]]\n[[e.f]]\n", "utf-8")
    file = read_toml(toml)
    assert [file.line("a"), file.line("a", "d"), file.line("e"), file.line("e", "f", 1)] == [1, 3, 4, 5]


def test_faults_come_in_the_order_of_their_lines() -> None:
    error = ConfigurationError([Fault("b", 2, "two"), Fault("a", 9, "nine"), Fault("b", None, "whole")])
    assert str(error) == "a:9: nine\nb: whole\nb:2: two"


def test_rows_keep_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('# about\nbic,name\n\nAAAADEFF,"two\nlines"\nBBBBDEFF,one\n', "utf-8")
    assert list(read_rows(path)) == [
        (2, ["bic", "name"]),
        (4, ["AAAADEFF", "two\nlines"]),
        (6, ["BBBBDEFF", "one"]),
    ]


def test_a_file_that_is_not_text_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"bic\n\xff\xfe\n")
    with pytest.raises(ConfigurationError, match=r"rows\.csv:2: it is not UTF-8 text"):
        list(read_rows(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_toml(tmp_path / "none.toml")


def test_what_ends_a_line_elsewhere_may_stand_in_a_value(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("a,b\r\n1\f2,x\u2028y\r\n# no row\r\n3,4".encode())
    assert list(read_rows(path)) == [(1, ["a", "b"]), (2, ["1\f2", "x\u2028y"]), (4, ["3", "4"])]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,4\n",
        "# one\n# two\na,b\n1,2",
        "# one\r\na,b\r\n1,2\r\n",
        "a,b\n# between\n1,2\n",
        "a,b\n\n1,2\n",
        'a,b\n"1\n2",3\n4,5\n',
        "a,b\r1,2\r# x\r3,4",
        "# only",
        "#",
        "",
        "\n\n",
    ],
)
def test_a_table_is_its_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode())
    rows, lines = read_table(path)
    assert list(zip(lines, rows, strict=True)) == list(read_rows(path))


def test_a_table_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n1,2\n"3\n', "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_table(path)
    assert str(caught.value) == f"{path}:3: this is no row of a CSV file: unexpected end of data"
