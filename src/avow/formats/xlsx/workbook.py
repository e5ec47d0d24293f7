"""The parts around the sheets: content types, relationships, the workbook's list of sheets and names."""

from dataclasses import dataclass, field

from lxml import etree

from avow.formats.opc.package import Package
from avow.formats.opc.relationships import Relationship, main_part, relationships
from avow.formats.opc.xml_parts import SPREADSHEET_NAMESPACES, is_true, local, tree
from avow.model.reasons import Reason

MAX_NAMES = 100_000


@dataclass(slots=True, frozen=True)
class SheetPart:
    """A sheet in the workbook's order. `state`: visible, hidden or veryHidden; `part` is its XML's name."""

    name: str
    state: str
    part: str


@dataclass(slots=True)
class Workbook:
    """What `workbook.xml` says. `names`: (lower-case name, sheet index or None for all) -> formula.

    `sheets` are the worksheets; `others` the names of chart, dialog and macro sheets, which hold no grid.
    """

    part: str
    sheets: list[SheetPart]
    others: list[str] = field(default_factory=list)
    names: dict[tuple[str, int | None], str] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    from_1904: bool = False
    strings_part: str | None = None
    styles_part: str | None = None


def load_workbook(package: Package) -> Workbook:
    """The workbook's sheets, names, parts. Raises InputRefusedError when a sheet has no part of its own."""
    part = main_part(package)
    if part is None:
        raise package.refuse(Reason.FILE_DAMAGED, "the package has no workbook; ask for the file again")
    root = tree(package, part)
    if local(root) != "workbook" or etree.QName(root).namespace not in SPREADSHEET_NAMESPACES:
        raise package.refuse(Reason.FILE_DAMAGED, f"{part} is not a workbook; ask for the file again")
    book = Workbook(part, [])
    targets = {one.identifier: one for one in relationships(package, part)}
    for one in targets.values():
        if one.kind == "sharedStrings" and not one.external:
            book.strings_part = one.target
        elif one.kind == "styles" and not one.external:
            book.styles_part = one.target
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = local(element)
        if kind == "sheet":
            _add_sheet(package, book, element, targets)
        elif kind == "workbookPr":
            book.from_1904 = is_true(element.get("date1904"))
        elif kind == "definedName" and len(book.names) < MAX_NAMES:
            scope = element.get("localSheetId", "")
            key = (element.get("name", "").lower(), int(scope) if scope.isdecimal() else None)
            book.names[key] = element.text or ""
    if not book.sheets and not book.others:
        raise package.refuse(Reason.FILE_DAMAGED, "the workbook lists no sheet; ask for the file again")
    return book


def _add_sheet(
    package: Package, book: Workbook, element: etree._Element, targets: dict[str, Relationship]
) -> None:
    name = element.get("name", "")
    identifier = next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")
    target = targets.get(identifier)
    again = "open it in a spreadsheet program, save it again and send that"
    shown = ascii(name)[1:-1]
    if target is None or target.external:
        raise package.refuse(Reason.ZIP_UNSAFE, f"sheet {shown} lies outside the package; {again}")
    if target.target not in package:
        raise package.refuse(
            Reason.FILE_DAMAGED, f"sheet {shown} has no content in the file; ask for the file again"
        )
    if name.lower() in book.order:
        raise package.refuse(Reason.FILE_DAMAGED, f"two sheets are named {shown}; {again}")
    book.order[name.lower()] = len(book.order)
    if target.kind in ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"):
        book.others.append(name)
        return
    if any(sheet.part == target.target for sheet in book.sheets):
        raise package.refuse(
            Reason.FILE_DAMAGED, f"sheet {shown} shares its content with another sheet; {again}"
        )
    state = element.get("state", "visible")
    book.sheets.append(
        SheetPart(name, state if state in ("hidden", "veryHidden") else "visible", target.target)
    )
