"""A spreadsheet of an old format as a book: values from the parser, everything else from the first look."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

from avow.errors import InputRefusedError
from avow.formats.calamine.look import PLAIN, BookLook, SheetLook
from avow.formats.calamine.precheck import look_at
from avow.formats.grid import Book, Cell, SheetGrid, cell_name
from avow.formats.intake import FileKind, inspect_bytes, printable_name, read_regular_file
from avow.formats.opc.xml_parts import collection_paused
from avow.formats.suspicion import text_flags
from avow.formats.xlsx.choices import ChoiceResolver
from avow.formats.xlsx.styles import Style
from avow.formats.xlsx.values import number_text, plain_number
from avow.formats.xlsx.workbook import Workbook
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

FORMATS = ("xls", "xlsb", "ods")
_Stored = bool | int | float | str | date | datetime | time | timedelta


@dataclass(slots=True, frozen=True)
class OldSpreadsheet:
    """A spreadsheet read whole. `numbers`: sheet -> place -> the number of a cell that shows a plain one."""

    book: Book
    numbers: dict[str, dict[tuple[int, int], str]]


def read_spreadsheet(
    path: Path, kind: FileKind | None = None, *, sha256: str | None = None
) -> OldSpreadsheet:
    """The spreadsheet at `path`, its notes beginning with those of the intake.

    `kind` is what `inspect_file` said of the file; without it, or when the file has changed since, it is
    inspected again. Raises InputRefusedError for a file that cannot be read whole, or has not the hash `sha256`.
    """
    data = read_regular_file(path)
    name = printable_name(path)
    digest = hashlib.sha256(data).hexdigest()
    if sha256 is not None and digest != sha256:
        raise InputRefusedError(
            name, Reason.FILE_DAMAGED, "it has changed since it was read; start again with it"
        )
    if kind is None or kind.sha256 != digest:
        kind = inspect_bytes(name, data, path.suffix)
    if kind.format not in FORMATS:
        raise InputRefusedError(
            name, Reason.FILE_TYPE_MISMATCH, f"it is {kind.format}, not an old spreadsheet"
        )
    with collection_paused():
        return _read(name, data, kind)


def _read(name: str, data: bytes, kind: FileKind) -> OldSpreadsheet:
    look = look_at(name, data, kind.format)
    book = Book([], list(kind.notes))
    numbers: dict[str, dict[tuple[int, int], str]] = {}
    for found, sheet, state, values in _parsed(name, data, look):
        grid = SheetGrid(sheet, state)
        numbers[sheet] = _fill(name, grid, found, values)
        _compare(name, grid, found)
        book.sheets.append(grid)
        if found.errors:
            places = ", ".join(cell_name(*place) for place in sorted(found.errors)[:5])
            message = f"{len(found.errors):,} cells hold a spreadsheet error, such as {places}"
            book.notes.append(Note(reason=Reason.CELL_ERROR, message=message, where=sheet))
    _add_choices(book, look)
    return OldSpreadsheet(book, numbers)


_Values = Iterator[tuple[int, int, _Stored]]


def _parsed(name: str, data: bytes, look: BookLook) -> Iterator[tuple[SheetLook, str, str, _Values]]:
    """(first look, name, state, values) of every worksheet. Raises InputRefusedError where the parser gives up."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        listed = workbook.sheets_metadata
        if len(listed) != len(look.sheets):
            message = f"it lists {len(look.sheets)} sheets, of which {len(listed)} could be read"
            raise _unlike(name, message)  # noqa: TRY301  # the count is known here
        for about, found in zip(listed, look.sheets, strict=True):
            if found is None:
                continue
            sheet = workbook.get_sheet_by_name(about.name)
            start = sheet.start or (0, 0)
            rows = sheet.to_python()
            values = (
                (start[0] + row, start[1] + col, value)
                for row, line in enumerate(rows, start=1)
                for col, value in enumerate(line, start=1)
                if value != ""
            )
            if about.visible == SheetVisibleEnum.Hidden:
                state = "hidden"
            else:
                state = "veryHidden" if about.visible == SheetVisibleEnum.VeryHidden else "visible"
            yield found, about.name, state, values
    except (InputRefusedError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of the native parser is no Exception
        said = (str(error).splitlines() or [""])[0][:120]
        message = (
            f"it cannot be read ({ascii(said)[1:-1]}); open it in a spreadsheet program and save it as .xlsx"
        )
        raise InputRefusedError(name, Reason.FILE_DAMAGED, message) from error


def _fill(name: str, grid: SheetGrid, look: SheetLook, values: _Values) -> dict[tuple[int, int], str]:
    """Put the cells into the grid; the plain numbers among them."""
    numbers: dict[tuple[int, int], str] = {}
    cells = grid.cells
    for row, col, value in values:
        style = look.styles.get((row, col), PLAIN)
        text = look.texts.get((row, col)) or _text(value, style)
        if not text:
            continue
        if isinstance(value, str) and text is not value and "".join(text.split()) != "".join(value.split()):
            raise _unlike(name, f"{ascii(grid.name)[1:-1]}!{cell_name(row, col)} reads in two ways")
        cells[row, col] = _cell(row, col, text, style, look, is_text=isinstance(value, str))
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and text == plain_number("1", float(value))
        ):
            numbers[row, col] = text
    for (row, col), error in look.errors.items():
        style = look.styles.get((row, col), PLAIN)
        cells[row, col] = _cell(row, col, error, style, look, is_text=False)
        cells[row, col].error = True
        numbers.pop((row, col), None)
    for row, col in look.formulas - cells.keys():
        cell = _cell(row, col, "", look.styles.get((row, col), PLAIN), look, is_text=False)
        cell.has_value = False
        cells[row, col] = cell
    grid.merges = look.merges
    grid.hidden_rows, grid.hidden_cols = look.hidden_rows, look.hidden_cols
    grid.protected, grid.unlocked_columns = look.protected, look.unlocked_columns
    if look.protected:
        for place in look.unlocked - cells.keys():
            cells[place] = Cell(*place, locked=False)
    return numbers


