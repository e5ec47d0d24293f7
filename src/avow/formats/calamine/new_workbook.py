"""A new .xlsx with the values of a spreadsheet that cannot be patched, and the answers in their cells.

Written as text, member by member, rather than through a library: equal content gives equal bytes, and every text is a
shared string, so that none can ever run as a formula.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from avow.formats.calamine.reader import OldSpreadsheet
from avow.formats.grid import Area, SheetGrid, cell_name
from avow.formats.suspicion import CELL_LIMIT
from avow.formats.tables import SheetView, find_tables
from avow.formats.writing import CellNotWritableError
from avow.formats.xlsx.fill import TEXT_RULES
from avow.formats.xlsx.references import parse_cell
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

ABOUT = "About this file"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MADE = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the first day a zip can hold: the time of making would make equal content unequal
_ILLEGAL = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LONGEST_NAME, _LONGEST_LIST = 31, 255  # Excel specifications and limits
_NARROWEST, _WIDEST, _TALLEST = 9, 60, 409
_MANY_COLUMNS = 50  # of one merged range; more room makes no difference
_PLAIN, _BOLD = 0, 1
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border>'
    '<left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2">'
    + "".join(
        f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
        '<alignment vertical="top" wrapText="1"/></xf>'
        for font in (0, 1)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_PAGE = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
_PRINT = (
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
)
_Places = dict[tuple[int, int], str]


def workbook_bytes(source_name: str, read: OldSpreadsheet, writes: Sequence[CellWrite]) -> bytes:
    """The package: the sheets in order with their names, and a last one that says what this file is.

    Raises CellNotWritableError for a place that is not in the file, is covered, holds a formula, is named twice, or for
    a text that breaks the rules for texts in cells.
    """
    grids = read.book.sheets
    answers = _by_sheet(grids, writes)
    names = _sheet_names([grid.name for grid in grids])
    strings = _Strings()
    sheets = [
        _sheet_part(grid, read.numbers[grid.name], answers.get(grid.name, {}), strings) for grid in grids
    ]
    sheets.append(_about_part(source_name, grids, names, strings))
    about = _free_name(ABOUT, names)
    states = [*(grid.state for grid in grids), "visible"]
    return _packed([*names, about], states, sheets, strings)


def _by_sheet(grids: Sequence[SheetGrid], writes: Sequence[CellWrite]) -> dict[str, _Places]:
    known = {grid.name: grid for grid in grids}
    found: dict[str, _Places] = {}
    for write in writes:
        where, place = str(write.address), parse_cell(write.address.cell)
        grid = known.get(write.address.sheet)
        if place is None or grid is None:
            raise CellNotWritableError(where, Reason.NO_ANSWER_PLACE)
        cell = grid.cells.get(place)
        reason = TEXT_RULES.problem(write.value)
        if cell is not None and cell.formula:
            reason = Reason.FORMULA_IN_ANSWER
        elif any(area.holds(*place) and place != (area.first_row, area.first_col) for area in grid.merges):
            reason = Reason.ANSWER_CELL_COVERED
        elif place in found.get(grid.name, {}):
            reason = Reason.ANSWER_CELL_SHARED
        if reason is not None:
            raise CellNotWritableError(where, reason)
        found.setdefault(grid.name, {})[place] = write.value
    return found


def _sheet_names(names: Sequence[str]) -> list[str]:
    """The sheets' names, each made one that Excel takes: OpenDocument allows longer ones and other characters."""
    made: list[str] = []
    for name in names:
        made.append(_free_name(_NO_SHEET_NAME.sub("_", _ILLEGAL.sub("_", name)) or "Sheet", made))
    return made


def _free_name(name: str, taken: Sequence[str]) -> str:
    lower = {one.lower() for one in taken}
    free, number = name[:_LONGEST_NAME], 2
    while free.lower() in lower:
        ending = f" ({number})"
        free, number = name[: _LONGEST_NAME - len(ending)] + ending, number + 1
    return free


class _Strings:
    """The workbook's texts, each stored once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The place of a text, which is remembered."""
        return self._numbers.setdefault(text, len(self._numbers))

    def part(self) -> str:
        items = "".join(f'<si><t xml:space="preserve">{_stored(text)}</t></si>' for text in self._numbers)
        return f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(self._numbers)}">{items}</sst>'


def _stored(text: str) -> str:
    """A text as XML; characters XML cannot hold are written as ECMA-376 part 1, 22.9.2.19 says."""
    if len(text) > CELL_LIMIT // 2 and len(text.encode("utf-16-le", "replace")) // 2 > CELL_LIMIT:
        text = text.encode("utf-16-le", "replace")[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text.replace("\r\n", "\n")))


