"""Which payment another message means, and whether its sender may speak about it."""

import re
from collections.abc import Iterable, Mapping

from wissel.core.finding import Finding
from wissel.engine.interbank.peer import may_speak, sender_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.stored import stored
from wissel.journal.trace import Kept
from wissel.reply.matching import ambiguous
from wissel.xml.blocks.block import Block

_ISO_NAME = re.compile(r"[a-z]{4}\.[0-9]{3}")


def families_of(name: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """The families among ``known`` that a message may mean that calls another one ``name`` (OrgnlMsgNmId): only that
    one where it is a name of ISO 20022, all of them where it is not. What is said of a recall is not meant for the
    payment that it names by the same references."""
    family = (name or "").strip()[:8].lower()
    if not _ISO_NAME.fullmatch(family):
        return known
    return (family,) if family in known else ()


def allowed(sheet: Sheet, found: Iterable[Kept], block: Block) -> tuple[tuple[Kept, ...], Finding | None]:
    """Those of some payments that the sender of a message may speak about, and why there are none; ``block`` is the
    transaction or group of the message that names them."""
    sender = sender_of(sheet.context, sheet.received, block)
    chosen, why = [], None
    for kept in found:
        fault = may_speak(sheet.context, stored(kept.payment), kept.payment.party, sender)
        if fault is None:
            chosen.append(kept)
        why = why or fault
    return tuple(chosen), None if chosen else why


def only(chosen: tuple[Kept, ...], ids: Mapping[str, str], what: str, transaction: int) -> Kept | Finding:
    """The one payment that references mean: the newest where an identifier came again, and a finding where two that
    were sent or came together have them all. Raises ValueError where there is none."""
    if not chosen:
        raise ValueError("nothing to choose from")
    last = chosen[-1]
    if sum(kept.record == last.record for kept in chosen) == 1:
        return last
    return ambiguous(what, ids, transaction)
