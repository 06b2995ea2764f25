"""The folders of a bank directory, and how files pass through them without being lost or taken twice.

    in/<channel>/NAME ─ claim ─► work/<folder>/NAME ─ finish ─► done/ | failed/ | shunt/ NAME, with NAME.report.json
    work/outbox/<record>.<position> ─ deliver ─► out/<addressee>/NAME, or work/warehouse/NAME for what waits
    work/warehouse/NAME ─ claim, once it is due ─► work/<folder>/NAME
    work/instructions/NAME ─ claim ─► work/<folder>/NAME

Each arrow is one rename on one file system, and the folders on both sides are forced to the disk before anything relies
on it. Whoever holds ``work/`` (flock) owns all of it.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from filecmp import cmp
from pathlib import Path

from wissel.engine.instructions.instruction import ENDING, OPERATOR
from wissel.engine.instructions.instruction import FOLDER as INSTRUCTIONS
from wissel.engine.orders.warehouse import FOLDER, WAREHOUSE, due_of, place_of
from wissel.service.file_names import free_name, free_target, report_path
from wissel.service.files import Files, chunks_of

PARTIAL = re.compile(r"^\.|\.(tmp|part)$|~$")
"""Names that are not files yet."""
DEFAULT_CHANNEL = "default"
_CHANNEL_BYTES_MAX = 64
CLAIM_MAX = 200
"""Files claimed together: they share the cost of the forced writes."""
_FOLDER = re.compile(r"^([0-9]+)~(.*)$")
_STAGED = re.compile(r"^([0-9]+)\.([0-9]+)$")


@dataclass(frozen=True, slots=True)
class Spool:
    """A bank directory's folders."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where files are dropped, by channel."""
        return self.root / "in"

    @property
    def work(self) -> Path:
        """What is being worked on; on a local disk."""
        return self.root / "work"

    @property
    def outbox(self) -> Path:
        """What is complete and not yet delivered."""
        return self.work / "outbox"

    @property
    def scratch(self) -> Path:
        """Where files are made; whatever an earlier run left there means nothing."""
        return self.work / "scratch"

    @property
    def warehouse(self) -> Path:
        """Orders that wait for their day, or for a person."""
        return self.work / FOLDER

    @property
    def instructions(self) -> Path:
        """What people at the bank decided, to be taken up."""
        return self.work / INSTRUCTIONS

    @property
    def out(self) -> Path:
        """What was delivered, by addressee."""
        return self.root / "out"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file in ``work/``: ours, and nobody else's any more."""

    channel: str
    folder: str
    """Below ``work/``."""
    name: str

    def path(self, spool: Spool) -> Path:
        """Where it is."""
        return spool.work / self.folder / self.name


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file in an inbox, as it was last seen."""

    channel: str
    path: Path
    size_bytes: int
    changed_ns: int


def waiting(spool: Spool) -> Iterator[Waiting]:
    """Files in the inboxes, channel by channel, by name. Links, folders and names of unfinished files are left alone;
    a file directly in ``in/`` belongs to the channel ``default``."""
    for folder in (spool.inbox, *_folders(spool.inbox)):
        channel = DEFAULT_CHANNEL if folder == spool.inbox else folder.name
        if PARTIAL.search(channel) or not _names_channel(channel):
            continue
        for path, state, reason in _seen(folder):
            if reason is None:
                yield Waiting(channel, path, state.st_size, state.st_mtime_ns)


def _names_channel(name: str) -> bool:
    """Whether a folder can be that of a channel: its name stands in the journal, in names below ``work/`` and in what
    people read."""
    return name.isprintable() and len(os.fsencode(name)) <= _CHANNEL_BYTES_MAX


def _seen(folder: Path) -> Iterator[tuple[Path, os.stat_result, str | None]]:
    """What lies in an inbox, and why it is never taken; None where it is. What cannot be moved out of its folder is
    not: its copy would be worked on again and again."""
    kept = _keeps(folder)
    for name in _names(folder):
        path = folder / name
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue
        reason = None
        if not stat.S_ISREG(state.st_mode):
            reason = "it is a link" if stat.S_ISLNK(state.st_mode) else "it is no file"
        elif not os.access(path, os.R_OK, follow_symlinks=False):
            reason = "it may not be read"
        elif kept(state):
            reason = "it may not be moved out of its folder"
        yield path, state, reason


def _keeps(folder: Path) -> Callable[[os.stat_result], bool]:
    """Whether this user may not move a file out of a folder. Source: unlink(2), EACCES and EPERM (sticky bit)."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return lambda _: True
    above, user = folder.stat(), os.geteuid()
    if not above.st_mode & stat.S_ISVTX or user in (0, above.st_uid):
        return lambda _: False
    return lambda state: state.st_uid != user


