"""Customer transfers: a transaction of an order (pain.001) as one of a payment between banks (pacs.008).

The rows stand in ``data/customer_transfer.toml``; here is what no row can say: identifiers, amount, charges, date, and
what the placement adds. A transaction gives values for the message writer or findings, and losses on the way.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.mapping.amounts import Settled
from wissel.mapping.amounts import settled as settled_amount
from wissel.mapping.fitting import fit
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.loss import Loss
from wissel.mapping.placement import Placement, below
from wissel.mapping.practice import Practice, practice_of
from wissel.mapping.recording import Recorder, holder
from wissel.mapping.table import Computed, Plan, TableMapping, plan, table
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape
from wissel.xml.xsd.schema_tree import SchemaTree, elements

TABLE = "customer_transfer"
MESSAGE, BLOCK = "FIToFICstmrCdtTrf", "CdtTrfTxInf"
_DYNAMIC = ("instr", "tx", "uetr", "amount", "currency", "charges", "date", "ordered", "ordered_currency", "rate", "at")
_AT = {name: number for number, name in enumerate(_DYNAMIC)}
_PLANS_MAX = 4_096
_SHARED = ("SHAR", "SLEV")
"""Each side bears its own charges, by agreement or by the rules of the scheme: one may stand for the other."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One transaction as values of the result's block."""

    paths: tuple[str, ...]
    texts: tuple[str, ...]
    """Both in the same order; ``paths`` is the same object for all transactions of one plan."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A plan and what goes with it."""

    plan: Plan
    constants: tuple[str, ...]
    defaults: tuple[tuple[str, int, str], ...]
    """Target path, number among dynamic values and constants, and why."""
    converted: bool
    uetr: bool
    """Whether one has to be made."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a placement, and the placement, so that its id stays its own."""

    placement: Placement
    practice: Practice
    refused: tuple[tuple[str, str], ...]
    key: tuple[object, ...]
    """What a plan depends on."""


class Plans:
    """What was worked out for orders of one definition; to be handed on from one order to the next."""

    __slots__ = ("keys", "mappings", "placements", "ready")

    def __init__(self) -> None:
        self.mappings: dict[str, TableMapping] = {}
        self.ready: dict[tuple[object, ...], _Ready] = {}
        self.placements: dict[int, _Kept] = {}
        self.keys: dict[tuple[object, ...], tuple[object, ...]] = {}

    def bounded(self) -> "Plans":
        """Itself; a new one where it has grown too large."""
        return self if max(len(self.ready), len(self.placements)) < _PLANS_MAX else Plans()


