"""Version steps: a message of any version of a family as a message of any other version of it.

What is copied follows from comparing the two schemas (same path, a value of the same kind); renames are rows of
``catalog/renames.toml``, everything else rows of ``data/version_steps.toml``. Nothing is lost in silence: each value
of the original is in the result or in a :class:`Loss`, and what must not be lost or invented refuses the message.

The input must be valid against its schema: values are checked only where the target takes less than the source. The
message is converted block by block, so that its size does not matter.
"""

from collections.abc import Iterable

from wissel.catalog.blocks import blocks_of
from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.mapping.version_apply import Made, Record, Recorder, Where, apply, without_losses
from wissel.mapping.version_pairing import Pairing
from wissel.mapping.version_plan import Pair, Step
from wissel.mapping.version_result import Conversion
from wissel.message.business_message import BusinessMessage
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.place import Place
from wissel.xml.writing.message_writer import MessageWriter, Sink
from wissel.xml.xsd.schema_tree import elements

FINDINGS_MAX = 1_000
WHOLE_BYTES_MAX = 50_000_000
"""Size up to which a message is converted in one piece, where its blocks do not stand directly in one another."""


def convert_version(
    message: BusinessMessage,
    to: str,
    catalog: Catalog,
    sink: Sink,
    *,
    record: Recorder | None = None,
    findings_max: int = FINDINGS_MAX,
) -> Conversion:
    """Write the document of ``message`` as the definition ``to``, another version of its family.

    ``record`` is handed each loss as it comes; without it they are kept and returned. Where the conversion is refused,
    what went to the sink is of no use.

    Raises UsageError where the message names no known definition, or ``to`` is none or of another family.
    """
    if message.definition is None:
        raise UsageError("the message names no definition")
    if family_of(message.definition) != family_of(to):
        raise UsageError(f"{to} is no version of {family_of(message.definition)}")
    step = Step(catalog.tree(message.definition), catalog.tree(to))
    said = Record(record, findings_max)
    run = _Run(step, MessageWriter(step.target, sink), said)
    blocks = blocks_of(message.definition)
    if blocks is None or _nested(blocks.transactions + blocks.groups):
        run.blocks(message.blocks())
    else:
        whole = message.document_xml(WHOLE_BYTES_MAX)
        if whole is None:
            raise UsageError(f"{message.definition} is converted only up to {WHOLE_BYTES_MAX:,} bytes")
        run.blocks(BlockReader().blocks([whole], Place(1, 1)))
    return Conversion(tuple(said.findings), tuple(said.losses))


def _nested(paths: tuple[str, ...]) -> bool:
    """Whether each block stands directly in another one or in the message's own element."""
    return all(above in ("", *paths) for path in paths for above in [path.rpartition("/")[0]])


class _Frame:
    """A message or group that is open, in the original and in the result."""

    __slots__ = ("block", "counts", "pair", "path", "positions", "written")

    def __init__(self, block: Block, pair: Pair, path: str, positions: dict[str, int]) -> None:
        self.block = block
        self.pair = pair
        self.path = path
        """Indexed path in the result."""
        self.positions = positions
        """Of the children of the result, by tag."""
        self.written = 0
        """Children at positions below this one are written."""
        self.counts: dict[str, int] = {}
        """Blocks so far, by tag in the result."""


