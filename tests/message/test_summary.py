"""Summaries: who pays whom, how much, when; totals declared and counted; what cannot be read is said, not summed."""

from decimal import Decimal

import pytest

import wissel
from tests.xml.messages import header, pacs008
from wissel.core.money import Money
from wissel.message.summary import Amount, Balance, Sum, Summary, summarize

NS = "urn:iso:std:iso:20022:tech:xsd:"


def summary(data: str, transactions_max: int | None = 20) -> Summary:
    return summarize(wissel.read(data.encode()).messages[0], transactions_max)


def euro(text: str) -> Money:
    return Money(Decimal(text), "EUR")


PAIN = f"""<Document xmlns="{NS}pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M</MsgId><NbOfTxs>3</NbOfTxs><CtrlSum>60.30</CtrlSum><InitgPty><Nm>Initiator</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>P1</PmtInfId><NbOfTxs>2</NbOfTxs><CtrlSum>30.3</CtrlSum><ReqdExctnDt><Dt>2026-11-24</Dt></ReqdExctnDt>
<Dbtr><Nm>Payer One</Nm></Dbtr><DbtrAcct><Id><IBAN>NL1</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>AAAANL2A</BICFI></FinInstnId></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">10.10</InstdAmt></Amt><Cdtr><Nm>A</Nm></Cdtr>
<RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E2</EndToEndId></PmtId><Amt><InstdAmt Ccy="USD">20.20</InstdAmt></Amt><ChrgBr>DEBT</ChrgBr></CdtTrfTxInf></PmtInf>
<PmtInf><PmtInfId>P2</PmtInfId><ReqdExctnDt>2026-11-25</ReqdExctnDt><Dbtr><Nm>Payer Two</Nm></Dbtr>
<CdtTrfTxInf><Amt><EqvtAmt><Amt Ccy="EUR">30</Amt><CcyOfTrf>CHF</CcyOfTrf></EqvtAmt></Amt></CdtTrfTxInf></PmtInf>
</CstmrCdtTrfInitn></Document>"""


def test_payments_in_groups() -> None:
    found = summary(PAIN)
    assert found.values["initiating_party"] == "Initiator"
    assert found.totals.transactions == 3
    assert found.totals.sums == (
        Sum(None, euro("40.10"), 2),
        Sum(None, Money(Decimal("20.20"), "USD"), 1),
    )
    assert found.totals.sum_of_all == Decimal("60.30")
    assert (found.totals.declared_transactions, found.totals.declared_sum) == ("3", "60.30")
    one, two = found.groups
    assert (one.path, two.path) == ("/Document/CstmrCdtTrfInitn/PmtInf[1]", "/Document/CstmrCdtTrfInitn/PmtInf[2]")
    assert one.totals.transactions == 2
    assert one.totals.declared_sum == "30.3"
    assert one.values["debtor"] == "Payer One"
    assert [two.values["payment_id"], two.values["requested_execution_date"]] == ["P2", "2026-11-25"]
    first, second = one.transactions
    assert (first.number, second.number, two.transactions[0].number) == (1, 2, 3)
    assert first.amount == Amount("10.10", "EUR", euro("10.10"))
    wanted = {
        "debtor": "Payer One", "debtor_account": "NL1", "debtor_agent": "AAAANL2A", "creditor": "A",
        "requested_execution_date": "2026-11-24", "end_to_end_id": "E1", "remittance": "one; two", "message_id": "M",
    }  # fmt: skip
    assert {name: first.values[name] for name in wanted} == wanted
    assert "creditor" not in second.values
    assert second.values["charge_bearer"] == "DEBT"
    assert two.transactions[0].amount == Amount("30", "EUR", euro("30"))
    assert found.transactions == ()


