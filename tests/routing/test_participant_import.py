"""Lists of other forms as rows of a directory: CSV, JSON and XML by a map; wrong maps and wrong lists."""

from pathlib import Path

import pytest

from wissel.core.configuration import ConfigurationError
from wissel.routing.network_data import bundled_networks
from wissel.routing.participant_import import Imported, import_rows, read_map, write_rows
from wissel.routing.participants import load


def imported(tmp_path: Path, name: str, data: str | bytes, column_map: str) -> Imported:
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    (tmp_path / "map.toml").write_text(column_map, "utf-8")
    return import_rows(tmp_path / name, read_map(tmp_path / "map.toml"), bundled_networks())


CSV_MAP = """\
delimiter = ";"
encoding = "iso-8859-1"
date_format = "%d.%m.%Y"
[columns]
bic = "BIC"
name = ["Kurz", "Name"]
iban_prefix = "Prefix"
access = "Art"
via = "Via"
valid_from = "ab"
[constants]
network = "sepa-sct"
services = "SCT"
[values.access]
D = "direct"
I = "indirect"
[only]
Status = ["A", "N"]
"""
CSV = """\
BIC;Kurz;Name;Prefix;Art;Via;ab;Status
DEUTDEFF;;Bank für A;DE50070010;D;;1.2.2020;A
COBADEFF;B;Bank B;;I;DEUTDEFF;;N
XX;;gone;;;;;L
"""


def test_csv(tmp_path: Path) -> None:
    found = imported(tmp_path, "list.txt", CSV.encode("iso-8859-1"), CSV_MAP)
    assert found.faults == []
    assert found.passed_over == 1
    assert list(write_rows(found.rows))[1:] == [
        "sepa-sct,DEUTDEFF,,,,DE,50070010,Bank für A,direct,,SCT,2020-02-01,\n",
        "sepa-sct,COBADEFF,,,,,,B,indirect,DEUTDEFF,SCT,,\n",
    ]


def test_what_is_written_is_a_directory(tmp_path: Path) -> None:
    found = imported(tmp_path, "list.txt", CSV.encode("iso-8859-1"), CSV_MAP)
    out = tmp_path / "directory.csv"
    out.write_text("".join(write_rows(found.rows)), "utf-8")
    assert [one.name for one in load(out).participants()] == ["Bank für A", "B"]


def test_csv_without_names(tmp_path: Path) -> None:
    column_map = 'header = false\n[columns]\nmember_id = "1"\nname = "3"\n[constants]\nnetwork = "fedwire"\n'
    column_map += 'clearing_system = "USABA"\n'
    found = imported(tmp_path, "list.csv", "021000021,x,Bank H\n026009593,y,Bank I\n", column_map)
    assert [(row[2], row[7]) for row in found.rows] == [("021000021", "Bank H"), ("026009593", "Bank I")]


JSON_MAP = """\
rows = "data.banks"
[columns]
bic = "ids.bic"
member_id = "ids.number"
name = "names"
valid_to = "until"
[constants]
network = "sepa-sct"
clearing_system = "CHSIC"
"""


def test_json(tmp_path: Path) -> None:
    text = (
        '{"data": {"banks": [{"ids": {"bic": "UBSWCHZH", "number": 12345678901234567890}, "names": ["A", "B"],'
        ' "until": null}, {"ids": {"bic": "UBSWCHZH80A", "number": "012340"}, "names": [], "x": true}]}}'
    )
    found = imported(tmp_path, "list.json", text, JSON_MAP)
    assert [row[1:4] + row[7:8] for row in found.rows] == [["UBSWCHZH80A", "012340", "CHSIC", ""]]
    assert [fault.line for fault in found.faults] == [None]
    assert found.faults[0].reason.startswith("record 1: The member id in CHSIC")


XML_MAP = """\
rows = "Dir/Banks/Bank"
[columns]
bic = "Id/BIC"
name = "Name[2]"
access = "@kind"
[constants]
network = "t2"
[only]
"Id/@state" = "on"
"""
XML = """\
<?xml version="1.0"?><d:Dir xmlns:d="urn:d"><d:Banks>
<d:Bank kind="direct"><d:Id state="on"><d:BIC> DEUTDEFF </d:BIC></d:Id><d:Name>A</d:Name><d:Name>A &amp; B</d:Name></d:Bank>
<d:Bank kind="direct"><d:Id state="off"><d:BIC>XX</d:BIC></d:Id></d:Bank>
</d:Banks></d:Dir>
"""


def test_xml(tmp_path: Path) -> None:
    found = imported(tmp_path, "list.xml", XML, XML_MAP)
    assert (found.faults, found.passed_over) == ([], 1)
    assert [(row[0], row[1], row[7], row[8]) for row in found.rows] == [("t2", "DEUTDEFF", "A & B", "direct")]


