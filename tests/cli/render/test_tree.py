from collections.abc import Iterator
from dataclasses import replace

from tests.cli.render import reports
from wissel.cli.render.tree import ROWS_MAX, LeftOut, Node, Trees, numbered
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.validation.report import Report, Verdict
from wissel.xml.blocks.outline import Row, Skip, outline
from wissel.xml.sources.source import Source

DOCUMENT = "/Document/X"


def row(depth: int, path: str, text: str | None = None, line: int | None = None, message: int = 1) -> Row:
    return Row(depth, message, path, path.rpartition("/")[2].partition("[")[0], (), text, line)


def said(path: str | None, line: int | None = None) -> Finding:
    return finding("VALUE-EMPTY", "empty", path=path, line=line)


def one_message(*findings: Finding) -> Report:
    return reports.report("a.xml", Verdict.INVALID, reports.message(*findings))


def blocks(count: int, leaves: int) -> Iterator[Row]:
    """A document of ``count`` transactions, each with as many leaves."""
    yield row(0, "/Document")
    yield row(1, DOCUMENT)
    for block in range(1, count + 1):
        path = f"{DOCUMENT}/Tx" + (f"[{block}]" if block > 1 else "")
        yield row(2, path)
        yield from (row(3, f"{path}/L{leaf}", "1") for leaf in range(leaves))


def shape(node: Node) -> list[object]:
    """The tree below a node: paths, and what was left out."""
    return [dict(child.counts) if isinstance(child, LeftOut) else child.row.path for child in node.children]


def test_a_fault_is_at_its_element_with_or_without_an_index_of_one() -> None:
    rows = [row(0, "/Document"), row(1, "/Document/A"), row(2, "/Document/A/B"), row(2, "/Document/A/B[2]")]
    trees = Trees(one_message(said("/Document/A[1]/B[1]"), said("/Document/A/B[2]")), lambda skip: rows)
    (document,) = trees.roots[1]
    (a,) = document.children
    assert isinstance(a, Node)
    assert [child.faults for child in a.children] == [[0], [1]]  # type: ignore[union-attr]
    assert (document.marked, document.faults, a.marked, trees.placed) == (True, [], True, {0, 1})


def test_a_fault_about_something_absent_is_at_the_nearest_element_there_is() -> None:
    rows = [row(0, "/Document"), row(1, "/Document/A"), row(1, "/Document/A[2]")]
    trees = Trees(one_message(said("/Document/A[2]/B/C"), said("/Document/Z")), lambda skip: rows)
    (document,) = trees.roots[1]
    first, second = document.children
    assert isinstance(second, Node)
    assert (second.absent, document.absent) == ([0], [1])
    assert not first.marked  # type: ignore[union-attr]


def test_equal_paths_of_two_messages_are_told_apart() -> None:
    fault = said("/Document/A")
    report = reports.report("a.xml", Verdict.INVALID, reports.message(), reports.message(fault))
    rows = [row(0, "/Document"), row(1, "/Document/A")]
    rows += [row(0, "/Document", message=2), row(1, "/Document/A", message=2)]
    trees = Trees(report, lambda skip: rows)
    assert (trees.roots[1][0].marked, trees.roots[2][0].marked) == (False, True)


def test_a_fault_with_a_line_only_is_at_the_element_that_began_last() -> None:
    rows = [row(0, "/Document", line=1), row(1, "/Document/A", line=2), row(1, "/Document/B", line=9)]
    cut = finding("XML-NOT-WELL-FORMED", "broken", line=5)
    end = finding("XML-TRUNCATED", "cut", line=70)
    report = reports.report("a.xml", Verdict.UNREADABLE, findings=(cut, end))
    (document,) = Trees(report, lambda skip: rows).roots[0]
    assert [child.faults for child in document.children] == [[0], [1]]  # type: ignore[union-attr]
    assert document.marked


def test_a_small_file_is_shown_whole() -> None:
    (document,) = Trees(one_message(), lambda skip: blocks(20, 20)).roots[1]
    assert document.size == 2 + 20 * 21


def test_of_a_large_file_faults_and_their_blocks_are_kept_and_the_rest_is_counted() -> None:
    fault = said(f"{DOCUMENT}/Tx[9000]/L3")
    trees = Trees(one_message(fault), lambda skip: blocks(10_000, 20))
    (document,) = trees.roots[1]
    (x,) = document.children
    assert isinstance(x, Node)
    parts = shape(x)
    kept = parts.index(f"{DOCUMENT}/Tx[9000]")
    assert parts[kept + 1] == {"Tx": 1_000}
    before = parts[kept - 1]
    assert isinstance(before, dict)
    assert before["Tx"] + (kept - 1) == 8_999
    hit = x.children[kept]
    assert isinstance(hit, Node)
    assert len(hit.children) == 20
    assert document.size < 1_100
    assert not trees.stopped


def test_nothing_more_is_read_when_all_faults_are_placed() -> None:
    taken = 0

    def rows(skip: Skip) -> Iterator[Row]:
        nonlocal taken
        for one in blocks(10_000, 20):
            taken += 1
            yield replace(one, left_out=skip(one.message, one.path))

    trees = Trees(one_message(said(f"{DOCUMENT}/Tx[3]/L3")), rows)
    assert trees.stopped
    assert taken < 1_100


def test_many_small_elements_are_counted_too() -> None:
    leaves = (row(1, f"/Document/A[{n}]" if n > 1 else "/Document/A") for n in range(1, 50_000))
    (document,) = Trees(one_message(), lambda skip: iter([row(0, "/Document"), *leaves])).roots[1]
    assert document.size == 1_000
    assert shape(document)[-1] == {"A": 49_000}


def test_many_faults_stop_the_tree_and_the_others_are_left_for_the_list() -> None:
    faults = [said(f"{DOCUMENT}/Tx[{n}]/L0") for n in range(2, 1_002)]
    trees = Trees(one_message(*faults), lambda skip: blocks(1_100, 20))
    assert trees.stopped
    assert sum(node.size for node in trees.roots[1]) <= ROWS_MAX
    assert 200 < len(trees.placed) < 400


def test_what_stands_around_messages_is_apart() -> None:
    source = Source.from_bytes(reports.PAYMENT.encode(), "payment.xml")
    report = reports.payment()
    trees = Trees(report, lambda skip: outline(source, skip))
    assert [node.row.path for node in trees.roots[1]] == ["/AppHdr", "/Document"]
    assert [node.row.path for node in trees.roots[0]] == ["/BizMsgEnvlp"]
    assert trees.placed == set(range(len(numbered(report))))