class CustomerTransfers:
    """Maps the transactions of one order."""

    __slots__ = (
        "_accepted",
        "_identifiers",
        "_keys",
        "_mappings",
        "_outer",
        "_placements",
        "_ready",
        "_recorder",
        "_trees",
        "source",
    )

    def __init__(
        self,
        source: SchemaTree,
        trees: Callable[[str], SchemaTree],
        identifiers: Identifiers,
        at: str,
        note: Callable[[Loss], object] | None,
        plans: Plans | None = None,
    ) -> None:
        """``source`` is the order's schema, ``trees`` gives that of a definition; ``at`` is the time in ISO form, and
        ``note`` takes each loss; None where nobody asks for them."""
        self.source = source
        self._trees = trees
        self._identifiers = identifiers
        self._accepted = f"{at[:19]}.000{at[19:]}"  # instant schemes want milliseconds; to the second is what is known
        self._recorder = Recorder(note, f"/Document/{MESSAGE}", BLOCK)
        known = plans or Plans()
        self._mappings, self._ready = known.mappings, known.ready
        self._placements, self._keys = known.placements, known.keys
        self._outer: tuple[Block, list[str]] | None = None

    def settled(self, block: Block) -> Settled | Finding:
        """The settlement amount, or why there is none; as :func:`wissel.mapping.amounts.settled`."""
        return settled_amount(block)

    def mapped(
        self, block: Block, placement: Placement, amount: Settled, position: int, number: int
    ) -> Mapped | tuple[Finding, ...]:
        """One transaction; ``position`` counts through the input, ``number`` through the result. Findings, where it
        cannot become what the placement asks for."""
        kept = self._kept(placement)
        ready = self._plan(block, kept, amount.instructed is not None)
        values = [*block.texts, *self._around(block)]
        found = _wrong(block, ready.plan, values, placement)
        charges, charged = self._charges(block, ready.plan, values, placement, number)
        if found or charges is None:
            self._recorder.forget()
            return (*found, *charged)
        ids = self._identifiers
        instruction = ids.instruction(position)
        ordered, ordered_currency = amount.instructed or ("", "")
        values += (
            instruction, ids.transaction(position), ids.uetr(position) if ready.uetr else "", amount.text,
            amount.currency, charges, placement.date, ordered, ordered_currency, amount.rate or "", self._accepted,
        )  # fmt: skip
        values += ready.constants
        texts = ready.plan.pick(values)
        faults: list[Finding] = []
        for check in ready.plan.checks:
            fitted = fit(values[check.slot], check.type, check.may_be_cut)
            if fitted.text is None:
                faults.append(_does_not_fit(block, check.level, check.path, values[check.slot], fitted.fault))
            elif fitted.why is not None:
                self._recorder.cut(block, check, values[check.slot], fitted.text, fitted.why, number)
                texts = (*texts[: check.place], fitted.text, *texts[check.place + 1 :])
        if faults:
            self._recorder.forget()
            return tuple(faults)
        if self._recorder.asked:
            self._record(block, ready, values, placement, number)
        self._recorder.keep()
        return Mapped(ready.plan.paths, texts)

    def ended(self, block: Block) -> None:
        """Record what is left of a group or of the message when it ends. To be called for each of them."""
        mapping = next(iter(self._mappings.values()), None)
        if mapping is None or not self._recorder.asked or block.kind not in mapping.bases():
            return
        self._recorder.ended(block, mapping)

    def _record(self, block: Block, ready: _Ready, values: list[str], placement: Placement, number: int) -> None:
        recorder, made = self._recorder, ready.plan
        recorder.notes(block, made, values, number)
        first = len(values) - len(ready.constants) - len(_DYNAMIC)
        for target, offset, why in ready.defaults:
            recorder.default(block, target, values[first + offset], why, number)
        for one in made.computed.get("instruction identification", ()):
            recorder.instructed(block, one, values[one.slot], values[first], number)
        for one in made.computed.get("settlement date", ()):
            recorder.dated(block, one, values[one.slot], placement)
        for one in made.computed.get("settlement amount", ()):
            if one.plain.startswith("XchgRateInf") and not (ready.converted and one.plain == "XchgRateInf/XchgRate"):
                recorder.consumed(block, one, values[one.slot], "What was agreed on exchange concerns the debit.")

    def _charges(
        self, block: Block, made: Plan, values: list[str], placement: Placement, number: int
    ) -> tuple[str | None, tuple[Finding, ...]]:
        """The charge bearer, given or not, as the network carries it."""
        given = made.computed.get("charge bearer", ())
        carried = placement.charge_bearers
        own = next((one for one in given if one.level == "transaction"), next(iter(given), None))
        if own is None:
            default = carried[0] if carried else "SHAR"
            self._recorder.default(block, "ChrgBr", default, "The order does not say who bears charges.", number)
            return default, ()
        text = values[own.slot].strip()
        for other in given:
            if other is not own:
                self._recorder.own(block, other, values[other.slot], "ChrgBr")
        if not carried or text in carried:
            return text, ()
        if text in _SHARED and (same := next((one for one in carried if one in _SHARED), None)) is not None:
            why = "Of the two words for shared charges, it is the one that the network carries."
            self._recorder.replaced(block, own, text, same, "ChrgBr", number, why)
            return same, ()
        message = f"The order asks for the charge bearer {text}; {placement.network or placement.guideline} carries "
        return None, (_at(block, own, text, "CHARGE-BEARER-NOT-CARRIED", message + f"{', '.join(carried)}."),)

    def _kept(self, placement: Placement) -> _Kept:
        kept = self._placements.get(id(placement))
        if kept is None:
            practice = practice_of(placement.guideline)
            why = f"{placement.network or placement.guideline} does not carry it."
            refused = (*placement.refused, *((element, why) for element in practice.not_carried))
            agents = (placement.instructing, placement.instructed) if practice.agents == "transaction" else ()
            key: tuple[object, ...] = (
                placement.definition, placement.guideline, refused, placement.fixed, placement.creditor_agent,
                placement.intermediaries, agents,
            )  # fmt: skip
            key = self._keys.setdefault(key, key)
            kept = self._placements[id(placement)] = _Kept(placement, practice, refused, key)
        return kept

    def _around(self, block: Block) -> list[str]:
        """The values of the group and the message, as far as they stand before the transaction."""
        group = block.parent
        if group is None or group.parent is None:
            return []
        if self._outer is None or self._outer[0] is not group:
            self._outer = (group, [*group.texts, *group.parent.texts])
        return self._outer[1]

    def _plan(self, block: Block, kept: _Kept, converted: bool) -> _Ready:
        group = block.parent
        message = group.parent if group is not None else None
        shapes = (block.shape, group.shape if group else None, message.shape if message else None)
        key = (*shapes, id(kept.key), converted)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = self._made(shapes, kept, converted)
        return ready

    def _made(self, shapes: tuple[Shape | None, ...], kept: _Kept, converted: bool) -> _Ready:
        placement = kept.placement
        mapping = self._mappings.get(placement.definition)
        if mapping is None:
            target = self._trees(placement.definition)
            mapping = TableMapping(table(TABLE), self.source, target, f"{MESSAGE}/{BLOCK}")
            self._mappings[placement.definition] = mapping
        additions = _Additions(kept, converted, mapping.target)
        made = plan(mapping, shapes, additions.given, kept.refused, placement.fixed)
        return _Ready(
            made, tuple(additions.constants), tuple(additions.defaults), converted, "PmtId/UETR" not in made.filled
        )


