"""A list in any XML: the repeated elements at one path, each as a table of paths and texts. For lists that no schema of
ISO 20022 describes, such as the participants of a network; read with the same care as messages."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from wissel.core.configuration import ConfigurationError, Fault
from wissel.core.limits import Limits
from wissel.xml.parser import doctype_refused, streaming_parser
from wissel.xml.refusal import Refused
from wissel.xml.sources.source import Source
from wissel.xml.sources.text import Text

RECORD_VALUES_MAX = 10_000
"""Values kept of one record."""


class _Target:
    """Gathers the records that have ended since they were last taken."""

    def __init__(self, rows: str) -> None:
        self.rows = tuple(rows.strip("/").split("/"))
        self.path: list[str] = []
        self.ended: list[dict[str, str]] = []
        self.record: dict[str, str] | None = None
        self.text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.path.append(tag.rpartition("}")[2])
        if self.record is None and tuple(self.path) == self.rows:
            self.record = {}
        self.text.clear()
        for name, value in attributes.items():
            self._keep("@" + name.rpartition("}")[2], value)

    def data(self, text: str) -> None:
        if self.record is not None:
            self.text.append(text)

    def end(self, _tag: str) -> None:
        if self.record is not None:
            self._keep("", "".join(self.text).strip())
            self.text.clear()
            if len(self.path) == len(self.rows):
                self.ended.append(self.record)
                self.record = None
        self.path.pop()

    def _keep(self, attribute: str, value: str) -> None:
        if self.record is None or not value or len(self.record) >= RECORD_VALUES_MAX:
            return
        steps = self.path[len(self.rows) :]
        path = "/".join([*steps, attribute] if attribute else steps)
        number, key = 1, path
        while key in self.record:
            number += 1
            key = f"{path}[{number}]"
        self.record[key] = value

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise Refused(doctype_refused())

    def close(self) -> None:
        """libxml2 has come to the end, or broke off."""

    def take(self) -> list[dict[str, str]]:
        """The records that have ended."""
        ended, self.ended = self.ended, []
        return ended


def read_records(path: Path, rows: str, limits: Limits | None = None) -> Iterator[dict[str, str]]:
    """The elements at ``rows`` (``Participants/Participant``, local names from the root on), lazily: path below the
    element (``Id/BIC``, ``@status``; ``Id[2]`` for the second of its name) to text.

    Raises ConfigurationError for what cannot be read, is not well-formed or has a document type declaration.
    """
    limits = limits or Limits()
    target = _Target(rows)
    parser = streaming_parser(target)
    try:
        for chunk in Text(Source.from_path(str(path), limits), limits).chunks():
            parser.feed(chunk)
            yield from target.take()
        parser.close()
    except Refused as refused:
        raise _error(path, refused.finding.line, refused.finding.message) from None
    except etree.XMLSyntaxError as error:
        raise _error(path, error.lineno, f"it is no well-formed XML: {error.msg}") from None
    yield from target.take()


def _error(path: Path, line: int | None, reason: str) -> ConfigurationError:
    return ConfigurationError([Fault(str(path), line, reason.rstrip("."))])
