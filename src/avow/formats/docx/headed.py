"""Tables with a header row: understood as sheets are (`formats.layout`), the places put back into the document."""

from collections.abc import Sequence

from avow.formats.docx.found import Found
from avow.formats.docx.grids import GridOfTables
from avow.formats.docx.spots import EMPTY, MARK, TEXT, Spot, below_spot, place_of
from avow.formats.docx.texts import ends_asking, is_bullet, split_said
from avow.formats.grid import Book
from avow.formats.layout import understand
from avow.model.questionnaires import (
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    LayoutOverride,
    OptionCell,
    Question,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason


def read_headed(grid: GridOfTables, found: Found, overrides: Sequence[LayoutOverride]) -> SheetLayout | None:
    """Take the questions and other rows of a table with a header into `found`; gives its columns."""
    own = [one.model_copy(update={"sheet": None}) for one in overrides]
    source = SourceFile(name="", sha256="", format="docx")
    understood = understand(Book([grid.grid]), source, own)
    layout = next((one for one in understood.layouts if one.question), None)
    back = _Back(grid, found, layout)
    orders = {cell.path: cell.order for cell in grid.cells.values()}
    stem: Question | None = None
    for one in understood.questions:
        question = back.question(one, stem)
        if question.parent is None:
            stem = question
        found.questions.append((orders[question.address.cell], question))
        found.last = stem.address if stem else None
    for row in understood.ignored:
        spanning = back.spanning(row)
        if spanning is not None:
            found.questions.append((orders[row.address.cell], spanning))
        else:
            found.ignored.append((orders[row.address.cell], row))
    return layout


class _Back:
    """Puts what was understood of a grid back into the document's own terms."""

    def __init__(self, grid: GridOfTables, found: Found, layout: SheetLayout | None) -> None:
        self._grid = grid
        self._found = found
        self._by_path = {cell.path: cell for cell in grid.cells.values()}
        self._free = self._free_column(layout)

    def _free_column(self, layout: SheetLayout | None) -> int | None:
        """A column no heading names, to the right of the questions and empty all the way down: for the answers."""
        if layout is None or layout.answer or layout.comment or layout.options or not layout.header_rows:
            return None
        question = _number(layout.question)
        header = layout.header_rows[0]
        columns = sorted({column for _, column in self._grid.cells if column > question})
        for column in columns:
            below = [cell for (row, one), cell in self._grid.cells.items() if one == column and row > header]
            title = self._grid.cells.get((header, column))
            if (
                below
                and title is not None
                and not title.text
                and all(self._grid.spots[one.path].takes_answer for one in below)
            ):
                return column
        return None

    def question(self, question: Question, stem: Question | None) -> Question:
        """The question with its place in the document; the point of a list follows up the question above it."""
        cell = self._by_path[question.address.cell]
        place = self._place(question.place, question.address)
        update: dict[str, object] = {"place": place, "section": question.section or self._found.section}
        if place.existing and place.answer is not None and place.answer.cell.startswith(f"{cell.path}/"):
            update["text"] = text = "\n".join(one.text for one in split_said(cell.paragraphs)[0])
            question = question.model_copy(update={"text": text})
            if any(one.said for one in cell.paragraphs):
                update["flags"] = tuple(dict.fromkeys((*question.flags, Reason.LAYOUT_UNSURE)))
        if not question.ref and cell.path in self._grid.labels:
            update["ref"] = self._grid.labels[cell.path]
        asked = split_said(cell.paragraphs)[0]
        if asked and is_bullet(asked[0]) and stem is not None:
            # Its own words alone: with the stem before them, points of one list would be too much alike to tell apart.
            update["context"] = stem.text
            update["parent"] = stem.address
        return question.model_copy(update=update)

    def spanning(self, row: IgnoredRow) -> Question | None:
        """A question that runs on into the column for answers, beside other cells: its answer goes below it."""
        cell = self._by_path[row.address.cell]
        if row.reason not in (Reason.SECTION_HEADING, Reason.INSTRUCTION) or not ends_asking(row.text):
            return None
        if cell.span < 2 or cell.span >= max(table.width for table in self._grid.tables):
            return None
        place = place_of(row.address.sheet, below_spot(cell), None, self._found.protection)
        return Question(address=row.address, text=row.text, section=self._found.section, place=place)

    def _place(self, place: AnswerPlace, at: CellAddress) -> AnswerPlace:
        if place.options:
            return self._marks(place)
        if Reason.NO_ANSWER_PLACE in place.blocked and place.answer is None:
            spot = self._beside(at) or below_spot(self._by_path[at.cell])
            return place_of(at.sheet, spot, None, self._found.protection)
        if place.answer is None:
            return place
        answer = self._spot(place.answer)
        comment = self._spot(place.comment) if place.comment else None
        answer.existing = place.existing or (answer.printed if answer.kind == TEXT else "")
        if comment is not None:
            comment.existing = place.existing_comment
        made = place_of(at.sheet, answer, comment, self._found.protection)
        if made.choices is None and place.choices is not None and place.choices.source == "heading":
            made = made.model_copy(update={"choices": place.choices})
        return made.model_copy(update={"blocked": tuple(dict.fromkeys((*place.blocked, *made.blocked)))})

    def _marks(self, place: AnswerPlace) -> AnswerPlace:
        """Separate columns for yes and no: a box in the cell is ticked, an empty cell takes an X."""
        options = []
        blocked = list(place.blocked)
        marked = []
        for one in place.options:
            spot = self._grid.spots.get(one.address.cell)
            if spot is None:
                options.append(one)
                continue
            path = spot.path if spot.kind != TEXT else one.address.cell
            if spot.kind not in (MARK, EMPTY) and spot.boxes:
                path = spot.boxes[0][1].path
            options.append(
                OptionCell(label=one.label, address=CellAddress(sheet=one.address.sheet, cell=path))
            )
            blocked += place_of(one.address.sheet, spot, None, self._found.protection).blocked
            if spot.existing or (spot.kind == TEXT and spot.printed):
                marked.append(one.label)
        comment, note = place.comment, place.existing_comment
        if comment is not None:
            words = place_of(comment.sheet, self._spot(comment), None, self._found.protection)
            comment, note = (words.answer if not words.blocked else None), words.existing
        return place.model_copy(
            update={
                "options": tuple(options),
                "blocked": tuple(dict.fromkeys(blocked)),
                "existing": ", ".join(marked),
                "comment": comment,
                "existing_comment": note,
            }
        )

    def _spot(self, address: CellAddress) -> Spot:
        return self._grid.spots.get(address.cell) or Spot(EMPTY, address.cell, refused=True)

    def _beside(self, at: CellAddress) -> Spot | None:
        if self._free is None:
            return None
        row = next(row for (row, _), cell in self._grid.cells.items() if cell.path == at.cell)
        cell = self._grid.cells.get((row, self._free))
        return self._grid.spots[cell.path] if cell else None


def _number(letters: str | None) -> int:
    from avow.formats.grid import column_number

    return column_number(letters) if letters else 0
