"""Filling a document: answers are spliced into its text parts, every other member is copied as it is."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from avow.errors import InputRefusedError
from avow.formats.docx.blocks import CellBlock, Control, Paragraph, Story
from avow.formats.docx.control_edits import control_edits
from avow.formats.docx.document import Document, load_document
from avow.formats.docx.positions import Positions
from avow.formats.docx.spots import BELOW
from avow.formats.docx.text_edits import Edit, below_edits, text_edits
from avow.formats.intake import printable_name, read_regular_file
from avow.formats.opc.package import Package, write_package
from avow.formats.opc.xml_parts import collection_paused, feed, new_parser
from avow.formats.writing import CellNotWritableError, TextRules
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

TEXT_RULES = TextRules()


def fill_document(source: Path, writes: Sequence[CellWrite], target: BinaryIO, *, sha256: str) -> None:
    """Write a copy of `source` with `writes` in their places to `target`.

    `sha256` (hex) is what the source's bytes were when it was read: with others it is refused (InputRefusedError).
    Raises CellNotWritableError before anything is written where a place is not there, is locked, holds something
    already, or cannot take the text.
    """
    data = read_regular_file(source)
    name = printable_name(source)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InputRefusedError(
            name, Reason.FILE_DAMAGED, "it has changed since it was read; start again with it"
        )
    package = Package(name, data)
    with collection_paused():
        write_package(package, _replaced_parts(package, writes), target)


def _replaced_parts(package: Package, writes: Sequence[CellWrite]) -> dict[str, bytes]:
    """The parts that change, by name."""
    if not writes:
        return {}
    document = load_document(package)
    replaced: dict[str, bytes] = {}
    for sheet in dict.fromkeys(write.address.sheet for write in writes):
        story = next((one for one in document.stories if one.sheet == sheet), None)
        if story is None:
            raise CellNotWritableError(sheet, Reason.NO_ANSWER_PLACE)
        own = [write for write in writes if write.address.sheet == sheet]
        positions = Positions(package.read(story.part), story.root)
        edits = _edits(document, story, positions, own)
        replaced[story.part] = positions.spliced(edits)
        feed(package, story.part, new_parser(namespaces=True), [replaced[story.part]])
    return replaced


def _edits(document: Document, story: Story, positions: Positions, writes: Sequence[CellWrite]) -> list[Edit]:
    edits: list[Edit] = []
    seen: set[str] = set()
    for write in writes:
        where = write.address.cell
        reason = TEXT_RULES.problem(write.value)
        if reason is None and where in seen:
            reason = Reason.ANSWER_CELL_SHARED
        seen.add(where)
        if reason is None:
            found = _edits_of(document, story, positions, where, write.value)
            if not isinstance(found, Reason):
                edits += found
                continue
            reason = found
        raise CellNotWritableError(str(write.address), reason)
    return edits


def _edits_of(
    document: Document, story: Story, positions: Positions, where: str, text: str
) -> list[Edit] | Reason:
    """The edits that put `text` at a place, or why it may not stand there."""
    place = story.found.get(where.removesuffix(BELOW))
    if document.protection in ("readOnly", "comments"):
        return Reason.ANSWER_CELL_LOCKED
    if isinstance(place, Control):
        if place.locked or (document.protection == "forms" and place.how == "glyph"):
            return Reason.ANSWER_CELL_LOCKED
        return control_edits(positions, place, text)
    if document.protection == "forms":
        return Reason.ANSWER_CELL_LOCKED
    if isinstance(place, Paragraph):
        if where.endswith(BELOW):
            return below_edits(positions, story, place, text)
        return text_edits(positions, story, [place], place.path, text)
    if (
        isinstance(place, CellBlock)
        and not where.endswith(BELOW)
        and len(place.paragraphs) == len(place.blocks)
    ):
        return text_edits(positions, story, place.paragraphs, place.path, text)
    return Reason.NO_ANSWER_PLACE
