"""``[[correspondent]]`` and ``[[settlement]]`` of ``wissel.toml``: the banks behind a currency, and the way to take."""

from collections.abc import Mapping, Sequence

from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.country import check_country
from wissel.engine.bank.accounts import Accounts
from wissel.engine.bank.conditions import contradiction, covers
from wissel.engine.bank.section import Section, check_bic_pattern, check_payable_currency
from wissel.routing.bank import AccountKind, Correspondent, Identity, Method, SettlementInstruction
from wissel.routing.correspondents import INTERMEDIARIES_MAX

_Known = Mapping[tuple[str, str], Correspondent]
"""By institution (eight characters of the BIC) and currency."""


def read_correspondents(top: Section, accounts: Accounts, us: Identity | None) -> tuple[Correspondent, ...]:
    """All correspondents in the order of the file, checked against the accounts and each other."""
    read: list[tuple[Section, Correspondent]] = []
    known: dict[tuple[str, str], Correspondent] = {}
    for section in top.rows("correspondent"):
        one = _correspondent(section, accounts, us)
        if one is None:
            continue
        key = (one.bic[:8], one.currency)
        if key in known:
            section.fault(f"the correspondent {one.bic} stands twice for {one.currency}", "bic")
        known.setdefault(key, one)
        read.append((section, one))
    for section, one in read:
        _check_way(section, one, known)
    return tuple(one for _, one in read)


def _correspondent(section: Section, accounts: Accounts, us: Identity | None) -> Correspondent | None:
    section.only(("bic", "name", "currency", "nostro", "vostro", "via"))
    bic = section.text("bic", check_bic, required=True)
    currency = section.text("currency", check_payable_currency, required=True)
    name = section.text("name")
    nostro, vostro = section.text("nostro"), section.text("vostro")
    via = section.text("via", check_bic)
    for key, bank in (("bic", bic), ("via", via)):
        if us is not None and bank is not None and us.is_bic(bank):
            section.fault(f"{key}: {bank} is this bank itself", key)
    if bic is None or currency is None:
        return None
    one = Correspondent(bic, name or bic, currency, nostro, vostro, via)
    _check_account(section, "nostro", AccountKind.NOSTRO, one, accounts)
    _check_account(section, "vostro", AccountKind.VOSTRO, one, accounts)
    if not section.values.keys() & {"nostro", "vostro", "via"}:
        section.fault(
            f"{bic} has no account for {currency}: name our account there (nostro), theirs with us (vostro), or the "
            "correspondent through which it is reached (via)"
        )
    return one


def _check_account(section: Section, key: str, kind: AccountKind, one: Correspondent, accounts: Accounts) -> None:
    name = one.nostro if kind is AccountKind.NOSTRO else one.vostro
    if name is None:
        return
    account = accounts.get(name)
    if accounts.missing(name):
        section.fault(f"{key}: accounts.csv has no account {name!r}", key)
    elif account is None:
        return  # its own row is faulty
    elif account.kind is not kind:
        section.fault(f"{key}: {name} is of kind {account.kind.value}, not {kind.value}", key)
    elif account.currency != one.currency:
        section.fault(f"{key}: {name} is in {account.currency}, not in {one.currency}", key)
    elif account.bank is not None and account.bank[:8] != one.bic[:8]:
        section.fault(f"{key}: {name} is an account with {account.bank}, not with {one.bic}", key)


def _check_way(section: Section, one: Correspondent, known: _Known) -> None:
    """Whether ``via`` leads to a correspondent with an account, and not in a circle."""
    if one.via is None:
        return
    if one.nostro or one.vostro:
        section.fault("via is for a correspondent without an account; this one has one", "via")
        return
    if (one.via[:8], one.currency) not in known:
        section.fault(f"via: there is no correspondent {one.via} for {one.currency}", "via")
        return
    names = [step.bic[:8] for step in way_to(one, known)]
    if names[-1] == names[0] and len(names) > 1:  # said for each of the circle, not for those that lead into it
        section.fault(f"via: the correspondents go round in a circle: {' via '.join(names)}", "via")


