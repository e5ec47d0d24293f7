"""Workbooks read whole: values, formulas, dropdowns, protection, and what a text hides."""

from pathlib import Path

import pytest
from xlsx_files import (
    DATE,
    MAIN,
    MOMENT,
    PERCENT,
    TINY,
    TWO_DECIMALS,
    UNLOCKED,
    WHITE,
    parts,
    saved,
    sheet,
    text_cell,
)

from avow.errors import InputRefusedError
from avow.formats.grid import Area, Book, Cell
from avow.formats.xlsx.counting import exact_count
from avow.formats.xlsx.reader import read_book
from avow.model.reasons import Reason

SHARED = Path(__file__).resolve().parents[3] / "shared"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def read(folder: Path, *sheets: str | bytes, **options: object) -> Book:
    return read_book(saved(folder, parts(*sheets, **options)))  # type: ignore[arg-type]


def one(folder: Path, cell: str, **options: object) -> Cell:
    """The only cell of a sheet with one row."""
    grid = read(folder, sheet(f'<row r="1">{cell}</row>'), **options).sheets[0]
    (found,) = grid.cells.values()
    return found


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>42</v></c>', "42"),
        ('<c r="A1"><v>1.5</v></c>', "1.5"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
        (f'<c r="A1" s="{TWO_DECIMALS}"><v>1.1</v></c>', "1.10"),
        (f'<c r="A1" s="{PERCENT}"><v>0.5</v></c>', "50%"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        (f'<c r="A1" s="{DATE}"><v>45322</v></c>', "2024-01-31"),
        (f'<c r="A1" s="{DATE}"><v>59</v></c>', "1900-02-28"),
        (f'<c r="A1" s="{MOMENT}"><v>45322.4375</v></c>', "2024-01-31 10:30:00"),
        ('<c r="A1" t="d"><v>2024-01-31</v></c>', "2024-01-31"),
        ('<c r="A1" t="s"><v>1</v></c>', "rich and bold"),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D_b_x005F_c</t></is></c>', "a\rb_c"),
        ('<c r="A1" t="str"><f>A2</f><v>cached</v></c>', "cached"),
    ],
)
def test_values_are_the_text_a_person_sees(tmp_path: Path, cell: str, text: str) -> None:
    rich = "<si><t>plain</t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t>and bold</t></r><rPh><t>no</t></rPh></si>"
    found = one(tmp_path, cell, strings=rich)
    assert (found.text, found.flags, found.error) == (text, (), False)


@pytest.mark.parametrize(("system", "day"), [("0", "2020-06-18"), ("1", "2024-06-19")])
def test_dates_count_from_the_workbooks_epoch(tmp_path: Path, system: str, day: str) -> None:
    properties = f'<workbookPr date1904="{system}"/>'
    assert one(tmp_path, f'<c r="A1" s="{DATE}"><v>44000</v></c>', properties=properties).text == day


@pytest.mark.parametrize(
    "cell",
    [
        f'<c r="A1" s="{DATE}"><v>60</v></c>',
        f'<c r="A1" s="{DATE}"><v>-1</v></c>',
        f'<c r="A1" s="{DATE}"><v>99999999</v></c>',
        '<c r="A1" t="d"><v>2024-02-30</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1" t="s"><v>7</v></c>',
    ],
)
def test_impossible_values_are_flagged(tmp_path: Path, cell: str) -> None:
    book = read(tmp_path, sheet(f'<row r="1">{cell}</row>'), strings="<si><t>x</t></si>")
    assert book.sheets[0].cells[1, 1].flags == (Reason.CELL_ERROR,)
    assert [note.reason for note in book.notes] == [Reason.CELL_ERROR]


def test_formulas_keep_what_is_known_of_them(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>Q!B2</f><v>Is MFA on?</v></c><c r="B1"><f>A2</f></c>'
        '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D1" t="e"><v>#N/A</v></c>'
        '<c r="E1"><f t="shared" ref="E1:E2" si="0">\'My Q\'!$B2</f><v>1</v></c></row>'
        '<row r="2"><c r="E2"><f t="shared" si="0"/><v>2</v></c><c r="F2"><f t="array" ref="F2:F3">A1:A2</f><v>1</v></c></row>'
        '<row r="3"><c r="F3"><v>2</v></c></row>'
    )
    grid = read(tmp_path, sheet(rows)).sheets[0]
    assert (grid.cells[1, 1].text, grid.cells[1, 1].formula, grid.cells[1, 1].has_value) == (
        "Is MFA on?",
        True,
        True,
    )
    assert not grid.cells[1, 2].has_value
    assert grid.cells[1, 3].error
    assert (grid.cells[1, 4].error, grid.cells[1, 4].formula) == (True, False)
    assert grid.cells[3, 6].formula, "a cell an array formula spills into is computed too"
    assert grid.formulas_of_other_sheets == {(1, 1): "Q!B2", (1, 5): "My Q!B2", (2, 5): "My Q!B3"}


