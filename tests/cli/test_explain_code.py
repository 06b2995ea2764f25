"""``wissel explain CODE`` of rules, and the list of all codes."""

import json
from dataclasses import replace
from datetime import date

import pytest

from wissel.cli.explain_code import _rule, known_codes, rule_as_dict
from wissel.cli.main import main
from wissel.cli.render.layout import Layout
from wissel.core.codes import catalogue
from wissel.core.finding import Severity
from wissel.validation.example import examples
from wissel.validation.guideline import load
from wissel.validation.known_rules import Applied, KnownRule, Versions, known_rules, weight
from wissel.validation.rule import RuleFacts

FACTS = RuleFacts(
    code="HOUSE-RULE",
    title="A rule of the house.",
    why="Because.",
    severity=Severity.ERROR,
    source="the house's paper, secondary source",
    confidence="low",
    reason="ZZ99",
    families=("pain.001", "pacs.008", "pacs.009", "pacs.004", "camt.053"),
    effective_from=date(2026, 11, 14),
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["explain", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_rule_with_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "control-sum-differs")
    lines = out.splitlines()
    facts = known_rules()["CONTROL-SUM-DIFFERS"].facts
    assert code == 0
    assert lines[0] == "CONTROL-SUM-DIFFERS  error, found when checking the rules"
    assert lines[2] == facts.title
    assert f"why         {facts.why}" in lines
    assert f"messages    {', '.join(sorted(facts.families))}" in lines
    assert next(line for line in lines if line.startswith("guidelines")).startswith("guidelines  iso")
    assert "reply with  AM10 InvalidControlSum (ISO external status reason code)" in lines
    assert f"source      {facts.source} (confidence high)" in lines
    example = examples()["CONTROL-SUM-DIFFERS"]
    fails = lines.index(f"breaks it in {example.on}")
    assert lines[fails + 1 : fails + 1 + len(example.fails)] == [f"  {line}" for line in example.fails]
    passes = lines.index(f"keeps it in {example.on}")
    assert lines[passes + 1 :] == [f"  {line}" for line in example.passes]


def test_a_rule_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "CONTROL-SUM-DIFFERS", "--format", "json")
    said = json.loads(out)
    assert code == 0
    assert (said["reason"], said["reason_name"], said["severity"]) == ("AM10", "InvalidControlSum", "error")
    assert said["guidelines"]["iso"] == "error"
    assert said["example"]["fails"] == list(examples()["CONTROL-SUM-DIFFERS"].fails)
    assert said["example"]["at"].endswith("/CtrlSum")


def test_versions_dates_weak_sources_and_unknown_reasons_are_said() -> None:
    versions = (
        Versions("pain.001", 3, 9, Severity.WARNING),
        Versions("pacs.008", 8, 8, None),
        Versions("pacs.009", 8, 8, None),
        Versions("pacs.004", 1, 0, Severity.WARNING),
    )
    lines = _rule(KnownRule(FACTS, (Applied("sepa-sct", Severity.WARNING),), versions), Layout()).splitlines()
    assert lines[0] == "HOUSE-RULE  warning, found when checking the guideline"
    assert (
        "messages    camt.053; pacs.004 (always warning); pacs.008, pacs.009 (version 08; others not judged); "
        "pain.001 (versions 03 to 09; others warning)"
    ) in lines
    assert "guidelines  sepa-sct (warning)" in lines
    assert "in force    from 2026-11-14" in lines
    assert "reply with  ZZ99 (ISO external status reason code)" in lines
    assert "source      the house's paper, secondary source (confidence low)" in lines
    two = (Applied("iso", Severity.ERROR), Applied("t2", Severity.WARNING), Applied("chaps", Severity.ERROR))
    assert "guidelines  iso, chaps (error); t2 (warning)" in _rule(KnownRule(FACTS, two), Layout()).splitlines()
    everywhere = KnownRule(replace(FACTS, families=("*",)), ())
    assert "messages    all" in _rule(everywhere, Layout()).splitlines()
    assert rule_as_dict(everywhere)["messages"] == []
    assert rule_as_dict(everywhere)["example"] is None


@pytest.mark.parametrize("form", ["text", "json"])
def test_every_code_is_listed(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--list", "--format", form)
    assert code == 0
    listed = (
        [row["code"] for row in json.loads(out)] if form == "json" else [row.split()[0] for row in out.splitlines()]
    )
    assert listed == [*catalogue(), *known_rules()]
    assert set(listed) == set(known_codes())


def test_the_list_of_a_guideline(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--list", "--guideline", "iso")
    every = {facts.code: facts for facts in load("iso").facts()}
    assert [row.split()[0] for row in out.splitlines()] == sorted(every)
    for row in out.splitlines():
        code, severity, title = row.split(maxsplit=2)
        assert (severity, title) == (weight(every[code]), every[code].title)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a code, a message definition, or --list"),
        (["--list", "pacs.008.001.08"], "name a code, a message definition, or --list"),
        (["pacs.008.001.08", "--guideline", "iso"], "--guideline goes with --list"),
        (["--list", "--guideline", "nobody"], "there is no guideline 'nobody'"),
        (["CONTROL-SUM-DIFERS"], "did you mean 'CONTROL-SUM-DIFFERS'?"),
    ],
)
def test_wrong_calls(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_every_example_is_of_a_rule_and_shows_a_difference() -> None:
    assert set(examples()) <= set(known_rules())
    # a sample may break a rule as it is, and another keep it: then there is no line to show
    shown = {code: example for code, example in examples().items() if example.fails or example.passes}
    assert len(examples()) - len(shown) <= 5
    assert [code for code, example in shown.items() if not (example.fails and example.passes)] == []
    assert [code for code, example in shown.items() if example.fails == example.passes] == []


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_code_of_the_catalogue_is_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert code in out
    assert "found when " in out
