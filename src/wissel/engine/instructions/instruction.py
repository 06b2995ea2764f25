"""Instructions of the bank's own people: a small file of JSON for each, dropped into ``work/instructions/``.

No command acts by itself. It drops an instruction, which is claimed, recorded and concluded like a file from an inbox:
so it works while files are worked on, nothing is lost or done twice by a crash, and the journal has who wanted what.
Whoever can write below ``work/`` may instruct.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.orders.warehouse import positions_of, ranges

OPERATOR = ".operator"
"""Channel of instructions; no name in ``wissel.toml`` begins with a dot."""
FOLDER = "instructions"
ENDING = ".instruction"
BYTES_MAX = 4_000_000
TEXT_MAX = 70
"""Characters of a name or identifier."""
_KIND, _FORMAT = "instruction", 1
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]*")
_REASON = re.compile(r"[A-Z0-9]{4}")
_ORDER = re.compile(r"[0-9A-Za-z][0-9A-Za-z~-]*\.order")


class Action(StrEnum):
    """What is wanted."""

    RELEASE = "release"
    """Carry out transactions that are held."""
    REJECT = "reject"
    """Reject transactions that are held or wait for their day."""
    ACCEPT_RECALL = "accept-recall"
    """Send a payment back that another bank has recalled."""
    REFUSE_RECALL = "refuse-recall"
    """Keep a payment that another bank has recalled."""
    RECALL = "recall"
    """Ask another bank to send a payment back."""


_ORDERS = (Action.RELEASE, Action.REJECT)
_REASONED = (Action.REJECT, Action.REFUSE_RECALL, Action.RECALL)


@dataclass(frozen=True, slots=True)
class About:
    """A payment or recall as the journal has it."""

    record: int
    definition: str
    message_id: str
    position: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. It is about transactions of one order in the warehouse, or about one payment."""

    id: str
    """Known by it: an instruction that comes again is not carried out again."""
    by: str
    """Who gave it."""
    at: datetime
    """When it was given; aware. Times of what comes of it are those of its record."""
    action: Action
    order: str | None = None
    """Name of a file in the warehouse."""
    transactions: frozenset[int] = frozenset()
    """Those of the order that it is about."""
    about: About | None = None
    reason: str | None = None
    """Code of ISO 20022 for who is told; None for the usual one."""


def new_instruction(
    action: Action,
    by: str,
    at: datetime,
    *,
    order: str | None = None,
    transactions: Iterable[int] = (),
    about: About | None = None,
    reason: str | None = None,
) -> Instruction:
    """An instruction with an identifier that follows from all that it says. Raises ValueError for one that no file can
    hold."""
    made = Instruction("0", by, at.astimezone(UTC), action, order, frozenset(transactions), about, reason)
    digest = hashlib.sha256(instruction_bytes(made)).hexdigest()[:12]
    named = Instruction(f"{made.at:%Y%m%dT%H%M%S.%fZ}-{action}-{digest}", *_values(made)[1:])
    again = read_instruction(instruction_bytes(named))
    if isinstance(again, Finding):
        raise ValueError(again.message)
    return named


def _values(one: Instruction) -> tuple[Any, ...]:
    return (one.id, one.by, one.at, one.action, one.order, one.transactions, one.about, one.reason)


def file_name(instruction: Instruction) -> str:
    """The name of its file: in order of time."""
    return f"{instruction.id}{ENDING}"


def said_of(instruction: Instruction) -> dict[str, Any]:
    """The instruction as values of JSON."""
    about = instruction.about
    told: dict[str, Any] = {
        "id": instruction.id,
        "by": instruction.by,
        "at": instruction.at.isoformat(),
        "do": instruction.action.value,
        "order": instruction.order,
        "transactions": ranges(instruction.transactions) or None,
        "payment": None,
        "reason": instruction.reason,
    }
    if about is not None:
        names = ("record", "definition", "message_id", "position")
        told["payment"] = {name: getattr(about, name) for name in names}
    return {name: value for name, value in told.items() if value is not None}


def instruction_bytes(instruction: Instruction) -> bytes:
    """The content of its file."""
    return json.dumps({"wissel": _KIND, "format": _FORMAT, **said_of(instruction)}, indent=1).encode() + b"\n"


def read_file(path: Path) -> Instruction | Finding:
    """What a file says; a finding for one that is no instruction. Raises OSError."""
    with path.open("rb") as file:
        data = file.read(BYTES_MAX + 1)
    return read_instruction(data)


def read_instruction(data: bytes) -> Instruction | Finding:
    """The instruction that some bytes are; a finding for what is none."""
    if len(data) > BYTES_MAX:
        return _invalid(f"it has more than {BYTES_MAX:,} bytes")
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return _invalid("it is no JSON")
    if not isinstance(said, dict) or said.pop("wissel", None) != _KIND or said.pop("format", None) != _FORMAT:
        return _invalid("it is no instruction that this version knows")
    try:
        return _read(said)
    except _WrongError as error:
        return _invalid(str(error))


class _WrongError(Exception):
    """What is wrong with an instruction."""


def _invalid(said: str) -> Finding:
    return finding("INSTRUCTION-INVALID", f"The instruction cannot be read: {said}.")


def _read(said: dict[str, Any]) -> Instruction:
    taken = dict(said)
    action = _action(_text(taken, "do"))
    order = about = None
    transactions: frozenset[int] = frozenset()
    if action in _ORDERS:
        order = _fitting(_text(taken, "order"), _ORDER, "order")
        transactions = _positions(taken.pop("transactions", None))
    else:
        about = _about(taken.pop("payment", None))
    reason = _fitting(_text(taken, "reason"), _REASON, "reason") if "reason" in taken else None
    if reason is not None and action not in _REASONED:
        raise _WrongError(f"{action} takes no reason")
    identifier, by = _fitting(_text(taken, "id"), _ID, "id"), _text(taken, "by")
    at = _moment(_text(taken, "at"))
    if taken:
        raise _WrongError(f"{action} takes no '{next(iter(taken))[:TEXT_MAX]}'")
    return Instruction(identifier, by, at, action, order, transactions, about, reason)


def _text(said: dict[str, Any], name: str) -> str:
    value = said.pop(name, None)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _WrongError(f"'{name}' is missing, or no text")
    if len(value) > TEXT_MAX:
        raise _WrongError(f"'{name}' has more than {TEXT_MAX} characters")
    return value


def _fitting(value: str, form: re.Pattern[str], name: str) -> str:
    if form.fullmatch(value) is None:
        raise _WrongError(f"'{name}' is {value!r}, which cannot be")
    return value


def _action(value: str) -> Action:
    try:
        return Action(value)
    except ValueError:
        raise _WrongError(f"'do' is {value!r}, not one of {', '.join(Action)}") from None


def _moment(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _WrongError("'at' is no time with its zone")
    return found


def _positions(value: object) -> frozenset[int]:
    try:
        found = positions_of(value)
    except (ValueError, TypeError):
        raise _WrongError("'transactions' is no list of first and last numbers") from None
    if not found:
        raise _WrongError("'transactions' names none")
    return found


def _about(value: object) -> About:
    kinds = {"record": int, "definition": str, "message_id": str, "position": int}
    if not isinstance(value, Mapping) or set(value) != set(kinds):
        raise _WrongError("'payment' does not say record, definition, message_id and position")
    if any(type(value[name]) is not kind for name, kind in kinds.items()):
        raise _WrongError("'payment' has a value of another kind")
    return About(value["record"], value["definition"], value["message_id"], value["position"])
