"""The bank's house style: the pieces every sheet of the example workbook is put together from."""

import re
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

NAVY, TEAL, MIST, SAND, GREY = "14324F", "2E7D83", "DCE8EC", "F7F3E8", "ECEEF0"
HAIR = Side(style="thin", color="B8C4CC")
BOX = Border(left=HAIR, right=HAIR, top=HAIR, bottom=HAIR)
OPEN = Protection(locked=False)


@dataclass
class Sheet:
    """A sheet being written, and what has been placed on it so far."""

    ws: Worksheet
    data: dict[str, Any]
    columns: str  # the letters of the table, first to last
    choice_cells: dict[str, list[str]] = field(default_factory=dict)  # by scale
    questions: dict[str, str] = field(default_factory=dict)  # reference -> cell of the question
    formulas: dict[str, str | int] = field(default_factory=dict)  # cell -> stored value
    fitted: list[int] = field(default_factory=list)  # rows whose height follows their text

    @property
    def last(self) -> str:
        return self.columns[-1]


def fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


def write(ws: Worksheet, cell: str, value: Any, **style: Any) -> Any:
    """Write one value in the house style; keyword arguments are openpyxl style objects."""
    target = ws[cell]
    target.value = value
    target.font = style.pop("font", Font(name="Arial", size=10))
    target.alignment = style.pop("alignment", Alignment(wrap_text=True, vertical="top"))
    for name, item in style.items():
        setattr(target, name, item)
    return target


def banner(sheet: Sheet, bank: dict[str, Any]) -> None:
    """Title rows at the head of a questionnaire sheet."""
    ws, last = sheet.ws, sheet.last
    for row, text, size, height in (
        (1, f"{bank['bank']} · {bank['team']}", 9, 16),
        (2, sheet.data["title"], 15, 26),
    ):
        ws.merge_cells(f"A{row}:{last}{row}")
        for column in sheet.columns:
            ws[f"{column}{row}"].fill = fill(NAVY)
        font = Font(name="Arial", size=size, bold=row == 2, color="FFFFFF")
        write(
            ws, f"A{row}", text, font=font, fill=fill(NAVY), alignment=Alignment(vertical="center", indent=1)
        )
        ws.row_dimensions[row].height = height


def note(sheet: Sheet, row: int, text: str, height: int = 28) -> None:
    """An instruction over the whole width of the table."""
    sheet.ws.merge_cells(f"A{row}:{sheet.last}{row}")
    font = Font(name="Arial", size=9, italic=True, color="44525E")
    write(sheet.ws, f"A{row}", text, font=font, fill=fill(SAND))
    sheet.ws[f"A{row}"].alignment = Alignment(wrap_text=True, vertical="center", indent=1)
    sheet.ws.row_dimensions[row].height = height


def section(sheet: Sheet, row: int, text: str) -> None:
    """A merged, filled row that opens a section."""
    for column in sheet.columns:
        sheet.ws[f"{column}{row}"].fill = fill(MIST)
        sheet.ws[f"{column}{row}"].border = Border(top=Side(style="medium", color=TEAL), bottom=HAIR)
    sheet.ws.merge_cells(f"A{row}:{sheet.last}{row}")
    font = Font(name="Arial", size=11, bold=True, color=NAVY)
    write(sheet.ws, f"A{row}", text, font=font, alignment=Alignment(vertical="center", indent=1))
    sheet.ws.row_dimensions[row].height = 21


def heading(ws: Worksheet, cell: str, text: str) -> None:
    """A column heading."""
    font = Font(name="Arial", size=10, bold=True, color="FFFFFF")
    middle = Alignment(wrap_text=True, vertical="center", horizontal="center")
    write(ws, cell, text, font=font, fill=fill(TEAL), border=BOX, alignment=middle)


def question_cell(sheet: Sheet, cell: str, item: dict[str, Any], bank: dict[str, Any]) -> None:
    """The question itself; `{Cover!$C$7}` inside it turns the cell into a formula with a stored value."""
    text = item["ask"]
    indent = 2 if item.get("answer") == "follow-up" else 0
    font = Font(name="Arial", size=10, italic=bool(indent))
    reference = re.search(r"\{([^}]+)\}", text)
    if reference:
        before, after = text[: reference.start()], text[reference.end() :]
        client = bank["engagement"]["Meridian client entity"]
        sheet.formulas[cell] = f"{before}{client}{after}"
        text = f'="{before}"&{reference[1]}&"{after}"'
    alignment = Alignment(wrap_text=True, vertical="top", indent=indent)
    write(sheet.ws, cell, text, font=font, border=BOX, alignment=alignment)
    sheet.questions[item["ref"]] = cell
    fit(sheet, cell, sheet.formulas.get(cell, item["ask"]))


ROOM = 4  # lines


def fit(sheet: Sheet, cell: str, text: Any) -> None:
    """Make the row as high as its question needs, and leave room to write an answer of a few lines.

    Spreadsheets do not fit rows to their text when they open a file.
    """
    column, row = coordinate_from_string(cell)
    lines = ceil(len(str(text)) / (sheet.ws.column_dimensions[column].width * 1.15))
    sheet.ws.row_dimensions[row].height = 4 + 13 * max(lines, ROOM)
    sheet.fitted.append(row)


def answer_cell(ws: Worksheet, cell: str, *, centred: bool = False) -> None:
    """An empty cell for the supplier."""
    middle = Alignment(wrap_text=True, vertical="top", horizontal="center" if centred else None)
    write(ws, cell, None, border=BOX, protection=OPEN, alignment=middle)


def closed_cell(ws: Worksheet, cell: str) -> None:
    """A greyed cell in which nothing is to be entered."""
    write(ws, cell, None, border=BOX, fill=fill(GREY))


def reference_cell(ws: Worksheet, cell: str, text: str) -> None:
    write(ws, cell, text, font=Font(name="Arial", size=10, color="44525E"), border=BOX)


def page_setup(ws: Worksheet, area: str, title_rows: str | None) -> None:
    """Landscape A4, one page wide, headings on each page."""
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.print_area = area
    if title_rows:
        ws.print_title_rows = title_rows
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.page_margins.top, ws.page_margins.bottom = 0.5, 0.7
    ws.oddFooter.left.text, ws.oddFooter.center.text = "Meridian Bank plc – confidential", "&A"
    ws.oddFooter.right.text = "Page &P of &N"
    ws.sheet_view.showGridLines = False


def widths(ws: Worksheet, **columns: float) -> None:
    for letter, width in columns.items():
        ws.column_dimensions[letter].width = width


def add_validation(ws: Worksheet, validation: DataValidation, cells: list[str]) -> None:
    ws.add_data_validation(validation)
    for cell in cells:
        validation.add(cell)
