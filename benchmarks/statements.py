"""``python -m benchmarks.statements``: a statement of many entries, beside lxml's xmlfile writing the same elements.

Both write the same content from the same values, each in a process of its own; CPU of the whole process, the making of
the values included, and the peak of its memory. The statement is written by way of its spool, since balances and sums
stand before the entries; the rival is told them. Below it: the same from a CSV file and from the ledger, with checking.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.machine import description
from benchmarks.measure import cpu, paired, peak_mb, ratio

DEFINITION = "camt.053.001.08"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{DEFINITION}"
MEMORY_GOAL_MB, SPEED_GOAL_MB = 96, 20
MOMENT, DAY = datetime(2026, 11, 23, 20, tzinfo=UTC), date(2026, 11, 23)
ACCOUNT = "DE85370501980047110815"
AMOUNT = 1_00


def values(count: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Reference of each entry, and what is known of its transaction."""
    for number in range(1, count + 1):
        yield (
            f"REF-{number:012d}",
            {
                "end_to_end_id": f"E2E-{number:09d}",
                "uetr": f"00000000-0000-4000-8000-{number:012d}",
                "debtor_name": f"Customer {number} & Sons",
                "debtor_account": "DE02120300000000202051",
                "debtor_agent": "BYLADEM1001",
                "remittance": f"Invoice {number} of November 2026",
            },
        )


def with_wissel(count: int, path: str) -> None:
    """The statement by the writer of wissel."""
    from wissel.catalog.definitions import default_catalog
    from wissel.ledger.entry_form import entry_form
    from wissel.ledger.posting import Detail, Entry
    from wissel.ledger.statement import Heading, Holder, Kind, spooled
    from wissel.ledger.statement_writer import below, write_page

    heading = Heading(Kind.STATEMENT, Holder(ACCOUNT, True, "EUR", 2), DAY, DAY, MOMENT, 0, 1)
    tree = default_catalog().tree(DEFINITION)
    form = entry_form(tree, below(heading.kind), "EUR", 2, "DE")
    entries = (
        Entry(
            ACCOUNT, "EUR", number, AMOUNT, 0, DAY, DAY, reference, "sct", False, MOMENT, (Detail(AMOUNT, known),)
        )
        for number, (reference, known) in enumerate(values(count), 1)
    )  # fmt: skip
    with tempfile.TemporaryFile() as spool, open(path, "wb") as file:
        pages = spooled(heading, entries, form, spool)
        write_page(heading, pages, pages.pages[0], tree, spool, file.write)


def with_xmlfile(count: int, path: str) -> None:
    """The same elements by lxml's incremental writer, pretty-printed as well."""
    from lxml import etree

    tag = etree.Element
    make = etree.SubElement

    def chain(parent: "etree._Element", *names: str) -> "etree._Element":
        for name in names:
            parent = make(parent, f"{{{NAMESPACE}}}{name}")
        return parent

    def entry(reference: str, known: dict[str, str]) -> "etree._Element":
        top = tag(f"{{{NAMESPACE}}}Ntry", nsmap={None: NAMESPACE})
        amount = chain(top, "Amt")
        amount.text = "1.00"
        amount.set("Ccy", "EUR")
        chain(top, "CdtDbtInd").text = "CRDT"
        chain(top, "Sts", "Cd").text = "BOOK"
        chain(top, "BookgDt", "Dt").text = chain(top, "ValDt", "Dt").text = DAY.isoformat()
        chain(top, "AcctSvcrRef").text = reference
        domain = chain(top, "BkTxCd", "Domn")
        chain(domain, "Cd").text = "PMNT"
        family = chain(domain, "Fmly")
        chain(family, "Cd").text, chain(family, "SubFmlyCd").text = "RCDT", "ESCT"
        details = chain(top, "NtryDtls", "TxDtls")
        references = chain(details, "Refs")
        chain(references, "AcctSvcrRef").text = reference
        chain(references, "EndToEndId").text = known["end_to_end_id"]
        chain(references, "UETR").text = known["uetr"]
        own = chain(details, "Amt")
        own.text = "1.00"
        own.set("Ccy", "EUR")
        chain(details, "CdtDbtInd").text = "CRDT"
        other = chain(details, "AmtDtls", "TxAmt", "Amt")
        other.text = "1.00"
        other.set("Ccy", "EUR")
        parties = chain(details, "RltdPties")
        chain(parties, "Dbtr", "Pty", "Nm").text = known["debtor_name"]
        chain(parties, "DbtrAcct", "Id", "IBAN").text = known["debtor_account"]
        chain(details, "RltdAgts", "DbtrAgt", "FinInstnId", "BICFI").text = known["debtor_agent"]
        chain(details, "RmtInf", "Ustrd").text = known["remittance"]
        etree.indent(top, "  ", level=3)
        return top

    with etree.xmlfile(path, encoding="UTF-8") as out:
        out.write_declaration()
        with (
            out.element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE}),
            out.element(f"{{{NAMESPACE}}}BkToCstmrStmt"),
            out.element(f"{{{NAMESPACE}}}Stmt"),
        ):
            for reference, known in values(count):
                out.write("\n      ")
                out.write(entry(reference, known))


