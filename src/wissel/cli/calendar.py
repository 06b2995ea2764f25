"""``wissel calendar``: when a network is open, its cut-offs, and the days on which it is closed."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.routing.calendar import Calendar
    from wissel.routing.network import DayTime, Network
    from wissel.routing.year import Year


@click.command(
    epilog=console.examples(
        ("wissel calendar", "All networks in a table."),
        ("wissel calendar t2", "When T2 is open this year, and until when it takes payments."),
        ("wissel calendar fedwire --year 2027", "Another year."),
        ("wissel calendar cbpr-plus --currency USD", "The days of one currency."),
        ("wissel calendar t2 --bank bank/", "With what a bank's configuration changes."),
    )
)
@click.argument("network", metavar="[NETWORK]", required=False)
@click.option("--year", type=click.IntRange(2000, 2099), help="The year to show; without it, this one.")
@click.option("--currency", metavar="CODE", help="The currency, where the days depend on it.")
@click.option("--bank", metavar="DIR", type=click.Path(), help="A bank directory, whose networks and days are used.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def calendar(network: str | None, year: int | None, currency: str | None, bank: str | None, form: str) -> None:
    """Show when a network is open: cut-offs, closed days, and the hours of its business day.

    Times are in the network's own zone and in UTC. A payment at or before the cut-off is in time. Without NETWORK, all
    networks are listed.
    """
    networks, calendars = _known(bank)
    if network is None:
        return _list(networks, form)
    if network not in networks:
        hint = console.did_you_mean(network, networks) or f"; known are {', '.join(networks)}"
        raise UsageError(f"there is no network '{console.visible(network)}'{hint}")
    from wissel.core.clock import system_clock, today
    from wissel.routing.calendar import calendar_of
    from wissel.routing.network import calendar_name
    from wissel.routing.year import year_of

    found = networks[network]
    if currency is not None and found.currencies and currency not in found.currencies:
        raise UsageError(f"{network} takes {', '.join(sorted(found.currencies))}, not '{console.visible(currency)}'")
    name = calendar_name(found, currency or "")
    days = calendars[name] if name in calendars else calendar_of(name)
    shown = year_of(found, days, year or today(system_clock).year)
    if form == "json":
        return _print_json(_values(found, days, shown))
    from wissel.cli.output import opened
    from wissel.cli.render.calendar_text import paragraphs
    from wissel.cli.render.layout import Layout

    with opened(None) as out:
        paragraphs(found, days, shown, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return None


def _known(bank: str | None) -> "tuple[Mapping[str, Network], Mapping[str, Calendar]]":
    if bank is None:
        from wissel.routing.network_data import bundled_networks

        return bundled_networks(), {}
    from wissel.engine.bank.files import load_bank

    loaded = load_bank(Path(bank))
    return loaded.networks, loaded.calendars


def _list(networks: "Mapping[str, Network]", form: str) -> None:
    from wissel.cli.output import opened
    from wissel.cli.render.calendar_text import network_table
    from wissel.cli.render.layout import Layout

    if form == "json":
        return _print_json([_facts(one) for one in networks.values()])
    with opened(None) as out:
        network_table(networks.values(), out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return None


def _facts(one: "Network") -> dict[str, Any]:
    return {
        "network": one.name,
        "title": one.title,
        "kind": one.kind,
        "currencies": sorted(one.currencies),
        "calendar": one.calendar,
        "calendars": dict(one.calendars),
        "zone": one.zone,
        "opens": _time(one.opens),
        "cut_offs": {kind: _time(given) for kind, given in one.cut_offs.items()},
        "cycles": [_time(given) for given in one.cycles],
        "facts": {
            key: _fact(one, key) for key in ("calendar", "zone", "opens", "cut_offs", "cycles") if getattr(one, key)
        },
    }


def _fact(one: "Network", attribute: str) -> dict[str, str]:
    from wissel.routing.network import fact

    found = fact(one, attribute)
    return {"confidence": found.confidence, "source": found.source}


def _time(given: "DayTime") -> dict[str, str]:
    return {"at": given.at.isoformat(), "on": given.on}


def _values(network: "Network", days: "Calendar", year: "Year") -> dict[str, Any]:
    from wissel.routing.calendar import WEEKDAYS

    return _facts(network) | {
        "year": year.year,
        "calendar": days.name,
        "closed_weekdays": [WEEKDAYS[number] for number in sorted(days.closed_weekdays)],
        "closed": [{"date": str(day), "weekday": WEEKDAYS[day.weekday()], "name": name} for day, name in year.closed],
        "business_days": year.days,
        "utc": [
            {
                "first": str(one.first),
                "last": str(one.last),
                "opens": one.opens,
                "cut_offs": dict(one.cut_offs),
                "cycles": list(one.cycles),
            }
            for one in year.hours
        ],
    }


def _print_json(value: Any) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
