"""Filling a workbook: answer cells are spliced in, every other member is copied as it is."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from avow.errors import InputRefusedError
from avow.formats.intake import printable_name, read_regular_file
from avow.formats.opc.package import Package, write_package
from avow.formats.opc.xml_bytes import masked, set_attribute, tag_pattern
from avow.formats.opc.xml_parts import collection_paused, feed, new_parser
from avow.formats.suspicion import CELL_LIMIT
from avow.formats.writing import CellNotWritableError, TextRules
from avow.formats.xlsx.references import parse_cell
from avow.formats.xlsx.splice import has_formulas, splice
from avow.formats.xlsx.workbook import Workbook, load_workbook
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

TEXT_RULES = TextRules(limit=CELL_LIMIT, escapes=False)
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")


def fill_workbook(source: Path, writes: Sequence[CellWrite], target: Path | BinaryIO, *, sha256: str) -> None:
    """Write a copy of `source` with `writes` in its cells to `target`, a stream or a path not there yet.

    `sha256` (hex) is what the source's bytes were when it was read: with others it is refused
    (InputRefusedError). Raises CellNotWritableError before anything is written when a cell is a formula, is
    covered by a merged range, stands twice in the file, is named twice, or its text breaks `TEXT_RULES`.
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
        reason = TEXT_RULES.problem(write.value)
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
