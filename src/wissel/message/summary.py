"""What a person wants to know of a message: who pays whom, how much, when; totals declared and counted.

A summary is made in one pass over the blocks, valid or not, in flat memory: sums grow, and only the first
transactions are kept. Values are as given; only amounts are read, and one that cannot be read is shown as it stands
and left out of the sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from wissel.catalog.fields import Found, fields, fields_of, find
from wissel.catalog.naming import family_of
from wissel.core.money import Money, exact_sum, exact_total, parse_money
from wissel.message.business_message import BusinessMessage
from wissel.xml.blocks.block import Block

TRANSACTIONS_DEFAULT = 20
VALUES_SHOWN = 40
"""Values kept of a message that has no named fields."""
STATUSES_MAX = 50
"""Different statuses counted each for itself; more would be no codes."""

AMOUNT_FIELDS = ("settlement_amount", "instructed_amount", "entry_amount", "original_amount")
"""The amount of a transaction is the first of these that its family has."""
_BALANCE_FIELDS = ("balance_type", "balance_amount", "balance_direction", "balance_date")
_JOINED = ("remittance", "reason", "reason_text")
"""Fields of which all values are told, not only the first."""
_DETAILS = ("NtryDtls/TxDtls/", "TxDtls/")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as given, and read where it can be."""

    text: str
    currency: str | None
    money: Money | None
    """None where the text is no amount or the currency is missing."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the readable amounts of one currency and direction."""

    direction: str | None
    """``CRDT`` or ``DBIT`` of entries; None where amounts have no direction."""
    money: Money
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What was declared and what was counted, of a message or group. Declared values are as given."""

    transactions: int
    sums: tuple[Sum, ...]
    """By direction and currency, in the order in which they first occur."""
    left_out: int
    """Amounts that could not be read and stand in no sum."""
    statuses: tuple[tuple[str, int], ...]
    """Statuses of transactions and how often each occurs, in the order in which they first occur."""
    declared_transactions: str | None = None
    declared_sum: str | None = None
    """Sum of all amounts whatever their currency."""
    declared_total: Amount | None = None

    @property
    def sum_of_all(self) -> Decimal:
        """The readable amounts together, whatever their currency, as a declared control sum has it."""
        return exact_total(one.money.amount for one in self.sums)


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance of an account, as given."""

    type: str | None
    amount: Amount | None
    direction: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A payment, entry or the like. ``values`` holds its named fields by name, also those that the group or message
    gives for all; absent ones are absent."""

    number: int
    """Counted through the whole message, from 1."""
    values: Mapping[str, str]
    amount: Amount | None
    details: int
    """How many payments an entry holds, where it tells; else 0."""


@dataclass(frozen=True, slots=True)
class Group:
    """A payment group, statement or the like, with those of its transactions that are kept."""

    number: int
    path: str
    values: Mapping[str, str]
    balances: tuple[Balance, ...]
    totals: Totals
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """One message, for a person."""

    definition: str | None
    header_definition: str | None
    envelope: tuple[str, ...]
    complete: bool
    """False where the file breaks off inside the message, or is not well-formed there."""
    header: Mapping[str, str]
    """Named fields of the business application header."""
    values: Mapping[str, str]
    """Named fields of the message itself."""
    totals: Totals
    groups: tuple[Group, ...]
    """The first groups, as many as transactions are kept."""
    groups_counted: int
    transactions: tuple[Transaction, ...]
    """The first transactions that stand in no group."""
    others: tuple[tuple[str, str], ...]
    """Paths and values of the first, of a message that has no named fields."""


def summarize(message: BusinessMessage, transactions_max: int | None = TRANSACTIONS_DEFAULT) -> Summary:
    """Read a message and sum it up. ``transactions_max`` is how many transactions (and groups) are kept; None: all.

    Raises Refused where the source cannot be opened any more.
    """
    gathered = _Gathering(message.definition or "", transactions_max)
    for block in message.blocks():
        gathered.add(block)
    header = message.header()
    header_definition = message.header_definition or "head.001.001.01"
    return Summary(
        definition=message.definition,
        header_definition=message.header_definition,
        envelope=message.envelope,
        complete=message.complete,
        header=_values(header, header_definition) if header is not None else {},
        values=gathered.values,
        totals=gathered.totals.made(gathered.last, message.definition or ""),
        groups=tuple(gathered.groups[number] for number in sorted(gathered.groups)),
        groups_counted=gathered.groups_counted,
        transactions=tuple(gathered.kept.get(0, ())),
        others=gathered.others,
    )


def amount_of(found: Found | None) -> Amount | None:
    """An amount field's value as an amount; None for none."""
    return read_amount(found.text, found.attribute("Ccy")) if found is not None else None


def read_amount(text: str, currency: str | None) -> Amount:
    """An amount as given, read where it can be."""
    return Amount(text, currency, parse_money(text, currency))


