"""Intermediary agents of a payment that is passed on: who has been reached, who the route adds, who is one too many."""

from dataclasses import replace

import pytest

from tests.mapping.test_relay import PAYMENT, TX, leg, passed_on, plain
from tests.mapping.versions import fault, written
from wissel.mapping.loss import Category
from wissel.mapping.placement import agent_values
from wissel.mapping.relay_leg import Leg

BIC = "FinInstnId/BICFI"


def payment(*intermediaries: str, account: str | None = None) -> bytes:
    values = {path: text for path, text in PAYMENT.items() if "/IntrmyAgt" not in path}
    values |= {f"{TX}/IntrmyAgt{number}/{BIC}": bic for number, bic in enumerate(intermediaries, 1)}
    if account is not None:
        values[f"{TX}/IntrmyAgt{len(intermediaries)}Acct/Id/Othr/Id"] = account
    return written("pacs.008.001.08", values)


def through(to: str, *more: str) -> Leg:
    made = leg(to=to)
    return replace(made, placement=replace(made.placement, intermediaries=tuple(agent_values(bic) for bic in more)))


@pytest.mark.parametrize(
    ("given", "to", "more", "expected"),
    [
        ((), "CCCCDEFF", (), []),
        ((), "CCCCDEFF", ("FFFFDEFF",), ["FFFFDEFF"]),
        ((), "CCCCDEFF", ("FFFFDEFF", "GGGGDEFF", "HHHHDEFF"), ["FFFFDEFF", "GGGGDEFF", "HHHHDEFF"]),
        (("CCCCDEFF", "DDDDDEFF"), "CCCCDEFFXXX", (), ["DDDDDEFF"]),
        # we are BBBBDEFF
        (("BBBBDEFF",), "CCCCDEFF", (), []),
        (("BBBBDEFF", "CCCCDEFF", "DDDDDEFF"), "CCCCDEFF", (), ["DDDDDEFF"]),
        # the way to the first intermediary leads through others
        (("DDDDDEFF",), "CCCCDEFF", ("FFFFDEFF",), ["FFFFDEFF", "DDDDDEFF"]),
        (("DDDDDEFF", "HHHHDEFF"), "CCCCDEFF", ("FFFFDEFF",), ["FFFFDEFF", "DDDDDEFF", "HHHHDEFF"]),
        (("DDDDDEFF",), "CCCCDEFF", ("FFFFDEFF", "GGGGDEFF"), ["FFFFDEFF", "GGGGDEFF", "DDDDDEFF"]),
    ],
)
def test_who_is_still_to_come(given: tuple[str, ...], to: str, more: tuple[str, ...], expected: list[str]) -> None:
    made, result = passed_on(payment(*given, account="A-1" if given else None), through(to, *more))
    assert not result.refused
    assert fault(made, "pacs.008.001.08") is None
    found = plain(made)
    there = [found[path] for number in (1, 2, 3) if (path := f"{TX}/IntrmyAgt{number}/{BIC}") in found]
    assert there == expected
    # the account goes where its agent goes
    kept = bool(given) and given[-1] in expected
    assert found.get(f"{TX}/IntrmyAgt{len(expected)}Acct/Id/Othr/Id") == ("A-1" if kept else None)
    added = [loss.after for loss in result.losses if loss.category is Category.DEFAULTED]
    assert added == list(more)


def test_more_than_three_have_no_place() -> None:
    _, result = passed_on(payment("DDDDDEFF", "EEEEDEFF"), through("CCCCDEFF", "FFFFDEFF", "GGGGDEFF"))
    assert [(one.code, one.path) for one in result.findings] == [
        ("RELAY-TOO-MANY-AGENTS", f"/Document/FIToFICstmrCdtTrf/{TX}[1]")
    ]


def test_versions_of_before_have_their_own_spelling() -> None:
    values = {path.replace("BICFI", "BIC"): text for path, text in PAYMENT.items() if "UETR" not in path}
    kept = {path: text for path, text in values.items() if "/IntrmyAgt" not in path}
    to = through("CCCCDEFF", "FFFFDEFF")
    old = replace(to, placement=replace(to.placement, definition="pacs.008.001.02"))
    made, result = passed_on(written("pacs.008.001.02", kept), old)
    assert not result.refused
    assert plain(made)[f"{TX}/IntrmyAgt1/FinInstnId/BIC"] == "FFFFDEFF"
