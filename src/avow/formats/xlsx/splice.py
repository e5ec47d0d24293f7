"""Answer cells spliced into a sheet's XML as bytes: nothing but the written cells changes.

What is no markup is blanked out first, at its own length (`opc.xml_bytes`), so that every offset found holds for
the original bytes.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from avow.formats.grid import Area, cell_name, column_letters, column_number
from avow.formats.opc.xml_bytes import (
    as_ascii_compatible,
    attribute,
    masked,
    set_attribute,
    tag_pattern,
)
from avow.formats.writing import CellNotWritableError
from avow.formats.xlsx.references import parse_area
from avow.model.reasons import Reason

_ROOT = re.compile(rb"<((?:[^\s<>/:!?]+:)?)worksheet[\s/>]")
_FORMULA = re.compile(rb"<(?:[^\s<>/:!?]+:)?f[\s/>]")


class _Tag(NamedTuple):
    """A start tag: its bytes from `start` to `end`; `closed` when it is an empty element's."""

    start: int
    end: int
    closed: bool


class _Row(NamedTuple):
    number: int
    tag: _Tag
    content_end: int  # where `</row` stands, or the tag's end


class _Cell(NamedTuple):
    col: int
    tag: _Tag
    end: int


@dataclass(slots=True)
class _Sheet:
    """Where things stand in one sheet's bytes. `xml` is the original, `masked` has only markup and text."""

    xml: bytes
    masked: bytes
    prefix: bytes
    data_tag: _Tag
    data_end: int
    rows: list[_Row]
    by_number: dict[int, list[_Row]] = field(default_factory=dict)
    last_number: int = 0  # of the last row in the file, which need not be the highest
    row_tag: re.Pattern[bytes] = re.compile(b"")
    cell_tag: re.Pattern[bytes] = re.compile(b"")
    cell_end: re.Pattern[bytes] = re.compile(b"")
    formula_tag: re.Pattern[bytes] = re.compile(b"")
    placed_tag: re.Pattern[bytes] = re.compile(b"")
    _all_placed: bool | None = None

    def all_placed(self) -> bool:
        """Whether every cell plainly says where it stands; then its place can be searched for as bytes."""
        if self._all_placed is None:
            opening = b"<" + re.escape(self.prefix) + b"c"
            unplaced = re.compile(
                opening + rb"""(?![^<>"']*(?:"[^<>"']*"[^<>"']*)*?\sr="[A-Z]+[0-9]+")[\s/>]"""
            )
            self._all_placed = unplaced.search(self.masked, self.data_tag.end, self.data_end) is None
        return self._all_placed


def splice(xml: bytes, texts: Mapping[tuple[int, int], str], sheet_name: str) -> bytes:
    """The sheet part `xml` with `texts` by (row, column) in its cells, in the part's own encoding.

    Raises CellNotWritableError for a formula, a cell covered by a merged range, or one the file holds twice.
    """
    plain, encode, codec = as_ascii_compatible(xml)
    sheet = _scan(plain, min(row for row, _ in texts), max(row for row, _ in texts))
    _check_places(sheet, texts, sheet_name)
    edits = sorted(_edits(sheet, texts, sheet_name, codec))
    pieces: list[bytes] = []
    done = 0
    for start, end, new in edits:
        pieces += [plain[done:start], new]
        done = end
    pieces.append(plain[done:])
    return encode(b"".join(pieces))


def has_formulas(xml: bytes) -> bool:
    """Whether a cell of a sheet part holds a formula."""
    plain = xml.replace(b"\0", b"") if b"\0" in xml[:64] else xml
    end = plain.rfind(
        b"sheetData>"
    )  # behind the cells, rules and sparklines have an element of the same name
    plain = plain[:end] if end > 0 else plain
    return (b"<f" in plain or b":f" in plain) and _FORMULA.search(plain) is not None


