"""Text put into an empty cell or paragraph, in place of a placeholder or of choices, or into a paragraph of its own below."""

import re
from collections.abc import Sequence

from lxml import etree

from avow.formats.docx.blocks import CellBlock, Paragraph, Story
from avow.formats.docx.controls import is_placeholder
from avow.formats.docx.names import child, name, number, value
from avow.formats.docx.numbering import BULLET
from avow.formats.docx.positions import Positions
from avow.formats.docx.spots import choices_in, is_bare, lead_of_blank, lead_of_choices
from avow.formats.docx.texts import is_wanting
from avow.formats.docx.writing_xml import (
    copied_look,
    copied_paragraph_properties,
    escaped,
    prefix_of,
    text_run,
)
from avow.formats.opc.xml_bytes import set_attribute
from avow.model.reasons import Reason

Edit = tuple[int, int, bytes]

_NEIGHBOURS = 64  # cells of a row looked at; Word makes no more than 63
_INLINE = 60  # characters that go behind a label on its line
_SKIPPED = {"del", "moveFrom", "sdt", "pPr", "drawing", "pict", "object", "instrText", "rPr"}
_KEPT = {
    "bookmarkStart",
    "bookmarkEnd",
    "commentRangeStart",
    "commentRangeEnd",
    "permStart",
    "permEnd",
    "sectPr",
}


def text_edits(
    positions: Positions, story: Story, paragraphs: Sequence[Paragraph], path: str, text: str
) -> list[Edit] | Reason:
    """The edits that make `text` the text of a cell's paragraphs, or of one paragraph, or why that may not be."""
    if not paragraphs:
        return Reason.NO_ANSWER_PLACE
    if any(one.controls for one in paragraphs):
        return Reason.NO_ANSWER_PLACE
    printed = [one for one in paragraphs if one.text]
    if not printed:
        target = next((one for one in paragraphs if is_bare(one)), None)
        return Reason.NO_ANSWER_PLACE if target is None else _added(positions, story, target, path, text)
    shown = "\n".join(one.text for one in printed)
    if len(printed) == 1 and lead_of_blank(shown):
        return _said(positions, printed[0].element, text, lead_of_blank(shown))
    if not is_placeholder(shown) and text not in choices_in(shown):
        return Reason.ANSWER_EXISTS
    first, rest = printed[0], printed[1:]
    lead = "" if rest else lead_of_choices(first.text)
    edits = _said(positions, first.element, text, lead)
    if rest or choices_in(shown):
        edits += _without_bullet(positions, first)
    for one in rest:
        edits += _removed(positions, one)
    return edits


def _added(positions: Positions, story: Story, target: Paragraph, path: str, text: str) -> list[Edit]:
    """A run with the text at the end of an empty paragraph."""
    look = _own_look(positions, target.element)
    if look is None:
        look = _look_nearby(positions, story, path)
    span = positions.of(target.element)
    run = text_run(target.element, text, look, positions.codec)
    if not span.empty:
        return [(span.closing, span.closing, run)]
    tag = positions.xml[span.start : span.opened]
    opening = tag[: tag.rindex(b"/")].rstrip() + b">"
    closing = b"</" + prefix_of(target.element).encode() + b"p>"
    return [(span.start, span.end, opening + run + closing)]


def _own_look(positions: Positions, paragraph: etree._Element) -> bytes | None:
    """The look a text typed into an empty paragraph would have; None where the paragraph does not say."""
    runs = [one for one in paragraph if name(one) == "r" and child(one, "rPr") is not None]
    for properties in (*(child(one, "rPr") for one in reversed(runs)), child(paragraph, "pPr", "rPr")):
        if properties is not None and len(properties):
            return copied_look(positions, properties, plain=False)
    return None


def _look_nearby(positions: Positions, story: Story, path: str) -> bytes:
    """The look of the other texts of the same row, without what makes a heading or a question stand out."""
    row = re.match(r"(.*/row\[\d+\])/cell\[\d+\]", path)
    if row is None:
        return b""
    for at in range(1, _NEIGHBOURS):
        cell = story.found.get(f"{row[1]}/cell[{at}]")
        if not isinstance(cell, CellBlock):
            break
        run = next((run for one in cell.paragraphs if (run := _first_run(one.element)) is not None), None)
        if run is not None:
            return copied_look(positions, child(run, "rPr"), plain=True)
    return b""


def _first_run(paragraph: etree._Element) -> etree._Element | None:
    for one in paragraph.iter():
        if name(one) == "t" and (one.text or "").strip():
            run = one.getparent()
            return run if run is not None and name(run) == "r" else None
    return None


def _leaves(element: etree._Element) -> list[etree._Element]:
    """The elements that make a paragraph's visible text, in order."""
    found: list[etree._Element] = []
    for one in element:
        kind = name(one)
        if kind in ("t", "tab", "br", "cr", "sym", "noBreakHyphen", "softHyphen"):
            found.append(one)
        elif kind not in _SKIPPED:
            found += _leaves(one)
    return found


