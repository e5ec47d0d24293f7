"""The zip container of an Office file: checked before it is inflated, copied member by member as raw bytes.

The central directory is parsed here rather than by `zipfile`, because a package is refused when the two
places that describe a member disagree, and because filling copies every untouched member's bytes.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from avow.errors import InputRefusedError
from avow.model.reasons import Reason

MAX_MEMBERS = 10_000
MAX_PART_SIZE = 256 << 20  # bytes of one member, inflated
MAX_PACKAGE_SIZE = 512 << 20  # bytes of all members, inflated
MAX_RATIO = 150  # inflated to packed, looked at above RATIO_FLOOR only
RATIO_FLOOR = 16 << 20
MAX_NAME_LENGTH = 512
CHUNK = 1 << 20

_END = struct.Struct("<4s4H2IH")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = struct.Struct("<4sIQI")
_ZIP64_EXTRA = 0x0001
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8 = 0x1, 0x8, 0x40, 0x800
_STORED, _DEFLATED = 0, 8
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_SYMLINK_TYPE = 0o12
_SAVE_AGAIN = "open it in a spreadsheet program, save it again and send that"


@dataclass(slots=True, frozen=True)
class Member:
    """One entry. `offset` to `end` are its raw bytes in the file: header, data and descriptor."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    data_offset: int
    end: int
    central: bytes


