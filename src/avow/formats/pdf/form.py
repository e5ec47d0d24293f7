"""A PDF form: which fields answer which question, and what every other text on its pages is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from avow.formats.asking import follows_up, instructs_in_text, names_remarks
from avow.formats.headings import asks, roles
from avow.formats.pdf.captions import captions_of
from avow.formats.pdf.fields import FormField, read_fields
from avow.formats.pdf.form_places import SHEET, FormPlaces, Group, Target
from avow.formats.pdf.geometry import Box
from avow.formats.pdf.labels import Label, page_labels
from avow.formats.pdf.pages import PageContent
from avow.formats.suspicion import text_flags
from avow.formats.writing import TextRules
from avow.model.questionnaires import AnswerPlace, CellAddress, IgnoredRow, Note, Question, SheetLayout
from avow.model.reasons import Reason
from avow.model.verdict_words import meaning

_HEADING = 90  # characters
_STATEMENT = 4  # words of a caption that says more than yes or no
_LETTERS = "cp1252"  # what the standard fonts can draw, ISO 32000-1 annex D: WinAnsiEncoding


@dataclass(slots=True)
class Form:
    """What a form holds, and the targets its answers go to by cell."""

    questions: list[Question] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    layouts: list[SheetLayout] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    fields: dict[str, Target] = field(default_factory=dict)
    text_rules: TextRules = field(default_factory=TextRules)
    order: list[CellAddress] = field(default_factory=list)  # of all rows, as they are read
    is_filled_in: bool = False

    def ask(self, question: Question) -> None:
        """Take in a question."""
        self.questions.append(question)
        self.order.append(question.address)

    def ignore(self, row: IgnoredRow) -> None:
        """Take in a row that is none."""
        self.ignored.append(row)
        self.order.append(row.address)


def read_form(data: bytes, pages: Sequence[PageContent]) -> Form | None:
    """What a file's form asks; None for a file without fields that could be filled.

    `is_filled_in` is False where the file is better answered elsewhere; the notes then say why.
    """
    found = _fields(data)
    if found is None:
        return None
    fields, notes, fillable = found
    usable = [one for one in fields if one.kind != "button" and one.widgets]
    if not any(one.is_writable and not one.unseen for one in usable):
        return None
    if not fillable:
        return Form(notes=notes)
    form = _FormReader(pages, usable).read()
    form.notes += notes
    placed = sum(one.place.can_be_written or bool(one.place.existing) for one in form.questions)
    form.is_filled_in = placed > 0 and placed * 2 >= len(form.questions)
    if not form.is_filled_in:
        message = "the file has form fields, but not for its questions; they are left empty"
        return Form(notes=[*notes, Note(reason=Reason.ANSWERED_ELSEWHERE, message=message)])
    return form


def _fields(data: bytes) -> tuple[list[FormField], list[Note], bool] | None:
    from avow.formats.pdf.append import can_be_appended

    try:
        found = read_fields(data)
        appendable = found is not None and can_be_appended(data)
    except Exception:  # noqa: BLE001  # whatever a damaged form raises: its pages can be read all the same
        message = "the form in the file is damaged, so it is not filled in"
        return [], [Note(reason=Reason.ANSWERED_ELSEWHERE, message=message)], False
    if found is None:
        return None
    notes = []
    fillable = True
    if found.xfa:
        message = "the form is kept twice (XFA), and a reader may show the copy that is not filled in"
        notes.append(Note(reason=Reason.ANSWERED_ELSEWHERE, message=message))
        fillable = False
    elif not appendable:
        message = "the file's table of objects is damaged, so that nothing can be added to it"
        notes.append(Note(reason=Reason.ANSWERED_ELSEWHERE, message=message))
        fillable = False
    return found.fields, notes, fillable


class _FormReader:
    """Puts every field to the text it belongs to, and sorts the texts."""

    def __init__(self, pages: Sequence[PageContent], fields: Sequence[FormField]) -> None:
        self._form = Form()
        self._shown = [one for one in fields if not one.unseen and one.kind != "signature"]
        self._rest = [one for one in fields if one.unseen or one.kind == "signature"]
        self._captions = captions_of(self._shown, {page.number: page for page in pages})
        boxes: dict[int, list[Box]] = {}
        for one in self._shown:
            for widget in one.widgets:
                boxes.setdefault(widget.page, []).append(widget.box)
        words = [word for caption in self._captions.values() for word in caption.words]
        self._pages = {one.page.number: one for one in page_labels(pages, words, boxes)}
        for number, ones in boxes.items():
            self._pages[number].mark_fielded(ones)
        self._section = ""
        self._largest = 0.0  # height of the largest letters
        self._parent: CellAddress | None = None
        self._places = FormPlaces(self._pages, self._captions)
        self._form.fields = self._places.targets
        self._form.text_rules = TextRules(encoding=_LETTERS)

    def read(self) -> Form:
        groups = self._merged(self._groups())
        texts = [one for page in self._pages.values() for one in page.labels]
        self._largest = max((one.size for one in texts), default=0.0)
        of_label = {id(group.label): group for group in groups if group.label is not None}
        loose = [group for group in groups if group.label is None]
        taken = {id(one) for group in groups for one in (group.label,) if one is not None}
        order: list[tuple[tuple[int, float, float], Label | Group]] = [
            *(((one.page, one.box.top, one.box.x0), one) for one in texts if id(one) not in taken),
            *((group.place, group) for group in (*of_label.values(), *loose)),
        ]
        rows: set[CellAddress] = set()
        for _, one in sorted(order, key=lambda entry: entry[0]):
            if isinstance(one, Group):
                self._group(one)
            elif not one.used:
                self._text(one, rows)
        for aside in self._rest:
            self._hidden_field(aside)
        self._finish()
        return self._form

    # ── which field belongs to which text ──────────────────────────────────────────────────────

    def _groups(self) -> list[Group]:
        by_label: dict[int, Group] = {}
        loose: list[Group] = []
        for one in sorted(self._shown, key=_place_of):
            label = self._label_of(one)
            if label is None:
                loose.append(Group(None, [one]))
            else:
                by_label.setdefault(id(label), Group(label)).fields.append(one)
        found = [*by_label.values(), *loose]
        return [part for group in found for part in self._statements(group)]

    def _label_of(self, one: FormField) -> Label | None:
        """The text left of or above the field; of a group of boxes, that of its first."""
        widget = min(one.widgets, key=lambda each: (each.page, each.box.top, each.box.x0))
        if one.kind == "check":
            row = [
                each
                for each in one.widgets
                if abs(each.box.middle[1] - widget.box.middle[1]) < widget.box.height
            ]
            widget = min(row, key=lambda each: each.box.x0)
        label = self._pages[widget.page].label_of(self._with_caption(one, widget.box))
        if label is not None:
            label.used = True
        return label

    def _with_caption(self, one: FormField, box: Box) -> Box:
        index = next((at for at, widget in enumerate(one.widgets) if widget.box == box), None)
        caption = self._captions.get((one.name, index)) if one.kind == "check" and index is not None else None
        if caption is None or not caption.words or caption.words[0].box.x0 > box.x0:
            return box
        return Box(caption.words[0].box.x0, box.top, box.x1, box.bottom)

    def _statements(self, group: Group) -> list[Group]:
        """Boxes with statements for captions below a heading are a question each."""
        boxes = [one for one in group.fields if one.kind == "check" and len(one.widgets) == 1]
        if not boxes or len(boxes) != len(group.fields) or (group.label is not None and group.label.asks):
            return [group]
        captions = [self._captions.get((one.name, 0)) for one in boxes]
        if not all(one and len(one.text.split()) >= _STATEMENT for one in captions):
            return [group]
        if group.label is not None:
            group.label.used = False
        return [
            Group(None, [one], statement=caption.text)
            for one, caption in zip(boxes, captions, strict=True)
            if caption is not None
        ]

    def _merged(self, groups: list[Group]) -> list[Group]:
        """Groups with those taken in that only have the place for the answer or for remarks to the question before."""
        found: list[Group] = []
        for group in sorted(groups, key=lambda one: one.place):
            label = group.label
            only_text = all(one.kind == "text" for one in group.fields)
            if label is not None and only_text and found and not label.asks:
                last = found[-1]
                if label.is_comment and (last.label is not None or last.statement):
                    last.comments += group.fields
                    continue
                if label.is_answer and last.label is not None:
                    last.answers += group.fields
                    continue
            if label is not None and only_text and found and names_remarks(label.text):
                found[-1].comments += group.fields
                continue
            found.append(group)
        return found

    # ── what they come to ──────────────────────────────────────────────────────────────────────

    def _group(self, group: Group) -> None:
        label = group.label
        fields = [*group.answers, *group.fields]
        tooltip = next((one.tooltip for one in fields if asks(one.tooltip)), "")
        text = group.statement or (label.text if label is not None else "")
        if tooltip and not asks(text):
            text = tooltip
        text = text or next((one.tooltip for one in fields if one.tooltip), "") or fields[0].name
        place = self._places.place(group)
        if not self._is_question(group, text, place):
            self._ignore_group(group, text)
            return
        address = next(
            one
            for one in (*(option.address for option in place.options), place.answer, place.comment)
            if one is not None
        )
        is_follow_up = follows_up(text) and self._parent is not None
        hidden = label is not None and label.hidden
        unsure = label is None and not group.statement and not any(one.tooltip for one in fields)
        many = len(fields) > 3 and all(one.kind == "text" for one in fields)
        flags = (
            *text_flags(text),
            *((Reason.HIDDEN_CONTENT,) if hidden else ()),
            *((Reason.LAYOUT_UNSURE,) if unsure or many else ()),
        )
        self._form.ask(
            Question(
                address=address,
                text=text,
                section=self._section,
                ref=label.ref if label is not None else "",
                place=place,
                parent=self._parent if is_follow_up else None,
                flags=flags,
            )
        )
        if not is_follow_up:
            self._parent = address

    def _is_question(self, group: Group, text: str, place: AnswerPlace) -> bool:
        label = group.label
        if asks(text) or group.statement:
            return True
        if label is not None and label.is_contact:
            return False
        labels = [one.label for one in place.options] or (place.choices.options if place.choices else ())
        if any(meaning(one) is not None for one in labels):
            return True
        if label is not None and label.ref:
            return True
        return len(text.split()) >= _STATEMENT and (label is None or not instructs_in_text(text))

    def _ignore_group(self, group: Group, text: str) -> None:
        for one in (*group.fields, *group.answers, *group.comments):
            held = f"{text}: {one.value}" if one.value else text
            self._form.ignore(
                IgnoredRow(address=self._places.address(one), text=held, reason=Reason.NOT_A_QUESTION)
            )

    # ── texts without fields ───────────────────────────────────────────────────────────────────

    def _text(self, label: Label, rows: set[CellAddress]) -> None:
        text = label.text
        if label.running:
            self._ignore(label, Reason.REPEATED_LINE, rows)
        elif label.hidden:
            self._ignore(label, Reason.HIDDEN_CONTENT, rows)
        elif label.row is not None and label.row in self._pages[label.page].fielded:
            return  # a number, a weight, a caption: part of a row that was taken in
        elif self._is_asked_without_field(label):
            self._ask_without_field(label)
        elif label.row is not None and (label.heads_columns or (not label.alone and roles(text))):
            self._ignore(label, Reason.HEADER, rows)
        elif label.row is not None and not label.alone:
            self._ignore(label, Reason.NOT_A_QUESTION, rows)
        elif instructs_in_text(text) or len(text) > _HEADING or text.endswith("."):
            self._ignore(label, Reason.INSTRUCTION, rows)
        elif not self._section and not self._form.questions and label.size > 0.97 * self._largest:
            self._ignore(label, Reason.NOT_A_QUESTION, rows)  # the form's own name
        elif label.bold or label.printed or label.alone or text.isupper():
            self._section = f"{label.printed} {text}".strip()
            self._ignore(label, Reason.SECTION_HEADING, rows)
        else:
            self._ignore(label, Reason.NOT_A_QUESTION, rows)

    def _is_asked_without_field(self, label: Label) -> bool:
        text = label.text
        if instructs_in_text(text):
            return False
        return label.asks and (text.endswith("?") or bool(label.ref))

    def _ask_without_field(self, label: Label) -> None:
        self._form.ask(
            Question(
                address=label.address,
                text=label.text,
                section=self._section,
                ref=label.ref,
                place=AnswerPlace(blocked=(Reason.NO_ANSWER_PLACE,)),
                flags=text_flags(label.text),
            )
        )

    def _ignore(self, label: Label, reason: Reason, rows: set[CellAddress]) -> None:
        if label.address in rows:
            return  # another cell of a row that is accounted for
        rows.add(label.address)
        text = " ".join(part for part in (label.printed, label.text) if part)
        self._form.ignore(IgnoredRow(address=label.address, text=text, reason=reason))

    def _hidden_field(self, one: FormField) -> None:
        """A field nobody sees, or one to sign in: not for answers."""
        reason = Reason.HIDDEN_CONTENT if one.unseen and one.kind != "signature" else Reason.NOT_A_QUESTION
        text = one.tooltip or one.value or one.name
        self._form.ignore(IgnoredRow(address=self._places.address(one), text=text, reason=reason))

    def _finish(self) -> None:
        form = self._form
        form.layouts.append(SheetLayout(sheet=SHEET, confidence=0.9 if form.questions else 0.0))
        names = dict.fromkeys(
            address.sheet
            for address in (*(one.address for one in form.questions), *(one.address for one in form.ignored))
            if address.sheet != SHEET
        )
        form.layouts += [SheetLayout(sheet=name) for name in names]


def _place_of(one: FormField) -> tuple[int, float, float]:
    return min((widget.page, widget.box.top, widget.box.x0) for widget in one.widgets)
