"""The rival of the benchmark of replies writes the same elements as wissel."""

from pathlib import Path

from benchmarks.replies import with_wissel, with_xmlfile
from wissel.message.business_message import read_messages
from wissel.xml.sources.source import Source

COUNT = 25


def lines(path: Path) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    (message,) = read_messages(Source.from_path(path)).messages
    blocks = [block for block in message.blocks() if block.kind == "transaction"]
    return [(block.shape.paths, tuple(block.texts)) for block in blocks]


def test_both_write_the_same_transactions(tmp_path: Path) -> None:
    mine, other = tmp_path / "wissel.xml", tmp_path / "xmlfile.xml"
    with_wissel(COUNT, str(mine))
    with_xmlfile(COUNT, str(other))
    written, rival = lines(mine), lines(other)
    assert len(written) == len(rival) == COUNT
    assert [paths for paths, _ in written] == [paths for paths, _ in rival]
    assert [texts[1:] for _, texts in written] == [texts[1:] for _, texts in rival]
