"""Write a statement: one message for each page, its entries copied from the spool that they were written into."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import IO

from wissel.core.errors import UsageError
from wissel.ledger.entry_form import amount_text
from wissel.ledger.statement import BalanceLine, Heading, Kind, Page, Pages, Sums, balances
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

BELOW = {
    Kind.STATEMENT: ("BkToCstmrStmt", "Stmt", "StmtPgntn"),
    Kind.REPORT: ("BkToCstmrAcctRpt", "Rpt", "RptPgntn"),
    Kind.NOTIFICATION: ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "NtfctnPgntn"),
}
"""The element of the message, that of the statement in it, and that of its pagination."""
VERSION_MIN = 2
_CHUNK_BYTES = 1024**2


def below(kind: Kind) -> str:
    """The path of the statement's element below the root."""
    message, statement, _ = BELOW[kind]
    return f"{message}/{statement}"


def require_version(definition: str) -> Kind:
    """The kind of a definition. Raises UsageError for one that no statement is written in."""
    family, _, version = definition[:8], definition[8:13], definition.rpartition(".")[2]
    if family not in [kind.value for kind in Kind]:
        raise UsageError(f"{definition} is no statement: camt.053, camt.052 and camt.054 are")
    if not version.isdigit() or int(version) < VERSION_MIN:
        raise UsageError(f"{definition} is too old: statements are written from version {VERSION_MIN:02} on")
    return Kind(family)


def write_page(
    heading: Heading, pages: Pages, page: Page, tree: SchemaTree, spool: IO[bytes], sink: Callable[[bytes], object]
) -> None:
    """Write one page of a statement, its entries from the spool."""
    writer = MessageWriter(tree, sink)
    fill_page(heading, pages, page, tree, spool, writer)
    writer.close()


def fill_page(
    heading: Heading, pages: Pages, page: Page, tree: SchemaTree, spool: IO[bytes], writer: MessageWriter
) -> None:
    """Write one page into a document that the caller has opened, and closes."""
    message, statement, _ = BELOW[heading.kind]
    writer.start(message)
    paged = _has(tree, f"{below(heading.kind)}/{BELOW[heading.kind][2]}")
    writer.values(_group_header(heading, page, paged))
    writer.start(statement)
    writer.values(_head(heading, pages, page, tree))
    for line in balances(heading, pages, page):
        writer.values(_balance(line, heading))
    writer.values(_summary(page.sums, heading.holder.decimals, tree, below(heading.kind)))
    writer.copied("Ntry", page.sums.count, _chunks(spool, page.begin, page.end))


def _chunks(spool: IO[bytes], begin: int, end: int) -> Iterator[bytes]:
    spool.seek(begin)
    while begin < end:
        data = spool.read(min(_CHUNK_BYTES, end - begin))
        if not data:
            raise AssertionError("the spool ends before its page")
        begin += len(data)
        yield data


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def message_identifier(heading: Heading, page: Page) -> str:
    """The identifier of the message that one page is: 35 characters at most."""
    return f"{heading.sending.message if heading.sending else heading.identification}-{page.number:05}"


def _group_header(heading: Heading, page: Page, paged: bool) -> Iterator[tuple[str, str]]:
    """``paged``: the statement itself has a place for its pagination."""
    sending = heading.sending
    yield "GrpHdr/MsgId", message_identifier(heading, page)
    yield "GrpHdr/CreDtTm", _utc(sending.at if sending else heading.created)
    if not paged:
        yield "GrpHdr/MsgPgntn/PgNb", str(page.number)
        yield "GrpHdr/MsgPgntn/LastPgInd", _yes(page.is_last)


def _yes(truth: bool) -> str:
    return "true" if truth else "false"


def _head(heading: Heading, pages: Pages, page: Page, tree: SchemaTree) -> Iterator[tuple[str, str]]:
    pagination, holder = BELOW[heading.kind][2], heading.holder
    yield "Id", heading.identification
    if _has(tree, f"{below(heading.kind)}/{pagination}"):
        yield f"{pagination}/PgNb", str(page.number)
        yield f"{pagination}/LastPgInd", _yes(page.is_last)
    if heading.number is not None:
        yield "ElctrncSeqNb", str(heading.number)
        if heading.kind is Kind.STATEMENT:
            yield "LglSeqNb", str(heading.number)
    yield "CreDtTm", _utc(heading.created)
    begin = heading.opening_at or datetime.combine(heading.first, time(0, 0), heading.zone)
    yield "FrToDt/FrDtTm", _moment(begin.astimezone(heading.zone))
    end = datetime.combine(heading.last, time(23, 59, 59), heading.zone)
    yield "FrToDt/ToDtTm", _moment(heading.created.astimezone(heading.zone) if heading.until_now else end)
    if heading.sending is not None and heading.sending.duplicate:
        yield "CpyDplctInd", "DUPL"
    yield ("Acct/Id/IBAN" if holder.is_iban else "Acct/Id/Othr/Id"), holder.account
    yield "Acct/Ccy", holder.currency
    if holder.name:
        yield "Acct/Nm", holder.name[:70]
    if holder.owner:
        yield "Acct/Ownr/Nm", holder.owner
    if holder.servicer:
        bic = "Acct/Svcr/FinInstnId/BICFI"
        yield (bic if _has(tree, f"{below(heading.kind)}/{bic}") else bic.removesuffix("FI")), holder.servicer


def _has(tree: SchemaTree, path: str) -> bool:
    try:
        tree.find(path)
    except KeyError:
        return False
    return True


def _balance(line: BalanceLine, heading: Heading) -> Iterator[tuple[str, str]]:
    yield "Bal/Tp/CdOrPrtry/Cd", line.code
    if line.interim:
        yield "Bal/Tp/SubTp/Cd", "INTM"
    yield "Bal/Amt", amount_text(line.amount, heading.holder.decimals)
    yield "Bal/Amt/@Ccy", heading.holder.currency
    yield "Bal/CdtDbtInd", _side(line.amount)
    if isinstance(line.on, datetime):
        yield "Bal/Dt/DtTm", _utc(line.on)
    else:
        yield "Bal/Dt/Dt", line.on.isoformat()


def _side(amount: int) -> str:
    return "DBIT" if amount < 0 else "CRDT"


def _summary(sums: Sums, decimals: int, tree: SchemaTree, below: str) -> Iterator[tuple[str, str]]:
    top = "TxsSummry/TtlNtries"
    yield f"{top}/NbOfNtries", str(sums.count)
    yield f"{top}/Sum", amount_text(sums.credited + sums.debited, decimals)
    if _has(tree, f"{below}/{top}/TtlNetNtry"):
        yield f"{top}/TtlNetNtry/Amt", amount_text(sums.net, decimals)
        yield f"{top}/TtlNetNtry/CdtDbtInd", _side(sums.net)
    else:
        yield f"{top}/TtlNetNtryAmt", amount_text(sums.net, decimals)
        yield f"{top}/CdtDbtInd", _side(sums.net)
    for tag, count, total in (
        ("TtlCdtNtries", sums.credits, sums.credited),
        ("TtlDbtNtries", sums.debits, sums.debited),
    ):
        yield f"TxsSummry/{tag}/NbOfNtries", str(count)
        yield f"TxsSummry/{tag}/Sum", amount_text(total, decimals)
