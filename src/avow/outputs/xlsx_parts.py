"""Our own workbooks as bytes: the parts of a package, written by hand because rows come in thousands.

Only what these workbooks need. Text is always a shared string, never a formula; nothing in a package
depends on the clock, so that equal values give equal bytes.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from xml.sax.saxutils import escape, quoteattr

from avow.outputs.shown_text import shown
from avow.outputs.xlsx_styles import CODE, MAIN, PROSE, STRONG, STYLES, TEXT, TITLE

CELL_LIMIT = 32_767  # UTF-16 units in one cell (Excel specifications and limits)
_CUT = " … [cut here: too long for a cell]"
_TALLEST = 400  # points; Excel stops at 409
_HEADER_LIMIT = 240  # characters, an ampersand counting twice; Excel takes 255 with the codes
_DAY_NOUGHT = date(1899, 12, 30)
_MADE = (1980, 1, 1, 0, 0, 0)
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STORED_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class SheetColumn:
    """One column: its heading, width in characters, and the styles of heading and cells.

    `exact`: texts go in character by character, because a program reads them back.
    """

    heading: str
    width: float
    heading_style: int
    style: int
    exact: bool = False


@dataclass(frozen=True)
class Choice:
    """A dropdown over the rows of one column (0-based), with what a person sees on entering the cell."""

    column: int
    options: tuple[str, ...]
    title: str
    prompt: str


@dataclass(frozen=True)
class Tint:
    """Cells of one column (0-based) that say exactly `text` take the differential style `number`."""

    column: int
    text: str
    number: int


Field = str | int | date  # what a cell of a table holds


@dataclass(frozen=True)
class TableSheet:
    """A sheet with a heading row, a filter and rows of text, or of numbers and dates in columns styled for them.

    `done_column`: a row with text there is tinted. `pages_wide`: how many pages side by side it prints on.
    `print_header`: a line at the top of each printed page. `heights`: points a row, where they are known better
    than by the texts' lengths.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Field]]
    choices: tuple[Choice, ...] = ()
    frozen_columns: int = 0
    done_column: int | None = None
    pages_wide: int = 1
    tints: tuple[Tint, ...] = ()
    print_header: str = ""
    heights: Sequence[int] = ()


class DrawnSheet(Protocol):
    """A sheet that makes its own XML."""

    @property
    def name(self) -> str:
        """The name on its tab."""

    def part(self, strings: "Strings", *, selected: bool) -> str:
        """The XML of the sheet."""


@dataclass(frozen=True)
class TextSheet:
    """A sheet to read: lines of (style, text, text of the second column)."""

    name: str
    lines: Sequence[tuple[int, str, str]]
    widths: tuple[float, float] = (29, 96)


