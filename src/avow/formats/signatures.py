"""What bytes look like before anything parses them, and whether that is what the file's ending says."""

import re
from typing import NamedTuple

from avow.errors import InputRefusedError
from avow.model.reasons import Reason

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: old Office files, and encrypted new ones
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLD_EXCEL = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"), (b"{\\rtf", "an RTF document"), (b"MZ", "a program"), (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a gzip archive"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ\0", "an xz archive"), (b"MSCF", "a cabinet archive"),
    (b"ITSF", "a compiled help file"), (b"L\0\0\0\x01\x14\x02\0", "a Windows shortcut"),
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"), (b"%!PS", "a PostScript program"), (b"SQLite format 3", "a database"),
    (b"\xca\xfe\xba\xbe", "a program"),
)  # fmt: skip
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|table|head|body|meta|script|div|svg)\b",
    re.IGNORECASE | re.DOTALL,
)
_MIME_MESSAGE = re.compile(rb"(?:MIME-Version|From|Received|X-[\w-]+):\s", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT = 4096

IN_A_SPREADSHEET = "open it in a spreadsheet program and save it as .xlsx"
IN_A_WORD_PROCESSOR = "open it in a word processor and save it as .docx"


class Expected(NamedTuple):
    """What an ending promises: `container` is zip, ole, pdf or text; `words` name it; `mend` is what to do if not."""

    container: str
    words: str
    mend: str


ENDINGS = {
    ".xlsx": Expected("zip", "a workbook", IN_A_SPREADSHEET),
    ".xlsm": Expected("zip", "a workbook", IN_A_SPREADSHEET),
    ".xlsb": Expected("zip", "a binary Excel workbook", IN_A_SPREADSHEET),
    ".ods": Expected("zip", "an OpenDocument spreadsheet", IN_A_SPREADSHEET),
    ".xls": Expected("ole", "an old Excel workbook", IN_A_SPREADSHEET),
    ".docx": Expected("zip", "a Word document", IN_A_WORD_PROCESSOR),
    ".docm": Expected("zip", "a Word document", IN_A_WORD_PROCESSOR),
    ".pdf": Expected("pdf", "a PDF", "ask for the file again"),
    ".csv": Expected("text", "a text table", "send a real csv or give it its right ending"),
    ".tsv": Expected("text", "a text table", "send a real tsv or give it its right ending"),
    ".txt": Expected("text", "plain text", "give it its right ending"),
    ".md": Expected("text", "plain text", "give it its right ending"),
    ".json": Expected("text", "JSON", "give it its right ending"),
}


def check_signature(name: str, data: bytes, ending: str) -> None:
    """Raises InputRefusedError where the first bytes are of another kind than the ending says.

    What is inside a zip package is looked at by `opc.precheck`, with the container checked first.
    """
    expected = ENDINGS.get(ending)
    if expected is None:
        return
    found = container(data)
    if found == expected.container:
        return
    if found == "ole" and expected.container != "text":
        raise ole_refusal(name, data, expected.mend)
    if found == "old-excel" and expected.container == "ole":
        return
    raise mismatch(name, _words_of(name, data, found), ending)


def container(data: bytes) -> str:
    """The kind of container: `zip`, `ole`, `pdf`, `old-excel`, `text`, or `other`."""
    head = data[:_LOOKED_AT]
    if head.startswith((ZIP, EMPTY_ZIP)):
        return "zip"
    if head.startswith(OLE):
        return "ole"
    if head.startswith(OLD_EXCEL):
        return "old-excel"
    # ISO 32000-1, annex H.3.4.1: readers accept the header anywhere in the first 1,024 bytes; a polyglot does so too.
    if head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ").startswith(b"%PDF-"):
        return "pdf"
    return "other" if what_it_looks_like(data) else "text"


def what_it_looks_like(data: bytes) -> str:
    """In words, what bytes that are no zip look like; "" for text without markup."""
    head = data[:_LOOKED_AT]
    for signature, words in _SIGNATURES:
        # A table may begin with the letters MZ; a program or an archive has NUL bytes soon after.
        if head.startswith(signature) and (not signature.isalnum() or b"\0" in head):
            return words
    if head.startswith(OLE):
        return "an old or encrypted Office file"
    if head.startswith(OLD_EXCEL):
        return "a very old Excel workbook"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(text):
        return "a web page (HTML)"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b'progid="Excel.Sheet"' in head:
        return "an Excel 2003 XML spreadsheet"
    if text.lstrip().startswith(b"<?xml"):
        return "XML"
    if _MIME_MESSAGE.match(text) and b"\nContent-Type:" in head:
        return "a mail or a saved web archive"
    if not data.strip(b"\0"):
        return "nothing but NUL bytes"
    return "" if _is_text(head) else "binary data of an unknown kind"


def mismatch(name: str, words: str, ending: str, *, right: str = "") -> InputRefusedError:
    """The refusal of a file that is `words` under the ending of something else; `right` is its own ending."""
    expected = ENDINGS[ending]
    mend = f"give it the ending {right}" if right else expected.mend
    return InputRefusedError(name, Reason.FILE_TYPE_MISMATCH, f"it is {words}, not {expected.words}; {mend}")


def ole_refusal(name: str, data: bytes, mend: str = IN_A_SPREADSHEET) -> InputRefusedError:
    """The refusal of an old binary Office file; one protected by a password is told apart ([MS-OFFCRYPTO] 2.3.4.4)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        message = "it is protected by a password; open it, remove the password and save it again"
    else:
        message = f"it is in the old binary Office format, or encrypted; {mend}"
    return InputRefusedError(name, Reason.FILE_ENCRYPTED, message)


def _words_of(name: str, data: bytes, found: str) -> str:
    if found == "zip":
        from avow.formats.opc.precheck import what_package

        return what_package(name, data)
    return {"pdf": "a PDF", "text": "plain text"}.get(found) or what_it_looks_like(data)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head:
        return len(_CONTROLS.findall(head)) * 20 <= len(head)
    # UTF-16 and UTF-32 without a mark have their NUL bytes at regular places.
    return True
