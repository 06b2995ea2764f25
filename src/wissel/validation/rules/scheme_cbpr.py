"""What CBPR+ asks of payments beyond single conditions on elements: header, parties, charges, remittance."""

from collections.abc import Iterator
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, block_rule, value_rule
from wissel.validation.rules.block_values import EEA_COUNTRIES, amount
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_SOURCE = "CBPR+ usage guidelines, {} (secondary source)"
_HEADER = "head.001.001.02"
_PAYMENTS = ("pacs.004", "pacs.008", "pacs.009")
_COPIES = ("COPY", "CODU")
_STRUCTURED_CHARACTERS_MAX = 9_000
_AGENT = "FinInstnId"
_EEA = frozenset(EEA_COUNTRIES)
_PAIRS = frozenset(frozenset(pair) for pair in (("ES", "AD"), ("FR", "MC"), ("IT", "SM"), ("IT", "VA")))
"""Countries that count as one for payments straight through."""


@block_rule(
    "HEADER-MISSING",
    ("message",),
    source=_SOURCE.format("business application header"),
    reason="FF01",
    optional=True,
)
def header_missing(_block: Block, scope: Scope) -> Iterator[Flaw]:
    """A business application header (AppHdr) goes before the document.

    The network delivers by the header: it names sender, receiver and service. A document alone goes nowhere.
    """
    if scope.header is None:
        yield Flaw("The document has no business application header.", allowed=f"AppHdr ({_HEADER})")


