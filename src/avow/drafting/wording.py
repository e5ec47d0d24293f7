"""A verdict in the customer's own words, and which text goes into which cell."""

import re
from collections.abc import Sequence

from avow.drafting.open_questions import is_open, wants_words
from avow.model.base import Verdict
from avow.model.questionnaires import AnswerChoices, AnswerPlace, Question
from avow.model.reasons import Reason
from avow.model.responses import CellWrite
from avow.model.verdict_words import SPOKEN, choose, meaning

MARK = "X"
SEVERAL = "boxes"  # the source of choices of which any number may be marked
_MOST_WORDS = 4  # of a choice that says a verdict and no more ("Yes, fully implemented")

_VERDICT_WORD = re.compile(r"(yes|no|partly|partially|not applicable)\b", re.IGNORECASE)
_VERDICT_SENTENCE = re.compile(r"(?:yes|no)\s*[.,:;–—-]\s*", re.IGNORECASE)


def begins_with_verdict(narrative: str) -> bool:
    """Whether the narrative opens by saying yes, no, partly or not applicable."""
    return bool(_VERDICT_WORD.match(narrative))


def turned_round(narrative: str, verdict: Verdict) -> str | None:
    """The narrative for a question asked the other way round: `verdict` in place of its opening yes or no, then the
    same facts. A narrative of facts alone stays as it is. None where the opening word cannot be taken off cleanly
    ("No backup is kept") or nothing would be left to say why.
    """
    if not begins_with_verdict(narrative):
        return narrative
    opening = _VERDICT_SENTENCE.match(narrative)
    facts = narrative[opening.end() :] if opening else ""
    return f"{SPOKEN[verdict]}. {facts[0].upper()}{facts[1:]}" if facts else None


def writes_for(
    question: Question, narrative: str, verdict: Verdict
) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    """The cells a response goes to, or why it cannot be worded in this form.

    With choices, the answer cell takes one of them and the comment cell the narrative; without, the
    answer cell takes the narrative, or (where there is a comment cell too) the plain verdict. Words that their cell
    has no room for are never cut: a yes or a no may stand without them, all else waits.
    """
    place = question.place
    if verdict is Verdict.NEEDS_INPUT:
        return (), ()  # a gate has stopped it: there is nothing to word yet
    writes, reasons = _worded(question, place, narrative, verdict)
    if all(place.takes(write.value, write.address) for write in writes):
        return writes, reasons
    return (), (*reasons, Reason.TEXT_TOO_LONG)


def _worded(
    question: Question, place: AnswerPlace, narrative: str, verdict: Verdict
) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    if place.options:
        told = is_open(question.text) and not begins_with_verdict(narrative)
        if _is_free(place) and (told or wants_words(question.text, place.choices)):
            # "Please describe" wants words; a mark under "Yes" would answer something else.
            assert place.comment is not None  # noqa: S101  # it is free
            return (CellWrite(address=place.comment, value=narrative),), ()
        return _marked(question, place, narrative, verdict)
    if place.answer is None:
        return (), (Reason.NO_ANSWER_PLACE,)
    if place.choices is not None:
        return _chosen(question, place, narrative, verdict)
    in_words = is_open(question.text) or not begins_with_verdict(narrative)
    whole = CellWrite(address=place.answer, value=narrative)
    if place.comment is None or place.existing_comment or in_words:
        return (whole,), ()
    plain = CellWrite(address=place.answer, value=SPOKEN[verdict])
    if _has_room(place, narrative):
        return (plain, CellWrite(address=place.comment, value=narrative)), ()
    return ((whole,), ()) if place.takes(narrative, place.answer) else _without_words(plain, verdict)


def _is_free(place: AnswerPlace) -> bool:
    """Whether there is a comment cell with nothing in it yet."""
    return place.comment is not None and not place.existing_comment


def _has_room(place: AnswerPlace, narrative: str) -> bool:
    """Whether there is a free comment cell that takes the whole narrative."""
    return place.comment is not None and not place.existing_comment and place.takes(narrative, place.comment)


