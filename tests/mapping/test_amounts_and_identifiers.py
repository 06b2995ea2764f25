"""What is settled for an order, and the identifiers of what is written."""

from pathlib import Path

import pytest

from tests.mapping.orders import converted, single
from wissel.core.identifiers.uetr import check_uetr
from wissel.mapping.identifiers import Identifiers


def equivalent(amount: str, currency: str, wanted: str, **more: str) -> bytes:
    changes: dict[str, str | None] = {
        "Amt__InstdAmt": None,
        "Amt__EqvtAmt__Amt": amount,
        "Amt__EqvtAmt__Amt__@Ccy": currency,
        "Amt__EqvtAmt__CcyOfTrf": wanted,
    }
    return single(**changes, **more)  # type: ignore[arg-type]


RATE = {"XchgRateInf__XchgRate": "1.25", "XchgRateInf__UnitCcy": "EUR"}


@pytest.mark.parametrize(
    ("order", "settled", "instructed", "rate"),
    [
        (single(), ("10.00", "EUR"), (None, None), None),
        (single(Amt__InstdAmt="7", **{"Amt__InstdAmt__@Ccy": "USD"}), ("7", "USD"), (None, None), None),
        (equivalent("100.00", "EUR", "EUR"), ("100.00", "EUR"), (None, None), None),
        # one euro is 1.25 dollars
        (equivalent("100.00", "EUR", "USD", **RATE), ("125.00", "USD"), ("100.00", "EUR"), "1.25"),
        (equivalent("100.00", "USD", "EUR", **RATE), ("80.00", "EUR"), ("100.00", "USD"), "1.25"),
        # half up, to the minor units of the currency: none of the yen, three of the dinar
        (equivalent("0.06", "EUR", "USD", **RATE), ("0.08", "USD"), ("0.06", "EUR"), "1.25"),
        (equivalent("10.00", "EUR", "JPY", **RATE), ("13", "JPY"), ("10.00", "EUR"), "1.25"),
        (equivalent("10.01", "EUR", "BHD", **RATE), ("12.513", "BHD"), ("10.01", "EUR"), "1.25"),
    ],
)
def test_the_settlement_amount(
    order: bytes, settled: tuple[str, str], instructed: tuple[str | None, str | None], rate: str | None, tmp_path: Path
) -> None:
    outcome = converted(order, tmp_path)
    assert not outcome.done.refused, outcome.codes
    (block,) = outcome.blocks
    assert (block.text("IntrBkSttlmAmt"), block.text("IntrBkSttlmAmt/@Ccy")) == settled
    assert (block.text("InstdAmt"), block.text("InstdAmt/@Ccy")) == instructed
    assert block.text("XchgRate") == rate


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (
            equivalent("100.00", "EUR", "USD"),
            "EUR 100.00 is to be paid in USD, and the order names no rate and unit currency to convert it by.",
        ),
        (
            equivalent("100.00", "EUR", "USD", XchgRateInf__XchgRate="1.25"),
            "EUR 100.00 is to be paid in USD, and the order names no rate and unit currency to convert it by.",
        ),
        (
            equivalent("0.01", "EUR", "USD", XchgRateInf__XchgRate="0.1", XchgRateInf__UnitCcy="EUR"),
            "EUR 0.01 by the rate 0.1 gives 0.00 USD, which is no amount.",
        ),
        (
            equivalent("1.00", "EUR", "USD", XchgRateInf__XchgRate="0", XchgRateInf__UnitCcy="USD"),
            "EUR 1.00 cannot be converted to USD by the rate 0.",
        ),
    ],
)
def test_an_amount_that_cannot_be_known_is_refused(order: bytes, message: str, tmp_path: Path) -> None:
    outcome = converted(order, tmp_path)
    found = [
        one for report in outcome.done.reports for one in report.all_findings if one.code == "AMOUNT-NOT-CONVERTIBLE"
    ]
    assert [one.message for one in found] == [message]
    assert found[0].path == "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]/Amt/EqvtAmt/Amt"
    assert outcome.files == {}


def test_what_is_agreed_on_exchange_is_recorded(tmp_path: Path) -> None:
    transaction = "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]"
    kept = converted(single(**RATE), tmp_path).lost()
    assert ("CONSUMED", f"{transaction}/XchgRateInf/XchgRate", None, "1.25", None) in kept
    used = converted(equivalent("100.00", "EUR", "USD", **RATE), tmp_path).lost()
    assert ("CONSUMED", f"{transaction}/XchgRateInf/UnitCcy", None, "EUR", None) in used
    assert not any(path == f"{transaction}/XchgRateInf/XchgRate" for _, path, *_ in used)


def test_identifiers_follow_from_digest_time_and_position() -> None:
    one, same = (Identifiers("ab" * 32, "2026-11-23T10:00:00+00:00") for _ in range(2))
    others = [Identifiers("cd" * 32, "2026-11-23T10:00:00+00:00"), Identifiers("ab" * 32, "2026-11-23T10:00:01+00:00")]
    for make in ("instruction", "transaction", "uetr", "message"):
        texts = [getattr(one, make)(number) for number in range(1, 2_000)]
        assert len(set(texts)) == len(texts)
        assert texts == [getattr(same, make)(number) for number in range(1, 2_000)]
        assert all(getattr(other, make)(1) not in texts for other in others)


def test_identifiers_have_the_lengths_that_networks_carry() -> None:
    made = Identifiers("ab" * 32, "2026-11-23T10:00:00+00:00")
    for number in (1, 35, 36, 10**7, 36**7 - 1):
        assert len(made.instruction(number)) == 16
        assert len(made.transaction(number)) == 27
        assert len(made.message(number)) <= 35
        assert check_uetr(made.uetr(number)) is None
        assert made.instruction(number).isalnum()
    assert made.instruction(5) != made.instruction(5, "cover")
    assert made.message(7) == "261123100000" + made.message(7)[12:22] + "00007"
