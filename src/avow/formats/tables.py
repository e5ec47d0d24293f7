"""Finding the tables of a sheet: header rows, and which column holds what."""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from avow.formats.grid import Area, Cell, ChoiceList, SheetGrid, column_letters
from avow.formats.headings import (
    ANSWER,
    COMMENT,
    QUESTION,
    REF,
    SECTION,
    asks,
    is_evidence,
    may_be_answer,
    option_label,
    options_in_heading,
    roles,
    tidy,
)

_REF_LIKE = re.compile(
    r"[A-Za-z]{0,12}[-. _]?\d+([-._ ]?[\dA-Za-z]{1,5}){0,5}\.?|[A-Z]{2,}([-._][A-Z0-9]+)+(\(\d+\))*"
)
_SAMPLE = 400  # body rows looked at to judge a column


@dataclass
class Columns:
    """Which column holds what, by number; `options` are separate answer columns by label."""

    question: int
    answer: int | None = None
    comment: int | None = None
    ref: int | None = None
    section: tuple[int, ...] = ()
    options: tuple[tuple[str, int], ...] = ()
    spelled: tuple[str, ...] = ()  # choices spelled out in the answer column's heading


@dataclass
class Table:
    """Rows `first` to `last` (inclusive) under `header_rows`, with one set of columns a question column."""

    header_rows: tuple[int, ...]
    first: int
    last: int
    columns: list[Columns]
    confidence: float
    assumptions: list[str] = field(default_factory=list)
    sure: bool = True


class SheetView:
    """A sheet's non-empty cells by row, and quick look-ups of dropdowns and merges."""

    def __init__(self, grid: SheetGrid) -> None:
        self.grid = grid
        rows: dict[int, list[Cell]] = defaultdict(list)
        for cell in grid.cells.values():
            if cell.text.strip() or cell.formula or cell.error:
                rows[cell.row].append(cell)
        self.rows = {row: sorted(cells, key=lambda cell: cell.col) for row, cells in sorted(rows.items())}
        self._lists: dict[int, tuple[list[int], list[tuple[int, ChoiceList]]]] = {}
        self._lists_of: dict[int, list[tuple[int, int, ChoiceList]]] = defaultdict(list)
        self._wide = [
            (area, one) for one in grid.choices for area in one.areas if area.last_col - area.first_col > 64
        ]
        for one in grid.choices:
            for area in one.areas:
                if area.last_col - area.first_col <= 64:
                    for col in range(area.first_col, area.last_col + 1):
                        self._lists_of[col].append((area.first_row, area.last_row, one))
        self._merge_rows: dict[int, list[Area]] = defaultdict(list)
        self._tall: list[Area] = []
        for area in grid.merges:
            if area.last_row - area.first_row > 200:
                self._tall.append(area)
            else:
                for row in range(area.first_row, area.last_row + 1):
                    self._merge_rows[row].append(area)

    @cached_property
    def headers(self) -> list[tuple[int, ...]]:
        """The header rows, top to bottom; a header of two levels is a pair."""
        return _header_rows(self)

    def choice_at(self, row: int, col: int) -> ChoiceList | None:
        """The dropdown of a cell; an extension list (the newer kind) wins over a standard one."""
        if col not in self._lists:
            entries = sorted(self._lists_of.get(col, ()), key=lambda entry: entry[0])
            self._lists[col] = ([entry[0] for entry in entries], [(entry[1], entry[2]) for entry in entries])
        starts, entries_at = self._lists[col]
        position = bisect_right(starts, row)
        found = [one for last, one in entries_at[max(0, position - 64) : position] if row <= last]
        found += [one for area, one in self._wide if area.holds(row, col)]
        found.sort(key=lambda one: (bool(one.options), one.source == "extension-validation"))
        return found[-1] if found else None

    def merge_at(self, row: int, col: int) -> Area | None:
        """The merged range a cell lies in, or None."""
        candidates: list[Area] = [*self._merge_rows.get(row, ()), *self._tall]
        return next((area for area in candidates if area.holds(row, col)), None)

    def text(self, row: int, col: int) -> str:
        """A cell's text without surrounding blanks."""
        return self.grid.text(row, col).strip()

    def spread_text(self, row: int, col: int) -> str:
        """A cell's text, or that of the merged range it lies in."""
        text = self.text(row, col)
        if text:
            return text
        area = self.merge_at(row, col)
        return self.text(area.first_row, area.first_col) if area else ""


def find_tables(view: SheetView) -> list[Table]:
    """The tables of a sheet that hold questions, top to bottom; empty where there is none with a header."""
    headers = view.headers
    if not headers:
        return []
    ends = [header[0] - 1 for header in headers[1:]] + [max(view.rows)]
    tables = []
    for header, last in zip(headers, ends, strict=True):
        table = _table(view, header, last)
        if table is not None:
            tables.append(table)
    return tables


