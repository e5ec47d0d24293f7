"""Build `meridian-vendor-risk.xlsx` from the data files in `meridian/`.

    python examples/build_examples.py [TARGET]

openpyxl writes what it can, `package_patches` the rest. The same data gives the same bytes.
"""

import sys
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from house_style import (
    BOX,
    MIST,
    NAVY,
    SAND,
    TEAL,
    Sheet,
    add_validation,
    answer_cell,
    banner,
    closed_cell,
    fill,
    heading,
    note,
    page_setup,
    question_cell,
    reference_cell,
    section,
    widths,
    write,
)
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from package_patches import (
    Patch,
    repacked,
    with_extension_list,
    with_fixed_dates,
    with_free_heights,
    with_stored_values,
)

HERE = Path(__file__).resolve().parent
DATA = HERE / "meridian"
TARGET = HERE / "meridian-vendor-risk.xlsx"

SCALES = {
    "compliance": ("Compliant", "Partially compliant", "Not compliant", "Not applicable"),
    "implementation": ("Fully implemented", "Partially implemented", "Not implemented", "N/A"),
}
SHEET_1, SHEET_2, SHEET_3 = "1 Information Security", "2 Data & Privacy", "3 Resilience & Suppliers"


def cover(ws: Worksheet, bank: dict[str, Any]) -> None:
    """Who asks, about what, and how to fill the form in."""
    widths(ws, A=3, B=34, C=84)
    for row, text, size in ((1, bank["bank"], 11), (2, bank["title"], 18), (3, bank["edition"], 9)):
        for column in "ABC":
            ws[f"{column}{row}"].fill = fill(NAVY)
        font = Font(name="Arial", size=size, bold=size > 9, color="FFFFFF")
        write(ws, f"B{row}", text, font=font, fill=fill(NAVY), alignment=Alignment(vertical="center"))
        ws.row_dimensions[row].height = size * 2
    label = Font(name="Arial", size=10, bold=True, color=NAVY)

    def title(row: int, text: str) -> None:
        under = Border(bottom=Side(style="medium", color=TEAL))
        write(ws, f"B{row}", text, font=Font(name="Arial", size=11, bold=True, color=TEAL), border=under)
        ws[f"C{row}"].border = under

    title(4, "Engagement")
    row = 5
    for name, value in bank["engagement"].items():
        write(ws, f"B{row}", name, font=label, border=BOX)
        write(ws, f"C{row}", value, border=BOX)
        row += 1
    title(row + 1, "To be completed by the supplier")
    row += 2
    for name in bank["supplier fields"]:
        write(ws, f"B{row}", name, font=label, border=BOX)
        write(ws, f"C{row}", None, border=BOX, fill=fill(SAND))
        row += 1
    title(row + 1, "How to complete this workbook")
    row += 2
    for number, text in enumerate(bank["instructions"], 1):
        ws.merge_cells(f"B{row}:C{row}")
        write(ws, f"B{row}", f"{number}. {text}")
        ws.row_dimensions[row].height = 16
        row += 1
    title(row + 1, "Response scales")
    row += 2
    for where, scale in bank["scales"]:
        write(ws, f"B{row}", where, font=label, border=BOX)
        write(ws, f"C{row}", scale, border=BOX)
        row += 1
    page_setup(ws, f"A1:C{row - 1}", None)


