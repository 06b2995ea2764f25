"""A bank with a channel for each of its networks, and the messages of other banks to it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.databases import placed, quick
from wissel.catalog.definitions import default_catalog
from wissel.core.clock import fixed_clock
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.context import Handler
from wissel.engine.database import Connection, transaction
from wissel.engine.engine import Engine
from wissel.engine.handlers import HANDLERS
from wissel.engine.opening import database_of, make_ready
from wissel.journal.proof import prove
from wissel.journal.trace import find, statuses
from wissel.ledger.books import accounts, balance, totals
from wissel.service.filedrop import Station, recover, take
from wissel.service.files import DiskFiles
from wissel.service.spool import Spool, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OURS = "ZZWIDE20"
ANNA, MUSTER, BRUNO, CLARA, DORA, DOLLARS = (
    "DE93999999990000000001", "DE66999999990000000002", "DE39999999990000000003", "DE12999999990000000004",
    "DE82999999990000000005", "DE55999999990000000006",
)  # fmt: skip
"""Open, open, open, blocked, closed, open in USD."""
THEIRS = "FR8599991000000000000000001"
CHANNELS = """
[channel.sct]
network = "sepa-sct"
definitions = ["pacs.002", "pacs.004", "pacs.008", "pacs.028", "camt.029", "camt.056"]

[channel.inst]
network = "sepa-sct-inst"
definitions = ["pacs.002", "pacs.004", "pacs.008", "pacs.028", "camt.029", "camt.056"]

[channel.t2]
network = "t2"
definitions = ["pacs.002", "pacs.004", "pacs.008", "pacs.009", "camt.029", "camt.056"]

[channel.swift]
network = "cbpr-plus"
definitions = ["pacs.002", "pacs.004", "pacs.008", "pacs.009", "pacs.028", "camt.029", "camt.056"]
accounts = ["VOSTRO-*"]
"""


class QuickFiles(DiskFiles):
    """Forces nothing to the disk: what is proved here is not what a power cut leaves."""

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        path.write_bytes(b"".join(chunks))

    def sync_folder(self, path: Path) -> None:
        pass


@dataclass
class World:
    """A bank at work, and what came of the files so far."""

    station: Station
    reports: list[dict[str, Any]] = field(default_factory=list)

    def drop(self, channel: str, content: str | bytes, name: str | None = None) -> dict[str, Any]:
        """Drop one file, run, and give its report."""
        folder = self.station.spool.inbox / channel
        folder.mkdir(exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        (folder / (name or f"{len(self.reports) + 1}.xml")).write_bytes(data)
        recover(self.station)
        (done,) = take(self.station, tuple(waiting(self.station.spool)))
        report: dict[str, Any] = json.loads(Path(f"{done.target}.report.json").read_text("utf-8"))
        assert report["verdict"] != "shunted", report["details"]
        report["written"] = {
            f"{one['to']}/{one['file']}": (self.station.spool.out / one["to"] / one["file"]).read_text("utf-8")
            for one in report["outputs"]
            if not one["to"].startswith(".")
        }
        self.reports.append(report)
        return report

    def reload(self) -> None:
        """Read the bank directory again."""
        bank = load_bank(self.station.spool.root)
        engine = Engine(bank, default_catalog(), dict(HANDLERS), lambda made, *_: made)
        self.station = replace(self.station, work=engine, configuration=bank.digest)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A look into the database."""
        with transaction(self.station.database) as connection:
            yield connection

    def balances(self) -> dict[str, int]:
        """What changed on each account since the beginning, in minor units, where anything did; proved to be sound."""
        opening = {one.id: one.opening for one in self.station.work.bank.accounts.values()}  # type: ignore[attr-defined]
        with self.connection() as connection:
            assert set(totals(connection).values()) <= {0}
            assert prove(connection).faults == ()
            moved = {
                name: balance(connection, name).amount - opening.get(name, 0)
                for name in accounts(connection)
                if not name.startswith("opening:")
            }
        return {name: amount for name, amount in moved.items() if amount}

    def statuses(self, reference: str) -> list[tuple[str, str, tuple[str, ...]]]:
        """What was said of the payments with a reference: definition and status with reasons, oldest first."""
        with self.connection() as connection:
            return [
                (f"{kept.payment.direction} {kept.payment.definition[:8]}", step.status.status, step.status.reasons)
                for kept in find(connection, reference)
                for step in statuses(connection, kept.payment, kept.record)
            ]


