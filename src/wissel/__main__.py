"""``python -m wissel`` is the command ``wissel``."""

from wissel.cli.main import run

if __name__ == "__main__":
    run()
