"""The business application header of an answer: sender and receiver changed over, related to the header it answers."""

import re
from collections.abc import Iterator

from wissel.reply.copying import Pairs, plan
from wissel.reply.stamp import Stamp
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

_VARIANT = re.compile(r"(swift\.cbprplus)\.[a-z]+(\.[0-9]{2})")
"""A service with a kind of payment: the answer is of the plain service (CBPR+ usage guidelines, secondary source)."""
_TURNED: Pairs = (("To", "Fr"), ("Fr", "To"), ("MktPrctc", "MktPrctc"))
_RELATED = ("Fr", "To", "BizMsgIdr", "MsgDefIdr", "BizSvc", "CreDt", "CpyDplct", "PssblDplct", "Prty")


def write_header(writer: MessageWriter, tree: SchemaTree, received: Block, definition: str, stamp: Stamp) -> None:
    """Write the header of an answer to a message with the header ``received``.

    ``writer`` has been opened on ``tree``, the definition of the received header, and is closed by the caller.
    """
    writer.values(list(_values(tree, received, definition, stamp)))


def _values(tree: SchemaTree, received: Block, definition: str, stamp: Stamp) -> Iterator[tuple[str, str]]:
    related = tuple((tag, f"Rltd/{tag}") for tag in _RELATED)
    for pairs in (_TURNED, related):
        found = plan(tree, "", received.shape, pairs)
        yield from zip(found.paths, found.texts(received), strict=True)
    yield "BizMsgIdr", stamp.base
    yield "MsgDefIdr", definition
    service = received.text("BizSvc")
    if service is not None:
        yield "BizSvc", _VARIANT.sub(r"\1\2", service)
    yield "CreDt", stamp.normalised if tree.definition.startswith("head.001.001.01") else stamp.created
