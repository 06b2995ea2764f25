"""The warehouse: orders that wait for their day, or for a person.

What waits of an order is kept as a file in ``work/warehouse/``: a line of JSON that says which transactions wait and
until when, and after it the order as it came. The file is staged and delivered like every other output, so it is there
exactly when the journal says that its transactions wait. When the time has come it is claimed like a file in an inbox,
gets a record of its own, from which all times and identifiers are made, and its transactions are decided anew.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from wissel.core.errors import InstallationError
from wissel.engine.conclusion import Made
from wissel.engine.database import Connection
from wissel.journal.trace import statuses_of_message
from wissel.journal.values import Direction, Payment
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
_NAME = re.compile(r"^([0-9]{8}T[0-9]{6}Z|held)-([0-9]+)-([0-9]+)\.order$")
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


def due_name(name: str, due: datetime) -> str | None:
    """The name of a file that is held, once it has been freed; None for one that is not held."""
    found = _NAME.match(name)
    return f"{moment_name(due)}-{found[2]}-{found[3]}.order" if found is not None and found[1] == HELD else None


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
        "until": waited.until,
        "transactions": _ranges(waited.positions),
    }
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _ranges(positions: Iterable[int]) -> list[list[int]]:
    """Positions as first and last of each run."""
    found: list[list[int]] = []
    for position in sorted(positions):
        if found and position == found[-1][1] + 1:
            found[-1][1] = position
        else:
            found.append([position, position])
    return found


def read_waited(path: Path) -> Waited:
    """What a file of the warehouse says. Raises InstallationError for one that is none of ours."""
    with path.open("rb") as file:
        line = file.readline(_HEADER_BYTES_MAX)
    try:
        said: dict[str, Any] = json.loads(line)
        if said["wissel"] != "waiting order" or said["format"] != _FORMAT:
            raise ValueError(said["format"])
        positions = frozenset(n for begin, end in said["transactions"] for n in range(int(begin), int(end) + 1))
        names = (str(said["channel"]), str(said["file"]))
        return Waited(int(said["record"]), *names, int(said["message"]), str(said["until"]), positions)
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


def last_statuses(connection: Connection, waited: Waited, definition: str, message_id: str) -> dict[int, str]:
    """What was said last of each transaction of the order. Only what is still said to wait may be carried out: so
    nothing is carried out twice, whatever is done to the files."""
    order = Payment(Direction.IN, definition, message_id, 0, waited.channel)
    return {step.status.position: step.status.status for step in statuses_of_message(connection, order, waited.record)}