class Package:
    """A checked zip: `members` by name in directory order. Nothing has been inflated yet."""

    def __init__(self, name: str, data: bytes) -> None:
        """`name` is for messages, `data` the whole file. Raises InputRefusedError."""
        self.name = name
        self.data = data
        self.comment = b""
        entries = self._directory()
        self.members: dict[str, Member] = {}
        self._check_names([entry[0] for entry in entries])
        for member in self._located(entries):
            self.members[member.name] = member
        self._check_sizes()

    def refuse(self, code: Reason, message: str) -> InputRefusedError:
        """The error to raise about this file."""
        return InputRefusedError(self.name, code, message)

    def __contains__(self, part: object) -> bool:
        return part in self.members

    def stream(self, part: str) -> Iterator[bytes]:
        """The inflated bytes of a member in chunks of at most 1 MiB; size and checksum are checked."""
        member = self.members[part]
        crc = count = 0
        for chunk in self._inflated(member):
            count += len(chunk)
            if count > member.size:
                raise self.refuse(
                    Reason.ZIP_UNSAFE, f"{part} is larger than the package says; do not open it"
                )
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if count != member.size or crc != member.crc:
            raise self.refuse(
                Reason.FILE_DAMAGED, f"{part} does not match its checksum; ask for the file again"
            )

    def read(self, part: str, limit: int = MAX_PART_SIZE) -> bytes:
        """A member inflated whole. Raises InputRefusedError when it is larger than `limit` bytes."""
        if self.members[part].size > limit:
            raise self.refuse(
                Reason.FILE_TOO_LARGE, f"{part} is larger than {limit >> 20} MiB; split the workbook"
            )
        return b"".join(self.stream(part))

    def head(self, part: str, size: int = 16) -> bytes:
        """The first bytes of a member, unchecked; fewer where they cannot be inflated."""
        member = self.members[part]
        packed = self.data[member.data_offset : member.data_offset + min(member.packed, 1024)]
        if member.method == _STORED:
            return packed[:size]
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size)
        except zlib.error:
            return b""

    def _inflated(self, member: Member) -> Iterator[bytes]:
        packed = memoryview(self.data)[member.data_offset : member.data_offset + member.packed]
        if member.method == _STORED:
            for start in range(0, len(packed), CHUNK):
                yield bytes(packed[start : start + CHUNK])
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        pending: bytes | memoryview = packed
        try:
            while not inflater.eof:
                chunk = inflater.decompress(pending, CHUNK)
                pending = inflater.unconsumed_tail
                if chunk:
                    yield chunk
                elif not pending:
                    break
        except zlib.error as error:
            raise self.refuse(
                Reason.FILE_DAMAGED, f"{member.name} cannot be inflated; ask for the file again"
            ) from error
        if not inflater.eof or inflater.unused_data or pending:
            raise self.refuse(
                Reason.FILE_DAMAGED, f"{member.name} is cut short or overlong; ask for the file again"
            )

    def _directory(self) -> list[tuple[str, bytes]]:
        """(name, central directory entry) of every member, in order."""
        count, offset, size, end = self._end_record()
        if count > MAX_MEMBERS:
            raise self.refuse(
                Reason.ZIP_UNSAFE,
                f"the package has {count:,} members, more than the {MAX_MEMBERS:,} Avow reads",
            )
        if offset + size != end:
            raise self.refuse(Reason.FILE_DAMAGED, f"there are bytes around the zip package; {_SAVE_AGAIN}")
        entries = []
        position = offset
        for _ in range(count):
            if self.data[position : position + 4] != b"PK\x01\x02" or position + _CENTRAL.size > end:
                raise self.refuse(
                    Reason.FILE_DAMAGED, "the package's directory is damaged; ask for the file again"
                )
            fields = _CENTRAL.unpack_from(self.data, position)
            length = _CENTRAL.size + fields[10] + fields[11] + fields[12]
            entry = self.data[position : position + length]
            raw = entry[_CENTRAL.size : _CENTRAL.size + fields[10]]
            entries.append((self._decoded(raw, fields[3]), entry))
            position += length
        if position != end:
            raise self.refuse(
                Reason.FILE_DAMAGED, "the package's directory is damaged; ask for the file again"
            )
        return entries

    def _end_record(self) -> tuple[int, int, int, int]:
        """(entries, directory offset, directory size, where the directory must end)."""
        data = self.data
        at = data.rfind(b"PK\x05\x06")
        if at < 0 or at + _END.size > len(data):
            raise self.refuse(Reason.FILE_DAMAGED, "the file is cut short; ask for it again")
        _, disk, start_disk, here, count, size, offset, comment = _END.unpack_from(data, at)
        if at + _END.size + comment != len(data):
            raise self.refuse(
                Reason.FILE_DAMAGED, f"there are bytes after the zip package's end; {_SAVE_AGAIN}"
            )
        self.comment = data[at + _END.size :]
        end = at
        locator = at - _LOCATOR_64.size
        if locator >= 0 and data[locator : locator + 4] == b"PK\x06\x07":
            end = _LOCATOR_64.unpack_from(data, locator)[2]
            if data[end : end + 4] != b"PK\x06\x06" or end + _END_64.size > locator:
                raise self.refuse(
                    Reason.FILE_DAMAGED, "the package's directory is damaged; ask for the file again"
                )
            _, _, _, _, disk, start_disk, here, count, size, offset = _END_64.unpack_from(data, end)
        if disk or start_disk or here != count:
            raise self.refuse(
                Reason.FILE_DAMAGED, "the zip package is one of several volumes; ask for one file"
            )
        return count, offset, size, end

    def _decoded(self, raw: bytes, flags: int) -> str:
        try:
            return raw.decode("utf-8" if flags & _UTF8 else "cp437")
        except UnicodeDecodeError as error:
            raise self.refuse(
                Reason.ZIP_UNSAFE, "a member's name does not decode; ask for the file again"
            ) from error

    def _check_names(self, names: list[str]) -> None:
        seen: set[str] = set()
        for name in names:
            problem = name_problem(name)
            if not problem and name.casefold() in seen:
                problem = "stands twice in the package, so that programs disagree which one counts"
            if problem:
                shown = ascii(name if len(name) <= 80 else name[:77] + "...")
                raise self.refuse(Reason.ZIP_UNSAFE, f"member {shown} {problem}; do not open the file")
            seen.add(name.casefold())

    def _located(self, entries: list[tuple[str, bytes]]) -> list[Member]:
        """Members with their places in the file; they must lie side by side from the first byte on."""
        directory = self.data.rfind(entries[0][1]) if entries else 0
        found = [self._member(name, entry) for name, entry in entries]
        _, directory, _, _ = self._end_record()
        in_place = sorted(found, key=lambda member: member.offset)
        ends = [member.offset for member in in_place[1:]] + [directory]
        if in_place and in_place[0].offset != 0:
            raise self.refuse(
                Reason.FILE_TYPE_MISMATCH, f"there are bytes before the zip package; {_SAVE_AGAIN}"
            )
        for member, end in zip(in_place, ends, strict=True):
            between = end - member.data_offset - member.packed
            if between < 0:
                raise self.refuse(
                    Reason.ZIP_UNSAFE, f"members overlap at {member.name}; do not open the file"
                )
            if between not in ((12, 16, 20, 24) if member.flags & _DESCRIPTOR else (0,)):
                raise self.refuse(
                    Reason.FILE_DAMAGED, f"there are stray bytes after {member.name}; {_SAVE_AGAIN}"
                )
        span_end = {member.offset: end for member, end in zip(in_place, ends, strict=True)}
        return [_with_end(member, span_end[member.offset]) for member in found]

    def _member(self, name: str, entry: bytes) -> Member:
        fields = _CENTRAL.unpack_from(entry)
        flags, method, crc = fields[3], fields[4], fields[7]
        raw = entry[_CENTRAL.size : _CENTRAL.size + fields[10]]
        extra = entry[_CENTRAL.size + fields[10] : _CENTRAL.size + fields[10] + fields[11]]
        size, packed, offset = _real_sizes(fields[9], fields[8], fields[16], extra)
        if flags & (_ENCRYPTED | _STRONG):
            raise self.refuse(
                Reason.FILE_ENCRYPTED, f"{name} is encrypted; ask for the file without a password"
            )
        if method not in (_STORED, _DEFLATED):
            raise self.refuse(Reason.FILE_DAMAGED, f"{name} is packed in an unknown way; {_SAVE_AGAIN}")
        if (fields[15] >> 16) >> 12 == _SYMLINK_TYPE:
            raise self.refuse(Reason.ZIP_UNSAFE, f"{name} is a symbolic link; do not open the file")
        if offset + _LOCAL.size > len(self.data) or self.data[offset : offset + 4] != b"PK\x03\x04":
            raise self.refuse(
                Reason.FILE_DAMAGED, f"{name} is not where the package says; ask for the file again"
            )
        local = _LOCAL.unpack_from(self.data, offset)
        start = offset + _LOCAL.size
        known = (crc, packed, size)
        if (
            self.data[start : start + local[9]] != raw
            or local[3] != method
            or (local[2] ^ flags) & (_ENCRYPTED | _DESCRIPTOR | _STRONG)
            or (
                not flags & _DESCRIPTOR
                and any(a not in (b, _FULL_32) for a, b in zip(local[6:9], known, strict=True))
            )
            or (method == _STORED and size != packed)
        ):
            raise self.refuse(
                Reason.FILE_DAMAGED, f"the package describes {name} in two ways; ask for the file again"
            )
        data_offset = start + local[9] + local[10]
        return Member(name, raw, flags, method, crc, packed, size, offset, data_offset, 0, entry)

    def _check_sizes(self) -> None:
        total = 0
        for member in self.members.values():
            total += member.size
            if member.size > MAX_PART_SIZE or total > MAX_PACKAGE_SIZE:
                raise self.refuse(
                    Reason.FILE_TOO_LARGE,
                    f"unpacked, it is larger than Avow reads ({MAX_PART_SIZE >> 20} MiB a part, "
                    f"{MAX_PACKAGE_SIZE >> 20} MiB in all); split the workbook",
                )
            if member.size > RATIO_FLOOR and member.size > MAX_RATIO * member.packed:
                raise self.refuse(
                    Reason.ZIP_UNSAFE,
                    f"{member.name} unpacks to {MAX_RATIO} times its size or more; do not open it",
                )