def information_security(sheet: Sheet, bank: dict[str, Any]) -> None:
    """Header in row 9, literal dropdown, protected with open answer cells, free text merged over D:E."""
    ws = sheet.ws
    widths(ws, A=9, B=58, C=7, D=14, E=78, F=20)
    banner(sheet, bank)
    note(sheet, 4, sheet.data["intro"])
    service, supplier = bank["engagement"]["Service in scope"], bank["engagement"]["Supplier"]
    for row, name, value in ((6, "Supplier", supplier), (7, "Service", service)):
        write(ws, f"A{row}", name, font=Font(name="Arial", size=10, bold=True, color=NAVY))
        write(ws, f"B{row}", value)
    headings = (
        "Ref.",
        "Control question",
        "Tier",
        "Response",
        "Comments and evidence",
        "Reviewer (bank use only)",
    )
    for column, text in zip(sheet.columns, headings, strict=True):
        heading(ws, f"{column}9", text)
    help_text = "Partial means: in place for part of the service, or not yet finished. Say which part."
    ws["D9"].comment = Comment(help_text, "Third-Party Risk", height=90, width=260)
    ws.row_dimensions[9].height = 30
    row = 10
    for part in sheet.data["parts"]:
        section(sheet, row, part["heading"])
        row += 1
        if "instruction" in part:
            note(sheet, row, part["instruction"], height=20)
            row += 1
        for item in part["questions"]:
            information_security_row(sheet, row, item, part["tier"], bank)
            row += 1
    ws.freeze_panes = "C10"
    literal = DataValidation(
        "list", formula1='"Yes, No, Partial, N/A"', allow_blank=True, showErrorMessage=True
    )
    literal.errorTitle, literal.error = "Response", "Choose one of the entries in the list."
    add_validation(ws, literal, sheet.choice_cells["literal"])
    for value, ink, paper in (
        ("Yes", "1E6B3A", "DDF0E3"),
        ("Partial", "7A5600", "FCF0CC"),
        ("No", "8E1B1B", "F8DADA"),
    ):
        rule = CellIsRule(operator="equal", formula=[f'"{value}"'], font=Font(color=ink), fill=fill(paper))
        ws.conditional_formatting.add(f"D10:D{row - 1}", rule)
    ws.protection.sheet = True
    ws.protection.formatColumns = ws.protection.formatRows = False
    page_setup(ws, f"A1:F{row - 1}", "9:9")


def information_security_row(
    sheet: Sheet, row: int, item: dict[str, Any], tier: int, bank: dict[str, Any]
) -> None:
    ws, kind = sheet.ws, item.get("answer", "choice")
    reference_cell(ws, f"A{row}", item["ref"])
    question_cell(sheet, f"B{row}", item, bank)
    grey = Font(name="Arial", size=9, color="44525E")
    centre = Alignment(horizontal="center", vertical="top")
    write(ws, f"C{row}", None if kind == "follow-up" else tier, font=grey, border=BOX, alignment=centre)
    answer_cell(ws, f"E{row}")
    if kind == "follow-up":
        closed_cell(ws, f"D{row}")
    else:
        answer_cell(ws, f"D{row}", centred=kind == "choice")
    if kind == "text":
        ws.merge_cells(f"D{row}:E{row}")
    if kind == "choice":
        sheet.choice_cells.setdefault("literal", []).append(f"D{row}")
    closed_cell(ws, f"F{row}")
    ws.row_dimensions[row].hidden = item.get("hidden", False)


def data_and_privacy(sheet: Sheet, bank: dict[str, Any]) -> None:
    """Header over rows 7 and 8: the response is one of three columns, marked with an X."""
    ws = sheet.ws
    widths(ws, A=9, B=62, C=8, D=8, E=8, F=82)
    banner(sheet, bank)
    note(sheet, 4, sheet.data["intro"])
    write(
        ws, "A6", "Owner at Meridian: Group Privacy Office", font=Font(name="Arial", size=9, color="44525E")
    )
    ws["A6"].alignment = Alignment()
    for area, text in (
        ("A7:A8", "No."),
        ("B7:B8", "Question"),
        ("C7:E7", "Response"),
        ("F7:F8", "Explanation"),
    ):
        for cells in ws[area]:
            for cell in cells:
                heading(ws, cell.coordinate, None)
        ws.merge_cells(area)
        heading(ws, area.split(":")[0], text)
    for column, text in (("C", "Yes"), ("D", "No"), ("E", "N/A")):
        heading(ws, f"{column}8", text)
    row = 9
    for part in sheet.data["parts"]:
        section(sheet, row, part["heading"])
        for item in part["questions"]:
            row += 1
            reference_cell(ws, f"A{row}", item["ref"])
            question_cell(sheet, f"B{row}", item, bank)
            for column in "CDE":
                if item.get("answer", "choice") == "choice":
                    answer_cell(ws, f"{column}{row}", centred=True)
                    sheet.choice_cells.setdefault("mark", []).append(f"{column}{row}")
                else:
                    closed_cell(ws, f"{column}{row}")
            answer_cell(ws, f"F{row}")
        row += 1
    ws.freeze_panes = "A9"
    add_validation(ws, DataValidation("list", formula1='"X"', allow_blank=True), sheet.choice_cells["mark"])
    twice = FormulaRule(formula=['COUNTIF($C9:$E9,"X")>1'], fill=fill("F8DADA"))
    ws.conditional_formatting.add(f"C9:E{row - 1}", twice)
    page_setup(ws, f"A1:F{row - 1}", "7:8")


