"""Generated questionnaires in every format, and what filled ones hold, read without Avow.

Each `make_...` writes a form that asks `asked` in order; each `held_...` gives for every question the texts that stand
in its places, a ticked box by its label. Bulk is written as literal XML and records, which is fast.
"""

import csv
import itertools
import json
import random
import re
import struct
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import material
from vocabulary import FORMS

CHOICES = ("Yes", "No", "Partially", "N/A")
HEADINGS = ("ID", "Domain", "Question", "Answer", "Comment")
_SEED = 20261124
_A_SECTION = 25
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
_MAKER = "application/vnd.openxmlformats-officedocument"

Held = list[list[str]]


class Form(NamedTuple):
    """A kind of form: how one is made, and how a filled one is read."""

    make: Callable[[Path, Sequence[str]], object]
    held: Callable[[Path], Held]


def many_questions(count: int) -> list[str]:
    """Distinct questions, of which there are enough for a hundred thousand."""
    dice = random.Random(_SEED)
    asked = (topic.asked(dice.choice(FORMS)) for topic in material.topics())
    return list(itertools.islice(_distinct(asked), count))


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _rows(asked: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Number, domain and text of every question."""
    for number, text in enumerate(asked):
        section, within = divmod(number, _A_SECTION)
        domain = material.DOMAINS[section % len(material.DOMAINS)]
        yield f"{section + 1}.{within + 1}", domain, text


def _zipped(path: Path, members: Mapping[str, str | bytes], stored: str = "") -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)


def _types(parts: Mapping[str, str]) -> str:
    """The part that says what the others are; `parts`: a name's ending or a part -> content type."""
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>'
        if name.startswith("/")
        else f'<Default Extension="{name}" ContentType="{kind}"/>'
        for name, kind in {
            "rels": "application/vnd.openxmlformats-package.relationships+xml",
            "xml": "application/xml",
            **parts,
        }.items()
    )
    return f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">{listed}</Types>'


def _related(*targets: tuple[str, str]) -> str:
    """Relationships (the last word of the type, target), as rId1, rId2 …"""
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


# ── workbooks and tables ───────────────────────────────────────────────────────────────────────────


def make_styled_workbook(path: Path, asked: Sequence[str]) -> None:
    material.make_workbook(path, len(asked))