def name_problem(name: str) -> str:
    """Why a member's name is unsafe, "" when it is not."""
    if not name or len(name) > MAX_NAME_LENGTH:
        return "has a name of an unsafe length"
    if name.startswith("/") or name[1:2] == ":":
        return "has an absolute name"
    if "\\" in name or ".." in name.split("/"):
        return "has a name that leaves the package"
    if not name.isprintable():
        return "has a name with invisible characters"
    return ""


def write_package(package: Package, replaced: Mapping[str, bytes], out: BinaryIO) -> None:
    """Write the package to `out` with the parts in `replaced` (name to inflated bytes) exchanged.

    Every other member's bytes, its header and the order are the source's. Same input, same bytes.
    """
    offsets: dict[str, tuple[int, int, int, int]] = {}
    position = 0
    for member in sorted(package.members.values(), key=lambda one: one.offset):
        if member.name in replaced:
            content = replaced[member.name]
            packed = _deflated(content) if member.method == _DEFLATED else content
            crc = zlib.crc32(content)
            offsets[member.name] = (position, crc, len(packed), len(content))
            span = _local_header(package.data, member, crc, len(packed), len(content)) + packed
        else:
            offsets[member.name] = (position, member.crc, member.packed, member.size)
            span = package.data[member.offset : member.end]
        out.write(span)
        position += len(span)
    directory = b"".join(
        _central_entry(member, *offsets[member.name], is_new=member.name in replaced)
        for member in package.members.values()
    )
    out.write(directory)
    count = len(package.members)
    comment = package.comment
    out.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), position, len(comment)) + comment)


