"""What a file really is, settled before any parser reads it: type, size, zip container, XML, active content.

Nothing here trusts a name, a header's size or a declared type. A refusal says what the file is, and what
to do.
"""

import hashlib
import os
import re
import stat
from importlib import import_module
from pathlib import Path

from avow.errors import InputRefusedError
from avow.formats.opc.package import Package
from avow.formats.opc.relationships import content_type, main_part, relationships
from avow.formats.opc.xml_parts import feed, new_parser
from avow.model.base import Value
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_FILE_SIZE = 100 << 20  # bytes

_TEXT_EXTENSIONS = {".csv": "csv", ".tsv": "tsv"}
_WORKBOOK_EXTENSIONS = {".xlsx": "xlsx", ".xlsm": "xlsm"}
# Formats whose own module checks the bytes: `check(name, data, form) -> notes`, before anything parses them.
_PRECHECKED: dict[str, tuple[str, str]] = {}  # extension -> (format, module)
_NOT_YET = {
    ".docx": "a Word document", ".docm": "a Word document", ".doc": "an old Word document", ".pdf": "a PDF",
    ".xls": "an old Excel workbook", ".xlsb": "a binary Excel workbook", ".ods": "an OpenDocument spreadsheet",
    ".json": "JSON", ".txt": "plain text", ".xltx": "an Excel template", ".xltm": "an Excel template",
}  # fmt: skip
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_OTHER_TYPES = (
    ("wordprocessingml", "a Word document"), ("ms-word", "a Word document"),
    ("presentationml", "a presentation"), ("ms-powerpoint", "a presentation"),
    ("template", "an Excel template"), ("sheet.binary", "a binary Excel workbook"), ("addin", "an Excel add-in"),
)  # fmt: skip
_SIGNATURES = (
    (b"%PDF-", "a PDF"), (b"{\\rtf", "an RTF document"), (b"MZ", "a program"), (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a gzip archive"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
)
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|table|head|body|meta|script|div)\b", re.IGNORECASE)
_XML_ENDINGS = (".xml", ".rels")
_SAVE_AS = "open it in a spreadsheet program and save it as .xlsx"
_WEB_LINK = re.compile(
    r"(?:https?|mailto|tel):|(?![a-z][a-z0-9+.-]*:|\\\\|//)", re.IGNORECASE
)  # or a relative one


class FileKind(Value):
    """A file that passed the intake. `format`: xlsx, xlsm, csv or tsv; `sha256` in hex; `size` in bytes."""

    name: str
    format: str
    sha256: str
    size: int
    notes: tuple[Note, ...] = ()


def inspect_file(path: Path) -> FileKind:
    """What the file at `path` is. Raises InputRefusedError, in one line, for what Avow will not read."""
    return inspect_bytes(printable_name(path), read_regular_file(path), Path(path).suffix)


def inspect_bytes(name: str, data: bytes, extension: str | None = None) -> FileKind:
    """`inspect_file` for bytes at hand. `extension` is taken from `name` unless given."""
    extension = (Path(name).suffix if extension is None else extension).lower()
    if not data:
        raise InputRefusedError(name, Reason.FILE_EMPTY, "the file has no content; ask for it again")
    if extension in _TEXT_EXTENSIONS:
        _check_text(name, data)
        return _kind(name, _TEXT_EXTENSIONS[extension], data)
    if extension in _WORKBOOK_EXTENSIONS:
        notes = _check_workbook(name, data, _WORKBOOK_EXTENSIONS[extension])
        return _kind(name, _WORKBOOK_EXTENSIONS[extension], data, notes)
    if extension in _PRECHECKED:
        form, module = _PRECHECKED[extension]
        return _kind(name, form, data, import_module(module).check(name, data, form))
    raise _not_supported(name, data, extension)


