"""The fields of a PDF form (ISO 32000-1, 12.7): what kind each is, what stands in it, and where it shows."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from avow.formats.pdf.appearance import Style, font_name, style_of
from avow.formats.pdf.geometry import Box, Corners, Frame, frame_of

_MAX_FIELDS = 20_000
_MAX_DEPTH = 32
_INHERITED = ("/FT", "/Ff", "/V", "/DV", "/DA", "/Q", "/MaxLen", "/Opt")

# Field flags, ISO 32000-1 tables 221, 226, 228 and 230; bit n counts from 1.
READ_ONLY, MULTILINE, PASSWORD, RADIO, PUSH = 1 << 0, 1 << 12, 1 << 13, 1 << 15, 1 << 16
COMBO, FILE_SELECT, MULTI_SELECT, COMB = 1 << 17, 1 << 20, 1 << 21, 1 << 24
_HIDDEN, _NO_VIEW = 1 << 1, 1 << 5  # annotation flags, table 165

Ref = tuple[int, int]  # number and generation of an object


@dataclass(frozen=True, slots=True)
class Widget:
    """One place on a page where a field shows. `on` is the state a button is in when it is chosen; `turned` by how many
    degrees its content is, `width` and `height` are those of the content.
    """

    page: int
    box: Box
    ref: Ref | None
    width: float
    height: float
    turned: int = 0
    on: str = ""
    chosen: bool = False
    unseen: bool = False


@dataclass(slots=True)
class FormField:
    """One field. `kind`: text, choice, check (boxes and radio groups), signature or button (which does something).

    `options` are (value kept, text shown); `value` is what stands in it as a person reads it.
    """

    name: str
    kind: str
    flags: int
    ref: Ref | None
    tooltip: str = ""
    value: str = ""
    default: str = ""
    options: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    style: Style = field(default_factory=Style)
    widgets: list[Widget] = field(default_factory=list)

    @property
    def multiline(self) -> bool:
        """Whether a text may have several lines."""
        return self.kind == "text" and bool(self.flags & MULTILINE)

    @property
    def is_combo(self) -> bool:
        """Whether its options drop down, rather than stand in a list."""
        return self.kind == "choice" and bool(self.flags & COMBO)

    @property
    def read_only(self) -> bool:
        """Whether the form forbids to change it."""
        return bool(self.flags & READ_ONLY)

    @property
    def is_writable(self) -> bool:
        """Whether an answer can be put into it and every place where it shows."""
        if self.kind not in ("text", "choice", "check") or self.read_only or self.ref is None:
            return False
        secret = self.kind == "text" and self.flags & (PASSWORD | FILE_SELECT)
        return not secret and bool(self.widgets) and all(one.ref is not None for one in self.widgets)

    @property
    def unseen(self) -> bool:
        """Whether it shows nowhere."""
        return all(one.unseen for one in self.widgets)


@dataclass(slots=True)
class FormFields:
    """The fields of a file in its own order, and what speaks against filling them."""

    fields: list[FormField] = field(default_factory=list)
    xfa: bool = False
    needs_rendering: bool = False
    signed: bool = False


def quiet_reader(data: bytes) -> Any:
    """A reader of the file that says nothing on the terminal."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    return PdfReader(BytesIO(data), strict=False)


def read_fields(data: bytes) -> FormFields | None:
    """The form's fields; None for a file without a form.

    Raises whatever the parser raises for a file that is damaged.
    """
    reader = quiet_reader(data)
    if reader.is_encrypted:
        return None  # it may be read, but filling it is what its owner forbade
    root = reader.trailer["/Root"].get_object()
    form = root.get("/AcroForm")
    form = form.get_object() if form is not None else None
    if not isinstance(form, Mapping):
        return None
    found = FormFields(
        xfa="/XFA" in form,
        needs_rendering=bool(root.get("/NeedsRendering", False)),
    )
    places = _annotation_places(root)
    walk = _Walk(places, found, form)
    fields = form.get("/Fields")
    inherited = {key: form[key] for key in ("/DA", "/Q") if key in form}
    walk.kids(fields.get_object() if fields is not None else [], "", inherited, 0)
    _part_twins(found.fields)
    return found


