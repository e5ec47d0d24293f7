"""Over generated sheets: every non-empty row is a question or an ignored row, and no cell comes twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from avow.formats.grid import Area, Book, Cell, ChoiceList, SheetGrid
from avow.formats.layout import understand
from avow.model.questionnaires import LayoutOverride
from sheets import SOURCE

TEXTS = st.sampled_from(
    [
        "ID",
        "Question",
        "Control",
        "Response",
        "Answer",
        "Comments",
        "Section",
        "Yes",
        "No",
        "N/A",
        "Status",
        "Frage",
        "Antwort",
        "Is MFA enforced?",
        "Do you encrypt backups?",
        "If yes, describe",
        "Please describe.",
        "Note: read this",
        "1.1",
        "A-2",
        "x",
        "Access control",
        "Backups are encrypted and tested every month by the operations team.",
        "[Deleted]",
        "Total",
        "   ",
        "",
        "?",
        "Please complete the sheet below and return it to us within ten working days of receiving it, thank you very much.",
    ]
)


@st.composite
def cells(draw: st.DrawFn, row: int, col: int) -> Cell:
    kind = draw(st.integers(0, 12))
    cell = Cell(row, col, draw(TEXTS), bold=draw(st.booleans()), locked=draw(st.booleans()))
    if kind == 0:
        cell.formula, cell.has_value = True, bool(cell.text)
    elif kind == 1:
        cell.text, cell.error = "#REF!", True
    return cell


@st.composite
def grids(draw: st.DrawFn, name: str) -> SheetGrid:
    height, width = draw(st.integers(1, 10)), draw(st.integers(1, 6))
    grid = SheetGrid(
        name=name, protected=draw(st.booleans()), state=draw(st.sampled_from(["visible", "hidden"]))
    )
    for row in range(1, height + 1):
        for col in range(1, width + 1):
            if draw(st.integers(0, 3)):
                grid.cells[row, col] = draw(cells(row, col))
    for _ in range(draw(st.integers(0, 2))):
        row, col = draw(st.integers(1, height)), draw(st.integers(1, width))
        grid.merges.append(Area(row, col, row + draw(st.integers(0, 2)), col + draw(st.integers(0, 2))))
    if draw(st.booleans()):
        col = draw(st.integers(1, width))
        grid.choices.append(ChoiceList((Area(1, col, height, col),), ("Yes", "No"), "validation"))
    if draw(st.booleans()):
        grid.formulas_of_other_sheets[draw(st.integers(1, height)), draw(st.integers(1, width))] = "One!B2"
    grid.hidden_rows = draw(st.sets(st.integers(1, height), max_size=2))
    return grid


OVERRIDES = st.one_of(
    st.none(),
    st.builds(
        LayoutOverride,
        question=st.sampled_from([None, "A", "B", "C"]),
        answer=st.sampled_from([None, "B", "D"]),
        ref=st.sampled_from([None, "A"]),
        header_row=st.sampled_from([None, 1, 3]),
    ),
)


@settings(max_examples=400, deadline=None)
@given(grids("One"), grids("Two"), st.sampled_from(["xlsx", "csv"]), OVERRIDES)
def test_every_row_is_accounted_for_once(
    one: SheetGrid, two: SheetGrid, form: str, by_hand: LayoutOverride | None
) -> None:
    found = understand(
        Book([one, two]), SOURCE.model_copy(update={"format": form}), [by_hand] if by_hand else []
    )
    addresses = [entry.address for entry in (*found.questions, *found.ignored)]
    assert len(addresses) == len(set(addresses))
    seen = {(entry.sheet, row_of(entry.cell)) for entry in addresses}
    expected = {
        (grid.name, cell.row)
        for grid in (one, two)
        for cell in grid.cells.values()
        if cell.text.strip() or cell.formula or cell.error
    }
    assert seen == expected


@settings(max_examples=200, deadline=None)
@given(grids("One"))
def test_no_answer_cell_serves_two_questions_or_holds_a_formula(grid: SheetGrid) -> None:
    found = understand(Book([grid]), SOURCE)
    places = [one.place for one in found.questions if one.place.can_be_written]
    targets = [place.answer for place in places if place.answer] + [
        one.address for place in places for one in place.options
    ]
    assert len(targets) == len(set(targets))
    names = {f"{chr(64 + cell.col)}{cell.row}": cell for cell in grid.cells.values()}
    assert not any((cell := names.get(target.cell)) and cell.formula for target in targets)


def row_of(cell: str) -> int:
    return int(cell.partition(":")[0]) if ":" in cell else int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
