"""What tests of the drop directory share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.echo import echoing
from wissel.service.filedrop import Station


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A drop directory that answers each file with its own content."""
    with echoing(tmp_path) as made:
        yield made
