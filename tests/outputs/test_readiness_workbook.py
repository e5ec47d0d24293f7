import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from assessed_readiness import annex_a, assessed
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from avow.assessment.readiness import framework_readiness
from avow.compliance import Compliance
from avow.model.controls import Control
from avow.model.frameworks import Framework, Requirement
from avow.model.readiness import SCORE_FORMULA, FrameworkReadiness
from avow.outputs.readiness_words import STATES
from avow.outputs.readiness_workbook import CHECKED, readiness_workbook
from avow.workspace import Workspace
from readiness_company import company, control, done, framework

ROOT = Path(__file__).resolve().parents[2]


def opened(*frameworks: FrameworkReadiness) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(readiness_workbook(frameworks)))


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    header, *others = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in others]


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def column(sheet: Worksheet, heading: str) -> str:
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)


@pytest.fixture(scope="module")
def own() -> Workbook:
    """The repository's own workbook, all frameworks."""
    return openpyxl.load_workbook(io.BytesIO(readiness_workbook(Compliance(Workspace(ROOT)).readiness())))


def test_there_is_a_cover_a_checklist_each_the_statement_the_steps_and_the_controls() -> None:
    book = opened(assessed(), annex_a())
    assert book.sheetnames == [
        "Summary",
        "SOC 2",
        "ISO 27001",
        "Statement of Applicability",
        "Next steps",
        "Controls",
    ]
    assert opened(assessed()).sheetnames == ["Summary", "SOC 2", "Next steps", "Controls"]


def test_the_cover_says_whose_when_for_what_and_how_it_is_counted() -> None:
    said = texts(opened(assessed())["Summary"])
    assert "Quillworks: readiness" in said
    assert "The whole company, as of 23 November 2026" in said
    assert "50 %" in said
    assert "(1 ready + 1 partly / 2) / 3 that apply" in said
    assert any(SCORE_FORMULA in text for text in said)
    assert set(STATES.values()) <= set(said)


def test_a_row_of_the_checklist_has_state_controls_evidence_owner_and_date() -> None:
    first, second, third, fourth, fifth = rows(opened(assessed())["SOC 2"])
    assert [one["State"] for one in (first, second, third, fourth, fifth)] == list(STATES.values())
    assert (first["Id"], first["Requirement"], first["Group"]) == ("CC1", "Requirement CC1", "Access")
    assert first["Controls behind it"] == "• In place: The good control"
    assert first["Evidence, its age and validity"] == "• Audit report\n   326 days old, until 2027-06-30"
    assert (first["Owner"], first["Next date"]) == ("Head of IT", datetime(2027, 6, 30))  # noqa: DTZ001
    assert first["What is due"] == "Audit report expires"
    lines = str(second["Controls behind it"]).split("\n")
    assert lines[0] == "• The open control: planned"
    assert lines[1].endswith("implemented; evidence it rests on is no longer valid")
    assert str(second["Evidence, its age and validity"]).startswith(
        "• Last year's report\n   691 days old, EXPIRED 2026-01-31"
    )
    assert third["In place"] == "0 of 1"
    assert str(fourth["Justification"]).startswith("=HYPERLINK")
    assert fifth["Justification"] == "addressed to somebody else"
    assert not any(row["Checked"] or row["Auditor's note"] for row in (first, second, third, fourth, fifth))


def test_a_checklist_has_dropdowns_a_filter_a_frozen_head_and_is_set_up_for_print() -> None:
    sheet = opened(assessed())["SOC 2"]
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    state, checked = column(sheet, "State"), column(sheet, "Checked")
    assert lists[f"{checked}2:{checked}6"] == f'"{",".join(CHECKED)}"'
    assert lists[f"{state}2:{state}6"] == f'"{",".join(STATES.values())}"'
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}6"
    assert sheet.freeze_panes == "C2"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape", 1, 0,
    )  # fmt: skip
    assert sheet.print_title_rows == "$1:$1"
    assert "Page &P of &N" in f"{sheet.oddFooter.right.text}".replace("&8", "")
    header = sheet.oddHeader.left.text
    assert "Quillworks: Readiness for SOC 2: criteria. The whole company, 23 November 2026" in header


