"""Markdown tables as grids, and their cells' places in the text."""

import re
from dataclasses import dataclass
from itertools import pairwise

from avow.formats.grid import Cell, SheetGrid, cell_name
from avow.formats.suspicion import text_flags
from avow.formats.text.lines import Unit

_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class CellSpan:
    """Where the inside of a cell stands in the text, blanks around it included."""

    start: int
    end: int


def table_grid(unit: Unit, name: str) -> tuple[SheetGrid, dict[str, CellSpan], dict[str, int]]:
    """The grid of a table's cells, the span of each cell by its name (`B3`), and the line each row stands on.

    Rows count from the heading line; the rule below it is none. Short rows have no place beyond their last cell.
    """
    grid = SheetGrid(name=name)
    spans: dict[str, CellSpan] = {}
    numbers: dict[str, int] = {}
    for row, line in enumerate((unit.lines[0], *unit.lines[2:]), start=1):
        for col, (start, end) in enumerate(_cells(line.text), start=1):
            place = cell_name(row, col)
            spans[place] = CellSpan(line.start + start, line.start + end)
            numbers[place] = line.number
            text = shown(line.text[start:end])
            if text:
                grid.cells[row, col] = Cell(row, col, text, bold=row == 1, flags=text_flags(text))
    return grid, spans, numbers


def shown(inside: str) -> str:
    """The text that a cell shows: line breaks undone, escaped bars too."""
    return _BREAK.sub("\n", inside.strip()).replace("\\|", "|")


def written(text: str) -> str:
    """A text as the inside of a cell."""
    return (
        " " + text.replace("|", "\\|").replace("\r\n", "\n").replace("\n", "<br>").replace("\r", "<br>") + " "
    )


def _cells(text: str) -> list[tuple[int, int]]:
    bars = [found.start() for found in _BAR.finditer(text)]
    edges = [-1, *bars, len(text)]
    cells = [(first + 1, last) for first, last in pairwise(edges)]
    if cells and not text[cells[0][0] : cells[0][1]].strip() and text.lstrip().startswith("|"):
        cells = cells[1:]
    if cells and not text[cells[-1][0] : cells[-1][1]].strip() and text.rstrip().endswith("|"):
        cells = cells[:-1]
    return cells
