"""Tables without a header row that names their columns: what asks, and the cell beside or below it that waits."""

import re
from collections import Counter
from collections.abc import Sequence

from avow.formats.asking import follows_up, instructs_in_text
from avow.formats.docx.blocks import CellBlock, Row, Table
from avow.formats.docx.found import Found
from avow.formats.docx.grids import GridOfTables
from avow.formats.docx.spots import (
    CHECKS,
    CHOICE,
    CONTROL,
    EMPTY,
    MARK,
    TEXT,
    Spot,
    below_spot,
    lead_of_blank,
    place_of,
)
from avow.formats.docx.texts import (
    ends_asking,
    is_answer_label,
    is_asking,
    is_wanting,
    labels_a_place,
    split_said,
    typed_ref,
)
from avow.formats.headings import ANSWER, COMMENT, QUESTION, REF, roles
from avow.model.reasons import Reason
from avow.model.verdict_words import meaning

_REF_LIKE = re.compile(
    r"[A-Za-z#]{0,8}[-. _]?\d+([-._ ]?[\dA-Za-z]{1,5}){0,5}[.)]?|[a-zA-Z][.)]?|[ivxIVX]{1,5}[.)]?"
)
_FILLABLE = (CHOICE, CHECKS, MARK, CONTROL)


class RowReader:
    """Reads one table row by row. `cells` of the question's and the answer's column are found by what stands in them."""

    def __init__(self, table: Table, grid: GridOfTables, found: Found) -> None:
        self._table = table
        self._grid = grid
        self._found = found
        self._comment_column: int | None = None
        self._question_column = self._column_that_asks()
        self._answer_column = self._column_that_waits()
        self._skip: set[int] = set()

    def _spot(self, cell: CellBlock) -> Spot:
        return self._grid.spots[cell.path]

    def _column_that_asks(self) -> int | None:
        asking = Counter(
            cell.column
            for cell in self._table.cells
            if self._spot(cell).kind == TEXT and is_wanting(typed_ref(cell.text)[1])
        )
        return max(asking, key=lambda column: (asking[column], -column)) if asking else None

    def _column_that_waits(self) -> int | None:
        """The column beside the questions that takes the answers, by what most of its cells are."""
        question = self._question_column
        if question is None:
            return None
        weights, filled = Counter[int](), Counter[int]()
        for row in self._table.rows:
            if not any(cell.column == question and is_wanting(cell.text) for cell in row.cells):
                continue
            for cell in row.cells:
                if cell.column == question:
                    continue
                weights[cell.column] += self._weight(cell)
                filled[cell.column] += self._spot(cell).kind == TEXT and not _REF_LIKE.fullmatch(cell.text)
        words = self._column_for_words()
        waiting = [column for column in weights if weights[column] > 0 and column != words]
        waiting = waiting or [column for column in weights if weights[column] > 0]
        right = [column for column in waiting if column > question] or waiting
        if right:
            return max(right, key=lambda column: (weights[column], -column))
        beside = [column for column in filled if filled[column] and column > question]
        return beside[0] if self._table.width <= 3 and len(beside) == 1 else None

    def _weight(self, cell: CellBlock) -> int:
        """How much a cell beside a question looks like one for its answer."""
        spot = self._spot(cell)
        if spot.kind != TEXT:
            return 3 if spot.kind in _FILLABLE else 1
        return 3 if meaning(cell.text) is not None and len(cell.text) <= 30 else 0

    def _column_for_words(self) -> int | None:
        """The column that a heading row says is for comments."""
        for row in self._table.rows:
            if not self._heads(row, [one for one in row.cells if self._spot(one).kind == TEXT and one.text]):
                continue
            for cell in row.cells:
                if len(cell.text) <= 60 and any(role.name == COMMENT for role in roles(cell.text)):
                    return cell.column
        return None

    def asks(self) -> bool:
        """Whether anything in the table is to be answered."""
        if self._question_column is not None:
            return True
        return any(
            self._spot(cell).kind in _FILLABLE or self._spot(cell).boxes or self._spot(cell).controls
            for cell in self._table.cells
        )

    def read(self) -> None:
        """Sort every row."""
        for at, row in enumerate(self._table.rows):
            if at in self._skip:
                continue
            texts = [cell for cell in row.cells if self._spot(cell).kind == TEXT and cell.text]
            if not texts:
                self._left_alone(row)
            elif self._heads(row, texts):
                self._header(texts)
            elif not self._ask_row(at, row, texts):
                self._ignore_row(texts)

    def _heads(self, row: Row, texts: Sequence[CellBlock]) -> bool:
        if any(ends_asking(cell.text) for cell in texts) or len(texts) < 2:
            return False
        if any(self._spot(cell).kind in _FILLABLE for cell in row.cells):
            return False
        named = [
            cell
            for cell in texts
            if any(role.name in (ANSWER, COMMENT, QUESTION, REF) for role in roles(cell.text))
        ]
        return bool(named) and all(len(cell.text) <= 60 for cell in texts)

    def _header(self, texts: Sequence[CellBlock]) -> None:
        for cell in texts:
            if any(role.name == COMMENT for role in roles(cell.text)) and cell.column != self._answer_column:
                self._comment_column = cell.column
        first = texts[0].text
        if not roles(first):
            self._found.section = first
        self._found.ignore(texts[0], " | ".join(cell.text for cell in texts), Reason.HEADER)

    def _ask_row(self, at: int, row: Row, texts: Sequence[CellBlock]) -> bool:
        asked = False
        used: set[str] = set()
        candidates = [cell for cell in texts if not _REF_LIKE.fullmatch(cell.text)] or list(texts)
        for cell in candidates:
            if cell.path in used or (asked and cell.column == self._answer_column):
                continue
            question = self._is_question(cell, row, used)
            if question:
                self._question(at, cell, row, used, follows=asked)
                asked = True
        return asked

    def _is_question(self, cell: CellBlock, row: Row, used: set[str]) -> bool:
        spot, text = self._spot(cell), typed_ref(cell.text)[1]
        own_place = bool(spot.boxes or spot.controls)
        if own_place:
            return labels_a_place(spot.printed) and not any(
                one.style.heading for one in cell.paragraphs if one.text
            )
        if instructs_in_text(text) and not ends_asking(text):
            return False
        if self._question_column is not None and cell.column != self._question_column:
            # Beside the question: a prompt of the form's ("If yes: describe…") asks, an answer does not.
            return cell.column == self._comment_column and is_wanting(_first_wish(text))
        beside = self._beside(cell, row, used)
        if is_wanting(text):
            return True
        if beside is None or (len(text) > 400):
            return False
        fillable = self._spot(beside).kind in _FILLABLE
        return fillable or (self._question_column is not None and len(text.split()) >= 3 and not cell.shaded)

    def _beside(self, cell: CellBlock, row: Row, used: set[str]) -> CellBlock | None:
        """The cell that takes the answer to a cell's question."""
        free = [one for one in row.cells if one.path not in used and one is not cell]
        own = next((one for one in free if one.column == self._answer_column), None)
        if own is not None and self._answer_column is not None:
            return own
        right = [one for one in free if one.column > cell.column]
        nearest = next((one for one in right if self._spot(one).kind in _FILLABLE), None)
        if nearest is None and right and self._spot(right[0]).kind == EMPTY:
            nearest = right[0]
        return nearest

    def _question(self, at: int, cell: CellBlock, row: Row, used: set[str], follows: bool) -> None:
        spot = self._spot(cell)
        used.add(cell.path)
        answer, comment = self._places(at, cell, row, used, follows)
        own_text = cell.text
        if answer is not None and answer.existing and answer.path.startswith(f"{cell.path}/"):
            own_text = "\n".join(one.text for one in split_said(cell.paragraphs)[0])
        own_text = lead_of_blank(own_text).strip() or own_text
        ref, text = typed_ref(spot.printed if spot.boxes else own_text)
        for one in (answer, comment):
            if one is not None:
                used.update(path.path for path in row.cells if self._spot(path) is one)
        refs = [one.text for one in row.cells if one.column < cell.column and _REF_LIKE.fullmatch(one.text)]
        labels = [self._grid.labels[one.path] for one in row.cells if one.path in self._grid.labels]
        place = place_of(self._found.story.sheet, answer, comment, self._found.protection)
        again = follows or follows_up(text)
        own = [flag for one in cell.paragraphs for flag in one.flags]
        own += [Reason.LAYOUT_UNSURE for one in cell.paragraphs if one.said]
        hidden = (Reason.HIDDEN_CONTENT,) if row.hidden else ()
        question = self._found.ask(
            cell,
            text,
            place,
            ref=(refs[0].strip(" .)(") if refs else ref or (labels[0] if labels else ""))
            if not follows
            else "",
            parent=self._found.last if again else None,
            flags=(*own, *hidden),
        )
        if not again:
            self._found.last = question.address

    def _places(
        self, at: int, cell: CellBlock, row: Row, used: set[str], follows: bool
    ) -> tuple[Spot | None, Spot | None]:
        spot = self._spot(cell)
        beside = None if follows else self._beside(cell, row, used)
        if spot.boxes or spot.controls:
            comment = self._spot(beside) if beside is not None and self._spot(beside).kind == EMPTY else None
            return spot, comment
        if beside is None:
            answer, comment = (None, None) if follows else self._labelled_below(at)
            answer = answer or (None if follows else self._row_below(at))
            if answer is not None:
                return answer, comment
            return below_spot(cell), None
        answer = self._spot(beside)
        if answer.kind == TEXT:
            answer.existing = answer.printed
        words = next((one for one in row.cells if one.column == self._comment_column), None)
        comment = (
            self._spot(words) if words is not None and words is not beside and words is not cell else None
        )
        if comment is not None and comment.kind == TEXT:
            if is_wanting(_first_wish(comment.printed)):
                comment = None  # the form asks for more there: a question of its own
            else:
                comment.existing = comment.printed
        if comment is None and answer.kind in _FILLABLE:
            free = [
                one
                for one in row.cells
                if one.column > beside.column and self._spot(one).kind in (EMPTY, CONTROL)
            ]
            comment = self._spot(free[0]) if free and words is None else None
        return answer, comment

    def _labelled_below(self, at: int) -> tuple[Spot | None, Spot | None]:
        """Rows below a question that say "Response" and "Comments", each with a cell beside the word."""
        found: dict[str, Spot] = {}
        for number in range(at + 1, min(at + 3, len(self._table.rows))):
            cells = self._table.rows[number].cells
            label = cells[0].text
            named = next((role.name for role in roles(label) if role.name in (ANSWER, COMMENT)), "")
            if len(cells) != 2 or len(label) > 40 or not named or named in found:
                break
            spot = self._spot(cells[1])
            if spot.kind == TEXT and is_wanting(spot.printed):
                break
            spot.existing = spot.existing or (spot.printed if spot.kind == TEXT else "")
            found[named] = spot
            self._skip.add(number)
            self._found.ignore(cells[0], label, Reason.CONTINUES_QUESTION)
        return found.get(ANSWER, found.get(COMMENT)), found.get(COMMENT) if ANSWER in found else None

    def _row_below(self, at: int) -> Spot | None:
        """An empty row below a question takes its answer."""
        rows = self._table.rows
        if at + 1 >= len(rows):
            return None
        spots = [self._spot(cell) for cell in rows[at + 1].cells]
        if not spots or any(spot.kind == TEXT for spot in spots):
            return None
        self._skip.add(at + 1)
        if spots[0].printed:
            self._found.ignore(rows[at + 1].cells[0], spots[0].printed, Reason.CONTINUES_QUESTION)
        return spots[0]

    def _left_alone(self, row: Row) -> None:
        for cell in row.cells:
            spot = self._spot(cell)
            if spot.printed or spot.boxes or spot.existing:
                text = spot.printed or spot.existing or " / ".join(label for label, _ in spot.boxes)
                self._found.ignore(cell, text, Reason.NO_QUESTION_TEXT)
                return

    def _ignore_row(self, texts: Sequence[CellBlock]) -> None:
        text = " | ".join(cell.text for cell in texts)
        if len(texts) == 1 and len(text) <= 90 and not is_answer_label(text):
            only = texts[0]
            if only.shaded or only.span > 1 or all(one.bold for one in only.paragraphs if one.text):
                self._found.section = text
                self._found.ignore(only, text, Reason.SECTION_HEADING)
                return
        reason = Reason.INSTRUCTION if instructs_in_text(text) or len(text) > 200 else Reason.NOT_A_QUESTION
        self._found.ignore(texts[0], text, reason)


def _first_wish(text: str) -> str:
    """The first line that wants something ("If yes:" / "Describe…"), else the text."""
    return next((line for line in text.split("\n") if is_asking(line) or is_wanting(line)), text)
