"""The shared strings of a workbook, read as events so that a large table costs no more than its text."""

from avow.formats.opc.package import Package
from avow.formats.opc.xml_parts import feed, is_true, new_parser
from avow.formats.suspicion import text_flags
from avow.formats.xlsx.escapes import decode_escapes
from avow.model.reasons import Reason

MAX_STRINGS = 2_000_000


class SharedStrings:
    """Texts by index, and the findings about those that have any."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.flags: dict[int, tuple[Reason, ...]] = {}

    def add(self, text: str, *, struck: bool) -> None:
        """Append one string; `struck`: a part of it is struck out."""
        text = decode_escapes(text)
        flags = text_flags(text)
        if struck:
            flags = (*flags, Reason.STRUCK_OUT_TEXT)
        if flags:
            self.flags[len(self.texts)] = flags
        self.texts.append(text)


def load_strings(package: Package, part: str | None) -> SharedStrings | None:
    """The table, None when the package has none. Raises InputRefusedError when it cannot be read whole."""
    if part is None or part not in package:
        return None
    reader = _Reader()
    parser = new_parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.buffer.append
    feed(package, part, parser)
    if reader.table is None or not reader.is_table:
        raise package.refuse(Reason.FILE_DAMAGED, f"{part} is not a table of strings; ask for the file again")
    return reader.table


class _Reader:
    """Events to strings; names are compared without their prefix."""

    def __init__(self) -> None:
        self.table = SharedStrings()
        self.is_table = False
        self.buffer: list[str] = []
        self.pieces: list[str] = []
        self.struck = False
        self.run_struck = False
        self.phonetic = 0
        self.prefix: str | None = None

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if self.prefix is None:
            self.prefix = name[: name.rfind(":") + 1]
            self.is_table = name.endswith("sst")
        kind = name.removeprefix(self.prefix) if self.prefix else name
        if kind == "t":
            self.buffer.clear()
        elif kind == "si":
            self.pieces.clear()
            self.struck = self.run_struck = False
        elif kind == "r":
            self.run_struck = False
        elif kind == "strike":
            self.run_struck = is_true(attrs.get("val", "1"))
        elif kind == "rPh":
            self.phonetic += 1

    def end(self, name: str) -> None:
        kind = name.removeprefix(self.prefix) if self.prefix else name
        if kind == "t":
            if not self.phonetic:
                piece = "".join(self.buffer)
                self.pieces.append(piece)
                self.struck = self.struck or (self.run_struck and not piece.isspace())
        elif kind == "si":
            self.table.add("".join(self.pieces), struck=self.struck)
        elif kind == "rPh":
            self.phonetic -= 1
