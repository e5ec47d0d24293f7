"""A text as a questionnaire: what each unit of lines asks, and where its answer goes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from avow.formats.asking import follows_up, instructs_in_text
from avow.formats.grid import Book
from avow.formats.headings import asks
from avow.formats.layout import understand
from avow.formats.suspicion import text_flags
from avow.formats.text.lines import MOST_BOXES, Line, Unit, lines_of, requires, units_of
from avow.formats.text.tables import CellSpan, table_grid
from avow.formats.text.words import ABOUT_THE_FORM, ANSWER_LABEL, BOX, COMMENT_LABEL, QUOTE
from avow.model.questionnaires import (
    AnswerChoices,
    AnswerPlace,
    CellAddress,
    IgnoredRow,
    OptionCell,
    Question,
    SheetLayout,
    SourceFile,
)
from avow.model.reasons import Reason
from avow.model.verdict_words import opening_verdict

_LONGEST_TITLE = 70
_BLANK_MARKS = ("", " ", "  ", "\t")


@dataclass(slots=True)
class Slot:
    """Where a text is put: in place of what stands from `start` to `end`. `kind` says how.

    below: lines of their own, behind `indent`, `end` of which the question's last line ends with; label: behind
    "Answer:"; box: inside the brackets; cell: inside a table's cell.
    """

    kind: str
    start: int
    end: int
    indent: str = ""
    apart: bool = False  # an empty line before it


@dataclass(slots=True)
class TextReading:
    """What a text was understood to hold, and its places for answers by their address."""

    questions: list[Question] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    layouts: list[SheetLayout] = field(default_factory=list)
    slots: dict[tuple[str, str], Slot] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)  # the line that a table begins in, by its name

    @property
    def order(self) -> tuple[CellAddress, ...]:
        """The addresses of all rows, line by line."""
        rows: list[Question | IgnoredRow] = [*self.questions, *self.ignored]
        return tuple(sorted((one.address for one in rows), key=self._line))

    def _line(self, address: CellAddress) -> tuple[int, int]:
        number = int(re.findall(r"\d+", address.cell)[0])
        return (self.tables[address.sheet], number) if address.sheet else (number, 0)


def read_text(text: str, source: SourceFile, *, markdown: bool) -> TextReading:
    """The questions of a text in its order, and a reason for every other unit of lines.

    Where nothing asks but what is quoted (`>`), the quoted lines are read like any other.
    """
    lines = lines_of(text)
    for quoted in (False, True):
        reader = _Reader(text, source, units_of(lines, quoted=quoted), markdown=markdown, quoted=quoted)
        reader.read(listed=False)
        if reader.reading.questions:
            return reader.reading
    # Nothing asks; then a list of items is a list of topics to answer to, and a person looks.
    reader = _Reader(text, source, units_of(lines, quoted=False), markdown=markdown, quoted=False)
    reader.read(listed=True)
    return reader.reading


@dataclass(slots=True)
class _Asked:
    """A question on its way: what its units say so far."""

    unit: Unit
    text: str
    last: Line
    flags: tuple[Reason, ...] = ()
    existing: str = ""
    answer: Slot | None = None
    answer_at: str = ""
    comment: Slot | None = None
    comment_at: str = ""
    existing_comment: str = ""
    options: list[tuple[str, Slot, bool]] = field(default_factory=list)


class _Reader:
    """Goes through the units in their order."""

    def __init__(
        self, text: str, source: SourceFile, units: list[Unit], *, markdown: bool, quoted: bool
    ) -> None:
        self._text = text
        self._source = source
        self._units = units
        self._markdown = markdown
        self._quoted = quoted
        self._section = ""
        self._asked: _Asked | None = None
        self._last: CellAddress | None = None
        self._tables = 0
        self._signed_off = False
        self.reading = TextReading()

    def read(self, *, listed: bool) -> None:
        """Sort every unit. `listed`: numbered and bulleted items are questions whatever they say."""
        asking_lists = _lists_that_ask(self._units)
        for number, unit in enumerate(self._units):
            handler: Callable[[Unit], None] | None = {
                "answer": self._answer, "comment": self._comment, "boxes": self._boxes, "table": self._table,
            }.get(unit.kind)  # fmt: skip
            if handler is not None:
                handler(unit)
            elif unit.kind == "text":
                self._words(unit, in_asking_list=number in asking_lists, listed=listed)
            else:
                self._aside(unit)
        self._close()
        if self.reading.questions:
            self.reading.layouts.insert(
                0, SheetLayout(sheet="", question="text", answer="below", confidence=0.8)
            )

    # ── units ──────────────────────────────────────────────────────────────────────────────────

    def _words(self, unit: Unit, *, in_asking_list: bool, listed: bool) -> None:
        text = unit.text
        if not text:
            self._ignore(unit, Reason.NO_QUESTION_TEXT)
            return
        question, answered = _answered_at_once(text)
        item = bool(unit.marker)
        # "4.16 SBOM?": one word asks where it is numbered like the others.
        asking = asks(question) or requires(question) or (item and question.endswith("?"))
        about_form = ABOUT_THE_FORM.search(question) is not None and not item
        if self._is_reply(unit) and not (asking and not answered and question.endswith("?")):
            self._reply(unit)
        elif (asking and not about_form and not instructs_in_text(question)) or (
            item
            and (listed or (in_asking_list and len(question.split()) >= 2 and not question.endswith(":")))
        ):
            self._signed_off = False
            self._ask(unit, question, answered, unsure=item and not asking)
        elif about_form or instructs_in_text(question):
            self._aside(unit, Reason.INSTRUCTION)
        elif self._is_title(unit):
            self._close()
            self._section = text.rstrip(":").strip()
            self._ignore(unit, Reason.SECTION_HEADING)
        else:
            self._aside(unit, Reason.INSTRUCTION if len(text) > 120 else Reason.NOT_A_QUESTION)

    def _is_reply(self, unit: Unit) -> bool:
        """Whether an unmarked text right below a question opens by saying yes or no."""
        return (
            self._asked is not None
            and not unit.marker
            and not self._asked.existing
            and self._asked.answer is None
            and opening_verdict(unit.text) is not None
        )

    def _is_title(self, unit: Unit) -> bool:
        text = unit.text
        short = len(text) <= _LONGEST_TITLE and len(unit.lines) == 1
        if (
            not short
            or self._signed_off
            or (unit.marker and not (unit.ref[:1].isdigit() or unit.ref[:1].isupper()))
        ):
            return False
        words = len(text.split())
        return (
            text.endswith(":") or text.isupper() or (words <= 6 and not text.endswith((".", "!", ",", ";")))
        )

    def _ask(self, unit: Unit, question: str, answered: str, *, unsure: bool) -> None:
        self._close()
        last = unit.lines[-1]
        flags = (*text_flags(unit.text), *((Reason.LAYOUT_UNSURE,) if unsure else ()))
        self._asked = _Asked(unit, question, last, tuple(dict.fromkeys(flags)), existing=answered)
        boxes = list(BOX.finditer(last.text))
        if 2 <= len(boxes) <= MOST_BOXES:
            self._asked.text = question[: question.find(boxes[0][1])].rstrip() or question
            self._take_boxes(last)

    def _answer(self, unit: Unit) -> None:
        asked = self._asked
        if asked is None or asked.answer is not None:
            self._ignore(unit, Reason.NOT_A_QUESTION)
            return
        asked.existing = "\n".join(part for part in (asked.existing, unit.text.strip()) if part)
        asked.answer, asked.answer_at = (
            self._labelled(unit, ANSWER_LABEL),
            f"line[{unit.lines[0].number}]/answer",
        )
        asked.last = unit.lines[-1]

    def _comment(self, unit: Unit) -> None:
        asked = self._asked
        if asked is None or asked.comment is not None:
            self._ignore(unit, Reason.NOT_A_QUESTION)
            return
        asked.existing_comment = unit.text.strip()
        asked.comment, asked.comment_at = (
            self._labelled(unit, COMMENT_LABEL),
            f"line[{unit.lines[0].number}]/comment",
        )
        asked.last = unit.lines[-1]

    def _reply(self, unit: Unit) -> None:
        assert self._asked is not None  # noqa: S101  # `_is_reply` saw it
        self._asked.existing = unit.text.strip()
        self._asked.last = unit.lines[-1]

    def _labelled(self, unit: Unit, label: re.Pattern[str]) -> Slot:
        first = unit.lines[0]
        quote = QUOTE.match(first.text) if self._quoted else None
        skipped = quote.end() if quote else 0
        found = label.match(first.text[skipped:])
        start = first.start + skipped + (found.end() if found else 0)
        indent = first.text[: len(first.text) - len(first.text.lstrip())]
        return Slot("label", start, first.end, indent)

    def _boxes(self, unit: Unit) -> None:
        if self._asked is None:
            self._ignore(unit, Reason.NOT_A_QUESTION)
            return
        self._take_boxes(unit.lines[0])
        self._asked.last = unit.lines[-1]

    def _take_boxes(self, line: Line) -> None:
        assert self._asked is not None  # noqa: S101  # both callers saw it
        found = list(BOX.finditer(line.text))
        for one, following in zip(found, (*found[1:], None), strict=True):
            label = line.text[one.end() : following.start() if following else len(line.text)].strip(" \t,;/|")
            slot = Slot("box", line.start + one.start(1), line.start + one.end(1))
            ticked = one[1].strip("[]() \t") not in _BLANK_MARKS and one[1] not in ("☐", "□")
            self._asked.options.append((label, slot, ticked))

    def _table(self, unit: Unit) -> None:
        self._close()
        self._tables += 1
        name = f"table[{self._tables}]"
        self.reading.tables[name] = unit.lines[0].number
        grid, spans, _ = table_grid(unit, name)
        found = understand(Book([grid]), self._source)
        self.reading.ignored += found.ignored
        for question in found.questions:
            section = question.section or self._section
            self.reading.questions.append(_placed(question, spans).model_copy(update={"section": section}))
        self.reading.layouts += found.layouts
        for place, span in spans.items():
            self.reading.slots[name, place] = Slot("cell", span.start, span.end)

    def _aside(self, unit: Unit, reason: Reason = Reason.NOT_A_QUESTION) -> None:
        """A unit that asks nothing. Headings open a section, a line drawn across closes the question above it."""
        if unit.kind == "heading":
            self._close()
            if asks(unit.text):
                self._ask(unit, unit.text, "", unsure=False)
                return
            self._section = unit.text
            reason = Reason.SECTION_HEADING
        elif unit.kind == "rule":
            if not unit.text.strip("-=*_~ \t"):
                self._close()
            return
        elif unit.kind in ("sign-off", "greeting", "header"):
            self._close()
            self._signed_off = unit.kind == "sign-off"
        self._ignore(unit, reason)

    # ── questions ──────────────────────────────────────────────────────────────────────────────

    def _close(self) -> None:
        """The question that was being read is complete."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        number = asked.unit.lines[0].number
        address = CellAddress(sheet="", cell=f"line[{number}]")
        follows = follows_up(asked.text)
        self.reading.questions.append(
            Question(
                address=address,
                text=asked.text,
                section=self._section,
                ref=asked.unit.ref,
                place=self._place(asked, number),
                parent=self._last if follows else None,
                flags=asked.flags,
            )
        )
        if not follows:
            self._last = address

    def _place(self, asked: _Asked, number: int) -> AnswerPlace:
        if asked.answer is None:
            asked.answer, asked.answer_at = self._below(asked), f"line[{number}]/answer"
        answer = self._known(asked.answer_at, asked.answer)
        comment = self._known(asked.comment_at, asked.comment) if asked.comment else None
        if not asked.options:
            return AnswerPlace(
                answer=answer,
                comment=comment,
                existing=asked.existing,
                existing_comment=asked.existing_comment,
            )
        cells = tuple(
            OptionCell(label=label, address=self._known(f"line[{number}]/option[{place}]", slot))
            for place, (label, slot, _) in enumerate(asked.options, start=1)
        )
        ticked = [label for label, _, held in asked.options if held]
        return AnswerPlace(
            comment=comment or answer,
            choices=AnswerChoices(options=tuple(one.label for one in cells), source="columns"),
            options=cells,
            existing="\n".join(ticked),
            existing_comment=asked.existing_comment or asked.existing,
        )

    def _known(self, cell: str, slot: Slot) -> CellAddress:
        self.reading.slots["", cell] = slot
        return CellAddress(sheet="", cell=cell)

    def _below(self, asked: _Asked) -> Slot:
        last, first = asked.last, asked.unit.lines[0]
        own = first.text[: len(first.text) - len(first.text.lstrip())]
        if self._quoted:
            own = ""
        indent = own + " " * len(asked.unit.marker.lstrip()) if asked.unit.marker else own
        return Slot("below", last.end, last.end, indent, apart=self._markdown)

    def _ignore(self, unit: Unit, reason: Reason) -> None:
        address = CellAddress(sheet="", cell=f"line[{unit.lines[0].number}]")
        self.reading.ignored.append(IgnoredRow(address=address, text=unit.text[:300], reason=reason))


