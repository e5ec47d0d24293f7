"""One sheet's XML read as events: cells, merges, validations, protection, what is hidden.

Events rather than a tree, because a sheet may be hundreds of megabytes of styled empty cells. Names are
compared with the root's own prefix; `counting` checks afterwards that no cell was missed.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from avow.formats.grid import Area, Cell, SheetGrid, cell_name, column_letters, column_number
from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import SPREADSHEET_NAMESPACES, feed, is_true, new_parser
from avow.formats.suspicion import text_flags
from avow.formats.xlsx.escapes import decode_escapes
from avow.formats.xlsx.references import (
    MAX_COL,
    MAX_ROW,
    CellReference,
    other_sheet_cell,
    parse_area,
)
from avow.formats.xlsx.strings import SharedStrings
from avow.formats.xlsx.styles import Style
from avow.formats.xlsx.values import GENERAL, iso_date_text, number_text
from avow.model.reasons import Reason

MAX_DEPTH = 200  # nested elements around the cells
MAX_CELLS = 1_000_000  # non-empty cells of one sheet
MAX_LOCK_STATES = 100_000  # empty cells of one sheet whose lock is remembered
MAX_MERGE = 1_000_000  # cells in one merged range
MAX_MERGES = 200_000
UNREADABLE = "#UNREADABLE"

_VALIDATION_PARTS = {"formula1", "formula2", "f", "sqref", "list"}


@dataclass(slots=True)
class Validation:
    """A list validation as the file has it."""

    sqref: str
    formula: str = ""
    literal: str = ""  # the quoted options of the newer form of a literal list
    extension: bool = False


@dataclass(slots=True)
class SheetContent:
    """A sheet's grid, and what only the whole workbook can make sense of.

    `counted`: cells with a value, formula or inline string. `duplicates`: (cell, kept text, other text).
    """

    grid: SheetGrid
    validations: list[Validation] = field(default_factory=list)
    formula_areas: list[Area] = field(default_factory=list)
    counted: int = 0
    duplicates: list[tuple[str, str, str]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    bad_styles: list[str] = field(default_factory=list)
    reaching_formulas: list[str] = field(default_factory=list)
    lock_states_dropped: int = 0
    messages: int = 0  # that show when a cell is chosen
    has_formulas: bool = False


def read_sheet(
    package: Package,
    part: str,
    grid: SheetGrid,
    strings: SharedStrings | None,
    styles: list[Style],
    *,
    from_1904: bool,
    chunks: Iterable[bytes],
) -> SheetContent:
    """Fill `grid` from a sheet part's inflated chunks. Raises InputRefusedError when it cannot be read whole."""
    reader = _SheetReader(package, part, grid, strings, styles, from_1904=from_1904)
    feed(package, part, reader.parser, chunks)
    return reader.finished()


