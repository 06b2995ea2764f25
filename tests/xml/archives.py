"""Archives made for tests, and what comes out of them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.source import Skipped, Source, expand

XML = b'<?xml version="1.0"?><Document>\xc3\xa9</Document>'
DEFAULT_LIMITS = Limits()
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(members: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of these members, not packed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def outcome(item: Source | Skipped) -> tuple[str, object]:
    """Name, and what came of it: the bytes, the code of the refusal, or why it was skipped."""
    if isinstance(item, Skipped):
        return item.name, f"skipped: {item.why}"
    try:
        with item.open() as file:
            data = file.read()
    except Refused as refused:
        return item.name, refused.finding.code
    assert item.size_bytes in (None, len(data))
    return item.name, data


def outcomes(
    paths: Iterable[Path | str], include: Iterable[str] = (), limits: Limits = DEFAULT_LIMITS
) -> dict[str, object]:
    """What comes of all that is at ``paths``, by name; names that come twice fail."""
    found = [outcome(item) for item in list(expand(paths, include=include, limits=limits))]
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


def unpacked(folder: Path, data: bytes, limits: Limits = DEFAULT_LIMITS, name: str = "a.bin") -> dict[str, object]:
    """What comes of a file with these bytes, by the part of the name behind the file's."""
    path = folder / name
    path.write_bytes(data)
    return {found.removeprefix(str(path)): value for found, value in outcomes([path], limits=limits).items()}
