"""What an input holds: itself, or the members of the archive that it is, archives inside archives included.

Nothing is unpacked under a name of its own, so names in an archive are labels and can do no harm. A member of a zip,
or of a tar that is not packed, is read in place. What can only be read from first to last (a packed tar) or needs
seeking (a packed archive inside another) is unpacked once into a scratch file, because unpacking from the start
again for every member would take quadratic time; a single packed file (``x.xml.gz``) is unpacked while it is read.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import chain
from typing import BinaryIO

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources import tar_archive, zip_archive
from wissel.xml.sources.allowance import Allowance, Exhausted
from wissel.xml.sources.kind import HEAD_BYTES, LEAVES, Kind, kind_of, kind_of_source
from wissel.xml.sources.scratch import Scratch, ScratchFile
from wissel.xml.sources.stored import (
    Packing,
    Reader,
    Skipped,
    Source,
    Stored,
    printable,
    too_large,
    unreadable,
    unwanted,
)
from wissel.xml.sources.tape import FileTape, StreamTape
from wissel.xml.sources.unpack import broken


@dataclass(frozen=True, slots=True)
class _Task:
    """What stays the same all through one outermost archive."""

    include: tuple[str, ...]
    scratch: Scratch
    allowance: Allowance
    limits: Limits


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the nest of archives something stands."""

    label: str
    """Its name inside the folder or archive it is in."""
    depth: int = 0
    """Archives around it."""
    named: bool = False
    """It was asked for by its own name, so it is taken whatever it is."""
    included: bool = False
    """Its name, or that of an archive around it, is one to include."""


def unfold(
    source: Source, scratch: Scratch, include: tuple[str, ...] = (), label: str | None = None
) -> Iterator[Source | Skipped]:
    """The source itself, or the members of the archive it is, in the archive's order.

    ``label`` is its name below a folder that is being read: then it is taken only if it is XML or an archive, and
    its name, or the names of members, match ``include``. Without, it was asked for by name and is always taken.
    What fails comes as a source that refuses to open. Raises InstallationError without room for scratch files.
    """
    task = _Task(include, scratch, Allowance(source.limits, source.size_bytes or 0), source.limits)
    place = _Place(source.name if label is None else label, named=label is None)
    try:
        yield from _unfold(source, place, task)
    except Exhausted as refused:
        yield _refusing(source, refused)


def _unfold(source: Source, place: _Place, task: _Task) -> Iterator[Source | Skipped]:
    place = replace(place, included=place.included or _matches(place.label, task.include))
    try:
        kind = kind_of_source(source)
    except Refused as refused:
        yield _leaf(_refusing(source, refused), Kind.XML, place)
        return
    if kind in LEAVES:
        yield _leaf(source, kind, place)
        return
    place = replace(place, depth=place.depth + 1)
    try:
        if place.depth > task.limits.archive_depth_max:
            raise _too_deep(task.limits.archive_depth_max)
        source = _in_place(source, task, _counted_before)
        if kind is Kind.ZIP:
            yield from _zip_members(source, replace(place, named=False), task)
        elif kind is Kind.TAR:
            yield from _tar_members(source, replace(place, named=False), task)
        else:
            content = replace(_stored(source), packing=Packing(kind.value))
            yield from _packed(replace(source, content=content, size_bytes=None), place, task)
    except Exhausted:
        raise
    except (Refused, OSError) as error:
        yield _refusing(source, error if isinstance(error, Refused) else unreadable(error))


def _leaf(source: Source, kind: Kind, place: _Place) -> Source | Skipped:
    """The source where it is to be read, else why not."""
    if place.named:
        return source
    if kind is Kind.EMPTY:
        return Skipped(source.name, "empty")
    if kind is Kind.OTHER:
        return Skipped(source.name, "neither XML nor an archive")
    return source if place.included else Skipped(source.name, "not among the names to include")


def _zip_members(archive: Source, place: _Place, task: _Task) -> Iterator[Source | Skipped]:
    """The members of a zip, once its whole directory was found to keep the limits."""
    stored = _stored(archive)
    with closing(stored.open_origin()) as file:
        archive_bytes = _length(file, stored)
        packed_bytes = 0
        for entry in zip_archive.entries(file, stored.start, archive_bytes):
            task.allowance.take_member()
            task.allowance.take_bytes(entry.size_bytes)
            packed_bytes += entry.packed_bytes
        if packed_bytes > archive_bytes:
            raise broken("its members overlap, as in a bomb")
        for entry in zip_archive.entries(file, stored.start, archive_bytes):
            name = member_name(archive, entry.name)
            if entry.folder:
                continue
            if why := unwanted(entry.name) or ("a symbolic link" if entry.link else None):
                yield Skipped(name, why)
                continue
            content: Stored | Finding
            try:
                start = stored.start + _data_start(file, stored.start, archive_bytes, entry)
                content = Stored(stored.origin, start, entry.packed_bytes, entry.packing())
            except Refused as refused:
                content = refused.finding
            member = Source(name, content, entry.size_bytes, task.limits)
            yield from _unfold(member, replace(place, label=entry.name), task)


def _data_start(file: BinaryIO, start: int, archive_bytes: int, entry: zip_archive.ZipEntry) -> int:
    """Where the data of a member of a zip begins. Raises Refused where it cannot be unpacked."""
    if entry.encrypted:
        raise Refused(finding("ARCHIVE-ENCRYPTED", "The member of the archive is encrypted."))
    if entry.method not in zip_archive.METHODS:
        raise broken(f"it is packed with a method that is not known here ({entry.method_name})")
    return zip_archive.data_start(file, start, archive_bytes, entry)


