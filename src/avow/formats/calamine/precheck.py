"""The pre-check of spreadsheets in formats of old, before the parser sees them: type, encryption, macros, bounds."""

from avow.errors import InputRefusedError
from avow.formats.calamine import biff, biff12, opendocument
from avow.formats.calamine.look import BookLook, refuse_beyond_bounds
from avow.formats.opc.package import Package
from avow.formats.opc.precheck import check_type, notes_about, open_checked
from avow.formats.opc.xml_parts import feed, new_parser
from avow.formats.signatures import OLD_EXCEL, check_signature
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_SIZE = 32 << 20  # bytes; the parser is native code and holds the whole file
_MANIFEST = "META-INF/manifest.xml"
_ENCRYPTED = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}encryption-data"
# Scripts are never read, and their parts do declare a document type as the suites write them.
_SCRIPTS = ("Basic/", "Dialogs/", "Scripts/")
_SAVE_AS = "open it in a spreadsheet program and save it as .xlsx"


def check(name: str, data: bytes, form: str) -> list[Note]:
    """What a person should know of a spreadsheet (`form`: xls, xlsb or ods).

    Raises InputRefusedError for what is of another type, encrypted, damaged or beyond what is read.
    """
    check_signature(name, data, f".{form}")
    if len(data) > MAX_SIZE:
        message = f"it has {len(data):,} bytes, more than {MAX_SIZE >> 20} MiB; {_SAVE_AS} and split it"
        raise InputRefusedError(name, Reason.FILE_TOO_LARGE, message)
    if form == "xls" and data.startswith(OLD_EXCEL):
        message = f"it is a very old Excel workbook, from before 1995; {_SAVE_AS}"
        raise InputRefusedError(name, Reason.FORMAT_UNSUPPORTED, message)
    notes: list[Note] = []
    if form == "xlsb":
        notes = [one for one in notes_about(open_checked(name, data, ".xlsb")) if one.reason in _KEPT_NOTES]
    elif form == "ods":
        notes = _checked_ods(Package(name, data))
    look = look_at(name, data, form)
    refuse_beyond_bounds(name, look)
    return [*notes, *(one for one in look.notes if one.reason not in {known.reason for known in notes})]


# A new workbook breaks no signature.
_KEPT_NOTES = {Reason.MACROS_PRESENT, Reason.ACTIVE_CONTENT, Reason.EXTERNAL_REFERENCE}


def look_at(name: str, data: bytes, form: str) -> BookLook:
    """The first look at a spreadsheet of one of the formats. Raises InputRefusedError."""
    if form == "xls":
        return biff.look_at(name, data)
    package = Package(name, data)
    return biff12.look_at(package) if form == "xlsb" else opendocument.look_at(package)


def _checked_ods(package: Package) -> list[Note]:
    """ODF 1.3 part 2, 3.3 (the type comes first), 3.4 (encryption). Raises InputRefusedError."""
    check_type(package, ".ods")
    if _MANIFEST in package and _is_encrypted(package):
        message = "it is protected by a password; open it, remove the password and save it again"
        raise package.refuse(Reason.FILE_ENCRYPTED, message)
    if opendocument.CONTENT not in package:
        raise package.refuse(Reason.FILE_DAMAGED, "it has no content; ask for the file again")
    for part in package.members:
        is_xml = part.lower().endswith((".xml", ".rdf")) and not part.startswith(_SCRIPTS)
        if is_xml and package.members[part].size:  # empty ones stand for settings nobody made
            feed(package, part, new_parser(namespaces=True))
        else:
            for _ in package.stream(part):
                pass
    notes: list[Note] = []
    if any(part.startswith(_SCRIPTS) for part in package.members):
        notes.append(
            Note(reason=Reason.MACROS_PRESENT, message="the file carries macros; they are never run")
        )
    if any(part.startswith("Object ") and part.endswith(".bin") for part in package.members):
        message = "the file carries embedded objects; they are never run"
        notes.append(Note(reason=Reason.ACTIVE_CONTENT, message=message))
    return notes


def _is_encrypted(package: Package) -> bool:
    found: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name == _ENCRYPTED:
            found.append(name)

    parser = new_parser(namespaces=True)
    parser.StartElementHandler = start
    feed(package, _MANIFEST, parser)
    return bool(found)