def _deflated(content: bytes) -> bytes:
    # Level 3 takes half the time of zlib's usual 6, for a part a sixth larger.
    deflater = zlib.compressobj(3, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


def _local_header(data: bytes, member: Member, crc: int, packed: int, size: int) -> bytes:
    fields = list(_LOCAL.unpack_from(data, member.offset))
    at = member.offset + _LOCAL.size + fields[9]
    extra = _without_zip64(data[at : at + fields[10]])
    fields[2] &= ~_DESCRIPTOR
    fields[6:9] = [crc, packed, size]
    fields[10] = len(extra)
    return _LOCAL.pack(*fields) + member.raw_name + extra


def _central_entry(member: Member, offset: int, crc: int, packed: int, size: int, *, is_new: bool) -> bytes:
    fields = list(_CENTRAL.unpack_from(member.central))
    at = _CENTRAL.size + fields[10]
    extra = _without_zip64(member.central[at : at + fields[11]])
    comment = member.central[at + fields[11] :]
    if is_new:
        fields[3] &= ~_DESCRIPTOR
    fields[7:10] = [crc, packed, size]
    fields[11] = len(extra)
    fields[16] = offset
    return _CENTRAL.pack(*fields) + member.raw_name + extra + comment


def _real_sizes(size: int, packed: int, offset: int, extra: bytes) -> tuple[int, int, int]:
    """Sizes and offset, the 64-bit ones taken from the extra field where the 32-bit ones say so."""
    values = [size, packed, offset]
    for kind, body in _extra_fields(extra):
        if kind != _ZIP64_EXTRA:
            continue
        at = 0
        for index, value in enumerate(values):
            if value == _FULL_32 and at + 8 <= len(body):
                values[index] = int.from_bytes(body[at : at + 8], "little")
                at += 8
    return values[0], values[1], values[2]


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _without_zip64(extra: bytes) -> bytes:
    fields = list(_extra_fields(extra))
    if not any(kind == _ZIP64_EXTRA for kind, _ in fields):
        return extra
    return b"".join(
        struct.pack("<2H", kind, len(body)) + body for kind, body in fields if kind != _ZIP64_EXTRA
    )


def _with_end(member: Member, end: int) -> Member:
    return Member(
        member.name, member.raw_name, member.flags, member.method, member.crc, member.packed, member.size,
        member.offset, member.data_offset, end, member.central,
    )  # fmt: skip
