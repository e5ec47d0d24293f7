"""A document's parts: its stories, styles and numbering, and what its settings forbid."""

import re
from dataclasses import dataclass

from lxml import etree

from avow.errors import InputRefusedError
from avow.formats.docx.blocks import CellBlock, Control, Paragraph, Story, Table, paragraphs_in
from avow.formats.docx.names import child, name, value
from avow.formats.docx.numbering import Numbering
from avow.formats.docx.styles import Styles
from avow.formats.docx.walking import walk
from avow.formats.opc.package import Package
from avow.formats.opc.relationships import Relationship, main_part, relationships
from avow.formats.opc.xml_parts import tree
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

BODY = "body"
_ASIDE = {
    "header": "header",
    "footer": "footer",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
}


@dataclass(slots=True)
class Document:
    """`stories`: the body first, then headers, footers, notes and comments. `protection`: "", `forms`, `readOnly`…"""

    name: str
    stories: list[Story]
    protection: str
    notes: list[Note]

    @property
    def body(self) -> Story:
        """The main text."""
        return self.stories[0]

    def at(self, sheet: str, path: str) -> Paragraph | Table | CellBlock | Control | None:
        """What stands at an address, None where there is nothing."""
        story = next((one for one in self.stories if one.sheet == sheet), None)
        return story.found.get(path) if story else None


def load_document(package: Package) -> Document:
    """The document in a package that passed its pre-check. Raises InputRefusedError."""
    main = main_part(package)
    if main is None:
        raise InputRefusedError(
            package.name, Reason.FILE_DAMAGED, "it has no main part; ask for the file again"
        )
    related = [one for one in relationships(package, main) if not one.external and one.target in package]
    styles = Styles(_part(package, related, "styles"))
    numbering = _part(package, related, "numbering")
    root = tree(package, main)
    body = child(root, "body")
    if body is None:
        raise InputRefusedError(package.name, Reason.FILE_DAMAGED, "it has no body; ask for the file again")
    stories = [walk(BODY, main, root, [body], styles, Numbering(numbering), package.name)]
    seen: dict[str, int] = {}
    parts = {main}
    for one in sorted(
        related, key=lambda one: (list(_ASIDE).index(one.kind) if one.kind in _ASIDE else 9, one.target)
    ):
        if one.kind in _ASIDE and one.target not in parts:
            parts.add(one.target)
            seen[one.kind] = seen.get(one.kind, 0) + 1
            sheet = one.kind if seen[one.kind] == 1 else f"{one.kind}[{seen[one.kind]}]"
            aside = tree(package, one.target)
            held = [aside] if one.kind in ("header", "footer") else list(aside)
            stories.append(walk(sheet, one.target, aside, held, styles, Numbering(numbering), package.name))
    protection = _protection(_part(package, related, "settings"))
    return Document(package.name, stories, protection, _notes(stories, protection))


def _part(package: Package, related: list[Relationship], kind: str) -> etree._Element | None:
    found = next((one for one in related if one.kind == kind), None)
    return tree(package, found.target) if found else None


def _protection(settings: etree._Element | None) -> str:
    """What kind of editing the document is limited to, "" for none (17.15.1.29)."""
    found = child(settings, "documentProtection")
    if found is None or value(found, "enforcement") not in ("1", "true", "on"):
        return ""
    return value(found, "edit") or ""


def _notes(stories: list[Story], protection: str) -> list[Note]:
    found: list[Note] = []
    for story in stories:
        if story.revised:
            message = "the text has tracked changes; it is read as it stands once they are accepted"
            found.append(Note(reason=Reason.TRACKED_CHANGES, message=message, where=story.sheet))
    if protection in ("forms", "readOnly", "comments"):
        what = (
            "only its form fields and controls are filled" if protection == "forms" else "nothing is filled"
        )
        message = f"the document is protected ({protection}); {what}"
        found.append(Note(reason=Reason.SHEET_PROTECTED, message=message))
    for reason, words in (
        (Reason.HIDDEN_CONTENT, "hidden"),
        (Reason.SUSPICIOUS_TEXT, "white or tiny"),
        (Reason.STRUCK_OUT_TEXT, "struck-out"),
    ):
        places = [
            (story.sheet, one.path)
            for story in stories
            for one in paragraphs_in(story.blocks)
            if reason in one.flags
        ]
        if places:
            message = f"{len(places):,} paragraphs with {words} text, first {places[0][1]}"
            found.append(Note(reason=reason, message=message, where=places[0][0]))
    return found


_DYNAMIC = re.compile(
    r"^\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|DATABASE|MACROBUTTON)\b", re.IGNORECASE
)


def field_codes(root: etree._Element) -> list[str]:
    """The kinds of fields in a part that would fetch or start something, each once."""
    found: dict[str, None] = {}
    code = ""
    for one in root.iter(etree.Element):
        kind = name(one)
        if kind == "fldSimple":
            code = value(one, "instr") or ""
        elif kind == "instrText":
            code += one.text or ""
            continue
        elif kind == "fldChar":
            if value(one, "fldCharType") != "begin" and (match := _DYNAMIC.match(code)):
                found[match[1].upper()] = None
            code = ""
            continue
        else:
            continue
        if match := _DYNAMIC.match(code):
            found[match[1].upper()] = None
        code = ""
    return list(found)
