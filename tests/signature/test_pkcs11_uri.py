"""The URI of a key in a token: what it says, and what is refused."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from wissel.core.errors import UsageError
from wissel.signature.pkcs11_uri import TokenKey, parsed


@dataclass(frozen=True, slots=True)
class Token:
    label: str = "bank"
    serial: bytes = b"0123  "
    manufacturer_id: str = "SoftHSM project"
    model: str = "SoftHSM v2"


def test_all_that_it_may_say() -> None:
    found = parsed(
        "pkcs11:token=bank;serial=0123;manufacturer=SoftHSM%20project;model=SoftHSM%20v2;slot-id=7;type=private;"
        "object=signing%3bkey;id=%01%ff?module-path=/usr/lib/some%20lib.so"
    )
    assert (found.slot, found.object, found.id) == (7, "signing;key", b"\x01\xff")
    assert found.module == Path("/usr/lib/some lib.so")
    assert dict(found.token) == {
        "label": "bank",
        "serial": "0123",
        "manufacturer_id": "SoftHSM project",
        "model": "SoftHSM v2",
    }
    assert found.name.endswith("id=%01%ff")
    assert found.fits(Token())
    assert not found.fits(Token(label="bank2"))
    assert not found.fits(Token(serial=b"01234"))


def test_the_least_that_it_must_say() -> None:
    assert parsed("PKCS11:object=x") == TokenKey("pkcs11:object=x", (), None, "x", None, None)
    assert parsed("pkcs11:object=x").fits(Token())


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("pkcs11:", "names no key"),
        ("pkcs11:token=bank", "names no key"),
        ("pkcs11:object", "'object' is no attribute"),
        ("pkcs11:object=x;", "'' is no attribute"),
        ("pkcs11:object=%4", "'object' is no attribute"),
        ("pkcs11:object=%zz", "'object' is no attribute"),
        ("pkcs11:object=%ff", "not UTF-8"),
        ("pkcs11:object=x;object=y", "'object' stands twice"),
        ("pkcs11:object=x;colour=red", "'colour' is not known"),
        ("pkcs11:object=x;type=cert", "names no private key"),
        ("pkcs11:object=x;slot-id=first", "is no number"),
        ("pkcs11:object=x?module-name=y", "'module-name' is not known"),
        ("pkcs11:object=x?pin-value=1234", "a PIN does not belong in a URI"),
        ("pkcs11:object=x?module-path=%ff", "not UTF-8"),
        ("pkcs11:object=" + "x" * 4_000, "is named like"),
        ("file:x", "is named like"),
    ],
)
def test_what_is_refused(uri: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(uri)
    assert said in str(caught.value)
    assert "1234" not in str(caught.value)