def _cell(row: int, col: int, text: str, style: Style, look: SheetLook, *, is_text: bool) -> Cell:
    flags = text_flags(text) if is_text else ()
    if is_text and (style.unseen or style.struck):
        found = (Reason.SUSPICIOUS_TEXT,) * style.unseen + (Reason.STRUCK_OUT_TEXT,) * style.struck
        flags = tuple(dict.fromkeys((*flags, *found)))
    formula = (row, col) in look.formulas
    return Cell(
        row,
        col,
        text,
        formula=formula,
        bold=style.bold,
        filled=style.filled,
        locked=style.locked,
        flags=flags,
    )


def _text(value: _Stored, style: Style) -> str:
    """A value as a person sees it: ISO dates, numbers as `xlsx` shows them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, timedelta):
        hours, rest = divmod(round(value.total_seconds()), 3600)
        return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    if style.number.kind == "fixed":
        return number_text(repr(value), style.number, from_1904=False)[0]
    return plain_number("1", float(value))


def _compare(name: str, grid: SheetGrid, look: SheetLook) -> None:
    """Raises InputRefusedError where the parser saw other filled cells than the first look."""
    read = {place for place, cell in grid.cells.items() if cell.text}
    if read != look.filled | look.errors.keys():
        other = sorted(read ^ (look.filled | look.errors.keys()))[0]
        raise _unlike(
            name,
            f"sheet {ascii(grid.name)[1:-1]} holds {len(look.filled):,} filled cells, but {len(read):,} were read "
            f"(first difference at {cell_name(*other)})",
        )


def _unlike(name: str, what: str) -> InputRefusedError:
    message = f"{what}; open it in a spreadsheet program and save it as .xlsx"
    return InputRefusedError(name, Reason.FILE_DAMAGED, message)


def _add_choices(book: Book, look: BookLook) -> None:
    """Resolve the dropdowns, now that the cells they may stand in are there."""
    order = {grid.name.lower(): at for at, grid in enumerate(book.sheets)}
    resolver = ChoiceResolver(
        Workbook("", [], names=look.names, order=order), {grid.name.lower(): grid for grid in book.sheets}
    )
    for grid, found in zip(book.sheets, (one for one in look.sheets if one is not None), strict=True):
        made = (resolver.choice_list(grid.name, one) for one in found.lists)
        grid.choices = [one for one in made if one is not None]
