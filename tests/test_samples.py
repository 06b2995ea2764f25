"""The samples keep their promises, cover what they have to, and a broken promise is noticed."""

import gzip
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.core.codes import catalogue
from wissel.core.finding import Stage
from wissel.validation.report import Verdict

SAMPLES = ROOT / "samples"


def load() -> ModuleType:
    """``samples/check_samples.py``, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("check_samples", SAMPLES / "check_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


samples = load()

ELSEWHERE = {
    "RELAY-ORIGINAL-UNKNOWN": "tests/mapping/test_relay.py::test_an_answer_to_something_unknown_is_refused",
    "RELAY-TOO-MANY-AGENTS": "tests/mapping/test_relay.py::test_the_agent_that_finds_no_place_is_refused",
    "VERSION-BLOCK-HAS-NO-PLACE": "tests/mapping/test_version.py::test_what_may_neither_be_lost_nor_invented_is_refused",
    "VERSION-VALUE-MISSING": "tests/mapping/test_version.py::test_what_may_neither_be_lost_nor_invented_is_refused",
    "VERSION-VALUE-UNFIT": "tests/mapping/test_version.py::test_what_may_neither_be_lost_nor_invented_is_refused",
    "FILE-UNREADABLE": "tests/xml/sources/test_source.py::test_links_are_followed_and_loops_end",
    "FINDINGS-CAPPED": "tests/xml/parts/test_inspection.py::test_findings_beyond_the_limit_are_said_to_be_left_out",
    "RULE-FAILED": "tests/validation/test_execute.py::test_a_rule_that_breaks_down_does_not_let_the_message_pass",
    "GUIDELINE-CHOSEN": "tests/validation/test_choose.py::test_the_report_says_which_guideline_and_why",
    "GUIDELINE-NOT-IN-FORCE": "tests/validation/test_guideline.py::test_a_guideline_outside_its_dates_is_said_once",
    "GUIDELINE-VERSION": "tests/validation/test_guideline.py::test_another_version_than_the_network_takes",
    "LIMIT-ARCHIVE-BYTES": "tests/xml/test_archive_limits.py::test_too_many_bytes_in_all",
    "LIMIT-ARCHIVE-DEPTH": "tests/xml/test_archive_limits.py::test_archives_too_deep",
    "LIMIT-ARCHIVE-MEMBERS": "tests/xml/test_archive_limits.py::test_too_many_members",
    "LIMIT-BYTES": "tests/xml/sources/test_source.py::test_a_file_above_the_limit_is_refused_at_once_or_where_it_grew",
    "LIMIT-COMPRESSION-RATIO": "tests/xml/test_archive_limits.py::test_a_packed_bomb_is_stopped_after_16_mib",
    "LIMIT-DEPTH": "tests/xml/parts/test_inspection.py::test_limits",
    "LIMIT-ELEMENTS": "tests/xml/parts/test_inspection.py::test_limits",
    "LIMIT-MESSAGES": "tests/xml/parts/test_inspection.py::test_limits",
    "LIMIT-TEXT": "tests/xml/parts/test_inspection.py::test_a_value_beyond_the_parsers_limit_is_refused",
    "PROGRAM-FAULT": "tests/service/test_batch.py::"
    "test_a_file_we_fail_at_gets_a_report_stops_no_other_and_is_raised_at_the_end",
    "SCHEMA-VIOLATION": "tests/xml/test_schema_violation.py::test_what_only_libxml2_knows_is_quoted",
    "ALGORITHM-NOT-ALLOWED": "tests/signature/attacks.py::structure_attacks",
    "ALGORITHM-PARAMETER": "tests/signature/attacks.py::structure_attacks",
    "CANONICAL-FORM": "tests/signature/attacks.py::structure_attacks",
    "CERTIFICATE-EXPIRED": "tests/signature/attacks_on_trust.py::trust_attacks",
    "CERTIFICATE-MISSING": "tests/signature/attacks_on_trust.py::trust_attacks",
    "CERTIFICATE-NOT-YET-VALID": "tests/signature/attacks_on_trust.py::trust_attacks",
    "CERTIFICATE-REVOKED": "tests/signature/attacks_on_trust.py::trust_attacks",
    "CERTIFICATE-UNREADABLE": "tests/signature/attacks_on_trust.py::trust_attacks",
    "CERTIFICATE-UNTRUSTED": "tests/signature/attacks_on_trust.py::trust_attacks",
    "CERTIFICATE-USAGE": "tests/signature/attacks_on_trust.py::trust_attacks",
    "COMMENT-IN-MESSAGE": "tests/signature/attacks.py::structure_attacks",
    "COVERAGE-MISSING": "tests/signature/attacks.py::structure_attacks",
    "DIGEST-MISMATCH": "tests/signature/attacks_on_trust.py::trust_attacks",
    "ID-DUPLICATE": "tests/signature/attacks.py::structure_attacks",
    "KEY-WEAK": "tests/signature/attacks_on_trust.py::trust_attacks",
    "KEYINFO-NOT-ALLOWED": "tests/signature/attacks_on_trust.py::trust_attacks",
    "MESSAGE-REPLAYED": "tests/signature/test_attacks.py::test_a_message_is_taken_once",
    "MESSAGE-TOO-OLD": "tests/signature/attacks_on_trust.py::trust_attacks",
    "PART-MISPLACED": "tests/signature/attacks.py::structure_attacks",
    "PART-MISSING": "tests/signature/attacks.py::structure_attacks",
    "PART-SEVERAL": "tests/signature/attacks.py::structure_attacks",
    "POLICY-DEFAULT": "tests/signature/test_verify.py::test_without_a_policy_the_result_says_so",
    "PROFILE-NOT-ACCEPTED": "tests/signature/attacks_on_trust.py::trust_attacks",
    "REFERENCE-LIMIT": "tests/signature/attacks_on_trust.py::trust_attacks",
    "REFERENCE-SEVERAL": "tests/signature/attacks.py::structure_attacks",
    "REFERENCE-TARGET": "tests/signature/attacks.py::structure_attacks",
    "REFERENCE-URI": "tests/signature/attacks.py::structure_attacks",
    "REVOCATION-UNKNOWN": "tests/signature/attacks_on_trust.py::trust_attacks",
    "SENDER-MISSING": "tests/signature/attacks_on_trust.py::trust_attacks",
    "SIGNATURE-ENCODING": "tests/signature/attacks.py::structure_attacks",
    "SIGNATURE-INVALID": "tests/signature/attacks_on_trust.py::trust_attacks",
    "SIGNATURE-MISPLACED": "tests/signature/attacks.py::structure_attacks",
    "SIGNATURE-MISSING": "tests/signature/attacks.py::structure_attacks",
    "SIGNATURE-SEVERAL": "tests/signature/attacks.py::structure_attacks",
    "SIGNATURE-SET-ASIDE": "tests/xml/parts/test_set_aside.py::test_it_is_set_aside_and_said",
    "SIGNATURE-STRUCTURE": "tests/signature/attacks.py::structure_attacks",
    "SIGNATURE-WEAK": "tests/signature/test_verify.py::test_sha1_only_where_it_is_named_and_then_said",
    "SIGNER-NOT-SENDER": "tests/signature/attacks_on_trust.py::trust_attacks",
    "SIGNER-UNBOUND": "tests/signature/attacks_on_trust.py::trust_attacks",
    "TRANSFORM-NOT-ALLOWED": "tests/signature/attacks.py::structure_attacks",
    "XADES-CERTIFICATE": "tests/signature/test_verify.py::test_signed_properties_must_name_the_certificate_used",
}
"""Codes that no small file of itself can show, and the test that reports each."""

SHOWN_BY_SAMPLES = (Stage.READ, Stage.SCHEMA, Stage.RULE, Stage.GUIDELINE, Stage.SIGNATURE)
"""Stages that look at a message alone."""

FAMILIES_SHOWN_IN_A_WRAPPER = {"head.001", "head.002"}
"""They are around other messages: ``envelope/`` shows them."""

OFTEN = [
    "pain.001.001.09", "pain.008.001.08", "pacs.008.001.08", "pacs.009.001.08", "pacs.004.001.09", "pacs.002.001.10",
    "camt.053.001.08",
]  # fmt: skip


def names(folder: str) -> list[str]:
    return [name for name in samples.sample_names(SAMPLES) if name.startswith(f"{folder}/")]


# --- the samples as they are ---


def test_every_sample_gets_what_its_name_promises() -> None:
    broken = {outcome.name: outcome.differences for outcome in samples.check() if outcome.differences}
    assert broken == {}


def test_every_code_has_a_sample_or_a_test() -> None:
    shown = {code for name in samples.sample_names(SAMPLES) for code in samples.promise_of(name).codes}
    of_messages = set(catalogue()) - _of_others()
    assert shown - of_messages == set()
    assert of_messages - shown == {code for code in ELSEWHERE if code in of_messages}
    assert not shown & set(ELSEWHERE)


def test_every_code_that_is_no_message_s_own_is_asked_for_by_a_test() -> None:
    # what routing, mapping, replies, ledger and engine find depends on more than a message, so no sample shows it
    asked = "\n".join(
        path.read_text("utf-8")
        for path in sorted((ROOT / "tests").rglob("*"))
        if path.suffix in (".py", ".toml", ".json") and path.name != "test_samples.py"
    )
    assert {code for code in _of_others() if code not in asked} == set()


def _of_others() -> set[str]:
    """Codes of stages that look at more than a message, and of sealed files, which are none."""
    rows = catalogue().items()
    return {code for code, row in rows if row.stage not in SHOWN_BY_SAMPLES or code.startswith("SEAL-")}


@pytest.mark.parametrize(("code", "test"), ELSEWHERE.items(), ids=ELSEWHERE)
def test_the_tests_named_for_codes_without_a_sample_exist(code: str, test: str) -> None:
    path, _, function = test.partition("::")
    text = (ROOT / path).read_text("utf-8")
    assert f"def {function}(" in text
    assert f'"{code}"' in text


def test_every_supported_family_has_a_valid_sample() -> None:
    families = {definition[:8] for definition in Catalog(bundled_folder()).definitions()}
    shown = {Path(name).name[:8] for name in names("valid")}
    assert shown == families - FAMILIES_SHOWN_IN_A_WRAPPER
    around = {Path(name).name[:8] for name in names("envelope")}
    assert around >= FAMILIES_SHOWN_IN_A_WRAPPER


def test_valid_samples_are_named_by_their_definition() -> None:
    for outcome in samples.check():
        if outcome.name.startswith("valid/"):
            assert re.fullmatch(rf"valid/{re.escape(outcome.definitions[0])}(-[a-z]+)?\.xml", outcome.name)


def test_every_area_has_several_invalid_samples() -> None:
    shown = [Path(name).name.split(".")[1] for name in names("invalid")]
    areas = {definition[:4] for definition in Catalog(bundled_folder()).definitions()}
    assert {area: shown.count(area) >= 3 for area in areas} == dict.fromkeys(areas, True)


@pytest.mark.parametrize("definition", OFTEN)
def test_messages_in_wide_use_have_five_invalid_samples_of_three_kinds(definition: str) -> None:
    found = [name for name in names("invalid") if f".{definition}" in name]
    assert len(found) >= 5
    assert len({samples.promise_of(name).codes for name in found}) >= 3


def test_samples_are_small() -> None:
    sizes = {name: (SAMPLES / name).stat().st_size for name in samples.sample_names(SAMPLES)}
    assert {name: size for name, size in sizes.items() if size > 16_000} == {}


def test_archives_hold_the_valid_samples() -> None:
    folder = SAMPLES / "envelope"
    held: dict[str, bytes] = {
        "camt.053.001.08.xml": gzip.decompress((folder / "packed.camt.053.001.08.xml.gz").read_bytes())
    }
    with zipfile.ZipFile(folder / "packed.pacs.008.001.08.pacs.004.001.09.zip") as archive:
        held |= {name: archive.read(name) for name in archive.namelist()}
    packed = gzip.decompress((folder / "packed.pain.001.001.09.pain.008.001.08.tar.gz").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            held[member.name] = file.read()
    assert len(held) == 5
    for name, data in held.items():
        assert data == (SAMPLES / "valid" / name).read_bytes()


def xmllint(name: str, definition: str) -> int:
    """Exit code of xmllint for one sample against one schema."""
    schema = ROOT / "schemas" / definition[:4] / f"{definition}.xsd"
    command = ["xmllint", "--noout", "--nonet", "--schema", str(schema), str(SAMPLES / name)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint is not on this machine")
def test_xmllint_says_the_same_of_bare_documents() -> None:
    found: dict[str, int] = {}
    expected: dict[str, int] = {}
    for name in [*names("valid"), *names("invalid")]:
        definition = re.search(r"[a-z]{4}\.\d{3}\.\d{3}\.\d{2}", name)
        assert definition is not None
        if not definition.group().startswith("head"):
            found[name] = xmllint(name, definition.group())
            expected[name] = 0 if name.startswith("valid/") else 3
    assert len(found) > 200
    assert found == expected


# --- what is promised, and what happens where a promise is broken ---


@pytest.mark.parametrize(
    ("name", "verdict", "codes", "definitions"),
    [
        ("valid/pacs.008.001.08.xml", "valid", "", "pacs.008.001.08"),
        ("invalid/VALUE-DATE.pacs.008.001.08-day-first.xml", "invalid", "VALUE-DATE", "pacs.008.001.08"),
        ("invalid/A-B+C-D-E.pain.001.001.09-x.xml", "invalid", "A-B C-D-E", "pain.001.001.09"),
        ("unreadable/FILE-EMPTY.nothing.xml", "unreadable", "FILE-EMPTY", ""),
        ("unsupported/NAMESPACE-UNKNOWN.pacs.008.001.99.xml", "unsupported", "NAMESPACE-UNKNOWN", "pacs.008.001.99"),
        ("envelope/packed.pacs.008.001.08.pacs.004.001.09.zip", "valid", "", "pacs.004.001.09 pacs.008.001.08"),
        ("envelope/ROOTS-SEVERAL.siblings.pacs.008.001.08.xml", "valid", "ROOTS-SEVERAL", "pacs.008.001.08"),
    ],
)
def test_promises_are_read_from_the_path(name: str, verdict: str, codes: str, definitions: str) -> None:
    promise = samples.promise_of(name)
    assert promise.verdict is Verdict(verdict)
    assert sorted(promise.codes) == codes.split()
    assert sorted(promise.definitions) == definitions.split()


GOOD = "valid/pacs.008.001.08.xml"
BAD = "invalid/VALUE-DATE.pacs.008.001.08-day-first.xml"


@pytest.mark.parametrize(
    ("origin", "name", "difference"),
    [
        (GOOD, "invalid/VALUE-DATE.pacs.008.001.08.xml", "promised invalid, found valid"),
        (GOOD, "valid/VALUE-DATE.pacs.008.001.08.xml", "promised VALUE-DATE, not found"),
        (GOOD, "valid/pacs.009.001.08.xml", "named after pacs.009.001.08, which is not in it"),
        (BAD, "valid/pacs.008.001.08.xml", "found VALUE-DATE, not promised"),
        (BAD, "invalid/ELEMENT-MISSING+VALUE-DATE.x.xml", "promised ELEMENT-MISSING, not found"),
        (BAD, "invalid/ELEMENT-MISSING.x.xml", "found VALUE-DATE, not promised"),
        (BAD, "unreadable/VALUE-DATE.x.xml", "promised unreadable, found invalid"),
    ],
)
def test_a_broken_promise_is_named_and_fails(
    origin: str, name: str, difference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "envelope" / "kept.pacs.008.001.08.xml", tmp_path / name):
        path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLES / GOOD, tmp_path / "envelope" / "kept.pacs.008.001.08.xml")
    shutil.copy(SAMPLES / origin, tmp_path / name)
    assert samples.main([str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert f"NOT AS PROMISED: {difference}" in shown
    codes = "1 code" if origin == BAD else "0 codes"
    last = f"1 of 2 samples did not get what their names promise (1 definition, {codes}).\n"
    assert shown.endswith(last)


def test_kept_promises_exit_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (GOOD, BAD):
        (tmp_path / name).parent.mkdir()
        shutil.copy(SAMPLES / name, tmp_path / name)
    assert samples.main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["valid/  1 sample, promised to be valid", "✓ pacs.008.001.08"]
    assert lines[5] == f"✓ pacs.008.001.08-day-first.xml{'invalid VALUE-DATE':>69}"
    assert lines[6].startswith("    line 40: “24.11.2026” is not a valid date.")
    assert max(map(len, lines[:-1])) <= 100


def test_nothing_is_not_kept_and_a_folder_without_a_promise_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert samples.main([str(tmp_path)]) == 1
    assert "There are no samples" in capsys.readouterr().out
    (tmp_path / "other").mkdir()
    shutil.copy(SAMPLES / GOOD, tmp_path / "other")
    assert samples.main([str(tmp_path)]) == 1
    assert "other/pacs.008.001.08.xml: a sample stands in one of valid," in capsys.readouterr().err


def test_an_archive_without_a_message_is_no_kept_promise(tmp_path: Path) -> None:
    (tmp_path / "valid").mkdir()
    with zipfile.ZipFile(tmp_path / "valid" / "empty.zip", "w"):
        pass
    (outcome,) = samples.check(tmp_path)
    assert outcome.verdict is Verdict.UNREADABLE
    assert outcome.differences == ["promised valid, found unreadable"]


def test_the_check_fails_with_its_script(tmp_path: Path) -> None:
    """The exit code reaches the shell, which is all that ``make samples`` goes by."""
    (tmp_path / "valid").mkdir()
    shutil.copy(SAMPLES / BAD, tmp_path / "valid" / "pacs.008.001.08.xml")
    command = [sys.executable, str(SAMPLES / "check_samples.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert "promised valid, found invalid" in done.stdout.decode("utf-8")
