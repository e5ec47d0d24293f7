"""The texts of a form's pages, and which of them a field belongs to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from avow.formats.asking import names_remarks
from avow.formats.headings import ANSWER, COMMENT, asks, option_label, roles
from avow.formats.pdf.blocks import NUMBER, Block, blocks_of
from avow.formats.pdf.geometry import Box
from avow.formats.pdf.lines import Line, lines_of, mark_running
from avow.formats.pdf.pages import PageContent, Word
from avow.formats.pdf.tables import RuledTable, TableCell, outside, ruled_tables
from avow.model.questionnaires import CellAddress

_WIDE = 3.0  # of the letters' height; two texts side by side
_ABOVE = 90.0  # points a text may stand above its field; further up it is about something else
_REF = re.compile(
    r"[A-Za-z]{0,6}[-. ]?\d{1,4}(?:[.\-]\d{1,3}){0,4}[a-z]?[.)]?|[A-Z]{1,5}(?:[-.][A-Z]{1,5})*[-.]\d+(?:\.\d+)*"
)
_CONTACT = re.compile(
    r"\W*(?:(?:your|the|company|vendor|supplier|provider|organi[sz]ation|legal|trading|contact|full|first|last|family|given|"
    r"printed?|authori[sz]ed|job|business|e-?mail|telephone|phone|mobile|web|street|postal|security|main|primary|"
    r"respondent'?s?|customer|project|product|service)\s*)*"
    r"(?:name|title|position|role|function|date|phone|telephone|mobile|fax|e-?mail|address|website|site|url|signature|signed|"
    r"signatory|city|town|country|state|zip|postcode|code|version|number|no|person|contact|company|organi[sz]ation|vendor|"
    r"supplier|department|(?:completed|prepared|reviewed|approved|signed|filled in) (?:by|on)|"
    r"firma|datum|unterschrift|ansprechpartner|telefon|nom|fonction|fecha|nombre|firma)"
    r"(?:\s+(?:and|of|/|&)\s+\w+(?:\s\w+)?)?\s*(?:\([^)]*\))?\W*",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Label:
    """A text on a page that fields may belong to: a paragraph, or a cell of a table."""

    page: int
    box: Box
    text: str
    ref: str
    printed: str
    bold: bool
    hidden: bool
    size: float
    address: CellAddress
    row: tuple[int, int] | None = None  # table and row on the page, for a cell
    running: bool = False
    alone: bool = False  # the only text in its row of a table
    used: bool = False
    words: tuple[Word, ...] = ()

    @property
    def heads_columns(self) -> bool:
        """Whether it holds the headings of several columns of boxes."""
        return sum(option_label(word.text) is not None for word in self.words) >= 2

    @property
    def asks(self) -> bool:
        """Whether it reads like something to answer."""
        return asks(self.text)

    @property
    def is_comment(self) -> bool:
        """Whether it names a place for remarks on the question before."""
        return names_remarks(self.text) or _has_role(self.text, COMMENT)

    @property
    def is_answer(self) -> bool:
        """Whether it names a place for the answer to the question before."""
        return _has_role(self.text, ANSWER)

    @property
    def is_contact(self) -> bool:
        """Whether it wants to know who fills in the form, and when."""
        return bool(_CONTACT.fullmatch(self.text)) and len(self.text) <= 60


def _has_role(text: str, role: str) -> bool:
    return any(one.name == role and one.strength == 3 for one in roles(text.strip().rstrip(":")))


@dataclass(slots=True)
class PageLabels:
    """The texts of one page without the captions of its boxes."""

    page: PageContent
    tables: list[RuledTable]
    labels: list[Label] = field(default_factory=list)
    fielded: set[tuple[int, int]] = field(default_factory=set)  # rows of tables with fields in them

    def label_of(self, box: Box) -> Label | None:
        """The text that a field at this place belongs to; None where nothing stands near."""
        place = self._cell_at(box)
        if place is not None:
            found = self._in_table(place, box)
            if found is not None:
                return found
        return _beside(self.labels, box) or _above(self.labels, box)

    def heading_of(self, box: Box) -> str:
        """What stands above a field at the top of its column of a table; "" for a field outside of any."""
        place = self._cell_at(box)
        if place is None:
            return ""
        table, cell = place
        above = [
            one
            for one in self.labels
            if one.row is not None
            and one.row[0] == table.number
            and one.row not in self.fielded
            and one.box.bottom <= cell.box.top + 2
        ]
        for one in sorted(above, key=lambda label: -label.box.bottom):
            text = " ".join(
                word.text for word in one.words if cell.box.x0 <= word.box.middle[0] <= cell.box.x1
            )
            if option_label(text) or roles(text):
                return text
        return ""

    def mark_fielded(self, boxes: Iterable[Box]) -> None:
        """Remember which rows of tables have fields."""
        for box in boxes:
            place = self._cell_at(box)
            if place is not None:
                table, cell = place
                self.fielded |= {(table.number, row + 1) for row in range(cell.row, cell.last_row + 1)}

    def _cell_at(self, box: Box) -> tuple[RuledTable, TableCell] | None:
        for table in self.tables:
            for cell in table.cells:
                if cell.box.holds(*box.middle):
                    return table, cell
        return None

    def _in_table(self, place: tuple[RuledTable, TableCell], box: Box) -> Label | None:
        table, cell = place
        tops = range(cell.row, cell.last_row + 1)
        beside = [
            one
            for one in self.labels
            if one.row is not None and one.row[0] == table.number and _shares_row(one, cell, tops)
        ]
        inside = [one for one in beside if cell.box.holds(*one.box.middle) and one.box.bottom <= box.top + 3]
        asking = [one for one in inside or beside if one.asks]
        before = [one for one in asking if one.box.x0 < box.x0 + 3]
        if before:
            return max(before, key=lambda one: one.box.x0)
        if asking or beside:
            ones = asking or [one for one in beside if not _REF.fullmatch(one.text)] or beside
            return max(ones, key=lambda one: (one.box.x0 < box.x0, len(one.text)))
        return self._row_above(table, cell)

    def _row_above(self, table: RuledTable, cell: TableCell) -> Label | None:
        """The text of the row above, for a field that has a row of its own below its question."""
        for row in range(cell.row - 1, max(-1, cell.row - 4), -1):
            ones = [one for one in self.labels if one.row == (table.number, row + 1)]
            if ones:
                asking = [one for one in ones if one.asks]
                return max(asking or ones, key=lambda one: len(one.text))
        return None


def _shares_row(label: Label, cell: TableCell, rows: range) -> bool:
    assert label.row is not None  # noqa: S101  # asked before
    return label.row[1] - 1 in rows or cell.box.top + 2 < label.box.middle[1] < cell.box.bottom - 2


def _beside(labels: Sequence[Label], box: Box) -> Label | None:
    """The nearest text to the left in the field's own row."""
    row = [
        one
        for one in labels
        if one.row is None
        and not one.running
        and one.box.x0 < box.x0
        and one.box.x1 <= box.x0 + 4
        and min(one.box.bottom, box.bottom) - max(one.box.top, box.top)
        > 0.3 * min(one.box.height, box.height, one.size)
    ]
    return max(row, key=lambda one: one.box.x1) if row else None