@contextmanager
def world(folder: Path, handlers: dict[str, Handler], **changes: str) -> Iterator[World]:
    """A bank in a folder; ``changes`` are texts of wissel.toml and what stands in their place, as ``old="new"`` pairs
    of the table ``[incoming]``."""
    root = folder / "bank"
    init_bank(root)
    placed(root)
    text = (root / "wissel.toml").read_text("utf-8")
    for name, value in changes.items():
        lines = [line for line in text.splitlines() if line.lstrip("#").startswith(f"{name} = ")]
        text = text.replace(lines[-1], f"{name} = {value}")
    (root / "wissel.toml").write_text(text + CHANNELS, "utf-8")
    for name in ("outbox", "scratch"):
        (root / "work" / name).mkdir(exist_ok=True)
    bank = load_bank(root)
    database = quick(database_of(bank))
    make_ready(database, bank)
    engine = Engine(bank, default_catalog(), handlers, lambda made, *_: made)
    try:
        yield World(Station(Spool(root), QuickFiles(), database, engine, fixed_clock(AT), bank.digest))
    finally:
        database.dispose()


def codes(report: dict[str, Any]) -> list[str]:
    """Codes of the findings beyond validation."""
    return [found["code"] for found in report["findings"]]


def uetr(number: int) -> str:
    """A UETR for each number."""
    return f"00000000-0000-4000-8000-{number:012d}"


# --- messages ---


def agent(tag: str, bic: str) -> str:
    return f"<{tag}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{tag}>"


def account(tag: str, number: str) -> str:
    kind = (
        f"<IBAN>{number}</IBAN>"
        if number[:2].isalpha() and number[2:4].isdigit()
        else f"<Othr><Id>{number}</Id></Othr>"
    )
    return f"<{tag}><Id>{kind}</Id></{tag}>"


def document(definition: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{definition}">{body}</Document>'
    )


def with_header(definition: str, body: str, sender: str, message_id: str, service: str = "swift.cbprplus.03") -> str:
    head = (
        '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
        f"<Fr><FIId><FinInstnId><BICFI>{sender}</BICFI></FinInstnId></FIId></Fr>"
        f"<To><FIId><FinInstnId><BICFI>{OURS}</BICFI></FinInstnId></FIId></To>"
        f"<BizMsgIdr>{message_id}</BizMsgIdr><MsgDefIdr>{definition}</MsgDefIdr><BizSvc>{service}</BizSvc>"
        "<CreDt>2026-11-23T09:59:00+00:00</CreDt></AppHdr>"
    )
    inner = document(definition, body).partition("\n")[2]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Envelope>{head}{inner}</Envelope>'


@dataclass(frozen=True)
class Pay:
    """One credit transfer."""

    number: int = 1
    amount: str = "100.00"
    to: str = ANNA
    agent: str = OURS
    currency: str = "EUR"
    name: str = "Anna Example"
    uetr: bool = True


def _ids(one: Pay) -> str:
    name = f"<UETR>{uetr(one.number)}</UETR>" if one.uetr else ""
    return f"<PmtId><InstrId>I-{one.number}</InstrId><EndToEndId>E-{one.number}</EndToEndId><TxId>T-{one.number}</TxId>{name}</PmtId>"


