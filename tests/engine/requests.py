"""Requests for reports (camt.060), and what their answers say."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import wissel
from tests.engine.orders import ANNA, World
from wissel.catalog.definitions import default_catalog
from wissel.engine.database import transaction
from wissel.engine.statements.draft import StatementWish
from wissel.engine.statements.files import made, xml_writing
from wissel.engine.statements.of_ledger import ledger_draft
from wissel.ledger.issued import last_issued

VOSTRO = "VOSTRO-EUR-ALPEN"
ALPEN = "ZZALCH20"
DEFINITIONS = {"wissel.toml": {'definitions = ["pain.001"]': 'definitions = ["pain.001", "camt.060"]'}}
EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    report: str = "camt.052.001.08"
    account: str | None = ANNA
    owner: str = "<Pty><Nm>Anna Example</Nm></Pty>"
    days: str = ""
    """First and last day, with a space."""
    hours: tuple[str, str] = ("00:00:00+01:00", "23:59:59+01:00")
    kind: str = "ALLL"
    numbers: str = ""
    more: str = ""
    servicer: str = ""

    def xml(self) -> str:
        identifier = (
            f"<IBAN>{self.account}</IBAN>" if len(self.account or "") == 22 else f"<Othr><Id>{self.account}</Id></Othr>"
        )
        account = f"<Acct><Id>{identifier}</Id></Acct>" if self.account else ""
        first, _, last = self.days.partition(" ")
        until = f"<ToDt>{last}</ToDt>" if last else ""
        period = (
            f"<RptgPrd><FrToDt><FrDt>{first}</FrDt>{until}</FrToDt><FrToTm><FrTm>{self.hours[0]}</FrTm>"
            f"<ToTm>{self.hours[1]}</ToTm></FrToTm><Tp>{self.kind}</Tp></RptgPrd>"
        )
        servicer = (
            f"<AcctSvcr><FinInstnId><BICFI>{self.servicer}</BICFI></FinInstnId></AcctSvcr>" if self.servicer else ""
        )
        return (
            f"<RptgReq><Id>R</Id><ReqdMsgNmId>{self.report}</ReqdMsgNmId>{account}<AcctOwnr>{self.owner}</AcctOwnr>"
            f"{servicer}{period if self.days else ''}{self.numbers}{self.more}</RptgReq>"
        )


def request(*asks: Ask, message_id: str = "ASK-1", sender: str | None = None) -> bytes:
    document = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.060.001.05"><AcctRptgReq>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T09:00:00+01:00</CreDtTm></GrpHdr>"
        + "".join(ask.xml() for ask in asks)
        + "</AcctRptgReq></Document>"
    )
    if sender is None:
        return document.encode()
    who = "<{0}><FIId><FinInstnId><BICFI>{1}</BICFI></FinInstnId></FIId></{0}>"
    header = (
        '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
        + who.format("Fr", sender)
        + who.format("To", "ZZWIDE20")
        + f"<BizMsgIdr>{message_id}</BizMsgIdr><MsgDefIdr>camt.060.001.05</MsgDefIdr>"
        "<CreDt>2026-11-23T09:00:00+01:00</CreDt></AppHdr>"
    )
    return f"<Envelope>{header}{document}</Envelope>".encode()


def codes(report: dict[str, Any]) -> list[str]:
    return [found["code"] for found in report["findings"] if found["severity"] != "info"]


def given(bank: World, report: dict[str, Any]) -> list[str]:
    """The statements that came of a file, each of them valid."""
    texts = [text for name, text in bank.outputs(report).items() if "-camt.05" in name]
    with TemporaryDirectory() as folder:
        for text in texts:
            path = Path(folder) / "statement.xml"
            path.write_text(text, "utf-8")
            assert wissel.validate(path, guideline="iso", as_of=bank.time.now.date()).verdict == "valid"
    return texts


def values(text: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}(?: [^>]*)?>([^<]*)</{tag}>", text)


def balances(text: str) -> list[tuple[str, str]]:
    return re.findall(r"<Bal>.*?<Cd>(OPBD|PRCD|ITBD|CLBD)</Cd>.*?<Amt[^>]*>(.*?)</Amt>", text, re.DOTALL)


def issue(bank: World, account: str, wish: StatementWish, folder: Path) -> str:
    """Have a statement made as wissel statement does."""
    folder.mkdir()
    work = bank.station.work
    with transaction(bank.station.database) as connection:
        draft = ledger_draft(connection, work.bank, work.bank.accounts[account], wish)  # type: ignore[attr-defined]
        done = made(draft, xml_writing(draft, f"{wish.kind}.001.08", default_catalog()), folder, default_catalog())  # type: ignore[arg-type]
    return done.files[0].read_text("utf-8")


def newest(bank: World, account: str, kind: str) -> int:
    with transaction(bank.station.database) as connection:
        found = last_issued(connection, account, kind)
    return found.number if found is not None else 0
