"""Receipts: admi.002 for bytes that cannot be read as a message. What they are about is found by a look at the bytes."""

import re
from dataclasses import dataclass

from wissel.core.finding import Finding
from wissel.reply.stamp import Stamp
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

NOT_PROVIDED = "NOTPROVIDED"
LOOK_BYTES_MAX = 1024**2
"""Bytes looked through for names: they stand at the beginning of a message."""
_REFERENCE_CHARACTERS_MAX = 35
_LOCATION_CHARACTERS_MAX = 350
_TAG = r"<(?:[^\s<>/:!?&\"']+:)?{0}(?:\s[^<>]*)?>\s*([^<>]{{1,140}}?)\s*</"
_IDS = ("BizMsgIdr", "MsgId", "Id")
_SENDERS = (("Fr", "BICFI|BIC|AnyBIC"), ("InstgAgt", "BICFI|BIC"), ("Assgnr", "BICFI|BIC|AnyBIC"), ("InitgPty", "AnyBIC|BICOrBEI|LEI|Id|Nm"))
_RECEIVERS = (("To", "BICFI|BIC|AnyBIC"), ("InstdAgt", "BICFI|BIC"), ("Assgne", "BICFI|BIC|AnyBIC"))
_INVALID_FILE = "FF01"


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
    reference = next((found for tag in _IDS if (found := _first(tag, text))), None)
    if reference is not None and (len(reference) > _REFERENCE_CHARACTERS_MAX or not reference.isprintable()):
        reference = None
    return Glimpse(reference, _party(_SENDERS, text), _party(_RECEIVERS, text))


def _text(data: bytes) -> str:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _first(tag: str, text: str) -> str | None:
    found = re.search(_TAG.format(re.escape(tag)), text)
    return found[1] if found else None


def _party(places: tuple[tuple[str, str], ...], text: str) -> str | None:
    for outer, inner in places:
        around = re.search(rf"<(?:[^\s<>/:!?&\"']+:)?{outer}(?:\s[^<>]*)?>(.{{0,2000}}?)</(?:[^\s<>/:]+:)?{outer}\s*>", text, re.S)
        found = re.search(_TAG.format(f"(?:{inner})"), around[1]) if around else None
        if found:
            return found[1]
    return None


def write_receipt(
    writer: MessageWriter, tree: SchemaTree, reference: str | None, stamp: Stamp, reason: str, why: Finding | None = None
) -> None:
    """Write an admi.002: which message (NOTPROVIDED where that is not known), and why it is refused.

    ``reason`` is the code of the rejecting party. Where the fault stands is told, the rest stays with the bank.
    ``writer`` has been opened on ``tree`` and is closed by the caller.
    """
    writer.start(tree.message_element.tag)
    values = [("RltdRef/Ref", reference or NOT_PROVIDED), ("Rsn/RjctgPtyRsn", reason), ("Rsn/RjctnDtTm", stamp.created)]
    if why is not None and why.line is not None:
        where = f"line {why.line}" + (f", column {why.column}" if why.column is not None else "")
        values.append(("Rsn/ErrLctn", where[:_LOCATION_CHARACTERS_MAX]))
    values.append(("Rsn/RsnDesc", "The message cannot be read; it was not processed."))
    writer.values(values)


def reason_of(why: Finding | None) -> str:
    """The reason code that a finding asks for, FF01 (invalid file format) where it names none."""
    return (why.reason if why is not None else None) or _INVALID_FILE
