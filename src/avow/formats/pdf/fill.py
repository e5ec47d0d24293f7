"""Filling a PDF form: the answered fields are added in a new revision, every byte of the source stays before it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from avow.formats.pdf.appearance import Style, drawn, size_for
from avow.formats.pdf.append import appended
from avow.formats.pdf.fields import FormField, Ref, Widget, quiet_reader
from avow.formats.pdf.form_places import Target
from avow.formats.writing import CellNotWritableError
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

_MARKED = re.compile(rb"/Tx\s+BMC\b.*?\bEMC\b", re.DOTALL)
_NAMES = {
    "Helvetica": "AvowHelv", "Helvetica-Bold": "AvowHeBo", "Times-Roman": "AvowTiRo", "Times-Bold": "AvowTiBo",
    "Courier": "AvowCour", "Courier-Bold": "AvowCoBo",
}  # fmt: skip
_LIST_CHOSEN = "0.6 0.757 0.855 rg"  # the ground behind what is chosen in a list


def filled_form(data: bytes, targets: Mapping[str, Target], writes: Sequence[CellWrite]) -> bytes:
    """The form with the writes in its fields, still to be filled in; the source's bytes are the first of the result.

    Raises CellNotWritableError for a place that is not there or cannot hold its text whole.
    """
    if not writes:
        return data
    filler = _Filler(data)
    for write in writes:
        target = targets.get(write.address.cell)
        where = str(write.address)
        if target is None or not target.field.is_writable:
            raise CellNotWritableError(where, Reason.NO_ANSWER_PLACE)
        if target.field.kind == "check":
            filler.tick(target, write.value, where)
        elif target.field.kind == "choice":
            filler.choose(target.field, write.value, where)
        else:
            filler.write(target.field, write.value, where)
    return filler.done()


@dataclass
class _Filler:
    """Collects the objects that a filled form has in another wording than its source."""

    data: bytes
    objects: dict[Ref, Any] = field(default_factory=dict)
    fonts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = quiet_reader(self.data)
        known = [number for numbers in self.reader.xref.values() for number in numbers]
        self.next = max(
            int(self.reader.trailer["/Size"]), *(number + 1 for number in (*known, *self.reader.xref_objStm))
        )

    def done(self) -> bytes:
        """The file's bytes with the collected objects after them."""
        return appended(self.data, self.reader.trailer, self.objects)

    # ── the three kinds of fields ──────────────────────────────────────────────────────────────

    def write(self, one: FormField, text: str, where: str) -> None:
        """Put a text into a text field."""
        from pypdf.generic import NameObject, TextStringObject

        if one.most is not None and len(text) > one.most:
            raise CellNotWritableError(where, Reason.TEXT_TOO_LONG)
        node = self.node(one.ref)
        kept = text if one.multiline else " ".join(text.split("\n"))
        node[NameObject("/V")] = TextStringObject(kept.replace("\n", "\r"))
        node.pop("/RV", None)  # the same text with formatting, which would go stale
        for widget in one.widgets:
            self.draw(one, widget, kept, where)

    def choose(self, one: FormField, shown: str, where: str) -> None:
        """Choose an option of a list, by the words it shows."""
        from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

        index = next((at for at, (_, text) in enumerate(one.options) if text == shown), None)
        if index is None:
            raise CellNotWritableError(where, Reason.NO_CHOICE_FITS)
        node = self.node(one.ref)
        node[NameObject("/V")] = TextStringObject(one.options[index][0])
        node[NameObject("/I")] = ArrayObject([NumberObject(index)])
        for widget in one.widgets:
            self.draw(one, widget, shown, where, index)

    def tick(self, target: Target, value: str, where: str) -> None:
        """Choose a box, and take the mark from the others of its group."""
        from pypdf.generic import NameObject

        one = target.field
        state = target.states.get(value)
        if not state:
            raise CellNotWritableError(where, Reason.NO_CHOICE_FITS)
        self.node(one.ref)[NameObject("/V")] = NameObject(state)
        for widget in one.widgets:
            node = self.node(widget.ref)
            node[NameObject("/AS")] = NameObject(state if widget.on == state else "/Off")

    # ── objects ────────────────────────────────────────────────────────────────────────────────

    def node(self, ref: Ref | None) -> Any:
        """An object of the file, to be changed; the same one each time."""
        from pypdf.generic import DictionaryObject, IndirectObject

        assert ref is not None  # noqa: S101  # of writable fields only
        if ref not in self.objects:
            held: Any = IndirectObject(ref[0], ref[1], self.reader).get_object()
            copy = DictionaryObject()
            for key in held:
                copy[key] = held.raw_get(key)
            self.objects[ref] = copy
        return self.objects[ref]

    def new(self, value: Any) -> Any:
        """A new object, and what refers to it."""
        from pypdf.generic import IndirectObject

        ref = (self.next, 0)
        self.next += 1
        self.objects[ref] = value
        return IndirectObject(ref[0], ref[1], self.reader)

    def font(self, name: str) -> Any:
        """A standard font with the letters of WinAnsiEncoding."""
        from pypdf.generic import DictionaryObject, NameObject

        if name not in self.fonts:
            self.fonts[name] = self.new(
                DictionaryObject(
                    {
                        NameObject("/Type"): NameObject("/Font"),
                        NameObject("/Subtype"): NameObject("/Type1"),
                        NameObject("/BaseFont"): NameObject(f"/{name}"),
                        NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
                    }
                )
            )
        return self.fonts[name]

    # ── appearances ────────────────────────────────────────────────────────────────────────────

    def draw(self, one: FormField, widget: Widget, text: str, where: str, index: int | None = None) -> None:
        """Give a widget the appearance that shows the text."""
        from pypdf.generic import DictionaryObject, NameObject, TextStringObject

        node = self.node(widget.ref)
        style, width, height = one.style, widget.width, widget.height
        is_list = one.kind == "choice" and not one.is_combo
        size = (style.size or 10.0) if is_list else size_for(text, style, width, height)
        if size is None:
            raise CellNotWritableError(where, Reason.TEXT_TOO_LONG)
        if style.size and size != style.size:
            node[NameObject("/DA")] = TextStringObject(style.sized(size))
        name = _NAMES[style.font]
        content = (
            _listed(one, index or 0, style, width, height, size, name)
            if is_list
            else drawn(text, style, width, height, size, name)
        )
        stream, reused = self.around(node, content, width, height, widget.turned)
        fonts = DictionaryObject({NameObject(f"/{name}"): self.font(style.font)})
        stream[NameObject("/Resources")] = _with_fonts(reused, fonts)
        appearance = DictionaryObject({NameObject("/N"): self.new(stream)})
        node[NameObject("/AP")] = appearance

    def around(self, node: Any, content: bytes, width: float, height: float, turned: int) -> tuple[Any, Any]:
        """The stream of an appearance: the marked text of the one there is replaced, so that ground and border stay as
        they are drawn; else a new one with the ground and border that the field describes. Out too: its resources.
        """
        from pypdf.generic import ArrayObject, DecodedStreamObject, FloatObject, NameObject

        held = _held(node)
        box = [float(value) for value in held.get("/BBox", [])] if held is not None else []
        same = len(box) == 4 and abs(box[2] - box[0] - width) < 1 and abs(box[3] - box[1] - height) < 1
        stream = DecodedStreamObject()
        stream[NameObject("/Type")] = NameObject("/XObject")
        stream[NameObject("/Subtype")] = NameObject("/Form")
        stream[NameObject("/BBox")] = ArrayObject([FloatObject(value) for value in (0, 0, width, height)])
        matrix = _MATRICES.get(turned)
        if matrix:
            values = [value * {"w": width, "h": height, "1": 1}[unit] for value, unit in matrix]
            stream[NameObject("/Matrix")] = ArrayObject([FloatObject(value) for value in values])
        if held is not None and same and box[:2] == [0, 0] and not turned:
            whole = held.get_data()
            replaced, count = _MARKED.subn(lambda _: content.rstrip(), whole, count=1)
            if count:
                stream.set_data(replaced)
                return stream, held.get("/Resources")
        stream.set_data(_ground(node, width, height) + content)
        return stream, None


