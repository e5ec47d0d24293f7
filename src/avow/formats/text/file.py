"""Plain text and Markdown files as one of the formats of `files`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256 as digest
from pathlib import Path
from typing import BinaryIO

from avow.errors import AvowError, InputRefusedError
from avow.formats.encodings import Decoded, decoded
from avow.formats.intake import FileKind, printable_name, read_regular_file
from avow.formats.opened_grid import OpenedGrid
from avow.formats.text.fill import filled_text
from avow.formats.text.reader import TextReading, read_text
from avow.formats.writing import TextRules
from avow.model.questionnaires import CellAddress, LayoutOverride, Questionnaire, SourceFile
from avow.model.reasons import Reason
from avow.model.responses import CellWrite


@dataclass(frozen=True)
class OpenedText:
    """An `OpenedFile` over a text."""

    decoding: Decoded
    text_rules: TextRules
    filled_suffix: str

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What it asks. Raises AvowError for columns set by hand: there are none."""
        if list(overrides):
            raise AvowError(
                f"{source.name}: a text has no columns to set; put the questions on lines of their own"
            )
        reading = self.reading(source)
        return Questionnaire(
            source=source,
            questions=tuple(reading.questions),
            ignored=tuple(reading.ignored),
            layouts=tuple(reading.layouts),
            notes=tuple(self.decoding.notes),
            order=reading.order,
        )

    def reading(self, source: SourceFile) -> TextReading:
        """What its lines say, with the places for answers."""
        return read_text(self.decoding.text, source, markdown=self.filled_suffix == ".md")

    def fingerprints(self) -> list[str]:
        """None: nothing about lines is set by hand."""
        return []

    def layouts(self, understood: Questionnaire, override: LayoutOverride) -> dict[str, LayoutOverride]:  # noqa: ARG002
        """None, as above."""
        return {}


def open_file(path: Path, kind: FileKind) -> OpenedText | OpenedGrid:
    """The text, or the table that it is (a spreadsheet program's "Unicode text"). Raises InputRefusedError."""
    from avow.formats.csv.fill import text_rules
    from avow.formats.csv.reader import read_book
    from avow.formats.csv.text import as_table

    decoding = _decoded(read_regular_file(path), kind.name)
    table = as_table(decoding, kind.name) if kind.format == "txt" else None
    if table is not None:
        return OpenedGrid(read_book(table), text_rules(table), f".{kind.format}")
    return OpenedText(decoding, TextRules(encoding=decoding.encoding), f".{kind.format}")


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """The text with the writes in their places. Raises InputRefusedError where it has changed."""
    from avow.formats.csv.fill import filled
    from avow.formats.csv.text import as_table

    name, raw = printable_name(path), read_regular_file(path)
    if digest(raw).hexdigest() != sha256:
        raise InputRefusedError(
            name, Reason.FILE_DAMAGED, "it has changed since it was read; start again with it"
        )
    decoding = _decoded(raw, name)
    form = path.suffix.lower().removeprefix(".")
    table = as_table(decoding, name) if form == "txt" else None
    if table is not None:
        out.write(filled(table, [_by_number(write) for write in writes]))
        return
    source = SourceFile(name=name, sha256=sha256, format=form)
    opened = OpenedText(decoding, TextRules(encoding=decoding.encoding), f".{form}")
    out.write(decoding.encode(filled_text(decoding.text, opened.reading(source), writes)))


def _decoded(raw: bytes, name: str) -> Decoded:
    decoding = decoded(raw, name)
    if not decoding.text.strip("\0\r\n\t "):
        code = Reason.FILE_TYPE_MISMATCH if "\0" in decoding.text else Reason.FILE_EMPTY
        raise InputRefusedError(name, code, "holds no text; ask for it again")
    return decoding


def _by_number(write: CellWrite) -> CellWrite:
    """A write to `D17` of a table as one to `17:4`, as text tables name their fields."""
    from avow.formats.grid import column_number

    found = re.fullmatch(r"([A-Z]{1,3})([0-9]+)", write.address.cell)
    if not found:
        return write
    cell = f"{found[2]}:{column_number(found[1])}"
    return write.model_copy(update={"address": CellAddress(sheet=write.address.sheet, cell=cell)})