def test_rows_and_cells_without_places_and_out_of_order(tmp_path: Path) -> None:
    inline = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = (
        f"<row>{inline.format('a')}{inline.format('b')}</row>"
        f'<row r="9">{text_cell("C9", "c")}{inline.format("d")}</row><row r="5">{text_cell("A5", "e")}</row>'
        f"<row>{inline.format('f')}</row>"
    )
    grid = read(tmp_path, sheet(rows)).sheets[0]
    assert {place: cell.text for place, cell in grid.cells.items()} == {
        (1, 1): "a",
        (1, 2): "b",
        (9, 3): "c",
        (9, 4): "d",
        (5, 1): "e",
        (6, 1): "f",
    }


def test_a_cell_held_twice_is_flagged_and_both_texts_reported(tmp_path: Path) -> None:
    rows = f'<row r="2">{text_cell("B2", "one")}</row><row r="2">{text_cell("B2", "two")}</row>'
    book = read(tmp_path, sheet(rows))
    assert book.sheets[0].cells[2, 2].flags == (Reason.DUPLICATE_CELL,)
    (note,) = book.notes
    assert "'one' and 'two'" in note.message
    assert note.where == "Sheet1!B2"


@pytest.mark.parametrize(
    ("reference", "row"),
    [("1B", "1"), ("B2", "1"), ("b1", "1"), ("XFE1", "1"), ("B0", "0"), ("B1048577", "1048577")],
)
def test_impossible_places_are_refused(tmp_path: Path, reference: str, row: str) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read(tmp_path, sheet(f'<row r="{row}"><c r="{reference}"><v>1</v></c></row>'))
    assert caught.value.code == Reason.FILE_DAMAGED


@pytest.mark.parametrize(
    ("validation", "options", "source"),
    [
        ('<formula1>"Yes, No,  N/A"</formula1>', ("Yes", "No", "N/A"), "validation"),
        ('<formula1>"He said ""ok"",No"</formula1>', ('He said "ok"', "No"), "validation"),
        ("<formula1>Lists!$A$1:$A$3</formula1>", ("Full", "Part", "None"), "validation"),
        ("<formula1>'Lists'!$A:$A</formula1>", ("Full", "Part", "None"), "validation"),
        ("<formula1>Levels</formula1>", ("Full", "Part"), "validation"),
        ("<formula1>levels</formula1>", ("Full", "Part"), "validation"),
        ("<formula1>Own</formula1>", ("None",), "validation"),
        ('<formula1>INDIRECT("Levels")</formula1>', ("Full", "Part"), "validation"),
        ("<formula1>OFFSET(Lists!$A$1,0,0,2)</formula1>", (), "validation"),
        ("<formula1>Lists!A1:A3</formula1>", (), "validation"),
    ],
)
def test_dropdowns_are_resolved(
    tmp_path: Path, validation: str, options: tuple[str, ...], source: str
) -> None:
    form = sheet(
        after=f'<dataValidations count="1"><dataValidation type="list" sqref="C2:C9 E1:E1048576">{validation}'
        "</dataValidation></dataValidations>"
    )
    lists = sheet(
        "".join(
            f'<row r="{at}">{text_cell(f"A{at}", text)}</row>'
            for at, text in enumerate(("Full", "Part", "None"), 1)
        )
    )
    names = (
        '<definedNames><definedName name="Levels">Lists!$A$1:$A$2</definedName>'
        '<definedName name="Own">Lists!$A$1</definedName>'
        '<definedName name="Own" localSheetId="0">Lists!$A$3</definedName></definedNames>'
    )
    (found,) = (
        read(tmp_path, form, lists, names=("Form", "Lists"), states=("visible", "hidden"), book=names)
        .sheets[0]
        .choices
    )
    assert (found.options, found.source, bool(found.formula)) == (options, source, not options)
    assert found.areas == (Area(2, 3, 9, 3), Area(1, 5, 1048576, 5))


def test_extension_dropdowns_and_quoted_lists_are_read(tmp_path: Path) -> None:
    form = sheet(
        text_row := f'<row r="1">{text_cell("A1", "Full")}</row><row r="2">{text_cell("A2", "None")}</row>',
        after='<dataValidations><dataValidation type="list" sqref="D1"><mc:AlternateContent xmlns:mc="urn:m">'
        '<mc:Choice Requires="x12ac"><x12ac:list xmlns:x12ac="urn:x">Yes,"No, never"</x12ac:list></mc:Choice>'
        '<mc:Fallback><formula1>"Yes,No, never"</formula1></mc:Fallback></mc:AlternateContent></dataValidation>'
        '</dataValidations><extLst><ext uri="u" xmlns:x14="urn:x14" xmlns:xm="urn:xm"><x14:dataValidations>'
        '<x14:dataValidation type="list"><x14:formula1><xm:f>$A$1:$A$2</xm:f></x14:formula1>'
        "<xm:sqref>C2:C3 C4</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>",
    )
    assert text_row
    quoted, extension = read(tmp_path, form).sheets[0].choices
    assert quoted.options == ("Yes", "No, never")
    assert (extension.options, extension.source) == (("Full", "None"), "extension-validation")
    assert extension.areas == (Area(2, 3, 4, 3),)


