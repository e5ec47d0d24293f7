"""Questions in running text: a paragraph that asks, what belongs to it, and where its answer goes.

The same holds for paragraphs of the body, of a text box, and of a cell that holds a form of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from avow.formats.asking import follows_up, instructs_in_text
from avow.formats.docx.blocks import Block, Paragraph, Table
from avow.formats.docx.controls import is_placeholder
from avow.formats.docx.found import Found
from avow.formats.docx.numbering import BULLET
from avow.formats.docx.spots import (
    BELOW,
    BLANK,
    CHECKS,
    CHOICE,
    CONTROL,
    EMPTY,
    MARK,
    TEXT,
    Spot,
    boxes_in,
    cell_spot,
    is_bare,
    place_of,
    spot_of,
)
from avow.formats.docx.texts import (
    answers,
    ends_asking,
    is_answer_label,
    is_asking,
    is_bullet,
    is_interrogative,
    is_wanting,
    labels_a_place,
    typed_ref,
)
from avow.model.reasons import Reason

_SHORT = 90
_LABEL = 40
_ROOM = 3  # empty paragraphs in a row that are room to write in, and no mere distance


@dataclass(slots=True)
class _Pending:
    """A question whose place is still looked for."""

    first: Paragraph
    text: str
    ref: str
    own: list[Paragraph]  # its paragraphs, those of its options included
    last: Paragraph  # the last one that belongs to it
    blanks: list[Paragraph] = field(default_factory=list)
    said: list[Paragraph] = field(default_factory=list)  # answers that stand there already
    told: list[Paragraph] = field(default_factory=list)  # words below it that may be guidance, or an answer
    place: Spot | None = None
    words: Spot | None = None  # for the words beside a choice


class Flow:
    """Goes down the blocks of one container. `plain`: nothing else in the document asks, so that "Describe…" does too."""

    def __init__(self, found: Found, plain: bool) -> None:
        self._found = found
        self._plain = plain
        self._pending: _Pending | None = None
        self._boxed: set[str] = set()  # tables that are answer boxes

    def read(self, blocks: Sequence[Block]) -> set[str]:
        """Sort every paragraph of the blocks; gives the paths of tables that turned out to be answer boxes."""
        for at, block in enumerate(blocks):
            if isinstance(block, Table):
                self._table(block)
                continue
            following = next(
                (one for one in blocks[at + 1 :] if isinstance(one, Table) or not one.empty), None
            )
            self._paragraph(block, following)
            for box in block.boxes:
                self._close()
                self.read(box)
        self._close()
        return self._boxed

    def _table(self, table: Table) -> None:
        """An empty box of one cell below a question is where its answer goes."""
        cells = list(table.cells)
        pending = self._pending
        if pending is not None and pending.place is None and len(cells) == 1:
            spot = cell_spot(cells[0])
            nothing_else = all(isinstance(one, Paragraph) for one in cells[0].blocks)
            asks = any(is_wanting(line) for line in spot.printed.split("\n"))
            if nothing_else and (spot.kind != TEXT or not asks):
                spot.existing = spot.existing or (spot.printed if spot.kind == TEXT else "")
                spot.kind = EMPTY if spot.kind == TEXT else spot.kind
                pending.place = spot
                self._boxed.add(table.path)
                if spot.printed:
                    self._found.ignore(cells[0], spot.printed, Reason.CONTINUES_QUESTION)
        self._close()

    def _paragraph(self, one: Paragraph, following: Block | None) -> None:
        text = one.text
        if one.empty or (one.inside is not None and not one.controls and not text):
            if self._pending is not None and one.inside is None:
                self._pending.blanks.append(one)
            return
        if one.style.contents:
            self._found.ignore(one, text, Reason.NOT_A_QUESTION)
            return
        spot = spot_of([one], one.path)
        if self._belongs(one, spot):
            self._found.ignore(
                one, text or " / ".join(label for label, _ in spot.boxes), Reason.CONTINUES_QUESTION
            )
        elif self._is_question(one, spot, following):
            self._close()
            self._open(one, spot)
        else:
            self._close()
            self._other(one, text)

    def _belongs(self, one: Paragraph, spot: Spot) -> bool:
        """Whether a paragraph is part of the question above: an option, a control, a point of its list, its answer."""
        pending = self._pending
        if pending is None:
            return False
        if spot.kind in (CHECKS, MARK, CONTROL):
            pending.own.append(one)
            pending.last = one
            return True
        if self._gives_place(one, spot, pending):
            return True
        if one.style.heading:
            return False
        apart = bool(pending.blanks) and pending.blanks[-1].order > max(
            (said.order for said in pending.said), default=pending.last.order
        )
        if one.said or answers(one.text) or (pending.said and not apart and not self._starts(one, spot)):
            pending.said.append(one)
            return True
        if apart or one.bold or (self._starts(one, spot) and not is_bullet(one)) or ends_asking(one.text):
            return False
        if is_bullet(one) or self._goes_on(one, pending):
            pending.text += f"\n{one.text}"
        elif typed_ref(one.text)[0] or one.label:
            return False
        else:
            pending.told.append(one)
        pending.last = one
        return True

    def _gives_place(self, one: Paragraph, spot: Spot, pending: _Pending) -> bool:
        """Whether a paragraph is where the answer goes, or says that it goes below."""
        if spot.kind == CHOICE and pending.place is None:
            pending.place = spot
        elif spot.kind == BLANK and is_answer_label(spot.printed):
            if pending.place is None and not spot_of(pending.own, "").boxes:
                pending.place = Spot(EMPTY, spot.path)
            else:
                pending.words = pending.words or Spot(EMPTY, spot.path)
        elif spot.kind == EMPTY and one.text:  # a line of underscores, "Click here to enter text"
            if pending.place is None:
                pending.place = spot
            elif pending.words is None:
                pending.words = spot
        elif is_answer_label(one.text) and len(one.text) <= _LABEL:
            pending.last = one
            if pending.place is not None or spot_of(pending.own, "").boxes:
                pending.words = Spot(EMPTY, one.path + BELOW)
        else:
            return False
        return True

    def _goes_on(self, one: Paragraph, pending: _Pending) -> bool:
        """Whether a plain paragraph right below a question is still part of it: the last point of its list, a remark."""
        listed = pending.last is not pending.first and not pending.told
        return listed or one.text[:1].islower() or one.text.startswith("(")

    def _starts(self, one: Paragraph, spot: Spot) -> bool:
        return (
            one.style.heading
            or bool(spot.boxes)
            or is_asking(one.text)
            or bool(one.label and one.label != BULLET)
        )

    def _is_question(self, one: Paragraph, spot: Spot, following: Block | None) -> bool:
        ref, text = typed_ref(one.text)
        numbered = bool(ref) or bool(one.label and one.label != BULLET)
        text = spot.printed if spot.boxes else text
        if spot.boxes or spot.controls:
            # A label with something to fill in; options alone hang in the air.
            return not one.style.heading and labels_a_place(text)
        if spot.kind == BLANK:
            return labels_a_place(spot.printed) and (self._plain or is_wanting(spot.printed))
        if not text or spot.kind != TEXT:
            return False
        if one.style.heading:
            told = isinstance(following, Paragraph) and not spot_of([following], "").takes_answer
            return ends_asking(text) and not (told and not is_asking(following.text))  # type: ignore[union-attr]
        if instructs_in_text(text) and not ends_asking(text):
            return False
        if ends_asking(text):
            return True
        before_place = _offers(following)
        among_questions = numbered and one.list_id in self._found.asking_lists
        if is_interrogative(text):
            return self._plain or before_place or among_questions
        return is_wanting(text) and (before_place or among_questions or (self._plain and numbered))

    def _open(self, one: Paragraph, spot: Spot) -> None:
        ref, text = typed_ref(spot.printed if spot.boxes or spot.kind == BLANK else one.text)
        label = one.label if one.label != BULLET else ""
        self._pending = _Pending(one, text, ref or label.strip(" .)("), [one], one)
        if spot.kind == BLANK:
            self._pending.place = Spot(EMPTY, one.path)

    def _other(self, one: Paragraph, text: str) -> None:
        short = len(text) <= _SHORT
        if (one.style.heading and short) or (one.bold and short and not text.endswith(".")):
            if one.style.heading or not self._found.has_headings:
                self._found.section = text
            self._found.ignore(one, text, Reason.SECTION_HEADING)
        elif instructs_in_text(text) or len(text) > _SHORT:
            self._found.ignore(one, text, Reason.INSTRUCTION)
        else:
            shown = text or " ".join(control.shown for control in one.controls)
            self._found.ignore(one, shown, Reason.NOT_A_QUESTION)

    def _close(self) -> None:
        pending, self._pending = self._pending, None
        if pending is None:
            return
        spot = self._spot(pending)
        words = pending.words
        if words is not None and pending.said and spot is not words and not spot.path.startswith("paragraph"):
            words.existing = "\n".join(one.text for one in pending.said)
        place = place_of(self._found.story.sheet, spot, words, self._found.protection)
        flags = [flag for one in pending.own for flag in one.flags]
        flags += [Reason.LAYOUT_UNSURE for one in pending.said if one.said]
        follows = follows_up(pending.text)
        question = self._found.ask(
            pending.first,
            pending.text,
            place,
            ref=pending.ref,
            parent=self._found.last if follows else None,
            flags=tuple(dict.fromkeys(flags)),
            told="\n".join(one.text for one in pending.told) if not pending.said else "",
        )
        if not follows:
            self._found.last = question.address

    def _spot(self, pending: _Pending) -> Spot:
        own = spot_of(pending.own, "")
        if own.boxes or own.controls:
            if own.kind == TEXT and not own.boxes:
                own.kind = CONTROL
            return own
        if pending.place is not None:
            if pending.said and not pending.place.existing:
                pending.place.existing = "\n".join(one.text for one in pending.said)
            return pending.place
        if pending.said:
            first = pending.said[0]
            return Spot(EMPTY, first.path, existing="\n".join(one.text for one in pending.said))
        room = list(takewhile(is_bare, pending.blanks))
        if len(room) >= _ROOM:
            return Spot(EMPTY, room[0].path)
        return Spot(EMPTY, pending.last.path + BELOW)


def _offers(block: Block | None) -> bool:
    """Whether what comes next is a place to answer in."""
    if block is None:
        return False
    if isinstance(block, Table):
        cells = list(block.cells)
        return len(cells) == 1 and cell_spot(cells[0]).takes_answer
    spot = spot_of([block], block.path)
    return spot.kind in (CHOICE, CHECKS, MARK, CONTROL) or (spot.kind == EMPTY and bool(block.text))


def several_questions(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether a cell holds a form of its own: more than one paragraph that asks, each with something around it."""
    asking = [
        one for one in paragraphs if ends_asking(one.text) or (boxes_in([one])[1] and is_wanting(one.text))
    ]
    return len(asking) >= 2 and any(one.empty or not is_placeholder(one.text) for one in paragraphs)
