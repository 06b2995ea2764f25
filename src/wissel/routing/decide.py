"""The decision: entitlement, candidates, criteria, the first that says yes to everything, settlement.

Nothing here reads a clock or changes a value: the same order, bank, moment and funds give the same decision. A
:class:`Router` only remembers answers that do not depend on what is left out of their keys.
"""

from datetime import datetime
from typing import NamedTuple, TypeVar

from wissel.routing import creditor_side, criteria
from wissel.routing.account_side import Accounts, accounts_of, credited, creditor_account, debtor_account
from wissel.routing.agent import Agent
from wissel.routing.bank import Bank, RouteRule
from wissel.routing.candidates import DEFAULT, FORCED, Named, candidates, rule_for
from wissel.routing.correspondents import OTHER_METHOD
from wissel.routing.creditor_side import There, Wanted
from wissel.routing.criteria import Day
from wissel.routing.decision import Candidate, Criterion, Decision, Rejection
from wissel.routing.entitlement import Debit, debit_of, is_this_bank, rejected
from wissel.routing.funds import Funds
from wissel.routing.network import TransferKind
from wissel.routing.order import Order
from wissel.routing.payment_types import same_day_only
from wissel.routing.settlement import settle

REMEMBERED_MAX = 4_096
"""Answers of one kind that a router keeps; then it forgets them all and begins again."""

_K = TypeVar("_K")
_T = TypeVar("_T")


def decide(order: Order, bank: Bank, at: datetime, funds: Funds) -> Decision:
    """What to do with one order at a moment (aware). For many orders of one bank, :class:`Router` is quicker."""
    return Router(bank).decide(order, at, funds)


class _Entry(NamedTuple):
    """One candidate of a plan: what of its answers follows from the type of the payment alone."""

    named: Named
    ok: bool
    amount: Criterion | None
    """Where it is the same for every amount."""


class _Plan(NamedTuple):
    """What follows from the type of a payment."""

    number: int
    """Of its own in the router."""
    by: str
    """What named the candidates."""
    kind: TransferKind
    same_day: str | None
    entries: tuple[_Entry, ...]


class _Slot(NamedTuple):
    """One candidate on one day, for payments that name the same kinds of accounts."""

    entry: _Entry
    day: Day
    creditor: Criterion | None
    """``creditor-account``; None where it depends on which account it is."""
    debtor: Criterion
    """``debtor-account``."""
    ok: bool
    """Whether all answers so far are yes."""
    shared: "dict[int, _Side | _Asked]"
    """By the answer of the creditor's side, where that is one of those made once."""


class _Side(NamedTuple):
    """One candidate with the answers of the creditor's side."""

    slot: _Slot
    there: There
    ok: bool


class _Asked(NamedTuple):
    """One candidate with all its answers."""

    side: _Side
    candidate: Candidate


