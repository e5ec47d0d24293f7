"""Filling a workbook: answer cells are spliced in, every other member is copied as it is."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from avow.errors import InputRefusedError
from avow.formats.intake import printable_name, read_regular_file
from avow.formats.suspicion import CELL_LIMIT
from avow.formats.xlsx.escapes import holds_escape
from avow.formats.xlsx.package import Package, write_package
from avow.formats.xlsx.references import parse_cell
from avow.formats.xlsx.splice import (
    CellNotWritableError,
    has_formulas,
    masked,
    set_attribute,
    splice,
    tag_pattern,
)
from avow.formats.xlsx.workbook import Workbook, load_workbook
from avow.formats.xlsx.xml_parts import collection_paused, feed, new_parser
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

__all__ = ["CellNotWritableError", "check_text", "fill_workbook"]

_NOT_WRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")


@lru_cache(maxsize=4096)
def check_text(text: str) -> Reason | None:
    """Why `text` cannot be written to a cell whole, None when it can.

    TEXT_TOO_LONG over 32,767 UTF-16 units; TEXT_NOT_WRITABLE for nothing at all, for characters XML does not
    hold, and for `_xHHHH_`, which spreadsheet programs read in different ways.
    """
    if not text or _NOT_WRITABLE.search(text) or holds_escape(text):
        return Reason.TEXT_NOT_WRITABLE
    if len(text) > CELL_LIMIT or len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:
        return Reason.TEXT_TOO_LONG
    return None


def fill_workbook(source: Path, writes: Sequence[CellWrite], target: Path | BinaryIO, *, sha256: str) -> None:
    """Write a copy of `source` with `writes` in its cells to `target`, a stream or a path not there yet.

    `sha256` (hex) is what the source's bytes were when it was read: with others it is refused
    (InputRefusedError). Raises CellNotWritableError before anything is written when a cell is a formula, is
    covered by a merged range, stands twice in the file, is named twice, or its text fails `check_text`.
    """
    data = read_regular_file(source)
    name = printable_name(source)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InputRefusedError(
            name, Reason.FILE_DAMAGED, "it has changed since it was read; start again with it"
        )
    package = Package(name, data)
    with collection_paused():
        replaced = _replaced_parts(package, writes)
    if isinstance(target, Path):
        with target.open("xb") as file:
            write_package(package, replaced, file)
    else:
        write_package(package, replaced, target)


def _replaced_parts(package: Package, writes: Sequence[CellWrite]) -> dict[str, bytes]:
    """The parts that change, by name."""
    by_sheet = _by_sheet(writes)
    if not by_sheet:
        return {}
    book = load_workbook(package)
    parts = {sheet.name: sheet.part for sheet in book.sheets}
    replaced: dict[str, bytes] = {}
    for sheet, texts in by_sheet.items():
        if sheet not in parts:
            raise CellNotWritableError(sheet, Reason.NO_ANSWER_PLACE)
        part = parts[sheet]
        replaced[part] = splice(package.read(part), texts, sheet)
        feed(package, part, new_parser(namespaces=True), [replaced[part]])
    if _computes(package, book, replaced):
        replaced[book.part] = with_calculation_on_load(package.read(book.part))
        feed(package, book.part, new_parser(namespaces=True), [replaced[book.part]])
    return replaced


def _by_sheet(writes: Sequence[CellWrite]) -> dict[str, dict[tuple[int, int], str]]:
    found: dict[str, dict[tuple[int, int], str]] = {}
    for write in writes:
        address, place = write.address, parse_cell(write.address.cell)
        if place is None:
            raise CellNotWritableError(str(address), Reason.NO_ANSWER_PLACE)
        reason = check_text(write.value)
        if reason is not None:
            raise CellNotWritableError(str(address), reason)
        texts = found.setdefault(address.sheet, {})
        if place in texts:
            raise CellNotWritableError(str(address), Reason.ANSWER_CELL_SHARED)
        texts[place] = write.value
    return found


def _computes(package: Package, book: Workbook, replaced: dict[str, bytes]) -> bool:
    """Whether the workbook holds formulas, whose stored values the answers may make stale."""
    if any(part.lower().endswith("calcchain.xml") for part in package.members):
        return True
    return any(has_formulas(replaced.get(sheet.part) or package.read(sheet.part)) for sheet in book.sheets)


def with_calculation_on_load(xml: bytes) -> bytes:
    """`workbook.xml` asking for calculation on load; nothing else differs."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if xml.startswith(mark):
            return mark + with_calculation_on_load(xml[2:].decode(codec).encode()).decode().encode(codec)
    mask = masked(xml)
    root = re.search(rb"<((?:[^\s<>/:!?]+:)?)workbook[\s/>]", mask)
    if root is None:
        return xml
    prefix = root[1]
    found = tag_pattern(prefix + b"calcPr").search(mask)
    if found:
        tag = set_attribute(xml[found.start() : found.end()], b"fullCalcOnLoad", b"1")
        return xml[: found.start()] + tag + xml[found.end() :]
    for name in _BEFORE_CALCULATION:
        closing = b"</" + prefix + name.encode()
        at = mask.rfind(closing)
        empty = tag_pattern(prefix + name.encode()).search(mask)
        if at >= 0 or (empty and empty[1]):
            end = mask.index(b">", at) + 1 if at >= 0 else empty.end() if empty else 0
            return xml[:end] + b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>' + xml[end:]
    return xml
