"""What a PDF is and carries, read off its bytes before any parser sees it: sizes, nesting, active content.

Only what stands in the open and what inflates within the limits is looked at; nothing is run, fetched or drawn.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from avow.errors import InputRefusedError
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_STREAM = 128 << 20  # bytes, one stream inflated
MAX_INFLATED = 512 << 20  # bytes, all streams inflated
MAX_OBJECTS = 500_000
MAX_DEPTH = 200  # arrays and dictionaries inside one another; forms have fewer than twenty
_HEADER_WITHIN = 1024  # ISO 32000-1, annex H, implementation note 13
_KEPT = 16 << 20  # bytes of one object stream that are looked at
_PIECE = 1 << 20
_MAX_FILTERS = 8

_STREAM = re.compile(rb"\bstream\r?\n")
_OBJECT = re.compile(rb"\b\d{1,10}\s+\d{1,5}\s+obj\b")
_TOKEN = re.compile(rb"\\.|<<|>>|[\[\]()]|%[^\r\n]*", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_FILTERS = re.compile(rb"/(?:FlateDecode|Fl|ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|DCTDecode|"
                      rb"DCT|JPXDecode|JBIG2Decode|CCITTFaxDecode|CCF|Crypt)\b")  # fmt: skip
_FLATE, _HEX, _LZW, _RUNS = (
    (b"/FlateDecode", b"/Fl"),
    (b"/ASCIIHexDecode", b"/AHx"),
    (b"/LZWDecode", b"/LZW"),
    (b"/RunLengthDecode", b"/RL"),
)
_B85 = (b"/ASCII85Decode", b"/A85")

# What is kept and never run, by the words for it in a note.
_ACTIVE = {
    "JavaScript": re.compile(rb"/(?:JavaScript|JS)\b"),
    "an action that starts a program": re.compile(rb"/S\s*/Launch\b|/Launch\b"),
    "embedded files": re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)\b"),
    "rich media": re.compile(rb"/(?:RichMedia\w*|Movie|Sound)\b"),
    "an action that imports data": re.compile(rb"/ImportData\b"),
}
_OUTWARD = {
    "links": re.compile(rb"/S\s*/URI\b"),
    "actions that send the form": re.compile(rb"/SubmitForm\b"),
    "links to other files": re.compile(rb"/Go[Tt]o[RE]\b"),
    "streams kept in other files": re.compile(rb"/FFilter\b"),
}
_SIGNED = re.compile(rb"/ByteRange\b")


def check(name: str, data: bytes, form: str) -> list[Note]:
    """Notes about a PDF that may be read. Raises InputRefusedError for what will not be."""
    assert form == "pdf"  # noqa: S101  # the one format this is registered for
    if not re.search(rb"%PDF-\d", data[:_HEADER_WITHIN]):
        raise InputRefusedError(
            name, Reason.FILE_TYPE_MISMATCH, "it is not a PDF, whatever its ending; give it its right ending"
        )
    if b"startxref" not in data or (b"trailer" not in data and not re.search(rb"/Type\s*/XRef\b", data)):
        raise InputRefusedError(
            name, Reason.FILE_DAMAGED, "its end is missing, so it was cut short; ask for it again"
        )
    contents = _Contents(name, data)
    contents.read()
    return _notes(contents.seen)


@dataclass
class _Contents:
    """Goes through the streams of a file, and keeps what stands outside them and in object streams."""

    name: str
    data: bytes
    seen: list[bytes] = field(default_factory=list)
    objects: int = 0
    left: int = MAX_INFLATED

    def read(self) -> None:
        encrypted = re.search(rb"/Encrypt\b", self.data) is not None
        start = 0
        for begin, end in self._streams():
            open_part = self.data[start:begin]
            self._look(open_part)
            head = open_part[open_part.rfind(b"obj") + 3 :]
            if not encrypted:  # else the bytes are cipher, and the parser inflates them under its own limits
                self._inflate(head, self.data[begin:end])
            start = end
        self._look(self.data[start:])

    def _streams(self) -> Iterator[tuple[int, int]]:
        position = 0
        while found := _STREAM.search(self.data, position):
            end = self.data.find(b"endstream", found.end())
            if end < 0:
                return
            yield found.end(), end
            position = end + len(b"endstream")

    def _look(self, part: bytes) -> None:
        self.objects += len(_OBJECT.findall(part))
        if self.objects > MAX_OBJECTS:
            raise InputRefusedError(
                self.name, Reason.LIMIT_REACHED, f"more than {MAX_OBJECTS:,} objects; print it to a new PDF"
            )
        _refuse_depth(self.name, part)
        self.seen.append(_ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), part))

    def _inflate(self, head: bytes, raw: bytes) -> None:
        plain = _ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), head)
        declared = _FILTERS.findall(plain)
        if len(declared) > _MAX_FILTERS:
            raise self._bomb("a stream is packed more than eight times over")
        keeps = bool(_PACKED.search(plain))
        kept = bytearray()
        size = 0
        for piece in _unpacked(raw, declared):
            size += len(piece)
            if size > MAX_STREAM or size > self.left:
                raise self._bomb(f"it inflates beyond {min(MAX_STREAM, self.left) >> 20} MiB")
            if keeps and len(kept) < _KEPT:
                kept += piece
        self.left -= size
        if keeps:
            count = re.search(rb"/N\s+(\d{1,9})", plain)
            self.objects += int(count[1]) if count else 0
            self._look(bytes(kept))

    def _bomb(self, what: str) -> InputRefusedError:
        return InputRefusedError(self.name, Reason.FILE_TOO_LARGE, f"{what}; print it to a new PDF")


def _unpacked(raw: bytes, declared: list[bytes]) -> Iterator[bytes]:
    """The stream's bytes through the filters it names, in pieces; it ends at the first that is not plain text again.

    Filters named elsewhere (an indirect reference) show in the bytes: what looks like zlib is taken for it.
    """
    pieces: Iterator[bytes] = iter((raw,))
    for name in declared:
        if name in _FLATE:
            pieces = _flate(pieces)
        elif name in _HEX:
            pieces = iter((_from_hex(b"".join(pieces)),))
        elif name in _B85:
            pieces = iter((_from_85(b"".join(pieces)),))
        elif name in _LZW:
            pieces = _lzw_sizes(pieces)
            break
        elif name in _RUNS:
            pieces = _runs(pieces)
        else:
            break  # a picture: as large as it says, and never drawn
    if not declared and len(raw) > 2 and raw[0] & 15 == 8 and (raw[0] << 8 | raw[1]) % 31 == 0:
        pieces = _flate(pieces)
    return pieces


def _flate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest:
            try:
                out = unpack.decompress(rest, _PIECE)
            except zlib.error:
                return  # damaged or no zlib at all: a parser makes of it what it can, which is no more
            if out:
                yield out
            if unpack.eof or (not out and len(unpack.unconsumed_tail) == len(rest)):
                return  # at the end, or no step further
            rest = unpack.unconsumed_tail


def _from_hex(raw: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw.split(b">", 1)[0])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _from_85(raw: bytes) -> bytes:
    import base64

    try:
        return base64.a85decode(raw.split(b"~>", 1)[0].removeprefix(b"<~"))
    except ValueError:
        return b""


def _runs(pieces: Iterator[bytes]) -> Iterator[bytes]:
    raw = b"".join(pieces)
    position = 0
    while position < len(raw) and raw[position] != 128:  # end of data, ISO 32000-1, 7.4.5
        length = raw[position]
        if length < 128:
            yield raw[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            yield raw[position + 1 : position + 2] * (257 - length)
            position += 2


def _lzw_sizes(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Zero bytes as many as an LZW stream unpacks to (ISO 32000-1, 7.4.4); their content does not matter here."""
    raw = b"".join(pieces)
    sizes: list[int] = []
    bits = value = made = 0
    width, before = 9, 0
    for byte in raw:
        value, bits = (value << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        code = value >> (bits - width) & ((1 << width) - 1)
        bits -= width
        if code == 256:  # clear the table
            sizes, width, before = [], 9, 0
            continue
        if code == 257:  # end of data
            break
        size = 1 if code < 256 else sizes[code - 258] if code - 258 < len(sizes) else before + 1
        if before and len(sizes) < 3838:  # a table of 4096 codes
            sizes.append(before + 1)
        width = min(12, max(9, (len(sizes) + 259).bit_length()))
        before = size
        made += size
        if made >= _PIECE:
            yield bytes(made)
            made = 0
    yield bytes(made)


def _refuse_depth(name: str, part: bytes) -> None:
    depth = text = 0
    for token in _TOKEN.finditer(part):
        one = token[0]
        if one == b"(":
            text += 1
        elif one == b")":
            text = max(0, text - 1)
        elif text:
            continue
        elif one in (b"[", b"<<"):
            depth += 1
            if depth > MAX_DEPTH:
                message = f"arrays or dictionaries stand more than {MAX_DEPTH} deep in one another; print it to a new PDF"
                raise InputRefusedError(name, Reason.FILE_DAMAGED, message)
        elif one in (b"]", b">>"):
            depth = max(0, depth - 1)


def _notes(seen: list[bytes]) -> list[Note]:
    notes = []
    active = [words for words, pattern in _ACTIVE.items() if any(pattern.search(part) for part in seen)]
    if active:
        message = f"the file carries {', '.join(active)}; it is kept and never run"
        notes.append(Note(reason=Reason.ACTIVE_CONTENT, message=message))
    for words, pattern in _OUTWARD.items():
        count = sum(len(pattern.findall(part)) for part in seen)
        if count:
            message = f"the file has {words} that lead outside ({count:,}); nothing is fetched"
            notes.append(Note(reason=Reason.EXTERNAL_REFERENCE, message=message))
    if any(_SIGNED.search(part) for part in seen):
        message = "the file is digitally signed; filling it makes the signature invalid"
        notes.append(Note(reason=Reason.SIGNATURE_WILL_BREAK, message=message))
    return notes