class _Totals:
    """Totals that still grow."""

    __slots__ = ("left_out", "statuses", "sums", "transactions")

    def __init__(self) -> None:
        self.transactions = 0
        self.sums: dict[tuple[str | None, str], tuple[Decimal, int]] = {}
        self.left_out = 0
        self.statuses: dict[str, int] = {}

    def add(self, amount: Amount | None, direction: str | None, status: str | None) -> None:
        self.transactions += 1
        if status is not None and (status in self.statuses or len(self.statuses) < STATUSES_MAX):
            self.statuses[status] = self.statuses.get(status, 0) + 1
        if amount is None:
            return
        if amount.money is None:
            self.left_out += 1
            return
        key = direction if direction in ("CRDT", "DBIT") else None, amount.money.currency
        total, count = self.sums.get(key, (Decimal(0), 0))
        self.sums[key] = exact_sum(total, amount.money.amount), count + 1

    def made(self, block: Block | None, definition: str) -> Totals:
        """The totals, with what the block itself declares."""

        def declared(name: str) -> Found | None:
            return find(name, block, definition, outward=False) if block is not None else None

        number, control_sum = declared("number_of_transactions"), declared("control_sum")
        return Totals(
            transactions=self.transactions,
            sums=tuple(Sum(way, Money(total, unit), n) for (way, unit), (total, n) in self.sums.items()),
            left_out=self.left_out,
            statuses=tuple(self.statuses.items()),
            declared_transactions=number.text if number else None,
            declared_sum=control_sum.text if control_sum else None,
            declared_total=amount_of(declared("total_amount")),
        )


class _Gathering:
    """Takes the blocks of one message as they come."""

    def __init__(self, definition: str, transactions_max: int | None) -> None:
        self.definition = definition
        self.groups: dict[int, Group] = {}
        self.groups_counted = 0
        self.kept: dict[int, list[Transaction]] = {}
        """Transactions kept, by the number of their group; 0 for those in none."""
        self.values: dict[str, str] = {}
        self.others: tuple[tuple[str, str], ...] = ()
        self.totals = _Totals()
        self.last: Block | None = None
        """The message's own block, which comes last."""
        self._max = transactions_max
        self._in_group: dict[int, _Totals] = {}
        known = fields_of(family_of(definition))
        self._amount = next((name for name in AMOUNT_FIELDS if name in known), AMOUNT_FIELDS[0])

    def add(self, block: Block) -> None:
        if block.kind == "transaction":
            self._transaction(block)
        elif block.kind == "group":
            self._group(block)
        else:
            self.last = block
            self.values = _values(block, self.definition)
            if not fields_of(family_of(self.definition)):
                self.others = _first_values(block)

    def _wanted(self, number: int) -> bool:
        return self._max is None or number <= self._max

    def _transaction(self, block: Block) -> None:
        amount = amount_of(find(self._amount, block, self.definition, outward=False))
        direction = find("credit_debit", block, self.definition, outward=False)
        status = find("status", block, self.definition, outward=False)
        given = amount, direction.text if direction else None, status.text if status else None
        self.totals.add(*given)
        group = block.parent.number if block.parent is not None and block.parent.kind == "group" else 0
        if group and self._wanted(group):
            self._in_group.setdefault(group, _Totals()).add(*given)
        if self._wanted(block.number):
            one = Transaction(block.number, _values(block, self.definition, outward=True), amount, _details(block))
            self.kept.setdefault(group, []).append(one)

    def _group(self, block: Block) -> None:
        self.groups_counted += 1
        if not self._wanted(block.number):
            return
        totals = self._in_group.pop(block.number, None) or _Totals()
        self.groups[block.number] = Group(
            number=block.number,
            path=block.path,
            values=_values(block, self.definition),
            balances=_balances(block, self.definition),
            totals=totals.made(block, self.definition),
            transactions=tuple(self.kept.pop(block.number, ())),
        )


def _values(block: Block, definition: str, outward: bool = False) -> dict[str, str]:
    """The named fields of a block by name; several words of one become one text."""
    values = {}
    for name in fields_of(family_of(definition)):
        found = find(name, block, definition, outward) if name not in _BALANCE_FIELDS else None
        if found is not None:
            values[name] = "; ".join(dict.fromkeys(found.texts)) if name in _JOINED else found.text
    return values


def _balances(block: Block, definition: str) -> tuple[Balance, ...]:
    """The balances of a statement: what stands below each ``Bal`` belongs together."""
    apart: dict[str, dict[str, str]] = {}
    for path, plain, text in zip(block.shape.paths, block.shape.plain, block.texts, strict=False):
        if plain.startswith("Bal/"):
            apart.setdefault(path.partition("/")[0], {}).setdefault(plain, text.strip())
    places = [fields()[name].paths.get((family_of(definition), block.kind), ()) for name in _BALANCE_FIELDS]
    balances = []
    for values in apart.values():
        found = [next((path for path in paths if values.get(path)), None) for paths in places]
        kind, amount, direction, date = found
        balances.append(
            Balance(
                type=values[kind] if kind else None,
                amount=read_amount(values[amount], values.get(f"{amount}/@Ccy")) if amount else None,
                direction=values[direction] if direction else None,
                date=values[date] if date else None,
            )
        )
    return tuple(balances)


def _details(block: Block) -> int:
    """How many payments an entry has details of."""
    steps = set()
    for path, plain in zip(block.shape.paths, block.shape.plain, strict=True):
        if plain.startswith(_DETAILS):
            steps.add(tuple(path.split("/")[: 2 if plain.startswith(_DETAILS[0]) else 1]))
    return len(steps)


def _first_values(block: Block) -> tuple[tuple[str, str], ...]:
    """The first values of a block in the order of the file."""
    pairs = zip(block.shape.paths, block.texts, strict=False)
    return tuple(islice(((path, text.strip()) for path, text in pairs if text.strip()), VALUES_SHOWN))
