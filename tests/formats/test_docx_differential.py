"""Every Word form at hand read by LibreOffice too: what one shows and the other does not has a reason, or fails.

LibreOffice writes each document as flat OpenDocument. Two things are compared with it: the paragraphs as our reader takes
them from the file, and what of them ends in the questionnaire.
"""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from avow.formats.docx.blocks import Paragraph, paragraphs_in
from avow.formats.docx.document import load_document
from avow.formats.opc.package import Package
from avow.model.questionnaires import Questionnaire
from docx_files import (
    HEADER,
    SPACES,
    W,
    around,
    cell,
    checkbox,
    control,
    deleted,
    document,
    dropdown,
    form_field,
    inserted,
    numbered,
    p,
    raw,
    read,
    run,
    table,
)

FORMS = Path(__file__).resolve().parents[3] / "shared" / "questionnaires"
REAL = sorted(FORMS.rglob("*.docx"))
MARKED = 'w:author="A" w:date="2026-01-01T00:00:00Z"'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
BOX = '<w:checkBox><w:default w:val="0"/></w:checkBox>'
ENTRIES = '<w:ddList><w:listEntry w:val="Yes"/><w:listEntry w:val="No"/></w:ddList>'
TICKED = str.maketrans("☑🗹", "☒☒")
HARD_HYPHEN, SOFT_HYPHEN = "\u2011", "\N{SOFT HYPHEN}"
ASIDE = {"header", "footer", "note-body", "annotation"}
PROMPT = re.compile(r"(Click|Choose|Pick)\b.*", re.DOTALL)
FIELDS = {"page-number", "page-count", "author-name", "date", "time", "bookmark-ref", "sequence"}


def field(code: str, result: str) -> str:
    """A field with the result it had when the file was saved."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    instruction = f"<w:r><w:instrText> {code} </w:instrText></w:r>"
    return mark("begin") + instruction + mark("separate") + run(result) + mark("end")


def drawn(inner: str) -> str:
    """A text box as Word draws it."""
    size = '<wp:extent cx="3000000" cy="900000"/><wp:docPr id="1" name="Box"/>'
    shape = (
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="3000000" cy="900000"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
    )
    graphic = (
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData '
        f'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{shape}</a:graphicData></a:graphic>'
    )
    space = f'xmlns:wp="{DRAWING}/wordprocessingDrawing"'
    held = f"<w:drawing><wp:inline {space}>{size}{graphic}</wp:inline></w:drawing>"
    return raw(
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{held}</mc:Choice></mc:AlternateContent></w:r>'
    )


def aside(kind: str, text: str) -> str:
    """A header's, footer's or notes' part."""
    inner = p(text) if len(kind) == 3 else f'<w:{kind[:-1]} w:id="2" w:author="A">{p(text)}</w:{kind[:-1]}>'
    return f'{HEADER}<w:{kind} xmlns:w="{W}">{inner}</w:{kind}>'


ASIDES = {
    "header1.xml": ("header", aside("hdr", "Confidential form")),
    "footer1.xml": ("footer", aside("ftr", "Second edition")),
    "footnotes.xml": ("footnotes", aside("footnotes", "Is a footnote read?")),
    "endnotes.xml": ("endnotes", aside("endnotes", "An end note.")),
    "comments.xml": ("comments", aside("comments", "Look here again.")),
}
WITH_ASIDES = (
    f'{HEADER}<w:document {SPACES}><w:body><w:p><w:commentRangeStart w:id="2"/>{run("Is it noted?")}'
    '<w:commentRangeEnd w:id="2"/><w:r><w:commentReference w:id="2"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    '<w:r><w:endnoteReference w:id="2"/></w:r></w:p><w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
    '<w:footerReference w:type="default" r:id="rId4"/></w:sectPr></w:body></w:document>'
).encode()
DELETED_ROW = (
    f'<w:tr><w:trPr><w:del w:id="3" {MARKED}/></w:trPr>{cell(raw(deleted("Is it gone?")))}{cell("")}</w:tr>'
)

