import io
import re

import pytest

from tests.cli.render import reports
from tests.cli.render.golden import same_as_golden
from wissel.cli.render.tally import Tally
from wissel.cli.render.text import Look, columns, excerpt_lines, finding_paragraph, verdict_paragraph, write_text
from wissel.core.codes import finding
from wissel.validation.report import Report


def rendered(items: list[Report], look: Look) -> str:
    out, tally = io.StringIO(), Tally()
    write_text(tally.counted(items), out, tally, look)
    return out.getvalue()


def test_a_folder_piped_into_a_file() -> None:
    same_as_golden("text.txt", rendered(reports.all_reports(), Look()))


@pytest.mark.parametrize("width", [80, 120])
def test_a_folder_on_a_terminal(width: int) -> None:
    same_as_golden(f"text-{width}.txt", rendered(reports.all_reports(), Look(width=width)))


def test_a_folder_on_a_terminal_in_colour() -> None:
    same_as_golden("text-color.txt", rendered([reports.payment(), reports.valid()], Look(color=True, width=80)))


def test_quiet_shows_errors_of_files_that_are_not_valid_and_the_summary() -> None:
    text = rendered(reports.all_reports(), Look(quiet=True))
    assert "statement.xml" not in text
    assert "ROOTS-SEVERAL" not in text
    assert "VALUE-EMPTY" in text
    assert "6 files: 1 valid, 3 invalid, 1 unsupported, 1 unreadable" in text
    assert "wissel explain" not in text


def test_quiet_says_that_all_is_well() -> None:
    text = rendered([reports.valid()], Look(quiet=True))
    assert text == "1 file: 1 valid · 1 message, 1,204 transactions · no findings\n"


def test_a_line_begins_as_editors_expect_it() -> None:
    line = finding_paragraph("a.xml", reports.payment_findings()[1], Look()).splitlines()[0]
    assert line.startswith("a.xml:18:35: error VALUE-NOT-A-NUMBER  The amount")


@pytest.mark.parametrize("width", [None, 40, 80, 120])
def test_nothing_that_acts_on_a_terminal_gets_through(width: int | None) -> None:
    text = rendered([reports.hostile()], Look(width=width))
    assert re.findall(r"[^\x20-\x7e\n“”…·\u5c71]", text) == []
    assert r"\x1b[31mred\x1b[0m" in text
    assert r"\u202egnp.exe" in text
    text.encode()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("item", [reports.payment(), reports.several(), reports.unsupported()], ids=lambda r: r.file)
def test_sentences_and_excerpts_fit_the_terminal(width: int, item: Report) -> None:
    wide = [line for line in rendered([item], Look(width=width)).splitlines() if columns(line) > width]
    assert [line for line in wide if not line.startswith("  /Document/")] == []


def caret_points_at(excerpt: str, column: int, width: int | None = None) -> str:
    said = finding("VALUE-EMPTY", "x", line=7, excerpt=excerpt, excerpt_column=column)
    line, caret = excerpt_lines(said, Look(width=width))
    at = columns(caret) - 1
    taken = 0
    for character in line:
        if taken == at:
            return character
        taken += columns(character)
    return ""


@pytest.mark.parametrize("width", [None, 40, 80])
@pytest.mark.parametrize(
    ("excerpt", "column", "character"),
    [
        ("<Nm>X</Nm>", 5, "X"),
        ("<Nm>X</Nm>", 1, "<"),
        ("\t\t<Nm>X</Nm>", 7, "X"),
        ("山田<Nm>X</Nm>", 7, "X"),
        ("e\u0301e\u0301<Nm>X", 9, "X"),
        ("\x1b\x1b<Nm>X", 7, "X"),
        ("a" * 900 + "X" + "b" * 900, 901, "X"),
        ("山" * 900 + "X" + "山" * 900, 901, "X"),
        (" " * 300 + "X" + "b" * 300, 301, "X"),
        ("X" + "b" * 900, 1, "X"),
        ("b" * 900 + "X", 901, "X"),
    ],
)
def test_the_caret_stands_under_its_character(excerpt: str, column: int, character: str, width: int | None) -> None:
    assert caret_points_at(excerpt, column, width) == character


def test_a_caret_behind_the_line_is_no_trouble() -> None:
    said = finding("VALUE-EMPTY", "x", line=7, excerpt="<Nm>", excerpt_column=900)
    assert excerpt_lines(said, Look())[0] == "     7 | <Nm>"


def test_many_messages_take_few_lines() -> None:
    lines = verdict_paragraph(reports.several(), Look()).splitlines()
    assert len(lines) == 3
    assert lines[0] == "inbox/batch.zip!day/many.xml: invalid · 1 error, 1 warning · 42 messages"
    assert lines[1].startswith("  message 2: invalid · 1 error · pain.001.001.09 in Batch, 3 transactions")
    assert lines[2].startswith("  41 messages: valid · pain.001.001.09 in Batch, 123 transactions · schema checked")


def test_a_verdict_says_what_it_rests_on() -> None:
    assert "schema checked, guideline schema, 0 rules" in verdict_paragraph(reports.valid(), Look())
    assert "no schema at hand, so not checked" in verdict_paragraph(reports.unsupported(), Look())
