"""Orders (pain.001) to convert, and what stands in what came out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding, Severity
from wissel.engine.conversion.convert import Converted, convert
from wissel.engine.conversion.run import Wish
from wissel.mapping.loss import Loss
from wissel.message.business_message import read_messages
from wissel.xml.blocks.block import Block
from wissel.xml.sources.source import Source
from wissel.xml.writing.generate import random_message
from wissel.xml.writing.writer import write

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MESSAGE = "/Document/CstmrCdtTrfInitn"
Values = dict[str, str]

HEADER: Values = {
    "GrpHdr/MsgId": "ORDER-1",
    "GrpHdr/CreDtTm": "2026-11-23T09:00:00+01:00",
    "GrpHdr/NbOfTxs": "1",
    "GrpHdr/InitgPty/Nm": "Muster GmbH",
}
GROUP: Values = {
    "PmtInfId": "PAYMENT-1",
    "PmtMtd": "TRF",
    "ReqdExctnDt/Dt": "2026-11-24",
    "Dbtr/Nm": "Muster GmbH",
    "Dbtr/PstlAdr/TwnNm": "Berlin",
    "Dbtr/PstlAdr/Ctry": "DE",
    "DbtrAcct/Id/IBAN": "DE66999999990000000002",
    "DbtrAgt/FinInstnId/BICFI": "ZZWIDE20",
}
TRANSACTION: Values = {
    "PmtId/InstrId": "INSTRUCTION-1",
    "PmtId/EndToEndId": "END-TO-END-1",
    "Amt/InstdAmt": "10.00",
    "Amt/InstdAmt/@Ccy": "EUR",
    "CdtrAgt/FinInstnId/BICFI": "ZZLIFR20",
    "Cdtr/Nm": "Jean Exemple",
    "Cdtr/PstlAdr/TwnNm": "Lyon",
    "Cdtr/PstlAdr/Ctry": "FR",
    "CdtrAcct/Id/IBAN": "FR8599991000000000000000001",
    "RmtInf/Ustrd": "Invoice 7",
}


def changed(values: Values, changes: Mapping[str, str | None]) -> Values:
    """Values with some given anew; None takes one away, with all below it."""
    gone = [path for path, text in changes.items() if text is None]
    kept = {
        k: v for k, v in values.items() if not any(k == one or k.startswith((f"{one}/", f"{one}[")) for one in gone)
    }
    return kept | {path: text for path, text in changes.items() if text is not None}


def transaction(**changes: str | None) -> Values:
    """One transaction; ``Cdtr__Nm`` is the path ``Cdtr/Nm``."""
    return changed(TRANSACTION, {path.replace("__", "/"): text for path, text in changes.items()})


def order(
    *groups: tuple[Mapping[str, str | None], list[Values]],
    definition: str = "pain.001.001.09",
    header: Mapping[str, str | None] | None = None,
) -> bytes:
    """An order with these groups, each its changes and its transactions."""
    values = changed(HEADER, {"GrpHdr/NbOfTxs": str(sum(len(group[1]) for group in groups)), **(header or {})})
    for number, (changes, transactions) in enumerate(groups, 1):
        for path, text in changed(GROUP, {"PmtInfId": f"PAYMENT-{number}", **changes}).items():
            values[f"PmtInf[{number}]/{path}"] = text
        for count, one in enumerate(transactions, 1):
            instruction = f"INSTRUCTION-{number}" if count == 1 else f"INSTRUCTION-{number}-{count}"
            for path, text in {**one, "PmtId/InstrId": instruction}.items():
                values[f"PmtInf[{number}]/CdtTrfTxInf[{count}]/{path}"] = text
    return write(default_catalog().tree(definition), {f"{MESSAGE}/{path}": text for path, text in values.items()})


def single(
    definition: str = "pain.001.001.09", group: Mapping[str, str | None] | None = None, **changes: str | None
) -> bytes:
    """An order with one transaction."""
    return order((group or {}, [transaction(**changes)]), definition=definition)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A conversion and all that it wrote."""

    done: Converted
    losses: tuple[tuple[str | None, Loss], ...]
    """With the name of the result."""
    files: Mapping[str, bytes]

    @property
    def codes(self) -> list[str]:
        """Codes of all findings."""
        return [one.code for report in self.done.reports for one in report.all_findings]

    @property
    def errors(self) -> list[Finding]:
        """All findings that are errors."""
        found = [one for report in self.done.reports for one in report.all_findings]
        return [one for one in found if one.severity is Severity.ERROR]

    @property
    def blocks(self) -> list[Block]:
        """All transactions of all results, in order."""
        return [block for data in self.files.values() for block in blocks_of(data) if block.kind == "transaction"]

    def lost(self) -> list[tuple[str, str | None, str | None, str | None, str | None]]:
        """Losses in short: category, paths, before and after."""
        return [
            (one.category.value, one.original_path, one.target_path, one.before, one.after) for _, one in self.losses
        ]


