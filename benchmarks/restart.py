"""``python -m benchmarks.restart``: starting again on a journal of a million records.

One instant order and the answer of its clearing house go through the engine. What the database then holds of the two is
written again and again under new identifiers, chained, numbered and balanced as the engine does it, which ``--verify``
proves; then programs are started on it. Wall time of whole processes, start-up included.
"""

import argparse
import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.schema import CreateIndex, DropIndex

from benchmarks.instant import an_order
from benchmarks.machine import description
from benchmarks.measure import Run, run
from wissel.core.clock import fixed_clock
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.engine.opening import database_file, database_of, make_ready
from wissel.journal import tables as journal
from wissel.journal.journal import entry_hash, tip
from wissel.journal.values import RowsDigest, canonical
from wissel.ledger import tables as ledger
from wissel.ledger.books import balance, entry_of
from wissel.ledger.posting import Leg, PostingSet, reference_of
from wissel.service.filedrop import take
from wissel.service.running import opened
from wissel.service.spool import waiting

GOAL_S, LOOK_GOAL_S = 5, 1
ANSWER = """\
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10"><FIToFIPmtStsRpt><GrpHdr>
<MsgId>ANSWER-TO-THE-ORDER</MsgId><CreDtTm>{at}</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>
</OrgnlGrpInfAndSts><TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId>
<OrgnlTxId>{transaction}</OrgnlTxId><TxSts>ACSC</TxSts></TxInfAndSts></FIToFIPmtStsRpt></Document>"""
Rows = dict[str, list[dict[str, Any]]]
"""Rows by the names of their tables."""
_PAIRS_AT_ONCE = 2_000
_UNIQUE = (
    "digest", "message_id", "business_message_id", "end_to_end_id", "transaction_id", "instruction_id", "uetr",
    "fingerprint",
)  # fmt: skip
_BY_RECORD = (journal.RECORDS, journal.KEYS, journal.OUTCOMES, journal.OUTPUTS, journal.PAYMENTS, journal.STATUSES)
_DIGESTED = {
    "keys": journal.KEYS, "outputs": journal.OUTPUTS, "payments": journal.PAYMENTS, "statuses": journal.STATUSES,
}  # fmt: skip
"""What an entry of the chain holds the digests of."""
_BOOKED = (ledger.POSTINGS, ledger.LEGS, ledger.SEALS)


def _xml(at: datetime) -> str:
    return at.replace(microsecond=0, tzinfo=None).isoformat()


def begun(root: Path, at: datetime) -> None:
    """A bank directory that has worked on an order and the answer to it: records 1 and 2."""
    init_bank(root)
    accounts = root / "accounts.csv"
    accounts.write_text(accounts.read_text("utf-8").replace(",1000.00,", ",9000000.00,"), "utf-8")  # its limit
    with opened(root, fixed_clock(at)) as station:

        def dropped(channel: str, name: str, content: str) -> Path:
            (station.spool.inbox / channel).mkdir(exist_ok=True)
            (station.spool.inbox / channel / name).write_text(content, "utf-8")
            (done,) = take(station, tuple(waiting(station.spool)))
            if done.verdict != "accepted":
                raise SystemExit(f"{name} was not accepted: {done.report}")
            return next((path for path in done.outputs if "pacs.008" in path.name), done.target)

        sent = dropped("", "order-to-begin-with.xml", an_order("TO-BEGIN-WITH", at)).read_text("utf-8")
        told = {
            name: re.findall(f"<{tag}>([^<]+)<", sent)[-1]
            for name, tag in (("message", "MsgId"), ("end_to_end", "EndToEndId"), ("transaction", "TxId"))
        }
        dropped("interbank", "answer-to-begin-with.xml", ANSWER.format(at=_xml(at), **told))


def pair(connection: Connection) -> Rows:
    """All that the tables hold of records 1 and 2."""
    rows: Rows = {}
    for table in _BY_RECORD:
        rows[table.name] = _read(connection, select(table).where(table.c.record <= 2).order_by(*table.primary_key))
    keys = [key for row in rows["journal_outcome"] for key in json.loads(row["postings"])]
    wanted = select(ledger.POSTINGS.c.posting).where(ledger.POSTINGS.c.key.in_(keys))
    for table in _BOOKED:
        rows[table.name] = _read(
            connection, select(table).where(table.c.posting.in_(wanted)).order_by(*table.primary_key)
        )
    return rows


def _read(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(wanted).mappings()]


