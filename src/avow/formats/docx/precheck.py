"""The pre-check of Word documents."""

from avow.formats.docx.document import field_codes
from avow.formats.opc.package import Package
from avow.formats.opc.precheck import notes_about, open_checked
from avow.formats.opc.relationships import main_part, relationships
from avow.formats.opc.xml_parts import tree
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

_STARTS = {"DDE", "DDEAUTO", "MACROBUTTON"}
_TEXT_PARTS = {"header", "footer", "footnotes", "endnotes", "comments"}


def check(name: str, data: bytes, form: str) -> list[Note]:
    """What a person should know of a document (`form`: docx or docm). Raises InputRefusedError."""
    package = open_checked(name, data, f".{form}")
    return [*notes_about(package), *_notes(package)]


def _notes(package: Package) -> list[Note]:
    main = main_part(package)
    if main is None:
        return []
    related = relationships(package, main)
    found: list[Note] = []
    if any(one.kind == "aFChunk" for one in related):
        message = "the document takes in other documents (altChunk), which only Word shows; they are not read"
        found.append(Note(reason=Reason.ACTIVE_CONTENT, message=message))
    texts = [main, *(one.target for one in related if one.kind in _TEXT_PARTS and one.target in package)]
    for part in dict.fromkeys(texts):
        for code in field_codes(tree(package, part)):
            reason = Reason.ACTIVE_CONTENT if code in _STARTS else Reason.EXTERNAL_REFERENCE
            message = f"the document has {code} fields; they are kept, and nothing is started or fetched"
            found.append(Note(reason=reason, message=message, where=part))
    return found
