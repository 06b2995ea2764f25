"""For any history of the ledger: opening balance and entries make the closing balance, for each account, day, report and
page; consecutive statements chain, hold every entry once, and are the same when they are made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from wissel.catalog.definitions import default_catalog
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.database import open_database, sqlite_url, transaction
from wissel.engine.statements.draft import Draft, StatementWish
from wissel.engine.statements.files import made, xml_writing
from wissel.engine.statements.of_ledger import ledger_draft, open_ledger
from wissel.ledger.books import post
from wissel.ledger.posting import Leg, PostingSet
from wissel.ledger.statement import Kind
from wissel.message.business_message import read_messages
from wissel.routing.bank import Bank
from wissel.xml.sources.source import Source

START = date(2026, 11, 2)
ACCOUNTS = ("T2-EUR", "CHARGES-EUR", "CAPITAL-EUR", "POSITION-USD", "SUSPENSE-USD")
CURRENCIES = {name: name[-3:] for name in ACCOUNTS}


class Booking(NamedTuple):
    """A posting between two accounts of one currency, so many days after the one before it (or before)."""

    days: int
    value_days: int
    usd: bool
    amount: int


BOOKINGS = st.lists(
    st.builds(
        Booking,
        st.sampled_from([0, 0, 0, 1, 1, 3, -1]),
        st.integers(-2, 4),
        st.booleans(),
        st.integers(-(10**6), 10**6).filter(bool),
    ),
    max_size=25,
)


class Read(NamedTuple):
    """A statement as it was written, read again by another way than it was written by."""

    number: int | None
    balances: list[tuple[str, bool, int]]
    """Code, whether interim, amount in minor units."""
    references: list[str]
    booked: int


@cache
def prepared() -> tuple[Bank, bytes]:
    """A bank, and its database before the first booking."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "bank"
        init_bank(folder)
        bank = load_bank(folder)
        open_ledger(bank).dispose()
        return bank, (folder / "wissel.db").read_bytes()


@contextmanager
def world() -> Iterator[tuple[Engine, Bank]]:
    bank, database = prepared()
    with TemporaryDirectory() as place:
        path = Path(place) / "wissel.db"
        path.write_bytes(database)
        engine = open_database(sqlite_url(path))
        try:
            yield engine, bank
        finally:
            engine.dispose()


def book(engine: Engine, bookings: list[Booking], start: int = 0, day: date = START) -> date:
    with transaction(engine) as connection:
        for number, one in enumerate(bookings, start):
            day = max(START, day + timedelta(days=one.days))
            accounts = ("POSITION-USD", "SUSPENSE-USD") if one.usd else ("T2-EUR", "CHARGES-EUR")
            value = day + timedelta(days=one.value_days)
            legs = tuple(
                Leg(account, CURRENCIES[account], amount, value, "sct")
                for account, amount in zip(accounts, (one.amount, -one.amount), strict=True)
            )
            at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            post(connection, PostingSet(f"p{number}", at, day, legs))
    return day


def statement(
    engine: Engine, bank: Bank, account: str, wish: StatementWish, page_entries: int = 0
) -> tuple[list[bytes], Draft]:
    draft = ledger_draft(engine, bank, bank.accounts[account], wish)
    assert isinstance(draft, Draft)
    catalog = default_catalog()
    with TemporaryDirectory() as folder:
        writing = xml_writing(draft, f"{wish.kind.value}.001.08", catalog)
        found = made(draft, writing, Path(folder), catalog, "iso", page_entries)
        assert [one for one in found.findings if one.severity.value == "error"] == []
        return [path.read_bytes() for path in found.files], draft


def minor(text: str | None, side: str | None) -> int:
    assert text is not None
    whole, _, part = text.partition(".")
    return (-1 if side == "DBIT" else 1) * int(whole + part.ljust(2, "0"))


def read(data: bytes) -> Read:
    """By the reader of messages, which knows nothing of the ledger."""
    (message,) = read_messages(Source.from_bytes(data)).messages
    entries, head = [], None
    for block in message.blocks():
        if block.kind == "transaction":
            entries.append(block)
        if block.kind == "group" or block.has("ElctrncSeqNb") or block.has("Bal/Amt"):
            head = block
    assert head is not None
    values = dict(zip(head.shape.paths, head.texts, strict=True))
    balances = [
        (values[f"{at}/Tp/CdOrPrtry/Cd"], f"{at}/Tp/SubTp/Cd" in values, minor(text, values[f"{at}/CdtDbtInd"]))
        for at, text in ((path.removesuffix("/Amt"), text) for path, text in values.items())
        if at.partition("[")[0] == "Bal"
        if f"{at}/Tp/CdOrPrtry/Cd" in values
    ]
    sums = [minor(one.text("Amt"), one.text("CdtDbtInd")) for one in entries]
    sequence = head.text("ElctrncSeqNb")
    references = [one.text("AcctSvcrRef") or "" for one in entries]
    return Read(int(sequence) if sequence else None, balances, references, sum(sums))


