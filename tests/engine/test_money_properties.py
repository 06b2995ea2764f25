"""Payments, rejections, returns, repeats and crashes: what the bank books is what an accountant makes of the files alone.

The accountant never looks into journal or books. It knows what was handed in and reads what lies in ``out/``: for each
transaction it says what became of it, and so what every account has to stand at. The clearing's account mirrors what was
sent and received less what came back; every account's statements go on from one another.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.crash.disk import Counter as Operations
from tests.crash.disk import Stopped
from tests.engine import orders
from tests.engine.interbank import (
    ANNA,
    AT,
    BRUNO,
    CLARA,
    DORA,
    MUSTER,
    Pay,
    QuickFiles,
    World,
    inst,
    line,
    report,
    returned,
    sct,
    world,
)
from wissel.catalog.definitions import default_catalog
from wissel.engine.engine import Engine
from wissel.engine.handlers import HANDLERS
from wissel.engine.statements.draft import StatementWish
from wissel.engine.statements.files import made, xml_writing
from wissel.engine.statements.of_ledger import ledger_draft
from wissel.ledger.statement import Kind
from wissel.service.draining import release
from wissel.service.filedrop import Station, recover, take
from wissel.service.spool import left_over, staged, waiting

CLEARING = "T2-EUR"
"""The account over which both SEPA networks settle."""
SENT = "pacs.008.001.08"
CUSTOMERS = (ANNA, MUSTER, BRUNO, CLARA, DORA)
NOBODY = "DE82999999990000000099"


class Stopping(QuickFiles):
    """A disk on which the process is killed before an operation; what was done stays."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations

    def make_folder(self, path: Path) -> None:
        self.operations.step()
        super().make_folder(path)

    def write(self, path: Path, chunks: object) -> None:
        self.operations.step()
        super().write(path, chunks)  # type: ignore[arg-type]

    def rename(self, source: Path, target: Path) -> None:
        self.operations.step()
        super().rename(source, target)

    def remove(self, path: Path) -> None:
        self.operations.step()
        super().remove(path)

    def remove_folder(self, path: Path) -> None:
        self.operations.step()
        super().remove_folder(path)


@dataclass
class Ordered:
    """One transaction of a customer's order."""

    debtor: str
    cents: int
    inside: bool


@dataclass
class Accountant:
    """Knows the files, and nothing else."""

    root: Path
    ordered: dict[str, Ordered] = field(default_factory=dict)
    """By EndToEndId."""
    rejected: set[str] = field(default_factory=set)
    """TxIds that the clearing rejected."""
    returned: set[str] = field(default_factory=set)
    """TxIds whose money the clearing sent back."""
    came: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    """Number -> channel, account, cents of payments that the clearing sent."""

    def texts(self, addressee: str, definition: str) -> Iterator[str]:
        """The files for somebody in the order of their records, each content once."""
        folder = self.root / "out" / addressee
        names = folder.glob(f"*{definition}*") if folder.is_dir() else ()
        found = sorted(names, key=lambda path: [int(part) for part in path.name.split("-pa")[0].split("-")])
        yield from dict.fromkeys(path.read_text("utf-8") for path in found)

    def sent(self) -> dict[str, tuple[str, str, int, str]]:
        """EndToEndId -> MsgId, TxId, cents and network of what was sent; each of them once, and each message adds up."""
        found: dict[str, tuple[str, str, int, str]] = {}
        for network in ("sepa-sct", "sepa-sct-inst"):
            for text in self.texts(network, SENT):
                (message,) = tags(text, "MsgId")
                amounts = [cents(one) for one in tags(text, "IntrBkSttlmAmt")]
                assert [cents(one) for one in tags(text, "TtlIntrBkSttlmAmt")] == [sum(amounts)]
                assert tags(text, "NbOfTxs") == [str(len(amounts))]
                for name, identifier, amount in zip(tags(text, "EndToEndId"), tags(text, "TxId"), amounts, strict=True):
                    assert name not in found, "sent twice"
                    found[name] = (message, identifier, amount, network)
        return found

    def told(self) -> dict[str, list[str]]:
        """EndToEndId -> what customers were told of it, those of each report together."""
        said: dict[str, list[str]] = {}
        for text in self.texts("default", "pain.002"):
            listed = dict(re.findall(r"<OrgnlEndToEndId>([^<]*)<.*?<TxSts>([^<]*)<", text, re.DOTALL))
            group = tags(text, "GrpSts")
            about = tags(text, "OrgnlMsgId")[0]
            for name in self.ordered:
                if name in listed:
                    said.setdefault(name, []).append(listed[name])
                elif group and group != ["PART"] and name.startswith(f"{about}-"):
                    said.setdefault(name, []).append(group[0])
        return said

    def expected(self) -> Counter[str]:
        """What changed on every account, in cents."""
        moved: Counter[str] = Counter()

        def move(debited: str, credited: str, amount: int) -> None:
            moved[debited] -= amount
            moved[credited] += amount

        sent, told = self.sent(), self.told()
        assert set(sent) <= set(self.ordered)
        for name, one in self.ordered.items():
            first, last = told[name][0], told[name][-1]
            assert (name in sent) == (first == "ACSP"), f"{name} was answered {told[name]}"
            if one.inside and first == "ACSC":
                move(one.debtor, BRUNO, one.cents)
            elif name in sent:
                _, identifier, amount, _ = sent[name]
                assert amount == one.cents
                assert (last == "RJCT") == (identifier in self.rejected), f"{name} was answered {told[name]}"
                if identifier not in self.rejected | self.returned:
                    move(one.debtor, CLEARING, amount)
            else:
                assert set(told[name]) == {"RJCT"}
        back = {name for text in self.texts("sct", "pacs.004") for name in tags(text, "OrgnlTxId")}
        refused = {
            name
            for text in self.texts("inst", "pacs.002")
            for name, status in re.findall(r"<OrgnlTxId>([^<]*)<.*?<TxSts>([^<]*)<", text, re.DOTALL)
            if status == "RJCT"
        }
        for number, (_, account, amount) in self.came.items():
            taken = f"T-{number}" not in back | refused
            assert taken == (account in (ANNA, BRUNO)), f"payment {number} to {account}"
            if taken:
                move(CLEARING, account, amount)
        return moved


