"""``wissel init``: what it writes loads clean, every setting it explains can be taken into use, and it appears whole or
not at all."""

import csv
import os
import re
import stat
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from wissel.core.errors import UsageError
from wissel.core.identifiers.bic import check_bic, is_test_bic
from wissel.core.identifiers.iban import check_iban
from wissel.core.identifiers.lei import check_lei
from wissel.engine.bank import init
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import example_account, example_lei, init_bank
from wissel.routing.bank import AccountKind, Method

COMMENTED = re.compile(r"^#(?=[^ \n-])", re.MULTILINE)
"""The mark before a setting that is not in force."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "bank"
    init_bank(folder)
    return folder


def test_it_loads_clean(bank: Path) -> None:
    found = load_bank(bank)
    assert (found.identity.bic, found.identity.name) == ("ZZWIDE20", "Wissel Example Bank")
    assert list(found.networks) == ["book", "sepa-sct-inst", "sepa-sct", "t2", "cbpr-plus-cover", "cbpr-plus"]
    assert {name: one.account for name, one in found.memberships.items()} == dict.fromkeys(
        ("sepa-sct-inst", "sepa-sct", "t2"), "T2-EUR"
    )
    assert sorted(found.channels) == ["default", "interbank"]
    assert found.channels["default"].may_send("pain.001.001.03")
    assert found.channels["default"].may_debit(example_account("DE", 1))
    assert not found.channels["default"].may_debit("T2-EUR")
    assert [(one.currency, one.method) for one in found.instructions] == [
        ("GBP", Method.SERIAL), ("GBP", Method.COVER), ("USD", Method.SERIAL), ("CHF", Method.SERIAL),
        ("EUR", Method.SERIAL),
    ]  # fmt: skip
    assert [one.name for one in found.routes] == ["salaries and pensions", "other currencies"]
    assert {"target", "every-day", "weekdays", "fedwire", "chaps"} == set(found.calendars)
    assert len(found.directory) == 6


def test_the_books_balance(bank: Path) -> None:
    sums: dict[str, int] = {}
    for account in load_bank(bank).accounts.values():
        sums[account.currency] = sums.get(account.currency, 0) + account.opening
    assert sums == {"EUR": 0, "USD": 0, "GBP": 0, "CHF": 0}


def test_amounts_of_accounts_are_minor_units(bank: Path) -> None:
    accounts = load_bank(bank).accounts
    customer, nostro = accounts[example_account("DE", 1)], accounts["T2-EUR"]
    assert (customer.limit, customer.opening, customer.kind, customer.is_iban) == (
        100_000, 1_250_000, AccountKind.CUSTOMER, True,
    )  # fmt: skip
    assert (nostro.opening, nostro.bank, nostro.is_iban) == (-149_300_000, "ZZCBDE20", False)
    assert (nostro.owner, customer.owner) == ("Settlement account", "Anna Example")


def test_every_bank_is_made_up(bank: Path) -> None:
    text = "".join((bank / name).read_text("utf-8") for name in init.FILES)
    bics = set(re.findall(r"\bZZ[A-Z]{4}[0-9]{2}\b", text))
    assert len(bics) >= 8
    assert all(check_bic(one) is None and is_test_bic(one) for one in bics)
    with (bank / "directory.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert {row["bic"] for row in rows} <= bics
    for iban in re.findall(r"\b[A-Z]{2}[0-9]{2}[A-Z0-9]{10,}\b", text):
        assert check_iban(iban) is None
    assert check_lei(example_lei()) is None


def test_the_directory_finds_the_accounts_it_names(bank: Path) -> None:
    directory = load_bank(bank).directory
    text = (bank / "directory.csv").read_text("utf-8")
    named = re.findall(r"^#   (ZZ\w+) .*? ([A-Z]{2}[0-9]{2}\w{10,})", text, re.MULTILINE)
    assert len(named) == 3
    for bic, iban in named:
        assert {one.bic for one in directory.find(iban).participants} == {bic}


@pytest.mark.parametrize("name", ["wissel.toml", "routes.toml"])
def test_every_setting_that_is_explained_can_be_taken_into_use(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    init_bank(folder)
    path = folder / name
    text = path.read_text("utf-8")
    before = load_bank(folder).digest
    lines = text.splitlines(keepends=True)
    marked = [number for number, line in enumerate(lines) if COMMENTED.match(line)]
    assert len(marked) >= 15
    for number in marked:
        # a key by itself; a table with what follows it
        end = number + 1
        while lines[number].startswith("#[") and end < len(lines) and COMMENTED.match(lines[end]):
            end += 1
        taken = [line.removeprefix("#") for line in lines[number:end]]
        if lines[number].startswith("#[") or not _inside_marked_table(lines, number):
            tomllib.loads("".join(taken))
            path.write_text("".join([*lines[:number], *taken, *lines[end:]]), "utf-8")
            assert load_bank(folder).digest != before or "id_window_days" in taken[0] or "*" in taken[0]
    path.write_text(COMMENTED.sub("", text), "utf-8")
    load_bank(folder)


def _inside_marked_table(lines: list[str], number: int) -> bool:
    while COMMENTED.match(lines[number]):
        if lines[number].startswith("#["):
            return True
        number -= 1
    return False


def test_both_files_can_take_everything_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    init_bank(folder)
    for name in ("wissel.toml", "routes.toml"):
        path = folder / name
        path.write_text(COMMENTED.sub("", path.read_text("utf-8")), "utf-8")
    found = load_bank(folder)
    assert found.identity.member_ids == {"DEBLZ": "99999999", "USABA": "021000089"}
    assert found.identity.is_bic("ZZWJDE20XXX")
    assert found.identity.is_member("USABA", "021000089")
    assert found.networks["sepa-sct"].transactions_max == 5000
    assert found.routes[0].amount_max == Decimal("999999999.99")
    assert [one.name for one in found.routes][1] == "treasury"
    assert found.channels["treasury"].sender == "TREASURY"
    assert found.channels["sct"].network == "sepa-sct"
    assert found.correspondent("ZZLAUS30", "USD").via == "ZZHUUS30"  # type: ignore[union-attr]


def test_folders(bank: Path) -> None:
    assert {one.name for one in bank.iterdir() if one.is_dir()} == {
        "calendars", "done", "failed", "in", "keys", "out", "shunt", "trust", "work",
    }  # fmt: skip
    assert {one.name for one in (bank / "in").iterdir()} == {"default", "interbank"}
    assert stat.S_IMODE((bank / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("country", ["NL", "FR", "GB", "CH", "US", "JP", "NO", "MT", "BR", "LC"])
def test_a_bank_of_any_country(country: str, tmp_path: Path) -> None:
    init_bank(tmp_path / "bank", f"ZZAB{country}20", 'A "bank" \\ of its own')
    found = load_bank(tmp_path / "bank")
    assert found.identity.name == 'A "bank" \\ of its own'
    first = next(iter(found.accounts.values()))
    assert first.is_iban == (country not in ("US", "JP"))
    assert found.channels["default"].may_debit(first.id)


@pytest.mark.parametrize(
    ("bic", "name", "reason"),
    [
        ("ZZWI", "A", "'ZZWI' is no BIC: a BIC has 8 or 11 characters"),
        ("", "A", "'' is no BIC"),
        ("ZZWIDE20", "", "a name is a text of at most 140 characters"),
        ("ZZWIDE20", "a\nb", "a name is a text of at most 140 characters"),
        ("ZZWIDE20", "x" * 141, "a name is a text of at most 140 characters"),
        ("ZZHUUS30", "A", "the made-up world does not hold together: bic: ZZHUUS30 is this bank itself"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(bic: str, name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(reason)):
        init_bank(tmp_path / "bank", bic, name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        init_bank(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [".hidden"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    inode = tmp_path.stat().st_ino
    init_bank(tmp_path)
    assert tmp_path.stat().st_ino == inode
    assert load_bank(tmp_path).identity.bic == "ZZWIDE20"
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


@pytest.mark.parametrize("exists", [True, False])
def test_a_failure_on_the_way_leaves_nothing(exists: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bank"
    if exists:
        folder.mkdir()
    moves = 0

    def failing(source: Path, target: Path) -> None:
        nonlocal moves
        moves += 1
        if moves == (5 if exists else 1):
            raise OSError(28, "No space left on device")
        os.replace(source, target)

    monkeypatch.setattr(init, "move", failing)
    with pytest.raises(UsageError, match="cannot be made: No space left on device"):
        init_bank(folder)
    assert [one.name for one in tmp_path.rglob("*")] == (["bank"] if exists else [])


@pytest.mark.parametrize("kind", ["file", "no-parent", "dangling"])
def test_a_place_that_is_no_folder(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    if kind == "file":
        folder.write_text("mine")
    elif kind == "no-parent":
        folder = folder / "below"
    else:
        folder.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError):
        init_bank(folder)
    assert len(list(tmp_path.iterdir())) == (0 if kind == "no-parent" else 1)


def test_the_digest_is_of_what_is_said_and_not_how(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    init_bank(folder)
    first = load_bank(folder).digest
    assert re.fullmatch("[0-9a-f]{64}", first)
    for name in init.FILES:
        path = folder / name
        text = path.read_text("utf-8")
        path.write_bytes(b"\xef\xbb\xbf# a comment\r\n\r\n" + text.replace("\n", "\r\n").encode())
    assert load_bank(folder).digest == first
    for name, old, new in (
        ("wissel.toml", "Hudson", "Hudsom"),
        ("routes.toml", '"CHF"]', '"CHF", "EUR"]'),
        ("accounts.csv", "12500.00", "12500.01"),
        ("directory.csv", "Almbank,", "Almbanc,"),
    ):
        path = folder / name
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new), "utf-8")
        assert load_bank(folder).digest != first, name
        path.write_text(text, "utf-8")
    (folder / "calendars" / "target.csv").write_text("date,name\n2026-12-24,Closed here\n", "utf-8")
    assert load_bank(folder).digest != first
