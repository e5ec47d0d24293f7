"""What a document is made of: paragraphs, tables, and the controls a form is filled in with; each knows its path.

Paths are 1-based and count what stands in the file, empty paragraphs and deleted rows included, so that they hold for the
file whatever is read out of it: `table[3]/row[7]/cell[2]`, `paragraph[41]`, `table[3]/row[7]/cell[2]/checkbox[1]`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from avow.formats.docx.styles import NO_STYLE, PLAIN, Look, StyleInfo
from avow.model.reasons import Reason


@dataclass(slots=True, eq=False)
class Control:
    """Something to fill in. `kind`: checkbox, dropdown, date or text.

    `how` says what it is in the file: a content control (`sdt`), a legacy form field (`field`) or a box printed as a
    character (`glyph`). `element` is the `w:sdt`, the run that begins the field, or the `w:t` or `w:sym` of the box.
    `text` is what it holds, "" while it shows a placeholder; `shown` what it shows. `at`: the box's place in its text.
    `runs` hold a field's result; `end` is the run that ends the field.
    """

    kind: str
    how: str
    element: etree._Element
    path: str = ""
    text: str = ""
    shown: str = ""
    checked: bool = False
    options: tuple[str, ...] = ()
    free: bool = True  # a text that is none of the options may stand in it
    locked: bool = False
    title: str = ""
    at: int = 0
    limit: int = 0  # characters a legacy text field takes; 0: any number
    runs: list[etree._Element] = field(default_factory=list)
    end: etree._Element | None = None


@dataclass(slots=True)
class Piece:
    """A stretch of a paragraph: text with its look, or a control."""

    text: str = ""
    look: Look = PLAIN
    control: Control | None = None
    revised: bool = False


@dataclass(slots=True, eq=False)
class Paragraph:
    """One `w:p`. `label` is the number Word puts before it. `inside`: the block-level control whose content it is."""

    path: str
    element: etree._Element
    order: int
    pieces: list[Piece] = field(default_factory=list)
    label: str = ""
    list_id: str = ""  # of the list it is a point of
    level: int = 0
    indent: int | None = None  # of its list's level, in twentieths of a point
    style: StyleInfo = NO_STYLE
    shaded: bool = False
    inside: Control | None = None
    said: bool = False  # it answers the question above it, as others like it show
    cut: bool = False  # part of it was deleted with changes tracked
    boxes: list[list["Block"]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is printed: the text without what controls hold."""
        return "".join(piece.text for piece in self.pieces).strip()

    @property
    def controls(self) -> list[Control]:
        """The controls in it, in order."""
        return [piece.control for piece in self.pieces if piece.control is not None]

    @property
    def empty(self) -> bool:
        """Whether there is neither text nor a control in it."""
        return not self.text and not self.controls and self.inside is None

    @property
    def bold(self) -> bool:
        """Whether all its text is bold."""
        looks = [piece.look.bold for piece in self.pieces if piece.text.strip()]
        return bool(looks) and all(looks)

    @property
    def flags(self) -> tuple[Reason, ...]:
        """Findings about how its text looks."""
        found: list[Reason] = []
        shown = [piece for piece in self.pieces if piece.text.strip()]
        if any(piece.look.hidden for piece in shown):
            found.append(Reason.HIDDEN_CONTENT)
        if any(
            piece.look.tiny or (piece.look.white and not (piece.look.shaded or self.shaded))
            for piece in shown
        ):
            found.append(Reason.SUSPICIOUS_TEXT)
        if any(piece.look.struck for piece in shown):
            found.append(Reason.STRUCK_OUT_TEXT)
        revised = [piece.revised for piece in shown]
        if shown and (self.cut or (any(revised) and not all(revised))):
            found.append(Reason.TRACKED_CHANGES)
        return tuple(found)


@dataclass(slots=True, eq=False)
class CellBlock:
    """One `w:tc`. `column` is its first grid column, `merge`: "", `restart` or `continue` of a vertical merge."""

    path: str
    element: etree._Element
    column: int
    span: int
    merge: str
    order: int
    shaded: bool = False
    blocks: list["Block"] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """Its own paragraphs, not those of tables in it."""
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    @property
    def text(self) -> str:
        """What is printed in it, one line a paragraph, blank lines left out."""
        return "\n".join(text for one in self.paragraphs if (text := one.text))

    @property
    def controls(self) -> list[Control]:
        """The controls in it, in order."""
        return [control for one in self.paragraphs for control in one.controls]


@dataclass(slots=True, eq=False)
class Row:
    """One `w:tr` that is not deleted; `number` counts all of them."""

    number: int
    cells: list[CellBlock]
    hidden: bool = False


@dataclass(slots=True, eq=False)
class Table:
    """One `w:tbl`. `width` is its number of grid columns."""

    path: str
    element: etree._Element
    order: int
    rows: list[Row] = field(default_factory=list)
    width: int = 0

    @property
    def cells(self) -> Iterator[CellBlock]:
        """All its cells, row by row."""
        return (cell for row in self.rows for cell in row.cells)


Block = Paragraph | Table


@dataclass(slots=True)
class Story:
    """One part's text: `sheet` is its name in addresses, `found` everything in it by path."""

    sheet: str
    part: str
    root: etree._Element
    blocks: list[Block] = field(default_factory=list)
    found: dict[str, Paragraph | Table | CellBlock | Control] = field(default_factory=dict)
    revised: bool = False


def paragraphs_in(blocks: list[Block]) -> Iterator[Paragraph]:
    """Every paragraph, those in tables and text boxes included, in the order of the document."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
            for box in block.boxes:
                yield from paragraphs_in(box)
        else:
            for cell in block.cells:
                yield from paragraphs_in(cell.blocks)
