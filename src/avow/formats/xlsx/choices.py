"""Dropdown lists: what a list validation's formula stands for, without evaluating anything."""

import csv
import re
from collections.abc import Iterable, Mapping

from avow.formats.grid import Area, ChoiceList, SheetGrid
from avow.formats.xlsx.references import is_fixed, parse_area, parse_areas, split_sheet
from avow.formats.xlsx.sheet import Validation
from avow.formats.xlsx.workbook import Workbook

MAX_OPTIONS = 2_000  # a longer list is not a choice of wordings
_MAX_HOPS = 8  # names that refer to names
_INDIRECT = re.compile(r'INDIRECT\(\s*"([^"]+)"\s*\)', re.IGNORECASE)


class ChoiceResolver:
    """Resolves list formulas against the sheets already read. Lists are shared between validations."""

    def __init__(self, book: Workbook, grids: Mapping[str, SheetGrid]) -> None:
        """`grids` by lower-case sheet name."""
        self._book = book
        self._grids = grids
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def choice_list(self, sheet: str, validation: Validation) -> ChoiceList | None:
        """The dropdown of a validation on `sheet`; None when it applies to no cell."""
        areas = parse_areas(validation.sqref)
        if not areas:
            return None
        formula = validation.formula.removeprefix("=")
        if validation.literal:
            options = _quoted_list(validation.literal)
        else:
            options = self._options(sheet, formula, single=_is_single(areas))
        source = "extension-validation" if validation.extension else "validation"
        return ChoiceList(areas, options, source, "" if options else validation.literal or formula)

    def _options(self, sheet: str, formula: str, *, single: bool) -> tuple[str, ...]:
        if len(formula) >= 2 and formula[0] == '"' and formula[-1] == '"':
            return _unique(formula[1:-1].replace('""', '"').split(","))
        key = (sheet, formula + ("" if single else "*"))
        if key not in self._known:
            self._known[key] = self._referred(sheet, formula, single=single)
        return self._known[key]

    def _referred(self, sheet: str, formula: str, *, single: bool) -> tuple[str, ...]:
        """The texts in the range a formula names, () for anything but a range, a name, a fixed INDIRECT."""
        for _ in range(_MAX_HOPS):
            indirect = _INDIRECT.fullmatch(formula)
            if indirect:
                formula = indirect[1]
            named_sheet, rest = split_sheet(formula)
            place = sheet if named_sheet is None else named_sheet
            area = parse_area(rest)
            if area is not None:
                # A relative range moves with the cell: it is one list only where there is one cell.
                return self._texts(place, area) if single or indirect or is_fixed(rest) else ()
            found = self._named(place, rest)
            if found is None:
                return ()
            formula, single = found.removeprefix("=").strip(), False
            if len(formula) >= 2 and formula[0] == formula[-1] == '"':
                return _unique(formula[1:-1].split(","))
        return ()

    def _named(self, sheet: str, name: str) -> str | None:
        names, scope = self._book.names, self._book.order.get(sheet.lower())
        return names.get((name.lower(), scope), names.get((name.lower(), None)))

    def _texts(self, sheet: str, area: Area) -> tuple[str, ...]:
        grid = self._grids.get(sheet.lower())
        if grid is None:
            return ()
        size = (area.last_row - area.first_row + 1) * (area.last_col - area.first_col + 1)
        if size > len(grid.cells):
            keys = sorted(key for key in grid.cells if area.holds(*key))
        else:
            keys = [
                (row, col)
                for row in range(area.first_row, area.last_row + 1)
                for col in range(area.first_col, area.last_col + 1)
            ]
        texts = _unique(grid.text(row, col) for row, col in keys)
        return texts if len(texts) <= MAX_OPTIONS else ()


def _is_single(areas: tuple[Area, ...]) -> bool:
    first = areas[0]
    return len(areas) == 1 and (first.first_row, first.first_col) == (first.last_row, first.last_col)


def _quoted_list(literal: str) -> tuple[str, ...]:
    """The newer form of a literal list, in which each option may be quoted and hold commas."""
    if literal[0] == literal[-1] == '"' and '","' not in literal and literal.count('"') == 2:
        return _unique(literal[1:-1].split(","))
    return _unique(next(csv.reader([literal], skipinitialspace=True), []))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stripped for text in texts if (stripped := text.strip())))
