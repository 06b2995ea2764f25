"""Real files of others: every one gets a verdict, and it is the one libxml2 gives.

Runs where ``WISSEL_SHARED`` names the folder of reference data (``.ci/run`` sets it), else says why not.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import libxml2_verdict

CLAIMS = {True: True, False: False, "no-schema": None}


def corpus() -> dict[str, list[dict[str, Any]]]:
    """The lines of the index by the folder of their file; one empty folder where there is no corpus."""
    folder = os.environ.get("WISSEL_SHARED")
    if not folder:
        return {"not on this machine": []}
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with Path(folder, "samples", "index.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            rows[row["file"].split("/")[1]].append(row)
    return dict(rows)


CORPUS = corpus()
SOURCES = pytest.mark.parametrize("rows", CORPUS.values(), ids=CORPUS.keys())


def files(rows: list[dict[str, Any]], kind: str, shared: Path) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Name, bytes and index line of the files of a kind."""
    for row in rows:
        if row["kind"] == kind:
            yield row["file"], (shared / "samples" / row["file"]).read_bytes(), row


def judged(data: bytes, name: str) -> str:
    """wissel's verdict; an exception is told as one, so that one bad file does not hide the others."""
    from wissel.catalog.definitions import default_catalog
    from wissel.validation.validate import Options, validate
    from wissel.xml.sources.source import Source

    options = Options(guideline="schema", as_of=date(2026, 11, 23))
    try:
        return validate(Source.from_bytes(data, name), options, default_catalog()).verdict.value
    except Exception as error:  # noqa: BLE001 (any exception is what this test looks for)
        return f"{type(error).__name__} raised: {error}"


def claim(part: dict[str, Any]) -> tuple[str, str, bool | None]:
    """What the index says of a part. It was made with more acmt schemas than the three that are bundled."""
    definition = part["id"].removeprefix(libxml2_verdict.ISO)
    unknown = definition.startswith("acmt.") and libxml2_verdict.schema(definition) is None
    return part["part"], definition, None if unknown else CLAIMS[part["valid"]]


def fail_if(differences: list[str]) -> None:
    if differences:
        pytest.fail("\n".join([f"{len(differences)} files differ:", *differences]), pytrace=False)


@SOURCES
def test_the_verdict_is_that_of_libxml2(rows: list[dict[str, Any]], shared: Path) -> None:
    differences = []
    for name, data, _ in files(rows, "xml", shared):
        expected, error = libxml2_verdict.verdict(data)
        found = judged(data, name)
        if found != expected:
            differences.append(f"{name}\n    wissel: {found}\n    libxml2: {expected} {error}")
    fail_if(differences)


@SOURCES
def test_the_oracle_says_what_the_index_says(rows: list[dict[str, Any]], shared: Path) -> None:
    differences = []
    for name, data, row in files(rows, "xml", shared):
        if not row["well_formed"]:
            continue
        root = libxml2_verdict.parse(data)
        assert root is not None, name
        found = [(part.tag, part.definition, part.valid) for part in libxml2_verdict.parts_of(root)]
        expected = [claim(part) for part in row["parts"]]
        if found != expected:
            differences.append(f"{name}\n    oracle: {found}\n    index: {expected}")
    fail_if(differences)


@SOURCES
def test_what_is_no_xml_is_unreadable(rows: list[dict[str, Any]], shared: Path) -> None:
    verdicts = {name: judged(data, name) for name, data, _ in files(rows, "mt", shared)}
    fail_if([f"{name}\n    wissel: {found}" for name, found in verdicts.items() if found != "unreadable"])


def test_the_oracle_reads_two_roots_and_refuses_a_document_type() -> None:
    header = b'<?xml version="1.0"?><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"/>'
    document = b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99"/>'
    wrong = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"/>'
    assert libxml2_verdict.verdict(wrong)[0] == "invalid"
    assert libxml2_verdict.verdict(header + b"\n" + wrong)[0] == "invalid"
    assert libxml2_verdict.verdict(header)[0] == "unsupported"
    assert libxml2_verdict.verdict(header + b"\n" + document)[0] == "unsupported"
    assert libxml2_verdict.verdict(header + b"<Document")[0] == "unreadable"
    assert libxml2_verdict.verdict(b"<!DOCTYPE a><a/>")[0] == "unreadable"
    assert libxml2_verdict.verdict(b"<a/>")[0] == "unsupported"


def test_the_corpus_is_whole(shared: Path) -> None:
    """No file is left out in silence: the index counts what is there."""
    named = {row["file"] for rows in CORPUS.values() for row in rows}
    present = {path.relative_to(shared / "samples").as_posix() for path in (shared / "samples" / "files").rglob("*.*")}
    assert len(named) > 1_700
    assert named == {name for name in present if (shared / "samples" / name).is_file()}
