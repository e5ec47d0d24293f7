"""The formats: how each one's bytes are mutated, and small files to begin with, made by the tests' own builders."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from fuzz.judge import judge
from fuzz.mutate import Mutator, pdf_mutator, text_mutator, zip_mutator

_TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(_TESTS / "formats"), str(_TESTS)]

ROWS = (
    ("Ref", "Section", "Question", "Answer", "Comments"),
    ("1.1", "Access", "Is MFA enforced for all staff?", "", ""),
    ("1.2", "Access", "If yes, describe how.", "", ""),
    ("2.1", "Data", "Do you encrypt customer data at rest?", "No", "since 2020"),
    ("", "Data", "Please note: answer every question.", "", ""),
    ("2.2", "Data", "How often are backups tested?", "", ""),
)


class Target(NamedTuple):
    """One format's fuzzing."""

    ending: str
    mutator: Mutator
    seeds: Callable[[], Iterator[bytes]]

    def one(self, data: bytes) -> None:
        """What atheris calls with each input."""
        try:
            judge(data, self.ending)
        except BaseException as error:
            # A panic of a parser in Rust ends in the sandbox as any other failure of a parser does.
            if type(error).__name__ != "PanicException":
                raise


def _xlsx() -> Iterator[bytes]:
    from xlsx_files import packed, parts, sheet, text_cell

    def grid(rows: tuple[tuple[str, ...], ...], after: str = "", before: str = "") -> str:
        return sheet(
            "".join(
                f'<row r="{row}">'
                + "".join(text_cell(f"{'ABCDE'[at]}{row}", text) for at, text in enumerate(cells) if text)
                + "</row>"
                for row, cells in enumerate(rows, 1)
            ),
            before,
            after,
        )

    choices = (
        '<dataValidations count="1"><dataValidation type="list" sqref="D2:D6"><formula1>"Yes,No,N/A"</formula1>'
        "</dataValidation></dataValidations>"
    )
    merges = '<mergeCells count="2"><mergeCell ref="C5:E5"/><mergeCell ref="D3:D4"/></mergeCells>'
    yield packed(parts(grid(ROWS)))
    yield packed(parts(grid(ROWS, choices), grid(ROWS[:3], merges), states=("visible", "hidden")))
    yield packed(
        parts(
            grid(
                ROWS,
                before='<sheetProtection sheet="1"/>'.join(("", "")),
                after='<sheetProtection sheet="1"/>',
            )
        )
    )
    shared = "".join(f"<si><t>{text}</t></si>" for row in ROWS for text in row if text)
    cells = iter(range(100))
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{"ABCDE"[at]}{row}" t="s"><v>{next(cells)}</v></c>' for at, text in enumerate(one) if text
        )
        + "</row>"
        for row, one in enumerate(ROWS, 1)
    )
    formula = '<row r="8"><c r="C8" t="str"><f>C2&amp;C3</f><v>Do you log access?</v></c><c r="D8"><f>1+1</f></c></row>'
    yield packed(parts(sheet(rows + formula), strings=shared, properties='<workbookPr date1904="1"/>'))
    options = (
        ("Question", "Yes", "No", "N/A", "Comment"),
        ("Is MFA enforced?", "", "", "", ""),
        ("Do you test backups?", "x", "", "", ""),
    )
    yield packed(parts(grid(options)))


def _csv() -> Iterator[bytes]:
    lines = [",".join(f'"{one}"' if "," in one else one for one in row) for row in ROWS]
    yield "\r\n".join(lines).encode()
    yield ("\ufeff" + "\n".join(lines).replace(",", ";")).encode()
    yield ("\n".join(lines).replace(",", "\t")).encode("utf-16")
    yield 'sep=;\r\nQuestion;Yes;No\r\n"Is it ""on""?\r\nsay";;\r\n'.encode("cp1252")
    yield b"Is MFA on?,\nDo you encrypt data?,\nDo you test backups?,\n"


def _text() -> Iterator[bytes]:
    yield b"1. Is MFA enforced for all staff?\n2. Do you encrypt data at rest?\n\nBackups\n3) How often are backups tested?\n"
    yield b"Question: Is MFA on?\nAnswer:\n\nQuestion: Are backups tested?\nAnswer: Yes\n"
    yield b"# Security\n\n- Is MFA on?\n- [ ] Yes [ ] No\n\n| Question | Answer |\n|---|---|\n| Is it logged? |  |\n"
    yield "Is MFA on?\r\nDescribe your backups: ____\r\n".encode("utf-16")


def _json() -> Iterator[bytes]:
    yield json.dumps([{"id": one[0], "question": one[2], "answer": ""} for one in ROWS[1:]]).encode()
    yield json.dumps(
        {"questions": [{"text": one[2], "section": one[1]} for one in ROWS[1:]]}, indent=2
    ).encode()
    items = [
        {
            "type": "block",
            "text": "Access",
            "id": "a",
            "items": [
                {"type": "yesno", "text": "Is MFA on?", "id": "m", "yes": "Yes", "no": "No"},
                {"type": "box", "text": "Describe it", "id": "d", "cond": "m/yes"},
            ],
        }
    ]
    yield json.dumps({"questionnaire": items}).encode()


