"""Sheets without a header row whose texts are questions all the same."""

from avow.formats.grid import column_letters
from avow.formats.headings import asks, labels_answer
from avow.formats.tables import Columns, SheetView, Table


def _is_asked(view: SheetView, col: int, rows: list[int], alone: bool) -> bool:
    """Whether a column holds questions. Beside real tables, letters and instructions ("please…") are not enough."""
    texts = [text for row in rows if (text := view.text(row, col))]
    if alone:
        return any(asks(text) for text in texts)
    column = [text for row in view.rows if (text := view.text(row, col))]
    direct = [text for text in texts if text.endswith("?")]
    return len(direct) >= 3 and len(direct) >= len(column) / 2


def tables_without_header(view: SheetView, *, alone: bool) -> list[Table]:
    """A sheet without a header row whose texts are asking: the column with most of them."""
    asking: dict[int, list[int]] = {}
    for row, cells in view.rows.items():
        for cell in cells:
            if (cell.text and asks(cell.text)) or (cell.formula and (cell.error or not cell.has_value)):
                asking.setdefault(cell.col, []).append(row)
    really = {col: rows for col, rows in asking.items() if _is_asked(view, col, rows, alone)}
    if not really:
        return []
    col = max(really, key=lambda one: (len(really[one]), -one))
    first, last = min(view.rows), max(view.rows)
    answer = _dropdown_column(view, col, really[col])
    name = column_letters(col)
    if answer is not None:
        said = f"no header row; column {name} reads like questions, column {column_letters(answer)} has dropdowns for the answers"
        return [Table((), first, last, [Columns(col, answer)], 0.7, [said])]
    labels = sum(labels_answer(view.text(row, col)) for row in view.rows)
    if labels > 1 and labels >= len(really[col]) / 2:
        said = f"no header row; column {name} reads like questions, with a label below each for its answer"
        return [Table((), first, last, [Columns(col)], 0.7, [said])]
    said = f"no header row; column {name} reads like questions; name the answer column with --answer to have it filled"
    return [Table((), first, last, [Columns(col)], 0.4, [said], sure=False)]


def _dropdown_column(view: SheetView, question: int, rows: list[int]) -> int | None:
    for col in range(question + 1, question + 12):
        if sum(bool(view.choice_at(row, col)) for row in rows) > len(rows) / 2:
            return col
    return None
