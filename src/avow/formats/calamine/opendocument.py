"""A first look at an OpenDocument spreadsheet (.ods): its content read as events (ODF 1.3 part 3, 9.1)."""

import re
from dataclasses import dataclass, field

from avow.formats.calamine.biff_formulas import quoted
from avow.formats.calamine.look import MAX_CELLS, BookLook, SheetLook
from avow.formats.calamine.opendocument_styles import CellStyles
from avow.formats.grid import Area, cell_name
from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import feed, new_parser
from avow.formats.suspicion import CELL_LIMIT
from avow.formats.xlsx.references import MAX_COL, MAX_ROW
from avow.formats.xlsx.sheet import Validation
from avow.formats.xlsx.styles import Style
from avow.model.reasons import Reason

CONTENT = "content.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_SOURCES = (
    f"{_TABLE}table-source",
    f"{_TABLE}cell-range-source",
    f"{_OFFICE}dde-source",
    f"{_TABLE}dde-link",
)
_LIST = re.compile(r"(?:\w+:)?cell-content-is-in-list\((.*)\)", re.DOTALL)
_OPTION = re.compile(r'"((?:[^"]|"")*)"')
_REFERENCE = re.compile(
    r"\[?(?:\$?(?:'((?:[^']|'')+)'|([^'.\s\[\]]+)))?\.(\$?[A-Z]{1,3}\$?\d{1,7})(?::(?:\$?(?:'(?:[^']|'')+'|[^'.\s\[\]]+))?"
    r"\.(\$?[A-Z]{1,3}\$?\d{1,7}))?\]?"
)
_WHITE = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
# A line end in the XML is one blank (ODF 1.3 part 3, 6.1.2); several blanks would be too, but the suites keep them.
_BLANKS = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_SHOWN_KINDS = ("string", "percentage", "currency")  # values that read best as the file shows them
_MAX_AREAS = 50_000  # runs of cells with dropdowns in one sheet


