"""A decision as plain data, in the names and order of the JSON contract."""

from typing import Any

from wissel.routing.decision import Decision, Settlement


def decision_as_dict(decision: Decision) -> dict[str, Any]:
    """A decision with all its candidates. What only some decisions have (why rejected, cover, agents between) is there
    only with them."""
    data: dict[str, Any] = {
        "transaction": decision.transaction,
        "network": decision.network,
        "next_agent": None if decision.next_agent is None else str(decision.next_agent),
        "settlement": None if decision.settlement is None else _settlement(decision.settlement),
        "definition": decision.definition,
    }
    if decision.rejection is not None:
        one = decision.rejection
        data["rejection"] = {"reason": one.reason, "code": one.code, "message": one.message}
    if decision.intermediaries:
        data["intermediaries"] = [str(hop.agent) for hop in decision.intermediaries]
    if decision.cover:
        data["cover"] = [str(hop.agent) for hop in decision.cover]
    data["candidates"] = [
        {
            "network": candidate.network,
            "ok": candidate.ok,
            "criteria": [{"criterion": one.criterion, "ok": one.ok, "why": one.why} for one in candidate.criteria],
        }
        for candidate in decision.candidates
    ]
    return data


def _settlement(settlement: Settlement) -> dict[str, Any]:
    data: dict[str, Any] = {
        "method": settlement.method,
        "date": settlement.date.isoformat(),
        "account": settlement.account,
    }
    if settlement.instructing_reimbursement_agent is not None:
        data["instructing_reimbursement_agent"] = str(settlement.instructing_reimbursement_agent)
    if settlement.instructed_reimbursement_agent is not None:
        data["instructed_reimbursement_agent"] = str(settlement.instructed_reimbursement_agent)
    return data
