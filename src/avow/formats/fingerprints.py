"""Recognising a layout again: a hash over a sheet's name and the texts of one of its upper rows."""

from collections import defaultdict

from avow.formats.grid import Book, SheetGrid
from avow.model.questionnaires import LayoutOverride, Questionnaire, SheetLayout
from avow.model.stamps import stamp

_UPPER_ROWS = 60  # a header further down is not recognised again


def row_fingerprints(book: Book) -> list[str]:
    """The fingerprints of all upper rows of a book, any of which may be a remembered header."""
    return [
        _fingerprint(grid.name, row, list(texts.values()))
        for grid in book.sheets
        for row, texts in upper_rows(grid).items()
    ]


def layouts_to_remember(
    book: Book, questionnaire: Questionnaire, override: LayoutOverride
) -> dict[str, LayoutOverride]:
    """Columns set by hand, by the fingerprint of the header they stand under, for the next file of this layout."""
    found: dict[str, LayoutOverride] = {}
    for layout in questionnaire.layouts:
        if layout.question is None or override.sheet not in (None, layout.sheet):
            continue
        fingerprint = header_fingerprint(book, layout)
        if fingerprint is not None:
            found[fingerprint] = LayoutOverride(
                sheet=layout.sheet,
                question=layout.question,
                answer=layout.answer,
                comment=layout.comment,
                ref=layout.ref,
                header_row=layout.header_rows[0] if layout.header_rows else None,
            )
    return found


def header_fingerprint(book: Book, layout: SheetLayout) -> str | None:
    """The fingerprint of a sheet's header row (its first row with text where it has none); None for an empty sheet."""
    grid = next((one for one in book.sheets if one.name == layout.sheet), None)
    rows = upper_rows(grid) if grid else {}
    if grid is None or not rows:
        return None
    row = layout.header_rows[0] if layout.header_rows and layout.header_rows[0] in rows else min(rows)
    return _fingerprint(grid.name, row, list(rows[row].values()))


def upper_rows(grid: SheetGrid) -> dict[int, dict[int, str]]:
    """The rows of a sheet that a header may stand in: row -> column -> text, both in order."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, col), cell in grid.cells.items():
        if row <= _UPPER_ROWS and cell.text.strip():
            found[row].append((col, cell.text.strip()))
    return {row: dict(sorted(cells)) for row, cells in sorted(found.items())}


def _fingerprint(sheet: str, row: int, texts: list[str]) -> str:
    return stamp([sheet, row, texts])
