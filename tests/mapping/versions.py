"""What the tests of version steps share: convert, validate, and look at values."""

from collections import Counter
from functools import cache
from itertools import pairwise
from random import Random

from lxml import etree

import wissel
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.mapping.loss import Loss
from wissel.mapping.version import convert_version
from wissel.mapping.version_result import Conversion
from wissel.xml.writing.generate import full, random_message, typical
from wissel.xml.writing.writer import Values, write

CATALOG = Catalog(bundled_folder())
FAMILIES = ("pacs.008", "pacs.009", "pacs.002", "pacs.004", "pain.001", "pain.002", "camt.052", "camt.053", "camt.054")
KINDS = {"full": full, "typical": typical, "random": random_message}


@cache
def schema(definition: str) -> etree.XMLSchema:
    """The compiled schema."""
    file = CATALOG.find(definition)
    assert file is not None
    return etree.XMLSchema(etree.parse(str(file.path)))


def fault(data: bytes, definition: str) -> str | None:
    """Why the XML library finds a document invalid; None where it is valid."""
    checked = schema(definition)
    return None if checked.validate(etree.fromstring(data)) else str(checked.error_log)


def message(definition: str, kind: str, seed: int) -> bytes:
    """A generated message."""
    tree = CATALOG.tree(definition)
    return write(tree, KINDS[kind](tree, Random(seed)))


def written(definition: str, values: Values) -> bytes:
    """A message with these values, paths below the message's own element."""
    tree = CATALOG.tree(definition)
    above = f"/{tree.root.tag}/{tree.message_element.tag}"
    pairs = values.items() if hasattr(values, "items") else values
    return write(tree, [(f"{above}/{path}", text) for path, text in pairs])


def convert(data: bytes, to: str) -> tuple[bytes, Conversion]:
    """The message as another version."""
    chunks: list[bytes] = []
    result = convert_version(wissel.read(data).messages[0], to, CATALOG, chunks.append)
    return b"".join(chunks), result


def values(data: bytes) -> dict[str, str]:
    """All values of a message by indexed path below its own element."""
    found = {}
    for block in wissel.read(data).messages[0].blocks():
        above = "/".join(block.path.split("/")[3:])
        for path, text in zip(block.shape.paths, block.texts, strict=True):
            found["/".join(part for part in (above, path) if part)] = text
    return found


def unaccounted(before: bytes, after: bytes, losses: tuple[Loss, ...]) -> tuple[Counter[str], Counter[str]]:
    """Values of the original that are neither in the result nor in a loss, and values of the result from nowhere."""
    had, has = Counter(values(before).values()), Counter(values(after).values())
    gone = Counter(loss.before for loss in losses if loss.before is not None)
    new = Counter(loss.after for loss in losses if loss.after is not None)
    del had[""], has[""]  # an element that has to stand, though all in it is lost, says nothing
    return had - (has - new) - gone, has - (had - gone) - new


def adjacent() -> list[tuple[str, str]]:
    """All neighbouring versions of the families, upwards."""
    return [
        (old, new)
        for family in FAMILIES
        for versions in [[name for name in CATALOG.versions(family) if len(name) == len("pacs.008.001.08")]]
        for old, new in pairwise(versions)
    ]
