"""What errors refuse does not depend on how many of them are listed: very many warnings once hid an error, and the
payment went out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.engine.orders import LISIERE, Group, Order, Pay, World, order, world
from wissel.catalog.definitions import default_catalog
from wissel.core.limits import Limits
from wissel.reply.faults import Faults, faults_of
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

WRONG = LISIERE[:-1] + "9"
MANY = 1_100
"""More than the 1,000 findings that are listed of a file: each transaction has a warning, for its BIC is one for tests."""


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


def faults(content: bytes, findings_max: int, guideline: str = "sepa-sct") -> Faults:
    options = Options(date(2026, 11, 23), guideline, Limits(findings_max=findings_max))
    (message,) = validate(Source.from_bytes(content), options, default_catalog()).messages
    return faults_of(message.findings, "pain.001.001.09", message.unlisted)


def sets(found: Faults) -> tuple[object, ...]:
    payments, transactions = (
        {number: set(codes) for number, codes in each.items()} for each in (found.payments, found.transactions)
    )
    return set(found.message), payments, transactions, found.sound


@pytest.mark.parametrize("guideline", ["iso", "sepa-sct"])
def test_the_same_is_refused_whatever_is_listed(guideline: str) -> None:
    bad = Pay(iban=WRONG, currency="XXX", bic="ZZLIFR20")
    groups = (
        Group((Pay(), bad, Pay(amount="0.00"))),
        Group((Pay(), bad), account=WRONG, more="<NbOfTxs>7</NbOfTxs><CtrlSum>1.00</CtrlSum>"),
    )
    content = Order(groups, count=9).xml()
    whole = faults(content, 1_000, guideline)
    assert set(whole.transactions) >= {2, 5}
    assert whole.payments
    assert whole.message
    for findings_max in range(25):
        assert sets(faults(content, findings_max, guideline)) == sets(whole), findings_max


def test_what_the_schema_finds_beyond_the_limit_makes_a_message_unsound() -> None:
    content = order(Pay(currency="EURO"), Pay(currency="EURO"))
    assert not faults(content, 0).sound
    assert not faults(content, 1).sound


def test_an_error_behind_a_thousand_warnings_is_not_paid(bank: World) -> None:
    payments = [Pay("1.00", end_to_end=f"E-{number}") for number in range(MANY - 1)]
    report = bank.drop(order(*payments, Pay("1.00", iban=WRONG)))
    assert report["counts"] == {"rejected": 1, "sent": MANY - 1}
    assert WRONG not in "".join(text for name, text in bank.outputs(report).items() if "pacs.008" in name)
    assert bank.answer(report).count("<TxSts>RJCT</TxSts>") == 1


def test_a_thousand_errors_and_more_are_all_refused(bank: World) -> None:
    report = bank.drop(order(*(Pay("1.00", iban=WRONG, end_to_end=f"E-{number}") for number in range(MANY))))
    assert (report["verdict"], report["counts"]) == ("failed", {"rejected": MANY})


def test_what_is_made_is_not_sent_where_an_error_in_it_stands_behind_warnings(bank: World) -> None:
    # nothing is wrong with it as an order; SEPA takes no other currency
    payments = [Pay("1.00", end_to_end=f"E-{number}") for number in range(MANY)]
    long = Pay("1.00", end_to_end="E-LAST", name="N" * 100)
    report = bank.drop(order(*payments, long))
    assert report["counts"] == {"rejected": 1, "sent": MANY}
    written = "".join(text for name, text in bank.outputs(report).items() if "pacs.008" in name)
    assert "E-LAST" not in written
