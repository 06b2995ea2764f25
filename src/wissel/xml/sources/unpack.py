"""Packed bytes as a stream of unpacked ones: flat memory, bombs stopped while they unpack, damage told."""

import bz2
import lzma
import zlib
from typing import Protocol

from wissel.core.codes import finding
from wissel.xml.refusal import Refused
from wissel.xml.sources.stored import CHUNK_BYTES, Packing, Stream

FREE_BYTES = 16 * 1024**2
"""Bytes that may be unpacked before the ratio is looked at."""
MEMORY_BYTES_MAX = 128 * 1024**2
"""Memory a decompressor may ask for; the strongest usual setting of xz needs 65 MiB."""


class Decompressor(Protocol):
    """What :mod:`bz2` and :mod:`lzma` offer."""

    @property
    def eof(self) -> bool:
        """True behind the end of the packed data."""

    @property
    def unused_data(self) -> bytes:
        """What was given and lies behind the end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Take packed bytes, give no more than ``max_length`` unpacked ones; the rest is kept inside."""


class _Inflater:
    """zlib with the same face as the other two: it keeps for itself what it has not yet used."""

    def __init__(self, window_bits: int) -> None:
        self._zlib = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class _Copier:
    """Bytes that are not packed at all."""

    eof = False
    unused_data = b""

    def __init__(self) -> None:
        self._kept = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        data = self._kept + data
        self._kept = data[max_length:]
        return data[:max_length]


class Unpacked:
    """The unpacked bytes of a packed stream.

    Without a size in ``packing`` it is a whole ``gzip``, ``bzip2`` or ``xz`` file: several packed streams may stand
    one after the other, and the last must be complete. With one it is a member of a zip: it ends at that size, and
    its CRC is compared.
    """

    def __init__(self, packed: Stream, packing: Packing, ratio_max: int) -> None:
        self._packed = packed
        self._packing = packing
        self._ratio_max = ratio_max
        self._decompressor: Decompressor | None = None
        self._input = b""
        self._ended = False
        self._crc = 0
        self.packed_bytes = 0
        """Bytes taken from the packed stream so far."""
        self.unpacked_bytes = 0
        """Bytes given so far."""

    def read(self, size: int, /) -> bytes:
        """Between 1 and ``size`` bytes; none at the end.

        Raises Refused: ARCHIVE-BROKEN for damaged or missing bytes, LIMIT-COMPRESSION-RATIO for a bomb.
        """
        declared = self._packing.size_bytes
        wanted = size if declared is None else min(size, declared - self.unpacked_bytes)
        data = b""
        while wanted and not data and not self._ended:
            data = self._more(wanted)
        self._crc = zlib.crc32(data, self._crc) if self._packing.crc is not None else 0
        self.unpacked_bytes += len(data)
        if self.unpacked_bytes > max(FREE_BYTES, self._ratio_max * self.packed_bytes):
            raise bomb(self._ratio_max)
        if not data and size and declared is not None:
            if self.unpacked_bytes < declared:
                raise broken(f"it ends after {self.unpacked_bytes:,} of {declared:,} bytes")
            if self._crc != self._packing.crc:
                raise broken("its checksum (CRC-32) is wrong")
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._packed.close()

    def _more(self, wanted: int) -> bytes:
        """One step of unpacking, which may give nothing yet."""
        try:
            if self._decompressor is None:
                self._decompressor = self._new_decompressor()
            if self._decompressor.eof:
                self._begin_next_stream(self._decompressor)
                return b""
            data = self._decompressor.decompress(self._input, wanted)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError) as error:
            raise broken(f"the unpacker says: {error}") from None
        self._input = b""
        if not data and not self._decompressor.eof:
            self._input = self._pull()
            self._ended = not self._input
            if self._ended and self._packing.size_bytes is None:
                raise broken("it is cut short")
        return data

    def _begin_next_stream(self, finished: Decompressor) -> None:
        """Behind the end of a packed stream: go on with the one that follows, if there is one."""
        rest = b""
        if self._packing.size_bytes is None:
            rest = finished.unused_data.lstrip(b"\0")  # padding with zeros is usual on tapes
            while not rest and (pulled := self._pull()):
                rest = pulled.lstrip(b"\0")
        if rest:
            self._input, self._decompressor = rest, None
        else:
            self._ended = True

    def _pull(self) -> bytes:
        data = self._packed.read(CHUNK_BYTES)
        self.packed_bytes += len(data)
        return data

    def _new_decompressor(self) -> Decompressor:
        match self._packing.method:
            case "stored":
                return _Copier()
            case "deflate":
                return _Inflater(-zlib.MAX_WBITS)
            case "gzip":
                return _Inflater(zlib.MAX_WBITS | 16)
            case "bzip2":
                return bz2.BZ2Decompressor()
            case "xz":
                return lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY_BYTES_MAX)
            case "lzma":
                return self._zip_lzma()
        raise AssertionError(self._packing.method)

    def _zip_lzma(self) -> Decompressor:
        """The decompressor for LZMA in a zip, whose settings stand before the data (APPNOTE 5.8.8)."""
        while len(self._input) < 9 and (data := self._pull()):
            self._input += data
        head, self._input = self._input[:9], self._input[9:]
        if len(head) < 9 or head[2:4] != b"\5\0" or head[4] >= 9 * 5 * 5:
            raise ValueError("the settings of LZMA are wrong")
        dictionary_bytes = int.from_bytes(head[5:9], "little")
        if dictionary_bytes > MEMORY_BYTES_MAX:
            raise ValueError(f"it needs more than {MEMORY_BYTES_MAX:,} bytes of memory")
        position_and_literal, context = divmod(head[4], 9)
        settings = {
            "id": lzma.FILTER_LZMA1,
            "dict_size": dictionary_bytes,
            "lc": context,
            "lp": position_and_literal % 5,
            "pb": position_and_literal // 5,
        }
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings])


def broken(why: str) -> Refused:
    """The refusal of an archive, or of a member, that is damaged."""
    return Refused(finding("ARCHIVE-BROKEN", f"The packed data cannot be read: {why}."))


def bomb(ratio_max: int) -> Refused:
    """The refusal of data that unpacks to suspiciously much."""
    return Refused(
        finding(
            "LIMIT-COMPRESSION-RATIO",
            f"Each packed byte unpacks to more than {ratio_max:,} bytes.",
            allowed=f"at most {ratio_max:,} to 1 beyond {FREE_BYTES:,} bytes (compression_ratio_max)",
        )
    )
