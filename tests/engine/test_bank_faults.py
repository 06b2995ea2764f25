"""Wrong configurations, one change of a good one each: the fault has its file, its line and its reason, and stands
alone. The table is ``wrong_banks.toml``."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from wissel.core.configuration import ConfigurationError
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank

CASES = tomllib.loads(Path(__file__).with_name("wrong_banks.toml").read_text("utf-8"))["case"]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "bank"
    init_bank(folder)
    return folder


def changed(case: dict[str, Any], good: Path, folder: Path) -> Path:
    bank = folder / "bank"
    shutil.copytree(good, bank)
    path = bank / case["file"]
    text = path.read_text("utf-8") if path.exists() else ""
    if "old" in case:
        assert case["old"] in text, f"{case['file']} does not hold {case['old']!r}"
        text = text.replace(case["old"], case["new"], 1)
    path.write_text(text + case.get("add", ""), "utf-8")
    return bank


def place(bank: Path, file: str, at: str | None) -> str:
    """``file:line`` of the first line that holds a text; ``>`` before it: of the header of the table that it is in;
    a name of a file and a space before it: in that file."""
    if at is None:
        return f"{bank / file}"
    if at.split(" ")[0] in ("routes.toml", "wissel.toml"):
        file, _, at = at.partition(" ")
    lines = (bank / file).read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if at.removeprefix(">") in line and line[0] != "#")
    if at.startswith(">"):
        number = max(one for one in range(number) if lines[one].startswith("["))
    return f"{bank / file}:{number + 1}"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_wrong_configuration_is_refused_with_line_and_reason(
    case: dict[str, Any], good: Path, tmp_path: Path
) -> None:
    bank = changed(case, good, tmp_path)
    with pytest.raises(ConfigurationError) as refused:
        load_bank(bank)
    expected = [[case.get("at"), case["reason"]], *case.get("and", [])]
    found = [str(fault) for fault in refused.value.faults]
    wanted = [f"{place(bank, case['file'], at)}: {reason}" for at, reason in expected]
    missing = [one for one in wanted if not any(fault.startswith(one) for fault in found)]
    extra = [fault for fault in found if not any(fault.startswith(one) for one in wanted)]
    assert not missing + extra, "\n".join(["missing", *missing, "not expected", *extra])


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 90
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_every_file_tells_its_faults_at_once(good: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    shutil.copytree(good, bank)
    for name, text in (
        ("wissel.toml", "[bank"),
        ("routes.toml", "= 1"),
        ("accounts.csv", "id,name\n"),
        ("directory.csv", "x\n"),
    ):
        (bank / name).write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_bank(bank)
    assert {Path(fault.file).name for fault in refused.value.faults} == {
        "wissel.toml", "routes.toml", "accounts.csv", "directory.csv",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["routes.toml", "accounts.csv", "directory.csv"])
def test_a_missing_file_is_a_fault(name: str, good: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    shutil.copytree(good, bank)
    (bank / name).unlink()
    with pytest.raises(ConfigurationError) as refused:
        load_bank(bank)
    assert str(refused.value.faults[0]) == f"{bank / name}: it cannot be read: No such file or directory"


def test_faults_are_bounded(good: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    shutil.copytree(good, bank)
    with (bank / "wissel.toml").open("a", encoding="utf-8") as file:
        file.write("[settings.x]\n" + "".join(f"[[settlement]]\nfoo{number} = 1\n" for number in range(3_000)))
    with pytest.raises(ConfigurationError) as refused:
        load_bank(bank)
    assert len(refused.value.faults) <= 1_000
