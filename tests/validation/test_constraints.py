"""Constraint rows: each leads somewhere in each version it is for and can be broken there; the engine that judges them
agrees with a plain evaluation on any document."""

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.validation.blocks import blocks_in, document_of
from wissel.catalog.blocks import Blocks, blocks_of
from wissel.catalog.definitions import default_catalog
from wissel.core.errors import InstallationError
from wissel.core.finding import Severity
from wissel.validation.constraint import Constraint, constraints_of, judged_at, places
from wissel.validation.guideline import constraint_rows, load, names
from wissel.validation.known_rules import known_rules
from wissel.validation.names import ISO
from wissel.validation.predicate import Outcome, Predicate, worded
from wissel.xml.blocks.block import Block
from wissel.xml.xsd.schema_tree import Node, SimpleType

HEADERS = ("head.001.001.01", "head.001.001.02", "head.001.001.03", "head.001.001.04")
FILES = ("iso-camt", "iso-pacs", "iso-pain", "iso-shared")


def every_constraint() -> dict[Constraint, list[str]]:
    """Those of all guidelines with the definitions in which they weigh anything: of a guideline that says which
    versions of a message it takes, only those."""
    found: dict[Constraint, list[str]] = {}
    for name in (ISO, *(one for one in names() if one != ISO)):
        guideline = load(name)
        for constraint in guideline.constraints:
            taken = [one for one in guideline.definitions if one.startswith(f"{constraint.family}.")]
            header = constraint.context == "AppHdr"
            known = [one for one in versions(constraint) if header or not taken or one in taken]
            found.setdefault(constraint, known)
    return found


def label(constraint: Constraint) -> str:
    return f"{constraint.facts.code} {constraint.family} at {constraint.context or 'the message'}"


# --- every row leads somewhere ---


def versions(constraint: Constraint) -> list[str]:
    """The bundled definitions in which a constraint weighs anything."""
    if constraint.context == "AppHdr":
        return list(HEADERS)
    known = [one for one in default_catalog().definitions() if one.startswith(f"{constraint.family}.001.")]
    return [one for one in known if constraint.severity(one) is not None]


@cache
def node(definition: str, path: str) -> Node | None:
    """The schema's element at a path below the message's own element; None where there is none."""
    tree = default_catalog().tree(definition)
    start = f"/{tree.root.tag}" if tree.root.tag == "AppHdr" else f"/{tree.root.tag}/{tree.message_element.tag}"
    try:
        return tree.find(f"{start}/{path}" if path else start)
    except KeyError:
        return None


def exists(definition: str, path: str) -> bool:
    element, _, attribute = path.partition("/@")
    found = node(definition, element)
    if found is None or not attribute:
        return found is not None
    return not isinstance(found.type, SimpleType) and attribute in {one.name for one in found.type.attributes}


def idle(constraint: Constraint, definition: str) -> bool:
    """Whether the schema alone shows that no message of a version can break a constraint: its context does not exist,
    or a condition asks for an element or value that does not, or all that it requires is that nothing stands (or
    nothing wrong stands) where the schema has no element."""

    def missing(predicate: Predicate) -> bool:
        return any(not exists(definition, constraint.full(path)) for path in predicate.paths)

    def never(condition: Predicate) -> bool:
        return condition.kind != "absent" and missing(condition)

    def always(requirement: Predicate) -> bool:
        return requirement.kind != "present" and not exists(definition, constraint.full(requirement.path))

    context = "" if constraint.context == "AppHdr" else constraint.context
    return (
        not exists(definition, context)
        or any(map(never, constraint.when))
        or (bool(constraint.when_any) and all(map(never, constraint.when_any)))
        or (all(map(always, constraint.then)) and (not constraint.then_any or any(map(always, constraint.then_any))))
    )


def strays(constraint: Constraint, definition: str) -> Iterator[str]:
    """Paths that do not exist in a version though the outcome depends on them. Where several ways lead to a condition
    or a requirement (``when_any``, ``then_any``), one of them has to exist."""
    for one in constraint.then:
        absent_there = not exists(definition, constraint.full(one.path))
        if one.kind == "present" and absent_there:
            yield f"requires {one.path}"
        elif one.other and not absent_there and not exists(definition, constraint.full(one.other)):
            yield f"compares with {one.other}"
    for one in constraint.when:
        yield from (f"asks for {path}" for path in one.paths if not exists(definition, constraint.full(path)))
    for some in (constraint.when_any, constraint.then_any):
        if some and not any(all(exists(definition, constraint.full(path)) for path in one.paths) for one in some):
            yield f"has no way through {', '.join(one.path for one in some)}"


def test_every_path_exists_wherever_a_constraint_can_be_broken() -> None:
    wrong = [
        f"{label(constraint)} in {definition}: {said}"
        for constraint, definitions in every_constraint().items()
        for definition in definitions
        if not idle(constraint, definition)
        for said in strays(constraint, definition)
    ]
    assert wrong == []


