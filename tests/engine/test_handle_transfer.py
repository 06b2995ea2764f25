"""Credit transfers of other banks: who is credited, what is answered, and who may not."""

from pathlib import Path
from typing import Any

import pytest

from tests.engine.interbank import (
    ANNA,
    BRUNO,
    CLARA,
    DOLLARS,
    DORA,
    THEIRS,
    Pay,
    account,
    codes,
    cover,
    inst,
    sct,
    swift,
    uetr,
    value,
    world,
)
from tests.engine.interbank_scenarios import REIMBURSED, USD
from wissel.core.codes import finding
from wissel.engine.handlers import HANDLERS

pytestmark = pytest.mark.usefixtures("kind")

SETTLED = "T2-EUR"


def all_codes(report: dict[str, Any]) -> list[str]:
    """Codes of all findings, those of validation included."""
    judged = [one for each in report["validation"] for message in each["messages"] for one in message["findings"]]
    return [*codes(report), *(one["code"] for one in judged)]


@pytest.mark.parametrize(
    ("to", "code", "reason"),
    [
        (DORA, "ACCOUNT-CLOSED", "AC04"),
        (CLARA, "ACCOUNT-BLOCKED", "AC06"),
        ("DE02120300000000202051", "ACCOUNT-UNKNOWN", "AC01"),
        (DOLLARS, "ACCOUNT-CURRENCY-DIFFERS", "MS03"),  # the scheme does not know AM03
    ],
)
def test_what_cannot_be_credited_is_rejected_before_settlement_and_returned_after(
    to: str, code: str, reason: str, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        for channel, content, definition, tag in (
            ("inst", inst("M-1", Pay(1, to=to)), "pacs.002.001.10", "TxSts"),
            ("sct", sct("M-2", Pay(2, to=to)), "pacs.004.001.09", "RtrdIntrBkSttlmAmt"),
        ):
            report = bank.drop(channel, content)
            assert (report["verdict"], codes(report)) == ("failed", [code])
            ((name, text),) = report["written"].items()
            assert name.endswith(f"{definition}.xml")
            assert f"<{tag}" in text
            assert f"<Cd>{reason}</Cd>" in text
        assert bank.balances() == {}
        assert [said for _, said, _ in bank.statuses(uetr(1))] == ["RJCT"]


def test_each_transaction_of_a_message_fares_for_itself(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        pays = (Pay(1), Pay(2, to=DORA), Pay(3, "50.00"), Pay(4, to=BRUNO), Pay(5, to=DORA))
        report = bank.drop("sct", sct("M-1", *pays))
        assert report["verdict"] == "accepted"
        assert report["counts"] == {"booked": 3, "rejected": 2, "returned": 2}
        (text,) = report["written"].values()
        assert text.count("<TxInf>") == 2
        assert '<TtlRtrdIntrBkSttlmAmt Ccy="EUR">200.00<' in text
        assert bank.balances() == {ANNA: 15_000, BRUNO: 10_000, SETTLED: -25_000}


def test_an_instant_payment_has_exactly_one_answer_and_the_same_file_the_same(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        content = inst("M-1", Pay(1))
        first = bank.drop("inst", content)
        again = bank.drop("inst", content, "again.xml")
        assert list(first["written"].values()) == list(again["written"].values())
        assert len(first["written"]) == 1
        assert codes(again) == ["MESSAGE-REPEATED"]
        assert bank.balances() == {ANNA: 10_000, SETTLED: -10_000}


@pytest.mark.parametrize("with_uetr", [True, False], ids=["uetr", "transaction id"])
def test_a_payment_is_credited_once_whatever_message_brings_it(with_uetr: bool, tmp_path: Path) -> None:
    one = Pay(1, uetr=with_uetr)
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("sct", sct("M-1", one))
        assert codes(bank.drop("sct", sct("M-2", one))) == ["PAYMENT-REPEATED"]
        both = bank.drop("sct", sct("M-3", Pay(2, uetr=with_uetr), Pay(2, uetr=with_uetr)))
        assert both["counts"] == {"booked": 1, "rejected": 1, "returned": 1}
        assert bank.balances() == {ANNA: 20_000, SETTLED: -20_000}


def test_a_payment_that_was_rejected_may_come_again(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("inst", inst("M-1", Pay(1, to=DORA)))
        assert codes(bank.drop("inst", inst("M-2", Pay(1)))) == []
        assert bank.balances() == {ANNA: 10_000, SETTLED: -10_000}


def test_the_same_payment_twice_in_one_archive_is_credited_once(tmp_path: Path) -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", sct("M-1", Pay(1)))
        archive.writestr("b.xml", sct("M-2", Pay(1)))
    with world(tmp_path, dict(HANDLERS)) as bank:
        assert codes(bank.drop("sct", packed.getvalue(), "both.zip")) == ["PAYMENT-REPEATED"]
        assert bank.balances() == {ANNA: 10_000, SETTLED: -10_000}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (swift("S-1", Pay(1), "INDA", sender="ZZHUUS30"), "ACCOUNT-UNKNOWN"),
        (swift("S-2", Pay(2), "INDA", "ZZHUUS30", account("SttlmAcct", "VOSTRO-EUR-ALPEN")), "ACCOUNT-UNKNOWN"),
        (swift("S-3", Pay(3, "250000.01"), "INDA"), "FUNDS-INSUFFICIENT"),
        (swift("S-4", Pay(4, to="T2-EUR"), "INDA"), "ACCOUNT-UNKNOWN"),
        (swift("S-5", Pay(5, to="CAPITAL-EUR"), "INDA"), "ACCOUNT-UNKNOWN"),
        (swift("S-6", Pay(6, "0.00"), "INDA"), "AMOUNT-ZERO"),
    ],
    ids=["no account", "account of another bank", "more than it has", "to a nostro", "to the capital", "nothing"],
)
def test_who_may_not_be_debited_and_what_may_not_be_credited(content: str, code: str, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        report = bank.drop("swift", content)
        assert report["verdict"] == "failed"
        assert code in all_codes(report)
        assert bank.balances() == {}


def test_a_sender_that_its_header_belies_is_not_debited(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        head, end, rest = swift("S-1", Pay(1), "INDA").partition("</AppHdr>")
        assert bank.drop("swift", head.replace("ZZALCH20", "ZZHUUS30") + end + rest)["verdict"] == "failed"
        assert bank.balances() == {}


def test_a_sender_that_its_header_belies_is_not_believed_about_money_either(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        head, end, rest = swift("S-1", USD, "INGA", sender="ZZHUUS30").partition("</AppHdr>")
        report = bank.drop("swift", head.replace("ZZHUUS30", "ZZALCH20") + end + rest)
        assert report["verdict"] == "failed"
        ((name, text),) = report["written"].items()
        assert name.endswith("pacs.002.001.10.xml")
        assert value(text, "TxSts") == "RJCT"
        assert bank.balances() == {}  # nothing stands on the account with the bank that sent nothing


@pytest.mark.parametrize(
    ("channel", "content", "code"),
    [
        ("swift", swift("S-1", Pay(1), "INGA", sender="ZZDUNL20"), "ACCOUNT-UNKNOWN"),
        ("swift", swift("S-2", Pay(2), "CLRG"), "NETWORK-MEMBERSHIP-MISSING"),
        ("swift", swift("S-3", Pay(3), "CLRG", extra="<ClrSys><Cd>TGT</Cd></ClrSys>"), "NETWORK-MEMBERSHIP-MISSING"),
        ("interbank", sct("M-4", Pay(4), system="<Prtry>NOWHERE</Prtry>"), "NETWORK-MEMBERSHIP-MISSING"),
        ("sct", sct("M-5", Pay(5)).replace("<Cd>ST2</Cd>", "<Cd>ST2</Cd>").replace(">CLRG<", ">INGA<"), ""),
    ],
    ids=[
        "no account there",
        "cleared between two banks",
        "another system",
        "unknown system",
        "no account in a network",
    ],
)
def test_nobody_is_credited_with_money_that_comes_over_no_account(
    channel: str, content: str, code: str, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        report = bank.drop(channel, content)
        assert report["verdict"] == "failed"
        assert code in ("", *codes(report))
        assert [name.rpartition("-")[2] for name in report["written"]] == ["pacs.002.001.10.xml"]
        assert bank.balances() == {}


@pytest.mark.parametrize(
    ("amount", "day", "said", "booked"),
    [
        ("9999999999999999.99", "2026-11-23", "AMOUNT-NOT-BOOKABLE", False),
        ("100.00", "2026-11-30", None, True),
        ("100.00", "2026-12-01", "SETTLEMENT-FAR-AHEAD", True),
    ],
)
def test_amounts_and_days_beyond_measure(amount: str, day: str, said: str | None, booked: bool, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        content = swift("S-1", Pay(1, amount, currency="USD", to=DOLLARS), "INGA", sender="ZZHUUS30")
        report = bank.drop("swift", content.replace("2026-11-23</IntrBk", f"{day}</IntrBk"))
        assert codes(report) == ([said] if said else [])
        assert bool(bank.balances()) is booked


def test_transactions_without_a_reference_are_not_the_same(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        content = sct("M-1", Pay(1, uetr=False), Pay(2, uetr=False))
        report = bank.drop(
            "sct", content.replace("<TxId>T-1<", "<TxId>NOTPROVIDED<").replace("<TxId>T-2<", "<TxId>NOTPROVIDED<")
        )
        assert (codes(report), report["counts"]) == ([], {"booked": 2})


def test_a_channel_debits_only_what_it_may(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        report = bank.drop("t2", swift("S-1", Pay(1), "INDA"))
        assert report["verdict"] == "failed"
        assert "CHANNEL-MAY-NOT-DEBIT" in codes(report)
        assert bank.balances() == {}


def test_a_message_for_another_bank_is_refused(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        content = swift("S-1", Pay(1), "INDA").replace(">ZZWIDE20<", ">ZZDUNL20<")
        assert "INSTRUCTED-AGENT-IS-ANOTHER" in codes(bank.drop("swift", content))
        assert bank.balances() == {}


def test_a_payment_with_cover_waits_for_it(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("swift", swift("S-1", USD, "COVE", extra=REIMBURSED))
        assert bank.balances() == {}
        assert [said for _, said, _ in bank.statuses(uetr(7))] == ["PDNG"]
        bank.drop("swift", cover("S-2", USD))
        assert bank.balances() == {DOLLARS: 10_000, "NOSTRO-USD-HUDSON": -10_000}
        assert codes(bank.drop("swift", cover("S-3", USD))) == ["PAYMENT-REPEATED"]
        assert codes(bank.drop("swift", swift("S-4", USD, "COVE", extra=REIMBURSED))) == ["PAYMENT-REPEATED"]
        assert bank.balances() == {DOLLARS: 10_000, "NOSTRO-USD-HUDSON": -10_000}


def test_a_cover_that_nothing_announced_waits(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        assert codes(bank.drop("swift", cover("S-2", USD))) == ["COVER-WITHOUT-PAYMENT"]
        assert bank.balances() == {"NOSTRO-USD-HUDSON": -10_000, "SUSPENSE-USD": 10_000}


def test_an_answer_that_our_own_check_refuses_does_not_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = finding("VALUE-TOO-LONG", "The value is too long.")
    with world(tmp_path, dict(HANDLERS)) as bank:
        monkeypatch.setattr("wissel.engine.interbank.replying.file_faults", lambda *_: [wrong])
        report = bank.drop("inst", inst("M-1", Pay(1, to=DORA)))
        assert codes(report) == ["ACCOUNT-CLOSED", "ANSWER-NOT-SENT"]
        assert report["written"] == {}
        assert bank.balances() == {}


@pytest.mark.parametrize("first", [True, False], ids=["cover first", "payment first"])
@pytest.mark.parametrize(("amount", "to"), [("99.99", DOLLARS), ("100.00", BRUNO)], ids=["amount", "account"])
def test_a_cover_of_another_payment_credits_nobody(amount: str, to: str, first: bool, tmp_path: Path) -> None:
    other = Pay(7, amount, currency="USD", to=to, name="Muster GmbH")
    files = [cover("S-2", other), swift("S-1", USD, "COVE", extra=REIMBURSED)]
    with world(tmp_path, dict(HANDLERS)) as bank:
        found = [code for content in (files if first else files[::-1]) for code in codes(bank.drop("swift", content))]
        assert "COVER-DIFFERS" in found
        money = int(amount.replace(".", ""))
        assert bank.balances() == {"NOSTRO-USD-HUDSON": -money, "SUSPENSE-USD": money}


def test_a_payment_for_another_bank_is_passed_on_with_links(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        to_them = Pay(1, to=THEIRS, agent="ZZLIFR20", name="Bertrand Exemple")
        report = bank.drop("swift", swift("S-1", to_them, "INDA", level="URGP"))
        ((name, text),) = report["written"].items()
        assert name.startswith("t2/")
        assert value(text, "UETR") == uetr(1)
        assert value(text, "EndToEndId") == "E-1"
        assert value(text, "InstrId") != "I-1"
        assert "<PrvsInstgAgt1>" in text
        assert bank.balances() == {"VOSTRO-EUR-ALPEN": -10_000, SETTLED: 10_000}
        assert bank.statuses(uetr(1)) == [("in pacs.008", "ACSP", ())]


def test_a_payment_that_no_network_carries_is_rejected(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        nowhere = Pay(1, to="12345678", agent="ZZNOGB20", name="Bertrand Exemple")
        report = bank.drop("swift", swift("S-1", nowhere, "INDA", level="URGP"))
        assert report["verdict"] == "failed"
        assert next(iter(report["written"])).endswith("pacs.002.001.10.xml")
        assert bank.balances() == {}


def test_two_banks_may_call_their_messages_the_same(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("swift", swift("SAME", Pay(1), "INDA"))
        bank.drop("swift", swift("SAME", Pay(2, currency="USD", to=DORA), "INGA", sender="ZZHUUS30"))
        assert bank.statuses(uetr(1))[0][1] == "ACCC"
        assert bank.statuses(uetr(2))[0][1] == "RJCT"


def test_a_message_that_is_wrong_as_a_whole_is_sent_back_where_its_money_came(tmp_path: Path) -> None:
    def wrong(content: str) -> str:
        return content.replace("<NbOfTxs>1<", "<NbOfTxs>2<")

    with world(tmp_path, dict(HANDLERS)) as bank:
        settled = bank.drop("sct", wrong(sct("M-1", Pay(1))))
        waiting = bank.drop("inst", wrong(inst("M-2", Pay(2))))
        for report, definition in ((settled, "pacs.004.001.09"), (waiting, "pacs.002.001.10")):
            assert report["verdict"] == "failed"
            ((name, text),) = report["written"].items()
            assert name.endswith(f"{definition}.xml")
            assert "<Rsn>" in text
        assert bank.balances() == {}
