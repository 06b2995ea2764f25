"""The enveloped profile done by signxml: a second opinion, up to a size, for files of other makers.

signxml keeps four copies of what it reads, so that large files are refused. It is never asked whom to trust: the
certificate is given, and must have been found good by :mod:`wissel.signature.verify` or by the caller.
"""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from wissel.core.errors import UsageError
from wissel.signature.keys import KeySigner, method_for
from wissel.signature.parts import parse

SIZE_BYTES_MAX = 10_000_000


def sign_by_signxml(data: bytes, signer: KeySigner) -> bytes:
    """An enveloped signature by signxml over the root. Raises UsageError for a file that is too large."""
    _require_small(data)
    maker = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod(method_for(signer, None).uri),
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    made = maker.sign(parse(data), key=signer.key, cert=[signer.certificate])
    return etree.tostring(made, encoding="utf-8", xml_declaration=True)


def holds_by_signxml(data: bytes, certificate: x509.Certificate, location: str = "./") -> bool:
    """True where signxml finds the one signature below the root right, by this certificate.

    Raises UsageError for a file that is too large.
    """
    _require_small(data)
    expected = SignatureConfiguration(location=location, expect_references=1, require_x509=True)
    try:
        XMLVerifier().verify(parse(data), x509_cert=certificate, expect_config=expected)
    except (SignXMLException, InvalidSignature, etree.LxmlError, ValueError, TypeError):
        return False
    return True


def _require_small(data: bytes) -> None:
    if len(data) > SIZE_BYTES_MAX:
        raise UsageError(f"the file is larger than {SIZE_BYTES_MAX:,} bytes, which is too much for signxml")
