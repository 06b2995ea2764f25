"""``make demo``: what it shows is so, and nothing else may come of it."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT
from wissel.cli.main import main
from wissel.engine.database import transaction
from wissel.ledger.books import balance, totals
from wissel.service.running import looked_into

SCRIPT = ROOT / "samples" / "demo.py"
ANNA, MUSTER, DOLLARS = "DE93999999990000000001", "DE66999999990000000002", "DE55999999990000000006"


def load() -> ModuleType:
    """``samples/demo.py``, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


demo = load()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The bank directory afterwards, and what was printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run([sys.executable, str(SCRIPT)], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return folder / "demo-bank", done.stdout.decode("utf-8")


def outputs(bank: Path, addressee: str) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((bank / "out" / addressee).iterdir())}


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main([str(one) for one in arguments]) == 0
    return capsys.readouterr().out


def test_each_file_ends_where_it_should_with_a_report(shown: tuple[Path, str]) -> None:
    bank, _ = shown
    found = {name: sorted(path.name for path in (bank / name).iterdir()) for name in ("done", "failed", "shunt")}
    names = ("confirmation.xml", "credit.xml", "order.xml", "report.xml", "return.xml")
    assert found == {
        "done": [each for name in names for each in (name, f"{name}.report.json")],
        "failed": ["forged.xml", "forged.xml.report.json"],
        "shunt": [],
    }
    assert [path for path in (bank / "in").rglob("*") if path.is_file()] == []


def test_the_customer_is_answered(shown: tuple[Path, str]) -> None:
    answers = outputs(shown[0], "muster")
    assert list(answers) == ["1-1-pain.002.001.10.xml", "2-1-1-pain.002.001.10.xml", "5-1-1-pain.002.001.10.xml"]
    first = answers["1-1-pain.002.001.10.xml"]
    statuses = [part.split("<")[0] for part in first.split("<TxSts>")[1:]]
    assert statuses == ["ACSP", "ACSP", "ACSP", "ACSC", "RJCT", "ACSP"]
    assert first.count("<Cd>AC01</Cd>") == 1
    last = answers["5-1-1-pain.002.001.10.xml"]
    assert "<OrgnlEndToEndId>INVOICE-17</OrgnlEndToEndId>" in last
    assert "<Cd>AC04</Cd>" in last


def test_payments_are_signed_as_their_network_asks(shown: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    bank, _ = shown
    for network in ("sepa-sct", "sepa-sct-inst"):
        (name,) = outputs(bank, network)
        verified = said(
            capsys, "verify", bank / "out" / network / name, "--trust", bank / "trust" / network,
            "--at", "2026-11-23T09:00:00Z", "--format", "json",
        )  # fmt: skip
        result = json.loads(verified)
        assert (result["verdict"], result["signer"], result["bound"]) == ("verified", "ZZWIDE20", True)
    (plain,) = outputs(bank, "cbpr-plus").values()
    assert ":Signature>" not in plain


def test_the_forged_payment_is_refused_and_books_nothing(shown: tuple[Path, str]) -> None:
    bank, _ = shown
    report = json.loads((bank / "failed/forged.xml.report.json").read_text("utf-8"))
    assert [one["code"] for one in report["findings"]] == ["CERTIFICATE-UNTRUSTED"]
    assert report["signatures"][0]["verdict"] == "refused"


def test_the_books_say_what_happened(shown: tuple[Path, str]) -> None:
    bank, _ = shown
    with looked_into(bank) as (_, database), transaction(database) as connection:
        assert set(totals(connection).values()) == {0}
        # 250,000.00 - 1,250.00 - 75.50 + 75.50 - 500.00 + 900.00; the 320.00 came back, the 99.00 never left
        assert balance(connection, MUSTER).amount == 24_915_000
        assert balance(connection, ANNA).amount == 1_300_000
        assert balance(connection, DOLLARS).amount == 3_800_000
        assert balance(connection, "NOSTRO-USD-HUDSON").amount == -54_000_000 + 200_000
        assert balance(connection, "T2-EUR").amount == -149_300_000 + 125_000 - 90_000


def test_statements_and_notification_say_the_same(shown: tuple[Path, str]) -> None:
    found = outputs(shown[0], "statements")
    days = {name: text for name, text in found.items() if name.startswith(f"{MUSTER}.camt.053")}
    assert [name.split(".")[-2] for name in days] == ["20261123", "20261124"]
    assert [text.count("<Ntry>") for text in days.values()] == [6, 1]
    told = demo.notifications(shown[0])
    assert [path.name.split("-")[0] for path in told] == ["3", "5", "6"]
    assert {path.parent.name for path in told} == {MUSTER}
    assert [path.read_text("utf-8").count("<Ntry>") for path in told] == [1, 1, 1]
    assert ["<Cd>AC04</Cd>" in path.read_text("utf-8") for path in told] == [False, False, True]
    assert ["<RvslInd>true</RvslInd>" in path.read_text("utf-8") for path in told] == [False, True, False]


def test_the_life_of_the_returned_payment(shown: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    life = json.loads(said(capsys, "trace", "INVOICE-18", "--bank", shown[0], "--format", "json"))
    (order,) = life["payments"]
    (sent,) = order["led_to"]
    (returned,) = sent["led_to"]
    assert (sent["party"], returned["definition"]) == ("sepa-sct", "pacs.004.001.09")
    assert [one["amount_minor"] for one in order["booked"] if one["account"] == MUSTER] == [-7_550]
    assert [one["amount_minor"] for one in returned["booked"] if one["account"] == MUSTER] == [7_550]
    assert [one["file"] for one in life["files"]] == ["order.xml", "report.xml", "return.xml"]


def test_the_page_says_how_each_payment_ended(shown: tuple[Path, str]) -> None:
    page = shown[1]
    for line in (
        "RENT-11      1,250.00 EUR  sepa-sct-inst, signed  ACSP → ACSC",
        "INVOICE-17     320.00 EUR  sepa-sct, signed       ACSP → RJCT AC04",
        "INVOICE-18      75.50 EUR  sepa-sct, signed       ACSP → ACSC → returned",
        "REFUND-4       500.00 EUR  inside the bank        ACSC",
        "INVOICE-19      99.00 EUR  -                      RJCT AC01",
        "FREIGHT-7    2,000.00 USD  cbpr-plus              ACSP",
    ):
        assert line in page
    assert "The books sum to zero in CHF, EUR, GBP, USD. The journal is sound: 12 entries for 6 files." in page


def test_every_key_says_that_it_is_a_test(shown: tuple[Path, str]) -> None:
    from cryptography import x509

    found = [*(shown[0] / "keys").iterdir(), *(shown[0] / "world" / "keys").iterdir()]
    assert len(found) == 5
    for path in found:
        assert path.stat().st_mode & 0o077 == 0
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        assert "wissel TEST ONLY" in certificate.subject.rfc4514_string()


def test_it_is_played_anew_but_nothing_else_is_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    assert demo.main([str(tmp_path / "mine")]) == 1
    assert "mine holds something else" in capsys.readouterr().err
    assert (tmp_path / "mine" / "file").exists()


def test_what_goes_otherwise_fails(shown: tuple[Path, str]) -> None:
    story = demo.Story(shown[0])
    assert next(demo.wrong(story)) == "order.xml: None, not ('done', {'sent': 4, 'booked': 1, 'rejected': 1})"
