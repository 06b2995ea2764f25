"""Ways through correspondents that no bank directory would be accepted with, and those that are just possible."""

from dataclasses import replace

import pytest

from tests.routing.cases import bank_of
from wissel.routing.agent import Agent
from wissel.routing.bank import Bank, Correspondent, Method, SettlementInstruction
from wissel.routing.correspondents import NoWay, Way, cover_way, serial_way

TARGET = Agent("ZZOSNO20")
SERIAL = SettlementInstruction("USD", Method.SERIAL, "ZZAAUS30")
COVER = SettlementInstruction("USD", Method.COVER, "ZZAAUS30")


def bank(*correspondents: Correspondent, instruction: SettlementInstruction = SERIAL) -> Bank:
    return replace(bank_of(), correspondents=correspondents, instructions=(instruction,))


def one(bic: str, via: str | None = None, nostro: str | None = None, vostro: str | None = None) -> Correspondent:
    return Correspondent(bic, f"Bank {bic}", "USD", nostro, vostro, via)


def no_way(found: Way | NoWay) -> NoWay:
    assert isinstance(found, NoWay)
    assert not found.why.endswith(".")
    return found


def way(found: Way | NoWay) -> Way:
    assert isinstance(found, Way), found
    return found


def test_a_circle_of_correspondents_is_refused() -> None:
    made = bank(one("ZZAAUS30", via="ZZBBUS30"), one("ZZBBUS30", via="ZZAAUS30"))
    found = no_way(serial_way(made, "USD", TARGET))
    assert found.code == "CORRESPONDENT-LOOP"
    assert found.why.endswith("lead in a circle: ZZAAUS30 to ZZBBUS30 to ZZAAUS30")


@pytest.mark.parametrize(
    ("instruction", "code", "why"),
    [
        (replace(SERIAL, intermediary="ZZWIFR20"), "CORRESPONDENT-LOOP", "leads back to this bank"),
        (replace(SERIAL, intermediary="ZZAAUS30"), "CORRESPONDENT-LOOP", "leads through ZZAAUS30 twice"),
        (replace(SERIAL, correspondent="ZZCCUS30"), "CORRESPONDENT-MISSING", "ZZCCUS30 is no correspondent for USD"),
        (COVER, "CORRESPONDENT-METHOD-DIFFERS", "says cover"),
    ],
)
def test_what_is_refused_serially(instruction: SettlementInstruction, code: str, why: str) -> None:
    found = no_way(serial_way(bank(one("ZZAAUS30", nostro="N"), instruction=instruction), "USD", TARGET))
    assert found.code == code
    assert why in found.why


def test_a_correspondent_without_account_or_way_is_none() -> None:
    found = no_way(serial_way(bank(one("ZZAAUS30")), "USD", TARGET))
    assert found == NoWay("CORRESPONDENT-MISSING", "there is no account in USD with ZZAAUS30")


def test_three_agents_between_are_the_most() -> None:
    chain = [one("ZZAAUS30", via="ZZBBUS30"), one("ZZBBUS30", via="ZZCCUS30"), one("ZZCCUS30", via="ZZDDUS30")]
    found = way(serial_way(bank(*chain, one("ZZDDUS30", nostro="N")), "USD", TARGET))
    assert found.next_agent.bic == "ZZDDUS30"
    assert [hop.agent.bic for hop in found.intermediaries] == ["ZZCCUS30", "ZZBBUS30", "ZZAAUS30"]
    longer = bank(*chain, one("ZZDDUS30", nostro="N"), instruction=replace(SERIAL, intermediary="ZZEEUS30"))
    assert "more than 3 agents" in no_way(serial_way(longer, "USD", TARGET)).why


def test_the_way_ends_where_it_meets_the_target() -> None:
    made = bank(one("ZZAAUS30", nostro="N"), instruction=replace(SERIAL, intermediary="ZZEEUS30"))
    found = way(serial_way(made, "USD", Agent("ZZAAUS30NYC")))
    assert (found.next_agent.bic, found.intermediaries) == ("ZZAAUS30", ())
    found = way(serial_way(made, "USD", Agent("ZZEEUS30")))
    assert (found.next_agent.bic, found.intermediaries) == ("ZZAAUS30", ())


def test_our_account_goes_before_theirs() -> None:
    found = way(serial_way(bank(one("ZZAAUS30", nostro="N", vostro="V")), "USD", TARGET))
    assert (found.method, found.account) == ("INDA", "N")
    found = way(serial_way(bank(one("ZZAAUS30", vostro="V")), "USD", TARGET))
    assert (found.method, found.account) == ("INGA", "V")


def test_a_payment_does_not_go_back() -> None:
    found = no_way(serial_way(bank(one("ZZAAUS30", nostro="N")), "USD", TARGET, sender=Agent("ZZAAUS30NYC")))
    assert (found.code, "which sent the payment" in found.why) == ("CORRESPONDENT-LOOP", True)


@pytest.mark.parametrize(
    ("correspondent", "target", "code"),
    [
        (one("ZZAAUS30", vostro="V"), TARGET, "CORRESPONDENT-MISSING"),
        (one("ZZAAUS30", nostro="N"), Agent(clearing_system="USABA", member_id="021000021"), "CORRESPONDENT-MISSING"),
        (one("ZZBBUS30", nostro="N"), TARGET, "CORRESPONDENT-MISSING"),
    ],
)
def test_what_is_refused_as_cover(correspondent: Correspondent, target: Agent, code: str) -> None:
    assert no_way(cover_way(bank(correspondent, instruction=COVER), "USD", target)).code == code


def test_a_cover_needs_an_instruction_that_says_so() -> None:
    made = bank(one("ZZAAUS30", nostro="N"))
    assert no_way(cover_way(made, "USD", TARGET)).code == "CORRESPONDENT-METHOD-DIFFERS"
    assert no_way(cover_way(made, "CHF", TARGET)).code == "CORRESPONDENT-MISSING"


def test_a_cover_passes_all_banks_of_the_instruction() -> None:
    instruction = replace(COVER, intermediary="ZZEEUS30", reimbursement="ZZFFUS30")
    made = bank(one("ZZAAUS30", via="ZZBBUS30"), one("ZZBBUS30", nostro="N"), instruction=instruction)
    found = way(cover_way(made, "USD", TARGET))
    assert (found.next_agent, found.method, found.account) == (TARGET, "COVE", "N")
    assert [hop.agent.bic for hop in found.cover] == ["ZZBBUS30", "ZZAAUS30", "ZZEEUS30", "ZZFFUS30"]
    assert [hop.account for hop in found.cover] == ["N", None, None, None]
    assert found.instructed_reimbursement_agent == Agent("ZZFFUS30")
