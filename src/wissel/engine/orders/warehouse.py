"""The warehouse: orders that wait for their day, or for a person.

What waits of an order is kept as a file in ``work/warehouse/``: a line of JSON that says which transactions wait and
until when, and after it the order as it came. The file is staged and delivered like every other output, so it is there
exactly when the journal says that its transactions wait. When the time has come it is claimed like a file in an inbox,
gets a record of its own, from which all times and identifiers are made, and its transactions are decided anew.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from wissel.core.errors import InstallationError
from wissel.engine.conclusion import Made
from wissel.engine.database import Connection
from wissel.journal.trace import statuses_of_message
from wissel.journal.values import Direction, Payment, Status
from wissel.routing.bank import Bank
from wissel.routing.business_day import release, settlement_day
from wissel.routing.network import calendar_name

WAREHOUSE = ".warehouse"
"""Channel of what is released, and addressee of what waits; no name in ``wissel.toml`` begins with a dot."""
FOLDER = "warehouse"
HELD = "held"
"""In place of a moment: until a person says so."""
PENDING = "PDNG"
_FORMAT = 1
_HEADER_BYTES_MAX = 16_000_000
_COPY_BYTES = 1 << 20
_POSITIONS_MAX = 10_000_000
_NAME = re.compile(r"^([0-9]{8}T[0-9]{6}Z|held)-([0-9]+)-([0-9]+)(~[0-9]+)?\.order$")
"""With a number after ``~`` where a file was put back beside another of its name."""
_MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Waited:
    """What a file of the warehouse says."""

    record: int
    """Of the order as it came."""
    channel: str
    file: str
    """The order's name as it was handed over."""
    message: int
    """Which of the file's messages it is."""
    definition: str
    message_id: str
    until: str
    positions: frozenset[int]
    """Of the transactions that wait."""


def waits_until(bank: Bank, network: str, currency: str, settles: date, at: datetime) -> datetime | None:
    """When a payment that settles on a day is sent: at the opening of that day, or with its first cycle; None for one
    that goes at once."""
    chosen = bank.networks[network]
    calendar = bank.calendars[calendar_name(chosen, currency)]
    if settles <= settlement_day(chosen, calendar, None, at)[0]:
        return None
    due = release(chosen, calendar, settles, at)
    return due if due > at else None


def moment_name(due: datetime) -> str:
    """A moment as names of files have it."""
    return f"{due.astimezone(UTC):{_MOMENT}}"


def due_of(name: str) -> datetime | None:
    """When a file of the warehouse is due, by its name; None for one that is held, or is none of ours."""
    found = _NAME.match(name)
    if found is None or found[1] == HELD:
        return None
    return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)


def place_of(name: str) -> tuple[int, int]:
    """The record that put a file into the warehouse, and which of its messages it holds: the order among those that are
    due at one moment. Raises ValueError for a name that is none of ours."""
    found = _NAME.match(name)
    if found is None:
        raise ValueError(f"{name} is no name of the warehouse")
    return int(found[2]), int(found[3])


def stored(order: Path, folder: Path, by: int, waited: Waited) -> Made:
    """What is put into the warehouse: ``order`` is the file as it came, ``by`` the record that puts it there. Raises
    OSError."""
    name = f"{waited.until}-{by}-{waited.message}.order"
    path = folder / name
    with order.open("rb") as source, path.open("xb") as target:
        target.write(_header(waited))
        while chunk := source.read(_COPY_BYTES):
            target.write(chunk)
    count = len(waited.positions)
    return Made(WAREHOUSE, name, path, f"{count} transaction{'' if count == 1 else 's'} until {waited.until}")


def _header(waited: Waited) -> bytes:
    said = {
        "wissel": "waiting order",
        "format": _FORMAT,
        "record": waited.record,
        "channel": waited.channel,
        "file": waited.file,
        "message": waited.message,
        "definition": waited.definition,
        "message_id": waited.message_id,
        "until": waited.until,
        "transactions": ranges(waited.positions),
    }
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def ranges(positions: Iterable[int]) -> list[list[int]]:
    """Positions as first and last of each run."""
    found: list[list[int]] = []
    for position in sorted(positions):
        if found and position == found[-1][1] + 1:
            found[-1][1] = position
        else:
            found.append([position, position])
    return found


def positions_of(said: Any) -> frozenset[int]:
    """The positions that :func:`ranges` gave. Raises ValueError or TypeError for what it cannot have given."""
    last, found = 0, list[range]()
    for begin, end in said:
        if type(begin) is not int or type(end) is not int or not last < begin <= end <= _POSITIONS_MAX:
            raise ValueError(f"{begin} to {end} after {last}")
        last = end
        found.append(range(begin, end + 1))
    return frozenset(chain.from_iterable(found))


def read_waited(path: Path) -> Waited:
    """What a file of the warehouse says. Raises InstallationError for one that is none of ours."""
    with path.open("rb") as file:
        line = file.readline(_HEADER_BYTES_MAX)
    try:
        said: dict[str, Any] = json.loads(line)
        if said["wissel"] != "waiting order" or said["format"] != _FORMAT:
            raise ValueError(said["format"])
        names = ("channel", "file", "definition", "message_id", "until")
        texts = {name: str(said[name]) for name in names}
        positions = positions_of(said["transactions"])
        return Waited(record=int(said["record"]), message=int(said["message"]), positions=positions, **texts)
    except (ValueError, KeyError, TypeError):
        raise InstallationError(f"{path.name} is no order of the warehouse that this version can read") from None


def order_of(path: Path, folder: Path) -> Path:
    """The order inside a file of the warehouse, as a file of its own in ``folder``. Raises OSError."""
    target = folder / "order"
    with path.open("rb") as source, target.open("xb") as file:
        source.readline(_HEADER_BYTES_MAX)
        while chunk := source.read(_COPY_BYTES):
            file.write(chunk)
    return target


def last_statuses(connection: Connection, waited: Waited) -> Mapping[int, Status]:
    """What was said last of each transaction of the order. Only what is still said to wait may be carried out: so
    nothing is carried out twice, whatever is done to the files."""
    order = Payment(Direction.IN, waited.definition, waited.message_id, 0, waited.channel)
    return {step.status.position: step.status for step in statuses_of_message(connection, order, waited.record)}


def is_held(status: Status) -> bool:
    """Whether a transaction waits for a person. What is held has a reason; what waits for its day has none."""
    return status.status == PENDING and bool(status.reasons)


def left_in(connection: Connection, waited: Waited) -> frozenset[int]:
    """Those transactions of a file of the warehouse that still wait as it says: not released or rejected since."""
    known, held = last_statuses(connection, waited), waited.until == HELD
    found = ((position, known.get(position)) for position in waited.positions)
    return frozenset(at for at, said in found if said and said.status == PENDING and is_held(said) is held)