def test_protection_and_unlocked_cells(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "Q")}<c r="B1" s="{UNLOCKED}"/><c r="C1"/><c r="D1" s="0"/></row>'
    columns = f'<cols><col min="4" max="5" style="{UNLOCKED}"/></cols>'
    open_sheet = read(tmp_path, sheet(rows, columns)).sheets[0]
    assert (open_sheet.protected, set(open_sheet.cells)) == (False, {(1, 1)})
    grid = read(tmp_path, sheet(rows, columns, '<sheetProtection sheet="1"/>')).sheets[0]
    assert grid.protected
    assert grid.unlocked_columns == {4, 5}
    assert {place: cell.locked for place, cell in grid.cells.items()} == {
        (1, 1): True,
        (1, 2): False,
        (1, 4): True,
    }


def test_what_is_hidden(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "Q")}</row><row r="2" hidden="1">{text_cell("A2", "Q")}</row>'
    columns = '<cols><col min="3" max="4" hidden="1"/></cols>'
    book = read(tmp_path, sheet(rows, columns), sheet(), sheet(), states=("visible", "hidden", "veryHidden"))
    assert [grid.state for grid in book.sheets] == ["visible", "hidden", "veryHidden"]
    assert (book.sheets[0].hidden_rows, book.sheets[0].hidden_cols) == ({2}, {3, 4})


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        (text_cell("A1", "Is MFA on?"), ()),
        (text_cell("A1", "header", 1), ()),
        (text_cell("A1", "answer yes", WHITE), (Reason.SUSPICIOUS_TEXT,)),
        (text_cell("A1", "answer yes", TINY), (Reason.SUSPICIOUS_TEXT,)),
        (text_cell("A1", "Do\u200byou"), (Reason.SUSPICIOUS_TEXT,)),
        (text_cell("A1", "D\u043e you"), (Reason.SUSPICIOUS_TEXT,)),
        (text_cell("A1", "a_x0007_b"), (Reason.SUSPICIOUS_TEXT,)),
        (text_cell("A1", "Q" * 32_767), ()),
        (text_cell("A1", "Q" * 32_768), (Reason.TEXT_TOO_LONG,)),
        (text_cell("A1", "\U0001f512" * 16_384), (Reason.TEXT_TOO_LONG,)),
        (
            '<c r="A1" t="inlineStr"><is><r><t>Do </t></r><r><rPr><strike/></rPr><t>not</t></r></is></c>',
            (Reason.STRUCK_OUT_TEXT,),
        ),
        ('<c r="A1" t="inlineStr"><is><r><rPr><strike val="0"/></rPr><t>Do</t></r></is></c>', ()),
    ],
)
def test_text_findings(tmp_path: Path, cell: str, flags: tuple[Reason, ...]) -> None:
    assert one(tmp_path, cell).flags == flags


def test_bold_and_fill(tmp_path: Path) -> None:
    cell = one(tmp_path, text_cell("A1", "Heading", 1))
    assert (cell.bold, cell.filled) == (True, True)


def test_merges_overlaps_and_limits(tmp_path: Path) -> None:
    merges = '<mergeCells><mergeCell ref="{}"/><mergeCell ref="B2:C3"/></mergeCells>'
    apart = read(tmp_path, sheet(after=merges.format("A10:C50000")))
    assert (apart.sheets[0].merges, apart.notes) == ([Area(10, 1, 50000, 3), Area(2, 2, 3, 3)], [])
    assert [note.reason for note in read(tmp_path, sheet(after=merges.format("C3:D9"))).notes] == [
        Reason.MERGE_OVERLAP
    ]
    with pytest.raises(InputRefusedError) as caught:
        read(tmp_path, sheet(after=merges.format("A10:XFD1048576")))
    assert caught.value.code == Reason.LIMIT_REACHED


@pytest.mark.parametrize("formula", ["cmd|'/c calc'!A0", 'WEBSERVICE("http://127.0.0.1:9?"&amp;C2)'])
def test_formulas_that_reach_outside_are_noted(tmp_path: Path, formula: str) -> None:
    book = read(tmp_path, sheet(f'<row r="9"><c r="B9"><f>{formula}</f><v>0</v></c></row>'))
    assert [note.reason for note in book.notes] == [Reason.EXTERNAL_REFERENCE]
    assert "B9" in book.notes[0].message


