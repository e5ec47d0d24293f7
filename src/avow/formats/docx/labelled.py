"""Tables of one column whose rows are labels to fill in behind ("Responsible role:", "Part a:"), under a title row."""

import re

from avow.formats.asking import instructs_in_text
from avow.formats.docx.blocks import CellBlock, Paragraph, Table
from avow.formats.docx.found import Found
from avow.formats.docx.grids import GridOfTables
from avow.formats.docx.spots import BELOW, EMPTY, TEXT, Spot, place_of
from avow.formats.docx.texts import ends_asking, typed_ref
from avow.model.reasons import Reason

_LABEL = re.compile(r"[^:\n?]{2,100}:")
_POINT = re.compile(r"\s*(\(?[A-Za-z0-9]{1,3}[.)]+)\s+")
_PART = re.compile(r"part\s+\(?([a-z0-9]{1,3})\)?\W*$", re.IGNORECASE)


def is_labelled(table: Table, grid: GridOfTables) -> bool:
    """Whether a table is a title and rows with labels, or a question and one row for its answer."""
    if table.width != 1 or len(table.rows) < 2 or any(len(row.cells) != 1 for row in table.rows):
        return False
    cells = [row.cells[0] for row in table.rows]
    if any(isinstance(block, Table) for cell in cells for block in cell.blocks):
        return False
    title, rest = cells[0].text, cells[1:]
    if (
        not title
        or len(title) > 200
        or instructs_in_text(title)
        or title.endswith(":")
        or grid.spots[cells[0].path].boxes
    ):
        return False
    stands_out = cells[0].shaded or _is_bold(cells[0])
    if ends_asking(title) and len(rest) == 1 and not _LABEL.match(rest[0].text):
        return True
    labels = [cell for cell in rest if _LABEL.match(cell.text)]
    return stands_out and len(labels) >= max(1, 0.8 * len([cell for cell in rest if cell.text]))


class LabelledTable:
    """Reads such a table. `demands`: the paragraphs since the last heading, which say what each part is about."""

    def __init__(self, table: Table, grid: GridOfTables, found: Found, demands: list[Paragraph]) -> None:
        self._cells = [row.cells[0] for row in table.rows]
        self._grid = grid
        self._found = found
        self._demands = demands

    def read(self) -> None:
        """Sort every row. A row that stands out like the first is a title of its own."""
        at = 0
        while at < len(self._cells):
            end = at + 1
            while end < len(self._cells) and not self._is_title(self._cells[end]):
                end += 1
            self._group(self._cells[at], self._cells[at + 1 : end])
            at = end

    def _is_title(self, cell: CellBlock) -> bool:
        first = self._cells[0]
        if not cell.text or cell.text.endswith(":") or self._grid.spots[cell.path].boxes:
            return False
        return (cell.shaded and first.shaded) or (ends_asking(cell.text) and _is_bold(cell))

    def _group(self, title: CellBlock, rest: list[CellBlock]) -> None:
        filled = [cell for cell in rest if cell.text or self._grid.spots[cell.path].boxes]
        if ends_asking(title.text) and rest and not any(_LABEL.match(cell.text) for cell in filled):
            self._answered_below(title, rest)
            return
        self._found.ignore(title, title.text, Reason.SECTION_HEADING)
        for cell in filled:
            self._labelled(cell, title.text)

    def _answered_below(self, title: CellBlock, rest: list[CellBlock]) -> None:
        spot = self._grid.spots[rest[0].path]
        if spot.kind == TEXT and not spot.boxes:
            spot = Spot(EMPTY, rest[0].path, existing=spot.printed)
        for cell in rest[1:]:
            if cell.text:
                self._found.ignore(cell, cell.text, Reason.CONTINUES_QUESTION)
        place = place_of(self._found.story.sheet, spot, None, self._found.protection)
        self._found.ask(title, _with_demand(title.text, self._demand("")), place, flags=self._flags(title))

    def _labelled(self, cell: CellBlock, title: str) -> None:
        spot = self._grid.spots[cell.path]
        paragraphs = [one for one in cell.paragraphs if not one.empty]
        label, _, behind = (spot.printed if spot.boxes else cell.text).partition(":")
        part = _PART.match(label.strip())
        asked = f"{title} {label.strip()}" if title.endswith("?") else f"{title}: {label.strip()}"
        if spot.boxes or spot.controls:
            place = spot
        else:
            existing = behind.strip()
            at = paragraphs[1].path if existing and len(paragraphs) > 1 else paragraphs[0].path + BELOW
            place = Spot(EMPTY, at, existing=existing)
        text = _with_demand(asked, self._demand(part[1])) if part else asked
        ref = typed_ref(f"{title}\t")[0]
        self._found.ask(
            cell,
            text,
            place_of(self._found.story.sheet, place, None, self._found.protection),
            ref=ref,
            flags=self._flags(cell),
        )

    def _flags(self, cell: CellBlock) -> tuple[Reason, ...]:
        return tuple(dict.fromkeys(flag for one in cell.paragraphs for flag in one.flags))

    def _demand(self, part: str) -> str:
        """What the text above the table demands; with `part`, only the point of that letter or number."""
        lines: list[str] = []
        level, taken = "", not part
        for one in self._demands:
            point = _POINT.match(one.text)
            shape = re.sub(r"[a-z]", "x", re.sub(r"[0-9]", "9", point[1])) if point else ""
            level = level or shape
            if part and (not point or shape == level):
                taken = (
                    bool(point) and point is not None and point[1].strip("(.)").casefold() == part.casefold()
                )
            if taken:
                lines.append(one.text[point.end() :] if point and part and shape == level else one.text)
        return " ".join(" ".join(lines).split())


def _is_bold(cell: CellBlock) -> bool:
    return all(one.bold for one in cell.paragraphs if one.text)


def _with_demand(text: str, demand: str) -> str:
    return f"{text} ({demand})" if demand and len(demand) < 4000 else text
