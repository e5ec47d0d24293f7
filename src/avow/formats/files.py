"""One way in and out for every format: what a file asks, and the file with its answers in.

Everything a caller gets is a plain value. Parsers run in a process of their own (`sandbox`), so that neither their
objects nor their failures reach the caller; the functions named `..._here` are what runs there.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from pydantic import Field, TypeAdapter, ValidationError

from avow.errors import InputRefusedError
from avow.formats.intake import FileKind, inspect_file, printable_name
from avow.formats.known_forms import headed_rows, headings_of, read_as_known
from avow.formats.sandbox import Task, confined, may_fork
from avow.formats.writing import TextRules
from avow.model.base import Value
from avow.model.forms import FormProfile
from avow.model.questionnaires import LayoutOverride, Questionnaire, SourceFile
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, CellWrite

MAX_QUESTIONS = 25_000  # beyond any form a person could answer; more is a data set, or an attack
MAX_ROWS = (
    150_000  # with anything in them: what fits into a gibibyte, here and in the process that reads them
)

# The module of each format: `open_file(path, kind)` and `write_filled(path, writes, out, sha256=...)`.
_MODULES = {
    "xlsx": "avow.formats.xlsx.file",
    "xlsm": "avow.formats.xlsx.file",
    "csv": "avow.formats.csv.file",
    "tsv": "avow.formats.csv.file",
    "docx": "avow.formats.docx.file",
    "docm": "avow.formats.docx.file",
    "xls": "avow.formats.calamine.file",
    "xlsb": "avow.formats.calamine.file",
    "ods": "avow.formats.calamine.file",
    "pdf": "avow.formats.pdf.file",
    "json": "avow.formats.json.file",
    "txt": "avow.formats.text.file",
    "md": "avow.formats.text.file",
}

# What those modules import only when called, by a file's ending. PDF readers are left out: they begin with a state of
# their own, which a fork would share.
_WORKBOOK_PARSERS = ("avow.formats.xlsx.precheck", "avow.formats.xlsx.reader", "avow.formats.xlsx.fill")
_DOCUMENT_PARSERS = ("avow.formats.docx.precheck", "avow.formats.docx.reader", "avow.formats.docx.fill")
_PARSERS = {
    ".xlsx": _WORKBOOK_PARSERS,
    ".xlsm": _WORKBOOK_PARSERS,
    ".docx": _DOCUMENT_PARSERS,
    ".docm": _DOCUMENT_PARSERS,
    ".csv": ("avow.formats.csv.file",),
    ".tsv": ("avow.formats.csv.file",),
    ".txt": ("avow.formats.text.file",),
    ".json": ("avow.formats.json.file",),
}
_TEXTS = TypeAdapter(dict[str, list[tuple[int, int, str]]])


class OpenedFile(Protocol):
    """A file of one format, taken in."""

    @property
    def text_rules(self) -> TextRules:
        """What may be written into it."""
        ...

    @property
    def filled_suffix(self) -> str:
        """The ending of the filled file, such as `.xlsx`: the source's own where it can be patched."""
        ...

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What it asks. Raises AvowError where an override does not fit the file."""
        ...

    def fingerprints(self) -> list[str]:
        """What a remembered layout may be known by again; empty where the format has no columns."""
        ...

    def layouts(self, understood: Questionnaire, override: LayoutOverride) -> dict[str, LayoutOverride]:
        """Columns set by hand, by the fingerprint they may be known by again."""
        ...


class _Format(Protocol):
    def open_file(self, path: Path, kind: FileKind) -> OpenedFile: ...

    def write_filled(
        self, path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str
    ) -> None: ...


class Understood(Value):
    """A file as it was understood. `layouts`: columns set by hand, by the fingerprint of where they hold. `headings`: the
    header row of each sheet with questions, sheet -> column -> text.
    """

    questionnaire: Questionnaire
    text_rules: TextRules
    filled_suffix: str
    layouts: dict[str, LayoutOverride] = Field(default_factory=dict)
    headings: dict[str, dict[str, str]] = Field(default_factory=dict)


class _ToUnderstand(Value):
    path: str
    override: LayoutOverride | None
    remembered: dict[str, LayoutOverride]
    profiles: tuple[FormProfile, ...]


class _ToFill(Value):
    path: str
    source: SourceFile
    writes: tuple[CellWrite, ...]


def understand_file(
    path: Path,
    override: LayoutOverride | None = None,
    remembered: Mapping[str, LayoutOverride] | None = None,
    profiles: Sequence[FormProfile] = (),
) -> Understood:
    """What a file asks and where its answers go; with the columns set by hand (`override`), or else those
    remembered for a layout like it (fingerprint -> columns), or else those of the known form that it is.

    Raises InputRefusedError for what cannot be read or is refused, with what to do about it, and AvowError where an
    override does not fit the file.
    """
    _import_parsers(path.suffix)
    asked = _ToUnderstand(
        path=_sendable(path), override=override, remembered=dict(remembered or {}), profiles=tuple(profiles)
    )
    said = _in_sandbox(_understand_request, asked, path)
    try:
        return Understood.model_validate_json(said)
    except ValidationError:
        raise _makes_no_sense(path) from None


def _understand_request(request: bytes) -> bytes:
    asked = _ToUnderstand.model_validate_json(request)
    understood = understand_here(_received(asked.path), asked.override, asked.remembered, asked.profiles)
    return understood.model_dump_json().encode()


def understand_here(
    path: Path,
    override: LayoutOverride | None = None,
    remembered: Mapping[str, LayoutOverride] | None = None,
    profiles: Sequence[FormProfile] = (),
) -> Understood:
    """`understand_file` in this very process, for whoever is in a sandbox already."""
    kind = inspect_file(path)
    opened = _format(kind.format).open_file(path, kind)
    source = SourceFile(name=kind.name, sha256=kind.sha256, format=kind.format)
    overrides = [override] if override is not None else _known(opened, remembered or {})
    rows = headed_rows(opened)
    questionnaire = read_as_known(
        lambda columns: opened.questionnaire(source, columns), rows, overrides, profiles
    )
    rows_read = len(questionnaire.questions) + len(questionnaire.ignored)
    if rows_read > MAX_ROWS:
        message = f"{rows_read:,} rows with content; {MAX_ROWS:,} is the limit, so split the file"
        raise InputRefusedError(kind.name, Reason.LIMIT_REACHED, message)
    layouts = opened.layouts(questionnaire, override) if override is not None else {}
    return Understood(
        questionnaire=questionnaire,
        text_rules=opened.text_rules,
        filled_suffix=opened.filled_suffix,
        layouts=layouts,
        headings=headings_of(rows, questionnaire),
    )


def _known(opened: OpenedFile, remembered: Mapping[str, LayoutOverride]) -> list[LayoutOverride]:
    if not remembered:
        return []
    return [remembered[one] for one in dict.fromkeys(opened.fingerprints()) if one in remembered]


def refuse_unanswerable(questionnaire: Questionnaire) -> None:
    """Raises InputRefusedError where no question was found, or more than `MAX_QUESTIONS`."""
    name, count = questionnaire.source.name, len(questionnaire.questions)
    if not count:
        message = (
            "no question found; see `avow inspect`, or name the columns with --sheet, --question and --answer"
        )
        noted = dict.fromkeys(note.reason.value for note in questionnaire.notes)
        if noted:
            message += f" (about the file: {', '.join(noted)})"
        raise InputRefusedError(name, Reason.NO_QUESTION_FOUND, message)
    if count > MAX_QUESTIONS:
        message = f"{count:,} questions; {MAX_QUESTIONS:,} is the limit, so split the file"
        raise InputRefusedError(name, Reason.LIMIT_REACHED, message)


def fill(path: Path, source: SourceFile, responses: Sequence[ApprovedResponse]) -> bytes:
    """The customer's file with the approved responses in their cells; nothing else in it changes.

    Raises InputRefusedError where the file is not the one `source` was read from, and CellNotWritableError for a
    place that may not be written to.
    """
    _import_parsers(path.suffix)
    writes = tuple(write for response in responses for write in response.writes)
    asked = _ToFill(path=_sendable(path), source=source, writes=writes)
    return bytes(_in_sandbox(_fill_request, asked, path))


def _fill_request(request: bytes) -> bytes:
    asked = _ToFill.model_validate_json(request)
    return fill_here(_received(asked.path), asked.source, asked.writes)


def fill_here(path: Path, source: SourceFile, writes: Sequence[CellWrite]) -> bytes:
    """`fill` in this very process, for whoever is in a sandbox already."""
    out = BytesIO()
    _format(source.format).write_filled(path, writes, out, sha256=source.sha256)
    return out.getvalue()


def workbook_texts(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """The texts of a workbook's cells by sheet and (row, column); nothing for another file. Raises InputRefusedError."""
    _import_parsers(path.suffix)
    said = confined(_texts_request, _sendable(path).encode(), name=printable_name(path))
    try:
        sheets = _TEXTS.validate_json(said)
    except ValidationError:
        raise _makes_no_sense(path) from None
    return {name: {(row, col): text for row, col, text in cells} for name, cells in sheets.items()}