def opening_of(one: Read) -> int:
    return one.balances[0][2]


def closing_of(one: Read) -> int:
    return next(amount for code, _, amount in reversed(one.balances) if code in ("CLBD", "ITBD"))


@given(BOOKINGS, st.lists(st.integers(1, 6), min_size=1, max_size=4), st.sampled_from(ACCOUNTS), st.integers(0, 3))
@settings(max_examples=12)
def test_statements_of_any_history_add_up_and_chain(
    bookings: list[Booking], steps: list[int], account: str, page_entries: int
) -> None:
    with world() as (engine, bank):
        end = book(engine, bookings)
        last, before, seen = START - timedelta(days=1), None, []
        for number, step in enumerate([*steps, 60], 1):
            last += timedelta(days=step)
            at = datetime(last.year, last.month, last.day, 20, tzinfo=UTC)
            wish = StatementWish(Kind.STATEMENT, at, first=START if number == 1 else None, last=last)
            files, _ = statement(engine, bank, account, wish, page_entries)
            assert statement(engine, bank, account, wish, page_entries)[0] == files
            pages = [read(data) for data in files]
            for page in pages:
                assert page.number == number
                assert opening_of(page) + page.booked == closing_of(page)
                assert not page_entries or len(page.references) <= page_entries
            for one, following in pairwise(pages):
                assert closing_of(one) == opening_of(following)
            (whole,) = [read(data) for data in statement(engine, bank, account, wish)[0]]
            assert whole.booked == sum(page.booked for page in pages)
            assert whole.references == [reference for page in pages for reference in page.references]
            assert (opening_of(pages[0]), closing_of(pages[-1])) == (opening_of(whole), closing_of(whole))
            assert before is None or opening_of(whole) == before
            before = closing_of(whole)
            seen += whole.references
        assert last >= end
        legs = sum(1 for one in bookings if account in _accounts(one))
        assert len(seen) == len(set(seen)) == legs


def _accounts(one: Booking) -> tuple[str, str]:
    return ("POSITION-USD", "SUSPENSE-USD") if one.usd else ("T2-EUR", "CHARGES-EUR")


@given(st.lists(BOOKINGS.map(lambda some: some[:6]), min_size=1, max_size=4), st.sampled_from(ACCOUNTS[:2]))
@settings(max_examples=12)
def test_reports_of_any_history_chain_from_moment_to_moment(rounds: list[list[Booking]], account: str) -> None:
    with world() as (engine, bank):
        count, before, seen, total = 0, None, [], 0
        at = datetime(2026, 11, 2, 6, tzinfo=UTC)
        for bookings in rounds:
            # what is booked is booked for the day on which it is booked
            today = [one._replace(days=0) for one in bookings]
            book(engine, today, count, at.date())
            count += len(today)
            total += sum(account in _accounts(one) for one in today)
            at += timedelta(hours=7)
            wish = StatementWish(Kind.REPORT, at)
            files, _ = statement(engine, bank, account, wish)
            assert statement(engine, bank, account, wish)[0] == files
            one = read(files[0])
            assert opening_of(one) + one.booked == closing_of(one)
            assert before is None or opening_of(one) == before
            before = closing_of(one)
            seen += one.references
        # what was booked before the first report's day began is behind its opening balance
        assert len(seen) == len(set(seen)) <= total


@given(BOOKINGS)
@settings(max_examples=10)
def test_what_is_available_grows_into_the_balance(bookings: list[Booking]) -> None:
    """The last forward available balance is the closing balance: nothing is left out, nothing counted twice."""
    with world() as (engine, bank):
        book(engine, [one._replace(days=abs(one.days) % 2) for one in bookings])
        at = datetime(2026, 12, 20, 20, tzinfo=UTC)
        for last in (START, START + timedelta(days=3), at.date()):
            wish = StatementWish(Kind.STATEMENT, at, last=last)
            one = read(statement(engine, bank, "T2-EUR", wish)[0][0])
            forward = [amount for code, _, amount in one.balances if code in ("CLAV", "FWAV")]
            assert forward[-1] == closing_of(one)
