"""Golden files: what a renderer is known to write. ``WISSEL_GOLDEN=write`` writes them anew; look at the difference."""

import os

from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "golden" / "render"


def same_as_golden(name: str, text: str) -> None:
    """Fail where ``text`` differs from the golden file of that name."""
    path = FOLDER / name
    if os.environ.get("WISSEL_GOLDEN") == "write":
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_bytes().decode("utf-8")
