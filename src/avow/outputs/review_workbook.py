"""The rows that want a person, as a workbook they fill in; `avow fill --review` takes it back."""

from collections.abc import Sequence

from avow.model.content import Content
from avow.model.questionnaires import Question, Questionnaire
from avow.model.responses import Draft, Outcome
from avow.model.review_columns import SHEET_NAME, Column
from avow.outputs.form_order import form_order
from avow.outputs.shown_text import one_line
from avow.outputs.xlsx_parts import Choice, SheetColumn, TableSheet, TextSheet, workbook_bytes
from avow.outputs.xlsx_styles import (
    ASKED,
    ASKED_HEADING,
    CODE,
    HEADING,
    LABEL,
    PLAIN,
    QUIET,
    STRONG,
    TEXT,
    TITLE,
)

HOW_TO = "How to"
DECISIONS = ("accept", "edit", "choose", "gap", "not-applicable")
VERDICTS = ("yes", "partial", "no", "not-applicable")
OTHERS = 3

_WIDTHS = {
    Column.SHEET: (13, QUIET),
    Column.CELL: (7, QUIET),
    Column.REF: (10, QUIET),
    Column.SECTION: (15, QUIET),
    Column.QUESTION: (44, STRONG),
    Column.CHOICES: (12, QUIET),
    Column.WHY: (30, TEXT),
    Column.PROPOSED_VERDICT: (11, TEXT),
    Column.PROPOSED_ANSWER: (58, TEXT),
    Column.FROM_ANSWER: (17, QUIET),
    Column.OTHERS: (40, QUIET),
    Column.DECISION: (14, ASKED),
    Column.YOUR_VERDICT: (14, ASKED),
    Column.YOUR_ANSWER: (46, ASKED),
    Column.ANSWER_ID: (18, ASKED),
    Column.REVIEWER: (16, ASKED),
    Column.NOTE: (26, ASKED),
    Column.STAMP: (6, CODE),
}

_ORDER = tuple(Column)
_READ_BACK = frozenset({Column.SHEET, Column.CELL, Column.STAMP})


def review_workbook(
    questionnaire: Questionnaire, drafts: Sequence[Draft], content: Content | None = None
) -> bytes:
    """An xlsx with the rows whose outcome is review or gap, in the file's order.

    With `content`, other candidates stand with the question their answer was written for. Every text is
    a string cell, whatever it begins with; equal drafts give equal bytes.
    """
    order = form_order(questionnaire)
    waiting = [draft for draft in drafts if draft.outcome in (Outcome.REVIEW, Outcome.GAP)]
    waiting.sort(key=lambda draft: order(draft.question.address))
    table = TableSheet(
        name=SHEET_NAME,
        columns=tuple(
            SheetColumn(
                column.value, width, ASKED_HEADING if style == ASKED else HEADING, style, column in _READ_BACK
            )
            for column, (width, style) in _WIDTHS.items()
        ),
        rows=[_row(draft, content) for draft in waiting],
        choices=(
            Choice(
                _ORDER.index(Column.DECISION),
                DECISIONS,
                "Decision",
                "What becomes of this row. See the first sheet.",
            ),
            Choice(
                _ORDER.index(Column.YOUR_VERDICT),
                VERDICTS,
                "Your verdict",
                "Needed for edit: what your answer comes down to.",
            ),
        ),
        frozen_columns=3,
        done_column=_ORDER.index(Column.DECISION),
        pages_wide=2,
    )
    how_to = TextSheet(HOW_TO, _how_to(questionnaire.source.name, waiting))
    return workbook_bytes(f"Review of {questionnaire.source.name}", [how_to, table])


