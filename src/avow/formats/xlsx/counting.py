"""An independent count of a sheet's non-empty cells, so that no file is read as less than it holds.

The quick count looks at bytes; where it disagrees with the reader, a parser of another make decides.
"""

import re
from collections.abc import Iterable

from lxml import etree

_OPEN = re.compile(rb"<(?:[\w.-]+:)?c(?:\s[^<>]*[^<>/])?>\s*<(?:[\w.-]+:)?(?:v|f|is)[\s/>]")
_ASCII_COMPATIBLE = re.compile(rb"<[?\w]")


class QuickCount:
    """Counts start tags of cells directly followed by a value, a formula or an inline string."""

    def __init__(self) -> None:
        self.cells = 0
        self._rest = b""
        self._wide: str | None = None
        self._begun = False

    def through(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        """The chunks unchanged, counted on the way."""
        for chunk in chunks:
            self._add(chunk)
            yield chunk
        self.cells += len(_OPEN.findall(self._rest))

    def _add(self, chunk: bytes) -> None:
        if not self._begun:
            self._begun = True
            if chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:4]:
                self._wide = "utf-16"
        data = self._rest + (chunk.replace(b"\0", b"") if self._wide else chunk)
        # A cell's start tag and what follows it must not be cut: keep from the last row on.
        cut = max(data.rfind(b"<row"), data.rfind(b":row"))
        cut = data.rfind(b"<", 0, cut + 1) if cut > 0 else -1
        if cut <= 0:
            self._rest = data
            return
        self.cells += len(_OPEN.findall(data, 0, cut))
        self._rest = data[cut:]


def exact_count(chunks: Iterable[bytes]) -> int:
    """Cells of any namespace with a value, a formula or an inline string, counted by libxml2.

    Raises ValueError where it cannot read what the other parser could.
    """
    try:
        return _counted(chunks)
    except etree.XMLSyntaxError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _counted(chunks: Iterable[bytes]) -> int:
    source = _Reader(chunks)
    found = 0
    for _, row in etree.iterparse(
        source, tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    ):
        for cell in row:
            if isinstance(cell.tag, str) and etree.QName(cell).localname == "c":
                found += any(
                    isinstance(part.tag, str) and etree.QName(part).localname in ("v", "f", "is")
                    for part in cell
                )
        row.clear()
        while row.getprevious() is not None:
            del row.getparent()[0]
    return found


class _Reader:
    """Chunks as a file, for libxml2."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)

    def read(self, _size: int = -1) -> bytes:
        """The next chunk, empty at the end."""
        return next(self._chunks, b"")