def read_regular_file(path: Path) -> bytes:
    """The bytes of a regular file of at most MAX_FILE_SIZE. Raises InputRefusedError, and never waits."""
    name = printable_name(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "the name is not valid"
        raise InputRefusedError(
            name, Reason.FILE_MISSING, f"it cannot be opened: {why}; check the path"
        ) from None
    # A descriptor, so that what is checked is what is read.
    about = os.fstat(handle)
    if stat.S_ISDIR(about.st_mode):
        os.close(handle)
        raise InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, "it is a folder; name the file in it")
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(about.st_mode):
            raise InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, "it is a device or a pipe; name a file")
        if about.st_size > MAX_FILE_SIZE:
            limit = f"{MAX_FILE_SIZE >> 20} MiB"
            raise InputRefusedError(
                name,
                Reason.FILE_TOO_LARGE,
                f"it has {about.st_size:,} bytes, more than {limit}; split it or remove pictures",
            )
        return file.read(MAX_FILE_SIZE + 1)


def printable_name(path: Path) -> str:
    """A file's name on one line, with nothing invisible in it."""
    name = Path(path).name or str(path)
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


def _kind(name: str, form: str, data: bytes, notes: list[Note] | None = None) -> FileKind:
    digest = hashlib.sha256(data).hexdigest()
    return FileKind(name=name, format=form, sha256=digest, size=len(data), notes=tuple(notes or ()))


