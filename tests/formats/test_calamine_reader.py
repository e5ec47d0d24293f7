"""Old spreadsheets read: every value at its place, with what the parser alone would not say."""

import datetime
import struct
from pathlib import Path

import pytest
import xlwt
from old_spreadsheets import (
    FORM,
    across,
    ods,
    ods_cell,
    ods_table,
    record,
    records_of,
    saved,
    wide,
    xls,
    xlsb,
    xlsb_sheet,
)

from avow.errors import InputRefusedError
from avow.formats.calamine import look as look_module
from avow.formats.calamine.reader import read_spreadsheet
from avow.formats.files import understand_file
from avow.formats.grid import Area, Book
from avow.model.questionnaires import Questionnaire
from avow.model.reasons import Reason

FORMS = {
    ".xls": xls({"Form": FORM}),
    ".xlsb": xlsb({"Form": xlsb_sheet(FORM)}),
    ".ods": ods(ods_table("Form", FORM)),
}


def put(folder: Path, data: bytes, ending: str) -> Path:
    path = folder / f"form{ending}"
    path.write_bytes(data)
    return path


def read(folder: Path, data: bytes, ending: str) -> Book:
    return read_spreadsheet(put(folder, data, ending)).book


def understood(folder: Path, data: bytes, ending: str) -> Questionnaire:
    return understand_file(put(folder, data, ending)).questionnaire


def refusal(folder: Path, data: bytes, ending: str) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        read_spreadsheet(put(folder, data, ending))
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("ending", FORMS)
def test_a_form_is_understood_in_every_format(tmp_path: Path, ending: str) -> None:
    found = understood(tmp_path, FORMS[ending], ending)
    assert {one.address.cell: one.text for one in found.questions} == {
        "B2": "Is MFA enforced for staff?",
        "B3": "Is customer data encrypted at rest?",
    }
    assert [str(one.place.answer) for one in found.questions] == ["Form!C2", "Form!C3"]
    assert [note.reason for note in found.notes] == [Reason.ANSWERED_ELSEWHERE]


@pytest.mark.parametrize("ending", FORMS)
def test_rows_and_columns_before_the_first_text_keep_their_place(tmp_path: Path, ending: str) -> None:
    rows = [[""] * 3, [""] * 3, ["", "", "Is MFA enforced?"], [""], ["", "x"]]
    made = {
        ".xls": xls({"S": rows}),
        ".xlsb": xlsb({"S": xlsb_sheet(rows)}),
        ".ods": ods(ods_table("S", rows)),
    }
    (grid,) = read(tmp_path, made[ending], ending).sheets
    assert {place: cell.text for place, cell in grid.cells.items()} == {
        (3, 3): "Is MFA enforced?",
        (5, 2): "x",
    }


