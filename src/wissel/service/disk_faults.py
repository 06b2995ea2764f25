"""Which faults are those of the disk, the database or the machine: trying again later may mend them."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from wissel.core.errors import InstallationError
from wissel.engine.database import is_unavailable


@contextmanager
def disk() -> Iterator[None]:
    """A fault of the disk stops the work with one sentence; nothing was promised yet that recovery cannot keep."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise InstallationError(f"the disk refuses: {error.strerror or error}{where}") from error


def raise_for_disk(error: Exception) -> None:
    """Raise where the disk, the database or the machine refuses, which trying again later may mend; else setting the
    file aside is what helps. What was made of such a fault on its way here (a sentence for a person) is one, too."""
    if is_unavailable(error) or (isinstance(error, OSError) and error.errno not in _OURS):
        raise error
    before: BaseException | None = error
    while before is not None:
        if isinstance(before, OSError) and before.errno in _FULL:
            raise InstallationError(f"the disk refuses: {before.strerror}") from error
        before = before.__cause__ or before.__context__


_OURS = (errno.ENAMETOOLONG, errno.EINVAL, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.EILSEQ)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
