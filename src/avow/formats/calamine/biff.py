"""A first look at an old Excel workbook (.xls): its records, gone through one by one ([MS-XLS] 2.4)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from avow.errors import InputRefusedError
from avow.formats.calamine.biff_formulas import FormulaTexts, list_validation
from avow.formats.calamine.biff_styles import StyleRecords
from avow.formats.calamine.compound import CompoundFile
from avow.formats.calamine.look import ERRORS, MAX_CELLS, PLAIN, BookLook, SheetLook
from avow.formats.grid import Area
from avow.formats.xlsx.styles import Style
from avow.model.reasons import Reason

_BOF, _EOF, _CONTINUE, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x003C, 0x002F, 0x0085
_SST, _FORMULA, _STRING, _BOOLERR = 0x00FC, 0x0006, 0x0207, 0x0205
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6
_BLANK, _MULBLANK = 0x0201, 0x00BE
_ROW, _COLINFO, _PROTECT, _MERGES, _DV = 0x0208, 0x007D, 0x0012, 0x00E5, 0x01BE
_SUPBOOK, _EXTERNSHEET, _NAME = 0x01AE, 0x0017, 0x0018
_SUPBOOK_SELF, _SUPBOOK_ADDIN = 0x0401, 0x3A01
_WORKSHEET, _MACRO_SHEET, _VBA_MODULE = 0, 1, 6
_BIFF8 = 0x0600
_AUTO_NAMES = ("auto_open", "auto_close", "auto_activate", "auto_deactivate")
_SAVE_AS = "open it in a spreadsheet program and save it as .xlsx"


@dataclass(slots=True)
class _Globals:
    """What the records before the sheets say."""

    version: int
    sheets: list[tuple[int, int, str]] = field(default_factory=list)  # (offset, kind, name)
    empty_strings: set[int] = field(default_factory=set)
    styles: StyleRecords = field(default_factory=StyleRecords)
    formulas: FormulaTexts = field(default_factory=FormulaTexts)


def workbook_stream(name: str, data: bytes) -> tuple[CompoundFile, bytes]:
    """The compound file and its workbook's records. Raises InputRefusedError where there are none."""
    compound = CompoundFile(name, data)
    stream = compound.stream("Workbook", "Book")
    if stream is None:
        if "EncryptedPackage" in compound:
            message = "it is protected by a password; open it, remove the password and save it again"
            raise InputRefusedError(name, Reason.FILE_ENCRYPTED, message)
        what = (
            "an old Word document"
            if "WordDocument" in compound
            else "an Office file without a workbook in it"
        )
        message = f"it is {what}, not an old Excel workbook; {_SAVE_AS}"
        raise InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, message)
    return compound, stream


