"""Controls filled in: boxes ticked, choices chosen, texts and dates written."""

import re
from datetime import date, datetime

from lxml import etree

from avow.formats.docx.blocks import Control
from avow.formats.docx.controls import TICK_OF
from avow.formats.docx.names import child, name, value
from avow.formats.docx.positions import Positions
from avow.formats.docx.text_edits import Edit, retold
from avow.formats.docx.writing_xml import (
    attribute_prefix,
    copied_look,
    escaped,
    prefix_of,
    text_run,
)
from avow.formats.opc.xml_bytes import attribute, set_attribute
from avow.model.reasons import Reason

_TICK = "\N{BALLOT BOX WITH X}"
_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y")


def control_edits(positions: Positions, control: Control, text: str) -> list[Edit] | Reason:
    """The edits that put `text` into a control (any text ticks a box), or why it does not fit."""
    if control.kind == "checkbox":
        if control.checked:
            return Reason.ANSWER_EXISTS
        return _ticked(positions, control)
    if control.kind != "dropdown" and control.text:
        return Reason.ANSWER_EXISTS
    if control.kind == "dropdown" and not control.free and text not in control.options:
        return Reason.NO_CHOICE_FITS
    if control.kind == "date" and as_date(text) is None:
        return Reason.TEXT_NOT_WRITABLE
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2  # as Word counts
    if control.limit and units > control.limit:
        return Reason.TEXT_TOO_LONG
    return _field(positions, control, text) if control.how == "field" else _sdt(positions, control, text)


def as_date(text: str) -> date | None:
    """The day a text names, None where it names none."""
    for form in _FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


# Boxes


def _ticked(positions: Positions, control: Control) -> list[Edit]:
    if control.how == "glyph":
        return [_ticked_glyph(positions, control)]
    if control.how == "field":
        return [_ticked_field(positions, control)]
    box = child(control.element, "sdtPr", "w14:checkbox")
    content = child(control.element, "sdtContent")
    edits = [_set_checked(positions, box)] if box is not None else []
    if content is None:
        return edits
    sign, font, before = _signs(box)
    leaf = next((one for one in content.iter() if name(one) in ("t", "sym")), None)
    if leaf is None:
        return edits
    if name(leaf) == "t":
        edits.append(retold(positions, leaf, sign))
        if font and font != before:
            edits += _with_font(positions, leaf, font)
    else:
        span = positions.of(leaf)
        tag = positions.xml[span.start : span.opened]
        own = (attribute_prefix(leaf) or "").encode()
        tag = set_attribute(tag, own + b"char", f"{ord(sign):04X}".encode())
        edits.append(
            (
                span.start,
                span.opened,
                set_attribute(tag, own + b"font", escaped(font or "MS Gothic", "ascii")),
            )
        )
    return edits


def _set_checked(positions: Positions, box: etree._Element) -> Edit:
    prefix = prefix_of(box).encode()
    checked = child(box, "w14:checked")
    if checked is not None:
        span = positions.of(checked)
        tag = positions.xml[span.start : span.opened]
        if attribute(tag, prefix + b"val") is None and prefix:
            return span.start, span.opened, set_attribute(tag, prefix + b"val", b"1")
        return span.start, span.opened, set_attribute(tag, _value_name(tag, prefix), b"1")
    span = positions.of(box)
    made = b"<" + prefix + b"checked " + prefix + b'val="1"/>'
    if not span.empty:
        return span.opened, span.opened, made
    tag = positions.xml[span.start : span.opened]
    return (
        span.start,
        span.end,
        tag[: tag.rindex(b"/")].rstrip() + b">" + made + b"</" + prefix + b"checkbox>",
    )


def _value_name(tag: bytes, prefix: bytes) -> bytes:
    """The name of the `val` attribute as the tag writes it."""
    found = re.search(rb"\s((?:[^\s=<>/:]+:)?val)\s*=", tag)
    return found[1] if found else prefix + b"val"


def _signs(box: etree._Element | None) -> tuple[str, str, str]:
    """(sign of a ticked box, its font, the font of an empty one), as the control says (MS-DOCX 2.6.1.2)."""
    ticked, empty = child(box, "w14:checkedState"), child(box, "w14:uncheckedState")
    code = value(ticked) or ""
    sign = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{2,5}", code) and int(code, 16) >= 0x20 else _TICK
    return sign, value(ticked, "font") or "", value(empty, "font") or ""


