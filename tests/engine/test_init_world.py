"""The made-up world of ``wissel init`` is worth trying: payments of every kind find their way, or a plain reason."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from wissel.cli.main import main
from wissel.core.money import Money
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import example_account, init_bank
from wissel.routing.agent import Agent
from wissel.routing.bank import Bank
from wissel.routing.decide import decide
from wissel.routing.decision import Decision
from wissel.routing.funds import FundsInMemory
from wissel.routing.order import Order, OrderAccount

MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
FRENCH = example_account("FR", 1, "99991")
DUTCH = example_account("NL", 1, "ZZDU")
AUSTRIAN = example_account("AT", 1, "99992")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("world") / "bank"
    init_bank(folder)
    return load_bank(folder)


def decided(
    bank: Bank,
    account: str,
    agent: str | None,
    amount: str,
    levels: tuple[str, ...] = (),
    debtor: int = 2,
) -> Decision:
    figure, currency = amount.split()
    iban = account[:2].isalpha() and account[2:4].isdigit()
    order = Order(
        transaction=1,
        definition="pain.001.001.09",
        currency=currency,
        amount=Decimal(figure),
        instructed=Money(Decimal(figure), currency),
        service_levels=levels,
        debtor_account=OrderAccount(iban=example_account("DE", debtor)),
        debtor_agent=Agent(bic="ZZWIDE20"),
        creditor_account=OrderAccount(iban=account) if iban else OrderAccount(other=account),
        creditor_agent=Agent(bic=agent) if agent else None,
        channel="default",
    )
    return decide(order, bank, MONDAY_NOON, FundsInMemory(bank.accounts))


@pytest.mark.parametrize(
    ("account", "agent", "levels", "network", "method"),
    [
        (example_account("DE", 1), None, (), "book", "BOOK"),
        (FRENCH, None, ("SEPA",), "sepa-sct", "CLRG"),
        (FRENCH, "ZZLIFR20", ("INST",), "sepa-sct-inst", "CLRG"),
        (FRENCH, "ZZLIFR20", ("URGP",), "t2", "CLRG"),
        (DUTCH, None, (), "sepa-sct", "CLRG"),
        (AUSTRIAN, None, ("SEPA",), "sepa-sct", "CLRG"),
    ],
)
def test_in_euro(
    bank: Bank, account: str, agent: str | None, levels: tuple[str, ...], network: str, method: str
) -> None:
    assert way(decided(bank, account, agent, "10.00 EUR", levels))[:2] == (network, method)


@pytest.mark.parametrize("agent", ["ZZHUUS30", "ZZSUUS30"])
def test_in_dollars(bank: Bank, agent: str) -> None:
    found = decided(bank, "12345678", agent, "10.00 USD", debtor=6)
    assert way(found) == ("cbpr-plus", "INDA", "ZZHUUS30")
    assert found.account == example_account("DE", 6)


@pytest.mark.parametrize(
    ("agent", "currency", "expected"),
    [
        ("ZZTHGB20", "GBP", ("cbpr-plus", "INDA", "ZZTHGB20")),
        ("ZZHUUS30", "GBP", ("cbpr-plus-cover", "COVE", "ZZHUUS30")),
        ("ZZALCH20", "CHF", ("cbpr-plus", "INDA", "ZZALCH20")),
    ],
)
def test_for_another_bank(bank: Bank, agent: str, currency: str, expected: tuple[str, str, str]) -> None:
    order = Order(
        transaction=1,
        definition="pacs.008.001.08",
        currency=currency,
        amount=Decimal("10.00"),
        instructed=Money(Decimal("10.00"), currency),
        instructing_agent=Agent(bic="ZZLIFR20"),
        instructed_agent=Agent(bic="ZZWIDE20"),
        debtor_agent=Agent(bic="ZZLIFR20"),
        settlement_method="COVE",
        creditor_account=OrderAccount(other="12345678"),
        creditor_agent=Agent(bic=agent),
        channel="interbank",
    )
    assert way(decide(order, bank, MONDAY_NOON, FundsInMemory(bank.accounts))) == expected


def way(found: Decision) -> tuple[str | None, str | None, str]:
    """Network, settlement method and next agent of what has to be no rejection."""
    assert found.rejection is None, found.rejection
    return found.network, found.settlement and found.settlement.method, str(found.next_agent)


@pytest.mark.parametrize(
    ("debtor", "amount", "reason"),
    [(4, "1.00 EUR", "AC06"), (5, "1.00 EUR", "AC04"), (1, "13500.01 EUR", "AM04"), (99, "1.00 EUR", "AC01")],
)
def test_before_routing(bank: Bank, debtor: int, amount: str, reason: str) -> None:
    found = decided(bank, FRENCH, None, amount, debtor=debtor)
    assert found.rejection is not None
    assert found.rejection.reason == reason


def test_a_limit_is_used_to_the_cent(bank: Bank) -> None:
    assert decided(bank, FRENCH, None, "13500.00 EUR", debtor=1).rejection is None


def test_a_bank_that_nobody_knows(bank: Bank) -> None:
    found = decided(bank, example_account("ES", 1), "ZZESES20", "10.00 EUR", ("SEPA",))
    assert found.rejection is not None
    assert [one.ok for one in found.candidates] == [False] * len(bank.networks)


ORDER = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-23T10:00:00+01:00</CreDtTm><NbOfTxs>{count}</NbOfTxs>
<InitgPty><Nm>Muster GmbH</Nm></InitgPty></GrpHdr>{payments}</CstmrCdtTrfInitn></Document>"""
PAYMENT = """<PmtInf><PmtInfId>{name}</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-11-24</Dt></ReqdExctnDt>
<Dbtr><Nm>Muster GmbH</Nm><PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr></Dbtr>
<DbtrAcct><Id><IBAN>{debtor}</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>{name}</EndToEndId></PmtId>
<PmtTpInf><SvcLvl><Cd>{level}</Cd></SvcLvl></PmtTpInf><Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>
<CdtrAgt><FinInstnId><BICFI>{agent}</BICFI></FinInstnId></CdtrAgt>
<Cdtr><Nm>Someone</Nm><PstlAdr><TwnNm>Town</TwnNm><Ctry>FR</Ctry></PstlAdr></Cdtr>
<CdtrAcct><Id>{creditor}</Id></CdtrAcct></CdtTrfTxInf></PmtInf>"""


