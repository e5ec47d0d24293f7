"""From a part's XML to paragraphs, tables and controls, read as they stand once tracked changes are accepted."""

from collections import Counter
from collections.abc import Iterable

from lxml import etree

from avow.errors import InputRefusedError
from avow.formats.docx.blocks import Block, CellBlock, Control, Paragraph, Piece, Row, Story, Table
from avow.formats.docx.controls import has_placeholder, is_placeholder, sdt_control, sdt_kind
from avow.formats.docx.inline import ADDED, InlineReader
from avow.formats.docx.names import child, is_on, name, number, value
from avow.formats.docx.numbering import Numbering
from avow.formats.docx.shapes import (
    REMOVED,
    alternative,
    asks_somewhere,
    box_contents,
    cells_of,
    plain_text,
    under,
)
from avow.formats.docx.styles import StyleInfo, Styles, is_shaded
from avow.model.reasons import Reason

MAX_NESTING = 20  # tables in tables
MAX_COLUMNS = 256  # of a table; Word makes 63


def walk(
    sheet: str, part: str, root: etree._Element, containers: Iterable[etree._Element], styles: Styles,
    numbering: Numbering, file: str,
) -> Story:  # fmt: skip
    """The blocks of `containers` (the body; the notes of a notes part) as one story. Raises InputRefusedError."""
    story = Story(sheet, part, root)
    walker = _Walker(story, styles, numbering, file)
    paths = Counter[str]()
    for container in containers:
        story.blocks += walker.blocks(container, "", paths)
    return story


