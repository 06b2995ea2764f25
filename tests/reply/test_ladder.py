"""The ladder of statuses: what may follow, what never does, and what a group comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.reply.ladder import (
    SIDE,
    Standing,
    group_status,
    is_final,
    is_status,
    ladder,
    may_follow,
    moved,
    standing_after,
)

STATUSES = [rung.code for rung in ladder().values() if "transaction" in rung.levels]
SETTLED = ("ACSC", "ACCC", "CPUC")


@pytest.mark.parametrize(
    "statuses",
    [
        ("RCVD", "ACTC", "ACCP", "ACFC", "ACSP", "ACSC", "ACCC"),
        ("RCVD", "ACTC", "ACCP", "ACFC", "ACSP", "ACWP", "ACSC", "ACCC"),
        ("RCVD", "ACSC"),
        ("ACSC",),
        ("RCVD", "PDNG", "ACTC", "PDNG", "ACSP", "RJCT"),
        ("ACTC", "PATC", "PATC", "ACTC", "RJCT"),
        ("ACWP", "BLCK", "ACCC"),
        ("ACWP", "BLCK", "RJCT"),
        ("RCVD", "RVNC", "RVMC", "ACTC", "ACCP"),
        ("ACTC", "ACTC", "ACTC"),
        ("RJCT", "RJCT"),
        ("RCVD", "PRES", "ACCP"),
    ],
)
def test_reports_that_follow_one_another(statuses: tuple[str, ...]) -> None:
    standing = standing_after(statuses)
    assert standing is not None
    assert standing.status == statuses[-1]


@pytest.mark.parametrize(
    "statuses",
    [
        ("ACTC", "RCVD"),
        ("ACSP", "ACTC"),
        ("ACSC", "ACSP"),
        ("ACSC", "RJCT"),
        ("ACCC", "RJCT"),
        ("ACSC", "PDNG"),
        ("RJCT", "ACTC"),
        ("RJCT", "PDNG"),
        ("CANC", "ACSP"),
        ("ACSP", "PDNG", "ACTC"),
        ("ACTC", "BLCK"),
        ("ACSC", "CANC"),
        ("ACTC", "PART"),
        ("ACTC", "NONE"),
    ],
)
def test_reports_that_would_go_back(statuses: tuple[str, ...]) -> None:
    *before, last = statuses
    standing = standing_after(before)
    assert not may_follow(standing, last)
    with pytest.raises(ValueError, match="does not follow"):
        moved(standing, last)


@given(st.lists(st.sampled_from(STATUSES), max_size=12))
def test_the_ladder_never_goes_back(asked: list[str]) -> None:
    """Whatever is asked for in whatever order: what is let through never sinks, and nothing follows what is final."""
    standing: Standing | None = None
    for status in asked:
        if not may_follow(standing, status):
            continue
        after = moved(standing, status)
        if standing is not None:
            assert after.rank >= standing.rank
            assert not is_final(standing.status) or status == standing.status
            assert status not in ("RJCT", "CANC") or standing.status not in SETTLED
            if status not in SIDE:
                assert ladder()[status].rank >= standing.rank
        standing = after


@pytest.mark.parametrize("status", STATUSES)
def test_any_status_may_come_first_and_again(status: str) -> None:
    first = moved(None, status)
    assert moved(first, status) == first


def test_a_direct_step_of_the_table_is_possible_unless_it_goes_down() -> None:
    for rung in ladder().values():
        for after in rung.before & set(STATUSES):
            if rung.kind != "derived" and ladder()[after].rank >= rung.rank:
                assert may_follow(Standing(rung.code, rung.rank), after), (rung.code, after)


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        (["ACTC", "ACTC"], "ACTC"),
        (["RJCT"], "RJCT"),
        (["ACTC", "RJCT"], "PART"),
        (["ACSP", "ACSC"], "PART"),
        (["ACFC"], None),
        ([], None),
    ],
)
def test_what_a_group_comes_to(statuses: list[str], whole: str | None) -> None:
    assert group_status(statuses) == whole


def test_part_is_of_groups_only() -> None:
    assert is_status("PART", "group")
    assert not is_status("PART", "transaction")
    assert not is_status("ACFC", "group")
    assert not is_status("NONE", "group")


def test_every_direct_step_of_the_table_is_possible_after_one_report() -> None:
    """A side state alone tells nothing of how far the payment had come: what the table names may follow it."""
    for last in STATUSES:
        for after in ladder()[last].before & set(STATUSES):
            if ladder()[after].rank >= ladder()[last].rank or last in SIDE:
                assert may_follow(moved(None, last), after), (last, after)
