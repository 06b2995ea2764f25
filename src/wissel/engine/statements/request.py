"""What one reporting request of a camt.060 asks for, as values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wissel.xml.blocks.block import Block

ALL, CHANGES = "ALLL", "CHNG"
_NUMBER = re.compile(r"[0-9]{1,18}")
_NAME = ("AcctOwnr/Pty/Nm", "AcctOwnr/Agt/FinInstnId/Nm")
_BICS = (
    "AcctOwnr/Agt/FinInstnId/BICFI", "AcctOwnr/Agt/FinInstnId/BIC", "AcctOwnr/Pty/Id/OrgId/AnyBIC",
    "AcctOwnr/Pty/Id/OrgId/BICOrBEI",
)  # fmt: skip
_SERVICERS = ("AcctSvcr/FinInstnId/BICFI", "AcctSvcr/FinInstnId/BIC")
_WHOLE_DAY = ("00:00", "23:59")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of statements that are asked for; ranges are inclusive."""

    ranges: tuple[tuple[int, int | None], ...] = ()
    but: frozenset[int] = frozenset()
    """All but these; none where ``ranges`` says which."""
    single: tuple[int, ...] = ()
    """Those that are named one by one."""

    def takes(self, number: int) -> bool:
        """Whether a number is asked for."""
        inside = any(first <= number and (last is None or number <= last) for first, last in self.ranges)
        return inside or number in self.single or (bool(self.but) and number not in self.but)


@dataclass(frozen=True, slots=True)
class ReportingRequest:
    """One request."""

    position: int
    """Which of the message's requests it is, from 1."""
    path: str
    report: str
    """The message that is asked for, such as ``camt.053`` or ``camt.053.001.08``."""
    account: str | None
    owner_names: tuple[str, ...]
    owner_bics: tuple[str, ...]
    servicer: str | None
    first: date | None
    last: date | None
    whole_days: bool
    """Whether it asks for days, not for hours of them."""
    kind: str
    """What of it: QueryType3Code."""
    numbers: Numbers | None
    numbers_unreadable: tuple[str, ...]
    """Numbers that are none of ours."""
    status: str | None
    side: str | None
    """CRDT or DBIT."""
    with_limits: bool
    """Whether it asks for entries from some amount on."""
    balances: tuple[str, ...]
    """Types of balances that it names."""


def request_of(block: Block) -> ReportingRequest:
    """A request as it stands in its message, which is valid against its schema."""
    numbers, unreadable = _numbers(block)
    status = block.first("ReqdTxTp/Sts/Cd", "ReqdTxTp/Sts/Prtry", "ReqdTxTp/Sts")
    return ReportingRequest(
        position=block.number,
        path=block.path,
        report=block.text("ReqdMsgNmId") or "",
        account=block.first("Acct/Id/IBAN", "Acct/Id/Othr/Id"),
        owner_names=_given(block, _NAME),
        owner_bics=_given(block, _BICS),
        servicer=block.first(*_SERVICERS),
        first=_day(block.text("RptgPrd/FrToDt/FrDt")),
        last=_day(block.text("RptgPrd/FrToDt/ToDt")),
        whole_days=_whole_days(block),
        kind=block.text("RptgPrd/Tp") or ALL,
        numbers=numbers,
        numbers_unreadable=unreadable,
        status=status,
        side=block.text("ReqdTxTp/CdtDbtInd"),
        with_limits=block.has("ReqdTxTp/FlrLmt/Amt"),
        balances=tuple(dict.fromkeys(_types(block))),
    )


def _given(block: Block, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for path in paths if (text := block.text(path)) is not None)


def _types(block: Block) -> Iterator[str]:
    for path in ("ReqdBalTp/CdOrPrtry/Cd", "ReqdBalTp/CdOrPrtry/Prtry"):
        yield from block.all_texts(path)


def _day(text: str | None) -> date | None:
    """The day; one beyond all calendars where it is none of ours (ISODate knows the year 10000, too)."""
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return date.max


def _whole_days(block: Block) -> bool:
    begin, end = block.text("RptgPrd/FrToTm/FrTm"), block.text("RptgPrd/FrToTm/ToTm")
    whole = _WHOLE_DAY[1] if end is None else end
    return (begin is None or begin.startswith(_WHOLE_DAY[0])) and whole.startswith((_WHOLE_DAY[1], "24:00"))


def _numbers(block: Block) -> tuple[Numbers | None, tuple[str, ...]]:
    """The numbers asked for, and those that cannot be read; no numbers where it does not go by them."""
    firsts, lasts = block.all_texts("RptgSeq/FrToSeq/FrSeq"), block.all_texts("RptgSeq/FrToSeq/ToSeq")
    since, until = block.all_texts("RptgSeq/FrSeq"), block.all_texts("RptgSeq/ToSeq")
    equal, other = block.all_texts("RptgSeq/EQSeq"), block.all_texts("RptgSeq/NEQSeq")
    texts = (*firsts, *lasts, *since, *until, *equal, *other)
    if not texts:
        return None, ()
    wrong = tuple(text for text in texts if not _NUMBER.fullmatch(text))
    if wrong:
        return Numbers(), wrong
    pairs: list[tuple[int, int | None]] = [(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True)]
    pairs += [(int(text), None) for text in since]
    pairs += [(0, int(text)) for text in until]
    return Numbers(tuple(pairs), frozenset(map(int, other)), tuple(map(int, equal))), ()
