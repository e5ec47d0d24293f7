"""Recognising a form that is known, whatever became of it on its way, and reading it as it is known to be.

A form is known by its questions, ids and texts together: not by its file's name, its looks, or its ids alone. Where a
profile names columns, they are looked for by their headings, so a column or a sheet put in before does no harm, and
count only where what is read with them are the form's questions.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

from avow.formats.columns_by_hand import BY_HAND, number_of
from avow.formats.fingerprints import upper_rows
from avow.formats.grid import column_letters
from avow.formats.opened_grid import OpenedGrid
from avow.model.base import Verdict
from avow.model.forms import (
    LONGEST_HEADING,
    FormProfile,
    FormSheet,
    RecognisedForm,
    column_said,
    digest_of,
    plain,
    question_marks,
)
from avow.model.questionnaires import (
    AnswerPlace,
    IgnoredRow,
    LayoutOverride,
    Question,
    Questionnaire,
    SheetLayout,
)
from avow.model.reasons import Reason

ALIKE = 0.5  # of the questions that the file or the form has, both must have at least this share
_HEADINGS_THERE = 0.75  # of a sheet's headings; those of the columns that are named must all be there
_LAST_COLUMN = 16384  # XFD; a csv may have more, but nobody heads them
_FEWEST = 3  # questions in common; fewer may be chance
_AS_KNOWN = "columns as the known form has them"
_RANK = {"exact": 2, "like": 1, "headings": 0}

Read = Callable[[Sequence[LayoutOverride]], Questionnaire]


class HeadedRow(NamedTuple):
    """A row that may be a header: column number -> text."""

    sheet: str
    row: int
    texts: dict[int, str]


class _Headings(NamedTuple):
    sheet: str
    row: int
    columns: dict[str, list[int]]  # by plain text


class _Reading:
    """What a file asks, read one way. The fingerprint is worked out only where a form may fit."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.count = len(questionnaire.questions)

    @cached_property
    def marks(self) -> list[str]:
        return question_marks((one.ref, one.text) for one in self.questionnaire.questions)

    @cached_property
    def mark_set(self) -> frozenset[str]:
        return frozenset(self.marks)

    @cached_property
    def digest(self) -> str:
        return digest_of(self.marks)


def headed_rows(opened: object) -> list[HeadedRow]:
    """The upper rows of a file that is a grid; nothing for another."""
    if not isinstance(opened, OpenedGrid):
        return []
    return [
        HeadedRow(grid.name, row, texts)
        for grid in opened.book.sheets
        for row, texts in upper_rows(grid).items()
    ]


def headings_of(rows: Sequence[HeadedRow], questionnaire: Questionnaire) -> dict[str, dict[str, str]]:
    """The header row of each sheet with questions: sheet -> column, as the layout names it, -> text."""
    texts = {(one.sheet, one.row): one.texts for one in rows}
    numbers = questionnaire.source.format in ("csv", "tsv")
    found = {}
    for layout in questionnaire.layouts:
        if layout.question is not None and layout.header_rows:
            row = texts.get((layout.sheet, layout.header_rows[0]), {})
            found[layout.sheet] = {
                str(col) if numbers else column_letters(col): text for col, text in row.items()
            }
    return found


def read_as_known(
    read: Read,
    rows: Sequence[HeadedRow],
    by_hand: Sequence[LayoutOverride],
    profiles: Sequence[FormProfile],
) -> Questionnaire:
    """What a file asks, read as the form of `profiles` that it is most like; as detected where it is like none.

    `read` reads it with columns set, `rows` are those that may be headers. `by_hand` are columns that a person
    set: they win over any form's. Raises what `read` does for these.
    """
    detected = _Reading(read(by_hand))
    if not profiles:
        return detected.questionnaire
    return _FormReader(read, rows, by_hand, detected).best_of(profiles)


