"""Every rule of every bundled guideline has a message that breaks it and one that keeps it, and each does."""

from collections.abc import Iterator

import pytest

from tests.cases import PatchError, base, found_in, patched, plain, whole
from wissel.core.codes import catalogue
from wissel.core.errors import InstallationError
from wissel.validation.case import Case, Patch, case_of, cases, patch_of
from wissel.validation.guideline import load, names
from wissel.validation.known_rules import known_rules
from wissel.validation.rules import all_rules

PAYMENT = "pain.001.001.09"


def faults(case: Case) -> Iterator[str]:
    """What a case promises and wissel does not do, one sentence each."""
    document = base(case.on)
    if case.fails is not None:
        broken = patched(document, case.fails)
        found = found_in(broken, case.guideline, case.as_of)
        seen = sorted({f"{one.code} at {plain(one.path or '-')}" for one in found})
        for at in case.at:
            path = whole(at, broken)
            own = [one for one in found if one.code == case.code and plain(one.path or "") == path]
            if not own:
                yield f"{case.place} {case.code}: not found at {path}; found: {', '.join(seen) or 'nothing'}"
            elif case.severity is not None and own[0].severity is not case.severity:
                yield f"{case.place} {case.code}: weighs {own[0].severity}, not {case.severity}"
        if case.only and {one.code for one in found} - {case.code}:
            yield f"{case.place} {case.code}: not alone: {', '.join(seen)}"
    if case.passes is not None:
        found = found_in(patched(document, case.passes), case.guideline, case.as_of)
        own = [one for one in found if one.code == case.code]
        if own:
            yield f"{case.place} {case.code}: the message that keeps the rule breaks it at {own[0].path}"
        faulty = [f"{one.code} at {one.path}" for one in found if one.stage in ("read", "schema")]
        if faulty and not own:
            yield f"{case.place} {case.code}: the message that keeps the rule breaks the schema: {', '.join(faulty)}"


def subjects() -> list[str]:
    return sorted({case.place.partition("[")[0] for case in cases()})


@pytest.mark.parametrize("subject", subjects())
def test_every_case_holds(subject: str) -> None:
    found: list[str] = []
    for case in cases():
        if case.place.partition("[")[0] == subject:
            try:
                found += faults(case)
            except PatchError as error:
                found.append(f"{case.place} {case.code}: {error}")
    assert not found, "\n" + "\n".join(found)


def test_every_rule_has_a_case_that_fails_and_one_that_passes() -> None:
    every = {code: [one.guideline for one in rule.applied][:1] for code, rule in known_rules().items()}
    failing = {case.code for case in cases() if case.fails is not None}
    passing = {case.code for case in cases() if case.passes is not None}
    too_large = {"DUPLICATES-NOT-CHECKED"}  # a million transactions: test_duplicates.py proves it with a lower limit
    missing = [
        f"{code} ({''.join(guideline) or 'only where enabled'}): no case {' and none '.join(kinds)}"
        for code, guideline in sorted(every.items())
        if code not in too_large
        and (kinds := [word for word, have in (("that fails", failing), ("that passes", passing)) if code not in have])
    ]
    stray = sorted({case.code for case in cases()} - set(every))
    lines = [*missing, *(f"{code}: a case, but no rule" for code in stray)]
    assert not lines, f"\n{len(lines)} of {len(every)} rules:\n" + "\n".join(lines)


def test_a_code_is_used_once() -> None:
    """Across the catalogue of reading and schema codes, the rules, and the rows of constraints."""
    rules = [rule.facts.code for rule in all_rules()]
    assert sorted(rules) == sorted(set(rules))
    constraints = {constraint.facts.code for name in names() for constraint in load(name).constraints}
    assert not set(rules) & constraints
    assert not (set(rules) | constraints) & set(catalogue())


def test_a_code_means_the_same_in_every_guideline() -> None:
    titles: dict[str, set[str]] = {}
    for name in names():
        for facts in load(name).facts():
            titles.setdefault(facts.code, set()).add(facts.title)
    assert {code: found for code, found in titles.items() if len(found) > 1} == {}


# --- the machinery ---


def test_a_false_promise_is_told() -> None:
    row = {"code": "CONTROL-SUM-DIFFERS", "on": PAYMENT, "passes": [{"set": "GrpHdr/CtrlSum", "to": "1.00"}]}
    (said,) = faults(case_of(row, "x.toml[1]"))
    assert said.startswith("x.toml[1] CONTROL-SUM-DIFFERS: the message that keeps the rule breaks it at /Document/")
    row = {"code": "CONTROL-SUM-DIFFERS", "on": PAYMENT, "fails": [], "at": "GrpHdr/CtrlSum"}
    (said,) = faults(case_of(row, "x.toml[1]"))
    assert "not found at /Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum; found: nothing" in said