def blocks_of(data: bytes) -> list[Block]:
    """All blocks of the first message."""
    return list(read_messages(Source.from_bytes(data, "message.xml")).messages[0].blocks())


def converted(data: bytes, folder: Path, to: str = "pacs.008.001.08", wish: Wish | None = None) -> Outcome:
    """Convert an order as the command line does, without its files."""
    losses: list[tuple[str | None, Loss]] = []
    done = convert(
        Source.from_bytes(data, "order.xml"),
        wish or Wish(to, AT),
        default_catalog(),
        folder,
        "order",
        lambda _, result, loss: losses.append((result, loss)),
    )
    return Outcome(done, tuple(losses), {result.path.name: result.path.read_bytes() for result in done.results})


def any_order(definition: str, seed: int) -> bytes:
    """Any order that the schema allows, changed so far that it can become payments: a transfer with InstdAmt, creditor
    and creditor agent."""
    values = random_message(default_catalog().tree(definition), Random(seed), 0.25, 2, 600)
    bic = "BIC" if definition == "pain.001.001.03" else "BICFI"
    groups = {path[: path.index("/", len(MESSAGE) + 1)] for path in values if path.startswith(f"{MESSAGE}/PmtInf")}
    transactions = {transaction for path in values if (transaction := _transaction_of(path)) is not None}
    kept = {path: text for path, text in values.items() if "/CdtTrfTxInf" not in path or "/Amt" not in _below(path)}
    for group in groups:
        kept[f"{group}/PmtMtd"] = "TRF"
    for number, one in enumerate(sorted(transactions), 1):
        kept[f"{one}/Amt/InstdAmt"] = f"{number}.25"
        kept[f"{one}/Amt/InstdAmt/@Ccy"] = "EUR"
        for path, text in (("Cdtr/Nm", "Jean Exemple"), (f"CdtrAgt/FinInstnId/{bic}", "ZZLIFR20")):
            element = path.split("/", maxsplit=1)[0]
            if not any(other == f"{one}/{element}" or other.startswith(f"{one}/{element}/") for other in kept):
                kept[f"{one}/{path}"] = text
    return write(default_catalog().tree(definition), kept)


def _transaction_of(path: str) -> str | None:
    before, found, after = path.partition("/CdtTrfTxInf")
    return f"{before}{found}{after.partition('/')[0]}" if found else None


def _below(path: str) -> str:
    after = path.partition("/CdtTrfTxInf")[2].partition("/")[2]
    return f"/{after.partition('/')[0]}"


def values_in(data: bytes) -> Iterator[tuple[str, str]]:
    """Every value of a message that is not empty, with its path as reports print it."""
    for block in blocks_of(data):
        for path, text in zip(block.shape.paths, block.texts, strict=True):
            if text:
                yield f"{block.path}/{path}".rstrip("/"), text


def texts_in(outcome: Outcome) -> Counter[str]:
    """All values of all results."""
    return Counter(text for data in outcome.files.values() for _, text in values_in(data))
