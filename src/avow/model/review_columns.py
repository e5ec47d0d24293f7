"""The columns of the review workbook: written by `outputs`, read back by `review`."""

from enum import StrEnum


class Column(StrEnum):
    """A column's heading."""

    SHEET = "Sheet"
    CELL = "Cell"
    REF = "Ref"
    SECTION = "Section"
    QUESTION = "Question"
    CHOICES = "Form's choices"
    WHY = "Why a person"
    PROPOSED_VERDICT = "Proposed verdict"
    PROPOSED_ANSWER = "Proposed answer"
    FROM_ANSWER = "From answer"
    OTHERS = "Other candidates"
    DECISION = "Decision"
    YOUR_VERDICT = "Your verdict"
    YOUR_ANSWER = "Your answer"
    ANSWER_ID = "Answer id"
    REVIEWER = "Reviewer"
    NOTE = "Note"
    STAMP = "Stamp"


SHEET_NAME = "Review"
