"""The example questionnaires: the committed files are what the data says, and hold what they promise."""

import csv
import io
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import yaml
from lxml import etree
from openpyxl.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
WORKBOOK = EXAMPLES / "meridian-vendor-risk.xlsx"
FORM = EXAMPLES / "short-vendor-form.csv"
QUESTION_SHEETS = ("1 Information Security", "2 Data & Privacy", "3 Resilience & Suppliers")
VERDICTS = {"yes", "partial", "no", "not-applicable", "none"}
NS = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "x14": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
    "xm": "http://schemas.microsoft.com/office/excel/2006/main",
}


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(WORKBOOK)


@pytest.fixture(scope="module")
def stored() -> Workbook:
    """The workbook with the stored values of its formulas."""
    return openpyxl.load_workbook(WORKBOOK, data_only=True)


@pytest.fixture(scope="module")
def labels() -> list[dict[str, object]]:
    return yaml.safe_load((EXAMPLES / "meridian-expected.yaml").read_text(encoding="utf-8"))["rows"]


@pytest.fixture(scope="module")
def library() -> dict[str, dict[str, object]]:
    answers = {}
    for path in (ROOT / "answer_library").glob("*.yaml"):
        for answer in yaml.safe_load(path.read_text(encoding="utf-8")).get("answers", ()):
            answers[answer["id"]] = answer
    return answers


def part(name: str) -> etree._Element:
    with zipfile.ZipFile(WORKBOOK) as package:
        return etree.fromstring(package.read(name))


def references(book: Workbook, sheet: str) -> dict[str, str]:
    """Reference -> cell of the question, read from the sheet itself."""
    found = {}
    for row in book[sheet].iter_rows(max_col=2):
        ref = str(row[0].value or "")
        if ref[:3] in ("IS-", "DP-", "RS-"):
            assert ref not in found
            found[ref] = row[1].coordinate
    return found


# --- built, not edited ------------------------------------------------------------------------------


def built(target: Path) -> Path:
    script = EXAMPLES / "build_examples.py"
    subprocess.run(
        [sys.executable, str(script), str(target)], check=True, capture_output=True, cwd=target.parent
    )
    return target


