"""What CBPR+ asks of reports and answers beyond single conditions on elements: pages, balances, original references."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_SOURCE = "CBPR+ usage guidelines for {} (secondary source)"
_INTRADAY = ("ITBD", "ITAV")


@dataclass(frozen=True, slots=True)
class _Balance:
    """A balance of a statement: its element, kind and whether it is of a page in between."""

    path: str
    kind: str
    interim: bool


@lru_cache(maxsize=2048)
def _elements(shape: Shape) -> tuple[tuple[str, int | None, int | None], ...]:
    """Of each balance the element and the places of its kind and sub-kind."""
    paths = {path: number for number, path in enumerate(shape.paths)}
    elements = (path.partition("/")[0] for path in shape.paths if path.startswith(("Bal/", "Bal[")))
    return tuple(
        (one, paths.get(f"{one}/Tp/CdOrPrtry/Cd"), paths.get(f"{one}/Tp/SubTp/Cd")) for one in dict.fromkeys(elements)
    )


def _balances(block: Block) -> tuple[_Balance, ...]:
    def text(number: int | None) -> str:
        return "" if number is None else block.texts[number].strip()

    return tuple(_Balance(path, text(kind), text(sub) == "INTM") for path, kind, sub in _elements(block.shape))


def _page_flaw(block: Block, kind: str, interim: bool, page: str) -> Iterator[Flaw]:
    found = [one for one in _balances(block) if one.kind == kind]
    right = [one for one in found if one.interim == interim]
    if len(found) == 1 and right:
        return
    wanted = f"exactly one {kind} {'of' if interim else 'not of'} sub-type INTM"
    what = f"{len(found)} balances {kind}" if len(found) != 1 else f"a balance {kind} of the wrong sub-type"
    yield Flaw(f"{page} has {what}.", path=found[-1].path if found else None, allowed=wanted)


@block_rule(
    "OPENING-BALANCE-NOT-OF-PAGE",
    ("group",),
    source=_SOURCE.format("camt.053, opening balance"),
    families=("camt.053",),
    needs=("StmtPgntn",),
    reason="CH16",
    optional=True,
)
def opening(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Each page opens with one booked balance (OPBD): the first with that of the statement, others with an interim one.

    Interim balances (sub-type INTM) join the pages; a page that opens otherwise cannot be put in its place.
    """
    first = (block.text("StmtPgntn/PgNb") or "").lstrip("0") == "1"
    yield from _page_flaw(block, "OPBD", not first, "The first page" if first else "A later page")


@block_rule(
    "CLOSING-BALANCE-NOT-OF-PAGE",
    ("group",),
    source=_SOURCE.format("camt.053, closing balance"),
    families=("camt.053",),
    needs=("StmtPgntn",),
    reason="CH16",
    optional=True,
)
def closing(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Each page closes with one booked balance (CLBD): the last with that of the statement, others with an interim one.

    Interim balances (sub-type INTM) join the pages; a page that closes otherwise cannot be put in its place.
    """
    last = block.text("StmtPgntn/LastPgInd") in ("true", "1")
    yield from _page_flaw(block, "CLBD", not last, "The last page" if last else "A page that is not the last")


@block_rule(
    "AVAILABLE-BALANCE-REPEATED",
    ("group",),
    source=_SOURCE.format("camt.053, closing available balance"),
    families=("camt.053",),
    needs=("Bal",),
    reason="CH17",
    optional=True,
)
def available(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A statement has at most one closing available balance (CLAV).

    Of two it is not known which the account holder may spend.
    """
    found = [one for one in _balances(block) if one.kind == "CLAV"]
    for one in found[1:]:
        yield Flaw(f"There are {len(found)} balances CLAV.", path=one.path, allowed="one balance CLAV at most")


@block_rule(
    "STATEMENTS-MORE-THAN-ONE",
    ("group",),
    source=_SOURCE.format("camt.053, statement"),
    families=("camt.053",),
    confidence="medium",
    reason="CH17",
    optional=True,
)
def statements(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A message holds one statement.

    The network bills, copies and stores by statement; a message with several is refused.
    """
    if block.number > 1:
        yield Flaw(f"This is statement {block.number} of the message.", allowed="one statement")


@block_rule(
    "COPY-INDICATOR-DIFFERS",
    ("group",),
    source=_SOURCE.format("camt.052 and camt.054, copy duplicate"),
    families=("camt.052", "camt.054"),
    needs=("CpyDplctInd",),
    reason="CH16",
    optional=True,
)
def copy_indicator(block: Block, scope: Scope) -> Iterator[Flaw]:
    """Header and report say the same of a copy or duplicate, where both say it.

    Otherwise the receiver books what is only a copy, or leaves out what is not.
    """
    named = scope.header.text("CpyDplct") if scope.header is not None else None
    own = block.text("CpyDplctInd")
    if named is not None and own is not None and named != own:
        message = f"The header says {named}, the report {own}."
        yield Flaw(message, block.shape.first["CpyDplctInd"], value=own, allowed=named)


@block_rule(
    "INTRADAY-BALANCE-MISSING",
    ("group",),
    source=_SOURCE.format("camt.052, intraday balances"),
    families=("camt.052",),
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
)
def intraday(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A report with entries has the booked and the available balance of the day (ITBD, ITAV).

    They tell the account holder what the entries come to.
    """
    kinds = {one.kind for one in _balances(block)}
    missing = [kind for kind in _INTRADAY if kind not in kinds]
    if block.children and missing:
        yield Flaw(f"The report has entries, and no balance {' and '.join(missing)}.", allowed="Bal ITBD and Bal ITAV")


@dataclass(slots=True)
class _Original:
    """The original message's name, once it has been seen."""

    message: str | None = None

    def look(self, block: Block) -> Iterator[Flaw]:
        if block.below == "OrgnlGrpInfAndSts":
            self.message = block.text("OrgnlMsgId")
            return
        own = block.text("OrgnlPmtInfId")
        if block.below != "OrgnlPmtInfAndSts" or own is None or self.message is None or own == self.message:
            return
        message = f"OrgnlPmtInfId is {own}, OrgnlMsgId {self.message}."
        yield Flaw(message, block.shape.first["OrgnlPmtInfId"], value=own, allowed=self.message)


@running_rule(
    "ORIGINAL-PAYMENT-ID-DIFFERS",
    ("group",),
    source=_SOURCE.format("pain.002, original payment information identification"),
    families=("pain.002",),
    confidence="medium",
    reason="CH16",
    optional=True,
)
def original_payment(_scope: Scope) -> _Original:
    """The original payment and the original message have one name.

    An order over this network holds one payment and both are named alike; a status with two names answers another.
    """
    return _Original()


RULES: tuple[Rule, ...] = (
    opening,
    closing,
    available,
    statements,
    copy_indicator,
    intraday,
    original_payment,
)