class Router:
    """Decides orders of one bank, and remembers answers that come up again."""

    __slots__ = ("_ours", "_own", "_planned", "_plans", "_seen", "_sides", "_slots", "bank")

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self._plans: dict[object, _Plan] = {}
        self._planned = 0
        self._sides: dict[object, tuple[_Side | _Asked, ...]] = {}
        self._seen: set[int] = set()
        self._slots: dict[object, tuple[_Slot, ...]] = {}
        self._own = frozenset(bic[:8] for bic in (bank.identity.bic, *bank.identity.bics))
        self._ours: dict[Agent, bool] = {}

    def decide(self, order: Order, at: datetime, funds: Funds) -> Decision:
        """What to do with one order at a moment. Raises ValueError for one without a zone."""
        if at.tzinfo is None:
            raise ValueError("a decision needs a moment with its zone")
        debit = debit_of(order, self.bank, funds)
        if debit.rejection is not None:
            return Decision(order.transaction, None, None, None, None, (), debit.rejection)
        plan = self._plan(order)
        asked = [
            side if type(side) is _Asked else _ask(side, order, self.bank)  # type: ignore[arg-type]
            for side in self._sides_of(order, plan, at)
        ]
        shown = tuple([one.candidate for one in asked])
        for one in asked:
            if one.candidate.ok:
                return self._chosen(one, order, shown, plan, debit)
        return Decision(order.transaction, None, None, None, None, shown, _why_none(asked, order), rule=plan.by)

    def _chosen(self, one: _Asked, order: Order, shown: tuple[Candidate, ...], plan: _Plan, debit: Debit) -> Decision:
        slot = one.side.slot
        network = slot.entry.named.network
        settled = settle(network, self.bank, order, slot.day.day, one.side.there)
        return Decision(
            transaction=order.transaction,
            network=network.name,
            next_agent=settled.next_agent,
            settlement=settled.settlement,
            definition=None if network.kind == "book" else network.definitions[criteria.sent_family(order)],
            candidates=shown,
            intermediaries=settled.intermediaries,
            cover=settled.cover,
            account=debit.account,
            amount=debit.amount,
            rule=plan.by,
            fallback=slot.entry.named.fallback,
        )

    def _plan(self, order: Order) -> _Plan:
        rule = rule_for(order, self.bank.routes) if self.bank.routes else None
        key = (
            id(rule),  # a rule of the bank lives as long as this router
            order.definition,
            order.currency,
            order.service_levels,
            order.local_instrument,
            order.category_purpose,
            order.clearing_channel,
            order.charge_bearer,
            order.amount is None,
        )
        plan = self._plans.get(key)
        if plan is None:
            self._planned += 1
            plan = _kept(self._plans, key, _planned(self._planned, order, self.bank, rule))
        return plan

    def _sides_of(self, order: Order, plan: _Plan, at: datetime) -> tuple[_Side | _Asked, ...]:
        """The answers for each candidate that other payments to the same bank on the same day share; whole where
        nothing else is to be asked."""
        target, sender, account = self._target(order), order.instructing_agent, order.creditor_account
        if sender is not None and self._is_ours(sender):
            sender = None
        known, part = "", ""
        if account is not None and (target is None or target is _creditor_agent(order)):
            known = account.identifier or ""
            part = self.bank.directory.bank_part(account.iban) if account.iban is not None and target else known
        accounts = accounts_of(order)
        key = (plan.number, target, part, sender, accounts, order.requested_date, at)
        sides = self._sides.get(key)
        if sides is None:
            ours = target is not None and self._is_ours(target)
            iban = known if account is not None and account.iban is not None else ""
            wanted = Wanted(target, ours, known, iban, sender, self._own)
            slots = self._slots_of(order, plan, accounts, at)
            made = [self._side(slot, order.currency, plan.kind, wanted) for slot in slots]
            sides = tuple(made)
            if self._is_seen(hash(key)):
                _kept(self._sides, key, sides)
        return sides

    def _side(self, slot: _Slot, currency: str, kind: TransferKind, wanted: Wanted) -> _Side | _Asked:
        there = creditor_side.there(slot.entry.named.network, self.bank, wanted, currency, slot.day.day, kind)
        if not there.shared:
            return _made(slot, there)
        made = slot.shared.get(id(there))  # those made once live for ever
        if made is None:
            made = slot.shared[id(there)] = _made(slot, there)
        return made

    def _slots_of(self, order: Order, plan: _Plan, accounts: Accounts, at: datetime) -> tuple[_Slot, ...]:
        key = (plan.number, accounts, order.requested_date, at)
        slots = self._slots.get(key)
        if slots is None:
            made = [_slot(entry, self.bank, order, plan, accounts, at) for entry in plan.entries]
            slots = _kept(self._slots, key, tuple(made))
        return slots

    def _target(self, order: Order) -> Agent | None:
        """The agent to be reached: the first intermediary that is not us, else the creditor's agent."""
        for one in order.intermediary_agents:
            if one.identified and not self._is_ours(one):
                return one
        agent = _creditor_agent(order)
        return agent if agent is not None and agent.identified else None

    def _is_seen(self, number: int) -> bool:
        """Whether it comes again; what comes once is not worth its memory."""
        if number in self._seen:
            return True
        if len(self._seen) >= REMEMBERED_MAX:
            self._seen.clear()
        self._seen.add(number)
        return False

    def _is_ours(self, agent: Agent) -> bool:
        ours = self._ours.get(agent)
        return _kept(self._ours, agent, is_this_bank(agent, self.bank)) if ours is None else ours


