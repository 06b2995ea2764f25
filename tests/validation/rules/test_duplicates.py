"""Identifications that stand twice, far beyond what a case can hold."""

import pytest

from tests.cases import base, found_in
from wissel.validation.rules import duplicates
from wissel.validation.rules.duplicates import _Ids


def payments(*ids: str) -> bytes:
    """A pacs.008 with a transaction for each instruction identification, otherwise clean."""
    document = base("pacs.008.001.08").decode()
    start, end = document.index("    <CdtTrfTxInf>"), document.index("  </FIToFICstmrCdtTrf>")
    one = document[start:end].replace("214aa8e1-55f8-413c-b8e8-04cb53d42c1b", "%s")
    many = (
        one.replace("RHEU-000317-1", text) % f"214aa8e1-55f8-413c-b8e8-{number:012x}" for number, text in enumerate(ids)
    )
    count = f"<NbOfTxs>{len(ids)}</NbOfTxs>"
    return (document[:start].replace("<NbOfTxs>1</NbOfTxs>", count) + "".join(many) + document[end:]).encode()


def test_hundreds_of_thousands_of_identifications_are_told_apart() -> None:
    ids = _Ids("PmtId/InstrId", "The instruction identification")
    texts = [f"INSTR-{number:09d}" for number in range(200_000)]
    assert not any(ids.known(text) for text in texts)
    assert all(ids.known(text) for text in texts[:1_000] + texts[-1_000:])
    assert ids.count == 200_000
    assert sum(map(len, ids.buckets.values())) == 6 * 200_000


def test_every_repetition_is_found_wherever_it_stands() -> None:
    found = found_in(payments("A-1", "B-2", "A-1", "C-3", "NOTPROVIDED", "NOTPROVIDED", "A-1"), "iso")
    assert [(one.code, one.path, one.transaction, one.value) for one in found] == [
        (
            "INSTRUCTION-ID-REPEATED",
            f"/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[{number}]/PmtId/InstrId",
            number,
            "A-1",
        )
        for number in (3, 7)
    ]


def test_beyond_the_limit_one_finding_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "IDS_MAX", 3)
    found = found_in(payments("A-1", "B-2", "C-3", "D-4", "D-4"), "iso")
    assert [(one.code, one.severity) for one in found] == [("DUPLICATES-NOT-CHECKED", "info")]
    assert "the last 2 transactions" in found[0].message
    assert not found_in(payments("A-1", "B-2", "C-3"), "iso")


def test_statements_may_repeat() -> None:
    document = base("camt.053.001.08").decode()
    start, end = document.index("      <Ntry>"), document.index("    </Stmt>")
    twice = document[:end] + document[start:end] + document[end:]
    assert not [one for one in found_in(twice.encode(), "iso") if one.code.endswith("-REPEATED")]
