"""PDF as one of the formats of `files`: forms are filled in, flat ones answered in a response document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256 as digest
from pathlib import Path
from typing import BinaryIO

from avow.errors import AvowError, InputRefusedError
from avow.formats.intake import FileKind, read_regular_file
from avow.formats.pdf.pages import PageContent, read_pages
from avow.formats.writing import TextRules
from avow.model.questionnaires import (
    CellAddress,
    IgnoredRow,
    LayoutOverride,
    Note,
    Question,
    Questionnaire,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason
from avow.model.responses import CellWrite


@dataclass(frozen=True)
class OpenedPdf:
    """An `OpenedFile` over what was understood of a PDF."""

    questions: tuple[Question, ...]
    ignored: tuple[IgnoredRow, ...]
    sheets: tuple[SheetLayout, ...]
    notes: tuple[Note, ...]
    text_rules: TextRules
    filled_suffix: str
    order: tuple[CellAddress, ...]

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What it asks. Raises AvowError for columns set by hand, which a PDF does not have."""
        if any(True for _ in overrides):
            raise AvowError(
                f"{source.name}: a PDF has no columns to name; leave out --sheet, --question and the like"
            )
        return Questionnaire(
            source=source,
            questions=self.questions,
            ignored=self.ignored,
            layouts=self.sheets,
            notes=self.notes,
            order=self.order,
        )

    def fingerprints(self) -> list[str]:
        """None: there are no columns to remember."""
        return []

    def layouts(self, understood: Questionnaire, override: LayoutOverride) -> dict[str, LayoutOverride]:  # noqa: ARG002
        """None: there are no columns to remember."""
        return {}


def open_file(path: Path, kind: FileKind) -> OpenedPdf:
    """What the file asks. Raises InputRefusedError."""
    return opened(read_regular_file(path), kind.name, kind.notes)


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """The form with the answers in its fields, or the response document of a flat file.

    Raises InputRefusedError where the file has changed, and CellNotWritableError for a field that cannot take its text.
    """
    data = read_regular_file(path)
    if digest(data).hexdigest() != sha256:
        message = "it has changed since it was read; start again with it"
        raise InputRefusedError(path.name, Reason.FILE_DAMAGED, message)
    out.write(filled(data, path.name, writes))


def opened(data: bytes, name: str, notes: Sequence[Note] = ()) -> OpenedPdf:
    """What a PDF's bytes ask; `notes` are those of the pre-check. Raises InputRefusedError."""
    from avow.formats.pdf.form import read_form

    pages = read_pages(data, name)
    form = read_form(data, pages)
    if form is not None and form.is_filled_in:
        return OpenedPdf(
            questions=tuple(form.questions),
            ignored=tuple(form.ignored),
            sheets=tuple(form.layouts),
            notes=(*notes, *form.notes),
            text_rules=form.text_rules,
            filled_suffix=".pdf",
            order=tuple(form.order),
        )
    return _flat(pages, name, [*notes, *(form.notes if form else ())])


def filled(data: bytes, name: str, writes: Sequence[CellWrite]) -> bytes:
    """The bytes of the filled form, or of the response document."""
    from avow.formats.pdf.form import read_form

    pages = read_pages(data, name)
    form = read_form(data, pages)
    if form is not None and form.is_filled_in:
        from avow.formats.pdf.fill import filled_form

        return filled_form(data, form.fields, writes)
    from avow.formats.pdf.answering import answered

    return answered(name, _flat(pages, name, []).questions, writes)


def _flat(pages: Sequence[PageContent], name: str, notes: Sequence[Note]) -> OpenedPdf:
    from avow.formats.pdf.flat import read_flat

    empty = [page.number for page in pages if not page.words]
    if len(empty) == len(pages):
        message = "no page has text, so it is a scan; run text recognition (OCR) over it and send that"
        raise InputRefusedError(name, Reason.NO_TEXT, message)
    read = read_flat(pages)
    found = [*notes, *read.notes]
    if empty:
        message = f"{_named(empty)} without text, such as scans: what stands there is not read"
        found.append(Note(reason=Reason.NO_TEXT, message=message))
    elsewhere = "the file has no fields to fill in; the answers are in a response document (.docx)"
    found.append(Note(reason=Reason.ANSWERED_ELSEWHERE, message=elsewhere))
    return OpenedPdf(
        questions=tuple(read.questions),
        ignored=tuple(read.ignored),
        sheets=tuple(read.layouts),
        notes=tuple(found),
        text_rules=TextRules(),
        filled_suffix=".docx",
        order=tuple(read.order),
    )


def _named(pages: Sequence[int]) -> str:
    listed = ", ".join(str(page) for page in pages[:20]) + (" and others" if len(pages) > 20 else "")
    return f"page {listed} is" if len(pages) == 1 else f"pages {listed} are"