def due(spool: Spool, now: datetime) -> tuple[Waiting, ...]:
    """Orders of the warehouse whose time has come, those that waited longest first."""
    found = []
    for name in _names(spool.warehouse):
        moment = due_of(name)
        if moment is not None and moment <= now:
            path = spool.warehouse / name
            state = path.lstat()
            found.append((moment, place_of(name), Waiting(WAREHOUSE, path, state.st_size, state.st_mtime_ns)))
    return tuple(one for _, _, one in sorted(found, key=lambda row: row[:2]))


def instructed(spool: Spool) -> tuple[Waiting, ...]:
    """Instructions to be taken up, those that were given first first."""
    found = []
    for name in _names(spool.instructions):
        path = spool.instructions / name
        state = path.lstat()
        if name.endswith(ENDING) and stat.S_ISREG(state.st_mode):
            found.append(Waiting(OPERATOR, path, state.st_size, state.st_mtime_ns))
    return tuple(found)


def left_alone(spool: Spool) -> Iterator[tuple[Path, str]]:
    """What lies in the inboxes and is never taken, each with the reason; names of unfinished files are not told."""
    for folder in (spool.inbox, *_folders(spool.inbox)):
        if not _names_channel(folder.name):
            yield folder, "its name is none of a channel"
            continue
        for path, state, reason in _seen(folder):
            if stat.S_ISDIR(state.st_mode):
                if folder != spool.inbox:
                    yield path, "it is a folder"
            elif reason is not None:
                yield path, reason


def _names(folder: Path) -> list[str]:
    """The names in a folder that are not those of unfinished files, in the order of their bytes."""
    try:
        with os.scandir(folder) as found:
            names = [os.fsencode(entry.name) for entry in found if not PARTIAL.search(entry.name)]
    except FileNotFoundError:
        return []
    return [os.fsdecode(name) for name in sorted(names)]


def _folders(above: Path) -> list[Path]:
    with os.scandir(above) as found:
        return sorted(Path(entry.path) for entry in found if entry.is_dir(follow_symlinks=False))


def claim(spool: Spool, files: Files, chosen: Sequence[Waiting], last: str | None = None) -> tuple[Claimed, ...]:
    """Take files that belong to one channel out of its inbox; those that vanished meanwhile are left out.

    ``last`` is the folder of the newest record: a folder's name never comes again, for a file of the same name in it
    would be taken for the one that was recorded there.
    """
    if not chosen:
        return ()
    names = [folder.name for folder in _folders(spool.work)] + ([last] if last is not None else [])
    number = 1 + max((int(found[1]) for name in names if (found := _FOLDER.match(name))), default=0)
    folder = f"{number}~{chosen[0].channel}"
    files.make_folder(spool.work / folder)
    files.sync_folder(spool.work)
    claimed = tuple(
        Claimed(each.channel, folder, each.path.name)
        for each in chosen
        if _take(files, each.path, spool.work / folder / each.path.name)
    )
    if not claimed:
        files.remove_folder(spool.work / folder)
        return ()
    files.sync_folder(spool.work / folder)
    files.sync_folder(chosen[0].path.parent)
    return claimed


def _take(files: Files, source: Path, target: Path) -> bool:
    try:
        if _is_anothers(source):
            return _copy(files, source, target)
        files.rename(source, target)
    except (FileNotFoundError, PermissionError):  # it is gone, or may not be moved: the others are taken
        return False
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return _copy(files, source, target)
    if not stat.S_ISREG(target.lstat().st_mode):  # it was put in the file's place since it was looked at
        files.rename(target, source)
        return False
    return True


def _is_anothers(path: Path) -> bool:
    """Whether someone else could change the file after it was claimed and checked: it belongs to another user, who may
    hold it open, or has a second name."""
    state = path.lstat()
    return state.st_uid != os.geteuid() or state.st_nlink > 1