# Body XML, the differences between the two readers' paragraphs, and those between LibreOffice's text and the questionnaire.
MADE: dict[str, tuple[str | bytes, dict[str, int], dict[str, int]]] = {
    "tables": (
        table(
            ["Ref", "Question", "Group", "Yes", "No", "Comments"],
            ["A.1", "Is MFA enforced?", "Access", "", "", "By the sign-in service."],
            ["A.2", "Are logs kept?", "Logging", "X", "", "For a year."],
        )
        + p()
        + table(["Question", "Answer"], ["Is data encrypted at rest?", "Yes / No / N/A"]),
        {},
        {"beside": 4},
    ),
    "nested": (
        table(["Question", "Answer"], ["Is it tested?", cell(table(["Who tests it?", "Our team"]) + p())]),
        {},
        {"beside": 1},
    ),
    "controls": (
        table(
            ["Question", "Answer"],
            ["Is it kept?", raw(dropdown("Yes", "No"))],
            ["Is it on?", raw(checkbox(), run(" Yes "), checkbox(checked=True, sign="\u2612"), run(" No"))],
            ["Who looks after it?", raw(control("<w:text/>", "Dana Smith", empty=False))],
            ["Since when?", raw(control("<w:date/>", "Pick a date."))],
        )
        + p("Is there a policy?")
        + around("<w:text/>", p("Click here to enter text.")),
        {},
        {"beside": 1, "prompt": 3},
    ),
    "legacy": (
        table(
            ["Question", "Answer"],
            ["Is it signed?", raw(form_field(BOX, "FORMCHECKBOX"), run(" Yes "), form_field(BOX, "FORMCHECKBOX"), run(" No"))],
            ["Is it sealed?", raw(form_field(ENTRIES, "FORMDROPDOWN"))],
            ["By whom?", raw(form_field("<w:textInput/>", "FORMTEXT", "Dana Smith"))],
        ),
        {},
        {"beside": 1},
    ),
    "revisions": (
        raw(run("Is all data "), inserted(run("always ")), deleted("sometimes "), run("encrypted?"))
        + table(["Question", "Answer"], ["Is it old?", "No"], DELETED_ROW)
        + f'<w:p><w:moveFrom w:id="4" {MARKED}>{run("Is this moved?")}</w:moveFrom></w:p>'
        + f'<w:p><w:moveTo w:id="5" {MARKED}>{run("Is this moved?")}</w:moveTo></w:p>',
        {"deleted": 3},
        {"beside": 1},
    ),
    "boxes": (p("Please answer below.") + drawn(p("Is the box read?") + p()), {}, {}),
    "hidden": (
        p("Is there a hidden question?", look="<w:vanish/>")
        + p("Some white words", look='<w:color w:val="FFFFFF"/>')
        + p("Some tiny words", look='<w:sz w:val="2"/>'),
        {},
        {},
    ),
    "lists": (
        numbered("Do you have a policy?")
        + numbered("Who owns it?", 1, 1)
        + p("B.7 Is it typed?")
        + numbered("first point", 2)
        + numbered("Is it reviewed yearly?"),
        {},
        {"automatic number": 3},
    ),
    "fields": (
        raw(run("Is page "), field("PAGE", "7"), run(" the last page?"))
        + raw(f'<w:hyperlink w:anchor="x">{run("Do you follow the linked policy?")}</w:hyperlink>'),
        {"field": 1},
        {"field": 1},
    ),
    "signs": (
        raw(
            "<w:r><w:t>Is soft</w:t><w:softHyphen/><w:t>ware non</w:t><w:noBreakHyphen/><w:t>free?</w:t><w:br/>"
            "<w:t>And a tab</w:t><w:tab/><w:t>too?</w:t></w:r>"
        )
        + raw('<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>', run(" see the annex"))
        + raw(f'<w:smartTag w:element="x">{run("Is a smart tag read?")}</w:smartTag>')
        + raw(f"<w:r><w:ruby><w:rt>{run('small')}</w:rt><w:rubyBase>{run('Is ruby read?')}</w:rubyBase></w:ruby></w:r>"),
        {"hyphen": 1, "symbol": 1, "reading aid": 1},
        {},
    ),
    "asides": (WITH_ASIDES, {}, {}),
}  # fmt: skip


# ── LibreOffice's view ─────────────────────────────────────────────────────────────────────────


@dataclass
class Shown:
    """A paragraph as LibreOffice has it: `text` with \\0 for a field's result, and what it does not count as text."""

    text: str = ""
    deleted: str = ""  # with changes tracked
    aids: str = ""  # small print above letters that says how they are read
    prompt: str = ""  # of a control that waits
    aside: bool = False
    row: etree._Element | None = None