def tags(text: str, name: str) -> list[str]:
    return re.findall(rf"<{name}(?: [^>]*)?>([^<]*)</{name}>", text)


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


@dataclass
class Play:
    """A bank, the accountant, and what was handed in."""

    bank: World
    accountant: Accountant
    files: list[tuple[str, str]] = field(default_factory=list)
    stops: int = 0

    def drop(self, channel: str, content: str, stops: list[int]) -> None:
        """Hand a file in; the process is killed at each of the stops, and the last one gets through."""
        station = self.bank.station
        folder = station.spool.inbox / channel
        folder.mkdir(exist_ok=True)
        self.files.append((channel, content))
        (folder / f"{len(self.files)}.xml").write_text(content, "utf-8")
        for stop in stops:
            operations = Operations(stop)
            try:
                self._run(replace(station, files=Stopping(operations)), operations)
            except Stopped:
                self.stops += 1
            station.database.dispose()
        self._run(station, Operations())
        assert list(waiting(station.spool)) == []
        assert (left_over(station.spool), staged(station.spool)) == ((), ())

    def _run(self, station: Station, operations: Operations) -> None:
        # a process of its own: it remembers nothing
        work = station.work
        assert isinstance(work, Engine)
        station = replace(station, work=replace(work, memory=None))

        def committed(_: object) -> None:
            operations.step()

        event.listen(station.database, "commit", committed)
        try:
            recover(station)
            tuple(release(station))
            take(station, tuple(waiting(station.spool)))
        finally:
            event.remove(station.database, "commit", committed)


AMOUNTS = st.sampled_from(["0.01", "1.00", "19.99", "250.00", "9999999.00"])
ORDERED = st.tuples(AMOUNTS, st.sampled_from(["sct", "sct", "inst", "inside"]))
GROUP = st.tuples(
    st.sampled_from([ANNA, MUSTER]), st.lists(ORDERED, min_size=1, max_size=4), st.sampled_from([None, True, False])
)
STEPS = st.one_of(
    st.tuples(st.just("order"), st.lists(GROUP, min_size=1, max_size=2)),
    st.tuples(st.just("pay"), st.sampled_from(["sct", "inst"]), AMOUNTS, st.sampled_from([ANNA, BRUNO, DORA, NOBODY])),
    st.tuples(st.just("reject"), st.integers(0, 9)),
    st.tuples(st.just("return"), st.integers(0, 9)),
    st.tuples(st.just("again"), st.integers(0, 9)),
)
STOPS = st.lists(st.integers(1, 14), max_size=2)


