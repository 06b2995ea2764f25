"""The journal: two commits, keys, links and statuses; a chain that shows every change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, and_, select
from sqlalchemy.exc import DBAPIError

from tests.databases import KINDS, opened
from wissel.engine.database import transaction
from wissel.journal import trace
from wissel.journal.journal import (
    JournalError,
    Seen,
    conclude,
    open_journal,
    outcomes_of,
    outputs_of,
    receive,
    records_of,
    seen,
    tip,
)
from wissel.journal.proof import prove
from wissel.journal.tables import PAYMENTS, STATUSES
from wissel.journal.values import (
    SAID_TOGETHER_MAX,
    Direction,
    Key,
    Outcome,
    Output,
    Payment,
    Receipt,
    Record,
    Status,
    Verdict,
)

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEY = Key("AAAADEFF", "pacs.008.001.08", "B-1")
IN = Payment(
    Direction.IN, "pain.001.001.09", "M-1", 1, "web", payment_information_id="P-1", end_to_end_id="E-1", amount="10.00"
)
OUT = Payment(
    Direction.OUT,
    "pacs.008.001.08",
    "W-1",
    1,
    "t2",
    end_to_end_id="E-1",
    uetr="u-1",
    parent=("pain.001.001.09", "M-1", 1),
)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        with transaction(engine) as connection:
            open_journal(connection)
        yield engine


def receipt(file: str = "one.xml", digest: str = "d1", folder: str = "1") -> Receipt:
    return Receipt("web", file, digest, 10, AT, "conf", folder)


def received(engine: Engine, *receipts: Receipt) -> tuple[Record, ...]:
    with transaction(engine) as connection:
        return receive(connection, receipts or (receipt(),))


def twice() -> Iterator[Payment]:
    yield IN
    raise JournalError("broke off")


def concluded(engine: Engine) -> Record:
    (record,) = received(engine)
    outcome = Outcome(
        Verdict.ACCEPTED, AT, (KEY,), (Output("t2", "W-1.xml", "d2", 20),), ("posting-1",), '{"verdict":"accepted"}'
    )
    statuses = [Status("pain.001.001.09", "M-1", 0, "ACTC"), Status("pain.001.001.09", "M-1", 1, "RJCT", ("AC04",))]
    with transaction(engine) as connection:
        conclude(connection, record, outcome, [IN, OUT], statuses)
    return record


def test_files_are_recorded_with_numbers_in_order(engine: Engine) -> None:
    records = received(engine, receipt("a.xml"), receipt("b.xml"))
    assert [record.number for record in records] == [1, 2]
    assert records[1].base == "2:d1"
    with transaction(engine) as connection:
        assert records_of(connection, "1") == {"a.xml": records[0], "b.xml": records[1]}
        assert outcomes_of(connection, [1]) == {}
        assert tip(connection).number == 2


def test_what_follows_is_kept_as_one(engine: Engine) -> None:
    record = concluded(engine)
    with transaction(engine) as connection:
        assert outcomes_of(connection, [record.number]) == {record.number: (Verdict.ACCEPTED, '{"verdict":"accepted"}')}
        assert outputs_of(connection, record.number) == (Output("t2", "W-1.xml", "d2", 20),)
        found = trace.find(connection, "E-1")
        assert [kept.payment for kept in found] == [IN, OUT]
        assert [kept.payment for kept in trace.children(connection, IN)] == [OUT]
        assert [step.status.status for step in trace.statuses(connection, IN)] == ["ACTC", "RJCT"]
        assert trace.payment(connection, "pacs.008.001.08", "W-1", 1) == trace.Kept(record.number, OUT)
        assert [kept.payment for kept in trace.payments_of(connection, "M-1", Direction.IN)] == [IN]
        assert prove(connection).faults == ()


def test_a_record_is_concluded_once(engine: Engine) -> None:
    record = concluded(engine)
    with pytest.raises(JournalError, match="record 1 was concluded before"), transaction(engine) as connection:
        conclude(connection, record, Outcome(Verdict.FAILED, AT))


def test_a_key_is_seen_within_its_window(engine: Engine) -> None:
    concluded(engine)
    day, window = timedelta(days=1), timedelta(days=400)
    with transaction(engine) as connection:
        assert seen(connection, KEY, "d1", AT + day, window) == Seen(1, True)
        assert seen(connection, KEY, "other", AT + day, window) == Seen(1, False)
        assert seen(connection, KEY, "d1", AT + 401 * day, window) is None
        assert seen(connection, Key("AAAADEFF", "pacs.008.001.08", "B-2"), "d1", AT, window) is None


def test_nothing_of_a_failed_transaction_stays(engine: Engine) -> None:
    with pytest.raises(JournalError), transaction(engine) as connection:
        conclude(connection, receive(connection, [receipt()])[0], Outcome(Verdict.FAILED, AT), twice())
    with transaction(engine) as connection:
        assert tip(connection).number == 0
        assert prove(connection).records == 0


TABLES = (
    "journal_entry", "journal_record", "journal_key", "journal_outcome", "journal_output", "journal_payment",
    "journal_status",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_rows_are_never_changed_or_deleted(engine: Engine, table: str, change: str) -> None:
    concluded(engine)
    column = {"journal_entry": "content", "journal_record": "file", "journal_output": "name"}.get(table)
    column = column or {"journal_key": "sender", "journal_outcome": "report", "journal_payment": "amount"}.get(table)
    with pytest.raises(DBAPIError, match=f"{table}: rows are never changed or deleted"), engine.begin() as connection:
        connection.exec_driver_sql(change.format(table, f"{column or 'status'} = 'x'"))


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        (
            "journal_entry",
            "UPDATE journal_entry SET content = '{\"record\":2}' WHERE number = 1",
            "entry 1 was changed",
        ),
        ("journal_entry", "DELETE FROM journal_entry WHERE number = 1", "entry 1 is missing"),
        ("journal_record", "UPDATE journal_record SET digest = 'x'", "record 1 is not what entry 1 says"),
        ("journal_payment", "UPDATE journal_payment SET amount = '99.00' WHERE position = 1", "follows from record 1"),
        ("journal_output", "DELETE FROM journal_output", "what follows from record 1 is not what entry 2 says"),
        ("journal_status", "UPDATE journal_status SET status = 'ACSC' WHERE position = 1", "follows from record 1"),
        ("journal_outcome", "UPDATE journal_outcome SET report = 'x'", "what follows from record 1"),
        ("journal_key", "UPDATE journal_key SET message_id = 'x'", "what follows from record 1"),
    ],
)
def test_a_change_behind_the_triggers_back_shows(engine: Engine, table: str, change: str, said: str) -> None:
    concluded(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for event in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{event}")
        connection.exec_driver_sql(change)
    with transaction(engine) as connection:
        assert any(said in fault for fault in prove(connection).faults)


def test_a_row_that_no_entry_speaks_of_shows(engine: Engine) -> None:
    concluded(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO journal_record VALUES (7, 'web', 'x.xml', 'd', 1, '2026-11-23T10:00:00+00:00', 'c', 'f')"
        )
    with transaction(engine) as connection:
        assert prove(connection).faults == ("journal_record has 2 rows, and the chain speaks of 1",)


def test_an_entry_that_forks_the_chain_is_refused(engine: Engine) -> None:
    concluded(engine)
    for number, previous, said in ((2, "x", "does not follow"), (9, "x", "does not follow"), (3, "x", "does not hold")):
        row = f"INSERT INTO journal_entry VALUES ({number}, 'received', '{{}}', '{previous}', 'h')"
        with pytest.raises(DBAPIError, match=f"journal_entry: an entry {said}"), engine.begin() as connection:
            connection.exec_driver_sql(row)


def test_two_senders_may_call_their_messages_the_same(engine: Engine) -> None:
    both = received(engine, receipt("a.xml", "d1"), receipt("b.xml", "d2"))
    for record, status in zip(both, ("ACCC", "RJCT"), strict=True):
        payment = IN._replace(uetr=f"u-{record.number}", transaction_id="T-1")
        child = OUT._replace(message_id=f"W-{record.number}", uetr=None, parent_record=record.number)
        said = Status("pain.001.001.09", "M-1", 1, status, about=record.number)
        with transaction(engine) as connection:
            conclude(connection, record, Outcome(Verdict.ACCEPTED, AT), [payment, child], [said])
    with transaction(engine) as connection:
        for record, status in zip(both, ("ACCC", "RJCT"), strict=True):
            kept = trace.payment(connection, "pain.001.001.09", "M-1", 1, record.number)
            assert kept is not None
            assert kept.payment.uetr == f"u-{record.number}"
            assert trace.referred(connection, "uetr", f"u-{record.number}", Direction.IN) == (kept,)
            assert trace.referred(connection, "uetr", f"u-{record.number}", Direction.OUT) == ()
            (child_,) = trace.children(connection, kept.payment, kept.record)
            assert child_.payment.message_id == f"W-{record.number}"
            (step,) = trace.statuses(connection, kept.payment, kept.record)
            assert step.status.status == status
            assert list(trace.statuses_of_message(connection, kept.payment, kept.record)) == [step]
        both = trace.referred(connection, "transaction_id", "T-1", Direction.IN)
        assert len(both) == 2
        assert trace.referred(connection, "transaction_id", "T-1", Direction.IN, found_max=1) == both[-1:]  # the newest


def test_what_is_said_of_several_in_a_row_is_said_of_each(engine: Engine) -> None:
    (record,) = received(engine)
    last = SAID_TOGETHER_MAX + 1
    said = [
        Status("pain.001.001.09", "M-1", 1, "ACSP"),
        Status("pain.001.001.09", "M-1", 2, "RJCT", ("AC04", "AM05"), last=last),
        Status("pain.001.001.09", "M-1", last, "ACSC"),
    ]
    with transaction(engine) as connection:
        conclude(connection, record, Outcome(Verdict.ACCEPTED, AT), statuses=said)

    def of(position: int) -> list[tuple[int, str, tuple[str, ...]]]:
        with transaction(engine) as connection:
            steps = trace.statuses(connection, IN._replace(position=position))
        return [(one.status.position, one.status.status, one.status.reasons) for one in steps]

    rejected = ("RJCT", ("AC04", "AM05"))
    assert of(1) == [(1, "ACSP", ())]
    assert of(2) == [(2, *rejected)]
    assert of(last) == [(last, *rejected), (last, "ACSC", ())]
    assert of(last + 1) == []
    with transaction(engine) as connection:
        steps = list(trace.statuses_of_message(connection, IN))
        assert [step.status.position for step in steps] == [1, *range(2, last + 1), last]
        assert prove(connection).faults == ()


def test_unanswered_payments_are_those_nothing_is_said_of(engine: Engine) -> None:
    (record,) = received(engine)
    sent = [OUT._replace(position=position) for position in range(1, 7)]
    said = [Status(OUT.definition, "W-1", 2, "ACSC", last=4), Status(OUT.definition, "W-1", 6, "RJCT")]
    with transaction(engine) as connection:
        conclude(connection, record, Outcome(Verdict.ACCEPTED, AT), sent, said)
        told = and_(STATUSES.c.message_id == PAYMENTS.c.message_id, trace.said_of(PAYMENTS.c.position))
        asked = select(PAYMENTS.c.position).where(~select(STATUSES.c.number).where(told).exists())
        assert list(connection.execute(asked.order_by(PAYMENTS.c.position)).scalars()) == [1, 5]
