"""Mutations: one fault at a time, put into the first, the middle and the last transaction of a clean message.

Data in ``mutations/<family>.toml``. In its paths ``{t}`` stands for the transaction, ``{g}`` for the group around it,
and ``{s}`` for the second of the transactions that share an identification with transaction 2. A mutation that names
neither transaction nor group is about the message as a whole and is tried once.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree

from tests.cases import base, find, found_in, patched, plain, whole
from wissel.core.finding import Finding
from wissel.validation.case import AS_OF, Patch, patch_of

FOLDER = Path(__file__).parent / "mutations"
TRANSACTIONS = 6
POSITIONS = (1, 4, 6)
"""First, middle and last; the middle one is the first of the second group where there are groups."""
_NUMBERED = (
    "InstrId", "EndToEndId", "TxId", "RtrId", "StsId", "NtryRef", "AcctSvcrRef", "MndtId",
    "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlTxId",
)  # fmt: skip
_AMOUNTS = {
    "pain.001": "Amt/InstdAmt", "pain.008": "InstdAmt", "pacs.008": "IntrBkSttlmAmt", "pacs.009": "IntrBkSttlmAmt",
    "pacs.004": "RtrdIntrBkSttlmAmt",
}  # fmt: skip
GROUPS = {"pain.001": ("PmtInf", "CdtTrfTxInf"), "pain.008": ("PmtInf", "DrctDbtTxInf")}
SINGLE = {
    "pacs.008": "CdtTrfTxInf",
    "pacs.009": "CdtTrfTxInf",
    "pacs.004": "TxInf",
    "pacs.002": "TxInfAndSts",
    "camt.053": "Stmt/Ntry",
}
FAMILIES = (*GROUPS, *SINGLE)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault and what has to be said of it."""

    family: str
    name: str
    patches: tuple[Patch, ...]
    code: str
    at: str
    also: frozenset[str]
    """Codes of other errors that follow from the same fault."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A mutation in one transaction, and the findings."""

    mutation: Mutation
    number: int | None
    """Which transaction; None for a mutation of the message as a whole."""
    expected: str
    """The path at which the code has to be found."""
    transaction: int | None
    """The number that the finding has to carry."""
    found: tuple[Finding, ...]

    def misses(self) -> Iterator[str]:
        """What was not said as it should have been; nothing where the fault is caught."""
        same = [one for one in self.found if one.code == self.mutation.code]
        right = [one for one in same if plain(one.path or "") == self.expected]
        place = f"{self.mutation.family} transaction {self.number or '-'}: {self.mutation.name}"
        if not right:
            others = ", ".join(sorted({f"{one.code} at {one.path}" for one in self.found})) or "nothing"
            yield f"{place}: no {self.mutation.code} at {self.expected}; found {others}"
        elif right[0].transaction != self.transaction:
            yield f"{place}: {self.mutation.code} names transaction {right[0].transaction}, not {self.transaction}"
        allowed = {self.mutation.code, *self.mutation.also}
        if more := sorted({one.code for one in self.found if one.severity == "error"} - allowed):
            yield f"{place}: one fault, and also said: {', '.join(more)}"


def mutations(family: str) -> tuple[Mutation, ...]:
    """The mutations of a family, in their order."""
    rows = tomllib.loads((FOLDER / f"{family}.toml").read_text("utf-8"))["mutation"]
    return tuple(
        Mutation(
            family,
            row["name"],
            tuple(patch_of(one, row["name"]) for one in row["patches"]),
            row["code"],
            row["at"],
            frozenset(row.get("also", ())),
        )
        for row in rows
    )


def attempts(mutation: Mutation) -> Iterator[Attempt]:
    """The mutation in each position."""
    document = clean(mutation.family)
    texts = [part for patch in mutation.patches for part in (patch.path, patch.text)]
    placed = any("{t}" in text or "{g}" in text for text in texts)
    for number in POSITIONS if placed else (None,):
        mutated = patched(document, [_placed(patch, mutation.family, number or 1) for patch in mutation.patches])
        at = _filled(mutation.at, mutation.family, number or 1)
        transaction = number if "{t}" in mutation.at else max(number or 1, 2) if "{s}" in mutation.at else None
        found = found_in(mutated, "iso", AS_OF)
        yield Attempt(mutation, number, whole(at, document), transaction, found)


def _placed(patch: Patch, family: str, number: int) -> Patch:
    path, text = _filled(patch.path, family, number), _filled(patch.text, family, number)
    return Patch(patch.verb, path, text, patch.before, patch.after)


