"""Schemas are found by definition: the bundled first, then the user's, overlays apart."""

import pickle
from pathlib import Path

import pytest

from tests.catalog.samples import BUNDLED, bundled, restricted
from wissel.catalog import definitions
from wissel.catalog.definitions import Catalog, bundled_folder, default_catalog
from wissel.core.errors import InstallationError, UsageError


def put(folder: Path, definition: str, data: bytes) -> Path:
    """Write a schema where a catalog looks for it."""
    path = folder / definition[:4] / f"{definition}.xsd"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_all_bundled_definitions_are_there() -> None:
    found = Catalog(BUNDLED).definitions()
    assert len(found) == 537
    assert found[0] == "acmt.022.001.02"
    assert found[-1] == "trck.004.001.04"
    assert {name[:4] for name in found} == {"acmt", "admi", "camt", "head", "pacs", "pain", "remt", "trck"}


def test_versions_of_a_family_come_oldest_first() -> None:
    catalog = Catalog(BUNDLED)
    assert catalog.versions("head.001") == ("head.001.001.01", "head.001.001.02", "head.001.001.03", "head.001.001.04")
    assert catalog.versions("pacs.008")[-1] == "pacs.008.001.14"
    assert catalog.versions("pacs.00") == ()


def test_an_unknown_version_leads_to_the_known_ones() -> None:
    catalog = Catalog(BUNDLED)
    assert catalog.known_versions("head.001.001.99") == catalog.versions("head.001")
    assert catalog.known_versions("head.001.777.01.xx") == catalog.versions("head.001")
    assert catalog.known_versions("nope") == ()
    with pytest.raises(UsageError) as unknown:
        catalog.tree("head.001.001.99")
    known = "head.001.001.01, head.001.001.02, head.001.001.03, head.001.001.04"
    assert str(unknown.value) == f"there is no schema for 'head.001.001.99'; known are {known}"
    with pytest.raises(UsageError, match="`wissel schemas list` shows all"):
        catalog.tree("nope")


def test_the_bundled_schema_goes_before_one_in_the_users_folder(tmp_path: Path) -> None:
    put(tmp_path, "pacs.008.001.08", b"<mine/>")
    mine = put(tmp_path, "pacs.008.001.99", bundled("pacs.008.001.08"))
    catalog = Catalog(BUNDLED, tmp_path)
    base, imported = catalog.find("pacs.008.001.08"), catalog.find("pacs.008.001.99")
    assert base is not None
    assert imported is not None
    assert (base.origin, base.path) == ("bundled", BUNDLED / "pacs" / "pacs.008.001.08.xsd")
    assert (imported.origin, imported.path) == ("imported", mine)
    assert catalog.versions("pacs.008")[-2:] == ("pacs.008.001.14", "pacs.008.001.99")
    assert Catalog(BUNDLED).find("pacs.008.001.99") is None


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "pacs.008.001.08/..", "pacs.008.001.08\0", "x" * 9999])
def test_whatever_a_message_brings_can_be_asked_for(text: str, tmp_path: Path) -> None:
    catalog = Catalog(BUNDLED, tmp_path)
    assert catalog.find(text) is None
    assert catalog.overlays(text) == ()


def test_overlays_stand_beside_the_base_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("zone", "cbpr-plus", "Not A Name"):
        put(tmp_path / "overlays" / name, "pacs.008.001.08", restricted("pacs.008.001.08"))
    catalog = Catalog(BUNDLED, tmp_path)
    found = catalog.overlays("pacs.008.001.08")
    assert [overlay.origin for overlay in found] == ["cbpr-plus", "zone"]
    assert found[0].path == tmp_path / "overlays" / "cbpr-plus" / "pacs" / "pacs.008.001.08.xsd"
    assert catalog.overlays("pacs.008.001.09") == ()
    assert catalog.overlaid() == ("pacs.008.001.08",)
    assert found[0].tree().types["Max140Text"] != catalog.tree("pacs.008.001.08").types["Max140Text"]


def test_a_tree_is_read_once_but_never_stale(tmp_path: Path) -> None:
    path = put(tmp_path, "head.001.001.99", bundled("head.001.001.01"))
    catalog = Catalog(BUNDLED, tmp_path)
    first = catalog.tree("head.001.001.99")
    assert catalog.tree("head.001.001.99") is first
    path.write_bytes(bundled("head.001.001.02"))
    assert catalog.tree("head.001.001.99").types.keys() != first.types.keys()


def test_a_schema_that_vanished_is_a_fault_of_the_installation(tmp_path: Path) -> None:
    path = put(tmp_path, "pacs.008.001.99", bundled("pacs.008.001.08"))
    file = Catalog(BUNDLED, tmp_path).find("pacs.008.001.99")
    assert file is not None
    path.unlink()
    with pytest.raises(InstallationError, match=r"pacs\.008\.001\.99\.xsd cannot be read: No such file"):
        file.tree()
    with pytest.raises(InstallationError, match="cannot be read"):
        file.read()


def test_a_catalog_goes_to_other_processes_as_two_paths(tmp_path: Path) -> None:
    catalog = Catalog(BUNDLED, tmp_path)
    catalog.tree("pacs.008.001.08")
    assert pickle.loads(pickle.dumps(catalog)) == catalog
    assert len(pickle.dumps(catalog)) < 1_000


def test_the_bundle_is_found_in_the_checkout() -> None:
    assert bundled_folder() == BUNDLED


def test_the_bundle_is_found_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "wissel"
    (package / "catalog").mkdir(parents=True)
    monkeypatch.setattr(definitions, "__file__", str(package / "catalog" / "definitions.py"))
    with pytest.raises(InstallationError, match="bundled schemas are missing"):
        bundled_folder()
    (package / "schemas").mkdir()
    (package / "schemas" / "index.toml").touch()
    assert bundled_folder() == package / "schemas"


def test_the_environment_says_where_the_users_schemas_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "pacs.008.001.99", bundled("pacs.008.001.08"))
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path))
    assert "pacs.008.001.99" in default_catalog().definitions()
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path / "none"))
    assert "pacs.008.001.99" not in default_catalog().definitions()
