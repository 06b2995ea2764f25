"""Orders of customers, from the file to bookings, messages and answers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.orders import (
    ANNA,
    BRUNO,
    DOLLARS,
    DUINBANK,
    INSIDE,
    INSTANT,
    MUSTER,
    T2,
    Group,
    Order,
    Pay,
    World,
    order,
    world,
)
from wissel.engine.database import transaction
from wissel.journal.trace import children, find, statuses
from wissel.ledger.books import entries

ANNA_HAS, MUSTER_HAS, BRUNO_HAS = 1_250_000, 25_000_000, 8_000_000
DOLLAR_ACCOUNT = "DE55999999990000000006"


@pytest.fixture
def bank(tmp_path: Path, kind: str) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


def told(answer: str) -> list[tuple[str, ...]]:
    """Each transaction of a report: end-to-end identification, status, reasons."""
    found = []
    for text in re.findall(r"<TxInfAndSts>(.*?)</TxInfAndSts>", answer, re.DOTALL):
        names = re.findall(r"<OrgnlEndToEndId>(.*?)<|<TxSts>(.*?)<|<Rsn>\s*<Cd>(.*?)<", text)
        found.append(tuple("".join(name) for name in names))
    return found


def status(answer: str) -> str:
    """Of the message as a whole."""
    (found,) = re.findall(r"<GrpSts>(.*?)</GrpSts>", answer)
    return str(found)


def texts(xml: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}(?: [^>]*)?>([^<]*)</{tag}>", xml)


def sent(bank: World, report: dict[str, Any], network: str) -> list[str]:
    return [text for name, text in bank.outputs(report).items() if name.startswith(f"{network}/")]


# --- what is sent and booked ---


def test_one_transfer_is_sent_booked_and_answered(bank: World) -> None:
    report = bank.drop(order(Pay(remittance="Invoice 7")))
    (message,) = sent(bank, report, "sepa-sct")
    assert texts(message, "IntrBkSttlmAmt") == ["12.50"]
    assert texts(message, "Ustrd") == ["Invoice 7"]
    assert report["counts"] == {"sent": 1}
    assert report["verdict"] == "accepted"
    assert (bank.balance(ANNA), bank.balance(T2)) == (ANNA_HAS - 1250, -149_300_000 + 1250)
    answer = bank.answer(report)
    assert (status(answer), told(answer)) == ("ACSP", [])


def test_the_debtor_sees_what_was_paid(bank: World) -> None:
    bank.drop(order(Pay(remittance="Invoice 7", uetr="2f4e0b9c-7a3b-4a52-9a3b-0a6d8f2c4d11")))
    with transaction(bank.station.database) as connection:
        (_, entry) = entries(connection, ANNA)
    (detail,) = entry.details
    assert (entry.amount, entry.case, str(entry.value_date)) == (-1250, "sepa-sct", "2026-11-23")
    assert detail.values == {
        "payment_information_id": "P-1",
        "instruction_id": "I-1",
        "end_to_end_id": "E-1",
        "uetr": "2f4e0b9c-7a3b-4a52-9a3b-0a6d8f2c4d11",
        "creditor_name": "Bertrand",
        "creditor_account": "FR7699991000010000000000148",
        "creditor_agent": "ZZLIFR20",
        "remittance": "Invoice 7",
    }


def test_a_transfer_inside_the_bank_is_booked_and_final(bank: World) -> None:
    report = bank.drop(order(INSIDE))
    assert (bank.balance(ANNA), bank.balance(BRUNO), bank.balance(T2)) == (
        ANNA_HAS - 10_000, BRUNO_HAS + 10_000, -149_300_000,
    )  # fmt: skip
    assert status(bank.answer(report)) == "ACSC"
    assert [one["to"] for one in report["outputs"]] == ["default"]


def test_transactions_go_over_several_networks_each_in_its_messages(bank: World) -> None:
    report = bank.drop(order(Pay(), INSTANT, INSIDE, Pay("3.00", bic="ZZDUNL20", iban=DUINBANK), Pay("4.00")))
    assert report["counts"] == {"booked": 1, "sent": 4}
    assert [texts(one, "NbOfTxs") for one in sent(bank, report, "sepa-sct")] == [["2"], ["1"]]
    (instant,) = sent(bank, report, "sepa-sct-inst")
    assert texts(instant, "EndToEndId") == ["E-2"]
    answer = bank.answer(report)
    assert status(answer) == "PART"
    assert told(answer) == [("E-1", "ACSP"), ("E-2", "ACSP"), ("E-3", "ACSC"), ("E-4", "ACSP"), ("E-5", "ACSP")]
    assert bank.balance(ANNA) == ANNA_HAS - 1250 - 100 - 10_000 - 300 - 400


def test_a_payment_abroad_is_covered(bank: World) -> None:
    pounds = Pay("80.00", "GBP", "ZZLIFR20", level=None)
    change = {"accounts.csv": {"EUR,customer,open,,80000.00": "GBP,customer,open,,80000.00"}}
    with world(bank.root.parent / "pounds", change) as other:
        report = other.drop(order(pounds, account=BRUNO, bearer="SHAR"))
        payment, cover = sent(other, report, "cbpr-plus-cover")
        assert texts(payment, "SttlmMtd") == ["COVE"]
        assert texts(payment, "UETR") == texts(cover, "UETR")
        assert "FICdtTrf" in cover
        assert (other.balance(BRUNO), other.balance("NOSTRO-GBP-THAMES")) == (8_000_000 - 8_000, -30_000_000 + 8_000)
        with transaction(other.station.database) as connection:
            (ordered, *_) = find(connection, "E-1")
            assert [one.payment.definition[:8] for one in children(connection, ordered.payment)] == [
                "pacs.008", "pacs.009",
            ]  # fmt: skip


def test_dollars_are_paid_by_a_correspondent(bank: World) -> None:
    report = bank.drop(order(DOLLARS, account=DOLLAR_ACCOUNT, bearer="SHAR"))
    assert report["counts"] == {"sent": 1}, report["findings"]
    assert bank.balance("NOSTRO-USD-HUDSON") == -54_000_000 + 25_000


# --- one entry, or many ---


def test_each_transaction_is_an_entry_unless_one_is_wanted(bank: World) -> None:
    bank.drop(Order((Group((Pay("1.00"), Pay("2.00"))), Group((Pay("3.00"), Pay("4.00")), batch=True))).xml())
    with transaction(bank.station.database) as connection:
        booked = [(entry.amount, len(entry.details)) for entry in entries(connection, ANNA)][1:]
        settled = [entry.amount for entry in entries(connection, T2)][1:]
    assert booked == [(-100, 1), (-200, 1), (-700, 2)]
    assert settled == [300, 700]


def test_one_entry_for_each_network_and_day(bank: World) -> None:
    bank.drop(order(Pay("1.00"), INSTANT, Pay("3.00"), batch=True))
    with transaction(bank.station.database) as connection:
        booked = [(entry.amount, entry.case, len(entry.details)) for entry in entries(connection, ANNA)][1:]
    assert booked == [(-400, "sepa-sct", 2), (-100, "sepa-sct-inst", 1)]


def test_of_very_many_in_one_entry_only_references_are_kept(bank: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wissel.engine.booking.DETAILED_MAX", 2)
    bank.drop(order(*(Pay("1.00") for _ in range(4)), batch=True))
    with transaction(bank.station.database) as connection:
        (entry,) = list(entries(connection, ANNA))[1:]
    assert [len(detail.values) for detail in entry.details] == [7, 7, 1, 1]
    assert [detail.values["end_to_end_id"] for detail in entry.details] == ["E-1", "E-2", "E-3", "E-4"]


def test_single_entries_are_booked_some_at_a_time(bank: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wissel.engine.booking.TOGETHER", 2)
    bank.drop(order(*(Pay(f"{number}.00") for number in range(1, 6))))
    with transaction(bank.station.database) as connection:
        assert [entry.amount for entry in entries(connection, ANNA)][1:] == [-100, -200, -300, -400, -500]
        assert [entry.amount for entry in entries(connection, T2)][1:] == [300, 700, 500]


# --- what is rejected ---


@pytest.mark.parametrize(
    ("payment", "reason", "code"),
    [
        (Pay(iban="FR7699991000010000000000149"), "AC01", None),
        (Pay("20000.00"), "AM04", "FUNDS-INSUFFICIENT"),
        (replace(DOLLARS, currency="EUR", amount="20000.00"), "AM04", "FUNDS-INSUFFICIENT"),
        (Pay("0.00"), "AM01", None),
        (Pay(currency="USD"), "AM03", None),
        (Pay(bic="ZZXXDE20", iban="DE02100100100006820101"), "RC01", None),
        (replace(INSIDE, iban="DE12999999990000000004"), "AC06", None),
        (replace(INSIDE, iban="DE82999999990000000005"), "AC04", None),
    ],
)  # fmt: skip
def test_a_transaction_is_rejected_and_the_others_go(bank: World, payment: Pay, reason: str, code: str | None) -> None:
    report = bank.drop(order(Pay(), payment, INSIDE))
    answer = bank.answer(report)
    assert report["verdict"] == "accepted"
    assert [one[1] for one in told(answer)] == ["ACSP", "RJCT", "ACSC"]
    assert told(answer)[1][2] == reason
    assert code is None or code in [found["code"] for found in report["findings"]]
    assert bank.balance(ANNA) == ANNA_HAS - 1250 - 10_000


def test_money_is_spent_once_within_a_message(bank: World) -> None:
    report = bank.drop(order(Pay("9000.00"), Pay("5000.00"), Pay("4500.00")))
    assert [one[1:] for one in told(bank.answer(report))] == [("ACSP",), ("RJCT", "AM04"), ("ACSP",)]
    assert bank.balance(ANNA) == 1_250_000 - 1_350_000  # within the limit of 1000.00


def test_money_that_comes_in_the_same_message_can_be_spent(bank: World) -> None:
    poor = Group((Pay("80005.00"),), account=BRUNO)
    refused = bank.drop(Order((poor,), "A").xml())
    assert status(bank.answer(refused)) == "RJCT"
    taken = bank.drop(Order((Group((INSIDE,)), poor), "B").xml())
    assert taken["counts"] == {"booked": 1, "sent": 1}
    assert bank.balance(BRUNO) == BRUNO_HAS + 10_000 - 8_000_500


def test_a_wrong_sum_of_a_payment_rejects_that_payment(bank: World) -> None:
    wrong = Group((Pay("1.00"), Pay("2.00")), more="<CtrlSum>4.00</CtrlSum>")
    report = bank.drop(Order((wrong, Group((Pay("5.00"),)))).xml())
    assert [one[1] for one in told(bank.answer(report))] == ["RJCT", "RJCT", "ACSP"]
    assert bank.balance(ANNA) == ANNA_HAS - 500


def test_a_wrong_count_rejects_the_message(bank: World) -> None:
    report = bank.drop(Order((Group((Pay(), Pay())),), count=3).xml())
    assert (report["verdict"], report["counts"]) == ("failed", {"rejected": 2})
    assert status(bank.answer(report)) == "RJCT"
    assert bank.balance(ANNA) == ANNA_HAS


def test_a_channel_debits_only_its_accounts(bank: World) -> None:
    change = {"wissel.toml": {'accounts = ["DE*"]': f'accounts = ["{MUSTER}"]'}}
    with world(bank.root.parent / "other", change) as other:
        report = other.drop(Order((Group((Pay(),)), Group((Pay(),), account=MUSTER))).xml())
        assert [one[1] for one in told(other.answer(report))] == ["RJCT", "ACSP"]


def test_what_a_network_cannot_carry_is_rejected_and_the_rest_is_written_without_it(bank: World) -> None:
    long_name = "N" * 71  # SEPA carries 70 characters, the order 140
    report = bank.drop(order(Pay("1.00"), Pay("2.00", name=long_name), Pay("3.00")))
    (message,) = sent(bank, report, "sepa-sct")
    assert len(texts(message, "EndToEndId")) == report["counts"]["sent"]
    assert "2.00" not in message or report["counts"] == {"sent": 3}


def test_a_message_that_is_not_valid_by_its_guideline_goes_out_without_the_transaction(
    bank: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wissel.engine import checking

    real = checking.validate

    def strict(*arguments: Any) -> Any:
        report = real(*arguments)
        from wissel.core.codes import finding
        from wissel.validation.report import Verdict

        with arguments[0].open() as file:
            text = file.read().decode()
        names = texts(text, "EndToEndId")
        found = tuple(
            finding("VALUE-BEYOND-TARGET", "For the test.", transaction=number)
            for number, name in enumerate(names, 1)
            if name == "E-2"
        )
        if not found:
            return report
        (message,) = report.messages
        wrong = replace(message, verdict=Verdict.INVALID, findings=found)
        return replace(report, verdict=Verdict.INVALID, messages=(wrong,))

    monkeypatch.setattr(checking, "validate", strict)
    report = bank.drop(order(Pay("1.00"), Pay("2.00"), Pay("3.00")))
    (message,) = sent(bank, report, "sepa-sct")
    assert texts(message, "EndToEndId") == ["E-1", "E-3"]
    assert report["counts"] == {"rejected": 1, "sent": 2}
    assert bank.balance(ANNA) == ANNA_HAS - 400


# --- duplicates ---


def test_a_payment_that_came_before_is_held(bank: World) -> None:
    bank.drop(order(Pay(), message_id="A"))
    report = bank.drop(order(Pay(), Pay("13.00"), message_id="B"), "b.xml")
    assert report["counts"] == {"held": 1, "sent": 1}
    assert [found["code"] for found in report["findings"]] == ["PAYMENT-DUPLICATE"]
    assert [one[1:] for one in told(bank.answer(report))] == [("PDNG", "AM05"), ("ACSP",)]
    assert bank.balance(ANNA) == ANNA_HAS - 1250 - 1300
    assert [name for name in bank.outputs(report) if "held" in name] == [".warehouse/held-2-1.order"]


def test_twice_in_one_message_is_twice(bank: World) -> None:
    report = bank.drop(order(Pay(end_to_end="SAME"), Pay(end_to_end="SAME")))
    assert report["counts"] == {"held": 1, "sent": 1}


def test_duplicates_are_rejected_or_taken_as_the_bank_chooses(bank: World) -> None:
    for action, counts in (("reject", {"rejected": 1}), ("off", {"sent": 1})):
        with world(bank.root.parent / action, {"wissel.toml": {'action = "hold"': f'action = "{action}"'}}) as other:
            other.drop(order(Pay(), message_id="A"))
            assert other.drop(order(Pay(), message_id="B"), "b.xml")["counts"] == counts


def test_what_was_rejected_may_come_again(bank: World) -> None:
    bank.drop(order(Pay("99999.00"), message_id="A"))
    bank.drop(order(INSIDE, message_id="B", account=MUSTER), "b.xml")
    assert bank.drop(order(Pay("99999.00"), message_id="C"), "c.xml")["counts"] == {"rejected": 1}


def test_fields_and_days_are_the_banks_choice(bank: World) -> None:
    fields = '#fields = ["debtor_account", "creditor_account", "amount", "currency", "end_to_end_id", "requested_date", "remittance"]'
    change = {"wissel.toml": {fields: 'fields = ["amount", "remittance"]', "#window_days = 10": "window_days = 2"}}
    with world(bank.root.parent / "other", change) as other:
        other.drop(order(Pay(remittance="Rent"), message_id="A"))
        second = other.drop(order(replace(INSIDE, amount="12.50", remittance="Rent"), message_id="B"), "b.xml")
        assert second["counts"] == {"held": 1}
        other.time.now = other.time.now.replace(day=25)
        third = other.drop(order(Pay(remittance="Rent"), message_id="C", requested="2026-11-25"), "c.xml")
        assert third["counts"] == {"held": 1}
        other.time.now = other.time.now.replace(day=28)
        fourth = other.drop(order(INSIDE, message_id="D", requested="2026-11-28"), "d.xml")
        assert fourth["counts"] == {"booked": 1}


# --- again ---


def test_the_same_file_gets_the_same_answer_and_nothing_is_booked_twice(bank: World) -> None:
    first = bank.drop(order(Pay(), INSIDE))
    again = bank.drop(order(Pay(), INSIDE), "b.xml")
    assert (again["repeats"], again["counts"]) == (1, {"repeated": 1})
    assert bank.answer(first) == bank.answer(again)
    assert bank.balance(ANNA) == ANNA_HAS - 1250 - 10_000


# --- the trace ---


def test_a_payment_can_be_followed(bank: World) -> None:
    bank.drop(order(Pay(end_to_end="FOLLOW-ME")))
    with transaction(bank.station.database) as connection:
        ordered, out = find(connection, "FOLLOW-ME")
        assert (ordered.payment.definition, ordered.payment.direction.value) == ("pain.001.001.09", "in")
        assert (out.payment.party, out.payment.parent) == ("sepa-sct", ("pain.001.001.09", "ORDER-1", 1))
        assert [step.status.status for step in statuses(connection, ordered.payment, ordered.record)] == ["ACSP"]


# --- orders over several networks ---


@pytest.mark.parametrize("first", ["EUR", "USD"])
def test_an_order_may_mix_networks_whatever_its_first_transaction_is(bank: World, first: str) -> None:
    """A payment in dollars is not judged by the rules for euros, and what the network for euros asks for is checked of
    what goes there."""
    long = replace(Pay(name="B" * 71), end_to_end="E-LONG")
    groups = [Group((Pay(), long), ANNA), Group((DOLLARS,), DOLLAR_ACCOUNT, bearer="SHAR")]
    report = bank.drop(Order(tuple(groups if first == "EUR" else reversed(groups))).xml())
    assert report["counts"] == {"sent": 2, "rejected": 1}
    assert [found["code"] for found in report["findings"]] == ["NAME-LONGER-THAN-70"]


def test_without_a_guideline_orders_are_judged_by_what_all_networks_share(tmp_path: Path) -> None:
    with world(tmp_path / "bank", {"wissel.toml": {'guideline = "iso"\n': ""}}) as bank:
        assert bank.drop(Order((Group((Pay(),)), Group((DOLLARS,), DOLLAR_ACCOUNT))).xml())["counts"] == {"sent": 2}
    with world(tmp_path / "auto", {"wissel.toml": {'guideline = "iso"\n': 'guideline = "auto"\n'}}) as bank:
        report = bank.drop(Order((Group((Pay(),)), Group((DOLLARS,), DOLLAR_ACCOUNT, bearer="SHAR"))).xml())
        assert report["counts"] == {"rejected": 1, "sent": 1}
