"""What follows from one file, ready to be committed and handed over."""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from wissel.journal.journal import Writing
from wissel.journal.values import Key, Payment, Record, Status, Verdict

FORMAT = 1
"""Version of the report's JSON contract."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made and has to be handed over."""

    addressee: str
    """Folder below ``out/``: the name of a network, channel or bank, or a BIC."""
    name: str
    content: bytes | Path
    """Its bytes, or a complete file in the folder that the work was handed for such."""
    about: str = ""
    """What it is, for a person: ``pain.002.001.10, 3 transactions``."""
    answer: bool = False
    """True for an answer to who sent the file: it is given again when the same file comes again."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """All that follows from one file."""

    verdict: Verdict
    report: dict[str, Any]
    """Values of JSON: what was found and decided; who hands the file over reads it."""
    made: tuple[Made, ...] = ()
    keys: tuple[Key, ...] = ()
    payments: Iterable[Payment] = ()
    """Gone over once."""
    statuses: Iterable[Status] = ()
    """Gone over once, after the payments."""
    journal: Writing | None = None
    """What has taken others of them already."""
    postings: tuple[str, ...] = ()
    """Keys of what was booked."""
    repeats: int | None = None
    summary: dict[str, int] = field(default_factory=dict)
    """Counts for a progress line: ``messages``, ``transactions``, ``rejected`` ..."""


def report_text(record: Record, conclusion: Conclusion) -> str:
    """The report that is put beside the file, as JSON: the same bytes for the same record and conclusion."""
    about = {
        "format": FORMAT,
        "record": record.number,
        "file": record.receipt.file,
        "channel": record.receipt.channel,
        "sha256": record.receipt.digest,
        "received": record.receipt.received_at.isoformat(),
        "verdict": conclusion.verdict.value,
        "repeats": conclusion.repeats,
    }
    outputs = [{"to": made.addressee, "file": made.name, "about": made.about} for made in conclusion.made]
    members = {**about, **conclusion.report, "outputs": outputs}.items()
    return "{\n" + ",\n".join(f" {_json(name)}: {_lines(value)}" for name, value in members) + "\n}\n"


def _lines(value: Any) -> str:
    """A list with a line for each element, anything else in one line: to be read by people, too, and much faster than
    the indenting of the standard library."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_json(one)}" for one in value) + "\n ]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def failed_by_us(said: str, details: str, at: datetime) -> Conclusion:
    """For a file that could not be worked on, by a fault of ours or of the installation: nothing of it is passed on."""
    return Conclusion(Verdict.SHUNTED, {"fault": said, "details": details, "at": at.isoformat()})


def packed(data: bytes) -> str:
    """An answer's bytes as the journal keeps them."""
    return base64.b64encode(zlib.compress(data, 6)).decode()


def unpacked(text: str) -> bytes:
    """The bytes again. Raises ValueError for a text that is none of ours."""
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(str(error)) from None
