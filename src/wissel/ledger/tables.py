"""The ledger's tables, and what the database itself refuses: the same on SQLite and on PostgreSQL.

* Rows are added, never changed or deleted (triggers).
* A posting is: its row, its legs, then a seal. The seal is refused unless the legs sum to zero in every currency. What
  has no seal cannot be committed (deferred foreign keys), neither legs nor the posting's row alone: so nobody else can
  add legs between. A sealed posting takes no more legs; that is asked last, when the posting is known to be seen.
* Every leg says its account's number of entries and balance after it; both have to follow from the leg before it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from wissel.core.append_only import kept_table, trigger_names
from wissel.ledger.posting import AMOUNT_MAX

METADATA = MetaData()
_SEALED = ForeignKey("ledger_seal.posting", deferrable=True, initially="DEFERRED")
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared and sorted by its bytes, whatever language the server is set to: moments are texts, too."""

ACCOUNTS = Table(
    "ledger_account",
    METADATA,
    Column("account", _TEXT, primary_key=True),
    Column("currency", _TEXT, nullable=False),
    UniqueConstraint("account", "currency"),
)
POSTINGS = Table(
    "ledger_posting",
    METADATA,
    Column("posting", _NUMBER, _SEALED, primary_key=True, autoincrement=True),
    Column("key", _TEXT, nullable=False, unique=True),
    Column("digest", _TEXT, nullable=False),
    Column("at", _TEXT, nullable=False),
    Column("booking_date", _TEXT, nullable=False),
)
LEGS = Table(
    "ledger_leg",
    METADATA,
    Column("leg", _NUMBER, primary_key=True, autoincrement=True),
    Column("posting", _NUMBER, ForeignKey("ledger_posting.posting"), nullable=False),
    Column("account", _TEXT, nullable=False),
    Column("currency", _TEXT, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("booking_date", _TEXT, nullable=False),  # that of the posting, here for the index
    Column("value_date", _TEXT, nullable=False),
    Column("reference", _TEXT, nullable=False, unique=True),
    Column("case", _TEXT, nullable=False),
    Column("reversal", Boolean, nullable=False),
    Column("details", _TEXT, nullable=True),
    Column("information", _TEXT, nullable=True),
    UniqueConstraint("account", "sequence"),
    ForeignKeyConstraint(["account", "currency"], ["ledger_account.account", "ledger_account.currency"]),
    ForeignKeyConstraint(["posting"], ["ledger_seal.posting"], deferrable=True, initially="DEFERRED"),
    CheckConstraint(f"amount <> 0 AND abs(amount) < {AMOUNT_MAX} AND abs(balance) < {AMOUNT_MAX}"),
    Index("ledger_leg_posting", "posting"),
    Index("ledger_leg_booked", "account", "booking_date", "sequence"),
    Index("ledger_leg_value", "account", "value_date"),
)
SEALS = Table(
    "ledger_seal",
    METADATA,
    Column("posting", _NUMBER, primary_key=True, autoincrement=False),  # of a posting: without one it has no legs
    Column("legs", Integer, nullable=False),
)
STATEMENTS = Table(
    "ledger_statement",
    METADATA,
    Column("account", _TEXT, ForeignKey("ledger_account.account"), primary_key=True),
    Column("kind", _TEXT, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("first_date", _TEXT, nullable=False),
    Column("last_date", _TEXT, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),  # the account's last entry when the one before was made
    Column("last_sequence", BigInteger, nullable=False),  # and when this one was made
    Column("opening", BigInteger, nullable=False),
    Column("closing", BigInteger, nullable=False),
    Column("at", _TEXT, nullable=False),
    Column("digest", _TEXT, nullable=False),
)
TABLES = (ACCOUNTS, POSTINGS, LEGS, SEALS, STATEMENTS)

_REFUSALS = {
    "ledger_account": {
        "the account is there already": "EXISTS (SELECT 1 FROM ledger_account a WHERE a.account = NEW.account)",
    },
    "ledger_posting": {
        "the key is booked already": "EXISTS (SELECT 1 FROM ledger_posting p WHERE p.key = NEW.key "
        "OR p.posting = NEW.posting)",
    },
    "ledger_leg": {
        "the leg is there already": "EXISTS (SELECT 1 FROM ledger_leg l WHERE l.leg = NEW.leg "
        "OR l.reference = NEW.reference)",
        "the booking date is not that of the posting": "NEW.booking_date <> COALESCE("
        "(SELECT p.booking_date FROM ledger_posting p WHERE p.posting = NEW.posting), '')",
        "the entry does not follow the one before it": "NEW.sequence <> 1 + COALESCE("
        "(SELECT MAX(l.sequence) FROM ledger_leg l WHERE l.account = NEW.account), 0)",
        "the balance does not follow from the one before it": "NEW.balance <> NEW.amount + COALESCE("
        "(SELECT l.balance FROM ledger_leg l WHERE l.account = NEW.account AND l.sequence = NEW.sequence - 1), 0)",
        "the posting is sealed": "EXISTS (SELECT 1 FROM ledger_seal s WHERE s.posting = NEW.posting)",
    },
    "ledger_seal": {
        "the posting is sealed already": "EXISTS (SELECT 1 FROM ledger_seal s WHERE s.posting = NEW.posting)",
        "the legs do not sum to zero": "EXISTS (SELECT 1 FROM ledger_leg l WHERE l.posting = NEW.posting "
        "GROUP BY l.currency HAVING SUM(l.amount) <> 0)",
        "the number of legs is wrong": "NEW.legs < 2 OR NEW.legs <> "
        "(SELECT COUNT(*) FROM ledger_leg l WHERE l.posting = NEW.posting)",
    },
    "ledger_statement": {
        "the statement is there already": "EXISTS (SELECT 1 FROM ledger_statement s WHERE s.account = NEW.account "
        "AND s.kind = NEW.kind AND s.number = NEW.number)",
        "the statement does not follow the one before it": "NEW.number <> 1 + COALESCE((SELECT MAX(s.number) "
        "FROM ledger_statement s WHERE s.account = NEW.account AND s.kind = NEW.kind), 0)",
        "the opening balance is not the closing one before it": "NEW.number > 1 AND NEW.opening <> "
        "(SELECT s.closing FROM ledger_statement s WHERE s.account = NEW.account AND s.kind = NEW.kind "
        "AND s.number = NEW.number - 1)",
        "it does not begin where the one before it ends": "NEW.number > 1 AND (NEW.first_sequence <> "
        "(SELECT s.last_sequence FROM ledger_statement s WHERE s.account = NEW.account AND s.kind = NEW.kind "
        "AND s.number = NEW.number - 1) OR NEW.last_date < "
        "(SELECT s.last_date FROM ledger_statement s WHERE s.account = NEW.account AND s.kind = NEW.kind "
        "AND s.number = NEW.number - 1))",
        "it ends before it begins": "NEW.last_sequence < NEW.first_sequence OR NEW.last_date < NEW.first_date",
    },
}


def create(connection: Connection) -> None:
    """Make the tables and triggers that are not there yet, in the transaction of the caller."""
    METADATA.create_all(connection)
    dialect = connection.dialect.name
    for table in TABLES:
        for statement in kept_table(dialect, table.name, _REFUSALS[table.name]):
            connection.exec_driver_sql(statement)


def missing_triggers(connection: Connection) -> list[str]:
    """The triggers that are gone, or switched off."""
    dialect = connection.dialect.name
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if dialect == "postgresql":
        asked = (
            "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE tgenabled <> 'D' AND pg_table_is_visible(c.oid)"
        )
    there = {name for (name,) in connection.exec_driver_sql(asked)}
    return [name for table in TABLES for name in trigger_names(dialect, table.name) if name not in there]
