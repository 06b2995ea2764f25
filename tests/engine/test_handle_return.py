"""Returns of payments that were sent: credited to who paid, passed back, held, or refused."""

from pathlib import Path

import pytest

from tests.engine import orders
from tests.engine.interbank import (
    ANNA,
    DORA,
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
    with_header,
    world,
)
from tests.engine.interbank_scenarios import ABROAD, order_of_three, sent
from wissel.engine.handlers import HANDLERS
from wissel.engine.opening import make_ready
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
        held = {SETTLED: 2_000, "SUSPENSE-EUR": 2_000} if then == "return" else {SETTLED: 4_000}
        assert bank.balances() == {ANNA: -4_000, **held}  # the payer is credited once; settled money is not lost


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"amount": "20.01"}, "RETURN-EXCEEDS-PAYMENT", "MS03"),  # the scheme does not know AM09
        ({"currency": "USD"}, "RETURN-CURRENCY-DIFFERS", "MS03"),
        ({"TxId": "NOPE"}, "ORIGINAL-UNKNOWN", "MS03"),
        ({"amount": "0.00"}, "AMOUNT-NOT-BOOKABLE", None),
        ({"amount": "999999999999999999"}, "AMOUNT-NOT-BOOKABLE", None),
        ({"again": "20.00"}, "PAYMENT-TAKEN-BACK", "AM05"),
    ],
    ids=["larger than the payment", "in another currency", "unknown", "nothing", "more than can be", "a second time"],
)
def test_a_return_whose_money_is_still_to_come_is_rejected(
    changes: dict[str, str], code: str, reason: str | None, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("", orders.order(orders.Pay("20.00", instrument="INST")))
        message, name = value(sent(bank), "MsgId"), value(sent(bank), "TxId")

        def instant(number: int, amount: str = "20.00", **more: str) -> str:
            content = returned(f"T-{number}", amount, message, **{"TxId": name, **more})
            return content.replace("<Cd>ST2</Cd>", "<Prtry>TIPS</Prtry>")

        if again := changes.get("again"):
            bank.drop("inst", instant(1, again))
            changes = {}
        before = bank.balances()
        found = bank.drop("inst", instant(2, **changes))
        assert (found["verdict"], codes(found)[:1]) == ("failed", [code])
        assert bank.balances() == before
        ((file, text),) = found["written"].items()
        assert file.endswith("pacs.002.001.10.xml")
        assert (value(text, "OrgnlMsgId"), value(text, "OrgnlMsgNmId")) == ("T-2", "pacs.004.001.09")
        assert (value(text, "OrgnlInstrId"), value(text, "TxSts")) == ("RT-1", "RJCT")
        if reason is not None:
            assert f"<Cd>{reason}</Cd>" in text


@pytest.mark.parametrize(
    ("changes", "code", "amount"),
    [
        ({"amount": "20.01"}, "RETURN-EXCEEDS-PAYMENT", 2_001),
        ({"TxId": "NOPE"}, "ORIGINAL-UNKNOWN", 2_000),
        ({"OrgnlMsgNmId": "pacs.003.001.08"}, "ORIGINAL-UNKNOWN", 2_000),
        ({"OrgnlMsgNmId": "pacs.004.001.09"}, "ORIGINAL-UNKNOWN", 2_000),
    ],
    ids=["larger than the payment", "unknown", "of a direct debit", "of a return"],
)
def test_a_return_whose_money_is_here_and_that_does_not_fit_is_held(
    changes: dict[str, str], code: str, amount: int, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        values = {"amount": "20.00", "TxId": ids[1], **changes}
        kind = values.pop("OrgnlMsgNmId", SENT)
        content = returned("T-1", values.pop("amount"), message, **values)
        found = bank.drop("sct", content.replace(f"<OrgnlMsgNmId>{SENT}<", f"<OrgnlMsgNmId>{kind}<"))
        assert (found["verdict"], codes(found), found["counts"]) == ("accepted", [code], {"held": 1})
        assert found["written"] == {}
        assert bank.balances() == {ANNA: -6_000, SETTLED: 6_000 - amount, "SUSPENSE-EUR": amount}


def test_a_return_in_a_currency_that_the_network_does_not_settle_is_rejected(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        found = bank.drop("sct", returned("T-1", "25.00", "NOPE", currency="USD", TxId="NOPE"))
        assert (found["verdict"], codes(found)) == ("failed", ["ORIGINAL-UNKNOWN"])
        assert [name.rpartition("-")[2] for name in found["written"]] == ["pacs.002.001.10.xml"]
        assert bank.balances() == {}


def test_a_return_that_may_mean_two_payments_is_held(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("", orders.order(orders.Pay("10.00", end_to_end="SAME"), orders.Pay("20.00", end_to_end="SAME")))
        message = value(sent(bank), "MsgId")
        found = bank.drop("sct", returned("T-1", "10.00", message, EndToEndId="SAME"))
        assert codes(found) == ["REPLY-LINK-AMBIGUOUS"]
        name = value(sent(bank), "InstrId", 0)
        assert codes(bank.drop("sct", returned("T-2", "10.00", message, EndToEndId="SAME", InstrId=name))) == []
        assert bank.balances() == {ANNA: -2_000, SETTLED: 1_000, "SUSPENSE-EUR": 1_000}


@pytest.mark.parametrize(
    ("day", "said", "booked"),
    [
        ("12026-11-23", [], "2026-11-23"),
        ("2019-11-22", [], "2019-11-22"),
        ("2026-11-30", [], "2026-11-30"),
        ("2026-12-01", ["SETTLEMENT-FAR-AHEAD"], "2026-12-01"),
        ("9999-12-31", ["SETTLEMENT-FAR-AHEAD"], "9999-12-31"),
    ],
)
def test_days_of_settlement_that_are_odd(day: str, said: list[str], booked: str, tmp_path: Path) -> None:
    here = "2026-11-23</IntrBkSttlmDt><SttlmInf>"
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        content = returned("T-1", "20.00", message, TxId=ids[1]).replace(here, f"{day}</IntrBkSttlmDt><SttlmInf>")
        assert codes(bank.drop("sct", content)) == said
        with bank.connection() as connection:
            assert list(entries(connection, ANNA))[-1].value_date.isoformat() == booked


def test_a_return_that_breaks_a_rule_credits_nobody(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        content = returned("T-1", "20.00", message, TxId=ids[1]).replace("<NbOfTxs>1<", "<NbOfTxs>2<")
        found = bank.drop("sct", content)
        assert codes(found) == ["RETURN-INVALID"]
        assert bank.balances() == {ANNA: -6_000, SETTLED: 4_000, "SUSPENSE-EUR": 2_000}


def test_a_return_of_what_was_passed_on_that_is_rejected_leaves_the_money_with_nobody(tmp_path: Path) -> None:
    """It came over our account with the sender, so that is where it came from; where it was to go has nothing of it."""
    nostro = "NOSTRO-EUR-ALPEN"
    with world(tmp_path, dict(HANDLERS)) as bank:
        accounts = bank.station.spool.root / "accounts.csv"
        row = f"{nostro},Our account,,EUR,nostro,open,,-1000.00,ZZALCH20,\n"
        accounts.write_text(accounts.read_text("utf-8") + row, "utf-8")
        bank.reload()
        make_ready(bank.station.database, bank.station.work.bank)  # type: ignore[attr-defined]
        bank.drop("swift", swift("S-11", ABROAD, "INGA", level="URGP"))
        assert bank.balances() == {nostro: -10_000, SETTLED: 10_000}
        rejected = line("RJCT", "AC04", UETR=uetr(11))
        (text,) = bank.drop("t2", report("R-1", value(sent(bank), "MsgId"), SENT, None, rejected))["written"].values()
        assert bank.balances() == {}
        inner = report("R-2", value(text, "MsgId"), "pacs.004.001.09", None, rejected).partition("<Document")[2]
        body = inner.partition(">")[2].removesuffix("</Document>")
        found = bank.drop("swift", with_header("pacs.002.001.10", body, "ZZALCH20", "R-2"))
        assert codes(found) == ["MONEY-HELD"]
        assert bank.balances() == {nostro: -10_000, "SUSPENSE-EUR": 10_000}


def test_a_return_of_ours_that_is_rejected_leaves_the_money_with_nobody(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        (text,) = bank.drop("sct", sct("M-1", Pay(1, to=DORA)))["written"].values()
        about, rejected = value(text, "MsgId"), line("RJCT", "AC04", InstrId=value(text, "RtrId"), TxId="T-1")
        found = bank.drop("sct", report("R-1", about, "pacs.004.001.09", None, rejected))
        assert (found["verdict"], codes(found)) == ("accepted", ["MONEY-HELD"])
        assert bank.balances() == {"SUSPENSE-EUR": 10_000, SETTLED: -10_000}


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
            ((_, text),) = found["written"].items()
            assert (value(text, "TxSts"), "<Cd>MS03</Cd>" in text) == ("RJCT", True)  # it learns nothing of the payment
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
