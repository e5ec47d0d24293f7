"""The compound file an old Excel workbook is kept in ([MS-CFB]): its storages and streams, read within bounds."""

import struct
from dataclasses import dataclass

from avow.errors import InputRefusedError
from avow.model.reasons import Reason

MAX_ENTRIES = 20_000  # storages and streams
_HEADER = struct.Struct("<8s16x5H6x9L")
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks: end of chain, free, table ([MS-CFB] 2.1)
_ENTRY = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(slots=True, frozen=True)
class Entry:
    """A storage (`is_stream` False) or stream; `start` is its first sector."""

    name: str
    is_stream: bool
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file, and its streams' bytes."""

    def __init__(self, name: str, data: bytes) -> None:
        """`name` is for messages. Raises InputRefusedError for a file that does not hang together."""
        self.name = name
        self._data = data
        if len(data) < 512:
            raise self._damaged("is cut short")
        (_, _, major, order, shift, small_shift, *fields) = _HEADER.unpack_from(data)
        if order != 0xFFFE or (major, shift) not in ((3, 9), (4, 12)) or small_shift != 6:
            raise self._damaged("has a header no compound file has")
        self._size = 1 << shift
        directory, self._small_limit = fields[2], fields[4]
        small_table, more_tables = fields[5], fields[7]
        self._table = self._sector_table(list(struct.unpack_from("<109L", data, 76)), more_tables)
        self.entries = self._directory(self._chain(directory))
        self._small_table = _numbers(self._chain(small_table)) if small_table < _LAST else ()
        root = next((one for one in self.entries if not one.is_stream and one.name == ""), None)
        self._small = self._chain(root.start) if root is not None and root.start < _LAST else b""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(one.name.casefold() == name.casefold() for one in self.entries)

    def stream(self, *names: str) -> bytes | None:
        """The bytes of the first stream that has one of these names (case does not count), None without one."""
        for name in names:
            for one in self.entries:
                if one.is_stream and one.name.casefold() == name.casefold():
                    content = (
                        self._small_chain(one.start)
                        if one.size < self._small_limit
                        else self._chain(one.start)
                    )
                    if len(content) < one.size:
                        raise self._damaged(f"ends inside {ascii(one.name)[1:-1]}")
                    return content[: one.size]
        return None

    def _sector_table(self, listed: list[int], following: int) -> tuple[int, ...]:
        """The table that says which sector follows which ([MS-CFB] 2.3, 2.5)."""
        places = [one for one in listed if one < _LAST]
        seen: set[int] = set()
        while following < _LAST:
            if following in seen:
                raise self._damaged("has a sector list that runs in a circle")
            seen.add(following)
            numbers = _numbers(self._sector(following))
            places += [one for one in numbers[:-1] if one < _LAST]
            following = numbers[-1]
        if len(places) * self._size > len(self._data) or len(set(places)) != len(places):
            raise self._damaged("names more sectors than it holds")
        return _numbers(b"".join(self._sector(one) for one in places))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        found = self._data[start : start + self._size]
        if not found:
            raise self._damaged("is cut short")
        # The last sector of a file may be written only as far as it is filled.
        return found.ljust(self._size, b"\0")

    def _chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        number = start
        while number < _LAST:
            if number >= len(self._table) or len(pieces) > len(self._table):
                raise self._damaged("has a chain of sectors that runs in a circle or out of the file")
            pieces.append(self._sector(number))
            number = self._table[number]
        return b"".join(pieces)

    def _small_chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        number = start
        while number < _LAST:
            if number >= len(self._small_table) or len(pieces) > len(self._small_table):
                raise self._damaged("has a chain of sectors that runs in a circle or out of the file")
            pieces.append(self._small[number * 64 : number * 64 + 64])
            number = self._small_table[number]
        return b"".join(pieces)

    def _directory(self, content: bytes) -> list[Entry]:
        found: list[Entry] = []
        for at in range(0, len(content) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", content, at + 64)
            if kind not in (_STORAGE, _STREAM, _ROOT):
                continue
            raw = content[at : at + max(0, min(length, 64) - 2)]
            start, size = struct.unpack_from("<LQ", content, at + 116)
            name = "" if kind == _ROOT else raw.decode("utf-16-le", "replace")
            found.append(Entry(name, kind == _STREAM, start, size & 0xFFFFFFFF))
            if len(found) > MAX_ENTRIES:
                message = f"it holds more than {MAX_ENTRIES:,} streams; save it as .xlsx"
                raise InputRefusedError(self.name, Reason.LIMIT_REACHED, message)
        return found

    def _damaged(self, what: str) -> InputRefusedError:
        return InputRefusedError(self.name, Reason.FILE_DAMAGED, f"it {what}; ask for the file again")


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}L", content[: len(content) // 4 * 4])
