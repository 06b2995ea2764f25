"""``wissel schemas``: what a person sees, what a program reads, and the exit codes."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.catalog.samples import BUNDLED, ISO, as_published, bundled, renamed, restricted, tiny
from wissel.cli.main import main


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of schemas, empty, and the current folder."""
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path / "user"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "user"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``wissel schemas ...``."""
    code = main(["schemas", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def write(name: str, data: bytes) -> None:
    Path(name).write_bytes(data)


def test_list_shows_a_family_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "head.001")
    assert code == 0
    assert out.splitlines() == [
        "head.001.001.01  bundled   BusinessApplicationHeaderV01",
        "head.001.001.02  bundled   BusinessApplicationHeaderV02",
        "head.001.001.03  bundled   BusinessApplicationHeaderV03",
        "head.001.001.04  bundled   BusinessApplicationHeaderV04",
        "",
        "4 definitions: 4 bundled, 0 imported; 0 overlays",
    ]


def test_list_shows_all_and_what_is_the_users(capsys: pytest.CaptureFixture[str]) -> None:
    write("new.xsd", renamed("pacs.008.001.08", "pacs.008.001.99"))
    write("net.xsd", restricted("pacs.008.001.08"))
    write("alone.xsd", renamed("pacs.008.001.08", "pacs.008.001.98"))
    assert run(capsys, "import", "new.xsd")[0] == 0
    assert run(capsys, "import", "net.xsd", "alone.xsd", "--as", "my-net")[0] == 0
    lines = run(capsys, "list")[1].splitlines()
    assert len(lines) == 539 + 2
    assert lines[-1] == "539 definitions: 537 bundled, 1 imported; 2 overlays"
    row = {line.split()[0]: line.split()[1:] for line in lines if line}
    assert row["pacs.008.001.08"] == ["bundled", "FIToFICustomerCreditTransferV08", "overlays:", "my-net"]
    assert row["pacs.008.001.98"] == ["-", "(no", "base", "schema)", "overlays:", "my-net"]
    assert row["pacs.008.001.99"] == ["imported", "FIToFICustomerCreditTransferV08"]


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "pain.001.001.09", "--format", "json")
    assert code == 0
    assert json.loads(out) == [
        {
            "definition": "pain.001.001.09",
            "name": "CustomerCreditTransferInitiationV09",
            "origin": "bundled",
            "overlays": [],
        }
    ]


def test_list_of_something_unknown_is_a_wrong_call_that_helps(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "list", "head.001.001.99")
    assert (code, out) == (2, "")
    assert "known are head.001.001.01, head.001.001.02, head.001.001.03, head.001.001.04" in err
    code, _, err = run(capsys, "list", "sepa")
    assert code == 2
    assert "the areas are acmt, admi, camt, head, pacs, pain, remt, trck" in err


def test_export_writes_the_chosen_ones_with_the_notice(capsys: pytest.CaptureFixture[str]) -> None:
    write("net.xsd", restricted("head.001.001.02"))
    code, out, _ = run(capsys, "export", "out", "--definition", "head.001", "--definition", "pacs.008.001.08")
    assert (code, out) == (0, "5 schemas in out\n")
    files = sorted(str(path) for path in Path("out").rglob("*") if path.is_file())
    assert files == [
        "out/NOTICE",
        *(f"out/head/head.001.001.0{n}.xsd" for n in range(1, 5)),
        "out/pacs/pacs.008.001.08.xsd",
    ]
    assert Path("out/pacs/pacs.008.001.08.xsd").read_bytes() == bundled("pacs.008.001.08")
    assert run(capsys, "export", "out", "--definition", "head.001")[0] == 0


def test_export_takes_along_what_is_the_users(capsys: pytest.CaptureFixture[str]) -> None:
    write("new.xsd", renamed("pacs.008.001.08", "pacs.008.001.99"))
    write("net.xsd", restricted("pacs.008.001.08"))
    run(capsys, "import", "new.xsd")
    run(capsys, "import", "net.xsd", "--as", "my-net")
    assert run(capsys, "export", "out")[:2] == (0, "539 schemas in out\n")
    assert Path("out/pacs/pacs.008.001.99.xsd").is_file()
    assert b'value="70"' in Path("out/overlays/my-net/pacs/pacs.008.001.08.xsd").read_bytes()


def test_export_never_overwrites(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("out/head/head.001.001.02.xsd")
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    code, out, err = run(capsys, "export", "out", "--definition", "head.001")
    assert (code, out) == (2, "")
    assert "out/head/head.001.001.02.xsd is there already with other content" in err
    assert [file.name for file in Path("out").rglob("*.xsd")] == ["head.001.001.02.xsd"]
    assert path.read_text() == "mine"


def test_import_says_of_each_file_what_became_of_it(capsys: pytest.CaptureFixture[str], user: Path) -> None:
    write("evil.xsd", tiny(ISO + "../../../../etc/x"))
    write("net.xsd", restricted("pacs.008.001.08"))
    with zipfile.ZipFile("release.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pacs.xsd", as_published("pacs.008.001.08"))
        archive.writestr("new.xsd", renamed("pacs.008.001.08", "pacs.008.001.99"))
        archive.writestr("readme.pdf", b"%PDF")
    write("bomb.zip", b"")
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xsd", b" " * 100_000_000)
    code, out, err = run(capsys, "import", "evil.xsd", "bomb.zip", "net.xsd", "release.zip")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        f"refused    -                evil.xsd: its namespace '{ISO}../../../../etc/x' names no ISO 20022 message "
        "definition",
        "refused    -                bomb.zip: Each packed byte unpacks to more than 400 bytes.",
        "refused    pacs.008.001.08  net.xsd: it differs from the bundled schema in 2 types "
        "(CreditTransferTransaction39, Max140Text); give it a name with --as NAME to keep it beside the standard",
        "unchanged  pacs.008.001.08  release.zip!pacs.xsd: already bundled",
        "imported   pacs.008.001.99  release.zip!new.xsd: FIToFICustomerCreditTransferV08",
        f"1 imported, 1 unchanged, 3 refused, 1 other file left aside; your schemas are in {user}",
    ]
    assert [path.name for path in user.rglob("*.xsd")] == ["pacs.008.001.99.xsd"]


def test_import_under_a_name_keeps_what_differs(capsys: pytest.CaptureFixture[str], user: Path) -> None:
    write("net.xsd", restricted("pacs.008.001.08"))
    write("base.xsd", as_published("pain.001.001.09"))
    code, out, _ = run(capsys, "import", "net.xsd", "base.xsd", "--as", "my-net")
    assert code == 0
    assert out.splitlines() == [
        "overlay    pacs.008.001.08  net.xsd: kept as my-net; it differs from the bundled schema in 2 types "
        "(CreditTransferTransaction39, Max140Text)",
        "unchanged  pain.001.001.09  base.xsd: already bundled",
        f"1 kept as overlay my-net, 1 unchanged; your schemas are in {user}",
    ]
    assert [path.relative_to(user) for path in user.rglob("*.xsd")] == [
        Path("overlays/my-net/pacs/pacs.008.001.08.xsd")
    ]


def test_import_quietly_shows_only_what_is_wrong(capsys: pytest.CaptureFixture[str], user: Path) -> None:
    write("base.xsd", as_published("pain.001.001.09"))
    write("page.html", b"<html/>")
    code, out, _ = run(capsys, "import", "--quiet", "base.xsd", "page.html")
    assert code == 1
    assert out.splitlines() == [
        "refused    -                page.html: it is not an XML schema: its root is html",
        f"1 unchanged, 1 refused; your schemas are in {user}",
    ]


def test_wrong_calls(capsys: pytest.CaptureFixture[str]) -> None:
    write("net.xsd", restricted("pacs.008.001.08"))
    code, _, err = run(capsys, "import", "net.xsd", "--as", "../up")
    assert code == 2
    assert "'../up' cannot name an overlay" in err
    code, _, err = run(capsys, "import", "nett.xsd")
    assert code == 2
    assert "net.xsd" in err
    Path("empty").mkdir()
    code, out, err = run(capsys, "verify", "empty")
    assert (code, out) == (2, "")
    assert "there is no schema (.xsd) in what was given" in err


def test_control_characters_of_a_stranger_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("\x1b[31mred.xsd", b"<a/>")
    out = run(capsys, "import", "a.zip")[1]
    assert "\x1b" not in out
    assert "red.xsd" in out


def test_verify_proves_the_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "verify")
    assert code == 0
    assert out == "537 bundled schemas are intact: each is there, each is as index.toml has it, and nothing else is\n"
    assert run(capsys, "verify", "--quiet")[:2] == (0, "")


def test_verify_names_a_corrupted_schema(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "wissel"
    shutil.copytree(BUNDLED, package / "schemas")
    monkeypatch.setattr("wissel.catalog.definitions.__file__", str(package / "catalog" / "definitions.py"))
    path = package / "schemas" / "pacs" / "pacs.008.001.08.xsd"
    path.write_bytes(path.read_bytes().replace(b'maxLength value="140"', b'maxLength value="141"'))
    code, out, _ = run(capsys, "verify")
    assert code == 1
    assert out.splitlines() == [
        "pacs.008.001.08 has been changed: its canonical form is another",
        f"1 fault in the bundle of 537 schemas in {package / 'schemas'}",
    ]


def test_verify_compares_given_files(capsys: pytest.CaptureFixture[str]) -> None:
    write("official.xsd", as_published("pacs.008.001.08"))
    write("net.xsd", restricted("pacs.008.001.08"))
    write("none.xsd", tiny())
    assert run(capsys, "verify", "official.xsd")[:2] == (
        0,
        "equal      pacs.008.001.08  official.xsd: says the same as the bundled schema\n1 equal\n",
    )
    code, out, _ = run(capsys, "verify", "official.xsd", "net.xsd", "none.xsd")
    assert code == 1
    assert out.splitlines() == [
        "equal      pacs.008.001.08  official.xsd: says the same as the bundled schema",
        "different  pacs.008.001.08  net.xsd: differs from the bundled schema in 2 types",
        "           CreditTransferTransaction39: the given schema lacks the element RmtInf",
        "           Max140Text: maxLength is 140; in the given schema 70",
        "unknown    pacs.008.001.99  none.xsd: there is no schema of pacs.008.001.99 here to compare it with",
        "1 equal, 1 different, 1 unknown",
    ]


def test_verify_shows_the_first_differences_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    write("other.xsd", renamed("pacs.008.001.09", "pacs.008.001.08"))
    short, whole = run(capsys, "verify", "other.xsd")[1], run(capsys, "verify", "--all", "other.xsd")[1]
    lines = short.splitlines()
    hidden = len(whole.splitlines()) - 22
    assert hidden > 0
    assert lines[-2] == f"           and {hidden} more; --all shows them"
    assert lines[1:21] == whole.splitlines()[1:21]
