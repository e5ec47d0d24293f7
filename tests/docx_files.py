"""Small Word documents made of literal XML, so that a test shows exactly what the file holds."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree

from avow.formats.docx.fill import fill_document
from avow.formats.files import understand_file
from avow.model.questionnaires import CellAddress, Question, Questionnaire
from avow.model.responses import CellWrite

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCM = "application/vnd.ms-word.document.macroEnabled.main+xml"
SPACES = f'xmlns:w="{W}" xmlns:w14="{W14}" xmlns:mc="{MC}" xmlns:wps="{WPS}" xmlns:r="{RELATIONS}"'
STYLES = (
    f'{HEADER}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr>'
    "</w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="ListNumber"><w:name w:val="List Number"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    '<w:rPr><w:color w:val="808080"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
)
NUMBERING = (
    f'{HEADER}<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def escaped(text: str) -> str:
    """Text as XML content."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def run(text: str, look: str = "") -> str:
    """A run; `look` goes into its properties."""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'


def p(text: str = "", properties: str = "", *, look: str = "") -> str:
    """A paragraph of one run, or an empty one."""
    inner = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{inner}{run(text, look) if text else ''}</w:p>"


def raw(*inner: str) -> str:
    """A paragraph of the XML given."""
    return f"<w:p>{''.join(inner)}</w:p>"


def numbered(text: str, number: int = 1, level: int = 0) -> str:
    """A paragraph with an automatic number of list `number`."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def cell(content: str, properties: str = "") -> str:
    """A cell; `content` is text, or XML."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str) -> str:
    """A row of cells, texts or XML."""
    return f"<w:tr>{''.join(one if one.startswith(('<w:tc>', '<w:sdt>')) else cell(one) for one in cells)}</w:tr>"


def table(*rows: Sequence[str] | str) -> str:
    """A table of rows, each a row's XML or its cells."""
    made = "".join(one if isinstance(one, str) else row(*one) for one in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{made}</w:tbl>"


def checkbox(*, checked: bool = False, states: str = "", sign: str = "\u2610") -> str:
    """A `w14:checkbox` content control in running text."""
    return (
        f'<w:sdt><w:sdtPr><w:id w:val="7"/><w14:checkbox><w14:checked w14:val="{int(checked)}"/>{states}'
        "</w14:checkbox></w:sdtPr>"
        f'<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic"/></w:rPr><w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>'
    )


def control(
    kind: str, shown: str = "Click here to enter text.", *, empty: bool = True, lock: str = ""
) -> str:
    """A run-level content control; `kind` is the XML in its properties that says what it is."""
    placeholder = "<w:showingPlcHdr/>" if empty else ""
    locked = f'<w:lock w:val="{lock}"/>' if lock else ""
    style = '<w:rStyle w:val="PlaceholderText"/>' if empty else ""
    return (
        f'<w:sdt><w:sdtPr>{locked}<w:placeholder><w:docPart w:val="D"/></w:placeholder>{placeholder}{kind}</w:sdtPr>'
        f"<w:sdtContent>{run(shown, style)}</w:sdtContent></w:sdt>"
    )


def dropdown(*options: str, combo: bool = False, shown: str = "Choose an item.", empty: bool = True) -> str:
    """A dropdown list, or a combo box."""
    kind = "comboBox" if combo else "dropDownList"
    items = "".join(f'<w:listItem w:displayText="{one}" w:value="v{at}"/>' for at, one in enumerate(options))
    first = '<w:listItem w:displayText="Choose an item." w:value=""/>'
    return control(f"<w:{kind}>{first}{items}</w:{kind}>", shown, empty=empty)


def around(kind: str, inner: str) -> str:
    """A content control that shows its placeholder, around whole paragraphs or a cell."""
    return f"<w:sdt><w:sdtPr><w:showingPlcHdr/>{kind}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def form_field(kind: str, instruction: str, result: str | None = None) -> str:
    """The runs of a legacy form field; `kind` is the XML in its `ffData`."""
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}' if result is not None else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="f"/><w:enabled/>{kind}</w:ffData></w:fldChar></w:r>'
        f"<w:r><w:instrText> {instruction} </w:instrText></w:r>{shown}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def inserted(inner: str) -> str:
    """Runs added with changes tracked."""
    return f'<w:ins w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z">{inner}</w:ins>'


def deleted(text: str) -> str:
    """A run deleted with changes tracked."""
    gone = f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="A" w:date="2026-01-01T00:00:00Z">{gone}</w:del>'


