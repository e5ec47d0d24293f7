"""Finding the tables of a sheet: header rows, and which column holds what."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from avow.formats.grid import Area, Cell, ChoiceList, SheetGrid, column_letters
from avow.formats.header_rows import header_rows, with_second_level
from avow.formats.headings import (
    ANSWER,
    COMMENT,
    QUESTION,
    REF,
    REF_LIKE,
    SECTION,
    Role,
    asks,
    is_evidence,
    option_label,
    options_in_heading,
    roles,
    tidy,
)
from avow.formats.unlabelled import unlabelled_answer

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
        return header_rows(self)

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

    def merges_in(self, row: int) -> list[Area]:
        """The merged ranges a row goes through, but for those over very many rows."""
        return self._merge_rows.get(row, [])

    def merge_at(self, row: int, col: int) -> Area | None:
        """The merged range a cell lies in, or None."""
        candidates: list[Area] = [*self._merge_rows.get(row, ()), *self._tall]
        return next((area for area in candidates if area.holds(row, col)), None)

    def text(self, row: int, col: int) -> str:
        """A cell's text without surrounding blanks."""
        return self.grid.text(row, col).strip()

    def heading(self, header: tuple[int, ...], col: int) -> str:
        """What stands over a column, in all rows of its header."""
        texts = [self.spread_text(row, col) for row in header]
        return " ".join(dict.fromkeys(text for text in texts if text))

    @property
    def list_columns(self) -> list[int]:
        """The columns with dropdowns, left to right; lists over very many columns at once do not count."""
        return sorted(self._lists_of)

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
    return _table(view, with_second_level(view, header_row), last)


def has_empty_table(view: SheetView) -> bool:
    """Whether there is a questionnaire's header row with nothing below it."""
    return any(not any(row > header[-1] for row in view.rows) for header in view.headers)


def _table(view: SheetView, header: tuple[int, ...], last: int) -> Table | None:
    body = [row for row in view.rows if header[-1] < row <= last]
    sample = body[:_SAMPLE]
    cols = sorted(
        {cell.col for row in header for cell in view.rows.get(row, [])} | _choice_columns(view, sample)
    )
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    strengths: dict[tuple[str, int], int] = {}
    for col in cols:
        heading = view.heading(header, col)
        told = roles(view.text(header[-1], col)) or roles(heading)
        if told and told[0].name == QUESTION and _holds_refs(view, col, sample):
            told = (Role(REF, 2),)  # "Control" over AC-1, AC-2, …
        for role in told:
            strengths[role.name, col] = role.strength
            weight = _weight(view, role.name, role.strength, col, sample)
            if weight > 0:
                found[role.name].append((weight, col))
    if not found[QUESTION]:
        found[QUESTION] = _wordy(view, header, cols, sample)
        strengths.update({(QUESTION, col): 1 for _, col in found[QUESTION]})
    if not found[QUESTION] or not sample:
        return None
    best = max(found[QUESTION], key=lambda entry: (entry[0], -entry[1]))[1]
    options = _option_columns(view, header, cols, best, sample)
    if strengths[QUESTION, best] == 1 and not (found[ANSWER] or options or found[REF] or found[COMMENT]):
        return None
    assumptions: list[str] = []
    twins = [
        col
        for col in cols
        if col != best and tidy(view.heading(header, col)) == tidy(view.heading(header, best))
    ]
    questions = sorted([best, *twins]) if twins else _side_by_side(view, found, strengths, best, sample)
    columns, sure = _assign(view, header, questions, found, options, sample, assumptions)
    confidence = 0.95 if sure and strengths[QUESTION, best] >= 2 else 0.8 if sure else 0.5
    return Table(header, header[-1] + 1, last, columns, confidence, assumptions, sure)


