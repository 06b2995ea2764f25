"""``python -m tests.ledger.write_goldens``: the statements as they are written now."""

import shutil
import tempfile
from pathlib import Path

from tests.ledger.statement_cases import CASES, GOLDEN, written


def main() -> None:
    """Write all of them."""
    for name in CASES:
        shutil.rmtree(GOLDEN / name, ignore_errors=True)
        (GOLDEN / name).mkdir()
        with tempfile.TemporaryDirectory() as folder:
            for file, data in written(name, Path(folder)).items():
                (GOLDEN / name / file).write_bytes(data)


if __name__ == "__main__":
    main()
