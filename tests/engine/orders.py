"""Orders as XML and a bank to hand them to, for tests of the whole flow."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.databases import placed
from wissel.core.clock import Clock
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.journal.proof import prove
from wissel.ledger.books import balance, totals
from wissel.service.draining import release
from wissel.service.filedrop import Finished, Station, recover, take
from wissel.service.running import opened
from wissel.service.spool import waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday."""
ANNA, MUSTER, BRUNO = (f"DE{digits}99999999000000000{number}" for digits, number in ((93, 1), (66, 2), (39, 3)))
LISIERE, DUINBANK = "FR7699991000010000000000148", "NL47ZZDU0000000001"
T2 = "T2-EUR"


@dataclass(frozen=True, slots=True)
class Pay:
    """One transaction of an order."""

    amount: str = "12.50"
    currency: str = "EUR"
    bic: str | None = "ZZLIFR20"
    iban: str = LISIERE
    end_to_end: str = ""
    level: str | None = "SEPA"
    instrument: str | None = None
    name: str = "Bertrand"
    remittance: str = ""
    uetr: str | None = None

    def xml(self, number: int) -> str:
        """As it stands in the order."""
        codes = f"<SvcLvl><Cd>{self.level}</Cd></SvcLvl>" if self.level else ""
        codes += f"<LclInstrm><Cd>{self.instrument}</Cd></LclInstrm>" if self.instrument else ""
        kind = f"<PmtTpInf>{codes}</PmtTpInf>" if codes else ""
        agent = f"<CdtrAgt><FinInstnId><BICFI>{self.bic}</BICFI></FinInstnId></CdtrAgt>" if self.bic else ""
        text = f"<RmtInf><Ustrd>{self.remittance}</Ustrd></RmtInf>" if self.remittance else ""
        uetr = f"<UETR>{self.uetr}</UETR>" if self.uetr else ""
        return (
            f"<CdtTrfTxInf><PmtId><InstrId>I-{number}</InstrId><EndToEndId>{self.end_to_end or f'E-{number}'}"
            f'</EndToEndId>{uetr}</PmtId>{kind}<Amt><InstdAmt Ccy="{self.currency}">{self.amount}</InstdAmt></Amt>'
            f"{agent}<Cdtr><Nm>{self.name}</Nm></Cdtr><CdtrAcct><Id><IBAN>{self.iban}</IBAN></Id></CdtrAcct>{text}"
            "</CdtTrfTxInf>"
        )


INSIDE = Pay("100.00", bic="ZZWIDE20", iban=BRUNO, level=None)
INSTANT = Pay("1.00", instrument="INST")
TARGET = Pay("5000.00", level="URGP")
DOLLARS = Pay("250.00", "USD", "ZZHUUS30", "DE02100100100006820101", level=None)


@dataclass(frozen=True, slots=True)
class Group:
    """One PmtInf."""

    payments: tuple[Pay, ...]
    account: str = ANNA
    requested: str = "2026-11-23"
    batch: bool | None = None
    more: str = ""
    """Sums that are wrong and such: elements after PmtMtd."""
    bearer: str = "SLEV"


@dataclass(frozen=True, slots=True)
class Order:
    """A whole order."""

    groups: tuple[Group, ...]
    message_id: str = "ORDER-1"
    count: int | None = None
    """Another number of transactions than there are."""

    def xml(self) -> bytes:
        """The file."""
        number, said = 0, []
        for place, group in enumerate(self.groups, 1):
            rows = []
            for one in group.payments:
                number += 1
                rows.append(one.xml(number))
            batch = "" if group.batch is None else f"<BtchBookg>{str(group.batch).lower()}</BtchBookg>"
            said.append(
                f"<PmtInf><PmtInfId>P-{place}</PmtInfId><PmtMtd>TRF</PmtMtd>{batch}{group.more}<ReqdExctnDt><Dt>"
                f"{group.requested}</Dt></ReqdExctnDt><Dbtr><Nm>Anna Example</Nm></Dbtr><DbtrAcct><Id><IBAN>"
                f"{group.account}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId>"
                f"</DbtrAgt><ChrgBr>{group.bearer}</ChrgBr>\n" + "\n".join(rows) + "\n</PmtInf>"
            )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>'
            f"<GrpHdr><MsgId>{self.message_id}</MsgId><CreDtTm>2026-11-23T09:00:00</CreDtTm><NbOfTxs>"
            f"{number if self.count is None else self.count}</NbOfTxs><InitgPty><Nm>Anna Example</Nm></InitgPty></GrpHdr>\n"
            + "\n".join(said)
            + "\n</CstmrCdtTrfInitn></Document>\n"
        ).encode()


def order(*payments: Pay, message_id: str = "ORDER-1", **of_group: Any) -> bytes:
    """An order with one payment."""
    return Order((Group(payments, **of_group),), message_id).xml()


@dataclass(slots=True)
class Time:
    """A clock that tests move."""

    now: datetime = AT

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class World:
    """A bank at work."""

    station: Station
    time: Time
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The bank directory."""
        return self.station.spool.root

    def drop(self, content: bytes, name: str = "a.xml", channel: str = "default") -> dict[str, Any]:
        """Drop a file and have it worked on; its report."""
        (self.station.spool.inbox / ("" if channel == "default" else channel) / name).write_bytes(content)
        recover(self.station)
        (done,) = take(self.station, tuple(waiting(self.station.spool)))
        return self._report(done)

    def release(self, now: datetime) -> list[dict[str, Any]]:
        """Let the time pass and release what is due; the reports."""
        self.time.now = now
        return [self._report(done) for done in release(self.station)]

    def _report(self, done: Finished) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(Path(f"{done.target}.report.json").read_text("utf-8"))
        self.reports.append(report)
        with transaction(self.station.database) as connection:
            assert prove(connection).faults == ()
            assert set(totals(connection).values()) == {0}
        return report

    def balance(self, account: str) -> int:
        """Of an account, in minor units."""
        with transaction(self.station.database) as connection:
            return balance(connection, account).amount

    def outputs(self, report: dict[str, Any]) -> dict[str, str]:
        """The files that came of one, by ``addressee/name``; what has left the warehouse again is left out."""
        found = {}
        for one in report["outputs"]:
            folder = self.station.spool.warehouse if one["to"] == ".warehouse" else self.station.spool.out / one["to"]
            if (folder / one["file"]).exists() or folder != self.station.spool.warehouse:
                found[f"{one['to']}/{one['file']}"] = (folder / one["file"]).read_text("utf-8")
        return found

    def answer(self, report: dict[str, Any]) -> str:
        """The status report that came of a file."""
        (found,) = (text for name, text in self.outputs(report).items() if "pain.002" in name)
        return found


@contextmanager
def world(root: Path, change: dict[str, dict[str, str]] | None = None) -> Iterator[World]:
    """The bank of ``wissel init``; ``change`` replaces texts in its files."""
    if not root.exists():
        init_bank(root)
        placed(root)
        for file, texts in (change or {}).items():
            text = (root / file).read_text("utf-8")
            for old, new in texts.items():
                assert old in text, old
                text = text.replace(old, new)
            (root / file).write_text(text, "utf-8")
    time = Time()
    clock: Clock = time
    with opened(root, clock) as station:
        yield World(replace(station, clock=clock), time)
