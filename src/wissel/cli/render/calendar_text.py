"""Networks and their calendars for a person."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from wissel.cli.console import visible
from wissel.cli.render.layout import Layout, labelled
from wissel.cli.render.table import Column, write_table
from wissel.routing.calendar import WEEKDAYS
from wissel.routing.network import fact

if TYPE_CHECKING:
    from wissel.routing.calendar import Calendar
    from wissel.routing.network import DayTime, Network
    from wissel.routing.year import Year

_ON = {"same": "", "calendar-before": " on the calendar day before", "business-before": " on the business day before"}
_SHORT = {"same": "", "calendar-before": " day before", "business-before": " day before"}
_UNSURE = ("low",)


def network_table(networks: "Iterable[Network]", out: TextIO, layout: Layout) -> None:
    """All networks, one row each."""
    columns = [Column("network", whole=True), Column("takes"), Column("calendar"), Column("zone", whole=True)]
    columns += [Column("opens"), Column("customer", whole=True), Column("interbank", whole=True), Column("title")]
    rows = [
        [
            one.name,
            " ".join(sorted(one.currencies)) or "any",
            one.calendar,
            one.zone,
            _clock(one.opens) + _SHORT[one.opens.on],
            *(_clock(one.cut_offs[kind]) if kind in one.cut_offs else "" for kind in ("customer", "interbank")),
            one.title,
        ]
        for one in networks
    ]
    write_table(columns, rows, out, layout)


def paragraphs(network: "Network", days: "Calendar", year: "Year", out: TextIO, layout: Layout) -> None:
    """One network in one year: its hours, its closed days, and its hours in UTC."""
    out.write(f"{layout.style(visible(network.name), bold=True)}  {visible(network.title)}\n")
    for line in labelled(_pairs(network, days), layout):
        out.write("  " + line.replace("\n", "\n  ") + "\n")
    weekdays = " and ".join(f"{WEEKDAYS[number]}s" for number in sorted(days.closed_weekdays))
    beside = f", beside {weekdays}" if weekdays else ""
    out.write("\n" + layout.style(f"Closed in {year.year}{beside}", bold=True) + "\n")
    for day, name in year.closed:
        out.write(f"  {day}  {WEEKDAYS[day.weekday()]:9}  {visible(name)}\n")
    if not year.closed:
        out.write("  never\n" if not weekdays else "  no other day that is known\n")
    out.write(f"\n{year.days} business days.\n")
    out.write("\n" + layout.style("Hours in UTC", bold=True) + "  (-1: on the day before, +1: on the day after)\n")
    kinds = list(network.cut_offs)
    columns = [Column(title, whole=True) for title in ("from", "to", "opens", *kinds)]
    columns += [Column("cycles")] if network.cycles else []
    rows = [
        [
            str(one.first),
            str(one.last),
            one.opens,
            *(clock for _, clock in one.cut_offs),
            *([" ".join(one.cycles)] * bool(one.cycles)),
        ]
        for one in year.hours
    ]
    write_table(columns, rows, out, layout)


def _pairs(network: "Network", days: "Calendar") -> "Iterator[tuple[str, str]]":
    yield "calendar", f"{days.name}: {days.title}{_doubt(network, 'calendar')}"
    if network.calendars:
        found = ", ".join(f"{currency} {name}" for currency, name in network.calendars.items())
        yield "by currency", f"{found}; all others {network.calendar}"
    yield "zone", f"{network.zone}{_doubt(network, 'zone')}"
    yield "opens", f"{_clock(network.opens)}{_ON[network.opens.on]}{_doubt(network, 'opens')}"
    for kind, given in network.cut_offs.items():
        yield kind, f"until {_clock(given)}{_doubt(network, 'cut_offs')}"
    if not network.cut_offs:
        yield "cut-offs", "none: the business day ends at midnight"
    if network.cycles:
        found = ", ".join(_clock(one) + _ON[one.on] for one in network.cycles)
        yield "cycles", f"{found}{_doubt(network, 'cycles')}"
    if network.buffer_seconds:
        yield "closed before", f"{network.buffer_seconds} seconds before each of these"
    yield "source", fact(network, "cut_offs" if network.cut_offs else "opens").source


def _doubt(network: "Network", attribute: str) -> str:
    found = fact(network, attribute)
    return " (uncertain; set it in the bank's configuration)" if found.confidence in _UNSURE else ""


def _clock(given: "DayTime") -> str:
    return f"{given.at:%H:%M:%S}" if given.at.second else f"{given.at:%H:%M}"
