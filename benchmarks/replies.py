"""``python -m benchmarks.replies``: a status report with a line for each of many transactions, beside lxml's xmlfile.

Both write the same elements from the same values, each in a process of its own; CPU of the whole process, the making
of the values included, and the peak of its memory. Below it: the same report read from a file of the order, and small
answers in a process that runs already.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.machine import description
from benchmarks.measure import paired, peak_mb, ratio, run
from benchmarks.messages import Shape, write_file

DEFINITION = "pain.002.001.10"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{DEFINITION}"
ORDER = "pain.001.001.09"
MEMORY_GOAL_MB = 96
SPEED_GOAL_MB = 20
SMALL_GOAL_MS = 0.5
MOMENT = datetime(2026, 11, 23, 10, tzinfo=UTC)
REJECTED_EVERY = 10


def values(count: int) -> Iterator[tuple[str, str, str, str]]:
    """References and amount of each transaction."""
    for number in range(1, count + 1):
        yield f"INSTR-{number:09d}", f"E2E-{number:09d}", f"00000000-0000-4000-8000-{number:012d}", f"{number}.00"


def with_wissel(count: int, path: str) -> None:
    """The report by the writer of wissel."""
    from wissel.catalog.definitions import default_catalog
    from wissel.reply.original import opened
    from wissel.reply.reason import Reason
    from wissel.reply.relayed_report import values_block
    from wissel.reply.stamp import stamp
    from wissel.reply.status import Status
    from wissel.reply.status_report import ReportOptions, write_status_report
    from wissel.xml.blocks.block import Block
    from wissel.xml.blocks.shape import shape_of
    from wissel.xml.writing.message_writer import MessageWriter

    header = {"GrpHdr/MsgId": "M-1", "GrpHdr/CreDtTm": "2026-11-23T09:00:00+00:00", "GrpHdr/NbOfTxs": str(count)}
    message = values_block("message", "/Document/CstmrCdtTrfInitn", 1, None, header)
    group = values_block("group", "PmtInf", 1, message, {"PmtInfId": "P-1"})
    shape = shape_of(("PmtId/InstrId", "PmtId/EndToEndId", "PmtId/UETR", "Amt/InstdAmt"))

    def blocks() -> Iterator[Block]:
        for number, texts in enumerate(values(count), 1):
            block = Block("transaction", "PmtInf/CdtTrfTxInf", number, group)
            block.shape, block.texts = shape, texts
            yield block
        yield group
        yield message

    accepted, refused = Status("ACTC"), Status("RJCT", (Reason("AC04"),))
    tree = default_catalog().tree(DEFINITION)
    original, every = opened(ORDER, blocks(), None)
    assert original is not None
    with open(path, "wb") as file:
        writer = MessageWriter(tree, file.write)
        write_status_report(
            writer,
            tree,
            original,
            every,
            lambda block: accepted if block.number % REJECTED_EVERY else refused,
            ReportOptions(stamp(MOMENT, "0"), bic="WISLNL2A"),
        )
        writer.close()


def with_xmlfile(count: int, path: str) -> None:
    """The same elements by lxml.etree.xmlfile, which builds each transaction and lets go of it."""
    from lxml import etree

    def tag(name: str) -> str:
        return f"{{{NAMESPACE}}}{name}"

    def made(name: str) -> "etree._Element":
        return etree.Element(tag(name), nsmap={None: NAMESPACE})  # type: ignore[dict-item]

    def add(above: "etree._Element", name: str, text: str | None = None) -> "etree._Element":
        found = etree.SubElement(above, tag(name))
        found.text = text
        return found

    with etree.xmlfile(path, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(tag("Document"), nsmap={None: NAMESPACE}), file.element(tag("CstmrPmtStsRpt")):
            header = made("GrpHdr")
            add(header, "MsgId", "A-1")
            add(header, "CreDtTm", "2026-11-23T10:00:00+00:00")
            file.write(header)
            group = made("OrgnlGrpInfAndSts")
            add(group, "OrgnlMsgId", "M-1")
            add(group, "OrgnlMsgNmId", ORDER)
            add(group, "GrpSts", "PART")
            file.write(group)
            with file.element(tag("OrgnlPmtInfAndSts")):
                name = made("OrgnlPmtInfId")
                name.text = "P-1"
                file.write(name)
                for number, (instruction, end_to_end, uetr, _) in enumerate(values(count), 1):
                    line = made("TxInfAndSts")
                    add(line, "StsId", f"20261123100000-5FECEB66FFC-{number}")
                    add(line, "OrgnlInstrId", instruction)
                    add(line, "OrgnlEndToEndId", end_to_end)
                    add(line, "OrgnlUETR", uetr)
                    if number % REJECTED_EVERY:
                        add(line, "TxSts", "ACTC")
                    else:
                        add(line, "TxSts", "RJCT")
                        why = add(line, "StsRsnInf")
                        add(add(add(add(why, "Orgtr"), "Id"), "OrgId"), "AnyBIC", "WISLNL2A")
                        add(add(why, "Rsn"), "Cd", "AC04")
                    file.write(line, pretty_print=True)


def small() -> None:
    """Milliseconds of CPU of one small answer: from its bytes, and with the checks around it."""
    from wissel.catalog.definitions import default_catalog
    from wissel.engine.answering.answers import answer
    from wissel.engine.answering.file import judged, received
    from wissel.engine.answering.request import Received, Request
    from wissel.validation.validate import Options, validate
    from wissel.xml.sources.source import Source

    catalog, samples = default_catalog(), Path(__file__).parent.parent / "samples" / "valid"
    for name, definition, status, reason in (
        ("pacs.008.001.08", "pacs.002.001.10", "RJCT", "AC04"),
        (ORDER, DEFINITION, "ACSP", None),
        ("pacs.008.001.08", "pacs.004.001.09", None, "AC04"),
        ("camt.056.001.08", "camt.029.001.09", "PDCR", None),
    ):
        data = (samples / f"{name}.xml").read_bytes()
        request = Request(definition, MOMENT, status, reason)
        source = Source.from_bytes(data)
        one = next(received(source, judged(source, request, catalog)))

        def write(one: Received = one, request: Request = request) -> bytes:
            parts: list[bytes] = []
            assert not answer(one, request, catalog, parts.append).refused
            return b"".join(parts)

        def whole(data: bytes = data, request: Request = request) -> None:
            source = Source.from_bytes(data)
            again = next(received(source, judged(source, request, catalog)))
            written = write(again, request)
            validate(Source.from_bytes(written), Options(MOMENT.date(), again.report.guideline), catalog)

        read = _milliseconds(lambda one=one: list(one.message.blocks()))
        alone, checked = _milliseconds(write), _milliseconds(whole)
        print(f"  {name} -> {definition}  {alone - read:6.3f} ms", end="")
        print(f"   from its bytes {alone:6.3f} ms   with both checks {checked:6.3f} ms")


def _milliseconds(work: object, count: int = 300) -> float:
    assert callable(work)
    for _ in range(20):
        work()
    started = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - started) / count * 1_000


def main() -> int:
    """Print the table, or do one part of it in this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replies", description=__doc__)
    parser.add_argument("--transactions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=["wissel", "xmlfile", "small", "nothing"], help="one part, for the table")
    parser.add_argument("--into", default="/dev/null", help="where a part writes")
    given = parser.parse_args()
    if given.part:
        parts = {"wissel": with_wissel, "xmlfile": with_xmlfile}
        if given.part in parts:
            parts[given.part](given.transactions, given.into)
        elif given.part == "small":
            small()
        return 0
    with tempfile.TemporaryDirectory() as folder:
        table(given.transactions, given.rounds, Path(folder))
    return 0


def table(count: int, rounds: int, folder: Path) -> None:
    """Measure and print."""
    me = [sys.executable, "-m", "benchmarks.replies", "--transactions", str(count)]
    files = {name: folder / f"{name}.xml" for name in ("wissel", "xmlfile")}
    jobs = {name: [[*me, "--part", name, "--into", str(path)]] for name, path in files.items()}
    order = folder / "order.xml"
    write_file(Shape(ORDER, count), order)
    answer = [sys.executable, "-m", "wissel", "reply", str(order), "--with", DEFINITION, "--status", "ACTC"]
    jobs["command"] = [[*answer, "--at", "2026-03-10T10:00:00Z", "-o", str(folder / "answer.xml")]]
    runs = paired(jobs, rounds)
    print(description([sys.executable, "-m", "wissel"]))
    print(f"\n{DEFINITION} with a status for each of {count:,} transactions; CPU of whole processes")
    for name, path in files.items():
        size = path.stat().st_size / 1e6
        cpu = median(each.cpu_seconds for each in runs[name])
        print(f"  {name:8} {size:6.1f} MB {cpu:6.2f} s  {size / cpu:6.1f} MB/s  peak {peak_mb(runs[name]):5.1f} MB")
    size = files["wissel"].stat().st_size / 1e6
    speed = size / median(each.cpu_seconds for each in runs["wissel"])
    met = {True: "met", False: "MISSED"}
    print(f"  goal >= {SPEED_GOAL_MB} MB/s {met[speed >= SPEED_GOAL_MB]}", end=", ")
    print(f"< {MEMORY_GOAL_MB} MB {met[peak_mb(runs['wissel']) < MEMORY_GOAL_MB]}", end=", ")
    print(f"CPU {ratio(runs['wissel'], runs['xmlfile']):.2f} x xmlfile")
    whole = median(each.cpu_seconds for each in runs["command"])
    peak = peak_mb(runs["command"])
    print(f"  wissel reply FILE: order of {order.stat().st_size / 1e6:.1f} MB read, checked, answered, answer checked:")
    print(f"  {whole:.2f} s, peak {peak:.1f} MB, goal < {MEMORY_GOAL_MB} MB {met[peak < MEMORY_GOAL_MB]}")
    print(f"\none small answer in a running process, CPU; goal < {SMALL_GOAL_MS} ms")
    print(run([*me, "--part", "small"]).output, end="")


if __name__ == "__main__":
    raise SystemExit(main())
