"""Official schemas are taken in; what contradicts the standard stands beside it; nothing replaces a base schema."""

import os
import stat
from pathlib import Path

import pytest

from tests.catalog.samples import BUNDLED, ISO, as_published, bundled, renamed, restricted, tiny
from wissel.catalog.definitions import Catalog
from wissel.catalog.importing import Fate, import_schema
from wissel.core.errors import InstallationError, UsageError


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """The bundle and an empty folder of the user."""
    return Catalog(BUNDLED, tmp_path / "user")


def files(catalog: Catalog) -> list[str]:
    """All files in the user's folder."""
    assert catalog.user is not None
    return sorted(str(path.relative_to(catalog.user)) for path in catalog.user.rglob("*") if path.is_file())


def test_the_official_file_of_a_bundled_schema_is_already_there(catalog: Catalog) -> None:
    outcome = import_schema(as_published("pacs.008.001.08"), "pacs.xsd", catalog)
    assert (outcome.fate, outcome.definition, outcome.text) == (Fate.KNOWN, "pacs.008.001.08", "already bundled")
    assert files(catalog) == []


def test_facets_in_another_order_make_no_other_schema(catalog: Catalog) -> None:
    data = bundled("pain.001.001.09").decode()
    low, high = '      <xs:minLength value="1"/>\n', '      <xs:maxLength value="35"/>\n'
    assert low + high in data
    outcome = import_schema(data.replace(low + high, high + low).encode(), "x.xsd", catalog)
    assert outcome.text == "already bundled"


def test_a_new_definition_becomes_a_base_schema_in_normal_form(catalog: Catalog) -> None:
    published = as_published("pacs.008.001.08").decode("utf-16").replace("pacs.008.001.08", "pacs.008.001.99")
    outcome = import_schema(published.encode("utf-16"), "new.xsd", catalog)
    assert (outcome.fate, outcome.definition) == (Fate.IMPORTED, "pacs.008.001.99")
    assert outcome.text == "FIToFICustomerCreditTransferV08"
    assert files(catalog) == ["pacs/pacs.008.001.99.xsd"]
    found = catalog.find("pacs.008.001.99")
    assert found is not None
    assert found.read() == renamed("pacs.008.001.08", "pacs.008.001.99")
    assert stat.S_IMODE(os.stat(found.path).st_mode) == 0o644
    again = import_schema(published.encode("utf-16"), "new.xsd", catalog)
    assert (again.fate, again.text) == (Fate.KNOWN, "already imported")


def test_a_national_variant_has_a_definition_and_types_of_its_own(catalog: Catalog) -> None:
    namespace = b"http://www.six-interbank-clearing.com/de/pain.001.001.03.ch.02.xsd"
    data = restricted("pain.001.001.03").replace((ISO + "pain.001.001.03").encode(), namespace)
    outcome = import_schema(data, "ch.xsd", catalog)
    assert (outcome.fate, outcome.definition) == (Fate.IMPORTED, "pain.001.001.03.ch.02")
    assert files(catalog) == ["pain/pain.001.001.03.ch.02.xsd"]
    assert catalog.versions("pain.001")[:3] == ("pain.001.001.02", "pain.001.001.03", "pain.001.001.03.ch.02")


def test_a_restricted_schema_needs_a_name(catalog: Catalog) -> None:
    outcome = import_schema(restricted("pacs.008.001.08"), "net.xsd", catalog)
    assert (outcome.fate, outcome.definition) == (Fate.REFUSED, "pacs.008.001.08")
    assert outcome.text == (
        "it differs from the bundled schema in 2 types (CreditTransferTransaction39, Max140Text); "
        "give it a name with --as NAME to keep it beside the standard"
    )
    assert files(catalog) == []


def test_with_a_name_it_is_kept_beside_the_base(catalog: Catalog) -> None:
    outcome = import_schema(restricted("pacs.008.001.08"), "net.xsd", catalog, "my-net")
    assert outcome.fate is Fate.OVERLAY
    assert outcome.text.startswith("kept as my-net; it differs from the bundled schema in 2 types")
    assert files(catalog) == ["overlays/my-net/pacs/pacs.008.001.08.xsd"]
    base, (overlay,) = catalog.find("pacs.008.001.08"), catalog.overlays("pacs.008.001.08")
    assert base is not None
    assert (base.origin, base.read()) == ("bundled", bundled("pacs.008.001.08"))
    assert overlay.origin == "my-net"
    assert import_schema(restricted("pacs.008.001.08"), "n", catalog, "my-net").text == "already kept as my-net"
    other = restricted("pacs.008.001.08").replace(b'value="70"', b'value="60"')
    assert import_schema(other, "n", catalog, "my-net").text.startswith("kept as my-net in place of an earlier one")
    assert b'value="60"' in catalog.overlays("pacs.008.001.08")[0].read()
    assert import_schema(as_published("pacs.008.001.08"), "n", catalog, "my-net").text == "already bundled"


