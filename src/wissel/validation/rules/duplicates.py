"""Identifications that stand twice. Only payments are looked at: what statements report may well repeat.

Of each identification 60 bits of its hash are kept, 6 bytes in one of 4,096 buckets: about 8 MB for a million. Two
different ones are taken for the same with a chance of one in two million, in a message of a million transactions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

IDS_MAX = 1_000_000
"""Identifications of each kind that are remembered in one message."""
MESSAGE_IDS_MAX = 100_000
"""Message identifications remembered in one file."""
NOT_PROVIDED = "NOTPROVIDED"
_PAYMENTS = ("pain.001", "pain.008", "pacs.003", "pacs.008", "pacs.009")
_REST_BYTES = 6
_REST_BITS = (1 << 8 * _REST_BYTES) - 1


@dataclass(slots=True)
class _Ids:
    """The identifications of one kind so far."""

    path: str
    words: str
    count: int = 0
    buckets: dict[int, bytearray] = field(default_factory=dict)

    def look(self, block: Block) -> Iterable[Flaw]:
        number = block.shape.first.get(self.path)
        if number is None or self.count >= IDS_MAX or not self.known(text := block.texts[number]):
            return ()
        return self.flaws(text.strip(), number)

    def known(self, text: str) -> bool:
        """Whether it stood before; remembers it."""
        mark = hash(text)
        rest = (mark >> 12 & _REST_BITS).to_bytes(_REST_BYTES, "little")
        bucket = self.buckets.get(mark & 0xFFF)
        if bucket is None:
            bucket = self.buckets[mark & 0xFFF] = bytearray()
        at = bucket.find(rest)
        while at >= 0 and at % _REST_BYTES:
            at = bucket.find(rest, at + 1)
        if at >= 0:
            return True
        bucket += rest
        self.count += 1
        return False

    def flaws(self, text: str, number: int) -> Iterator[Flaw]:
        if text != NOT_PROVIDED:
            yield Flaw(f"{self.words} {text} has stood in this message before.", number, value=text)


@running_rule(
    "PAYMENT-ID-REPEATED",
    ("group",),
    source="ISO 20022 definition of PmtInfId; external status reason DU02",
    families=("pain.001", "pain.008"),
    reason="DU02",
)
def payment_id(scope: Scope) -> _Ids:
    """PmtInfId names one payment of the message.

    Status reports answer by it; with two of the same name nobody knows which was refused.
    """
    return _Ids("PmtInfId", "The payment identification")


@running_rule(
    "INSTRUCTION-ID-REPEATED",
    ("transaction",),
    source="ISO 20022 definition of InstrId; external status reason DU05",
    families=_PAYMENTS,
    reason="DU05",
    severity=Severity.WARNING,
    confidence="medium",
)
def instruction_id(scope: Scope) -> _Ids:
    """InstrId names one instruction of its sender.

    The next party answers by it; a second one of the same name may be a payment sent twice.
    """
    return _Ids("PmtId/InstrId", "The instruction identification")


@running_rule(
    "END-TO-END-ID-REPEATED",
    ("transaction",),
    source="practice of banks; external status reason DU04, secondary source",
    families=("pain.001", "pain.008"),
    reason="DU04",
    severity=Severity.WARNING,
    confidence="medium",
)
def end_to_end_id(scope: Scope) -> _Ids:
    """EndToEndId is not given to two payments, NOTPROVIDED apart.

    It goes unchanged to the other party, who books by it; twice the same hints at a payment sent twice.
    """
    return _Ids("PmtId/EndToEndId", "The end-to-end identification")


@running_rule(
    "TRANSACTION-ID-REPEATED",
    ("transaction",),
    source="ISO 20022 definition of TxId; TIPS and SEPA interbank rules, secondary source",
    families=("pacs.003", "pacs.008"),
    reason="AM05",
)
def transaction_id(scope: Scope) -> _Ids:
    """TxId names one transaction between banks.

    Systems find duplicates by it and refuse the second payment.
    """
    return _Ids("PmtId/TxId", "The transaction identification")


@running_rule(
    "UETR-REPEATED",
    ("transaction",),
    source="CBPR+ usage guidelines, secondary source",
    families=_PAYMENTS,
    reason="AM05",
    severity=Severity.WARNING,
    confidence="medium",
)
def uetr(scope: Scope) -> _Ids:
    """A UETR belongs to one payment.

    Trackers follow a payment by it from end to end; two payments with one UETR look like one.
    """
    return _Ids("PmtId/UETR", "The UETR")


@block_rule(
    "MESSAGE-ID-REPEATED",
    ("message",),
    source="ISO 20022 definition of MsgId; external status reason DU01",
    families=_PAYMENTS,
    needs=("GrpHdr/MsgId",),
    reason="DU01",
)
def message_id(block: Block, scope: Scope) -> Iterator[Flaw]:
    """MsgId names one message of its sender: no two in a file have the same.

    A receiver takes the second for a copy and drops it, payments and all.
    """
    text = block.text("GrpHdr/MsgId") or ""
    sender = block.first("GrpHdr/InitgPty/Nm", "GrpHdr/InstgAgt/FinInstnId/BICFI") or ""
    known = scope.earlier.setdefault("MESSAGE-ID-REPEATED", set())
    mark = f"{scope.family} {sender} {text}"
    if mark in known:
        message = f"The message identification {text} has stood in an earlier message of this file."
        yield Flaw(message, block.shape.first["GrpHdr/MsgId"], value=text)
    elif len(known) < MESSAGE_IDS_MAX:
        known.add(mark)


@block_rule(
    "DUPLICATES-NOT-CHECKED",
    ("message",),
    source="wissel: limits",
    families=_PAYMENTS,
    severity=Severity.INFO,
)
def not_checked(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A message has at most 1,000,000 transactions for its identifications to be compared with one another.

    Beyond that memory would grow with the file; the transactions after the first million are checked in all else.
    """
    if block.children > IDS_MAX:
        beyond = f"{block.children - IDS_MAX:,}"
        yield Flaw(f"The identifications of the last {beyond} transactions are not compared with those before.")


RULES: tuple[Rule, ...] = (
    payment_id,
    instruction_id,
    end_to_end_id,
    transaction_id,
    uetr,
    message_id,
    not_checked,
)
