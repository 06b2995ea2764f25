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
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared and sorted by its bytes, whatever language the server is set to: moments are texts, too."""

ENTRIES = Table(
    "journal_entry",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("kind", _TEXT, nullable=False),
    Column("content", _TEXT, nullable=False),
    Column("previous", _TEXT, nullable=False),
    Column("hash", _TEXT, nullable=False),
)
RECORDS = Table(
    "journal_record",
    METADATA,
    Column("record", _NUMBER, primary_key=True, autoincrement=False),
    Column("channel", _TEXT, nullable=False),
    Column("file", _TEXT, nullable=False),
    Column("digest", _TEXT, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("received_at", _TEXT, nullable=False),
    Column("configuration", _TEXT, nullable=False),
    Column("folder", _TEXT, nullable=False),
    UniqueConstraint("folder", "file"),
    Index("journal_record_digest", "digest"),
)
KEYS = Table(
    "journal_key",
    METADATA,
    Column("key", _NUMBER, primary_key=True, autoincrement=True),
    Column("sender", _TEXT, nullable=False),
    Column("definition", _TEXT, nullable=False),
    Column("message_id", _TEXT, nullable=False),
    Column("digest", _TEXT, nullable=False),
    Column("at", _TEXT, nullable=False),
    Column("record", _NUMBER, ForeignKey("journal_record.record"), nullable=False),
    Index("journal_key_parts", "sender", "definition", "message_id"),
    Index("journal_key_record", "record"),
)
OUTCOMES = Table(
    "journal_outcome",
    METADATA,
    Column("record", _NUMBER, ForeignKey("journal_record.record"), primary_key=True, autoincrement=False),
    Column("verdict", _TEXT, nullable=False),
    Column("at", _TEXT, nullable=False),
    Column("report", _TEXT, nullable=False),
    Column("repeats", _NUMBER, nullable=True),
    Column("postings", _TEXT, nullable=False),
    Index("journal_outcome_verdict", "verdict"),
)
OUTPUTS = Table(
    "journal_output",
    METADATA,
    Column("record", _NUMBER, ForeignKey("journal_record.record"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("addressee", _TEXT, nullable=False),
    Column("name", _TEXT, nullable=False),
    Column("digest", _TEXT, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("content", _TEXT),
)
PAYMENTS = Table(
    "journal_payment",
    METADATA,
    Column("payment", _NUMBER, primary_key=True, autoincrement=True),
    Column("record", _NUMBER, ForeignKey("journal_record.record"), nullable=False),
    Column("direction", _TEXT, nullable=False),
    Column("definition", _TEXT, nullable=False),
    Column("message_id", _TEXT, nullable=False),
    Column("position", Integer, nullable=False),
    Column("party", _TEXT, nullable=False),
    Column("business_message_id", _TEXT),
    Column("payment_information_id", _TEXT),
    Column("instruction_id", _TEXT),
    Column("end_to_end_id", _TEXT),
    Column("transaction_id", _TEXT),
    Column("uetr", _TEXT),
    Column("currency", _TEXT),
    Column("amount", _TEXT),
    Column("date", _TEXT),
    Column("parent_definition", _TEXT),
    Column("parent_message_id", _TEXT),
    Column("parent_position", Integer),
    Column("content", _TEXT),
    Column("parent_record", _NUMBER),
    Column("fingerprint", _TEXT),
    Index("journal_payment_message", "message_id", "position"),
    Index("journal_payment_definition", "definition", "direction"),
    Index("journal_payment_record", "record"),
)
for _name, *_columns in (
    ("uetr", "uetr"),
    ("transaction", "transaction_id"),
    ("end_to_end", "end_to_end_id"),
    ("instruction", "instruction_id"),
    ("business_message", "business_message_id"),
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
    Column("definition", _TEXT, nullable=False),
    Column("message_id", _TEXT, nullable=False),
    Column("position", Integer, nullable=False),
    Column("last_position", Integer, nullable=False),
    Column("status", _TEXT, nullable=False),
    Column("reasons", _TEXT, nullable=False),
    Column("at", _TEXT, nullable=False),
    Column("about", _NUMBER),
    Index("journal_status_payment", "message_id", "position"),
    Index("journal_status_record", "record"),
)
BANKS = Table("journal_bank", METADATA, Column("bank", _TEXT, primary_key=True))
"""The one bank directory that the journal belongs to: what lies in its ``work/`` and what is recorded go together."""
TABLES = (ENTRIES, RECORDS, KEYS, OUTCOMES, OUTPUTS, PAYMENTS, STATUSES, BANKS)
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
    "journal_bank": {
        "it belongs to a bank directory already": "EXISTS (SELECT 1 FROM journal_bank b)",
    },
}


def create(connection: Connection) -> None:
    """Make the tables and triggers that are not there yet, in the transaction of the caller."""
    METADATA.create_all(connection)
    dialect = connection.dialect.name
    for table in TABLES:
        for statement in kept_table(dialect, table.name, _REFUSALS[table.name]):
            connection.exec_driver_sql(statement)
