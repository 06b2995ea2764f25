"""A message's summary as text for a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from wissel.catalog.code_names import code_name
from wissel.catalog.naming import family_of
from wissel.cli.console import visible
from wissel.cli.render.columns import amount_text, table
from wissel.cli.render.layout import Layout, labelled
from wissel.cli.render.table import write_table
from wissel.cli.render.tally import plural
from wissel.core.money import parse_decimal
from wissel.message.summary import Balance, Group, Summary, Totals, Transaction

_GROUP_NOUNS = {
    "PmtInf": "payment group", "CdtInstr": "collection", "Stmt": "statement", "Rpt": "report",
    "Ntfctn": "notification", "Undrlyg": "underlying", "CxlDtls": "underlying", "SttlmReq": "settlement request",
    "OrgnlGrpInf": "original message", "OrgnlGrpInfAndSts": "original message",
    "OrgnlPmtInfAndSts": "original payment group", "OrgnlPmtInfAndRvsl": "original payment group",
    "OrgnlPmtInfAndCxl": "original payment group",
}  # fmt: skip
"""What a person calls a group, by its tag."""
_ENTRIES = ("camt.052", "camt.053", "camt.054")
_NOUNS = ("transactions", "entries")
_ITEM_CHARACTERS_MAX = 300

Facts = list[tuple[str, str]]


def write_summary(summary: Summary, out: TextIO, layout: Layout) -> None:
    """Write what a person wants to know of a message."""
    family = family_of(summary.definition) if summary.definition else ""
    _write_facts([*_message_facts(summary), *_total_facts(summary.totals, family)], out, layout)
    single = summary.groups_counted == 1
    for group in summary.groups:
        if not group.totals.transactions:
            _write_group(group, summary, family, single, out, layout)
    _write_table(summary.transactions, summary.values, family, out, layout)
    for group in summary.groups:
        if group.totals.transactions:
            _write_group(group, summary, family, single, out, layout)
    shown = len(summary.transactions) + sum(len(group.transactions) for group in summary.groups)
    _write_facts([(visible(path), text) for path, text in summary.others], out, layout)
    for note in _notes(summary, family, shown):
        out.write(f"\n{layout.style(note, 'yellow')}\n")


def _write_table(
    transactions: Sequence[Transaction], around: Mapping[str, str], family: str, out: TextIO, layout: Layout
) -> None:
    columns, rows = table(transactions, around, family)
    if len(columns) > 1:
        out.write("\n")
        write_table(columns, rows, out, layout)


def _write_facts(facts: Facts, out: TextIO, layout: Layout, apart: bool = True) -> None:
    """Labels and texts in two columns, those without text left out; ``apart`` puts an empty line before them."""
    inner = Layout(layout.color, layout.width - 2 if layout.width else None)
    text = "\n".join(labelled([(label, _cut(text)) for label, text in facts], inner))
    if text:
        out.write(("\n" if apart else "") + "".join(f"  {line}\n" for line in text.split("\n")))


def _cut(text: str) -> str:
    return text if len(text) <= _ITEM_CHARACTERS_MAX else text[:_ITEM_CHARACTERS_MAX] + "…"


def _message_facts(summary: Summary) -> Facts:
    header, values = summary.header, summary.values
    sender = header.get("sender") or values.get("sender") or values.get("instructing_agent", "")
    receiver = header.get("receiver") or values.get("receiver") or values.get("instructed_agent", "")
    header_id, message_id = header.get("business_message_id", ""), values.get("message_id", "")
    return [
        ("message id", message_id or header_id),
        ("id in the header", header_id if message_id and header_id != message_id else ""),
        ("service", header.get("business_service", "")),
        ("created", values.get("creation_time") or header.get("creation_time", "")),
        ("from", sender),
        ("to", receiver),
        ("initiated by", values.get("initiating_party", "")),
        ("case", values.get("case_id", "")),
        *_common_facts(values),
        ("settlement", _settlement(values)),
    ]


def _common_facts(values: Mapping[str, str]) -> Facts:
    """What messages and groups both may say."""
    about = " ".join(values[name] for name in ("original_message_name", "original_message_id") if name in values)
    return [("about", about), ("status", named("status", values.get("status"))), ("reason", _reason(values))]


def _reason(values: Mapping[str, str]) -> str:
    return ": ".join(values[name] for name in ("reason", "reason_text") if name in values)


def named(list_name: str, code: str | None) -> str:
    """A code with what it means, where that is known; empty for none."""
    meaning = code_name(list_name, code) if code else None
    return f"{code} ({meaning})" if meaning else code or ""


def _settlement(values: Mapping[str, str]) -> str:
    method = named("settlement_method", values.get("settlement_method"))
    return ", ".join(part for part in (values.get("settlement_date"), method) if part)


def _total_facts(totals: Totals, family: str) -> Facts:
    """Totals counted and declared; nothing where a message has no transactions and speaks of none."""
    if not totals.transactions and totals.declared_transactions is None:
        return []
    noun = _NOUNS[family in _ENTRIES]
    counted = f"{totals.transactions:,}"
    facts = [(noun, counted + _declared(totals.declared_transactions, str(totals.transactions)))]
    for one in totals.sums:
        way = code_name("direction", one.direction) if one.direction else None
        of = f" of {plural(one.count, 'entry', 'entries')}" if way else ""
        facts.append((f"sum of {way}s" if way else "sum", f"{one.money.currency} {one.money.amount:,f}{of}"))
    if totals.declared_total is not None:
        facts.append(("declared total", amount_text(totals.declared_total)))
    if totals.declared_sum is not None:
        facts.append(("control sum", f"{totals.declared_sum}{_agrees(totals)}"))
    statuses = ", ".join(f"{count:,} {named('status', status)}" for status, count in totals.statuses)
    if totals.statuses and (family not in _ENTRIES or len(totals.statuses) > 1):
        facts.append(("statuses", statuses))
    return facts


def _declared(declared: str | None, counted: str) -> str:
    if declared is None:
        return ""
    return ", as declared" if declared.lstrip("0") == counted.lstrip("0") else f", but {declared} declared"


def _agrees(totals: Totals) -> str:
    declared, counted = parse_decimal(totals.declared_sum or ""), totals.sum_of_all
    if declared is None:
        return " (no number)"
    return ", as counted" if declared == counted else f", but {counted:,f} counted"


def _write_group(group: Group, summary: Summary, family: str, single: bool, out: TextIO, layout: Layout) -> None:
    tag = group.path.rpartition("/")[2].partition("[")[0]
    noun = _GROUP_NOUNS.get(tag, "group")
    facts = [*_group_facts(group.values), *map(_balance_fact, group.balances)]
    totals = _total_facts(group.totals, family)
    if single:  # what is counted stands above already; what this group declares does not
        own = ("control sum", "declared total")
        declared = group.totals.declared_transactions is not None
        totals = [fact for fact in totals if fact[0] in own or (declared and fact[0] in _NOUNS)]
    if not any(text for _, text in (*facts, *totals)) and not group.transactions:
        return
    title = noun if single else f"{noun} {group.number:,}"
    out.write(f"\n{layout.style(title.capitalize(), bold=True)}\n")
    _write_facts([*facts, *totals], out, layout, apart=False)
    _write_table(group.transactions, {**summary.values, **group.values}, family, out, layout)


def _group_facts(values: Mapping[str, str]) -> Facts:
    period = " to ".join(values[name] for name in ("period_begin", "period_end") if name in values)
    account = " ".join(values[name] for name in ("account", "account_currency") if name in values)
    when = ("requested_execution_date", "requested_collection_date", "settlement_date")
    return [
        ("id", values.get("payment_id", "")),
        ("account", account),
        ("owner", values.get("account_owner", "")),
        ("bank", values.get("account_servicer", "")),
        ("period", period),
        ("payer", _party(values, "debtor")),
        ("payee", _party(values, "creditor")),
        ("when", next((values[name] for name in when if name in values), "")),
        ("charges", named("charge_bearer", values.get("charge_bearer"))),
        ("case", values.get("case_id", "")),
        *_common_facts(values),
    ]


def _party(values: Mapping[str, str], role: str) -> str:
    parts = [values.get(role), values.get(f"{role}_account")]
    agent = values.get(f"{role}_agent")
    return ", ".join([*(part for part in parts if part), *([f"at {agent}"] if agent else [])])


def _balance_fact(balance: Balance) -> tuple[str, str]:
    meaning = code_name("balance", balance.type) if balance.type else None
    way = code_name("direction", balance.direction) if balance.direction else None
    parts = [amount_text(balance.amount) if balance.amount else "no amount", way or balance.direction or ""]
    text = " ".join(part for part in parts if part)
    return meaning or balance.type or "balance", f"{text}, {balance.date}" if balance.date else text


def _notes(summary: Summary, family: str, shown: int) -> Iterator[str]:
    totals = summary.totals
    noun, many = ("entry", "entries") if family in _ENTRIES else ("transaction", "transactions")
    if not summary.complete:
        yield "The file breaks off inside this message, or is not well-formed there: this is what could be read."
    if totals.left_out:
        yield f"Left out of the sums: {plural(totals.left_out, 'amount')} without a number or currency to add up."
    groups_left = summary.groups_counted - len(summary.groups)
    if (left := totals.transactions - shown) > 0:
        yield f"{plural(left, f'more {noun}', f'more {many}')} not shown: --all shows every one, --limit N the first N."
    elif groups_left > 0:
        yield f"{plural(groups_left, 'more group')} not shown: --all shows every one."