class _SheetReader:
    """Two sets of handlers: `_outer_*` around the cells, and the quick `_cell_*` inside `sheetData`."""

    def __init__(
        self,
        package: Package,
        part: str,
        grid: SheetGrid,
        strings: SharedStrings | None,
        styles: list[Style],
        *,
        from_1904: bool,
    ) -> None:
        self.package, self.part, self.grid = package, part, grid
        self.content = SheetContent(grid)
        self.cells = grid.cells
        self.strings, self.styles, self.from_1904 = strings, styles, from_1904
        self.string_flags = strings.flags if strings else {}
        self.default_style = styles[0]
        self.known_styles: dict[str | None, Style] = {None: styles[0]}
        self.parser = new_parser()
        self.parser.StartElementHandler = self._outer_start
        self.parser.EndElementHandler = self._outer_end
        self.buffer: list[str] = []
        self.parser.CharacterDataHandler = self.buffer.append
        self.prefix = ""
        self.depth = 0
        self.validation: Validation | None = None
        self.columns: dict[str, int] = {}
        self.row = self.col = 0
        self.row_digits = "0"
        self.row_hidden = False
        self.attrs: dict[str, str] = {}
        self.value: str | None = None
        self.formula: str | None = None
        self.formula_attrs: dict[str, str] | None = None
        self.pieces: list[str] | None = None
        self.run_struck = self.struck = False
        self.in_row = False
        self.phonetic = 0
        self.masters: dict[str, tuple[int, int, CellReference]] = {}
        self.lock_matters = any(not style.locked for style in styles)
        self.lock_states = array("q")  # row * 2^16 + column * 2 + locked

    # Around the cells

    def _outer_start(self, name: str, attrs: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            self._root(name, attrs)
            return
        if self.depth > MAX_DEPTH:
            raise self.package.refuse(
                Reason.XML_UNSAFE,
                f"{self.part} is nested deeper than {MAX_DEPTH} elements; do not open the file",
            )
        prefix, _, kind = name.rpartition(":")
        own = prefix == self.prefix[:-1]
        if own and kind == "sheetData":
            self._name_cells()
            self.parser.StartElementHandler = self._cell_start
            self.parser.EndElementHandler = self._cell_end
        elif own and kind == "col":
            self._column(attrs)
        elif own and kind == "mergeCell":
            self._merge(attrs.get("ref", ""))
        elif own and kind == "sheetProtection":
            self.grid.protected = is_true(attrs.get("sheet"))
        elif kind == "dataValidation":
            self.content.messages += bool(attrs.get("prompt"))
            if attrs.get("type") == "list":
                self.validation = Validation(attrs.get("sqref", ""), extension=not own)
        elif self.validation is not None and kind in _VALIDATION_PARTS:
            self.buffer.clear()

    def _outer_end(self, name: str) -> None:
        self.depth -= 1
        validation = self.validation
        if validation is None:
            self.buffer.clear()
            return
        kind = name.rpartition(":")[2]
        if kind == "dataValidation":
            self.content.validations.append(validation)
            self.validation = None
        elif kind == "sqref":
            validation.sqref = "".join(self.buffer)
        elif kind == "list":
            validation.literal = "".join(self.buffer).strip()
        elif kind in ("formula1", "f") and not validation.formula:
            validation.formula = "".join(self.buffer).strip()

    def _root(self, name: str, attrs: dict[str, str]) -> None:
        prefix, colon, kind = name.rpartition(":")
        self.prefix = prefix + colon
        namespace = attrs.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        if kind != "worksheet" or namespace not in SPREADSHEET_NAMESPACES:
            raise self.package.refuse(
                Reason.FILE_DAMAGED, f"{self.part} is not a worksheet; ask for the file again"
            )

    def _column(self, attrs: dict[str, str]) -> None:
        first, last = attrs.get("min", ""), attrs.get("max", "")
        if not first.isdecimal() or not last.isdecimal():
            return
        span = range(max(int(first), 1), min(int(last), MAX_COL) + 1)
        if is_true(attrs.get("hidden")) or attrs.get("width") in ("0", "0.0"):
            self.grid.hidden_cols.update(span)
        if not self._style(attrs.get("style"), "a column").locked:
            self.grid.unlocked_columns.update(span)

    def _merge(self, reference: str) -> None:
        area = parse_area(reference)
        if area is None:
            raise self._damaged(f"merges {reference[:40]!a}, which is no range")
        size = (area.last_row - area.first_row + 1) * (area.last_col - area.first_col + 1)
        if size > MAX_MERGE or len(self.grid.merges) >= MAX_MERGES:
            raise self.package.refuse(
                Reason.LIMIT_REACHED,
                f"{self.part} merges {reference}; Avow reads merged ranges of up to {MAX_MERGE:,} cells, "
                f"{MAX_MERGES:,} a sheet: undo that merge and try again",
            )
        self.grid.merges.append(area)

    # The cells

    def _name_cells(self) -> None:
        names = ("c", "row", "v", "f", "is", "t", "r", "rPh", "strike", "sheetData")
        self.name_c, self.name_row, self.name_v, self.name_f, self.name_is, self.name_t = (
            self.prefix + name for name in names[:6]
        )
        self.name_r, self.name_phonetic, self.name_strike, self.name_data = (
            self.prefix + name for name in names[6:]
        )

    def _cell_start(self, name: str, attrs: dict[str, str]) -> None:
        if name == self.name_c:
            self.attrs = attrs
            self.value = self.formula = self.pieces = self.formula_attrs = None
        elif name in (self.name_v, self.name_t):
            self.buffer.clear()
        elif name == self.name_row:
            if self.in_row:
                raise self._damaged(f"has a row inside row {self.row}")
            self.in_row = True
            self._row(attrs)
        elif name == self.name_f:
            self.buffer.clear()
            self.formula_attrs = attrs
        elif name == self.name_is:
            self.pieces = []
            self.struck = self.run_struck = False
        elif name == self.name_r:
            self.run_struck = False
        elif name == self.name_strike:
            self.run_struck = is_true(attrs.get("val", "1"))
        elif name == self.name_phonetic:
            self.phonetic += 1

    def _cell_end(self, name: str) -> None:
        if name == self.name_c:
            self._cell()
        elif name == self.name_v:
            self.value = "".join(self.buffer)
        elif name == self.name_t:
            if self.pieces is not None and not self.phonetic:
                self.pieces.append("".join(self.buffer))
                self.struck = self.struck or (self.run_struck and not self.pieces[-1].isspace())
        elif name == self.name_f:
            self.formula = "".join(self.buffer)
        elif name == self.name_row:
            self.in_row = False
        elif name == self.name_phonetic:
            self.phonetic -= 1
        elif name == self.name_data:
            self.depth -= 1
            self.buffer.clear()
            self.parser.StartElementHandler = self._outer_start
            self.parser.EndElementHandler = self._outer_end

    def _row(self, attrs: dict[str, str]) -> None:
        digits = attrs.get("r")
        if digits is None:
            self.row += 1
            self.row_digits = str(self.row)
        else:
            if not (digits.isascii() and digits.isdecimal()) or len(digits) > 7:
                raise self._damaged(f"has a row numbered {digits[:40]!a}")
            self.row, self.row_digits = int(digits), digits
        if not 1 <= self.row <= MAX_ROW:
            raise self._damaged(f"has a row {self.row}, outside any sheet")
        self.col = 0
        self.row_hidden = is_true(attrs.get("hidden")) or attrs.get("ht") in ("0", "0.0")
        if len(self.cells) > MAX_CELLS:
            raise self.package.refuse(
                Reason.FILE_TOO_LARGE,
                f"{self.part} has more than {MAX_CELLS:,} filled cells; split the workbook",
            )

    def _cell(self) -> None:
        attrs = self.attrs
        reference = attrs.get("r")
        if reference is None:
            col = self.col = self.col + 1
            if col > MAX_COL or not self.row:
                raise self._damaged(f"has cells outside the sheet in row {self.row}")
        else:
            known = self.columns.get(reference.removesuffix(self.row_digits))
            col = self.col = known or self._column_of(reference)
        if self.value is None and self.formula is None and self.pieces is None:
            if self.lock_matters:
                self._empty(col, attrs.get("s"))
            return
        self.content.counted += 1
        style_index = attrs.get("s")
        style = self.known_styles.get(style_index) or self._style(style_index, reference)
        if not self._read(col, attrs.get("t", "n"), style) and self.lock_matters:
            self._empty(col, style_index)

    def _kept_twice(self, cell: Cell) -> None:
        """The file holds a cell twice: the first stays, and both are reported."""
        first = self.grid.cells[cell.row, cell.col]
        first.flags = tuple(dict.fromkeys((*first.flags, *cell.flags, Reason.DUPLICATE_CELL)))
        self.content.duplicates.append((cell_name(cell.row, cell.col), first.text, cell.text))

    def _read(self, col: int, kind: str, style: Style) -> bool:
        """Keep the cell; False when its value is an empty text."""
        value, pieces = self.value, self.pieces
        flags: tuple[Reason, ...] = ()
        is_text, error = True, False
        if kind == "s" and value is not None:
            text, flags, error = self._shared(value, col)
        elif pieces is not None or kind in ("str", "inlineStr"):
            text = "".join(pieces) if pieces is not None else value or ""
            if "_x" in text:
                text = decode_escapes(text)
            flags = text_flags(text)
            if pieces is not None and self.struck:
                flags = (*flags, Reason.STRUCK_OUT_TEXT)
        elif not value:
            text = ""
        else:
            is_text = False
            text, flags, error = self._plain(value, kind, style, col)
        has_formula = self.formula is not None
        if has_formula:
            self._note_formula(col)
        elif not text:
            return False
        if is_text and text and (style.unseen or style.struck):
            found = (Reason.SUSPICIOUS_TEXT,) * style.unseen + (Reason.STRUCK_OUT_TEXT,) * style.struck
            flags = tuple(dict.fromkeys((*flags, *found)))
        has_value = not has_formula or value is not None or pieces is not None
        bold, filled, locked = style.bold, style.filled, style.locked
        row, cells = self.row, self.cells
        cell = Cell(row, col, text, has_formula, has_value, error, bold, filled, locked, flags)
        if cells.setdefault((row, col), cell) is not cell:
            self._kept_twice(cell)
        if self.row_hidden:
            self.grid.hidden_rows.add(row)
        return True

    def _plain(self, value: str, kind: str, style: Style, col: int) -> tuple[str, tuple[Reason, ...], bool]:
        """(text, flags, is an error) of a number, date, truth value or error."""
        if kind == "e":
            return value, (), True
        if kind == "b":
            return ("TRUE" if is_true(value.strip()) else "FALSE"), (), False
        if kind == "d":
            text, understood = iso_date_text(value)
        elif kind == "n":
            if style.number is GENERAL and len(value) < 16 and value.isdecimal() and value.isascii():
                return (value if value[0] != "0" else str(int(value))), (), False
            text, understood = number_text(value.strip(), style.number, from_1904=self.from_1904)
        else:
            raise self._damaged(f"has a cell {cell_name(self.row, col)} of the unknown type {kind[:20]!a}")
        if understood:
            return text, (), False
        self.content.unreadable.append(cell_name(self.row, col))
        return text, (Reason.CELL_ERROR,), False

    def _shared(self, value: str, col: int) -> tuple[str, tuple[Reason, ...], bool]:
        if self.strings is None:
            raise self.package.refuse(
                Reason.FILE_DAMAGED,
                f"{self.part} refers to shared texts the file does not have; ask for it again",
            )
        index = value.strip()
        if index.isascii() and index.isdecimal() and len(index) < 10 and int(index) < len(self.strings.texts):
            at = int(index)
            return self.strings.texts[at], self.string_flags.get(at, ()), False
        self.content.unreadable.append(cell_name(self.row, col))
        return UNREADABLE, (Reason.CELL_ERROR,), True

    def _note_formula(self, col: int) -> None:
        """Remember formulas that repeat another sheet's cell, cover an area, or reach outside the file."""
        content, text, attrs = self.content, self.formula or "", self.formula_attrs or {}
        content.has_formulas = True
        target: CellReference | None = None
        kind = attrs.get("t")
        if "!" in text:
            target = other_sheet_cell(text)
            if target and kind == "shared":
                self.masters[attrs.get("si", "")] = (self.row, col, target)
        elif kind == "shared" and not text and attrs.get("si", "") in self.masters:
            row, first_col, master = self.masters[attrs["si"]]
            target = master.moved(self.row - row, col - first_col)
        if target and 1 <= target.row <= MAX_ROW and 1 <= target.col <= MAX_COL:
            self.grid.formulas_of_other_sheets[(self.row, col)] = str(target)
        if kind in ("array", "dataTable") and (area := parse_area(attrs.get("ref", ""))):
            content.formula_areas.append(area)
        if ("|" in text and "!" in text) or "WEBSERVICE(" in text.upper() or "RTD(" in text.upper():
            content.reaching_formulas.append(cell_name(self.row, col))

    def _empty(self, col: int, style_index: str | None) -> None:
        """Remember the lock of an empty cell where it differs from what its column would say."""
        style = self.known_styles.get(style_index) or self._style(style_index, None)
        if style.locked == (col in self.grid.unlocked_columns):
            if len(self.lock_states) < MAX_LOCK_STATES:
                self.lock_states.append(self.row << 16 | col << 1 | style.locked)
            else:
                self.content.lock_states_dropped += 1

    def _column_of(self, reference: str) -> int:
        letters = reference.removesuffix(self.row_digits)
        try:
            col = column_number(letters)
        except ValueError:
            raise self._damaged(
                f"has a cell at {reference[:40]!a} in row {self.row}, which is no place in it"
            ) from None
        if letters != column_letters(col):
            raise self._damaged(f"has a cell at {reference[:40]!a}, not in capital letters")
        self.columns[letters] = col
        return col

    def _style(self, index: str | None, where: str | None) -> Style:
        if not index:
            return self.default_style
        try:
            at = int(index)
            if at >= 0:
                self.known_styles[index] = self.styles[at]
                return self.styles[at]
        except (ValueError, IndexError):
            pass
        if where and len(self.content.bad_styles) < 10:
            self.content.bad_styles.append(where)
        return self.default_style

    def finished(self) -> SheetContent:
        """The content, with the areas of array formulas marked and lock states turned into cells."""
        content, cells = self.content, self.grid.cells
        for area in content.formula_areas:
            if (area.last_row - area.first_row + 1) * (area.last_col - area.first_col + 1) <= MAX_LOCK_STATES:
                inside = [
                    cells.get((row, col))
                    for row in range(area.first_row, area.last_row + 1)
                    for col in range(area.first_col, area.last_col + 1)
                ]
            else:
                inside = [cell for (row, col), cell in cells.items() if area.holds(row, col)]
            for cell in inside:
                if cell is not None:
                    cell.formula = True
        if self.grid.protected:
            for state in self.lock_states:
                key = (state >> 16, state >> 1 & 0x7FFF)
                if key not in cells:
                    cells[key] = Cell(*key, locked=bool(state & 1))
        return content

    def _damaged(self, what: str) -> Exception:
        return self.package.refuse(Reason.FILE_DAMAGED, f"{self.part} {what}; ask for the file again")