@block_rule(
    "HEADER-PRIORITY-DIFFERS",
    ("transaction",),
    source=_SOURCE.format("priority and instruction priority"),
    families=("pacs.008", "pacs.009"),
    needs=("PmtTpInf/InstrPrty",),
    reason="CH16",
    optional=True,
)
def priority(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The priority of the header and that of the payment are the same, where both are given.

    The network goes by one, the banks by the other.
    """
    path = "PmtTpInf/InstrPrty"
    named = scope.header.text("Prty") if scope.header is not None else None
    own = block.text(path)
    if named is not None and own is not None and named != own:
        message = f"The header says {named}, the payment {own}."
        yield Flaw(message, block.shape.first[path], value=own, allowed=named)


@block_rule(
    "HEADER-ASSIGNMENT-DIFFERS",
    ("message",),
    source=_SOURCE.format("assigner and assignee of camt.056"),
    families=("camt.056",),
    needs=("Assgnmt",),
    reason="RC01",
    optional=True,
)
def assignment(block: Block, scope: Scope) -> Iterator[Flaw]:
    """Assigner and assignee are sender and receiver of the header, unless it is a copy.

    A cancellation that comes from or goes to another bank than it says cannot be answered.
    """
    header = scope.header
    if header is None or header.text("CpyDplct") in _COPIES:
        return
    for side, role in (("Fr", "Assgnr"), ("To", "Assgne")):
        path = f"Assgnmt/{role}/Agt/FinInstnId/BICFI"
        named, own = header.text(f"{side}/FIId/FinInstnId/BICFI"), block.text(path)
        if named is not None and own is not None and named != own:
            message = f"The header says {named} in {side}, the assignment {own} in {role}."
            yield Flaw(message, block.shape.first[path], value=own, allowed=named)


@value_rule(
    "OFFSET-WRITTEN-AS-LETTER",
    ("ISODateTime",),
    source=_SOURCE.format("date and time"),
    reason="DT02",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
)
def offset_letter(text: str) -> Flaw | None:
    """The offset from UTC is written in figures, not as Z.

    The network's schema is said to take +00:00 only; its handbook does not say so, so this is a warning.
    """
    if not text.endswith("Z"):
        return None
    return Flaw("The offset is written as Z.", allowed="+00:00", hint=f"write {text[:-1]}+00:00")


@lru_cache(maxsize=4096)
def addressed(shape: Shape) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Of a block: agents with only one of name and address, parties with an address and no name, and branches."""
    named: set[str] = set()
    addresses: dict[str, None] = {}
    branches: dict[str, None] = {}
    for path in shape.paths:
        steps = path.split("/")
        for depth, step in enumerate(steps):
            tag = step.partition("[")[0]
            if tag == "Nm" and depth == len(steps) - 1:
                named.add("/".join(steps[:depth]))
            elif tag == "PstlAdr" and "RmtLctnDtls" not in path:
                addresses["/".join(steps[:depth])] = None
            elif tag == "BrnchId":
                branches["/".join(steps[: depth + 1])] = None
    agents = {one for one in (*named, *addresses) if one.rpartition("/")[2] == _AGENT}
    apart = tuple(sorted(one for one in agents if (one in named) != (one in addresses)))
    nameless = tuple(one for one in addresses if one not in named and one.rpartition("/")[2] not in (_AGENT, "BrnchId"))
    return apart, nameless, tuple(branches)


@block_rule(
    "AGENT-NAME-OR-ADDRESS-MISSING",
    ("message", "group", "transaction"),
    source=_SOURCE.format("agent name and postal address"),
    families=(*_PAYMENTS, "pain.001"),
    reason="CH21",
    optional=True,
    screen=lambda block, _: None if addressed(block.shape)[0] else (),
)
def agent_name_and_address(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Name and postal address of an agent are given together or not at all.

    One without the other does not tell a bank from another of the same name or place.
    """
    for path in addressed(block.shape)[0]:
        has_name = f"{path}/Nm" in block.shape.paths
        message = "The agent has a name and no postal address." if has_name else "The agent has an address and no name."
        yield Flaw(message, path=path, allowed="Nm and PstlAdr, or neither")


@block_rule(
    "PARTY-ADDRESS-WITHOUT-NAME",
    ("message", "group", "transaction"),
    source=_SOURCE.format("party name and postal address"),
    families=(*_PAYMENTS, "pacs.002", "pain.001", "pain.002", "camt.052"),
    reason="CH21",
    optional=True,
    screen=lambda block, _: None if addressed(block.shape)[1] else (),
)
def address_without_name(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A party with a postal address has a name.

    An address does not say who lives there.
    """
    for path in addressed(block.shape)[1]:
        yield Flaw("The party has a postal address and no name.", path=path, allowed="Nm beside PstlAdr")


@block_rule(
    "BRANCH-ID-NOT-USED",
    ("message", "group", "transaction"),
    source=_SOURCE.format("branch identification"),
    confidence="medium",
    reason="CH17",
    optional=True,
    screen=lambda block, _: None if addressed(block.shape)[2] else (),
)
def branches(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A branch is not given beside its institution (BrnchId).

    The BIC tells the branch; a second description is not carried.
    """
    for path in addressed(block.shape)[2]:
        yield Flaw("The network does not carry BrnchId.", path=path, allowed="the branch's own BIC")


@lru_cache(maxsize=4096)
def _agents(shape: Shape) -> tuple[str, ...]:
    """Elements of agents in a transaction that are described in no way that is enough."""
    found: list[str] = []
    for path in dict.fromkeys(one.partition(f"/{_AGENT}/")[0] for one in shape.paths if f"/{_AGENT}/" in one):
        below = f"{path}/{_AGENT}"
        have = [one[len(below) + 1 :] for one in shape.paths if one.startswith(below + "/")]
        described = "Nm" in have and {"PstlAdr/TwnNm", "PstlAdr/Ctry"} <= set(have)
        if "BICFI" not in have and not described and not any(one.startswith("ClrSysMmbId") for one in have):
            found.append(below)
    return tuple(found)


@block_rule(
    "AGENT-NOT-IDENTIFIED",
    ("transaction",),
    source=_SOURCE.format("agent options 1 to 3"),
    families=_PAYMENTS,
    severity=Severity.WARNING,
    confidence="medium",
    reason="RC01",
    optional=True,
    screen=lambda block, _: None if _agents(block.shape) else (),
)
def agents(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """An agent is given by its BIC, by its clearing number, or by name with town and country.

    Otherwise the next bank has to guess where to send the payment.
    """
    for path in _agents(block.shape):
        allowed = "BICFI; or ClrSysMmbId; or Nm with PstlAdr/TwnNm and PstlAdr/Ctry"
        yield Flaw("What is given of this agent does not identify it.", path=path, allowed=allowed)


@block_rule(
    "STP-PARTY-WITHOUT-IBAN",
    ("transaction",),
    source=_SOURCE.format("debtor and creditor of payments straight through"),
    families=("pacs.008",),
    reason="AC01",
    optional=True,
)
def stp_parties(block: Block, scope: Scope) -> Iterator[Flaw]:
    """Between European banks a payment straight through gives name and IBAN of both parties.

    That is the case where both agents are in the EEA, or in one of the pairs ES/AD, FR/MC, IT/SM and IT/VA; the full
    list of countries is not known here.
    """
    service = scope.header.text("BizSvc") if scope.header is not None else None
    if service is None or ".stp." not in service:
        return
    countries = [(block.text(f"{agent}/{_AGENT}/BICFI") or "")[4:6] for agent in ("DbtrAgt", "CdtrAgt")]
    if not set(countries) <= _EEA and frozenset(countries) not in _PAIRS:
        return
    for party in ("Dbtr", "Cdtr"):
        for path in (f"{party}/Nm", f"{party}Acct/Id/IBAN"):
            if not block.has(path):
                message = f"Between {countries[0]} and {countries[1]} a payment straight through has {path}."
                yield Flaw(message, path=path, allowed=path)


@block_rule(
    "CREDITOR-AGENT-INSTRUCTION-REPEATED",
    ("transaction",),
    source=_SOURCE.format("instruction for creditor agent"),
    families=("pacs.008", "pacs.009", "pain.001"),
    needs=("InstrForCdtrAgt/Cd",),
    reason="CH16",
    optional=True,
)
def instructions_repeated(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Each code of an instruction for the creditor's bank is given once.

    A second one says nothing more and takes the place of another.
    """
    seen: set[str] = set()
    for number in block.shape.places["InstrForCdtrAgt/Cd"]:
        text = block.texts[number].strip()
        if text in seen:
            yield Flaw(f"The instruction {text} is given twice.", number, value=text)
        seen.add(text)


@block_rule(
    "CHARGES-NOT-TOLD",
    ("transaction",),
    source=_SOURCE.format("DEBT rule 1 and returned instructed amount rule 1"),
    families=("pacs.004", "pacs.008"),
    needs=("InstdAmt", "RtrdInstdAmt"),
    confidence="medium",
    reason="CH21",
    optional=True,
)
def charges_not_told(block: Block, scope: Scope) -> Iterator[Flaw]:
    """Where instructed and settled amounts differ in one currency, charges say why.

    In a pacs.008 that is more settled than instructed with charges on the debtor (prepaid charges), in a pacs.004 any
    difference.
    """
    pair = ("InstdAmt", "IntrBkSttlmAmt") if scope.family == "pacs.008" else ("RtrdInstdAmt", "RtrdIntrBkSttlmAmt")
    instructed, settled = (amount(block, path) for path in pair)
    if instructed is None or settled is None or block.text(f"{pair[0]}/@Ccy") != block.text(f"{pair[1]}/@Ccy"):
        return
    differs = instructed != settled
    if scope.family == "pacs.008":
        differs = block.text("ChrgBr") == "DEBT" and settled > instructed
    told = any(text.strip("0.") for text in block.all_texts("ChrgsInf/Amt"))
    if differs and not told:
        message = f"{pair[0]} is {instructed}, {pair[1]} {settled}, and no charge is told."
        yield Flaw(message, block.shape.first[pair[1]], value=str(settled), allowed="ChrgsInf with an amount")


@block_rule(
    "PARTIAL-RETURN-NOT-TOLD",
    ("transaction",),
    source=_SOURCE.format("partial return"),
    families=("pacs.004",),
    needs=("OrgnlIntrBkSttlmAmt",),
    severity=Severity.WARNING,
    confidence="medium",
    reason="CH21",
    optional=True,
)
def partial_return(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A return of less than was sent, without charges, is marked as partial (PART in AddtlInf).

    Otherwise the receiver takes it for the whole and closes the case.
    """
    returned, original = amount(block, "RtrdIntrBkSttlmAmt"), amount(block, "OrgnlIntrBkSttlmAmt")
    same = block.text("RtrdIntrBkSttlmAmt/@Ccy") == block.text("OrgnlIntrBkSttlmAmt/@Ccy")
    if returned is None or original is None or not same or returned >= original or block.has("ChrgsInf"):
        return
    if not any(text.startswith("PART") for text in block.all_texts("RtrRsnInf/AddtlInf")):
        number = block.shape.first["RtrdIntrBkSttlmAmt"]
        message = f"{returned} of {original} comes back, and nothing marks the return as partial."
        yield Flaw(message, number, value=str(returned), allowed="RtrRsnInf/AddtlInf PART")


@lru_cache(maxsize=4096)
def _structured(shape: Shape) -> tuple[int, ...]:
    return tuple(n for n, path in enumerate(shape.plain) if "RmtInf/Strd/" in path and "@" not in path)


@block_rule(
    "STRUCTURED-REMITTANCE-ABOVE-9000",
    ("transaction",),
    source=_SOURCE.format("structured remittance information"),
    families=("pacs.004", "pacs.008", "pacs.009", "pain.001"),
    needs=("**/Strd",),
    confidence="medium",
    reason="RR07",
    optional=True,
)
def structured_remittance(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Structured remittance information has at most 9,000 characters, tags not counted.

    Messages have a limit on their size; what is beyond is refused.
    """
    numbers = _structured(block.shape)
    size = sum(len(block.texts[number].strip()) for number in numbers)
    if size > _STRUCTURED_CHARACTERS_MAX:
        path = block.shape.plain[numbers[0]].partition("Strd/")[0] + "Strd"
        message = f"The structured remittance information has {size:,} characters."
        yield Flaw(message, path=path, allowed=f"at most {_STRUCTURED_CHARACTERS_MAX:,} characters")


RULES: tuple[Rule, ...] = (
    header_missing,
    priority,
    assignment,
    offset_letter,
    agent_name_and_address,
    address_without_name,
    branches,
    agents,
    stp_parties,
    instructions_repeated,
    charges_not_told,
    partial_return,
    structured_remittance,
)
