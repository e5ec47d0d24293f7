"""The main job over generated workbooks: every non-empty row is accounted for, nothing but the answers changes."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge import findings, read_report
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from avow.errors import InputRefusedError
from avow.library.dates import today
from avow.library.starting import start_workspace
from avow.workspace import Workspace

ASKED = [
    "Is customer data encrypted at rest?",
    "Is customer data encrypted in transit?",
    "Is multi-factor authentication enforced for all employees?",
    "Do you have a 24x7 SOC?",
    "What is your recovery time objective (RTO)?",
    "Do you hold a PCI DSS attestation?",
    "Are backups immutable?",
    "If yes, please describe.",
    "How are tigers fed in the zoo?",
    "The supplier shall appoint a data protection officer.",
    "Do staff share accounts?",
    "Sind Kundendaten verschlüsselt?",
    "=1+1 is what?",
]
CHOICES = [
    '"Yes,No,Partial,N/A"',
    '"Compliant, Partially compliant, Not compliant, Not applicable"',
    '"Red,Green"',
    None,
]
HEADINGS = {
    "ref": ["Ref", "ID", "No."],
    "question": ["Question", "Control question", "Requirement"],
    "answer": ["Answer", "Response", "Vendor response"],
    "comment": ["Comments", "Explanation"],
    "other": ["Owner", "Weight"],
}

row_kinds = st.sampled_from(
    ["question"] * 8 + ["section", "note", "blank", "stray", "answered", "formula", "hidden"]
)
texts = st.one_of(st.sampled_from(ASKED), st.text(min_size=1, max_size=40).map(lambda text: text + "?"))
sheets = st.fixed_dictionaries(
    {
        "columns": st.permutations(["ref", "question", "answer", "comment", "other"]).flatmap(
            lambda order: st.booleans().map(lambda wide: [one for one in order if wide or one != "other"])
        ),
        "top": st.integers(1, 12),
        "preamble": st.lists(texts, max_size=3),
        "choices": st.sampled_from(CHOICES),
        "protected": st.booleans(),
        "rows": st.lists(st.tuples(row_kinds, texts), min_size=1, max_size=14),
        "heading": st.integers(0, 2),
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample") / "workspace"
    start_workspace(root, company=None, bare=False, on=today())
    return root


def build(plan: list[dict[str, Any]], path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for number, sheet_plan in enumerate(plan):
        sheet = book.create_sheet(f"Sheet {number}")
        column = {name: position for position, name in enumerate(sheet_plan["columns"], start=1)}
        for position, text in enumerate(sheet_plan["preamble"][: max(0, sheet_plan["top"] - 1)], start=1):
            put(sheet, position, 1, text)
        top = sheet_plan["top"]
        for name, col in column.items():
            wordings = HEADINGS[name]
            sheet.cell(top, col, wordings[sheet_plan["heading"] % len(wordings)]).font = Font(bold=True)
        for row, (kind, text) in enumerate(sheet_plan["rows"], start=top + 1):
            fill_row(sheet, row, kind, text, column)
        last = top + len(sheet_plan["rows"])
        if sheet_plan["choices"] and "answer" in column:
            validation = DataValidation(type="list", formula1=sheet_plan["choices"])
            letter = sheet.cell(1, column["answer"]).column_letter
            validation.add(f"{letter}{top + 1}:{letter}{last}")
            sheet.add_data_validation(validation)
        if sheet_plan["protected"]:
            sheet.protection.sheet = True
            for row in range(top + 1, last + 1, 2):
                for name in ("answer", "comment"):
                    if name in column:
                        sheet.cell(row, column[name]).protection = Protection(locked=False)
    book.save(path)


def put(sheet: Any, row: int, col: int, text: str) -> None:
    text = "".join(char for char in text if char.isprintable() and not "\ud800" <= char <= "\udfff") or "x?"
    cell = sheet.cell(row, col, text)
    if text.startswith("="):
        cell.data_type = "s"


def fill_row(sheet: Any, row: int, kind: str, text: str, column: dict[str, int]) -> None:
    if kind == "blank":
        return
    if kind == "section":
        sheet.cell(row, 1, "Section heading").fill = PatternFill("solid", fgColor="FFDDEEFF")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(column))
        return
    if kind == "note":
        put(sheet, row, 1, f"Note: please read this before you answer. {text}")
        return
    if kind == "stray":
        put(sheet, row, len(column) + 3, text)
        return
    put(sheet, row, column["question"], text)
    if "ref" in column:
        sheet.cell(row, column["ref"], f"Q-{row}")
    if "answer" in column and kind in ("answered", "formula"):
        sheet.cell(row, column["answer"], "No" if kind == "answered" else "=1+1")
    if kind == "hidden":
        sheet.row_dimensions[row].hidden = True


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=st.lists(sheets, min_size=1, max_size=3))
def test_every_row_is_accounted_for_and_only_the_answers_change(
    sample: Path, plan: list[dict[str, Any]]
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        source = folder / "form.xlsx"
        build(plan, source)
        before = source.read_bytes()
        workspace = Workspace(sample)
        request = workspace.request(product="Harborlight Cloud", region="EU")
        try:
            workspace.fill(source, folder / "out", request)
        except InputRefusedError as refused:
            assert refused.code == "no-question-found"
            return
        assert source.read_bytes() == before
        report = read_report(folder / "out", "form")
        assert findings(source, folder / "out" / "form.filled.xlsx", report) == []
        check_accounting(source, report)
        check_values(source, folder / "out" / "form.filled.xlsx", report)
    finally:
        shutil.rmtree(folder)


def check_accounting(source: Path, report: dict[str, Any]) -> None:
    rows = report["rows"]
    summary = report["summary"]
    assert (
        summary["rows"] == len(rows) == sum(summary[key] for key in ("answered", "review", "gap", "ignored"))
    )
    places = [(row["sheet"], row["cell"]) for row in rows]
    assert len(places) == len(set(places))
    told = {(sheet, int("".join(char for char in cell if char.isdigit()))) for sheet, cell in places}
    for sheet in openpyxl.load_workbook(source):
        for row in sheet.iter_rows():
            if any(cell.value is not None and str(cell.value).strip() for cell in row):
                assert (sheet.title, row[0].row) in told
    for row in rows:
        assert bool(row["written"]) <= (row["outcome"] == "answered")
        assert row["reasons"] or row["outcome"] == "answered"
        assert row["citations"] or row["outcome"] != "answered"


def check_values(source: Path, filled: Path, report: dict[str, Any]) -> None:
    old, new = openpyxl.load_workbook(source), openpyxl.load_workbook(filled)
    for row in report["rows"]:
        for write in row["written"]:
            assert new[write["sheet"]][write["cell"]].value == write["value"]
            assert old[write["sheet"]][write["cell"]].value is None