def test_values_of_an_xls_read_as_a_person_sees_them(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    formats = {
        "yyyy-mm-dd": datetime.date(2024, 5, 1),
        "yyyy-mm-dd hh:mm": datetime.datetime(2024, 5, 1, 13, 30),  # noqa: DTZ001  # a cell knows no zone
        "0%": 0.25,
        "0.00": 3,
        "General": 0.1,
    }
    for col, (code, value) in enumerate(formats.items()):
        sheet.write(0, col, value, xlwt.easyxf(num_format_str=code))
    sheet.write(0, 5, True)
    sheet.write(0, 6, 12)
    (grid,) = read(tmp_path, saved(book), ".xls").sheets
    texts = [grid.text(1, col) for col in range(1, 8)]
    assert texts == ["2024-05-01", "2024-05-01 13:30:00", "25%", "3.00", "0.1", "TRUE", "12"]


def test_values_of_an_ods_read_as_a_person_sees_them(tmp_path: Path) -> None:
    date = '<table:table-cell office:value-type="date" office:date-value="{}"><text:p>any</text:p></table:table-cell>'
    truth = '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>'
    cells = date.format("2024-05-01") + date.format("2024-05-01T13:30:00") + truth + ods_cell(0.5)
    table = f'<table:table table:name="S"><table:table-row>{cells}</table:table-row></table:table>'
    (grid,) = read(tmp_path, ods(table), ".ods").sheets
    assert [grid.text(1, col) for col in range(1, 5)] == ["2024-05-01", "2024-05-01 13:30:00", "TRUE", "0.5"]


@pytest.mark.parametrize("ending", FORMS)
def test_hidden_sheets_are_known_and_their_questions_flagged(tmp_path: Path, ending: str) -> None:
    style = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    made = {
        ".xls": xls({"One": FORM, "Two": FORM}, hidden=["Two"]),
        ".xlsb": xlsb({"One": xlsb_sheet(FORM), "Two": xlsb_sheet(FORM)}, states={"Two": 2}),
        ".ods": ods(ods_table("One", FORM) + ods_table("Two", FORM, 'table:style-name="h"'), styles=style),
    }
    found = understood(tmp_path, made[ending], ending)
    assert [one.address.sheet for one in found.questions if Reason.HIDDEN_CONTENT in one.flags] == ["Two"] * 2


def test_formulas_are_known_and_never_written_over(tmp_path: Path) -> None:
    rows = [*FORM[:2], ("2", "Is data encrypted?", "=Yes", "")]
    found = understood(tmp_path, xlsb({"S": xlsb_sheet(rows)}), ".xlsb")
    assert [one.place.blocked for one in found.questions] == [(), (Reason.FORMULA_IN_ANSWER,)]
    book = xls({"S": [*FORM[:2], ("2", "Is data encrypted?", "=1+1", "")]})
    assert [one.place.blocked for one in understood(tmp_path, book, ".xls").questions] == [
        (),
        (Reason.FORMULA_IN_ANSWER,),
    ]
    formula = ods_cell("Yes", 'table:formula="of:=[.A1]"')
    table = ods_table("S", FORM[:2]).replace(
        "</table:table>",
        f"<table:table-row>{ods_cell('2')}{ods_cell('Is data encrypted?')}{formula}</table:table-row></table:table>",
    )
    assert [one.place.blocked for one in understood(tmp_path, ods(table), ".ods").questions] == [
        (),
        (Reason.FORMULA_IN_ANSWER,),
    ]


def test_error_cells_are_read_as_errors_and_said(tmp_path: Path) -> None:
    rows = [*FORM[:2], ("2", "#REF!", "")]
    found = understood(tmp_path, xlsb({"S": xlsb_sheet(rows)}), ".xlsb")
    assert [(one.text, one.flags) for one in found.questions][1] == ("#REF!", (Reason.CELL_ERROR,))
    assert Reason.CELL_ERROR in {note.reason for note in found.notes}
    error = (
        '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#REF!</text:p></table:table-cell>"
    )
    table = (
        f'<table:table table:name="S"><table:table-row>{ods_cell("x")}{error}</table:table-row></table:table>'
    )
    (grid,) = read(tmp_path, ods(table), ".ods").sheets
    assert (grid.cells[1, 2].text, grid.cells[1, 2].error) == ("#REF!", True)


@pytest.mark.parametrize("ending", FORMS)
def test_merged_ranges_are_kept(tmp_path: Path, ending: str) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write_merge(1, 2, 0, 1, "Section")
    span = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    rows = (
        f"<table:table-row>{ods_cell('')}</table:table-row><table:table-row>{ods_cell('Section', span)}"
        "<table:covered-table-cell/></table:table-row><table:table-row><table:covered-table-cell "
        'table:number-columns-repeated="2"/></table:table-row>'
    )
    merges = record(177, struct.pack("<L", 1)) + record(176, struct.pack("<4L", 1, 2, 0, 1)) + record(178)
    made = {
        ".xls": saved(book),
        ".xlsb": xlsb({"S": xlsb_sheet([[], ["Section"]], merges)}),
        ".ods": ods(f'<table:table table:name="S">{rows}</table:table>'),
    }
    (grid,) = read(tmp_path, made[ending], ending).sheets
    assert grid.merges == [Area(2, 1, 3, 2)]


def test_dropdowns_of_an_ods_limit_the_answer(tmp_path: Path) -> None:
    rules = (
        '<table:content-validations><table:content-validation table:name="v1" table:condition='
        '"of:cell-content-is-in-list(&quot;Yes&quot;;&quot;No&quot;;&quot;N/A&quot;)"/><table:content-validation '
        'table:name="v2" table:condition="of:cell-content-is-in-list([$Lists.$A$1:.$A$2])"/></table:content-validations>'
    )
    rows = "".join(
        f"<table:table-row>{ods_cell(at)}{ods_cell('Is MFA enforced?')}"
        f"{ods_cell('', f'table:content-validation-name={chr(34)}v{at}{chr(34)}')}</table:table-row>"
        for at in (1, 2)
    )
    form = ods_table("Form", FORM[:1]).replace("</table:table>", f"{rows}</table:table>")
    found = understood(
        tmp_path, ods(form + ods_table("Lists", [["Full"], ["Partial"]]), before=rules), ".ods"
    )
    choices = [one.place.choices.options if one.place.choices else () for one in found.questions]
    assert choices == [("Yes", "No", "N/A"), ("Full", "Partial")]


def test_dropdowns_of_an_xlsb_limit_the_answer(tmp_path: Path) -> None:
    text = "Yes,No"
    tokens = b"\x17" + struct.pack("<H", len(text)) + text.encode("utf-16-le")
    rule = struct.pack("<2L4L", 3, 1, 1, 2, 2, 2) + struct.pack("<L", 0xFFFFFFFF) * 4
    rule += struct.pack("<L", len(tokens)) + tokens + struct.pack("<3L", 0, 0, 0)
    after = record(573, struct.pack("<HLLL", 0, 0, 0, 1)) + record(64, rule) + record(574)
    found = understood(tmp_path, xlsb({"S": xlsb_sheet(FORM, after)}), ".xlsb")
    assert [one.place.choices.options if one.place.choices else () for one in found.questions] == [
        ("Yes", "No")
    ] * 2


def test_a_protected_xls_is_answered_in_its_unlocked_cells_only(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.protect = True
    for row, values in enumerate(FORM):
        for col, value in enumerate(values):
            unlocked = row == 1 and col == 2
            style = xlwt.easyxf("protection: cell_locked off" if unlocked else "")
            sheet.write(row, col, value or None, style)
    found = understood(tmp_path, saved(book), ".xls")
    assert [one.place.blocked for one in found.questions] == [(), (Reason.ANSWER_CELL_LOCKED,)]
    assert Reason.SHEET_PROTECTED in {note.reason for note in found.notes}


def test_white_tiny_and_struck_text_is_flagged(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, look in enumerate(["", "font: colour white", "font: height 20", "font: struck_out on"]):
        sheet.write(row, 0, "Is MFA enforced?", xlwt.easyxf(look))
    (grid,) = read(tmp_path, saved(book), ".xls").sheets
    assert [grid.cells[row, 1].flags for row in range(1, 5)] == [
        (),
        (Reason.SUSPICIOUS_TEXT,),
        (Reason.SUSPICIOUS_TEXT,),
        (Reason.STRUCK_OUT_TEXT,),
    ]
    style = '<style:style style:name="w" style:family="table-cell"><style:text-properties fo:color="#ffffff"/></style:style>'
    white = ods_cell("x", 'table:style-name="w"')
    table = f'<table:table table:name="S"><table:table-row>{white}</table:table-row></table:table>'
    (grid,) = read(tmp_path, ods(table, styles=style), ".ods").sheets
    assert grid.cells[1, 1].flags == (Reason.SUSPICIOUS_TEXT,)


def test_hidden_rows_and_columns_are_known(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(3):
        sheet.write(row, row, "x")
    sheet.row(1).hidden = True
    sheet.col(2).hidden = True
    (grid,) = read(tmp_path, saved(book), ".xls").sheets
    assert (grid.hidden_rows, grid.hidden_cols) == ({2}, {3})
    data = xlsb({"S": xlsb_sheet([["x"], ["y"]], hidden_rows=[2])})
    assert read(tmp_path, data, ".xlsb").sheets[0].hidden_rows == {2}
    rows = '<table:table-column/><table:table-column table:visibility="collapse"/>' + "".join(
        f'<table:table-row table:visibility="{seen}">{ods_cell("x")}{ods_cell("y")}</table:table-row>'
        for seen in ("visible", "filter")
    )
    (grid,) = read(tmp_path, ods(f'<table:table table:name="S">{rows}</table:table>'), ".ods").sheets
    assert (grid.hidden_rows, grid.hidden_cols) == ({2}, {2})


def test_repeated_cells_of_an_ods_stand_in_each_place(tmp_path: Path) -> None:
    rows = (
        f'<table:table-row table:number-rows-repeated="2">{ods_cell("x", across(2))}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="1000">{ods_cell("", across(16384))}</table:table-row>'
        f"<table:table-row>{ods_cell('', across(3))}{ods_cell('end')}</table:table-row>"
    )
    (grid,) = read(tmp_path, ods(f'<table:table table:name="S">{rows}</table:table>'), ".ods").sheets
    assert set(grid.cells) == {(1, 1), (1, 2), (2, 1), (2, 2), (1003, 4)}


@pytest.mark.parametrize(
    "rows",
    [
        f'<table:table-row table:number-rows-repeated="1048576">{ods_cell("x")}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="1048576">{ods_cell("x", across(16384))}</table:table-row>',
        f"<table:table-row>{ods_cell('x')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048000">{ods_cell("")}</table:table-row><table:table-row>'
        f"{ods_cell('', across(16000))}{ods_cell('x')}</table:table-row>",
        f'<table:table-row table:number-rows-repeated="99999999">{ods_cell("")}</table:table-row>'
        f"<table:table-row>{ods_cell('x')}</table:table-row>",
    ],
)
def test_an_ods_that_repeats_beyond_reason_is_refused_by_a_stated_limit(tmp_path: Path, rows: str) -> None:
    refused = refusal(tmp_path, ods(f'<table:table table:name="S">{rows}</table:table>'), ".ods")
    assert refused.code == Reason.LIMIT_REACHED


def test_empty_rows_and_columns_to_the_end_of_an_ods_cost_nothing(tmp_path: Path) -> None:
    tail = f'<table:table-row table:number-rows-repeated="1048573">{ods_cell("", across(16384))}</table:table-row>'
    table = ods_table("Form", FORM).replace("</table:table>", f"{tail}</table:table>")
    assert len(understood(tmp_path, ods(table), ".ods").questions) == 2


def test_cells_at_both_ends_of_an_xlsb_are_refused_and_not_laid_out(tmp_path: Path) -> None:
    head = struct.pack("<2LH2BB", 1_048_575, 0, 300, 0, 0, 0) + struct.pack("<L", 0)
    last = record(0, head) + record(5, struct.pack("<2Ld", 16_383, 0, 1.0))
    part = xlsb_sheet([["x"]]).replace(record(146), last + record(146), 1)
    assert refusal(tmp_path, xlsb({"S": part}), ".xlsb").code == Reason.LIMIT_REACHED


def test_a_sheet_with_more_cells_than_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_module, "MAX_CELLS", 5)
    assert refusal(tmp_path, FORMS[".xls"], ".xls").code == Reason.LIMIT_REACHED


def test_a_cell_the_parser_would_not_see_refuses_the_file(tmp_path: Path) -> None:
    """Rich text in the cell itself, which the parser passes over: read as less, it would lose a question."""
    rich = record(62, struct.pack("<2L", 1, 0) + b"\1" + wide("Do you encrypt?") + struct.pack("<L", 0))
    part = xlsb_sheet([["x"]]).replace(record(146), rich + record(146), 1)
    refused = refusal(tmp_path, xlsb({"S": part}), ".xlsb")
    assert refused.code == Reason.FILE_DAMAGED
    assert "B1" in str(refused)


def test_a_part_of_a_binary_workbook_that_breaks_off_is_refused(tmp_path: Path) -> None:
    part = xlsb_sheet(FORM)
    assert refusal(tmp_path, xlsb({"S": part[:-20]}), ".xlsb").code == Reason.FILE_DAMAGED


def test_every_cut_of_an_xls_is_read_whole_or_refused(tmp_path: Path) -> None:
    data = FORMS[".xls"]
    whole = {place: cell.text for place, cell in read(tmp_path, data, ".xls").sheets[0].cells.items()}
    for size in range(512, len(data), 97):
        try:
            book = read(tmp_path, data[:size], ".xls")
        except InputRefusedError:
            continue
        assert {place: cell.text for place, cell in book.sheets[0].cells.items()} == whole


def test_a_changed_byte_never_ends_in_anything_but_a_refusal(tmp_path: Path) -> None:
    for ending, data in FORMS.items():
        for at in range(0, len(data), 41):
            changed = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
            try:
                read(tmp_path, changed, ending)
            except InputRefusedError as refused:
                assert "\n" not in str(refused)


def test_shared_texts_that_run_over_several_records_are_counted(tmp_path: Path) -> None:
    texts = [f"Is control number {at} in place, and since when? " + "é☃"[at % 2] * 40 for at in range(900)]
    rows = [["Question", "Answer"], *([text, ""] for text in texts)]
    data = xls({"S": rows})
    assert [kind for _, kind, _ in records_of(data)[1]].count(0x3C) > 3, "the texts are in one record"
    found = understood(tmp_path, data, ".xls")
    assert [one.text for one in found.questions] == texts


def test_an_xls_with_an_empty_text_is_no_file_of_another_count(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for col, text in enumerate(["x", "", "y"]):
        sheet.write(0, col, text)
    (grid,) = read(tmp_path, saved(book), ".xls").sheets
    assert {place: cell.text for place, cell in grid.cells.items()} == {(1, 1): "x", (1, 3): "y"}


def test_a_file_that_changed_after_reading_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, FORMS[".xls"], ".xls")
    with pytest.raises(InputRefusedError):
        read_spreadsheet(path, sha256="0" * 64)
