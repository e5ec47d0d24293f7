"""The response document: the answers to a questionnaire that cannot be filled in itself, as a Word file.

It goes to the customer, so that nothing but their questions and our answers may stand in it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from avow.model.base import Value

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

# The same answers give the same bytes, so that no clock shows: the first day a zip entry can have.
_FIXED = datetime(1980, 1, 1)  # noqa: DTZ001  # core properties take naive UTC
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INK, _QUIET, _RULE = "1F2A37", "5B6675", "C9D1DB"
_FONT = "Calibri"


class ResponseItem(Value):
    """One question with its answer; `answer` is "" where there is none yet."""

    section: str = ""
    ref: str = ""
    question: str
    answer: str = ""


def response_document(source_name: str, items: Sequence[ResponseItem]) -> bytes:
    """A .docx with every item in the order given: a heading where the section changes, question, answer below.

    The same items give the same bytes. An empty answer leaves an empty line to write on.
    """
    import docx

    document = docx.Document()
    _set_up(document, source_name)
    document.add_paragraph(f"Response to {_clean(source_name)}", style="Title")
    document.add_paragraph(
        f"This document is the response to {_clean(source_name)}. That file has no fields to fill in, so the answers "
        "are given here, in its order and with its numbering.",
        style="Lead",
    )
    section = ""
    for item in items:
        if item.section and item.section != section:
            section = item.section
            document.add_paragraph(_clean(section), style="Heading 1")
        _add(document, item)
    out = BytesIO()
    document.save(out)
    return _repacked(out.getvalue())


def _add(document: "WordDocument", item: ResponseItem) -> None:
    question = document.add_paragraph(style="Question")
    if item.ref:
        question.add_run(f"{_clean(item.ref)}\t")
    else:
        question.paragraph_format.left_indent = question.paragraph_format.first_line_indent = 0
    question.add_run(_clean(item.question))
    lines = [line for line in _clean(item.answer).split("\n") if line.strip()]
    if not lines:
        _underlined(document.add_paragraph(style="Answer"))
    for line in lines:
        document.add_paragraph(line, style="Answer")


def _set_up(document: "WordDocument", source_name: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt

    properties = document.core_properties
    properties.title = f"Response to {_clean(source_name)}"[:255]
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = _FIXED
    _without_thumbnail(document)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.4)
    page.top_margin = page.bottom_margin = Cm(2.2)
    styles = document.styles
    lead = styles.add_style("Lead", WD_STYLE_TYPE.PARAGRAPH)
    question = styles.add_style("Question", WD_STYLE_TYPE.PARAGRAPH)
    answer = styles.add_style("Answer", WD_STYLE_TYPE.PARAGRAPH)
    _styled(styles["Normal"], 10.5, _INK, after=6)
    _styled(styles["Title"], 20, _INK, bold=True, after=4)
    _styled(styles["Heading 1"], 13.5, _INK, bold=True, before=18, after=6)
    _styled(lead, 10.5, _QUIET, after=14)
    _styled(question, 10.5, _INK, bold=True, before=10, after=3)
    _styled(answer, 10.5, _INK, after=4)
    styles["Heading 1"].paragraph_format.keep_with_next = True
    question.paragraph_format.keep_with_next = True
    question.paragraph_format.keep_together = True
    question.paragraph_format.left_indent = Cm(1.5)
    question.paragraph_format.first_line_indent = Cm(-1.5)
    question.paragraph_format.tab_stops.add_tab_stop(Cm(1.5))
    answer.paragraph_format.left_indent = Cm(1.5)
    answer.paragraph_format.line_spacing = 1.1
    footer = page.footer.paragraphs[0]
    footer.style = lead
    footer.paragraph_format.space_after = Pt(0)
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(16.2), alignment=_right())
    footer.add_run(f"Response to {_clean(source_name)}\tPage ")
    _field(footer, "PAGE")
    footer.add_run(" of ")
    _field(footer, "NUMPAGES")


def _styled(
    style: "ParagraphStyle",
    size: float,
    colour: str,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    font = style.font
    font.name, font.size, font.bold = _FONT, Pt(size), bold
    font.color.rgb = RGBColor.from_string(colour)
    # The template's headings name a theme font, which would win over the name given here.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), _FONT)
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        border.getparent().remove(border)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _right() -> "WD_TAB_ALIGNMENT":
    from docx.enum.text import WD_TAB_ALIGNMENT

    return WD_TAB_ALIGNMENT.RIGHT


def _field(paragraph: "Paragraph", code: str) -> None:
    """A field such as PAGE, which the word processor works out."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind == "shown":
            run.text = "1"
            continue
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _underlined(paragraph: "Paragraph") -> None:
    """A rule below an empty paragraph: the line a person writes on."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", _RULE)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)  # after the style's name, where the schema wants it


def _without_thumbnail(document: "WordDocument") -> None:
    """The template's preview picture shows another document."""
    relationships = document.part.package.rels
    for key in [key for key, one in relationships.items() if one.reltype.endswith("/thumbnail")]:
        del relationships[key]


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _repacked(data: bytes) -> bytes:
    """The package with the same times in every entry."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as repacked:
        for name in package.namelist():
            entry = ZipInfo(name, _FIXED.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            repacked.writestr(entry, package.read(name))
    return out.getvalue()
