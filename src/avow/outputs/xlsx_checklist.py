"""What a checklist needs beyond `xlsx_parts`: smaller type, days and numbers, tones for states, and a cover."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from avow.outputs import xlsx_parts
from avow.outputs.xlsx_parts import Field, SheetColumn, Strings, cell_text, column_letters
from avow.outputs.xlsx_styles import STYLES

# Cell styles after those of `xlsx_styles`, by index: the order of `_FORMATS` below.
(
    SMALL, SMALL_QUIET, SMALL_STRONG, STATE, COUNT, DAY, SCORE, BAR, SMALL_HEADING, SMALL_ASKED,
    SMALL_ASKED_HEADING, LEAD, MIDDLE, MIDDLE_COUNT, CENTRED_HEADING,
) = range(11, 26)  # fmt: skip

# Differential styles for `Tint`, after the one for rows that are done.
GOOD, HALF, BAD, ASIDE = range(1, 5)

_LINE = 13  # points a line of small type
_FEWEST, _TALLEST = 18, 409  # points; Excel's limit
_SIGNS_A_UNIT = 1.2  # characters of small type in a unit of column width, with some room to spare

_FONTS = (
    '<font><sz val="10"/><color rgb="FF1C2126"/><name val="Calibri"/><family val="2"/></font>',
    '<font><sz val="9"/><color rgb="FF59636B"/><name val="Calibri"/><family val="2"/></font>',
    '<font><b/><sz val="10"/><color rgb="FF1C2126"/><name val="Calibri"/><family val="2"/></font>',
    '<font><b/><sz val="16"/><color rgb="FF0B5F68"/><name val="Calibri"/><family val="2"/></font>',
    '<font><sz val="10"/><color rgb="FF0B5F68"/><name val="Calibri"/><family val="2"/></font>',
    '<font><b/><sz val="10"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font>',
    '<font><sz val="12"/><color rgb="FF59636B"/><name val="Calibri"/><family val="2"/></font>',
)
_IN = 'horizontal="left" indent="1" wrapText="1"'
_MIDDLE = 'horizontal="center" wrapText="1"'
# (number format, font, fill, border, alignment); fonts count on from the seven of `xlsx_styles`.
_FORMATS = (
    (49, 7, 0, 1, f'vertical="top" {_IN}'),
    (49, 8, 0, 1, f'vertical="top" {_IN}'),
    (49, 9, 0, 1, f'vertical="top" {_IN}'),
    (49, 9, 0, 1, f'vertical="top" {_MIDDLE}'),
    (1, 7, 0, 1, f'vertical="top" {_MIDDLE}'),
    (164, 7, 0, 1, f'vertical="top" {_MIDDLE}'),
    (49, 10, 0, 1, f'vertical="center" {_MIDDLE}'),
    (49, 11, 0, 1, 'vertical="center" horizontal="left" indent="1"'),
    (49, 12, 2, 0, f'vertical="center" {_IN}'),
    (49, 7, 4, 1, f'vertical="top" {_IN}'),
    (49, 12, 3, 0, f'vertical="center" {_IN}'),
    (49, 13, 0, 0, 'vertical="center"'),
    (49, 7, 0, 1, f'vertical="center" {_IN}'),
    (1, 7, 0, 1, f'vertical="center" {_MIDDLE}'),
    (49, 12, 2, 0, f'vertical="center" {_MIDDLE}'),
)
_TONES = (
    ("FF1D5B3A", "FFDFF1E6"),
    ("FF6B4A00", "FFFDF0CF"),
    ("FF8A1F14", "FFFADFDB"),
    ("FF59636B", "FFECEFF1"),
)


def _added(styles: str, part: str, items: Sequence[str]) -> str:
    """The style sheet with `items` at the end of one of its lists."""
    start = re.search(rf'<{part} count="(\d+)">', styles)
    assert start is not None, part  # noqa: S101  # our own text
    counted = f'<{part} count="{int(start[1]) + len(items)}">'
    end = styles.index(f"</{part}>")
    return f"{styles[: start.start()]}{counted}{styles[start.end() : end]}{''.join(items)}{styles[end:]}"


def _checklist_styles() -> str:
    formats = [
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
        f"<alignment {alignment}/></xf>"
        for number, font, fill, border, alignment in _FORMATS
    ]
    tones = [
        f'<dxf><font><color rgb="{ink}"/></font>'
        f'<fill><patternFill patternType="solid"><bgColor rgb="{ground}"/></patternFill></fill></dxf>'
        for ink, ground in _TONES
    ]
    styles = _added(_added(_added(STYLES, "fonts", _FONTS), "cellXfs", formats), "dxfs", tones)
    days = '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    return styles.replace("<fonts ", f"{days}<fonts ", 1)


CHECKLIST_STYLES = _checklist_styles()


def row_heights(columns: Sequence[SheetColumn], rows: Sequence[Sequence[Field]]) -> list[int]:
    """The points each row needs for its texts in small type, wrapped at words."""
    widths = [max(4, int((column.width - 1.5) * _SIGNS_A_UNIT)) for column in columns]
    return [
        height_for(max((lines_of(text, width) for text, width in zip(row, widths, strict=True)), default=1))
        for row in rows
    ]


def height_for(lines: int) -> int:
    """The points a row of so many lines needs."""
    return min(_TALLEST, max(_FEWEST, _LINE * lines + 4))


def lines_of(value: Field, width: int) -> int:
    """How many lines a value takes in a column of so many characters."""
    if not isinstance(value, str):
        return 1
    return sum(max(1, len(textwrap.wrap(part, width))) for part in value.split("\n"))


@dataclass(frozen=True)
class CoverCell:
    """A value on a cover: its column (0-based), style, and over how many columns it reaches."""

    column: int
    style: int
    value: Field
    span: int = 1


@dataclass(frozen=True)
class CoverRow:
    """A row of a cover; without a height it is worked out from its texts."""

    cells: tuple[CoverCell, ...] = ()
    height: int | None = None


@dataclass(frozen=True)
class Toned:
    """A range of a cover, such as `B9:B13`, in which cells that say `text` take the differential style `number`."""

    area: str
    text: str
    number: int


@dataclass(frozen=True)
class CoverSheet:
    """A sheet to read with a table on it: cells placed freely, one landscape page wide."""

    name: str
    widths: tuple[float, ...]
    rows: Sequence[CoverRow]
    toned: Sequence[Toned] = ()

    def part(self, strings: Strings, *, selected: bool) -> str:
        """The XML of the sheet."""
        body = "".join(self._row(number, row, strings) for number, row in enumerate(self.rows, start=1))
        merged = [
            f"{column_letters(cell.column)}{number}:{column_letters(cell.column + cell.span - 1)}{number}"
            for number, row in enumerate(self.rows, start=1)
            for cell in row.cells
            if cell.span > 1
        ]
        cols = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(self.widths, start=1)
        )
        chosen = ' tabSelected="1"' if selected else ""
        merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
        return xlsx_parts.drawn_part(
            f'<sheetViews><sheetView showGridLines="0"{chosen} workbookViewId="0"/></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{cols}</cols><sheetData>{body}</sheetData>'
            + (f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else "")
            + "".join(self._tone(place, tone) for place, tone in enumerate(self.toned, start=1)),
        )

    def _row(self, number: int, row: CoverRow, strings: Strings) -> str:
        cells = []
        for cell in row.cells:
            letter = column_letters(cell.column)
            if isinstance(cell.value, str):
                text = strings.number(cell_text(cell.value))
                cells.append(f'<c r="{letter}{number}" s="{cell.style}" t="s"><v>{text}</v></c>')
            else:
                cells.append(xlsx_parts.number_cell(f"{letter}{number}", cell.style, cell.value))
            cells.extend(
                f'<c r="{column_letters(column)}{number}" s="{cell.style}"/>'
                for column in range(cell.column + 1, cell.column + cell.span)
            )
        return f'<row r="{number}" ht="{row.height or self._height(row)}" customHeight="1">{"".join(cells)}</row>'

    def _height(self, row: CoverRow) -> int:
        lines = [
            lines_of(cell.value, int(sum(self.widths[cell.column : cell.column + cell.span]) * _SIGNS_A_UNIT))
            for cell in row.cells
        ]
        return height_for(max(lines, default=1))

    def _tone(self, place: int, tone: Toned) -> str:
        first = tone.area.partition(":")[0]
        return (
            f'<conditionalFormatting sqref="{tone.area}"><cfRule type="expression" dxfId="{tone.number}" '
            f'priority="{place}"><formula>{first}="{tone.text}"</formula></cfRule></conditionalFormatting>'
        )


def day_or_blank(day: date | None) -> Field:
    """The day, or an empty text where there is none."""
    return day if day is not None else ""