class TheirReader:
    """Reads a flat OpenDocument text."""

    def __init__(self, path: Path) -> None:
        root = etree.parse(str(path), etree.XMLParser(huge_tree=True)).getroot()
        gone = [
            one for one in root.iter("{*}changed-region") if next(one.iter("{*}deletion"), None) is not None
        ]
        self._deletions = {
            value for one in gone for key, value in one.attrib.items() if str(key).endswith("}id")
        }
        self._deleting = False
        self.paragraphs = [self._paragraph(one) for one in root.iter("{*}p", "{*}h") if self._counts(one)]
        offered = list(root.iter("{*}list-item", "{*}label", "{*}param"))
        self.offered = {str(value) for one in offered for value in one.attrib.values()}

    def _counts(self, element: etree._Element) -> bool:
        around = {local(one) for one in element.iterancestors()}
        return bool(around & {"text", "master-page"}) and "tracked-changes" not in around

    def _paragraph(self, element: etree._Element) -> Shown:
        found = Shown(aside=any(local(one) in ASIDE for one in element.iterancestors()))
        found.row = next(element.iterancestors("{*}table-row"), None)
        self._inline(element, found, False)
        return found

    def _say(self, text: str | None, into: Shown, prompt: bool) -> None:
        if self._deleting:
            into.deleted += text or ""
            return
        into.text += text or ""
        into.prompt += (text or "") if prompt else ""

    def _inline(self, element: etree._Element, into: Shown, prompt: bool) -> None:
        self._say(element.text, into, prompt)
        for one in element:
            kind = local(one)
            if kind in ("change-start", "change-end"):
                known = any(value in self._deletions for value in one.attrib.values())
                self._deleting = (kind == "change-start") if known else self._deleting
            elif kind in ("s", "tab", "line-break"):
                self._say(" ", into, prompt)
            elif kind in FIELDS:
                self._say("\0", into, prompt)
            elif kind == "ruby-text":
                into.aids += "".join(map(str, one.itertext()))
            elif kind == "content-control":
                waits = any(
                    key.endswith("}showing-place-holder") and said == "true"
                    for key, said in one.attrib.items()
                )
                self._inline(one, into, prompt or waits)
            elif kind == "text-input":
                self._inline(one, into, True)
            elif kind not in ("note", "annotation", "frame", "custom-shape", ""):
                self._inline(one, into, prompt)
            self._say(one.tail, into, prompt)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, TheirReader]]:
    """Every document with LibreOffice's reading of it, by name; one run of LibreOffice for all."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed, and no other reader of Word files is independent")
    folder = tmp_path_factory.mktemp("word")
    made = [
        document(folder / f"{name}.docx", inner, extra=ASIDES if name == "asides" else None)
        for name, (inner, _, _) in MADE.items()
    ]
    out, profile = folder / "out", f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", "fodt", "--outdir", out, *made, *REAL],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return {one.stem: (one, TheirReader(out / f"{one.stem}.fodt")) for one in (*made, *REAL)}


# ── paragraphs against paragraphs ──────────────────────────────────────────────────────────────


def plain(text: str) -> str:
    return "".join(text.translate(TICKED).split())


def ours_of(path: Path) -> Iterator[str]:
    """Our reader's paragraphs, what controls show in its place; boxes of legacy fields show nothing in LibreOffice."""
    stories = load_document(Package(path.name, path.read_bytes())).stories
    return (our_text(one) for story in stories for one in paragraphs_in(story.blocks))


def our_text(one: Paragraph) -> str:
    said = []
    for piece in one.pieces:
        held = piece.control
        if held is None:
            said.append(piece.text)
        elif held.kind != "checkbox":
            said.append(held.shown)
        elif held.how != "field":
            said.append("☒" if held.checked else "☐")
    return plain("".join(said))


def paragraph_differences(theirs: TheirReader, ours: Iterator[str]) -> Counter[str]:
    """How many paragraphs the two have differently, by reason; fails where there is none."""
    found = Counter[str]()
    own = Counter(text for text in ours if text)
    left = []
    for one in theirs.paragraphs:
        found["deleted"] += bool(one.deleted.strip())
        text = plain(one.text)
        if own[text]:
            own[text] -= 1
            found["reading aid"] += bool(one.aids)
        elif text:
            left.append(text)
    for text in left:
        match, why = next(
            ((other, why) for other in own if own[other] and (why := like(text, other))), ("", "")
        )
        assert why, f"only LibreOffice shows {text!r}"
        own[match] -= 1
        found[why] += 1
    assert +own == {}, "LibreOffice does not show them"
    return +found


def like(theirs: str, ours: str) -> str:
    """Why two texts may differ; "" where nothing explains it."""
    if "\0" in theirs and re.fullmatch("[0-9A-Za-z ]*".join(map(re.escape, theirs.split("\0"))), ours):
        return "field"
    if theirs.replace(HARD_HYPHEN, "-").replace(SOFT_HYPHEN, "") == ours:
        return "hyphen"
    return "symbol" if re.sub("[\ue000-\uf8ff]", "·", theirs) == ours else ""


@pytest.mark.parametrize("name", MADE)
def test_our_reader_and_libreoffice_see_the_same_paragraphs(
    name: str, documents: dict[str, tuple[Path, TheirReader]]
) -> None:
    path, theirs = documents[name]
    assert paragraph_differences(theirs, ours_of(path)) == MADE[name][1]


