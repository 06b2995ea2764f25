"""The life of a payment as a timeline for a person, and as a tree of JSON."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TextIO

from wissel.cli.console import in_line
from wissel.cli.render.amounts import money_text
from wissel.cli.render.files_text import FORMAT, shortened
from wissel.cli.render.json import dumped
from wissel.cli.render.layout import Layout, wrapped
from wissel.cli.render.tally import plural
from wissel.engine.instructions.instruction import OPERATOR
from wissel.engine.life import Booked, Came, Life, Lives
from wissel.journal.trace import Kept, Step
from wissel.journal.values import Direction, Payment

_COLORS = {"RJCT": "red", "CANC": "red", "ACSC": "green", "ACCC": "green", "PDNG": "yellow"}
_TIME = "2026-11-23 10:00:00  "
_WHAT_WIDTH = 10
_PAYMENTS = ("pacs.008", "pacs.009")
"""Files of these carry payments: where it is this one, that is told already; else it is not about this one."""


class _Event(NamedTuple):
    """Something that happened; sorted by what stands first."""

    record: int
    order: int
    what: str
    said: str
    color: str | None = None


def write_lives(found: Lives, out: TextIO, layout: Layout) -> None:
    """A timeline for each payment: when, what, and by which file."""
    for number, life in enumerate(found.lives):
        out.write(("\n" if number else "") + layout.style(in_line(_title(life)), bold=True) + "\n")
        told: int | None = None
        events = dict.fromkeys(_events(life, found.files, is_root=True))  # order and payment are told the same
        for event in sorted(events, key=lambda one: (one.record, one.order)):
            moment = "" if event.record == told else _moment(found.files.get(event.record))
            told = event.record
            what = layout.style(f"{event.what:<{_WHAT_WIDTH}}", event.color)
            text = wrapped(in_line(event.said), layout, len(_TIME) + _WHAT_WIDTH)
            out.write(f"{layout.style(f'{moment:<{len(_TIME)}}', dim=True)}{what}{text}".rstrip() + "\n")
    if found.found > len(found.lives):
        out.write(f"\n{len(found.lives):,} of {plural(found.found, 'payment')} shown, see --last\n")


def _title(life: Life) -> str:
    own = life.kept.payment
    if not own.position:
        return f"{own.definition} {own.message_id}"
    # an order has no UETR where its debtor gave none: then what was made of it has
    uetr = own.uetr or next((one.kept.payment.uetr for one in life.children if one.kept.payment.uetr), None)
    amount = f"{own.amount} {own.currency}" if own.amount is not None else ""
    named = f"EndToEndId {own.end_to_end_id}" if own.end_to_end_id else ""
    return " · ".join(filter(None, (amount, named, f"UETR {uetr}" if uetr else "")))


def _events(life: Life, files: dict[int, Came], *, is_root: bool = False) -> Iterator[_Event]:
    kept, own = life.kept, life.kept.payment
    which = f"{own.definition} {own.message_id}" + (f", transaction {own.position}" if own.position else "")
    if own.direction is Direction.IN:
        yield _Event(kept.record, 0, "received", f"{which}, {_by(files.get(kept.record), kept)}")
    else:
        day = f", settles {own.date}" if own.date else ""
        yield _Event(kept.record, 3, "sent", f"{which}, to {own.party}{day}")
    for step in life.steps:
        yield _status(life, step, files)
    for one in life.booked:
        yield _Event(one.record, 2, "booked", _entry(one))
    for below in life.children:
        yield from _events(below, files)
    if is_root:
        sent = {(one.party, one.definition) for one in _sent(life)}
        involved = set(_records(life))
        for number, came in files.items():
            for output in came.outputs if number in involved else ():
                told = any(output.addressee == party and definition in output.name for party, definition in sent)
                if not told and not any(family in output.name for family in _PAYMENTS):
                    yield _Event(number, 4, "written", f"{output.addressee}/{output.name}")


def _sent(life: Life) -> Iterator[Payment]:
    """The payments of a life that were sent: each is told already, so the file that carries it is not."""
    if life.kept.payment.direction is Direction.OUT:
        yield life.kept.payment
    for below in life.children:
        yield from _sent(below)


def _records(life: Life) -> Iterator[int]:
    yield life.kept.record
    yield from (step.record for step in life.steps)
    for below in life.children:
        yield from _records(below)


def _status(life: Life, step: Step, files: dict[int, Came]) -> _Event:
    said = " ".join((step.status.status, *step.status.reasons))
    color = _COLORS.get(step.status.status)
    if step.record == life.kept.record:
        return _Event(step.record, 1, "decided", said, color)
    return _Event(step.record, 1, "reported", f"{said}, {_by(files.get(step.record))}", color)


def _by(came: Came | None, kept: Kept | None = None) -> str:
    if came is None:
        return f"from {kept.payment.party}" if kept is not None else "by a file that is not in the journal"
    receipt = came.listed.record.receipt
    if receipt.channel == OPERATOR:
        return f"{_instructed(came)} (record {came.listed.record.number})"
    return f"from {receipt.channel} (record {came.listed.record.number}, {shortened(receipt.file)})"


def _instructed(came: Came) -> str:
    """Who at the bank decided what."""
    told = json.loads(came.listed.report or "{}").get("messages") or [{}]
    given = told[0].get("instruction", {})
    return f"{given.get('do', 'an instruction')} by {given.get('by', 'nobody known')}"


def _entry(one: Booked) -> str:
    entry = one.entry
    amount = money_text(entry.amount, entry.currency, sign=True)
    marks = [*(["taken back"] if entry.reversal else []), *(["with others"] if one.together else [])]
    said = f" ({', '.join(marks)})" if marks else ""
    return f"{entry.account} {amount}, value {entry.value_date}{said}"


def _moment(came: Came | None) -> str:
    return f"{came.listed.record.receipt.received_at:%Y-%m-%d %H:%M:%S}" if came is not None else ""


def write_lives_json(found: Lives, out: TextIO) -> None:
    """One object: the payments as trees, and the files by record."""
    value = {
        "format": FORMAT,
        "found": found.found,
        "payments": [_as_dict(life) for life in found.lives],
        "files": [_file_as_dict(number, came) for number, came in found.files.items()],
    }
    out.write(dumped(value) + "\n")


def _as_dict(life: Life) -> dict[str, Any]:
    own = life.kept.payment
    names = ("message_id", "position", "business_message_id", "payment_information_id", "instruction_id")
    return {
        "record": life.kept.record,
        "direction": own.direction.value,
        "definition": own.definition,
        "party": own.party,
        **{name: getattr(own, name) for name in (*names, "end_to_end_id", "transaction_id", "uetr")},
        "currency": own.currency,
        "amount": own.amount,
        "date": own.date,
        "statuses": list(_statuses(life.steps)),
        "booked": [_entry_as_dict(one) for one in life.booked],
        "led_to": [_as_dict(one) for one in life.children],
    }


def _statuses(steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield {
            "at": step.at,
            "record": step.record,
            "status": step.status.status,
            "reasons": list(step.status.reasons),
        }


def _entry_as_dict(one: Booked) -> dict[str, Any]:
    entry = one.entry
    return {
        "record": one.record,
        "together": one.together,
        "account": entry.account,
        "currency": entry.currency,
        "amount_minor": entry.amount,
        "value_date": entry.value_date.isoformat(),
        "reference": entry.reference,
        "reversal": entry.reversal,
    }


def _file_as_dict(number: int, came: Came) -> dict[str, Any]:
    receipt, verdict = came.listed.record.receipt, came.listed.verdict
    return {
        "record": number,
        "received": receipt.received_at.isoformat(),
        "channel": receipt.channel,
        "file": receipt.file,
        "verdict": verdict.value if verdict is not None else None,
        "written": [f"{one.addressee}/{one.name}" for one in came.outputs],
    }