def way_to(one: Correspondent, known: _Known) -> list[Correspondent]:
    """A correspondent and those behind which it stands, as far as the first with an account; where they go round in a
    circle, as far as the first that comes again."""
    way = [one]
    while way[-1].via is not None and not (way[-1].nostro or way[-1].vostro):
        following = known.get((way[-1].via[:8], one.currency))
        if following is None:
            break
        way.append(following)
        if following in way[:-1]:
            break
    return way


def read_instructions(
    top: Section, correspondents: Sequence[Correspondent], us: Identity | None
) -> tuple[SettlementInstruction, ...]:
    """All settlement instructions in the order of the file."""
    known = {(one.bic[:8], one.currency): one for one in reversed(correspondents)}
    named = _named(top)
    read: list[tuple[Section, SettlementInstruction]] = []
    for section in top.rows("settlement"):
        one = _instruction(section, us)
        if one is None:
            continue
        if (one.correspondent[:8], one.currency) not in named:
            section.fault(
                f"correspondent: there is no [[correspondent]] {one.correspondent} for {one.currency}", "correspondent"
            )
        _check_method(section, one, known)
        for earlier_section, earlier in read:
            if earlier.currency == one.currency and covers(earlier, one):
                line = earlier_section.line()
                section.fault(f"it is never used: the one of line {line} comes first and holds for the same banks")
                break
        read.append((section, one))
    return tuple(one for _, one in read)


def _named(top: Section) -> set[tuple[str, str]]:
    """Institutions and currencies of all correspondents, those that are faulty too."""
    rows = top.values.get("correspondent")
    tables = [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list) else []
    return {(str(one.get("bic"))[:8], str(one.get("currency"))) for one in tables}


def _instruction(section: Section, us: Identity | None) -> SettlementInstruction | None:
    keys = ("currency", "method", "correspondent", "intermediary", "reimbursement", "banks", "countries")
    section.only(keys)
    currency = section.text("currency", check_payable_currency, required=True)
    method = section.choice("method", [one.value for one in Method])
    correspondent = section.text("correspondent", check_bic, required=True)
    intermediary, reimbursement = section.text("intermediary", check_bic), section.text("reimbursement", check_bic)
    banks = section.texts("banks", check_bic_pattern) or ("*",)
    countries = frozenset(section.texts("countries", check_country))
    for key, bank in (("intermediary", intermediary), ("reimbursement", reimbursement)):
        if us is not None and bank is not None and us.is_bic(bank):
            section.fault(f"{key}: {bank} is this bank itself", key)
    if correspondent and intermediary and correspondent[:8] == intermediary[:8]:
        section.fault(f"intermediary: {intermediary} is the correspondent itself: a circle", "intermediary")
    if reason := contradiction(banks, countries):
        section.fault(f"it is never used: {reason}", "countries")
    if currency is None or method is None or correspondent is None:
        return None
    return SettlementInstruction(currency, Method(method), correspondent, intermediary, reimbursement, banks, countries)


def _check_method(section: Section, one: SettlementInstruction, known: _Known) -> None:
    if one.method is Method.SERIAL and one.reimbursement:
        section.fault('reimbursement stands only with method = "cover"', "reimbursement")
    correspondent = known.get((one.correspondent[:8], one.currency))
    if correspondent is None:
        return
    way = way_to(correspondent, known)
    if one.method is Method.COVER and way[-1].nostro is None and way[-1].via is None:
        section.fault(
            f'correspondent: with method = "cover" {way[-1].bic} pays from our account there, and its '
            f"[[correspondent]] for {one.currency} names no nostro",
            "correspondent",
        )
    further = [bic for bic in (one.intermediary, one.reimbursement) if bic and bic[:8] != one.correspondent[:8]]
    agents = [step.bic[:8] for step in way] + [bic[:8] for bic in further]
    if len(agents) - 1 > INTERMEDIARIES_MAX:
        said = f"there are {len(agents)} banks on the way, and a payment can name {INTERMEDIARIES_MAX + 1}"
        section.fault(said, "correspondent")
    elif one.intermediary and (twice := [bic for bic in further if agents.count(bic[:8]) > 1]):
        section.fault(f"the way goes through {twice[0]} twice: a circle", "correspondent")
