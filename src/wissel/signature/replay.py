"""A small store of messages seen: signer, BizMsgIdr and CreDt, as hashes, in a file that only grows."""

import fcntl
import hashlib
import os
from pathlib import Path

from wissel.core.errors import InstallationError
from wissel.signature.verify import Replay

STORE_BYTES_MAX = 256 * 1024**2
_LINE_BYTES = 65


def replay_store(path: Path) -> Replay:
    """The hook that keeps its memory in a file; the file is made where there is none.

    One process writes at a time; what is written is on the disk before the answer is given. The hook raises
    InstallationError where the file cannot be used or is no such store.
    """

    def first_time(signer: str, identification: str, created: str) -> bool:
        key = hashlib.sha256("\0".join((signer, identification, created)).encode()).hexdigest().encode() + b"\n"
        try:
            with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                seen = file.read(STORE_BYTES_MAX + 1)
                # a line that a power cut left unfinished is closed, so that the next one stands alone
                torn = b"" if not seen or seen.endswith(b"\n") else b"\n"
                if len(seen) > STORE_BYTES_MAX or (seen and not _is_store(seen)):
                    raise InstallationError(f"{path} is no store of messages seen, or has grown too large")
                if key in seen.splitlines(keepends=True):
                    return False
                file.write(torn + key)
                file.flush()
                os.fsync(file.fileno())
                return True
        except OSError as error:
            raise InstallationError(f"{path} cannot be used: {error.strerror}") from None

    return first_time


def _is_store(seen: bytes) -> bool:
    head = seen[:_LINE_BYTES].split(b"\n")[0]
    return all(character in b"0123456789abcdef" for character in head)