def play(state: Play, step: tuple[object, ...], stops: list[int]) -> None:
    """One step, as somebody outside does it."""
    books, name = state.accountant, f"N{len(state.files) + 1}"
    match step:
        case ("order", [*groups]):
            state.drop("", ordered(books, name, groups), stops)
        case ("pay", str(channel), str(amount), str(account)):
            number = len(state.files)
            books.came[number] = (channel, account, cents(amount))
            one = Pay(number, amount, to=account)
            state.drop(channel, inst(name, one) if channel == "inst" else sct(name, one), stops)
        case ("reject" | "return", int(number)):
            returns = step[0] == "return"
            over = ("sepa-sct",) if returns else ("sepa-sct", "sepa-sct-inst")
            done = books.rejected | books.returned
            left = [each for each in books.sent().values() if each[1] not in done and each[3] in over]
            if left:
                message, identifier, value, network = left[number % len(left)]
                (books.returned if returns else books.rejected).add(identifier)
                content = report(name, message, SENT, None, line("RJCT", "AC04", TxId=identifier))
                if returns:
                    content = returned(name, f"{Decimal(value) / 100:.2f}", message, TxId=identifier)
                state.drop(network.removeprefix("sepa-").removeprefix("sct-"), content, stops)
        case ("again", int(number)) if state.files:
            state.drop(*state.files[number % len(state.files)], stops)


def ordered(books: Accountant, name: str, groups: list[Any]) -> str:
    """An order, noted by the accountant."""
    made_of: list[orders.Group] = []
    for debtor, payments, batch in groups:
        rows = []
        for amount, kind in payments:
            end_to_end = f"{name}-{len(books.ordered)}"
            books.ordered[end_to_end] = Ordered(debtor, cents(amount), kind == "inside")
            base = {"inside": orders.INSIDE, "inst": orders.INSTANT}.get(kind, orders.Pay())
            rows.append(replace(base, amount=amount, end_to_end=end_to_end))
        made_of.append(orders.Group(tuple(rows), debtor, batch=batch))
    return orders.Order(tuple(made_of), name).xml().decode()


def judge(state: Play, folder: Path) -> None:
    """What the books say is what the accountant says; statements go on from one another."""
    expected = state.accountant.expected()
    balances = state.bank.balances()  # every currency sums to zero, and the journal is whole
    assert {name: balances.pop(name, 0) for name in (*CUSTOMERS, CLEARING)} == {
        name: expected[name] for name in (*CUSTOMERS, CLEARING)
    }
    assert not any(amount for name, amount in balances.items()), balances
    for account in (ANNA, CLEARING):
        days = [statement(state.bank, account, day, folder) for day in range(2)]
        opening = state.bank.station.work.bank.accounts[account].opening  # type: ignore[attr-defined]
        assert days == [
            {"OPBD": opening, "CLBD": opening + expected[account]},
            {"OPBD": opening + expected[account], "CLBD": opening + expected[account]},
        ]


def statement(bank: World, account: str, day: int, folder: Path) -> dict[str, int]:
    """Balances of the statement of a day, in cents."""
    wish = StatementWish(Kind.STATEMENT, AT.replace(hour=21) + timedelta(days=day))
    place = folder / f"{account}-{day}"
    place.mkdir()
    known = bank.station.work.bank  # type: ignore[attr-defined]
    with bank.connection() as connection:
        draft = ledger_draft(connection, known, known.accounts[account], wish)
        done = made(draft, xml_writing(draft, "camt.053.001.08", default_catalog()), place, default_catalog())  # type: ignore[arg-type]
    text = done.files[0].read_text("utf-8")
    rows = re.findall(r"<Bal>.*?<Cd>(OPBD|CLBD)</Cd>.*?<Amt[^>]*>(.*?)</Amt>.*?<CdtDbtInd>(.*?)<", text, re.DOTALL)
    return {code: cents(amount) * (1 if sign == "CRDT" else -1) for code, amount, sign in rows}


@contextmanager
def playing() -> Iterator[tuple[Play, Path]]:
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), dict(HANDLERS)) as bank:
        yield Play(bank, Accountant(bank.station.spool.root)), Path(folder)


BEGIN = [(ANNA, [("19.99", "sct"), ("250.00", "sct"), ("1.00", "inside")], None), (MUSTER, [("1.00", "inst")], True)]


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(STOPS, st.lists(st.tuples(STEPS, STOPS), min_size=3, max_size=9))
def test_the_books_are_what_the_files_say(first: list[int], steps: list[tuple[tuple[object, ...], list[int]]]) -> None:
    with playing() as (state, folder):
        for step, stops in ((("order", BEGIN), first), *steps):
            play(state, step, stops)
        judge(state, folder)


def test_each_operation_of_a_day_may_be_the_last() -> None:
    day: list[tuple[object, ...]] = [
        ("order", BEGIN), ("pay", "sct", "250.00", ANNA), ("pay", "sct", "1.00", DORA), ("pay", "inst", "1.00", NOBODY),
        ("reject", 0), ("return", 0), ("again", 0), ("again", 4),
    ]  # fmt: skip
    with playing() as (state, folder):
        for step in day:
            play(state, step, list(range(1, 16)))
        judge(state, folder)
        assert state.stops > 40
        assert len(state.accountant.sent()) == 3