# 12.5.6.19, table 189: a widget's own rotation turns its appearance.
_MATRICES: dict[int, list[tuple[int, str]]] = {
    90: [(0, "1"), (1, "1"), (-1, "1"), (0, "1"), (1, "h"), (0, "1")],
    180: [(-1, "1"), (0, "1"), (0, "1"), (-1, "1"), (1, "w"), (1, "h")],
    270: [(0, "1"), (-1, "1"), (1, "1"), (0, "1"), (0, "1"), (1, "w")],
}


def _held(node: Any) -> Any:
    appearance = node.get("/AP")
    normal = appearance.get_object().get("/N") if appearance is not None else None
    stream = normal.get_object() if normal is not None else None
    return stream if hasattr(stream, "get_data") else None


def _with_fonts(held: Any, fonts: Any) -> Any:
    from pypdf.generic import DictionaryObject, NameObject

    resources = DictionaryObject()
    if held is not None:
        held = held.get_object()
        for key in held:
            resources[key] = held.raw_get(key)
        there = resources.get("/Font")
        if there is not None:
            there = there.get_object()
            fonts = DictionaryObject({**{key: there.raw_get(key) for key in there}, **fonts})
    resources[NameObject("/Font")] = fonts
    return resources


def _ground(node: Any, width: float, height: float) -> bytes:
    """Ground and border as the field describes them (12.5.6.19 and 12.5.4)."""
    looks = node.get("/MK")
    looks = looks.get_object() if looks is not None else {}
    out = ""
    ground, border = _colour(looks.get("/BG"), stroke=False), _colour(looks.get("/BC"), stroke=True)
    if ground:
        out += f"q\n{ground}\n0 0 {width:g} {height:g} re f\nQ\n"
    style = node.get("/BS")
    thick = float(style.get_object().get("/W", 1)) if style is not None else 1.0
    if border and thick > 0:
        half = thick / 2
        out += f"q\n{border}\n{thick:g} w\n{half:g} {half:g} {width - thick:g} {height - thick:g} re S\nQ\n"
    return out.encode("ascii")