def _what(data: bytes) -> str:
    """In words, what bytes that are no zip look like; "" for text."""
    head = data[:4096]
    for signature, words in _SIGNATURES:
        if head.startswith(signature):
            return words
    if head.startswith(_OLE):
        return "an old or encrypted Office file"
    if head.startswith(_OLD_EXCEL):
        return "a very old Excel workbook"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(text):
        return "a web page (HTML)"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b'progid="Excel.Sheet"' in head:
        return "an Excel 2003 XML spreadsheet"
    if text.lstrip().startswith(b"<?xml"):
        return "XML"
    if not data.strip(b"\0"):
        return "nothing but NUL bytes"
    return "" if _is_text(head) else "binary data of an unknown kind"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head:
        return len(re.findall(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", head)) * 20 <= len(head)
    # UTF-16 and UTF-32 without a mark have their NUL bytes at regular places.
    return True


def _check_text(name: str, data: bytes) -> None:
    what = "a zip package such as a workbook" if data.startswith(b"PK\x03\x04") else _what(data)
    if what:
        raise InputRefusedError(
            name,
            Reason.FILE_TYPE_MISMATCH,
            f"it is {what}, not a text table; send a real csv or rename the file",
        )


def _not_supported(name: str, data: bytes, extension: str) -> InputRefusedError:
    words = _NOT_YET.get(extension)
    if words is None:
        what = f"files ending in {ascii(extension)[1:-1]}" if extension else "files without an ending"
        return InputRefusedError(
            name, Reason.FORMAT_UNSUPPORTED, f"Avow does not read {what}; send .xlsx, .xlsm, .csv or .tsv"
        )
    if extension in (".docx", ".docm", ".xlsb", ".ods", ".xltx", ".xltm"):
        if data.startswith(_OLE):
            return _ole_refusal(name, data)
        if not data.startswith(b"PK\x03\x04"):
            what = _what(data) or "plain text"
            return InputRefusedError(
                name, Reason.FILE_TYPE_MISMATCH, f"it is {what}, not {words}; give it its right ending"
            )
        try:
            real = _office_type(Package(name, data))
        except InputRefusedError as refusal:
            return refusal
        if extension.startswith(".doc") and "spreadsheetml" in real:
            return InputRefusedError(
                name, Reason.FILE_TYPE_MISMATCH, "it is an Excel workbook; give it the ending .xlsx"
            )
    return InputRefusedError(
        name,
        Reason.FORMAT_UNSUPPORTED,
        f"{words} is not read yet; save the questions as .xlsx or .csv and send that",
    )


def _ole_refusal(name: str, data: bytes) -> InputRefusedError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return InputRefusedError(
            name,
            Reason.FILE_ENCRYPTED,
            "it is protected by a password; open it, remove the password and save it again",
        )
    return InputRefusedError(
        name, Reason.FILE_ENCRYPTED, f"it is in the old binary Office format, or encrypted; {_SAVE_AS}"
    )


def _check_workbook(name: str, data: bytes, form: str) -> list[Note]:
    if data.startswith(_OLE):
        raise _ole_refusal(name, data)
    if data.startswith(_OLD_EXCEL):
        raise InputRefusedError(name, Reason.FILE_ENCRYPTED, f"it is a very old Excel workbook; {_SAVE_AS}")
    if not data.startswith(b"PK\x03\x04"):
        what = _what(data) or "plain text"
        raise InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, f"it is {what}, not a workbook; {_SAVE_AS}")
    package = Package(name, data)
    _check_parts(package)
    _check_office_type(package, form)
    return _notes(package)


def _check_parts(package: Package) -> None:
    """Every member inflates to its checksum; every XML part is well-formed and declares no document type."""
    for part in package.members:
        if part.lower().endswith(_XML_ENDINGS):
            feed(package, part, new_parser(namespaces=True))
        else:
            for _ in package.stream(part):
                pass


def _office_type(package: Package) -> str:
    main = main_part(package)
    return content_type(package, main) if main else ""


def _check_office_type(package: Package, form: str) -> None:
    found = _office_type(package)
    if found == (_MACRO_TYPE if form == "xlsm" else _WORKBOOK_TYPE) and (
        form == "xlsm" or not _macro_parts(package)
    ):
        return
    mismatch = Reason.FILE_TYPE_MISMATCH
    if found in (_WORKBOOK_TYPE, _MACRO_TYPE):
        if form == "xlsm":
            raise package.refuse(mismatch, "it is a workbook without macros; give it the ending .xlsx")
        raise package.refuse(
            mismatch, "it is a workbook with macros; give it the ending .xlsm if you expected that"
        )
    for word, words in _OTHER_TYPES:
        if word in found:
            raise package.refuse(mismatch, f"it is {words}, not a workbook; {_SAVE_AS}")
    if "mimetype" in package:
        raise package.refuse(mismatch, f"it is an OpenDocument file, not an Excel workbook; {_SAVE_AS}")
    raise package.refuse(mismatch, f"it is a zip archive without a workbook in it; {_SAVE_AS}")


def _macro_parts(package: Package) -> list[str]:
    return [
        part
        for part in package.members
        if part.lower().endswith("vbaproject.bin") or "macrosheets/" in part.lower()
    ]


def _notes(package: Package) -> list[Note]:
    """What a person should know about the file: each kind of finding once."""
    parts = [part.lower() for part in package.members]
    notes: list[Note] = []

    def note(reason: Reason, message: str, where: str = "") -> None:
        notes.append(Note(reason=reason, message=message, where=where))

    if _macro_parts(package):
        note(Reason.MACROS_PRESENT, "the file carries macros; they are kept and never run")
    for folder, words in (
        ("activex/", "ActiveX controls"),
        ("embeddings/", "embedded objects"),
        ("customui", "a custom ribbon"),
    ):
        if any(folder in part for part in parts):
            note(Reason.ACTIVE_CONTENT, f"the file carries {words}; they are kept and never run")
    if any(part.endswith("connections.xml") or "querytables/" in part for part in parts):
        note(
            Reason.EXTERNAL_REFERENCE,
            "the file has data connections, which a spreadsheet program may refresh",
        )
    for kind, (count, first) in _outward(package).items():
        note(
            Reason.EXTERNAL_REFERENCE,
            f"{count:,} relationships of the kind {kind} lead outside, first to {first}",
        )
    if any(part.startswith("_xmlsignatures/") for part in parts):
        note(
            Reason.SIGNATURE_WILL_BREAK,
            "the file is digitally signed; filling it makes the signature invalid",
        )
    return notes


def _outward(package: Package) -> dict[str, tuple[int, str]]:
    """Kinds of relationships that lead outside, each with number and first target; not plain web links."""
    found: dict[str, tuple[int, str]] = {}
    for part in package.members:
        folder, _, name = part.rpartition("_rels/")
        if not name.endswith(".rels"):
            continue
        for one in relationships(package, folder + name.removesuffix(".rels")):
            if one.external and not (one.kind == "hyperlink" and _WEB_LINK.match(one.target)):
                count, first = found.get(one.kind, (0, ascii(one.target[:80])[1:-1]))
                found[one.kind] = (count + 1, first)
    return found