def _scan(xml: bytes, lowest: int, highest: int) -> _Sheet:
    """Find the rows from `lowest` to `highest` and the first beyond: a sheet may have a million styled others."""
    mask = masked(xml)
    root = _ROOT.search(mask)
    if root is None:
        raise ValueError("the part is not a worksheet")
    prefix = root[1]
    data = tag_pattern(prefix + b"sheetData").search(mask, root.start())
    if data is None:
        raise ValueError("the worksheet has no sheetData")
    data_tag = _Tag(data.start(), data.end(), bool(data[1]))
    end = data_tag.end if data_tag.closed else mask.index(b"</" + prefix + b"sheetData", data_tag.end)
    sheet = _Sheet(xml, mask, prefix, data_tag, end, [])
    sheet.row_tag, sheet.cell_tag = tag_pattern(prefix + b"row"), tag_pattern(prefix + b"c")
    sheet.placed_tag = re.compile(b"<" + re.escape(prefix) + rb"""c\s(?:[^<>]*?\s)??r="([A-Z]+)""")
    sheet.cell_end = re.compile(b"</" + re.escape(prefix) + rb"c\s*>")
    sheet.formula_tag = re.compile(b"<" + re.escape(prefix) + rb"f[\s/>]")
    number, beyond = 0, False
    closing = b"</" + prefix + b"row"
    for found in sheet.row_tag.finditer(mask, data_tag.end, end):
        given = attribute(found[0], b"r")
        number = int(given) if given else number + 1
        if number < lowest or (number > highest and beyond):
            continue
        tag = _Tag(found.start(), found.end(), bool(found[1]))
        row = _Row(number, tag, tag.end if tag.closed else mask.index(closing, tag.end))
        sheet.rows.append(row)
        beyond = beyond or number > highest
        if number <= highest:
            sheet.by_number.setdefault(number, []).append(row)
    sheet.last_number = number
    return sheet


def _cells(sheet: _Sheet, row: _Row) -> Iterator[_Cell]:
    col = 0
    if row.tag.closed:
        return
    for found in sheet.cell_tag.finditer(sheet.masked, row.tag.end, row.content_end):
        name = attribute(found[0], b"r")
        col = column_number(name.decode().rstrip("0123456789")) if name else col + 1
        tag = _Tag(found.start(), found.end(), bool(found[1]))
        yield _Cell(col, tag, _end_of_cell(sheet, tag))


def _held(sheet: _Sheet, rows: list[_Row], col: int) -> list[_Cell]:
    """The cells of a row that stand in one column; more than one only in a damaged file."""
    if len(rows) == 1:
        row = rows[0]
        sought = b' r="%b"' % cell_name(row.number, col).encode()
        at = sheet.masked.find(sought, row.tag.end, row.content_end)
        if at < 0 and sheet.all_placed():
            return []
        # The same bytes may stand in a text, where quotes need no escape: only a start tag counts.
        if at >= 0 and sheet.masked.find(sought, at + 1, row.content_end) < 0:
            start = sheet.masked.rfind(b"<", 0, at)
            found = sheet.cell_tag.match(sheet.masked, start)
            if found and found.end() > at:
                tag = _Tag(start, found.end(), bool(found[1]))
                return [_Cell(col, tag, _end_of_cell(sheet, tag))]
    return [cell for row in rows for cell in _cells(sheet, row) if cell.col == col]


def _starts(sheet: _Sheet, row: _Row) -> list[tuple[int, bytes, int]]:
    """(length of the column's letters, letters, where the cell starts) of a row's cells, which sort as columns do."""
    if sheet.all_placed():
        found = sheet.placed_tag.finditer(sheet.masked, row.tag.end, row.content_end)
        return [(len(one[1]), one[1], one.start()) for one in found]
    named = ((column_letters(cell.col).encode(), cell.tag.start) for cell in _cells(sheet, row))
    return [(len(letters), letters, start) for letters, start in named]


def _end_of_cell(sheet: _Sheet, tag: _Tag) -> int:
    if tag.closed:
        return tag.end
    found = sheet.cell_end.search(sheet.masked, tag.end)
    if found is None:
        raise ValueError("a cell is never closed")
    return found.end()


def _check_places(sheet: _Sheet, texts: Mapping[tuple[int, int], str], sheet_name: str) -> None:
    """Refuse cells covered by a merged range or lying in the area of an array formula or data table."""
    for area in _areas(sheet, b"f", sheet.data_tag.end, kinds=(b"array", b"dataTable")):
        for row, col in _inside(area, texts):
            raise CellNotWritableError(f"{sheet_name}!{cell_name(row, col)}", Reason.FORMULA_IN_ANSWER)
    for area in _areas(sheet, b"mergeCell", sheet.data_end):
        for row, col in _inside(area, texts):
            if (area.first_row, area.first_col) != (row, col):
                raise CellNotWritableError(f"{sheet_name}!{cell_name(row, col)}", Reason.ANSWER_CELL_COVERED)


