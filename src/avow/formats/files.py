"""One way in and out for every format: what a file asks, and the file with its answers in.

Everything a caller gets is a plain value, so that the parsers' own objects never leave a call.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from pydantic import Field

from avow.errors import InputRefusedError
from avow.formats.intake import FileKind, inspect_file
from avow.formats.writing import TextRules
from avow.model.base import Value
from avow.model.questionnaires import LayoutOverride, Questionnaire, SourceFile
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, CellWrite

MAX_QUESTIONS = 25_000  # beyond any form a person could answer; more is a data set, or an attack

# The module of each format: `open_file(path, kind)` and `write_filled(path, writes, out, sha256=...)`.
_MODULES = {
    "xlsx": "avow.formats.xlsx.file",
    "xlsm": "avow.formats.xlsx.file",
    "csv": "avow.formats.csv.file",
    "tsv": "avow.formats.csv.file",
}


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
    """A file as it was understood. `layouts`: columns set by hand, by the fingerprint of where they hold."""

    questionnaire: Questionnaire
    text_rules: TextRules
    filled_suffix: str
    layouts: dict[str, LayoutOverride] = Field(default_factory=dict)


def understand_file(
    path: Path,
    override: LayoutOverride | None = None,
    remembered: Mapping[str, LayoutOverride] | None = None,
) -> Understood:
    """What a file asks and where its answers go; with the columns set by hand (`override`), or else those
    remembered for a layout like it (fingerprint -> columns).

    Raises InputRefusedError for what cannot be read or is refused, with what to do about it, and AvowError where an
    override does not fit the file.
    """
    kind = inspect_file(path)
    opened = _format(kind.format).open_file(path, kind)
    source = SourceFile(name=path.name, sha256=kind.sha256, format=kind.format)
    overrides = [override] if override is not None else _known(opened, remembered or {})
    questionnaire = opened.questionnaire(source, overrides)
    layouts = opened.layouts(questionnaire, override) if override is not None else {}
    return Understood(
        questionnaire=questionnaire,
        text_rules=opened.text_rules,
        filled_suffix=opened.filled_suffix,
        layouts=layouts,
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
        raise InputRefusedError(name, Reason.NO_QUESTION_FOUND, message)
    if count > MAX_QUESTIONS:
        message = f"{count:,} questions; {MAX_QUESTIONS:,} is the limit, so split the file"
        raise InputRefusedError(name, Reason.LIMIT_REACHED, message)


def fill(path: Path, source: SourceFile, responses: Sequence[ApprovedResponse]) -> bytes:
    """The customer's file with the approved responses in their cells; nothing else in it changes.

    Raises InputRefusedError where the file is not the one `source` was read from, and CellNotWritableError for a
    place that may not be written to.
    """
    writes = [write for response in responses for write in response.writes]
    out = BytesIO()
    _format(source.format).write_filled(path, writes, out, sha256=source.sha256)
    return out.getvalue()


def workbook_texts(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """The texts of a workbook's cells by sheet and (row, column); nothing for another file. Raises InputRefusedError."""
    from avow.formats.xlsx.reader import read_book

    kind = inspect_file(path)
    if kind.format not in ("xlsx", "xlsm"):
        return {}
    sheets = read_book(path, kind).sheets
    return {one.name: {place: cell.text for place, cell in one.cells.items()} for one in sheets}


def _format(name: str) -> _Format:
    return cast(_Format, import_module(_MODULES[name]))