def table_under(view: SheetView, header_row: int, last: int) -> Table | None:
    """The table under a header row that a person named, down to row `last`; None where no question column shows."""
    return _table(view, _with_second_level(view, header_row), last)


def has_empty_table(view: SheetView) -> bool:
    """Whether there is a questionnaire's header row with nothing below it."""
    return any(not any(row > header[-1] for row in view.rows) for header in view.headers)


def _header_rows(view: SheetView) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    first_texts: set[str] = set()
    for row, cells in view.rows.items():
        if found and row <= found[-1][-1]:
            continue
        # After the first header a row needs likeness to it, or a header's looks; most rows have neither.
        repeats = sum(1 for cell in cells if cell.text in first_texts) >= 2
        if found and not repeats and not _is_marked(cells):
            continue
        score = _header_score(cells)
        if score == 0 or (found and not repeats and score < 3):
            continue
        header = _with_second_level(view, row)
        if not found:
            first_texts = {cell.text for cell in cells}
        found.append(header)
    return found


def _header_score(cells: list[Cell]) -> int:
    """0: not a header row; 2: perhaps; 3: surely."""
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
        data_like += not found and bool(_REF_LIKE.fullmatch(text))
    options = sum(1 for text in texts if option_label(text))
    question = best.get(QUESTION, 0)
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


def _with_second_level(view: SheetView, row: int) -> tuple[int, ...]:
    """A header with a second level: sub-headings such as Yes / No / N/A under a merged "Response"."""
    below = view.rows.get(row + 1, [])
    labels = sum(1 for cell in below if option_label(cell.text))
    if labels >= 2 and not any(asks(cell.text) for cell in below):
        return (row, row + 1)
    merged = any(area.first_row == row and area.last_row == row + 1 for area in view._merge_rows.get(row, ()))
    if merged and below and all(len(cell.text) <= 40 and not asks(cell.text) for cell in below):
        sub = [cell for cell in below if roles(cell.text)]
        if sub:
            return (row, row + 1)
    return (row,)


def _heading(view: SheetView, header: tuple[int, ...], col: int) -> str:
    texts = [view.spread_text(row, col) for row in header]
    return " ".join(dict.fromkeys(text for text in texts if text))


def _table(view: SheetView, header: tuple[int, ...], last: int) -> Table | None:
    body = [row for row in view.rows if header[-1] < row <= last]
    sample = body[:_SAMPLE]
    cols = sorted(
        {cell.col for row in header for cell in view.rows.get(row, [])} | _choice_columns(view, sample)
    )
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    strengths: dict[tuple[str, int], int] = {}
    for col in cols:
        heading = _heading(view, header, col)
        for role in roles(view.text(header[-1], col)) or roles(heading):
            strengths[role.name, col] = role.strength
            weight = _weight(view, role.name, role.strength, col, sample)
            if weight > 0:
                found[role.name].append((weight, col))
    options = _option_columns(view, header, cols)
    if not found[QUESTION] or not sample:
        return None
    best = max(found[QUESTION], key=lambda entry: (entry[0], -entry[1]))[1]
    if strengths[QUESTION, best] == 1 and not (found[ANSWER] or options or found[REF] or found[COMMENT]):
        return None
    assumptions: list[str] = []
    twins = [
        col
        for col in cols
        if col != best and tidy(_heading(view, header, col)) == tidy(_heading(view, header, best))
    ]
    questions = sorted([best, *twins]) if twins else [best]
    columns, sure = _assign(view, header, questions, found, options, sample, assumptions)
    confidence = 0.95 if sure and strengths[QUESTION, best] >= 2 else 0.8 if sure else 0.5
    return Table(header, header[-1] + 1, last, columns, confidence, assumptions, sure)


def _choice_columns(view: SheetView, sample: list[int]) -> set[int]:
    return {col for col in view._lists_of if any(view.choice_at(row, col) for row in sample[:60])}