class _FormReader:
    def __init__(
        self, read: Read, rows: Sequence[HeadedRow], by_hand: Sequence[LayoutOverride], detected: _Reading
    ) -> None:
        self._read = read
        self._rows = [_Headings(row.sheet, row.row, _places_in(row)) for row in rows]
        self._by_hand = tuple(by_hand)
        self._detected = detected
        self._read_before: dict[tuple[LayoutOverride, ...], _Reading] = {}
        self._layouts = {layout.sheet: layout for layout in detected.questionnaire.layouts}
        self._unsure = {
            question.address.sheet
            for question in detected.questionnaire.questions
            if Reason.LAYOUT_UNSURE in question.flags
        }

    def best_of(self, profiles: Sequence[FormProfile]) -> Questionnaire:
        found = []
        for profile in profiles:
            reading = self._with(self._columns_of(profile))
            form = _recognised(profile, reading, self._rows)
            if form is not None:
                found.append((_RANK[form.match], form.likeness, form.name, form, profile, reading))
        if not found:
            return self._detected.questionnaire
        *_, form, profile, reading = max(found, key=lambda one: one[:3])
        return _applied(reading, profile, form)

    def _columns_of(self, profile: FormProfile) -> tuple[LayoutOverride, ...]:
        """The profile's columns on the sheets of this file, where they are there and nothing else was detected."""
        found: dict[str, LayoutOverride] = {}
        for sheet in profile.sheets:
            for row in self._rows:
                if row.sheet not in found and (columns := _columns_in(row, sheet)) is not None:
                    found[row.sheet] = LayoutOverride(sheet=row.sheet, header_row=row.row, **columns)
        set_by_hand = {one.sheet for one in self._by_hand}
        return tuple(
            one
            for sheet, one in found.items()
            if not set_by_hand & {sheet, None}
            and (sheet in self._unsure or not _is_detected(one, self._layouts.get(sheet)))
        )

    def _with(self, columns: tuple[LayoutOverride, ...]) -> _Reading:
        if not columns:
            return self._detected
        if columns not in self._read_before:
            read = self._read((*self._by_hand, *columns))
            sheets = {one.sheet for one in columns}
            layouts = tuple(_as_known(one) if one.sheet in sheets else one for one in read.layouts)
            self._read_before[columns] = _Reading(read.model_copy(update={"layouts": layouts}))
        return self._read_before[columns]


def _places_in(row: HeadedRow) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for col, text in row.texts.items():
        if len(text) <= LONGEST_HEADING and col <= _LAST_COLUMN:
            places.setdefault(plain(text), []).append(col)
    return places


def _columns_in(row: _Headings, sheet: FormSheet) -> dict[str, Any] | None:
    """Role -> column letters, where the row has the sheet's headings; None where it has not."""
    wanted = sheet.heading_set
    if len(wanted & row.columns.keys()) < _HEADINGS_THERE * len(wanted):
        return None
    if sheet.sheet and plain(sheet.sheet) != plain(row.sheet):
        return None
    columns = {}
    for role, column in sheet.columns().items():
        said = column_said(column)
        if said is None:
            there = row.columns.get(plain(column), [])
            if len(there) != 1:
                return None
            columns[role] = column_letters(there[0])
        else:
            columns[role] = column_letters(number_of(said))
    return columns


def _is_detected(columns: LayoutOverride, layout: SheetLayout | None) -> bool:
    """Whether detection found the very columns that the form has."""
    if layout is None or columns.header_row not in layout.header_rows:
        return False
    for role in ("question", "answer", "comment", "ref", "section"):
        wanted, found = getattr(columns, role), getattr(layout, role)
        if wanted is not None and (found is None or number_of(wanted) != number_of(found)):
            return False
    return True


def _as_known(layout: SheetLayout) -> SheetLayout:
    said = tuple(_AS_KNOWN if one == BY_HAND else one for one in layout.assumptions)
    return layout.model_copy(update={"assumptions": said})