def _parties(one: Pay, sender: str) -> str:
    return (
        "<Dbtr><Nm>Claire Exemple</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr></Dbtr>"
        f"{account('DbtrAcct', THEIRS)}{agent('DbtrAgt', sender)}{agent('CdtrAgt', one.agent)}"
        f"<Cdtr><Nm>{one.name}</Nm><PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr></Cdtr>"
        f"{account('CdtrAcct', one.to)}<RmtInf><Ustrd>Invoice {one.number}</Ustrd></RmtInf>"
    )


def sct(message_id: str, *pays: Pay, sender: str = "ZZLIFR20", system: str = "<Cd>ST2</Cd>", inst: bool = False) -> str:
    """A pacs.008 of SEPA."""
    from decimal import Decimal

    total = sum(Decimal(one.amount) for one in pays)
    local = "<LclInstrm><Cd>INST</Cd></LclInstrm>" if inst else ""
    accepted = "<AccptncDtTm>2026-11-23T09:59:58.000Z</AccptncDtTm>" if inst else ""
    body = "".join(
        f"<CdtTrfTxInf>{_ids(one)}<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl>{local}</PmtTpInf>"
        f'<IntrBkSttlmAmt Ccy="{one.currency}">{one.amount}</IntrBkSttlmAmt>{accepted}<ChrgBr>SLEV</ChrgBr>'
        f"{_parties(one, sender)}</CdtTrfTxInf>"
        for one in pays
    )
    head = (
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T09:59:00Z</CreDtTm><NbOfTxs>{len(pays)}</NbOfTxs>"
        f'<TtlIntrBkSttlmAmt Ccy="{pays[0].currency}">{total}</TtlIntrBkSttlmAmt>'
        "<IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>"
        f"<SttlmInf><SttlmMtd>CLRG</SttlmMtd><ClrSys>{system}</ClrSys></SttlmInf>{agent('InstgAgt', sender)}</GrpHdr>"
    )
    return document("pacs.008.001.08", f"<FIToFICstmrCdtTrf>{head}{body}</FIToFICstmrCdtTrf>")


def inst(message_id: str, one: Pay, sender: str = "ZZLIFR20") -> str:
    """A pacs.008 of SEPA Instant."""
    return sct(message_id, one, sender=sender, system="<Prtry>TIPS</Prtry>", inst=True)


def report(
    message_id: str, about: str, definition: str = "pacs.008.001.08", group: str | None = None, *lines: str
) -> str:
    """A pacs.002 about a message."""
    status = f"<GrpSts>{group}</GrpSts>" if group else ""
    body = (
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T10:05:00Z</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{about}</OrgnlMsgId><OrgnlMsgNmId>{definition}</OrgnlMsgNmId>{status}"
        f"</OrgnlGrpInfAndSts>{''.join(lines)}"
    )
    return document("pacs.002.001.10", f"<FIToFIPmtStsRpt>{body}</FIToFIPmtStsRpt>")


def line(status: str, reason: str | None = None, own: str = "S-1", **ids: str) -> str:
    """A transaction of a report; ``ids`` are references such as ``TxId``."""
    names = _original(ids)
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return f"<TxInfAndSts><StsId>{own}</StsId>{names}<TxSts>{status}</TxSts>{why}</TxInfAndSts>"


def _original(ids: dict[str, str]) -> str:
    wanted = ("InstrId", "EndToEndId", "TxId", "UETR")
    return "".join(f"<Orgnl{name}>{ids[name]}</Orgnl{name}>" for name in wanted if name in ids)


def value(text: str, tag: str, number: int = 0) -> str:
    """The text of an element in a message that was written."""
    import re

    return re.findall(rf"<{tag}>([^<]*)</{tag}>", text)[number]


