"""Receipts: admi.002 for bytes that cannot be read as a message. What they are about, a look at the bytes tells."""

import re
from dataclasses import dataclass

from wissel.core.finding import Finding
from wissel.reply.stamp import Stamp
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

NOT_PROVIDED = "NOTPROVIDED"
LOOK_BYTES_MAX = 1024**2
"""Bytes looked through for names: they stand at the beginning of a message."""
REFERENCE_MAX = 35
"""Characters of the reference to what is refused (Max35Text)."""
_LOCATION_CHARACTERS_MAX = 350
_PREFIX = r"(?:[^\s<>/:!?&\"']+:)?"
_VALUE = rf"<{_PREFIX}(?:{{0}})(?:\s[^<>]*)?>\s*([^<>]{{{{1,140}}}}?)\s*</"
_INSIDE = rf"<{_PREFIX}{{0}}(?:\s[^<>]*)?>(.{{{{0,2000}}}}?)</{_PREFIX}{{0}}\s*>"
_IDS = (("AppHdr", "BizMsgIdr"), ("GrpHdr", "MsgId"), ("Assgnmt", "Id"), ("", "BizMsgIdr"), ("", "MsgId"))
"""Elements and, inside them, where the identifier stands; in bytes that break off the outer one may not end."""
_BANK = "BICFI|BIC|AnyBIC"
_SENDERS = (("Fr", _BANK), ("InstgAgt", _BANK), ("Assgnr", _BANK), ("InitgPty", "AnyBIC|BICOrBEI|LEI|Id|Nm"))
_RECEIVERS = (("To", _BANK), ("InstdAgt", _BANK), ("Assgne", _BANK))
_INVALID_FILE = "FF01"
UNREADABLE = "The message cannot be read. It was not processed."
NOT_MET = "The request cannot be met."


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the bytes show of a message that cannot be read."""

    reference: str | None
    """The identifier that its sender gave it: of the header, else of the document."""
    sender: str | None
    """Who it is from; None where nothing tells."""
    receiver: str | None = None


def glimpse(data: bytes) -> Glimpse:
    """Look for names in the beginning of broken bytes, in whatever encoding; none of it is certain."""
    text = _text(data[:LOOK_BYTES_MAX])
    reference = _party(_IDS, text)
    if reference is not None and (len(reference) > REFERENCE_MAX or not reference.isprintable()):
        reference = None
    return Glimpse(reference, _party(_SENDERS, text), _party(_RECEIVERS, text))


def _text(data: bytes) -> str:
    little, big = (b"\xff\xfe", b"<\0"), (b"\xfe\xff", b"\0<")
    if data.startswith(little) or data.startswith(big):
        return data.decode("utf-16-le" if data.startswith(little) else "utf-16-be", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _party(places: tuple[tuple[str, str], ...], text: str) -> str | None:
    """The first value found: of an element inside another one."""
    for outer, inner in places:
        around = re.search(_INSIDE.format(outer), text, re.DOTALL) if outer else None
        inside = around[1] if around else "" if outer else text
        if found := re.search(_VALUE.format(inner), inside):
            return found[1]
    return None


def write_receipt(
    writer: MessageWriter,
    tree: SchemaTree,
    reference: str | None,
    stamp: Stamp,
    why: Finding | None = None,
    said: str = UNREADABLE,
) -> None:
    """Write an admi.002: which message (NOTPROVIDED where that is not known), and why it is refused.

    The reason's code and where the fault stands are told, the rest stays with the bank. ``writer`` has been opened on
    ``tree`` and is closed by the caller.
    """
    writer.start(tree.message_element.tag)
    values = [("RltdRef/Ref", reference or NOT_PROVIDED), ("Rsn/RjctgPtyRsn", reason_of(why))]
    values.append(("Rsn/RjctnDtTm", stamp.created))
    if why is not None and why.line is not None:
        where = f"line {why.line}" + (f", column {why.column}" if why.column is not None else "")
        values.append(("Rsn/ErrLctn", where[:_LOCATION_CHARACTERS_MAX]))
    values.append(("Rsn/RsnDesc", said))
    writer.values(values)


def reason_of(why: Finding | None) -> str:
    """The reason code that a finding asks for, FF01 (invalid file format) where it names none."""
    return (why.reason if why is not None else None) or _INVALID_FILE