def _holds_refs(view: SheetView, col: int, sample: list[int]) -> bool:
    """Whether a column holds identifiers, one a row."""
    texts = [text for row in sample if (text := view.text(row, col))]
    like = sum(bool(REF_LIKE.fullmatch(text)) for text in texts)
    return len(texts) >= 2 and like >= 0.8 * len(texts) and len(set(texts)) == len(texts)


def _choice_columns(view: SheetView, sample: list[int]) -> set[int]:
    return {col for col in view.list_columns if any(view.choice_at(row, col) for row in sample[:60])}


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
        repeated = 1 - len(set(texts)) / len(texts)  # an objective or a topic stands over several rows
        return strength * 2 + asking * 3 + min(words, 20) / 10 + filled - repeated * 3
    if role == ANSWER:
        distinct = len(set(texts)) / max(1, len(texts))
        crowded = filled > 0.6 and distinct > 0.5 and len(texts) > 5 and strength < 3
        return strength * 2 + listed * 3 + (1 - filled) - (4 if crowded else 0)
    if role == REF:
        idlike = sum(bool(REF_LIKE.fullmatch(text)) for text in texts) / max(1, len(texts))
        distinct = len(set(texts)) / max(1, len(texts))  # a section's number repeats, a row's own does not
        return (
            strength + idlike * 3 + distinct
            if texts and (idlike > 0.3 or words < 3) and filled > 0.05
            else 0.0
        )
    if role == SECTION:
        return strength + (1 if texts and words < 8 else -strength)
    return strength * 2 + (1 - filled)


def _wordy(
    view: SheetView, header: tuple[int, ...], cols: list[int], sample: list[int]
) -> list[tuple[float, int]]:
    """Under a header with a column an option: the columns without a role of their own that hold sentences."""
    if sum(bool(option_label(view.text(header[-1], col))) for col in cols) < 2:
        return []
    unnamed = [col for col in cols if view.heading(header, col) and not roles(view.heading(header, col))]
    return [(weight, col) for col in unnamed if (weight := _weight(view, QUESTION, 1, col, sample)) > 0]


def _side_by_side(
    view: SheetView,
    found: dict[str, list[tuple[float, int]]],
    strengths: dict[tuple[str, int], int],
    best: int,
    sample: list[int],
) -> list[int]:
    """The question columns of a table where each has an answer column of its own behind it; else the best alone."""
    asked = {best}
    for _, col in found[QUESTION]:
        texts = [text for row in sample if (text := view.text(row, col))]
        if strengths[QUESTION, col] >= 2 and sum(map(asks, texts)) >= len(texts) / 2:
            asked.add(col)
    columns = sorted(asked)
    answers = [col for _, col in found[ANSWER] if strengths[ANSWER, col] >= 2]
    ends = [*columns[1:], 10**6]
    alone = not all(any(col < one < end for one in answers) for col, end in zip(columns, ends, strict=True))
    return [best] if alone else columns


def _option_columns(
    view: SheetView, header: tuple[int, ...], cols: list[int], question: int, sample: list[int]
) -> tuple[tuple[str, int], ...]:
    """The columns headed by an option each. "No" over numbers, or before the questions, numbers the rows."""
    for row in reversed(header):
        labelled: list[tuple[str, int]] = []
        for col in sorted(cols, key=lambda col: (col < question, col)):
            label = option_label(view.text(row, col))
            if label is None or tidy(label) in {tidy(known) for known, _ in labelled}:
                continue
            texts = [text for one in sample if (text := view.text(one, col))]
            numbers = sum(bool(REF_LIKE.fullmatch(text)) for text in texts)
            if not (numbers > len(texts) / 2 and (col < question or len(set(texts)) > 2)):
                labelled.append((label, col))
        labelled.sort(key=lambda entry: entry[1])
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
            answer, said, sure = unlabelled_answer(view, header, question, found, sample)
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
        spelled = options_in_heading(view.heading(header, answer)) if answer else ()
        if comment and answer and not spelled and is_evidence(view.heading(header, comment)):
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
