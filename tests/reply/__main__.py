"""``python -m tests.reply --write``: write the golden files of replies anew."""

import sys
import tempfile
from pathlib import Path

from tests.reply.golden import GOLDEN, scenarios, written

if sys.argv[1:] != ["--write"]:
    raise SystemExit(__doc__)
GOLDEN.mkdir(parents=True, exist_ok=True)
waiting = scenarios()
while waiting:
    done = []
    with tempfile.TemporaryDirectory() as folder:
        for scenario in waiting:
            # some calls read what others write
            if all(Path(word).exists() for word in scenario.arguments(Path(folder)) if "/golden/" in word):
                scenario.golden.write_bytes(written(scenario, Path(folder)))
                done.append(scenario)
    if not done:
        raise SystemExit("these wait for one another: " + ", ".join(scenario.name for scenario in waiting))
    waiting = [scenario for scenario in waiting if scenario not in done]
for path in set(GOLDEN.glob("*.xml")) - {scenario.golden for scenario in scenarios()}:
    path.unlink()
