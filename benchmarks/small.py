"""In-process cost of one small message: CPU milliseconds each, after warm-up. Prints one number.

``python -m benchmarks.small FILE GUIDELINE [MESSAGES]``
"""

import sys
import time
from pathlib import Path


def main() -> None:
    """Validate the same bytes again and again through the Python API."""
    import wissel

    guideline = sys.argv[2]
    data = Path(sys.argv[1]).read_bytes()
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000
    for _ in range(200):
        if not wissel.validate(data, guideline=guideline).valid:
            raise SystemExit("the message is not valid")
    started = time.process_time()
    for _ in range(count):
        wissel.validate(data, guideline=guideline)
    print((time.process_time() - started) / count * 1_000)


if __name__ == "__main__":
    main()
