"""Answer a request for the status (pacs.028): the last report on the payments asked about is given again.

It is never a reason to pay a second time, and nothing is found out anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.matching import NOT_PROVIDED, Link, Links, ambiguous
from wissel.reply.original import Original, ids_of
from wissel.reply.relayed_report import values_block
from wissel.reply.reported import Reported
from wissel.reply.status import Status, Statuses
from wissel.xml.blocks.block import Block

_ELEMENTS = {
    "pacs.008": ("FIToFICstmrCdtTrf", "CdtTrfTxInf"),
    "pacs.009": ("FICdtTrf", "CdtTrfTxInf"),
    "pacs.003": ("FIToFICstmrDrctDbt", "DrctDbtTxInf"),
    "pacs.004": ("PmtRtr", "TxInf"),
}
_NAMES = ("OrgnlMsgId", "OrgnlMsgNmId", "OrgnlCreDtTm", "OrgnlNbOfTxs", "OrgnlCtrlSum")


@dataclass(frozen=True, slots=True)
class Asked:
    """The message that a request is about, and its transactions, as blocks of their own."""

    original: Original | None
    """None where it cannot be answered as one report: then a finding says why."""
    blocks: tuple[Block, ...]
    statuses: Statuses
    whole: str | None
    findings: tuple[Finding, ...]


def asked(
    request: Original,
    blocks: Iterable[Block],
    report: Callable[[str, str], Iterable[Reported]],
    given: Status | None,
) -> Asked:
    """What a request asks, with the answer of the last report, or with ``given`` for all where there is none.
    ``report`` gives what was last told of a message, by definition and identifier."""
    found = list(blocks)
    names = _names(found)
    if len({one[0] for one in names}) != 1:
        count = len(names)
        said = f"The request is about {count:,} messages; a report answers one of them."
        said = said if count else "The request names no message that it is about."
        refused = finding("REPLY-NOT-POSSIBLE", said, path=request.message.path)
        return Asked(None, (), Statuses(Status(None)), None, (refused,))
    named = dict(zip(_NAMES, names[0], strict=True))
    definition = named["OrgnlMsgNmId"] or ""
    element, tag = _ELEMENTS.get(".".join(definition.split(".")[:2]), ("FIToFICstmrCdtTrf", "CdtTrfTxInf"))
    header = {
        "GrpHdr/MsgId": named["OrgnlMsgId"],
        "GrpHdr/CreDtTm": named["OrgnlCreDtTm"],
        "GrpHdr/NbOfTxs": named["OrgnlNbOfTxs"],
        "GrpHdr/CtrlSum": named["OrgnlCtrlSum"],
    }
    agents = {path: request.message.texts[n] for path, n in request.message.shape.first.items() if _is_agent(path)}
    message = values_block("message", f"/Document/{element}", 1, None, {**header, **agents})
    original = Original(definition, message, request.header)
    about = (None, NOT_PROVIDED, named["OrgnlMsgId"])
    known = [one for one in report(definition, named["OrgnlMsgId"] or "") if one.message_id in about]
    wanted = [ids_of("pacs.028", block) for block in found if block.kind == "transaction"]
    whole = next((one.status.code for one in known if not one.ids), None)
    if not wanted:
        wanted = [dict(one.ids) for one in known if one.ids]
    links = Links(Link(number, one.ids) for number, one in enumerate(known) if one.ids)
    made, chosen, findings = [], dict[int, Status](), []
    for number, ids in enumerate(wanted, 1):
        meant = {known[at].status for at in links.matching(ids)}
        if len(meant) > 1:
            findings.append(ambiguous(f"In the last report, transaction {number:,} of the request", ids, number))
            continue
        status = meant.pop() if meant else given
        status = status or (Status(whole) if whole not in (None, "PART") else None)
        if status is None or status.code is None:
            findings.append(_not_known(number, ids))
            continue
        chosen[number] = status
        values = {_path(original, name): text for name, text in ids.items()}
        made.append(values_block("transaction", tag, number, message, values))
    if not wanted and whole is None and given is None:
        findings.append(_not_known(None, {"OrgnlMsgId": named["OrgnlMsgId"] or ""}))
    group = whole if whole is not None else given.code if given is not None and not wanted else None
    return Asked(original, tuple(made), Statuses(Status(None), chosen), group if not wanted else None, tuple(findings))


def _path(original: Original, name: str) -> str:
    return f"Orgnl{name}" if original.family == "pacs.004" else f"PmtId/{name}"


def _is_agent(path: str) -> bool:
    return path.startswith(("GrpHdr/InstgAgt/", "GrpHdr/InstdAgt/"))


def _names(found: list[Block]) -> list[tuple[str | None, ...]]:
    """What the request calls the messages that it is about, each once."""
    names: dict[str, tuple[str | None, ...]] = {}
    for block in found:
        start = "" if block.kind == "group" else "OrgnlGrpInf/"
        message_id = block.text(f"{start}OrgnlMsgId")
        if block.kind != "message" and message_id is not None:
            names.setdefault(message_id, tuple(block.text(f"{start}{name}") for name in _NAMES))
    return list(names.values())


def _not_known(number: int | None, ids: dict[str, str]) -> Finding:
    name = next(iter(ids.values()), "")
    what = f"transaction {number:,} ({name})" if number is not None else f"the message {name}"
    return finding(
        "REPLY-STATUS-NOT-KNOWN",
        f"Nothing is known of {what}, so there is no status to give again.",
        transaction=number,
        value=name,
    )