def _tar_members(archive: Source, place: _Place, task: _Task) -> Iterator[Source | Skipped]:
    """The members of a tar that is not packed, where they are."""
    stored = _stored(archive)
    with closing(stored.open_origin()) as file:
        tape = FileTape(file, stored.start, _length(file, stored))
        for entry in tar_archive.entries(tape):
            task.allowance.take_member()
            name = member_name(archive, entry.name)
            if why := unwanted(entry.name) or entry.oddity:
                yield Skipped(name, why)
                continue
            if entry.start + entry.size_bytes > tape.size_bytes:
                yield Source(name, broken("it is cut short").finding, None, task.limits)
                return
            task.allowance.take_bytes(entry.size_bytes)
            content = Stored(stored.origin, stored.start + entry.start, entry.size_bytes)
            member = Source(name, content, entry.size_bytes, task.limits)
            yield from _unfold(member, replace(place, label=entry.name), task)


def _packed(packed: Source, place: _Place, task: _Task) -> Iterator[Source | Skipped]:
    """What is in a file packed as a whole: a tar, another archive, or one file, which keeps the name."""
    kind = kind_of_source(packed)
    if kind is Kind.TAR:
        yield from _packed_tar_members(packed, replace(place, named=False), task)
    elif kind in LEAVES and (place.depth == 1 or kind is not Kind.XML):
        yield _leaf(packed, kind, place)
    else:
        # Inside an archive a single file is unpacked here too, since nothing else would count its bytes.
        yield from _unfold(_in_place(packed, task, task.allowance.take_bytes), place, task)


def _packed_tar_members(archive: Source, place: _Place, task: _Task) -> Iterator[Source | Skipped]:
    """The members of a packed tar: those that are XML or archives go to a scratch file as they pass."""
    with closing(_stored(archive).open(task.limits)) as stream, task.scratch.new_file() as scratch_file:
        tape = StreamTape(stream, task.allowance.take_bytes)
        for entry in tar_archive.entries(tape):
            task.allowance.take_member()
            name = member_name(archive, entry.name)
            if why := unwanted(entry.name) or entry.oddity:
                yield Skipped(name, why)
                continue
            member = Source(name, Stored(b""), entry.size_bytes, task.limits)
            try:
                member = replace(member, content=_kept(tape, entry, scratch_file, task.limits))
            except Exhausted:
                raise
            except Refused as refused:  # nothing can be read behind it
                yield _refusing(member, refused)
                return
            yield from _unfold(member, replace(place, label=entry.name), task)
        for _ in tape.chunks():  # the checksum stands at the very end
            pass


def _kept(tape: StreamTape, entry: tar_archive.TarEntry, scratch_file: ScratchFile, limits: Limits) -> Stored | Finding:
    """The member that comes next on the tape, kept if it is XML or an archive; else its head is enough."""
    if entry.size_bytes > limits.file_bytes_max:
        return too_large(limits.file_bytes_max).finding
    head = b"".join(tape.chunks_to(entry.start + min(HEAD_BYTES, entry.size_bytes)))
    if kind_of(head) in (Kind.EMPTY, Kind.OTHER):
        return Stored(head)
    return scratch_file.keep(chain([head], tape.chunks_to(entry.start + entry.size_bytes)))


def _in_place(source: Source, task: _Task, count: Callable[[int], None]) -> Source:
    """The source with its bytes as they are in a file; unpacked into a scratch file where they are not."""
    stored = _stored(source)
    if stored.packing is None:
        return source
    if stored.packing.method == "stored":
        return replace(source, content=replace(stored, packing=None))
    reader = Reader(stored.open(task.limits), task.limits.file_bytes_max)
    with reader, task.scratch.new_file() as scratch_file:
        content = scratch_file.keep(StreamTape(reader, count).chunks())
    return replace(source, content=content, size_bytes=content.packed_bytes)


def _counted_before(_: int) -> None:
    """For members of a zip: the sizes its directory states have been counted, and are enforced."""


def _stored(source: Source) -> Stored:
    """Where the bytes of the source are. Raises Refused where there are none."""
    if isinstance(source.content, Finding):
        raise Refused(source.content)
    return source.content


def _length(file: BinaryIO, stored: Stored) -> int:
    """Bytes of the stretch that ``stored`` is in ``file``."""
    if stored.packed_bytes is not None:
        return stored.packed_bytes
    return file.seek(0, os.SEEK_END) - stored.start


def _refusing(source: Source, refused: Refused) -> Source:
    """A source that gives ``refused`` for an answer when it is opened."""
    return replace(source, content=refused.finding, size_bytes=None)


def _too_deep(depth_max: int) -> Refused:
    return Refused(
        finding(
            "LIMIT-ARCHIVE-DEPTH",
            f"Archives are nested more than {depth_max} deep; this one was not opened.",
            allowed=f"at most {depth_max} archives inside each other (archive_depth_max)",
        )
    )


def member_name(archive: Source, name: str) -> str:
    """A member's name in reports: behind the archive's, and harmless to print."""
    return f"{archive.name}!{printable(name)}"


def _matches(path: str, include: tuple[str, ...]) -> bool:
    """Whether a path, its last part, or either without the ending of a packed file matches a pattern."""
    names = {path, path.rpartition("/")[2]}
    names |= {name.removesuffix(ending) for name in names for ending in (".gz", ".bz2", ".xz")}
    return not include or any(fnmatchcase(name, pattern) for name in names for pattern in include)