def _weight(view: SheetView, role: str, strength: int, col: int, sample: list[int]) -> float:
    """How well the body under a heading bears out what the heading says; 0 or less: it does not."""
    texts = [text for row in sample if (text := view.text(row, col))]
    filled = len(texts) / max(1, len(sample))
    words = sum(min(60, len(text.split())) for text in texts) / max(1, len(texts))
    listed = sum(1 for row in sample[:60] if view.choice_at(row, col)) / max(1, len(sample[:60]))
    if role == QUESTION:
        if not texts or words < 2 or listed > 0.5:
            return 0.0
        asking = sum(asks(text) for text in texts) / len(texts)
        return strength * 2 + asking * 3 + min(words, 20) / 10 + filled
    if role == ANSWER:
        distinct = len(set(texts)) / max(1, len(texts))
        crowded = filled > 0.6 and distinct > 0.5 and len(texts) > 5 and strength < 3
        return strength * 2 + listed * 3 + (1 - filled) - (4 if crowded else 0)
    if role == REF:
        idlike = sum(bool(_REF_LIKE.fullmatch(text)) for text in texts) / max(1, len(texts))
        distinct = len(set(texts)) / max(1, len(texts))  # a section's number repeats, a row's own does not
        return (
            strength + idlike * 3 + distinct
            if texts and (idlike > 0.3 or words < 3) and filled > 0.05
            else 0.0
        )
    if role == SECTION:
        return strength + (1 if texts and words < 8 else -strength)
    return strength * 2 + (1 - filled)


def _option_columns(view: SheetView, header: tuple[int, ...], cols: list[int]) -> tuple[tuple[str, int], ...]:
    for row in reversed(header):
        labelled = [(label, col) for col in cols if (label := option_label(view.text(row, col)))]
        kinds = {tidy(label)[:1] for label, _ in labelled}
        if len(labelled) >= 2 and len(kinds) >= 2:
            return tuple(labelled)
    return ()


def _assign(
    view: SheetView,
    header: tuple[int, ...],
    questions: list[int],
    found: dict[str, list[tuple[float, int]]],
    options: tuple[tuple[str, int], ...],
    sample: list[int],
    assumptions: list[str],
) -> tuple[list[Columns], bool]:
    columns: list[Columns] = []
    sure = True
    taken = set(questions) | {col for _, col in options}
    answers = [(weight, col) for weight, col in found[ANSWER] if col not in taken]
    comments = [(weight, col) for weight, col in found[COMMENT] if col not in taken]
    for position, question in enumerate(questions):
        until = questions[position + 1] if position + 1 < len(questions) else 10**6
        near = (
            (lambda col, low=question, high=until: low < col < high)
            if len(questions) > 1
            else (lambda _col: True)
        )
        answer = _best([entry for entry in answers if near(entry[1])], question)
        comment = _best(
            [entry for entry in comments if near(entry[1]) and entry[1] != answer], answer or question
        )
        if answer is None and not options and len(questions) == 1:
            answer, said, sure = _unlabelled_answer(view, header, question, found, sample)
            assumptions.extend(said)
            if comment == answer or not found[COMMENT]:
                comment = None
        if len(questions) > 1:
            name = column_letters(question)
            assumptions.append(
                f"several question columns; column {name} is answered in "
                + (column_letters(answer) if answer else "no column")
            )
            sure = sure and answer is not None
        spelled = options_in_heading(_heading(view, header, answer)) if answer else ()
        if comment and answer and not spelled and is_evidence(_heading(view, header, comment)):
            has_choices = any(view.choice_at(row, answer) for row in sample[:60])
            comment = comment if has_choices or options else None
        refs = [entry for entry in found[REF] if entry[1] not in {question, answer, comment}]
        sections = tuple(sorted(col for _, col in found[SECTION] if col not in {question, answer, comment}))
        columns.append(Columns(question, answer, comment, _best(refs, question), sections, options, spelled))
    if len(questions) > 1 and not sure:
        assumptions.append(
            "it is not clear which answer column belongs to which question; nothing is written"
        )
    return columns, sure


def _best(entries: list[tuple[float, int]], near: int) -> int | None:
    if not entries:
        return None
    return max(entries, key=lambda entry: (round(entry[0], 2), -abs(entry[1] - near)))[1]


def _unlabelled_answer(
    view: SheetView,
    header: tuple[int, ...],
    question: int,
    found: dict[str, list[tuple[float, int]]],
    sample: list[int],
) -> tuple[int | None, list[str], bool]:
    """An answer column without a heading that says so: dropdowns, unlocked cells, or a comment column alone."""
    asked = [row for row in sample if view.text(row, question)][:100]
    named = {col for entries in found.values() for _, col in entries} - {col for _, col in found[COMMENT]}
    for col in sorted(view._lists_of):
        if col in named or not may_be_answer(_heading(view, header, col)) or not _is_open(view, asked, col):
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


def _is_open(view: SheetView, rows: list[int], col: int) -> bool:
    """Whether a column waits to be filled: nearly empty, or one default in all its cells."""
    texts = [text for row in rows if (text := view.text(row, col))]
    return len(texts) <= 0.5 * len(rows) or len(set(texts)) == 1


def _unlocked(view: SheetView, rows: list[int], col: int) -> bool:
    if col in view.grid.unlocked_columns:
        return True
    cells = [view.grid.cells.get((row, col)) for row in rows]
    return bool(rows) and sum(1 for cell in cells if cell and not cell.locked) > len(rows) / 2