def _row(draft: Draft, content: Content | None) -> tuple[str, ...]:
    question = draft.question
    first = draft.citations[0].answer if draft.citations else ""
    cells = {
        Column.SHEET: question.address.sheet,
        Column.CELL: question.address.cell,
        Column.REF: question.ref,
        Column.SECTION: question.section,
        Column.QUESTION: question.text,
        Column.CHOICES: "\n".join(_choices(question)),
        Column.WHY: _why(draft),
        Column.PROPOSED_VERDICT: draft.verdict.value if draft.text else "",
        Column.PROPOSED_ANSWER: draft.text,
        Column.FROM_ANSWER: first,
        Column.OTHERS: _others(draft, first, content),
        Column.STAMP: draft.stamp,
    }
    return tuple(cells.get(column, "") for column in _ORDER)


def _choices(question: Question) -> tuple[str, ...]:
    place = question.place
    if place.options:
        return tuple(option.label for option in place.options)
    return place.choices.options if place.choices else ()


def _why(draft: Draft) -> str:
    lead = "Gap: " if draft.outcome is Outcome.GAP else ""
    words = list(dict.fromkeys(reason.explanation for reason in draft.reasons))
    notes = [one_line(cap.note) for cap in draft.proposal.caps if cap.note]
    notes += [f"answered otherwise in {one_line(draft.contradicts)}"] if draft.contradicts else []
    text = "\n".join(f"{word[:1].upper()}{word[1:]}." for word in words)
    return f"{lead}{text}" + (f"\n({'; '.join(dict.fromkeys(notes))})" if notes else "")


def _others(draft: Draft, first: str, content: Content | None) -> str:
    answers = content.answer_by_id if content else {}
    found = [match for match in draft.proposal.matches if match.answer != first][:OTHERS]
    return "\n".join(
        f"{match.answer} ({match.score:.2f})"
        + (f": {one_line(answers[match.answer].question)[:90]}" if match.answer in answers else "")
        for match in found
    )


def _how_to(name: str, waiting: Sequence[Draft]) -> list[tuple[int, str, str]]:
    gaps = sum(draft.outcome is Outcome.GAP for draft in waiting)
    count = (
        f"{len(waiting)} rows want a person: {len(waiting) - gaps} to review, {gaps} gaps."
        if waiting
        else "No row of this file wants a person."
    )
    blank = (PLAIN, "", "")
    return [
        (TITLE, "How to use this file", ""),
        blank,
        (LABEL, "For", name),
        (LABEL, "What waits", count),
        blank,
        *((LABEL, str(number), text) for number, text in enumerate(_STEPS, start=1)),
        blank,
        (LABEL, "Decision", "What it does, and what it needs"),
        *((STRONG, decision, text) for decision, text in _DECISION_WORDS.items()),
        blank,
        *((LABEL, term, text) for term, text in _RULES),
    ]


_STEPS = (
    "Go to the sheet “Review”. Read the question and what is proposed; filter by section or by reason.",
    "Fill in the tinted columns: a decision from the list, and your name under “Reviewer”.",
    "Save, and give the file back: avow fill <the customer's file> --review <this file>",
)
_DECISION_WORDS = {
    "accept": "The proposed answer is written as it stands.",
    "edit": "Your own words are written instead. Needs “Your verdict” and “Your answer”. The new wording joins "
    "the answer library, approved in your name.",
    "choose": "Another library answer is used. Needs its id under “Answer id”: one of the other candidates, "
    "or any other.",
    "gap": "Nothing is written. The row goes on the gap list, for its owner to work on.",
    "not-applicable": "The question does not apply to the company. Needs the fact that makes it so under “Your "
    "answer”. It is not a way to say “don't know”: that is a gap.",
    "(left empty)": "The row stays open.",
}
_RULES = (
    (
        "What a decision cannot do",
        "It cannot set aside an approval that does not hold, evidence that has expired, a control that is not "
        "implemented, a sharing level or a locked cell. Those are put right at their source.",
    ),
    (
        "Sheet, Cell, Stamp",
        "Leave these columns as they are. The stamp says what you saw: where the proposal has changed since, the "
        "decision does not hold, and Avow says so. Rows may be sorted, filtered or removed.",
    ),
)
