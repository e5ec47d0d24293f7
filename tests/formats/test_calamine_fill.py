"""Old spreadsheets answered: a new workbook with all values in their places, and the answers in theirs."""

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest
from old_spreadsheets import FORM, ods, ods_cell, ods_table, xls, xlsb, xlsb_sheet
from openpyxl.workbook import Workbook

from avow.errors import InputRefusedError
from avow.formats.calamine.file import write_filled
from avow.formats.intake import inspect_bytes
from avow.formats.writing import CellNotWritableError
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

FORMS = {
    ".xls": xls({"Form": FORM, "Notes": [["", "see"], [3.5]]}),
    ".xlsb": xlsb({"Form": xlsb_sheet(FORM), "Notes": xlsb_sheet([["", "see"], [3.5]])}),
    ".ods": ods(ods_table("Form", FORM) + ods_table("Notes", [["", "see"], [3.5]])),
}


def write(cell: str, value: str = "Yes", sheet: str = "Form") -> CellWrite:
    return CellWrite(address=CellAddress(sheet=sheet, cell=cell), value=value)


def filled(folder: Path, data: bytes, ending: str, *writes: CellWrite) -> bytes:
    path = folder / f"form{ending}"
    path.write_bytes(data)
    out = io.BytesIO()
    write_filled(path, writes, out, sha256=hashlib.sha256(data).hexdigest())
    assert path.read_bytes() == data
    return out.getvalue()


def opened(data: bytes) -> Workbook:
    inspect_bytes("form.xlsx", data)
    return openpyxl.load_workbook(io.BytesIO(data))


