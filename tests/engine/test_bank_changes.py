"""Any change of a bank directory gives a bank or its faults, never another exception."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.configuration import ConfigurationError
from wissel.engine.bank import init
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.routing.bank import Bank

FILES = (*init.FILES, "calendars/target.csv")
CALENDAR = "date,name,open\n2026-12-24,Closed here,no\n2026-12-26,Open here,yes\n"
PIECES = (
    '"', "'", "[", "]", "[[", "{", "}", "=", ",", "#", "*", ".", "-1", "0x1" + "f" * 4_000, "1" * 5_000, "true", "1.5",
    "nan", "2026-11-23", "07:32:00", "[]", "{}", '""', "''", '"""', "\\", "\n", "\r", "\t", "\0", "\ufeff", "\u2028",
    "é", "ZZWIDE20", "EUR", "XXX", "pain.001", "pacs.008.001.08", "../x.toml", "/dev/null", ".", "..", "[" * 2_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changes") / "bank"
    init_bank(folder)
    (folder / "calendars" / "target.csv").write_text(CALENDAR, "utf-8")
    for name in ("wissel.toml", "routes.toml"):  # also what is not in force
        path = folder / name
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(x[1:] if x[0] == "#" and x[1] not in " \n-" else x for x in lines), "utf-8")
    return folder


def outcome(folder: Path) -> Bank | ConfigurationError:
    try:
        found: Bank | ConfigurationError = load_bank(folder)
    except ConfigurationError as error:
        found = error
    if isinstance(found, ConfigurationError):
        assert found.faults
        assert all(fault.reason for fault in found.faults)
        assert all(str(folder) in fault.file for fault in found.faults)
    return found


@given(data=st.data())
def test_one_line_changed(data: st.DataObject, good: Path) -> None:
    name = data.draw(st.sampled_from(FILES))
    path = good / name
    text = path.read_bytes()
    lines = text.decode("utf-8").splitlines(keepends=True)
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if not line.startswith(("#", "\n"))]))
    line = lines[number]
    begin = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(begin, len(line)))
    piece = data.draw(st.sampled_from(PIECES) | st.text(max_size=5))
    lines[number] = line[:begin] + piece + line[end:]
    try:
        path.write_bytes("".join(lines).encode("utf-8", "surrogatepass"))
        outcome(good)
    finally:
        path.write_bytes(text)


@given(data=st.data())
def test_one_value_of_another_kind(data: st.DataObject, good: Path) -> None:
    name = data.draw(st.sampled_from(["wissel.toml", "routes.toml"]))
    path = good / name
    text = path.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line and line[0] != "#"]))
    value = data.draw(
        st.sampled_from(
            ["1", "-1", "1.5", "inf", "true", '""', '"x"', "[]", "[1]", '[""]', '["x"]', "[[]]", "{}", "{ a = 1 }",
             "[{}]", "2026-11-23", "2026-11-23T10:00:00Z", "07:00:00", '["*"]', '"*"', '[" "]', "{ a = { b = [] } }",
             '["book"]', '"book"', '"ZZHUUS30"', '"EUR"', '"\\u0000"', '"\\n"'],
        )
    )  # fmt: skip
    lines[number] = f"{lines[number].partition(' = ')[0]} = {value}\n"
    try:
        path.write_text("".join(lines), "utf-8")
        outcome(good)
    finally:
        path.write_text(text, "utf-8")


@given(data=st.data())
def test_lines_lost_and_doubled(data: st.DataObject, good: Path) -> None:
    name = data.draw(st.sampled_from(FILES))
    path = good / name
    text = path.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, max(0, len(lines) - 1)))
        other = data.draw(st.integers(0, max(0, len(lines) - 1)))
        lines[number : number + 1] = data.draw(st.sampled_from([[], lines[number : number + 1] * 2, lines[other:][:1]]))
    try:
        path.write_text("".join(lines), "utf-8")
        outcome(good)
    finally:
        path.write_text(text, "utf-8")


@given(content=st.binary(max_size=200), name=st.sampled_from(FILES))
def test_any_bytes(content: bytes, name: str, good: Path) -> None:
    path = good / name
    before = path.read_bytes()
    try:
        path.write_bytes(content)
        outcome(good)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_place_of_a_file(name: str, good: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    shutil.copytree(good, bank)
    (bank / name).unlink()
    (bank / name).mkdir()
    if name == "wissel.toml":
        with pytest.raises(Exception, match="is no bank directory"):
            load_bank(bank)
    else:
        assert isinstance(outcome(bank), ConfigurationError)


def test_what_was_changed_is_back(good: Path) -> None:
    assert isinstance(outcome(good), Bank)
