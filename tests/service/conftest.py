"""What tests of the drop directory share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import kind
from tests.service.echo import echoing
from wissel.service.filedrop import Station

__all__ = ["kind", "station"]


@pytest.fixture
def station(tmp_path: Path, kind: str) -> Iterator[Station]:
    """A drop directory that answers each file with its own content."""
    with echoing(tmp_path) as made:
        yield made
