"""``[networks]`` and ``[network.NAME]`` of ``wissel.toml``: which networks are in use, and by which calendars they go.

Routing reads the networks; what they name and only other parts know (guidelines, signature profiles, schemas) is
looked up here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wissel.catalog.definitions import default_catalog
from wissel.core.configuration import ConfigurationError, Fault
from wissel.engine.bank.reachable import carries_nothing, unwritable
from wissel.engine.bank.section import Section, meant, quoted
from wissel.routing.calendar import Calendar, calendar_names, calendar_of, with_days
from wissel.routing.network import Network

FOLDER = "calendars"


@dataclass(frozen=True, slots=True)
class Networks:
    """What was read of the networks."""

    in_use: Mapping[str, Network]
    """By name, in the order of ``use``."""
    named: frozenset[str]
    """Names in ``use`` that exist, also of those whose own table is faulty."""


def read_networks(top: Section, folder: Path) -> Networks:
    """The networks in use, in their order of preference."""
    from wissel.routing.network_data import bundled_networks, networks_of

    own = top.table("network").values
    known, faults = networks_of(top.file)
    top.faults.extend(faults)
    section = top.table("networks")
    section.only(("use",))
    if "networks" not in top.values:
        section.fault('the table [networks] is missing; it says which are in use: use = ["book", "sepa-sct"]')
    names = section.texts("use", required="networks" in top.values)
    for name in names:
        if name not in known and name not in own:
            section.fault(f"use: there is no network {quoted(name)}{meant(name, known)}", "use")
    for name in own:
        if name not in names and name not in bundled_networks():
            top.fault(f"the network {quoted(name)} is not in use; add it to use in [networks]", "network", name)
        if name in known and isinstance(own[name], Mapping):
            _check_named(top, known[name], own[name], folder)
    return Networks(
        {name: known[name] for name in names if name in known},
        frozenset(name for name in names if name in known or name in own),
    )


def _check_named(top: Section, network: Network, said: Mapping[str, Any], folder: Path) -> None:
    """Whether guideline, profile and definitions that the bank's own table names exist."""
    from wissel.engine.bank.guideline_name import guideline_fault
    from wissel.signature.profile import profiles

    at = ("network", network.name)
    if "guideline" in said and (reason := guideline_fault(network.guideline, folder)):
        top.fault(f"guideline: {reason}", *at, "guideline")
    profile = network.signature_profile
    if "signature_profile" in said and profile is not None and profile not in profiles():
        near = meant(profile, profiles())
        top.fault(f"signature_profile: there is no profile {quoted(profile)}{near}", *at, "signature_profile")
    catalog = default_catalog()
    for definition in network.definitions.values() if "definitions" in said else ():
        if catalog.find(definition) is None:
            near = meant(definition, catalog.definitions())
            top.fault(f"definitions: there is no schema of {definition}{near}", *at, "definitions")
        elif reason := unwritable(definition):
            top.fault(f"definitions: {reason}", *at, "definitions")
    if network.kind != "book" and carries_nothing(network.definitions):
        reason = "definitions: there is neither a pacs.008 nor a pacs.009, so no payment can be sent"
        top.fault(reason, *at, "definitions")
    if "header" in said and network.header is not None and catalog.find(network.header) is None:
        near = meant(network.header, [one for one in catalog.definitions() if one.startswith("head.")])
        top.fault(f"header: there is no schema of {network.header}{near}", *at, "header")


def read_calendars(top: Section, networks: Networks, folder: Path) -> dict[str, Calendar]:
    """The calendars of the networks in use, with the bank's own days."""
    files = own_calendars(folder)
    names: dict[str, str] = {}
    for network in networks.in_use.values():
        for name in (network.calendar, *network.calendars.values()):
            names.setdefault(name, network.name)
    found: dict[str, Calendar] = {}
    for name, network_name in names.items():
        if name not in calendar_names() and name not in files:
            near = meant(name, [*calendar_names(), *files])
            reason = f"calendar: there is no calendar {quoted(name)}, and no file {FOLDER}/{name}.csv{near}"
            top.fault(reason, "network", network_name, "calendar")
            continue
        try:
            found[name] = _calendar(name, files.get(name))
        except ConfigurationError as error:
            top.faults.extend(error.faults)
    for name, path in files.items():
        if name not in names and name not in calendar_names():
            reason = f"no network in use goes by a calendar {quoted(name)}{meant(name, names)}"
            top.faults.append(Fault(str(path), None, reason))
    return found


def _calendar(name: str, own: Path | None) -> Calendar:
    """A bundled calendar with own days; one of the bank's own is open from Monday to Friday but on its days."""
    if name in calendar_names() or own is None:
        return calendar_of(name, own)
    base = replace(calendar_of("weekdays"), name=name, title=f"{name}, the bank's own")
    return with_days(replace(base, source=str(own), confidence="given"), own)


def own_calendars(folder: Path) -> dict[str, Path]:
    """The files ``calendars/NAME.csv`` of a bank directory, by name."""
    return {path.stem: path for path in sorted((folder / FOLDER).glob("*.csv"))}
