"""wissel: read and validate ISO 20022 messages.

    >>> import wissel
    >>> report = wissel.validate("payment.xml")
    >>> report.verdict
    <Verdict.VALID: 'valid'>
    >>> for finding in report.all_findings:
    ...     print(finding.line, finding.code, finding.message)

What is wrong with a message is returned as findings, never raised. A call or an installation that is wrong raises
:class:`WisselError`.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wissel.core.errors import WisselError
from wissel.core.finding import Finding, Severity, Stage
from wissel.core.limits import Limits
from wissel.core.version import __version__

if TYPE_CHECKING:
    from wissel.message.business_message import BusinessMessage, Reading
    from wissel.validation.report import MessageReport, Report, Verdict
    from wissel.xml.blocks.block import Block
    from wissel.xml.sources.source import Source

__all__ = [
    "Block",
    "BusinessMessage",
    "Finding",
    "Limits",
    "MessageReport",
    "Reading",
    "Report",
    "Severity",
    "Stage",
    "Verdict",
    "WisselError",
    "__version__",
    "read",
    "validate",
]

_LAZY = {
    "Block": "wissel.xml.blocks.block",
    "BusinessMessage": "wissel.message.business_message",
    "MessageReport": "wissel.validation.report",
    "Reading": "wissel.message.business_message",
    "Report": "wissel.validation.report",
    "Verdict": "wissel.validation.report",
}


def __getattr__(name: str) -> Any:
    # these pull in lxml, which the command line needs for some commands only
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'wissel' has no attribute {name!r}")


def validate(
    given: str | Path | bytes,
    *,
    guideline: str = "iso",
    as_of: date | None = None,
    limits: Limits | None = None,
) -> "Report":
    """Validate one file, or a message in memory.

    ``given`` is a path (str or Path), or the bytes of a file. ``guideline`` names what is checked beyond the XSD:
    a bundled guideline, a TOML file, ``auto`` for the one that each message speaks for, ``schema`` for nothing more.
    ``as_of`` is the day by which dated rules are judged, today in UTC unless given.
    Whatever is wrong with the file, also that it cannot be opened, is in the report. Raises WisselError for a
    guideline that does not exist or an installation that lacks a schema.
    """
    from wissel.catalog.definitions import default_catalog
    from wissel.core.clock import system_clock, today
    from wissel.validation.validate import Options
    from wissel.validation.validate import validate as validate_source

    options = Options(as_of or today(system_clock), guideline, limits or Limits())
    return validate_source(_source(given), options, default_catalog())


def read(given: str | Path | bytes, *, limits: Limits | None = None) -> "Reading":
    """Read the business messages of one file, or of bytes, whether they are valid or not.

    The result holds the messages in order, and a finding where the file could not be read to its end. A message gives
    its header and its blocks (transactions, the groups around them, the rest) as tables of ISO tag path to values,
    each value with its line and column. Blocks are read lazily, in flat memory.
    """
    from wissel.message.business_message import read_messages

    return read_messages(_source(given), limits or Limits())


def _source(given: str | Path | bytes) -> "Source":
    from wissel.xml.sources.source import Source

    return Source.from_bytes(given) if isinstance(given, bytes) else Source.from_path(given)
