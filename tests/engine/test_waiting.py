"""What waits between banks is named, and no longer once it is done with."""

from pathlib import Path

import pytest

from tests.engine.interbank import Pay, World, cover, returned, swift, uetr, world
from tests.engine.interbank_scenarios import REIMBURSED, USD
from tests.engine.test_cover_sent import order_with_cover, play
from wissel.engine.handlers import HANDLERS
from wissel.engine.waiting import Wait, waiting_between_banks

pytestmark = pytest.mark.usefixtures("kind")


def waits(bank: World) -> dict[Wait, list[str | None]]:
    """UETRs of what waits."""
    with bank.connection() as connection:
        found = waiting_between_banks(connection, bank.station.work.bank)  # type: ignore[attr-defined]
    assert all(one.count == len(one.first) and one.since.startswith("2026-11-23T10:00") for one in found)
    return {one.wait: [kept.payment.uetr for kept in one.first] for one in found}


@pytest.mark.parametrize("first", ["payment", "cover"])
def test_payment_and_cover_wait_for_each_other(first: str, tmp_path: Path) -> None:
    files = {"payment": swift("S-1", USD, "COVE", extra=REIMBURSED), "cover": cover("S-2", USD)}
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("swift", swift("S-3", Pay(8), "INDA"))  # waits for nothing
        assert waits(bank) == {}
        bank.drop("swift", files.pop(first))
        assert waits(bank) == {Wait.COVER if first == "payment" else Wait.PAYMENT: [uetr(7)]}
        (last,) = files.values()
        bank.drop("swift", last)
        assert waits(bank) == {}


def test_a_payment_that_was_credited_before_its_cover_came(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), cover='"credit"') as bank:
        bank.drop("swift", swift("S-3", Pay(8), "INDA"))  # not by a cover
        bank.drop("swift", swift("S-1", USD, "COVE", extra=REIMBURSED))
        assert waits(bank) == {Wait.COVER_OF_CREDITED: [uetr(7)]}
        bank.drop("swift", cover("S-2", USD))
        assert waits(bank) == {}


def test_a_cover_that_does_not_fit_and_its_payment_both_wait(tmp_path: Path) -> None:
    other = Pay(7, "99.99", currency="USD", to=USD.to, name="Muster GmbH")
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("swift", swift("S-1", USD, "COVE", extra=REIMBURSED))
        bank.drop("swift", cover("S-2", other))
        assert waits(bank) == {Wait.COVER: [uetr(7)], Wait.PAYMENT: [uetr(7)]}


def test_returns_that_nobody_is_credited_with_wait(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("sct", returned("T-1", "25.00", "NOPE", TxId="NOPE", UETR=uetr(5)))
        bank.drop("sct", returned("T-2", "26.00", "NOPE", TxId="NOPE", UETR=uetr(6)))
        assert waits(bank) == {Wait.RETURN: [uetr(5), uetr(6)]}


@pytest.mark.parametrize(
    ("steps", "wait"),
    [
        ("cover rejected", Wait.NEW_COVER),
        ("payment rejected", Wait.COVER_BACK),
        ("cover rejected, payment rejected", None),
        ("payment rejected, cover rejected", None),
        ("payment rejected, cover back", None),
        ("cover back", None),
    ],
)
def test_what_was_sent_waits_while_only_one_half_has_come_to_nothing(
    steps: str, wait: Wait | None, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        names = order_with_cover(bank)
        for number, step in enumerate(steps.split(", ")):
            play(bank, names, step, number)
        assert waits(bank) == ({} if wait is None else {wait: [names["UETR"]]})
