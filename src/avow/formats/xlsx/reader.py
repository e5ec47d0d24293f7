"""A workbook read whole: every sheet as a grid, with notes on what a reader of the report should know."""

import hashlib
from bisect import bisect_right, insort
from pathlib import Path

from avow.formats.grid import Area, Book, SheetGrid, cell_name
from avow.formats.intake import FileKind, inspect_bytes, printable_name, read_regular_file
from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import collection_paused
from avow.formats.xlsx.choices import ChoiceResolver
from avow.formats.xlsx.counting import QuickCount, exact_count
from avow.formats.xlsx.sheet import SheetContent, read_sheet
from avow.formats.xlsx.strings import SharedStrings, load_strings
from avow.formats.xlsx.styles import Style, load_styles
from avow.formats.xlsx.workbook import SheetPart, Workbook, load_workbook
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

_SHOWN = 5  # places named in one note


def read_book(path: Path, kind: FileKind | None = None) -> Book:
    """The workbook at `path`, its notes beginning with those of the intake.

    `kind` is what `inspect_file` said of the file; without it, or when the file has changed since, it is
    inspected again. Raises InputRefusedError for a file that is not a workbook or cannot be read whole.
    """
    data = read_regular_file(path)
    name = printable_name(path)
    if kind is None or kind.sha256 != hashlib.sha256(data).hexdigest():
        kind = inspect_bytes(name, data)
    package = Package(name, data)
    if kind.format not in ("xlsx", "xlsm"):
        raise package.refuse(
            Reason.FILE_TYPE_MISMATCH, f"it is {kind.format}, not a workbook; save it as .xlsx"
        )
    with collection_paused():
        return _read_package(package, list(kind.notes))


def _read_package(package: Package, notes: list[Note]) -> Book:
    book = load_workbook(package)
    strings = load_strings(package, book.strings_part)
    styles = load_styles(package, book.styles_part)
    contents = [_read_sheet(package, book, sheet, strings, styles) for sheet in book.sheets]
    grids = {content.grid.name.lower(): content.grid for content in contents}
    resolver = ChoiceResolver(book, grids)
    for content in contents:
        found = (resolver.choice_list(content.grid.name, one) for one in content.validations)
        content.grid.choices = [one for one in found if one is not None]
        notes += _notes(content)
    return Book([content.grid for content in contents], notes)


def _read_sheet(
    package: Package, book: Workbook, sheet: SheetPart, strings: SharedStrings | None, styles: list[Style]
) -> SheetContent:
    """One sheet, refused when the reader found another number of filled cells than an independent count."""
    grid = SheetGrid(sheet.name, sheet.state)
    quick = QuickCount()
    content = read_sheet(
        package,
        sheet.part,
        grid,
        strings,
        styles,
        from_1904=book.from_1904,
        chunks=quick.through(package.stream(sheet.part)),
    )
    if quick.cells != content.counted:
        try:
            exact = exact_count(package.stream(sheet.part))
        except ValueError as error:
            message = (
                f"{sheet.part} is XML that parsers read in different ways ({error}); ask for the file again"
            )
            raise package.refuse(Reason.FILE_DAMAGED, message) from None
        if exact != content.counted:
            raise package.refuse(
                Reason.FILE_DAMAGED,
                f"sheet {ascii(sheet.name)[1:-1]} holds {exact:,} filled cells, but only {content.counted:,} could be "
                "read; open it in a spreadsheet program, save it again and send that",
            )
    return content


def _notes(content: SheetContent) -> list[Note]:
    grid = content.grid
    notes: list[Note] = []

    def note(reason: Reason, message: str, where: str = "") -> None:
        notes.append(Note(reason=reason, message=message, where=where or grid.name))

    for cell, kept, other in content.duplicates[:_SHOWN]:
        both = f"{_short(kept)} and {_short(other)}"
        note(
            Reason.DUPLICATE_CELL,
            f"the file holds this cell twice: {both}; the first is shown",
            f"{grid.name}!{cell}",
        )
    if len(content.duplicates) > _SHOWN:
        note(Reason.DUPLICATE_CELL, f"the file holds {len(content.duplicates):,} cells twice")
    overlap = first_overlap(grid.merges)
    if overlap:
        note(
            Reason.MERGE_OVERLAP,
            f"merged ranges overlap at {cell_name(*overlap)}",
            f"{grid.name}!{cell_name(*overlap)}",
        )
    if content.unreadable:
        note(
            Reason.CELL_ERROR,
            f"cells that cannot be read as what they claim to be: {_places(content.unreadable)}",
        )
    if content.bad_styles:
        note(Reason.FILE_DAMAGED, f"cells name a style the file does not have: {_places(content.bad_styles)}")
    if content.reaching_formulas:
        places = _places(content.reaching_formulas)
        note(Reason.EXTERNAL_REFERENCE, f"formulas reach outside the file when it is opened: {places}")
    if content.messages:
        message = f"messages that show only when a cell is chosen are not read ({content.messages:,})"
        note(Reason.HIDDEN_CONTENT, message)
    if grid.protected and content.lock_states_dropped:
        dropped = content.lock_states_dropped
        note(
            Reason.LIMIT_REACHED,
            f"the lock of {dropped:,} empty cells was not kept; their columns' lock counts",
        )
    return notes


def first_overlap(merges: list[Area]) -> tuple[int, int] | None:
    """A cell in which two merged ranges overlap, None when none do."""
    open_areas: list[tuple[int, int, int]] = []  # (first column, last column, last row) without overlaps
    for area in sorted(merges, key=lambda one: (one.first_row, one.first_col)):
        if len(open_areas) > 64 or (open_areas and open_areas[0][2] < area.first_row):
            open_areas = [one for one in open_areas if one[2] >= area.first_row]
        at = bisect_right(open_areas, (area.last_col, 1 << 30, 0))
        for first_col, last_col, last_row in reversed(open_areas[:at]):
            if last_col < area.first_col:
                break
            if last_row >= area.first_row:
                return area.first_row, max(first_col, area.first_col)
        insort(open_areas, (area.first_col, area.last_col, area.last_row))
    return None


def _places(cells: list[str]) -> str:
    more = f" and {len(cells) - _SHOWN:,} more" if len(cells) > _SHOWN else ""
    return ", ".join(cells[:_SHOWN]) + more


def _short(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:57] + "...")
