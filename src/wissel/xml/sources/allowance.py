"""The limits that hold for an outermost archive together with all that is in it."""

from wissel.core.codes import finding
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.unpack import FREE_BYTES, bomb


class Exhausted(Refused):
    """A limit on the outermost archive with all that is in it: nothing more of it is looked at."""


class Allowance:
    """What the outermost archive, with all archives in it, may still hold."""

    def __init__(self, limits: Limits, packed_bytes: int) -> None:
        self._limits = limits
        self._packed_bytes = packed_bytes
        self._members = 0
        self._bytes = 0

    def take_member(self) -> None:
        """Count a member. Raises Exhausted (LIMIT-ARCHIVE-MEMBERS)."""
        self._members += 1
        most = self._limits.archive_members_max
        if self._members > most:
            raise Exhausted(
                finding(
                    "LIMIT-ARCHIVE-MEMBERS",
                    f"The archive holds more than {most:,} files; those beyond were not read.",
                    allowed=f"at most {most:,} files (archive_members_max)",
                )
            )

    def take_bytes(self, count: int) -> None:
        """Count unpacked bytes. Raises Exhausted (LIMIT-ARCHIVE-BYTES, LIMIT-COMPRESSION-RATIO)."""
        self._bytes += count
        most = self._limits.archive_bytes_max
        if self._bytes > most:
            raise Exhausted(
                finding(
                    "LIMIT-ARCHIVE-BYTES",
                    f"The archive unpacks to more than {most:,} bytes.",
                    allowed=f"at most {most:,} bytes (archive_bytes_max)",
                )
            )
        ratio_max = self._limits.compression_ratio_max
        if self._bytes > max(FREE_BYTES, ratio_max * self._packed_bytes):
            raise Exhausted(bomb(ratio_max).finding)
