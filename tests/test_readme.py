"""What the README says is so: its examples print what it shows, its tables name what there is."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from benchmarks.messages import Shape, write_file
from tests import readme
from wissel.core.codes import finding
from wissel.core.limits import Limits
from wissel.validation.report import MessageReport, Report, Verdict, report_as_dict

TEXT = (readme.ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = [example for block in readme.BLOCK.findall(TEXT) for example in readme.examples(block)]
RUN = [example for example in EXAMPLES if example.command.startswith(readme.RUN_BY)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("readme")
    readme.prepare(made)
    return made


def test_there_are_examples() -> None:
    assert len(RUN) >= 3
    assert TEXT.count("```console") == len(readme.BLOCK.findall(TEXT))


@pytest.mark.parametrize("example", RUN, ids=lambda example: example.command)
def test_an_example_prints_what_it_shows(example: readme.Example, folder: Path) -> None:
    now = readme.printed(example.command, folder)
    if not readme.matches(example.expected, now):
        pytest.fail(f"$ {example.command}\n{now}\n--- but README.md says\n{example.expected}", pytrace=False)


def section(title: str) -> str:
    """The text below a heading, up to the next one of its level or above."""
    level = "#" * (len(title) - len(title.lstrip("#")))
    found = re.search(rf"^{re.escape(title)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of all table rows of a text."""
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r" *(?<!\\)\| *", line)] for line in lines]


def test_each_limit_stands_with_its_default() -> None:
    said = {row[0].strip("`"): row[1].replace(",", "") for row in rows(section("## Limits")) if row[0].startswith("`")}
    assert said == {field.name: str(getattr(Limits(), field.name)) for field in fields(Limits)}


def test_each_command_stands_in_the_table() -> None:
    from wissel.cli.main import COMMANDS

    said = {row[0].strip("`").split()[1] for row in rows(section("## Commands")) if row[0].startswith("`wissel ")}
    assert said == set(COMMANDS)


def test_each_exit_code_stands_in_the_table() -> None:
    assert [row[0] for row in rows(section("## Exit codes"))[2:]] == ["0", "1", "2", "3", "4"]


def keys(value: object) -> set[str]:
    """All keys of a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_each_field_of_the_contract_is_described() -> None:
    message = MessageReport("a", None, None, Verdict.INVALID, 1, "checked", "schema", 0, (finding("FILE-EMPTY", ""),))
    report = Report("a", "b", 1, date(2026, 11, 23).isoformat(), "e", Verdict.INVALID, (), (message,))
    said = {row[0].strip("`") for row in rows(section("## JSON")) if row[0].startswith("`")}
    assert said >= keys(report_as_dict(report))


def test_the_summary_of_the_contract_is_described() -> None:
    from wissel.cli.render.tally import Tally

    said = {row[0].strip("`") for row in rows(section("## JSON")) if row[0].startswith("`")}
    assert said >= {"files", "summary"} | set(Tally().as_dict())


def test_the_map_of_the_source_names_every_folder() -> None:
    package = readme.ROOT / "src" / "wissel"
    said = (package / "README.md").read_text(encoding="utf-8")
    folders = {path.name for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {folder for folder in folders if f"`{folder}/`" not in said} == set()


# --- the tool itself ---


def test_examples_are_taken_apart() -> None:
    assert readme.examples("$ wissel a\none\n\n$ wissel b\n$ ls\ntwo\n") == [
        readme.Example("wissel a", "one\n\n"),
        readme.Example("wissel b", ""),
        readme.Example("ls", "two\n"),
    ]


def test_output_without_a_command_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a command"):
        readme.examples("one\n$ wissel a\n")


@pytest.mark.parametrize(
    ("expected", "now", "same"),
    [
        ("a\n", "a", True),
        ("a ... c\n", "a b\nb c", True),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("a\n", "a\nb\n", False),
        ("a.c", "abc", False),
        ("a ...", "b a c", False),
    ],
)
def test_three_points_stand_for_anything(expected: str, now: str, same: bool) -> None:
    assert readme.matches(expected, now) is same


def test_only_what_differs_is_written_anew() -> None:
    text = "x\n```console\n$ wissel a\nold\n\n$ wissel b\nb...d\n$ ls\nkept\n```\ny\n"
    outputs = {"wissel a": "new\n", "wissel b": "bcd\n"}
    assert readme.rebuilt(text, outputs.__getitem__) == text.replace("old", "new")


def test_the_python_examples_run(tmp_path: Path) -> None:
    readme.prepare(tmp_path)
    write_file(Shape("pain.001.001.09", 2), tmp_path / "payment.xml")
    readme.printed("wissel keys new demo --participant RHEUDEFF", tmp_path)
    printed = [
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for code in re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    ]
    assert printed == [
        "valid\n",
        "True RHEUDEFF ('AppHdr', 'Document', 'KeyInfo')\nFalse DIGEST-MISMATCH Document\n",
    ]


def test_each_field_of_a_verification_is_described(folder: Path) -> None:
    plain = "samples/envelope/envelope.pacs.008.001.08.xml"
    readme.printed("wissel keys new fields --participant RHEUDEFF", folder)
    readme.printed(f"wissel sign {plain} --profile bah --key fields/keys/RHEUDEFF.pem -o fields.xml", folder)
    about = json.loads(readme.printed("wissel verify fields.xml --trust fields/trust --format json", folder))
    text = section("## Signatures")
    assert {row[0].strip("`") for row in rows(text[text.index("prints one object") :])[2:]} == set(about)
    assert set(about["certificate"]) == set(
        re.findall("`(.*?)`", next(x[2] for x in rows(text) if "certificate" in x[0]))
    )


def test_each_profile_and_policy_key_stands_in_the_tables() -> None:
    from wissel.signature.policy import Policy
    from wissel.signature.profile import profiles

    said = {row[0].strip("`") for row in rows(section("## Signatures"))}
    assert said >= set(profiles())
    assert said >= {field.name for field in fields(Policy)} - {"given"}
