"""The decision: entitlement, candidates, criteria, the first that says yes to everything, settlement.

Nothing here reads a clock or changes a value: the same order, bank, moment and funds give the same decision. A
:class:`Router` only remembers answers that do not depend on what is left out of their keys.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from wissel.core.identifiers.iban import iban_formats
from wissel.routing import creditor_side, criteria
from wissel.routing.agent import Agent
from wissel.routing.bank import Bank, RouteRule
from wissel.routing.candidates import DEFAULT, FORCED, Named, candidates, rule_for
from wissel.routing.correspondents import OTHER_METHOD
from wissel.routing.creditor_side import There
from wissel.routing.criteria import Answer, Day
from wissel.routing.decision import Candidate, Decision, Rejection
from wissel.routing.entitlement import Debit, debit_of, is_this_bank, rejected
from wissel.routing.funds import Funds
from wissel.routing.network import Network
from wissel.routing.order import Order
from wissel.routing.payment_types import same_day_only
from wissel.routing.settlement import settle

REMEMBERED_MAX = 50_000
"""Answers of one kind that a router keeps; then it forgets them all and begins again."""


def decide(order: Order, bank: Bank, at: datetime, funds: Funds) -> Decision:
    """What to do with one order at a moment (aware). For many orders of one bank, :class:`Router` is quicker."""
    return Router(bank).decide(order, at, funds)


_T = TypeVar("_T")


class _Asked(NamedTuple):
    """One candidate with all its answers."""

    named: Named
    candidate: Candidate
    answers: tuple[Answer, ...]
    day: date
    there: There


class Router:
    """Decides orders of one bank, and remembers answers that come up again."""

    __slots__ = ("_days", "_plans", "_there", "bank")

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self._plans: dict[object, tuple[Named, ...]] = {}
        self._days: dict[object, Day] = {}
        self._there: dict[object, There] = {}

    def decide(self, order: Order, at: datetime, funds: Funds) -> Decision:
        """What to do with one order at a moment. Raises ValueError for one without a zone."""
        if at.tzinfo is None:
            raise ValueError("a decision needs a moment with its zone")
        debit = debit_of(order, self.bank, funds)
        if debit.rejection is not None:
            return _refusal(order, debit.rejection, ())
        rule = rule_for(order, self.bank.routes)
        by = DEFAULT if rule is None else FORCED if rule.forced else rule.name
        asked = [self._ask(named, order, at) for named in self._plan(order, rule)]
        chosen = next((one for one in asked if one.candidate.ok), None)
        shown = tuple(one.candidate for one in asked)
        if chosen is None:
            return _refusal(order, _why_none(asked, order), shown, by)
        return self._chosen(chosen, order, shown, by, debit)

    def _chosen(self, one: _Asked, order: Order, shown: tuple[Candidate, ...], by: str, debit: Debit) -> Decision:
        network = one.named.network
        settled = settle(network, self.bank, order, one.day, one.there)
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
            rule=by,
            fallback=one.named.fallback,
        )

    def _plan(self, order: Order, rule: RouteRule | None) -> tuple[Named, ...]:
        key = (
            rule.name if rule is not None else None,
            order.definition,
            order.currency,
            order.service_levels,
            order.local_instrument,
            order.category_purpose,
            order.clearing_channel,
            order.charge_bearer,
        )
        return _remembered(self._plans, key, lambda: candidates(order, self.bank, rule))

    def _ask(self, named: Named, order: Order, at: datetime) -> _Asked:
        network = named.network
        found = self._day(network, order, at)
        there = self._reach(network, order, found.day)
        answers = (
            *named.before,
            criteria.amount(network, order.amount, order),
            found.answer,
            *there.answers,
            creditor_side.creditor_account(network, self.bank, order),
            creditor_side.debtor_account(network, order),
        )
        kept = tuple([answer.criterion for answer in answers])
        ok = all(criterion.ok for criterion in kept)
        return _Asked(named, Candidate(network.name, ok, kept), answers, found.day, there)

    def _day(self, network: Network, order: Order, at: datetime) -> Day:
        kind, same = criteria.kind_of(order), same_day_only(order)
        key = (network.name, order.currency, order.requested_date, at, kind, same)
        made = (network, self.bank, order.currency, order.requested_date, at, kind, same)
        return _remembered(self._days, key, lambda: criteria.day(*made))

    def _reach(self, network: Network, order: Order, on: date) -> There:
        target, sender = self._target(order), order.instructing_agent
        if sender is not None and is_this_bank(sender, self.bank):
            sender = None
        account = order.creditor_account
        kind = criteria.kind_of(order)
        if account is None or (target is not None and target is not _creditor_agent(order)):
            named, known = "", ""
        elif network.kind == "book":
            named = known = account.identifier or ""
        else:
            named = account.iban or ""
            known = _bank_part(named)
        key = (network.name, target, known, sender, order.currency, on, kind)
        made = (network, self.bank, target, named, sender, order.currency, on, kind)
        return _remembered(self._there, key, lambda: creditor_side.there(*made))

    def _target(self, order: Order) -> Agent | None:
        """The agent to be reached: the first intermediary that is not us, else the creditor's agent."""
        for one in order.intermediary_agents:
            if one.identified and not is_this_bank(one, self.bank):
                return one
        agent = _creditor_agent(order)
        return agent if agent is not None and agent.identified else None


def _remembered(memory: dict[object, _T], key: object, make: Callable[[], _T]) -> _T:
    found = memory.get(key)
    if found is None:
        if len(memory) >= REMEMBERED_MAX:
            memory.clear()
        found = memory[key] = make()
    return found


def _creditor_agent(order: Order) -> Agent | None:
    return order.creditor_agent or order.creditor_institution


def _bank_part(iban: str) -> str:
    """What of an IBAN says which bank it is: all accounts of one bank are reached alike."""
    form = iban_formats().get(iban[:2])
    spans = [span for span in (form.bank, form.branch) if span] if form is not None else []
    return iban[: max(end for _, end in spans)] if spans else iban


def _refusal(order: Order, rejection: Rejection, shown: tuple[Candidate, ...], by: str | None = None) -> Decision:
    return Decision(order.transaction, None, None, None, None, shown, rejection, rule=by)


def _why_none(asked: list[_Asked], order: Order) -> Rejection:
    """The first no of the candidate that came farthest: a transfer inside the institution where the creditor's agent
    is this bank, else one that was asked for, else any that leaves the institution."""
    if not asked:
        return rejected("NO-NETWORK", "This bank uses no network that could carry the payment.")
    wanted = (
        [one for one in asked if one.named.network.kind == "book" and one.there.answers[1].criterion.ok]
        or [one for one in asked if one.named.asked]
        or [one for one in asked if one.named.network.kind != "book"]
        or asked
    )

    def passed(one: _Asked) -> int:
        return next(number for number, answer in enumerate(one.answers) if not answer.criterion.ok)

    def first(one: _Asked) -> Answer:
        return one.answers[passed(one)]

    # of two ways through correspondents, the one that the settlement instruction is about; of several the preferred
    best = max(wanted, key=lambda one: (first(one).code != OTHER_METHOD, passed(one)))
    answer = first(best)
    if answer.code is None:
        raise TypeError("a criterion that is not met names its finding")
    network, why = best.named.network.name, answer.criterion.why
    return rejected(answer.code, f"No network carries transaction {order.transaction}; nearest is {network}: {why}.")
