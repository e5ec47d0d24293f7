"""What all Office packages are checked for before any real parser sees them, and what a person should know of them.

Zip structure, names, sizes and ratios are the `Package`'s own checks; this adds XML without a document type, the
main part's type against the file's ending, and notes on macros, active content, links outward and signatures.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from avow.errors import InputRefusedError
from avow.formats.opc.package import Package
from avow.formats.opc.relationships import CONTENT_TYPES, content_type, main_part, relationships
from avow.formats.opc.xml_parts import feed, local, new_parser, tree
from avow.formats.signatures import ENDINGS, mismatch
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

_XML_ENDINGS = (".xml", ".rels")
_WEB_LINK = re.compile(
    r"(?:https?|mailto|tel):|(?![a-z][a-z0-9+.-]*:|\\\\|//)", re.IGNORECASE
)  # or a relative one
# Parts whose content leads outside when the file is opened, with no relationship that would say so.
_CONNECTION_PARTS = re.compile(r"(?:^|/)connections[^/]*\.(?:xml|bin)$|querytables?/")
_DDE = {"ddeLink", "oleLink"}  # ECMA-376 part 1, 18.14.4 and 18.14.11
_COMMENT_PARTS = re.compile(r"(?:^|/)(?:threaded)?comments?\d*\.xml$")
_COMMENTS = {"comment", "threadedComment"}
_PROPERTIES = "docProps/core.xml"
_A_SENTENCE = 6  # words; a title or a few keywords are shorter
_KINDS = {
    "attachedTemplate": "a remote template",
    "subDocument": "a sub-document",
    "externalLinkPath": "another workbook",
    "externalLink": "another workbook",
    "image": "a linked picture",
    "oleObject": "a linked object",
    "frame": "a web frame",
    "mailMergeSource": "a mail-merge source",
    "hyperlink": "links that are no web pages",
}


class MainType(NamedTuple):
    """What a package with such a main part is: in words, and the ending it should have ("": Avow reads none)."""

    words: str
    ending: str


_MAIN_TYPES = (
    ("spreadsheetml.sheet.main", MainType("an Excel workbook", ".xlsx")),
    ("ms-excel.sheet.macroenabled", MainType("a workbook with macros", ".xlsm")),
    ("ms-excel.sheet.binary", MainType("a binary Excel workbook", ".xlsb")),
    ("spreadsheetml.template", MainType("an Excel template", "")),
    ("ms-excel.template", MainType("an Excel template with macros", "")),
    ("ms-excel.addin", MainType("an Excel add-in", "")),
    ("wordprocessingml.document.main", MainType("a Word document", ".docx")),
    ("ms-word.document.macroenabled", MainType("a Word document with macros", ".docm")),
    ("wordprocessingml.template", MainType("a Word template", "")),
    ("ms-word.template", MainType("a Word template with macros", "")),
    ("presentationml", MainType("a presentation", "")),
    ("ms-powerpoint", MainType("a presentation", "")),
    ("ms-visio", MainType("a drawing", "")),
)
_ODF_TYPES = {
    "application/vnd.oasis.opendocument.spreadsheet": MainType("an OpenDocument spreadsheet", ".ods"),
    "application/vnd.oasis.opendocument.text": MainType("an OpenDocument text", ""),
    "application/vnd.oasis.opendocument.presentation": MainType("a presentation", ""),
    "application/epub+zip": MainType("an e-book", ""),
}
_NO_DOCUMENT = MainType("a zip archive without a document in it", "")


def open_checked(name: str, data: bytes, ending: str) -> Package:
    """The package of a file with such an ending: structure, parts and type checked. Raises InputRefusedError."""
    package = Package(name, data)
    check_parts(package)
    check_type(package, ending)
    return package


def check_parts(package: Package) -> None:
    """Every member inflates to its checksum; every XML part is well-formed and declares no document type."""
    typed = _types(package)
    for part in package.members:
        if part.lower().endswith(_XML_ENDINGS) or typed.of(part).lower().endswith(("+xml", "/xml")):
            feed(package, part, new_parser(namespaces=True))
        else:
            for _ in package.stream(part):
                pass


def check_type(package: Package, ending: str) -> None:
    """Raises InputRefusedError where the package is of another type than its ending says, with its right ending."""
    found = main_type(package)
    macros = bool(macro_parts(package))
    if found.ending == ".xlsx" and macros:
        found = MainType("a workbook with macros", ".xlsm")
    if found.ending == ".docx" and macros:
        found = MainType("a Word document with macros", ".docm")
    if found.ending == ending:
        return
    if found.words.removesuffix(" with macros") in ("an Excel workbook", "a workbook", "a Word document"):
        plain = found.ending in (".xlsx", ".docx")
        same = {ending, found.ending} in ({".xlsx", ".xlsm"}, {".docx", ".docm"})
        words = (
            f"{ENDINGS[found.ending].words} {'without' if plain else 'with'} macros" if same else found.words
        )
        mend = f"give it the ending {found.ending}" + ("" if plain else " if you expected that")
        raise package.refuse(Reason.FILE_TYPE_MISMATCH, f"it is {words}{_not(ending, same)}; {mend}")
    raise mismatch(package.name, found.words, ending, right=found.ending)


def _not(ending: str, same: bool) -> str:
    return "" if same else f", not {ENDINGS[ending].words}"


def main_type(package: Package) -> MainType:
    """What kind of document a package holds. Raises InputRefusedError where its lists of parts cannot be read."""
    if "mimetype" in package and package.members["mimetype"].size < 200:
        said = package.read("mimetype").decode("ascii", "replace").strip()
        if said in _ODF_TYPES:
            return _ODF_TYPES[said]
        if "opendocument" in said:
            return MainType("an OpenDocument file", "")
    if CONTENT_TYPES not in package:
        return _NO_DOCUMENT
    main = main_part(package)
    found = content_type(package, main).lower() if main else ""
    return next((kind for word, kind in _MAIN_TYPES if word in found), _NO_DOCUMENT)


def what_package(name: str, data: bytes) -> str:
    """In words, what bytes that begin like a zip are; never raises."""
    try:
        return main_type(Package(name, data)).words
    except InputRefusedError:
        return "a zip archive"


def macro_parts(package: Package) -> list[str]:
    """The parts that hold macros: VBA projects and Excel 4 macro sheets."""
    typed = _types(package)
    return [
        part
        for part in package.members
        if part.lower().endswith("vbaproject.bin")
        or "macrosheets/" in part.lower()
        or any(word in typed.named(part).lower() for word in ("vbaproject", "macrosheet"))
    ]


def notes_about(package: Package) -> list[Note]:
    """What a person should know about the file: each kind of finding once."""
    parts = [part.lower() for part in package.members]
    notes: list[Note] = []

    def note(reason: Reason, message: str, where: str = "") -> None:
        notes.append(Note(reason=reason, message=message, where=where))

    if macro_parts(package):
        note(Reason.MACROS_PRESENT, "the file carries macros; they are kept and never run")
    for folder, words in (
        ("activex/", "ActiveX controls"),
        ("embeddings/", "embedded objects"),
        ("customui", "a custom ribbon"),
        ("webextensions/", "web add-ins"),
    ):
        if any(folder in part for part in parts):
            note(Reason.ACTIVE_CONTENT, f"the file carries {words}; they are kept and never run")
    inner = next((part for part in package.members if _is_archive(package, part)), "")
    if inner:
        message = "the file carries archives or other documents inside; they are kept and never opened"
        note(Reason.ACTIVE_CONTENT, message, inner)
    if any(_CONNECTION_PARTS.search(part) for part in parts):
        message = "the file has data connections, which a spreadsheet program may refresh"
        note(Reason.EXTERNAL_REFERENCE, message)
    service = _dde_service(package)
    if service:
        message = f"the file exchanges data with another program ({service}); it is kept and never started"
        note(Reason.EXTERNAL_REFERENCE, message)
    for kind, (count, first) in outward(package).items():
        what = f" ({_KINDS[kind]})" if kind in _KINDS else ""
        message = f"{count:,} relationships of the kind {kind}{what} lead outside, first to {first}"
        note(Reason.EXTERNAL_REFERENCE, message)
    notes.extend(_unread_text(package))
    if any(part.startswith("_xmlsignatures/") for part in parts):
        message = "the file is digitally signed; filling it makes the signature invalid"
        note(Reason.SIGNATURE_WILL_BREAK, message)
    return notes


def outward(package: Package) -> dict[str, tuple[int, str]]:
    """Kinds of relationships that lead outside, each with number and first target; not plain web links."""
    found: dict[str, tuple[int, str]] = {}
    for part in package.members:
        folder, _, name = part.rpartition("_rels/")
        if not name.lower().endswith(".rels"):
            continue
        for one in relationships(package, folder + name[: -len(".rels")]):
            if one.external and not (one.kind == "hyperlink" and _WEB_LINK.match(one.target)):
                count, first = found.get(one.kind, (0, ascii(one.target[:80])[1:-1]))
                found[one.kind] = (count + 1, first)
    return found


class _Types:
    """`[Content_Types].xml`, looked up in the order ECMA-376 part 2, 7.2.3.5 gives."""

    def __init__(self, elements: Iterator[etree._Element]) -> None:
        self._parts: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        for element in elements:
            kind = element.get("ContentType", "")
            if local(element) == "Override":
                self._parts[element.get("PartName", "").casefold()] = kind
            elif local(element) == "Default":
                self._endings[element.get("Extension", "").casefold()] = kind

    def of(self, part: str) -> str:
        """A part's content type, "" for none."""
        return self.named(part) or self._endings.get(part.casefold().rpartition(".")[2], "")

    def named(self, part: str) -> str:
        """The content type given to this very part, "" for none: that of an ending is often meant for another."""
        return self._parts.get(f"/{part}".casefold(), "")