def _part_twins(fields: list[FormField]) -> None:
    """Fields of one name share one value, which two dictionaries cannot keep: they get names of their own and stay as
    they are."""
    first: dict[str, FormField] = {}
    for number, one in enumerate(fields, start=1):
        twin = first.setdefault(one.name, one)
        if twin is not one:
            one.name = f"{one.name}#{number}"
            one.ref = twin.ref = None


@dataclass(slots=True)
class _Walk:
    """Goes down the tree of fields once."""

    places: dict[Ref, tuple[int, Frame]]
    found: FormFields
    form: Any
    seen: set[Ref] = field(default_factory=set)

    def kids(self, kids: Any, prefix: str, inherited: dict[str, Any], depth: int) -> None:
        if not isinstance(kids, list) or depth > _MAX_DEPTH:
            return
        for kid in kids:
            if len(self.found.fields) >= _MAX_FIELDS:
                return
            ref = _ref(kid)
            if ref is not None and ref in self.seen:
                continue
            if ref is not None:
                self.seen.add(ref)
            node = kid.get_object()
            if isinstance(node, Mapping):
                self.node(node, ref, prefix, inherited, depth)

    def node(self, node: Any, ref: Ref | None, prefix: str, inherited: dict[str, Any], depth: int) -> None:
        own = dict(inherited)
        for key in _INHERITED:
            if key in node:
                own[key] = node[key]
        part = _text(node.get("/T"))
        name = f"{prefix}.{part}" if prefix and part else prefix or part
        kids = node.get("/Kids")
        kids = kids.get_object() if kids is not None else []
        inner = [kid for kid in kids if isinstance(kid.get_object(), Mapping) and "/T" in kid.get_object()]
        if inner:
            self.kids(inner, name, own, depth + 1)
            return
        if "/FT" not in own or not name:
            return
        self.terminal(node, ref, name, own, [kid for kid in kids if isinstance(kid.get_object(), Mapping)])

    def terminal(self, node: Any, ref: Ref | None, name: str, own: dict[str, Any], kids: list[Any]) -> None:
        flags = int(own.get("/Ff") or 0)
        kind = _kind(str(own["/FT"]), flags)
        one = FormField(name=name, kind=kind, flags=flags, ref=ref)
        one.tooltip = _text(node.get("/TU")) or next(
            (text for kid in kids if (text := _text(kid.get_object().get("/TU")))), ""
        )
        one.options = tuple(_options(own.get("/Opt"))) if kind != "text" else ()
        one.most = int(own["/MaxLen"]) if "/MaxLen" in own and kind == "text" else None
        looks = own | {
            key: kid[key]
            for kid in (one.get_object() for one in kids[:1])
            for key in ("/DA", "/Q")
            if key in kid
        }
        one.style = self.style(one, looks)
        for item in kids or [node]:
            widget = self.widget(item.get_object(), ref if item is node else _ref(item), kind)
            if widget is not None:
                one.widgets.append(widget)
        one.value, one.default = _value(one, own.get("/V")), _value(one, own.get("/DV"))
        if kind == "signature" and own.get("/V") is not None:
            self.found.signed = True
        self.found.fields.append(one)

    def style(self, one: FormField, looks: Mapping[str, Any]) -> Style:
        """How the field wants its text to look."""
        appearance = _text(looks.get("/DA"))
        cells = one.most if one.kind == "text" and one.flags & COMB else None
        return style_of(
            appearance,
            self.base_font(font_name(appearance)),
            align=int(looks.get("/Q") or 0),
            multiline=one.multiline,
            cells=cells,
            redrawn=bool(self.form.get("/NeedAppearances", False)),
        )

    def base_font(self, name: str) -> str:
        """The real name of a font of the form's resources."""
        resources = self.form.get("/DR")
        fonts = resources.get_object().get("/Font") if resources is not None else None
        held = fonts.get_object().get(f"/{name}") if fonts is not None and name else None
        return str(held.get_object().get("/BaseFont", name)) if held is not None else name

    def widget(self, node: Any, ref: Ref | None, kind: str) -> Widget | None:
        place = self.places.get(ref) if ref is not None else None
        rect = node.get("/Rect")
        if place is None or rect is None:
            return None
        corners = [float(value) for value in rect.get_object()]
        if len(corners) != 4:
            return None
        box = place[1].box(*corners)
        flags = int(node.get("/F") or 0)
        on = _on_state(node) if kind == "check" else ""
        state = str(node.get("/AS") or "")
        looks = node.get("/MK")
        turned = int(looks.get_object().get("/R", 0)) % 360 if looks is not None else 0
        width, height = abs(corners[2] - corners[0]), abs(corners[3] - corners[1])
        return Widget(
            width=height if turned in (90, 270) else width,
            height=width if turned in (90, 270) else height,
            turned=turned,
            page=place[0],
            box=box,
            ref=ref,
            on=on,
            chosen=bool(on) and state == on,
            unseen=bool(flags & (_HIDDEN | _NO_VIEW)) or box.width < 1 or box.height < 1,
        )