def look_at(name: str, data: bytes) -> BookLook:
    """What the records say of every sheet, with notes on macros and links.

    Raises InputRefusedError for a damaged or encrypted workbook, and for one with more than a sheet may hold.
    """
    compound, stream = workbook_stream(name, data)
    try:
        return _Reader(name, compound, stream).book()
    except (struct.error, IndexError) as error:
        raise _damaged(name, "has a record that is cut short") from error


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of the records from an offset on; what continues a record comes as a record of its own."""
    at, end = start, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<2H", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


class _Reader:
    def __init__(self, name: str, compound: CompoundFile, stream: bytes) -> None:
        self._name, self._compound, self._stream = name, compound, stream
        self._look = BookLook()
        self._global = _Globals(self._version())

    def _version(self) -> int:
        kind, content = next(_records(self._stream, 0), (0, b""))
        version = struct.unpack_from("<H", content)[0] if len(content) >= 4 else 0
        if kind != _BOF or version not in (_BIFF8, 0x0500):
            message = f"it is a very old Excel workbook, from before 1995, or damaged; {_SAVE_AS}"
            raise InputRefusedError(self._name, Reason.FORMAT_UNSUPPORTED, message)
        return int(version)

    def book(self) -> BookLook:
        self._read_globals()
        self._note_macros()
        known, look = self._global, self._look
        for offset, kind, name in known.sheets:
            look.sheets.append(self._sheet(offset, name) if kind == _WORKSHEET else None)
        known.formulas.sheets = [name for _, _, name in known.sheets]
        look.names = known.formulas.names()
        for sheet in look.sheets:
            for validation in sheet.lists if sheet else ():
                validation.formula = known.formulas.text_of(validation.formula)
        return look

    # Before the sheets

    def _read_globals(self) -> None:
        known = self._global
        strings: list[bytes] | None = None
        for kind, content in _records(self._stream, 0):
            if kind == _CONTINUE:
                if strings is not None:
                    strings.append(content)
                continue
            if kind == _SST:
                strings = [content]
                continue
            if strings is not None:
                known.empty_strings = _empty_strings(strings)
                strings = None
            if kind == _EOF:
                return
            self._global_record(kind, content)
        raise _damaged(self._name, "ends before its first sheet")

    def _global_record(self, kind: int, content: bytes) -> None:
        known, look = self._global, self._look
        if kind == _FILEPASS:
            message = "it is protected by a password; open it, remove the password and save it again"
            raise InputRefusedError(self._name, Reason.FILE_ENCRYPTED, message)
        if kind == _BOUNDSHEET:
            offset, _state, sheet_kind, length = struct.unpack_from("<L3B", content)
            name = self._short_text(content[7:], length)
            known.sheets.append((offset, sheet_kind, name))
        elif kind == _SUPBOOK:
            marker = struct.unpack_from("<H", content, 2)[0]
            known.formulas.own_books.append(marker == _SUPBOOK_SELF)
            if marker not in (_SUPBOOK_SELF, _SUPBOOK_ADDIN):
                look.note(Reason.EXTERNAL_REFERENCE, "the workbook links to another file; nothing is fetched")
        elif kind == _EXTERNSHEET and self._global.version == _BIFF8:
            count = min(struct.unpack_from("<H", content)[0], (len(content) - 2) // 6)
            known.formulas.ranges = [struct.unpack_from("<Hhh", content, 2 + 6 * at) for at in range(count)]
        elif kind == _NAME and self._global.version == _BIFF8:
            self._add_name(content)
        else:
            known.styles.add(kind, content, self._global.version == _BIFF8)

    def _add_name(self, content: bytes) -> None:
        flags, _key, length, size, _, sheet = struct.unpack_from("<H2B3H", content)
        wide = content[14] & 1
        end = 15 + length * (2 if wide else 1)
        name = content[15:end].decode("utf-16-le" if wide else "latin-1", "replace")
        builtin = flags & 0x20
        self._global.formulas.add_name(name, sheet, content[end : end + size])
        # Excel 4 macros start through built-in name 1 or 2 (Auto_Open, Auto_Close), or a name like theirs.
        if (builtin and name[:1] in ("\x01", "\x02")) or name.casefold() in _AUTO_NAMES:
            self._look.note(Reason.MACROS_PRESENT, "the file carries Excel 4 macros; they are never run")

    def _note_macros(self) -> None:
        look = self._look
        if any("_vba_project" in one.name.casefold() or one.name == "VBA" for one in self._compound.entries):
            look.note(Reason.MACROS_PRESENT, "the file carries macros; they are never run")
        kinds = {kind for _, kind, _ in self._global.sheets}
        if _MACRO_SHEET in kinds:
            look.note(Reason.MACROS_PRESENT, "the file carries Excel 4 macros; they are never run")
        if _VBA_MODULE in kinds:
            look.note(Reason.MACROS_PRESENT, "the file carries macros; they are never run")
        embedded = [one.name for one in self._compound.entries if one.name.startswith("MBD")]
        if embedded:
            look.note(Reason.ACTIVE_CONTENT, "the file carries embedded objects; they are never run")

    def _short_text(self, content: bytes, length: int) -> str:
        if self._global.version != _BIFF8:
            return content[:length].decode("cp1252", "replace")
        wide = content[0] & 1
        return content[1 : 1 + length * (2 if wide else 1)].decode(
            "utf-16-le" if wide else "latin-1", "replace"
        )

    # A sheet

    def _sheet(self, offset: int, name: str) -> SheetLook:
        sheet = SheetLook(name)
        depth = 0
        pending: tuple[int, int] | None = None
        for kind, content in _records(self._stream, offset):
            if depth == 0 and kind != _BOF:
                break
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth == 0:
                    return sheet
            elif depth == 1:
                if kind == _STRING:
                    if pending is not None and struct.unpack_from("<H", content)[0]:
                        sheet.filled.add(pending)
                    pending = None
                elif kind == _FORMULA:
                    pending = self._formula(sheet, content)
                else:
                    self._sheet_record(sheet, kind, content)
            if len(sheet.filled) > MAX_CELLS:
                return sheet  # refused by the limit
        raise _damaged(self._name, f"ends inside sheet {ascii(name)[1:-1]}")

    def _formula(self, sheet: SheetLook, content: bytes) -> tuple[int, int] | None:
        """Keep a formula; its place where a text follows as its value."""
        row, col, xf = struct.unpack_from("<3H", content)
        place, style = (row + 1, col + 1), self._style(xf)
        sheet.formulas.add(place)
        if style is not PLAIN:
            sheet.styles[place] = style
        if content[12:14] != b"\xff\xff":
            sheet.filled.add(place)
        elif content[6] == 0:
            return place
        elif content[6] == 2:
            sheet.filled.add(place)
            sheet.errors[place] = ERRORS.get(content[8], "#ERROR!")
        elif content[6] == 1:
            sheet.filled.add(place)
        return None

    def _sheet_record(self, sheet: SheetLook, kind: int, content: bytes) -> None:
        if kind in (_NUMBER, _RK, _LABELSST, _LABEL, _RSTRING, _BOOLERR):
            self._cell(sheet, kind, content)
        elif kind in (_MULRK, _BLANK, _MULBLANK):
            self._run_of_cells(sheet, kind, content)
        elif kind == _ROW:
            if struct.unpack_from("<H", content, 12)[0] & 0x20:
                sheet.hidden_rows.add(struct.unpack_from("<H", content)[0] + 1)
        elif kind == _COLINFO:
            self._columns(sheet, content)
        elif kind == _PROTECT:
            sheet.protected = bool(struct.unpack_from("<H", content)[0])
        elif kind == _MERGES:
            for at in range(struct.unpack_from("<H", content)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", content, 2 + 8 * at)
                sheet.merges.append(Area(top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _DV and (validation := list_validation(content)) is not None:
            sheet.lists.append(validation)

    def _run_of_cells(self, sheet: SheetLook, kind: int, content: bytes) -> None:
        row, first = struct.unpack_from("<2H", content)
        if kind == _BLANK:
            self._empty(sheet, row, first, struct.unpack_from("<H", content, 4)[0])
            return
        width = 6 if kind == _MULRK else 2
        for at in range((len(content) - 6) // width):
            xf = struct.unpack_from("<H", content, 4 + width * at)[0]
            if kind == _MULRK:
                sheet.fill(row + 1, first + at + 1, self._style(xf))
            else:
                self._empty(sheet, row, first + at, xf)

    def _columns(self, sheet: SheetLook, content: bytes) -> None:
        first, last, _width, xf, flags = struct.unpack_from("<5H", content)
        span = range(first + 1, min(last, 255) + 2)
        if flags & 1:
            sheet.hidden_cols.update(span)
        if not self._style(xf).locked:
            sheet.unlocked_columns.update(span)

    def _cell(self, sheet: SheetLook, kind: int, content: bytes) -> None:
        row, col, xf = struct.unpack_from("<3H", content)
        if kind == _LABELSST and struct.unpack_from("<L", content, 6)[0] in self._global.empty_strings:
            return self._empty(sheet, row, col, xf)
        if kind in (_LABEL, _RSTRING) and not struct.unpack_from("<H", content, 6)[0]:
            return self._empty(sheet, row, col, xf)
        sheet.fill(row + 1, col + 1, self._style(xf))
        if kind == _BOOLERR and content[7]:
            sheet.errors[row + 1, col + 1] = ERRORS.get(content[6], "#ERROR!")
        return None

    def _empty(self, sheet: SheetLook, row: int, col: int, xf: int) -> None:
        if not self._style(xf).locked and len(sheet.unlocked) < MAX_CELLS:
            sheet.unlocked.add((row + 1, col + 1))

    def _style(self, xf: int) -> Style:
        return self._global.styles.style(xf)


def _empty_strings(chunks: list[bytes]) -> set[int]:
    """The numbers of the empty texts in the shared strings ([MS-XLS] 2.4.265, 2.5.293)."""
    reader = _Continued(chunks)
    reader.skip(4)
    count = struct.unpack("<L", reader.take(4))[0]
    empty: set[int] = set()
    for number in range(count):
        if reader.at_end:
            break
        length, flags = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if flags & 0x08 else 0
        extra = struct.unpack("<L", reader.take(4))[0] if flags & 0x04 else 0
        reader.skip_text(length, wide=bool(flags & 1))
        reader.skip(4 * runs + extra)
        if not length:
            empty.add(number)
    return empty


class _Continued:
    """Bytes that run over several records; a text that does so says at each one anew how wide it is."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks, self._number, self._at = chunks, 0, 0
        self._settle()

    def _settle(self) -> None:
        while self._number < len(self._chunks) and self._at >= len(self._chunks[self._number]):
            self._number, self._at = self._number + 1, 0

    @property
    def at_end(self) -> bool:
        return self._number >= len(self._chunks)

    def take(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            chunk = self._chunks[self._number]
            piece = chunk[self._at : self._at + count - len(found)]
            found += piece
            self._at += len(piece)
            self._settle()
        return found

    def skip(self, count: int) -> None:
        while count > 0:
            here = min(count, len(self._chunks[self._number]) - self._at)
            self._at += here
            count -= here
            self._settle()

    def skip_text(self, length: int, *, wide: bool) -> None:
        while length:
            chunk = self._chunks[self._number]
            width = 2 if wide else 1
            here = min(length, (len(chunk) - self._at) // width)
            self._at += here * width
            length -= here
            if length:
                self._number, self._at = self._number + 1, 0
                wide = bool(self._chunks[self._number][0] & 1)
                self._at = 1
        self._settle()


def _damaged(name: str, what: str) -> InputRefusedError:
    return InputRefusedError(name, Reason.FILE_DAMAGED, f"it {what}; ask for the file again")
