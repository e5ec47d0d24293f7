"""What real workbooks bring along: rich text, broken names, styled rows to the end of the sheet, merges without end."""

import time
from pathlib import Path

import pytest
from xlsx_files import UNLOCKED, WHITE, parts, saved, sheet, text_cell

from avow.errors import InputRefusedError
from avow.formats.files import understand_file
from avow.formats.xlsx.reader import read_book
from avow.model.questionnaires import Questionnaire
from avow.model.reasons import Reason

HEAD = f'<row r="1">{text_cell("A1", "ID")}{text_cell("B1", "Question")}{text_cell("C1", "Answer")}</row>'


def asked(row: int, text: str = "Is MFA enforced?", answer: str = "") -> str:
    return f'<row r="{row}">{text_cell(f"A{row}", str(row))}{text_cell(f"B{row}", text)}{answer}</row>'


def understood(folder: Path, *sheets: str, **given: object) -> Questionnaire:
    return understand_file(saved(folder, parts(*sheets, **given))).questionnaire  # type: ignore[arg-type]


def test_345_rich_texts_are_read_whole_in_their_order(tmp_path: Path) -> None:
    runs = "".join(
        f'<si><r><t xml:space="preserve">Is control {at} </t></r><r><rPr><b/><sz val="11"/></rPr><t>in place</t></r>'
        '<r><t>?</t></r><rPh sb="0" eb="1"><t>ignored</t></rPh></si>'
        for at in range(345)
    )
    rows = "".join(
        f'<row r="{at + 2}">{text_cell(f"A{at + 2}", str(at))}<c r="B{at + 2}" t="s"><v>{at}</v></c></row>'
        for at in range(345)
    )
    found = understood(tmp_path, sheet(HEAD + rows), strings=runs)
    assert [one.text for one in found.questions] == [f"Is control {at} in place?" for at in range(345)]


def test_557_names_of_which_510_are_broken_leave_the_sound_ones_working(tmp_path: Path) -> None:
    broken = "".join(f'<definedName name="Gone{at}">#REF!</definedName>' for at in range(510))
    sound = "".join(f'<definedName name="List{at}">Sheet2!$A$1:$A$2</definedName>' for at in range(47))
    rule = '<dataValidation type="list" sqref="{}"><formula1>{}</formula1></dataValidation>'.format
    after = f"<dataValidations>{rule('C2', 'List46')}{rule('C3', 'Gone7')}</dataValidations>"
    lists = sheet(f'<row r="1">{text_cell("A1", "Yes")}</row><row r="2">{text_cell("A2", "No")}</row>')
    book = f"<definedNames>{broken}{sound}</definedNames>"
    found = understood(tmp_path, sheet(HEAD + asked(2) + asked(3), after=after), lists, book=book)
    choices = [one.place.choices.options if one.place.choices else None for one in found.questions]
    assert choices == [("Yes", "No"), ()], "a list that cannot be resolved still limits its cell"


def test_a_million_styled_empty_rows_cost_little(tmp_path: Path) -> None:
    styled = "".join(f'<row r="{row}"><c r="C{row}" s="{UNLOCKED}"/></row>' for row in range(3, 1_048_577))
    path = saved(tmp_path, parts(sheet(HEAD + asked(2) + styled)))
    started = time.process_time()
    (grid,) = read_book(path).sheets
    assert sum(bool(cell.text) for cell in grid.cells.values()) == 5
    assert time.process_time() - started < 30


def test_cells_unlocked_below_the_form_do_not_become_questions(tmp_path: Path) -> None:
    styled = "".join(f'<row r="{row}"><c r="C{row}" s="{UNLOCKED}"/></row>' for row in range(2, 5000))
    rows = HEAD + asked(2, answer=f'<c r="C2" s="{UNLOCKED}"/>') + styled.partition("</row>")[2]
    found = understood(tmp_path, sheet(rows, after='<sheetProtection sheet="1" password="ABCD"/>'))
    assert [str(one.place.answer) for one in found.questions] == ["Sheet1!C2"]
    assert found.questions[0].place.can_be_written


def test_a_merge_that_ends_with_the_sheet_is_understood_or_refused_by_its_limit(tmp_path: Path) -> None:
    tall = '<mergeCells><mergeCell ref="C4:C900000"/></mergeCells>'
    found = understood(tmp_path, sheet(HEAD + asked(2) + asked(3) + asked(4) + asked(5), after=tall))
    assert [one.place.blocked for one in found.questions] == [
        (), (), (Reason.ANSWER_CELL_SHARED,), (Reason.ANSWER_CELL_SHARED,),
    ]  # fmt: skip
    endless = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    with pytest.raises(InputRefusedError) as caught:
        understood(tmp_path, sheet(HEAD + asked(2), after=endless))
    assert caught.value.code == Reason.LIMIT_REACHED


def test_hidden_and_white_questions_are_asked_and_wait_for_a_person(tmp_path: Path) -> None:
    hidden = asked(2).replace('<row r="2"', '<row r="2" hidden="1"')
    white = f'<row r="3">{text_cell("A3", "3")}{text_cell("B3", "Is MFA enforced?", WHITE)}</row>'
    found = understood(tmp_path, sheet(HEAD + hidden + white + asked(4)))
    assert [one.flags for one in found.questions] == [
        (Reason.HIDDEN_CONTENT,), (Reason.SUSPICIOUS_TEXT,), (),
    ]  # fmt: skip


def test_questions_by_formula_from_a_hidden_sheet_are_asked_where_they_show(tmp_path: Path) -> None:
    shown = "".join(
        f'<row r="{row}">{text_cell(f"A{row}", str(row))}<c r="B{row}" t="str"><f>IF(Texts!B{row}="","",Texts!B{row})</f>'
        "<v>Is MFA enforced?</v></c></row>"
        for row in (2, 3)
    )
    found = understood(
        tmp_path,
        sheet(HEAD + shown),
        sheet(HEAD + asked(2) + asked(3)),
        names=("Form", "Texts"),
        states=("visible", "hidden"),
    )
    assert [str(one.address) for one in found.questions] == ["Form!B2", "Form!B3"]
    assert all(not one.flags for one in found.questions)
    copies = [str(one.address) for one in found.ignored if one.reason is Reason.COPY_OF_ANOTHER_ROW]
    assert copies == ["Texts!B2", "Texts!B3"]
