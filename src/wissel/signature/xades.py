"""XAdES-BES: the signed properties that name the signer's certificate and the time it says it signed at.

Source: ETSI EN 319 132-1. The signing time is the signer's word and never the time at which anything is judged.
"""

import base64
import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from wissel.signature.parts import DSIG
from wissel.signature.profile import digest_of_uri, digest_uri
from wissel.signature.refusal import refuse
from wissel.signature.structure import XADES, decoded
from wissel.signature.values import digest_fits


def check_signing_certificate(signed_properties: etree._Element | None, certificate: x509.Certificate) -> None:
    """Where the properties name the signer's certificate it must be the one used.

    Some networks leave it out, so that its absence is no fault. Raises SignatureRefused: XADES-CERTIFICATE.
    """
    if signed_properties is None:
        return
    der = certificate.public_bytes(Encoding.DER)
    for name in ("SigningCertificateV2", "SigningCertificate"):
        for holder in signed_properties.iter(f"{{{XADES}}}{name}"):
            first = holder.find(f"{{{XADES}}}Cert/{{{XADES}}}CertDigest")
            if first is None or not _names(first, der):
                message = "The signed properties name another certificate than the one used."
                raise refuse("XADES-CERTIFICATE", message, "SignedProperties", holder.sourceline)


def _names(cert_digest: etree._Element, der: bytes) -> bool:
    method = cert_digest.find(f"{{{DSIG}}}DigestMethod")
    value = cert_digest.find(f"{{{DSIG}}}DigestValue")
    name = None if method is None else digest_of_uri(method.get("Algorithm", ""))
    expected = None if value is None else decoded(value.text or "")
    if name is None or expected is None:
        return False
    # the digest stands in what is signed; which certificate is meant is known from trust already
    return digest_fits(hashlib.new(name, der), expected)


def object_text(signature_id: str, properties_id: str, certificate: x509.Certificate, at: datetime) -> str:
    """The ds:Object with SigningTime and SigningCertificateV2, as it is to be written; ``at`` is aware."""
    sha256 = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    return (
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{signature_id}">'
        f'<xades:SignedProperties Id="{properties_id}"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>{at.isoformat(timespec='seconds')}</xades:SigningTime>"
        f"<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>"
        f'<ds:DigestMethod Algorithm="{digest_uri("sha256")}"/>'
        f"<ds:DigestValue>{base64.b64encode(sha256).decode()}</ds:DigestValue></xades:CertDigest></xades:Cert>"
        "</xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>"
        "</xades:QualifyingProperties></ds:Object>"
    )
