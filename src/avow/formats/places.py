"""Where the answer to a row goes, and what forbids writing there."""

from collections.abc import Sequence

from avow.formats.blanks import UNTICKED, choices_to_make, says_nothing
from avow.formats.grid import cell_name
from avow.formats.tables import Columns, SheetView
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress, OptionCell
from avow.model.reasons import Reason


class Places:
    """Finds the answer places of one table.

    `address` turns (row, column) into the format's cell address; `defaults` are texts that stand in
    the answer column as the form's own default and count as empty; `shared` are the rows of each
    merged answer cell that serves several questions.
    """

    def __init__(self, view: SheetView, question_rows: list[int], csv: bool) -> None:
        self._view = view
        self._questions = set(question_rows)
        self._csv = csv
        self._defaults: dict[int, str | None] = {}

    def address(self, row: int, col: int) -> CellAddress:
        """The contract's address of a cell: `D17`, or for csv `17:4`."""
        own = f"{row}:{col}" if self._csv else cell_name(row, col)
        return CellAddress(sheet=self._view.grid.name, cell=self._view.grid.addresses.get((row, col), own))

    def place(self, row: int, columns: Columns, labels: Sequence[int] = ()) -> AnswerPlace:
        """The answer place of the question in `row`; beside the labels in rows `labels`, where they stand below it."""
        if labels:
            return self._labelled_place(labels, Columns(columns.question, columns.question + 1))
        if columns.options:
            return self._option_place(row, columns)
        if columns.answer is None and columns.comment is None:
            return AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,))
        answer, comment = columns.answer, columns.comment
        if answer is None:
            answer, comment = comment, None
        assert answer is not None  # noqa: S101  # one of the two was there
        blocked, answer_row = self._blocked(row, answer)
        if blocked == (Reason.ANSWER_CELL_LOCKED,) and comment is not None:
            # A greyed-out answer beside an open comment cell: the words are wanted, not the choice.
            comment_blocked, comment_row = self._blocked(row, comment)
            if not comment_blocked:
                answer, comment, blocked, answer_row = comment, None, (), comment_row
        existing = "" if blocked else self._existing(answer_row, answer)
        if existing == UNTICKED and self._holds_boxes(answer):
            blocked, existing = (Reason.ANSWER_CELL_TICK_BOX,), ""
        comment_blocked, comment_row = self._blocked(row, comment) if comment else ((), row)
        writes_comment = comment is not None and not comment_blocked
        note = self._said(comment_row, comment) if comment and writes_comment else ""
        return AnswerPlace(
            answer=self.address(answer_row, answer),
            comment=self.address(comment_row, comment) if comment and writes_comment else None,
            choices=self._choices(answer_row, answer, columns.spelled if answer == columns.answer else ()),
            existing=existing,
            existing_comment=note,
            blocked=blocked,
        )

    def _labelled_place(self, labels: Sequence[int], columns: Columns) -> AnswerPlace:
        answer, *more = (self.place(row, columns) for row in labels)
        if not more or more[0].blocked:
            return answer
        update = {"comment": more[0].answer, "existing_comment": more[0].existing}
        return answer.model_copy(update=update)

    def _option_place(self, row: int, columns: Columns) -> AnswerPlace:
        blocked: list[Reason] = []
        cells = []
        for label, col in columns.options:
            why, at = self._blocked(row, col)
            blocked.extend(why)
            cells.append(OptionCell(label=label, address=self.address(at, col)))
        marks = {label: self._said(row, col) for label, col in columns.options}
        marked = [label for label, mark in marks.items() if mark and mark != UNTICKED]
        if UNTICKED in marks.values() and not marked:
            blocked.append(Reason.ANSWER_CELL_TICK_BOX)
        comment = columns.comment
        note, place = "", None
        if comment is not None:
            why, at = self._blocked(row, comment)
            if not why:
                note, place = self._said(at, comment), self.address(at, comment)
        return AnswerPlace(
            comment=place,
            choices=AnswerChoices(options=tuple(label for label, _ in columns.options), source="columns"),
            options=tuple(cells),
            existing=", ".join(marked),
            existing_comment=note,
            blocked=tuple(dict.fromkeys(blocked)),
        )

    def _blocked(self, row: int, col: int) -> tuple[tuple[Reason, ...], int]:
        """Why the cell may not be written to, and the row of the cell that really takes the text."""
        grid = self._view.grid
        area = self._view.merge_at(row, col)
        at = row
        if area is not None and (area.first_row, area.first_col) != (row, col):
            if area.first_col != col:
                return (Reason.ANSWER_CELL_COVERED,), row
            at = area.first_row
        if area is not None and area.last_row > area.first_row:
            served = sum(
                1
                for one in range(area.first_row, min(area.last_row, area.first_row + 5000) + 1)
                if one in self._questions
            )
            if served > 1 or at not in self._questions:
                return (Reason.ANSWER_CELL_SHARED,), row
        cell = grid.cells.get((at, col))
        if cell is not None and cell.formula:
            return (Reason.FORMULA_IN_ANSWER,), at
        if grid.protected and (cell.locked if cell is not None else col not in grid.unlocked_columns):
            return (Reason.ANSWER_CELL_LOCKED,), at
        return (), at

    def _choices(self, row: int, col: int, spelled: tuple[str, ...]) -> AnswerChoices | None:
        found = self._view.choice_at(row, col)
        if found is not None:
            # An unresolvable list still limits the cell: no options, so that nothing fits it by guess.
            return AnswerChoices(options=found.options, source=found.source)
        own = choices_to_make(self._view.text(row, col))
        if own:
            return AnswerChoices(options=own, source="cell")
        return AnswerChoices(options=spelled, source="heading") if spelled else None

    def _existing(self, row: int, col: int) -> str:
        text = self._said(row, col)
        return "" if text and (text == self._default(col) or choices_to_make(text)) else text

    def _said(self, row: int, col: int) -> str:
        """What somebody said in a cell: nothing where it holds an empty box or a prompt."""
        text = self._view.text(row, col)
        return "" if says_nothing(text) else text

    def _holds_boxes(self, col: int) -> bool:
        """Whether a column holds boxes nobody has ticked, rather than answers of which some say false."""
        said = {text for row in self._questions if (text := self._view.text(row, col))}
        no_list = not any(self._view.choice_at(row, col) for row in sorted(self._questions)[:20])
        return said == {UNTICKED} and no_list

    def _default(self, col: int) -> str | None:
        """A choice that stands in nearly every row is the form's default, not an answer."""
        if col not in self._defaults:
            rows = sorted(self._questions)
            texts = [self._view.text(row, col) for row in rows]
            common = max(set(texts), key=texts.count) if texts else ""
            options = next((one.options for row in rows[:20] if (one := self._view.choice_at(row, col))), ())
            uniform = bool(common) and len(texts) >= 5 and texts.count(common) >= 0.9 * len(texts)
            says_nothing = common.casefold() not in {"yes", "no", "y", "n", "n/a", "x"}
            self._defaults[col] = common if uniform and common in options and says_nothing else None
        return self._defaults[col]

    def default_in(self, columns: Columns) -> str | None:
        """The form's own default text in the answer column, where there is one."""
        return self._default(columns.answer) if columns.answer else None