class _Additions:
    """What is added to copied values, by what they leave open."""

    def __init__(self, kept: _Kept, converted: bool, target: SchemaTree) -> None:
        self.kept = kept
        self.converted = converted
        self.acceptance = _acceptance(target)
        self.constants: list[str] = []
        self.defaults: list[tuple[str, int, str]] = []
        self.paths: list[tuple[str, int]] = []

    def given(self, filled: frozenset[str], replaced: frozenset[str]) -> tuple[tuple[str, int], ...]:
        placement, practice = self.kept.placement, self.kept.practice
        for path, name in (
            ("PmtId/InstrId", "instr"),
            ("PmtId/TxId", "tx"),
            ("IntrBkSttlmAmt", "amount"),
            ("IntrBkSttlmAmt/@Ccy", "currency"),
            ("ChrgBr", "charges"),
        ):
            self.paths.append((path, _AT[name]))
        if "PmtId/UETR" not in filled:
            self.default("PmtId/UETR", _AT["uetr"], "The order has no UETR: one is made.")
        if practice.date == "transaction":
            self.paths.append(("IntrBkSttlmDt", _AT["date"]))
        if practice.acceptance_time:
            self.paths.append((self.acceptance, _AT["at"]))
        if self.converted:
            self.paths += [("InstdAmt", _AT["ordered"]), ("InstdAmt/@Ccy", _AT["ordered_currency"])]
            self.paths.append(("XchgRate", _AT["rate"]))
        if practice.agents == "transaction":
            self.constant("InstgAgt", placement.instructing)
            self.constant("InstdAgt", placement.instructed)
        if not any(f"IntrmyAgt{number}" in filled for number in (1, 2, 3)):
            for number, agent in enumerate(placement.intermediaries, 1):
                self.constant(f"IntrmyAgt{number}", agent)
        if "CdtrAgt" not in filled:
            why = "The order names no creditor agent: it is known from the account."
            self.constant("CdtrAgt", placement.creditor_agent, why)
        for one in placement.fixed:
            if one.replaces or one.element not in filled:
                for path, text in one.values:
                    self.add(path, text, None if one.element in replaced else one.why)
        return tuple(self.paths)

    def constant(self, element: str, values: tuple[tuple[str, str], ...], why: str | None = None) -> None:
        for path, text in below(element, values):
            self.add(path, text, why)

    def add(self, path: str, text: str, why: str | None) -> None:
        number = len(_DYNAMIC) + len(self.constants)
        self.constants.append(text)
        if why is None:
            self.paths.append((path, number))
        else:
            self.default(path, number, why)

    def default(self, path: str, number: int, why: str) -> None:
        self.paths.append((path, number))
        self.defaults.append((path, number, why))


