"""Words of a page put together to lines, in the order a person reads them: columns one after the other."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from avow.formats.headings import asks
from avow.formats.pdf.geometry import Box
from avow.formats.pdf.pages import PageContent, Word

_SEGMENT_GAP = 1.4  # of the letters' height: wider than any blank between words, justified ones included
_COLUMN_ROWS = 4  # rows on both sides of a gutter before it counts as one
_COLUMN_SHARE = 0.25  # of the page's text a column is wide at least; numbers in the margin are no column
_EDGE = 0.12  # of the page's height where running headers and footers stand
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|página)\s*)?\d{1,4}(?:\s*(?:of|/|von|sur|de|\|)\s*\d{1,4})?\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line with no wider gap between them than a blank."""

    words: tuple[Word, ...]
    box: Box

    @property
    def text(self) -> str:
        """The words, one blank apart."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class Line:
    """One line of a page in one column; `number` is its place in reading order, 1-based."""

    page: int
    segments: tuple[Segment, ...]
    number: int = 0
    running: bool = False  # a header or footer that runs through the pages
    column: int = 0  # lines of another number stand in another column
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        self.box = _around(segment.box for segment in self.segments)

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def words(self) -> list[Word]:
        """All its words, left to right."""
        return [word for segment in self.segments for word in segment.words]

    @property
    def size(self) -> float:
        """The height of its letters."""
        return median(word.box.height for word in self.words)

    @property
    def bold(self) -> bool:
        """Whether all its letters are bold."""
        return all(word.bold for word in self.words)

    @property
    def hidden(self) -> bool:
        """Whether any of it is not to be seen on the page."""
        return any(word.hidden for word in self.words)


def lines_of(page: PageContent, words: Iterable[Word] | None = None) -> list[Line]:
    """The lines of a page (or of some of its words) in reading order, numbered."""
    segments = _segments(page.words if words is None else words)
    found: list[Line] = []
    for column, group in enumerate(_columns(segments)):
        for row in _rows(group):
            found.append(Line(page.number, tuple(sorted(row, key=lambda one: one.box.x0)), column=column))
    for number, line in enumerate(found, start=1):
        line.number = number
    return found


def mark_running(pages: Sequence[PageContent], lines: Sequence[Sequence[Line]]) -> None:
    """Mark the headers and footers: what stands at the edge of several pages with the same words, and page numbers."""
    seen: Counter[tuple[int, str]] = Counter()
    for ones in lines:
        seen.update({_running_key(line) for line in ones})
    enough = max(2, len(pages) // 3)
    for page, ones in zip(pages, lines, strict=True):
        for line in ones:
            at_edge = line.box.top < page.height * _EDGE or line.box.bottom > page.height * (1 - _EDGE)
            repeated = seen[_running_key(line)] >= enough
            alone = _PAGE_NUMBER.fullmatch(line.text) is not None and (
                line.box.top < page.height * _EDGE / 2 or line.box.bottom > page.height * (1 - _EDGE)
            )
            line.running = at_edge and (repeated or alone)


def _running_key(line: Line) -> tuple[int, str]:
    """What makes two lines the same header: place and words, whatever the page's number; a question only by all of it."""
    text = line.text
    return round(line.box.top / 6), text if asks(text) else _DIGITS.sub("#", text)


def _around(boxes: Iterable[Box]) -> Box:
    whole: Box | None = None
    for box in boxes:
        whole = box if whole is None else whole.around(box)
    assert whole is not None  # noqa: S101  # a line has words
    return whole


def _rows(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Segments on the same base line, top to bottom."""
    rows: list[list[Segment]] = []
    for one in sorted(segments, key=lambda segment: (segment.box.middle[1], segment.box.x0)):
        if rows:
            last = rows[-1][0].box
            shared = min(last.bottom, one.box.bottom) - max(last.top, one.box.top)
            if shared > 0.5 * min(last.height, one.box.height):
                rows[-1].append(one)
                continue
        rows.append([one])
    return rows


def _segments(words: Iterable[Word]) -> list[Segment]:
    rows = _rows(Segment((word,), word.box) for word in words)
    found = []
    for row in rows:
        ones = sorted((segment.words[0] for segment in row), key=lambda word: word.box.x0)
        start = 0
        for index in range(1, len(ones) + 1):
            if index < len(ones):
                before, word = ones[index - 1].box, ones[index].box
                if word.x0 - before.x1 <= _SEGMENT_GAP * max(before.height, word.height):
                    continue
            part = tuple(ones[start:index])
            found.append(Segment(part, _around(word.box for word in part)))
            start = index
    return found


def _columns(segments: list[Segment]) -> list[list[Segment]]:
    """The segments in groups that are read one after the other; one group where the page has no columns."""
    rows = _rows(segments)
    best = _best_gutter(rows)
    if best is None:
        return [segments] if segments else []
    first, last, gutter = best
    above = [one for row in rows[:first] for one in row]
    beside = [one for row in rows[first:last] for one in row]
    below = [one for row in rows[last:] for one in row]
    left = [one for one in beside if one.box.x1 <= gutter]
    right = [one for one in beside if one.box.x1 > gutter]
    return [*_columns(above), *_columns(left), *_columns(right), *_columns(below)]


def _best_gutter(rows: list[list[Segment]]) -> tuple[int, int, float] | None:
    """Rows `first` to `last` (exclusive) that a vertical gutter parts into two columns of running text, and where."""
    boxes = [one.box for row in rows for one in row]
    if len(rows) < _COLUMN_ROWS or not boxes:
        return None
    whole = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
    gaps = Counter(
        round((one.box.x1 + other.box.x0) / 2 / 4) * 4
        for row in rows
        for one, other in pairwise(sorted(row, key=lambda segment: segment.box.x0))
    )
    best: tuple[int, int, int, float] | None = None
    for gutter, _ in gaps.most_common(12):
        for first, last in _uncrossed(rows, gutter):
            score = _parted(rows[first:last], gutter, whole)
            if score >= _COLUMN_ROWS and (best is None or score > best[0]):
                best = (score, first, last, float(gutter))
    return best[1:] if best else None


def _uncrossed(rows: list[list[Segment]], gutter: float) -> list[tuple[int, int]]:
    """The stretches of rows in which nothing crosses the gutter, first and last rows with text on one side only cut off."""
    found, start = [], None
    for index, row in enumerate([*rows, []]):
        crossed = not row or any(one.box.x0 < gutter < one.box.x1 for one in row)
        if crossed and start is not None:
            found.append((start, index))
            start = None
        elif not crossed and start is None:
            start = index
    trimmed = []
    for first, last in found:
        both = [
            index for index in range(first, last) if any(one.box.x0 > gutter for one in rows[index])
        ]  # where the right column has text
        if both:
            trimmed.append((both[0], last))
    return trimmed


def _parted(rows: list[list[Segment]], gutter: float, whole: float) -> int:
    """How many rows both columns have, 0 where they are not columns of running text."""
    left = [one.box for row in rows for one in row if one.box.x1 <= gutter]
    right = [one.box for row in rows for one in row if one.box.x0 >= gutter]
    if len(left) < _COLUMN_ROWS or len(right) < _COLUMN_ROWS:
        return 0
    for boxes in (left, right):
        extent = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
        if extent < _COLUMN_SHARE * whole or median(box.width for box in boxes) < 0.5 * extent:
            return 0
    return min(len(left), len(right))
