"""Blocks of small documents that tests write themselves."""

from collections.abc import Iterable, Mapping

from wissel.catalog.blocks import Blocks
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.place import Place


def blocks_in(document: str, blocks: Blocks | None) -> list[Block]:
    """The blocks of a document, in the order in which they end."""
    reader = BlockReader(blocks.transactions, blocks.groups) if blocks else BlockReader()
    return list(reader.blocks([document.encode()], Place(0, 1, 1)))


def document_of(values: Mapping[str, str], blocks: Blocks | None) -> str:
    """A document with a value at each path below the message's own element; attributes as ``Amt/@Ccy``. Blocks stand
    behind what is not in a block, as they do in ISO messages."""
    known = (*blocks.transactions, *blocks.groups) if blocks else ()
    tree: dict[str, dict] = {}
    for path, text in values.items():
        node = tree
        for step in path.split("/") if path else ():
            node = node.setdefault(step, {})
        node["#"] = text
    return f"<Document><M>{_inner(tree, '', known)}</M></Document>"


def _inner(tree: Mapping, above: str, blocks: Iterable[str]) -> str:
    paths = {tag: f"{above}/{tag}".lstrip("/") for tag in tree if tag != "#" and not tag.startswith("@")}
    ordered = sorted(paths, key=lambda tag: any(f"{one}/".startswith(f"{paths[tag]}/") for one in blocks))
    inner = "".join(
        f"<{tag}{_attributes(tree[tag])}>{_inner(tree[tag], paths[tag], blocks)}</{tag}>" for tag in ordered
    )
    return inner or tree.get("#", "")


def _attributes(tree: Mapping) -> str:
    return "".join(f' {tag[1:]}="{tree[tag]["#"]}"' for tag in tree if tag.startswith("@"))
