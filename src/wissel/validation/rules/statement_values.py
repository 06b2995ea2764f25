"""What the rules of statements and entries share: amounts with their side, and the state of an entry."""

from decimal import Decimal

from wissel.core.money import parse_decimal
from wissel.xml.blocks.block import Block

REPORTS = ("camt.052", "camt.053", "camt.054")
SOURCE = "ISO 20022 definitions of account reports; practice of banks"
BOOKED = "BOOK"
ZERO = Decimal(0)


def number_of(text: str) -> Decimal | None:
    """The number that a sum's text is, with its sign; None for one that the schema refuses anyway."""
    return parse_decimal(text)


def signed_by(amount: Decimal, side: str) -> Decimal:
    """An amount with the sign of its side, ``CRDT`` or ``DBIT``."""
    return -amount if side == "DBIT" else amount


def status_of(entry: Block) -> str | None:
    """``BOOK``, ``PDNG`` or ``INFO``, wherever the version of the message has it."""
    return entry.first("Sts/Cd", "Sts/Prtry", "Sts")
