"""By what a message is known to have come before: who sent it, what it is, and what its sender calls it."""

from wissel.engine.context import Received
from wissel.journal.values import Key
from wissel.routing.bank import Channel
from wissel.xml.blocks.block import Block

_SENDERS = ("Fr/FIId/FinInstnId/BICFI", "Fr/FIId/FinInstnId/ClrSysMmbId/MmbId", "Fr/FIId/FinInstnId/LEI")
_ORGANISATIONS = ("Fr/OrgId/Id/OrgId/AnyBIC", "Fr/OrgId/Id/OrgId/LEI", "Fr/OrgId/Id/OrgId/Othr/Id", "Fr/OrgId/Nm")
_BIC_LENGTH, _HEAD_OFFICE = 11, "XXX"
"""ABCDDEFFXXX and ABCDDEFF are one and the same. Source: ISO 9362."""
_IDENTIFIERS = ("GrpHdr/MsgId", "Assgnmt/Id")


def key_of(received: Received, channel: Channel) -> Key:
    """The key of a message. With a header: Fr and BizMsgIdr; without one, or where it does not say: the channel that
    handed it over, and the message's own identifier, else the digest of its file."""
    header = received.message.header()
    sender = header.first(*_SENDERS, *_ORGANISATIONS) if header is not None else None
    if sender is not None and len(sender) == _BIC_LENGTH:
        sender = sender.removesuffix(_HEAD_OFFICE)
    named = header.text("BizMsgIdr") if header is not None else None
    identifier = named or _own(received) or f"sha256:{received.prepared.report.sha256}"
    return Key(sender or f"channel:{channel.name}", received.definition, identifier)


def own_key_of(received: Received) -> Key | None:
    """By what a message is told from the others of its file, whatever their headers say: payments and what is said of
    them are known by their file and the message's own identifier. None for one that has none."""
    identifier = _own(received)
    return None if identifier is None else Key("file", received.definition, identifier)


def _own(received: Received) -> str | None:
    first = next(received.message.blocks(), None)
    return _outermost(first).first(*_IDENTIFIERS) if first is not None else None


def _outermost(block: Block) -> Block:
    while block.parent is not None:
        block = block.parent
    return block
