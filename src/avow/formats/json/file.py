"""JSON files as one of the formats of `files`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256 as digest
from pathlib import Path
from typing import BinaryIO

from avow.errors import AvowError, InputRefusedError
from avow.formats.encodings import Decoded, decoded
from avow.formats.intake import FileKind, printable_name, read_regular_file
from avow.formats.json.catalogs import is_catalog, other_model, read_catalog
from avow.formats.json.lists import read_lists
from avow.formats.json.slots import Reading, spliced
from avow.formats.json.syntax import Document, parsed, pointers
from avow.formats.json.vsaq import is_vsaq, plain_document, read_vsaq
from avow.formats.writing import TextRules
from avow.model.questionnaires import (
    CellAddress,
    IgnoredRow,
    LayoutOverride,
    Question,
    Questionnaire,
    SourceFile,
)
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

TEXT_RULES = TextRules()


@dataclass(frozen=True)
class OpenedJson:
    """An `OpenedFile` over a JSON document."""

    decoding: Decoded
    document: Document
    reading: Reading
    text_rules: TextRules = TEXT_RULES
    filled_suffix: str = ".json"

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What it asks. Raises AvowError for columns set by hand: there are none."""
        if list(overrides):
            raise AvowError(
                f"{source.name}: JSON has no columns to set; name its members as the documentation says"
            )
        return Questionnaire(
            source=source,
            questions=tuple(self.reading.questions),
            ignored=tuple(self.reading.ignored),
            layouts=(self.reading.layout,),
            notes=(*self.decoding.notes, *self.reading.notes),
            order=self._order(),
        )

    def _order(self) -> tuple[CellAddress, ...]:
        """The addresses as they stand in the text; one that is no value of it goes where what it is part of stands."""
        rows: list[Question | IgnoredRow] = [*self.reading.questions, *self.reading.ignored]
        addresses = [one.address for one in rows]
        lines = {path for one in addresses for path in _line(one.cell)}
        places = {path: at for at, path in enumerate(pointers(self.document.root)) if path in lines}
        return tuple(
            sorted(
                addresses, key=lambda one: next(places[path] for path in _line(one.cell) if path in places)
            )
        )

    def fingerprints(self) -> list[str]:
        """None: nothing about members is set by hand."""
        return []

    def layouts(self, understood: Questionnaire, override: LayoutOverride) -> dict[str, LayoutOverride]:  # noqa: ARG002
        """None, as above."""
        return {}


def _line(path: str) -> list[str]:
    """A pointer, and those of all that it is in; the innermost first."""
    steps = path.split("/")
    return ["/".join(steps[:end]) for end in range(len(steps), 0, -1)]


def open_file(path: Path, kind: FileKind) -> OpenedJson:
    """The document, understood. Raises InputRefusedError."""
    return _opened(read_regular_file(path), kind.name)


def write_filled(path: Path, writes: Sequence[CellWrite], out: BinaryIO, *, sha256: str) -> None:
    """The document with the writes in their places. Raises InputRefusedError where it has changed."""
    name, raw = printable_name(path), read_regular_file(path)
    if digest(raw).hexdigest() != sha256:
        raise InputRefusedError(
            name, Reason.FILE_DAMAGED, "it has changed since it was read; start again with it"
        )
    opened = _opened(raw, name)
    out.write(opened.decoding.encode(spliced(opened.document, opened.reading.slots, writes)))


def _opened(raw: bytes, name: str) -> OpenedJson:
    decoding = decoded(raw, name, unicode_only=True)
    document = parsed(decoding.text, name)
    root = document.root
    if is_vsaq(root):
        document, notes = plain_document(document, name)
        reading = read_vsaq(document)
        reading.notes += notes
        return OpenedJson(decoding, document, reading)
    if document.edits:
        line = document.text.count("\n", 0, document.edits[0].start) + 1
        message = (
            f"line {line}: not valid JSON: a comment, or another notation than JSON's; save it as plain JSON"
        )
        raise InputRefusedError(name, Reason.FILE_DAMAGED, message)
    if is_catalog(root):
        return OpenedJson(decoding, document, read_catalog(root))
    model = other_model(root)
    if model:
        message = f"it is an OSCAL {model}, which asks nothing; send the catalog or the questions themselves"
        raise InputRefusedError(name, Reason.NO_QUESTION_FOUND, message)
    return OpenedJson(decoding, document, read_lists(document))