def _kept(memory: dict[_K, _T], key: _K, value: _T) -> _T:
    """The value, remembered."""
    if len(memory) >= REMEMBERED_MAX:
        memory.clear()
    memory[key] = value
    return value


def _planned(number: int, order: Order, bank: Bank, rule: RouteRule | None) -> _Plan:
    entries = []
    for named in candidates(order, bank, rule):
        same = None if order.amount is None else criteria.amount_of_any(named.network, order.currency)
        entries.append(_Entry(named, all(one.ok for one in named.before), same))
    by = DEFAULT if rule is None else FORCED if rule.forced else rule.name
    return _Plan(number, by, criteria.kind_of(order), same_day_only(order), tuple(entries))


def _slot(entry: _Entry, bank: Bank, order: Order, plan: _Plan, accounts: Accounts, at: datetime) -> _Slot:
    network = entry.named.network
    day = criteria.day(network, bank, order.currency, order.requested_date, at, plan.kind, plan.same_day)
    creditor = None if network.kind == "book" else creditor_account(network, accounts, plan.kind)
    debtor = debtor_account(network, accounts, plan.kind)
    return _Slot(entry, day, creditor, debtor, entry.ok and day.answer.ok and debtor.ok, {})


def _made(slot: _Slot, there: There) -> _Side | _Asked:
    one, two = there.answers
    side = _Side(slot, there, slot.ok and one.ok and two.ok)
    if slot.entry.amount is None or slot.creditor is None:
        return side
    return _asked(side, slot.entry.amount, slot.creditor)


def _ask(side: _Side, order: Order, bank: Bank) -> _Asked:
    """The answers that depend on the amount and on which account is credited."""
    amount, creditor = side.slot.entry.amount, side.slot.creditor
    if amount is None:
        value = order.amount
        amount = criteria.exchange(order) if value is None else criteria.amount(side.slot.entry.named.network, value)
    return _asked(side, amount, credited(bank, order) if creditor is None else creditor)


def _asked(side: _Side, amount: Criterion, creditor: Criterion) -> _Asked:
    slot, there, ok = side
    named = slot.entry.named
    answers = (*named.before, amount, slot.day.answer, *there.answers, creditor, slot.debtor)
    return _Asked(side, Candidate(named.network.name, ok and amount.ok and creditor.ok, answers))


def _creditor_agent(order: Order) -> Agent | None:
    return order.creditor_agent or order.creditor_institution


def _why_none(asked: list[_Asked], order: Order) -> Rejection:
    """The first no of the candidate that came farthest: a transfer inside the institution where the creditor's agent
    is this bank, else one that was asked for, else any that leaves the institution."""
    if not asked:
        return rejected("NO-NETWORK", "This bank uses no network that could carry the payment.")

    def is_book(one: _Asked) -> bool:
        return one.side.slot.entry.named.network.kind == "book"

    wanted = (
        [one for one in asked if is_book(one) and one.side.there.answers[1].ok]
        or [one for one in asked if one.side.slot.entry.named.asked]
        or [one for one in asked if not is_book(one)]
        or asked
    )
    firsts = [(one, *_first_no(one.candidate)) for one in wanted]
    # of two ways through correspondents, the one that the settlement instruction is about; of several the preferred
    best, _, answer = max(firsts, key=lambda first: (first[2].code != OTHER_METHOD, first[1]))
    if answer.code is None:
        raise TypeError("a criterion that is not met names its finding")
    said = f"No network carries transaction {order.transaction}; nearest is {best.candidate.network}: {answer.why}."
    return rejected(answer.code, said)


def _first_no(candidate: Candidate) -> tuple[int, Criterion]:
    """The first criterion that is not met, and how many are before it."""
    return next((number, one) for number, one in enumerate(candidate.criteria) if not one.ok)
