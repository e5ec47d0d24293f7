"""Spreadsheets of old formats as formats of `files`: read, and answered into a new workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from avow.formats.intake import FileKind
from avow.formats.opened_grid import OpenedGrid
from avow.model.questionnaires import LayoutOverride, Note, Questionnaire, SourceFile
from avow.model.reasons import Reason
from avow.model.responses import CellWrite


@dataclass(frozen=True)
class OpenedSpreadsheet(OpenedGrid):
    """A book of which a new workbook is made, where nothing calculates any more."""

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What its sheets ask. Raises AvowError for an override of a sheet that is not there."""
        found = super().questionnaire(source, overrides)
        notes = tuple(note for note in found.notes if note.reason is not Reason.FORMULAS_RECALCULATE)
        return found.model_copy(update={"notes": notes})


def open_file(path: Path, kind: FileKind) -> OpenedSpreadsheet:
    """The spreadsheet's cells. Raises InputRefusedError."""
    from avow.formats.calamine.reader import read_spreadsheet
    from avow.formats.xlsx.fill import TEXT_RULES

    book = read_spreadsheet(path, kind).book
    message = (
        f"a .{kind.format} file cannot be filled in place; the answers are in a new .xlsx with all its sheets' values, "
        "and formulas, pictures, macros and most of its looks are in the original only"
    )
    book.notes.insert(0, Note(reason=Reason.ANSWERED_ELSEWHERE, message=message))
    return OpenedSpreadsheet(book, TEXT_RULES, ".xlsx")


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """A new workbook with the values of the file at `path` and the writes in their cells.

    Raises InputRefusedError where the file has changed, CellNotWritableError for a place that may not be written to.
    """
    from avow.formats.calamine.new_workbook import workbook_bytes
    from avow.formats.calamine.reader import read_spreadsheet

    read = read_spreadsheet(path, sha256=sha256)
    out.write(workbook_bytes(path.name, read, writes))