def _inside(area: Area, texts: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, int]]:
    """The cells to be written that lie in an area, found the shorter way round."""
    width, height = area.last_col - area.first_col + 1, area.last_row - area.first_row + 1
    if width * height > len(texts):
        yield from (place for place in texts if area.holds(*place))
        return
    for row in range(area.first_row, area.last_row + 1):
        for col in range(area.first_col, area.last_col + 1):
            if (row, col) in texts:
                yield row, col


def _areas(sheet: _Sheet, name: bytes, start: int, kinds: tuple[bytes, ...] = ()) -> Iterator[Area]:
    for found in tag_pattern(sheet.prefix + name).finditer(sheet.masked, start):
        if kinds and attribute(found[0], b"t") not in kinds:
            continue
        area = parse_area((attribute(found[0], b"ref") or b"").decode("ascii", "replace"))
        if area is not None:
            yield area


def _edits(
    sheet: _Sheet, texts: Mapping[tuple[int, int], str], sheet_name: str, codec: str
) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes), none of which overlap."""
    by_row: dict[int, dict[int, bytes]] = {}
    for (row, col), text in texts.items():
        by_row.setdefault(row, {})[col] = _inline(sheet.prefix, text, codec)
    styles = _Styles(sheet, texts)
    new_rows: dict[int, list[bytes]] = {}  # by offset
    for number in sorted(by_row):
        rows = sheet.by_number.get(number)
        if rows:
            yield from _row_edits(sheet, rows, by_row[number], styles, sheet_name)
        else:
            cells = b"".join(
                _new_cell(sheet.prefix, number, col, styles.of(None, col), content)
                for col, content in sorted(by_row[number].items())
            )
            new = b'<%brow r="%d">%b</%brow>' % (sheet.prefix, number, cells, sheet.prefix)
            new_rows.setdefault(_row_place(sheet, number), []).append(new)
    if sheet.data_tag.closed and new_rows:
        tag = sheet.xml[sheet.data_tag.start : sheet.data_tag.end]
        content = b"".join(b"".join(rows) for rows in new_rows.values())
        opened = tag[:-2].rstrip() + b">" + content + b"</" + sheet.prefix + b"sheetData>"
        yield sheet.data_tag.start, sheet.data_tag.end, opened
        return
    for place, rows_there in new_rows.items():
        yield place, place, b"".join(rows_there)


def _row_place(sheet: _Sheet, number: int) -> int:
    """Where a missing row goes: before the first row with a higher number, else after the last."""
    if sheet.last_number < number:
        return sheet.data_end
    return next((row.tag.start for row in sheet.rows if row.number > number), sheet.data_end)


def _row_edits(
    sheet: _Sheet, rows: list[_Row], contents: Mapping[int, bytes], styles: "_Styles", sheet_name: str
) -> Iterator[tuple[int, int, bytes]]:
    """Edits in the element, or (in a damaged file) elements, of one row."""
    prefix, number = sheet.prefix, rows[0].number
    missing: dict[int, bytes] = {}
    for col, content in sorted(contents.items()):
        there = _held(sheet, rows, col)
        if not there:
            missing[col] = content
            continue
        if len(there) > 1:
            raise CellNotWritableError(f"{sheet_name}!{cell_name(number, col)}", Reason.DUPLICATE_CELL)
        _, tag, end = there[0]
        if not tag.closed and sheet.formula_tag.search(sheet.masked, tag.end, end):
            raise CellNotWritableError(f"{sheet_name}!{cell_name(number, col)}", Reason.FORMULA_IN_ANSWER)
        style = attribute(sheet.masked[tag.start : tag.end], b"s")
        yield tag.start, end, _new_cell(prefix, number, col, style, content)
    if missing:
        yield from _inserts(sheet, rows[0], missing, styles)


def _inserts(
    sheet: _Sheet, row: _Row, missing: Mapping[int, bytes], styles: "_Styles"
) -> Iterator[tuple[int, int, bytes]]:
    """Edits that add cells to a row that has none in those columns."""
    prefix, number = sheet.prefix, row.number
    inserts: dict[int, list[bytes]] = {}
    starts = [] if row.tag.closed else _starts(sheet, row)
    for col, content in missing.items():
        new = _new_cell(prefix, number, col, styles.of(row, col), content)
        letters = column_letters(col).encode()
        sought = (len(letters), letters, row.content_end)
        place = next((one[2] for one in starts if one > sought), row.content_end)
        inserts.setdefault(place, []).append(new)
    tag = sheet.xml[row.tag.start : row.tag.end]
    widened = _widened(tag, min(missing), max(missing))
    if row.tag.closed:
        opened = widened[:-2].rstrip() + b">" + b"".join(b"".join(new) for new in inserts.values())
        yield row.tag.start, row.tag.end, opened + b"</" + prefix + b"row>"
        return
    if widened != tag:
        yield row.tag.start, row.tag.end, widened
    for place, cells in inserts.items():
        yield place, place, b"".join(cells)


def _widened(tag: bytes, first: int, last: int) -> bytes:
    """A row's start tag whose `spans` take in the columns `first` to `last`."""
    spans = attribute(tag, b"spans")
    if not spans or not re.fullmatch(rb"\d+:\d+(?:\s+\d+:\d+)*", spans):
        return tag
    ends = [[int(end) for end in span.split(b":")] for span in spans.split()]
    if any(low <= first and last <= high for low, high in ends):
        return tag
    low, high = min(first, ends[0][0]), max(last, ends[-1][1])
    return set_attribute(tag, b"spans", b"%d:%d" % (low, high))


