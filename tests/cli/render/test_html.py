import base64
import hashlib
import io
import re
from html.parser import HTMLParser
from typing import Any

from tests.cli.render import reports
from tests.cli.render.golden import same_as_golden
from wissel.cli.render import html
from wissel.cli.render.html import write_html
from wissel.cli.render.tally import Tally
from wissel.core.codes import finding
from wissel.validation.report import Report, Verdict
from wissel.xml.sources.source import Source


def rendered(items: list[Report], texts: dict[str, str] | None = None) -> str:
    """The page; ``texts`` are the files' contents by name."""
    out, tally = io.StringIO(), Tally()
    known = {name: Source.from_bytes(text.encode("utf-8", "replace"), name) for name, text in (texts or {}).items()}
    write_html(((item, known.get(item.file)) for item in tally.counted(items)), out, tally)
    return out.getvalue()


def payment_page() -> str:
    return rendered([reports.payment(), reports.valid()], {"inbox/payment.xml": reports.PAYMENT})


class Page(HTMLParser):
    """Tags, attributes and text of a page as a browser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)


def test_the_page_of_a_payment() -> None:
    page = re.sub(r"(?s)<(style|script)>.*?</\1>", r"<\1></\1>", payment_page())
    same_as_golden("payment.html", re.sub(r"sha256-[^&]+", "sha256-", page))


def test_the_page_closes_what_it_opens() -> None:
    page = Page(rendered(reports.all_reports(), {"inbox/payment.xml": reports.PAYMENT}))
    assert page.open == []


def test_nothing_is_fetched() -> None:
    page = Page(payment_page())
    allowed = {"charset", "http-equiv", "content", "name", "lang", "class", "id", "open", "href", "title", "hidden",
               "type", "placeholder", "aria-label", "data-file"}  # fmt: skip
    for tag, attributes in page.tags:
        assert set(attributes) <= allowed, tag
        assert attributes.get("href", "#").startswith("#")  # type: ignore[union-attr]
    assert not re.search(r"url\(|@import|https?://", payment_page())


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    text = payment_page()
    policy = next(a["content"] or "" for t, a in Page(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    for kind in ("style", "script"):
        (content,) = re.findall(rf"(?s)<{kind}>(.*?)</{kind}>", text)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_hostile_text_stays_text() -> None:
    item = reports.hostile()
    broken = (
        f'<Document onload="x"><A b="{"<>&".replace("<", "&lt;").replace("&", "&amp;")}">&lt;script>1</A></Document>'
    )
    page = Page(rendered([item], {item.file: broken}))
    plain = Page(rendered([reports.payment()], {"inbox/payment.xml": reports.PAYMENT}))
    names = {tag for tag, _ in page.tags}
    assert names <= {tag for tag, _ in plain.tags} | {"pre", "b", "u", "form", "input", "output", "details", "summary"}
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    text = "".join(page.words)
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ud800-\udfff]", text) == []
    assert r"\x1b[31mred\x1b[0m <script>alert(1)</script>" in text
    assert "<script>1" in text


def test_faults_stand_in_the_tree_right_after_their_element() -> None:
    text = payment_page()
    bic = text.index(">BBBBDEFFXXX<")
    assert text.index('id="fault-1-3"') - bic < 60
    assert text.count('id="fault-1-') == 4
    assert text.count('href="#fault-1-') == 4
    # the absent PmtId is announced inside its transaction, before the first child
    transaction = text.index('<span class="tag">CdtTrfTxInf</span>')
    assert transaction < text.index('id="fault-1-0"') < text.index(">10.00<")


def test_values_come_out_as_they_are() -> None:
    assert "山田太郎 & <b>Sons</b>" in Page(payment_page()).words


def test_a_fault_that_has_no_place_in_the_tree_is_shown_with_its_line() -> None:
    page = rendered([reports.payment()])
    assert page.count('id="fault-1-') == 4
    assert "<b><u>1</u></b>1,50" in page


def summary_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)</dd></div>", text))


def test_the_summary_stands_on_top() -> None:
    text = rendered(reports.all_reports())
    assert summary_of(text) == {
        "files": "6",
        "valid": "1",
        "invalid": "3",
        "unsupported": "1",
        "unreadable": "1",
        "messages": "46",
        "transactions": "1,336",
        "errors": "9",
        "warnings": "1",
    }
    assert "<h1>5 of 6 files are not valid</h1>" in text
    assert text.index('class="sums"') < text.index('class="file"')
    assert "<h1>The file is valid</h1>" in rendered([reports.valid()])
    assert "<h1>The file is unreadable</h1>" in rendered([reports.unreadable()])
    assert "<h1>All 2 files are valid</h1>" in rendered([reports.valid()] * 2)


def test_what_is_not_well_formed_is_shown_as_far_as_it_goes() -> None:
    said = finding("XML-TRUNCATED", "The file ends while elements are open.", line=2, column=8)
    item = reports.report("cut.xml", Verdict.UNREADABLE, findings=(said,))
    text = rendered([item], {"cut.xml": "<Document><A>one</A>\n<B>two"})
    assert "What the file holds, as far as it can be read" in text
    assert text.index(">two<") < text.index('<a href="#fault-1-0">XML-TRUNCATED</a>')
    assert text.count('id="fault-1-0"') == 1
    assert Page(text).open == []


class OpenedError(Exception):
    """The file was read."""


class Untouchable:
    """A source that must not be opened."""

    def open(self) -> Any:
        raise OpenedError


def test_what_was_refused_is_not_read_again() -> None:
    for code in ("DOCTYPE-REFUSED", "LIMIT-BYTES", "PROGRAM-FAULT"):
        item = reports.report("a.xml", Verdict.UNREADABLE, findings=(finding(code, "refused"),))
        tally = Tally()
        out = io.StringIO()
        write_html([(one, Untouchable()) for one in tally.counted([item])], out, tally)  # type: ignore[misc]
        assert code in out.getvalue()


def test_valid_files_beyond_a_number_are_counted_not_listed(monkeypatch: Any) -> None:
    monkeypatch.setattr(html, "FILES_LISTED_MAX", 2)
    text = rendered([reports.valid(), reports.payment(), *[reports.valid()] * 4])
    assert text.count("<section") == 3
    assert "3 more valid files: counted above, not listed here." in text
    assert summary_of(text)["files"] == "6"


def test_later_files_get_no_tree_when_the_page_is_full(monkeypatch: Any) -> None:
    monkeypatch.setattr(html, "_PAGE_ROWS", 10)
    texts = {"inbox/payment.xml": reports.PAYMENT}
    text = rendered([reports.payment(), reports.payment()], texts)
    assert text.count('class="tree"') == 1
    assert text.count('id="fault-2-') == 4
    assert text.count("There is no room on this page for its tree.") == 1
