"""Conversion by a bank's routing: who goes where in one message with whom, cover, serial, headers, what is left out."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mapping.orders import AT, Outcome, Values, blocks_of, converted, order, single, transaction
from wissel.catalog.definitions import default_catalog
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.conversion.convert import convert, funds_of
from wissel.engine.conversion.run import Wish
from wissel.message.business_message import read_messages
from wissel.routing.bank import Bank
from wissel.xml.sources.source import Source

GOLDEN = ROOT / "tests" / "golden" / "conversion"
TO = "pacs.008.001.08"
GROUP = "/Document/CstmrCdtTrfInitn/PmtInf[1]"


ROUTES = """
[[route]]
name = "instant"
networks = ["book", "sepa-sct-inst"]
local_instruments = ["INST"]
[[route]]
name = "euro"
networks = ["book", "sepa-sct"]
currencies = ["EUR"]
[[route]]
name = "other currencies"
networks = ["cbpr-plus-cover", "cbpr-plus"]
currencies = ["USD", "GBP"]
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """The bank of ``wissel init``, with a customer's account in pounds and one in dollars."""
    folder = tmp_path_factory.mktemp("conversion") / "bank"
    init_bank(folder)
    accounts = folder / "accounts.csv"
    more = (
        "TEST-GBP,Sterling,Muster GmbH,GBP,customer,open,,40000.00,,",
        "TEST-USD,Dollar,Muster GmbH,USD,customer,open,,40000.00,,",
        "VOSTRO-USD-ALPEN,Alpen dollars,Alpen Example Bank,USD,vostro,open,,40000.00,ZZALCH20,",
        "VOSTRO-GBP-ALPEN,Alpen pounds,Alpen Example Bank,GBP,vostro,open,,40000.00,ZZALCH20,",
    )
    accounts.write_text("\n".join([accounts.read_text("utf-8").rstrip("\n"), *more, ""]), "utf-8")
    (folder / "routes.toml").write_text(ROUTES, "utf-8")
    return load_bank(folder)


def from_account(account: str) -> dict[str, str | None]:
    return {"DbtrAcct/Id/IBAN": None, "DbtrAcct/Id/Othr/Id": account}


def abroad(number: int, currency: str, bic: str, **changes: str | None) -> Values:
    account = {"CdtrAcct__Id__IBAN": None, "CdtrAcct__Id__Othr__Id": "12345", "CdtrAgt__FinInstnId__BICFI": bic}
    own = {"PmtId__EndToEndId": f"E{number}", "Amt__InstdAmt__@Ccy": currency}
    return transaction(**{**account, **own, **changes})


def run(bank: Bank, data: bytes, folder: Path, at: datetime = AT, partial: bool = False, to: str = TO) -> Outcome:
    return converted(data, folder, wish=Wish(to, at, bank, partial=partial))


