"""Requests for the status: the last one is given again, and nothing else happens."""

import re
from pathlib import Path

import pytest

from tests.engine.interbank import (
    CLARA,
    DORA,
    Pay,
    codes,
    enquiry,
    inst,
    sct,
    swift,
    value,
    world,
)
from tests.engine.interbank_scenarios import REIMBURSED, USD
from wissel.engine.handlers import HANDLERS

pytestmark = pytest.mark.usefixtures("kind")


@pytest.mark.parametrize(
    ("channel", "payment", "status", "reason"),
    [
        ("inst", inst("M-1", Pay(1)), "ACCC", None),
        ("inst", inst("M-1", Pay(1, to=CLARA)), "RJCT", "AC06"),
        ("sct", sct("M-1", Pay(1)), "ACCC", None),
        ("sct", sct("M-1", Pay(1, to=DORA)), "ACSC", None),  # settled, and sent back
    ],
    ids=["credited", "rejected", "credited after settlement", "returned"],
)
def test_the_last_status_is_given_again(
    channel: str, payment: str, status: str, reason: str | None, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop(channel, payment)
        before = bank.balances()
        report = bank.drop(channel, enquiry("Q-1", "M-1", 1))
        (text,) = report["written"].values()
        assert value(text, "TxSts") == status
        assert (value(text, "Cd") if "<StsRsnInf>" in text else None) == reason
        assert value(text, "OrgnlTxId") == "T-1"
        assert bank.balances() == before
        assert len(bank.statuses("T-1")) == 1


def test_a_whole_message_is_asked_about(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("sct", sct("M-1", Pay(1), Pay(2)))
        (text,) = bank.drop("sct", enquiry("Q-1", "M-1"))["written"].values()
        assert text.count("<TxSts>ACCC</TxSts>") == 2


def test_a_payment_that_waits_for_its_cover(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("swift", swift("S-1", USD, "COVE", extra=REIMBURSED))
        (text,) = bank.drop("interbank", enquiry("Q-1", "S-1", 7, sender="ZZALCH20"))["written"].values()
        assert value(text, "TxSts") == "PDNG"


_SAME = re.sub(r"<OrgnlTxId>.*?</OrgnlUETR>", "", enquiry("Q-5", "M-1", 1))
"""Names an EndToEndId that two payments of the message have."""


@pytest.mark.parametrize(
    ("channel", "content", "code"),
    [
        ("sct", enquiry("Q-1", "M-9", 9), "ORIGINAL-UNKNOWN"),
        ("sct", enquiry("Q-4", "M-1", 1).replace("pacs.008.001.08", "camt.056.001.08"), "ORIGINAL-UNKNOWN"),
        ("sct", _SAME, "REPLY-LINK-AMBIGUOUS"),
        ("inst", enquiry("Q-2", "M-1", 1), "ANSWER-NOT-OF-SENDER"),
        ("interbank", enquiry("Q-3", "M-1", 1, sender="ZZDUNL20"), "ANSWER-NOT-OF-SENDER"),
    ],
    ids=["unknown", "about a recall", "not clear which", "over another network", "by another bank"],
)
def test_nothing_is_told_to_strangers(channel: str, content: str, code: str, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("sct", sct("M-1", Pay(1), Pay(2)).replace("<EndToEndId>E-2<", "<EndToEndId>E-1<"))
        report = bank.drop(channel, content)
        assert codes(report) == [code]
        assert report["written"] == {}