def _above(labels: Sequence[Label], box: Box) -> Label | None:
    """The nearest text above that stands over the field or begins to the left of it."""
    over = [
        one
        for one in labels
        if not one.running
        and one.box.bottom <= box.top + 0.4 * one.size
        and one.box.x0 < box.x1
        and (one.box.x1 > box.x0 or one.box.x0 <= box.x0)
        and box.top - one.box.bottom < _ABOVE
    ]
    return max(over, key=lambda one: (one.box.bottom, one.box.x0)) if over else None


def page_labels(
    pages: Sequence[PageContent], captions: Iterable[Word], fields: Mapping[int, Sequence[Box]]
) -> list[PageLabels]:
    """The texts of every page, with the words of `captions` left out and lines parted where one of the `fields` (page ->
    places) stands in them."""
    left_out = {id(word) for word in captions}
    found, every = [], []
    for page in pages:
        rest = PageContent(
            page.number,
            page.width,
            page.height,
            [word for word in page.words if id(word) not in left_out],
            page.rules,
        )
        ones = PageLabels(rest, ruled_tables(rest))
        lines = lines_of(rest, outside(rest, ones.tables))
        every.append(lines)
        found.append(ones)
    mark_running(pages, every)
    for ones, lines in zip(found, every, strict=True):
        _add_running(ones, lines)
        parts = _parted([line for line in lines if not line.running], fields.get(ones.page.number, []))
        for chain in _chains(parts):
            ones.labels += [_of_block(block) for block in blocks_of(chain)]
        for table in ones.tables:
            _add_cells(ones, table)
    return found


