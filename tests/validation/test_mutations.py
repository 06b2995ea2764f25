"""Twenty-five one-fault mutations a family, each caught in every position with the right code, path and number."""

import pytest
from lxml import etree

from tests.cases import find, found_in
from tests.validation.mutation import FAMILIES, GROUPS, SINGLE, TRANSACTIONS, attempts, clean, mutations
from wissel.validation.case import AS_OF

PER_FAMILY = 25


@pytest.mark.parametrize("family", FAMILIES)
def test_the_message_is_clean_without_a_mutation(family: str) -> None:
    assert [
        f"{one.code} at {one.path}" for one in found_in(clean(family), "iso", AS_OF) if one.severity == "error"
    ] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_the_message_has_six_transactions_with_identifiers_of_their_own(family: str) -> None:
    root = etree.fromstring(clean(family))
    above, _, tag = ("/".join(GROUPS[family]) if family in GROUPS else SINGLE[family]).rpartition("/")
    found = list(find(root, "").iter(f"{{*}}{tag}"))
    assert len(found) == TRANSACTIONS
    assert len({etree.tostring(one) for one in found}) == TRANSACTIONS
    assert not above or find(root, above) is not None


@pytest.mark.parametrize("family", FAMILIES)
def test_there_are_twenty_five_mutations_each_of_its_own(family: str) -> None:
    every = mutations(family)
    assert len(every) >= PER_FAMILY
    assert len({one.name for one in every}) == len(every)
    assert len({one.patches for one in every}) == len(every)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_mutation_is_caught_in_every_position(family: str) -> None:
    tried = [attempt for mutation in mutations(family) for attempt in attempts(mutation)]
    misses = [text for attempt in tried for text in attempt.misses()]
    caught = sum(1 for attempt in tried if not list(attempt.misses()))
    assert not misses, f"\n{caught} of {len(tried)} caught:\n" + "\n".join(misses)
