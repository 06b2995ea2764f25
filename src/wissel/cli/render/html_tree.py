"""A message's tree as HTML: collapsible without script, faults in place, open where there are faults."""

from collections.abc import Iterator

from wissel.cli.render.markup import fault, fault_link, fault_number, safe
from wissel.cli.render.tree import LeftOut, Node, Trees
from wissel.core.finding import Finding, Severity

_OPEN_ROWS_MAX = 120
"""A tree of no more rows is open throughout."""
_OPEN_DEPTH = 3
"""In a larger one, so many levels are; below, only what has faults."""
_GAP_TAGS_MAX = 5


def message_tree(roots: list[Node], trees: Trees, file: int, title: str = "") -> Iterator[str]:
    """The tree below some roots; nothing where there are none. ``file`` is the file's number on the page."""
    if not roots:
        return
    if title:
        yield f"<h3>{title}</h3>\n"
    yield '<div class="tree">\n'
    whole = sum(root.size for root in roots) <= _OPEN_ROWS_MAX
    for root in roots:
        yield from _node(root, trees, file, 0, whole)
    yield "</div>\n"
    if trees.stopped:
        yield '<p class="soft">The tree ends here: the rest of the file is left out.</p>\n'


def _boxes(numbers: list[int], trees: Trees, file: int) -> str:
    """The boxes of some findings; those of the file itself stand on top of it, and here is a link to each."""
    made = (fault_link if n < trees.file_findings else fault for n in numbers)
    return "".join(box(trees.findings[n], fault_number(file, n)) for box, n in zip(made, numbers, strict=True))


def _node(node: Node, trees: Trees, file: int, depth: int, whole: bool) -> Iterator[str]:
    row = _row(node, trees.findings)
    classes = _classes(node, trees.findings)
    here = _boxes(node.faults, trees, file)
    if not node.children and not node.absent:
        yield f'<div class="{classes} leaf">{row}</div>\n{here}'
        return
    repeated = node.row.path.endswith("]")
    is_open = node.marked or whole or (depth < _OPEN_DEPTH and not repeated)
    yield f'<details{" open" if is_open else ""}><summary class="{classes}">{row}</summary>\n{here}'
    yield f'<div class="kids">\n{_boxes(node.absent, trees, file)}'
    for child in node.children:
        if isinstance(child, LeftOut):
            yield _gap(child)
        else:
            yield from _node(child, trees, file, depth + 1, whole)
    yield "</div></details>\n"


def _classes(node: Node, findings: list[Finding]) -> str:
    severities = {findings[n].severity for n in node.faults}
    if not severities:
        return "row"
    if Severity.ERROR in severities:
        return "row hit"
    return "row hit warning" if Severity.WARNING in severities else "row hit info"


def _row(node: Node, findings: list[Finding]) -> str:
    row = node.row
    line = row.line or next((findings[n].line for n in node.faults if findings[n].path), None)
    number = f'<span class="ln">{line or ""}</span>'
    value = f'<bdi class="v">{safe(row.text)}</bdi>' if row.text else ""
    if row.tag.startswith("#"):
        return f'{number}<span class="tag soft">text</span>{value}'
    index = row.path[row.path.rindex("[") :] if row.path.endswith("]") else ""
    tag = safe(row.tag) + (f'<span class="soft">{safe(index)}</span>' if index else "")
    attributes = "".join(
        f'<span class="at">{safe(name)}=&quot;<bdi>{safe(text)}</bdi>&quot;</span>' for name, text in row.attributes
    )
    return f'{number}<span class="tag">{tag}</span>{attributes}{value}'


def _gap(gap: LeftOut) -> str:
    tags = list(gap.counts.items())
    named = ", ".join(f"{count:,} {safe(tag)}" for tag, count in tags[:_GAP_TAGS_MAX])
    more = f" and {sum(count for _, count in tags[_GAP_TAGS_MAX:]):,} more" if len(tags) > _GAP_TAGS_MAX else ""
    return f'<div class="gap">… {named}{more} without faults left out</div>\n'
