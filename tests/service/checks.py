"""Checks that processes can import by name, in place of the real validation."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wissel.core.errors import InstallationError
from wissel.validation.report import Report, Verdict

DAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class FakeOptions:
    """Stands for the real options."""

    as_of: date = DAY


@dataclass(frozen=True, slots=True)
class FakeSource:
    """Stands for a source: its name says what is to happen."""

    name: str
    size_bytes: int | None = 100

    def open(self) -> None:
        """Never called: the checks look at the name."""


@dataclass(frozen=True, slots=True)
class FakeSkipped:
    """Stands for a file that was not taken."""

    name: str


def check(source: FakeSource, options: FakeOptions) -> Report:
    """A valid report that names the process in its engine; slow, failing or deadly where the name says so."""
    if "slow" in source.name:
        time.sleep(0.05)
    if "fails" in source.name:
        raise KeyError(source.name)
    if "kills" in source.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "broken" in source.name:
        raise InstallationError("a schema is damaged")
    if "interrupted" in source.name:
        raise KeyboardInterrupt
    as_of = options.as_of.isoformat()
    return Report(source.name, None, source.size_bytes or 0, as_of, str(os.getpid()), Verdict.VALID, (), ())


def counted(count: int, taken: list[int], size_bytes: int | None = 100) -> Iterator[FakeSource]:
    """``count`` sources; ``taken[0]`` is how many were asked for so far."""
    for number in range(count):
        taken[0] += 1
        yield FakeSource(f"file-{number}", size_bytes)
