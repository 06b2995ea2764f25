"""The whole program on one page: what comes of a file.

read, validate, verify   prepared.py, without the database
judge                    channel, signature, validity, key: may it be taken at all?
decide, convert, answer  one handler for each family, see handlers.py
close                    one conclusion, which service/filedrop.py commits and hands over
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.errors import InstallationError
from wissel.core.finding import Finding, Severity, Stage
from wissel.engine.checking import Check, check_here
from wissel.engine.conclusion import Conclusion, Made
from wissel.engine.context import Context, Effects, Handler, PutOff, Received, Sign
from wissel.engine.database import Connection
from wissel.engine.instructions.carry_out import instructed
from wissel.engine.instructions.instruction import OPERATOR
from wissel.engine.keys import key_of, own_key_of
from wissel.engine.memory import Memory
from wissel.engine.orders.ahead import ahead
from wissel.engine.orders.warehouse import WAREHOUSE, order_of, read_waited
from wissel.engine.prepared import Coming, Prepared, Rules, prepare, sources, whole
from wissel.engine.refusals import refused, unreadable, without_message
from wissel.engine.repeats import repeated, reused
from wissel.engine.statements.notifications import notified
from wissel.journal.journal import Writing, seen
from wissel.journal.values import Record, Verdict
from wissel.message.business_message import read_messages
from wissel.routing.bank import Bank, Channel
from wissel.validation.names import SCHEMA
from wissel.validation.report import MessageReport, finding_as_dict, report_as_dict
from wissel.validation.report import Verdict as Validity
from wissel.xml.sources.source import Scratch


@dataclass(frozen=True, slots=True)
class Engine:
    """A bank at work: what :mod:`wissel.service.filedrop` hands files to."""

    bank: Bank
    catalog: Catalog
    handlers: Mapping[str, Handler]
    """By family; a message of any other is filed."""
    sign: Callable[[Made, str, datetime], Made]
    """Signs what goes to a network, where that wants it; see :mod:`wissel.engine.signing`."""
    memory: Memory | None = None
    """What is worked out once for all files; None to work it out for each."""
    put_off: PutOff | None = None
    """Where checks of what was written are done beside the work."""
    check: Check = check_here
    """Checks what orders lead to before it leaves."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Callable[[], Sequence[tuple[Prepared, ...]]]:
        """What can be found out of each file alone, once it is asked for."""
        return lambda: [prepare(path, *self.question(record), self.catalog) for record, path in files]

    def putting_off(self, _files: int) -> tuple["Engine", Callable[[], bool]]:
        """Itself: alone, it checks at once what it writes."""
        return self, lambda: True

    def question(self, record: Record) -> tuple[str, Rules, Any]:
        """What :func:`wissel.engine.prepared.prepare` is asked of a file: its name, by which rules, as of when."""
        receipt = record.receipt
        return receipt.file, rules_of(self.bank, receipt.channel), receipt.received_at

    def _sign(self, record: Record) -> Sign:
        at = record.receipt.received_at
        return lambda made, network: self.sign(made, network, at)

    def process(
        self, record: Record, path: Path, prepared: tuple[Prepared, ...] | Coming, connection: Connection, folder: Path
    ) -> Conclusion:
        """All that comes of one file."""
        if record.receipt.channel == OPERATOR:
            return self._instructed(record, path, whole(prepared), connection, folder)
        waited = read_waited(path) if record.receipt.channel == WAREHOUSE else None
        channel = self.bank.channels.get(record.receipt.channel if waited is None else waited.channel)
        if channel is None and waited is not None:
            raise InstallationError(f"the waiting order came by the channel {waited.channel}, and wissel.toml has none")
        if channel is None:
            return concluded((Effects(False, (_unknown_channel(record),)),), whole(prepared))
        order = path if waited is None else order_of(path, folder)
        journal, sign = Writing(connection, record), self._sign(record)
        context = Context(
            self.bank, self.catalog, connection, journal, record, channel, folder, sign, order, waited, self.memory,
            self.put_off, self.check,
        )  # fmt: skip
        if isinstance(prepared, Coming):
            context = replace(context, ahead=ahead(context))
        known = whole(prepared)
        effects = tuple(self._effects(context, known))
        return replace(concluded((*effects, *_told(context, effects)), known), journal=journal)

    def _instructed(
        self, record: Record, path: Path, prepared: tuple[Prepared, ...], connection: Connection, folder: Path
    ) -> Conclusion:
        """All that comes of an instruction of the bank's own people."""
        channel, journal, sign = Channel(OPERATOR), Writing(connection, record), self._sign(record)
        context = Context(
            self.bank, self.catalog, connection, journal, record, channel, folder, sign, path, None, self.memory
        )
        effects = (instructed(context),)
        return replace(concluded((*effects, *_told(context, effects)), prepared), journal=journal)

    def _effects(self, context: Context, prepared: tuple[Prepared, ...]) -> Iterator[Effects]:
        waited, name = context.waited, context.record.receipt.file
        with Scratch() as scratch:
            number = 0
            if not prepared:
                yield without_message(context)
            for source, known in zip(sources(context.path, name, scratch), prepared, strict=True):
                if known.report.verdict is Validity.UNREADABLE or not known.report.messages:
                    number += 1
                    if waited is not None:  # it was answered when it came
                        continue
                    yield unreadable(context, source, known, number)
                    continue
                for message, report in zip(read_messages(source).messages, known.report.messages, strict=True):
                    number += 1
                    one = Received(message, report, known, number, f"{context.record.base}:{number}")
                    if waited is None:
                        effects = self._message(context, one)
                    elif waited.message == number:  # it was taken before; now its time has come
                        effects = self.handlers[family_of(one.definition)](context, one)
                    else:
                        continue
                    context.earlier.append(effects)
                    context.claimed.update(effects.keys)
                    if effects.keys and (own := own_key_of(one)) is not None:
                        context.claimed.add(own)
                    yield effects

    def _message(self, context: Context, received: Received) -> Effects:
        """May it be taken, and what comes of it. A key is claimed by what is valid and, where asked for, verified."""
        if (why := _not_allowed(context.channel, received)) is not None:
            return refused(context, received, why)
        if received.prepared.refused is not None:
            return refused(context, received, received.prepared.refused)
        if not _schema_valid(received.report):
            return refused(context, received, None)
        key = key_of(received, context.channel)
        if key in context.claimed:
            return refused(context, received, reused(key))
        own = own_key_of(received)
        if own is not None and own in context.claimed:
            return refused(context, received, reused(replace(own, sender=key.sender)))
        window = timedelta(days=context.bank.settings.id_window_days)
        before = seen(context.connection, key, context.record.receipt.digest, context.at, window)
        if before is not None:
            return repeated(context, received, key, before)
        handler = self.handlers.get(family_of(received.definition), filed)
        effects = handler(context, received)
        return replace(effects, keys=(*effects.keys, key))