def values(book: Workbook, sheet: str) -> dict[str, object]:
    return {
        cell.coordinate: cell.value
        for row in book[sheet].iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.mark.parametrize("ending", FORMS)
def test_all_sheets_stand_in_the_new_workbook_with_the_answers(tmp_path: Path, ending: str) -> None:
    book = opened(filled(tmp_path, FORMS[ending], ending, write("C2"), write("D2", "All staff, since 2021.")))
    assert book.sheetnames == ["Form", "Notes", "About this file"]
    assert values(book, "Form") == {
        "A1": "ID", "B1": "Question", "C1": "Answer", "D1": "Comment",
        "A2": "1", "B2": "Is MFA enforced for staff?", "C2": "Yes", "D2": "All staff, since 2021.",
        "A3": "2", "B3": "Is customer data encrypted at rest?",
    }  # fmt: skip
    assert values(book, "Notes") == {"B1": "see", "A2": 3.5}


def test_the_new_workbook_says_what_it_is_on_its_last_sheet(tmp_path: Path) -> None:
    book = opened(filled(tmp_path, FORMS[".xls"], ".xls", write("C2")))
    said = " ".join(str(value) for value in values(book, "About this file").values())
    assert "form.xls" in said
    assert "cannot be filled in place" in said
    assert book.active is not None
    assert book.active.title == "Form"


def test_the_same_file_and_answers_give_the_same_bytes(tmp_path: Path) -> None:
    for ending, data in FORMS.items():
        assert filled(tmp_path, data, ending, write("C2")) == filled(tmp_path, data, ending, write("C2"))


def test_it_reads_like_a_form_wrapped_with_a_bold_header(tmp_path: Path) -> None:
    book = opened(filled(tmp_path, FORMS[".xls"], ".xls", write("C2", "Long. " * 60)))
    form = book["Form"]
    assert [form[cell].font.bold for cell in ("A1", "B1", "C1")] == [True] * 3
    assert not form["C2"].font.bold
    assert form["C2"].alignment.wrap_text
    assert form.column_dimensions["A"].width < form.column_dimensions["B"].width < 61
    assert form.row_dimensions[2].height > 3 * form.row_dimensions[3].height


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"])
def test_text_like_a_formula_is_written_as_text(tmp_path: Path, text: str) -> None:
    data = filled(tmp_path, ods(ods_table("Form", [*FORM, ["3", text, "", ""]])), ".ods", write("C2", text))
    form = opened(data)["Form"]
    assert (form["B4"].value, form["C2"].value) == (text, text)
    assert {form["B4"].data_type, form["C2"].data_type} <= {"s", "f"}
    assert b"<f>" not in b"".join(_parts(data))


def _parts(data: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_texts_a_cell_can_hold_come_out_as_they_were(tmp_path: Path) -> None:
    texts = ["Größe ☃ 中 & <b>", "two\nlines", "  blanks  ", "literal _x000D_ text", "\U0001f512"]
    rows = [*FORM, *([str(at), text, "", ""] for at, text in enumerate(texts))]
    form = opened(filled(tmp_path, xlsb({"Form": xlsb_sheet(rows)}), ".xlsb"))["Form"]
    assert [form.cell(4 + at, 2).value for at in range(len(texts))] == texts


def test_merges_dropdowns_and_what_is_hidden_come_along(tmp_path: Path) -> None:
    rules = (
        '<table:content-validations><table:content-validation table:name="v" table:condition='
        '"of:cell-content-is-in-list(&quot;Yes&quot;;&quot;No&quot;)"/></table:content-validations>'
    )
    style = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    rows = (
        f"<table:table-row>{ods_cell('Section', 'table:number-columns-spanned={0}2{0}'.format(chr(34)))}"
        "<table:covered-table-cell/></table:table-row>"
        f'<table:table-row table:visibility="collapse">{ods_cell("x")}</table:table-row>'
        f"<table:table-row>{ods_cell('', 'table:content-validation-name={0}v{0}'.format(chr(34)))}</table:table-row>"
    )
    tables = f'<table:table table:name="S">{rows}</table:table>' + ods_table(
        "H", FORM, 'table:style-name="h"'
    )
    book = opened(filled(tmp_path, ods(tables, before=rules, styles=style), ".ods"))
    sheet = book["S"]
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:B1"]
    assert sheet.row_dimensions[2].hidden
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("A3", '"Yes,No"')
    assert book["H"].sheet_state == "hidden"


def test_sheet_names_excel_does_not_take_are_changed_and_said(tmp_path: Path) -> None:
    names = ["Access: who/what?", "A name that is far too long for any sheet", "About this file"]
    book = opened(filled(tmp_path, ods("".join(ods_table(name, FORM) for name in names)), ".ods"))
    assert book.sheetnames == [
        "Access_ who_what_", "A name that is far too long for", "About this file", "About this file (2)",
    ]  # fmt: skip
    assert "Access: who/what? is here as Access_ who_what_" in values(book, "About this file (2)").values()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (write("C9999999"), Reason.NO_ANSWER_PLACE),
        (write("C2", sheet="Nowhere"), Reason.NO_ANSWER_PLACE),
        (write("C2", "\x00"), Reason.TEXT_NOT_WRITABLE),
        (write("D3"), Reason.FORMULA_IN_ANSWER),
    ],
)
def test_places_that_may_not_be_written_to_are_refused(
    tmp_path: Path, place: CellWrite, reason: Reason
) -> None:
    data = xlsb({"Form": xlsb_sheet([*FORM[:2], ("2", "Is it?", "", "=No")])})
    with pytest.raises(CellNotWritableError) as caught:
        filled(tmp_path, data, ".xlsb", place)
    assert caught.value.reason == reason


def test_one_place_is_not_written_twice(tmp_path: Path) -> None:
    with pytest.raises(CellNotWritableError):
        filled(tmp_path, FORMS[".xls"], ".xls", write("C2"), write("C2", "No"))


def test_a_source_that_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "form.xls"
    path.write_bytes(FORMS[".xls"])
    with pytest.raises(InputRefusedError):
        write_filled(path, [write("C2")], io.BytesIO(), sha256="0" * 64)
