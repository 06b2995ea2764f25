"""What the environment says: user folders. Read here and nowhere else."""

import os
from pathlib import Path


def user_schema_folder() -> Path:
    """Where imported schemas live: ``$WISSEL_SCHEMAS``, else ``$XDG_DATA_HOME/wissel/schemas`` or its default."""
    if chosen := os.environ.get("WISSEL_SCHEMAS"):
        return Path(chosen)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data, "wissel", "schemas")


def processor_count() -> int:
    """Processors this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def color_refused() -> bool:
    """True where the user's environment asks for plain text: ``NO_COLOR`` (not empty) or ``TERM=dumb``."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def debug_wanted() -> bool:
    """True where ``WISSEL_DEBUG`` (not empty) asks for tracebacks."""
    return bool(os.environ.get("WISSEL_DEBUG"))
