"""Returns of payments that were sent: credited to who paid, passed back, held, or refused."""

from pathlib import Path

import pytest

from tests.engine.interbank import (
    ANNA,
    Pay,
    World,
    codes,
    line,
    report,
    returned,
    sct,
    swift,
    uetr,
    value,
    world,
)
from tests.engine.interbank_scenarios import ABROAD, order_of_three, sent
from wissel.engine.handlers import HANDLERS
from wissel.ledger.books import entries

pytestmark = pytest.mark.usefixtures("kind")

SETTLED, SENT = "T2-EUR", "pacs.008.001.08"


def test_the_money_goes_to_who_paid_with_the_reason(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        bank.drop("sct", report("R-1", message, SENT, "ACSC"))
        assert bank.drop("sct", returned("T-1", "20.00", message, TxId=ids[1]))["counts"] == {"returned": 1}
        assert bank.balances() == {ANNA: -4_000, SETTLED: 4_000}
        with bank.connection() as connection:
            last = list(entries(connection, ANNA))[-1]
        assert (last.case, last.amount, last.details[0].values["return_reason"]) == ("sepa-sct-return", 2_000, "AC04")
        assert last.details[0].values["transaction_id"] == ids[1]


def test_charges_on_the_way_are_shown(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        bank.drop("sct", returned("T-1", "19.00", message, TxId=ids[1]))
        assert bank.balances() == {ANNA: -4_100, SETTLED: 4_100}
        with bank.connection() as connection:
            told = list(entries(connection, ANNA))[-1].details[0].values
        assert (told["instructed_amount"], told["charges_amount"], told["charges_currency"]) == ("20.00", "1.00", "EUR")


def test_the_customer_gets_a_report_where_the_bank_wants_it(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), return_report="true") as bank:
        message, ids = order_of_three(bank)
        (text,) = bank.drop("sct", returned("T-1", "20.00", message, TxId=ids[1]))["written"].values()
        assert (value(text, "OrgnlEndToEndId"), value(text, "TxSts")) == ("E-2", "RJCT")
        bank.drop("sct", report("R-1", message, SENT, None, line("ACSC", TxId=ids[2])))
        assert bank.drop("sct", returned("T-2", "30.00", message, TxId=ids[2]))["written"] == {}  # after settlement
        assert bank.balances() == {ANNA: -1_000, SETTLED: 1_000}


@pytest.mark.parametrize("first", ["return", "rejection"])
@pytest.mark.parametrize("then", ["return", "rejection"])
def test_a_payment_is_taken_back_once(first: str, then: str, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)

        def take(kind: str, number: int) -> list[str]:
            content = returned(f"T-{number}", "20.00", message, TxId=ids[1])
            if kind == "rejection":
                content = report(f"R-{number}", message, SENT, None, line("RJCT", "AC04", TxId=ids[1]))
            return codes(bank.drop("sct", content))

        assert take(first, 1) == []
        assert take(then, 2) == ([] if first == then == "rejection" else ["PAYMENT-TAKEN-BACK"])
        assert bank.balances() == {ANNA: -4_000, SETTLED: 4_000}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": "20.01"}, "RETURN-EXCEEDS-PAYMENT"),
        ({"amount": "20.00", "currency": "USD"}, "RETURN-CURRENCY-DIFFERS"),
    ],
    ids=["larger than the payment", "in another currency"],
)
def test_what_does_not_fit_the_payment_is_refused(change: dict[str, str], code: str, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        before = bank.balances()
        amount, more = change["amount"], {name: text for name, text in change.items() if name != "amount"}
        found = bank.drop("interbank", returned("T-1", amount, message, TxId=ids[1], **more))
        assert (found["verdict"], codes(found)) == ("failed", [code])
        assert bank.balances() == before


def test_a_stranger_cannot_return_a_payment(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        before = bank.balances()
        own = returned("T-1", "20.00", message, TxId=ids[1])
        for channel, content in (
            ("inst", own),
            ("interbank", own.replace("<BICFI>ZZLIFR20</BICFI>", "<BICFI>ZZDUNL20</BICFI>")),
        ):
            found = bank.drop(channel, content)
            assert (found["verdict"], codes(found)) == ("failed", ["ANSWER-NOT-OF-SENDER"])
        assert bank.balances() == before


def test_money_for_no_payment_is_held(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        found = bank.drop("sct", returned("T-1", "25.00", "NOPE", TxId="NOPE"))
        assert (found["verdict"], codes(found), found["counts"]) == ("accepted", ["ORIGINAL-UNKNOWN"], {"held": 1})
        assert bank.balances() == {"SUSPENSE-EUR": 2_500, SETTLED: -2_500}


def passed_on(bank: World) -> tuple[str, dict[str, str]]:
    """A payment of another bank that was passed on: its MsgId, and its references."""
    bank.drop("swift", swift("S-11", ABROAD, "INDA", level="URGP"))
    text = sent(bank)
    return value(text, "MsgId"), {"UETR": uetr(11), "InstrId": value(text, "InstrId")}


def test_a_return_of_what_was_passed_on_is_passed_back_with_its_chain(tmp_path: Path) -> None:
    chain = (
        "<RtrChain><Dbtr><Pty><Nm>Bertrand Exemple</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr></Pty></Dbtr>"
        "<DbtrAgt><FinInstnId><BICFI>ZZLIFR20</BICFI></FinInstnId></DbtrAgt>"
        "<CdtrAgt><FinInstnId><BICFI>ZZALCH20</BICFI></FinInstnId></CdtrAgt>"
        "<Cdtr><Pty><Nm>Claire Exemple</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr></Pty></Cdtr></RtrChain>"
    )
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = passed_on(bank)
        content = returned("T-1", "100.00", message, system="TGT", **ids).replace("<RtrRsnInf>", f"{chain}<RtrRsnInf>")
        found = bank.drop("t2", content)
        assert (codes(found), found["counts"]) == ([], {"sent": 1})
        ((name, text),) = found["written"].items()
        assert name.startswith("swift/")
        assert (value(text, "OrgnlMsgId"), value(text, "OrgnlInstrId")) == ("S-11", "I-11")
        assert value(text, "SttlmMtd") == "INGA"  # we credit the account that they were debited on
        assert "<PrvsInstgAgt1>" in text.partition("<RtrChain>")[2]
        assert bank.balances() == {}
        again = bank.drop("t2", content.replace("T-1", "T-2"))
        assert codes(again) == ["PAYMENT-TAKEN-BACK"]


def test_a_return_to_a_closed_account_is_held(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        csv = bank.station.spool.root / "accounts.csv"
        text = csv.read_text("utf-8").replace(f"{ANNA},Current account,Anna Example,EUR,customer,open", "CLOSED", 1)
        csv.write_text(text.replace("CLOSED", f"{ANNA},Current account,Anna Example,EUR,customer,closed"), "utf-8")
        bank.reload()
        found = bank.drop("sct", returned("T-1", "20.00", message, TxId=ids[1]))
        assert codes(found) == ["MONEY-HELD"]
        assert bank.balances() == {ANNA: -6_000, SETTLED: 4_000, "SUSPENSE-EUR": 2_000}


def test_two_payments_of_one_message_come_back_apart(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        for number, (amount, name) in enumerate(zip(("10.00", "20.00", "30.00"), ids, strict=True)):
            assert codes(bank.drop("sct", returned(f"T-{number}", amount, message, TxId=name))) == []
        assert bank.balances() == {}


def test_a_return_is_no_payment_of_its_own(tmp_path: Path) -> None:
    """A payment that came in cannot be returned by others: only what was sent comes back."""
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("sct", sct("M-1", Pay(1)))
        found = bank.drop("sct", returned("T-1", "100.00", "M-1", TxId="T-1", UETR=uetr(1)))
        assert codes(found) == ["ORIGINAL-UNKNOWN"]
        assert bank.balances() == {ANNA: 10_000, "SUSPENSE-EUR": 10_000, SETTLED: -20_000}
