"""Identifiers of what is written: from the input's digest, the time and the position, so that a rerun gives the same.

They are unique as far as SHA-256 is: another input, time or position gives another identifier. A UETR made here has the
form of a UUID of version 4 (RFC 4122, section 4.4), with bits of the digest in place of random ones.
"""

from base64 import b32encode
from functools import lru_cache
from hashlib import sha256

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Identifiers:
    """Makes the identifiers of one conversion of one input."""

    __slots__ = ("_moment", "_seed", "_tokens")

    def __init__(self, digest: str, at: str) -> None:
        """``digest`` of the input in hex; ``at`` is the time of the conversion in ISO form."""
        self._seed = sha256(f"{digest}|{at}".encode()).digest()
        self._moment = "".join(character for character in at[:19] if character.isdigit())[2:]
        self._tokens: dict[str, str] = {}

    def instruction(self, position: int, kind: str = "instruction") -> str:
        """InstrId of a transaction: 16 characters, which is what CBPR+ and the older formats carry."""
        return self._token(kind)[:9] + _counted(position, 7)

    def transaction(self, position: int, kind: str = "transaction") -> str:
        """TxId of a transaction: 27 characters."""
        return self._token(f"{kind} id")[:20] + _counted(position, 7)

    def uetr(self, position: int) -> str:
        """UETR of a transaction."""
        digits = sha256(self._seed + f"uetr {position}".encode()).hexdigest()
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"

    def message(self, number: int) -> str:
        """MsgId and BizMsgIdr of a result: time, token and number, 27 characters; never beyond 35."""
        return f"{self._moment}{self._token('message')[:10]}{number:05d}"

    def _token(self, kind: str) -> str:
        if kind not in self._tokens:
            self._tokens[kind] = b32encode(sha256(self._seed + kind.encode()).digest()).decode()
        return self._tokens[kind]


@lru_cache(maxsize=8)
def _counted(number: int, length: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits.rjust(length, "0")
