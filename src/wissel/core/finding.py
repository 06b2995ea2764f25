"""A finding: one thing that is wrong with (or worth saying of) a file or a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs. Only an error makes a message invalid."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Stage(StrEnum):
    """Which stage of the work reported a finding."""

    READ = "read"
    SCHEMA = "schema"
    RULE = "rule"
    GUIDELINE = "guideline"
    SIGNATURE = "signature"
    ROUTING = "routing"
    MAPPING = "mapping"
    REPLY = "reply"
    LEDGER = "ledger"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, exactly placed and explained. Build it with :func:`wissel.core.codes.finding`.

    ``line`` and ``column`` count from 1, the column in characters of the decoded text; ``transaction``
    counts the message's transactions from 1. What is not known or does not apply is None.
    """

    code: str
    """Stable name of the fault, such as ``VALUE-TOO-LONG``; see ``wissel explain CODE``."""
    severity: Severity
    stage: Stage
    message: str
    """A plain sentence: what is wrong, with the value and the limit."""
    path: str | None = None
    """Indexed path in ISO tags: ``/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[3]/Cdtr/Nm``. An index stands only
    where an element may occur more than once."""
    transaction: int | None = None
    line: int | None = None
    column: int | None = None
    value: str | None = None
    """The offending value as it stands in the file (shortened beyond 200 characters)."""
    allowed: str | None = None
    """What is allowed at this place."""
    hint: str | None = None
    """How to mend it, where that can be said."""
    reason: str | None = None
    """ISO external status reason code for a reply (``FF01``, ``CH21`` ...)."""
    source: str | None = None
    """Who asks for it: the standard or document, and the schema or overlay."""
    excerpt: str | None = None
    """The source line around ``column`` for a person's report; not part of the JSON contract."""
    excerpt_column: int | None = None
    """Where in ``excerpt`` the caret stands, from 1."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What errors beyond the limit of findings refuse, with their reasons: nothing passes because much is wrong.

    A reason is an ISO external status reason code, or empty where the error has none.
    """

    sound: bool = True
    """False where the schema found more than is listed."""
    message: tuple[str, ...] = ()
    """Of the message as a whole."""
    payments: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """By number of the payment (group)."""
    transactions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """By number."""


NOTHING_UNLISTED = Unlisted()