def with_csv(count: int, path: str) -> None:
    """A file of bookings, for the whole command."""
    names = ("end_to_end_id", "uetr", "debtor_name", "debtor_account", "debtor_agent", "remittance")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"kind,account,currency,booking_date,amount,case,reference,{','.join(names)}\n")
        file.write(f"opening,{ACCOUNT},EUR,2026-11-23,0.00,,,,,,,,\n")
        for reference, known in values(count):
            shown = ",".join(known[name] for name in names)
            file.write(f",{ACCOUNT},EUR,2026-11-23,1.00,sct,{reference},{shown}\n")


WAYS = {"wissel": with_wissel, "xmlfile": with_xmlfile, "csv": with_csv}


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.statements")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--large", action="store_true", help="a million entries")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", choices=sorted(WAYS), help="write one file, and no table")
    parser.add_argument("path", nargs="?", default="")
    chosen = parser.parse_args(arguments)
    count = 1_000_000 if chosen.large else chosen.entries
    if chosen.write:
        WAYS[chosen.write](count, chosen.path)
        return 0
    print(f"{description([sys.executable, '-m', 'wissel'])}\n")
    return _table(count, chosen.rounds)


def _table(count: int, rounds: int) -> int:
    missed = []
    own = [sys.executable, "-m", "benchmarks.statements", "--entries", str(count), "--write"]
    with tempfile.TemporaryDirectory() as place:
        paths = {name: str(Path(place, name)) for name in WAYS}
        found = paired({name: [[*own, name, paths[name]]] for name in ("wissel", "xmlfile")}, rounds)
        print(f"{DEFINITION} of {count:,} entries; CPU of the whole process")
        for name, runs in found.items():
            size = Path(paths[name]).stat().st_size / 1e6
            speed, told = size / cpu(runs), ""
            if name == "wissel":
                told = f"   {ratio(runs, found['xmlfile']):.2f} x the CPU of xmlfile"
                if speed < SPEED_GOAL_MB or peak_mb(runs) > MEMORY_GOAL_MB:
                    missed.append("writing")
            print(f"  {name:10} {size:7.1f} MB {cpu(runs):7.2f} s {speed:6.1f} MB/s {peak_mb(runs):5.0f} MB peak{told}")
            Path(paths[name]).unlink()
        with_csv(count, paths["csv"])
        command = [sys.executable, "-m", "wissel", "statement", "--bookings", paths["csv"], "--type", DEFINITION]
        call = [*command, "--at", "2026-11-23T20:00:00Z", "-o", str(Path(place, "statement.xml"))]
        runs = paired({"all": [call]}, 1)["all"]
        if peak_mb(runs) > MEMORY_GOAL_MB:
            missed.append("memory of the command")
        print(f"  from CSV, checked, written, validated (iso): {cpu(runs):.2f} s, {peak_mb(runs):.0f} MB peak")
    print(f"goals: {SPEED_GOAL_MB} MB/s, {MEMORY_GOAL_MB} MB; {'missed: ' + ', '.join(missed) if missed else 'met'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
