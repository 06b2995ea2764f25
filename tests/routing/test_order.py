"""Orders read from blocks: every family and version, values at every level they may stand at."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest

from tests.routing.messages import ACCOUNT, LISIERE, SEPA, Pay, pain001
from wissel.catalog.definitions import default_catalog
from wissel.core.money import Money
from wissel.message.business_message import read_messages
from wissel.routing.agent import Agent, same_institution
from wissel.routing.order import FAMILIES, Order, OrderAccount, OrderReader, order_of
from wissel.validation.report import Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source
from wissel.xml.writing.generate import full
from wissel.xml.writing.writer import write

VERSIONS = ("03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13")
PACS008 = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-23T10:00:00Z</CreDtTm><NbOfTxs>2</NbOfTxs>
<IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>
<SttlmInf><SttlmMtd>INDA</SttlmMtd><SttlmAcct><Id><Othr><Id>VOSTRO-1</Id></Othr></Id></SttlmAcct></SttlmInf>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><SvcLvl><Prtry>GOLD</Prtry></SvcLvl></PmtTpInf>
<InstgAgt><FinInstnId><BICFI>ZZALCH20</BICFI></FinInstnId></InstgAgt></GrpHdr>
{transactions}</FIToFICstmrCdtTrf></Document>"""
TRANSACTION = """<CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId><UETR>8a562c67-ca16-48ba-b074-65581be6f001</UETR></PmtId>
{type_information}<IntrBkSttlmAmt Ccy="EUR">10.00</IntrBkSttlmAmt>{date}<ChrgBr>SHAR</ChrgBr>
{between}<Dbtr><Nm>A</Nm></Dbtr><DbtrAcct><Id><Othr><Id>X 1</Id></Othr></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>ZZBECH20</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>021000021</MmbId></ClrSysMmbId>
<LEI>5493001KJTIIGC8Y1R12</LEI><Nm>Hudson</Nm><PstlAdr><Ctry>US</Ctry></PstlAdr></FinInstnId></CdtrAgt>
<Cdtr><Nm>B</Nm></Cdtr></CdtTrfTxInf>"""


