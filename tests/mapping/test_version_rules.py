"""The rows of version steps say what the schemas say."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.mapping.versions import CATALOG, FAMILIES
from wissel.catalog.code_sets import code_set
from wissel.catalog.renames import stem
from wissel.mapping.version_elements import member, resolve, value_of
from wissel.mapping.version_rules import Default, Listing, Move, Wrap, version_rules
from wissel.xml.xsd.schema_tree import ComplexType, Type, elements
from wissel.xml.xsd.values import check_value

RULES = version_rules()
SCOPE = (*FAMILIES, "camt.029", "camt.056")


def holders(definition: str, names: frozenset[str]) -> Iterator[Type]:
    """The types of a definition with one of these names."""
    return (of for of in CATALOG.tree(definition).types.values() if stem(of.name) in names)


def has(definition: str, of: Type, path: tuple[str, ...], value: bool | None = None) -> bool:
    found = resolve(CATALOG.tree(definition), of, path)
    return found is not None and (value is None or (value_of(found) is not None) == value)


@pytest.mark.parametrize("move", RULES.moves, ids=lambda row: f"{'/'.join(row.old)} to {'/'.join(row.new)}")
def test_a_moved_value_stands_at_the_one_place_before_and_at_the_other_after(move: Move) -> None:
    old, new = move.proof
    before = [of for of in holders(old, move.types) if has(old, of, move.old)]
    after = [of for of in holders(new, move.types) if has(new, of, move.new)]
    assert before
    assert after
    value = value_of(resolve(CATALOG.tree(old), before[0], move.old) or before[0]) is not None
    assert any(has(new, of, move.new, value) for of in after)
    assert not all(has(new, of, move.old, value) for of in after), "the older path is there in the newer version too"


@pytest.mark.parametrize("move", [row for row in RULES.moves if row.set], ids=lambda row: "/".join(row.old))
def test_what_a_row_sets_is_a_code_of_its_list(move: Move) -> None:
    tree = CATALOG.tree(move.proof[1])
    for of in holders(move.proof[1], move.types):
        for path, text in move.set.items():
            found = resolve(tree, of, (move.new[0], *path))
            if found is not None:
                wanted = value_of(found)
                assert wanted is not None
                assert check_value(text, wanted) is None
                known = code_set(wanted.name)
                assert known is not None
                assert text in known.codes


@pytest.mark.parametrize("row", RULES.wraps, ids=lambda row: row.old)
def test_a_choice_holds_the_older_content_as_one_option(row: Wrap) -> None:
    old, new = row.proof
    (inside,) = {stem(of.name) for choice in holders(new, frozenset([row.new])) if (of := option(new, choice, row.by))}
    assert list(holders(old, frozenset([row.old])))
    here = {e.tag for of in holders(new, frozenset([inside])) for e in elements(of)}
    assert here & {e.tag for of in holders(old, frozenset([row.old])) for e in elements(of)}


def option(definition: str, choice: Type, tag: str) -> Type | None:
    return resolve(CATALOG.tree(definition), choice, (tag,))


@pytest.mark.parametrize("row", RULES.listings, ids=lambda row: row.tag)
def test_a_list_repeats_before_and_is_one_with_records_after(row: Listing) -> None:
    old, new = row.proof
    before = [found for of in holders(old, row.types) if (found := member(of, row.tag))]
    after = [found for of in holders(new, row.types) if (found := member(of, row.tag))]
    assert any(each.occurs_max is None for each in before)
    for each in before:
        assert member(CATALOG.tree(old).type_of(each), row.record) is None
    records = [member(CATALOG.tree(new).type_of(each), row.record) for each in after if each.occurs_max == 1]
    assert any(record is not None and record.occurs_max is None for record in records)


@pytest.mark.parametrize("row", RULES.defaults, ids=lambda row: f"{row.type}/{'/'.join(row.path)}")
def test_a_default_is_a_value_that_the_later_version_asks_for(row: Default) -> None:
    tree = CATALOG.tree(row.proof[1])
    found = [of for of in holders(row.proof[1], frozenset([row.type])) if member(of, row.path[0]) is not None]
    assert any((each := member(of, row.path[0])) is not None and each.occurs_min for of in found)
    for of in found:
        wanted = value_of(resolve(tree, of, row.path) or of)
        assert wanted is not None
        assert row.text is None or check_value(row.text, wanted) is None
        assert (row.text is None) == bool(row.origin)


@cache
def children() -> dict[tuple[str, str], bool]:
    """Holder and tag of all elements of the families: whether they are optional somewhere."""
    found: dict[tuple[str, str], bool] = {}
    for family in SCOPE:
        for definition in CATALOG.versions(family):
            for of in CATALOG.tree(definition).types.values():
                for element in elements(of) if isinstance(of, ComplexType) else ():
                    for key in ((stem(of.name), element.tag), ("*", element.tag)):
                        found[key] = found.get(key, False) or element.occurs_min == 0
    return found


def test_a_code_as_text_has_a_place_of_text_beside_it() -> None:
    for (holder, code), text in RULES.texts.items():
        found = [
            (d, of)
            for d in CATALOG.versions("camt.053") + CATALOG.versions("pain.001")
            for of in holders(d, frozenset([holder]))
            if has(d, of, (code,), value=True)
        ]
        assert found
        assert all(has(definition, of, (text,), value=True) for definition, of in found)


def test_what_may_be_cut_or_left_out_exists_and_what_is_left_out_is_optional() -> None:
    assert not [holder for holder, _ in RULES.cuts | RULES.spares if not any(one == holder for one, _ in children())]
    tags = {tag for _, tag in children()}
    assert not [pair for pair in RULES.cuts | RULES.spares if pair[1] not in tags]
    assert not [pair for pair in RULES.spares if pair in children() and not children()[pair]]
