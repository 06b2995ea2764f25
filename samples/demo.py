"""Two days of a made-up bank: what customers and other banks hand over, and what comes of it.

    python samples/demo.py [FOLDER]

FOLDER (default: demo-bank) is made anew each time; it is a bank directory to look into afterwards. All of it is done by
the commands that anybody can type. Exit codes: 0 everything went as it should, 1 it did not. ``make demo`` runs it.
"""

import io
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from wissel.cli.main import main as wissel

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
STATEMENTS = "out/statements"
OTHERS = {"lisiere": "ZZLIFR20", "duinbank": "ZZDUNL20", "clearing house": "ZZCLBE20", "stranger": "stranger"}
EXPECTED = {
    "order.xml": ("done", {"sent": 4, "booked": 1, "rejected": 1}),
    "confirmation.xml": ("done", {"reported": 1}),
    "credit.xml": ("done", {"booked": 1, "notified": 1}),
    "forged.xml": ("failed", {"refused": 1}),
    "report.xml": ("done", {"reported": 2, "taken back": 1, "notified": 1}),
    "return.xml": ("done", {"returned": 1, "notified": 1}),
}
"""What every file has to come to; the demo fails where it does not."""


def run(*arguments: str, may: Sequence[int] = (0,)) -> str:
    """A command's output. Raises RuntimeError where it ends otherwise than it ``may``."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = wissel(arguments)
    if code not in may:
        raise RuntimeError(f"wissel {' '.join(arguments)} ended with {code}: {err.getvalue()}")
    return out.getvalue()


class Story:
    """The bank and what happened so far."""

    def __init__(self, folder: Path) -> None:
        self.bank = folder
        self.happened: list[tuple[str, str, dict[str, Any]]] = []
        """When, what it is about, and what ``wissel process`` said of the file."""

    def drop(self, about: str, at: str, name: str, channel: str, text: str, signer: str | None = None) -> None:
        """Hand a file over, signed by someone or not, and let the bank work."""
        inbox = self.bank / "in" / channel
        (self.bank / "world" / name).write_text(text, encoding="utf-8")
        if signer is None:
            shutil.copyfile(self.bank / "world" / name, inbox / name)
        else:
            key = self.bank / "world" / "keys" / f"{OTHERS[signer]}.pem"
            run("sign", str(self.bank / "world" / name), "--profile", "bah", "--key", str(key), "-o", str(inbox / name))
        said = json.loads(self.process(at))
        self.happened += [(at, about, one) for one in said["files"]]

    def process(self, at: str) -> str:
        """Let the bank work on what waits."""
        return run("process", "--bank", str(self.bank), "--settle", "0", "--at", at, "--format", "json", may=(0, 1))

    def sent(self, network: str) -> Path:
        """The first payment that went out over a network."""
        return sorted((self.bank / "out" / network).iterdir())[0]

    def signs(self, network: str) -> bool:
        """Whether what went out over a network is signed."""
        return all(b":Signature>" in path.read_bytes() for path in (self.bank / "out" / network).iterdir())

    def answer(self, payment: Path, definition: str, at: str, *options: str) -> str:
        """What another bank says to a payment of ours."""
        path = self.bank / "world" / f"{definition}.xml"
        run("reply", str(payment), "--with", definition, "--at", at, *options, "-o", str(path))
        return path.read_text(encoding="utf-8")

    def world(self, name: str) -> str:
        """A file of the others."""
        return (self.bank / "world" / name).read_text(encoding="utf-8")


def play(folder: Path) -> Story:
    """The two days."""
    run("init", str(folder), "--demo", "--quiet")
    story = Story(folder)
    order, credit = story.world("order.xml"), story.world("credit.xml")
    story.drop("a customer orders six payments", f"{MONDAY}T09:00:00Z", "order.xml", "muster", order)
    instant, bulk = story.sent("sepa-sct-inst"), story.sent("sepa-sct")
    confirmed = story.answer(instant, "pacs.002.001.10", f"{MONDAY}T09:00:04Z", "--status", "ACSC")
    story.drop(
        "the payee's bank confirms one", f"{MONDAY}T09:00:05Z", "confirmation.xml", "instant", confirmed, "lisiere"
    )
    story.drop("another bank pays our customer", f"{MONDAY}T10:31:00Z", "credit.xml", "clearing", credit, "lisiere")
    forged = credit.replace("LISIERE-20261123-1", "LISIERE-20261123-2").replace("900.00", "90000.00")
    story.drop("somebody pretends to", f"{MONDAY}T10:32:00Z", "forged.xml", "clearing", forged, "stranger")
    options = ("--status", "RJCT", "--reason", "AC04", "--transaction", "1", "--others", "ACSC")
    report = story.answer(bulk, "pacs.002.001.10", f"{MONDAY}T11:00:00Z", *options)
    report = report.replace(OTHERS["duinbank"], OTHERS["clearing house"], 1)
    story.drop(
        "the clearing house rejects one", f"{MONDAY}T11:00:05Z", "report.xml", "clearing", report, "clearing house"
    )
    back = story.answer(bulk, "pacs.004.001.09", f"{TUESDAY}T08:00:00Z", "--reason", "AC04", "--transaction", "2")
    story.drop("the next day one comes back", f"{TUESDAY}T08:30:00Z", "return.xml", "clearing", back, "duinbank")
    return story


def statements(story: Story) -> list[list[str]]:
    """Write the statements of both days; a row for each account that moved."""
    out = f"{story.bank}/{STATEMENTS}/"
    rows: list[list[str]] = []
    for day in (MONDAY, TUESDAY):
        said = run("statement", "--bank", str(story.bank), "--all", "--type", "camt.053.001.08", "--to", day,
                   "--at", f"{day}T22:00:00Z", "-o", out)  # fmt: skip
        for line in said.splitlines():
            path, _, about = line.removeprefix("written ").partition(": ")
            _, period, entries, balances = about.split(", ")
            if not entries.startswith("0 "):
                account = Path(path).name.split(".camt")[0]
                rows.append([account, period, entries, balances])
    return sorted(rows)


def payments(story: Story) -> Iterator[list[str]]:
    """How each payment of the order ended."""
    found = json.loads(run("trace", "MUSTER-0001", "--bank", str(story.bank), "--format", "json", "--last", "50"))
    for one in found["payments"]:
        if one["position"]:
            said = one["statuses"]
            led_to = one["led_to"][0] if one["led_to"] else None
            returned = any(below["definition"].startswith("pacs.004") for below in (led_to or {}).get("led_to", ()))
            way = "inside the bank" if said[-1]["status"] != "RJCT" else "-"
            if led_to:
                way = led_to["party"] + (", signed" if story.signs(led_to["party"]) else "")
            steps = [" ".join([step["status"], *step["reasons"]]) for step in said]
            ended = " → ".join([*dict.fromkeys(steps), *(["returned"] if returned else [])])
            amount = f"{Decimal(one['amount']):>9,} {one['currency']}"
            yield [one["end_to_end_id"], amount, way, ended]


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns, each as wide as it has to be."""
    widths = [max(len(row[place]) for row in (titles, *rows)) for place in range(len(titles))]
    for row in (titles, *rows):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def page(story: Story) -> Iterator[str]:
    """What is shown at the end."""
    bank = story.bank
    rows_of_statements = statements(story)
    rows = [
        [f"{datetime.fromisoformat(at):%a %H:%M}", about, one["kept"], _counted(one), _written(one)]
        for at, about, one in story.happened
    ]
    yield f"Two days of a made-up bank, in {bank}/. Every key says TEST ONLY.\n"
    yield from table(["time", "what happens", "its file ends in", "what comes of it", "who is told in out/"], rows)
    yield "\nThe six payments ordered, and what was said of each:\n"
    yield from table(["payment", "amount", "way", "status"], list(payments(story)))
    yield f"\nStatements of both days (camt.053) in {bank}/{STATEMENTS}/:\n"
    yield from table(["account", "day", "entries", "balance"], rows_of_statements)
    state = json.loads(run("status", "--bank", str(bank), "--format", "json"))
    proof = json.loads(run("journal", "verify", "--bank", str(bank), "--format", "json"))
    sums = "to zero in " + ", ".join(state["books"]) if not any(state["books"].values()) else "NOT TO ZERO"
    sound = "sound" if proof["sound"] else "NOT SOUND"
    yield f"\nThe books sum {sums}. The journal is {sound}: {proof['entries']} entries for {proof['records']} files."
    yield "\nLook further:"
    yield f"  wissel trace INVOICE-18 --bank {bank}"
    yield f"  wissel show {story.sent('sepa-sct')}"
    yield f"  wissel show {notifications(bank)[-1]}"


