"""Questions that run over several rows: a block with one merged answer, text that goes on below, points under a stem.

A row of the table is a question of its own unless its place says otherwise; only then are rows read together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from avow.formats.grid import Area
from avow.formats.headings import labels_answer
from avow.formats.tables import Columns, SheetView

_POINT = re.compile(
    r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2}(?:\.\d{1,2})*)[.)]\s*\S|[-–—•·▪◦*➢o]\s+\S", re.IGNORECASE
)
_UNFINISHED = re.compile(r"[\w,)\u2019'\"-]$")
_STEM = re.compile(r"(?::|\.{3}|…)\s*$")
_LONGEST_BLOCK = 60  # rows of one question


@dataclass(slots=True)
class JoinedRows:
    """`goes_on`: row -> the row it goes on with; `parts`: the rows of a question, top to bottom, where there are several.

    `stems`: row -> the row whose words begin the sentence this row's point ends; `headed`: those of the first rows that
    have no answer of their own. `labels`: question row -> the rows below that say "Response:" or "Comments:",
    with room for it beside.
    """

    goes_on: dict[int, int] = field(default_factory=dict)
    parts: dict[int, list[int]] = field(default_factory=dict)
    stems: dict[int, int] = field(default_factory=dict)
    headed: set[int] = field(default_factory=set)
    labels: dict[int, list[int]] = field(default_factory=dict)

    def is_label(self, row: int) -> bool:
        """Whether a row only says what is to stand beside it."""
        return any(row in rows for rows in self.labels.values())


def joined_rows(view: SheetView, rows: Sequence[int], columns: Columns) -> JoinedRows:
    """What belongs together of the rows (in order) that hold text in the question column."""
    found = JoinedRows()
    if columns.answer is None and columns.comment is None and not columns.options:
        _take_labels(found, view, rows, columns)
        rows = [row for row in rows if not found.is_label(row)]
    head = 0
    for before, row in zip((0, *rows), rows, strict=False):
        if head and row <= head + _LONGEST_BLOCK and _goes_on(view, head, before, row, columns):
            found.goes_on[row] = head
            found.parts.setdefault(head, [head]).append(row)
        else:
            head = row
    stem = 0
    for row in rows:
        if row in found.goes_on:
            continue
        if stem and _is_point(view, stem, row, columns):
            found.stems[row] = stem
            if not _has_own_answer(view, stem, columns):
                found.headed.add(stem)
        else:
            own = found.parts.get(row, [row])
            stem = row if len(own) == 1 and _STEM.search(view.text(row, columns.question)) else 0
    return found


def _take_labels(found: JoinedRows, view: SheetView, rows: Sequence[int], columns: Columns) -> None:
    """The labels below questions that have nowhere else for an answer."""
    asked = 0
    for row in rows:
        if not labels_answer(view.text(row, columns.question)):
            asked = row
        elif asked and len(found.labels.get(asked, ())) < 2:
            found.labels.setdefault(asked, []).append(row)


def _goes_on(view: SheetView, head: int, before: int, row: int, columns: Columns) -> bool:
    """Whether a row goes on with the question that began in `head`; `before` is the last row with text."""
    if columns.ref is not None and view.text(row, columns.ref):
        return False
    answers = [col for col in (columns.answer, columns.comment, *(col for _, col in columns.options)) if col]
    blocks = [view.merge_at(head, col) for col in answers]
    if columns.ref is not None and any(
        one and _begins(one, head) and one.holds(row, one.first_col) for one in blocks
    ):
        return bool(view.text(head, columns.ref))
    if columns.ref is None or row != before + 1 or not view.text(head, columns.ref):
        return False
    # Text cut in two: nothing else stands in the row, and the sentence goes on.
    alone = all(cell.col == columns.question for cell in view.rows.get(row, ()))
    text, above = view.text(row, columns.question), view.text(before, columns.question)
    return alone and text[:1].islower() and not _POINT.match(text) and bool(_UNFINISHED.search(above))


def _has_own_answer(view: SheetView, row: int, columns: Columns) -> bool:
    """Whether somebody answered the row, or is to choose an answer in it."""
    cols = [col for col in (columns.answer, columns.comment, *(col for _, col in columns.options)) if col]
    chosen = columns.answer is not None and view.choice_at(row, columns.answer) is not None
    return chosen or any(view.text(row, col) for col in cols)


def _begins(area: Area, row: int) -> bool:
    return area.first_row == row and area.last_row > row


def _is_point(view: SheetView, stem: int, row: int, columns: Columns) -> bool:
    """Whether a row is one of the points below a stem such as "Is data encrypted:"."""
    text = view.text(row, columns.question)
    if row > stem + _LONGEST_BLOCK:
        return False
    ref = view.text(row, columns.ref) if columns.ref is not None else ""
    above = view.text(stem, columns.ref) if columns.ref is not None else ""
    if ref:
        own = (
            bool(above)
            and ref != above
            and ref.startswith(above.rstrip("."))
            and not ref[len(above.rstrip("."))].isdigit()
        )
        return own and (bool(_POINT.match(text)) or text[:1].islower())
    return bool(_POINT.match(text)) or text[:1].islower()