class _Walker:
    def __init__(self, story: Story, styles: Styles, numbering: Numbering, file: str) -> None:
        self._story = story
        self._styles = styles
        self._numbering = numbering
        self._file = file
        self._order = 0
        self._nesting = 0
        self._inline = InlineReader(story, styles, self._boxes)
        self._table_shades = False
        self._carried: list[Piece] = []  # of a paragraph whose mark is deleted

    def blocks(
        self, container: etree._Element, path: str, counts: Counter[str], inside: Control | None = None
    ) -> list[Block]:
        found: list[Block] = []
        for one in container:
            kind = name(one)
            if kind == "p":
                counts["paragraph"] += 1
                found += self._paragraph(one, f"{path}paragraph[{counts['paragraph']}]", inside)
            elif kind == "tbl":
                counts["table"] += 1
                found.append(self._table(one, f"{path}table[{counts['table']}]"))
            elif kind == "sdt":
                found += self._block_sdt(one, path, counts, inside)
            elif kind in ADDED or kind in ("customXml", "smartTag"):
                found += self.blocks(one, path, counts, inside)
            elif kind == "mc:AlternateContent":
                for chosen in alternative(one):
                    found += self.blocks(chosen, path, counts, inside)
        return found

    def _block_sdt(
        self, sdt: etree._Element, path: str, counts: Counter[str], inside: Control | None
    ) -> list[Block]:
        content = child(sdt, "sdtContent")
        if content is None:
            return []
        kind = sdt_kind(sdt) if inside is None else ""
        if kind == "":
            return self.blocks(content, path, counts, inside)
        shown = "\n".join(filter(None, (plain_text(one) for one in content.iter() if name(one) == "p")))
        tables = any(name(one) == "tbl" for one in content.iter())
        controls = any(name(one) == "sdt" for one in content.iter())
        if kind == "rich" and (
            tables or controls or not (has_placeholder(sdt) or is_placeholder(shown)) or asks_somewhere(shown)
        ):
            return self.blocks(content, path, counts, None)
        control = sdt_control(sdt, kind, shown)
        found = self.blocks(content, path, counts, control)
        first = next((one for one in found if isinstance(one, Paragraph)), None)
        if first is not None:
            first.pieces.insert(0, Piece(control=control))
            self._inline.name(control, first.path)
        return found

    # tables

    def _table(self, element: etree._Element, path: str) -> Table:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            message = f"tables are nested more than {MAX_NESTING} deep; ask for a plain document"
            raise InputRefusedError(self._file, Reason.LIMIT_REACHED, message)
        table = Table(path, element, self._next())
        outer = self._table_shades
        self._table_shades = self._styles.table_shades(value(child(element, "tblPr", "tblStyle")))
        self._story.found[path] = table
        for at, row in enumerate(under(element, "tr"), 1):
            properties = child(row, "trPr")
            deleted = child(properties, "del") is not None
            self._story.revised |= deleted or child(properties, "ins") is not None
            cells = self._cells(row, f"{path}/row[{at}]", number(child(properties, "gridBefore")), deleted)
            if cells and not deleted:
                table.rows.append(Row(at, cells, is_on(child(properties, "hidden"))))
                table.width = max(table.width, cells[-1].column + cells[-1].span - 1)
        self._table_shades = outer
        self._nesting -= 1
        return table

    def _cells(self, row: etree._Element, path: str, before: int, deleted: bool) -> list[CellBlock]:
        found: list[CellBlock] = []
        column = 1 + max(0, before)
        for at, (element, sdt) in enumerate(cells_of(row), 1):
            properties = child(element, "tcPr")
            if (
                found
                and child(properties, "hMerge") is not None
                and value(child(properties, "hMerge")) != "restart"
            ):
                found[-1].span += 1
                column += 1
                continue
            span = max(1, number(child(properties, "gridSpan"), default=1))
            if column + span > MAX_COLUMNS:
                message = f"a table has more than {MAX_COLUMNS:,} columns; ask for a plain document"
                raise InputRefusedError(self._file, Reason.LIMIT_REACHED, message)
            merged = child(properties, "vMerge")
            merge = "" if merged is None else "restart" if value(merged) == "restart" else "continue"
            cell = CellBlock(f"{path}/cell[{at}]", element, column, span, merge, self._next())
            cell.shaded = is_shaded(child(properties, "shd"))
            self._story.found[cell.path] = cell
            self._fill_cell(cell, sdt)
            if deleted or child(properties, "cellDel") is not None:
                cell.blocks = []
            found.append(cell)
            column += span
        return found

    def _fill_cell(self, cell: CellBlock, sdt: etree._Element | None) -> None:
        kind = sdt_kind(sdt) if sdt is not None else ""
        control = None
        if sdt is not None and kind:
            shown = "\n".join(
                filter(None, (plain_text(one) for one in cell.element.iter() if name(one) == "p"))
            )
            nested = any(name(one) in ("sdt", "tbl") for one in cell.element.iter())
            if kind != "rich" or not (nested or asks_somewhere(shown)):
                control = sdt_control(sdt, kind, shown)
        with self._inline.inside(cell.path):
            cell.blocks = self.blocks(cell.element, f"{cell.path}/", Counter(), control)
            first = next(iter(cell.paragraphs), None)
            if control is not None and first is not None:
                first.pieces.insert(0, Piece(control=control))
                self._inline.name(control, first.path)
        for one in cell.paragraphs:
            one.shaded = one.shaded or cell.shaded or self._table_shades

    # paragraphs

    def _paragraph(self, element: etree._Element, path: str, inside: Control | None) -> list[Block]:
        properties = child(element, "pPr")
        style = self._styles.of_paragraph(value(child(properties, "pStyle")))
        found = Paragraph(path, element, self._next(), style=style, inside=inside)
        self._story.found[path] = found
        found.shaded = is_shaded(child(properties, "shd"))
        level = child(properties, "outlineLvl")
        if level is not None:
            found.style = StyleInfo(style.look, style.numbering, number(level, default=9) < 9, style.contents)
        found.pieces, self._carried = self._carried, []
        self._inline.read(element, found, inside is not None, False)
        marks = child(properties, "rPr")
        gone = any(child(marks, one) is not None for one in REMOVED)
        self._story.revised |= gone
        if gone:
            self._carried = found.pieces
            found.pieces = []
            return []
        self._number(found, properties)
        return [found]

    def _number(self, found: Paragraph, properties: etree._Element | None) -> None:
        listed = child(properties, "numPr")
        identifier, level = found.style.numbering or ("", 0)
        if listed is not None:
            own = value(child(listed, "numId"))
            identifier = identifier if own is None else own
            level = number(child(listed, "ilvl"), default=level)
        found.level = level
        # An empty paragraph of a list is numbered too, but nothing is asked there.
        if identifier:
            found.list_id = identifier
            found.label = self._numbering.label(identifier, level)
            found.indent = self._numbering.indent(identifier, level)

    def _next(self) -> int:
        self._order += 1
        return self._order

    def _boxes(self, element: etree._Element, into: Paragraph) -> None:
        for content in box_contents(element):
            path = f"{into.path}/textbox[{len(into.boxes) + 1}]/"
            with self._inline.inside(""):
                into.boxes.append(self.blocks(content, path, Counter()))