def _parted(lines: Sequence[Line], fields: Sequence[Box]) -> list[Line]:
    """Lines parted where a field stands in them, and where the gap is too wide for one text."""
    found = []
    for line in lines:
        parts = [[line.segments[0]]]
        for before, segment in pairwise(line.segments):
            gap = segment.box.x0 - before.box.x1
            between = any(
                before.box.x1 - 4 < one.middle[0] < segment.box.x0 + 4
                and one.top < line.box.bottom - 1
                and one.bottom > line.box.top + 1
                for one in fields
            )
            wide = gap > _WIDE * line.size and not _REF.fullmatch(before.text)
            if between or wide:
                parts.append([])
            parts[-1].append(segment)
        found += [Line(line.page, tuple(part), line.number, column=line.column) for part in parts]
    for number, line in enumerate(found, start=1):
        line.number = number
    return found


def _chains(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand right below one another, each with the one it goes on from."""
    chains: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.box.top, one.box.x0)):
        above = [
            chain
            for chain in chains
            if -0.3 * line.size < line.box.top - chain[-1].box.bottom < 1.2 * line.size
            and min(line.box.x1, chain[-1].box.x1) > max(line.box.x0, chain[-1].box.x0)
        ]
        if above:
            min(above, key=lambda chain: abs(chain[-1].box.x0 - line.box.x0)).append(line)
        else:
            chains.append([line])
    return chains


def _add_running(ones: PageLabels, lines: Iterable[Line]) -> None:
    for line in lines:
        if line.running:
            label = _of_block(Block([line], text=line.text))
            label.running = True
            ones.labels.append(label)


def _of_block(block: Block) -> Label:
    box = block.lines[0].box
    for line in block.lines[1:]:
        if line.page == block.page:
            box = box.around(line.box)
    options = " ".join(block.options)
    return Label(
        page=block.page,
        box=box,
        text=block.text or options,
        ref=block.ref,
        printed=block.printed,
        bold=block.bold,
        hidden=block.hidden,
        size=block.size,
        address=CellAddress(sheet=f"page {block.page}", cell=f"line {block.number}"),
    )


def _add_cells(ones: PageLabels, table: RuledTable) -> None:
    texts: dict[int, list[TableCell]] = {}
    for cell in table.cells:
        if cell.text:
            texts.setdefault(cell.row, []).append(cell)
    for row, cells in sorted(texts.items()):
        own_ref = next((one.text for one in cells if len(cells) > 1 and _REF.fullmatch(one.text)), "")
        for cell in cells:
            number = NUMBER.match(cell.text)
            text = cell.text[number.end() :] if number and not number["bullet"] else cell.text
            printed = number[0].strip() if number and not number["bullet"] else ""
            words = cell.words[0].box
            for word in cell.words[1:]:
                words = words.around(word.box)
            ones.labels.append(
                Label(
                    page=table.page,
                    box=words,
                    text=text,
                    ref=own_ref.rstrip(".)") or printed.rstrip(".):"),
                    printed=printed,
                    bold=cell.bold,
                    hidden=cell.hidden,
                    size=cell.words[0].box.height,
                    address=CellAddress(
                        sheet=f"page {table.page}", cell=f"table[{table.number}]/row[{row + 1}]"
                    ),
                    row=(table.number, row + 1),
                    alone=len(cells) == 1,
                    words=tuple(cell.words),
                )
            )
