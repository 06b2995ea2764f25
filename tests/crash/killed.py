"""Start the real program on a bank directory and kill it."""

import subprocess
import sys
import time
from pathlib import Path
from random import Random

AT = "2026-11-23T10:00:00Z"
_PATIENCE_S = 60


def started(root: Path, command: str, *options: str) -> "subprocess.Popen[bytes]":
    """``wissel process`` or ``wissel watch``, on its way."""
    call = [sys.executable, "-m", "wissel", command, "--bank", str(root), "--settle", "0", "--jobs", "1", *options]
    return subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def claimed(root: Path) -> bool:
    """Whether files are in work."""
    return any("~" in path.name for path in (root / "work").iterdir())


def killed_at_random(root: Path, random: Random, command: str, *options: str) -> bool:
    """Kill it at some moment: while it starts, or a while after it has claimed files. Whether it was killed in time."""
    process = started(root, command, *options)
    try:
        if random.random() < 0.15:
            time.sleep(random.uniform(0, 0.8))
        else:
            end = time.monotonic() + _PATIENCE_S
            while not claimed(root) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.2))
        was_running = process.poll() is None
    finally:
        process.kill()
        process.wait()
    return was_running
