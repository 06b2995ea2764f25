"""A bank whose channel ``all`` takes every message that anything is done with, and files from everywhere for it."""

import re
from collections.abc import Iterable
from pathlib import Path

from wissel.engine.bank.init import init_bank
from wissel.engine.handlers import HANDLERS

CHANNEL = """
[channel.all]
title = "Anybody"
definitions = [{families}]
accounts = ["*"]
"""
OURS, THEIRS = ("ZZWIDE20", "DE93999999990000000001"), ("ZZLIFR20", "FR7699991000010000000000148")
"""BIC and account, here and at another bank."""
_NAME = r"(?:[\w.-]+:)?"
_FAMILY = re.compile(r"xsd:(pain\.001|pacs\.00[489])\.001")


def bank_for_all(root: Path) -> None:
    """Make the bank directory."""
    init_bank(root)
    main = root / "wissel.toml"
    families = ", ".join(f'"{family}"' for family in sorted(HANDLERS))
    main.write_text(main.read_text("utf-8") + CHANNEL.format(families=families), "utf-8")
    (root / "in" / "all").mkdir()


def chosen(shared: Path, every: int) -> list[Path]:
    """The message files of the reference data, one in ``every``."""
    return sorted((shared / "samples").rglob("*.xml"))[::every]


def dropped(root: Path, files: Iterable[Path], below: Path, more: bytes = b"") -> list[str]:
    """Put copies of files into the inbox, each called by its path below a folder; the names. ``more`` stands at their
    ends, so that they are not the files that came before."""
    names = []
    for path in files:
        name = path.relative_to(below).as_posix().replace("/", "__")
        partial = root / "in" / "all" / f".{len(names)}"
        partial.write_bytes(path.read_bytes() + more)
        partial.rename(root / "in" / "all" / name)
        names.append(name)
    return sorted(names)


def made_ours(data: bytes, number: int) -> bytes | None:
    """A payment that somebody wrote, such that this bank can do something with it: it is told to, today, between
    accounts that exist, under identifiers of its own. None for a file that is no payment, or not in UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    found = _FAMILY.search(text)
    if found is None:
        return None
    here, there = (("Dbtr", OURS), ("Cdtr", THEIRS)) if found[1] == "pain.001" else (("Cdtr", OURS), ("Dbtr", THEIRS))
    for side, (bic, account) in (here, there):
        text = _within(text, f"{side}Agt", "BIC(?:FI)?", bic)
        text = _within(text, f"{side}Acct", "IBAN", account)
    for tag in ("InstdAgt", "To"):
        text = _within(text, tag, "BIC(?:FI)?", OURS[0])
    for tag, value in (("MsgId|BizMsgIdr", f"OURS-{number}"), ("UETR", f"00000000-0000-4000-a000-{number:012}")):
        text = re.sub(rf"(<{_NAME}(?:{tag})>)[^<]*", rf"\g<1>{value}", text)
    text = re.sub(rf"(<{_NAME}(?:ReqdExctnDt|IntrBkSttlmDt)>\s*(?:<{_NAME}Dt>)?)[0-9-]{{10}}", r"\g<1>2026-11-23", text)
    return re.sub('Ccy="[A-Z]{3}"', 'Ccy="EUR"', text).encode()


def _within(text: str, tag: str, leaf: str, value: str) -> str:
    """Replace the first value of a leaf below each element of a name."""
    inside = rf"(<{_NAME}{tag}>(?:(?!</{_NAME}{tag}>).)*?<{_NAME}{leaf}>)[^<]*"
    return re.sub(inside, lambda found: found[1] + value, text, flags=re.DOTALL)
