"""Returns of payments that were passed on: passed back, as messages of the leg by which the payment came."""

from dataclasses import dataclass, replace
from typing import cast

from wissel.core.finding import Severity
from wissel.engine.answering.file import file_faults
from wissel.engine.conclusion import Made
from wissel.engine.conversion.placing import own_agent, values_of
from wissel.engine.interbank.moving import Move, posting, suspense_account
from wissel.engine.interbank.part import Part
from wissel.engine.interbank.peer import CREDITED, DEBITED, agent_of
from wissel.engine.interbank.returning import Returned, note_return, return_day
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.transfer import is_error
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.placement import HeaderPlan, Placement, Values
from wissel.mapping.relay import relay
from wissel.mapping.relay_leg import Leg, Reference
from wissel.message.business_message import BusinessMessage
from wissel.routing.network import Network
from wissel.xml.blocks.block import Block

_TURNED = {CREDITED: DEBITED, DEBITED: CREDITED}
"""Over the account that one bank keeps for the other: on the way back the other one instructs."""
_PASSED_ON, _HELD = "ACSP", "ACSC"
_SETTLEMENT = "GrpHdr/SttlmInf/"


@dataclass(frozen=True, slots=True)
class Coming:
    """One return on its way back."""

    block: Block
    kept: Kept
    """As it was noted."""
    sent: Kept
    """The payment as we sent it."""
    came: Kept
    """The payment as it came to us."""
    move: Move
    """From the account over which it was sent to the one over which it came."""


class _Links:
    """Which payment that came was sent as which."""

    __slots__ = ("known",)

    def __init__(self, some: list[Coming]) -> None:
        self.known: dict[tuple[str, str], Coming] = {}
        for one in some:
            payment = one.sent.payment
            for name in ("message_id", "instruction_id", "transaction_id", "uetr"):
                if (text := getattr(payment, name)) is not None:
                    self.known.setdefault((name, text), one)

    def previous(self, sent: Reference) -> Reference | None:
        """The leg by which the payment came."""
        for name in ("uetr", "transaction_id", "instruction_id", "message_id"):
            text = getattr(sent, name)
            found = self.known.get((name, text)) if text is not None else None
            if found is not None:
                came = found.came.payment
                return Reference(
                    came.message_id, came.definition, stored(came).created, came.instruction_id, came.transaction_id,
                    came.uetr,
                )  # fmt: skip
        return None


def pass_back(sheet: Sheet, coming: list[Coming]) -> None:
    """Pass returns on to the banks from which their payments came, those of one message together."""
    together: dict[tuple[int, str], list[Coming]] = {}
    for one in coming:
        together.setdefault((one.came.record, one.came.payment.message_id), []).append(one)
    for number, some in enumerate(together.values(), 1):
        _pass(sheet, number, some)


def _pass(sheet: Sheet, number: int, some: list[Coming]) -> None:
    context, received = sheet.context, sheet.received
    came = some[0].came.payment
    known = stored(came)
    network = context.bank.networks.get(known.network or "")
    placement = _placement(sheet, known, network, came.currency or "")
    moment = context.at.isoformat(timespec="seconds")
    identifiers = Identifiers(f"{received.base}:{number}", moment)
    name = f"{context.record.number}-{received.number}-{len(sheet.made) + 1}-{received.definition}.xml"
    path = context.folder / name
    part = cast(BusinessMessage, Part(received.message, [one.block for one in some]))
    with path.open("xb") as file:
        leg = Leg(placement, links=_Links(some))
        done = relay(part, leg, moment, identifiers, context.catalog, file.write, record=lambda _: None)
    found = [one for one in done.findings if is_error(one)]
    if not found and not context.puts_off(path, placement.guideline):
        found = file_faults(path, placement.guideline, context.at.date(), context.catalog, Severity.ERROR)
    if found:
        path.unlink()
        said = f"A {received.definition} to {came.party} cannot be sent: {found[0].message}"
        sheet.find("ANSWER-NOT-SENT", said, value=found[0].code)
    else:
        made = Made(came.party, name, path, f"{received.definition}, {len(some)} passed back")
        signs = network is not None and network.signature_profile is not None
        sheet.made.append(context.sign(made, known.network or "") if signs else made)
    for position, one in enumerate(some, 1):
        _booked(sheet, one, not found, identifiers, position, placement.date)


def _booked(sheet: Sheet, one: Coming, passed: bool, identifiers: Identifiers, position: int, day: str) -> None:
    move = one.move if passed else replace(one.move, credited=suspense_account(sheet.context, one.move.currency))
    sheet.book(posting(sheet.context, move))
    sheet.say(one.kept, _PASSED_ON if passed else _HELD)
    sheet.counts["sent" if passed else "held"] += 1
    if passed:
        own = identifiers.instruction(one.block.number, "return")
        returned = Returned(
            sheet.received.definition, identifiers.message(1), position, own, day, move.key, one.kept.payment.amount
        )
        note_return(sheet, one.came, returned)


def _placement(sheet: Sheet, known: Stored, network: Network | None, currency: str) -> Placement:
    context, definition = sheet.context, sheet.received.definition
    came_by = known.message.get(f"{_SETTLEMENT}SttlmMtd", "CLRG")
    method = _TURNED.get(came_by, came_by)
    system = tuple(
        (path[len(_SETTLEMENT) :], text)
        for path, text in known.message.items()
        if path.startswith((f"{_SETTLEMENT}ClrSys/", f"{_SETTLEMENT}SttlmAcct/"))
    )
    peer = agent_of(known.peer)
    receiver: Values = values_of(peer) if peer is not None else ()
    day = return_day(context, network, currency)
    if network is None:
        own: Values = (("FinInstnId/BICFI", context.bank.identity.bic),)
        return Placement(definition, day, method, own, receiver, (("SttlmMtd", method), *system))
    own = own_agent(context.bank, network)
    header = None
    if network.header is not None and peer is not None:
        header = HeaderPlan(network.header, network.business_services, own, receiver)
    return Placement(
        definition, day, method, own, receiver, (("SttlmMtd", method), *system), guideline=network.guideline,
        network=network.name, header=header, envelope=network.envelope if header is not None else None,
    )  # fmt: skip
