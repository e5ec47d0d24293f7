"""What a file really is, settled before any parser reads it: a regular file, its size, its type, its pre-check.

Nothing here trusts a name, a header's size or a declared type. A refusal says what the file is, and what
to do. First bytes are told apart by `signatures`; each format's own module then checks the rest.
"""

import hashlib
import os
import stat
from importlib import import_module
from pathlib import Path

from avow.errors import InputRefusedError
from avow.formats.signatures import IN_A_SPREADSHEET, IN_A_WORD_PROCESSOR, check_signature
from avow.model.base import Value
from avow.model.questionnaires import Note
from avow.model.reasons import Reason

MAX_FILE_SIZE = 100 << 20  # bytes

# Extension -> (format, module with `check(name, data, form) -> notes`, run before anything parses the bytes).
_PRECHECKED: dict[str, tuple[str, str]] = {
    ".xlsx": ("xlsx", "avow.formats.xlsx.precheck"),
    ".xlsm": ("xlsm", "avow.formats.xlsx.precheck"),
    ".csv": ("csv", "avow.formats.csv.precheck"),
    ".tsv": ("tsv", "avow.formats.csv.precheck"),
    ".docx": ("docx", "avow.formats.docx.precheck"),
    ".docm": ("docm", "avow.formats.docx.precheck"),
    ".xls": ("xls", "avow.formats.calamine.precheck"),
    ".xlsb": ("xlsb", "avow.formats.calamine.precheck"),
    ".ods": ("ods", "avow.formats.calamine.precheck"),
    ".pdf": ("pdf", "avow.formats.pdf.precheck"),
    ".json": ("json", "avow.formats.json.precheck"),
    ".txt": ("txt", "avow.formats.text.precheck"),
    ".md": ("md", "avow.formats.text.precheck"),
}
_AS_TABLE = "save the questions as .xlsx or .csv and send that"
# What people send all the same: in words, and what to do.
_NOT_READ = {
    ".doc": ("an old Word document", IN_A_WORD_PROCESSOR),
    ".odt": ("an OpenDocument text", IN_A_WORD_PROCESSOR),
    ".rtf": ("an RTF document", IN_A_WORD_PROCESSOR),
    ".pages": ("a Pages document", IN_A_WORD_PROCESSOR),
    ".dotx": ("a Word template", IN_A_WORD_PROCESSOR),
    ".dotm": ("a Word template", IN_A_WORD_PROCESSOR),
    ".xltx": ("an Excel template", IN_A_SPREADSHEET),
    ".xltm": ("an Excel template", IN_A_SPREADSHEET),
    ".numbers": ("a Numbers spreadsheet", IN_A_SPREADSHEET),
    ".html": ("a web page", _AS_TABLE),
    ".htm": ("a web page", _AS_TABLE),
    ".pptx": ("a presentation", _AS_TABLE),
    ".ppt": ("a presentation", _AS_TABLE),
    ".xml": ("XML", _AS_TABLE),
    ".zip": ("an archive", "unpack it and name the files in it"),
    ".eml": ("a mail", "save its attachment and name that"),
    ".msg": ("a mail", "save its attachment and name that"),
}


class FileKind(Value):
    """A file that passed the intake. `format`: xlsx, docx, csv and so on; `sha256` in hex; `size` in bytes."""

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
    check_signature(name, data, extension)
    if extension not in _PRECHECKED:
        raise _not_supported(name, extension)
    form, module = _PRECHECKED[extension]
    notes = import_module(module).check(name, data, form)
    digest = hashlib.sha256(data).hexdigest()
    return FileKind(name=name, format=form, sha256=digest, size=len(data), notes=tuple(notes))


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


def _not_supported(name: str, extension: str) -> InputRefusedError:
    if extension in _NOT_READ:
        words, mend = _NOT_READ[extension]
        message = f"{words} is not read; {mend}"
    else:
        what = f"files ending in {ascii(extension)[1:-1]}" if extension else "files without an ending"
        message = f"Avow does not read {what}; send one of {', '.join(_PRECHECKED)}"
    return InputRefusedError(name, Reason.FORMAT_UNSUPPORTED, message)
