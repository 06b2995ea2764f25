"""Lists in any XML, element by element."""

from pathlib import Path

import pytest

from wissel.core.configuration import ConfigurationError
from wissel.core.limits import Limits
from wissel.xml import records


def read(tmp_path: Path, text: str, rows: str = "a/b") -> list[dict[str, str]]:
    path = tmp_path / "l.xml"
    path.write_text(text, "utf-8")
    return list(records.read_records(path, rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a><b><c>1</c><d x='2'><e>3</e></d></b><b/></a>", [{"c": "1", "d/@x": "2", "d/e": "3"}, {}]),
        ("<a><b k='1'>text</b></a>", [{"@k": "1", "": "text"}]),
        ("<a><b><c>1</c><c/><c>2</c></b></a>", [{"c": "1", "c[2]": "2"}]),
        ("<a xmlns='urn:x'><b><c>&lt;1<!-- no -->2</c></b></a>", [{"c": "<12"}]),
        ("<a><b><b>inner</b></b></a>", [{"b": "inner"}]),
        ("<a><c><b>1</b></c></a>", []),
        ("<x><b>1</b></x>", []),
    ],
)
def test_records(tmp_path: Path, text: str, expected: list[dict[str, str]]) -> None:
    assert read(tmp_path, text) == expected


def test_the_path_may_begin_with_a_slash(tmp_path: Path) -> None:
    assert read(tmp_path, "<a><b>1</b></a>", "/a/b") == [{"": "1"}]


def test_values_of_a_record_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RECORD_VALUES_MAX", 2)
    assert read(tmp_path, "<a><b><c>1</c><d>2</d><e>3</e></b></a>") == [{"c": "1", "d": "2"}]


def test_a_file_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "l.xml"
    path.write_text("<a>" + "<b/>" * 100 + "</a>", "utf-8")
    with pytest.raises(ConfigurationError, match="The file is larger than 100 bytes"):
        list(records.read_records(path, "a/b", Limits(file_bytes_max=100)))
