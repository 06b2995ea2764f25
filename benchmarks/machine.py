"""What the figures were measured with, in a few lines."""

import os
import platform
import subprocess
import sys
from pathlib import Path


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not installed"
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[0] if lines else "?"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def description(wissel: list[str]) -> str:
    """Processor, system and the versions of all that takes part."""
    versions = "from lxml.etree import *; print(*('.'.join(map(str, v)) for v in (LXML_VERSION, LIBXML_VERSION)))"
    lxml, _, libxml2 = _first_line(sys.executable, "-c", versions).partition(" ")
    rows = {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "python": f"{platform.python_version()}, lxml {lxml} (libxml2 {libxml2})",
        "wissel": _first_line(*wissel, "--version"),
        "xmllint": _first_line("xmllint", "--version").removeprefix("xmllint: "),
        "java": _first_line("java", "-version"),
    }
    return "\n".join(f"{name:9}{text}" for name, text in rows.items())
