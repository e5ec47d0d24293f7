"""New pieces of WordprocessingML as bytes, in the prefixes of the part they go into."""

import re
from xml.sax.saxutils import escape

from lxml import etree

from avow.formats.docx.names import WORD_NAMESPACES, child, name
from avow.formats.docx.positions import Positions

# What a copied look must not carry: it belongs to the question, or to somebody's revision.
_NOT_OF_ANSWERS = {
    "b", "bCs", "i", "iCs", "u", "strike", "dstrike", "caps", "smallCaps", "vanish", "specVanish", "highlight",
    "ins", "del", "moveFrom", "moveTo", "rPrChange", "em", "effect",
}  # fmt: skip
_REVISIONS = {"ins", "del", "moveFrom", "moveTo", "rPrChange"}
_NOT_OF_ANSWER_PARAGRAPHS = {
    "numPr", "keepNext", "pageBreakBefore", "sectPr", "pPrChange", "outlineLvl", "framePr", "rPr", "pBdr", "shd",
}  # fmt: skip


def prefix_of(element: etree._Element) -> str:
    """The prefix of an element with its colon, "" for the default namespace."""
    return f"{element.prefix}:" if element.prefix else ""


def attribute_prefix(element: etree._Element) -> str | None:
    """A prefix with its colon that attributes of the Word namespace may have here, None where there is none."""
    own = etree.QName(element).namespace
    for prefix, namespace in element.nsmap.items():
        if prefix and namespace == own and namespace in WORD_NAMESPACES:
            return f"{prefix}:"
    return None


def escaped(text: str, codec: str) -> bytes:
    """Text as XML content, characters the part's encoding may lack as references."""
    return escape(text).encode(codec, "xmlcharrefreplace")


def text_run(near: etree._Element, text: str, look: bytes, codec: str) -> bytes:
    """A run with `text`; line breaks become `w:br`, tabs `w:tab`. `look` is an `rPr` element's bytes, or nothing."""
    prefix = prefix_of(near).encode()
    content = b"".join(_pieces(text, prefix, codec))
    return b"<" + prefix + b"r>" + look + content + b"</" + prefix + b"r>"


def _pieces(text: str, prefix: bytes, codec: str) -> list[bytes]:
    found = []
    for piece in re.split(r"(\r\n|[\r\n\t])", text):
        if piece in ("\r\n", "\r", "\n"):
            found.append(b"<" + prefix + b"br/>")
        elif piece == "\t":
            found.append(b"<" + prefix + b"tab/>")
        elif piece:
            found.append(
                b"<" + prefix + b't xml:space="preserve">' + escaped(piece, codec) + b"</" + prefix + b"t>"
            )
    return found


def text_content(near: etree._Element, text: str, codec: str) -> bytes:
    """What a run that says `text` holds besides its properties."""
    return b"".join(_pieces(text, prefix_of(near).encode(), codec))


def copied_look(positions: Positions, properties: etree._Element | None, *, plain: bool) -> bytes:
    """The bytes of an `rPr` for a new run, made of those of `properties`; `plain` leaves out bold and the like."""
    if properties is None:
        return b""
    left_out = _NOT_OF_ANSWERS if plain else _REVISIONS
    kept = [
        positions.source(one) for one in properties if isinstance(one.tag, str) and name(one) not in left_out
    ]
    if not kept:
        return b""
    prefix = prefix_of(properties).encode()
    return b"<" + prefix + b"rPr>" + b"".join(kept) + b"</" + prefix + b"rPr>"


def copied_paragraph_properties(
    positions: Positions, paragraph: etree._Element, look: bytes, *, styled: bool, indent: int | None
) -> bytes:
    """The bytes of a `pPr` like `paragraph`'s, without its number; `styled` keeps its style, `indent` moves it in."""
    properties = child(paragraph, "pPr")
    prefix = prefix_of(paragraph).encode()
    kept: list[tuple[str, bytes]] = []
    for one in properties if properties is not None else ():
        if not isinstance(one.tag, str) or name(one) in _NOT_OF_ANSWER_PARAGRAPHS:
            continue
        if (name(one) == "pStyle" and not styled) or (name(one) == "ind" and indent is not None):
            continue
        kept.append((name(one), positions.source(one)))
    own = attribute_prefix(paragraph)
    if indent is not None and own is not None:
        made = b"<" + prefix + b"ind " + f'{own}left="{indent}"'.encode() + b"/>"
        at = next((place for place, (kind, _) in enumerate(kept) if kind in _AFTER_INDENT), len(kept))
        kept.insert(at, ("ind", made))
    inner = b"".join(source for _, source in kept) + look
    return b"<" + prefix + b"pPr>" + inner + b"</" + prefix + b"pPr>" if inner else b""


# What stands behind `w:ind` in `w:pPr` (17.3.1.26, the order of CT_PPrBase).
_AFTER_INDENT = {
    "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap",
    "divId", "cnfStyle",
}  # fmt: skip
