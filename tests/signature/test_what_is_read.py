"""What is verified is what is read: however a signed message is taken apart and put together again, a message that
still verifies gives the engine the very values that were signed."""

import copy
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import wissel
from tests.signature.pki import PAIN, judged, signed, usual
from wissel.signature.trust import TrustStore

Values = list[tuple[str | None, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]]
SIGNED = [signed("bah"), signed("swift-t2"), signed("enveloped"), signed("enveloped", data=PAIN)]
NAMES = ("AppHdr", "Document", "Signature", "Sgntr", "SignedInfo", "KeyInfo", "Envelope", "Reference", "GrpHdr", "Fr")
WRAPPERS = ("Envelope", "{urn:x}Document", "AppHdr", "{http://www.w3.org/2000/09/xmldsig#}Object", "Wrapper")
PIECES = (
    b"<!-- x -->", b"<!-- <Document> -->", b"<?x <AppHdr>?>", b"<![CDATA[]]>", b" ", b"&#32;", b"<x/>", b"<AppHdr/>",
    b"<Document/>", b' xmlns:z="urn:z"', b"\r\n", b"&amp;", b"<!-- </Document> -->",
)  # fmt: skip


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return usual(policy='binding = "off"').write(tmp_path_factory.mktemp("trust") / "net")


def values(data: bytes) -> Values:
    """All that the engine sees of a file, but for the signature in the header."""
    found: Values = []
    for message in wissel.read(data).messages:
        header = message.header()
        paths = () if header is None else tuple(zip(header.shape.paths, header.texts, strict=True))
        blocks = tuple(
            (f"{block.path}/{path}", text)
            for block in message.blocks()
            for path, text in zip(block.shape.paths, block.texts, strict=True)
        )
        found.append((message.definition, tuple(one for one in paths if "Sgntr" not in one[0]), blocks))
    return found


EXPECTED = [values(data) for data in SIGNED]


def rearranged(data: bytes, draw: st.DrawFn) -> bytes:
    """Elements copied, moved, wrapped, removed or marked."""
    root = etree.fromstring(data)
    for _ in range(draw(st.integers(1, 3))):
        every = list(root.iter("*"))
        parts = [one for one in every if etree.QName(one).localname in NAMES]
        chosen, target = draw(st.sampled_from(parts)), draw(st.sampled_from(every))
        how, parent = draw(st.sampled_from(("copy", "move", "wrap", "remove", "mark"))), chosen.getparent()
        if how == "copy":
            target.insert(draw(st.integers(0, len(target))), copy.deepcopy(chosen))
        elif how == "move" and target not in list(chosen.iter()):
            target.insert(draw(st.integers(0, len(target))), chosen)
        elif how == "wrap":
            wrapper = etree.Element(draw(st.sampled_from(WRAPPERS)))
            if parent is None:
                root = wrapper
            else:
                parent.replace(chosen, wrapper)
            wrapper.append(chosen)
        elif how == "remove" and parent is not None:
            parent.remove(chosen)
        elif how == "mark":
            chosen.set(draw(st.sampled_from(("Id", "ID", "{http://www.w3.org/XML/1998/namespace}id"))), "x")
    return etree.tostring(root)


def scribbled(data: bytes, draw: st.DrawFn) -> bytes:
    """Small pieces put in beside tags."""
    for _ in range(draw(st.integers(1, 2))):
        places = [found.start() for found in re.finditer(rb"[<>]", data)]
        at = draw(st.sampled_from(places)) + draw(st.integers(0, 1))
        data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
    return data


@st.composite
def tampered(draw: st.DrawFn) -> tuple[int, bytes]:
    which = draw(st.integers(0, len(SIGNED) - 1))
    return which, draw(st.sampled_from((rearranged, scribbled)))(SIGNED[which], draw)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=tampered())
def test_what_is_verified_is_what_is_read(made: tuple[int, bytes], trust: TrustStore) -> None:
    which, data = made
    result = judged(data, trust)
    assert result.verified == (result.code is None)
    if result.verified:
        assert values(data) == EXPECTED[which]


def test_what_it_starts_from_is_good(trust: TrustStore) -> None:
    for data, expected in zip(SIGNED, EXPECTED, strict=True):
        assert judged(data, trust).verified
        assert len(expected) == 1
        assert len(expected[0][2]) > 20
