"""An independent judge of a filled workbook: nothing of Avow's own reading or writing is used."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> part name."""
    targets = {
        one.get("Id"): one.get("Target") for one in etree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for sheet in etree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
        target = str(targets[sheet.get(f"{RELATIONS}id")])
        parts[str(sheet.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def without_cells(part: bytes, cells: set[str]) -> bytes:
    """The sheet's canonical XML with the given cells, and rows that held nothing else, taken out."""
    root = etree.fromstring(part)
    for row in list(root.iter(f"{MAIN}row")):
        taken = [cell for cell in row if cell.get("r") in cells]
        for cell in taken:
            row.remove(cell)
        row.attrib.pop("spans", None)
        if taken and not len(row):
            parent = row.getparent()
            assert parent is not None
            parent.remove(row)
    return etree.tostring(root, method="c14n")


def findings(source: Path, filled: Path, report: dict[str, Any]) -> list[str]:
    """What differs besides the reported cells; empty where nothing does."""
    found: list[str] = []
    before, after = zipfile.ZipFile(source), zipfile.ZipFile(filled)
    names = [one.filename for one in before.infolist()]
    if names != [one.filename for one in after.infolist()]:
        return ["members differ"]
    written: dict[str, set[str]] = {}
    parts = sheet_parts(before)
    for row in report["rows"]:
        for write in row["written"]:
            written.setdefault(parts[write["sheet"]], set()).add(write["cell"])
    for name in names:
        old, new = before.read(name), after.read(name)
        if name in written:
            if without_cells(old, written[name]) != without_cells(new, written[name]):
                found.append(f"{name}: more than the reported cells differs")
        elif name == "xl/workbook.xml":
            calc = re.compile(rb"<calcPr[^>]*/>")
            if calc.sub(b"", old) != calc.sub(b"", new):
                found.append(f"{name}: more than the calculation setting differs")
        elif old != new:
            found.append(f"{name} differs")
    return found


def read_report(folder: Path, stem: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / f"{stem}.report.json").read_bytes())
    return report
