import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from avow.model.content import Content
from avow.model.questionnaires import Questionnaire
from avow.model.responses import Draft, Outcome
from avow.model.review_columns import SHEET_NAME, Column
from avow.outputs.companion_workbook import companion_workbook
from avow.outputs.review_workbook import DECISIONS, HOW_TO, VERDICTS, review_workbook
from avow.outputs.xlsx_parts import CELL_LIMIT, cell_text


def _open(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def _rows(sheet: Worksheet) -> list[dict[str, object]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_review_has_the_rows_that_want_a_person(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content
) -> None:
    book = _open(review_workbook(questionnaire, drafts, content))
    assert book.sheetnames == [HOW_TO, SHEET_NAME]
    gap, review = _rows(book[SHEET_NAME])
    assert list(gap) == [column.value for column in Column]
    assert (gap[Column.SHEET], gap[Column.CELL]) == ("Zones", "B3")
    assert (review[Column.SHEET], review[Column.CELL]) == ("Access", "B9")
    assert review[Column.PROPOSED_VERDICT] == "yes"
    assert review[Column.FROM_ANSWER] == "mfa"
    assert review[Column.OTHERS] == "sso (0.70): Is there single sign-on?"
    assert "at rest / in transit" in str(review[Column.WHY])
    assert review[Column.CHOICES] == "Yes\nNo\nN/A"
    assert review[Column.STAMP] == next(one for one in drafts if one.outcome is Outcome.REVIEW).stamp
    assert not any(review[column] for column in (Column.DECISION, Column.YOUR_ANSWER, Column.REVIEWER))


def test_the_dropdowns_are_there(questionnaire: Questionnaire, drafts: list[Draft]) -> None:
    sheet = _open(review_workbook(questionnaire, drafts))[SHEET_NAME]
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    headings = [cell.value for cell in sheet[1]]
    decision = sheet.cell(1, headings.index(Column.DECISION) + 1).column_letter
    verdict = sheet.cell(1, headings.index(Column.YOUR_VERDICT) + 1).column_letter
    assert lists[f"{decision}2:{decision}3"] == f'"{",".join(DECISIONS)}"'
    assert lists[f"{verdict}2:{verdict}3"] == f'"{",".join(VERDICTS)}"'
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:R3"


def test_the_dropdown_offers_what_decisions_understand() -> None:
    from avow.review.decisions import KINDS

    assert set(DECISIONS) == set(KINDS)


@pytest.mark.parametrize("build", [review_workbook, companion_workbook])
def test_no_text_is_a_formula_and_unseen_characters_are_seen(
    build: object, questionnaire: Questionnaire, drafts: list[Draft]
) -> None:
    data = build(questionnaire, drafts)  # type: ignore[operator]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
        strings = package.read("xl/sharedStrings.xml").decode()
    assert not any(re.search(r"<f[ >]", text) for text in sheets)
    kinds = {
        cell.data_type
        for sheet in _open(data).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }
    assert kinds == {"s"}
    assert "\u202e" not in strings
    assert "\\u202e" in strings
    assert "_x005F_x0041_" in strings
    assert "<script>" not in strings


@pytest.mark.parametrize("build", [review_workbook, companion_workbook])
def test_equal_drafts_give_equal_bytes(
    build: object, questionnaire: Questionnaire, drafts: list[Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(questionnaire, drafts)  # type: ignore[operator]
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert build(questionnaire, list(drafts)) == first  # type: ignore[operator]


def test_a_sheet_name_is_kept_character_by_character(
    questionnaire: Questionnaire, drafts: list[Draft]
) -> None:
    odd = "Zo\u200bnes"
    one = drafts[2]
    address = replace(one.question.address, sheet=odd)
    moved = one.model_copy(update={"question": one.question.model_copy(update={"address": address})})
    rows = _rows(_open(review_workbook(questionnaire, [moved]))[SHEET_NAME])
    assert rows[0][Column.SHEET] == odd


def test_the_companion_shows_no_proposal_nobody_approved(
    questionnaire: Questionnaire, drafts: list[Draft]
) -> None:
    rows = _rows(_open(companion_workbook(questionnaire, drafts))["Answers"])
    assert [row["Cell"] for row in rows] == ["B3", "B4", "B9", "B17"]
    gap, kept, review, answered = rows
    assert (answered["Answer"], answered["Verdict"], answered["Status"]) == (
        "Yes. Everyone signs in with a second factor.", "Yes", "Answered",
    )  # fmt: skip
    assert review["Answer"] is None
    assert str(review["Status"]).startswith("Open, with a person: ")
    assert str(gap["Status"]).startswith("Open, no answer yet: ")
    assert str(kept["Status"]).startswith("Left as it is: ")


def test_with_nothing_to_review_the_workbook_still_opens(questionnaire: Questionnaire) -> None:
    book = _open(review_workbook(questionnaire, []))
    assert book[SHEET_NAME].max_row == 1
    assert "No row of this file wants a person." in str([cell.value for cell in book[HOW_TO]["C"]])


def test_a_text_no_cell_can_hold_is_cut_and_says_so() -> None:
    cut = cell_text("\U0001f512" * CELL_LIMIT)
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert cut.endswith("[cut here: too long for a cell]")
    assert cell_text("a" * CELL_LIMIT) == "a" * CELL_LIMIT