def _recognised(profile: FormProfile, reading: _Reading, rows: Sequence[_Headings]) -> RecognisedForm | None:
    if not profile.questions:
        there = all(any(_columns_in(row, sheet) is not None for row in rows) for sheet in profile.sheets)
        return _form(profile, "headings", 1.0) if there else None
    if not profile.questions <= 2 * reading.count or not reading.count <= 2 * profile.questions:
        return None  # half of them cannot be the same
    if reading.digest == profile.digest:
        return _form(profile, "exact", 1.0)
    share = len(profile.mark_set & reading.mark_set) / len(profile.mark_set)
    common = share * profile.questions
    likeness = common / (profile.questions + reading.count - common)
    if likeness < ALIKE or common < min(_FEWEST, profile.questions):
        return None
    # The marks of a long form are a sample, which may miss what was changed.
    return _form(profile, "like", min(likeness, 1 - 1 / (profile.questions + 1)))


def _form(
    profile: FormProfile, match: Literal["exact", "like", "headings"], likeness: float
) -> RecognisedForm:
    return RecognisedForm(
        id=profile.id,
        title=profile.title,
        version=profile.version,
        match=match,
        likeness=round(likeness, 4),
        ids=profile.ids,
        notes=profile.notes,
    )


def _applied(reading: _Reading, profile: FormProfile, form: RecognisedForm) -> Questionnaire:
    """What the profile says of the form's rows and choices, put to use.

    In a file that is only like the form a row is skipped where it is surely the form's own: another may ask something.
    """
    questionnaire = reading.questionnaire
    changed = reading.mark_set - profile.mark_set if form.match == "like" else frozenset()
    asked: list[Question] = []
    skipped: dict[object, IgnoredRow] = {}
    defaults = {plain(text) for text in profile.defaults}
    meanings = {plain(choice): verdict for choice, verdict in profile.choices.items()}
    missing = profile.mark_set - reading.mark_set
    own_texts: dict[str, str] = {}
    for read, read_mark in zip(questionnaire.questions, reading.marks, strict=True):
        question, mark = _parted(read, read_mark, missing)
        own_texts[read.text] = question.text
        if question.context in own_texts:  # the question above it
            question = question.model_copy(update={"context": own_texts[question.context]})
        at = question.address
        if mark not in changed and any(
            rule.holds(at.sheet, question.ref, question.text) for rule in profile.skip
        ):
            skipped[at] = IgnoredRow(address=at, text=question.text, reason=Reason.SKIPPED_BY_FORM)
            continue
        place = _place(question.place, defaults, meanings)
        parent = None if question.parent in skipped else question.parent
        asked.append(question.model_copy(update={"place": place, "parent": parent}))
    return questionnaire.model_copy(
        update={
            "questions": tuple(asked),
            "ignored": (*questionnaire.ignored, *skipped.values()),
            "form": form,
        }
    )


def _parted(question: Question, mark: str, missing: frozenset[str]) -> tuple[Question, str]:
    """The question and its mark; where its upper lines are a question that the form has and the file is `missing`, those
    are the question, and what stands below them, where its answer would go, is the answer: words say of themselves
    neither. A person looks.
    """
    place = question.place
    below = place.answer is not None and place.answer.cell.startswith(f"{question.address.cell}/")
    if not missing or not below or place.existing or "\n" not in question.text:
        return question, mark
    lines = question.text.split("\n")
    for end in range(len(lines) - 1, 0, -1):
        text = "\n".join(lines[:end])
        (own,) = question_marks([(question.ref, text)])
        if own in missing:
            said = place.model_copy(update={"existing": "\n".join(lines[end:])})
            flags = tuple(dict.fromkeys((*question.flags, Reason.LAYOUT_UNSURE)))
            return question.model_copy(update={"text": text, "place": said, "flags": flags}), own
    return question, mark


def _place(place: AnswerPlace, defaults: set[str], meanings: Mapping[str, Verdict]) -> AnswerPlace:
    update: dict[str, Any] = {}
    if place.existing and plain(place.existing) in defaults:
        update["existing"] = ""
    if place.choices is not None and meanings:
        said = tuple(
            (option, meanings[plain(option)]) for option in place.choices.options if plain(option) in meanings
        )
        update["choices"] = place.choices.model_copy(update={"meanings": said})
    return place.model_copy(update=update) if update else place
