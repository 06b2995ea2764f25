"""What a service level, a local instrument or a clearing system says about the network that is meant.

Data in ``data/services_to_networks.csv`` and ``data/network_choices.csv``. The codes are ISO's; which network they
mean is a reading of their definitions, so it advises and never decides alone.
"""

from dataclasses import dataclass
from functools import cache

from wissel.catalog.tables import data_table

CODE_SETS = {
    "ExternalServiceLevel1Code": "service_level",
    "ExternalLocalInstrument1Code": "local_instrument",
    "ExternalCashClearingSystem1Code": "clearing_system",
}
"""Code set -> kind of service that its codes are."""


@dataclass(frozen=True, slots=True)
class Service:
    """What one code means."""

    kind: str
    """``service_level``, ``local_instrument`` or ``clearing_system``."""
    code: str
    countries: tuple[str, ...]
    """ISO 3166 codes, or ``EU``, ``EEA``, ``NORDIC``, ``COMESA``, ``BEAC``; none where it is bound to none."""
    currency: str
    """Empty where it is bound to none."""
    rail: str
    """``RTGS``, ``ACH``, ``instant``, ``direct debit`` ...; empty where not known."""
    network: str
    """In words; empty where the code belongs to one bank or scheme and its published definition has to be read."""
    status: str
    """``active``; ``ended`` or ``stopped``: listed, but nothing runs behind it; ``proprietary``: no code of the set, it
    stands in ``Prtry``."""
    confidence: str


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """The networks that serve a service level and local instrument in a currency."""

    service_level: str
    local_instrument: str
    """Empty where none is given."""
    currencies: tuple[str, ...]
    """None for any."""
    rail: str
    networks: str
    """In words."""
    confidence: str


@cache
def _services() -> dict[tuple[str, str], Service]:
    return {
        (kind, code): Service(kind, code, tuple(countries.split()), *rest)
        for kind, code, countries, *rest in data_table("services_to_networks").rows
    }


def services() -> tuple[Service, ...]:
    """All codes, in the order of the table. Raises InstallationError where it is damaged."""
    return tuple(_services().values())


def service(kind: str, code: str) -> Service | None:
    """What a code of a kind means; None for one that is not known."""
    return _services().get((kind, code))


@cache
def network_choices() -> tuple[NetworkChoice, ...]:
    """All rows, in the order of the table."""
    return tuple(
        NetworkChoice(level, instrument, tuple(currencies.split()), *rest)
        for level, instrument, currencies, *rest in data_table("network_choices").rows
    )


def network_choice(service_level: str, local_instrument: str, currency: str) -> NetworkChoice | None:
    """The row for a payment, one that names the currency before one for any; None where there is none."""
    rows = [
        row
        for row in network_choices()
        if row.service_level == service_level
        and row.local_instrument == local_instrument
        and (not row.currencies or currency in row.currencies)
    ]
    return max(rows, key=lambda row: bool(row.currencies), default=None)
