"""What a row of or above a table is, seen from the rows around it."""

from bisect import bisect_left
from collections.abc import Sequence

from avow.formats.tables import Columns, SheetView, Table

_NEIGHBOURS = 20  # rows up and down that say what is usual


def is_upper_header(view: SheetView, tables: Sequence[Table], row: int) -> bool:
    """Whether a row heads groups of columns: merged cells above a header, each over a part of it."""
    below = next((one for one in tables if one.header_rows and one.header_rows[0] > row), None)
    if below is None or any(one not in view.rows for one in range(row, below.header_rows[0] + 1)):
        return False
    header = view.rows[below.header_rows[0]]
    first, last = header[0].col, header[-1].col
    merges = [view.merge_at(row, cell.col) for cell in view.rows[row]]
    return any(
        area and area.first_row == area.last_row and first < area.first_col < area.last_col <= last
        for area in merges
    )


def repeats_labels(view: SheetView, row: int, table: Table, columns: Columns) -> bool:
    """Whether a row says in the cells for answers only what the header says over them."""
    cols = [col for col in (columns.answer, columns.comment, *(col for _, col in columns.options)) if col]
    said = [(text, view.heading(table.header_rows, col)) for col in cols if (text := view.text(row, col))]
    return len(said) >= 2 and all(heading.endswith(text) for text, heading in said)


def stands_out(view: SheetView, row: int, asked: Sequence[int], columns: Columns) -> bool:
    """Whether a few words without a question mark stand between questions that all have one; `asked`: rows in order."""
    at = bisect_left(asked, row)
    text = view.text(row, columns.question)
    if not text or len(text.split()) > 5 or not text[-1].isalnum() or at + 1 >= len(asked):
        return False
    texts = [view.text(one, columns.question) for one in asked[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]]
    near = [
        view.text(one, columns.question) for one in (*asked[at + 1 : at + 2], *asked[max(0, at - 1) : at])
    ]
    marked = sum(one.endswith("?") for one in texts) >= 0.6 * len(texts)
    return marked and all(one.endswith("?") for one in near)
