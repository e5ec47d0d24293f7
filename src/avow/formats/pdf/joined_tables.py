"""Tables that run over several pages put together, and their rows as questions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from avow.formats.grid import Area, Book, Cell, SheetGrid, column_number
from avow.formats.layout import understand
from avow.formats.pdf.joining import joined
from avow.formats.pdf.pages import PageContent
from avow.formats.pdf.tables import RuledTable, TableCell
from avow.formats.suspicion import text_flags
from avow.model.questionnaires import (
    AnswerChoices,
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    Question,
    SourceFile,
)
from avow.model.reasons import Reason

_NEAR = 6.0  # points the columns of two parts of one table may be apart
_AT_END, _AT_START = 0.7, 0.3  # of the page's height: where a table is broken, and where it goes on
_ENDED = re.compile(r"[.?!:;]\s*$")
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(slots=True)
class JoinedTable:
    """A table with its parts on later pages. `places` says for each row (1-based) where it stands: page, table, row."""

    page: int
    top: float
    grid: SheetGrid
    places: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    repeated: list[tuple[tuple[int, int, int], str]] = field(
        default_factory=list
    )  # its heading on later pages
    last_page: int = 0
    columns: tuple[float, ...] = ()
    ends_low: bool = False


def joined_tables(tables: Sequence[RuledTable], pages: Sequence[PageContent]) -> list[JoinedTable]:
    """Tables in reading order; one that goes on over the next page with the same columns is one."""
    found: list[JoinedTable] = []
    heights = {page.number: page.height for page in pages}
    for table in tables:
        goes_on = (
            found
            and table.page == found[-1].last_page + 1
            and table.number == 1
            and found[-1].ends_low
            and table.box.top < _AT_START * heights[table.page]
            and _same_columns(found[-1].columns, table.columns)
        )
        if not goes_on:
            name = f"page {table.page} table {table.number}"
            found.append(JoinedTable(table.page, table.box.top, SheetGrid(name), columns=table.columns))
        _add(found[-1], table)
        found[-1].last_page = table.page
        found[-1].ends_low = table.box.bottom > _AT_END * heights[table.page]
    return found


def _same_columns(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _add(whole: JoinedTable, table: RuledTable) -> None:
    rows: dict[int, list[TableCell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    start = max(whole.places, default=0)
    heading, first = start > 0, 0
    for row in sorted(rows):
        if heading and _is_first_row(whole, rows[row]):
            text = " | ".join(cell.text for cell in rows[row] if cell.text)
            whole.repeated.append(((table.page, table.number, row + 1), text))
            start, first = start - 1, row + 1
            continue
        heading = False
        if row == first and start + row > 0 and _goes_on(whole, rows[row]):
            _lengthen(whole, max(whole.places), rows[row])
            start -= 1
            continue
        at = start + row + 1
        whole.places[at] = (table.page, table.number, row + 1)
        for cell in rows[row]:
            _put(whole.grid, cell, at)


def _is_first_row(whole: JoinedTable, cells: list[TableCell]) -> bool:
    """Whether a row is the table's heading again."""
    here = {cell.col + 1: cell.text for cell in cells if cell.text}
    rows = {row for row, _ in whole.grid.cells}
    return any(
        here == {col: cell.text for (at, col), cell in whole.grid.cells.items() if at == row}
        for row in sorted(rows)[:2]
    )


def _goes_on(whole: JoinedTable, cells: list[TableCell]) -> bool:
    """Whether the first row on a page is the rest of the last row of the page before."""
    last = max(whole.places)
    before = {col: cell.text for (row, col), cell in whole.grid.cells.items() if row == last}
    here = {cell.col + 1: cell.text for cell in cells if cell.text}
    if not here or not set(here) <= set(before) or len(here) == len(before) > 1:
        return False
    return all(not _ENDED.search(before[col]) or text[:1].islower() for col, text in here.items())


def _lengthen(whole: JoinedTable, row: int, cells: list[TableCell]) -> None:
    for cell in cells:
        if cell.text:
            held = whole.grid.cells[row, cell.col + 1]
            held.text = joined([held.text, cell.text])
            held.flags = tuple(dict.fromkeys((*held.flags, *_flags(cell))))


def _put(grid: SheetGrid, cell: TableCell, row: int) -> None:
    col = cell.col + 1
    if cell.last_row > cell.row or cell.last_col > cell.col:
        grid.merges.append(Area(row, col, row + cell.last_row - cell.row, cell.last_col + 1))
    if cell.text:
        grid.cells[row, col] = Cell(row, col, cell.text, bold=cell.bold, flags=_flags(cell))


def _flags(cell: TableCell) -> tuple[Reason, ...]:
    return (*text_flags(cell.text), *((Reason.HIDDEN_CONTENT,) if cell.hidden else ()))


def questions_in(table: JoinedTable, section: str) -> tuple[list[Question], list[IgnoredRow], str]:
    """The rows of a table as questions and ignored rows, and the section that holds after it; `section` holds before."""
    source = SourceFile(name="", sha256="", format="pdf")
    understood = understand(Book([table.grid]), source)
    addresses: dict[CellAddress, CellAddress] = {}
    taken: set[CellAddress] = set()
    own = (*(one.address for one in understood.questions), *(one.address for one in understood.ignored))
    for cell in own:
        address = _address(table, cell)
        if address in taken:
            col = column_number(_taken_apart(cell)[0])
            address = CellAddress(sheet=address.sheet, cell=f"{address.cell}/cell[{col}]")
        taken.add(address)
        addresses[cell] = address
    questions = [
        one.model_copy(
            update={
                "address": addresses[one.address],
                "place": _place(one.place, addresses[one.address]),
                "parent": addresses.get(one.parent) if one.parent else None,
                "section": one.section or section,
                "flags": tuple(flag for flag in one.flags if flag is not Reason.LAYOUT_UNSURE),
            }
        )
        for one in understood.questions
    ]
    ignored = [
        one.model_copy(update={"address": addresses[one.address], "text": _whole_row(table, one)})
        for one in understood.ignored
    ]
    for (page, number, row), text in table.repeated:
        at = CellAddress(sheet=f"page {page}", cell=f"table[{number}]/row[{row}]")
        ignored.append(IgnoredRow(address=at, text=text, reason=Reason.REPEATED_LINE))
    return questions, ignored, questions[-1].section if questions else section


def _place(place: AnswerPlace, address: CellAddress) -> AnswerPlace:
    """The answer goes into the response document: what the form has are its choices, and what stands there already."""
    options = tuple(one.label for one in place.options) or (place.choices.options if place.choices else ())
    return AnswerPlace(
        answer=address,
        comment=CellAddress(sheet=address.sheet, cell=f"{address.cell}/comment") if options else None,
        choices=AnswerChoices(options=options, source="heading") if options else None,
        existing=place.existing,
        existing_comment=place.existing_comment,
    )


def _taken_apart(address: CellAddress) -> tuple[str, int]:
    found = _CELL.fullmatch(address.cell)
    assert found is not None  # noqa: S101  # a grid's own address
    return found[1], int(found[2])


def _address(table: JoinedTable, address: CellAddress) -> CellAddress:
    page, number, row = table.places[_taken_apart(address)[1]]
    return CellAddress(sheet=f"page {page}", cell=f"table[{number}]/row[{row}]")


def _whole_row(table: JoinedTable, one: IgnoredRow) -> str:
    row = _taken_apart(one.address)[1]
    texts = [cell.text for (at, _), cell in sorted(table.grid.cells.items()) if at == row]
    return " | ".join(texts)
