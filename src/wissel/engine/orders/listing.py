"""What waits in the warehouse: the transactions of each file, as the journal and the order itself have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from wissel.engine.database import Connection
from wissel.engine.orders.warehouse import Waited, due_of, last_statuses, left_in, order_of, read_waited
from wissel.engine.prepared import sources
from wissel.message.business_message import read_messages
from wissel.routing.order import Order, OrderReader
from wissel.xml.sources.source import Scratch


@dataclass(frozen=True, slots=True)
class Shelved:
    """An order of the warehouse."""

    path: Path
    waited: Waited
    positions: frozenset[int]
    """Those of its transactions that still wait here."""
    due: datetime | None
    """None for one that is held."""

    @property
    def name(self) -> str:
        """Of its file."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Waits:
    """One transaction that waits."""

    shelved: Shelved
    order: Order
    reasons: tuple[str, ...]
    """Why it is held."""


def shelved(connection: Connection, folder: Path) -> Iterator[Shelved]:
    """The orders of the warehouse ``folder`` that something still waits of, what is due first first, then what is held.
    Raises InstallationError for a file that is none of ours."""
    for path in sorted(folder.glob("*.order")) if folder.is_dir() else ():
        try:
            waited = read_waited(path)
        except FileNotFoundError:  # carried out meanwhile
            continue
        positions = left_in(connection, waited)
        if positions:
            yield Shelved(path, waited, positions, due_of(path.name))


def transactions(connection: Connection, one: Shelved) -> Iterator[Waits]:
    """The transactions that wait of an order, in order; none where it was carried out meanwhile. Raises
    InstallationError."""
    waited, known = one.waited, last_statuses(connection, one.waited)
    reader = OrderReader(waited.definition, waited.channel)
    with TemporaryDirectory() as folder, Scratch() as scratch:
        try:
            order = order_of(one.path, Path(folder))
        except FileNotFoundError:
            return
        number = 0
        for source in sources(order, waited.file, scratch):
            for message in read_messages(source).messages:
                number += 1
                if number != waited.message:
                    continue
                for block in message.blocks():
                    if block.kind == "transaction" and block.number in one.positions:
                        yield Waits(one, reader.order(block), known[block.number].reasons)
