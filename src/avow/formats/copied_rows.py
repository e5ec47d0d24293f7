"""One set of questions on several sheets: which cells only repeat another, so that each question is answered once."""

from avow.formats.grid import Book, column_number
from avow.model.reasons import Reason


def copied_rows(book: Book) -> dict[tuple[str, int, int], Reason]:
    """Question cells that only repeat a cell of an earlier visible sheet, and hidden texts a visible sheet repeats."""
    position = {grid.name: number for number, grid in enumerate(book.sheets)}
    states = {grid.name: grid.state for grid in book.sheets}
    found: dict[tuple[str, int, int], Reason] = {}
    for number, grid in enumerate(book.sheets):
        for (row, col), target in grid.formulas_of_other_sheets.items():
            sheet, _, cell = target.rpartition("!")
            sheet = sheet.strip("'").replace("''", "'")
            if position.get(sheet, number) < number and states.get(sheet) == "visible":
                found[grid.name, row, col] = Reason.COPY_OF_ANOTHER_ROW
            elif grid.state == "visible" and states.get(sheet, "visible") != "visible":
                letters = cell.rstrip("0123456789")
                place = (sheet, int(cell[len(letters) :]), column_number(letters))
                found[place] = Reason.COPY_OF_ANOTHER_ROW
    return found
