"""Files that were set aside: which there are and why, and how they are tried again."""

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wissel.core.errors import InstallationError
from wissel.engine.instructions.instruction import OPERATOR
from wissel.engine.orders.warehouse import WAREHOUSE
from wissel.service.file_names import free_name, is_report, report_path, text_name
from wissel.service.files import Files, chunks_of
from wissel.service.spool import DEFAULT_CHANNEL, Spool

_REPORT_BYTES_MAX = 64_000_000


@dataclass(frozen=True, slots=True)
class Shunted:
    """A file in ``shunt/``."""

    path: Path
    channel: str
    received: str
    """When, as the report says; empty where there is none."""
    record: int | None
    why: str

    @property
    def name(self) -> str:
        """Its name as text."""
        return text_name(self.path.name)


def shunted(spool: Spool) -> Iterator[Shunted]:
    """The files in ``shunt/``, by name. Raises InstallationError where the folder cannot be read."""
    folder = spool.root / "shunt"
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise InstallationError(f"{folder} cannot be read: {error.strerror}") from None
    for name in names:
        path = folder / name
        if not name.startswith(".") and path.is_file() and not path.is_symlink() and not is_report(path):
            said = _said(report_path(path))
            yield Shunted(
                path,
                str(said.get("channel", DEFAULT_CHANNEL)),
                str(said.get("received", "")),
                said.get("record"),
                str(said.get("fault", "its report is missing")),
            )


def _said(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_REPORT_BYTES_MAX))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def retry(spool: Spool, files: Files, one: Shunted) -> Path:
    """Put a file back into the inbox of its channel (an order that was released, into the warehouse; an instruction, to
    the others), under a name that is free there; its report goes. Where it now is. The journal keeps what became of it
    before. Raises InstallationError."""
    reserved = {WAREHOUSE: spool.warehouse, OPERATOR: spool.instructions}
    inbox = reserved.get(one.channel) or spool.inbox / one.channel
    if not inbox.is_dir():
        inbox = spool.inbox
    try:
        target = _moved(files, one.path, inbox)
        report = report_path(one.path)
        if report.exists():
            files.remove(report)
        files.sync_folder(inbox)
        files.sync_folder(one.path.parent)
    except OSError as error:
        raise InstallationError(f"{one.path} cannot be put back: {error.strerror}") from None
    return target


def _moved(files: Files, source: Path, inbox: Path) -> Path:
    """Never over another file, which may come at any moment: a second name first, then the first one goes. A crash in
    between leaves both, and the second is then known by its digest."""
    while True:
        target = inbox / free_name(inbox, source.name)
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK):
                raise
            beside = target.with_name(f".{target.name}.part")
            files.write(beside, chunks_of(source))
            files.force([beside])
            files.rename(beside, target)
        files.sync_folder(inbox)
        files.remove(source)
        return target
