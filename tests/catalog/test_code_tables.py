"""The tables beside the code sets: every code in them exists, and the loaders answer what the tables say."""

import csv
from pathlib import Path

import pytest

from wissel.catalog import bank_transaction_codes as btc
from wissel.catalog.code_sets import code_set
from wissel.catalog.definitions import default_catalog
from wissel.catalog.naming import is_definition
from wissel.catalog.network_services import CODE_SETS, network_choice, network_choices, service, services
from wissel.catalog.reason_codes import allowed_reasons, reason_codes
from wissel.catalog.tables import data_table, parse_table

RTP_ONLY = {"TK04", "TK05", "TK06", "TK07", "TK08"}
"""In the schema of the RTP network and in no edition of the code set."""


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's folder that is empty."""
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path / "schemas"))


def active(name: str) -> set[str]:
    found = code_set(name)
    assert found is not None, name
    return set(found.active())


def test_every_reason_code_is_in_its_set() -> None:
    rows = reason_codes()
    assert len(rows) == 335
    for row in rows:
        assert row.list in ("closed", "partial", "open")
        assert row.confidence in ("high", "medium", "low")
        assert row.element.split("/")[-1] in ("Cd", "Conf")
        if row.code_set is not None and not (row.scheme == "rtp" and row.code in RTP_ONLY):
            assert row.code in active(row.code_set), row


def test_what_a_scheme_allows() -> None:
    found = allowed_reasons("sepa-sdd-b2b", "pacs.002", "ExternalStatusReason1Code")
    assert found is not None
    assert found.closed
    assert found.confidence == "medium"
    assert "AC13" in found.codes
    assert "DUPL" not in found.codes
    assert {row.action for row in found.codes["MS02"]} >= {"debtor-refusal"}
    inst = allowed_reasons("sepa-sct-inst", "pacs.004", "ExternalReturnReason1Code")
    assert inst is not None
    assert list(inst.codes) == ["FOCR"]
    cbpr = allowed_reasons("cbpr-plus", "pacs.004", "ExternalReturnReason1Code")
    assert cbpr is not None
    assert not cbpr.closed
    part = allowed_reasons("sepa-sct-inst", "pacs.002", "ExternalStatusReason1Code")
    assert part is not None
    assert not part.closed
    assert allowed_reasons("sepa-sct", "pain.001", "ExternalStatusReason1Code") is None
    assert allowed_reasons("no-scheme", "pacs.002", "ExternalStatusReason1Code") is None


def test_bank_transaction_codes() -> None:
    table = btc.bank_transaction_codes()
    assert len(table) == 1529
    assert btc.is_allowed("PMNT", "RCDT", "ESCT")
    assert not btc.is_allowed("PMNT", "ESCT", "RCDT")
    assert not btc.is_allowed("PMNT", "ICDT", "ISCT")
    assert table["PMNT", "IRCT", "IRCA"].edition == "7.1"
    assert table["PMNT", "NTAV", "NTAV"].other
    assert len(btc.domains()) == 11
    assert "ICDT" in btc.families_of("PMNT")
    assert "ESCT" in btc.subfamilies_of("PMNT", "ICDT")
    assert btc.families_of("XXXX") == ()
    assert btc.subfamilies_of("PMNT", "SETT") == ()
    for place, level in enumerate(("Domain", "Family", "SubFamily")):
        assert {key[place] for key in table} == active(f"ExternalBankTransaction{level}1Code")


def test_usual_bank_transaction_codes_are_official_or_say_so() -> None:
    rows = btc.usages()
    assert len(rows) == 121
    for row in rows:
        assert btc.is_allowed(row.domain, row.family, row.subfamily) == row.official, row
        assert row.side in ("CRDT", "DBIT", "")
    returned = [row for row in rows if row.subfamily == "RRTN" and row.family == "ICDT"]
    assert {(row.side, "CH" in row.markets) for row in returned} == {("CRDT", True), ("DBIT", False)}