def test_every_state_is_tinted_by_its_words_so_that_the_colour_follows_the_dropdown() -> None:
    sheet = opened(assessed())["SOC 2"]
    state = column(sheet, "State")
    rules = {
        rule.formula[0]: rule.dxf.fill.bgColor.rgb
        for area in sheet.conditional_formatting
        for rule in area.rules
        if str(area.sqref).startswith(f"{state}2")
    }
    assert set(rules) == {f'${state}2="{words}"' for words in STATES.values()}
    ready, partly, lacking = (rules[f'${state}2="{words}"'] for words in list(STATES.values())[:3])
    assert len({ready, partly, lacking}) == 3


def test_the_designation_is_a_column_where_the_framework_has_one() -> None:
    frame = Framework(
        id="hipaa",
        title="HIPAA Security Rule",
        version="1",
        requirements=(Requirement(id="164.308(a)(1)(ii)(A)", title="Risk analysis", designation="required"),),
    )
    book = opened(framework_readiness(frame, company([], [], [frame])))
    (row,) = rows(book["HIPAA"])
    assert row["Required or addressable"] == "Required"
    assert row["Controls behind it"] == "No control is mapped to it."
    assert "Required or addressable" not in [cell.value for cell in opened(assessed())["SOC 2"][1]]


def test_a_column_nobody_filled_is_left_out() -> None:
    frame = framework("CC1")
    book = opened(framework_readiness(frame, company([], [], [frame])))
    assert "Justification" not in [cell.value for cell in book["SOC 2"][1]]


def test_many_controls_behind_one_requirement_stay_on_a_page() -> None:
    many: list[Control] = [control(f"c{number:02}", "CC1") for number in range(60)]
    entries = [done(one.id, owner="" if number % 2 else "x") for number, one in enumerate(many)]
    frame = framework("CC1")
    sheet = opened(framework_readiness(frame, company(many, entries, [frame])))["SOC 2"]
    (row,) = rows(sheet)
    assert "• 22 more lack something: c17, c19" in str(row["Controls behind it"])
    assert "and 18 more, see the sheet “Controls”" in str(row["Controls behind it"])
    assert sheet.row_dimensions[2].height <= 409


def test_the_next_steps_are_there_in_order_with_numbers_as_numbers() -> None:
    first, second = rows(opened(assessed())["Next steps"])
    assert (first["Framework"], first["Step"], first["Id"]) == ("SOC 2", 1, "open")
    assert (first["Makes ready"], first["Which become ready"], first["Brings nearer"]) == (1, "CC3", 1)
    assert first["Planned for"] == datetime(2027, 3, 31)  # noqa: DTZ001
    assert first["What it lacks"] == "The control is not implemented."
    assert (second["Step"], second["Id"], second["Makes ready"]) == (2, "half", 1)


def test_each_control_stands_once_on_its_sheet_with_its_requirements() -> None:
    good, half, open_ = rows(opened(assessed())["Controls"])
    assert (good["Id"], good["Stands"], good["Requirements"]) == ("good", "In place", "SOC 2: CC1")
    assert (half["Stands"], half["What it lacks"]) == ("Partly", "Evidence it rests on is no longer valid.")
    assert half["Evidence, its age and validity"] == (
        "• Last year's report\n   691 days old, EXPIRED 2026-01-31\n• Audit report\n   326 days old, until 2027-06-30"
    )
    assert (open_["Status"], open_["Stands"]) == ("Planned", "Missing")