def text_box(inner: str) -> str:
    """A paragraph with a drawn text box, and the same again in the fallback for older programs."""
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    return raw(
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def body(inner: str, spaces: str = SPACES) -> str:
    """A document part."""
    return f"{HEADER}<w:document {spaces}><w:body>{inner}<w:sectPr/></w:body></w:document>"


def parts(
    document: str | bytes,
    *,
    kind: str = DOCX,
    settings: str = "",
    extra: Mapping[str, tuple[str, str]] | None = None,
    relations: str = "",
    members: Mapping[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:
    """The members of a document. `extra`: part name -> (last word of its relationship's type, its XML)."""
    related = {"styles.xml": ("styles", STYLES), "numbering.xml": ("numbering", NUMBERING), **(extra or {})}
    if settings:
        related["settings.xml"] = ("settings", f'{HEADER}<w:settings xmlns:w="{W}">{settings}</w:settings>')
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/{type_}" Target="{name}"/>'
        for at, (name, (type_, _)) in enumerate(related.items(), 1)
    )
    return {
        "[Content_Types].xml": f'{HEADER}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
        "word/_rels/document.xml.rels": f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships">'
        f"{listed}{relations}</Relationships>",
        **{f"word/{name}": xml for name, (_, xml) in related.items()},
        **(members or {}),
    }


def document(path: Path, inner: str | bytes, **options: object) -> Path:
    """Write a document of the body XML given (bytes: the whole part) and give its path."""
    held = parts(inner if isinstance(inner, bytes) else body(inner), **options)  # type: ignore[arg-type]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in held.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            package.writestr(info, content, zipfile.ZIP_DEFLATED)
    return path


def read(path: Path) -> Questionnaire:
    """What a document asks."""
    return understand_file(path).questionnaire


def filled(path: Path, writes: Mapping[str, str], *, sheet: str = "body") -> Path:
    """The document with texts at places (path -> text), beside it."""
    out = io.BytesIO()
    values = [
        CellWrite(address=CellAddress(sheet=sheet, cell=cell), value=text) for cell, text in writes.items()
    ]
    fill_document(path, values, out, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    target = path.with_name(f"{path.stem}.filled{path.suffix}")
    target.write_bytes(out.getvalue())
    return target


def part(path: Path, name: str = "word/document.xml") -> bytes:
    """A member's bytes."""
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def members(path: Path) -> dict[str, bytes]:
    """All members, in order."""
    with zipfile.ZipFile(path) as package:
        return {one: package.read(one) for one in package.namelist()}


def lines(path: Path) -> list[str]:
    """The text of every paragraph of the body that has some, by an own simple reading of the XML."""
    root = etree.fromstring(part(path))
    found = []
    for one in root.iter("{*}p"):
        text = "".join(
            "\n" if etree.QName(leaf).localname == "br" else leaf.text or ""
            for leaf in one.iter("{*}t", "{*}br")
            if next(leaf.iterancestors("{*}p")) is one
        )
        if text:
            found.append(text)
    return found


def asked(questionnaire: Questionnaire) -> list[str]:
    """The texts of the questions."""
    return [one.text for one in questionnaire.questions]


def only(questionnaire: Questionnaire) -> Question:
    """The one question there is."""
    assert len(questionnaire.questions) == 1, asked(questionnaire)
    return questionnaire.questions[0]


# Judging a filled document without the code that filled it.

_WRAPPERS = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"}


def differences(source: Path, target: Path, written: Sequence[str]) -> list[str]:
    """What differs between a document and its filled copy besides the places written to (paths in the body)."""
    before, after = members(source), members(target)
    if list(before) != list(after):
        return ["the members are others, or in another order"]
    found = [name for name in before if name != "word/document.xml" and before[name] != after[name]]
    old, new = etree.fromstring(before["word/document.xml"]), etree.fromstring(after["word/document.xml"])
    _take_out(old, new, written)
    if etree.tostring(old, method="c14n") != etree.tostring(new, method="c14n"):
        found.append("word/document.xml, outside the places")
    return found


def _take_out(old: etree._Element, new: etree._Element, written: Sequence[str]) -> None:
    """Remove the places written to from both trees; elements of a kind keep their order, so they are told by it."""
    container = next(old.iter("{*}body"))
    doomed: list[etree._Element] = []
    below: set[etree._Element] = set()
    filled_in: set[etree._Element] = set()
    for path in written:
        element = locate(container, path.removesuffix("/answer"))
        kind = etree.QName(element).localname
        if path.endswith("/answer"):
            below.add(element)
        elif kind == "p":
            filled_in.add(element)
        else:
            other = list(_alike(new, element))[list(_alike(old, element)).index(element)]
            doomed += [*_content(element), *_content(other)]
    for one in doomed:
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    paragraphs = iter(list(new.iter("{*}p")))
    for one in list(old.iter("{*}p")):
        other = next(paragraphs)
        if one in filled_in:
            doomed = [
                inner for both in (one, other) for inner in both if etree.QName(inner).localname != "pPr"
            ]
        elif one in below and _text_of(one) == _text_of(other):
            doomed = [next(paragraphs)]
        elif one in below:
            doomed = [list(other.iter("{*}r"))[-1]]
        else:
            continue
        for inner in doomed:
            inner.getparent().remove(inner)


def _alike(root: etree._Element, element: etree._Element) -> Iterator[etree._Element]:
    """All elements that are told from each other by their order: cells, controls, fields, printed boxes."""
    kind = etree.QName(element).localname
    for one in root.iter(f"{{*}}{kind}"):
        if kind == "r" and next(one.iter("{*}ffData"), None) is None:
            continue
        if kind == "t" and not set(one.text or "") & set("☐☒"):
            continue
        yield one


def _text_of(element: etree._Element) -> str:
    return "".join(one.text or "" for one in element.iter("{*}t")).strip()


def _content(element: etree._Element) -> list[etree._Element]:
    """What may differ at a place: a cell's paragraphs, a control, the runs of a field."""
    if etree.QName(element).localname == "tc":
        return [one for one in element if etree.QName(one).localname == "p"]
    if etree.QName(element).localname == "r":
        runs = [element]
        while _phase(runs[-1]) != "end":
            runs.append(next(runs[-1].itersiblings("{*}r")))
        return runs
    return [element]


def _phase(element: etree._Element) -> str:
    return next((str(one.get(f"{{{W}}}fldCharType")) for one in element.iter("{*}fldChar")), "")


def locate(container: etree._Element, path: str) -> etree._Element:
    """The element at a path: an own reading of the address scheme."""
    at = container
    for step in path.split("/"):
        kind, number = step[:-1].split("[")
        tag = {"paragraph": "p", "table": "tbl", "row": "tr", "cell": "tc"}.get(kind)
        at = (_flat(at, tag) if tag else _controls(at, kind))[int(number) - 1]
    return at


def _flat(element: etree._Element, tag: str) -> list[etree._Element]:
    found = []
    for one in element:
        local = etree.QName(one).localname
        if local == tag:
            found.append(one)
        elif local in _WRAPPERS:
            found += _flat(one, tag)
    return found


_MARKS = {
    "checkbox": {"checkbox", "checkBox"},
    "dropdown": {"dropDownList", "comboBox", "ddList"},
    "date": {"date"},
    "text": {"text", "textInput"},
}
_OTHER_KINDS = {"checkbox", "dropDownList", "comboBox", "date", "docPartObj"}


def _controls(element: etree._Element, kind: str) -> list[etree._Element]:
    """Controls of one kind in a cell or paragraph, by their marks in the XML."""
    holders = [element.getparent().getparent()] if _is(element.getparent(), "sdtContent") else []
    found = [one for one in holders if _is_control(one, kind)]
    for one in element.iter():
        if _is(one, "sdt") and _is_control(one, kind):
            found.append(one)
        elif (
            etree.QName(one).localname in _MARKS[kind]
            and next(one.iterancestors("{*}ffData"), None) is not None
        ):
            found.append(next(one.iterancestors("{*}r")))
        elif kind == "checkbox" and _is_printed_box(one):
            found.append(one)
    return found


def _is(element: etree._Element | None, name: str) -> bool:
    return element is not None and etree.QName(element).localname == name


def _is_control(sdt: etree._Element, kind: str) -> bool:
    properties = sdt.find("{*}sdtPr")
    names = {etree.QName(one).localname for one in (properties if properties is not None else ())}
    return bool(names & _MARKS[kind]) or (kind == "text" and not names & _OTHER_KINDS)


def _is_printed_box(element: etree._Element) -> bool:
    if _is(element, "sym"):
        return True
    boxes = _is(element, "t") and set(element.text or "") & set("☐☒")
    return bool(boxes) and next(element.iterancestors("{*}sdt"), None) is None


def unaccounted(source: Path, found: Questionnaire) -> list[str]:
    """Paths of the body's paragraphs with text that no question and no other row stands for."""
    body_element = next(etree.fromstring(part(source)).iter("{*}body"))
    known = {one.address.cell for one in (*found.questions, *found.ignored) if one.address.sheet == "body"}
    rows = {re.sub(r"/cell\[\d+\](?!.*/cell\[).*", "", one) for one in known if "/cell[" in one}
    return [
        path
        for path, element in _paragraph_paths(body_element, "")
        if _own_text(element)
        and path not in known
        and not any(path.startswith(f"{one}/") for one in known | rows)
    ]


def _paragraph_paths(element: etree._Element, prefix: str) -> Iterator[tuple[str, etree._Element]]:
    for at, one in enumerate(_flat(element, "p"), 1):
        yield f"{prefix}paragraph[{at}]", one
    for at, one in enumerate(_flat(element, "tbl"), 1):
        for row_at, row_element in enumerate(_flat(one, "tr"), 1):
            for cell_at, cell_element in enumerate(_flat(row_element, "tc"), 1):
                yield from _paragraph_paths(
                    cell_element, f"{prefix}table[{at}]/row[{row_at}]/cell[{cell_at}]/"
                )


def _own_text(element: etree._Element) -> str:
    """A paragraph's text, without that of text boxes and of controls that only show a placeholder."""
    said = []
    for one in element.iter("{*}t"):
        holders = [holder for holder in one.iterancestors() if etree.QName(holder).localname in ("p", "sdt")]
        shown = any(holder.find("{*}sdtPr/{*}showingPlcHdr") is not None for holder in holders)
        if holders and next(one.iterancestors("{*}p")) is element and not shown:
            said.append(one.text or "")
    return "".join(said).strip(" \t\u2002☐☒")
