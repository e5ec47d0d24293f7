"""Ruled tables on a page: the cells between drawn lines, with the words in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from avow.formats.pdf.geometry import Box
from avow.formats.pdf.joining import joined
from avow.formats.pdf.lines import lines_of
from avow.formats.pdf.pages import PageContent, Word

_SNAP = 3.0  # points two lines may be apart and still be one; the two edges of a drawn thin bar
_MOST_EDGES, _MOST_CROSSINGS = 1500, 4000  # beyond a page of any form; more takes too long to make cells of


@dataclass(slots=True)
class TableCell:
    """A cell: rows and columns of the table it covers (0-based, inclusive), its place and its words."""

    row: int
    col: int
    last_row: int
    last_col: int
    box: Box
    words: list[Word] = field(default_factory=list)
    text: str = ""

    @property
    def bold(self) -> bool:
        """Whether all its words are bold."""
        return bool(self.words) and all(word.bold for word in self.words)

    @property
    def hidden(self) -> bool:
        """Whether any of its words is not to be seen."""
        return any(word.hidden for word in self.words)


@dataclass(slots=True)
class RuledTable:
    """A table of one page, `number` 1-based on it."""

    page: int
    number: int
    box: Box
    rows: int
    columns: tuple[float, ...]  # where each column begins
    cells: list[TableCell]


def ruled_tables(page: PageContent) -> list[RuledTable]:
    """The tables with at least two columns, top to bottom, their words in their cells."""
    if len(page.rules) < 4:  # a cell has four sides
        return []
    found = []
    for cells in _cells(page.rules):
        table = _table(page, cells)
        if table is not None:
            found.append(table)
    found.sort(key=lambda table: (table.box.top, table.box.x0))
    for number, table in enumerate(found, start=1):
        table.number = number
    return found


def outside(page: PageContent, tables: Iterable[RuledTable]) -> list[Word]:
    """The words that stand in no table."""
    inside = {id(word) for table in tables for cell in table.cells for word in cell.words}
    return [word for word in page.words if id(word) not in inside]


def _cells(rules: Sequence[Box]) -> list[list[Box]]:
    from pdfplumber.table import (
        cells_to_tables,
        edges_to_intersections,
        intersections_to_cells,
        merge_edges,
    )

    edges: list[dict[str, Any]] = [
        {
            "x0": rule.x0, "x1": rule.x1, "top": rule.top, "bottom": rule.bottom,
            "width": rule.width, "height": rule.height,
            "orientation": "h" if rule.width > rule.height else "v",
        }
        for rule in dict.fromkeys(rules[: _MOST_EDGES * 20])
    ]  # fmt: skip
    merged = merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    if len(merged) > _MOST_EDGES:
        return []
    crossings = edges_to_intersections(merged, _SNAP, _SNAP)
    if len(crossings) > _MOST_CROSSINGS:
        return []
    cells = intersections_to_cells(crossings)
    return [[Box(*map(float, cell)) for cell in table] for table in cells_to_tables(cells)]


def _table(page: PageContent, boxes: list[Box]) -> RuledTable | None:
    lefts, tops = _distinct(box.x0 for box in boxes), _distinct(box.top for box in boxes)
    if len(lefts) < 2:  # a frame around text, or a list of boxes, is read as text
        return None
    cells = [
        TableCell(
            row=_index(tops, box.top),
            col=_index(lefts, box.x0),
            last_row=_last(tops, box.bottom),
            last_col=_last(lefts, box.x1),
            box=box,
        )
        for box in boxes
    ]
    around = boxes[0]
    for box in boxes[1:]:
        around = around.around(box)
    for word in page.words:
        x, y = word.box.middle
        if not around.holds(x, y):
            continue
        cell = next((one for one in cells if one.box.holds(x, y)), None)
        if cell is not None:
            cell.words.append(word)
    for cell in cells:
        cell.text = joined([line.text for line in lines_of(page, cell.words)])
    if not any(cell.words for cell in cells):
        return None
    return RuledTable(page.number, 0, around, len(tops), tuple(lefts), cells)


def _distinct(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return found


def _index(starts: list[float], value: float) -> int:
    return min(range(len(starts)), key=lambda index: abs(starts[index] - value))


def _last(starts: list[float], end: float) -> int:
    return max(index for index, start in enumerate(starts) if start < end - _SNAP / 2)
