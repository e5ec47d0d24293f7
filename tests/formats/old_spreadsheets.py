"""Small .xls, .xlsb and .ods files made by the tests: the first by xlwt, the others as the parts and records they hold."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import xlwt

Rows = Sequence[Sequence[object]]
HIDDEN, VERY_HIDDEN = 1, 2
FORM: Rows = (
    ("ID", "Question", "Answer", "Comment"),
    ("1", "Is MFA enforced for staff?", "", ""),
    ("2", "Is customer data encrypted at rest?", "", ""),
)


def xls(sheets: Mapping[str, Rows], *, hidden: Iterable[str] = (), bold_first: bool = False) -> bytes:
    """A BIFF8 workbook. A text that begins with `=` is a formula."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = HIDDEN if name in hidden else 0
        for row, values in enumerate(rows):
            style = xlwt.easyxf("font: bold on") if bold_first and not row else xlwt.Style.default_style
            for col, value in enumerate(values):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write(row, col, xlwt.Formula(value[1:]), style)
                elif value != "":
                    sheet.write(row, col, value, style)
    return saved(book)


def saved(book: "xlwt.Workbook") -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def records_of(data: bytes) -> tuple[int, list[tuple[int, int, int]]]:
    """Where the workbook stream of an xlwt file begins, and its records: (offset in the file, kind, size)."""
    start = 512  # xlwt puts the stream first, in sectors that follow each other
    found, at = [], start
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<2H", data, at)
        if not kind and not size:
            break
        found.append((at, kind, size))
        at += 4 + size
    return start, found


# ── OpenDocument ───────────────────────────────────────────────────────────────────────────────

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
    "<manifest:file-entry "
    'manifest:full-path="content.xml" manifest:media-type="text/xml">{}</manifest:file-entry></manifest:manifest>'
)


def across(count: int) -> str:
    """The attribute of a cell that stands for several side by side."""
    return f'table:number-columns-repeated="{count}"'


def ods_cell(text: object, attributes: str = "") -> str:
    if text == "":
        return f"<table:table-cell {attributes}/>"
    if isinstance(text, int | float):
        said = f'office:value-type="float" office:value="{text}"'
        return f"<table:table-cell {said} {attributes}><text:p>{text}</text:p></table:table-cell>"
    escaped = str(text).replace("&", "&amp;").replace("<", "&lt;")
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{escaped}</text:p></table:table-cell>'


def ods_table(name: str, rows: Rows, attributes: str = "") -> str:
    body = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" {attributes}>{body}</table:table>'


def ods(
    tables: str, *, styles: str = "", before: str = "", extra: Mapping[str, str | bytes] | None = None
) -> bytes:
    """An OpenDocument spreadsheet with these tables, as the suites write one: its type first, and not packed."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{before}{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    members: dict[str, str | bytes] = {
        "mimetype": ODS_TYPE,
        "content.xml": content,
        "META-INF/manifest.xml": MANIFEST.format(""),
        **(extra or {}),
    }
    return zipped(members, stored=("mimetype",))


def zipped(members: Mapping[str, str | bytes], stored: Iterable[str] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, kind)
    return out.getvalue()


# ── the binary workbook ────────────────────────────────────────────────────────────────────────

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def record(kind: int, content: bytes = b"") -> bytes:
    """One record: kind in one or two bytes, size in seven bits a byte ([MS-XLSB] 2.1.4)."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(content)
    while True:
        length, part = length >> 7, length & 0x7F
        size += bytes([part | (0x80 if length else 0)])
        if not length:
            return head + size + content


def wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<L", len(units) // 2) + units


def xlsb_sheet(rows: Rows, after: bytes = b"", *, hidden_rows: Iterable[int] = ()) -> bytes:
    """A worksheet part. None is an empty cell; `#REF!` an error; a text that begins with `=` a formula with that value."""
    body = b""
    for row, values in enumerate(rows):
        flags = 0x10 if row + 1 in hidden_rows else 0
        body += record(0, struct.pack("<2LH2BB", row, 0, 300, 0, flags, 0) + struct.pack("<L", 0))
        for col, value in enumerate(values):
            body += _xlsb_cell(col, value)
    size = record(148, struct.pack("<4L", 0, max(len(rows) - 1, 0), 0, 15))
    return record(129) + size + record(145) + body + record(146) + after + record(130)


def _xlsb_cell(col: int, value: object) -> bytes:
    head = struct.pack("<2L", col, 0)
    if value == "":
        return b""
    if value is None:
        return record(1, head)
    if value == "#REF!":
        return record(3, head + b"\x17")
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, int | float):
        return record(5, head + struct.pack("<d", value))
    text = str(value)
    if text.startswith("="):
        return record(8, head + wide(text[1:]) + struct.pack("<HLL", 0, 0, 0))
    return record(6, head + wide(text))


def xlsb(
    sheets: Mapping[str, bytes],
    *,
    states: Mapping[str, int] | None = None,
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A binary workbook of these worksheet parts."""
    listed = b"".join(
        record(156, struct.pack("<2L", (states or {}).get(name, 0), at) + wide(f"rId{at}") + wide(name))
        for at, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.bin"/>'
        for at in range(1, len(sheets) + 1)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType='
        '"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": record(131)
        + record(153, struct.pack("<3L", 0, 0, 0))
        + record(143)
        + listed
        + record(144)
        + record(157, bytes(26))
        + record(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    }
    for at, content in enumerate(sheets.values(), start=1):
        members[f"xl/worksheets/sheet{at}.bin"] = content
    members.update(extra or {})
    return zipped(members)
