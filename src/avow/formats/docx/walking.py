"""From a part's XML to paragraphs, tables and controls, read as they stand once tracked changes are accepted."""

from collections import Counter
from collections.abc import Iterable

from lxml import etree

from avow.errors import InputRefusedError
from avow.formats.docx.blocks import Block, CellBlock, Control, Paragraph, Piece, Row, Story, Table
from avow.formats.docx.controls import (
    EMPTY_BOXES,
    TICKED_BOXES,
    field_control,
    has_placeholder,
    is_placeholder,
    sdt_control,
    sdt_kind,
    symbol_box,
)
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
    unmatched_fields,
)
from avow.formats.docx.styles import Look, StyleInfo, Styles, changed, is_shaded
from avow.model.reasons import Reason

MAX_NESTING = 20  # tables in tables
MAX_COLUMNS = 256  # of a table; Word makes 63

_BOXES = frozenset(EMPTY_BOXES + TICKED_BOXES)
_PASSED = {  # wrappers whose content counts as if it stood there by itself
    "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase", "sdtContent",
}  # fmt: skip
_ADDED = {"ins", "moveTo"}
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


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
        self._fields: list[tuple[list[str], Control | None]] = []  # ([phase], the form field)
        self._cell: str = ""  # path of the cell we are in
        self._table_shades = False
        self._counts: Counter[str] = Counter()
        self._unmatched = unmatched_fields(story.root)
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
            elif kind in _ADDED or kind in ("customXml", "smartTag"):
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
            self._name(control, first.path)
        return found

    def _name(self, control: Control, paragraph: str) -> None:
        path = self._cell or paragraph
        self._counts[f"{path}/{control.kind}"] += 1
        control.path = f"{path}/{control.kind}[{self._counts[f'{path}/{control.kind}']}]"
        self._story.found[control.path] = control

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
        outer, self._cell = self._cell, cell.path
        fields, self._fields = self._fields, []
        kind = sdt_kind(sdt) if sdt is not None else ""
        control = None
        if sdt is not None and kind:
            shown = "\n".join(
                filter(None, (plain_text(one) for one in cell.element.iter() if name(one) == "p"))
            )
            nested = any(name(one) in ("sdt", "tbl") for one in cell.element.iter())
            if kind != "rich" or not (nested or asks_somewhere(shown)):
                control = sdt_control(sdt, kind, shown)
        cell.blocks = self.blocks(cell.element, f"{cell.path}/", Counter(), control)
        first = next(iter(cell.paragraphs), None)
        if control is not None and first is not None:
            first.pieces.insert(0, Piece(control=control))
            self._name(control, first.path)
        for one in cell.paragraphs:
            one.shaded = one.shaded or cell.shaded or self._table_shades
        self._cell, self._fields = outer, fields

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
        self._inline(element, found, inside is not None, False)
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

    def _inline(self, element: etree._Element, into: Paragraph, mute: bool, revised: bool) -> None:
        """`mute`: what is met is the content of a control already read."""
        for one in element:
            kind = name(one)
            if kind == "r":
                self._run(one, into, mute, revised)
            elif kind in _ADDED:
                self._story.revised = True
                self._inline(one, into, mute, True)
            elif kind in REMOVED:
                self._story.revised = True
                into.cut = into.cut or any(
                    name(text) in ("delText", "t") and text.text for text in one.iter()
                )
            elif kind == "sdt":
                self._inline_sdt(one, into, mute, revised)
            elif kind in _PASSED:
                self._inline(one, into, mute, revised)
            elif kind == "mc:AlternateContent":
                for chosen in alternative(one):
                    self._inline(chosen, into, mute, revised)
            elif kind in ("m:oMath", "m:oMathPara") and not mute:
                formula = "".join(text.text or "" for text in one.iter() if name(text) == "m:t")
                into.pieces.append(Piece(formula, into.style.look, revised=revised))

    def _inline_sdt(self, sdt: etree._Element, into: Paragraph, mute: bool, revised: bool) -> None:
        content = child(sdt, "sdtContent")
        if content is None:
            return
        kind = "" if mute else sdt_kind(sdt)
        if kind == "":
            self._inline(content, into, mute, revised)
            return
        apart = Paragraph(into.path, into.element, into.order, style=into.style)
        depth, self._counts = self._counts.copy(), self._counts
        self._inline(content, apart, kind == "checkbox", revised)
        shown = "".join(piece.text for piece in apart.pieces)
        into.boxes += apart.boxes
        if kind == "rich" and (apart.controls or asks_somewhere(shown)):
            into.pieces += apart.pieces
            return
        self._counts = depth
        control = sdt_control(sdt, kind, shown)
        self._name(control, into.path)
        into.pieces.append(Piece(control=control))

    def _run(self, run: etree._Element, into: Paragraph, mute: bool, revised: bool) -> None:
        properties = child(run, "rPr")
        look = into.style.look
        if properties is not None:
            style = value(child(properties, "rStyle"))
            look = changed(self._styles.run_look(look, style) if style else look, properties)
        self._in_run(run, run, into, look, mute, revised)

    def _in_run(
        self,
        element: etree._Element,
        run: etree._Element,
        into: Paragraph,
        look: Look,
        mute: bool,
        revised: bool,
    ) -> None:
        for one in element:
            kind = name(one)
            if kind == "t":
                text = one.text or "" if not len(one) else "".join(map(str, one.itertext()))
                self._say(one, text, run, into, look, mute, revised)
            elif kind in _SIGNS:
                self._say(one, _SIGNS[kind], run, into, look, mute, revised)
            elif kind == "br":
                self._say(
                    one,
                    "\n" if value(one, "type") in (None, "textWrapping") else "",
                    run,
                    into,
                    look,
                    mute,
                    revised,
                )
            elif kind == "sym":
                self._symbol(one, run, into, look, mute, revised)
            elif kind == "fldChar":
                self._field(one, run, into, mute)
            elif kind == "ruby":
                self._inline(one, into, mute, revised)
            elif kind in ("drawing", "pict", "object"):
                self._boxes(one, into)
            elif kind == "mc:AlternateContent":
                for chosen in alternative(one):
                    self._in_run(chosen, run, into, look, mute, revised)

    def _say(
        self, element: etree._Element, text: str, run: etree._Element, into: Paragraph, look: Look, mute: bool,
        revised: bool,
    ) -> None:  # fmt: skip
        if any(phase[0] == "code" for phase, _ in self._fields):
            return
        held = next((control for _, control in reversed(self._fields) if control is not None), None)
        if held is not None:
            if held.kind != "checkbox":
                held.shown += text
                if not held.runs or held.runs[-1] is not run:
                    held.runs.append(run)
            return
        if mute or not text:
            return
        begin = 0
        for at, character in enumerate(text):
            if character in _BOXES:
                if text[begin:at]:
                    into.pieces.append(Piece(text[begin:at], look, revised=revised))
                self._box(element, at, character in TICKED_BOXES, into)
                begin = at + 1
        if text[begin:]:
            into.pieces.append(Piece(text[begin:], look, revised=revised))

    def _box(self, element: etree._Element, at: int, ticked: bool, into: Paragraph) -> None:
        control = Control("checkbox", "glyph", element, checked=ticked, at=at)
        self._name(control, into.path)
        into.pieces.append(Piece(control=control))

    def _symbol(
        self,
        element: etree._Element,
        run: etree._Element,
        into: Paragraph,
        look: Look,
        mute: bool,
        revised: bool,
    ) -> None:
        character = value(element, "char") or ""
        box = symbol_box(value(element, "font") or "", character)
        if box is not None and not mute and not self._fields:
            self._box(element, -1, box, into)
        else:
            self._say(
                element,
                "\N{REPLACEMENT CHARACTER}" if len(character) != 4 else "·",
                run,
                into,
                look,
                mute,
                revised,
            )

    def _field(self, mark: etree._Element, run: etree._Element, into: Paragraph, mute: bool) -> None:
        kind = value(mark, "fldCharType")
        if mark in self._unmatched:  # else all that follows would count as the field's code
            return
        if kind == "begin":
            data = child(mark, "ffData")
            control = field_control(data, run) if data is not None and not mute else None
            if control is not None:
                control.title, control.shown = control.title or control.shown, ""
                self._name(control, into.path)
                into.pieces.append(Piece(control=control))
            self._fields.append((["code"], control))
        elif kind == "separate" and self._fields:
            self._fields[-1][0][0] = "result"
        elif kind == "end" and self._fields:
            _, control = self._fields.pop()
            if control is not None:
                control.end = run
                if control.kind != "dropdown" and control.how == "field":
                    said = control.shown.strip()
                    control.text = "" if is_placeholder(said) or said == control.title else said

    def _boxes(self, element: etree._Element, into: Paragraph) -> None:
        outer, fields = self._cell, self._fields
        for content in box_contents(element):
            self._cell, self._fields = "", []
            path = f"{into.path}/textbox[{len(into.boxes) + 1}]/"
            into.boxes.append(self.blocks(content, path, Counter()))
        self._cell, self._fields = outer, fields