def _new_cell(prefix: bytes, row: int, col: int, style: bytes | None, content: bytes) -> bytes:
    styled = b' s="' + style + b'"' if style else b""
    reference = cell_name(row, col).encode()
    return b'<%bc r="%b"%b t="inlineStr">%b</%bc>' % (prefix, reference, styled, content, prefix)


def _inline(prefix: bytes, text: str, codec: str) -> bytes:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (
        prefix, prefix, escaped.encode(codec, "xmlcharrefreplace"), prefix, prefix,
    )  # fmt: skip


class _Styles:
    """The style a cell the file does not have yet should take: its neighbours', its row's, its column's."""

    def __init__(self, sheet: _Sheet, texts: Mapping[tuple[int, int], str]) -> None:
        self._sheet = sheet
        self._span: dict[int, tuple[int, int]] = {}
        for row, col in texts:
            low, high = self._span.get(col, (row, row))
            self._span[col] = (min(low, row), max(high, row))
        self._known: dict[int, bytes | None] = {}

    def of(self, row: _Row | None, col: int) -> bytes | None:
        """The style's index, None for the default one."""
        if col not in self._known:
            self._known[col] = self._of_neighbours(col)
        if self._known[col] is not None:
            return self._known[col]
        if row is not None:
            tag = self._sheet.masked[row.tag.start : row.tag.end]
            if attribute(tag, b"customFormat") in (b"1", b"true") and (style := attribute(tag, b"s")):
                return style
        return self._of_column(col)

    def _of_neighbours(self, col: int) -> bytes | None:
        """The commonest style among the cells of the column in the rows that are written."""
        low, high = self._span[col]
        sheet = self._sheet
        numbers = sorted(sheet.by_number)
        inside = numbers[bisect_left(numbers, low) : bisect_left(numbers, high + 1)]
        found: Counter[bytes] = Counter()
        for number in inside:
            sought = b' r="%b"' % cell_name(number, col).encode()
            for row in sheet.by_number[number]:
                at = sheet.masked.find(sought, row.tag.end, row.content_end)
                tag = sheet.cell_tag.match(sheet.masked, sheet.masked.rfind(b"<", 0, at)) if at >= 0 else None
                if tag and (style := attribute(tag[0], b"s")):
                    found[style] += 1
        return found.most_common(1)[0][0] if found else None

    def _of_column(self, col: int) -> bytes | None:
        sheet = self._sheet
        for tag in tag_pattern(sheet.prefix + b"col").finditer(sheet.masked, 0, sheet.data_tag.start):
            first, last = attribute(tag[0], b"min") or b"0", attribute(tag[0], b"max") or b"0"
            if first.isdigit() and last.isdigit() and int(first) <= col <= int(last):
                return attribute(tag[0], b"style")
        return None
