"""A bank directory read into one value, with every fault of every file found in one go.

The files: ``wissel.toml``, ``routes.toml``, ``accounts.csv``, ``directory.csv``, ``calendars/NAME.csv``. What each
holds is written in those that ``wissel init`` makes.
"""

from collections.abc import Iterator
from pathlib import Path

from wissel.core.configuration import ConfigurationError, Fault, TomlFile, read_toml
from wissel.core.errors import UsageError
from wissel.engine.bank.accounts import Accounts, read_accounts
from wissel.engine.bank.channels import read_channels
from wissel.engine.bank.correspondents import read_correspondents, read_instructions
from wissel.engine.bank.digest import digest_of
from wissel.engine.bank.identity import read_identity, read_memberships, read_settings
from wissel.engine.bank.incoming import read_incoming
from wissel.engine.bank.networks import own_calendars, read_calendars, read_networks
from wissel.engine.bank.routes import read_routes
from wissel.engine.bank.section import FAULTS_MAX, Section
from wissel.routing.bank import Bank
from wissel.routing.network_data import bundled_networks
from wissel.routing.participants import Directory, load

MAIN, ROUTES, ACCOUNTS, DIRECTORY = "wissel.toml", "routes.toml", "accounts.csv", "directory.csv"
TABLES = (
    "bank", "settings", "networks", "network", "membership", "channel", "correspondent", "settlement", "incoming",
    "duplicates",
)  # fmt: skip


def load_bank(folder: Path) -> Bank:
    """Read and check a bank directory. Raises UsageError where the folder is none, ConfigurationError with all faults
    where anything in it is wrong."""
    if reason := _no_bank(folder):
        raise UsageError(f"'{folder}' is no bank directory: {reason}; wissel init makes one")
    faults: list[Fault] = []
    accounts = read_accounts(folder / ACCOUNTS, faults)
    main, routes = _toml(folder / MAIN, faults), _toml(folder / ROUTES, faults)
    directory = _directory(folder / DIRECTORY, main, faults)
    bank = None if main is None else _bank(folder, main, routes, accounts, directory, faults)
    if faults or bank is None:
        raise ConfigurationError(list(dict.fromkeys(faults))[:FAULTS_MAX])
    return bank


def _no_bank(folder: Path) -> str | None:
    try:
        if (folder / MAIN).is_file():
            return None
        return "it has no wissel.toml" if folder.is_dir() else "there is no such folder"
    except OSError as error:  # a name too long, a folder that may not be looked into
        return error.strerror or str(error)


def _bank(
    folder: Path,
    main: TomlFile,
    routes: TomlFile | None,
    accounts: Accounts,
    directory: Directory | None,
    faults: list[Fault],
) -> Bank | None:
    """The bank; None where something that it cannot be without is missing, and then a fault says what."""
    top = Section(main, (), main.values, faults)
    top.only(TABLES)
    identity = read_identity(top)
    networks = read_networks(top, folder)
    channels = read_channels(top, folder, accounts, networks.named)
    correspondents = read_correspondents(top, accounts, identity)
    instructions = read_instructions(top, correspondents, identity)
    settings, memberships = read_settings(top), read_memberships(top, networks, accounts, directory)
    calendars, incoming = read_calendars(top, networks, folder), read_incoming(top, accounts)
    rules = None
    if routes is not None:
        abroad = {one.currency for one in correspondents}
        rules = read_routes(Section(routes, (), routes.values, faults), networks, channels, abroad)
    if faults or identity is None or routes is None or rules is None or directory is None:
        return None
    tables = {MAIN: main.values, ROUTES: routes.values}
    return Bank(
        folder=folder,
        identity=identity,
        networks=networks.in_use,
        memberships=memberships,
        calendars=calendars,
        directory=directory,
        accounts=accounts.usable(),
        channels=channels,
        correspondents=correspondents,
        instructions=instructions,
        routes=rules,
        settings=settings,
        digest=digest_of(tables, _others(folder, main)),
        incoming=incoming,
    )


def _others(folder: Path, main: TomlFile) -> Iterator[tuple[str, Path]]:
    """The files beside the two TOML files that say how payments are handled: name in the directory, and path."""
    yield ACCOUNTS, folder / ACCOUNTS
    yield DIRECTORY, folder / DIRECTORY
    for name, path in own_calendars(folder).items():
        yield f"calendars/{name}.csv", path
    for kind in ("channel", "network"):
        for table in main.values.get(kind, {}).values():
            guideline = table.get("guideline", "")
            if guideline.endswith(".toml"):
                yield guideline, folder / guideline


def _toml(path: Path, faults: list[Fault]) -> TomlFile | None:
    try:
        return read_toml(path)
    except ConfigurationError as error:
        faults.extend(error.faults)
        return None


def _directory(path: Path, main: TomlFile | None, faults: list[Fault]) -> Directory | None:
    own = {} if main is None else main.values.get("network", {})
    try:
        return load(path, {*bundled_networks(), *(own if isinstance(own, dict) else ())})
    except ConfigurationError as error:
        faults.extend(error.faults)
        return None