def test_every_constraint_can_be_broken_in_some_version() -> None:
    dead = [label(one) for one, known in every_constraint().items() if all(idle(one, known_one) for known_one in known)]
    assert dead == []


def test_codes_that_are_asked_for_are_in_the_schemas_own_lists() -> None:
    wrong = []
    for constraint in load("iso").constraints:
        for one in (*constraint.predicates,):
            if one.kind in ("equals", "one_of"):
                wanted = {one.argument} if one.kind == "equals" else set(one.argument)
                found = (node(definition, constraint.full(one.path)) for definition in versions(constraint))
                lists = [set(each.type.enumeration) for each in found if each and isinstance(each.type, SimpleType)]
                if lists and all(listed and not listed >= wanted for listed in lists):
                    wrong.append(f"{label(constraint)}: {sorted(wanted)}")
    assert wrong == []


def test_every_constraint_is_judged_at_one_block() -> None:
    for constraint, definitions in every_constraint().items():
        for definition in definitions:
            if constraint.context != "AppHdr":
                judged_at(constraint, blocks_of(definition))


def test_named_places_are_used_and_files_listed() -> None:
    rows = [row for file in FILES for some in constraint_rows(file).values() for row in listed(some)]
    assert {row["at"] for row in rows if isinstance(row["at"], str)} == set(places())
    folder = Path(__file__).resolve().parents[2] / "src/wissel/validation/constraints"
    assert {path.stem for path in folder.glob("iso*.toml")} == set(FILES)


# --- every row can be broken and kept ---


def met(one: Predicate, condition: bool) -> dict[str, str]:
    """Values at paths (as in the row) that satisfy a predicate; broken ones for ``condition`` False."""
    argument = one.argument
    if one.kind in ("present", "absent"):
        return {one.path: "x"} if (one.kind == "present") is condition else {}
    if one.kind in ("same_as", "differs_from"):
        assert one.other is not None
        return {one.path: "EUR", one.other: "EUR" if (one.kind == "same_as") is condition else "USD"}
    if one.kind in ("one_of", "none_of"):
        return {one.path: argument[0] if (one.kind == "one_of") is condition else "!"}
    if one.kind in ("equals", "differs"):
        return {one.path: argument if (one.kind == "equals") is condition else "!"}
    if one.kind in ("length_max", "length_min"):
        longer = argument + (0 if condition else 1) if one.kind == "length_max" else argument - (not condition)
        return {one.path: "x" * longer}
    return {one.path: str(argument) if condition else "!"}


def broken_block(constraint: Constraint, blocks: Blocks | None) -> tuple[list[Block], Block]:
    """The blocks of a document that breaks a constraint, and the one at which that is found."""
    given: dict[str, str] = {}
    for one in sorted((*constraint.when, *constraint.when_any[:1]), key=lambda one: one.kind != "present"):
        given |= met(one, True)
    for one in (*constraint.then[:1], *constraint.then_any):
        given |= {path: text for path, text in met(one, False).items() if path not in given or path == one.path}
    values = {constraint.full(path): text for path, text in given.items()}
    at = judged_at(constraint, blocks)
    for path in filter(None, (at, constraint.context)):
        if not any(f"{one}/".startswith(f"{path}/") for one in values):
            values[path] = ""
    found = blocks_in(document_of(values, blocks), blocks)
    return found, next(one for one in found if (one.below if one.parent else "") == at)


def composable(constraint: Constraint) -> bool:
    return constraint.context != "AppHdr" and all(
        one.kind not in ("matches", "value_max", "value_min", "decimals_max") for one in constraint.predicates
    )


@pytest.mark.parametrize("code", sorted({one.facts.code for one in load("iso").constraints if composable(one)}))
def test_each_row_is_broken_by_what_it_forbids(code: str) -> None:
    for constraint in load("iso").constraints:
        if constraint.facts.code == code and composable(constraint):
            blocks = blocks_of(f"{constraint.family}.001.01")
            _, block = broken_block(constraint, blocks)
            flaws = list(constraint.flaws(block))
            assert len(flaws) == 1, label(constraint)
            assert flaws[0].message == constraint.facts.title
            assert constraint.foreseen(block) is not Outcome.PASSES
            required = (*constraint.then_any, *constraint.then)
            assert flaws[0].allowed in {worded(one) for one in required} | {" or ".join(map(worded, required))}


# --- rows that cannot be judged ---


def test_paths_that_lie_in_blocks_apart_are_refused() -> None:
    row = {
        "title": "T.", "source": "S", "at": {"pacs.002": ["OrgnlGrpInfAndSts"]},
        "when": [{"present": "GrpSts"}], "then": [{"absent": "/TxInfAndSts/TxSts"}],
    }  # fmt: skip
    (constraint,) = constraints_of("SOME-CODE", row)
    with pytest.raises(InstallationError, match="SOME-CODE lie in blocks apart"):
        judged_at(constraint, blocks_of("pacs.002.001.10"))


