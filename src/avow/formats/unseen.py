"""What stands in a grid where a person might not see it, or could not read it, and that no question carries.

A question carries its own findings as flags. Everything else a sheet holds is counted here, so that text hidden in
a form, whatever it is there for, is named in the report.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from avow.formats.grid import Book, SheetGrid, cell_name
from avow.model.questionnaires import CellAddress, Note, Questionnaire
from avow.model.reasons import Reason

FAR = 1_000  # rows or columns without anything, beyond which nobody scrolls

_WORDS = {
    Reason.HIDDEN_CONTENT: "in hidden rows, columns or sheets",
    Reason.SUSPICIOUS_TEXT: "with text that is nearly invisible, or holds invisible or look-alike characters",
    Reason.STRUCK_OUT_TEXT: "with text struck out",
    Reason.TEXT_TOO_LONG: "with more text than a cell may hold",
    Reason.CELL_ERROR: "with a spreadsheet error for a value",
}


class Finding(NamedTuple):
    """One thing about one cell."""

    grid: SheetGrid
    row: int
    col: int
    reason: Reason


def findings(book: Book) -> list[Finding]:
    """What is odd about the cells of a book, in its order."""
    return [one for grid in book.sheets for one in _of_sheet(grid)]


def _of_sheet(grid: SheetGrid) -> Iterator[Finding]:
    hidden = grid.state != "visible"
    for (row, col), cell in grid.cells.items():
        if not (cell.text.strip() or cell.error):
            continue
        reasons = [one for one in cell.flags if one in _WORDS]
        if cell.error:
            reasons.append(Reason.CELL_ERROR)
        if hidden or row in grid.hidden_rows or col in grid.hidden_cols:
            reasons.append(Reason.HIDDEN_CONTENT)
        for reason in dict.fromkeys(reasons):
            yield Finding(grid, row, col, reason)


def notes_on_the_rest(book: Book, found: Iterable[Finding], questionnaire: Questionnaire) -> list[Note]:
    """A note a sheet and kind of finding that no question carries, with its first cell, and one on cells far away."""
    numbered = questionnaire.source.format in ("csv", "tsv")
    carried = {(one.address, reason) for one in questionnaire.questions for reason in one.flags}
    left: dict[tuple[str, Reason], list[str]] = {}
    for one in found:
        cell = _name(one.grid, one.row, one.col, numbered=numbered)
        if (CellAddress(one.grid.name, cell), one.reason) not in carried:
            left.setdefault((one.grid.name, one.reason), []).append(cell)
    notes = []
    for (sheet, reason), cells in left.items():
        count = (
            f"{len(cells):,} cells that are no questions" if len(cells) > 1 else "a cell that is no question"
        )
        message = f"{count}, {_WORDS[reason]}; {'the first is ' if len(cells) > 1 else ''}{cells[0]}"
        notes.append(Note(reason=reason, message=message, where=sheet))
    return notes + [note for grid in book.sheets for note in _far_away(grid, numbered=numbered)]


def _far_away(grid: SheetGrid, *, numbered: bool) -> list[Note]:
    places = [(row, col) for (row, col), cell in grid.cells.items() if cell.text.strip()]
    rows, cols = sorted({row for row, _ in places}), sorted({col for _, col in places})
    last_row, last_col = _before_gap(rows), _before_gap(cols)
    outside = [(row, col) for row, col in places if row > last_row or col > last_col]
    if not outside:
        return []
    first = _name(grid, *min(outside), numbered=numbered)
    many = f"{len(outside):,} cells stand" if len(outside) > 1 else "a cell stands"
    message = f"{many} more than {FAR:,} rows or columns from the others: {first}"
    return [Note(reason=Reason.OUTLYING_CELLS, message=message, where=grid.name)]


def _before_gap(numbers: list[int]) -> int:
    """The last of sorted numbers before the first gap wider than `FAR`."""
    for one, following in pairwise(numbers):
        if following - one > FAR:
            return one
    return numbers[-1] if numbers else 0


def _name(grid: SheetGrid, row: int, col: int, *, numbered: bool) -> str:
    own = f"{row}:{col}" if numbered else cell_name(row, col)
    return grid.addresses.get((row, col), own)
