"""What a status report said: read from a pacs.002 or pain.002, to repeat it, pass it on, or go on from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wissel.reply.original import ids_of
from wissel.reply.reason import Reason
from wissel.reply.status import Status
from wissel.xml.blocks.block import Block

_UNSPECIFIED = "MS03"
"""Stands for a reason that is none of the code set (proprietary): NotSpecifiedReasonAgentGenerated."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What was said of one transaction, or of a whole message or payment where it names none."""

    ids: Mapping[str, str]
    """The references of the transaction; none where a whole is meant."""
    status: Status
    message_id: str | None
    """Of the original message."""
    message_definition: str | None
    payment_id: str | None = None


def reported(family: str, blocks: Iterable[Block]) -> Iterator[Reported]:
    """What a report of a family (``pacs.002``, ``pain.002``) says, in its order.

    A transaction without a status of its own has that of its payment or group.
    """
    groups: list[Block] = []
    for block in blocks:
        if block.kind == "group" and block.below == "OrgnlGrpInfAndSts":
            groups.append(block)
            if (status := _status(block, "GrpSts")).code is not None:
                yield Reported({}, status, block.text("OrgnlMsgId"), block.text("OrgnlMsgNmId"))
        elif block.kind == "group":
            payment = _payment(block, groups)
            if payment.status.code is not None:
                yield payment
        elif block.kind == "transaction":
            yield _transaction(family, block, groups)


def _payment(block: Block, groups: list[Block]) -> Reported:
    group = groups[0] if groups else None
    names = (group.text("OrgnlMsgId"), group.text("OrgnlMsgNmId")) if group is not None else (None, None)
    return Reported({}, _status(block, "PmtInfSts"), *names, block.text("OrgnlPmtInfId"))


def _transaction(family: str, block: Block, groups: list[Block]) -> Reported:
    parent = block.parent if block.parent is not None and block.parent.kind == "group" else None
    named = block.text("OrgnlGrpInf/OrgnlMsgId")
    group = next((one for one in groups if named in (None, one.text("OrgnlMsgId"))), None)
    status = _status(block, "TxSts")
    for around, tag in ((parent, "PmtInfSts"), (group, "GrpSts")):
        if status.code is None and around is not None and around.text(tag) != "PART":
            status = _status(around, tag)
    return Reported(
        ids_of(family, block),
        status,
        named or (group.text("OrgnlMsgId") if group is not None else None),
        block.text("OrgnlGrpInf/OrgnlMsgNmId") or (group.text("OrgnlMsgNmId") if group is not None else None),
        parent.text("OrgnlPmtInfId") if parent is not None else None,
    )


def _status(block: Block, tag: str) -> Status:
    codes = block.all_texts("StsRsnInf/Rsn/Cd") or ((_UNSPECIFIED,) if block.has("StsRsnInf/Rsn/Prtry") else ())
    return Status(
        block.text(tag),
        tuple(Reason(code) for code in dict.fromkeys(codes)),
        accepted=block.text("AccptncDtTm"),
        settlement_date=block.first("FctvIntrBkSttlmDt/Dt"),
        servicer_reference=block.text("AcctSvcrRef"),
        clearing_reference=block.text("ClrSysRef"),
    )
