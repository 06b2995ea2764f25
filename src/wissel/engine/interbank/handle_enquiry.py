"""Requests for the status of payments that came in (pacs.028): the last status is given again, and nothing is done.

Of a payment that was settled and sent back, that is its settlement: that it came back, its return has said.
"""

from collections.abc import Iterator

from wissel.core.finding import Finding
from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.meant import allowed, families_of, only
from wissel.engine.interbank.replying import Way, back, definition_for, report_bodies, signed_for, stamp_of, status_for
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.refusals import ANSWERS
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.original import ids_of, opened
from wissel.reply.repeated_report import Asked, asked
from wissel.reply.reported import Reported
from wissel.xml.blocks.block import Block

FAMILY, PAYMENTS = "pacs.028", ("pacs.008", "pacs.009")
_SETTLED, _RETURN = "ACSC", "pacs.004"


def handle_enquiry(context: Context, received: Received) -> Effects:
    """What comes of one request."""
    enquiry = _Enquiry(context, received)
    enquiry.answer()
    return enquiry.sheet.effects(not enquiry.sheet.counts["refused"] or bool(enquiry.sheet.counts["told"]))


class _Enquiry:
    def __init__(self, context: Context, received: Received) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        name = context.channel.network
        self.network = context.bank.networks.get(name) if name is not None else None
        self.definition = definition_for(self.network, "pacs.002", ANSWERS["pacs.008"])

    def answer(self) -> None:
        """Find out what is asked, and give it again."""
        message = self.received.message
        request, _ = opened(self.received.definition, message.blocks(), message.header())
        if request is None:
            return
        blocks = list(message.blocks())
        named = any(block.kind == "transaction" for block in blocks)
        wanted = [block for block in blocks if block.kind == ("transaction" if named else "group")]
        groups = [block for block in blocks if block.kind == "group"]
        around = groups[0] if named and len(groups) == 1 else None
        known = [line for block in wanted for line in self._known(block, around)]
        if not known:
            return
        found = asked(request, blocks, lambda *_: known, None)
        self.sheet.findings += [one for one in found.findings if one.code != "REPLY-STATUS-NOT-KNOWN"]
        self._tell(found)

    def _known(self, block: Block, around: Block | None) -> Iterator[Reported]:
        """What is known of the payments that a part of the request is about; ``around`` names the message where the
        transaction does not."""
        if block.kind == "transaction":
            message_id = block.text("OrgnlGrpInf/OrgnlMsgId") or (around.text("OrgnlMsgId") if around else None)
            kind = block.text("OrgnlGrpInf/OrgnlMsgNmId") or (around.text("OrgnlMsgNmId") if around else None)
            ids = ids_of(FAMILY, block)
            found = self.sheet.matching(Direction.IN, families_of(kind, PAYMENTS), message_id, ids)
            name = next(iter(ids.values()), "")
        else:
            message_id, ids = block.text("OrgnlMsgId"), {}
            every = self.sheet.message(Direction.IN, message_id or "")
            families = families_of(block.text("OrgnlMsgNmId"), PAYMENTS)
            found = tuple(kept for kept in every if kept.payment.definition[:8] in families)
            name = message_id or ""
        chosen, why = allowed(self.sheet, found, block)
        if ids and chosen:
            one = only(chosen, ids, "The payment that is asked about", block.number)
            chosen, why = (one,) if isinstance(one, Kept) else (), one if isinstance(one, Finding) else None
        if not found:
            said = f"Nothing is known of the payment {name} that is asked about."
            self.sheet.find("ORIGINAL-UNKNOWN", said, value=name, path=block.path)
        elif why is not None:
            self.sheet.findings.append(why)
            self.sheet.counts["refused"] += 1
        for kept in chosen:
            yield self._line(kept, ids, message_id)

    def _line(self, kept: Kept, ids: dict[str, str], message_id: str | None) -> Reported:
        one, last = kept.payment, self.sheet.last(kept)
        returned = any(child.payment.definition.startswith(_RETURN) for child in self.sheet.children(kept))
        code = _SETTLED if returned or last is None else last.status
        reasons = last.reasons if last is not None and not returned else ()
        guideline = self.received.report.guideline
        named = {
            "InstrId": one.instruction_id, "EndToEndId": one.end_to_end_id, "TxId": one.transaction_id,
            "UETR": one.uetr,
        }  # fmt: skip
        status = status_for(self.sheet, self.definition, guideline, code, reasons)
        self.sheet.counts["told"] += 1
        known = ids or {name: text for name, text in named.items() if text is not None}
        return Reported(known, status, message_id or one.message_id, one.definition)

    def _tell(self, found: Asked) -> None:
        original = found.original
        if original is None:
            return
        guideline = self.received.report.guideline
        way = Way(self.definition, self.context.channel.name, guideline, signed_for(self.network), answer=True)
        stamped = stamp_of(self.sheet, self.definition)
        bodies = report_bodies(
            self.sheet, self.definition, original, lambda: iter(found.blocks), found.statuses, stamped, guideline,
            copies=False,
        )  # fmt: skip
        back(self.sheet, way, bodies, stamped)