def _docx() -> Iterator[bytes]:
    from io import BytesIO

    import docx

    form = docx.Document()
    form.add_heading("Security questionnaire", 1)
    table = form.add_table(len(ROWS), 5)
    for row, cells in enumerate(ROWS):
        for at, text in enumerate(cells):
            table.cell(row, at).text = text
    form.add_paragraph("Do you keep logs?", style="List Number")
    form.add_paragraph("How long?", style="List Number")
    out = BytesIO()
    form.save(out)
    yield _slim(out.getvalue())
    yield _word(
        "<w:p><w:r><w:t>1. Is MFA on?</w:t></w:r></w:p><w:p><w:r><w:t>Answer: </w:t></w:r><w:sdt><w:sdtPr><w:dropDownList>"
        '<w:listItem w:displayText="Yes" w:value="Yes"/><w:listItem w:displayText="No" w:value="No"/></w:dropDownList></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>Choose an item.</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p><w:r><w:t>Question</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Yes</w:t></w:r></w:p></w:tc>"
        '<w:tc><w:p><w:r><w:t>No</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>Are backups </w:t></w:r><w:ins w:id="1" w:author="a"><w:r><w:t>always </w:t></w:r></w:ins>'
        "<w:r><w:t>tested?</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
        '<w:p><w:r><w:t>Is access reviewed?</w:t></w:r></w:p><w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="c1"/><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t> Yes</w:t></w:r></w:p>'
    )


def _word(body: str) -> bytes:
    from xlsx_files import packed

    office = "http://schemas.openxmlformats.org"
    main = f"{office}/wordprocessingml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
        }
    )


def _slim(data: bytes) -> bytes:
    """A document without the theme and the picture the builder's own template brings."""
    import io
    import zipfile

    from xlsx_files import packed

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {
            one: archive.read(one)
            for one in archive.namelist()
            if not one.startswith(("docProps/thumb", "word/theme", "customXml"))
        }
    return packed(parts)


def _xls() -> Iterator[bytes]:
    from old_spreadsheets import xls

    yield xls({"Form": ROWS, "Second": ROWS[:2]})


def _xlsb() -> Iterator[bytes]:
    from old_spreadsheets import xlsb, xlsb_sheet

    yield xlsb({"Form": xlsb_sheet(ROWS), "Second": xlsb_sheet(ROWS[:2])})


def _ods() -> Iterator[bytes]:
    from old_spreadsheets import ods, ods_table

    yield ods(ods_table("Form", ROWS) + ods_table("Second", ROWS[:2]))


def _pdf() -> Iterator[bytes]:
    yield from (_pdf_file(lines, fields) for lines, fields in ((_LINES, False), (_LINES, True)))


_LINES = (
    "Security questionnaire",
    "1. Is MFA enforced for all staff?",
    "Answer:",
    "2. Do you encrypt data at rest?",
    "Answer:",
    "3. How often are backups tested?",
)


def _pdf_file(lines: tuple[str, ...], fields: bool) -> bytes:
    """A page of lines; with `fields`, a text field and a check box behind each question."""
    text = "BT /F1 11 Tf 72 720 Td 0 -24 Td " + " 0 -24 Td ".join(f"({line}) Tj" for line in lines) + " ET"
    widgets = []
    if fields:
        for number, line in enumerate(lines):
            low = 720 - 24 * (number + 1) - 4
            if line.endswith(":"):
                widgets.append(
                    f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a{number}) /Rect [150 {low} 400 {low + 16}] /F 4 /DA (/F1 10 Tf 0 g) /P 3 0 R >>"
                )
        widgets.append(
            "<< /Type /Annot /Subtype /Widget /FT /Btn /T (check) /Rect [300 570 312 582] /F 4 /AS /Off /AP << /N << /Yes 5 0 R /Off 5 0 R >> >> /P 3 0 R >>"
        )
    annots = " ".join(f"{6 + at} 0 R" for at in range(len(widgets)))
    form = (
        f"/AcroForm << /Fields [{annots}] /DA (/F1 10 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> >>"
        if fields
        else ""
    )
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {form} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [{annots}] >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *widgets,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    listed = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{listed}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


TARGETS = {
    "xlsx": Target(".xlsx", zip_mutator, _xlsx),
    "docx": Target(".docx", zip_mutator, _docx),
    "csv": Target(".csv", text_mutator, _csv),
    "text": Target(".txt", text_mutator, _text),
    "markdown": Target(".md", text_mutator, _text),
    "json": Target(".json", text_mutator, _json),
    "pdf": Target(".pdf", pdf_mutator, _pdf),
    "xls": Target(".xls", text_mutator, _xls),
    "xlsb": Target(".xlsb", zip_mutator, _xlsb),
    "ods": Target(".ods", zip_mutator, _ods),
}
