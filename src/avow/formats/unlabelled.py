"""Where answers go in a table whose headings name no answer column."""

from typing import TYPE_CHECKING

from avow.formats.grid import column_letters
from avow.formats.headings import COMMENT, may_be_answer, roles

if TYPE_CHECKING:
    from avow.formats.tables import SheetView


def unlabelled_answer(
    view: "SheetView",
    header: tuple[int, ...],
    question: int,
    found: dict[str, list[tuple[float, int]]],
    sample: list[int],
) -> tuple[int | None, list[str], bool]:
    """An answer column without a heading that says so: dropdowns, unlocked cells, or a comment column alone.

    `found`: role -> (weight, column). Out: the column or None, what was assumed, and whether that is sure.
    """
    asked = [row for row in sample if view.text(row, question)][:100]
    named = {col for entries in found.values() for _, col in entries} - {col for _, col in found[COMMENT]}
    for col in view.list_columns:
        if col in named or not may_be_answer(view.heading(header, col)) or not _is_open(view, asked, col):
            continue
        if sum(bool(view.choice_at(row, col)) for row in asked) > len(asked) / 2:
            return (
                col,
                [f"column {column_letters(col)} is taken for the answers: its cells have dropdowns"],
                True,
            )
    if view.grid.protected:
        open_cols = [col for col in range(question + 1, question + 12) if _unlocked(view, asked, col)]
        if open_cols:
            said = f"column {column_letters(open_cols[0])} is taken for the answers: its cells are unlocked on a protected sheet"
            return open_cols[0], [said], True
    if any(not any(view.text(row, col) for row in asked) for _, col in found[COMMENT]):
        return None, [], True
    found[COMMENT].clear()  # filled by the form's author: not a place for answers
    for cell in view.rows.get(header[-1], []):
        empty = not any(view.text(row, cell.col) for row in asked)
        if cell.col > question and empty and not roles(cell.text) and asked:
            name = f"column {column_letters(cell.col)} ({cell.text.strip()!r})"
            said = f"{name} is empty and may be for answers; set it with --answer"
            return None, [said], True
    return None, [], True


def _is_open(view: "SheetView", rows: list[int], col: int) -> bool:
    """Whether a column waits to be filled: nearly empty, or one default in all its cells."""
    texts = [text for row in rows if (text := view.text(row, col))]
    return len(texts) <= 0.5 * len(rows) or len(set(texts)) == 1


def _unlocked(view: "SheetView", rows: list[int], col: int) -> bool:
    if col in view.grid.unlocked_columns:
        return True
    cells = [view.grid.cells.get((row, col)) for row in rows]
    return bool(rows) and sum(1 for cell in cells if cell and not cell.locked) > len(rows) / 2
