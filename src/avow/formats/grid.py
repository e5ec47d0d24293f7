"""A sheet as a grid of cells: what every tabular format is read into, and what `layout` understands.

Plain slotted classes, not model values: a workbook has hundreds of thousands of cells, and the grid
never leaves `formats`.
"""

from dataclasses import dataclass, field

from avow.model.questionnaires import Note
from avow.model.reasons import Reason


@dataclass(slots=True)
class Cell:
    """One non-empty cell, or an empty one that has a style of its own.

    `text` is what a person sees as text (numbers and dates as written, rich text joined, phonetic
    runs left out, `_xHHHH_` decoded); "" for an empty cell. `formula`: the cell holds a formula, and
    `text` is its stored value; `has_value` is False for a formula whose value is not stored.
    `error`: the value is a spreadsheet error such as #REF!. `flags` are findings about the text.
    """

    row: int
    col: int
    text: str = ""
    formula: bool = False
    has_value: bool = True
    error: bool = False
    bold: bool = False
    filled: bool = False  # has a fill colour other than none / white
    locked: bool = True  # matters only on a protected sheet
    flags: tuple[Reason, ...] = ()


@dataclass(slots=True, frozen=True)
class Area:
    """A rectangle of cells, rows and columns 1-based and inclusive."""

    first_row: int
    first_col: int
    last_row: int
    last_col: int

    def holds(self, row: int, col: int) -> bool:
        """Whether the cell lies inside."""
        return self.first_row <= row <= self.last_row and self.first_col <= col <= self.last_col


@dataclass(slots=True, frozen=True)
class ChoiceList:
    """A dropdown: the cells it applies to, its options as written, and where it was found.

    `source`: `validation` or `extension-validation`. `options` is empty when the list could not be
    resolved (a formula Avow does not evaluate); `formula` then says what it was.
    """

    areas: tuple[Area, ...]
    options: tuple[str, ...]
    source: str
    formula: str = ""


@dataclass(slots=True)
class SheetGrid:
    """One sheet. `cells` by (row, column), 1-based. `state`: visible, hidden or veryHidden."""

    name: str
    state: str = "visible"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    choices: list[ChoiceList] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    protected: bool = False
    unlocked_columns: set[int] = field(default_factory=set)  # whole columns styled unlocked
    formulas_of_other_sheets: dict[tuple[int, int], str] = field(default_factory=dict)
    # Where a cell stands, in a format whose cells have no letters and numbers of their own.
    addresses: dict[tuple[int, int], str] = field(default_factory=dict)

    def text(self, row: int, col: int) -> str:
        """The text of a cell, "" where there is none."""
        cell = self.cells.get((row, col))
        return cell.text if cell else ""


@dataclass(slots=True)
class Book:
    """A workbook (csv: one sheet named ""): its sheets in order, and notes about the file as a whole."""

    sheets: list[SheetGrid]
    notes: list[Note] = field(default_factory=list)


def column_letters(col: int) -> str:
    """`1` -> `A`, `28` -> `AB`. Raises ValueError below 1."""
    if col < 1:
        raise ValueError(f"column {col} is not a column")
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """`A` -> 1, `AB` -> 28. Raises ValueError for anything but A to XFD."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"{letters!r} is not a column; write letters such as C")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16384:
        raise ValueError(f"{letters!r} is not a column; write A to XFD")
    return number


def cell_name(row: int, col: int) -> str:
    """`(17, 4)` -> `D17`."""
    return f"{column_letters(col)}{row}"
