"""The small pieces of HTML that a page is made of. All text from outside goes through :func:`safe`."""

from html import escape

from wissel.cli.console import visible
from wissel.cli.render.words import notes, place
from wissel.core.finding import Finding
from wissel.validation.report import Verdict

_EXCERPT_CHARACTERS = 160


def safe(text: str) -> str:
    """``text`` for HTML, in elements and quoted attributes: markup escaped, acting characters made visible."""
    return escape(visible(text), quote=True)


def pill(verdict: Verdict) -> str:
    """A verdict as a coloured word."""
    return f'<span class="pill {verdict.value}">{verdict.value}</span>'


def fault_number(file: int, index: int) -> str:
    """The anchor of a finding: of the page's ``file`` (from 1), its number in the report (from 0)."""
    return f"fault-{file}-{index}"


def fault(finding: Finding, anchor: str, excerpt: bool = False) -> str:
    """A finding as a box: code, sentence, path, value, what is allowed, hint, reason; the source line if wanted."""
    kind = "" if finding.severity.value == "error" else f" {finding.severity.value}"
    where = f' <span class="soft">line {safe(place(finding))}</span>' if finding.line else ""
    rows = [("path", f'<span class="path">{safe(finding.path)}</span>')] if finding.path else []
    rows += [("value", f"<code><bdi>{safe(finding.value)}</bdi></code>")] if finding.value is not None else []
    rows += [(label, f"<bdi>{safe(text)}</bdi>") for label, text in notes(finding)]
    details = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in rows)
    return (
        f'<div class="fault{kind}" id="{anchor}"><span class="code">{safe(finding.code)}</span>{where}'
        f"<p><bdi>{safe(finding.message)}</bdi></p>{_excerpt(finding) if excerpt else ''}"
        f"{f'<dl>{details}</dl>' if details else ''}</div>\n"
    )


def fault_link(finding: Finding, anchor: str) -> str:
    """A mark in the tree for a finding whose box stands above it."""
    kind = "" if finding.severity.value == "error" else f" {finding.severity.value}"
    return f'<div class="fault{kind}"><a href="#{anchor}">{safe(finding.code)}</a></div>\n'


def _excerpt(finding: Finding) -> str:
    """The source line, with the character at the caret set off."""
    if not finding.excerpt:
        return ""
    at = max(1, finding.excerpt_column or 1) - 1
    start = max(0, at - _EXCERPT_CHARACTERS // 2)
    text = finding.excerpt.rstrip("\r\n").replace("\t", " ")
    before, here, after = text[start:at], text[at : at + 1], text[at + 1 : start + _EXCERPT_CHARACTERS]
    before = ("…" if start else "") + (before if start else before.lstrip())
    more = "…" if len(text) > start + _EXCERPT_CHARACTERS else ""
    return f"<pre>{safe(before)}<b><u>{safe(here)}</u></b>{safe(after)}{more}</pre>"
