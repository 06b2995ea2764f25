"""What the environment says: user folders, and who the user is. Read here and nowhere else."""

import os
from functools import lru_cache
from pathlib import Path


def user_schema_folder() -> Path:
    """Where imported schemas live: ``$WISSEL_SCHEMAS``, else ``$XDG_DATA_HOME/wissel/schemas`` or its default."""
    get = os.environ.get
    return _schema_folder(get("WISSEL_SCHEMAS"), get("XDG_DATA_HOME"), get("HOME"))


def user_code_folder() -> Path:
    """Where imported code sets live: ``codes`` beside the folder of imported schemas."""
    return user_schema_folder().parent / "codes"


@lru_cache(maxsize=8)
def _schema_folder(chosen: str | None, data: str | None, home: str | None) -> Path:
    if chosen:
        return Path(chosen)
    base = Path(data) if data else (Path(home) if home else Path.home()) / ".local" / "share"
    return base / "wissel" / "schemas"


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


def user_name() -> str:
    """Who runs the program, by the system's own account; the number of one that has no name."""
    from pwd import getpwuid

    try:
        return getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
