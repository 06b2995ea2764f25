import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from wissel.cli import console
from wissel.cli import main as edge
from wissel.cli.main import COMMANDS, main
from wissel.core.errors import InstallationError, UsageError

HEAVY = (
    "rich",
    "lxml",
    "xmlschema",
    "json",
    "tomllib",
    "multiprocessing",
    "concurrent",
    "difflib",
    "tempfile",
    "hashlib",
)


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "WISSEL_DEBUG")}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**given, **environment}, check=False
    )


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    done = python(f"import sys, wissel.cli.main; print([name for name in {HEAVY} if name in sys.modules])")
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["validate", "--help"], ["--version"]])
def test_help_needs_no_parser(arguments: list[str]) -> None:
    code = (
        f"import sys\nfrom wissel.cli.main import main\ncode = main({arguments})\n"
        "print(code, [name for name in ('rich', 'lxml', 'xmlschema') if name in sys.modules], file=sys.stderr)"
    )
    assert python(code).stderr == "0 []\n"


def test_help_lists_every_command_without_importing_any(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    words = " ".join(text.split())  # what is long is broken into lines
    for name, (_, does) in COMMANDS.items():
        assert f"  {name} " in text
        assert does in words


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_and_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Examples:" in text
    assert f"wissel {name}" in text
    assert "--no-color" in text


def test_help_fits_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    main(["validate", "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"wissel {version('wissel')}\n"


def test_without_a_command_there_is_help_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Usage: wissel")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["valdate"], "wissel: there is no command 'valdate'; did you mean 'validate'?"),
        (["VALIDATE"], "wissel: there is no command 'VALIDATE'; did you mean 'validate'?"),
        (["pay.xml"], "wissel: there is no command 'pay.xml'; to check a file: wissel validate pay.xml"),
        (["qqq"], "wissel: there is no command 'qqq'"),
        (["--versoin"], "wissel: no such option '--versoin'. Did you mean '--version'?"),
        (["validate", "--fromat", "x"], "wissel: no such option '--fromat'. Did you mean '--format'?"),
        (["validate"], "wissel: missing argument 'PATH...'."),
        (
            ["completion", "csh"],
            "wissel: invalid value for '{bash|zsh|fish}': 'csh' is not one of 'bash', 'zsh', 'fish'.",
        ),
        (["x\x1b[31m"], r"wissel: there is no command 'x\x1b[31m'"),
    ],
)
def test_a_wrong_call_gets_a_helpful_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    first, second = captured.err.splitlines()
    assert first == line
    assert second.startswith("Try 'wissel")


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make ``wissel completion`` raise."""

    @click.command()
    def completion() -> None:
        raise error

    monkeypatch.setattr("wissel.cli.completion.completion", completion)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UsageError("there is no definition 'x'"), 2, "wissel: there is no definition 'x'"),
        (InstallationError("a schema is damaged"), 3, "wissel: a schema is damaged"),
        (KeyboardInterrupt(), 130, "wissel: interrupted"),
        (ValueError("a\x1bb"), 4, r"(ValueError: a\x1bb); run it again with --debug"),
        (AssertionError(), 4, "wissel: this is a fault of wissel, not of your files (AssertionError);"),
    ],
)
def test_errors_become_one_line_and_an_exit_code(
    error: BaseException, code: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, error)
    monkeypatch.delenv("WISSEL_DEBUG", raising=False)
    assert main(["completion"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert line in captured.err
    assert len(captured.err.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--debug", "completion"], ["completion", "--debug"]])
def test_debug_shows_the_traceback(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, ValueError("boom"))
    assert main(arguments) == 4
    text = capsys.readouterr().err
    assert "Traceback" in text
    assert text.endswith("wissel: this is a fault of wissel, not of your files (ValueError: boom)\n")


def test_the_environment_may_ask_for_the_traceback_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, ValueError("boom"))
    monkeypatch.setenv("WISSEL_DEBUG", "1")
    assert main(["completion"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_fault() -> None:
    code = (
        "import sys, click\nimport wissel.cli.completion as c\nfrom wissel.cli.main import run\n"
        "@click.command()\ndef completion():\n    for _ in range(100_000): print('x' * 100)\n"
        "c.completion = completion\nsys.argv = ['wissel', 'completion']\nrun()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(30)
    assert (errors, process.returncode) == (b"", edge.EXIT_BROKEN_PIPE)


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef wissel"), ("fish", "complete ")]
)
def test_completion_prints_the_script(shell: str, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert sign in text
    assert "_WISSEL_COMPLETE" in text


def test_completion_completes_commands_and_options() -> None:
    words = {"_WISSEL_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    code = "import sys; sys.argv = ['wissel']; from wissel.cli.main import run; run()"
    assert python(code, COMP_WORDS="wissel val", **words).stdout == "plain,validate\n"
    words["COMP_CWORD"] = "2"
    assert python(code, COMP_WORDS="wissel validate --gui", **words).stdout == "plain,--guideline\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "quiet", "color"),
    [
        ([], {}, False, None),
        (["-q"], {}, True, None),
        (["--no-color"], {}, False, False),
        ([], {"NO_COLOR": "1"}, False, False),
        ([], {"NO_COLOR": ""}, False, None),
        ([], {"TERM": "dumb"}, False, False),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_switches_hold_before_and_after_the_command(
    arguments: list[str],
    environment: dict[str, str],
    quiet: bool,
    color: bool | None,
    before: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Any] = []

    @click.command()
    def completion() -> None:
        seen.append((console.quiet(), click.get_current_context().color))

    monkeypatch.setattr("wissel.cli.completion.completion", completion)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    assert main([*arguments, "completion"] if before else ["completion", *arguments]) == 0
    assert seen == [(quiet, color)]


def test_groups_pass_the_switches_on() -> None:
    @click.group()
    def schemas() -> None:
        """Outer."""

    @schemas.command()
    def list_() -> None:
        """Inner."""

    console.add_switches(console.add_switches(schemas))
    for command in (schemas, list_):
        assert [parameter.opts for parameter in command.params] == [["-q", "--quiet"], ["--no-color"], ["--debug"]]


def test_paths_that_are_not_there_get_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "payment.xml").write_text("x")
    console.require_paths(["-", str(tmp_path), str(tmp_path / "payment.xml")])
    with pytest.raises(UsageError, match=r"there is no '.*paymnet\.xml'; did you mean '.*payment\.xml'\?"):
        console.require_paths([str(tmp_path / "paymnet.xml")])
    with pytest.raises(UsageError, match="its folder does not exist"):
        console.require_paths([str(tmp_path / "no" / "payment.xml")])
    with pytest.raises(UsageError, match="no file matches"):
        console.require_paths([str(tmp_path / "*.txt")])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë 山田 مرحبا 😀", "Zoë 山田 مرحبا 😀"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\tb\nc\r", r"a\tb\nc\r"),
        ("\x7f\x9b\x00", r"\x7f\x9b\x00"),
        ("\u202eabc\u2066\u200b\ufeff", r"\u202eabc\u2066\u200b\ufeff"),
        ("\udcff\ufffe", r"\udcff\ufffe"),
    ],
)
def test_what_acts_is_made_visible(text: str, shown: str) -> None:
    assert console.visible(text) == shown
