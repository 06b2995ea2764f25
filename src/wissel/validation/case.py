"""Cases: for each rule a message that breaks it and one that keeps it, as small patches on valid messages.

Data in ``cases/*.toml``, read by the tests, which prove every case, and by ``wissel explain``. A case::

    [[case]]
    code = "IBAN-CHECK-DIGITS"
    on = "pain.001.001.09"
    fails = [{ set = "PmtInf/DbtrAcct/Id/IBAN", to = "DE00370501980012345678" }]
    at = "PmtInf/DbtrAcct/Id/IBAN"
    passes = []

``on`` names the message that is patched: ``pain.001.001.09`` or ``envelope/datapdu.pacs.009.001.08-cov`` of the
samples, or ``generated:pain.001.001.12`` for one made from its schema. ``fails`` breaks the rule at the path ``at``,
``passes`` keeps it; an empty list is the message as it is.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from wissel.core.errors import InstallationError
from wissel.core.finding import Severity

AS_OF = date(2026, 11, 24)
"""The day by which a case is judged that names none; the samples are of that week."""
VERBS = ("set", "attribute", "remove", "add", "copy")
_WITH_TEXT = ("set", "attribute")
_PATCH_KEYS = {
    "set": {"to"},
    "attribute": {"to"},
    "remove": set(),
    "add": {"xml", "before", "after"},
    "copy": set(),
}  # fmt: skip
_CASE_KEYS = {"code", "on", "guideline", "fails", "at", "passes", "only", "severity", "as_of", "note"}


@dataclass(frozen=True, slots=True)
class Patch:
    """One change of a message.

    ``set`` gives an element or attribute a text, ``attribute`` an attribute; ``remove`` takes an element or
    attribute away; ``add`` puts ``text`` (XML) below an element, before or after children of a name, else last;
    ``copy`` puts a copy of an element behind it.
    """

    verb: str
    path: str
    """Below the message's own element, or ``AppHdr/...``; indices where several stand; attributes as ``Amt/@Ccy``."""
    text: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A message that breaks a rule, or one that keeps it, or both."""

    code: str
    on: str
    guideline: str
    fails: tuple[Patch, ...] | None
    """None where the case only shows a message that keeps the rule."""
    at: tuple[str, ...]
    """Paths of the findings: below the message's own element, ``AppHdr/...``, or from the root with ``/``."""
    passes: tuple[Patch, ...] | None
    only: bool
    """True where the failing message has no finding of another code."""
    severity: Severity | None
    """How much the finding weighs, where the case says so."""
    as_of: date
    note: str
    """What the case shows, in a few words."""
    place: str
    """File and number, for reports of tests: ``iban.toml[3]``."""


def patch_of(row: Mapping[str, Any], place: str) -> Patch:
    """A patch from its row. Raises InstallationError for one that is not understood."""
    verbs = [verb for verb in VERBS if verb in row]
    if len(verbs) != 1 or set(row) - {verbs[0]} - _PATCH_KEYS[verbs[0]]:
        raise InstallationError(f"the patch {dict(row)} of {place} is not understood")
    verb = verbs[0]
    wanted = "to" if verb in _WITH_TEXT else "xml" if verb == "add" else None
    values = [row[verb], *([row.get(wanted)] if wanted else [])]
    if not all(isinstance(value, str) for value in values) or {"before", "after"} <= set(row):
        raise InstallationError(f"the patch {dict(row)} of {place} is not understood")
    return Patch(verb, row[verb], row[wanted] if wanted else "", row.get("before"), row.get("after"))


def case_of(row: Mapping[str, Any], place: str) -> Case:
    """A case from its row. Raises InstallationError for one with errors, naming its place."""
    if unknown := set(row) - _CASE_KEYS:
        raise InstallationError(f"the case {place} has keys that are not known: {', '.join(sorted(unknown))}")
    missing = [key for key in ("code", "on") if key not in row]
    if "fails" not in row and "passes" not in row:
        missing.append("fails or passes")
    if "fails" in row and not row.get("at"):
        missing.append("at")
    if missing:
        raise InstallationError(f"the case {place} lacks {', '.join(missing)}")
    at = row.get("at", ())
    severity = row.get("severity")
    return Case(
        code=row["code"],
        on=row["on"],
        guideline=row.get("guideline", "iso"),
        fails=tuple(patch_of(one, place) for one in row["fails"]) if "fails" in row else None,
        at=(at,) if isinstance(at, str) else tuple(at),
        passes=tuple(patch_of(one, place) for one in row["passes"]) if "passes" in row else None,
        only=row.get("only", False),
        severity=None if severity is None else Severity(severity),
        as_of=row.get("as_of", AS_OF),
        note=row.get("note", ""),
        place=place,
    )


@cache
def cases() -> tuple[Case, ...]:
    """All bundled cases, in the order of their files. Raises InstallationError for one with errors."""
    found: list[Case] = []
    folder = resources.files("wissel.validation").joinpath("cases")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    for file in files:
        try:
            rows = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InstallationError(f"the cases {file.name} are not readable TOML: {error}") from None
        if unknown := set(rows) - {"case"}:
            raise InstallationError(f"the cases {file.name} hold what is no case: {', '.join(sorted(unknown))}")
        found += [case_of(row, f"{file.name}[{number}]") for number, row in enumerate(rows.get("case", ()), 1)]
    return tuple(found)