@dataclass(slots=True)
class _Cell:
    """The cell being read: the columns it stands for, and what it holds."""

    first: int
    last: int
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a person reads in the cell."""
        return "".join(self.pieces)


@dataclass(slots=True)
class _Row:
    """The row being read: the rows it stands for, and the next column."""

    first: int
    last: int
    column: int = 1


def look_at(package: Package) -> BookLook:
    """What the content says of every sheet. Raises InputRefusedError for a damaged file or one beyond the limits."""
    styles = CellStyles(package)
    reader = _Reader(package, styles)
    parser = new_parser(namespaces=True)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    feed(package, CONTENT, parser)
    for sheet, validations in reader.used:
        for name, areas in validations.items():
            condition = reader.validations.get(name, "")
            made = _validation(" ".join(areas), condition)
            if made is not None:
                sheet.lists.append(made)
    return reader.look


class _Reader:
    def __init__(self, package: Package, styles: CellStyles) -> None:
        self._package = package
        self._styles = styles
        self.look = BookLook()
        self.validations: dict[str, str] = {}
        self.used: list[tuple[SheetLook, dict[str, list[str]]]] = []
        self._sheet: SheetLook | None = None
        self._tables = 0  # tables inside tables do not count
        self._columns: list[tuple[int, int, str]] = []  # (first, last, style) of the sheet's columns
        self._next_row = 1
        self._row: _Row | None = None
        self._cell: _Cell | None = None
        self._aside = 0  # inside a comment
        self._paragraphs = 0
        self._counted = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _SOURCES:
            self.look.note(Reason.EXTERNAL_REFERENCE, "the file links to another file; nothing is fetched")
        if name == f"{_TABLE}table":
            self._tables += 1
            if self._tables == 1:
                self._open_sheet(attributes)
            return
        if self._sheet is None or self._tables != 1:
            self._outside(name, attributes)
        elif self._cell is not None:
            if name == f"{_OFFICE}annotation":
                self._aside += 1
            elif name == f"{_TEXT}p" and not self._aside:
                self._paragraphs += 1
                if self._cell.pieces:
                    self._cell.pieces.append("\n")
            elif self._paragraphs and name in _WHITE:
                count = _repeat(attributes, f"{_TEXT}c", CELL_LIMIT) if name == f"{_TEXT}s" else 1
                self._cell.pieces.append(_WHITE[name] * count)
        elif name == f"{_TABLE}table-column":
            self._add_columns(attributes)
        elif name == f"{_TABLE}table-row":
            self._open_row(attributes)
        elif name in _CELLS and self._row is not None:
            count = _repeat(attributes, f"{_TABLE}number-columns-repeated", MAX_COL)
            first = self._row.column
            self._row.column = first + count
            self._cell = _Cell(first, first + count - 1, attributes)

    def text(self, text: str) -> None:
        if self._paragraphs and self._cell is not None and text:
            self._cell.pieces.append(_BLANKS.sub(" ", text))

    def end(self, name: str) -> None:
        if name == f"{_TABLE}table":
            self._tables -= 1
            if self._tables == 0:
                self._sheet = None
        elif self._tables != 1:
            return
        elif name == f"{_OFFICE}annotation":
            self._aside -= self._cell is not None
        elif name == f"{_TEXT}p":
            self._paragraphs -= bool(self._paragraphs)
        elif name in _CELLS and self._cell is not None:
            self._close_cell(self._cell)
            self._cell = None
        elif name == f"{_TABLE}table-row" and self._row is not None:
            self._next_row = self._row.last + 1
            self._row = None

    def _outside(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}content-validation":
            self.validations[attributes.get(f"{_TABLE}name", "")] = attributes.get(f"{_TABLE}condition", "")
        elif name == f"{_TABLE}named-range":
            place = _place(attributes.get(f"{_TABLE}cell-range-address", ""))
            if place:
                self.look.names[attributes.get(f"{_TABLE}name", "").lower(), None] = place
        else:
            self._styles.start(name, attributes)

    def _open_sheet(self, attributes: dict[str, str]) -> None:
        self._sheet = SheetLook(attributes.get(f"{_TABLE}name", ""))
        self._sheet.protected = attributes.get(f"{_TABLE}protected") == "true"
        self.look.sheets.append(self._sheet)
        self.used.append((self._sheet, {}))
        self._columns, self._next_row, self._counted = [], 1, 0

    def _add_columns(self, attributes: dict[str, str]) -> None:
        first = self._columns[-1][1] + 1 if self._columns else 1
        last = min(first + _repeat(attributes, f"{_TABLE}number-columns-repeated", MAX_COL) - 1, MAX_COL)
        self._columns.append((first, last, attributes.get(f"{_TABLE}default-cell-style-name", "")))
        if self._sheet is not None and attributes.get(f"{_TABLE}visibility", "visible") != "visible":
            self._sheet.hidden_cols.update(range(first, last + 1))

    def _open_row(self, attributes: dict[str, str]) -> None:
        first = self._next_row
        last = first + _repeat(attributes, f"{_TABLE}number-rows-repeated", MAX_ROW) - 1
        self._row = _Row(first, last)
        hidden = attributes.get(f"{_TABLE}visibility", "visible") != "visible"
        if self._sheet is not None and hidden and last - first < MAX_CELLS // 10:
            self._sheet.hidden_rows.update(range(first, last + 1))

    def _close_cell(self, cell: _Cell) -> None:
        sheet, row, attributes = self._sheet, self._row, cell.attributes
        assert sheet is not None and row is not None  # noqa: S101  # a cell is read inside both
        self._paragraphs = 0
        rows = row.last - row.first + 1
        columns = cell.last - cell.first + 1
        self._keep_validation(cell, row)
        spanned = int(attributes.get(f"{_TABLE}number-columns-spanned", "1") or 1)
        down = int(attributes.get(f"{_TABLE}number-rows-spanned", "1") or 1)
        if spanned > 1 or down > 1:
            sheet.merges.append(Area(row.first, cell.first, row.first + down - 1, cell.first + spanned - 1))
        style = self._style_of(cell)
        kind = attributes.get(f"{_OFFICE}value-type", "")
        text_value = attributes.get(f"{_OFFICE}string-value")
        text = cell.text or text_value or ""
        filled = bool(kind) and (kind != "string" or bool(text))
        formula = f"{_TABLE}formula" in attributes
        if not filled and not formula:
            if not style.locked and rows * columns <= MAX_ROW and len(sheet.unlocked) < MAX_CELLS:
                sheet.unlocked.update(_places(row, cell, limit=MAX_CELLS // 10))
            return
        self._counted += rows * columns
        if self._counted > MAX_CELLS or row.last > MAX_ROW or cell.last > MAX_COL:
            shown = ascii(sheet.name)[1:-1]
            message = f"sheet {shown} repeats cells beyond the {MAX_CELLS:,} that are read; save it as .xlsx"
            raise self._package.refuse(Reason.LIMIT_REACHED, message)
        error = attributes.get(f"{_CALCEXT}value-type") == "error"
        for place in _places(row, cell):
            if filled:
                sheet.fill(*place, style)
                if kind in _SHOWN_KINDS and text:
                    sheet.texts[place] = text
            if formula:
                sheet.formulas.add(place)
            if error:
                sheet.errors[place] = text.strip()[:20] or "#ERROR!"

    def _style_of(self, cell: _Cell) -> Style:
        name = cell.attributes.get(f"{_TABLE}style-name", "")
        if not name:
            name = next((style for first, last, style in self._columns if first <= cell.first <= last), "")
        return self._styles.style(name)

    def _keep_validation(self, cell: _Cell, row: _Row) -> None:
        name = cell.attributes.get(f"{_TABLE}content-validation-name", "")
        if name and row.first <= MAX_ROW and cell.first <= MAX_COL:
            areas = self.used[-1][1].setdefault(name, [])
            if len(areas) < _MAX_AREAS:
                last = cell_name(min(row.last, MAX_ROW), min(cell.last, MAX_COL))
                areas.append(f"{cell_name(row.first, cell.first)}:{last}")


def _places(row: _Row, cell: _Cell, limit: int = MAX_CELLS) -> list[tuple[int, int]]:
    if (row.last - row.first + 1) * (cell.last - cell.first + 1) > limit:
        return []
    return [(at, col) for at in range(row.first, row.last + 1) for col in range(cell.first, cell.last + 1)]


def _repeat(attributes: dict[str, str], name: str, most: int) -> int:
    said = attributes.get(name, "1")
    return min(max(int(said), 1), most) if said.isascii() and said.isdecimal() and len(said) < 10 else 1


def _validation(areas: str, condition: str) -> Validation | None:
    """The dropdown of a condition; None for a rule of another kind (ODF 1.3 part 3, 19.601)."""
    found = _LIST.fullmatch(condition.strip())
    if not found:
        return None
    inside = found[1].strip()
    options = _OPTION.findall(inside)
    if options and not _OPTION.sub("", inside).strip("; "):
        return Validation(areas, literal=quoted([one.replace('""', '"') for one in options]))
    return Validation(areas, formula=_place(inside) or inside or "?")


def _place(reference: str) -> str:
    """`$Lists.$A$1:.$A$4` or `[$Lists.$A$1:.$A$4]` -> `'Lists'!$A$1:$A$4`; "" for anything else."""
    found = _REFERENCE.fullmatch(reference.strip())
    if not found:
        return ""
    sheet = found[1].replace("''", "'") if found[1] else found[2]
    place = found[3] + (f":{found[4]}" if found[4] else "")
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{place}" if sheet else place