def resilience_and_suppliers(sheet: Sheet, bank: dict[str, Any]) -> None:
    """The header stands again under each part's title, first in row 5; two scales, one of them x14."""
    ws = sheet.ws
    widths(ws, A=10, B=62, C=23, D=82)
    banner(sheet, bank)
    note(sheet, 3, sheet.data["intro"])
    row = 4
    for part in sheet.data["parts"]:
        section(sheet, row, part["heading"])
        for column, text in zip("ABCD", ("Ref", "Requirement", "Status", "Supplier's remarks"), strict=True):
            heading(ws, f"{column}{row + 1}", text)
        row += 2
        if "instruction" in part:
            note(sheet, row, part["instruction"])
            row += 1
        for item in part["questions"]:
            kind = item.get("answer", "choice")
            reference_cell(ws, f"A{row}", item["ref"])
            question_cell(sheet, f"B{row}", item, bank)
            answer_cell(ws, f"C{row}")
            answer_cell(ws, f"D{row}")
            if kind == "choice":
                sheet.choice_cells.setdefault(part["scale"], []).append(f"C{row}")
            elif kind == "text":
                ws.merge_cells(f"C{row}:D{row}")
            else:
                closed_cell(ws, f"C{row}")
            row += 1
        ws.row_dimensions[row].height = 9
        row += 1
    ws.freeze_panes = "A4"
    named = DataValidation("list", formula1="Scale_Compliance", allow_blank=True)
    named.promptTitle, named.prompt, named.showInputMessage = (
        "Status",
        "Compliance with the requirement today.",
        True,
    )
    add_validation(ws, named, sheet.choice_cells["compliance"])
    for paper, position in (("F8DADA", 2), ("FCF0CC", 1)):
        words = [options[position] for options in SCALES.values()]
        either = ",".join(f'$C6="{word}"' for word in words)
        ws.conditional_formatting.add(
            f"C6:C{row - 2}", FormulaRule(formula=[f"OR({either})"], fill=fill(paper))
        )
    page_setup(ws, f"A1:D{row - 2}", "1:3")


def lists(ws: Worksheet) -> None:
    """The hidden sheet behind the dropdowns."""
    for column, (name, options) in zip("AB", SCALES.items(), strict=True):
        write(ws, f"{column}1", name.capitalize(), font=Font(name="Arial", size=10, bold=True))
        for row, option in enumerate(options, 2):
            write(ws, f"{column}{row}", option)
    widths(ws, A=24, B=24)
    ws.sheet_state = "hidden"


SUMMARY_HEADINGS = ("Sheet", "Yes / met", "Partial", "No / not met", "N/A", "Open", "Items to choose", "Done")


def summary_counts(choices: dict[str, int]) -> list[tuple[str, tuple[str, str, str, str], int]]:
    """For each sheet the formulas that count met, partial, not met and not applicable, and the items."""

    def count(sheet: str, columns: str, *words: str) -> str:
        return "+".join(f"COUNTIF('{sheet}'!{columns},\"{word}\")" for word in words)

    scales = list(zip(*SCALES.values(), strict=True))
    return [
        (
            SHEET_1,
            tuple(count(SHEET_1, "$D$10:$D$200", w) for w in ("Yes", "Partial", "No", "N/A")),
            choices[SHEET_1],
        ),
        (
            SHEET_2,
            (
                count(SHEET_2, "$C$9:$C$200", "X"),
                "0",
                count(SHEET_2, "$D$9:$D$200", "X"),
                count(SHEET_2, "$E$9:$E$200", "X"),
            ),
            choices[SHEET_2],
        ),
        (SHEET_3, tuple(count(SHEET_3, "$C$6:$C$200", *words) for words in scales), choices[SHEET_3]),
    ]


