"""Adding objects to a PDF without touching a byte of it: an incremental update (ISO 32000-1, 7.5.6)."""

import re
import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from avow.formats.pdf.fields import Ref

_START = re.compile(rb"startxref\s+(\d{1,12})\s")
_STREAM_OBJECT = re.compile(rb"\d{1,10}\s+\d{1,5}\s+obj\b")


def _last_table(data: bytes) -> tuple[int, bool] | None:
    """Where the file's last table of objects stands, and whether it is a stream; None where it is not there."""
    starts = list(_START.finditer(data + b"\n"))
    if not starts or not data.startswith(b"%PDF-"):
        return None
    at = int(starts[-1][1])
    head = data[at : at + 40]
    if head.startswith(b"xref"):
        return at, False
    return (at, True) if _STREAM_OBJECT.match(head) else None


def can_be_appended(data: bytes) -> bool:
    """Whether the file's last table of objects stands where it says, so that another may follow it."""
    return _last_table(data) is not None


def appended(data: bytes, trailer: Mapping[str, Any], objects: Mapping[Ref, Any]) -> bytes:
    """The file's bytes followed by `objects` (as pypdf has them), a table of them and a trailer.

    `trailer` is the file's last one. Raises ValueError for a file whose table of objects is not in its place.
    """
    table = _last_table(data)
    if table is None:
        raise ValueError("the table of objects is not in its place")
    before, as_stream = table
    out = BytesIO()
    out.write(data if data.endswith((b"\n", b"\r")) else data + b"\n")
    places: dict[Ref, int] = {}
    for ref in sorted(objects):
        places[ref] = out.tell()
        out.write(b"%d %d obj\n" % ref)
        objects[ref].write_to_stream(out)
        out.write(b"\nendobj\n")
    start = out.tell()
    size = max(int(trailer["/Size"]), *(number + 1 for number, _ in objects))
    kept = b"".join(_entry(trailer, key) for key in ("/Root", "/Info", "/ID"))
    if as_stream:
        _write_stream(out, places, size, kept, before, start)
    else:
        _write_table(out, places, size, kept, before)
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _entry(trailer: Mapping[str, Any], key: str) -> bytes:
    value = trailer.raw_get(key) if key in trailer and hasattr(trailer, "raw_get") else trailer.get(key)
    if value is None:
        return b""
    out = BytesIO()
    value.write_to_stream(out)
    return b"%s %s " % (key.encode(), out.getvalue())


def _runs(places: Mapping[Ref, int]) -> list[list[Ref]]:
    """Objects with consecutive numbers together: a table lists them so."""
    runs: list[list[Ref]] = []
    for ref in sorted(places):
        if runs and ref[0] == runs[-1][-1][0] + 1:
            runs[-1].append(ref)
        else:
            runs.append([ref])
    return runs


def _write_table(out: BytesIO, places: Mapping[Ref, int], size: int, kept: bytes, before: int) -> None:
    out.write(b"xref\n")
    for run in _runs(places):
        out.write(b"%d %d\n" % (run[0][0], len(run)))
        for ref in run:
            out.write(b"%010d %05d n \n" % (places[ref], ref[1]))
    out.write(b"trailer\n<< /Size %d %s/Prev %d >>\n" % (size, kept, before))


def _write_stream(
    out: BytesIO, places: Mapping[Ref, int], size: int, kept: bytes, before: int, start: int
) -> None:
    every = {**places, (size, 0): start}  # the stream lists itself too
    runs = _runs(every)
    index = b" ".join(b"%d %d" % (run[0][0], len(run)) for run in runs)
    rows = b"".join(struct.pack(">BQH", 1, every[ref], ref[1]) for run in runs for ref in run)
    packed = zlib.compress(rows, 9)
    out.write(
        b"%d 0 obj\n<< /Type /XRef /Size %d %s/Prev %d /W [1 8 2] /Index [%s] /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n" % (size, size + 1, kept, before, index, len(packed), packed)
    )
