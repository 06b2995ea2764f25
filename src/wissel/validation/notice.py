"""What is said of the guideline itself in the report of each message: why it was chosen, and where it does not fit."""

from collections.abc import Iterable, Iterator
from datetime import date

from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.validation.guideline import Guideline


def notices(guideline: Guideline, definitions: Iterable[str | None], as_of: date, why: str | None) -> Iterator[Finding]:
    """The notices for one message, of which ``definitions`` are those of document and header; ``why`` is the reason of
    an automatic choice, None where there was none."""
    if why is not None:
        message = f"The message is judged by the guideline {guideline.name} ({guideline.title}): {why}."
        yield finding("GUIDELINE-CHOSEN", message, value=guideline.name)
    if not guideline.in_force(as_of):
        yield _not_in_force(guideline, as_of)
    for definition in definitions:
        taken = taken_definitions(guideline, definition, as_of) if definition is not None else ()
        if definition is not None and taken and definition not in taken:
            yield _version(guideline, definition, taken)


def _version(guideline: Guideline, definition: str, taken: tuple[str, ...]) -> Finding:
    what = "header" if definition.startswith("head.") else "message"
    message = f"You sent a {definition}; by {guideline.title} ({guideline.edition}) this {what} is {_listed(taken)}."
    return finding(
        "GUIDELINE-VERSION",
        message,
        value=definition,
        allowed=", ".join(taken),
        severity=Severity.WARNING if family_of(definition) in guideline.uncertain else Severity.ERROR,
        source=guideline.source,
    )


def taken_definitions(guideline: Guideline, definition: str, as_of: date) -> tuple[str, ...]:
    """The versions of a message's family that a guideline takes on a day; none where that is not known."""
    family = family_of(definition)
    return tuple(
        one
        for one in guideline.definitions
        if family_of(one) == family and not (one in guideline.until and guideline.until[one] < as_of)
    )


def _not_in_force(guideline: Guideline, as_of: date) -> Finding:
    first, last = guideline.effective_from, guideline.effective_to
    early = first is not None and as_of < first
    when = f"is in force from {first} on" if early else f"was in force until {last}"
    message = f"{guideline.title} ({guideline.edition}) {when}; the message is judged by it as of {as_of} all the same."
    span = f"{first or '...'} to {last or '...'}"
    return finding("GUIDELINE-NOT-IN-FORCE", message, value=str(as_of), allowed=span, source=guideline.source)


def _listed(definitions: tuple[str, ...]) -> str:
    return " or ".join(definitions) if len(definitions) < 3 else f"one of {', '.join(definitions)}"