def test_a_context_beside_the_block_that_a_path_leads_into_is_refused() -> None:
    row = {"title": "T.", "source": "S", "at": {"pacs.008": ["GrpHdr"]}, "then": [{"absent": "/CdtTrfTxInf/PmtTpInf"}]}
    (constraint,) = constraints_of("SOME-CODE", row)
    with pytest.raises(InstallationError, match="context of SOME-CODE stands beside the block CdtTrfTxInf"):
        judged_at(constraint, blocks_of("pacs.008.001.08"))


# --- reading rows ---

ROW = {"title": "T.", "source": "S", "at": {"pain.001": ["PmtInf"], "pain.008": ["PmtInf"]}, "then": [{"present": "X"}]}


def test_versions_decide_how_much_a_row_weighs() -> None:
    row = {**ROW, "versions": {"pain.001": [3, 8]}, "assumed": ["pain.008"]}
    first, second = constraints_of("SOME-CODE", row)
    assert first.severity("pain.001.001.03") is Severity.ERROR
    assert first.severity("pain.001.001.09") is Severity.WARNING
    assert second.severity("pain.008.001.02") is Severity.WARNING
    none, _ = constraints_of("SOME-CODE", {**row, "outside": "none"})
    assert none.severity("pain.001.001.09") is None
    assert none.severity("pain.001.001.08") is Severity.ERROR


def test_several_rows_of_one_code_share_title_and_source_and_name_all_families() -> None:
    other = {"at": {"pacs.008": [""]}, "then": [{"present": "Y"}], "outside": "none", "versions": {"pacs.008": [1, 2]}}
    found = constraints_of("SOME-CODE", [ROW, other])
    assert [one.family for one in found] == ["pain.001", "pain.008", "pacs.008"]
    assert {one.facts.title for one in found} == {"T."}
    assert {one.facts.families for one in found} == {("pain.001", "pain.008", "pacs.008")}
    assert [one.outside for one in found] == [Severity.WARNING, Severity.WARNING, None]


def test_a_row_for_all_messages_names_no_family() -> None:
    (constraint,) = constraints_of("SOME-CODE", {**ROW, "at": {"*": ["AppHdr"]}})
    assert constraint.facts.families == ()
    assert constraint.facts.is_for("pacs.008")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at": "nowhere"}, "cannot be read"),
        ({"colour": "red"}, "keys that are not known: colour"),
        ({"versions": {"pacs.009": [1, 2]}}, "versions of pacs.009, not in at"),
        ({"assumed": ["pacs.009"]}, "versions of pacs.009, not in at"),
        ({"severity": "fatal"}, "cannot be read"),
        ({"then": [{"is": "X"}]}, "is not understood"),
        ({"title": None}, "cannot be read"),
    ],
)
def test_a_row_with_errors_is_refused(change: dict[str, object], said: str) -> None:
    row = {key: value for key, value in {**ROW, **change}.items() if value is not None}
    with pytest.raises(InstallationError, match=said):
        constraints_of("SOME-CODE", row)


# --- the facts that the rows stand for ---


def listed(rows: object) -> list[dict]:
    return list(rows) if isinstance(rows, list | tuple) else [rows]


def test_every_fact_is_kept_by_a_row_or_a_rule_or_reviewed(shared: Path) -> None:
    reviewed = tomllib.loads((Path(__file__).parent / "reviewed_facts.toml").read_text(encoding="utf-8"))
    lines = (shared / "rules" / "rules.jsonl").read_text(encoding="utf-8").splitlines()
    facts = {one["id"]: one for one in map(json.loads, lines) if one["level"] == "ISO"}
    in_rows = {
        fact
        for file in FILES
        for some in constraint_rows(file).values()
        for row in listed(some)
        for fact in row["facts"]
    }
    wanted = {name for name, fact in facts.items() if fact["severity"] != "info"}
    stated = {*in_rows, *reviewed["rules"], *reviewed["reviewed"]}
    assert wanted - stated == set()
    assert stated - set(facts) == set()
    assert in_rows & set(reviewed["reviewed"]) == set()
    assert set(reviewed["rules"].values()) <= set(known_rules())


def test_what_is_only_assumed_warns(shared: Path) -> None:
    lines = (shared / "rules" / "rules.jsonl").read_text(encoding="utf-8").splitlines()
    facts = {one["id"]: one for one in map(json.loads, lines) if one["level"] == "ISO"}
    wrong = []
    for file in FILES:
        for code, some in constraint_rows(file).items():
            rows = listed(some)
            common = {key: rows[0][key] for key in ("title", "source", "severity") if key in rows[0]}
            for row in rows:
                for constraint in constraints_of(code, [{**common, **row}]):
                    known = [facts[name] for name in row["facts"] if constraint.family in facts[name]["scope"]]
                    if known and all(one.get("carry_over") == "assumed" for one in known):
                        weights = {constraint.severity(definition) for definition in versions(constraint)}
                        if Severity.ERROR in weights:
                            wrong.append(label(constraint))
    assert wrong == []
