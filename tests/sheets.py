"""Sheets from rows of text: `|` between cells, `*text*` bold, `=text` a formula with that stored value."""

from collections.abc import Iterable, Mapping
from textwrap import dedent

from avow.formats.grid import Area, Book, Cell, ChoiceList, SheetGrid, column_number
from avow.formats.layout import understand
from avow.model.questionnaires import LayoutOverride, Questionnaire, SourceFile

SOURCE = SourceFile(name="form.xlsx", sha256="0" * 64, format="xlsx")


def area(ref: str) -> Area:
    first, _, last = ref.partition(":")
    (row, col), (end_row, end_col) = _at(first), _at(last or first)
    return Area(row, col, end_row, end_col)


def _at(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :]), column_number(letters)


def sheet(
    rows: str,
    *,
    name: str = "Form",
    first_row: int = 1,
    merges: Iterable[str] = (),
    lists: Mapping[str, tuple[str, ...]] | None = None,
    unlocked: Iterable[str] = (),
    protected: bool = False,
    hidden_rows: Iterable[int] = (),
    state: str = "visible",
    copies: Mapping[str, str] | None = None,
) -> SheetGrid:
    """A grid; an empty line is an empty row. `lists`: area -> dropdown options; `copies`: cell -> `Sheet!B2`."""
    grid = SheetGrid(name=name, state=state, protected=protected, hidden_rows=set(hidden_rows))
    for row, line in enumerate(dedent(rows).strip("\n").split("\n"), start=first_row):
        for col, raw in enumerate(line.split("|"), start=1):
            text = raw.strip()
            bold = len(text) > 2 and text.startswith("*") and text.endswith("*")
            formula = text.startswith("=")
            text = text.strip("*") if bold else text.removeprefix("=")
            if text or formula:
                grid.cells[row, col] = Cell(
                    row,
                    col,
                    text,
                    formula=formula,
                    has_value=bool(text) or not formula,
                    bold=bold,
                    error=text.startswith("#REF"),
                )
    grid.merges = [area(ref) for ref in merges]
    grid.choices = [ChoiceList((area(ref),), options, "validation") for ref, options in (lists or {}).items()]
    for ref in unlocked:
        one = area(ref)
        for row in range(one.first_row, one.last_row + 1):
            for col in range(one.first_col, one.last_col + 1):
                grid.cells.setdefault((row, col), Cell(row, col)).locked = False
    for ref, target in (copies or {}).items():
        grid.formulas_of_other_sheets[_at(ref)] = target
    return grid


def read(*grids: SheetGrid, by_hand: LayoutOverride | None = None) -> Questionnaire:
    """What is understood of the sheets."""
    return understand(Book(list(grids)), SOURCE, [by_hand] if by_hand else [])


def questions(found: Questionnaire) -> dict[str, str]:
    """Question cell -> text."""
    return {one.address.cell: one.text for one in found.questions}


def ignored(found: Questionnaire) -> dict[str, str]:
    """Ignored cell -> reason code."""
    return {one.address.cell: one.reason.value for one in found.ignored}


def answers(found: Questionnaire) -> dict[str, str]:
    """Question cell -> answer cell, "-" where there is none, "!" and the reason where it is blocked."""
    shown = {}
    for one in found.questions:
        place = one.place
        shown[one.address.cell] = (
            "!" + place.blocked[0].value if place.blocked else place.answer.cell if place.answer else "-"
        )
    return shown
