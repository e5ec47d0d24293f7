"""One way to open a customer's file, whatever its format: what is in it, and how it is filled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from avow.errors import InputRefusedError
from avow.formats.grid import Book
from avow.formats.intake import FileKind, inspect_file
from avow.formats.layout import understand
from avow.model.questionnaires import LayoutOverride, Questionnaire, SourceFile
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, CellWrite

if TYPE_CHECKING:
    from avow.formats.csv.text import CsvText


MAX_QUESTIONS = 25_000  # beyond any form a person could answer; more is a data set, or an attack


class OpenedFile(Protocol):
    """A file that was taken in: understood, and able to say what may be written to it."""

    @property
    def source(self) -> SourceFile:
        """Name, hash and format."""
        ...

    @property
    def book(self) -> Book:
        """Its cells."""
        ...

    def text_problem(self, text: str) -> Reason | None:
        """Why this text cannot be written to a cell of this file, or None."""
        ...

    def write_filled(self, writes: Sequence[CellWrite], out: BinaryIO) -> None:
        """Write the file with these cells filled to `out`; with none, a copy of the source's bytes."""
        ...


def open_file(path: Path) -> OpenedFile:
    """Take in a questionnaire file.

    Raises InputRefusedError for what cannot be read or is refused, with what to do about it.
    """
    kind = inspect_file(path)
    if kind.format in ("csv", "tsv"):
        return _open_csv(path)
    return _open_xlsx(path, kind)


def read_questionnaire(opened: OpenedFile, overrides: Iterable[LayoutOverride] = ()) -> Questionnaire:
    """What an opened file asks.

    Raises InputRefusedError where no question is found, or more than `MAX_QUESTIONS`.
    """
    questionnaire = understand(opened.book, opened.source, overrides)
    if not questionnaire.questions:
        message = (
            "no question found; see `avow inspect`, or name the columns with --sheet, --question and --answer"
        )
        raise InputRefusedError(opened.source.name, Reason.NO_QUESTION_FOUND, message)
    if len(questionnaire.questions) > MAX_QUESTIONS:
        message = (
            f"{len(questionnaire.questions):,} questions; {MAX_QUESTIONS:,} is the limit, so split the file"
        )
        raise InputRefusedError(opened.source.name, Reason.LIMIT_REACHED, message)
    return questionnaire


def fill(opened: OpenedFile, responses: Sequence[ApprovedResponse]) -> bytes:
    """The customer's file with the approved responses in their cells; nothing else in it changes."""
    out = BytesIO()
    opened.write_filled([write for response in responses for write in response.writes], out)
    return out.getvalue()


@dataclass
class _OpenedCsv:
    source: SourceFile
    book: Book
    _text: "CsvText"

    def text_problem(self, text: str) -> Reason | None:
        from avow.formats.csv.fill import check_text

        return check_text(self._text, text)

    def write_filled(self, writes: Sequence[CellWrite], out: BinaryIO) -> None:
        from avow.formats.csv.fill import filled

        out.write(filled(self._text, writes))


def _open_csv(path: Path) -> OpenedFile:
    from avow.formats.csv.reader import read_book
    from avow.formats.csv.text import take_apart

    raw = path.read_bytes()
    text = take_apart(raw, path.name)
    source = SourceFile(name=path.name, sha256=sha256(raw).hexdigest(), format="csv")
    return _OpenedCsv(source, read_book(text), text)


@dataclass
class _OpenedXlsx:
    source: SourceFile
    book: Book
    _path: Path

    def text_problem(self, text: str) -> Reason | None:
        from avow.formats.xlsx.fill import check_text

        return check_text(text)

    def write_filled(self, writes: Sequence[CellWrite], out: BinaryIO) -> None:
        from avow.formats.xlsx.fill import fill_workbook

        fill_workbook(self._path, writes, out, sha256=self.source.sha256)


def _open_xlsx(path: Path, kind: FileKind) -> OpenedFile:
    from avow.formats.xlsx.reader import read_book

    book = read_book(path, kind)
    return _OpenedXlsx(SourceFile(name=path.name, sha256=kind.sha256, format=kind.format), book, path)