def test_every_service_is_a_code_and_every_code_a_service() -> None:
    for name, kind in CODE_SETS.items():
        rows = {row.code: row for row in services() if row.kind == kind}
        real = {code for code, row in rows.items() if row.status != "proprietary"}
        assert real == active(name), name
        assert set(rows) - real == ({"RT1", "TIPS", "IPS"} if kind == "clearing_system" else set())
    assert {row.status for row in services()} == {"active", "ended", "stopped", "proprietary"}


def test_what_a_service_means() -> None:
    network = service("clearing_system", "FDN")
    assert network is not None
    assert (network.countries, network.currency, network.rail, network.status) == (("US",), "USD", "instant", "active")
    old = service("clearing_system", "RTP")
    assert old is not None
    assert (old.countries, old.status) == (("DE",), "ended")
    assert service("clearing_system", "XXXX") is None
    assert service("service_level", "FDN") is None


def test_network_choices() -> None:
    for row in network_choices():
        assert row.service_level in active("ExternalServiceLevel1Code")
        assert not row.local_instrument or row.local_instrument in active("ExternalLocalInstrument1Code")
    found = network_choice("SEPA", "INST", "EUR")
    assert found is not None
    assert found.rail == "instant"
    assert network_choice("SEPA", "INST", "USD") is None
    assert network_choice("NURG", "", "XXX") is not None
    npca = network_choice("NPCA", "", "DKK")
    assert npca is not None
    assert npca.currencies == ("SEK", "DKK", "NOK")


def test_statuses_follow_each_other() -> None:
    rows = {
        row[0]: dict(zip(data_table("payment_statuses").columns, row, strict=True))
        for row in data_table("payment_statuses").rows
    }
    assert len(rows) == 26
    known = active("ExternalPaymentTransactionStatus1Code") | active("ExternalPaymentGroupStatus1Code")
    assert set(rows) <= known
    for row in rows.values():
        others = [*row["follows"].split(), *row["before"].split()]
        assert all(code == "*" or code in rows for code in others), row
    for before, after in (("ACTC", "ACCP"), ("ACCP", "ACFC"), ("ACFC", "ACSP")):
        assert after in rows[before]["before"].split()


def test_faults_have_status_reasons() -> None:
    rows = data_table("fault_reasons").rows
    assert len({fault for fault, _, _ in rows}) == len(rows) == 72
    codes = {code for _, one, other in rows for code in (one, other) if code}
    assert codes <= active("ExternalStatusReason1Code")


def test_versions_and_services_name_definitions() -> None:
    known = set(default_catalog().definitions())
    for message, scheme, definition, _ in data_table("message_versions").rows:
        assert definition.startswith(message)
        assert scheme == "iso" or definition in known, definition
    for definition, _, name, release, _ in data_table("business_services").rows:
        assert is_definition(definition)
        assert definition in known or definition == "camt.058.001.08"  # retired: no schema of it is bundled
        assert name.startswith("swift.cbprplus.")
        assert release.startswith("SR20")


def test_the_tables_are_those_of_the_reference(shared: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (shared / "rules" / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    listed = {(row["domain"], row["family"], row["subfamily"]) for row in rows("bank_transaction_codes")}
    assert set(btc.bank_transaction_codes()) == listed
    coded = [row["code"] for row in rows("reason_codes_by_scheme") if row["code"]]
    assert [row.code for row in reason_codes()] == coded
    assert len(services()) + len(network_choices()) == len(rows("services_to_networks"))


def test_a_table_says_what_is_wrong_with_it() -> None:
    table = parse_table('# about: this\n# and a note\na,b\n1,"2,3"\n')
    assert (table.about, table.columns, table.rows) == ({"about": "this"}, ("a", "b"), (("1", "2,3"),))
    for text, said in (("", "no rows"), ("a,b\n1\n", "row 2 has 1 values, not 2"), ('a\n"x"y\n', "no table")):
        with pytest.raises(ValueError, match=said):
            parse_table(text)
