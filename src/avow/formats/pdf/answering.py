"""The response document of a flat PDF: its questions in order, with the answers below them."""

import re
from collections.abc import Mapping, Sequence

from avow.formats.pdf.flat import words_of
from avow.formats.response_document import ResponseItem, response_document
from avow.formats.writing import CellNotWritableError
from avow.model.questionnaires import CellAddress, Question
from avow.model.reasons import Reason
from avow.model.responses import CellWrite


def answered(name: str, questions: Sequence[Question], writes: Sequence[CellWrite]) -> bytes:
    """The .docx that responds to the file `name`: every question, with what was written or stood there already.

    Raises CellNotWritableError for a place the file does not have.
    """
    values = {write.address: write.value for write in writes}
    items = [_item(question, values) for question in questions if not _unseen(question, values)]
    known = {place for one in questions for place in (one.address, words_of(one.address))}
    stray = next((address for address in values if address not in known), None)
    if stray is not None:
        raise CellNotWritableError(str(stray), Reason.NO_ANSWER_PLACE)
    return response_document(name, items)


def _unseen(question: Question, values: Mapping[CellAddress, str]) -> bool:
    """Text that nobody sees in the file is not brought to light in ours, unless a person answered it."""
    return Reason.HIDDEN_CONTENT in question.flags and question.address not in values


def _item(question: Question, values: Mapping[CellAddress, str]) -> ResponseItem:
    place = question.place
    choice = values.get(question.address, place.existing)
    words = values.get(words_of(question.address), place.existing_comment)
    return ResponseItem(
        section=question.section, ref=question.ref, question=question.text, answer=_together(choice, words)
    )


def _together(choice: str, words: str) -> str:
    """The choice, and the words below it; the words alone where they open with the choice."""
    opens = bool(choice) and re.match(rf"{re.escape(choice.strip())}\b", words, re.IGNORECASE)
    return words if opens else "\n".join(part for part in (choice, words) if part)