def returned(
    message_id: str, amount: str, about: str, *, currency: str = "EUR", reason: str = "AC04", system: str = "ST2",
    number: int = 1, **ids: str,
) -> str:  # fmt: skip
    """A pacs.004 of one payment of SEPA."""
    names = _original(ids)
    body = (
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T11:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs>"
        f'<TtlRtrdIntrBkSttlmAmt Ccy="{currency}">{amount}</TtlRtrdIntrBkSttlmAmt>'
        f"<IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt><SttlmInf><SttlmMtd>CLRG</SttlmMtd><ClrSys><Cd>{system}</Cd></ClrSys>"
        f"</SttlmInf></GrpHdr><TxInf><RtrId>RT-{number}</RtrId><OrgnlGrpInf><OrgnlMsgId>{about}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>{names}"
        f'<OrgnlIntrBkSttlmAmt Ccy="{currency}">{amount}</OrgnlIntrBkSttlmAmt>'
        f"<OrgnlIntrBkSttlmDt>2026-11-23</OrgnlIntrBkSttlmDt>"
        f'<RtrdIntrBkSttlmAmt Ccy="{currency}">{amount}</RtrdIntrBkSttlmAmt>'
        f"{agent('InstgAgt', 'ZZLIFR20')}{agent('InstdAgt', OURS)}"
        f"<RtrRsnInf><Orgtr><Id><OrgId><AnyBIC>ZZLIFR20</AnyBIC></OrgId></Id></Orgtr><Rsn><Cd>{reason}</Cd></Rsn>"
        "</RtrRsnInf></TxInf>"
    )
    return document("pacs.004.001.09", f"<PmtRtr>{body}</PmtRtr>")


def recall(message_id: str, about: str, one: Pay, sender: str = "ZZLIFR20", reason: str = "DUPL") -> str:
    """A camt.056 of one payment."""
    body = (
        f"<Assgnmt><Id>{message_id}</Id><Assgnr>{agent('Agt', sender)}</Assgnr><Assgne>{agent('Agt', OURS)}</Assgne>"
        "<CreDtTm>2026-11-23T12:00:00Z</CreDtTm></Assgnmt><Undrlyg><TxInf>"
        f"<CxlId>C-{one.number}</CxlId><OrgnlGrpInf><OrgnlMsgId>{about}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf><OrgnlInstrId>I-{one.number}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>E-{one.number}</OrgnlEndToEndId><OrgnlTxId>T-{one.number}</OrgnlTxId>"
        f"<OrgnlUETR>{uetr(one.number)}</OrgnlUETR>"
        f'<OrgnlIntrBkSttlmAmt Ccy="{one.currency}">{one.amount}</OrgnlIntrBkSttlmAmt>'
        "<OrgnlIntrBkSttlmDt>2026-11-23</OrgnlIntrBkSttlmDt>"
        f"<CxlRsnInf><Orgtr><Id><OrgId><AnyBIC>{sender}</AnyBIC></OrgId></Id></Orgtr><Rsn><Cd>{reason}</Cd></Rsn>"
        "</CxlRsnInf></TxInf></Undrlyg>"
    )
    return document("camt.056.001.08", f"<FIToFIPmtCxlReq>{body}</FIToFIPmtCxlReq>")


def enquiry(message_id: str, about: str, *numbers: int, sender: str = "ZZLIFR20") -> str:
    """A pacs.028 about payments of a message."""
    rows = "".join(
        f"<TxInf><StsReqId>Q-{number}</StsReqId><OrgnlEndToEndId>E-{number}</OrgnlEndToEndId>"
        f"<OrgnlTxId>T-{number}</OrgnlTxId><OrgnlUETR>{uetr(number)}</OrgnlUETR></TxInf>"
        for number in numbers
    )
    body = (
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T12:00:00Z</CreDtTm>{agent('InstgAgt', sender)}"
        f"{agent('InstdAgt', OURS)}</GrpHdr><OrgnlGrpInf><OrgnlMsgId>{about}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>{rows}"
    )
    return document("pacs.028.001.03", f"<FIToFIPmtStsReq>{body}</FIToFIPmtStsReq>")


