"""The answers beside a form that has no place for them: a workbook in the form's order."""

from collections.abc import Sequence

from avow.model.base import Verdict
from avow.model.questionnaires import Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import Draft, Outcome
from avow.outputs.form_order import form_order
from avow.outputs.xlsx_parts import SheetColumn, TableSheet, workbook_bytes
from avow.outputs.xlsx_styles import HEADING, QUIET, STRONG, TEXT

SHEET_NAME = "Answers"

_COLUMNS = (
    SheetColumn("Sheet", 14, HEADING, QUIET),
    SheetColumn("Cell", 8, HEADING, QUIET),
    SheetColumn("Ref", 11, HEADING, QUIET),
    SheetColumn("Section", 20, HEADING, QUIET),
    SheetColumn("Question", 52, HEADING, STRONG),
    SheetColumn("Answer", 72, HEADING, TEXT),
    SheetColumn("Verdict", 13, HEADING, TEXT),
    SheetColumn("Source", 22, HEADING, QUIET),
    SheetColumn("Status", 34, HEADING, QUIET),
)

_VERDICTS = {
    Verdict.YES: "Yes",
    Verdict.PARTIAL: "Partially",
    Verdict.NO: "No",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.NEEDS_INPUT: "",
}


def companion_workbook(questionnaire: Questionnaire, drafts: Sequence[Draft]) -> bytes:
    """An xlsx with every question in the form's order.

    Answered rows carry their text; the others say why they are open. A proposal nobody approved is never
    shown here, because this file may go to the customer.
    """
    order = form_order(questionnaire)
    ordered = sorted(drafts, key=lambda draft: order(draft.question.address))
    table = TableSheet(SHEET_NAME, _COLUMNS, [_row(draft) for draft in ordered], frozen_columns=3)
    return workbook_bytes(f"Answers to {questionnaire.source.name}", [table])


def _row(draft: Draft) -> tuple[str, ...]:
    question, approved = draft.question, draft.approved
    return (
        question.address.sheet,
        question.address.cell,
        question.ref,
        question.section,
        question.text,
        approved.text if approved else "",
        _VERDICTS[approved.verdict] if approved else "",
        ", ".join(one.answer for one in approved.citations) if approved else "",
        "Answered" if approved else _open(draft),
    )


def _open(draft: Draft) -> str:
    if draft.outcome is Outcome.IGNORED:
        lead = "Left as it is"
    else:
        lead = "Open, no answer yet" if draft.outcome is Outcome.GAP else "Open, with a person"
    words = [reason.explanation for reason in draft.reasons if reason is not Reason.NO_ANSWER_PLACE]
    return f"{lead}: {'; '.join(dict.fromkeys(words))}" if words else lead