def summary(sheet: Sheet, bank: dict[str, Any], choices: dict[str, int]) -> None:
    """What is answered and what is open, counted by formulas, with a chart beside it."""
    ws = sheet.ws
    widths(ws, A=34, B=11, C=11, D=11, E=14, F=11, G=14, H=11)
    banner(sheet, bank)
    note(
        sheet,
        3,
        "Counted from sheets 1 to 3 as they are filled in. Free-text items are not counted.",
        height=20,
    )
    for column, text in zip(sheet.columns, SUMMARY_HEADINGS, strict=True):
        heading(ws, f"{column}5", text)
    ws.row_dimensions[5].height = 30
    centre = Alignment(horizontal="center", vertical="center")

    def put(cell: str, formula: str, stored: int, **style: Any) -> None:
        write(ws, cell, f"={formula}", border=BOX, alignment=centre, **style)
        sheet.formulas[cell] = stored

    for row, (name, counts, items) in enumerate(summary_counts(choices), 6):
        write(ws, f"A{row}", name, border=BOX)
        for column, formula in zip("BCDE", counts, strict=True):
            put(f"{column}{row}", formula, 0)
        put(f"F{row}", f"G{row}-SUM(B{row}:E{row})", items)
        write(ws, f"G{row}", items, border=BOX, alignment=centre)
        put(f"H{row}", f"IF(G{row}=0,0,(G{row}-F{row})/G{row})", 0, number_format="0%")
    bold = Font(name="Arial", size=10, bold=True)
    write(ws, "A9", "Total", font=bold, border=BOX, fill=fill(MIST))
    for column in "BCDEFG":
        stored = sum(choices.values()) if column in "FG" else 0
        put(f"{column}9", f"SUM({column}6:{column}8)", stored, font=bold, fill=fill(MIST))
    put("H9", "IF(G9=0,0,(G9-F9)/G9)", 0, font=bold, fill=fill(MIST), number_format="0%")
    ws.add_chart(progress_chart(ws), "A11")
    page_setup(ws, "A1:H32", None)


def progress_chart(ws: Worksheet) -> BarChart:
    """Stacked bars, one a sheet, in the colours of the answer cells."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 60
    chart.title, chart.style = "Responses by sheet", 10
    chart.add_data(Reference(ws, min_col=2, max_col=6, min_row=5, max_row=8), titles_from_data=True)
    chart.set_categories(Reference(ws, min_col=1, min_row=6, max_row=8))
    for series, colour in zip(chart.series, ("4C9A6A", "E0B84C", "C25450", "9AA5AE", "D5DCE1"), strict=True):
        series.graphicalProperties.solidFill = colour
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend.position = "b"
    chart.width, chart.height = 21.5, 9
    return chart


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def house_font(book: Workbook) -> None:
    """Make the house font the default: column widths are counted in its digits."""
    for font in (book._named_styles["Normal"].font, book._fonts[0]):
        font.name, font.sz, font.scheme = "Arial", 10, None


def build() -> tuple[bytes, dict[str, dict[str, str]]]:
    """The workbook's bytes, and for each sheet the cell in which each reference's question stands."""
    bank = read("cover.yaml")
    book = Workbook()
    house_font(book)
    cover(book.active, bank)
    book.active.title = "Cover"
    overview = Sheet(book.create_sheet("Summary"), {"title": "Summary of responses"}, "ABCDEFGH")
    sheets = []
    for name, columns, data, layout in (
        (SHEET_1, "ABCDEF", "information-security.yaml", information_security),
        (SHEET_2, "ABCDEF", "data-and-privacy.yaml", data_and_privacy),
        (SHEET_3, "ABCD", "resilience-and-suppliers.yaml", resilience_and_suppliers),
    ):
        sheet = Sheet(book.create_sheet(name), read(data), columns)
        layout(sheet, bank)
        sheets.append(sheet)
    lists(book.create_sheet("Lists"))
    choices = {sheet.ws.title: sum(map(len, sheet.choice_cells.values())) for sheet in sheets}
    choices[SHEET_2] //= 3  # three cells to mark for each item
    summary(overview, bank, choices)
    book.defined_names["Scale_Compliance"] = DefinedName("Scale_Compliance", attr_text="Lists!$A$2:$A$5")
    for sheet, colour in ((book["Cover"], NAVY), (overview.ws, NAVY), *((s.ws, TEAL) for s in sheets)):
        sheet.sheet_properties.tabColor = colour
    book.properties.creator, book.properties.title = f"{bank['bank']}, {bank['team']}", bank["title"]
    plain = BytesIO()
    book.save(plain)
    extension = sheets[2].choice_cells["implementation"]
    parts = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate((overview, *sheets), 2)}
    patches: dict[str, list[Patch]] = {
        name: [
            partial(with_stored_values, values=sheet.formulas),
            partial(with_free_heights, rows=sheet.fitted),
        ]
        for name, sheet in parts.items()
    }
    listed = partial(with_extension_list, cells=extension, formula="Lists!$B$2:$B$5")
    patches["xl/worksheets/sheet5.xml"].append(listed)
    patches["docProps/core.xml"] = [with_fixed_dates]
    return repacked(plain.getvalue(), patches), {sheet.ws.title: sheet.questions for sheet in sheets}


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    package, questions = build()
    target.write_bytes(package)
    print(f"{target}: {sum(map(len, questions.values()))} questions, {len(package)} bytes")


if __name__ == "__main__":
    main()