class _Run:
    """One conversion; blocks come in, elements go out."""

    def __init__(self, step: Step, writer: MessageWriter, said: Record) -> None:
        self.step = step
        self.writer = writer
        self.said = said
        self.frames: list[_Frame] = []
        self.pairs: dict[tuple[str, str], Pair | None] = {}

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Convert all of them; it stops where the result is refused for more reasons than are wanted."""
        for block in blocks:
            if block.kind == "transaction":
                self.transaction(block)
            else:
                self.close(block)
            if self.said.full:
                return
        if not self.said.findings:
            self.writer.close()

    def transaction(self, block: Block) -> None:
        """Write one transaction."""
        frame = self.opened(block.parent)
        placed = self.placed(frame, block) if frame is not None else None
        if frame is None or placed is None:
            return
        pair, path = placed
        made = apply(pair, block, Where(block.path, path, block.number))
        self.said.take(made)
        if not self.said.findings:
            self.writer.block(pair.target.tag, made.paths, made.texts)

    def close(self, block: Block) -> None:
        """Write what is left of a group or of the message, and end it."""
        frame = self.opened(block)
        if frame is None:
            return
        made = apply(frame.pair, block, Where(block.path, frame.path, None), frozenset(frame.counts))
        self.said.take(made)
        self.write(frame, made, len(frame.positions))
        self.frames.pop()
        if not self.said.findings and self.frames:
            self.writer.end()

    def opened(self, block: Block | None) -> _Frame | None:
        """The frame of a message or group, opened where it is not yet; None where it has no place."""
        if block is None:
            raise ValueError("a transaction stands in no message")
        for frame in self.frames:
            if frame.block is block:
                return frame
        if block.parent is None:
            pair = Pair(self.step, self.step.source.message_element, self.step.target.message_element)
            path = f"/{self.step.target.root.tag}/{pair.target.tag}"
        else:
            above = self.opened(block.parent)
            placed = self.placed(above, block) if above is not None else None
            if placed is None:
                return None
            pair, path = placed
        positions = {e.tag: at for at, e in enumerate(elements(self.step.target.type_of(pair.target)))}
        self.frames.append(_Frame(block, pair, path, positions))
        if not self.said.findings:
            self.writer.start(pair.target.tag)
        return self.frames[-1]

    def placed(self, frame: _Frame, block: Block) -> tuple[Pair, str] | None:
        """What a block inside ``frame`` becomes and where, once all that stands before it is written; None, with a
        finding, where it has no place."""
        tag = block.below.rpartition("/")[2]
        pair = self.pair(frame, tag)
        most = pair.target.occurs_max if pair is not None else 0
        number = frame.counts.get(pair.target.tag, 0) + 1 if pair is not None else 1
        if pair is None or (most is not None and number > most):
            often = f"no {tag}" if pair is None else f"{tag} at most {most} times"
            version = self.step.target.definition
            message = f"{version} has {often} in {frame.pair.target.tag}; a whole {block.kind} would be lost."
            self.said.refuse(finding("VERSION-BLOCK-HAS-NO-PLACE", message, path=block.path))
            return None
        frame.counts[pair.target.tag] = number
        position = frame.positions[pair.target.tag]
        if frame.written < position:
            so_far = apply(frame.pair, frame.block, Where(frame.block.path, frame.path, None), None)
            self.write(frame, without_losses(so_far), position)
        index = "" if most == 1 else f"[{number}]"
        return pair, f"{frame.path}/{pair.target.tag}{index}"

    def pair(self, frame: _Frame, tag: str) -> Pair | None:
        """The element of a block and what it is in the target, by its tag."""
        key = (frame.pair.source.type_name, tag)
        if key not in self.pairs:
            self.pairs[key] = self._pair(frame, tag)
        return self.pairs[key]

    def _pair(self, frame: _Frame, tag: str) -> Pair | None:
        holder, target = self.step.source.type_of(frame.pair.source), self.step.target.type_of(frame.pair.target)
        source = next((element for element in elements(holder) if element.tag == tag), None)
        if source is None:
            return None
        name = Pairing(self.step.source, self.step.target, {}).name(
            tag, self.step.source.type_of(source), holder, target
        )
        found = next((element for element in elements(target) if element.tag == name), None)
        return None if found is None else Pair(self.step, source, found)

    def write(self, frame: _Frame, made: Made, before: int) -> None:
        """Write the children of a frame that stand before a position and are not written yet."""
        if not self.said.findings:
            by_child: dict[tuple[int, int], tuple[str, list[str], list[str]]] = {}
            for path, text in zip(made.paths, made.texts, strict=True):
                first, _, rest = path.partition("/")
                tag, _, index = first.partition("[")
                position = frame.positions[tag]
                if frame.written <= position < before:
                    key = (position, int(index[:-1]) if index else 1)
                    _, paths, texts = by_child.setdefault(key, (tag, [], []))
                    paths.append(rest)
                    texts.append(text)
            for key in sorted(by_child):
                tag, paths, texts = by_child[key]
                self.writer.block(tag, tuple(paths), texts)
        frame.written = max(frame.written, before)