def _acceptance(target: SchemaTree) -> str:
    """Where a transaction says when it was accepted."""
    known = {element.tag for element in elements(target.find(f"{MESSAGE}/{BLOCK}").type)}
    return "AccptncDtTm" if "AccptncDtTm" in known else "AddtlDtTm/AccptncDtTm"


_NEEDED = (
    (
        "CdtrAgt",
        "CREDITOR-AGENT-MISSING",
        "The transaction names no creditor agent, and none is known from the account.",
    ),
    ("Cdtr", "CREDITOR-MISSING", "The transaction names no creditor; a payment between banks needs one."),
)


def _wrong(block: Block, made: Plan, values: list[str], placement: Placement) -> list[Finding]:
    """What keeps a transaction of this shape from becoming a payment, whatever is computed."""
    found = []
    for element, code, why in _NEEDED:
        if element not in made.filled and not (element == "CdtrAgt" and placement.creditor_agent):
            found.append(finding(code, why, path=f"{block.path}/{element}", transaction=block.number))
    if placement.intermediaries and "IntrmyAgt1" in made.filled:
        why = "The order names intermediary agents, and the bank's way leads through others."
        found.append(finding("INTERMEDIARIES-DIFFER", why, path=f"{block.path}/IntrmyAgt1", transaction=block.number))
    for one in made.computed.get("payment method", ()):
        if (text := values[one.slot].strip()) == "CHK":
            why = "The order is to be carried out by cheque; a cheque is no payment between banks."
            found.append(_at(block, one, text, "PAYMENT-METHOD-CHEQUE", why))
    for note in made.too_many:
        computed = Computed(note.slot, note.level, note.path, "")
        found.append(_at(block, computed, values[note.slot], "ELEMENT-BEYOND-TARGET", note.why))
    return found


def _does_not_fit(block: Block, level: str, path: str, text: str, fault: object) -> Finding:
    said = getattr(fault, "message", "It does not fit.")
    where = Computed(0, level, path, "")
    made = _at(block, where, text, "VALUE-BEYOND-TARGET", f"The message to be written does not take it: {said}")
    return replace(made, allowed=getattr(fault, "allowed", None))


def _at(block: Block, one: Computed, text: str, code: str, message: str) -> Finding:
    """A finding at a value of a transaction or of a block around it."""
    here = holder(block, one.level)
    number = next((n for n, path in enumerate(here.shape.paths) if path == one.path), None)
    place = None if number is None else here.place(number)
    return finding(
        code,
        message,
        path=f"{here.path}/{one.path}",
        transaction=block.number,
        line=place.line if place else None,
        column=place.column if place else None,
        value=text,
    )