def swift(message_id: str, one: Pay, method: str, sender: str = "ZZALCH20", extra: str = "", level: str = "") -> str:
    """A pacs.008 of correspondent banking."""
    kind = f"<PmtTpInf><SvcLvl><Cd>{level}</Cd></SvcLvl></PmtTpInf>" if level else ""
    body = (
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T09:59:00+00:00</CreDtTm><NbOfTxs>1</NbOfTxs>"
        f"<SttlmInf><SttlmMtd>{method}</SttlmMtd>{extra}</SttlmInf></GrpHdr>"
        f"<CdtTrfTxInf><PmtId><InstrId>I-{one.number}</InstrId><EndToEndId>E-{one.number}</EndToEndId>"
        f"<UETR>{uetr(one.number)}</UETR></PmtId>{kind}"
        f'<IntrBkSttlmAmt Ccy="{one.currency}">{one.amount}</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>'
        f"<ChrgBr>SHAR</ChrgBr>{agent('InstgAgt', sender)}{agent('InstdAgt', OURS)}{_parties(one, sender)}"
        "</CdtTrfTxInf>"
    )
    return with_header("pacs.008.001.08", f"<FIToFICstmrCdtTrf>{body}</FIToFICstmrCdtTrf>", sender, message_id)


def cover(message_id: str, one: Pay, sender: str = "ZZHUUS30", debtor: str = "ZZALCH20") -> str:
    """A pacs.009 that covers a payment of ``debtor``."""
    body = (
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T09:59:30+00:00</CreDtTm><NbOfTxs>1</NbOfTxs>"
        "<SttlmInf><SttlmMtd>INGA</SttlmMtd></SttlmInf></GrpHdr>"
        f"<CdtTrfTxInf><PmtId><InstrId>C-{one.number}</InstrId><EndToEndId>E-{one.number}</EndToEndId>"
        f"<UETR>{uetr(one.number)}</UETR></PmtId>"
        f'<IntrBkSttlmAmt Ccy="{one.currency}">{one.amount}</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>'
        f"{agent('InstgAgt', sender)}{agent('InstdAgt', OURS)}"
        f"<Dbtr><FinInstnId><BICFI>{debtor}</BICFI></FinInstnId></Dbtr>"
        f"<Cdtr><FinInstnId><BICFI>{OURS}</BICFI></FinInstnId></Cdtr>"
        "<UndrlygCstmrCdtTrf><Dbtr><Nm>Claire Exemple</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr></Dbtr>"
        f"{account('DbtrAcct', THEIRS)}{agent('DbtrAgt', debtor)}{agent('CdtrAgt', OURS)}"
        f"<Cdtr><Nm>{one.name}</Nm><PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr></Cdtr>"
        f"{account('CdtrAcct', one.to)}</UndrlygCstmrCdtTrf></CdtTrfTxInf>"
    )
    return with_header("pacs.009.001.08", f"<FICdtTrf>{body}</FICdtTrf>", sender, message_id, "swift.cbprplus.cov.03")


def recall_of_all(message_id: str, about: str, count: int, sender: str = "ZZLIFR20") -> str:
    """A camt.056 of a whole message."""
    body = (
        f"<Assgnmt><Id>{message_id}</Id><Assgnr>{agent('Agt', sender)}</Assgnr><Assgne>{agent('Agt', OURS)}</Assgne>"
        "<CreDtTm>2026-11-23T12:00:00Z</CreDtTm></Assgnmt><Undrlyg><OrgnlGrpInfAndCxl>"
        f"<OrgnlMsgId>{about}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><NbOfTxs>{count}</NbOfTxs>"
        "<GrpCxl>true</GrpCxl><CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></OrgnlGrpInfAndCxl></Undrlyg>"
    )
    return document("camt.056.001.08", f"<FIToFIPmtCxlReq>{body}</FIToFIPmtCxlReq>")
