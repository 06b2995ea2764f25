"""Postings as values: legs that sum to zero per currency, and the entries that they become on accounts.

Amounts are whole minor units of the account's currency; a credit is positive, a debit negative.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

BOOKED, PENDING, INFORMATION = "BOOK", "PDNG", "INFO"
AMOUNT_MAX = 10**18
"""Bound of every amount and balance in minor units, so that sums stay within 64 bits."""
KEY_CHARACTERS_MAX = 200
DETAILS_MAX = 100_000
"""Details of one leg: transactions of one batch."""
INFORMATION_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Detail:
    """One transaction behind an entry, as a statement shows it. Values are texts as in messages, by field name."""

    amount: int
    """In minor units of the entry's currency, positive where it is credited."""
    values: Mapping[str, str] = field(default_factory=dict)
    """See ``details.toml`` for the names: ``end_to_end_id``, ``uetr``, ``debtor_name``, ``remittance`` ..."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting."""

    account: str
    currency: str
    amount: int
    value_date: date
    case: str = "other"
    """What happened, by which a statement finds its bank transaction code: ``sct``, ``sct-inst``, ``t2`` ..."""
    reversal: bool = False
    """RvslInd: the entry takes back an earlier one."""
    details: tuple[Detail, ...] = ()
    information: str = ""
    """AddtlNtryInf: a sentence for the account's owner."""


@dataclass(frozen=True, slots=True)
class PostingSet:
    """What is booked as one: all of it or nothing, and once for each key."""

    key: str
    """Names it for ever; booking the same key again changes nothing."""
    at: datetime
    """When it was booked, aware."""
    booking_date: date
    legs: tuple[Leg, ...]

    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in plain sentences; the database checks the same again."""
        found = []
        if not 0 < len(self.key) <= KEY_CHARACTERS_MAX:
            found.append(f"a posting's key has 1 to {KEY_CHARACTERS_MAX} characters")
        if len(self.legs) < 2:
            found.append("a posting has at least two legs")
        sums: dict[str, int] = {}
        for leg in self.legs:
            sums[leg.currency] = sums.get(leg.currency, 0) + leg.amount
            if leg.amount == 0 or abs(leg.amount) >= AMOUNT_MAX:
                found.append(f"the amount {leg.amount} on {leg.account} cannot be booked")
            if leg.details and sum(detail.amount for detail in leg.details) != leg.amount:
                found.append(f"the details on {leg.account} do not add up to its amount {leg.amount}")
            if len(leg.details) > DETAILS_MAX:
                found.append(f"a leg has at most {DETAILS_MAX:,} details")
            if len(leg.information) > INFORMATION_CHARACTERS_MAX:
                found.append(f"the information on {leg.account} is longer than {INFORMATION_CHARACTERS_MAX} characters")
        found += [f"the legs in {currency} sum to {total}, not to zero" for currency, total in sums.items() if total]
        return tuple(found)

    def digest(self) -> str:
        """SHA-256 of all that is booked, in hex; the moment of booking is not part of it."""
        rows = [
            [leg.account, leg.currency, leg.amount, leg.value_date.isoformat(), leg.case, leg.reversal, leg.information]
            + [[detail.amount, sorted(detail.values.items())] for detail in leg.details]
            for leg in self.legs
        ]
        said = json.dumps([self.key, self.booking_date.isoformat(), rows], ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One leg as it stands on its account."""

    account: str
    currency: str
    sequence: int
    """Numbers the entries of an account from 1 without a gap."""
    amount: int
    balance: int
    """Of the account after this entry."""
    booking_date: date
    value_date: date
    reference: str
    """AcctSvcrRef: the same in every statement and notification."""
    case: str
    reversal: bool
    at: datetime
    details: tuple[Detail, ...] = ()
    information: str = ""
    status: str = BOOKED
    """``BOOK``, as every entry of the ledger; ``PDNG`` and ``INFO`` only in bookings of others."""
    code: tuple[str, str, str] | None = None
    """Domain, family and sub-family, where they do not follow from the case."""


def reference_of(key: str, number: int) -> str:
    """The account servicer's reference of leg ``number`` (from 1) of a posting: 24 characters, from the key alone."""
    return hashlib.sha256(f"{key}\n{number}".encode()).hexdigest()[:24].upper()