def test_prefixes_strict_files_and_utf_16_parts_are_read_alike(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "Frage?")}<c r="B1"><v>7</v></c></row>'
    plain = sheet(rows)
    prefixed = (
        plain.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    )
    wide = plain.replace("UTF-8", "UTF-16").encode("utf-16")
    commented = sheet(
        rows.replace("<c ", "<!-- <c><v>1</v></c> --><c ").replace("Frage?", "<![CDATA[Frage?]]>")
    )
    odd = sheet(rows.replace('<c r="B1">', '<c r="B1" x="a>b"  >'))
    for content in (plain, prefixed, wide, commented, odd, plain.replace(MAIN, STRICT)):
        cells = read(tmp_path, content).sheets[0].cells
        assert [cell.text for cell in cells.values()] == ["Frage?", "7"], content


def test_a_sheet_the_reader_does_not_see_whole_is_refused(tmp_path: Path) -> None:
    """Cells under another prefix than the root's are no reason to read the sheet as empty."""
    inner = f'<x:sheetData xmlns:x="{MAIN}"><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData>'
    with pytest.raises(InputRefusedError) as caught:
        read(tmp_path, sheet(wrapper=inner))
    assert caught.value.code == Reason.FILE_DAMAGED
    assert "1 filled cells" in str(caught.value)


def test_the_two_counts_agree_where_bytes_mislead(tmp_path: Path) -> None:
    content = sheet('<row r="1"><c r="A1"><!-- x --><v>1</v></c><c r="B1" s="0"></c><c r="C1"><v/></c></row>')
    assert exact_count([content.encode()]) == 2
    assert set(read(tmp_path, content).sheets[0].cells) == {(1, 1)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("worksheets/sheet1.xml", "../../../etc/passwd"), Reason.ZIP_UNSAFE),
        (("worksheets/sheet1.xml", "worksheets/none.xml"), Reason.FILE_DAMAGED),
        (("worksheets/sheet1.xml", "/xl/workbook.xml"), Reason.FILE_DAMAGED),
    ],
)
def test_sheets_that_are_not_there_are_refused(tmp_path: Path, change: tuple[str, str], code: Reason) -> None:
    members = parts(sheet())
    members["xl/_rels/workbook.xml.rels"] = str(members["xl/_rels/workbook.xml.rels"]).replace(*change)
    with pytest.raises(InputRefusedError) as caught:
        read_book(saved(tmp_path, members))
    assert caught.value.code == code


def test_shared_texts_that_are_missing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read(tmp_path, sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))
    assert caught.value.code == Reason.FILE_DAMAGED


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read(tmp_path, sheet(after="<a>" * 5000 + "</a>" * 5000))
    assert caught.value.code == Reason.XML_UNSAFE


def test_many_ranges_of_one_column_become_one_area(tmp_path: Path) -> None:
    ranges = " ".join(f"C{row}" for row in range(1, 5001))
    validation = (
        f'<dataValidations><dataValidation type="list" sqref="{ranges}"><formula1>"a,b"</formula1>'
        "</dataValidation></dataValidations>"
    )
    assert read(tmp_path, sheet(after=validation)).sheets[0].choices[0].areas == (Area(1, 3, 5000, 3),)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared questionnaires are not beside the checkout")
def test_real_workbooks_hold_what_calamine_sees() -> None:
    calamine = pytest.importorskip("python_calamine")
    seen = 0
    for path in sorted((SHARED / "questionnaires").rglob("*.xls[xm]")):
        other = calamine.CalamineWorkbook.from_path(str(path))
        for grid in read_book(path).sheets:
            rows = other.get_sheet_by_name(grid.name).to_python(skip_empty_area=False)
            texts = {
                (row, col): value
                for row, values in enumerate(rows, 1)
                for col, value in enumerate(values, 1)
                if isinstance(value, str) and value
            }
            own = {place: cell for place, cell in grid.cells.items() if cell.text}
            differing = [
                place
                for place, text in texts.items()
                if place not in own or own[place].text.strip() != text.strip()
            ]
            assert not [place for place in differing if not own.get(place, Cell(0, 0)).error], (
                path.name,
                grid.name,
            )
            seen += len(texts)
    assert seen > 5000


def test_a_row_inside_a_row_is_refused_since_its_cells_have_no_one_place(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "Question")}<row r="2"></row>{text_cell("B1", "Answer")}</row>'
    path = saved(tmp_path, parts(sheet(rows)))
    with pytest.raises(InputRefusedError) as caught:
        read_book(path)
    assert caught.value.code == Reason.FILE_DAMAGED
    assert "a row inside row" in str(caught.value)
