"""A disk that can be stopped before any operation, and that then loses what was not forced to it.

Operations are carried out in a real folder and written down. At a stop the folder is built anew from what the disk would
still have: content that was not forced is cut somewhere, and a name that was made, moved or removed since its folder was
last forced is there as before or as after, by a seed. A move is one thing: both folders show it, or neither (as the
journals of ext4, xfs and their kin keep it). An *ordered* disk loses the last changes only, as those journals do; one
that is not may keep a later change and lose an earlier one in another folder.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from wissel.service.files import DiskFiles


class Stopped(BaseException):
    """The power is gone. Not an Exception: nothing may catch it."""


@dataclass
class Step:
    """One change of names; ``folders`` are those that have to be forced for it to last."""

    apply: Callable[[dict[str, int]], None]
    folders: set[str]
    lasting: bool = False


@dataclass
class Counter:
    """Counts operations of files and database; stops before number ``stop``."""

    stop: int | None = None
    count: int = 0

    def step(self) -> None:
        self.count += 1
        if self.stop is not None and self.count >= self.stop:
            raise Stopped


@dataclass
class LossyFiles:
    """Keeps the protocol ``Files``; ``forced=False`` is a disk on which forcing does nothing (the control)."""

    root: Path
    counter: Counter
    forced: bool = True
    contents: dict[int, bytes] = field(default_factory=dict)
    safe: set[int] = field(default_factory=set)
    inodes: dict[str, int] = field(default_factory=dict)
    """By name, of what was written."""
    base: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    real: DiskFiles = field(default_factory=DiskFiles)

    def __post_init__(self) -> None:
        for path in sorted(self.root.rglob("*")):
            if path.is_dir():
                self.folders.add(self._name(path))
            elif "wissel.db" not in path.name:
                self.base[self._name(path)] = self._inode(path.read_bytes(), safe=True)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _inode(self, content: bytes, *, safe: bool) -> int:
        number = len(self.contents) + 1
        self.contents[number] = content
        if safe:
            self.safe.add(number)
        return number

    def _log(self, apply: Callable[[dict[str, int]], None], *paths: Path) -> None:
        self.steps.append(Step(apply, {self._name(path.parent) for path in paths}))

    def make_folder(self, path: Path) -> None:
        self.counter.step()
        self.real.make_folder(path)
        self.folders.add(self._name(path))  # an empty folder more or less changes nothing that is relied on

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        self.counter.step()
        content = b"".join(chunks)
        inode, name = self._inode(content, safe=False), self._name(path)
        self._log(lambda names: names.__setitem__(name, inode), path)
        self.real.write(path, [content[: len(content) // 2]])  # a stop in the middle leaves half of it
        self.counter.step()
        path.write_bytes(content)
        self.inodes[name] = inode

    def force(self, paths: Sequence[Path]) -> None:
        for path in paths:  # together, but a stop may come when some are there and others not
            self.counter.step()
            self.real.force([path])
            if self.forced:
                self.safe.add(self.inodes[self._name(path)])

    def rename(self, source: Path, target: Path) -> None:
        self.counter.step()
        self.real.rename(source, target)
        before, after = self._name(source), self._name(target)
        self.inodes[after] = self.inodes.pop(before, 0)

        def apply(names: dict[str, int]) -> None:
            if before in names:
                names[after] = names.pop(before)

        self._log(apply, target)

    def remove(self, path: Path) -> None:
        self.counter.step()
        self.real.remove(path)
        name = self._name(path)

        def apply(names: dict[str, int]) -> None:
            names.pop(name, None)

        self._log(apply, path)

    def remove_folder(self, path: Path) -> None:
        self.counter.step()
        self.real.remove_folder(path)

    def sync_folder(self, path: Path) -> None:
        self.counter.step()
        if self.forced:
            for step in self.steps:
                step.lasting = step.lasting or self._name(path) in step.folders

    def after_power_loss(self, target: Path, random: Random, *, ordered: bool = False) -> None:
        """Build what is left in ``target``; the database is as it was, since it forces its own writes."""
        names = dict(self.base)
        forced = max((number for number, step in enumerate(self.steps, 1) if step.lasting), default=0)
        kept = random.randint(forced, len(self.steps))
        for number, step in enumerate(self.steps, 1):
            if number <= kept if ordered else step.lasting or random.random() < 0.5:
                step.apply(names)
        for folder in sorted(self.folders):
            (target / folder).mkdir(parents=True, exist_ok=True)
        for name, inode in names.items():
            content = self.contents[inode]
            if inode not in self.safe:
                content = content[: random.randrange(len(content) + 1)]
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(content)
        for path in self.root.glob("wissel.db*"):
            shutil.copy(path, target / path.name)
