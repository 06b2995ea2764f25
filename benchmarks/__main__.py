"""``python -m benchmarks``: one table of CPU time and memory beside xmllint and the JDK, with the goals.

Figures are CPU seconds (user and system) of whole processes, start-up included; ratios are taken within one
round and their median is shown. Big files are cached between runs.
"""

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import rivals
from benchmarks.machine import description
from benchmarks.measure import CommandError, Job, Run, cpu, paired, peak_mb, ratio, run
from benchmarks.messages import Shape

MEMORY_GOAL_MB = 64
WALL_GOAL_MS = 200
MESSAGE_GOAL_MS = 0.2
SMALL_RUNS = 15
RULES_WALL_GOAL_MS = 110
RULED_MESSAGE_GOALS_MS = {"iso": 0.5, "sepa-sct": 0.6}
"""One message with header, in a process that runs: by guideline."""
RULES_GOAL = 3.5
"""CPU time against the schema alone, under any guideline."""
RULED = ("iso", "sepa-sct")
RULES_MEMORY_GOAL_MB = 96
AS_OF = "2026-03-10"
"""The day of the generated files."""
PACS, PAIN = "pacs.008.001.08", "pain.001.001.09"


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table: a file and its goals."""

    name: str
    shape: Shape
    ratio_goal: float | None = None
    """CPU time against xmllint; None where memory alone is the goal."""
    guideline: str = "schema"
    """What is checked; another than ``schema`` is measured against ``schema`` in the same round as well."""


def cases(count: int, large: bool) -> list[Case]:
    """The rows, in order."""
    rows = []
    for definition in (PACS, PAIN):
        rows += [
            Case(f"{definition} bare", Shape(definition, count), 1.0),
            Case(f"{definition} wrapped", Shape(definition, count, wrapped=True), 1.3),
            Case(f"{definition} prefixed", Shape(definition, count, prefix="doc")),
            Case(f"{definition} UTF-16", Shape(definition, count, utf16=True)),
            Case(f"{definition} one line", Shape(definition, count, one_line=True)),
        ]
    rows += [
        Case(f"{definition} {name}", Shape(definition, count), guideline=name)
        for name in RULED
        for definition in (PACS, PAIN)
    ]
    if large:
        rows += [
            Case(f"{PACS} bare x10", Shape(PACS, count * 10), 1.0),
            Case(f"{PACS} prefixed x10", Shape(PACS, count * 10, prefix="doc")),
            Case(f"{PACS} UTF-16 x10", Shape(PACS, count * 10, utf16=True)),
        ]
    return rows


def generate(shape: Shape, folder: Path) -> Path:
    """The file of a shape, written by another process unless it is in the cache."""
    path = folder / shape.file_name
    if not path.exists():
        options = ["--wrapped"] * shape.wrapped + ["--utf16"] * shape.utf16 + ["--one-line"] * shape.one_line
        command = [
            sys.executable,
            "-m",
            "benchmarks.messages",
            shape.definition,
            str(shape.transactions),
            str(path),
        ]
        subprocess.run([*command, "--prefix", shape.prefix, *options], check=True)
    return path


def jobs(case: Case, folder: Path, wissel: list[str], java: list[str] | None) -> dict[str, Job]:
    """The commands that are compared in a row."""
    path = generate(case.shape, folder)
    parts = rivals.bare_parts(case.shape, folder)
    checks = {"wissel": case.guideline, "schema": "schema"} if case.guideline != "schema" else {"wissel": "schema"}
    found: dict[str, Job] = {
        name: [[*wissel, "validate", "--as-of", AS_OF, "--guideline", guideline, str(path)]]
        for name, guideline in checks.items()
    }
    if shutil.which("xmllint"):
        found["xmllint"] = [rivals.xmllint(definition, part) for definition, part in parts]
    if java:
        found["java"] = [[*java, rivals.schema_path(definition), str(part)] for definition, part in parts]
    return found


def verdict(case: Case, runs: dict[str, list[Run]]) -> str:
    """The goals of a row and whether they were met."""
    words = []
    if case.ratio_goal is not None and "xmllint" in runs:
        met = ratio(runs["wissel"], runs["xmllint"]) <= case.ratio_goal
        words.append(f"CPU <= {case.ratio_goal} {'met' if met else 'MISSED'}")
    if "schema" in runs:
        rules = ratio(runs["wissel"], runs["schema"])
        words.append(f"{rules:.2f} x schema alone, goal <= {RULES_GOAL} {'met' if rules <= RULES_GOAL else 'MISSED'}")
    memory = RULES_MEMORY_GOAL_MB if "schema" in runs else MEMORY_GOAL_MB
    met = peak_mb(runs["wissel"]) < memory
    words.append(f"< {memory} MB {'met' if met else 'MISSED'}")
    return ", ".join(words)


def row(case: Case, path: Path, runs: dict[str, list[Run]]) -> str:
    """A line of the table."""
    cells = [f"{case.name:31}", f"{path.stat().st_size / 1e6:7.1f}", f"{cpu(runs['wissel']):8.2f}"]
    for rival in ("xmllint", "java"):
        if rival in runs:
            cells += [f"{cpu(runs[rival]):8.2f}", f"{ratio(runs['wissel'], runs[rival]):6.2f}"]
        else:
            cells += [f"{'-':>8}", f"{'-':>6}"]
    cells += [f"{peak_mb(runs['wissel']):7.1f}", f" {verdict(case, runs)}"]
    return " ".join(cells)


def goal(figure: float, limit: float) -> str:
    """A goal and whether it was met."""
    return f"goal < {limit:g} ms {'met' if figure < limit else 'MISSED'}"


def small_messages(folder: Path, wissel: list[str]) -> list[str]:
    """The lines about one small message: a whole process, and inside a running one."""
    path = generate(Shape(PACS, 1, wrapped=True), folder)
    commands = {
        "python alone": [sys.executable, "-c", ""],
        "wissel --version": [*wissel, "--version"],
        "wissel validate": [*wissel, "validate", "--guideline", "schema", str(path)],
        "with rules": [*wissel, "validate", str(path)],
    }
    runs = paired({name: [command] for name, command in commands.items()}, SMALL_RUNS)
    wall = {name: median(each.wall_seconds for each in found) * 1_000 for name, found in runs.items()}
    whole = wall["wissel validate"]
    share = wall["wissel --version"] / whole
    lines = [
        f"one small message ({path.stat().st_size:,} bytes); wall time of a process, median of {SMALL_RUNS}:",
        f"  wissel validate FILE   {whole:6.1f} ms   {goal(whole, WALL_GOAL_MS)}",
        f"  with the iso guideline {wall['with rules']:6.1f} ms   {goal(wall['with rules'], RULES_WALL_GOAL_MS)}",
        f"  of it wissel --version {wall['wissel --version']:6.1f} ms   {share:.0%} is start-up",
        f"  of it python alone     {wall['python alone']:6.1f} ms",
    ]
    bare = generate(Shape(PACS, 1), folder)

    def inside(file: Path, guideline: str) -> float:
        command = [sys.executable, "-m", "benchmarks.small", str(file), guideline]
        return median(float(run(command).output) for _ in range(3))

    each, ruled = inside(bare, "schema"), {name: inside(path, name) for name in RULED_MESSAGE_GOALS_MS}
    return [
        *lines,
        f"  in process, warm       {each:6.3f} ms   {goal(each, MESSAGE_GOAL_MS)} (CPU per message, bare document)",
        f"  with header, wrapped   {inside(path, 'schema'):6.3f} ms",
        *(
            f"  the same, {name:12} {figure:6.3f} ms   {goal(figure, RULED_MESSAGE_GOALS_MS[name])}"
            for name, figure in ruled.items()
        ),
    ]


def warm_java(folder: Path, java: list[str], count: int) -> str:
    """The JDK without its start-up and compilation: a later pass in one process, CPU of its thread alone."""
    path = generate(Shape(PACS, count), folder)
    passes = run([*java, rivals.schema_path(PACS), str(path), "4"]).output.split()
    return f"JDK warm: pass 4 in one process takes {float(passes[-1]):.2f} s of its thread ({PACS} bare)"


def show(lines: list[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        print(line, flush=True)


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--transactions", type=int, default=100_000, help="per file (default 100,000)")
    parser.add_argument("--large", action="store_true", help="ten times as many as well (1,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="times each is measured (default 3)")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir(), "wissel-benchmarks"),
        help="where files are cached",
    )
    parser.add_argument(
        "--wissel", type=shlex.split, default=[sys.executable, "-m", "wissel"], help="the command to measure"
    )
    return parser.parse_args()


def main() -> int:
    """Print the table; exit code 1 when a command failed. A goal that is missed is shown, not punished."""
    given = arguments()
    given.folder.mkdir(parents=True, exist_ok=True)
    java = rivals.java_classes(given.folder)
    show([description(given.wissel)])
    note = f"CPU seconds, median of {given.rounds}; ratio: wissel / rival in one round; peak: wissel's memory"
    titles = [
        f"{'file':31}",
        f"{'MB':>7}",
        f"{'wissel':>8}",
        f"{'xmllint':>8}",
        f"{'ratio':>6}",
        f"{'JDK':>8}",
    ]
    titles += [f"{'ratio':>6}", f"{'peak MB':>7}", " goals"]
    show(["", note, " ".join(titles), "-" * 120])
    failed = False
    for case in cases(given.transactions, given.large):
        if given.only not in case.name:
            continue
        try:
            runs = paired(jobs(case, given.folder, given.wissel, java), given.rounds)
            show([row(case, given.folder / case.shape.file_name, runs)])
        except CommandError as failure:
            failed = True
            show([f"{case.name:31} FAILED: {failure}"])
    try:
        show(["", *small_messages(given.folder, given.wissel)])
        if java:
            show(["", warm_java(given.folder, java, given.transactions)])
    except CommandError as failure:
        failed = True
        show([f"FAILED: {failure}"])
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
