"""The journal's tables: rows are added, never changed or deleted; the entries are a chain of hashes.

``journal_entry`` is the journal itself: each entry holds the hash of the one before it, and says (or holds the digest
of) all that was written with it into the other tables, which exist to be asked.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from wissel.core.append_only import kept_table

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

ENTRIES = Table(
    "journal_entry",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
RECORDS = Table(
    "journal_record",
    METADATA,
    Column("record", _NUMBER, primary_key=True, autoincrement=False),
    Column("channel", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("configuration", Text, nullable=False),
    Column("folder", Text, nullable=False),
    UniqueConstraint("folder", "file"),
    Index("journal_record_digest", "digest"),
)
KEYS = Table(
    "journal_key",
    METADATA,
    Column("key", _NUMBER, primary_key=True, autoincrement=True),
    Column("sender", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("record", _NUMBER, ForeignKey("journal_record.record"), nullable=False),
    Index("journal_key_parts", "sender", "definition", "message_id"),
)
OUTCOMES = Table(
    "journal_outcome",
    METADATA,
    Column("record", _NUMBER, ForeignKey("journal_record.record"), primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("repeats", _NUMBER, nullable=True),
    Column("postings", Text, nullable=False),
)
OUTPUTS = Table(
    "journal_output",
    METADATA,
    Column("record", _NUMBER, ForeignKey("journal_record.record"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("addressee", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("content", Text),
)
PAYMENTS = Table(
    "journal_payment",
    METADATA,
    Column("payment", _NUMBER, primary_key=True, autoincrement=True),
    Column("record", _NUMBER, ForeignKey("journal_record.record"), nullable=False),
    Column("direction", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("party", Text, nullable=False),
    Column("business_message_id", Text),
    Column("payment_information_id", Text),
    Column("instruction_id", Text),
    Column("end_to_end_id", Text),
    Column("transaction_id", Text),
    Column("uetr", Text),
    Column("currency", Text),
    Column("amount", Text),
    Column("date", Text),
    Column("parent_definition", Text),
    Column("parent_message_id", Text),
    Column("parent_position", Integer),
    Column("content", Text),
    Column("parent_record", _NUMBER),
    Column("fingerprint", Text),
    Index("journal_payment_message", "message_id", "position"),
)
for _name, *_columns in (
    ("uetr", "uetr"),
    ("transaction", "transaction_id"),
    ("end_to_end", "end_to_end_id"),
    ("fingerprint", "fingerprint"),
    ("parent", "parent_message_id", "parent_position"),
):  # rows without a value are many, and nobody asks for them
    _there = PAYMENTS.c[_columns[0]].is_not(None)
    _asked = [PAYMENTS.c[column] for column in _columns]
    Index(f"journal_payment_{_name}", *_asked, sqlite_where=_there, postgresql_where=_there)
STATUSES = Table(
    "journal_status",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("record", _NUMBER, ForeignKey("journal_record.record"), nullable=False),
    Column("definition", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("last_position", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("about", _NUMBER),
    Index("journal_status_payment", "message_id", "position"),
)
TABLES = (ENTRIES, RECORDS, KEYS, OUTCOMES, OUTPUTS, PAYMENTS, STATUSES)
GENESIS = ""
"""What the first entry holds in place of a hash before it."""

_REFUSALS = {
    "journal_entry": {
        "an entry does not follow the one before it": "NEW.number <> 1 + COALESCE("
        "(SELECT MAX(e.number) FROM journal_entry e), 0)",
        "an entry does not hold the hash of the one before it": "NEW.previous <> COALESCE((SELECT e.hash "
        "FROM journal_entry e WHERE e.number = NEW.number - 1), '')",
    },
    "journal_record": {
        "the record is there already": "EXISTS (SELECT 1 FROM journal_record r WHERE r.record = NEW.record "
        "OR (r.folder = NEW.folder AND r.file = NEW.file))",
    },
    "journal_key": {
        "the key is there already": "EXISTS (SELECT 1 FROM journal_key k WHERE k.key = NEW.key)",
    },
    "journal_outcome": {
        "the outcome is there already": "EXISTS (SELECT 1 FROM journal_outcome o WHERE o.record = NEW.record)",
    },
    "journal_output": {
        "the output is there already": "EXISTS (SELECT 1 FROM journal_output o WHERE o.record = NEW.record "
        "AND o.position = NEW.position)",
    },
    "journal_payment": {
        "the payment is there already": "EXISTS (SELECT 1 FROM journal_payment p WHERE p.payment = NEW.payment)",
    },
    "journal_status": {
        "the status is there already": "EXISTS (SELECT 1 FROM journal_status s WHERE s.number = NEW.number)",
    },
}


def create(connection: Connection) -> None:
    """Make the tables and triggers that are not there yet, in the transaction of the caller."""
    METADATA.create_all(connection)
    dialect = connection.dialect.name
    for table in TABLES:
        for statement in kept_table(dialect, table.name, _REFUSALS[table.name]):
            connection.exec_driver_sql(statement)