def _copy(files: Files, source: Path, target: Path) -> bool:
    """From another file system, or another user: whole and forced to the disk here before it is removed there. A crash
    in between leaves both; the copy is then known by its digest, see the journal's keys."""
    if not stat.S_ISREG(source.lstat().st_mode):
        return False
    beside = target.with_name(f".{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]}.part")
    beside.unlink(missing_ok=True)
    files.write(beside, chunks_of(source))
    files.force([beside])
    files.rename(beside, target)
    files.sync_folder(target.parent)
    try:
        files.remove(source)
    except PermissionError:
        files.remove(target)  # what stays where it is would come again and again
        return False
    return True


def left_over(spool: Spool) -> tuple[Claimed, ...]:
    """Files that were claimed and are still in ``work/``, in the order in which they were claimed."""
    found = []
    for folder in _folders(spool.work):
        if match := _FOLDER.match(folder.name):
            names = sorted(os.fsencode(name) for name in os.listdir(folder) if not PARTIAL.search(name))
            found += [(int(match[1]), Claimed(match[2], folder.name, os.fsdecode(name))) for name in names]
    return tuple(claimed for _, claimed in sorted(found, key=lambda one: one[0]))


def stage(spool: Spool, files: Files, record: int, position: int, chunks: Iterable[bytes]) -> Path:
    """Write an output whole, to be delivered once the journal has it; what an earlier attempt left is replaced. The
    caller forces it, and syncs ``outbox``, before the journal says that the output is there."""
    path = spool.outbox / f"{record}.{position}"
    beside = path.with_name(f"{path.name}.tmp")
    for old in (path, beside):
        if old.exists():
            files.remove(old)
    files.write(path, chunks)
    return path


def staged(spool: Spool) -> tuple[tuple[int, int, Path], ...]:
    """Record, position and path of all that is staged, in order."""
    found = ((match, spool.outbox / name) for name in os.listdir(spool.outbox) if (match := _STAGED.match(name)))
    return tuple(sorted((int(match[1]), int(match[2]), path) for match, path in found))


def folder_of(spool: Spool, addressee: str) -> Path:
    """Where what goes to an addressee is put."""
    return spool.warehouse if addressee == WAREHOUSE else spool.out / addressee


def deliver(spool: Spool, files: Files, path: Path, addressee: str, name: str) -> Path:
    """Hand a staged output over. The rename is the delivery; the caller syncs the folder, see :func:`settle`. What
    stands there already with another content is never replaced: then the output gets ``~2`` into its name."""
    folder = folder_of(spool, addressee)
    if not folder.is_dir():
        files.make_folder(folder)
        files.sync_folder(folder.parent)
    if os.path.lexists(folder / name) and not _is_same(path, folder / name):
        name = free_name(folder, name)
    files.rename(path, folder / name)
    return folder


def _is_same(path: Path, there: Path) -> bool:
    """Whether it was delivered before: a power cut may have brought it back."""
    return there.is_file() and not there.is_symlink() and cmp(path, there, shallow=False)


def finishing(spool: Spool, files: Files, ended: Sequence[tuple[Claimed, str, bytes]]) -> Iterator[Path]:
    """Move files out of ``work/``, each into ``done``, ``failed`` or ``shunt`` as it says, their reports beside them
    first; where each of them went, as soon as it is there. The caller syncs the folders, see :func:`settle`."""
    targets: list[Path] = []
    written: list[tuple[Path, Path]] = []
    taken: set[Path] = set()
    for claimed, where, report in ended:
        target = free_target(spool.root / where, claimed.name, report, taken)
        beside = report_path(target)
        targets.append(target)
        taken |= {target, beside}
        if not beside.exists():
            temporary = beside.with_name(f".{hashlib.sha256(os.fsencode(beside.name)).hexdigest()[:16]}.tmp")
            if temporary.exists():
                files.remove(temporary)
            files.write(temporary, [report])
            written.append((temporary, beside))
    files.force([temporary for temporary, _ in written])
    for temporary, beside in written:
        files.rename(temporary, beside)
    for folder in dict.fromkeys(beside.parent for _, beside in written):
        files.sync_folder(folder)
    for (claimed, _, _), target in zip(ended, targets, strict=True):
        files.rename(claimed.path(spool), target)
        yield target


def settle(spool: Spool, files: Files, folders: Sequence[Path], emptied: Sequence[str]) -> None:
    """Force deliveries and moves to the disk, and remove the emptied folders below ``work/``."""
    for folder in dict.fromkeys(folders):
        files.sync_folder(folder)
    for name in dict.fromkeys(emptied):
        folder = spool.work / name
        if folder.is_dir() and not os.listdir(folder):
            files.remove_folder(folder)
    files.sync_folder(spool.outbox)
    files.sync_folder(spool.work)