class Copies:
    """Makes the rows of further pairs from those of the first."""

    def __init__(self, connection: Connection, rows: Rows) -> None:
        names = {row[name] for some in rows.values() for row in some for name in _UNIQUE if row.get(name)}
        names.add("to-begin-with")
        pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        self._parts = re.split(f"({pattern})", json.dumps(rows))
        self._renewing = {name: _renewing(name) for name in names}
        self._tip = tip(connection)
        self._heads = {row["account"]: balance(connection, row["account"]) for row in rows["ledger_leg"]}
        self._balances = {name: (head.sequence, head.amount) for name, head in self._heads.items()}
        self._next = {
            (table.name, column): 1 + (connection.execute(select(func.max(table.c[column]))).scalar() or 0)
            for table, column in (
                (journal.KEYS, "key"), (journal.PAYMENTS, "payment"), (journal.STATUSES, "number"),
                (ledger.POSTINGS, "posting"), (ledger.LEGS, "leg"),
            )
        }  # fmt: skip

    def made(self, number: int) -> Rows:
        """The rows of pair ``number``, from 1."""
        new = {name: renewed(number) for name, renewed in self._renewing.items()}
        rows: Rows = json.loads("".join(new.get(part, part) for part in self._parts))
        for some in rows.values():
            for row in some:
                for name in ("record", "parent_record", "about", "repeats"):
                    if row.get(name) is not None:
                        row[name] += 2 * number
        for one in rows["journal_record"]:
            one["folder"] = f"{1 + number // 100}~{one['channel']}"
        self._book(rows)
        entries = list(self._chained(rows))
        for (table, column), start in self._next.items():
            if column != "posting":
                for place, row in enumerate(rows[table]):
                    row[column] = start + place
            self._next[table, column] = start + len(rows[table])
        return {"journal_entry": entries, **rows}

    def _book(self, rows: Rows) -> None:
        first = self._next["ledger_posting", "posting"]
        for place, posting in enumerate(rows["ledger_posting"]):
            legs = [leg for leg in rows["ledger_leg"] if leg["posting"] == posting["posting"]]
            for seal in rows["ledger_seal"]:
                if seal["posting"] == posting["posting"]:
                    seal["posting"] = first + place
            for position, leg in enumerate(legs, 1):
                sequence, stands = self._balances[leg["account"]]
                leg |= {"posting": first + place, "sequence": sequence + 1, "balance": stands + leg["amount"]}
                leg["reference"] = reference_of(posting["key"], position)
                self._balances[leg["account"]] = leg["sequence"], leg["balance"]
            posting["posting"] = first + place
            posting["digest"] = _posting_digest(posting, legs)

    def _chained(self, rows: Rows) -> Iterator[dict[str, Any]]:
        """The four entries: both files were received, then concluded, each on its own."""
        for record in rows["journal_record"]:
            yield self._entry("received", canonical(record))
            said = {name: _digest(table, rows[table.name], record["record"]) for name, table in _DIGESTED.items()}
            (outcome,) = (row for row in rows["journal_outcome"] if row["record"] == record["record"])
            digest = RowsDigest()
            digest.add({"outcome": outcome, **said})
            yield self._entry("concluded", canonical({"record": record["record"], "digest": digest.hex()}))

    def _entry(self, kind: str, content: str) -> dict[str, Any]:
        number, previous = self._tip.number + 1, self._tip.hash
        made = entry_hash(number, kind, content, previous)
        self._tip = self._tip._replace(number=number, hash=made)
        return {"number": number, "kind": kind, "content": content, "previous": previous, "hash": made}


def _digest(table: Table, rows: list[dict[str, Any]], record: int) -> str:
    """Of the rows of a record, without numbers that the database gives."""
    names = [column.name for column in table.columns if column.autoincrement is not True]
    digest = RowsDigest()
    for row in rows:
        if row["record"] == record:
            digest.add(tuple(row[name] for name in names))
    return digest.hex()


def _posting_digest(posting: Mapping[str, Any], legs: list[dict[str, Any]]) -> str:
    class Stored:  # a row, as the books read it
        def __init__(self, leg: dict[str, Any]) -> None:
            self.__dict__.update(leg, at=posting["at"])

    entries = [entry_of(Stored(leg)) for leg in legs]  # type: ignore[arg-type]
    parts = tuple(
        Leg(one.account, one.currency, one.amount, one.value_date, one.case, one.reversal, one.details, one.information)
        for one in entries
    )
    return PostingSet(posting["key"], entries[0].at, entries[0].booking_date, parts).digest()


def _renewing(name: str) -> Callable[[int], str]:
    """What makes identifiers of the same form as another."""
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name):
        return lambda number: str(UUID(_hash(name, number)[:32], version=4))
    if re.fullmatch(r"[0-9a-f]{32,64}", name):
        return lambda number: _hash(name, number)[: len(name)]
    return lambda number: f"{name[:-9]}{number:09}" if len(name) > 12 else f"{name}-{number}"


