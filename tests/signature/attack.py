"""What an attack is, and how messages are tampered with."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.signature.pki import AT, Folder, signed_text, usual


@dataclass(frozen=True)
class Attack:
    row: str
    name: str
    code: str
    data: Callable[[], str | bytes]
    trust: Callable[[], Folder] = usual
    profile: str | None = None
    at: datetime = AT
    part: str | None = None


def changed(*steps: tuple[str, str], profile: str = "bah") -> Callable[[], str]:
    """The usual signed message with each first text replaced; a text that is not there is a fault of the test."""

    def make() -> str:
        text = signed_text(profile)
        for old, new in steps:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    return make


def piece(tag: str, text: str | None = None) -> str:
    """The first element of that name, as written."""
    found = re.search(rf"<((?:\w+:)?{tag})\b[^>]*?(?:/>|>.*?</\1>)", text or signed_text(), re.DOTALL)
    assert found, tag
    return found[0]


def document(text: str | None = None) -> str:
    return piece("Document", text)


def evil() -> str:
    assert "<BICFI>" in document()
    return re.sub(r"(<IntrBkSttlmAmt[^>]*>)[\d.]+", r"\g<1>999999.00", document())


def moved(*steps: Callable[[str], str]) -> Callable[[], str]:
    def make() -> str:
        text = signed_text()
        for step in steps:
            text = step(text)
        assert text != signed_text()
        return text

    return make


EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
METHOD = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
DOCUMENT_REFERENCE = '<ds:Reference><ds:Transforms><ds:Transform Algorithm="' + EXC + '"/>'
HEADER_REFERENCE = '<ds:Reference URI="">'
OPEN_INFO = '"/><ds:Reference URI="#key'
