"""Who a message says it comes from, and whether the signer is that participant."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from wissel.signature.profile import Part
from wissel.signature.refusal import refuse

_HEADER = (
    ("bic", "FIId/FinInstnId/BICFI"),
    ("bic", "FIId/FinInstnId/BIC"),
    ("bic", "OrgId/Id/OrgId/AnyBIC"),
    ("bic", "OrgId/Id/OrgId/BICOrBEI"),
    ("member", "FIId/FinInstnId/ClrSysMmbId/MmbId"),
    ("other", "FIId/FinInstnId/Othr/Id"),
    ("other", "OrgId/Id/OrgId/Othr/Id"),
    ("lei", "FIId/FinInstnId/LEI"),
    ("lei", "OrgId/Id/OrgId/LEI"),
)
_INITIATOR = (
    ("bic", "Id/OrgId/AnyBIC"),
    ("bic", "Id/OrgId/BICOrBEI"),
    ("other", "Id/OrgId/Othr/Id"),
    ("lei", "Id/OrgId/LEI"),
    ("other", "Id/PrvtId/Othr/Id"),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """The identifications of a sender, the one that counts most first."""

    ids: tuple[str, ...]
    place: str
    """Where they stand: ``AppHdr/Fr``, ``InitgPty``, or ``channel``."""

    @property
    def part(self) -> Part:
        """The part that names it."""
        parts = {"AppHdr/Fr": Part.HEADER, "InitgPty": Part.DOCUMENT}
        return parts.get(self.place, Part.MESSAGE)


def sender_of(header: etree._Element | None, document: etree._Element | None, channel: str | None) -> Sender | None:
    """The sender: of the header, else the initiating party, else the channel that handed the message over.

    Raises SignatureRefused where a message names two senders.
    """
    if header is not None:
        return _sender(_only(header, "Fr"), _HEADER, "AppHdr/Fr")
    if document is not None:
        for message in _elements(document):
            for group in _elements(message, "GrpHdr"):
                found = _sender(_only(group, "InitgPty"), _INITIATOR, "InitgPty")
                if found is not None:
                    return found
            break
    return Sender((normal(channel),), "channel") if channel else None


def message_key(header: etree._Element | None) -> tuple[str, str]:
    """BizMsgIdr and CreDt of the header; empty texts where there are none. Raises SignatureRefused for two of one."""
    if header is None:
        return "", ""
    found = [_only(header, name) for name in ("BizMsgIdr", "CreDt")]
    first, second = ["" if one is None else (one.text or "").strip() for one in found]
    return first, second


def normal(identification: str) -> str:
    """An identification in the form that is compared: a BIC of eleven with XXX is that of eight."""
    text = identification.strip().upper()
    return text[:8] if len(text) == 11 and text.endswith("XXX") else text


def bound_to(sender: Sender, own: frozenset[str], known: frozenset[str]) -> str | None:
    """The participant that is the sender, None where the signer is another.

    The identification that counts most must be the signer's (``own``); a further one that the trust folder ``known``
    as another participant's must not stand beside it.
    """
    mine, all_known = {normal(one): one for one in own}, {normal(one) for one in known}
    if sender.ids[0] not in mine or any(one in all_known and one not in mine for one in sender.ids[1:]):
        return None
    return mine[sender.ids[0]]


def _sender(element: etree._Element | None, paths: tuple[tuple[str, str], ...], place: str) -> Sender | None:
    if element is None:
        return None
    ids: list[str] = []
    for _, path in paths:
        found = list(_walk(element, path.split("/")))
        if len(found) > 1 and "Othr" not in path:  # an organisation may have several other identifications
            raise refuse("PART-SEVERAL", f"{place} names its sender more than once.", "AppHdr", found[1].sourceline)
        ids += [normal(one.text or "") for one in found if (one.text or "").strip()]
    return Sender(tuple(dict.fromkeys(ids)), place) if ids else None


def _walk(element: etree._Element, names: list[str]) -> Iterator[etree._Element]:
    if not names:
        yield element
        return
    for child in _elements(element, names[0]):
        yield from _walk(child, names[1:])


def _elements(element: etree._Element, name: str | None = None) -> Iterator[etree._Element]:
    """Element children, by local name in whatever namespace."""
    for child in element:
        if isinstance(child.tag, str) and (name is None or etree.QName(child).localname == name):
            yield child


def _only(element: etree._Element, name: str) -> etree._Element | None:
    found = list(_elements(element, name))
    if len(found) > 1:
        raise refuse("PART-SEVERAL", f"There are {len(found)} elements {name}.", "AppHdr", found[1].sourceline)
    return found[0] if found else None
