"""``[channel.NAME]`` of ``wissel.toml``: who may send what, and debit which accounts."""

import re
from collections.abc import Collection
from pathlib import Path

from wissel.catalog.definitions import default_catalog
from wissel.catalog.naming import family_of
from wissel.core.identifiers.flaw import Flaw
from wissel.engine.bank.accounts import Accounts
from wissel.engine.bank.guideline_name import guideline_fault
from wissel.engine.bank.reachable import unreadable
from wissel.engine.bank.section import Section, check_pattern, meant, quoted
from wissel.routing.bank import Channel, matches
from wissel.validation.names import AUTO, ISO

KEYS = ("title", "sender", "network", "profiles", "definitions", "accounts", "guideline")
DEFAULT = "default"
"""The channel of what lies directly in ``in/``."""
_ORDERS = "pain."
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def read_channels(top: Section, folder: Path, accounts: Accounts, networks: Collection[str]) -> dict[str, Channel]:
    """The channels by name. ``networks`` are the names of those in use."""
    return {
        name: _channel(name, section, folder, accounts, networks)
        for name, section in top.tables("channel")
        if _named(name, section)
    }


def _named(name: str, section: Section) -> bool:
    if _NAME.fullmatch(name):
        return True
    section.fault(
        f"{quoted(name)} is no name of a channel: it names a folder, so it has up to 64 small letters, digits, "
        "hyphens and underscores"
    )
    return False


def _channel(name: str, section: Section, folder: Path, accounts: Accounts, networks: Collection[str]) -> Channel:
    section.only(KEYS)
    network = section.text("network")
    if network is not None and network not in networks:
        section.fault(f"network: {quoted(network)} is not in use{meant(network, networks)}", "network")
    definitions = section.texts("definitions", check_definition, required=True)
    return Channel(
        name=name,
        title=section.text("title") or "",
        sender=section.text("sender"),
        network=network,
        profiles=frozenset(section.texts("profiles", _check_profile)),
        definitions=definitions,
        accounts=_debited(section, accounts),
        guideline=_guideline(section, folder, definitions),
    )


def _debited(section: Section, accounts: Accounts) -> tuple[str, ...]:
    """Patterns of accounts; one that matches none is a slip of the pen."""
    found = section.texts("accounts", check_pattern)
    for one in found:
        if one.endswith("*"):
            if accounts.complete and not any(matches(account, (one,)) for account in accounts.rows):
                section.fault(f"accounts: no account of accounts.csv begins with {quoted(one[:-1])}", "accounts")
        elif accounts.missing(one):
            near = meant(one, accounts.rows) if len(accounts.rows) < 10_000 else ""
            section.fault(f"accounts: accounts.csv has no account {quoted(one)}{near}", "accounts")
    return found


def _check_profile(text: str) -> Flaw | None:
    from wissel.signature.profile import profiles

    if text in profiles():
        return None
    return Flaw("unknown", f"There is no signature profile of that name{meant(text, profiles())}.")


def check_definition(text: str) -> Flaw | None:
    """The flaw of a definition (``pain.001.001.09``) or family (``pain.001``): there is no schema of it, or no
    mapping from it."""
    catalog = default_catalog()
    if catalog.find(text) is not None:
        reason = unreadable(text) if text.startswith("pain.001.") else None
        return None if reason is None else Flaw("unreachable", reason)
    if text.count(".") == 1:
        families = {family_of(one) for one in catalog.definitions()}
        return None if text in families else Flaw("unknown", f"There is no such message{meant(text, families)}.")
    return Flaw("unknown", f"There is no schema of that definition{meant(text, catalog.definitions())}.")


def _guideline(section: Section, folder: Path, definitions: Collection[str]) -> str:
    """A bundled guideline's name, or the path of a file in the bank directory. Where none is named: ``iso`` for who may
    send orders, since the payments of one may go over several networks; else ``auto``."""
    text = section.text("guideline")
    if text is None:
        return ISO if any(one.startswith(_ORDERS) for one in definitions) else AUTO
    if reason := guideline_fault(text, folder):
        section.fault(f"guideline: {reason}", "guideline")
    return str(folder / text) if text.endswith(".toml") else text