def _answered_at_once(text: str) -> tuple[str, str]:
    """A question and what stands behind its question mark, where that says yes, partly, no or not applicable."""
    question, mark, rest = text.partition("?")
    rest = rest.strip(" \t-–—:*_")
    if mark and rest and "?" not in rest and opening_verdict(rest) is not None:
        return f"{question}?", rest
    return text, ""


def _lists_that_ask(units: Iterable[Unit]) -> set[int]:
    """The items of lists most of whose items ask: the others in them are topics to answer to as well."""
    found: set[int] = set()
    run: list[tuple[int, bool]] = []

    def close() -> None:
        if sum(asking for _, asking in run) * 2 > len(run):
            found.update(number for number, _ in run)
        run.clear()

    for number, unit in enumerate(units):
        if unit.kind == "text" and unit.marker:
            run.append((number, asks(unit.text)))
        elif unit.kind in ("heading", "header", "greeting", "sign-off", "rule"):
            close()
    close()
    return found


def _placed(question: Question, spans: dict[str, CellSpan]) -> Question:
    """A table's question, without places that the table's short row does not have."""
    place = question.place
    if place.answer is not None and place.answer.cell not in spans:
        blocked = (*place.blocked, Reason.NO_ANSWER_PLACE)
        place = place.model_copy(update={"answer": None, "comment": None, "blocked": blocked})
    elif place.comment is not None and place.comment.cell not in spans:
        place = place.model_copy(update={"comment": None})
    if any(option.address.cell not in spans for option in place.options):
        place = place.model_copy(update={"options": (), "blocked": (*place.blocked, Reason.NO_ANSWER_PLACE)})
    return question.model_copy(update={"place": place})
