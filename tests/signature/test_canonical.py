"""Canonical forms: equal to an independent implementation's digests, or refused, never wrong."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wissel.signature.canonical import CanonicalError, exclusive, inclusive

SHARED = os.environ.get("WISSEL_SHARED")


class Collected:
    def __init__(self) -> None:
        self.data = b""

    def update(self, data: bytes) -> None:
        self.data += data


def canonical(text: str, path: str, version: str | None = None) -> str:
    sink = Collected()
    element = etree.fromstring(text).xpath(path)[0]
    size = exclusive(element, sink) if version is None else inclusive(element, sink, version)
    assert size == len(sink.data)
    return sink.data.decode()


DOCUMENT = '<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q" xml:lang="nl" xml:id="i"><p:b z="1" a="&lt;&quot;&#9;" q:c="2">x&amp;y&gt;&#13;<c xmlns=""/><!-- no --><?t d?></p:b></a>'


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (None, '<p:b xmlns:p="urn:p" xmlns:q="urn:q" a="&lt;&quot;&#x9;" z="1" q:c="2">x&amp;y&gt;&#xD;<c></c><?t d?></p:b>'),
        ("1.0", '<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q" a="&lt;&quot;&#x9;" z="1" xml:id="i" xml:lang="nl" q:c="2">x&amp;y&gt;&#xD;<c xmlns=""></c><?t d?></p:b>'),
        ("1.1", '<p:b xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q" a="&lt;&quot;&#x9;" z="1" xml:lang="nl" q:c="2">x&amp;y&gt;&#xD;<c xmlns=""></c><?t d?></p:b>'),
    ],
)  # fmt: skip
def test_known_forms(version: str | None, expected: str) -> None:
    assert canonical(DOCUMENT, "//*[local-name()='b']", version) == expected


def test_what_cannot_be_decided_is_refused() -> None:
    two = '<a xmlns:p="urn:p" xmlns:q="urn:p"><b q:c="1"/></a>'
    with pytest.raises(CanonicalError, match="prefix"):
        canonical(two, "//b", "1.0")
    with pytest.raises(CanonicalError, match="xml:base"):
        canonical('<a xml:base="http://x/"><b/></a>', "//b", "1.1")


def test_a_relative_namespace_fails_instead_of_giving_nothing() -> None:
    with pytest.raises(CanonicalError):
        canonical('<a xmlns:p="relative"><p:b/></a>', "//*[local-name()='b']")


NAMES = st.sampled_from(["a", "b", "p:a", "p:c", "q:d"])
TEXTS = st.text(st.sampled_from("xy <>&\"'é\t\n"), max_size=6)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(NAMES)
    declarations = "".join(draw(st.lists(st.sampled_from([' xmlns="urn:1"', ' xmlns:p="urn:2"', ' xmlns:q="urn:3"']), unique=True, max_size=2)))  # fmt: skip
    attributes = "".join(f' {key}="v"' for key in draw(st.lists(st.sampled_from(["x", "y", "xml:lang", "p:k"]), unique=True, max_size=2)))  # fmt: skip
    inside = "".join(draw(elements(depth + 1)) for _ in range(draw(st.integers(0, 2 if depth < 3 else 0))))
    text = draw(TEXTS).replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}{declarations}{attributes}>{text}{inside}</{name}>"


@settings(max_examples=200, deadline=None)
@given(elements())
def test_the_inclusive_form_of_an_only_child_is_that_of_the_same_root(inside: str) -> None:
    alone = etree.fromstring(f'<r xmlns:p="urn:p" xmlns:q="urn:q">{inside}</r>'.replace("<r ", "<r ", 1))
    as_root, as_child = Collected(), Collected()
    wrapped = etree.fromstring(f"<w>{etree.tostring(alone).decode()}</w>")
    inclusive(alone, as_root)
    inclusive(wrapped[0], as_child)
    assert as_child.data == as_root.data


@pytest.mark.skipif(SHARED is None, reason="WISSEL_SHARED is not set: the canonicalisation vectors are not at hand")
def test_fifteen_hundred_vectors_of_an_independent_implementation() -> None:
    folder = Path(str(SHARED), "signature", "vectors", "c14n-fuzz")
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    counts = {"exclusive": 0, "root": 0, "inclusive": 0, "refused": 0}
    for row in rows:
        root = etree.parse(folder / row["file"]).getroot()
        element = [e for e in root.iter() if isinstance(e.tag, str)][row["element_index"]]
        for kind, of, expected in (
            ("exclusive", element, row["exc_c14n_sha256"]),
            ("root", root, row["c14n_root_sha256"]),
            ("inclusive", element, row["c14n_sha256"]),
            ("inclusive11", element, row["c14n11_sha256"]),
        ):
            digest = hashlib.sha256()
            try:
                if kind == "exclusive":
                    exclusive(of, digest)
                else:
                    inclusive(of, digest, "1.1" if kind == "inclusive11" else "1.0")
            except CanonicalError:
                assert kind.startswith("inclusive"), (row["file"], kind)
                counts["refused"] += 1
                continue
            assert digest.hexdigest() == expected, (row["file"], kind)
            counts[kind.removesuffix("11")] += 1
    assert len(rows) == counts["exclusive"] == counts["root"] == 1500
    assert counts["inclusive"] > 2000, counts
