"""Reading BER from a stream, element by element, so that a file never has to fit into memory.

Both definite and indefinite lengths are read, since senders who stream do not know the length in advance. Only the
frame of a sealed file is read here; what is small is handed on as bytes. Source: ITU-T X.690.
"""

from collections.abc import Callable, Iterator

from wissel.signature.refusal import SignatureRefused, refuse

CHUNK_BYTES = 1024**2
_DEPTH_MAX = 32
_LENGTH_BYTES_MAX = 8
_INDEFINITE = 0x80
PART = "Seal"


def der(tag: int, *parts: bytes) -> bytes:
    """An element in DER: tag, length and the parts one after the other."""
    body = b"".join(parts)
    return header(tag, len(body)) + body


def header(tag: int, length: int) -> bytes:
    """Tag and definite length of an element in DER."""
    if length < 0x80:
        return bytes((tag, length))
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big")


def malformed(message: str) -> SignatureRefused:
    """The refusal of a file whose structure is not as it has to be."""
    return refuse("SEAL-STRUCTURE", message, PART)


class BerReader:
    """Reads elements in their order. ``read`` returns up to so many bytes, none at the end.

    Every method raises SignatureRefused: SEAL-TRUNCATED where the bytes end too early, SEAL-STRUCTURE where something
    else stands there than is asked for.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._position = 0
        self._ends: list[int | None] = []
        """Where each open element ends, outermost first; None where a mark ends it."""
        self._next: tuple[int, int | None, bytes] | None = None
        """Tag, length (None: a mark ends it) and bytes of a header that was read ahead."""

    def enter(self, tag: int) -> None:
        """Open an element whose parts are read next."""
        length = self._header(tag)
        self._ends.append(None if length is None else self._position + length)

    def leave(self) -> None:
        """Close the innermost open element; nothing may be left in it."""
        if self.next_tag() is not None:
            raise malformed("The file holds a part that does not belong there.")
        if self._ends.pop() is None:
            self._next = None  # the mark

    def next_tag(self) -> int | None:
        """The tag of what stands next in the open element; None at its end."""
        end = self._ends[-1]
        if end is not None and self._position == end and self._next is None:
            return None
        tag, length, _ = self._ahead()
        if tag != 0:
            return tag
        if end is not None or length != 0:
            raise malformed("A mark of an end stands where nothing ends.")
        return None

    def value(self, tag: int, bytes_max: int) -> bytes:
        """The content of an element that has no parts."""
        length = self._header(tag)
        if length is None or length > bytes_max:
            raise malformed(f"A part is longer than the {bytes_max:,} bytes allowed there.")
        return self._take(length)

    def element(self, tag: int, bytes_max: int) -> bytes:
        """A whole element with its header, whatever it holds."""
        ahead = self._ahead()
        length = self._header(tag)
        if length is not None:
            if length > bytes_max:
                raise malformed(f"A part is longer than the {bytes_max:,} bytes allowed there.")
            return ahead[2] + self._take(length)
        found = bytearray(ahead[2])
        self._ends.append(None)
        open_marks = 1
        while open_marks:
            inner, length, raw = self._ahead()
            self._next = None
            found += raw
            if inner == 0 and length == 0:
                open_marks -= 1
            elif length is None:
                open_marks += 1
            else:
                found += self._take(length if length <= bytes_max else bytes_max + 1)
            if open_marks > _DEPTH_MAX or len(found) > bytes_max:
                raise malformed(f"A part is nested too deep or longer than the {bytes_max:,} bytes allowed there.")
        self._ends.pop()
        return bytes(found)

    def chunks(self, primitive: int, bytes_max: int, too_large: Callable[[], SignatureRefused]) -> Iterator[bytes]:
        """The content of an octet string, in one piece or in segments, a chunk at a time; raises ``too_large()``."""
        left = bytes_max
        if self.next_tag() == primitive:
            yield from self._pieces(self._header(primitive), left, too_large)
            return
        self.enter(primitive | 0x20)
        while self.next_tag() is not None:
            length = self._header(0x04)
            yield from self._pieces(length, left, too_large)
            left -= length or 0
        self.leave()

    def finish(self) -> None:
        """Nothing may come behind the last element."""
        if self._read(1):
            raise refuse("SEAL-TRAILING", "Something stands behind the end of the sealed file.", PART)

    def _pieces(self, length: int | None, left: int, too_large: Callable[[], SignatureRefused]) -> Iterator[bytes]:
        if length is None:
            raise malformed("The sealed content is nested in a way that is not allowed.")
        if length > left:
            raise too_large()
        while length:
            chunk = self._take(min(length, CHUNK_BYTES))
            length -= len(chunk)
            yield chunk

    def _header(self, tag: int) -> int | None:
        """Consume a header; the length, None where a mark ends the element."""
        found, length, _ = self._ahead()
        if found != tag:
            raise malformed("A part is missing, or another stands in its place.")
        self._next = None
        return length

    def _ahead(self) -> tuple[int, int | None, bytes]:
        if self._next is None:
            self._next = self._read_header()
        return self._next

    def _read_header(self) -> tuple[int, int | None, bytes]:
        raw = self._take(2)
        tag, first = raw
        if tag & 0x1F == 0x1F:
            raise malformed("A part has a tag that is not known here.")
        if first < 0x80:
            length: int | None = first
        elif first == _INDEFINITE:
            if not tag & 0x20:
                raise malformed("A part without parts of its own has no length.")
            length = None
        else:
            if first & 0x7F > _LENGTH_BYTES_MAX:
                raise malformed("A part is longer than any file.")
            more = self._take(first & 0x7F)
            raw += more
            length = int.from_bytes(more, "big")
        self._require_room(length or 0)
        return tag, length, raw

    def _require_room(self, length: int) -> None:
        """An element ends within every open one. The innermost that has an end stands for all."""
        end = next((one for one in reversed(self._ends) if one is not None), None)
        if end is not None and self._position + length > end:
            raise malformed("A part is longer than the one that holds it.")

    def _take(self, count: int) -> bytes:
        data = self._read(count)
        if len(data) < count:
            pieces = [data]
            missing = count - len(data)
            while missing and pieces[-1]:
                pieces.append(self._read(missing))
                missing -= len(pieces[-1])
            if missing:
                raise refuse("SEAL-TRUNCATED", "The sealed file ends too early.", PART)
            data = b"".join(pieces)
        self._position += count
        return data
