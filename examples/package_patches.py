"""What openpyxl cannot write, patched into the package afterwards: parts in, parts out."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from lxml import etree

EDITED = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
VALIDATIONS_URI = "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"

Patch = Callable[[bytes], bytes]


def with_stored_values(xml: bytes, values: dict[str, str | int]) -> bytes:
    """Give formula cells their stored value, for readers that do not calculate."""
    root = etree.fromstring(xml)
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.get("r") not in values:
            continue
        value = values[cell.get("r")]
        stored = cell.find(f"{{{MAIN}}}v")
        stored.text = str(value)
        cell.attrib.pop("t", None)
        if isinstance(value, str):
            cell.set("t", "str")
    return serialised(root)


def with_free_heights(xml: bytes, rows: Iterable[int]) -> bytes:
    """Keep the height of these rows, but let it follow the text as it would in a file of Excel's own."""
    root = etree.fromstring(xml)
    free = {str(row) for row in rows}
    for row in root.iter(f"{{{MAIN}}}row"):
        if row.get("r") in free:
            row.attrib.pop("customHeight", None)
    return serialised(root)


def with_extension_list(xml: bytes, cells: list[str], formula: str) -> bytes:
    """Add a dropdown as Excel 2010 and later keep one that refers to another sheet."""
    root = etree.fromstring(xml)
    extensions = etree.SubElement(root, f"{{{MAIN}}}extLst")
    ext = etree.SubElement(extensions, f"{{{MAIN}}}ext", nsmap={"x14": X14}, uri=VALIDATIONS_URI)
    group = etree.SubElement(ext, f"{{{X14}}}dataValidations", nsmap={"xm": XM}, count="1")
    rule = etree.SubElement(
        group, f"{{{X14}}}dataValidation", type="list", allowBlank="1", showErrorMessage="1"
    )
    etree.SubElement(etree.SubElement(rule, f"{{{X14}}}formula1"), f"{{{XM}}}f").text = formula
    etree.SubElement(rule, f"{{{XM}}}sqref").text = " ".join(cells)
    return serialised(root)


def with_fixed_dates(xml: bytes) -> bytes:
    """Replace the time of writing in the document properties."""
    stamp = EDITED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, xml)


def serialised(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def repacked(package: bytes, patches: dict[str, list[Patch]]) -> bytes:
    """The package with each patch applied to its part, and with one date on all parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            for patch in patches.get(name, ()):
                body = patch(body)
            info = zipfile.ZipInfo(name, EDITED.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(info, body)
    return out.getvalue()