def _with_font(positions: Positions, leaf: etree._Element, font: str) -> list[Edit]:
    """The ticked sign's own font, where it is another than the empty one's."""
    run = leaf.getparent()
    own = attribute_prefix(leaf)
    if run is None or name(run) != "r" or own is None:
        return []
    prefix = prefix_of(run).encode()
    said = escaped(font, "ascii").replace(b'"', b"&quot;")
    kinds = b" ".join(
        own.encode() + kind + b'="' + said + b'"' for kind in (b"ascii", b"eastAsia", b"hAnsi", b"cs")
    )
    made = b"<" + prefix + b"rFonts " + kinds + b"/>"
    properties = child(run, "rPr")
    if properties is None:
        at = positions.of(run).opened
        return [(at, at, b"<" + prefix + b"rPr>" + made + b"</" + prefix + b"rPr>")]
    fonts = child(properties, "rFonts")
    if fonts is not None:
        span = positions.of(fonts)
        return [(span.start, span.end, made)]
    span = positions.of(properties)
    if span.empty:
        return [(span.start, span.end, b"<" + prefix + b"rPr>" + made + b"</" + prefix + b"rPr>")]
    style = child(properties, "rStyle")
    at = positions.of(style).end if style is not None else span.opened
    return [(at, at, made)]


def _ticked_glyph(positions: Positions, control: Control) -> Edit:
    leaf = control.element
    if name(leaf) == "sym":
        span = positions.of(leaf)
        tag = positions.xml[span.start : span.opened]
        own = (attribute_prefix(leaf) or "").encode()
        font = (value(leaf, "font") or "").casefold()
        return span.start, span.opened, set_attribute(tag, own + b"char", TICK_OF[font].encode())
    text = leaf.text or ""
    return retold(positions, leaf, text[: control.at] + _TICK + text[control.at + 1 :])


def _ticked_field(positions: Positions, control: Control) -> Edit:
    box = next(one for one in control.element.iter() if name(one) == "checkBox")
    checked = child(box, "checked")
    prefix = prefix_of(box).encode()
    if checked is not None:
        span = positions.of(checked)
        return span.start, span.end, b"<" + prefix + b"checked/>"
    span = positions.of(box)
    if not span.empty:
        return span.closing, span.closing, b"<" + prefix + b"checked/>"
    tag = positions.xml[span.start : span.opened]
    opening = tag[: tag.rindex(b"/")].rstrip() + b">"
    return span.start, span.end, opening + b"<" + prefix + b"checked/></" + prefix + b"checkBox>"


# Content controls


def _sdt(positions: Positions, control: Control, text: str) -> list[Edit] | Reason:
    content = child(control.element, "sdtContent")
    properties = child(control.element, "sdtPr")
    if content is None:
        return Reason.NO_ANSWER_PLACE
    edits: list[Edit] = []
    for one in properties if properties is not None else ():
        # A binding would put the old value back when the document is opened.
        if name(one) == "showingPlcHdr" or name(one).rpartition(":")[2] == "dataBinding":
            span = positions.of(one)
            edits.append((span.start, span.end, b""))
    edits += _chosen(positions, properties, text)
    look = _look(positions, properties, content)
    paragraphs = [one for one in content.iter() if name(one) == "p"]
    run = text_run(content, text, look, positions.codec)
    if not paragraphs:
        edits.append(_inside(positions, content, run, b"sdtContent"))
        return edits
    first, rest = paragraphs[0], paragraphs[1:]
    edits += _inside_paragraph(positions, first, run)
    cell = next((one for one in content.iter() if name(one) == "tc"), None)
    for one in rest:
        if cell is None or one.getparent() is cell:
            span = positions.of(one)
            edits.append((span.start, span.end, b""))
    return edits


def _inside(positions: Positions, element: etree._Element, new: bytes, local: bytes) -> Edit:
    span = positions.of(element)
    if not span.empty:
        return span.opened, span.closing, new
    tag = positions.xml[span.start : span.opened]
    opening = tag[: tag.rindex(b"/")].rstrip() + b">"
    return span.start, span.end, opening + new + b"</" + prefix_of(element).encode() + local + b">"


def _inside_paragraph(positions: Positions, paragraph: etree._Element, run: bytes) -> list[Edit]:
    """A paragraph's content exchanged for one run, its properties kept."""
    span = positions.of(paragraph)
    if span.empty:
        return [_inside(positions, paragraph, run, b"p")]
    properties = child(paragraph, "pPr")
    start = positions.of(properties).end if properties is not None else span.opened
    return [(start, span.closing, run)]