def _told(context: Context, effects: tuple[Effects, ...]) -> Iterator[Effects]:
    """What the owners of accounts are told of all that was booked."""
    found = tuple(notified(context, tuple(key for one in effects for key in one.postings)))
    if found:
        made = tuple(one for one in found if isinstance(one, Made))
        findings = tuple(one for one in found if isinstance(one, Finding))
        yield Effects(True, findings, made, counts={"notified": len(made)})


def rules_of(bank: Bank, channel: str) -> Rules:
    """By what the files of a channel are judged before they are understood."""
    if channel == WAREHOUSE:
        return Rules(SCHEMA, waited=True)
    if channel == OPERATOR:
        return Rules(SCHEMA, instruction=True)
    known = bank.channels.get(channel)
    if known is None:
        return Rules(SCHEMA)
    trust = bank.folder / "trust" / (known.network or known.name)
    return Rules(known.guideline, known.profiles, trust if known.profiles else None, known.sender)


def filed(_: Context, received: Received) -> Effects:
    """A message that is kept, and that nothing else comes of."""
    said = f"A {received.definition} is kept; nothing else is done with it."
    return Effects(True, (finding("DEFINITION-WITHOUT-EFFECT", said),), counts={"filed": 1})


def _not_allowed(channel: Channel, received: Received) -> Finding | None:
    definition = received.definition
    if not definition or channel.may_send(definition):
        return None
    return finding(
        "DEFINITION-NOT-OF-CHANNEL",
        f"The channel {channel.name} may not send {definition}.",
        value=definition,
        allowed=", ".join(channel.definitions),
    )


def _unknown_channel(record: Record) -> Finding:
    name = record.receipt.channel
    return finding("CHANNEL-UNKNOWN", f"There is no channel {name} in wissel.toml.", value=name)


def _schema_valid(report: MessageReport) -> bool:
    """Whether a message is valid against its schema; what rules say of it is for its handler to judge."""
    if report.schema != "checked" or report.verdict in (Validity.UNREADABLE, Validity.UNSUPPORTED):
        return False
    if not report.unlisted.sound:
        return False
    return not any(
        one.stage in (Stage.READ, Stage.SCHEMA) and one.severity is Severity.ERROR for one in report.findings
    )


def concluded(effects: tuple[Effects, ...], prepared: tuple[Prepared, ...]) -> Conclusion:
    """What comes of all messages of a file, as one."""
    counts: Counter[str] = Counter()
    for one in effects:
        counts.update(one.counts)
    report = {
        "counts": dict(sorted(counts.items())),
        "findings": [finding_as_dict(found) for one in effects for found in one.findings],
        "messages": [dict(one.said) for one in effects],
        "validation": [report_as_dict(one.report) for one in prepared],
        "signatures": [_signature(one) for one in prepared if one.verification is not None],
    }
    accepted = bool(effects) and all(one.accepted for one in effects)
    return Conclusion(
        verdict=Verdict.ACCEPTED if accepted else Verdict.FAILED,
        report=report,
        made=tuple(made for one in effects for made in one.made),
        keys=tuple(key for one in effects for key in one.keys),
        payments=chain.from_iterable(one.payments for one in effects),
        statuses=chain.from_iterable(one.statuses for one in effects),
        postings=tuple(key for one in effects for key in one.postings),
        repeats=next((one.repeats for one in effects if one.repeats is not None), None),
        summary=dict(counts),
    )


def _signature(prepared: Prepared) -> dict[str, Any]:
    one, refusal = prepared.verification, prepared.refused
    said = {"verdict": "refused" if refusal else "verified", "code": refusal.code if refusal else None}
    return {**said, "signer": one.signer if one else None, "message": refusal.message if refusal else None}
