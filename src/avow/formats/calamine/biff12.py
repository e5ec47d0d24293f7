"""A first look at a binary Excel workbook (.xlsb): the records of its parts, gone through one by one ([MS-XLSB] 2.1)."""

import struct
from collections.abc import Iterator

from avow.formats.calamine.biff12_styles import StyleRecords
from avow.formats.calamine.biff_formulas import quoted
from avow.formats.calamine.look import ERRORS, MAX_CELLS, BookLook, SheetLook
from avow.formats.grid import Area, cell_name, column_letters
from avow.formats.opc.package import Package
from avow.formats.opc.relationships import main_part, relationships
from avow.formats.xlsx.references import MAX_COL
from avow.formats.xlsx.sheet import Validation
from avow.model.reasons import Reason

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR = range(8, 12)
_SST_ITEM, _RICH_TEXT, _COLUMN, _DVAL, _SHEET, _MERGE, _PROTECTION = 19, 62, 60, 64, 156, 176, 535
_EXTERN_SHEETS, _LIST = 362, 3
_STATES = {1: "hidden", 2: "veryHidden"}
_RELATIVE = 0xC000


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of every record. Raises IndexError for one that is cut short."""
    at, end = 0, len(content)
    while at < end:
        kind = content[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (content[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        for _ in range(4):
            part = content[at]
            at += 1
            size |= (part & 0x7F) << shift
            shift += 7
            if not part & 0x80:
                break
        if at + size > end:
            raise IndexError
        yield kind, content[at : at + size]
        at += size


def look_at(package: Package) -> BookLook:
    """What the records say of every sheet. Raises InputRefusedError for a damaged workbook or one beyond the limits."""
    try:
        return _Reader(package).book()
    except (struct.error, IndexError) as error:
        raise package.refuse(
            Reason.FILE_DAMAGED, "a record of it is cut short; ask for the file again"
        ) from error


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._look = BookLook()
        self._empty_texts: set[int] = set()
        self._styles = StyleRecords()
        self._names: list[str] = []
        self._ranges: list[tuple[int, int, int]] = []

    def book(self) -> BookLook:
        package, look = self._package, self._look
        part = main_part(package)
        if part is None:
            raise package.refuse(Reason.FILE_DAMAGED, "the package has no workbook; ask for the file again")
        targets = {one.identifier: one for one in relationships(package, part)}
        for one in targets.values():
            if one.kind == "sharedStrings" and one.target in package:
                self._read_strings(one.target)
            elif one.kind == "styles" and one.target in package:
                for kind, content in records(package.read(one.target)):
                    self._styles.add(kind, content)
        sheets: list[tuple[str, str, str, str]] = []
        for kind, content in records(package.read(part)):
            if kind == _SHEET:
                state = struct.unpack_from("<L", content)[0]
                identifier, at = _text(content, 8)
                name, _ = _text(content, at)
                self._names.append(name)
                target = targets.get(identifier)
                sheets.append(
                    (name, _STATES.get(state, "visible"), target.kind if target else "", identifier)
                )
            elif kind == _EXTERN_SHEETS:
                count = struct.unpack_from("<L", content)[0]
                self._ranges = [struct.unpack_from("<Lii", content, 4 + 12 * at) for at in range(count)]
        for name, state, sort, identifier in sheets:
            if sort != "worksheet":
                if "acrosheet" in sort:
                    look.note(Reason.MACROS_PRESENT, "the file carries Excel 4 macros; they are never run")
                look.sheets.append(None)
                continue
            look.sheets.append(self._sheet(name, state, targets[identifier].target))
        return look

    def _read_strings(self, part: str) -> None:
        number = 0
        for kind, content in records(self._package.read(part)):
            if kind == _SST_ITEM:
                if not struct.unpack_from("<L", content, 1)[0]:
                    self._empty_texts.add(number)
                number += 1

    def _sheet(self, name: str, state: str, part: str) -> SheetLook:
        if part not in self._package:
            shown = ascii(name)[1:-1]
            message = f"sheet {shown} has no content in the file; ask for the file again"
            raise self._package.refuse(Reason.FILE_DAMAGED, message)
        sheet = SheetLook(name, state)
        row = 0
        for kind, content in records(self._package.read(part)):
            if kind == _ROW:
                row = struct.unpack_from("<L", content)[0] + 1
                if content[11] & 0x10:
                    sheet.hidden_rows.add(row)
            elif kind <= _FORMULA_ERROR or kind == _RICH_TEXT:
                self._cell(sheet, row, kind, content)
            else:
                self._other(sheet, kind, content)
            if len(sheet.filled) > MAX_CELLS:
                return sheet  # refused by the limit
        return sheet

    def _cell(self, sheet: SheetLook, row: int, kind: int, content: bytes) -> None:
        col = struct.unpack_from("<L", content)[0] + 1
        style = self._styles.style(int.from_bytes(content[4:7], "little"))
        if col > MAX_COL:
            raise IndexError
        empty = (
            kind == _BLANK
            or (kind == _SHARED and struct.unpack_from("<L", content, 8)[0] in self._empty_texts)
            or (kind in (_TEXT, _FORMULA_TEXT) and not struct.unpack_from("<L", content, 8)[0])
            or (kind == _RICH_TEXT and not struct.unpack_from("<L", content, 9)[0])
        )
        if _FORMULA_TEXT <= kind <= _FORMULA_ERROR:
            sheet.formulas.add((row, col))
        if not empty:
            sheet.fill(row, col, style)
        elif not style.locked and len(sheet.unlocked) < MAX_CELLS:
            sheet.unlocked.add((row, col))
        if kind in (_ERROR, _FORMULA_ERROR):
            sheet.errors[row, col] = ERRORS.get(content[8], "#ERROR!")

    def _other(self, sheet: SheetLook, kind: int, content: bytes) -> None:
        if kind == _COLUMN:
            first, last, _width, style, flags = struct.unpack_from("<4LH", content)
            span = range(first + 1, min(last + 1, MAX_COL) + 1)
            if flags & 1:
                sheet.hidden_cols.update(span)
            if not self._styles.style(style).locked:
                sheet.unlocked_columns.update(span)
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4L", content)
            sheet.merges.append(Area(top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _PROTECTION:
            sheet.protected = bool(struct.unpack_from("<L", content, 2)[0])
        elif kind == _DVAL and struct.unpack_from("<L", content)[0] & 0x0F == _LIST:
            sheet.lists.append(self._validation(content))

    def _validation(self, content: bytes) -> Validation:
        """[MS-XLSB] 2.4.354: flags, areas, four texts, then the formula's tokens."""
        count = struct.unpack_from("<L", content, 4)[0]
        areas = [struct.unpack_from("<4L", content, 8 + 16 * at) for at in range(count)]
        places = " ".join(
            f"{cell_name(top + 1, left + 1)}:{cell_name(bottom + 1, right + 1)}"
            for top, bottom, left, right in areas
        )
        at = 8 + 16 * count
        for _ in range(4):
            length = struct.unpack_from("<L", content, at)[0]
            at += 4 + (0 if length == 0xFFFFFFFF else 2 * length)
        size = struct.unpack_from("<L", content, at)[0]
        tokens = content[at + 4 : at + 4 + size]
        if tokens[:1] == b"\x17":
            length = struct.unpack_from("<H", tokens, 1)[0]
            options = tokens[3 : 3 + 2 * length].decode("utf-16-le", "replace")
            return Validation(places, literal=quoted(options.replace("\0", ",").split(",")))
        return Validation(places, formula=self._formula(tokens))

    def _formula(self, tokens: bytes) -> str:
        """A list's place as text; "?" for a formula that is more than that."""
        kind = (tokens[0] & 0x1F) | 0x20 if tokens else 0
        if kind == 0x25 and len(tokens) == 13:
            return _area(*struct.unpack_from("<2L2H", tokens, 1))
        if kind == 0x3B and len(tokens) == 15:
            book, first, last = self._ranges[struct.unpack_from("<H", tokens, 1)[0]]
            if book == 0 and first == last and 0 <= first < len(self._names):
                sheet = self._names[first].replace("'", "''")
                return f"'{sheet}'!{_area(*struct.unpack_from('<2L2H', tokens, 3))}"
        return "?"


def _text(content: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    length = struct.unpack_from("<L", content, at)[0]
    end = at + 4 + 2 * (0 if length == 0xFFFFFFFF else length)
    if end > len(content):
        raise IndexError
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def _area(top: int, bottom: int, left: int, right: int) -> str:
    return f"{_place(top, left)}:{_place(bottom, right)}"


def _place(row: int, col: int) -> str:
    number = (col & 0x3FFF) + 1
    return cell_name(row + 1, number) if col & _RELATIVE else f"${column_letters(number)}${row + 1}"
