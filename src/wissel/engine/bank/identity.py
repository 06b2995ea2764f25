"""``[bank]``, ``[settings]`` and ``[membership.NAME]`` of ``wissel.toml``: who the bank is and where it takes part."""

import re
from zoneinfo import ZoneInfo, available_timezones

from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.clearing import check_clearing_member, clearing_systems
from wissel.core.identifiers.country import check_country
from wissel.core.identifiers.lei import check_lei
from wissel.engine.bank.accounts import Accounts
from wissel.engine.bank.duplicates import read_duplicates
from wissel.engine.bank.networks import Networks
from wissel.engine.bank.section import Section, explained, meant, quoted
from wissel.routing.bank import AccountKind, Identity, Membership, Settings
from wissel.routing.network import Network
from wissel.routing.participants import Directory

NAME_LENGTH_MAX = 140
JOBS_MAX = 256
_NOT_JOINED = ("book", "correspondent")
"""Kinds of networks that have no members."""
_SETTLES = (AccountKind.NOSTRO, AccountKind.INTERNAL)


def read_identity(top: Section) -> Identity | None:
    """The bank's own identifiers; None where what it cannot be without is missing."""
    section = top.table("bank")
    if "bank" not in top.values:
        section.fault("the table [bank] is missing; it says who the bank is: name and bic")
        return None
    section.only(("name", "bic", "bics", "lei", "member_ids"))
    name = section.text("name", required=True)
    if name is not None and len(name) > NAME_LENGTH_MAX:
        section.fault(f"name has {len(name)} characters, more than {NAME_LENGTH_MAX}", "name")
    bic = section.text("bic", check_bic, required=True)
    others = section.texts("bics", check_bic)
    lei = section.text("lei", check_lei)
    members = _member_ids(section.table("member_ids"))
    return Identity(name, bic, frozenset(others), lei, members) if name and bic else None


def _member_ids(section: Section) -> dict[str, str]:
    found = {}
    for system in section.values:
        text = section.text(system)
        if system not in clearing_systems() and not (len(system) == 5 and system.isalpha() and system.isupper()):
            section.fault(f"{quoted(system)} is no clearing system{meant(system, clearing_systems())}", system)
        elif text is not None and (flaw := check_clearing_member(system, text)):
            section.fault(f"{system}: {quoted(text)} is wrong: {explained(flaw)}", system)
        elif text is not None:
            found[system] = text
    return found


def read_settings(top: Section) -> Settings:
    """What holds for the bank as a whole."""
    section = top.table("settings")
    section.only(("zone", "id_window_days", "database", "market", "jobs"))
    given = Settings()
    zone = section.text("zone")
    if zone is not None and not is_zone(zone):
        section.fault(f"zone: there is no time zone {quoted(zone)}{meant(zone, available_timezones())}", "zone")
    return Settings(
        zone or given.zone,
        section.number("id_window_days", given.id_window_days, 1, 3_660),
        _read_database(section),
        section.text("market", check_country),
        read_duplicates(top),
        section.number("jobs", 1, 1, JOBS_MAX) if "jobs" in section.values else None,
    )


def _read_database(section: Section) -> str | None:
    """The URL of the database. A faulty one is not shown: there may be a password in it."""
    text = section.text("database")
    if text is None or _DATABASE.match(text):
        return text
    section.fault("database: it is sqlite:///name.db or postgresql://user@host/name", "database")
    return None


_DATABASE = re.compile(r"sqlite:///(?!:memory:).|postgresql(\+psycopg)?://.")


def is_zone(name: str) -> bool:
    """Whether the IANA time zone database has a zone of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a name that is none, a path out of the database, a folder of it
        return False
    return True


def read_memberships(
    top: Section, networks: Networks, accounts: Accounts, directory: Directory | None
) -> dict[str, Membership]:
    """How the bank takes part in each network in use that has members."""
    found = {}
    for name, section in top.tables("membership"):
        section.only(("via", "account", "member_id"))
        if name not in networks.named:
            section.fault(f"the network {quoted(name)} is not in use{meant(name, networks.named)}")
        network = networks.in_use.get(name)
        if network is None:
            continue
        if network.kind in _NOT_JOINED:
            section.fault(f"the network {name} has no members; leave the table out")
        via = section.text("via", check_bic)
        if via is not None and directory is not None and not _is_direct(directory, name, via):
            section.fault(f"via: directory.csv has no direct participant {via} of {name}", "via")
        account = section.text("account")
        if account is not None:
            _check_account(section, account, accounts, network)
        found[name] = Membership(name, via, account, section.text("member_id"))
    for name, network in networks.in_use.items():
        if network.kind not in _NOT_JOINED and name not in top.table("membership").values:
            top.table("networks").fault(
                f"the network {name} is in use, and no table [membership.{name}] says how the bank takes part", "use"
            )
    return found


def _is_direct(directory: Directory, network: str, bic: str) -> bool:
    return any(one.network == network and one.access == "direct" for one in directory.find(bic).participants)


def _check_account(section: Section, name: str, accounts: Accounts, network: Network) -> None:
    account = accounts.get(name)
    if accounts.missing(name):
        section.fault(f"account: accounts.csv has no account {quoted(name)}", "account")
    elif account is None:
        return  # its own row is faulty
    elif account.kind not in _SETTLES:
        kinds = " or ".join(one.value for one in _SETTLES)
        section.fault(f"account: {name} is of kind {account.kind.value}; here one of kind {kinds} stands", "account")
    elif network.currencies and account.currency not in network.currencies:
        taken = ", ".join(sorted(network.currencies))
        section.fault(f"account: {name} is in {account.currency}, and {network.name} takes {taken}", "account")
