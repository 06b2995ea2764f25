"""The catalogue of finding codes: one row per code in ``data/codes/<stage>.toml``, the source of reports and of
``explain``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wissel.core.finding import Finding, Severity, Stage

DATA = Path(__file__).parent / "data" / "codes"


@dataclass(frozen=True, slots=True)
class Code:
    """What stands behind a finding code."""

    code: str
    stage: Stage
    severity: Severity
    title: str
    """The requirement in one line."""
    why: str
    """Why it matters and what usually causes it."""
    mend: str
    """How to put it right."""
    reason: str | None
    """ISO external status reason code a bank would answer with."""
    source: str


@cache
def catalogue() -> dict[str, Code]:
    """All codes by name, in the order of the stages and of their files."""
    found = {}
    for stage in Stage:
        with (DATA / f"{stage}.toml").open("rb") as file:
            rows = tomllib.load(file)
        for name, row in rows.items():
            found[name] = Code(
                code=name,
                stage=stage,
                severity=Severity(row["severity"]),
                title=row["title"],
                why=row["why"],
                mend=row["mend"],
                reason=row.get("reason"),
                source=row["source"],
            )
    return found


VALUE_CHARACTERS_MAX = 200


def shortened(value: str) -> str:
    """``value`` cut to what a report can carry; says how long it was."""
    if len(value) <= VALUE_CHARACTERS_MAX:
        return value
    return f"{value[:VALUE_CHARACTERS_MAX]}… ({len(value):,} characters)"


def finding(
    code: str,
    message: str,
    *,
    path: str | None = None,
    transaction: int | None = None,
    line: int | None = None,
    column: int | None = None,
    value: str | None = None,
    allowed: str | None = None,
    hint: str | None = None,
    source: str | None = None,
    severity: Severity | None = None,
    excerpt: str | None = None,
    excerpt_column: int | None = None,
) -> Finding:
    """A finding of ``code``; stage, severity, reason and source come from the catalogue unless given.

    Raises KeyError for a code that the catalogue does not know: that would be our own bug.
    """
    known = catalogue()[code]
    return Finding(
        code=code,
        severity=severity or known.severity,
        stage=known.stage,
        message=message,
        path=path,
        transaction=transaction,
        line=line,
        column=column,
        value=None if value is None else shortened(value),
        allowed=allowed,
        hint=hint,
        reason=known.reason,
        source=source or known.source,
        excerpt=excerpt,
        excerpt_column=excerpt_column,
    )
