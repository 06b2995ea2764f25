"""What all tests share: where the checkout and the shared reference data are, and how Hypothesis runs."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# no deadline: a slow machine is no fault of the code; the same cases each time, so that a change is judged by what it
# changed; new cases are what the thorough profile is for, whose failures print_blob makes repeatable
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    print_blob=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("default"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("WISSEL_HYPOTHESIS", "default"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data; the test skips, with the reason, where ``WISSEL_SHARED`` is not set."""
    folder = os.environ.get("WISSEL_SHARED")
    if not folder:
        pytest.skip("WISSEL_SHARED is not set: the reference data is not on this machine")
    return Path(folder)
