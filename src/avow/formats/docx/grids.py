"""A Word table as a grid of cells, so that what understands spreadsheets understands it too."""

from collections.abc import Sequence

from avow.formats.docx.blocks import CellBlock, Row, Table
from avow.formats.docx.numbering import BULLET
from avow.formats.docx.spots import CHECKS, CHOICE, CONTROL, MARK, TEXT, Spot, cell_spot, choices_in
from avow.formats.docx.texts import ends_asking
from avow.formats.grid import Area, Cell, ChoiceList, SheetGrid
from avow.formats.headings import roles
from avow.formats.suspicion import text_flags

FROM_FORM = "form"  # the source of a choice list that is a control or is printed in the cell


class GridOfTables:
    """One grid made of one table, or of several that go on from each other. Rows are numbered through."""

    def __init__(self, sheet: str, tables: Sequence[Table]) -> None:
        self.tables = tables
        self.grid = SheetGrid(sheet)
        self.spots: dict[str, Spot] = {}  # by the cell's path
        self.cells: dict[tuple[int, int], CellBlock] = {}
        self.labels: dict[str, str] = {}  # the number Word puts before a cell's text, by its path
        row_number = 0
        for table in tables:
            open_merges: dict[int, tuple[int, int]] = {}
            for row in table.rows:
                row_number += 1
                heads = _is_heading_row(row)
                for cell in row.cells:
                    self._add(row_number, cell, open_merges, heads)
                if row.hidden:
                    self.grid.hidden_rows.add(row_number)
            self._close(open_merges)
        self.rows = row_number

    def _add(self, row: int, cell: CellBlock, merges: dict[int, tuple[int, int]], heads: bool) -> None:
        if cell.merge == "continue" and cell.column in merges:
            first, _ = merges[cell.column]
            merges[cell.column] = first, row
        else:
            if cell.column in merges:
                self._merged(cell.column, merges.pop(cell.column))
            if cell.merge == "restart":
                merges[cell.column] = row, row
            elif cell.span > 1:
                self.grid.merges.append(Area(row, cell.column, row, cell.column + cell.span - 1))
        place = row, cell.column
        self.cells[place] = cell
        self.grid.addresses[place] = cell.path
        spot = cell_spot(cell)
        if heads and spot.kind == CHOICE:  # "Yes / No" heads a column here
            spot = Spot(TEXT, cell.path, spot.printed, spot.printed)
        self.spots[cell.path] = spot
        self.grid.cells[place] = self._cell(row, cell, spot)
        if spot.kind in (CHOICE, CHECKS) or (spot.kind == CONTROL and spot.source == "dropdown"):
            area = Area(row, cell.column, row, cell.column)
            self.grid.choices.append(ChoiceList((area,), spot.choices or ("",), FROM_FORM))

    def _cell(self, row: int, cell: CellBlock, spot: Spot) -> Cell:
        text = spot.printed if spot.kind == TEXT else spot.existing
        label = next((one.label for one in cell.paragraphs if one.label and one.label != BULLET), "")
        if label:
            self.labels[cell.path] = label.strip(" .)(")
            if not text and spot.kind not in (CHECKS, MARK, CONTROL):
                text = self.labels[cell.path]  # a column of automatic numbers
        flags = [flag for one in cell.paragraphs for flag in one.flags]
        flags += text_flags(text)
        bold = [one.bold for one in cell.paragraphs if one.text]
        return Cell(
            row,
            cell.column,
            text,
            bold=bool(bold) and all(bold),
            filled=cell.shaded,
            flags=tuple(dict.fromkeys(flags)),
        )

    def _close(self, merges: dict[int, tuple[int, int]]) -> None:
        for column, rows in merges.items():
            self._merged(column, rows)
        merges.clear()

    def _merged(self, column: int, rows: tuple[int, int]) -> None:
        span = self.cells[rows[0], column].span
        if rows[1] > rows[0] or span > 1:
            self.grid.merges.append(Area(rows[0], column, rows[1], column + span - 1))


def _is_heading_row(row: Row) -> bool:
    """Whether a row's cells head columns: one names a role and none asks."""
    texts = [cell.text for cell in row.cells]
    named = sum(
        1 for text in texts if any(role.strength >= 2 for role in roles(text)) and not choices_in(text)
    )
    return named >= 1 and not any(ends_asking(text) or "\n" in text or len(text) > 60 for text in texts)
