"""``wissel init`` and ``wissel check`` from call to exit code."""

import json
from pathlib import Path

import pytest

from wissel.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(one) for one in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(capsys, "init", tmp_path / "bank", "-q") == (0, "", "")
    return tmp_path / "bank"


def test_init_says_what_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bank"
    code, out, err = run(capsys, "init", folder, "--bic", "ZZABNL20", "--name", "Aap")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{folder}/{name}"
        for name in (
            "wissel.toml", "routes.toml", "accounts.csv", "directory.csv", "calendars/", "done/", "failed/", "in/",
            "keys/", "out/", "shunt/", "trust/", "work/",
        )
    ]  # fmt: skip
    assert 'name = "Aap"' in (folder / "wissel.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--bic", "ABC"), "'ABC' is no BIC: a BIC has 8 or 11 characters, this one has 3"),
        (("--name", " "), "a name is a text of at most 140 characters that can be printed"),
    ],
)
def test_init_refuses(
    arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "init", tmp_path / "bank", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"wissel: {said}")
    assert list(tmp_path.iterdir()) == []


def test_init_leaves_a_bank_alone(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in bank.rglob("*") if path.is_file()}
    code, _, err = run(capsys, "init", bank)
    assert (code, err) == (2, f"wissel: '{bank}' is not empty; name a new folder\n")
    assert {path: path.read_bytes() for path in bank.rglob("*") if path.is_file()} == before


def test_check_of_a_right_one(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", bank)
    assert (code, err) == (0, "")
    assert out.startswith(f"{bank}: right · ZZWIDE20, 6 networks, 6 participants, 21 accounts, 2 channels, 2 routes · ")
    assert run(capsys, "check", bank, "-q") == (0, "", "")


def test_check_lists_every_fault(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, old, new in (("wissel.toml", 'zone = "Eu', 'zone = "Ue'), ("accounts.csv", ",blocked,", ",bloked,")):
        path = bank / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    code, out, err = run(capsys, "check", bank)
    assert (code, err) == (3, "")
    assert out.splitlines() == [
        f"{bank}/accounts.csv:18: status is 'bloked'; it is one of open, closed, blocked",
        f"{bank}/wissel.toml:23: zone: there is no time zone 'Uerope/Berlin'; did you mean 'Europe/Berlin'?",
    ]


def test_check_as_json(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", bank, "--format", "json")
    value = json.loads(out)
    assert (code, value["bank"], value["faults"], len(value["digest"])) == (0, str(bank), [], 64)
    (bank / "routes.toml").write_text("x = 1\n", "utf-8")
    code, out, _ = run(capsys, "check", bank, "--format", "json")
    assert code == 3
    assert json.loads(out) == {
        "bank": str(bank),
        "digest": None,
        "faults": [
            {"file": f"{bank}/routes.toml", "line": 1, "reason": "there is no key 'x'; known are route"},
        ],
    }


def test_check_of_what_is_no_bank_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "payment.xml"
    file.write_text("<a/>")
    for folder, said in (
        (tmp_path, f"'{tmp_path}' is no bank directory: it has no wissel.toml; wissel init makes one"),
        (tmp_path / "x", f"'{tmp_path / 'x'}' is no bank directory: there is no such folder; wissel init makes one"),
        (file, f"'{file}' is a file; to check a message: wissel validate {file}"),
    ):
        assert run(capsys, "check", folder) == (2, "", f"wissel: {said}\n")


@pytest.mark.parametrize("name", ["x" * 300, "a/" * 3_000])
def test_names_that_no_folder_can_have(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("init", "check"):
        code, out, err = run(capsys, command, f"{tmp_path}/{name}")
        assert (code, out) == (2, "")
        assert err.startswith("wissel: '")
        assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_names_of_files_that_are_no_text(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bank / "calendars" / "f\udcff\n.csv").write_text("date\n", "utf-8")
    code, out, _ = run(capsys, "check", bank)
    assert code == 3
    assert "no network in use goes by a calendar 'f\\udcff\\n'" in out
    assert out.count("\n") == 1
    assert run(capsys, "check", bank, "--format", "json")[0] == 3


def test_other_commands_print_a_line_for_each_fault(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from wissel.cli.main import _complain_of
    from wissel.core.configuration import ConfigurationError, Fault

    _complain_of(ConfigurationError([Fault("a.toml", 2, "one\x1b"), Fault("a.toml", 1, "two")]))
    assert capsys.readouterr().err == "a.toml:1: two\na.toml:2: one\\x1b\n"
