"""What the journal holds, as values."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Verdict(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    """It was taken; some of its transactions may have been rejected, and the answer says so."""
    FAILED = "failed"
    """It was refused as a whole."""
    SHUNTED = "shunted"
    """A fault of ours, or of the installation: set aside, nothing of it was passed on."""


class Direction(StrEnum):
    """Which way a payment's message went."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A file that was claimed."""

    channel: str
    file: str
    """Its name as it was handed over."""
    digest: str
    """SHA-256 of its bytes, in hex."""
    size_bytes: int
    received_at: datetime
    """Aware; the time of everything that is made from the file."""
    configuration: str
    """Digest of the configuration that it was received under."""
    folder: str
    """Folder below ``work/`` that it was claimed into; folder and file name are unique together."""


@dataclass(frozen=True, slots=True)
class Record:
    """A receipt and its number in the journal."""

    number: int
    receipt: Receipt

    @property
    def base(self) -> str:
        """What every identifier made from this file begins from: the same on each rerun."""
        return f"{self.number}:{self.receipt.digest}"


@dataclass(frozen=True, slots=True)
class Key:
    """By which a message is known to have come before."""

    sender: str
    definition: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was made, and to whom it goes."""

    addressee: str
    """Folder below ``out/``."""
    name: str
    digest: str
    """SHA-256 of its bytes, in hex."""
    size_bytes: int
    content: str | None = None
    """Its bytes, packed as text, where it is to be given again when the same file comes again."""


class Payment(NamedTuple):
    """One transaction of one message that came in or went out."""

    direction: Direction
    definition: str
    message_id: str
    position: int
    """Its place in the message, from 1; 0 for the message as a whole."""
    party: str
    """The channel it came from, or the addressee it went to."""
    business_message_id: str | None = None
    payment_information_id: str | None = None
    instruction_id: str | None = None
    end_to_end_id: str | None = None
    transaction_id: str | None = None
    uetr: str | None = None
    currency: str | None = None
    amount: str | None = None
    """Decimal, as in the message."""
    date: str | None = None
    """Of settlement or as requested, ISO 8601."""
    parent: tuple[str, str, int] | None = None
    """Definition, message id and position of the payment it was made from."""
    content: str | None = None
    """What later answers need of it, as JSON."""
    parent_record: int | None = None
    """Record of the parent: two senders may call their messages the same. None: the latest of that name."""
    fingerprint: str | None = None
    """Digest of the values by which a business duplicate is known; None for one that is not asked for, or not taken."""


SAID_TOGETHER_MAX = 500
"""Payments in a row that a status is said of: what is asked about one payment looks through so many positions."""


class Status(NamedTuple):
    """A step of a payment, or of several that stand one after the other in a message."""

    definition: str
    message_id: str
    position: int
    status: str
    """Payment transaction status code, such as ``ACSP``."""
    reasons: tuple[str, ...] = ()
    """Status reason codes."""
    about: int | None = None
    """Record of the payment: two senders may call their messages the same. None: any of that name."""
    last: int | None = None
    """Position of the last of several payments in a row that it is said of, at most :data:`SAID_TOGETHER_MAX`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from one file, committed as one together with payments and their statuses, which may be many and
    are handed over one by one."""

    verdict: Verdict
    at: datetime
    keys: tuple[Key, ...] = ()
    """Keys its messages claim."""
    outputs: tuple[Output, ...] = ()
    postings: tuple[str, ...] = ()
    """Keys of what was booked."""
    report: str = "{}"
    """JSON: verdict, findings and decisions, as in the report beside the file."""
    repeats: int | None = None
    """Record of the file whose stored outcome is given again."""


def canonical(value: Any) -> str:
    """JSON with one spelling for each value: names in order, no spaces, ASCII."""
    return _CANONICAL.encode(value)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_text)


class RowsDigest:
    """SHA-256 over values in their canonical form, each with a comma after it."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made = hashlib.sha256()

    def copy(self) -> "RowsDigest":
        """Another one over the same values so far."""
        other = RowsDigest()
        other._made = self._made.copy()
        return other

    def add(self, *rows: Any) -> None:
        """Take some more; many at once are quicker than one by one, and give the same digest."""
        if rows:
            self._made.update(canonical(rows)[1:-1].encode() + b",")

    def hex(self) -> str:
        """The digest of those so far."""
        return self._made.hexdigest()