def _said(positions: Positions, paragraph: etree._Element, text: str, lead: str) -> list[Edit]:
    """Edits that leave `lead` and put `text` in place of the rest of a paragraph's text."""
    edits: list[Edit] = []
    keep = len(lead)
    done = False
    met = ""
    for leaf in _leaves(paragraph):
        own = (leaf.text or "") if name(leaf) == "t" else "\t" if name(leaf) == "tab" else " "
        begin = len(met.lstrip())
        met += own
        if not met.strip() or (len(met.lstrip()) <= keep and not done):
            continue
        if done or name(leaf) != "t":
            edits.append((positions.of(leaf).start, positions.of(leaf).end, b""))
            continue
        kept = (
            own[: max(0, keep - begin)]
            if keep > begin
            else own[: len(own) - len(own.lstrip())]
            if begin == 0
            else ""
        )
        edits.append(retold(positions, leaf, kept + text))
        done = True
    return edits


def retold(positions: Positions, leaf: etree._Element, text: str) -> Edit:
    """The edit that makes a `w:t` say `text`; line breaks become elements beside it."""
    span = positions.of(leaf)
    prefix = prefix_of(leaf).encode()
    tag = positions.xml[span.start : span.opened]
    if span.empty:
        tag = tag[: tag.rindex(b"/")].rstrip() + b">"
    opening = set_attribute(tag, b"xml:space", b"preserve")
    closing = b"</" + prefix + b"t>"
    plain = b"<" + prefix + b't xml:space="preserve">'
    pieces = []
    for piece in re.split(r"(\r\n|[\r\n\t])", text):
        if piece in ("\r\n", "\r", "\n", "\t"):
            sign = b"tab" if piece == "\t" else b"br"
            pieces.append(closing + b"<" + prefix + sign + b"/>" + plain)
        else:
            pieces.append(escaped(piece, positions.codec))
    return span.start, span.end, opening + b"".join(pieces) + closing


def _without_bullet(positions: Positions, one: Paragraph) -> list[Edit]:
    """A choice that stands alone is no point of a list, and an empty box before it would say the opposite."""
    numbered = child(one.element, "pPr", "numPr")
    if numbered is None or one.label != BULLET:
        return []
    span = positions.of(numbered)
    return [(span.start, span.end, b"")]


def _removed(positions: Positions, one: Paragraph) -> list[Edit]:
    """A paragraph taken out; only its text, where something else is anchored in it."""
    if any(name(inner) in _KEPT for inner in one.element.iter()):
        return [(positions.of(leaf).start, positions.of(leaf).end, b"") for leaf in _leaves(one.element)]
    span = positions.of(one.element)
    return [(span.start, span.end, b"")]


def below_edits(positions: Positions, story: Story, above: Paragraph, text: str) -> list[Edit] | Reason:
    """The edit that makes a paragraph with `text` below another one, looking as the form's own text does."""
    at = positions.of(above.element)
    label = above.text.rstrip()
    names_a_value = "/cell[" in above.path and label.endswith(":") and not is_wanting(label)
    if names_a_value and len(text) <= _INLINE and "\n" not in text:  # as a person would type it
        look = copied_look(positions, _run_look(above.element), plain=True)
        return [(at.closing, at.closing, text_run(above.element, f" {text}", look, positions.codec))]
    like = _like(story, above)
    look = copied_look(positions, _run_look(like.element), plain=True)
    properties = copied_paragraph_properties(
        positions,
        like.element,
        look,
        styled=not (like.style.heading or like.style.numbering or _is_list_style(like)),
        indent=_indent(like),
    )
    prefix = prefix_of(above.element).encode()
    run = text_run(above.element, text, look, positions.codec)
    return [(at.end, at.end, b"<" + prefix + b"p>" + properties + run + b"</" + prefix + b"p>")]


def _run_look(paragraph: etree._Element) -> etree._Element | None:
    run = _first_run(paragraph)
    return child(run, "rPr") if run is not None else child(paragraph, "pPr", "rPr")


def _like(story: Story, above: Paragraph) -> Paragraph:
    """The paragraph to look like: the question's own, where the one above is a point of its list."""
    one: Paragraph = above
    while one.label == BULLET:
        head, _, at = one.path.rpartition("[")
        before = story.found.get(f"{head}[{int(at[:-1]) - 1}]")
        if not isinstance(before, Paragraph):
            return above
        one = before
    return one if one.text else above


def _is_list_style(one: Paragraph) -> bool:
    style = value(child(one.element, "pPr", "pStyle")) or ""
    return style.casefold().startswith("list")


def _indent(one: Paragraph) -> int | None:
    """How far in the text of a paragraph begins, in twentieths of a point; None where it says nothing of it."""
    direct = child(one.element, "pPr", "ind")
    if direct is None:
        return one.indent if one.label or one.style.numbering else None
    left = number(direct, "left", number(direct, "start"))
    return left if one.label else max(0, left - number(direct, "hanging"))