def test_other_findings_are_told_where_the_code_is_to_stand_alone() -> None:
    fails = [{"set": "GrpHdr/CtrlSum", "to": "1.00"}, {"set": "GrpHdr/NbOfTxs", "to": "9"}]
    row = {"code": "CONTROL-SUM-DIFFERS", "on": PAYMENT, "fails": fails, "at": "GrpHdr/CtrlSum", "only": True}
    (said,) = faults(case_of(row, "x.toml[1]"))
    assert "not alone" in said
    assert "NUMBER-OF-TRANSACTIONS-DIFFERS" in said


@pytest.mark.parametrize(
    ("row", "gone", "come"),
    [
        ({"set": "GrpHdr/MsgId", "to": "X<"}, b"LINDNER-20261123-01", b"<MsgId>X&lt;</MsgId>"),
        ({"remove": "PmtInf/CdtTrfTxInf[2]"}, b"LND-0002", b"LND-0001"),
        ({"attribute": "PmtInf/CdtTrfTxInf/Amt/InstdAmt/@Ccy", "to": "USD"}, b'"EUR">12750.40', b'"USD">12750.40'),
        ({"remove": "PmtInf/CdtTrfTxInf/Amt/InstdAmt/@Ccy"}, b'"EUR">12750.40', b"<InstdAmt>12750.40"),
        ({"add": "PmtInf", "xml": "<A/><B/>", "before": "Dbtr"}, b"<C/>", b"<A/><B/><Dbtr>"),
        ({"add": "PmtInf/Dbtr", "xml": "<A>1</A>", "after": "Nm"}, b"</Nm><PstlAdr>", b"<A>1</A><PstlAdr>"),
        ({"add": "GrpHdr", "xml": "<Z/>"}, b"<Y/>", b"<Z/></GrpHdr>"),
    ],
)
def test_patches(row: dict[str, str], gone: bytes, come: bytes) -> None:
    text = patched(base(PAYMENT), [patch_of(row, "x")])
    assert gone not in text
    assert come in b"".join(line.strip() for line in text.splitlines())


def test_a_copy_stands_behind_what_it_copies() -> None:
    text = patched(base(PAYMENT), [Patch("copy", "PmtInf/CdtTrfTxInf")])
    assert [text.count(b"LND-0001"), text.index(b"LND-0002") > text.rindex(b"LND-0001")] == [2, True]


def test_the_header_is_patched_by_its_own_paths() -> None:
    on = "envelope/fednow.pacs.008.001.08"
    text = patched(base(on), [Patch("set", "AppHdr/BizMsgIdr", "OTHER")])
    assert text.count(b"OTHER") == 1
    assert b"<BizMsgIdr>OTHER</BizMsgIdr>" in text


@pytest.mark.parametrize(
    "patch",
    [
        Patch("set", "GrpHdr/MsgIdd", "x"),
        Patch("set", "GrpHdr", "x"),
        Patch("set", "AppHdr/Fr", "x"),
        Patch("remove", "PmtInf[2]"),
        Patch("remove", "GrpHdr/MsgId/@Ccy"),
        Patch("add", "GrpHdr", "<A/>", before="B"),
    ],
)
def test_a_patch_that_leads_nowhere_is_refused(patch: Patch) -> None:
    with pytest.raises(PatchError):
        patched(base(PAYMENT), [patch])


@pytest.mark.parametrize(
    "row",
    [
        {"code": "A-B", "on": "x"},
        {"code": "A-B", "on": "x", "fails": []},
        {"code": "A-B", "on": "x", "passes": [{"set": "a"}]},
        {"code": "A-B", "on": "x", "passes": [{"set": "a", "to": "b", "remove": "c"}]},
        {"code": "A-B", "on": "x", "passes": [{"add": "a", "xml": "<b/>", "before": "c", "after": "d"}]},
        {"code": "A-B", "on": "x", "passes": [{"swap": "a"}]},
        {"code": "A-B", "on": "x", "passes": [], "path": "a"},
    ],
)
def test_a_case_with_errors_names_its_place(row: dict[str, object]) -> None:
    with pytest.raises(InstallationError, match=r"x\.toml\[7\]"):
        case_of(row, "x.toml[7]")