def notifications(bank: Path) -> list[Path]:
    """What account owners were told at once (camt.054), oldest first."""
    return sorted((bank / "out").rglob("*camt.054*"))


def _counted(one: dict[str, Any]) -> str:
    order = sorted(one["counts"].items(), key=lambda pair: -pair[1])
    counts = ", ".join(f"{count} {name}" for name, count in order)
    return ": ".join([counts, *one["codes"][:1]])


def _written(one: dict[str, Any]) -> str:
    names = {"account owner" if "camt.054" in made["about"] else made["to"] for made in one["written"]}
    return ", ".join(sorted(names))


def wrong(story: Story) -> Iterator[str]:
    """What did not go as it should."""
    found = {one["file"]: (one["kept"].split("/")[0], one["counts"]) for _, _, one in story.happened}
    for name, expected in EXPECTED.items():
        if found.get(name) != expected:
            yield f"{name}: {found.get(name)}, not {expected}"


def made_by_us(folder: Path) -> bool:
    """Whether a folder is an earlier run of this."""
    return (folder / "world" / "order.xml").is_file() and (folder / "wissel.toml").is_file()


def main(arguments: Sequence[str]) -> int:
    """Play, show, and say by the exit code whether all went as it should."""
    folder = Path(arguments[0] if arguments else "demo-bank")
    if folder.exists() and any(folder.iterdir()):
        if not made_by_us(folder):
            sys.stderr.write(f"demo: {folder} holds something else; name a new folder\n")
            return 1
        shutil.rmtree(folder)
    story = play(folder)
    sys.stdout.write("\n".join(page(story)) + "\n")
    faults = list(wrong(story))
    sys.stderr.writelines(f"demo: {fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    raise SystemExit(main(sys.argv[1:]))
