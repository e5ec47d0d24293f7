"""Small workbooks made of literal XML, so that a test shows exactly what the file holds."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
STYLES = (
    f'{HEADER}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="4"><font><sz val="11"/></font><font><b/><sz val="11"/></font>'
    '<font><sz val="11"/><color rgb="FFFFFFFF"/></font><font><sz val="1"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF003366"/></patternFill></fill></fills>'
    '<cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="0" fontId="1" fillId="2"/>'
    '<xf numFmtId="0" fontId="2" fillId="0"/><xf numFmtId="0" fontId="3" fillId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0"/><xf numFmtId="2" fontId="0" fillId="0"/>'
    '<xf numFmtId="9" fontId="0" fillId="0"/><xf numFmtId="22" fontId="0" fillId="0"/>'
    '<xf numFmtId="0" fontId="0" fillId="0"><protection locked="0"/></xf></cellXfs></styleSheet>'
)
WHITE, TINY, DATE, TWO_DECIMALS, PERCENT, MOMENT, UNLOCKED = 2, 3, 4, 5, 6, 7, 8


def sheet(
    rows: str = "", before: str = "", after: str = "", *, wrapper: str = "<sheetData>{}</sheetData>"
) -> str:
    """A worksheet part."""
    data = wrapper.format(rows)
    return f'{HEADER}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}{data}{after}</worksheet>'


def text_cell(name: str, text: str, style: int | None = None) -> str:
    """An inline string cell."""
    styled = "" if style is None else f' s="{style}"'
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{name}"{styled} t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def parts(
    *sheets: str | bytes,
    names: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
    book: str = "",
    properties: str = "",
    strings: str | None = None,
    main_type: str = BOOK_TYPE,
    extra: Mapping[str, str | bytes] | None = None,
    relations: str = "",
) -> dict[str, str | bytes]:
    """The members of a workbook, in order. `book` goes behind the list of sheets, `properties` before it."""
    names = names or tuple(f"Sheet{at + 1}" for at in range(len(sheets)))
    states = states or ("visible",) * len(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
        for at, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    related += f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/>{relations}'
    if strings is not None:
        related += f'<Relationship Id="rIdT" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEADER}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{main_type}"/></Types>',
        "_rels/.rels": f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEADER}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
        f"<sheets>{listed}</sheets>{book}</workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": STYLES,
    }
    if strings is not None:
        members["xl/sharedStrings.xml"] = f'{HEADER}<sst xmlns="{MAIN}">{strings}</sst>'
    for at, content in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{at}.xml"] = content
    members.update(extra or {})
    return members


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """The members as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def saved(folder: Path, members: Mapping[str, str | bytes], name: str = "form.xlsx") -> Path:
    """The workbook in a folder."""
    path = folder / name
    path.write_bytes(packed(members))
    return path
