"""Which texts came before, in little memory.

Of each text 60 bits of a hash are kept, 6 bytes in one of 4,096 buckets: about 8 MB for a million. Two different ones
are taken for the same with a chance of one in two million, among a million.
"""

from dataclasses import dataclass, field
from hashlib import blake2b

_BYTES = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """The texts so far."""

    buckets: dict[int, bytearray] = field(default_factory=dict)

    def again(self, text: str) -> bool:
        """Whether a text came before; remembers it."""
        mark = blake2b(text.encode(), digest_size=_BYTES + 2).digest()
        key, rest = int.from_bytes(mark[:2], "big") & 0xFFF, mark[2:]
        bucket = self.buckets.get(key)
        if bucket is None:
            bucket = self.buckets[key] = bytearray()
        at = bucket.find(rest)
        while at >= 0 and at % _BYTES:
            at = bucket.find(rest, at + 1)
        if at >= 0:
            return True
        bucket += rest
        return False
