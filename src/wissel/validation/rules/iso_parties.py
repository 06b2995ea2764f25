"""Parties and agents that say nothing new, or contradict each other, next to others in the same payment."""

from collections.abc import Iterator
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, block_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_ULTIMATE = {
    "UltmtCdtr": "Cdtr",
    "UltmtDbtr": "Dbtr",
    "UndrlygCstmrCdtTrf/UltmtCdtr": "UndrlygCstmrCdtTrf/Cdtr",
    "UndrlygCstmrCdtTrf/UltmtDbtr": "UndrlygCstmrCdtTrf/Dbtr",
}
"""Ultimate parties and the parties behind which they stand, in the same block or the one around it."""
_DELIVERED_TO = {"CD": "Cdtr", "DB": "Dbtr", "FA": "CdtrAgt/FinInstnId"}
"""The last letters of a delivery method (MLCD, CRDB ...) and who gets the cheque."""


def _values(block: Block, path: str) -> tuple[tuple[str, str], ...]:
    """All values below an element with their plain paths below it, in order; none where it is not there."""
    texts = block.texts
    return tuple([(below, texts[number].strip()) for number, below in _places(block.shape, path)])


@lru_cache(maxsize=1024)
def _places(shape: Shape, path: str) -> tuple[tuple[int, str], ...]:
    """Which values of a shape stand below an element, and where."""
    start = f"{path}/"
    return tuple(
        (number, plain[len(path) :])
        for number, plain in enumerate(shape.plain)
        if plain == path or plain.startswith(start)
    )


def _nearest(block: Block, path: str) -> tuple[tuple[str, str], ...]:
    """The values below an element of the block, or of the block around it."""
    found = _values(block, path)
    return found if found or block.parent is None else _values(block.parent, path)


def _is_alike(block: Block, ultimate: str, party: str) -> bool:
    """Whether both parties are there, described by the same elements."""
    wanted = [below for below, _ in _values(block, ultimate)]
    return bool(wanted) and wanted == [below for below, _ in _nearest(block, party)]


@block_rule(
    "ULTIMATE-PARTY-REPEATED",
    ("group", "transaction"),
    source="ISO 20022 message definitions, UltimateCreditorGuideline and UltimateDebtorGuideline "
    "(repository of April 2018)",
    families=("pacs.003", "pacs.008", "pacs.009", "pacs.010", "pain.001", "pain.008", "pain.013"),
    needs=tuple(_ULTIMATE),
    reason="CH16",
    severity=Severity.WARNING,
    screen=lambda block, _: None if any(_is_alike(block, *pair) for pair in _ULTIMATE.items()) else (),
)
def ultimate_party(block: Block, scope: Scope) -> Iterator[Flaw]:
    """An ultimate debtor or creditor is given only where it differs from the debtor or creditor.

    The same party twice makes programs and people look for a third party that is not there.
    """
    for ultimate, party in _ULTIMATE.items():
        if block.has(ultimate):
            values = _values(block, ultimate)
            if values == _nearest(block, party) and any(text for _, text in values):
                tag = party.rpartition("/")[2]
                yield Flaw(f"The ultimate party is the same as {tag}.", path=ultimate, allowed="another party or none")


def _repeats(block: Block, path: str, party: str) -> bool:
    """Whether a cheque's name and address are those of a party."""
    name = block.text(f"{path}/Nm")
    known = dict(_nearest(block, party))
    if name is None or name != known.get("/Nm"):
        return False
    address = _values(block, f"{path}/Adr")
    return not address or address == _nearest(block, f"{party}/PstlAdr")


@block_rule(
    "CHEQUE-PARTY-REPEATED",
    ("transaction",),
    source="ISO 20022 pain.001 and pain.013 message definitions, ChequeFromGuideline and the guidelines on delivery "
    "(repository of April 2018)",
    families=("pain.001", "pain.013"),
    needs=("ChqInstr/ChqFr", "ChqInstr/DlvrTo"),
    reason="CH16",
    severity=Severity.WARNING,
)
def cheque_party(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A cheque names its drawer or addressee only where it is another than the payment says.

    The drawer is the debtor and the addressee follows from the delivery method; a repetition only takes room on the
    cheque and may fall out of step.
    """
    for party in ("UltmtDbtr", "Dbtr"):
        if _repeats(block, "ChqInstr/ChqFr", party):
            yield Flaw(f"The drawer of the cheque is the same as {party}.", path="ChqInstr/ChqFr")
            break
    party = _DELIVERED_TO.get((block.text("ChqInstr/DlvryMtd/Cd") or "")[-2:], "")
    if party and _repeats(block, "ChqInstr/DlvrTo", party):
        yield Flaw(f"The addressee of the cheque is the same as {party}.", path="ChqInstr/DlvrTo")


def _bic_number(block: Block, agent: str) -> int | None:
    first = block.shape.first
    return first.get(f"{agent}/FinInstnId/BICFI", first.get(f"{agent}/FinInstnId/BIC"))


@block_rule(
    "CHARGES-ACCOUNT-AT-OTHER-BANK",
    ("group",),
    source="ISO 20022 pain.001 and pain.008 message definitions, rule ChargesAccountAgentRule",
    families=("pain.001", "pain.008"),
    needs=("ChrgsAcctAgt",),
    reason="CH16",
)
def charges_account_agent(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The agent of the charges account is a branch of the bank that carries out the payment.

    A bank can take its charges only from an account that it keeps itself. Branches share the first eight characters
    of the BIC.
    """
    agent = "DbtrAgt" if scope.family == "pain.001" else "CdtrAgt"
    number, other = _bic_number(block, "ChrgsAcctAgt"), _bic_number(block, agent)
    if number is None or other is None:
        return
    bic, known = block.texts[number].strip(), block.texts[other].strip()
    if bic[:8] != known[:8]:
        message = f"The charges account is kept at {bic}, the payment is carried out by {known}."
        yield Flaw(message, number, value=bic, allowed=f"{known[:8]}, with any branch")


RULES: tuple[Rule, ...] = (ultimate_party, cheque_party, charges_account_agent)
