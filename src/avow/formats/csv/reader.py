"""A csv file as a book of one sheet."""

import re

from avow.formats.csv.text import CsvText
from avow.formats.grid import Book, Cell, SheetGrid
from avow.formats.suspicion import text_flags
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

_FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d\s.,%-])")


def read_book(csv: CsvText) -> Book:
    """One sheet named "" with a cell for every non-empty field; rows and columns are 1-based records and fields."""
    grid = SheetGrid(name="")
    notes = list(csv.notes)
    sizes = [len(record) for record in csv.records if any(field.text.strip() for field in record)]
    usual = max(set(sizes), key=sizes.count) if sizes else 0
    ragged = 0
    for row, record in enumerate(csv.records, start=1):
        for col, field in enumerate(record, start=1):
            if field.text.strip():
                grid.cells[row, col] = Cell(row, col, field.text, flags=text_flags(field.text))
        ragged += bool(record) and len(record) != usual and any(field.text.strip() for field in record)
    if ragged:
        message = f"{ragged} rows have another number of fields than the others ({usual})"
        notes.append(Note(reason=Reason.ROW_RAGGED, message=message))
    formulas = sum(1 for cell in grid.cells.values() if _FORMULA.match(cell.text))
    if formulas:
        message = f"{formulas} fields would run as formulas in a spreadsheet; they are kept as they are"
        notes.append(Note(reason=Reason.FORMULA_LIKE_TEXT, message=message))
    return Book([grid], notes)
