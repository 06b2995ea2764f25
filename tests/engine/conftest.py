"""What tests of the engine share: the kinds of database that they run on."""

from collections.abc import Iterator

import pytest

from tests.databases import KINDS, banks_on


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Banks that the test makes keep their database there."""
    with banks_on(request.param):
        yield request.param
