"""The decision table: each case is a row of ``decisions/*.toml``."""

import pytest

from tests.routing.cases import FOLDER, Case, bank_of, cases
from wissel.core.codes import catalogue
from wissel.routing.decide import Router, decide
from wissel.routing.decision import Decision, Hop
from wissel.routing.funds import FundsInMemory

FILES = ("day.toml", "entitlement.toml", "network.toml", "routes.toml")
CASES = [case for file in FILES for case in cases(file)]
KNOWN = {
    "network", "next", "method", "date", "settles_over", "definition", "rule", "failed", "reason", "code", "fallback",
    "between", "cover", "reimbursement", "debited", "account",
}  # fmt: skip


def _bics(hops: tuple[Hop, ...]) -> list[str | None]:
    return [hop.agent.bic for hop in hops]


def _seen(decision: Decision) -> dict[str, object]:
    settlement = decision.settlement
    seen: dict[str, object] = {
        "network": decision.network,
        "next": str(decision.next_agent) if decision.next_agent is not None else None,
        "definition": decision.definition,
        "rule": decision.rule,
        "fallback": decision.fallback,
        "between": _bics(decision.intermediaries),
        "cover": _bics(decision.cover),
        "debited": decision.amount,
        "account": decision.account,
        "failed": {one.network: list(one.failed) for one in decision.candidates},
    }
    if settlement is not None:
        agents = (settlement.instructing_reimbursement_agent, settlement.instructed_reimbursement_agent)
        seen |= {
            "method": settlement.method,
            "date": settlement.date,
            "settles_over": settlement.account,
            "reimbursement": [agent.bic for agent in agents if agent is not None],
        }
    if decision.rejection is not None:
        seen |= {"reason": decision.rejection.reason, "code": decision.rejection.code}
    return seen


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    bank = bank_of(case.bank)
    decision = decide(case.order, bank, case.at, FundsInMemory(bank.accounts))
    seen = _seen(decision)
    expected = dict(case.expected)
    failed = expected.pop("failed", {})
    found = {name: seen.get(name) for name in expected}
    assert found == expected, decision.rejection
    assert {name: seen["failed"].get(name) for name in failed} == failed  # type: ignore[attr-defined]
    assert ("network" in expected) == (decision.rejection is None)


def test_there_are_enough_cases_and_each_says_something() -> None:
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)
    assert {path.name for path in FOLDER.glob("*.toml")} == {*FILES, "orders.toml", "variants.toml"}
    for case in CASES:
        assert set(case.expected) <= KNOWN, case.name
        assert ("network" in case.expected) != ("reason" in case.expected), case.name


def test_every_finding_of_routing_is_met_by_a_case() -> None:
    met = {case.expected["code"] for case in CASES if "code" in case.expected}
    routing = {code for code, row in catalogue().items() if row.stage == "routing"}
    decisions = {code for code in routing if catalogue()[code].reason is not None}
    assert decisions - met == set()


def test_a_router_that_remembers_decides_as_one_that_is_new() -> None:
    for variant in {case.bank for case in CASES}:
        bank = bank_of(variant)
        router, funds = Router(bank), FundsInMemory(bank.accounts)
        for case in [case for case in CASES if case.bank == variant] * 2:
            assert router.decide(case.order, case.at, funds) == decide(case.order, bank, case.at, funds)
