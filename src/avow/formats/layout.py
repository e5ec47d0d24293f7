"""From a grid of cells to a questionnaire: each non-empty row becomes a question or an ignored row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from avow.errors import AvowError
from avow.formats.asking import follows_up, instructs, is_removed
from avow.formats.columns_by_hand import adjusted, tables_by_hand
from avow.formats.copied_rows import copied_rows
from avow.formats.grid import Book, Cell, SheetGrid, column_letters
from avow.formats.headerless import tables_without_header
from avow.formats.headings import asks
from avow.formats.joined_rows import JoinedRows, joined_rows
from avow.formats.places import Places
from avow.formats.row_kinds import is_upper_header, repeats_labels, stands_out
from avow.formats.tables import Columns, SheetView, Table, find_tables, has_empty_table
from avow.model.questionnaires import (
    CellAddress,
    IgnoredRow,
    LayoutOverride,
    Note,
    Question,
    Questionnaire,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason

_TOTAL = re.compile(
    r"\W*(sub ?|grand )?(totals?|average|score|summe|gesamt)( score| points)?\W*", re.IGNORECASE
)


@dataclass
class _Found:
    questions: list[Question] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    layouts: list[SheetLayout] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def understand(book: Book, source: SourceFile, overrides: Iterable[LayoutOverride] = ()) -> Questionnaire:
    """What a book holds: questions with their answer places, and every other non-empty row with a reason.

    `overrides` set columns by hand for a sheet, or (sheet None) for every sheet that has rows.
    Raises AvowError for a sheet that is not there.
    """
    by_hand = list(overrides)
    _refuse_unknown_sheets(by_hand, book, source.name)
    csv = source.format in ("csv", "tsv")
    views = [SheetView(grid) for grid in book.sheets]
    found = _Found(notes=list(book.notes))
    named = any(one.question for one in by_hand)
    headed = named or any(find_tables(view) or has_empty_table(view) for view in views)
    copies = copied_rows(book)
    for view in views:
        override = next((one for one in by_hand if one.sheet in (None, view.grid.name)), None)
        _understand_sheet(view, override, not headed, csv, copies, found)
    formulas = sum(cell.formula for grid in book.sheets for cell in grid.cells.values())
    if formulas and found.questions:
        message = (
            f"{formulas:,} formulas keep their stored values until the spreadsheet calculates them again"
        )
        found.notes.append(Note(reason=Reason.FORMULAS_RECALCULATE, message=message))
    return Questionnaire(
        source=source,
        questions=tuple(found.questions),
        ignored=tuple(found.ignored),
        layouts=tuple(found.layouts),
        notes=tuple(found.notes),
    )


def _refuse_unknown_sheets(by_hand: list[LayoutOverride], book: Book, name: str) -> None:
    sheets = [grid.name for grid in book.sheets]
    unknown = next((one.sheet for one in by_hand if one.sheet is not None and one.sheet not in sheets), None)
    if unknown is not None:
        raise AvowError(
            f"{name}: there is no sheet {unknown!r}; its sheets are {', '.join(map(repr, sheets))}"
        )


def _understand_sheet(
    view: SheetView,
    override: LayoutOverride | None,
    alone: bool,
    csv: bool,
    copies: dict[tuple[str, int, int], Reason],
    found: _Found,
) -> None:
    grid = view.grid
    if not view.rows:
        found.layouts.append(SheetLayout(sheet=grid.name, state=grid.state))
        return
    tables = tables_by_hand(view, override) if override else find_tables(view)
    if not tables:
        tables = tables_without_header(view, alone=alone)
        if tables:
            found.notes.append(
                Note(reason=Reason.HEADER_MISSING, message=tables[0].assumptions[0], where=grid.name)
            )
        if override:
            tables = [adjusted(table, override) for table in tables]
    if grid.protected:
        found.notes.append(
            Note(reason=Reason.SHEET_PROTECTED, message="only unlocked cells are answered", where=grid.name)
        )
    for table in tables:
        names = [view.text(row, one.question) for row in table.header_rows for one in table.columns]
        if len(table.columns) > 1:
            message = f"several columns are headed {names[0]!r}"
            found.notes.append(Note(reason=Reason.HEADER_AMBIGUOUS, message=message, where=grid.name))
    reader = _RowReader(view, tables, csv, copies, found)
    reader.read()
    found.layouts.append(_sheet_layout(grid, tables, reader.assumptions, csv))


class _RowReader:
    """Goes down one sheet, row by row, and sorts each row into questions and ignored rows."""

    def __init__(
        self,
        view: SheetView,
        tables: list[Table],
        csv: bool,
        copies: dict[tuple[str, int, int], Reason],
        found: _Found,
    ) -> None:
        self._view = view
        self._tables = tables
        self._found = found
        self._copies = copies
        self._csv = csv
        self._section = ""
        self._last: CellAddress | None = None
        self.assumptions: list[str] = []
        self._asked: dict[tuple[int, int], list[int]] = {}
        self._joined: dict[tuple[int, int], JoinedRows] = {}
        for table in tables:
            for columns in table.columns:
                rows = self._asked_rows(table, columns)
                self._asked[id(table), columns.question] = rows
                self._joined[id(table), columns.question] = joined_rows(view, rows, columns)
        self._places = {id(table): self._places_of(table) for table in tables}
        self._has_refs = {id(table): self._refs_share(table) for table in tables}

    def _asked_rows(self, table: Table, columns: Columns) -> list[int]:
        rows = [row for row in self._view.rows if table.first <= row <= table.last]
        return [row for row in rows if self._view.text(row, columns.question)]

    def _places_of(self, table: Table) -> Places:
        asked = {
            row
            for columns in table.columns
            for row in self._asked[id(table), columns.question]
            if row not in self._joined[id(table), columns.question].goes_on
        }
        rows = [row for row in self._view.rows if row in asked]
        places = Places(self._view, rows, self._csv)
        for columns in table.columns:
            default = places.default_in(columns)
            if default:
                self.assumptions.append(
                    f"{default!r} stands in the answer cells as the form's default and is replaced"
                )
        return places

    def _refs_share(self, table: Table) -> float:
        ref = table.columns[0].ref
        if ref is None:
            return 0.0
        rows = [row for row in self._view.rows if table.first <= row <= table.last][:400]
        asked = [row for row in rows if self._view.text(row, table.columns[0].question)]
        return sum(1 for row in asked if self._view.text(row, ref)) / max(1, len(asked))

    def read(self) -> None:
        """Sort every non-empty row of the sheet."""
        for row, cells in self._view.rows.items():
            table = next((one for one in self._tables if one.first <= row <= one.last), None)
            if any(row in one.header_rows for one in self._tables):
                self._ignore(cells[0], Reason.HEADER)
                self._section = "" if not table else self._section
            elif table is None:
                upper = is_upper_header(self._view, self._tables, row)
                self._ignore(cells[0], Reason.HEADER if upper else self._outside(cells))
            else:
                self._table_row(row, cells, table)

    def _outside(self, cells: list[Cell]) -> Reason:
        if not self._tables:
            return Reason.NO_QUESTION_COLUMN
        text = " ".join(cell.text for cell in cells)
        return Reason.INSTRUCTION if len(text) > 80 or instructs(text) else Reason.NOT_A_QUESTION

    def _table_row(self, row: int, cells: list[Cell], table: Table) -> None:
        before = len(self._found.questions)
        for columns in table.columns:
            cell = self._view.grid.cells.get((row, columns.question))
            if cell is not None and (cell.text.strip() or cell.formula or cell.error):
                self._question_cell(row, cells, cell, columns, table)
        if len(self._found.questions) == before and not self._accounted(row):
            self._without_question(cells, table)

    def _accounted(self, row: int) -> bool:
        ignored = self._found.ignored
        return bool(ignored) and ignored[-1].address in {self._at(cell) for cell in self._view.rows[row]}

    def _question_cell(self, row: int, cells: list[Cell], cell: Cell, columns: Columns, table: Table) -> None:
        text = cell.text.strip()
        joined = self._joined[id(table), columns.question]
        copied = self._copies.get((self._view.grid.name, row, cell.col))
        if copied:
            self._ignore(cell, copied)
        elif row in joined.goes_on:
            self._ignore(cell, Reason.CONTINUES_QUESTION)
        elif joined.is_label(row):
            self._ignore(cell, Reason.HEADER)
        elif repeats_labels(self._view, row, table, columns):
            self._section = text
            self._ignore(cell, Reason.SECTION_HEADING)
        elif is_removed(text):
            self._ignore(cell, Reason.SKIPPED_BY_FORM)
        elif (
            cell.has_value
            and not cell.error
            and (reason := self._not_asking(row, cells, cell, columns, table))
        ):
            if reason is Reason.SECTION_HEADING:
                self._section = text
            self._ignore(cell, reason)
        elif row in joined.headed:
            self._ignore(cell, Reason.CONTINUES_QUESTION)
        else:
            self._ask(row, cell, columns, table, joined)

    def _not_asking(
        self, row: int, cells: list[Cell], cell: Cell, columns: Columns, table: Table
    ) -> Reason | None:
        """Why a text in the question column is no question, or None where it is one."""
        text = cell.text.strip()
        ref = self._view.text(row, columns.ref) if columns.ref else ""
        choice = columns.answer is not None and self._view.choice_at(row, columns.answer) is not None
        if ref or choice:
            return None
        area = self._view.merge_at(row, cell.col)
        crosses = area is not None and any(
            area.first_col <= col <= area.last_col and col != cell.col
            for col in (columns.answer, columns.comment, *(col for _, col in columns.options))
            if col is not None
        )
        alone = len([one for one in cells if one.text.strip()]) == 1
        marked = cell.bold or cell.filled
        expects_ref = self._has_refs[id(table)] >= 0.8
        short = len(text) <= 90
        if asks(text) and not crosses and not instructs(text):
            return None
        if crosses or (alone and (marked or expects_ref)):
            return Reason.SECTION_HEADING if short and not instructs(text) else Reason.INSTRUCTION
        if instructs(text):
            return Reason.INSTRUCTION
        if _TOTAL.fullmatch(text):
            return Reason.NOT_A_QUESTION
        if alone and stands_out(self._view, row, self._asked[id(table), columns.question], columns):
            return Reason.SECTION_HEADING
        if expects_ref and short and len(text.split()) < 4:
            return Reason.NOT_A_QUESTION
        return None

    def _without_question(self, cells: list[Cell], table: Table) -> None:
        texts = [cell for cell in cells if cell.text.strip()]
        used = {col for one in table.columns for col in (one.answer, one.comment, *one.section) if col}
        stray = [
            cell
            for cell in texts
            if cell.col not in used and cell.text.strip().endswith("?") and asks(cell.text)
        ]
        if stray:
            for cell in stray:
                self._ask_aside(cell)
        elif len(texts) == 1 and len(texts[0].text.strip()) <= 90 and not texts[0].formula:
            self._section = texts[0].text.strip()
            self._ignore(texts[0], Reason.SECTION_HEADING)
        elif len(texts) <= 2 and any(len(cell.text) > 90 for cell in texts):
            self._ignore(cells[0], Reason.INSTRUCTION)
        else:
            self._ignore(cells[0], Reason.NO_QUESTION_TEXT)

    def _ask(self, row: int, cell: Cell, columns: Columns, table: Table, joined: JoinedRows) -> None:
        cells = self._cells_of(row, cell, columns, joined)
        text = "\n".join(one.text.strip() for one in cells)
        place = self._places[id(table)].place(row, columns, joined.labels.get(row, ()))
        flags = [flag for one in cells for flag in (*one.flags, *self._cell_flags(one))]
        if not table.sure:
            flags.append(Reason.LAYOUT_UNSURE)
        address = self._at(cell)
        follows = follows_up(text)
        ref = self._view.text(row, columns.ref) if columns.ref else ""
        self._found.questions.append(
            Question(
                address=address,
                text=text,
                section=self._section_of(row, columns),
                ref=ref,
                place=place,
                parent=self._last if follows else None,
                flags=tuple(dict.fromkeys(flags)),
            )
        )
        if not follows:
            self._last = address

    def _cells_of(self, row: int, cell: Cell, columns: Columns, joined: JoinedRows) -> list[Cell]:
        """The cells a question is written in: its own, those it goes on in, and before them its stem's."""
        rows = joined.parts.get(row, [row])
        if row in joined.stems:
            rows = [joined.stems[row], *rows]
        found = [self._view.grid.cells.get((one, columns.question)) for one in rows]
        return [one for one in found if one is not None] or [cell]

    def _ask_aside(self, cell: Cell) -> None:
        flags = (*cell.flags, *self._cell_flags(cell), Reason.LAYOUT_UNSURE)
        self._found.questions.append(
            Question(
                address=self._at(cell),
                text=cell.text.strip(),
                section=self._section,
                flags=tuple(dict.fromkeys(flags)),
            )
        )

    def _cell_flags(self, cell: Cell) -> Iterable[Reason]:
        grid = self._view.grid
        if cell.error:
            yield Reason.CELL_ERROR
        if cell.formula and not cell.has_value:
            yield Reason.FORMULA_WITHOUT_VALUE
        if grid.state != "visible" or cell.row in grid.hidden_rows or cell.col in grid.hidden_cols:
            yield Reason.HIDDEN_CONTENT

    def _section_of(self, row: int, columns: Columns) -> str:
        parts = [self._view.spread_text(row, col) for col in columns.section]
        own = " / ".join(dict.fromkeys(part for part in parts if part))
        return own or self._section

    def _at(self, cell: Cell) -> CellAddress:
        own = f"{cell.row}:{cell.col}" if self._csv else f"{column_letters(cell.col)}{cell.row}"
        held = self._view.grid.addresses.get((cell.row, cell.col), own)
        return CellAddress(sheet=self._view.grid.name, cell=held)

    def _ignore(self, cell: Cell, reason: Reason) -> None:
        self._found.ignored.append(IgnoredRow(address=self._at(cell), text=cell.text.strip(), reason=reason))


def _sheet_layout(grid: SheetGrid, tables: list[Table], assumptions: list[str], csv: bool) -> SheetLayout:
    if not tables:
        return SheetLayout(sheet=grid.name, state=grid.state)

    def letters(col: int | None) -> str | None:
        return None if col is None else str(col) if csv else column_letters(col)

    columns = tables[0].columns[0]
    said = [*assumptions, *(one for table in tables for one in table.assumptions)]
    return SheetLayout(
        sheet=grid.name,
        state=grid.state,
        header_rows=tuple(row for table in tables for row in table.header_rows),
        question=letters(columns.question),
        answer=letters(columns.answer),
        comment=letters(columns.comment),
        ref=letters(columns.ref),
        section=letters(columns.section[0]) if columns.section else None,
        options=tuple((label, letters(col) or "") for label, col in columns.options),
        confidence=min(table.confidence for table in tables),
        assumptions=tuple(dict.fromkeys(said)),
    )
