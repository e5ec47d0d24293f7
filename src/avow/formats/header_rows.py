"""Which rows of a sheet are headers, judged by their words and looks."""

from typing import TYPE_CHECKING

from avow.formats.grid import Cell
from avow.formats.headings import (
    ANSWER,
    COMMENT,
    QUESTION,
    REF,
    REF_LIKE,
    SECTION,
    asks,
    option_label,
    roles,
    tidy,
)

if TYPE_CHECKING:
    from avow.formats.tables import SheetView


def header_rows(view: "SheetView") -> list[tuple[int, ...]]:
    """The header rows of a sheet, top to bottom; a header of two levels is a pair."""
    found: list[tuple[int, ...]] = []
    first_texts: set[str] = set()
    for row, in_row in view.rows.items():
        if found and row <= found[-1][-1]:
            continue
        # Words in a hidden column, meant for no reader, do not make the questions beside them a header.
        cells = [cell for cell in in_row if cell.col not in view.grid.hidden_cols] or in_row
        # After the first header a row needs likeness to it, or a header's looks; most rows have neither.
        repeats = sum(1 for cell in cells if cell.text in first_texts) >= 2
        if found and not repeats and not _is_marked(cells):
            continue
        same = not found or all(cell.text in first_texts for cell in cells)
        if repeats and not same and not _names_columns(cells, first_texts):
            continue  # a section's heading in the place of "Question", beside the same labels
        score = _header_score(cells, unnamed=same and _leads_to_options(view, row, cells))
        if score == 0 or (found and not repeats and score < 3):
            continue
        header = with_second_level(view, row)
        if not found:
            first_texts = {cell.text for cell in cells}
        found.append(header)
    return found


def _names_columns(cells: list[Cell], known: set[str]) -> bool:
    """Whether what a row says besides the first header's own words heads a column too."""
    return any(role.strength >= 2 for cell in cells if cell.text not in known for role in roles(cell.text))


def _leads_to_options(view: "SheetView", row: int, cells: list[Cell]) -> bool:
    """Whether sentences stand below a row with a column an option, and nothing but marks below those."""
    options = {cell.col for cell in cells if option_label(cell.text)}
    unnamed = {cell.col for cell in cells if cell.text.strip() and not roles(cell.text)} - options
    body = [one for at in range(row + 1, row + 21) if (one := view.rows.get(at))]
    labels = {tidy(cell.text) for cell in cells if cell.col in options}
    side_by_side = len(labels) == len(options) >= 2 and max(options) - min(options) < len(options)
    if not side_by_side or not unnamed or not body:
        return False
    held = [cell for line in body for cell in line]
    if any(
        cell.col in options and (cell.formula or len(cell.text.strip()) > 3 or cell.text.isdigit())
        for cell in held
    ):
        return False
    wordy = [
        cell for cell in held if cell.col in unnamed and not cell.formula and len(cell.text.split()) >= 3
    ]
    return len({cell.row for cell in wordy}) >= len(body) / 2


def _header_score(cells: list[Cell], *, unnamed: bool) -> int:
    """0: not a header row; 2: perhaps; 3: surely. `unnamed`: a column an option each tells a header by themselves."""
    texts = [cell.text.strip() for cell in cells if cell.text.strip()]
    if any(len(text) > 250 for text in texts):
        return 0
    best: dict[str, int] = {}
    asked = data_like = 0
    for text in texts:
        found = roles(text)
        for role in found:
            best[role.name] = max(best.get(role.name, 0), role.strength)
        asked += not found and asks(text)
        data_like += not found and bool(REF_LIKE.fullmatch(text))
    options = len({tidy(text) for text in texts if option_label(text)})
    question = best.get(QUESTION, 0)
    if unnamed and not question and options >= 2 and len(texts) > options:
        question = 1
    others = [name for name in (ANSWER, COMMENT, REF, SECTION) if best.get(name, 0) >= 1]
    if question == 0 or asked > 1 or data_like > 1:
        return 0
    distinct = len({text for text in texts if roles(text)}) + (2 if options >= 2 else 0)
    if question >= 2 and (len(texts) == 1 and question == 3 and not asks(texts[0])):
        return 2
    if distinct < 2 or not (others or options >= 2):
        return 0
    if question >= 2:
        return 3 if len(others) + (options >= 2) >= 1 else 2
    strong = sum(best.get(name, 0) >= 2 for name in (ANSWER, COMMENT, REF))
    return 3 if strong >= 1 and distinct >= 3 else 2 if strong >= 1 else 0


def _is_marked(cells: list[Cell]) -> bool:
    return all(cell.bold or cell.filled for cell in cells[:3])


def with_second_level(view: "SheetView", row: int) -> tuple[int, ...]:
    """A header with a second level: sub-headings such as Yes / No / N/A under a merged "Response"."""
    below = view.rows.get(row + 1, [])
    labels = sum(
        1 for cell in below if option_label(cell.text) and cell.text != view.grid.text(row, cell.col)
    )
    if labels >= 2 and not any(asks(cell.text) for cell in below):
        return (row, row + 1)
    merged = any(area.first_row == row and area.last_row == row + 1 for area in view.merges_in(row))
    if merged and below and all(len(cell.text) <= 40 and not asks(cell.text) for cell in below):
        sub = [cell for cell in below if roles(cell.text)]
        if sub:
            return (row, row + 1)
    return (row,)
