"""Whether a folder is on a disk of this machine: only there does forcing a write to the disk mean what it says."""

import os
import re
from pathlib import Path

from wissel.core.errors import InstallationError

_MOUNTS = Path("/proc/self/mountinfo")
REMOTE = frozenset({"9p", "afs", "beegfs", "ceph", "cifs", "coda", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
                    "nfs4", "orangefs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs"})  # fmt: skip
"""Kinds of file systems that other machines keep, as Linux names them; and all of FUSE that name a service below."""
_OCTAL = re.compile(r"\\([0-7]{3})")
_REMOTE_FUSE = ("sshfs", "s3fs", "gcsfuse", "rclone", "davfs", "glusterfs", "ceph", "curlftpfs")


def require_local(folder: Path) -> None:
    """Raises InstallationError for a folder on a network file system. Where the system does not say what a folder is
    on (not Linux), it is taken."""
    kind = kind_of_disk(folder)
    if kind is not None and is_remote(kind):
        raise InstallationError(
            f"{folder} is on a network file system ({kind}); work/ and the database have to be on a local disk"
        )


def is_remote(kind: str) -> bool:
    """Whether a kind of file system is kept by another machine."""
    return kind in REMOTE or (kind.startswith("fuse.") and any(one in kind for one in _REMOTE_FUSE))


def kind_of_disk(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of file system that a folder is on (``ext4``); None where nobody knows.

    Source: proc(5), mountinfo: the mount point is field 5, the kind follows the field ``-``.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    path, longest, found = os.path.realpath(folder), 0, None
    for line in lines:
        fields = line.split(" ")
        if "-" not in fields[6:-1]:
            continue
        point = _plain(fields[4])
        inside = point == "/" or path == point or path.startswith(f"{point}/")
        if inside and len(point) >= longest:  # of several at one place, the last lies on top
            longest, found = len(point), fields[fields.index("-", 6) + 1]
    return found


def _plain(text: str) -> str:
    """A mount point as it is; spaces and such are written as octal numbers there."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)
