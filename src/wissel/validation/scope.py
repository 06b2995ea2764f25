"""What a rule may know of the message around a block."""

from dataclasses import dataclass, field
from datetime import date

from wissel.catalog.blocks import Blocks
from wissel.xml.blocks.block import Block
from wissel.xml.xsd.schema_tree import SchemaTree, SimpleType


@dataclass(frozen=True, slots=True)
class Scope:
    """The message that is looked at."""

    definition: str
    """Such as ``pacs.008.001.08``."""
    family: str
    """Such as ``pacs.008``."""
    tree: SchemaTree
    blocks: Blocks | None
    """Which of its elements are transactions and groups."""
    header: Block | None
    """The business application header, by paths below ``AppHdr``; None without one."""
    header_definition: str | None
    header_tree: SchemaTree | None
    as_of: date
    """The day by which it is judged, in UTC."""
    earlier: dict[str, set[str]] = field(default_factory=dict)
    """What rules keep of the messages before it in the same file, by rule code."""
    guidelines: tuple[str, ...] = ()
    """The guideline it is judged by, and those that this one inherits from."""

    @property
    def version(self) -> int:
        """The version of the definition: 8 of ``pacs.008.001.08``."""
        return int(self.definition.split(".")[3])

    def type_name(self, block: Block, plain_path: str) -> str | None:
        """The XSD type of a value of a block (for an attribute, the attribute's); None for one the schema does not
        know."""
        above = f"/{self.tree.root.tag}/{self.tree.message_element.tag}"
        return _type_name(self.tree, above if block.kind == "message" else f"{above}/{block.below}", plain_path)

    def header_type_name(self, plain_path: str) -> str | None:
        """The XSD type of a value of the header."""
        return _type_name(self.header_tree, "/AppHdr", plain_path) if self.header_tree is not None else None


def _type_name(tree: SchemaTree, above: str, plain_path: str) -> str | None:
    element, at, attribute = plain_path.rpartition("@")
    path = element.rstrip("/") if at else plain_path
    try:
        node = tree.find(f"{above}/{path}".rstrip("/"))
    except KeyError:
        return None
    if not at:
        return node.element.type_name
    known = () if isinstance(node.type, SimpleType) else node.type.attributes
    return next((one.type.name for one in known if one.name == attribute), None)
