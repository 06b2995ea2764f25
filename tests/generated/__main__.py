"""``python -m tests.generated --check`` names what is stale and exits 1; ``--write`` writes it."""

import sys

from tests.generated import GENERATED, stale, write


def main(arguments: list[str]) -> int:
    """Exit code 0 fresh or written, 1 stale, 2 wrong call."""
    if arguments not in (["--check"], ["--write"]):
        print("usage: python -m tests.generated --check | --write", file=sys.stderr)
        return 2
    old = stale()
    for file in old:
        print(f"{file.path} {'is written anew' if arguments == ['--write'] else 'is stale'}")
    if arguments == ["--write"]:
        write(tuple(old))
        return 0
    if old:
        print("run: python -m tests.generated --write")
        return 1
    print(f"{len(GENERATED)} generated files are fresh")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