def _colour(value: Any, *, stroke: bool) -> str:
    parts = [float(one) for one in value.get_object()] if value is not None else []
    operator = {1: "g", 3: "rg", 4: "k"}.get(len(parts))
    if operator is None:
        return ""
    return " ".join(f"{one:g}" for one in parts) + f" {operator.upper() if stroke else operator}"


def _listed(
    one: FormField, chosen: int, style: Style, width: float, height: float, size: float, font: str
) -> bytes:
    """A list with the chosen option marked, as far as it shows."""
    step = size * 1.2
    rows = max(1, int((height - 2) // step))
    first = max(0, min(chosen, len(one.options) - rows))
    out = f"/Tx BMC\nq\n1 1 {width - 2:g} {height - 2:g} re W n\n".encode("ascii")
    top = height - 1 - step * (chosen - first + 1)
    out += f"{_LIST_CHOSEN}\n1 {top:g} {width - 2:g} {step:g} re f\nBT\n{style.colour}\n/{font} {size:g} Tf\n".encode()
    at = 0.0
    for row, (_, text) in enumerate(one.options[first : first + rows]):
        y = height - 1 - step * (row + 1) + size * 0.3
        shown = (
            text.encode("cp1252", "replace")
            .replace(b"\\", b"\\\\")
            .replace(b"(", b"\\(")
            .replace(b")", b"\\)")
        )
        out += f"{2 if row == 0 else 0} {y - at:g} Td\n(".encode("ascii") + shown + b") Tj\n"
        at = y
    return out + b"ET\nQ\nEMC\n"