def test_an_order_becomes_what_each_network_wants(tmp_path: Path) -> None:
    euro, dollar = example_account("DE", 2), example_account("DE", 6)
    rows = [
        ("sct", euro, "SEPA", "EUR", "10.00", "ZZLIFR20", f"<IBAN>{FRENCH}</IBAN>"),
        ("t2", euro, "URGP", "EUR", "30.00", "ZZDUNL20", f"<IBAN>{DUTCH}</IBAN>"),
        ("usd", dollar, "NURG", "USD", "40.00", "ZZHUUS30", "<Othr><Id>12345678</Id></Othr>"),
    ]
    keys = ("name", "debtor", "level", "currency", "amount", "agent", "creditor")
    payments = "".join(PAYMENT.format(**dict(zip(keys, row, strict=True))) for row in rows)
    (tmp_path / "order.xml").write_text(ORDER.format(count=len(rows), payments=payments), "utf-8")
    init_bank(tmp_path / "bank")
    arguments = ["--to", "pacs.008.001.08", "--bank", str(tmp_path / "bank"), "--at", "2026-11-23T11:00:00Z"]
    assert main(["convert", str(tmp_path / "order.xml"), *arguments, "-o", f"{tmp_path}/out/"]) == 0
    written = "".join(path.read_text("utf-8") for path in sorted((tmp_path / "out").iterdir()))
    assert {code for code in ("ST2", "TGT") if f"<Cd>{code}</Cd>" in written} == {"ST2", "TGT"}
    assert "NOSTRO-USD-HUDSON" in written
    assert "<SttlmMtd>INDA</SttlmMtd>" in written