def contents(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(path) as package:
        return [(info.filename, info.date_time, package.read(info)) for info in package.infolist()]


def test_the_committed_workbook_is_what_the_script_builds(tmp_path: Path) -> None:
    """Part by part: the packed bytes may differ with the compression library, the parts may not."""
    assert contents(built(tmp_path / "again.xlsx")) == contents(WORKBOOK)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    assert built(tmp_path / "one.xlsx").read_bytes() == built(tmp_path / "two.xlsx").read_bytes()


# --- what a bank's workbook has ---------------------------------------------------------------------


def test_sheets_and_number_of_questions(book: Workbook) -> None:
    assert book.sheetnames == ["Cover", "Summary", *QUESTION_SHEETS, "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    counts = [len(references(book, sheet)) for sheet in QUESTION_SHEETS]
    assert sum(counts) >= 120
    assert min(counts) >= 30


def test_headers_stand_where_banks_put_them(book: Workbook) -> None:
    security, privacy, resilience = (book[name] for name in QUESTION_SHEETS)
    assert [security[f"{c}9"].value for c in "BDE"] == [
        "Control question",
        "Response",
        "Comments and evidence",
    ]
    assert "C7:E7" in {str(area) for area in privacy.merged_cells.ranges}
    assert [privacy[f"{c}8"].value for c in "CDE"] == ["Yes", "No", "N/A"]
    repeated = [cell.row for cell in resilience["B"] if cell.value == "Requirement"]
    assert repeated[0] == 5
    assert len(repeated) == 6


@pytest.mark.parametrize("sheet", QUESTION_SHEETS)
def test_sections_are_merged_filled_rows(book: Workbook, sheet: str) -> None:
    ws = book[sheet]
    sections = [
        area
        for area in ws.merged_cells.ranges
        if area.min_col == 1
        and area.min_row > 3
        and area.max_col == ws.max_column
        and ws.cell(area.min_row, 1).fill.start_color.rgb.endswith("DCE8EC")
    ]
    assert len(sections) >= 5


def test_dropdowns_differ_by_sheet(book: Workbook) -> None:
    formulas = [
        [rule.formula1 for rule in book[name].data_validations.dataValidation] for name in QUESTION_SHEETS
    ]
    assert formulas == [['"Yes, No, Partial, N/A"'], ['"X"'], ["Scale_Compliance"]]
    assert book.defined_names["Scale_Compliance"].attr_text == "Lists!$A$2:$A$5"
    assert [row[0].value for row in book["Lists"]["A2:A5"]] == [
        "Compliant",
        "Partially compliant",
        "Not compliant",
        "Not applicable",
    ]


def test_an_extension_validation_refers_to_the_hidden_sheet(book: Workbook) -> None:
    (rule,) = part("xl/worksheets/sheet5.xml").findall(
        "m:extLst/m:ext/x14:dataValidations/x14:dataValidation", NS
    )
    assert rule.findtext("x14:formula1/xm:f", namespaces=NS) == "Lists!$B$2:$B$5"
    assert book["Lists"]["B2"].value == "Fully implemented"
    cells = rule.findtext("xm:sqref", namespaces=NS).split()
    questions = {cell[1:] for ref, cell in references(book, QUESTION_SHEETS[2]).items() if ref[3] in "EF"}
    assert {cell[1:] for cell in cells} <= questions
    assert len(cells) >= 15


def test_protected_sheet_leaves_the_answer_cells_open(book: Workbook) -> None:
    ws = book[QUESTION_SHEETS[0]]
    assert ws.protection.sheet
    assert not ws.protection.password
    (rule,) = ws.data_validations.dataValidation
    for area in rule.sqref.ranges:
        for row, column in area.cells:
            assert not ws.cell(row, column).protection.locked
    for cell in references(book, QUESTION_SHEETS[0]).values():
        assert ws[cell].protection.locked
        assert not ws[f"E{cell[1:]}"].protection.locked or f"D{cell[1:]}:E{cell[1:]}" in ws.merged_cells


def test_summary_counts_with_formulas_and_has_a_chart(book: Workbook, stored: Workbook) -> None:
    ws, values = book["Summary"], stored["Summary"]
    assert len(ws._charts) == 1
    assert [ws[f"B{row}"].value.count("COUNTIF") for row in (6, 7, 8)] == [1, 1, 2]
    for row in (6, 7, 8, 9):
        assert [values[f"{c}{row}"].value for c in "BCDE"] == [0, 0, 0, 0]
        assert values[f"F{row}"].value == values[f"G{row}"].value > 0
    assert values["G9"].value == sum(values[f"G{row}"].value for row in (6, 7, 8))


def test_a_question_is_a_formula_with_a_stored_value(book: Workbook, stored: Workbook) -> None:
    formulas = [
        (name, cell)
        for name in QUESTION_SHEETS
        for cell in references(book, name).values()
        if book[name][cell].data_type == "f"
    ]
    assert len(formulas) == 1
    (name, cell) = formulas[0]
    assert "&Cover!$C$7&" in book[name][cell].value
    assert stored["Cover"]["C7"].value in stored[name][cell].value
    assert stored[name][cell].value.endswith("?")


def test_the_smaller_things(book: Workbook) -> None:
    security, privacy, resilience = (book[name] for name in QUESTION_SHEETS)
    hidden = [row for row, size in security.row_dimensions.items() if size.hidden]
    assert len(hidden) == 1
    assert security[f"A{hidden[0]}"].value.startswith("IS-")
    assert security["D9"].comment.text
    assert "D12:E12" in {str(area) for area in security.merged_cells.ranges}
    instructions = [cell for cell in security["A"] if str(cell.value).startswith("Answer this section")]
    assert len(instructions) == 1
    for ws in (security, privacy, resilience):
        assert ws.freeze_panes
        assert ws.conditional_formatting
        assert ws.print_title_rows
        assert ws.page_setup.orientation == "landscape"


# --- the labels -------------------------------------------------------------------------------------


def test_every_question_has_exactly_one_label(book: Workbook, labels: list[dict[str, object]]) -> None:
    asked = Counter(
        (name, cell, ref) for name in QUESTION_SHEETS for ref, cell in references(book, name).items()
    )
    assert Counter((row["sheet"], row["cell"], row["ref"]) for row in labels) == asked


def test_labels_name_answers_of_the_library(
    labels: list[dict[str, object]], library: dict[str, dict[str, object]]
) -> None:
    for row in labels:
        assert row["verdict"] in VERDICTS, row
        named = [row["expect"], *row.get("also", ()), *row.get("parts", ())]
        assert [name for name in named if name != "none" and name not in library] == [], row
        assert not row.get("parts") or row["expect"] == "none", row


def test_a_verdict_differs_from_the_library_only_in_a_trap(
    labels: list[dict[str, object]], library: dict[str, dict[str, object]]
) -> None:
    for row in labels:
        if row["expect"] == "none" or row["verdict"] == "none" or "trap" in row:
            continue
        assert row["verdict"] == library[row["expect"]]["verdict"], row


def test_most_rows_are_ordinary(labels: list[dict[str, object]]) -> None:
    """A neighbour in the next row does not make a plain question a hard one."""
    hard = [row for row in labels if row.get("trap", "neighbour") not in ("neighbour", "follow-up")]
    assert 0.25 <= len(hard) / len(labels) <= 0.45
    assert len({row["trap"] for row in hard}) >= 10


def test_no_question_is_a_phrasing_of_the_library(
    stored: Workbook, library: dict[str, dict[str, object]]
) -> None:
    phrasings = {
        str(text).casefold()
        for answer in library.values()
        for text in (answer["question"], *answer.get("phrasings", ()))
    }
    asked = {
        stored[name][cell].value.casefold()
        for name in QUESTION_SHEETS
        for cell in references(stored, name).values()
    }
    assert asked & phrasings == set()


# --- the short form ---------------------------------------------------------------------------------


def test_short_form_is_semicolon_csv_with_mark_and_windows_line_ends() -> None:
    raw = FORM.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == ["Ref", "Topic", "Question", "Answer", "Comments"]
    assert 25 <= len(rows) - 1 <= 30
    assert all(len(row) == 5 and row[2] and not row[3] and not row[4] for row in rows[1:])
    assert any(";" in row[2] for row in rows[1:])
    assert any(not row[2].isascii() for row in rows[1:])