def make_plain_workbook(path: Path, asked: Sequence[str]) -> None:
    """A workbook with shared strings and a dropdown on the answers, and no more."""
    strings: dict[str, int] = {}

    def row(number: int, texts: Sequence[str]) -> str:
        cells = "".join(
            f'<c r="{letter}{number}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'
            for letter, text in zip("ABCDE", texts, strict=False)
        )
        return f'<row r="{number}">{cells}</row>'

    rows = [row(1, HEADINGS), *(row(number, texts) for number, texts in enumerate(_rows(asked), 2))]
    last = len(rows)
    sheet = (
        f'{_DECLARATION}<worksheet xmlns="{_SHEET}"><dimension ref="A1:E{last}"/><sheetData>{"".join(rows)}</sheetData>'
        f'<dataValidations count="1"><dataValidation type="list" allowBlank="1" sqref="D2:D{last}">'
        f'<formula1>"{",".join(CHOICES)}"</formula1></dataValidation></dataValidations></worksheet>'
    )
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    counts = f'count="{5 * last}" uniqueCount="{len(strings)}"'
    members = {
        "[Content_Types].xml": _types(
            {
                "/xl/workbook.xml": f"{_MAKER}.spreadsheetml.sheet.main+xml",
                "/xl/worksheets/sheet1.xml": f"{_MAKER}.spreadsheetml.worksheet+xml",
                "/xl/sharedStrings.xml": f"{_MAKER}.spreadsheetml.sharedStrings+xml",
            }
        ),
        "_rels/.rels": _related(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{_DECLARATION}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Questionnaire" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _related(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": f'{_DECLARATION}<sst xmlns="{_SHEET}" {counts}>{items}</sst>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    _zipped(path, members)


def held_workbook(path: Path) -> Held:
    """From the first sheet, by its headings."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    found = _held_rows(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return found


def _held_rows(rows: Iterable[Sequence[Any]]) -> Held:
    """Answer and comment of every row below the headings that has a question."""
    waiting = iter(rows)
    headings = next(row for row in waiting if "Question" in row)
    question, *places = (headings.index(one) for one in ("Question", "Answer", "Comment"))
    asked = (row for row in waiting if len(row) > question and row[question])
    return [[str(row[at]) for at in places if len(row) > at and row[at]] for row in asked]


def make_csv(path: Path, asked: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows((*row, "", "") for row in _rows(asked))


def held_csv(path: Path) -> Held:
    with path.open(encoding="utf-8", newline="") as file:
        return _held_rows(list(csv.reader(file)))


def make_xls(path: Path, asked: Sequence[str]) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Questionnaire")
    for at, texts in enumerate((HEADINGS, *_rows(asked))):
        for column, text in enumerate(texts):
            sheet.write(at, column, text)
    book.save(str(path))


def make_ods(path: Path, asked: Sequence[str]) -> None:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    rows = "".join(
        "<table:table-row>{}</table:table-row>".format(
            "".join(
                f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
                for text in texts
            )
        )
        for texts in (HEADINGS, *_rows(asked))
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{part}" manifest:media-type="{said}"/>'
        for part, said in (("/", kind), ("content.xml", "text/xml"))
    )
    members = {
        "mimetype": kind,
        "content.xml": f"{_DECLARATION}<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Questionnaire">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.2">{entries}'
        "</manifest:manifest>",
    }
    _zipped(path, members, stored="mimetype")


def make_xlsb(path: Path, asked: Sequence[str]) -> None:
    """A binary workbook, record by record ([MS-XLSB] 2.1.4): texts stand in their cells."""
    rows = [HEADINGS, *_rows(asked)]
    cells = b"".join(
        _record(0, struct.pack("<2LH2BBL", at, 0, 300, 0, 0, 0, 0))
        + b"".join(
            _record(6, struct.pack("<2L", column, 0) + _wide(text)) for column, text in enumerate(texts)
        )
        for at, texts in enumerate(rows)
    )
    size = _record(148, struct.pack("<4L", 0, len(rows) - 1, 0, 15))
    sheet = struct.pack("<2L", 0, 1) + _wide("rId1") + _wide("Questionnaire")
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _types({"bin": "application/vnd.ms-excel.sheet.binary.macroEnabled.main"}),
        "_rels/.rels": _related(("officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": _record(131)
        + _record(153, bytes(12))
        + _record(143)
        + _record(156, sheet)
        + _record(144)
        + _record(157, bytes(26))
        + _record(132),
        "xl/_rels/workbook.bin.rels": _related(("worksheet", "worksheets/sheet1.bin")),
        "xl/worksheets/sheet1.bin": _record(129) + size + _record(145) + cells + _record(146) + _record(130),
    }
    _zipped(path, members)


def _record(kind: int, content: bytes = b"") -> bytes:
    """Kind in one or two bytes, size in seven bits a byte."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(content)
    while left >= 0x80:
        size, left = size + bytes([left & 0x7F | 0x80]), left >> 7
    return head + size + bytes([left]) + content


def _wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<L", len(units) // 2) + units


# ── Word ───────────────────────────────────────────────────────────────────────────────────────────


def make_table_document(path: Path, asked: Sequence[str]) -> None:
    """A table with empty cells for answers and comments."""
    rows = ((*row, "", "") for row in _rows(asked))
    _document(path, [[_paragraph(text) for text in row] for row in (HEADINGS, *rows)])


def make_control_document(path: Path, asked: Sequence[str]) -> None:
    """A table with a dropdown, or else two boxes to tick, and a text control for every question."""
    rows = [[_paragraph(text) for text in HEADINGS]]
    for at, texts in enumerate(_rows(asked)):
        answer = _dropdown() if at % 2 else "<w:p>{}{}</w:p>".format(_box("Yes"), _box("No"))
        comment = f"<w:p>{_control('<w:text/>', 'Click here to enter text.')}</w:p>"
        rows.append([*map(_paragraph, texts), answer, comment])
    _document(path, rows)


def _paragraph(text: str) -> str:
    return f"<w:p>{_run(text)}</w:p>" if text else "<w:p/>"


def _run(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _control(kind: str, shown: str) -> str:
    run = _run(shown, '<w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>')
    return f"<w:sdt><w:sdtPr><w:showingPlcHdr/>{kind}</w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>"


def _dropdown() -> str:
    items = "".join(f'<w:listItem w:displayText="{one}" w:value="{one}"/>' for one in CHOICES)
    return f"<w:p>{_control(f'<w:dropDownList>{items}</w:dropDownList>', 'Choose an item.')}</w:p>"


def _box(label: str) -> str:
    properties = '<w:sdtPr><w14:checkbox><w14:checked w14:val="0"/></w14:checkbox></w:sdtPr>'
    return f"<w:sdt>{properties}<w:sdtContent>{_run('☐')}</w:sdtContent></w:sdt>{_run(f' {label} ')}"


def _document(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A document of one table, whose cells are XML."""
    made = "".join(
        "<w:tr>{}</w:tr>".format("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row)) for row in rows
    )
    styles = "".join(
        f'<w:style w:type="{kind}" {first} w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for kind, first, name in (
            ("paragraph", 'w:default="1"', "Normal"),
            ("character", "", "Placeholder Text"),
        )
    )
    members = {
        "[Content_Types].xml": _types(
            {
                "/word/document.xml": f"{_MAKER}.wordprocessingml.document.main+xml",
                "/word/styles.xml": f"{_MAKER}.wordprocessingml.styles+xml",
            }
        ),
        "_rels/.rels": _related(("officeDocument", "word/document.xml")),
        "word/document.xml": f'{_DECLARATION}<w:document xmlns:w="{_WORD}" xmlns:w14="{_WORD_2010}"><w:body><w:tbl>'
        f"<w:tblPr/><w:tblGrid/>{made}</w:tbl><w:p/><w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": _related(("styles", "styles.xml")),
        "word/styles.xml": f'{_DECLARATION}<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
    }
    _zipped(path, members)


def held_document(path: Path) -> Held:
    """From the table's last two columns; of boxes the labels of those ticked, of controls what was put in."""
    from lxml import etree

    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    rows = [row.findall("{*}tc") for row in root.iter("{*}tr")]
    return [[text for cell in cells[3:] for text in _held_cell(cell)] for cells in rows[1:]]


def _held_cell(cell: Any) -> list[str]:
    text = "".join(
        one.text or ""
        for one in cell.iter("{*}t")
        if not any(sdt.find("{*}sdtPr/{*}showingPlcHdr") is not None for sdt in one.iterancestors("{*}sdt"))
    )
    boxes = [one.get(f"{{{_WORD_2010}}}val") for one in cell.iter(f"{{{_WORD_2010}}}checked")]
    if not boxes:
        return [text] if text else []
    signs = re.findall(r"([☐☒])\s*(\w+)", text)
    if [sign == "☒" for sign, _ in signs] != [value in ("1", "true") for value in boxes]:
        return [f"boxes {boxes} shown as {text}"]
    return [label for sign, label in signs if sign == "☒"]


# ── PDF ────────────────────────────────────────────────────────────────────────────────────────────

_TOP, _BOTTOM, _LEFT = 780, 60, 50


def make_pdf_form(path: Path, asked: Sequence[str]) -> None:
    """Each question with a dropdown at its right and a field for comments below it."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    y = _TOP
    for number, (ref, _, text) in enumerate(_rows(asked)):
        lines = textwrap.wrap(f"{ref}  {text}", 72, break_on_hyphens=False)
        if y - 70 - 13 * len(lines) < _BOTTOM:
            canvas.showPage()
            y = _TOP
        canvas.setFont("Helvetica", 10)
        canvas.acroForm.choice(
            name=f"answer{number}", x=440, y=y - 6, width=100, height=18, value="Select...",
            options=["Select...", *CHOICES],
        )  # fmt: skip
        for line in lines:
            canvas.drawString(_LEFT, y, line)
            y -= 13
        canvas.drawString(_LEFT, y - 12, "Comments:")
        canvas.acroForm.textfield(
            name=f"comment{number}",
            x=120,
            y=y - 40,
            width=420,
            height=40,
            fieldFlags="multiline",
            maxlen=None,
        )
        y -= 64
    canvas.save()


def held_pdf_form(path: Path) -> Held:
    from pypdf import PdfReader

    fields = PdfReader(path).get_fields() or {}
    places = ((f"answer{number}", f"comment{number}") for number in itertools.count())
    present = itertools.takewhile(lambda names: names[0] in fields, places)
    texts = ([str(fields[name].get("/V") or "") for name in names] for names in present)
    return [[text for text in pair if text not in ("", "Select...")] for pair in texts]


def make_flat_pdf(path: Path, asked: Sequence[str]) -> None:
    """Numbered questions under section headings, with room to write below each."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    y, section = _TOP, ""
    for ref, domain, text in _rows(asked):
        lines = textwrap.wrap(f"{ref}  {text}", 90, break_on_hyphens=False)
        if y - 90 < _BOTTOM:
            canvas.showPage()
            y = _TOP
        if ref.partition(".")[0] != section:
            section = ref.partition(".")[0]
            canvas.setFont("Helvetica-Bold", 13)
            canvas.drawString(_LEFT, y, f"{section}. {domain}")
            y -= 24
        canvas.setFont("Helvetica", 10)
        for line in lines:
            canvas.drawString(_LEFT, y, line)
            y -= 13
        y -= 27
    canvas.save()


def held_response_document(path: Path) -> Held:
    """The paragraphs styled as answers, one a question."""
    import docx

    styled = (one for one in docx.Document(str(path)).paragraphs if one.style is not None)
    return [[one.text] if one.text else [] for one in styled if one.style and one.style.name == "Answer"]


# ── JSON and text ──────────────────────────────────────────────────────────────────────────────────


def make_json(path: Path, asked: Sequence[str]) -> None:
    sections = [
        {
            "name": domain,
            "questions": [
                {"id": ref, "question": text, "answer": "", "comment": "", "choices": CHOICES}
                for ref, _, text in rows
            ],
        }
        for domain, rows in itertools.groupby(_rows(asked), lambda row: row[1])
    ]
    path.write_text(json.dumps({"title": "Vendor form", "sections": sections}, indent=2), encoding="utf-8")


def held_json(path: Path) -> Held:
    sections = json.loads(path.read_text(encoding="utf-8"))["sections"]
    listed = (one for section in sections for one in section["questions"])
    return [[one[name] for name in ("answer", "comment") if one[name]] for one in listed]


def make_text(path: Path, asked: Sequence[str]) -> None:
    path.write_text("\n".join(f"{ref} {text}" for ref, _, text in _rows(asked)) + "\n", encoding="utf-8")


def held_text(path: Path) -> Held:
    found: Held = []
    for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("A: "):
            found[-1].append(line.removeprefix("A: "))
        elif line:
            found.append([])
    return found


FORMS_MADE = {
    "styled.xlsx": Form(make_styled_workbook, held_workbook),
    "plain.xlsx": Form(make_plain_workbook, held_workbook),
    "table.csv": Form(make_csv, held_csv),
    "table.docx": Form(make_table_document, held_document),
    "controls.docx": Form(make_control_document, held_document),
    "fillable.pdf": Form(make_pdf_form, held_pdf_form),
    "flat.pdf": Form(make_flat_pdf, held_response_document),
    "list.json": Form(make_json, held_json),
    "pasted.txt": Form(make_text, held_text),
    "old.xls": Form(make_xls, held_workbook),
    "open.ods": Form(make_ods, held_workbook),
    "binary.xlsb": Form(make_xlsb, held_workbook),
}