def _chosen(
    question: Question, place: AnswerPlace, narrative: str, verdict: Verdict
) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    assert place.answer is not None and place.choices is not None  # noqa: S101
    stated = stated_choices(narrative, place.choices.options, verdict, place.choices)
    if len(stated) == 1:
        return _in_its_words((CellWrite(address=place.answer, value=stated[0]),), place, narrative)
    if wants_words(question.text, place.choices) and not _has_room(place, narrative):
        return (), (Reason.TEXT_TOO_LONG if _is_free(place) else Reason.NO_CHOICE_FITS,)
    choice = place.choices.choice_for(verdict)
    if choice is None or not (begins_with_verdict(narrative) or _asks_whether(question.text)):
        return (), (Reason.NO_CHOICE_FITS,)
    return _with_words(CellWrite(address=place.answer, value=choice), place, narrative, verdict, choice)


def _asks_whether(question: str) -> bool:
    """Whether a bare fact ("Logs are kept for 13 months.") can stand beside a yes: only a closed question is met by
    it; to a statement or an instruction it is no verdict."""
    return question.rstrip().endswith("?") and not is_open(question)


def _marked(
    question: Question, place: AnswerPlace, narrative: str, verdict: Verdict
) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    labels = tuple(option.label for option in place.options)
    stated = stated_choices(narrative, labels, verdict, place.choices)
    if len(stated) == 1 or (stated and place.choices is not None and place.choices.source == SEVERAL):
        cells = tuple(
            CellWrite(address=option.address, value=MARK)
            for option in place.options
            if option.label in stated
        )
        return _in_its_words(cells, place, narrative)
    if wants_words(question.text, place.choices):
        return (), (Reason.NO_CHOICE_FITS,)
    label = place.choices.choice_for(verdict, labels) if place.choices else choose(verdict, labels)
    if label is None or not (begins_with_verdict(narrative) or _asks_whether(question.text)):
        return (), (Reason.NO_CHOICE_FITS,)
    address = next(option.address for option in place.options if option.label == label)
    return _with_words(CellWrite(address=address, value=MARK), place, narrative, verdict, label)


def stated_choices(
    narrative: str, labels: Sequence[str], verdict: Verdict, choices: AnswerChoices | None = None
) -> tuple[str, ...]:
    """The choices that a narrative says word for word, each as a line of its own: an answer learned from the same
    choices. One that means another verdict, by the form's own `choices` where it has some, is none."""
    means = choices.meaning_of if choices is not None else meaning
    lines = {" ".join(line.casefold().split()) for line in narrative.splitlines()}
    said = (label for label in dict.fromkeys(labels) if " ".join(label.casefold().split()) in lines)
    return tuple(label for label in said if means(label) in (None, verdict))


def _in_its_words(
    cells: tuple[CellWrite, ...], place: AnswerPlace, narrative: str
) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    """Choices that say what the narrative says; what else it says goes into the comment, where there is one."""
    if place.comment is not None and _has_room(place, narrative):
        return (*cells, CellWrite(address=place.comment, value=narrative)), ()
    return cells, ()


def _with_words(
    cell: CellWrite, place: AnswerPlace, narrative: str, verdict: Verdict, choice: str
) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    """The choice, with the narrative beside it where there is room. A choice of many words claims them all: "Yes, and it
    is tested every quarter" is more than a yes, so a person looks first."""
    claims = (Reason.CHOICE_SAYS_MORE,) if len(choice.split()) > _MOST_WORDS else ()
    if place.comment is not None and _has_room(place, narrative):
        return (cell, CellWrite(address=place.comment, value=narrative)), claims
    cells, reasons = _without_words(cell, verdict)
    return cells, (*claims, *reasons)


def _without_words(cell: CellWrite, verdict: Verdict) -> tuple[tuple[CellWrite, ...], tuple[Reason, ...]]:
    """A bare "Partially" or "N/A" leaves out what makes it true, so a person looks first."""
    if verdict in (Verdict.PARTIAL, Verdict.NOT_APPLICABLE):
        return (cell,), (Reason.ONLY_CHOICE_WRITABLE,)
    return (cell,), ()