def test_only_the_first_transactions_are_kept_and_all_are_counted() -> None:
    found = summary(PAIN, 1)
    assert [group.number for group in found.groups] == [1]
    assert [one.number for one in found.groups[0].transactions] == [1]
    assert found.groups_counted == 2
    assert found.totals.transactions == 3
    assert found.groups[0].totals.transactions == 2
    many = summary(pacs008(50), 3)
    assert [one.number for one in many.transactions] == [1, 2, 3]
    assert many.totals == summary(pacs008(50), None).totals
    assert many.totals.sums == (Sum(None, euro("500.00"), 50),)
    assert len(summary(pacs008(50), None).transactions) == 50


def test_the_header_and_the_message_itself() -> None:
    found = summary(f"<E>{header()}{pacs008(1, declaration=False)}</E>")
    assert found.definition == "pacs.008.001.08"
    assert found.header_definition == "head.001.001.02"
    assert found.envelope == ("E",)
    assert found.header == {
        "sender": "ABNANL2A", "receiver": "DEUTDEFF", "business_message_id": "B-1", "creation_time": "2026-11-23T10:00:00Z",
    }  # fmt: skip
    assert found.values["settlement_method"] == "CLRG"
    assert found.complete


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('Ccy="EUR">12,50', Amount("12,50", "EUR", None)),
        ('Ccy="EUR">1e3', Amount("1e3", "EUR", None)),
        ('Ccy="EUR">-5.00', Amount("-5.00", "EUR", None)),
        ('Ccy="EUR">NaN', Amount("NaN", "EUR", None)),
        ('Ccy="EUR">\u0661\u0662', Amount("\u0661\u0662", "EUR", None)),
        ('Ccy="eur">5.00', Amount("5.00", "eur", None)),
        ('Ccy="EUR">1234567890123456789', Amount("1234567890123456789", "EUR", None)),
        (">5.00", Amount("5.00", None, None)),
    ],
)
def test_a_broken_amount_is_kept_as_text_and_left_out_of_the_sum(written: str, amount: Amount) -> None:
    text = pacs008(3).replace('Ccy="EUR">10.00', written, 1)
    found = summary(text)
    assert found.transactions[0].amount == amount
    assert found.totals.left_out == 1
    assert found.totals.sums == (Sum(None, euro("20.00"), 2),)
    assert found.totals.transactions == 3


def test_sums_are_exact() -> None:
    text = pacs008(3)
    for written in ("999999999999999.99", "0.00001", ".1"):
        text = text.replace('Ccy="EUR">10.00', f'Ccy="EUR">{written}', 1)
    assert summary(text).totals.sums == (Sum(None, euro("1000000000000000.09001"), 3),)


def statement(entries: str) -> str:
    return f"""<Document xmlns="{NS}camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id>
<Acct><Id><IBAN>NL1</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Owner</Nm></Ownr></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-22</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Prtry>MINE</Prtry></CdOrPrtry></Tp><Amt>oops</Amt><Dt><DtTm>2026-11-23T00:00:00</DtTm></Dt></Bal>
<Bal><CdtDbtInd>DBIT</CdtDbtInd></Bal>{entries}</Stmt></BkToCstmrStmt></Document>"""


def entry(amount: str, direction: str, more: str = "") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2026-11-23</Dt></BookgDt>{more}</Ntry>"
    )


def test_a_statement() -> None:
    parties = "".join(
        f"<TxDtls><RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr></RltdPties></TxDtls>" for name in ("Ann", "Bea")
    )
    found = summary(
        statement(
            entry("10.00", "CRDT", f"<NtryDtls>{parties}</NtryDtls><NtryDtls>{parties}</NtryDtls>")
            + entry("3.50", "DBIT", "<RvslInd>true</RvslInd>")
            + entry("1.00", "CRDT")
            + entry("7.00", "UPWARDS")
        )
    )
    group = found.groups[0]
    assert group.values["account"] == "NL1"
    assert group.values["account_owner"] == "Owner"
    assert group.balances == (
        Balance("OPBD", Amount("5.00", "EUR", euro("5.00")), "CRDT", "2026-11-22"),
        Balance("MINE", Amount("oops", None, None), None, "2026-11-23T00:00:00"),
        Balance(None, None, "DBIT", None),
    )
    assert found.totals.sums == (
        Sum("CRDT", euro("11.00"), 2),
        Sum("DBIT", euro("3.50"), 1),
        Sum(None, euro("7.00"), 1),
    )
    assert found.totals.statuses == (("BOOK", 4),)
    batch, reversal, plain, _ = group.transactions
    assert (batch.details, plain.details) == (4, 0)
    assert batch.values["debtor"] == "Ann"
    assert reversal.values["reversal"] == "true"
    assert batch.values["booking_date"] == "2026-11-23"


