"""XSD regular expressions: dialect, agreement with libxml2, and safety."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from wissel.xml.xsd.pattern_syntax import parse_pattern
from wissel.xml.xsd.patterns import _ends, compile_pattern, matches
from wissel.xml.xsd.schema_tree import UnsupportedSchema

CASES = [
    (r"[A-Z]{3,3}", "EUR", True),
    (r"[A-Z]{3,3}", "EUR\n", False),
    (r"[A-Z]{3,3}", "xEUR", False),
    (r"a|b", "ab", False),
    (r"^a$", "^a$", True),
    (r"^a$", "a", False),
    (r".*Z", "2026-01-01T00:00:00Z", True),
    (r".", "\n", False),
    (r".", "\r", False),
    (r".", "\u2028", True),
    (r"[a-z-[aeiou]]+", "bcdz", True),
    (r"[a-z-[aeiou]]+", "bcde", False),
    (r"[^a-c]", "d", True),
    (r"[^a-c]", "b", False),
    (r"[a^]", "^", True),
    (r"[A-Z-]+", "A-Z", True),
    (r"\+[0-9]{1,3}-[0-9()+\-]{1,30}", "+31-(20)5550-100", True),
    (r"\d", "\u0663", True),
    (r"[0-9]", "\u0663", False),
    (r"\D", "3", False),
    (r"\w+", "a$1", True),
    (r"\w", "_", False),
    (r"\W", ".", True),
    (r"\s", "\u00a0", False),
    (r"\S", "\u00a0", True),
    (r"\i\c*", "_a-b.c:1", True),
    (r"\i", "1", False),
    (r"\I", "1", True),
    (r"\p{Lu}\P{L}", "A1", True),
    (r"\p{L}", "1", False),
    (r"[\p{Nd}-[5]]", "5", False),
    (r"a{2,}", "aaa", True),
    (r"a{2}", "aaa", False),
    (r"(ab|c)?d+", "abdd", True),
    (r"", "", True),
    (r"a||b", "", True),
    (r"[\n\t]", "\t", True),
    (r"[^\S]", " ", True),
    (r"[0-9a-zA-Z/\-\?:\(\)\.,'\+ ]+", "/AB-C?: (1).,'+", True),
]


@pytest.mark.parametrize(("pattern", "value", "expected"), CASES)
def test_dialect(pattern: str, value: str, expected: bool) -> None:
    assert matches(pattern, value) is expected
    assert (compile_pattern(pattern).match(value) is not None) is expected


@pytest.mark.parametrize("pattern", ["(", "a)", "[", "[]", "*a", "a{3,2}", "a{", r"\q", r"\p{Nonsense}", "[z-a]"])
def test_wrong_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedSchema, match="cannot be read"):
        compile_pattern(pattern)


def test_brackets_nested_too_deep_are_refused() -> None:
    with pytest.raises(UnsupportedSchema, match="too deep"):
        compile_pattern("(" * 5000 + ")" * 5000)


def test_a_pattern_that_makes_re_run_for_ever_is_answered() -> None:
    hostile = r"([0-9a-z]([0-9a-z]*(/[0-9a-z])?)*)"
    assert matches(hostile, "a" * 140)
    assert not matches(hostile, "a" * 140 + "!")
    assert not matches(r"(a+b?)+", "a" * 140 + "c")
    assert not matches(r"(a|a)*", "a" * 140 + "c")
    assert not matches(r"((a{0,100}){0,100}){0,100}", "a" * 140 + "c")


ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "[a-c-[b]]", r"\-", "c"])


def patterns(quantifiers: list[str]) -> st.SearchStrategy[str]:
    several = st.sampled_from(["", "", *quantifiers])
    return st.recursive(
        st.tuples(ATOMS, several).map("".join),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.tuples(st.lists(inner, min_size=1, max_size=2).map("|".join), several).map(
                lambda pair: f"({pair[0]}){pair[1]}"
            ),
        ),
        max_leaves=5,
    )


XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="v"><xs:simpleType>
<xs:restriction base="xs:string"><xs:pattern value="{}"/></xs:restriction></xs:simpleType>
</xs:element></xs:schema>"""


# libxml2 itself is wrong at times: it takes "---" for ([^a]{2}|[^a]{2}), and neither "" for (a?){2,} nor "c" for
# [^a]?[a-c-[b]].
@settings(max_examples=150, deadline=None)
@given(patterns(["?", "*", "+"]), st.lists(st.text("abc-", max_size=6), min_size=1, max_size=4))
def test_agrees_with_libxml2(pattern: str, values: list[str]) -> None:
    assume(not ("-[b]" in pattern and any(quantifier in pattern for quantifier in "?*+")))
    schema = etree.XMLSchema(etree.fromstring(XSD.format(pattern)))
    for value in values:
        element = etree.Element("v")
        element.text = value
        assert matches(pattern, value) == schema.validate(element)


@settings(max_examples=150, deadline=None)
@given(patterns(["?", "*", "+", "{2}", "{1,2}", "{0,1}", "{2,}", "{0,3}"]), st.text("abc-", max_size=6))
def test_stepping_agrees_with_re(pattern: str, value: str) -> None:
    by_steps = len(value) in _ends(parse_pattern(pattern), value, frozenset((0,)))
    assert by_steps == (compile_pattern(pattern).match(value) is not None)
