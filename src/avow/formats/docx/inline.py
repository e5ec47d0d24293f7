"""A paragraph's content: runs, fields, controls and printed boxes, read as they stand once tracked changes are accepted."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lxml import etree

from avow.formats.docx.blocks import Control, Paragraph, Piece, Story
from avow.formats.docx.controls import (
    EMPTY_BOXES,
    TICKED_BOXES,
    field_control,
    is_placeholder,
    sdt_control,
    sdt_kind,
    symbol_box,
)
from avow.formats.docx.names import child, name, value
from avow.formats.docx.shapes import REMOVED, alternative, asks_somewhere, unmatched_fields
from avow.formats.docx.styles import Look, Styles, changed

ADDED = {"ins", "moveTo"}

_BOXES = frozenset(EMPTY_BOXES + TICKED_BOXES)
_PASSED = {  # wrappers whose content counts as if it stood there by itself
    "hyperlink", "smartTag", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase", "sdtContent",
}  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


class InlineReader:
    """Reads what paragraphs of one story hold; fields may run over several paragraphs of a cell.

    `boxes` takes in the text boxes of a drawing.
    """

    def __init__(
        self, story: Story, styles: Styles, boxes: Callable[[etree._Element, Paragraph], None]
    ) -> None:
        self._story = story
        self._styles = styles
        self._boxes = boxes
        self._cell = ""  # path of the cell we are in
        self._fields: list[tuple[list[str], Control | None]] = []  # ([phase], the form field)
        self._counts: Counter[str] = Counter()
        self._unmatched = unmatched_fields(story.root)

    @contextmanager
    def inside(self, cell: str) -> Iterator[None]:
        """Within a cell (its path), or a text box (""): its controls are named after it, and no field reaches in or out."""
        cells, fields = self._cell, self._fields
        self._cell, self._fields = cell, []
        yield
        self._cell, self._fields = cells, fields

    def name(self, control: Control, paragraph: str) -> None:
        """Give a control its path: it is counted in its cell, else in its paragraph."""
        path = self._cell or paragraph
        self._counts[f"{path}/{control.kind}"] += 1
        control.path = f"{path}/{control.kind}[{self._counts[f'{path}/{control.kind}']}]"
        self._story.found[control.path] = control

    def read(self, element: etree._Element, into: Paragraph, mute: bool, revised: bool) -> None:
        """Take an element's content in. `mute`: it is that of a control already read; `revised`: it was added as a tracked
        change."""
        for one in element:
            kind = name(one)
            if kind == "r":
                self._run(one, into, mute, revised)
            elif kind in ADDED:
                self._story.revised = True
                self.read(one, into, mute, True)
            elif kind in REMOVED:
                self._story.revised = True
                into.cut = into.cut or any(
                    name(text) in ("delText", "t") and text.text for text in one.iter()
                )
            elif kind == "sdt":
                self._inline_sdt(one, into, mute, revised)
            elif kind in _PASSED:
                self.read(one, into, mute, revised)
            elif kind == "mc:AlternateContent":
                for chosen in alternative(one):
                    self.read(chosen, into, mute, revised)
            elif kind in ("m:oMath", "m:oMathPara") and not mute:
                formula = "".join(text.text or "" for text in one.iter() if name(text) == "m:t")
                into.pieces.append(Piece(formula, into.style.look, revised=revised))

    def _inline_sdt(self, sdt: etree._Element, into: Paragraph, mute: bool, revised: bool) -> None:
        content = child(sdt, "sdtContent")
        if content is None:
            return
        kind = "" if mute else sdt_kind(sdt)
        if kind == "":
            self.read(content, into, mute, revised)
            return
        apart = Paragraph(into.path, into.element, into.order, style=into.style)
        depth, self._counts = self._counts.copy(), self._counts
        self.read(content, apart, kind == "checkbox", revised)
        shown = "".join(piece.text for piece in apart.pieces)
        into.boxes += apart.boxes
        if kind == "rich" and (apart.controls or asks_somewhere(shown)):
            into.pieces += apart.pieces
            return
        self._counts = depth
        control = sdt_control(sdt, kind, shown)
        self.name(control, into.path)
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
                self.read(one, into, mute, revised)
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
        self.name(control, into.path)
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
                self.name(control, into.path)
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
