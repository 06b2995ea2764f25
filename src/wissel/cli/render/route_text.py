"""Decisions of the routing for a person and as JSON, written as they come; none is kept."""

from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from wissel.cli.console import visible
from wissel.cli.render.json import dumped
from wissel.cli.render.layout import Layout
from wissel.cli.render.table import Column, write_table
from wissel.cli.render.tally import plural
from wissel.engine.routing import RoutedMessage, RoutingRun
from wissel.routing.decision import Decision
from wissel.routing.decision_data import decision_as_dict
from wissel.routing.order import Order
from wissel.validation.report import FORMAT, finding_as_dict
from wissel.xml.sources.source import Source

_COLUMNS = (Column("network", whole=True), Column("criterion", whole=True), Column("met", whole=True), Column("why"))


class RouteTally:
    """What has been decided so far."""

    def __init__(self) -> None:
        self.files = 0
        self.refused = 0
        """Messages in which nothing was decided."""
        self.transactions = 0
        self.rejected = 0
        self.networks: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def add(self, decision: Decision) -> None:
        """Count one decision."""
        self.transactions += 1
        if decision.rejection is not None:
            self.rejected += 1
            self.reasons[decision.rejection.reason] += 1
        elif decision.network is not None:
            self.networks[decision.network] += 1


def write_route_lines(sources: Iterable[Source], run: RoutingRun, out: TextIO, tally: RouteTally) -> None:
    """One object a line for each transaction, and one for each message in which nothing is decided."""
    for source in sources:
        tally.files += 1
        for message in run.messages(source):
            if message.findings:
                tally.refused += 1
                out.write(dumped(_head(message) | {"file": source.name}) + "\n")
            for _, decision in message.decisions():
                tally.add(decision)
                out.write(dumped(decision_as_dict(decision)) + "\n")


def write_route_json(sources: Iterable[Source], run: RoutingRun, out: TextIO, tally: RouteTally) -> None:
    """One object for all files; each transaction stands on a line of its own."""
    begin = {
        "format": FORMAT,
        "bank": run.bank.identity.bic,
        "at": run.at.isoformat(),
        "configuration": run.bank.digest,
    }
    out.write(f'{dumped(begin)[:-1]}, "files": [')
    for number, source in enumerate(sources):
        tally.files += 1
        out.write(f'{"," if number else ""}\n{{"file": {dumped(source.name)}, "messages": [')
        for count, message in enumerate(run.messages(source)):
            out.write(f'{"," if count else ""}\n{dumped(_head(message))[:-1]}, "transactions": [')
            tally.refused += bool(message.findings)
            between = "\n"
            for _, decision in message.decisions():
                tally.add(decision)
                out.write(between + dumped(decision_as_dict(decision)))
                between = ",\n"
            out.write("]}")
        out.write("]}")
    summary = {
        "transactions": tally.transactions,
        "routed": tally.transactions - tally.rejected,
        "rejected": tally.rejected,
        "messages_refused": tally.refused,
    }
    out.write(f'\n], "summary": {dumped(summary)}}}\n')


def _head(message: RoutedMessage) -> dict[str, object]:
    return {
        "definition": message.definition,
        "verdict": message.verdict.value,
        "findings": [finding_as_dict(one) for one in message.findings],
    }


def write_route_text(
    sources: Iterable[Source],
    run: RoutingRun,
    out: TextIO,
    tally: RouteTally,
    layout: Layout,
    explain: bool = False,
    quiet: bool = False,
) -> None:
    """A line for each transaction; with ``explain`` a table of every candidate and criterion below it. ``quiet`` leaves
    out those that are routed."""
    for source in sources:
        if tally.files:
            out.write("\n")
        tally.files += 1
        out.write(layout.style(visible(source.name), bold=True) + "\n")
        for message in run.messages(source):
            if message.definition is not None:
                out.write(visible(message.definition) + "\n")
            for finding in message.findings:
                place = f"line {finding.line}: " if finding.line is not None else ""
                said = f"  {place}{finding.code}: {finding.message}"
                out.write(layout.style(visible(said), "red") + "\n")
            tally.refused += bool(message.findings)
            for order, decision in message.decisions():
                tally.add(decision)
                if not quiet or decision.rejection is not None:
                    _write_decision(order, decision, out, layout, explain)
    if tally.files:
        out.write("\n" + _summary(tally, layout) + "\n")


def _write_decision(order: Order, decision: Decision, out: TextIO, layout: Layout, explain: bool) -> None:
    number = f"{decision.transaction:>6}  "
    if decision.rejection is not None:
        one = decision.rejection
        said = f"{_what(order)}: rejected with {one.reason}, {one.code}"
        out.write(number + layout.style(visible(said), "red") + f"\n        {visible(one.message)}\n")
    else:
        out.write(number + visible(f"{_what(order)}: {_way(decision)}") + "\n")
    if explain:
        rows = [
            [candidate.network if not place else "", one.criterion, "yes" if one.ok else "NO", one.why]
            for candidate in decision.candidates
            for place, one in enumerate(candidate.criteria)
        ]
        if rows:
            write_table(_COLUMNS, rows, out, layout)
        else:
            out.write("        No network was asked: the question before routing was not passed.\n")
        out.write("\n")


def _what(order: Order) -> str:
    amount = f"{order.amount:,f} {order.currency}" if order.amount is not None else order.currency
    agent = order.creditor_agent or order.creditor_institution or order.creditor_account
    return f"{amount} to {agent}" if agent is not None else amount


def _way(decision: Decision) -> str:
    settlement = decision.settlement
    parts = [str(decision.network)]
    if decision.fallback:
        parts[0] += " (instead of the network asked for)"
    if decision.next_agent is not None:
        parts.append(f"next {decision.next_agent}")
    if decision.intermediaries:
        parts.append(f"then {', '.join(str(hop.agent) for hop in decision.intermediaries)}")
    if decision.cover:
        parts.append(f"covered through {', '.join(str(hop.agent) for hop in decision.cover)}")
    if settlement is not None:
        over = f" over {settlement.account}" if settlement.account is not None else ""
        parts.append(f"{settlement.method} on {settlement.date}{over}")
    if decision.definition is not None:
        parts.append(decision.definition)
    return ", ".join(parts)


def _summary(tally: RouteTally, layout: Layout) -> str:
    routed = tally.transactions - tally.rejected

    def listed(counts: Counter[str]) -> str:
        return f" ({', '.join(f'{name} {count:,}' for name, count in sorted(counts.items()))})" if counts else ""

    parts = [f"{routed:,} of {plural(tally.transactions, 'transaction')} routed{listed(tally.networks)}"]
    if tally.rejected:
        parts.append(f"{tally.rejected:,} rejected{listed(tally.reasons)}")
    if tally.refused:
        parts.append(f"{plural(tally.refused, 'message')} not decided")
    good = not tally.rejected and not tally.refused
    return layout.style("; ".join(parts), "green" if good else "red", bold=True)
