"""What findings about a message mean for its answer: which payments and transactions are refused, and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wissel.catalog.blocks import blocks_of
from wissel.core.finding import NOTHING_UNLISTED, Finding, Severity, Stage, Unlisted

CAPPED = "FINDINGS-CAPPED"
_INVALID_FILE, _UNSPECIFIED = "FF01", "MS03"
_BY_STAGE = {Stage.READ: _INVALID_FILE, Stage.SCHEMA: _INVALID_FILE}


@dataclass(frozen=True, slots=True)
class Faults:
    """Reason codes of what is refused, each once and in order."""

    message: tuple[str, ...]
    """Of the message as a whole: then everything is refused."""
    payments: Mapping[int, tuple[str, ...]]
    """By number of the payment: then all of it is refused."""
    transactions: Mapping[int, tuple[str, ...]]
    """By number."""
    sound: bool
    """False where the message is not valid against its schema: then it is refused as a whole."""

    @property
    def none(self) -> bool:
        """True where nothing is refused."""
        return not (self.message or self.payments or self.transactions)


def faults_of(findings: Iterable[Finding], definition: str, unlisted: Unlisted = NOTHING_UNLISTED) -> Faults:
    """The faults that errors among the findings come to, and those beyond the limit of findings; warnings refuse
    nothing."""
    message: dict[str, None] = {}
    payments: dict[int, dict[str, None]] = {}
    transactions: dict[int, dict[str, None]] = {}
    sound = unlisted.sound
    for found in findings:
        if found.code == CAPPED:
            message[_INVALID_FILE] = None
        if found.severity is not Severity.ERROR:
            continue
        sound = sound and found.stage not in _BY_STAGE
        code = found.reason or _BY_STAGE.get(found.stage, _UNSPECIFIED)
        payment = _payment(found.path, definition)
        if found.transaction is not None:
            transactions.setdefault(found.transaction, {})[code] = None
        elif payment is not None:
            payments.setdefault(payment, {})[code] = None
        else:
            message[code] = None
    message |= _codes(unlisted.message)
    for number, codes in unlisted.payments.items():
        payments[number] = payments.get(number, {}) | _codes(codes)
    for number, codes in unlisted.transactions.items():
        transactions[number] = transactions.get(number, {}) | _codes(codes)
    if not sound and not message:
        message[_INVALID_FILE] = None
    return Faults(
        tuple(message),
        {number: tuple(codes) for number, codes in payments.items()},
        {number: tuple(codes) for number, codes in transactions.items()},
        sound,
    )


def _codes(reasons: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(code or _UNSPECIFIED for code in reasons)


def _payment(path: str | None, definition: str) -> int | None:
    """The number of the payment that a path leads into."""
    known = blocks_of(definition)
    if path is None or known is None or known.groups != ("PmtInf",):
        return None
    found = re.search(r"/PmtInf(?:\[([0-9]+)\])?(?:/|$)", path)
    return None if found is None else int(found[1] or 1)
