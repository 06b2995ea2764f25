"""The business application header of what is written, and the element around header and document."""

from collections.abc import Callable

from wissel.catalog.naming import family_of
from wissel.mapping.placement import HeaderPlan, Values, below
from wissel.xml.writing.message_writer import DECLARATION, MessageWriter, Sink
from wissel.xml.xsd.schema_tree import SchemaTree

ENVELOPE = "Envelope"
"""The element around header and document where the network lays none down."""


def header_values(plan: HeaderPlan, definition: str, identifier: str, at: str, variant: str = "") -> Values:
    """The values of an AppHdr; ``at`` is an aware time in ISO form, ``variant`` such as ``COV``."""
    family = family_of(definition)
    service = plan.services.get(f"{family} {variant}" if variant else family, plan.services.get(family))
    created = at.replace("+00:00", "Z") if plan.definition == "head.001.001.01" else at
    return (
        *below("Fr/FIId", plan.sender),
        *below("To/FIId", plan.receiver),
        ("BizMsgIdr", identifier),
        ("MsgDefIdr", definition),
        *((("BizSvc", service),) if service else ()),
        ("CreDt", created),
    )


def write_message(
    sink: Sink,
    tree: SchemaTree,
    header: tuple[SchemaTree, Values] | None,
    envelope: str | None,
    body: Callable[[MessageWriter], object],
) -> None:
    """Write a message: its document, which ``body`` fills in, alone or behind its header in an envelope."""
    if header is None and envelope is None:
        writer = MessageWriter(tree, sink)
        body(writer)
        writer.close()
        return
    namespace, _, name = (envelope or ENVELOPE).rpartition("}")
    declared = f' xmlns="{namespace[1:]}"' if namespace else ""
    sink(DECLARATION + f"\n<{name}{declared}>".encode())
    if header is not None:
        writer = MessageWriter(header[0], sink, declared=False, depth=1)
        writer.values(header[1])
        writer.close()
    writer = MessageWriter(tree, sink, declared=False, depth=1)
    body(writer)
    writer.close()
    sink(f"\n</{name}>\n".encode())
