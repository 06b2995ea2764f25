"""The bundled networks: their facts, and what they name exists elsewhere."""

from datetime import time
from decimal import Decimal

import pytest

from wissel.catalog.code_sets import code_set
from wissel.catalog.definitions import default_catalog
from wissel.catalog.tables import data_table
from wissel.routing.calendar import calendar_names
from wissel.routing.network import DayTime, business_service, calendar_name, fact, selection
from wissel.routing.network_data import bundled_networks
from wissel.signature.profile import profiles
from wissel.validation.names import names as guidelines

NETWORKS = bundled_networks()


def test_names() -> None:
    assert list(NETWORKS) == sorted(
        ["book", "sepa-sct", "sepa-sct-inst", "t2", "cbpr-plus", "cbpr-plus-cover", "fedwire", "fednow", "chaps"]
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_what_a_network_names_exists(name: str) -> None:
    network, catalog = NETWORKS[name], default_catalog()
    assert network.guideline in guidelines()
    assert network.signature_profile is None or network.signature_profile in profiles()
    assert {network.calendar, *network.calendars.values()} <= set(calendar_names())
    assert set(network.fallbacks) <= set(NETWORKS)
    for definition in [*network.definitions.values(), *filter(None, [network.header])]:
        assert catalog.find(definition) is not None, definition
    reports = {"camt.052", "camt.053", "camt.054"}  # in the version that is asked for
    assert {key.partition(" ")[0] for key in network.business_services} <= {*network.definitions, *reports}
    assert fact(network, "cut_offs").confidence in ("high", "medium", "low")
    assert all(one.source and one.confidence in ("high", "medium", "low") for one in network.facts.values())


def known(name: str) -> set[str]:
    return set(code_set(name).codes)


@pytest.mark.parametrize("name", NETWORKS)
def test_codes_are_of_the_external_lists(name: str) -> None:
    network = NETWORKS[name]
    for codes in (network.selects, network.refuses):
        assert codes.service_levels <= known("ExternalServiceLevel1Code")
        assert codes.local_instruments <= known("ExternalLocalInstrument1Code")
        assert codes.category_purposes <= known("ExternalCategoryPurpose1Code")
    if network.clearing_system:
        listed = network.clearing_system in known("ExternalCashClearingSystem1Code")
        assert listed is not network.clearing_system_proprietary
    assert network.member_system is None or network.member_system in known("ExternalClearingSystemIdentification1Code")


@pytest.mark.parametrize(
    ("name", "code"),
    [("fedwire", "FDW"), ("fednow", "FDN"), ("t2", "TGT"), ("sepa-sct", "ST2"), ("chaps", "STG"), ("book", None)],
)
def test_clearing_systems(name: str, code: str | None) -> None:
    assert NETWORKS[name].clearing_system == code


def test_business_services_are_those_of_the_release() -> None:
    rows = data_table("business_services").rows
    told = {(definition, variant): service for definition, variant, service, release, _ in rows if release == "SR2025"}
    network = NETWORKS["cbpr-plus"]
    for key, service in network.business_services.items():
        family, _, variant = key.partition(" ")
        assert told[network.definitions.get(family, f"{family}.001.08"), variant] == service
    assert business_service(network, "pacs.009.001.08", "COV") == "swift.cbprplus.cov.03"
    assert business_service(network, "pacs.009.001.08") == "swift.cbprplus.03"
    assert business_service(network, "pacs.002.001.10", "COV") == "swift.cbprplus.03"
    assert business_service(NETWORKS["t2"], "pacs.008.001.08") is None


def test_times_and_limits() -> None:
    assert NETWORKS["fedwire"].opens == DayTime(time(21), "calendar-before")
    assert NETWORKS["fedwire"].cut_offs == {"customer": DayTime(time(18, 45)), "interbank": DayTime(time(19))}
    assert NETWORKS["t2"].cut_offs["customer"].at == time(17)
    assert NETWORKS["chaps"].cut_offs["customer"].at == time(17, 40)
    assert len(NETWORKS["sepa-sct"].cycles) == 10
    assert NETWORKS["fedwire"].amount_max == Decimal("9999999999.99")
    assert NETWORKS["fednow"].amount_max == Decimal("10000000")
    assert NETWORKS["t2"].amount_max is None
    assert {one.zone for one in NETWORKS.values()} == {"Europe/Berlin", "Europe/London", "America/New_York", "UTC"}


def test_cover_is_serial_but_for_what_it_says() -> None:
    serial, cover = NETWORKS["cbpr-plus"], NETWORKS["cbpr-plus-cover"]
    assert (serial.settlement_method, cover.settlement_method) == (None, "COVE")
    assert cover.business_services == serial.business_services
    assert fact(cover, "charge_bearers") == fact(serial, "charge_bearers")
    assert fact(cover, "settlement_method").confidence == "high"


def test_the_calendar_of_a_currency() -> None:
    found = [calendar_name(NETWORKS["cbpr-plus"], currency) for currency in ("EUR", "USD", "GBP", "JPY")]
    assert found == ["target", "fedwire", "chaps", "weekdays"]
    assert calendar_name(NETWORKS["t2"], "EUR") == "target"


@pytest.mark.parametrize(
    ("name", "levels", "instrument", "purpose", "ok", "asked", "why"),
    [
        ("sepa-sct", ("SEPA",), None, None, True, True, "the service level SEPA asks for sepa-sct"),
        ("sepa-sct", (), None, None, True, False, "sepa-sct takes payments that ask for no network"),
        ("sepa-sct", ("SEPA",), "INST", None, False, False, "sepa-sct does not take the local instrument INST"),
        ("sepa-sct", ("URGP",), None, None, False, False, "sepa-sct does not take the service level URGP"),
        ("sepa-sct-inst", ("SEPA",), "INST", None, True, True, "the local instrument INST asks for sepa-sct-inst"),
        ("sepa-sct-inst", ("SEPA",), None, None, False, False, "no code of the payment asks for sepa-sct-inst"),
        ("t2", ("URGP",), None, None, True, True, "the service level URGP asks for t2"),
        ("t2", (), None, "TREA", True, True, "the category purpose TREA asks for t2"),
        ("t2", ("SEPA",), None, None, False, False, "t2 does not take the service level SEPA"),
        ("cbpr-plus", ("G001", "URGP"), None, None, True, True, "the service level G001 asks for cbpr-plus"),
    ],
)
def test_selection(
    name: str, levels: tuple[str, ...], instrument: str | None, purpose: str | None, ok: bool, asked: bool, why: str
) -> None:
    found = selection(NETWORKS[name], levels, instrument, purpose)
    assert (found.ok, found.asked, found.why) == (ok, asked, why)


def test_a_fallback_takes_what_it_would_refuse() -> None:
    found = selection(NETWORKS["sepa-sct"], (), "INST", fallback=True)
    assert (found.ok, found.asked, found.why) == (
        True, False, "sepa-sct stands in for the network that was asked for",
    )  # fmt: skip