def test_a_wrong_row_takes_along_who_is_reached_through_it(tmp_path: Path) -> None:
    text = "network,bic,access,via\nt2,DEUTXXFF,direct,\nt2,COBADEFF,indirect,DEUTXXFF\nt2,INGBNL2A,direct,\n"
    text += "t2,DEUTDEFF,indirect,GENODEFF\n"
    columns = "".join(f'{name} = "{name}"\n' for name in ("network", "bic", "access", "via"))
    found = imported(tmp_path, "list.csv", text, f"[columns]\n{columns}")
    assert [fault.line for fault in found.faults] == [2, 5, 3]
    assert [row[1] for row in found.rows] == ["INGBNL2A"]


@pytest.mark.parametrize(
    ("column_map", "expected"),
    [
        ("colums = 1\n[columns]\nbic='x'", ["1: a map has no 'colums'; it has rows, format, "]),
        ("rows = 'a'", ["it needs a table [columns]"]),
        ("[columns]\nswift = 'x'", ["2: a directory has no column 'swift'; it has network, bic, "]),
        ("[columns]\nbic = 3", ["2: 'bic' has to be the name of a column, or a list of them"]),
        ("delimiter = ';;'\n[columns]\nbic='x'", ["1: 'delimiter' has to be one character, such as ';' or a tab"]),
        ("encoding = 'ebcdic'\n[columns]\nbic='x'", ["1: 'encoding' has to be one of utf-8, "]),
        ("date_format = '%c'\n[columns]\nbic='x'", ["1: 'date_format' has to be made of %Y, %m, %d and . / -"]),
        ("header = 'no'\n[columns]\nbic='x'", ["1: 'header' has to be true or false"]),
        ("format = 'xls'\n[columns]\nbic='x'", ["1: 'format' has to be csv, json or xml"]),
        ("[columns]\nbic='x'\n[constants]\nnetwork = 3", ["4: 'network' has to be a text"]),
        ("[columns]\nbic='x'\n[values]\naccess = 3", ["4: 'access' has to be a table of texts"]),
        ("[columns]\nbic='x'\n[only]\nS = 3", ["4: 'S' has to be a text, or a list of them"]),
        ("only = 3\n[columns]\nbic='x'", ["1: 'only' has to be a table"]),
    ],
)
def test_wrong_maps(tmp_path: Path, column_map: str, expected: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        imported(tmp_path, "list.csv", "x\n", column_map)
    found = [line.removeprefix(f"{tmp_path / 'map.toml'}:").strip() for line in str(caught.value).splitlines()]
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("name", "data", "column_map", "expected"),
    [
        ("l.csv", b"BIC\nx\xff\n", "[columns]\nbic='BIC'", ":2: it is no utf-8 text; the map may name another"),
        ("l.csv", b"SWIFT,Name\n", "[columns]\nbic='BIC'", ":1: it has no column 'BIC'; it has SWIFT, Name"),
        ("l.csv", b"BIC\n\"x\n", "[columns]\nbic='BIC'", ":2: this is no row of a CSV file: unexpected end of data"),
        ("l.json", b"[]", "[columns]\nbic='BIC'", ": the map has to say where the rows of this file stand: rows"),
        ("l.json", b"{", "rows='a'\n[columns]\nbic='BIC'", ":1: this is no readable JSON: "),
        ("l.json", b"[" * 100_000, "rows='a'\n[columns]\nbic='BIC'", ": it is nested too deeply"),
        ("l.json", b'{"a": {"b": 1}}', "rows='a.b'\n[columns]\nbic='BIC'", ": there is no list at 'a.b'"),
        ("l.xml", b"<a><b></a>", "rows='a/b'\n[columns]\nbic='BIC'", ":1: it is no well-formed XML: "),
        ("l.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "rows='a'\n[columns]\nbic='BIC'",
         ": The file has a document type declaration (<!DOCTYPE ...>)"),
        ("l.xml", b"{}", "rows='a'\n[columns]\nbic='BIC'", ":1: The file begins with “{}”, not with “<”"),
        ("l.xml", b"<a>" * 300, "rows='a'\n[columns]\nbic='BIC'", ":1: it is no well-formed XML: "),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, column_map: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        imported(tmp_path, name, data, column_map)
    assert str(caught.value).startswith(f"{tmp_path / name}{expected}")


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text("[columns]\nbic='BIC'", "utf-8")
    with pytest.raises(ConfigurationError, match="it cannot be read"):
        import_rows(tmp_path / "l.csv", read_map(tmp_path / "map.toml"), bundled_networks())
