"""Word documents as one of the formats of `files`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from avow.formats.intake import FileKind
from avow.formats.writing import TextRules
from avow.model.questionnaires import LayoutOverride, Questionnaire, SourceFile
from avow.model.responses import CellWrite

if TYPE_CHECKING:
    from avow.formats.docx.reader import OpenedDocument


class DocumentFile:
    """A document, taken in."""

    def __init__(self, opened: "OpenedDocument", suffix: str) -> None:
        self._opened = opened
        self.text_rules = TextRules()
        self.filled_suffix = suffix

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What it asks. Raises AvowError where an override does not fit it."""
        return self._opened.questionnaire(source, overrides)

    def fingerprints(self) -> list[str]:
        """None: a document's places are found anew each time."""
        return []

    def layouts(self, understood: Questionnaire, override: LayoutOverride) -> dict[str, LayoutOverride]:  # noqa: ARG002
        """None, for the same reason."""
        return {}


def open_file(path: Path, kind: FileKind) -> DocumentFile:
    """The document's text, tables and controls. Raises InputRefusedError."""
    from avow.formats.docx.reader import read_document

    return DocumentFile(read_document(path, kind), f".{kind.format}")


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """See `fill_document`."""
    from avow.formats.docx.fill import fill_document

    fill_document(path, writes, out, sha256=sha256)
