"""Cell and range references in formulas and `sqref` lists, turned into areas. Nothing is evaluated."""

import re
from dataclasses import dataclass
from functools import lru_cache

from avow.formats.grid import Area, column_letters, column_number

MAX_ROW = 1_048_576
MAX_COL = 16_384
_LONGEST_REPEAT = 400  # characters of a formula that does no more than repeat a cell

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_QUALIFIED = re.compile(r"(?:'((?:[^'\[\]]|'')+)'|([^'!\[\]\s(),:;\"]+))!(.+)", re.DOTALL)

# Formulas that show another cell's text and nothing besides; both groups must be the same reference.
_SHOWN_AS_IS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r'IF\(([^(),]+)="",\s*"",\s*([^(),]+)\)',
        r'IF\(([^(),]+)<>"",\s*([^(),]+),\s*""\)',
        r'IF\(ISBLANK\(([^(),]+)\),\s*"",\s*([^(),]+)\)',
        r"(?:TRIM|CLEAN|T)\(([^(),]+)()\)",
        r'([^(),]+)&""()',
    )
)


@dataclass(slots=True, frozen=True)
class CellReference:
    """A reference to one cell of another sheet, with what is fixed by `$`."""

    sheet: str
    row: int
    col: int
    row_fixed: bool
    col_fixed: bool

    def moved(self, rows: int, cols: int) -> "CellReference":
        """As a shared formula reads it `rows` down and `cols` to the right of its master."""
        return CellReference(
            self.sheet,
            self.row if self.row_fixed else self.row + rows,
            self.col if self.col_fixed else self.col + cols,
            self.row_fixed,
            self.col_fixed,
        )

    def __str__(self) -> str:
        return f"{self.sheet}!{column_letters(self.col)}{self.row}"


def split_sheet(reference: str) -> tuple[str | None, str]:
    """`'My sheet'!A1` -> ("My sheet", "A1"); without a sheet (None, reference)."""
    found = _QUALIFIED.fullmatch(reference.strip())
    if not found:
        return None, reference.strip()
    return (found[1].replace("''", "'") if found[1] else found[2]), found[3].strip()


def other_sheet_cell(formula: str) -> CellReference | None:
    """The cell a formula repeats when it shows another sheet's cell and nothing besides, else None."""
    if "!" not in formula or len(formula) > _LONGEST_REPEAT:
        return None
    sheet, rest = split_sheet(_unwrapped(formula.strip().lstrip("=+")))
    found = _CELL.fullmatch(rest)
    if sheet is None or not found:
        return None
    place = parse_area(rest)
    return (
        CellReference(sheet, place.first_row, place.first_col, bool(found[3]), bool(found[1]))
        if place
        else None
    )


def _unwrapped(formula: str) -> str:
    for pattern in _SHOWN_AS_IS:
        found = pattern.fullmatch(formula)
        if found and found[2].strip() in ("", found[1].strip()):
            return found[1].strip()
    return formula


def parse_cell(name: str) -> tuple[int, int] | None:
    """`D17` -> (17, 4); None for anything else."""
    found = _CELL.fullmatch(name)
    if not found:
        return None
    row, col = int(found[4]), _column(found[2])
    return (row, col) if 1 <= row <= MAX_ROW and 1 <= col <= MAX_COL else None


def parse_area(reference: str) -> Area | None:
    """`A1`, `A1:B5`, `A:A` or `2:3`, with or without `$`; None for anything else or outside a sheet."""
    whole = _COLUMNS.fullmatch(reference)
    if whole:
        cols = sorted((_column(whole[1]), _column(whole[2])))
        return _checked(1, cols[0], MAX_ROW, cols[1])
    whole = _ROWS.fullmatch(reference)
    if whole:
        rows = sorted((int(whole[1]), int(whole[2])))
        return _checked(rows[0], 1, rows[1], MAX_COL)
    first, _, last = reference.partition(":")
    start = _CELL.fullmatch(first)
    end = _CELL.fullmatch(last) if last else start
    if not start or not end:
        return None
    rows = sorted((int(start[4]), int(end[4])))
    cols = sorted((_column(start[2]), _column(end[2])))
    return _checked(rows[0], cols[0], rows[1], cols[1])


def is_fixed(reference: str) -> bool:
    """Whether every row and column in a range is fixed by `$`, so that it means the same from every cell."""
    if _COLUMNS.fullmatch(reference) or _ROWS.fullmatch(reference):
        return all(end.startswith("$") for end in reference.split(":"))
    return all((found := _CELL.fullmatch(end)) and found[1] and found[3] for end in reference.split(":"))


def parse_areas(sqref: str) -> tuple[Area, ...]:
    """The areas of a `sqref` list; those that follow each other in a column become one, unreadable ones go."""
    areas: list[Area] = []
    for part in sqref.split():
        area = parse_area(part)
        if area is None:
            continue
        last = areas[-1] if areas else None
        if (
            last
            and (last.first_col, last.last_col) == (area.first_col, area.last_col)
            and area.first_row == last.last_row + 1
        ):
            areas[-1] = Area(last.first_row, last.first_col, area.last_row, last.last_col)
        else:
            areas.append(area)
    return tuple(areas)


@lru_cache(maxsize=MAX_COL)
def _column(letters: str) -> int:
    try:
        return column_number(letters)
    except ValueError:
        return 0


def _checked(first_row: int, first_col: int, last_row: int, last_col: int) -> Area | None:
    if first_row >= 1 and last_row <= MAX_ROW and first_col >= 1 and last_col <= MAX_COL:
        return Area(first_row, first_col, last_row, last_col)
    return None