def _types(package: Package) -> _Types:
    if CONTENT_TYPES not in package:
        return _Types(iter(()))
    return _Types(one for one in tree(package, CONTENT_TYPES) if isinstance(one.tag, str))


def _unread_text(package: Package) -> Iterator[Note]:
    """Text beside the document proper: comments, and properties that read like a sentence."""
    count = 0
    for part in package.members:
        if _COMMENT_PARTS.search(part.lower()):
            count += sum(1 for one in tree(package, part).iter(etree.Element) if local(one) in _COMMENTS)
    if count:
        yield Note(reason=Reason.UNREAD_TEXT, message=f"the file's comments are not read ({count:,})")
    if _PROPERTIES in package:
        for element in tree(package, _PROPERTIES).iter(etree.Element):
            text = (element.text or "").strip()
            if len(text.split()) >= _A_SENTENCE:
                message = f"the file's properties hold text that is not read ({local(element)})"
                yield Note(reason=Reason.UNREAD_TEXT, message=message, where=_PROPERTIES)


def _is_archive(package: Package, part: str) -> bool:
    if part.lower().endswith(_XML_ENDINGS) or "embeddings/" in part.lower():
        return False
    return package.head(part).startswith((b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!\x1a", b"\x1f\x8b\x08"))


def _dde_service(package: Package) -> str:
    """What the first dynamic data exchange or linked object of a workbook starts, "" where there is none."""
    for part in package.members:
        if "externallinks/" in part.lower() and part.lower().endswith(".xml"):
            for element in tree(package, part).iter(etree.Element):
                if local(element) in _DDE:
                    said = element.get("ddeService") or element.get("progId") or local(element)
                    return ascii(said[:60])[1:-1]
    return ""