def _hash(name: str, number: int) -> str:
    return hashlib.sha256(f"{name} {number}".encode()).hexdigest()


def grow(root: Path, records: int) -> None:
    """Bring the journal of a bank directory that has begun to so many records."""
    bank = load_bank(root)
    database = database_of(bank, cache_kib=1_000_000)
    tables = (journal.ENTRIES, *_BY_RECORD, *_BOOKED)
    with database.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for setting in (
            "foreign_keys=OFF",
            "synchronous=OFF",
        ):  # each row is right, and what a power cut leaves is not kept
            driver.execute(f"PRAGMA {setting}")
        copies = Copies(connection, pair(connection))
        _without_triggers(connection)
        for table in tables:
            for index in table.indexes:
                connection.execute(DropIndex(index))
        for first in range(1, records // 2, _PAIRS_AT_ONCE):
            together: Rows = {}
            for number in range(first, min(first + _PAIRS_AT_ONCE, records // 2)):
                for name, rows in copies.made(number).items():
                    together.setdefault(name, []).extend(rows)
            for table in tables:
                _insert(connection, table, together[table.name])
            connection.commit()
        for table in tables:
            for index in table.indexes:
                connection.execute(CreateIndex(index))
        connection.commit()
    make_ready(database, bank)  # makes the triggers again
    database.dispose()


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    names = table.columns.keys()
    places = ", ".join(f":{name}" for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", rows)


def _without_triggers(connection: Connection) -> None:
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for (name,) in found.all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def wissel(*words: str) -> Run:
    """Run a command to its end."""
    return run([sys.executable, "-m", "wissel", *words])


def measured(root: Path, rounds: int) -> dict[str, list[float]]:
    """Wall seconds of each program, a few times."""
    bank = ("--bank", str(root))
    database = database_of(load_bank(root), read_only=True)
    with transaction(database) as connection:
        middle = select(func.max(journal.RECORDS.c.record) / 2).scalar_subquery()
        wanted = select(journal.PAYMENTS).where(journal.PAYMENTS.c.record >= middle, journal.PAYMENTS.c.position > 0)
        wanted = wanted.where(journal.PAYMENTS.c.direction == "out", journal.PAYMENTS.c.uetr.is_not(None))
        one = connection.execute(wanted.order_by(journal.PAYMENTS.c.payment).limit(1)).one()
    database.dispose()
    traced = {"UETR": one.uetr, "EndToEndId": one.end_to_end_id, "TxId": one.transaction_id, "MsgId": one.message_id}
    found: dict[str, list[float]] = {}
    for number in range(rounds):
        found.setdefault("process, nothing to do", []).append(wissel("process", *bank).wall_seconds)
        now = datetime.now(UTC)
        (root / "in" / f"{number}.xml").write_text(an_order(f"{now:%H%M%S%f}", now), "utf-8")
        found.setdefault("process, one order", []).append(wissel("process", *bank, "--settle", "0").wall_seconds)
        found.setdefault("status", []).append(wissel("status", *bank).wall_seconds)
        for name, value in traced.items():
            found.setdefault(f"trace by {name}", []).append(wissel("trace", value, *bank).wall_seconds)
    return found


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.restart")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--verify", action="store_true", help="prove journal and books as well")
    parser.add_argument("--keep", type=Path, help="where the bank directory is kept, and taken from if it is there")
    chosen = parser.parse_args(arguments)
    missed = False
    with tempfile.TemporaryDirectory() as place:
        root = chosen.keep or Path(place) / "bank"
        if not root.exists():
            began = datetime.now(UTC)
            begun(root, began)
            grow(root, chosen.records)
            took = datetime.now(UTC) - began
            print(f"made in {took.total_seconds():.0f} s")
        size = (database_file(load_bank(root)) or root).stat().st_size
        print(f"{description([sys.executable, '-m', 'wissel'])}\n")
        print(f"{chosen.records:,} records, {size / 1e9:.2f} GB; wall seconds, the worst of {chosen.rounds}")
        for name, seconds in measured(root, chosen.rounds).items():
            goal = GOAL_S if name.startswith("process") else LOOK_GOAL_S
            missed |= max(seconds) >= goal
            print(f"  {name:24} {max(seconds):6.2f}  goal < {goal} {'met' if max(seconds) < goal else 'MISSED'}")
        if chosen.verify:
            proof = wissel("journal", "verify", "--bank", str(root))
            print(f"  {'journal verify':24} {proof.wall_seconds:6.1f}  {proof.peak_bytes / 1e6:.0f} MB")
            print("  " + proof.output.strip().replace("\n", "\n  "))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
