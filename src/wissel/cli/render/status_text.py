"""How a bank directory stands, for a person and as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from wissel.cli.console import visible
from wissel.cli.render.amounts import money_text
from wissel.cli.render.files_text import FORMAT
from wissel.cli.render.layout import Layout, labelled
from wissel.cli.render.tally import plural
from wissel.engine.waiting import Wait
from wissel.journal.values import Direction, Verdict
from wissel.routing.bank import Bank
from wissel.service.standing import Standing

_NAMES_MAX = 5


def write_standing(bank: Bank, found: Standing, out: TextIO, layout: Layout) -> None:
    """A paragraph for each question."""
    out.write(layout.style(visible(f"{bank.identity.name} ({bank.identity.bic})"), bold=True) + "\n")
    for line in labelled(_pairs(found), layout):
        out.write(line + "\n")
    wrong = [name for name, total in found.totals.items() if total]
    if wrong:
        said = f"THE BOOKS ARE NOT RIGHT: they do not sum to zero in {', '.join(wrong)}"
        out.write(layout.style(said, "red", bold=True) + "\n")
    if found.ends["shunt"]:
        said = f"{plural(found.ends['shunt'], 'file was', 'files were')} set aside: wissel shunt list"
        out.write(layout.style(said, "yellow", bold=True) + "\n")


def _pairs(found: Standing) -> Iterator[tuple[str, str]]:
    yield "at work", f"process {found.owner}" if found.owner is not None else "nobody"
    yield "waiting", _counted(found.inboxes) or "nothing in the inboxes"
    open_ones = found.verdicts.get(None, 0)
    if found.in_work or open_ones:
        names = ", ".join(f"{one.receipt.channel}/{one.receipt.file}" for one in found.open[:_NAMES_MAX])
        yield (
            "in work",
            f"{plural(found.in_work, 'file')}, {plural(open_ones, 'record')} open{': ' if names else ''}{names}",
        )
    yield "ended", _counted(found.ends)
    yield "to fetch", _counted(found.out) or "nothing"
    yield from _warehouse(found)
    missing = found.unanswered
    if missing.count:
        sent = [one.payment for one in missing.first[:3]]
        names = ", ".join(f"{one.party} {one.uetr or one.message_id}" for one in sent)
        more = f" and {missing.count - 3:,} more" if missing.count > 3 else ""
        yield "unanswered", f"{plural(missing.count, 'payment')} since {_moment(missing.since or '')}: {names}{more}"
    else:
        yield "unanswered", "no payment"
    yield from _between_banks(found)
    sums = ", ".join(money_text(total, currency) for currency, total in sorted(found.totals.items()))
    yield "books", f"sum to {sums}" if sums else "empty"
    counted = ", ".join(f"{number:,} {one.value}" for one in Verdict if (number := found.verdicts.get(one, 0)))
    total = sum(found.verdicts.values())
    records = f"{plural(total, 'record')} ({counted})" if counted else plural(total, "record")
    yield "journal", f"{records}, {plural(found.tip.number, 'entry', 'entries')}"
    yield "tip", found.tip.hash


def _warehouse(found: Standing) -> Iterator[tuple[str, str]]:
    due = [one for one in found.warehouse if one.due is not None]
    held = [one for one in found.warehouse if one.due is None]
    if due:
        first = min(one.due for one in due if one.due is not None)
        count = sum(one.transactions for one in due)
        yield "warehouse", f"{plural(count, 'transaction')}, the first due {first:%Y-%m-%d %H:%M} UTC"
    else:
        yield "warehouse", "empty"
    if held:
        yield "held", f"{plural(sum(one.transactions for one in held), 'transaction')}, see wissel warehouse list"
    if found.instructions:
        yield "instructed", f"{plural(found.instructions, 'instruction')} to be taken up"
    came, sent = found.recalls[Direction.IN], found.recalls[Direction.OUT]
    if came or sent:
        yield "recalls", f"{came:,} to be answered, {sent:,} sent and open, see wissel recall list"


_WAITS = {
    Wait.COVER: ("no cover yet", "payment that came", "payments that came"),
    Wait.COVER_OF_CREDITED: ("credited, no cover", "payment that came", "payments that came"),
    Wait.PAYMENT: ("no payment yet", "cover that came", "covers that came"),
    Wait.RETURN: ("money held", "return that nobody is credited with", "returns that nobody is credited with"),
    Wait.NEW_COVER: ("cover rejected", "payment that was sent", "payments that were sent"),
    Wait.COVER_BACK: ("cover out", "payment that was rejected", "payments that were rejected"),
}


def _between_banks(found: Standing) -> Iterator[tuple[str, str]]:
    for one in found.between_banks:
        label, *words = _WAITS[one.wait]
        named = [kept.payment for kept in one.first[:3]]
        names = ", ".join(f"{each.uetr or each.message_id} {each.currency} {each.amount}" for each in named)
        more = " and more" if one.count > 3 else ""
        yield label, f"{plural(one.count, *words)} since {_moment(one.since)}: {names}{more}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _moment(text: str) -> str:
    return f"{text[:10]} {text[11:16]} UTC"


def standing_as_dict(found: Standing) -> dict[str, Any]:
    """The same as values of JSON. Sums of the books are in minor units."""
    missing = found.unanswered
    return {
        "format": FORMAT,
        "sound": found.sound,
        "owner": found.owner,
        "waiting": dict(found.inboxes),
        "in_work": found.in_work,
        **{name: found.ends[name] for name in ("done", "failed", "shunt")},
        "out": dict(found.out),
        "records": {one.value: found.verdicts.get(one, 0) for one in Verdict} | {"open": found.verdicts.get(None, 0)},
        "warehouse": [
            {"name": one.name, "due": one.due.isoformat() if one.due else None, "transactions": one.transactions}
            for one in found.warehouse
        ],
        "instructions": found.instructions,
        "recalls": {"to_answer": found.recalls[Direction.IN], "sent": found.recalls[Direction.OUT]},
        "unanswered": {
            "count": missing.count,
            "since": missing.since,
            "first": [
                {"network": one.payment.party, "uetr": one.payment.uetr, "message_id": one.payment.message_id}
                for one in missing.first
            ],
        },
        "between_banks": [
            {
                "waits_for": one.wait.value,
                "count": one.count,
                "since": one.since,
                "first": [
                    {
                        "uetr": kept.payment.uetr,
                        "message_id": kept.payment.message_id,
                        "currency": kept.payment.currency,
                        "amount": kept.payment.amount,
                    }
                    for kept in one.first
                ],
            }
            for one in found.between_banks
        ],
        "books": dict(sorted(found.totals.items())),
        "entries": found.tip.number,
        "tip": found.tip.hash or None,
    }