def _sheet_part(
    grid: SheetGrid, numbers: Mapping[tuple[int, int], str], answers: _Places, strings: _Strings
) -> str:
    texts: _Places = {place: cell.text for place, cell in grid.cells.items() if cell.text}
    texts.update(answers)
    headers = {row for table in find_tables(SheetView(grid)) for row in table.header_rows}
    widths = _widths(texts, grid.merges)
    spans = {(one.first_row, one.first_col): one.last_col for one in grid.merges}
    rows: dict[int, list[int]] = {}
    for row, col in sorted(texts):
        rows.setdefault(row, []).append(col)

    def cell(row: int, col: int) -> str:
        place, own = (row, col), grid.cells.get((row, col))
        bold = place not in answers and (row in headers or (own is not None and own.bold))
        start = f'<c r="{cell_name(row, col)}" s="{_BOLD if bold else _PLAIN}"'
        if place in numbers and place not in answers:
            return f"{start}><v>{numbers[place]}</v></c>"
        return f'{start} t="s"><v>{strings.number(texts[place])}</v></c>'

    def room(row: int, col: int) -> int:
        """Characters the cell shows in a line, with the columns merged into it."""
        last = min(spans.get((row, col), col), col + _MANY_COLUMNS)
        return sum(widths.get(one, _NARROWEST) for one in range(col, last + 1))

    body = []
    for row in sorted(rows.keys() | {one for one in grid.hidden_rows if one <= max(rows, default=0)}):
        cols = rows.get(row, [])
        height = _height({col: texts[row, col] for col in cols}, {col: room(row, col) for col in cols})
        hidden = ' hidden="1"' if row in grid.hidden_rows else ""
        body.append(f'<row r="{row}" ht="{height}"{hidden}>{"".join(cell(row, col) for col in cols)}</row>')
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}">{_PAGE}<sheetFormatPr defaultRowHeight="15"/>{_columns(widths, grid.hidden_cols)}'
        f"<sheetData>{''.join(body)}</sheetData>{_merges(grid.merges)}{_dropdowns(grid)}{_PRINT}</worksheet>"
    )


def _widths(texts: _Places, merges: Sequence[Area]) -> dict[int, int]:
    """Characters a column needs for its longest line, within reason; text that runs over a merge counts for nothing."""
    wide = {(area.first_row, area.first_col) for area in merges if area.last_col > area.first_col}
    found: dict[int, int] = {}
    for (row, col), text in texts.items():
        if (row, col) in wide:
            continue
        longest = max(map(len, text.split("\n")))
        found[col] = max(found.get(col, _NARROWEST), min(longest + 2, _WIDEST))
    return found


def _height(texts: Mapping[int, str], widths: Mapping[int, int]) -> int:
    """The points a row needs for its wrapped texts."""
    lines = 1
    for col, text in texts.items():
        room = widths.get(col, _WIDEST) - 1
        lines = max(lines, sum(1 + max(0, len(part) - 1) // room for part in text.split("\n")))
    return min(15 * lines, _TALLEST)


def _columns(widths: Mapping[int, int], hidden: set[int]) -> str:
    last = max([*widths, 1])
    each = "".join(
        f'<col min="{col}" max="{col}" width="{widths.get(col, _NARROWEST)}" customWidth="1"'
        + (' hidden="1"/>' if col in hidden else "/>")
        for col in range(1, last + 1)
    )
    return f"<cols>{each}</cols>"


def _merges(merges: Sequence[Area]) -> str:
    if not merges:
        return ""
    each = "".join(f'<mergeCell ref="{_range(area)}"/>' for area in merges)
    return f'<mergeCells count="{len(merges)}">{each}</mergeCells>'


def _range(area: Area) -> str:
    return f"{cell_name(area.first_row, area.first_col)}:{cell_name(area.last_row, area.last_col)}"


def _dropdowns(grid: SheetGrid) -> str:
    """The dropdowns whose options are known and short enough to stand in the rule itself."""
    each = []
    for one in grid.choices:
        options = ",".join(one.options)
        if (
            not one.options
            or len(options) > _LONGEST_LIST
            or any("," in said or '"' in said for said in one.options)
        ):
            continue
        areas = " ".join(_range(area) for area in one.areas)
        each.append(
            f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref={quoteattr(areas)}>'
            f'<formula1>"{escape(_ILLEGAL.sub("", options))}"</formula1></dataValidation>'
        )
    return f'<dataValidations count="{len(each)}">{"".join(each)}</dataValidations>' if each else ""


def _about_part(source_name: str, grids: Sequence[SheetGrid], names: Sequence[str], strings: _Strings) -> str:
    lines = [
        ("Answers to", source_name),
        (
            "What this is",
            "That file's format cannot be filled in place. This workbook repeats the values of its sheets, each in its own "
            "cell, with the answers in the cells meant for them.",
        ),
        (
            "What is not here",
            "Formulas, pictures, macros, comments and most of the formatting are in the original file only.",
        ),
    ]
    lines += [
        ("Renamed sheet", f"{grid.name} is here as {name}")
        for grid, name in zip(grids, names, strict=True)
        if grid.name != name
    ]
    rows = "".join(
        f'<row r="{row}" ht="{_height({2: second}, {2: 90})}"><c r="A{row}" s="{_BOLD}" t="s"><v>{strings.number(first)}'
        f'</v></c><c r="B{row}" s="{_PLAIN}" t="s"><v>{strings.number(second)}</v></c></row>'
        for row, (first, second) in enumerate(lines, start=1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}">{_PAGE}<sheetFormatPr defaultRowHeight="15"/>'
        '<cols><col min="1" max="1" width="18" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData>{_PRINT}</worksheet>"
    )


def _packed(names: Sequence[str], states: Sequence[str], sheets: Sequence[str], strings: _Strings) -> bytes:
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"'
        + ("/>" if state == "visible" else f' state="{state}"/>')
        for at, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{kind}.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    first = next((at for at, state in enumerate(states) if state == "visible"), 0)
    members = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{typed}'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView '
        f'activeTab="{first}"/></bookViews><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}'
        f'<Relationship Id="rIdStyles" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rIdStrings" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{at}.xml": sheet for at, sheet in enumerate(sheets, start=1)},
        "xl/sharedStrings.xml": strings.part(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in members.items():
            member = zipfile.ZipInfo(name, _MADE)
            member.create_system = 0
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, text.encode("utf-8", "replace"), compresslevel=6)
    return out.getvalue()