def _look(positions: Positions, properties: etree._Element | None, content: etree._Element) -> bytes:
    """The look the control gives what is typed into it, else its placeholder's without the placeholder's style."""
    own = child(properties, "rPr")
    if own is not None and len(own):
        return copied_look(positions, own, plain=False)
    run = next((one for one in content.iter() if name(one) == "r"), None)
    shown = child(run, "rPr") if run is not None else None
    if shown is None:
        return b""
    kept = [one for one in shown if name(one) not in ("rStyle", "color", "vanish", "rPrChange", "ins", "del")]
    if not kept:
        return b""
    prefix = prefix_of(shown).encode()
    return (
        b"<" + prefix + b"rPr>" + b"".join(positions.source(one) for one in kept) + b"</" + prefix + b"rPr>"
    )


def _chosen(positions: Positions, properties: etree._Element | None, text: str) -> list[Edit]:
    """What the control remembers of its value besides its text: the list's last value, the calendar's full date."""
    for one in properties if properties is not None else ():
        kind = name(one)
        span, own = positions.of(one), attribute_prefix(one)
        tag = positions.xml[span.start : span.opened]
        if kind in ("dropDownList", "comboBox") and own is not None and value(one, "lastValue") is not None:
            item = next(
                (item for item in one if text in (value(item, "displayText"), value(item, "value"))), None
            )
            known = (value(item) or value(item, "value") or text) if item is not None else text
            said = escaped(known, "ascii").replace(b'"', b"&quot;")
            return [(span.start, span.opened, set_attribute(tag, own.encode() + b"lastValue", said))]
        if kind == "text" and own is not None and "\n" in text:
            return [(span.start, span.opened, set_attribute(tag, own.encode() + b"multiLine", b"1"))]
        if kind == "date" and own is not None:
            day = as_date(text)
            said = f"{day}T00:00:00Z".encode()
            return [(span.start, span.opened, set_attribute(tag, own.encode() + b"fullDate", said))]
    return []


# Legacy form fields


def _field(positions: Positions, control: Control, text: str) -> list[Edit] | Reason:
    edits: list[Edit] = []
    if control.kind == "dropdown":
        box = next(one for one in control.element.iter() if name(one) == "ddList")
        made = _result(positions, box, control.options.index(text))
        if made is None:
            return Reason.NO_ANSWER_PLACE
        edits.append(made)
        if not control.runs:
            return edits
    leaves = [
        one for run in control.runs for one in run if name(one) in ("t", "tab", "br", "cr", "noBreakHyphen")
    ]
    texts = [one for one in leaves if name(one) == "t"]
    if texts:
        edits.append(retold(positions, texts[0], text))
        for one in leaves:
            if one is not texts[0]:
                span = positions.of(one)
                edits.append((span.start, span.end, b""))
        return edits
    return [*edits, *_new_result(positions, control, text)]


def _result(positions: Positions, box: etree._Element, at: int) -> Edit | None:
    own = attribute_prefix(box)
    result = child(box, "result")
    prefix = prefix_of(box).encode()
    if own is None:
        return None
    made = b"<" + prefix + b"result " + f'{own}val="{at}"'.encode() + b"/>"
    if result is not None:
        span = positions.of(result)
        return span.start, span.end, made
    span = positions.of(box)
    return span.opened, span.opened, made


def _new_result(positions: Positions, control: Control, text: str) -> list[Edit]:
    """A result for a field that has none yet: before the run that ends it."""
    own = attribute_prefix(control.element)
    end = control.end
    if end is None or own is None:
        return []
    look = copied_look(positions, child(control.element, "rPr"), plain=False)
    run = text_run(end, text, look, positions.codec)
    prefix = prefix_of(end).encode()
    mark = (
        b"<"
        + prefix
        + b"r>"
        + look
        + b"<"
        + prefix
        + b"fldChar "
        + own.encode()
        + b'fldCharType="separate"/></'
        + prefix
        + b"r>"
    )
    separated = any(
        name(one) == "fldChar" and value(one, "fldCharType") == "separate" for one in _between(control)
    )
    at = positions.of(end).start
    return [(at, at, run if separated else mark + run)]


def _between(control: Control) -> list[etree._Element]:
    """The elements of a field, from the run that begins it to the one that ends it."""
    found: list[etree._Element] = []
    one: etree._Element | None = control.element
    while one is not None and one is not control.end:
        found += list(one.iter())
        one = one.getnext()
    return found
