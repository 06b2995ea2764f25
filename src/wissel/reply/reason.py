"""Reasons of an answer: codes checked against the definition's own list and against what the scheme takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from wissel.catalog.code_sets import Status, code_set, code_set_of_type, nearest
from wissel.catalog.naming import family_of
from wissel.catalog.reason_codes import ReasonCode, reason_codes
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.reply.completeness import TreeKey
from wissel.xml.xsd.schema_tree import SchemaTree

NARRATIVE = "NARR"
NARRATIVE_TEXT = "The payment was not accepted. Ask for the details."
"""What a counterparty is told beside NARR: which check refused stays with the bank."""
_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code of the message's external code set, and what is said beside it."""

    code: str
    texts: tuple[str, ...] = ()
    """AddtlInf, generic text only."""

    @property
    def told(self) -> tuple[str, ...]:
        """The texts to write: NARR says nothing without one."""
        return self.texts or ((NARRATIVE_TEXT,) if self.code == NARRATIVE else ())


def known_codes(tree: SchemaTree, path: str) -> tuple[str, ...] | None:
    """The codes that may stand at a path of a definition: of its own list or its external set; None where any may."""
    enumeration, name = _list_at(TreeKey(tree), path)
    if enumeration:
        return enumeration
    found = code_set(name) if name else None
    return None if found is None else tuple(one.code for one in found.codes.values() if one.status is Status.ACTIVE)


@lru_cache(maxsize=256)
def _list_at(known: TreeKey, path: str) -> tuple[tuple[str, ...], str | None]:
    """The codes that the definition itself lists at a path, and the external set that it takes them from."""
    of = known.tree.find(path).type
    enumeration: tuple[str, ...] = getattr(of, "enumeration", ())
    return enumeration, None if enumeration else code_set_of_type(of.name)


def takes(tree: SchemaTree, path: str, code: str) -> bool:
    """Whether a code may stand at a path of a definition."""
    enumeration, name = _list_at(TreeKey(tree), path)
    if enumeration:
        return code in enumeration
    found = code_set(name) if name else None
    return found is None or (code in found.codes and found.codes[code].status is Status.ACTIVE)


def check_code(tree: SchemaTree, path: str, code: str) -> Finding | None:
    """The finding for a reason that the definition does not know at a path."""
    if takes(tree, path, code):
        return None
    known = known_codes(tree, path) or ()
    name = code_set_of_type(tree.find(path).type.name)
    near = nearest(name, code) if name else ()
    allowed = ", ".join(known[:_SHOWN_MAX]) + (", ..." if len(known) > _SHOWN_MAX else "")
    return finding(
        "REPLY-REASON-UNKNOWN",
        f"{code} is no reason of {tree.definition}.",
        path=f"/{path}",
        value=code,
        allowed=allowed,
        hint=f"did you mean {' or '.join(near)}?" if near else None,
    )


@dataclass(frozen=True, slots=True)
class SchemeReasons:
    """The reasons that a scheme takes in a message for some actions."""

    scheme: str
    codes: tuple[str, ...]
    sure: bool
    """True where the list is closed and most of it is well founded: then another code is refused, else warned of."""
    limits: tuple[str, ...]
    """Time limits of the actions, in words."""


def scheme_reasons(scheme: str, definition: str, code_set_name: str | None) -> SchemeReasons | None:
    """What a scheme (``sepa-sct``) takes in a message; None where nothing is known of it."""
    family = family_of(definition)
    rows = [
        row
        for row in reason_codes()
        if row.scheme == scheme and family in row.messages and row.code_set == code_set_name
    ]
    if not rows:
        return None
    high = sum(row.confidence == "high" for row in rows)
    sure = all(row.list == "closed" or row.confidence == "low" for row in rows) and 2 * high > len(rows)
    return SchemeReasons(scheme, tuple(dict.fromkeys(row.code for row in rows)), sure, _limits(rows))


def _limits(rows: Iterable[ReasonCode]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.time_limit for row in rows if row.time_limit))


def check_scheme(tree: SchemaTree, path: str, code: str, scheme: str) -> Finding | None:
    """The finding for a reason that the scheme does not take: an error where its list is sure, else a warning."""
    name = code_set_of_type(tree.find(path).type.name)
    found = scheme_reasons(scheme, tree.definition, name)
    if found is None or code in found.codes:
        return None
    return finding(
        "REPLY-REASON-NOT-OF-SCHEME",
        f"The scheme {scheme} does not take the reason {code} in {family_of(tree.definition)}.",
        path=f"/{path}",
        value=code,
        allowed=", ".join(sorted(found.codes)),
        severity=None if found.sure else Severity.WARNING,
    )


def time_limit_of(scheme: str, definition: str, code: str) -> ReasonCode | None:
    """The row that tells the time limit of an answer with a reason; None where none is known."""
    family = family_of(definition)
    rows = (row for row in reason_codes() if row.scheme == scheme and family in row.messages and row.code == code)
    return next((row for row in rows if row.time_limit), None)


def fitting(
    codes: Iterable[str], tree: SchemaTree, path: str, scheme: str | None, most: int, format_code: str = "FF01"
) -> tuple[Reason, ...]:
    """Reasons that findings ask for, as the definition and the scheme take them: one that is not taken becomes the
    nearest general one (``format_code``, else MS03 not specified)."""
    taken = scheme_reasons(scheme, tree.definition, code_set_of_type(tree.find(path).type.name)) if scheme else None
    found: list[str] = []
    for code in codes:
        for one in (code, format_code, "MS03", NARRATIVE):
            if takes(tree, path, one) and (taken is None or one in taken.codes):
                found.append(one)
                break
    return tuple(Reason(code) for code in dict.fromkeys(found))[:most]