def _filled(text: str, family: str, number: int) -> str:
    around, transaction = _places(family, number)
    second = _places(family, max(number, 2))[1]
    return text.replace("{t}", transaction).replace("{s}", second).replace("{g}", around)


def _places(family: str, number: int) -> tuple[str, str]:
    """The paths of the group around a transaction and of the transaction."""
    if family not in GROUPS:
        return SINGLE[family].rpartition("/")[0], f"{SINGLE[family]}[{number}]"
    group, tag = GROUPS[family]
    half = TRANSACTIONS // 2
    around = f"{group}[{(number - 1) // half + 1}]"
    return around, f"{around}/{tag}[{(number - 1) % half + 1}]"


# --- clean messages of six transactions ---


def definition(family: str) -> str:
    """The definition that the mutations of a family are tried on, as their file says."""
    name: str = tomllib.loads((FOLDER / f"{family}.toml").read_text("utf-8"))["on"]
    return name


@cache
def clean(family: str) -> bytes:
    """A message of six transactions, each with identifiers of its own, whose totals are right."""
    root = etree.fromstring(base(definition(family)))
    message = find(root, "")
    if family in GROUPS:
        group, tag = GROUPS[family]
        _multiply(find(root, group), tag, TRANSACTIONS // 2, 1)
        first = find(root, group)
        second = _copied(first)
        _renumber(second, TRANSACTIONS // 2 + 1)
        find(root, f"{group}[2]/PmtInfId").text = "SECOND"
        for each in (first, second):
            _total(each, each, family, tag)
    else:
        above, _, tag = SINGLE[family].rpartition("/")
        _multiply(find(root, above), tag, TRANSACTIONS, 1)
    _total(find(root, "GrpHdr"), message, family, (GROUPS.get(family) or (SINGLE[family],))[-1])
    if family == "camt.053":
        _balance(root)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _copied(element: etree._Element) -> etree._Element:
    copy = etree.fromstring(etree.tostring(element))
    parent = element.getparent()
    assert parent is not None
    parent.insert(parent.index(element) + 1, copy)
    return copy


def _multiply(parent: etree._Element, tag: str, times: int, start: int) -> None:
    """Repeat the first of the children of a name until there are ``times``, then number them."""
    there = list(parent.iterchildren(f"{{*}}{tag}"))
    place = parent.index(there[-1]) + 1
    for number in range(times - len(there)):
        parent.insert(place + number, etree.fromstring(etree.tostring(there[0])))
    for number, each in enumerate(parent.iterchildren(f"{{*}}{tag}")):
        _number(each, start + number)


def _renumber(group: etree._Element, start: int) -> None:
    tags = {tag for _, tag in GROUPS.values()}
    each = [child for child in group if etree.QName(child).localname in tags]
    for number, one in enumerate(each):
        _number(one, start + number)


def _number(transaction: etree._Element, number: int) -> None:
    for element in transaction.iter("{*}*"):
        tag = etree.QName(element).localname
        if tag in _NUMBERED:
            element.text = f"{(element.text or '').partition('.')[0][:30]}.{number}"
        elif tag in ("UETR", "OrgnlUETR"):
            element.text = f"{(element.text or '')[:-2]}{number:02x}"


def _total(holder: etree._Element, around: etree._Element, family: str, tag: str) -> None:
    """Write count and sum of the transactions below ``around`` into ``holder``, where it has them."""
    found = list(around.iter(f"{{*}}{tag.rpartition('/')[2]}"))
    for element in holder.iterchildren("{*}NbOfTxs"):
        element.text = str(len(found))
    for element in holder.iterchildren("{*}CtrlSum"):
        amounts = [
            one for each in found for one in [each.find("/".join(f"{{*}}{s}" for s in _AMOUNTS[family].split("/")))]
        ]
        element.text = str(sum((Decimal(one.text or "0") for one in amounts if one is not None), Decimal(0)))


def _balance(root: etree._Element) -> None:
    """Make the closing balance of the statement the opening balance and its entries."""
    total = Decimal(find(root, "Stmt/Bal/Amt").text or "0")
    for entry in find(root, "Stmt").iterchildren("{*}Ntry"):
        sign = 1 if entry.findtext("{*}CdtDbtInd") == "CRDT" else -1
        total += sign * Decimal(entry.findtext("{*}Amt") or "0")
    find(root, "Stmt/Bal[2]/Amt").text = str(total)