def orders(xml: str, channel: str | None = None) -> list[Order]:
    (message,) = read_messages(Source.from_bytes(xml.encode(), "order.xml")).messages
    reader = OrderReader(message.definition or "", channel)
    return [reader.order(block) for block in message.blocks() if block.kind == "transaction"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_order_of_every_version(version: str) -> None:
    xml = pain001(SEPA, Pay("0.01", bic=None), version=version)
    source = Source.from_bytes(xml.encode(), "order.xml")
    report = validate(source, Options(date(2026, 11, 23), guideline="schema"), default_catalog())
    assert report.verdict is Verdict.VALID, report.all_findings
    first, second = orders(xml, channel="default")
    assert first == Order(
        transaction=1,
        definition=f"pain.001.001.{version}",
        currency="EUR",
        amount=Decimal("12.50"),
        instructed=Money(Decimal("12.50"), "EUR"),
        service_levels=("SEPA",),
        requested_date=date(2026, 11, 23),
        debtor_name="Anna",
        debtor_account=OrderAccount(iban=ACCOUNT),
        debtor_agent=Agent(bic="ZZWIDE20", country="DE"),
        creditor_name="Bertrand",
        creditor_account=OrderAccount(iban=LISIERE),
        creditor_agent=Agent(bic="ZZLIFR20", country="FR"),
        charge_bearer="SLEV",
        end_to_end_id="E-1",
        instruction_id="I-1",
        channel="default",
    )
    assert (second.transaction, second.amount, second.creditor_agent) == (2, Decimal("0.01"), None)
    assert second.service_levels == ()


def test_a_payment_between_banks_with_values_at_both_levels() -> None:
    between = "".join(
        f"<IntrmyAgt{number}><FinInstnId><BICFI>ZZ{word}US30</BICFI></FinInstnId></IntrmyAgt{number}>"
        for number, word in ((1, "LA"), (2, "PR"))
    )
    own = "<PmtTpInf><InstrPrty>HIGH</InstrPrty><ClrChanl>RTGS</ClrChanl><LclInstrm><Prtry>CTRC</Prtry></LclInstrm>"
    one = TRANSACTION.format(
        type_information=own + "<CtgyPurp><Cd>TREA</Cd></CtgyPurp></PmtTpInf>",
        date="<IntrBkSttlmDt>2026-11-25</IntrBkSttlmDt><SttlmPrty>URGT</SttlmPrty>",
        between=between,
    )
    two = TRANSACTION.format(type_information="", date="", between="")
    first, second = orders(PACS008.format(transactions=one + two))
    assert first.creditor_agent == Agent(None, "USABA", "021000021", "5493001KJTIIGC8Y1R12", "Hudson", "US")
    assert [agent.bic for agent in first.intermediary_agents] == ["ZZLAUS30", "ZZPRUS30"]
    assert (first.priority, first.clearing_channel, first.local_instrument) == ("URGT", "RTGS", "CTRC")
    assert (first.category_purpose, first.requested_date) == ("TREA", date(2026, 11, 25))
    assert (second.service_levels, second.requested_date) == (("SEPA", "GOLD"), date(2026, 11, 24))
    assert (second.settlement_method, second.settlement_account) == ("INDA", "VOSTRO-1")
    assert second.instructing_agent == Agent("ZZALCH20", country="CH")
    assert second.uetr == "8a562c67-ca16-48ba-b074-65581be6f001"
    assert (second.charge_bearer, second.debtor_account) == ("SHAR", OrderAccount(other="X 1"))
    assert (second.intermediary_agents, second.priority, second.clearing_channel) == ((), None, None)


def test_an_equivalent_amount_is_paid_in_another_currency() -> None:
    xml = pain001(SEPA).replace(
        '<InstdAmt Ccy="EUR">12.50</InstdAmt>',
        '<EqvtAmt><Amt Ccy="EUR">12.50</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt>',
    )
    (order,) = orders(xml)
    assert (order.currency, order.amount, order.instructed) == ("USD", None, Money(Decimal("12.50"), "EUR"))
    # a rate that the customer writes is no rate of the bank: 12.50 EUR must not become a million dollars
    rate = "<XchgRateInf><UnitCcy>EUR</UnitCcy><XchgRate>80000</XchgRate><RateTp>AGRD</RateTp></XchgRateInf>"
    (order,) = orders(xml.replace("</Amt>", f"</Amt>{rate}").replace(f"{rate}<CcyOfTrf>", "<CcyOfTrf>"))
    assert (order.currency, order.amount, order.instructed) == ("USD", None, Money(Decimal("12.50"), "EUR"))


def test_a_time_is_kept_beside_its_day() -> None:
    xml = pain001(SEPA).replace("<Dt>2026-11-23</Dt>", "<DtTm>2026-11-23T23:30:00+01:00</DtTm>")
    (order,) = orders(xml)
    assert order.requested_date == date(2026, 11, 23)
    assert order.requested_at is not None
    assert order.requested_at.astimezone(UTC) == datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def test_groups_do_not_mix() -> None:
    one = pain001(SEPA)
    group = one[one.index("<PmtInf>") : one.index("</CstmrCdtTrfInitn>")]
    other = group.replace(ACCOUNT, "DE66999999990000000002").replace("SLEV", "SHAR").replace("<Nm>Anna", "<Nm>Muster")
    both = one.replace("</PmtInf>", f"</PmtInf>{other}")
    first, second = orders(both)
    assert first.debtor_account == OrderAccount(iban=ACCOUNT)
    assert (first.debtor_name, first.charge_bearer) == ("Anna", "SLEV")
    assert second.debtor_account == OrderAccount(iban="DE66999999990000000002")
    assert (second.debtor_name, second.charge_bearer, second.transaction) == ("Muster", "SHAR", 2)


@pytest.mark.parametrize("definition", [d for f in FAMILIES for d in default_catalog().versions(f)])
def test_every_version_gives_amount_currency_and_creditor(definition: str) -> None:
    tree = default_catalog().tree(definition)
    xml = write(tree, full(tree, Random(1), transactions=1))
    (message,) = read_messages(Source.from_bytes(xml, "full.xml")).messages
    block = next(block for block in message.blocks() if block.kind == "transaction")
    order = order_of(block, definition)
    assert len(order.currency) == 3
    assert order.instructed is not None
    assert order.creditor_agent is not None
    assert order.creditor_agent.identified
    assert order.family == definition[:8]
    if order.family == "pacs.009":
        assert order.creditor_institution is not None


def test_other_messages_hold_no_orders() -> None:
    with pytest.raises(ValueError, match="no credit transfers"):
        OrderReader("camt.053.001.08")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Agent("ZZLIFR20"), Agent("ZZLIFR20LYO"), True),
        (Agent("ZZLIFR20"), Agent("ZZLIFR21"), False),
        (Agent(clearing_system="USABA", member_id="1"), Agent(clearing_system="USABA", member_id="1"), True),
        (Agent(clearing_system="USABA", member_id="1"), Agent(clearing_system="GBDSC", member_id="1"), False),
        (Agent(lei="L"), Agent("ZZLIFR20", lei="L"), True),
        (Agent(name="A"), Agent(name="A"), False),
    ],
)
def test_one_institution(one: Agent, other: Agent, same: bool) -> None:
    assert same_institution(one, other) is same
    assert same_institution(other, one) is same