def test_a_new_definition_that_contradicts_the_bundled_types_is_no_base(catalog: Catalog) -> None:
    data = restricted("pacs.008.001.08").replace(b"pacs.008.001.08", b"pacs.008.001.99")
    outcome = import_schema(data, "net.xsd", catalog)
    assert outcome.fate is Fate.REFUSED
    assert "it contradicts the bundled schemas in 2 types (CreditTransferTransaction39, Max140Text)" in outcome.text
    assert import_schema(data, "net.xsd", catalog, "net").fate is Fate.OVERLAY
    assert catalog.find("pacs.008.001.99") is None
    assert catalog.overlaid() == ("pacs.008.001.99",)


def test_types_that_a_guideline_tool_derived_make_an_overlay(catalog: Catalog) -> None:
    data = renamed("pacs.008.001.08", "pacs.008.001.99").replace(b"CreditTransferV08", b"CreditTransferV99")
    outcome = import_schema(data.replace(b'"GroupHeader93"', b'"GroupHeader93__1"'), "ug.xsd", catalog)
    assert "it contradicts the bundled schemas in 1 type (GroupHeader93__1)" in outcome.text


def test_both_spellings_of_a_type_belong_to_the_standard(catalog: Catalog) -> None:
    """pain.001.001.03 wraps choices in sequences where later versions do not."""
    assert import_schema(renamed("pain.001.001.03", "pain.001.001.98"), "a", catalog).fate is Fate.IMPORTED
    assert import_schema(renamed("pain.001.001.12", "pain.001.001.99"), "b", catalog).fate is Fate.IMPORTED


def test_a_new_definition_under_a_name_is_an_overlay_without_base(catalog: Catalog) -> None:
    outcome = import_schema(renamed("pacs.008.001.08", "pacs.008.001.99"), "x", catalog, "net")
    assert (outcome.fate, outcome.text) == (Fate.OVERLAY, "kept as net; it has no base schema here yet")


@pytest.mark.parametrize(
    ("namespace", "shown"),
    [
        (ISO + "../../../../etc/cron.d/x", "'urn:iso:std:iso:20022:tech:xsd:../../../../etc/cron.d/x'"),
        (ISO + "pacs/../../../x.001.001.01", "pacs/../../../x.001.001.01'"),
        (ISO + "pacs.008.001.08/../../../x", "pacs.008.001.08/../../../x'"),
        ("urn:other:pacs.008.001.08", "'urn:other:pacs.008.001.08'"),
        ("urn:" + "x" * 500, "x…'"),
    ],
)
def test_a_hostile_namespace_names_no_file(catalog: Catalog, tmp_path: Path, namespace: str, shown: str) -> None:
    for overlay in (None, "net"):
        outcome = import_schema(tiny(namespace), "evil.xsd", catalog, overlay)
        assert (outcome.fate, outcome.definition) == (Fate.REFUSED, None)
        assert shown in outcome.text
        assert "names no ISO 20022 message definition" in outcome.text
    assert list(tmp_path.rglob("*")) == []


def test_what_is_no_schema_is_refused_in_a_sentence(catalog: Catalog) -> None:
    for data in (b"", b"%PDF-1.7", b"<Document/>", bundled("pacs.008.001.08")[:5000], tiny(head="<!DOCTYPE a>")):
        outcome = import_schema(data, "x.xsd", catalog)
        assert (outcome.fate, outcome.definition) == (Fate.REFUSED, None)
        assert outcome.text.startswith("it ")


@pytest.mark.parametrize("name", ["", "..", "a/b", "Net", "imported", "x" * 41])
def test_an_overlay_cannot_have_any_name(catalog: Catalog, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name an overlay"):
        import_schema(restricted("pacs.008.001.08"), "x", catalog, name)


def test_a_catalog_without_user_folder_takes_nothing() -> None:
    with pytest.raises(UsageError, match="no folder of the user"):
        import_schema(tiny(), "x", Catalog(BUNDLED))


def test_a_folder_that_cannot_be_written_is_a_fault_of_the_installation(tmp_path: Path) -> None:
    (tmp_path / "user").write_text("a file, not a folder")
    with pytest.raises(InstallationError, match="cannot be written: "):
        import_schema(renamed("pacs.008.001.08", "pacs.008.001.99"), "x", Catalog(BUNDLED, tmp_path / "user"))


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    import_schema(restricted("pacs.008.001.08"), "x", catalog, "net")
    before = catalog.overlays("pacs.008.001.08")[0].read()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InstallationError, match="No space left on device"):
        import_schema(restricted("pacs.008.001.08").replace(b'value="70"', b'value="60"'), "x", catalog, "net")
    assert files(catalog) == ["overlays/net/pacs/pacs.008.001.08.xsd"]
    assert catalog.overlays("pacs.008.001.08")[0].read() == before