def test_entries_of_two_statements_stay_apart() -> None:
    one = statement(entry("1.00", "CRDT"))
    stmt = one[one.index("<Stmt>") : one.index("</Stmt>") + len("</Stmt>")]
    found = summary(one.replace(stmt, stmt + stmt.replace("1.00", "2.00").replace("NL1", "NL2")))
    assert [(g.values["account"], g.totals.sums[0].money) for g in found.groups] == [
        ("NL1", euro("1.00")),
        ("NL2", euro("2.00")),
    ]
    assert [one.number for group in found.groups for one in group.transactions] == [1, 2]


def test_a_status_report() -> None:
    transactions = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>E{n}</OrgnlEndToEndId><TxSts>{status}</TxSts>{more}</TxInfAndSts>"
        for n, status, more in (
            (1, "ACSC", ""),
            (2, "RJCT", "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf><AddtlInf>sorry</AddtlInf></StsRsnInf>"),
            (3, "RJCT", "<StsRsnInf><Rsn><Prtry>XX</Prtry></Rsn></StsRsnInf>"),
        )
    )  # fmt: skip
    found = summary(
        f'<Document xmlns="{NS}pacs.002.001.12"><FIToFIPmtStsRpt><GrpHdr><MsgId>M</MsgId></GrpHdr><OrgnlGrpInfAndSts>'
        "<OrgnlMsgId>O</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
        f"{transactions}</FIToFIPmtStsRpt></Document>"
    )
    assert found.totals.statuses == (("ACSC", 1), ("RJCT", 2))
    assert found.totals.sums == ()
    assert found.totals.left_out == 0
    assert found.groups[0].values["status"] == "PART"
    assert found.groups[0].values["original_message_id"] == "O"
    assert [(t.values["original_end_to_end_id"], t.values.get("reason")) for t in found.transactions] == [
        ("E1", None),
        ("E2", "AC04"),
        ("E3", "XX"),
    ]
    assert found.transactions[1].values["reason_text"] == "closed; sorry"


def test_anything_else_gives_its_first_values() -> None:
    found = summary(
        f'<Document xmlns="{NS}admi.004.001.02"><SysEvtNtfctn><A><B x="1">2</B></A><C/></SysEvtNtfctn></Document>'
    )
    assert found.others == (("A/B/@x", "1"), ("A/B", "2"))
    unknown = summary("<Document><Msg>" + "<A>1</A>" * 100 + "</Msg></Document>")
    assert unknown.definition is None
    assert len(unknown.others) == 40
    assert unknown.others[1] == ("A[2]", "1")


def test_a_header_alone() -> None:
    found = summary(f"<E>{header()}</E>")
    assert found.definition is None
    assert found.header["receiver"] == "DEUTDEFF"
    assert found.totals.transactions == 0


def test_what_breaks_off_is_summed_up_as_far_as_it_goes() -> None:
    text = pacs008(3)
    found = summary(text[: text.index("TX-3")])
    assert not found.complete
    assert found.values["message_id"] == "MSG-1"
    assert found.totals.transactions == 2
    assert found.totals.declared_transactions == "3"
    cut = summary(PAIN[: PAIN.index("<PmtInfId>P2")])
    assert [group.number for group in cut.groups] == [1, 2]