def test_the_statement_of_applicability_says_what_is_in_why_and_how_far() -> None:
    found = rows(opened(annex_a())["Statement of Applicability"])
    assert list(found[0]) == [
        "Control", "Title", "Theme", "Included or excluded", "Justification", "Implementation status",
        "Our controls", "Owner",
    ]  # fmt: skip
    said = {
        str(row["Control"]): (row["Included or excluded"], row["Justification"], row["Implementation status"])
        for row in found
    }
    nothing = "No justification given"
    assert said == {
        "A.5.1": ("Included", "customers ask for it", "Implemented"),
        "A.5.2": ("Included", nothing, "Implemented, proof incomplete"),
        "A.5.3": ("Included", nothing, "Partly implemented"),
        "A.5.4": ("Included", nothing, "Planned"),
        "A.5.5": ("Included", nothing, "Not implemented"),
        "A.5.6": ("Excluded", "No development is bought.", "Not applicable"),
        "A.5.7": ("Excluded", "no doors", "Not applicable"),
        "A.5.8": ("Included", nothing, "Not implemented"),
    }
    assert found[0]["Our controls"] == "The a1 control [a1]"
    assert found[0]["Owner"] == "Head of IT"


def test_the_repositorys_own_statement_has_the_93_controls_of_annex_a(own: Workbook) -> None:
    found = rows(own["Statement of Applicability"])
    ids = [str(row["Control"]) for row in found]
    assert len(ids) == len(set(ids)) == 93
    themes = {theme: sum(one.startswith(f"A.{theme}.") for one in ids) for theme in (5, 6, 7, 8)}
    assert themes == {5: 37, 6: 8, 7: 14, 8: 34}
    assert all(row["Justification"] and row["Implementation status"] for row in found)
    assert {row["Included or excluded"] for row in found} <= {"Included", "Excluded"}
    excluded = [row for row in found if row["Included or excluded"] == "Excluded"]
    assert all(row["Implementation status"] == "Not applicable" for row in excluded)


def test_the_repositorys_own_checklists_have_every_assessable_requirement(own: Workbook) -> None:
    for one in Compliance(Workspace(ROOT)).readiness():
        sheet = next(
            sheet
            for sheet in own.worksheets
            if sheet["A1"].value == "Id" and sheet["A2"].value == one.requirements[0].requirement.id
        )
        assert [row["Id"] for row in rows(sheet)] == [row.requirement.id for row in one.requirements]


def test_no_text_is_a_formula_and_unseen_characters_are_seen() -> None:
    data = readiness_workbook([assessed(), annex_a()])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
        strings = package.read("xl/sharedStrings.xml").decode()
    assert not any(re.search(r"<f[ >]", text) for text in sheets)
    assert "\u202e" not in strings
    assert "\\u202e" in strings
    assert "<script>" not in strings
    kinds = {
        type(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert kinds == {str, int, datetime}


def test_equal_readiness_gives_equal_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = readiness_workbook([assessed(), annex_a()])
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert readiness_workbook([assessed(), annex_a()]) == first


@pytest.mark.parametrize("title", ["A/B: [x]*?'&", "'", "History", "Summary", "x" * 60, "Ünïted"])
def test_any_framework_of_ones_own_gets_a_sheet_excel_takes(title: str) -> None:
    frames = [framework("R1", identifier=f"own{number}", title=title) for number in range(2)]
    found = [framework_readiness(one, company([], [], frames)) for one in frames]
    names = opened(*found).sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert "History" not in names  # Excel keeps it for itself
    assert all(0 < len(name) <= 31 and not re.search(r"[\\/*?:\[\]']", name) for name in names)


def test_a_date_column_holds_days_as_excel_counts_them() -> None:
    sheet = opened(assessed())["SOC 2"]
    cell = sheet[f"{column(sheet, 'Next date')}2"]
    assert cell.is_date
    assert cell.number_format.replace("\\", "") == "yyyy-mm-dd"
    assert cell.value.date() == date(2027, 6, 30)


def test_a_print_header_is_no_longer_than_excel_takes_and_runs_no_code() -> None:
    frame = framework("R1", title="R&D &D&P " * 40)
    sheet = opened(framework_readiness(frame, company([], [], [frame]))).worksheets[1]
    header = sheet.oddHeader.left.text
    assert len(header) <= 250
    assert "R&&D &&D&&P" in header