def names(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    return [(one.definition, one.transactions, one.total) for one in outcome.done.results]


DUTCH = {"CdtrAcct__Id__IBAN": "NL47ZZDU0000000001", "CdtrAgt__FinInstnId__BICFI": "ZZDUNL20"}
AUSTRIAN = {"CdtrAcct__Id__IBAN": "AT769999200000000001", "CdtrAgt__FinInstnId__BICFI": None}
INSTANT = {"PmtTpInf__LclInstrm__Cd": "INST"}


def sepa_order(**more: list[Values]) -> bytes:
    return order(
        (
            {},
            [
                transaction(PmtId__EndToEndId="E1", Amt__InstdAmt="10.00", PmtTpInf__SvcLvl__Cd="SEPA"),
                transaction(PmtId__EndToEndId="E2", Amt__InstdAmt="20.50", **DUTCH, PmtTpInf__SvcLvl__Cd="SEPA"),
                transaction(PmtId__EndToEndId="E3", Amt__InstdAmt="0.01", **AUSTRIAN, PmtTpInf__SvcLvl__Cd="SEPA"),
                transaction(PmtId__EndToEndId="E4", Amt__InstdAmt="5.00", **DUTCH, PmtTpInf__SvcLvl__Cd="SEPA"),
                transaction(PmtId__EndToEndId="E5", Amt__InstdAmt="7.00", **INSTANT),
            ],
        )
    )


def test_payments_of_one_way_share_a_message(bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, sepa_order(), tmp_path)
    assert not outcome.done.refused, outcome.codes
    # by way of ZZLIFR20: its own and that of the Austrian bank; the instant one alone
    assert names(outcome) == [(TO, 2, "EUR 10.01"), (TO, 2, "EUR 25.50"), (TO, 1, "EUR 7.00")]
    by_name = {block.text("PmtId/EndToEndId"): block for block in outcome.blocks}
    assert by_name["E3"].text("CdtrAgt/FinInstnId/BICFI") == "ZZALAT20"
    assert by_name["E1"].text("PmtTpInf/SvcLvl/Cd") == by_name["E5"].text("PmtTpInf/SvcLvl/Cd") == "SEPA"
    assert by_name["E5"].text("PmtTpInf/LclInstrm/Cd") == "INST"
    assert by_name["E5"].text("AccptncDtTm") == "2026-11-23T10:00:00.000+00:00"
    assert {block.text("ChrgBr") for block in outcome.blocks} == {"SLEV"}
    enriched = [loss for _, loss in outcome.losses if loss.after == "ZZALAT20"]
    assert [(loss.category.value, loss.before, loss.transaction) for loss in enriched] == [("DEFAULTED", None, 3)]


def test_the_group_header_is_what_the_decision_says(bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, sepa_order(), tmp_path)
    data = next(data for data in outcome.files.values() if b">E2<" in data)
    message = blocks_of(data)[-1]
    expected = {
        "GrpHdr/CreDtTm": "2026-11-23T10:00:00+00:00",
        "GrpHdr/NbOfTxs": "2",
        "GrpHdr/TtlIntrBkSttlmAmt": "25.50",
        "GrpHdr/IntrBkSttlmDt": "2026-11-24",
        "GrpHdr/SttlmInf/SttlmMtd": "CLRG",
        "GrpHdr/SttlmInf/ClrSys/Cd": "ST2",
        "GrpHdr/InstgAgt/FinInstnId/BICFI": "ZZWIDE20",
        "GrpHdr/InstdAgt/FinInstnId/BICFI": "ZZDUNL20",
    }
    assert {path: message.text(path) for path in expected} == expected


def test_a_full_message_is_closed_and_the_next_begun(bank: Bank, tmp_path: Path) -> None:
    from dataclasses import replace

    small = replace(bank, networks={n: replace(one, transactions_max=2) for n, one in bank.networks.items()})
    many = [
        transaction(PmtId__EndToEndId=f"E{n}", Amt__InstdAmt=f"{n}.00", PmtTpInf__SvcLvl__Cd="SEPA")
        for n in range(1, 6)
    ]
    outcome = run(small, order(({}, many)), tmp_path)
    assert names(outcome) == [(TO, 2, "EUR 3.00"), (TO, 2, "EUR 7.00"), (TO, 1, "EUR 5.00")]


def test_a_total_that_would_be_too_long_for_a_message_is_split(tmp_path: Path) -> None:
    sums = ["999999999999999.99", "99999999999999.99", "999999999999999999", "0.01"]
    many = [transaction(PmtId__EndToEndId=f"E{n}", Amt__InstdAmt=amount) for n, amount in enumerate(sums)]
    outcome = converted(order(({}, many)), tmp_path, wish=Wish(TO, AT))
    assert not outcome.done.refused, outcome.codes
    totals = ["EUR 1099999999999999.98", "EUR 999999999999999999", "EUR 0.01"]
    assert names(outcome) == [(TO, count, total) for count, total in zip((2, 1, 1), totals, strict=True)]


def test_messages_of_a_file_and_files_of_a_call_share_what_an_account_has(bank: Bank, tmp_path: Path) -> None:
    one, other = single(Amt__InstdAmt="200000.00"), single(Amt__InstdAmt="200000.00", PmtId__EndToEndId="E2")
    bodies = b"".join(data.partition(b"?>")[2] for data in (one, other))
    outcome = run(bank, b"<Both>" + bodies.replace(b"ORDER-1", b"ORDER-2", 1) + b"</Both>", tmp_path)
    assert outcome.codes == ["FUNDS-INSUFFICIENT"]
    wish, folder = Wish(TO, AT, bank), tmp_path / "files"
    folder.mkdir()
    funds = funds_of(wish)
    done = [
        convert(Source.from_bytes(data, "x"), wish, default_catalog(), folder, name, lambda *_: None, funds)
        for name, data in (("a", one), ("b", other))
    ]
    assert [each.refused for each in done] == [False, True]


def test_cover_gives_the_payment_and_its_cover_with_one_uetr(bank: Bank, tmp_path: Path) -> None:
    data = order((from_account("TEST-GBP"), [abroad(1, "GBP", "ZZDUNL20"), abroad(2, "GBP", "ZZLIFR20")]))
    outcome = run(bank, data, tmp_path)
    assert not outcome.done.refused, outcome.codes
    assert names(outcome) == [(TO, 1, "GBP 10.00"), ("pacs.009.001.08", 1, "GBP 10.00")] * 2
    first, cover, *_ = outcome.blocks
    assert first.text("PmtId/UETR") == cover.text("PmtId/UETR")
    assert cover.text("PmtId/EndToEndId") == first.text("PmtId/InstrId")
    assert cover.text("PmtId/InstrId") != first.text("PmtId/InstrId")
    expected = {
        "Dbtr/FinInstnId/BICFI": "ZZWIDE20",
        "Cdtr/FinInstnId/BICFI": "ZZDUNL20",
        "InstgAgt/FinInstnId/BICFI": "ZZWIDE20",
        "InstdAgt/FinInstnId/BICFI": "ZZTHGB20",
        "UndrlygCstmrCdtTrf/Dbtr/Nm": "Muster GmbH",
        "UndrlygCstmrCdtTrf/Cdtr/Nm": "Jean Exemple",
        "UndrlygCstmrCdtTrf/RmtInf/Ustrd": "Invoice 7",
        "UndrlygCstmrCdtTrf/InstdAmt": "10.00",
    }
    assert {path: cover.text(path) for path in expected} == expected
    methods = [blocks_of(data)[-1].text("GrpHdr/SttlmInf/SttlmMtd") for data in outcome.files.values()]
    assert methods == ["COVE", "INDA", "COVE", "INDA"]


def test_serial_names_the_account_and_the_header_its_service(bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, order((from_account("TEST-USD"), [abroad(1, "USD", "CITIUS33")])), tmp_path)
    assert not outcome.done.refused, outcome.codes
    (data,) = outcome.files.values()
    (message,) = read_messages(Source.from_bytes(data, "result.xml")).messages
    header = message.header()
    assert header is not None
    assert message.envelope == ("Envelope",)
    expected = {
        "Fr/FIId/FinInstnId/BICFI": "ZZWIDE20",
        "To/FIId/FinInstnId/BICFI": "ZZHUUS30",
        "MsgDefIdr": TO,
        "BizSvc": "swift.cbprplus.03",
        "CreDt": "2026-11-23T10:00:00+00:00",
    }
    assert {path: header.text(path) for path in expected} == expected
    transaction_block, group = list(message.blocks())
    assert header.text("BizMsgIdr") == group.text("GrpHdr/MsgId")
    assert group.text("GrpHdr/SttlmInf/SttlmAcct/Id/Othr/Id") == "NOSTRO-USD-HUDSON"
    assert group.text("GrpHdr/TtlIntrBkSttlmAmt") is None
    assert transaction_block.text("InstdAgt/FinInstnId/BICFI") == "ZZHUUS30"
    assert transaction_block.text("CdtrAgt/FinInstnId/BICFI") == "CITIUS33"


@pytest.mark.parametrize(
    ("group", "changes", "code", "reason"),
    [
        ({"DbtrAcct/Id/IBAN": "DE12999999990000000004"}, {}, "ACCOUNT-BLOCKED", "AC06"),
        ({"DbtrAcct/Id/IBAN": "DE82999999990000000005"}, {}, "ACCOUNT-CLOSED", "AC04"),
        ({}, {"Amt__InstdAmt": "99999999.00"}, "FUNDS-INSUFFICIENT", "AM04"),
        ({}, {"CdtrAcct__Id__IBAN": "DE39999999990000000003", "CdtrAgt__FinInstnId__BICFI": "ZZWIDE20"}, "PAYMENT-STAYS-INSIDE", None),
    ],
)  # fmt: skip
def test_a_transaction_that_cannot_go_refuses_the_file_unless_it_may_be_left_out(
    group: Mapping[str, str | None],
    changes: Mapping[str, str | None],
    code: str,
    reason: str | None,
    bank: Bank,
    tmp_path: Path,
) -> None:
    bad = transaction(PmtId__EndToEndId="BAD", **changes)
    data = order((group, [bad]), ({}, [transaction(PmtTpInf__SvcLvl__Cd="SEPA")]))
    outcome = run(bank, data, tmp_path)
    (found,) = outcome.errors
    assert (found.code, found.reason, found.path, found.transaction) == (code, reason, f"{GROUP}/CdtTrfTxInf[1]", 1)
    assert (outcome.done.refused, outcome.files) == (True, {})
    partial = run(bank, data, tmp_path, partial=True)
    assert (partial.done.refused, partial.done.left_out, partial.done.converted) == (False, 1, 1)
    assert [one.code for one in partial.errors] == [code]
    assert [block.text("PmtId/EndToEndId") for block in partial.blocks] == ["END-TO-END-1"]


def test_a_definition_that_the_network_does_not_take_is_refused(bank: Bank, tmp_path: Path) -> None:
    data = order(({}, [transaction(PmtTpInf__SvcLvl__Cd="SEPA")]))
    outcome = run(bank, data, tmp_path, to="pacs.008.001.10")
    assert outcome.codes == ["DEFINITION-NOT-OF-NETWORK"]
    message = outcome.done.reports[0].all_findings[0].message
    assert message == "The payment goes over sepa-sct, which takes pacs.008.001.08 and not pacs.008.001.10."


def test_funds_run_out_in_the_order_of_the_transactions(bank: Bank, tmp_path: Path) -> None:
    group = {"DbtrAcct/Id/IBAN": "DE93999999990000000001"}  # 12,500 and a limit of 1,000
    many = [
        transaction(PmtId__EndToEndId=f"E{n}", Amt__InstdAmt="6000.00", PmtTpInf__SvcLvl__Cd="SEPA") for n in range(3)
    ]
    outcome = run(bank, order((group, many)), tmp_path, partial=True)
    assert outcome.codes == ["FUNDS-INSUFFICIENT"]
    assert [block.text("PmtId/EndToEndId") for block in outcome.blocks] == ["E0", "E1"]


def test_a_payment_asked_for_after_the_cut_off_is_settled_later_and_recorded(bank: Bank, tmp_path: Path) -> None:
    evening = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    data = order(({}, [transaction(PmtTpInf__SvcLvl__Cd="SEPA")]))
    outcome = run(bank, data, tmp_path, at=evening)
    assert blocks_of(next(iter(outcome.files.values())))[-1].text("GrpHdr/IntrBkSttlmDt") == "2026-11-25"
    loss = ("CONSUMED", f"{GROUP}/ReqdExctnDt/Dt", None, "2026-11-24", "2026-11-25")
    assert loss in outcome.lost()


def golden(name: str, data: bytes) -> None:
    """Fail where bytes differ from the golden file; ``WISSEL_GOLDEN=write`` writes it anew."""
    path = GOLDEN / name
    if os.environ.get("WISSEL_GOLDEN") == "write":
        path.write_bytes(data)
    assert data == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("sepa", sepa_order()),
        ("cover", order((from_account("TEST-GBP"), [abroad(1, "GBP", "ZZDUNL20")]))),
        ("serial", order((from_account("TEST-USD"), [abroad(1, "USD", "CITIUS33")]))),
    ],
)
def test_goldens(name: str, data: bytes, bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, data, tmp_path)
    for number, content in enumerate(outcome.files.values(), 1):
        golden(f"{name}-{number}.xml", content)
    golden(f"{name}.losses.txt", "".join(f"{' | '.join(str(one) for one in row)}\n" for row in outcome.lost()).encode())
