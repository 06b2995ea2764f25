"""Build ``validation/examples.toml``: of each rule's case the few places where breaking and keeping it differ."""

import json

from lxml import etree

from tests.cases import base, found_in, patched, plain
from wissel.validation.case import Case, cases

LINES_MAX = 8
HEADER = "# What breaks each rule and what keeps it. Built from cases/*.toml by `make write`; do not edit.\n"


def examples_toml() -> str:
    """The file's text."""
    chosen: dict[str, Case] = {}
    for case in cases():
        known = chosen.get(case.code)
        if case.fails is not None and (known is None or (known.passes is None and case.passes is not None)):
            chosen[case.code] = case
    return HEADER + "".join(row(chosen[code]) for code in sorted(chosen))


def row(case: Case) -> str:
    document = base(case.on)
    broken = patched(document, case.fails or ())
    kept = patched(document, case.passes or ())
    finding = next((one for one in found_in(broken, case.guideline, case.as_of) if one.code == case.code), None)
    at = plain(finding.path or "") if finding else case.at[0]
    fails, passes = differences(leaves(broken), leaves(kept))
    return (
        f"\n[{case.code}]\non = {_quoted(case.on)}\nguideline = {_quoted(case.guideline)}\nat = {_quoted(at)}\n"
        f"fails = {_listed(fails)}\npasses = {_listed(passes)}\n"
    )


def leaves(document: bytes) -> dict[str, str]:
    """The values of headers and messages by path, as cases write paths; those of a second message say so."""
    root = etree.fromstring(document)
    found: dict[str, str] = {}
    for tag in ("AppHdr", "Document"):
        for number, top in enumerate(root.iter(f"{{*}}{tag}"), 1):
            own: dict[str, str] = {}
            if tag == "AppHdr":
                _gather(top, tag, own)
            else:
                for message in top.iterchildren("{*}*"):
                    _gather(message, "", own)
            found |= own if number == 1 else {f"message {number}: {path}": value for path, value in own.items()}
    return found


def _gather(element: etree._Element, path: str, found: dict[str, str]) -> None:
    children = list(element.iterchildren("{*}*"))
    if not children:
        found[path] = (element.text or "").strip()
    for name, value in element.attrib.items():
        found[f"{path}/@{etree.QName(name).localname}"] = str(value)
    seen: dict[str, int] = {}
    for child in children:
        tag = etree.QName(child).localname
        seen[tag] = seen.get(tag, 0) + 1
        step = tag if seen[tag] == 1 else f"{tag}[{seen[tag]}]"
        _gather(child, f"{path}/{step}" if path else step, found)


def differences(broken: dict[str, str], kept: dict[str, str]) -> tuple[list[str], list[str]]:
    """Lines for what differs, in both messages; where nothing is left on one side, what is not there."""
    paths = [path for path in {**kept, **broken} if broken.get(path) != kept.get(path)]
    return _lines(paths, broken), _lines(paths, kept)


def _lines(paths: list[str], values: dict[str, str]) -> list[str]:
    lines = [f"{path} = {values[path]}" if path in values else f"no {path}" for path in paths]
    return lines if len(lines) <= LINES_MAX else [*lines[:LINES_MAX], f"and {len(lines) - LINES_MAX} more"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(lines: list[str]) -> str:
    return "[" + ", ".join(map(_quoted, lines)) + "]" if len(lines) < 2 else (
        "[\n" + "".join(f"  {_quoted(line)},\n" for line in lines) + "]"
    )  # fmt: skip