@pytest.mark.parametrize("path", REAL or [None], ids=lambda path: path.stem if path else "none")
def test_libreoffice_sees_the_same_paragraphs_of_a_real_form(
    path: Path | None, documents: dict[str, tuple[Path, TheirReader]]
) -> None:
    if path is None:
        pytest.skip("the real forms are not beside the checkout")
    theirs = documents[path.stem][1]
    found = paragraph_differences(theirs, ours_of(path))
    # Only what a program counts anew differs: the number of the page, and how many there are.
    assert set(found) <= {"field"}
    assert found["field"] <= sum("\0" in one.text for one in theirs.paragraphs)


# ── LibreOffice's text against the questionnaire ───────────────────────────────────────────────


def words(text: str) -> str:
    return "".join(tokens(text))


def tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.replace(SOFT_HYPHEN, ""))


def units(found: Questionnaire) -> Iterator[str]:
    """Every text of the questionnaire, as it stands there."""
    for one in found.questions:
        place = one.place
        yield f"{one.ref} {one.text}"
        yield from (one.text, one.context, one.section, place.existing, place.existing_comment)
        yield from (option.label for option in place.options)
        yield " ".join(option.label for option in place.options)
        yield from place.choices.options if place.choices else ()
    yield from (one.text for one in found.ignored)


def questionnaire_differences(theirs: TheirReader, found: Questionnaire) -> Counter[str]:
    """How many texts only one side has, by reason; fails where there is none."""
    counted = Counter[str]()
    held = "|".join(words(one) for one in units(found))
    placed = [one for one in theirs.paragraphs if _is_held(one, held)]
    rows = {id(one.row) for one in placed if one.row is not None}
    known = set(map(id, placed))
    for one in theirs.paragraphs:
        if id(one) in known:
            continue
        if "\0" in one.text:
            counted["field"] += 1
        elif one.prompt == one.text and PROMPT.fullmatch(one.text.strip()):
            counted["prompt"] += 1
        else:  # a heading, an X, or a column that says neither what is asked nor what is answered
            short = len(one.text) <= 60 and "?" not in one.text
            assert id(one.row) in rows and short, f"only LibreOffice shows {one.text!r}"
            counted["beside"] += 1
    shown = set(tokens(" ".join([*(one.text for one in theirs.paragraphs), *theirs.offered])))
    refs = {token for one in found.questions for token in tokens(one.ref)}
    fields = any("\0" in one.text for one in theirs.paragraphs)
    for text in units(found):
        for token in set(tokens(text)) - shown:
            automatic = token in refs and len(token) <= 3
            assert automatic or (fields and token.isdigit()), f"only we have {token!r} of {text!r}"
    counted["automatic number"] = sum(not set(tokens(one.ref)) <= shown for one in found.questions)
    return +counted


def _is_held(one: Shown, held: str) -> bool:
    """Whether the questionnaire has all of a paragraph; labels of boxes stand there each by itself."""
    return "\0" not in one.text and all(
        words(piece) in held for piece in re.split("[☐☒☑]|(?<=\\w) / ", one.text)
    )


@pytest.mark.parametrize("name", MADE)
def test_all_libreoffice_shows_ends_in_the_questionnaire_and_nothing_else_does(
    name: str, documents: dict[str, tuple[Path, TheirReader]]
) -> None:
    path, theirs = documents[name]
    assert questionnaire_differences(theirs, read(path)) == MADE[name][2]


@pytest.mark.parametrize("path", REAL or [None], ids=lambda path: path.stem if path else "none")
def test_all_of_a_real_form_ends_in_the_questionnaire_and_nothing_else_does(
    path: Path | None, documents: dict[str, tuple[Path, TheirReader]]
) -> None:
    if path is None:
        pytest.skip("the real forms are not beside the checkout")
    found = read(path)
    theirs = documents[path.stem][1]
    counted = questionnaire_differences(theirs, found)
    assert set(counted) <= {"field", "beside", "automatic number"}
    if not any(one.header_rows for one in found.layouts):
        assert not counted["beside"]
    assert counted["automatic number"] <= sum(bool(one.ref) for one in found.questions)


def test_a_difference_nothing_explains_is_seen(documents: dict[str, tuple[Path, TheirReader]]) -> None:
    path, theirs = documents["tables"]
    ours = list(ours_of(path))
    for other in (ours[1:], [*ours, "more"], [f"{ours[0]}s", *ours[1:]]):
        with pytest.raises(AssertionError):
            paragraph_differences(theirs, iter(other))
    found = read(path)
    less = found.model_copy(update={"questions": found.questions[1:]})
    one = found.questions[0]
    more = found.model_copy(
        update={"questions": (*found.questions, one.model_copy(update={"text": "Is it invented?"}))}
    )
    for questionnaire in (less, more):
        with pytest.raises(AssertionError):
            questionnaire_differences(theirs, questionnaire)
