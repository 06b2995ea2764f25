"""``wissel trace``: the life of a payment, for a person and as data."""

import re
from pathlib import Path

import pytest

from tests.cli.banks import ANNA, SEPA, UNKNOWN, data, drop, new_bank, order, process, run


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = new_bank(tmp_path, capsys)
    drop(made, "a.xml", order(SEPA, UNKNOWN, SEPA))
    process(capsys, made)
    return made


LIFE = f"""\
12.50 EUR · EndToEndId E-1 · UETR @
2026-11-23 10:00:00  received  pain.001.001.09 ORDER-1, transaction 1, from default (record 1, a.xml)
                     decided   ACSP
                     booked    {ANNA} EUR -12.50, value 2026-11-23
                     booked    T2-EUR EUR +25.00, value 2026-11-23 (with others)
                     sent      pacs.008.001.08 @, transaction 1, to sepa-sct, settles 2026-11-23
                     written   default/1-1-pain.002.001.10.xml
"""


def test_the_life_of_a_payment(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "trace", "E-1", "--bank", bank)
    assert (code, err) == (0, "")
    assert re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|2611\w+", "@", out) == LIFE


@pytest.mark.parametrize("wanted", ["nobody", "\udcff\udcfe", "E-1\0"])
def test_what_is_not_there_is_not_found(bank: Path, capsys: pytest.CaptureFixture[str], wanted: str) -> None:
    code, out, err = run(capsys, "trace", wanted, "--bank", bank)
    assert (code, out, err.partition("'")[0]) == (1, "", "wissel: no payment has the identifier ")


def test_what_was_rejected_says_why(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "trace", "E-2", "--bank", bank)[1]
    assert "decided   RJCT RC01\n" in out
    assert "booked" not in out


def test_any_identifier_leads_to_it(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (life,) = data(capsys, "trace", "E-1", "--bank", bank)["payments"]
    (sent,) = life["led_to"]
    for name in ("uetr", "transaction_id", "end_to_end_id"):
        (again,) = data(capsys, "trace", sent[name], "--bank", bank)["payments"]
        assert again == life
    assert (life["direction"], sent["direction"], sent["party"]) == ("in", "out", "sepa-sct")
    assert [(one["account"], one["amount_minor"], one["together"]) for one in life["booked"]] == [
        (ANNA, -1250, False), ("T2-EUR", 2500, True),
    ]  # fmt: skip


def test_a_message_shows_its_payments_up_to_a_number(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "trace", "ORDER-1", "--bank", bank, "--last", "2")[1]
    assert out.startswith("pain.001.001.09 ORDER-1\n")
    assert out.endswith("\n2 of 4 payments shown, see --last\n")
    assert len(data(capsys, "trace", "ORDER-1", "--bank", bank)["payments"]) == 4


def test_an_unknown_one_is_1(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "trace", "NONE", "--bank", bank) == (1, "", "wissel: no payment has the identifier 'NONE'\n")
    code, out, _ = run(capsys, "trace", "NONE", "--bank", bank, "--format", "json")
    assert (code, out) == (1, '{"format": 1, "found": 0, "payments": [], "files": []}\n')


def test_a_bank_that_never_worked_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new").mkdir()
    code, _, err = run(capsys, "trace", "E-1", "--bank", new_bank(tmp_path / "new", capsys))
    assert (code, "has no database yet" in err) == (3, True)


def test_an_identifier_makes_no_line_of_its_own(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = "E-9&#10;2026-11-23  decided   ACSC"
    drop(bank, "b.xml", order(SEPA).replace("ORDER-1", "ORDER-9").replace("E-1", forged))
    process(capsys, bank)
    out = run(capsys, "trace", "ORDER-9", "--bank", bank)[1]
    assert "EndToEndId E-9\\n2026-11-23  decided" in out
    assert [line for line in out.splitlines() if line.startswith("2026-11-23  decided")] == []
