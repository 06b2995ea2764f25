"""Messages made for tests, and what is written about them, without files."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from random import Random

from wissel.catalog.definitions import default_catalog
from wissel.message.business_message import BusinessMessage, read_messages
from wissel.reply.original import Original, opened, transactions
from wissel.reply.stamp import Stamp, stamp
from wissel.reply.status import Choose
from wissel.reply.status_report import ReportOptions, write_status_report
from wissel.reply.tally import Tally
from wissel.validation.validate import Options, validate
from wissel.xml.blocks.block import Block
from wissel.xml.sources.source import Source
from wissel.xml.writing.generate import random_message, typical
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.writing.writer import write

MOMENT = datetime(2026, 11, 24, 10, tzinfo=UTC)
STAMP: Stamp = stamp(MOMENT, "0" * 64)
DAY = date(2026, 11, 24)


def message_of(data: bytes) -> BusinessMessage:
    """The one message of some bytes."""
    return read_messages(Source.from_bytes(data)).messages[0]


def made(definition: str, count: int, seed: int = 1, wild: bool = False) -> BusinessMessage:
    """A message with some transactions; ``wild``: any message that the schema allows, of any number."""
    tree, random = default_catalog().tree(definition), Random(seed)
    values = random_message(tree, random) if wild else typical(tree, random, DAY, transactions=count)
    return message_of(write(tree, values))


def original_of(message: BusinessMessage) -> tuple[Original, list[Block]]:
    """A message as it is answered, and its blocks."""
    original, blocks = opened(message.definition or "", message.blocks(), message.header())
    assert original is not None
    return original, list(blocks)


def body(definition: str, write_body: Callable[[MessageWriter], object]) -> bytes:
    """The bytes of a document whose content is written by a function."""
    parts: list[bytes] = []
    writer = MessageWriter(default_catalog().tree(definition), parts.append)
    write_body(writer)
    writer.close()
    return b"".join(parts)


def report(
    message: BusinessMessage, definition: str, choose: Choose, options: ReportOptions | None = None
) -> tuple[bytes, Tally]:
    """A status report about a message."""
    original, blocks = original_of(message)
    tallies: list[Tally] = []
    tree = default_catalog().tree(definition)

    def write_body(writer: MessageWriter) -> None:
        chosen = options or ReportOptions(STAMP, bic="WISLNL2A")
        tallies.append(write_status_report(writer, tree, original, iter(blocks), choose, chosen))

    return body(definition, write_body), tallies[0]


def faults(data: bytes) -> list[str]:
    """What the schema says against some bytes."""
    found = validate(Source.from_bytes(data), Options(DAY, "schema"), default_catalog())
    return [f"{one.path}: {one.message}" for one in found.all_findings]


def only_transactions(blocks: Iterable[Block]) -> list[Block]:
    """The transactions among blocks."""
    return list(transactions(iter(blocks)))
