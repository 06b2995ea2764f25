"""Measuring child processes: CPU time and peak memory as the kernel counts them, wall time by the clock.

The kernel hands a child the peak of the process that starts it: this process stays small (no lxml, no data),
and a child never seems smaller than this one (about 18 MB).
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command, or the sum of several that do one job."""

    cpu_seconds: float
    """User and system time, of children of its own too."""
    wall_seconds: float
    peak_bytes: int
    output: str = ""


class CommandError(Exception):
    """A command did not do its work; the text is its last lines."""


def run(command: Sequence[str]) -> Run:
    """Run a command to its end. Raises CommandError when it does not exit 0."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdout is not None
    output = child.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
    wall = time.perf_counter() - started
    if child.returncode != 0:
        tail = " / ".join(output.strip().splitlines()[-3:])
        raise CommandError(f"{command[0]} exited {child.returncode}: {tail[:300]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit, output)


def together(runs: Sequence[Run]) -> Run:
    """Several commands as one job: times added, the larger peak."""
    return Run(
        sum(each.cpu_seconds for each in runs),
        sum(each.wall_seconds for each in runs),
        max(each.peak_bytes for each in runs),
        "".join(each.output for each in runs),
    )


Job = Sequence[Sequence[str]]
"""Commands that do one job one after the other."""


def paired(jobs: dict[str, Job], rounds: int) -> dict[str, list[Run]]:
    """Each job in turn, ``rounds`` times, so that a slow spell of the machine meets all alike."""
    found: dict[str, list[Run]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, commands in jobs.items():
            found[name].append(together([run(command) for command in commands]))
    return found


def ratio(of: Sequence[Run], to: Sequence[Run]) -> float:
    """Median over the rounds of CPU time against CPU time of the same round."""
    return median(a.cpu_seconds / b.cpu_seconds for a, b in zip(of, to, strict=True))


def cpu(runs: Sequence[Run]) -> float:
    """Median CPU seconds."""
    return median(each.cpu_seconds for each in runs)


def peak_mb(runs: Sequence[Run]) -> float:
    """The highest peak of resident memory, in units of 1024 * 1024 bytes."""
    return max(each.peak_bytes for each in runs) / 1024**2