def page_nodes(root: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The pages in order, each with what it inherits (ISO 32000-1, 7.7.3.4); a loop ends where it closes."""
    seen: set[Ref] = set()

    def go(kid: Any, inherited: dict[str, Any], depth: int) -> Iterator[tuple[Any, dict[str, Any]]]:
        ref = _ref(kid)
        node = kid.get_object()
        if not isinstance(node, Mapping) or depth > _MAX_DEPTH or (ref is not None and ref in seen):
            return
        if ref is not None:
            seen.add(ref)
        own = {**inherited, **{key: node[key] for key in ("/MediaBox", "/CropBox", "/Rotate") if key in node}}
        if "/Kids" in node:
            for one in node["/Kids"].get_object():
                yield from go(one, own, depth + 1)
        else:
            yield node, own

    yield from go(root.raw_get("/Pages"), {}, 0)


def _annotation_places(root: Any) -> dict[Ref, tuple[int, Frame]]:
    """For each annotation on a page: the page's number and how its coordinates show."""
    found: dict[Ref, tuple[int, Frame]] = {}
    for number, (page, inherited) in enumerate(page_nodes(root), start=1):
        annotations = page.get("/Annots")
        if annotations is None:
            continue
        frame = _frame(inherited)
        for one in annotations.get_object():
            ref = _ref(one)
            if ref is not None:
                found.setdefault(ref, (number, frame))
    return found


def _frame(inherited: Mapping[str, Any]) -> Frame:
    media = _rectangle(inherited.get("/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
    crop = _rectangle(inherited.get("/CropBox")) or media
    return frame_of(media, crop, int(inherited.get("/Rotate") or 0))


def _rectangle(value: Any) -> Corners | None:
    if value is None:
        return None
    corners = [float(one) for one in value.get_object()]
    if len(corners) != 4:
        return None
    x0, y0, x1, y1 = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _ref(value: Any) -> Ref | None:
    from pypdf.generic import IndirectObject

    return (value.idnum, value.generation) if isinstance(value, IndirectObject) else None


def _kind(form_type: str, flags: int) -> str:
    if form_type == "/Btn":
        return "button" if flags & PUSH else "check"
    return {"/Tx": "text", "/Ch": "choice", "/Sig": "signature"}.get(form_type, "button")


def _text(value: Any) -> str:
    value = value.get_object() if value is not None else None
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _options(value: Any) -> Iterator[tuple[str, str]]:
    value = value.get_object() if value is not None else []
    for one in value if isinstance(value, list) else []:
        item = one.get_object()
        if isinstance(item, list) and len(item) >= 2:
            yield _text(item[0]), _text(item[1])
        else:
            yield _text(item), _text(item)


def _on_state(node: Any) -> str:
    appearance = node.get("/AP")
    normal = appearance.get_object().get("/N") if appearance is not None else None
    states = normal.get_object() if normal is not None else None
    if not isinstance(states, Mapping):
        return ""
    return next((str(name) for name in states if name != "/Off"), "")


def _value(one: FormField, value: Any) -> str:
    value = value.get_object() if value is not None else None
    if value is None or one.kind in ("signature", "button"):
        return ""
    if one.kind == "check":
        return "" if str(value) == "/Off" else str(value).removeprefix("/")
    shown = dict(one.options)
    texts = [_text(item) for item in value] if isinstance(value, list) else [_stream_text(value)]
    return ", ".join(shown.get(text, text) for text in texts)


def _stream_text(value: Any) -> str:
    return _text(value.get_data()) if hasattr(value, "get_data") else _text(value)
