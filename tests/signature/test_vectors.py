"""Public signed messages of real networks: digests, signature values, and what is refused for which reason."""

import base64
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.signature.pki import judged
from wissel.signature.digest import Collected, canonicalize, detach, digest
from wissel.signature.parts import find_parts, parse
from wissel.signature.plan import plan
from wissel.signature.policy import Policy
from wissel.signature.structure import read_signature
from wissel.signature.trust import TrustStore
from wissel.signature.values import value_fits

SHARED = os.environ.get("WISSEL_SHARED")
pytestmark = pytest.mark.skipif(SHARED is None, reason="WISSEL_SHARED is not set: the public messages are not at hand")
FOLDER = Path(SHARED or ".") / "signature" / "vectors" / "iso20022"
AT = datetime(2025, 11, 1, tzinfo=UTC)
GOOD, WRONG = True, False

CASES = [
    ("pix-pacs008.xml", None, "pix", {"KeyInfo": GOOD, "AppHdr": GOOD, "Document": GOOD}),
    ("ma-rtgs-pacs009.xml", None, "xades-bah", {"KeyInfo": GOOD, "SignedProperties": GOOD, "Document": GOOD}),
    ("rln-verify1-apphdr.xml", "rln-verify1-document.xml", "bah", {"KeyInfo": GOOD, "AppHdr": GOOD, "Document": GOOD}),
    (
        "rln-verify2-apphdr.xml",
        "rln-verify2-document.xml",
        "bah",
        {"KeyInfo": WRONG, "AppHdr": WRONG, "Document": GOOD},
    ),
    ("tch-pacs008.xml", None, "tch", {"Message": GOOD}),
]


def read(name: str | None) -> bytes | None:
    return None if name is None else (FOLDER / name).read_bytes()


def message(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def pinned(folder: Path, data: bytes, participant: str | None) -> TrustStore:
    """A trust folder with the certificate of the message itself."""
    found = re.search(rb"X509Certificate>([^<]*)<", data)
    place = folder / "signers" / (participant or "somebody")
    place.mkdir(parents=True)
    assert found
    (place / "own.der").write_bytes(base64.b64decode(found[1].replace(b"&#13;", b"")))
    binding = "require" if participant else "off"
    (folder / "policy.toml").write_text(f'binding = "{binding}"\nprofiles = ["bah", "xades-bah", "pix", "tch"]\n')
    return TrustStore.open(folder)


@pytest.mark.parametrize(("name", "beside", "profile", "expected"), CASES, ids=[case[0] for case in CASES])
def test_every_digest(name: str, beside: str | None, profile: str, expected: dict[str, bool]) -> None:
    document = read(beside)
    parts = find_parts(parse(message(name)), None if document is None else parse(document))
    signature = read_signature(parts)
    found = {}
    for one in plan(parts, signature, Policy(), profile).planned:
        if any(transform.name == "enveloped" for transform in one.reference.chain):
            detach(signature.element)
        own = digest(one.element, one.reference.chain, one.digest_method, one.part).digest()
        found[one.part.value] = own == one.reference.digest
    assert found == expected


@pytest.mark.parametrize(
    ("name", "beside", "participant"),
    [("ma-rtgs-pacs009.xml", None, "CAFGMAMCXXX"), ("rln-verify1-apphdr.xml", "rln-verify1-document.xml", None)],
)
def test_with_its_certificate_pinned_it_verifies(
    name: str, beside: str | None, participant: str | None, tmp_path: Path
) -> None:
    result = judged(message(name), pinned(tmp_path, message(name), participant), at=AT, document=read(beside))
    assert (result.verified, result.code, result.bound) == (True, None, participant is not None)


def test_the_morocco_message_is_refused_unless_its_open_header_is_accepted(tmp_path: Path) -> None:
    trust = pinned(tmp_path, message("ma-rtgs-pacs009.xml"), "CAFGMAMC")
    (tmp_path / "policy.toml").unlink()
    refused = judged(message("ma-rtgs-pacs009.xml"), TrustStore.open(trust.folder), at=AT)
    assert (refused.code, refused.part) == ("COVERAGE-MISSING", "AppHdr")


def test_the_message_that_was_formatted_after_signing_is_refused(tmp_path: Path) -> None:
    name = "rln-verify2-apphdr.xml"
    trust = pinned(tmp_path, message(name), None)
    result = judged(message(name), trust, at=AT, document=read("rln-verify2-document.xml"))
    # SignedInfo was formatted too, so that the value fails before any digest is looked at ...
    assert (result.verified, result.code) == (False, "SIGNATURE-INVALID")
    signature = read_signature(find_parts(parse(message(name)), parse(message("rln-verify2-document.xml"))))
    info = Collected()
    canonicalize(signature.signed_info, signature.canonicalization, info, "SignedInfo")
    key = trust.signers[0].certificate.public_key()
    method = plan(
        find_parts(parse(message(name)), parse(message("rln-verify2-document.xml"))), signature, Policy(), "bah"
    ).method
    # ... and fits again once the formatting is taken out
    assert value_fits(key, method, re.sub(rb">\s+<", b"><", info.bytes()), signature.value)


@pytest.mark.parametrize(("name", "profile"), [("pix-pacs008.xml", "pix"), ("tch-pacs008.xml", "tch")])
def test_without_the_certificate_it_is_refused_for_that_alone(name: str, profile: str, tmp_path: Path) -> None:
    trust = pinned(tmp_path, message("rln-verify1-apphdr.xml"), None)
    result = judged(message(name), trust, profile, at=AT)
    assert (result.verified, result.code, result.part) == (False, "CERTIFICATE-MISSING", "KeyInfo")
