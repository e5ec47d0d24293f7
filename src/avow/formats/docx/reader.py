"""A Word document as a questionnaire: every paragraph and row ends as a question or with a reason why it is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from avow.formats.docx.answered import mark_answers
from avow.formats.docx.blocks import Block, CellBlock, Paragraph, Table, paragraphs_in
from avow.formats.docx.document import Document, load_document
from avow.formats.docx.flow import Flow, several_questions
from avow.formats.docx.found import Found
from avow.formats.docx.grids import GridOfTables
from avow.formats.docx.headed import read_headed
from avow.formats.docx.labelled import LabelledTable, is_labelled
from avow.formats.docx.numbering import BULLET
from avow.formats.docx.rows import RowReader
from avow.formats.docx.texts import ends_asking
from avow.formats.intake import FileKind, read_regular_file
from avow.formats.opc.package import Package
from avow.formats.tables import SheetView, find_tables
from avow.model.questionnaires import (
    IgnoredRow,
    LayoutOverride,
    Note,
    Question,
    Questionnaire,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason

MOST_FRAME_ROWS = 3  # a table that only frames running text has hardly any rows


@dataclass(frozen=True)
class OpenedDocument:
    """A document taken in."""

    document: Document
    notes: tuple[Note, ...]

    def questionnaire(self, source: SourceFile, overrides: Iterable[LayoutOverride]) -> Questionnaire:
        """What the document asks."""
        return _Reader(self.document, list(overrides)).read(source, self.notes)


def read_document(path: Path, kind: FileKind) -> OpenedDocument:
    """The document at `path`, which the pre-check let through as `kind`. Raises InputRefusedError."""
    document = load_document(Package(kind.name, read_regular_file(path)))
    return OpenedDocument(document, (*kind.notes, *document.notes))


class _Reader:
    def __init__(self, document: Document, overrides: list[LayoutOverride]) -> None:
        self._document = document
        self._overrides = overrides
        mark_answers(document.body.blocks)
        self._found = Found(document.body, document.protection)
        self._found.has_headings = any(
            one.style.heading and one.text for one in paragraphs_in(document.body.blocks)
        )
        self._found.asking_lists = frozenset(
            one.list_id
            for one in paragraphs_in(document.body.blocks)
            if one.label != BULLET and one.list_id and ends_asking(one.text)
        )
        self._layouts: list[SheetLayout] = []
        self._plain = not any(self._asks(block) for block in document.body.blocks if isinstance(block, Table))

    def _asks(self, table: Table) -> bool:
        """Whether a table is one of questions, or holds one that is."""
        grid = GridOfTables(self._document.body.sheet, [table])
        if table.width > 1 and (
            find_tables(SheetView(grid.grid)) or RowReader(table, grid, self._found).asks()
        ):
            return True
        if table.width == 1 and is_labelled(table, grid):
            return True
        return any(
            self._asks(block) for cell in table.cells for block in cell.blocks if isinstance(block, Table)
        )

    def read(self, source: SourceFile, notes: tuple[Note, ...]) -> Questionnaire:
        """Read the body, then account for everything that stands aside."""
        self._blocks(self._document.body.blocks)
        self._found.settle()
        found = self._found
        ignored = [row for _, row in sorted(found.ignored, key=lambda one: one[0])]
        every: list[tuple[int, Question | IgnoredRow]] = [*found.questions, *found.ignored]
        rows = sorted(every, key=lambda one: one[0])
        for story in self._document.stories[1:]:
            aside = Found(story, self._document.protection)
            for one in paragraphs_in(story.blocks):
                if one.text:
                    aside.ignore(one, one.text, Reason.NOT_A_QUESTION)
            ignored += [row for _, row in aside.ignored]
        return Questionnaire(
            source=source,
            questions=tuple(question for _, question in sorted(found.questions, key=lambda one: one[0])),
            ignored=tuple(ignored),
            layouts=tuple(self._all_layouts()),
            notes=notes,
            order=tuple(row.address for _, row in rows),
        )

    def _all_layouts(self) -> list[SheetLayout]:
        """One layout for the body: the columns of its first table, and what was assumed anywhere."""
        said = [*self._found.assumptions, *(one for layout in self._layouts for one in layout.assumptions)]
        first = (
            self._layouts[0] if self._layouts else SheetLayout(sheet=self._found.story.sheet, confidence=0.8)
        )
        confidence = min((one.confidence for one in self._layouts), default=0.8)
        found = [
            first.model_copy(update={"assumptions": tuple(dict.fromkeys(said)), "confidence": confidence})
        ]
        aside = [one for one in self._document.stories[1:] if any(p.text for p in paragraphs_in(one.blocks))]
        return found + [SheetLayout(sheet=one.sheet) for one in aside]

    def _blocks(self, blocks: list[Block]) -> None:
        """Running text between tables is read as one flow; each table by what it is."""
        run: list[Block] = []
        demands: list[Paragraph] = []
        groups = _continued(blocks, self._document.body.sheet)
        boxed: set[str] = set()
        for block in blocks:
            if isinstance(block, Paragraph):
                run.append(block)
                demands = [] if block.style.heading else demands
                if block.text and not block.style.heading:
                    demands.append(block)
                continue
            boxed |= Flow(self._found, self._plain).read([*run, block])
            run = []
            if block.path in groups and block.path not in boxed:
                self._tables(groups[block.path], demands)
        Flow(self._found, self._plain).read(run)

    def _tables(self, tables: list[Table], demands: list[Paragraph]) -> None:
        grid = GridOfTables(self._document.body.sheet, tables)
        table = tables[0]
        by_hand = [
            one for one in self._overrides if one.sheet in (None, self._document.body.sheet, table.path)
        ]
        if table.width > 1 and (by_hand or find_tables(SheetView(grid.grid))):
            layout = read_headed(grid, self._found, by_hand)
            self._layouts += [layout] if layout is not None else []
        elif is_labelled(table, grid):
            LabelledTable(table, grid, self._found, demands).read()
        elif table.width == 1 or _is_frame(table):
            for cell in table.cells:
                self._blocks(cell.blocks)
            return
        else:
            RowReader(table, grid, self._found).read()
        for one in tables:
            for cell in one.cells:
                self._inside(cell)

    def _inside(self, cell: CellBlock) -> None:
        """The tables and text boxes in a cell, each by itself."""
        self._blocks([block for block in cell.blocks if isinstance(block, Table)])
        for paragraph in cell.paragraphs:
            for box in paragraph.boxes:
                Flow(self._found, self._plain).read(box)


def _is_frame(table: Table) -> bool:
    """Whether a table only frames text: a cell or two of it hold several questions each."""
    return len(table.rows) <= MOST_FRAME_ROWS and any(
        several_questions(cell.paragraphs) and any(one.empty or one.controls for one in cell.paragraphs)
        for cell in table.cells
    )


def _continued(blocks: list[Block], sheet: str) -> dict[str, list[Table]]:
    """Tables by the path of the first of each group: one without a header goes on from the headed one right before it."""
    groups: dict[str, list[Table]] = {}
    last: list[Table] = []
    for before, block in pairwise([None, *blocks]):
        if isinstance(block, Paragraph) and (block.text or block.controls):
            last = []
        if not isinstance(block, Table):
            continue
        headed = block.width > 1 and bool(find_tables(SheetView(GridOfTables(sheet, [block]).grid)))
        if last and not headed and block.width == last[0].width and block.width > 1 and before is not None:
            last.append(block)
            continue
        groups[block.path] = [block]
        last = groups[block.path] if headed else []
    return groups
