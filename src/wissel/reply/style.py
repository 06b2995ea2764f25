"""How a network wants its answers: data in ``styles.toml``, chosen by the guideline of the original."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from wissel.catalog.reason_codes import reason_codes


@dataclass(frozen=True, slots=True)
class Style:
    """What answers look like in a network."""

    guidelines: tuple[str, ...]
    original_in_transaction: bool
    chain: bool
    reference: bool
    reasons_max: int
    source: str
    confidence: str
    positive_resolution: bool = True
    """Whether a recall that is accepted gets a resolution (camt.029) beside the return, when it is given later."""
    case: bool = True
    """Whether a recall (camt.056) opens a case of its own."""
    calendars: Mapping[str, str] = field(default_factory=dict)
    """Guideline -> calendar of the days on which a return can be settled."""


@cache
def styles() -> tuple[Style, ...]:
    """All rows, the one for all others last."""
    text = resources.files("wissel.reply").joinpath("styles.toml").read_text(encoding="utf-8")
    return tuple(Style(**{**row, "guidelines": tuple(row["guidelines"])}) for row in tomllib.loads(text)["style"])


@cache
def style_for(guideline: str) -> Style:
    """The style for messages of a guideline (``sepa-sct-inst``)."""
    return next(
        row
        for row in styles()
        if any(guideline == one or guideline.startswith(f"{one}-") or one == "*" for one in row.guidelines)
    )


@cache
def scheme_of(guideline: str) -> str | None:
    """The scheme of a guideline in the table of reason codes; None where nothing is known of its reasons."""
    schemes = dict.fromkeys(row.scheme for row in reason_codes())
    exact = next((one for one in schemes if one == guideline), None)
    return exact or next((one for one in schemes if guideline.startswith(f"{one}-20")), None)
