"""Where the answers of a form go: fields for words, lists and boxes to choose from, and what stands there already."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from avow.formats.headings import COMMENT, roles
from avow.formats.pdf.appearance import room_for
from avow.formats.pdf.captions import Caption
from avow.formats.pdf.fields import FormField
from avow.formats.pdf.labels import Label, PageLabels
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress, OptionCell
from avow.model.reasons import Reason
from avow.model.verdict_words import meaning

SHEET = "form"
MARK = "X"  # what is written to choose a box
_PROMPT_LENGTH = 90  # characters
_WORDS = 60  # characters; a field that takes fewer is for a word or a number
_PLAIN = ("Yes", "No", "Partially", "Not applicable")  # what a field too small for words can say
_PROMPT = re.compile(
    r"\W*|\W*(?:please\s+)?(?:select|choose|pick|click|tap|enter|type|insert|your (?:answer|response|text)|text here)\b.*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class Target:
    """What an address of the form writes to. `states`: for boxes, the words of a choice and the state that says it."""

    field: FormField
    states: Mapping[str, str]


@dataclass(slots=True, eq=False)
class Group:
    """The fields that belong to one text. `statement`: the caption of the one box in it, where that is the question.

    `answers` and `comments` are fields whose own labels only say that they are for one or the other.
    """

    label: Label | None
    fields: list[FormField] = field(default_factory=list)
    comments: list[FormField] = field(default_factory=list)
    answers: list[FormField] = field(default_factory=list)
    statement: str = ""

    @property
    def place(self) -> tuple[int, float, float]:
        """Where a reader meets it: page, down, across."""
        if self.label is not None:
            return self.label.page, self.label.box.top, self.label.box.x0
        widget = self.fields[0].widgets[0]
        return widget.page, widget.box.top, widget.box.x0


class _Beside(TypedDict, total=False):
    """The part of an answer place that is about the comment."""

    comment: CellAddress
    existing_comment: str
    comment_longest: int


class FormPlaces:
    """Makes the answer place of a group, and remembers what each address of the form writes to."""

    def __init__(self, pages: Mapping[int, PageLabels], captions: Mapping[tuple[str, int], Caption]) -> None:
        self._pages = pages
        self._captions = captions
        self.targets: dict[str, Target] = {}

    def address(self, one: FormField, states: Mapping[str, str] | None = None) -> CellAddress:
        """The address of a field: its full name."""
        cell = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in one.name)
        if states is not None or cell not in self.targets:
            self.targets[cell] = Target(one, states or {})
        return CellAddress(sheet=SHEET, cell=cell)

    def place(self, group: Group) -> AnswerPlace:
        """Where the answer to a group's question goes: the first list or radio group, else boxes, else a field for words."""
        fields = [*group.answers, *group.fields]
        boxes = [one for one in fields if one.kind == "check" and len({each.on for each in one.widgets}) == 1]
        chosen = [one for one in fields if one.kind == "choice" or (one.kind == "check" and one not in boxes)]
        texts = [one for one in fields if one.kind == "text"]
        comments = [*group.comments, *(one for one in texts if self._is_remark(one))]
        texts = [one for one in texts if one not in comments]
        if chosen:
            return self._chosen(chosen[0], [*comments, *texts])
        if boxes:
            return self._options(group, boxes, [*comments, *texts])
        if not texts:
            texts, comments = comments[:1], comments[1:]
        return self._words(texts[0], comments)

    def _is_remark(self, one: FormField) -> bool:
        widget = one.widgets[0]
        heading = self._pages[widget.page].heading_of(widget.box)
        return any(role.name == COMMENT for role in roles(heading)[:1])

    def _words(self, one: FormField, comments: list[FormField]) -> AnswerPlace:
        room = _room(one)
        beside = self._comment(comments)
        said = (
            AnswerChoices(options=_PLAIN, source="field") if room < _WORDS and "comment" in beside else None
        )
        return AnswerPlace(
            answer=self.address(one),
            choices=said,
            existing=standing(one),
            blocked=_blocked(one),
            longest=room,
            **beside,
        )

    def _comment(self, fields: Sequence[FormField]) -> _Beside:
        """The first field that can be written to and is for words, as an answer place has it; of those that are all
        for a word or a number none."""
        one = next((one for one in fields if one.is_writable and _room(one) >= _WORDS), None)
        if one is None:
            return {}
        return {
            "comment": self.address(one),
            "existing_comment": standing(one),
            "comment_longest": _room(one),
        }

    def _chosen(self, one: FormField, comments: list[FormField]) -> AnswerPlace:
        states = self._states(one)
        if one.kind == "choice":
            labels = tuple(shown for _, shown in one.options if not _PROMPT.fullmatch(shown))
            existing = standing(one)
        else:
            labels = tuple(states)
            existing = next((label for label, on in states.items() if f"/{one.value}" == on), one.value)
        return AnswerPlace(
            answer=self.address(one, states),
            choices=AnswerChoices(options=labels, source="field"),
            existing=existing,
            blocked=_blocked(one),
            **self._comment(comments),
        )

    def _options(self, group: Group, boxes: list[FormField], comments: list[FormField]) -> AnswerPlace:
        cells, marked = [], []
        for one in boxes:
            label = "Yes" if group.statement else self._caption(one, 0)
            cells.append(OptionCell(label=label, address=self.address(one, {MARK: one.widgets[0].on})))
            if one.value:
                marked.append(label)
        blocked = tuple(dict.fromkeys(reason for one in boxes for reason in _blocked(one)))
        return AnswerPlace(
            choices=AnswerChoices(options=tuple(one.label for one in cells), source="columns"),
            options=tuple(cells),
            existing=", ".join(marked),
            blocked=blocked,
            **self._comment(comments),
        )

    def _states(self, one: FormField) -> dict[str, str]:
        """The words beside each box of a group, and the state it stands for; the same words twice say neither."""
        found: dict[str, str] = {}
        for index, widget in enumerate(one.widgets if one.kind == "check" else ()):
            if not widget.on:
                continue
            label = self._caption(one, index)
            if found.get(label, widget.on) != widget.on:
                label = widget.on.removeprefix("/")
            found[label] = widget.on
        return found

    def _caption(self, one: FormField, index: int) -> str:
        """The words beside a box, else above it, else those the form keeps for it."""
        widget = one.widgets[index]
        caption = self._captions.get((one.name, index))
        said = caption.text.strip(" :;,.") if caption is not None else ""
        heading = "" if said else self._pages[widget.page].heading_of(widget.box)
        kept = one.options[index][1] if index < len(one.options) else ""
        text = said or heading or kept
        if len(one.widgets) == 1:
            return text or one.name  # the state of a single box is "Yes" whatever it stands for
        own = kept or widget.on.removeprefix("/")
        if not text or _agree(text, own):
            return text or own
        return f"{text} ≠ {own}"  # a choice nobody should take: page and form contradict each other


def standing(one: FormField) -> str:
    """What a person has put into a field already; the form's own prompt is nothing."""
    text = one.value.strip()
    own = one.kind == "choice" or text == one.default.strip() or len(text) < _PROMPT_LENGTH
    return "" if own and _PROMPT.fullmatch(text) else one.value


def _room(one: FormField) -> int:
    """How many characters show in a text field."""
    room = min(room_for(one.style, widget.width, widget.height) for widget in one.widgets)
    return room if one.most is None else min(room, one.most)


def _blocked(one: FormField) -> tuple[Reason, ...]:
    if one.is_writable:
        return ()
    return (Reason.ANSWER_CELL_LOCKED,) if one.read_only else (Reason.NO_ANSWER_PLACE,)


def _agree(text: str, own: str) -> bool:
    """Whether the words beside a box do not contradict those the form keeps for it; a letter alone is a number."""
    if len(own) < 2:
        return True
    said, kept = meaning(text), meaning(own)
    return said is None or kept is None or said is kept
