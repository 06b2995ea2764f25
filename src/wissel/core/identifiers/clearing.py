"""Member ids of national clearing systems, by the code of the system (``USABA``, ``GBDSC`` ...).

Source: formats once published with the ISO external code list, quoted by secondary sources; each row of the data says
its confidence, and what is not ``high`` deserves a warning. Reasons of a flaw, beside those of writing: ``prefix``
(the system's code stands in the member id), ``length``, ``structure``, ``check-digits``.
"""

from dataclasses import dataclass
from functools import cache

from wissel.core.identifiers.checksum import COMPARE_HINT, weighted_sum
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import in_words, kinds, look_alike_hint, matcher, misfit_message, misfits
from wissel.core.identifiers.table import rows
from wissel.core.identifiers.writing import writing_flaw

_WEIGHTS_US = (3, 7, 1)


@dataclass(frozen=True, slots=True)
class ClearingFormat:
    """How the member ids of one clearing system look."""

    system: str
    """Code of the external code list, such as ``DEBLZ``."""
    country: str
    name: str
    """What the id is called: ``British sort code``."""
    structure: str
    """``6!n``, ``3-5!n``, ``3-4!n|7!n`` (see structure.py)."""
    check: str
    """``3-7-1`` where the last digit is a check digit; else empty."""
    confidence: str
    """high, medium or low."""


@cache
def clearing_systems() -> dict[str, ClearingFormat]:
    """The systems whose format is known, by code. The external code list has many more."""
    return {
        row["system"]: ClearingFormat(
            system=row["system"],
            country=row["country"],
            name=row["name"],
            structure=row["format"],
            check=row["check"],
            confidence=row["confidence"],
        )
        for row in rows("clearing_member_formats")
    }


def check_clearing_member(system: str, text: str) -> Flaw | None:
    """The flaw of a member id in the clearing system ``system``; None where it is right or no format is known."""
    form = clearing_systems().get(system)
    return None if form is None or _fits(text, form) else _explained(text, form)


def _fits(text: str, form: ClearingFormat) -> bool:
    return matcher(form.structure)(text) is not None and (not form.check or _is_checked(text))


def _is_checked(digits: str) -> bool:
    return weighted_sum(digits, _WEIGHTS_US) % 10 == 0


def _explained(text: str, form: ClearingFormat) -> Flaw:
    noun, allowed = f"The member id in {form.system} ({form.name})", in_words(form.structure)

    def fits(other: str) -> bool:
        return _fits(other, form)

    if text.startswith(form.system) and len(text) > len(form.system):
        rest = text[len(form.system) :]
        message = f"The member id repeats the code of its clearing system, {form.system}, which stands in ClrSysId."
        return Flaw("prefix", message, allowed, f"write it as {rest}" if fits(rest) else None)
    if (flaw := writing_flaw(text, noun, allowed, fits)) is not None:
        return flaw
    text = text.upper()
    if matcher(form.structure)(text) is None:
        return _structure_flaw(text, form, noun, allowed)
    right = str(-weighted_sum(text[:-1], _WEIGHTS_US) % 10)
    message = f"The check digit of the {form.name} is {text[-1]}; for the other digits it would be {right}."
    return Flaw("check-digits", message, "digits weighted 3, 7, 1 add up to a multiple of 10", COMPARE_HINT)


def _structure_flaw(text: str, form: ClearingFormat, noun: str, allowed: str) -> Flaw:
    fixed = "" if "|" in form.structure or "-" in form.structure else kinds(form.structure)
    if len(text) == len(fixed):
        message = misfit_message(text, fixed, f"the {form.name}")
        return Flaw("structure", message, allowed, look_alike_hint(text, fixed, lambda other: _fits(other, form)))
    if not fixed and misfits(text, "n" * len(text)):
        return Flaw("structure", misfit_message(text, "n" * len(text), f"the {form.name}"), allowed)
    return Flaw("length", f"{noun} has {allowed}, this one has {len(text):,}.", allowed)
