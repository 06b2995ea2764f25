"""What an answer says of the message it answers, rewritten for the leg that it goes back on."""

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.relay_draft import Draft
from wissel.mapping.relay_leg import Leg, Reference
from wissel.xml.blocks.block import Block

_REFERENCE = "A reference between two agents; the leg that the answer goes back on has its own."
_OWN = (("StsId", "status"), ("RtrId", "return"))
"""References of the answer itself."""


def answered_group(draft: Draft, leg: Leg, path: str) -> list[Finding]:
    """Rewrite the reference to a message, whose values stand at the top of ``draft``."""
    identifier = draft.text("OrgnlMsgId")
    if identifier is None:
        return []
    known = _previous(leg, Reference(message_id=identifier, message_name=draft.text("OrgnlMsgNmId")))
    if known is None or known.message_id is None:
        return [_unknown(f"message {identifier}", path)]
    _message(draft, "", known)
    return []


def answered_transaction(draft: Draft, leg: Leg, message: str | None, block: Block, ids: Identifiers) -> list[Finding]:
    """Rewrite what a transaction says of the original. ``message`` is the original message of the whole answer, where
    it names one."""
    for path, kind in _OWN:
        if draft.text(path) is not None:
            draft.set(path, ids.instruction(block.number, kind), _REFERENCE)
    sent = Reference(
        message_id=draft.text("OrgnlGrpInf/OrgnlMsgId") or message,
        message_name=draft.text("OrgnlGrpInf/OrgnlMsgNmId"),
        instruction_id=draft.text("OrgnlInstrId"),
        transaction_id=draft.text("OrgnlTxId"),
        uetr=draft.text("OrgnlUETR"),
    )
    known = _previous(leg, sent)
    if known is None:
        return [_unknown(f"transaction {sent.transaction_id or sent.instruction_id or sent.uetr or ''}", block.path)]
    if draft.has("OrgnlGrpInf"):
        if known.message_id is None:
            return [_unknown(f"message {sent.message_id}", block.path)]
        _message(draft, "OrgnlGrpInf/", known)
    if known.instruction_id is not None:
        draft.set("OrgnlInstrId", known.instruction_id, _REFERENCE)
    else:
        draft.replace("OrgnlInstrId", (), "The original instruction has no InstrId.")
    return []


def _message(draft: Draft, above: str, known: Reference) -> None:
    draft.set(f"{above}OrgnlMsgId", known.message_id or "", _REFERENCE)
    if known.message_name is not None:
        draft.set(f"{above}OrgnlMsgNmId", known.message_name, _REFERENCE)
    if draft.text(f"{above}OrgnlCreDtTm") is None:
        return
    if known.created is not None:
        draft.set(f"{above}OrgnlCreDtTm", known.created, _REFERENCE)
    else:
        draft.replace(f"{above}OrgnlCreDtTm", (), "It is the time of the message that we sent, not of the one before.")


def _previous(leg: Leg, sent: Reference) -> Reference | None:
    return leg.links.previous(sent) if leg.links is not None else None


def _unknown(what: str, path: str) -> Finding:
    message = f"The answer is about the {what.strip()}, and no message is known that it was sent for."
    return finding("RELAY-ORIGINAL-UNKNOWN", message, path=path)