def _texts_request(request: bytes) -> bytes:
    from avow.formats.xlsx.reader import read_book

    path = _received(request.decode())
    kind = inspect_file(path)
    sheets = read_book(path, kind).sheets if kind.format in ("xlsx", "xlsm") else []
    texts = {one.name: [(row, col, cell.text) for (row, col), cell in one.cells.items()] for one in sheets}
    return _TEXTS.dump_json(texts)


def _in_sandbox(task: Task, asked: Value, path: Path) -> bytearray:
    return confined(task, asked.model_dump_json().encode(), name=printable_name(path))


def _makes_no_sense(path: Path) -> InputRefusedError:
    message = "reading it failed (the answer makes no sense); open it in the program it was made with and save it again"
    return InputRefusedError(printable_name(path), Reason.PARSER_FAILED, message)


def _sendable(path: Path) -> str:
    """A path as text any encoding takes, even one that is no text."""
    return os.fsencode(path).decode("latin-1")


def _received(path: str) -> Path:
    return Path(os.fsdecode(path.encode("latin-1")))


def _import_parsers(ending: str) -> None:
    """What a fork would else import twice, once to understand and once to fill."""
    if may_fork():
        for module in _PARSERS.get(ending.lower(), ()):
            import_module(module)


def _format(name: str) -> _Format:
    return cast(_Format, import_module(_MODULES[name]))
