"""The messages of an order on their way out: bundled, written, checked by schema and guideline, signed."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from wissel.core.codes import finding
from wissel.core.errors import InstallationError
from wissel.core.finding import Finding, Severity, Unlisted
from wissel.engine.checking import Question
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Received
from wissel.engine.conversion.bundling import Bundled, Bundling, Hooks, Sent
from wissel.engine.conversion.run import Result
from wissel.engine.orders.rows import Outgoing
from wissel.mapping.amounts import Settled
from wissel.mapping.bundle import BUFFER_BYTES_MAX, Bundle, Spool
from wissel.mapping.customer_transfer import Plans
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.placement import Placement
from wissel.validation.report import Report
from wissel.xml.blocks.block import Block

_NAMES = ("PmtId/InstrId", "PmtId/EndToEndId", "PmtId/TxId", "PmtId/UETR", "IntrBkSttlmAmt")
_PEER = "FinInstnId/BICFI"


@dataclass(frozen=True, slots=True)
class Fault:
    """What the check of a message found against one of its transactions."""

    message_id: str
    number: int
    """Its place in the message."""
    finding: Finding


class Messages:
    """Makes the messages of one order. A context manager: transactions that wait to be written are kept in a file."""

    def __init__(self, context: Context, received: Received, folder: Path, plans: Plans) -> None:
        """Results are written into ``folder``; ``plans`` is what earlier orders have worked out."""
        self._context = context
        moment = context.at.isoformat(timespec="seconds")
        self._identifiers = Identifiers(received.base, moment)
        self._results: list[tuple[Bundle, Result]] = []
        self._checks: list[Callable[[], Report | None]] = []
        self._count = 0
        self._messages: dict[int, tuple[str, str | None]] = {}
        """By number: identifier, and BIC of who gets it."""
        self._places: dict[int, tuple[tuple[str, ...], tuple[int, ...]]] = {}
        beginning = f"{context.record.number}-{received.number}"
        hooks = Hooks(None, self._number, self._written, plans)
        self._bundling = Bundling(
            received.definition, context.catalog, self._identifiers, moment, (folder, beginning), hooks
        )
        self._file = tempfile.SpooledTemporaryFile(BUFFER_BYTES_MAX, dir=str(folder))  # noqa: SIM115 - closed when the block ends
        self._spool = Spool(cast(BinaryIO, self._file))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _number(self) -> int:
        self._count += 1
        return self._count

    def add(
        self, block: Block, placement: Placement, position: int
    ) -> tuple[Outgoing, Outgoing | None] | tuple[Finding, ...]:
        """Take one transaction: what it is in its message, and in that of its cover; findings where it cannot go."""
        amount = self._bundling.mapper.settled(block)
        if not isinstance(amount, Settled):
            return (amount,)
        bundled = self._bundling.add(block, placement, amount, position, self._spool)
        if not isinstance(bundled, Bundled):
            return bundled
        cover = self._outgoing(bundled.cover) if bundled.cover is not None else None
        return self._outgoing(bundled.payment), cover

    def ended(self, block: Block) -> None:
        """A payment or the order ends."""
        self._bundling.ended(block)

    def _outgoing(self, sent: Sent) -> Outgoing:
        way, texts = sent.bundle.way, sent.mapped.texts
        known = self._places.get(id(sent.mapped.paths))
        if known is None:
            paths = sent.mapped.paths
            places = tuple(paths.index(name) if name in paths else -1 for name in _NAMES)
            known = self._places[id(paths)] = (paths, places)  # the paths are kept, so that their id stays their own
        instruction, end_to_end, transaction, uetr, amount = [texts[at] if at >= 0 else None for at in known[1]]
        message = self._messages.get(sent.bundle.number)
        if message is None:
            peer = dict(way.instructed).get(_PEER)
            message = self._messages[sent.bundle.number] = (self._identifiers.message(sent.bundle.number), peer)
        return Outgoing(
            definition=way.definition,
            message_id=message[0],
            position=sent.number,
            party=way.network or "",
            date=way.date,
            currency=way.currency,
            amount=amount or "",
            instruction_id=instruction,
            end_to_end_id=end_to_end,
            transaction_id=transaction,
            uetr=uetr,
            peer=message[1],
        )

    def _written(self, bundle: Bundle, result: Result) -> None:
        context = self._context
        self._results.append((bundle, result))
        if context.puts_off(result.path, bundle.way.guideline):
            self._checks.append(_never_now)
            return
        question = Question(result.path, bundle.way.guideline, context.at.date())
        self._checks.append(context.check(question, context.catalog))

    def finish(self) -> None:
        """Write the messages, and begin to check them. Raises InstallationError where one cannot be written."""
        self._bundling.finish()

    def faults(self) -> tuple[Fault, ...]:
        """What the checks found wrong with single transactions. Raises InstallationError where a message is wrong as a
        whole: then it is not the customer's fault."""
        reports = [check() for check in reversed(self._checks)]  # the first ones are being checked already
        found = zip(self._results, reversed(reports), strict=True)
        return tuple(fault for (bundle, _), report in found for fault in self._faults(bundle, report))

    def _faults(self, bundle: Bundle, report: Report | None) -> Iterator[Fault]:
        if report is None or report.valid:
            return
        message_id = self._identifiers.message(bundle.number)
        wrong = [found for found in report.all_findings if found.severity is Severity.ERROR]
        wrong += [found for message in report.messages for found in _unlisted(message.unlisted)]
        for found in wrong or [_UNSAID]:
            if found.transaction is None:
                where = f" at {found.path}" if found.path else ""
                way = bundle.way
                said = f"what was made for {way.network} is not valid by {way.guideline}: {found.code}{where}"
                raise InstallationError(said)
            yield Fault(message_id, found.transaction, found)

    def made(self) -> Iterator[Made]:
        """The messages, signed where the network wants it. Raises InstallationError where there is no key for that."""
        for bundle, result in self._results:
            count = f"{bundle.count:,} transaction{'' if bundle.count == 1 else 's'}"
            about = f"{result.definition}, {count}, {result.total}"
            network = bundle.way.network or ""
            yield self._context.sign(Made(network, result.path.name, result.path, about), network)


def _never_now() -> None:
    """In place of the report of a check that is put off."""


_UNSAID = finding("FINDINGS-CAPPED", "More is wrong than is listed.")


def _unlisted(beyond: Unlisted) -> Iterator[Finding]:
    """What errors refuse that are not listed."""
    if not beyond.sound or beyond.message or beyond.payments:
        yield _UNSAID
    for number, codes in beyond.transactions.items():
        yield replace(_UNSAID, transaction=number, reason=codes[0] or None)