def cell_text(text: str) -> str:
    """The text as it goes into a cell: unseen characters shown, cut where a cell can hold no more."""
    text = shown(text)
    if len(text) * 2 <= CELL_LIMIT or len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return text
    room = (CELL_LIMIT - len(_CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def column_letters(number: int) -> str:
    """0 -> `A`, 25 -> `Z`, 26 -> `AA`."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Strings:
    """The workbook's texts, each stored once; `number` gives a text's place."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The place of a text, which is remembered."""
        return self._numbers.setdefault(text, len(self._numbers))

    def part(self) -> str:
        """The XML of the shared strings."""
        items = "".join(f'<si><t xml:space="preserve">{_stored(text)}</t></si>' for text in self._numbers)
        return f'{_XML}<sst xmlns="{MAIN}" uniqueCount="{len(self._numbers)}">{items}</sst>'


def _stored(text: str) -> str:
    text = escape(cell_text(text) if _ILLEGAL.search(text) else text)
    return _STORED_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def table_part(sheet: TableSheet, strings: Strings, *, selected: bool) -> str:
    """The XML of a table sheet."""
    last_column = column_letters(len(sheet.columns) - 1)
    last_row = max(len(sheet.rows) + 1, 2)
    letters = [column_letters(number) for number in range(len(sheet.columns))]
    styles = [column.style for column in sheet.columns]
    number = strings.number
    heads = "".join(
        f'<c r="{letter}1" s="{column.heading_style}" t="s"><v>{number(column.heading)}</v></c>'
        for letter, column in zip(letters, sheet.columns, strict=True)
    )
    body = [f'<row r="1" ht="30" customHeight="1">{heads}</row>']
    starts = [(f'<c r="{letter}', f'" s="{style}"') for letter, style in zip(letters, styles, strict=True)]
    exact = [column.exact for column in sheet.columns]
    room = [max(1, int(column.width)) if column.style != CODE else CELL_LIMIT for column in sheet.columns]
    heights = sheet.heights or [_height(texts, room) for texts in sheet.rows]
    for row, (texts, height) in enumerate(zip(sheet.rows, heights, strict=True), start=2):
        cells = [
            f'{start}{row}{end} t="s"><v>{number(text if as_is else cell_text(text))}</v></c>'
            if text and isinstance(text, str)
            else f"{start}{row}{end}{_number(text)}"
            for (start, end), text, as_is in zip(starts, texts, exact, strict=True)
        ]
        body.append(f'<row r="{row}" ht="{height}">{"".join(cells)}</row>')
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" style="{column.style}" customWidth="1"/>'
        for place, column in enumerate(sheet.columns, start=1)
    )
    return (
        f'{_XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{last_column}{last_row}"/>{_view(sheet, selected=selected)}'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols>'
        f"<sheetData>{''.join(body)}</sheetData>"
        f'<autoFilter ref="A1:{last_column}{last_row}"/>{_done(sheet, last_column, last_row)}'
        f"{_tinted(sheet.tints, last_row)}{_validations(sheet.choices, last_row)}"
        f"{_print_setup('landscape', sheet.pages_wide, sheet.print_header)}"
        f"{_no_warnings(sheet, last_column, last_row)}</worksheet>"
    )


def _no_warnings(sheet: TableSheet, last_column: str, last_row: int) -> str:
    """Ids such as 4.1 are texts on purpose; a printed sheet has no use for a mark at each of them."""
    if not sheet.print_header:
        return ""
    area = f"A1:{last_column}{last_row}"
    return f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors>'


def _number(value: Field) -> str:
    """The end of the XML of a cell that holds a number or a day (as Excel counts: 1 is 1 January 1900), or nothing."""
    if isinstance(value, date):
        value = (value - _DAY_NOUGHT).days
    return "/>" if isinstance(value, str) else f"><v>{value}</v></c>"


def _height(texts: Sequence[Field], room: Sequence[int]) -> int:
    """The points a row needs to show its wrapped texts; spreadsheets do not all work it out on opening."""
    lines = 1
    for text, width in zip(texts, room, strict=True):
        if not isinstance(text, str):
            continue
        if len(text) > width or "\n" in text:
            lines = max(lines, sum(1 + len(part) // width for part in text.split("\n")))
    return min(15 * lines + 3, _TALLEST)


def _view(sheet: TableSheet, *, selected: bool) -> str:
    frozen = sheet.frozen_columns
    corner = f"{column_letters(frozen)}2"
    across = f' xSplit="{frozen}"' if frozen else ""
    pane = "bottomRight" if frozen else "bottomLeft"
    chosen = ' tabSelected="1"' if selected else ""
    return (
        f'<sheetViews><sheetView showGridLines="0"{chosen} workbookViewId="0">'
        f'<pane{across} ySplit="1" topLeftCell="{corner}" activePane="{pane}" state="frozen"/>'
        f'<selection pane="{pane}" activeCell="{corner}" sqref="{corner}"/></sheetView></sheetViews>'
    )


def _done(sheet: TableSheet, last_column: str, last_row: int) -> str:
    if sheet.done_column is None:
        return ""
    cell = f"${column_letters(sheet.done_column)}2"
    return (
        f'<conditionalFormatting sqref="A2:{last_column}{last_row}">'
        f'<cfRule type="expression" dxfId="0" priority="1"><formula>LEN({cell})&gt;0</formula></cfRule>'
        "</conditionalFormatting>"
    )


def _tinted(tints: Sequence[Tint], last_row: int) -> str:
    """One rule a tint, after the one for rows that are done."""
    each = []
    for place, tint in enumerate(tints, start=2):
        letter = column_letters(tint.column)
        said = escape(tint.text.replace('"', '""'))
        each.append(
            f'<conditionalFormatting sqref="{letter}2:{letter}{last_row}">'
            f'<cfRule type="expression" dxfId="{tint.number}" priority="{place}">'
            f'<formula>${letter}2="{said}"</formula></cfRule></conditionalFormatting>'
        )
    return "".join(each)


def _validations(choices: Sequence[Choice], last_row: int) -> str:
    if not choices:
        return ""
    each = "".join(
        f'<dataValidation type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1" '
        f"errorTitle={quoteattr(one.title)} error={quoteattr('Choose one of: ' + ', '.join(one.options))} "
        f"promptTitle={quoteattr(one.title)} prompt={quoteattr(one.prompt)} "
        f'sqref="{column_letters(one.column)}2:{column_letters(one.column)}{last_row}">'
        f'<formula1>"{escape(",".join(one.options))}"</formula1></dataValidation>'
        for one in choices
    )
    return f'<dataValidations count="{len(choices)}">{each}</dataValidations>'


def _print_setup(orientation: str, pages_wide: int = 1, header: str = "") -> str:
    # An ampersand begins a code there, so that one in the text is doubled; no code may follow from its digits.
    short = shown(header).replace("\n", " ")
    while len(short) + short.count("&") > _HEADER_LIMIT:
        short = short[:-1]
    said = escape(short.replace("&", "&&"))
    head = f"<oddHeader>&amp;L&amp;8 {said}</oddHeader>" if header else ""
    return (
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="{orientation}" fitToWidth="{pages_wide}" fitToHeight="0"/>'
        f"<headerFooter>{head}<oddFooter>&amp;L&amp;8&amp;A&amp;R&amp;8Page &amp;P of &amp;N</oddFooter>"
        "</headerFooter>"
    )


def text_part(sheet: TextSheet, strings: Strings, *, selected: bool) -> str:
    """The XML of a sheet to read."""
    body = "".join(
        f'<row r="{row}" ht="{_height((second,), (int(sheet.widths[1]),)) + (12 if style == TITLE else 0)}">'
        + "".join(
            f'<c r="{letter}{row}" s="{kind}" t="s"><v>{strings.number(text)}</v></c>'
            for letter, kind, text in (("B", style, first), ("C", TEXT if style == STRONG else PROSE, second))
            if text
        )
        + "</row>"
        for row, (style, first, second) in enumerate(sheet.lines, start=2)
    )
    chosen = ' tabSelected="1"' if selected else ""
    return (
        f'{_XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0"{chosen} workbookViewId="0"/></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="3" customWidth="1"/>'
        f'<col min="2" max="2" width="{sheet.widths[0]}" customWidth="1"/>'
        f'<col min="3" max="3" width="{sheet.widths[1]}" customWidth="1"/></cols>'
        f"<sheetData>{body}</sheetData>{_print_setup('portrait')}</worksheet>"
    )


def drawn_part(content: str) -> str:
    """The XML of a sheet from its content between the properties and the print set-up: landscape, one page wide."""
    return (
        f'{_XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>{content}'
        f"{_print_setup('landscape')}</worksheet>"
    )


def number_cell(place: str, style: int, value: int | date) -> str:
    """A cell with a number or a day."""
    return f'<c r="{place}" s="{style}"{_number(value)}'


def workbook_bytes(
    title: str,
    sheets: Sequence[TableSheet | TextSheet | DrawnSheet],
    *,
    active: int = 0,
    styles: str = STYLES,
) -> bytes:
    """The package of a workbook; `active` is the sheet it opens on, `styles` the styles its cells name."""
    strings = Strings()
    parts = {
        f"xl/worksheets/sheet{number + 1}.xml": _part(sheet, strings, selected=number == active)
        for number, sheet in enumerate(sheets)
    }
    files = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations(
            (f"{_RELATIONS}/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(title),
        "xl/workbook.xml": _workbook(sheets, active),
        "xl/_rels/workbook.xml.rels": _relations(
            *(
                (f"{_RELATIONS}/worksheet", f"worksheets/sheet{number + 1}.xml")
                for number in range(len(sheets))
            ),
            (f"{_RELATIONS}/styles", "styles.xml"),
            (f"{_RELATIONS}/sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": _XML + styles,
        **parts,
        "xl/sharedStrings.xml": strings.part(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in files.items():
            member = zipfile.ZipInfo(name, _MADE)
            member.create_system = 0
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, text.encode(), compresslevel=3)
    return out.getvalue()


def _part(sheet: TableSheet | TextSheet | DrawnSheet, strings: Strings, *, selected: bool) -> str:
    if isinstance(sheet, TableSheet):
        return table_part(sheet, strings, selected=selected)
    if isinstance(sheet, TextSheet):
        return text_part(sheet, strings, selected=selected)
    return sheet.part(strings, selected=selected)


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    each = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number + 1}.xml" ContentType="{kind}.worksheet+xml"/>'
        for number in range(sheets)
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{each}'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _workbook(sheets: Sequence[TableSheet | TextSheet | DrawnSheet], active: int) -> str:
    each = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number + 1}" r:id="rId{number + 1}"/>'
        for number, sheet in enumerate(sheets)
    )
    names = "".join(
        _table_names(number, sheet) for number, sheet in enumerate(sheets) if isinstance(sheet, TableSheet)
    )
    return (
        f'{_XML}<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}">'
        f'<bookViews><workbookView activeTab="{active}"/></bookViews>'
        f"<sheets>{each}</sheets><definedNames>{names}</definedNames></workbook>"
    )


def _table_names(number: int, sheet: TableSheet) -> str:
    last = f"${column_letters(len(sheet.columns) - 1)}${max(len(sheet.rows) + 1, 2)}"
    local = f'localSheetId="{number}"'
    repeated = f"$A:${column_letters(sheet.frozen_columns - 1)}" if sheet.frozen_columns else ""
    columns = f"'{sheet.name}'!{repeated}," if repeated and sheet.pages_wide > 1 else ""
    return (
        f'<definedName name="_xlnm._FilterDatabase" {local} hidden="1">'
        f"'{sheet.name}'!$A$1:{last}</definedName>"
        f"<definedName name=\"_xlnm.Print_Titles\" {local}>{columns}'{sheet.name}'!$1:$1</definedName>"
    )


def _core(title: str) -> str:
    # A fixed day: the time of making would make equal content unequal bytes.
    day = '<dcterms:{0} xsi:type="dcterms:W3CDTF">1980-01-01T00:00:00Z</dcterms:{0}>'
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_stored(title)}</dc:title><dc:creator>Avow</dc:creator>"
        f"{day.format('created')}{day.format('modified')}</cp:coreProperties>"
    )
