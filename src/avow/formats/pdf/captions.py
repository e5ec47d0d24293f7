"""The words beside the boxes of a form: which of them are "Yes" and which "No"."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from avow.formats.headings import option_label
from avow.formats.pdf.fields import FormField, Widget
from avow.formats.pdf.geometry import Box
from avow.formats.pdf.pages import PageContent, Word

_REACH = 22.0  # points from a box to its caption
_HEADED = 6.0  # points a heading may stand beside the middle of its column
_WORD_GAP = 0.9  # of the letters' height between the words of one caption


@dataclass(frozen=True, slots=True)
class Caption:
    """The words that say what a box stands for."""

    text: str
    words: tuple[Word, ...]
    distance: float


def captions_of(
    fields: Sequence[FormField], pages: Mapping[int, PageContent]
) -> dict[tuple[str, int], Caption]:
    """For each widget of a box or a radio group, by field name and place in it: its caption beside it.

    On which side the captions stand is settled for each run of boxes in a row: where all of them have one.
    """
    found: dict[tuple[str, int], Caption] = {}
    boxes: dict[int, list[tuple[str, int, Widget]]] = {}
    others: dict[int, list[Box]] = {}
    for one in fields:
        for index, widget in enumerate(one.widgets):
            if widget.unseen:
                continue
            others.setdefault(widget.page, []).append(widget.box)
            if one.kind == "check":
                boxes.setdefault(widget.page, []).append((one.name, index, widget))
    for number, ones in boxes.items():
        for run in _runs(ones):
            beside = _captions_of_run(run, pages[number].words, others[number])
            if not beside and len(run) > 1:
                beside = _column_headings(run, pages[number].words)
            found.update(beside)
    return found


def _column_headings(run: list[tuple[str, int, Widget]], words: list[Word]) -> dict[tuple[str, int], Caption]:
    """For boxes in columns: what is written at the top of each, where every column says yes, no or the like.

    These words serve many rows, so that they stay where they are.
    """
    found = {}
    for name, index, one in run:
        x = one.box.middle[0]
        above = sorted(
            (
                word
                for word in words
                if word.box.bottom <= one.box.top + 1 and word.box.x0 - _HEADED <= x <= word.box.x1 + _HEADED
            ),
            key=lambda word: -word.box.bottom,
        )
        label = next((word for word in above if option_label(word.text.strip(":;,."))), None)
        if label is None:
            return {}
        found[name, index] = Caption(label.text, (), one.box.top - label.box.bottom)
    return found if len({caption.text for caption in found.values()}) == len(run) else {}


def _runs(boxes: list[tuple[str, int, Widget]]) -> Iterable[list[tuple[str, int, Widget]]]:
    """Boxes in one row, left to right."""
    rows: list[list[tuple[str, int, Widget]]] = []
    for one in sorted(boxes, key=lambda box: (box[2].box.middle[1], box[2].box.x0)):
        if rows and abs(rows[-1][0][2].box.middle[1] - one[2].box.middle[1]) < 0.5 * one[2].box.height:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda box: box[2].box.x0) for row in rows]


def _captions_of_run(
    run: list[tuple[str, int, Widget]], words: list[Word], boxes: list[Box]
) -> dict[tuple[str, int], Caption]:
    sides = []
    for right in (True, False):
        side = {(name, index): _beside(one.box, words, boxes, right=right) for name, index, one in run}
        known = {key: caption for key, caption in side.items() if caption is not None}
        labelled = sum(option_label(caption.text.rstrip(":;,.")) is not None for caption in known.values())
        far = sum(caption.distance for caption in known.values()) / max(1, len(known))
        sides.append((len(known) == len(run), labelled, right, -far, known))
    return max(sides, key=lambda side: side[:4])[4]


def _beside(box: Box, words: list[Word], boxes: list[Box], *, right: bool) -> Caption | None:
    """The words next to a box in its row, up to a wider gap or the next field."""
    row = [word for word in words if box.top - 2 <= word.box.middle[1] <= box.bottom + 2]
    if right:
        ahead = sorted((word for word in row if word.box.x0 >= box.x1 - 2), key=lambda word: word.box.x0)
        barriers = [other.x0 for other in boxes if other.x0 > box.x1 - 1 and _same_row(other, box)]
        until = min(barriers, default=1e9)
        ahead = [word for word in ahead if word.box.middle[0] < until]
    else:
        ahead = sorted((word for word in row if word.box.x1 <= box.x0 + 2), key=lambda word: -word.box.x1)
        barriers = [other.x1 for other in boxes if other.x1 < box.x0 + 1 and _same_row(other, box)]
        until = max(barriers, default=-1e9)
        ahead = [word for word in ahead if word.box.middle[0] > until]
    taken: list[Word] = []
    edge = box.x1 if right else box.x0
    for word in ahead:
        gap = word.box.x0 - edge if right else edge - word.box.x1
        if gap > (_WORD_GAP * word.box.height if taken else _REACH):
            break
        taken.append(word)
        edge = word.box.x1 if right else word.box.x0
    if not taken:
        return None
    distance = abs(taken[0].box.x0 - box.x1) if right else abs(box.x0 - taken[0].box.x1)
    if not right:
        taken.reverse()
    return Caption(" ".join(word.text for word in taken), tuple(taken), distance)


def _same_row(one: Box, other: Box) -> bool:
    return one.top < other.bottom and one.bottom > other.top
