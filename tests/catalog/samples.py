"""Schemas as others spell them, made from the bundled ones: with annotations, other prefixes, other order."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "schemas"
ISO = "urn:iso:std:iso:20022:tech:xsd:"


def bundled(definition: str) -> bytes:
    """A bundled schema's bytes."""
    return (BUNDLED / definition[:4] / f"{definition}.xsd").read_bytes()


def as_published(definition: str) -> bytes:
    """The same schema the way a tool may write it: UTF-16, tabs, comments, annotations, XML Schema as the default
    namespace, the message's own under a prefix, types in the opposite order, attributes in another order."""
    text = bundled(definition).decode()
    namespace = ISO + definition
    body = text[text.index("  <xs:element") : text.index("</xs:schema>")]
    parts = [
        match[0]
        for match in re.finditer(r"^  <xs:element [^\n]*/>\n|^  <xs:(\w+) .*?\n  </xs:\1>\n", body, re.M | re.S)
    ]
    body = "<!-- types -->".join(reversed(parts))
    body = re.sub(r'(type|base|ref)="(?!xs:)', r'\1="iso:', body)
    body = re.sub(r'(type|base)="xs:', r'\1="', body)
    body = re.sub(r'name="(\w+)" type="([\w:.\-]+)"', r'type="\2" name="\1"', body)
    note = '<xs:annotation><xs:documentation xml:lang="EN">What it is &amp; means.</xs:documentation></xs:annotation>'
    body = re.sub(r'(<xs:complexType name="[^"]+">)', r"\1" + note, body)
    body = body.replace("xs:", "").replace("  ", "\t").replace("\n", "\r\n")
    head = (
        '<?xml version="1.0" encoding="UTF-16"?>\r\n<!-- generated -->\r\n'
        f'<schema targetNamespace="{namespace}" xmlns:iso="{namespace}" xmlns="http://www.w3.org/2001/XMLSchema" '
        'version="2" attributeFormDefault="unqualified" elementFormDefault="qualified">' + note.replace("xs:", "")
    )
    return (head + body + "</schema>").encode("utf-16")


def restricted(definition: str) -> bytes:
    """The same schema as a network may narrow it: names of at most 70 characters, no remittance information."""
    text = bundled(definition).decode()
    text = text.replace(
        '<xs:simpleType name="Max140Text">\n    <xs:restriction base="xs:string">\n      <xs:minLength value="1"/>\n'
        '      <xs:maxLength value="140"/>',
        '<xs:simpleType name="Max140Text">\n    <xs:restriction base="xs:string">\n      <xs:minLength value="1"/>\n'
        '      <xs:maxLength value="70"/>',
    )
    return re.sub(r'\n      <xs:element name="RmtInf" [^\n]*', "", text).encode()


def renamed(definition: str, other: str) -> bytes:
    """A schema under the namespace of another definition: a version that does not exist yet."""
    return bundled(definition).replace((ISO + definition).encode(), (ISO + other).encode())


def tiny(namespace: str = ISO + "pacs.008.001.99", body: str = "", types: str = "", head: str = "") -> bytes:
    """The smallest schema that can be imported, with room for more."""
    return f"""<?xml version="1.0"?>{head}
<xs:schema xmlns="{namespace}" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}"
  elementFormDefault="qualified">{body}<xs:element name="Document" type="Document"/>
  <xs:complexType name="Document"><xs:sequence><xs:element name="Msg" type="Msg1"/></xs:sequence></xs:complexType>
  <xs:complexType name="Msg1"><xs:sequence><xs:element name="Id" type="Max35Text"/></xs:sequence></xs:complexType>
  <xs:simpleType name="Max35Text"><xs:restriction base="xs:string"><xs:minLength value="1"/>
  <xs:maxLength value="35"/></xs:restriction></xs:simpleType>{types}</xs:schema>""".encode()
