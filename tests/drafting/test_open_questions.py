"""Which questions ask for words, and which a choice can answer."""

import pytest

from avow.drafting.open_questions import is_open, wants_words
from avow.drafting.wording import writes_for
from avow.model.base import Verdict
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress, OptionCell, Question
from avow.model.reasons import Reason

NARRATIVE = "Yes. Releases are reviewed by the open source office."


def at(cell: str) -> CellAddress:
    return CellAddress(sheet="", cell=cell)


def choices(*options: str, **more: object) -> AnswerChoices:
    return AnswerChoices.model_validate({"options": options, "source": "checkboxes", **more})


GRADES = choices("Complete", "Fully implemented", "Partially implemented", "Not implemented")
YES_NO = choices("Yes", "No")


def written(
    text: str, place: AnswerPlace, narrative: str = NARRATIVE
) -> tuple[list[str], tuple[Reason, ...]]:
    writes, reasons = writes_for(Question(address=at("q"), text=text, place=place), narrative, Verdict.YES)
    return [write.value for write in writes], reasons


def boxes(*labels: str, comment: bool = False) -> AnswerPlace:
    cells = tuple(OptionCell(label=one, address=at(f"box {one}")) for one in labels)
    return AnswerPlace(options=cells, choices=choices(*labels), comment=at("words") if comment else None)


def listed(*labels: str, comment: bool = False) -> AnswerPlace:
    return AnswerPlace(
        answer=at("answer"), choices=choices(*labels), comment=at("words") if comment else None
    )


@pytest.mark.parametrize(
    "text",
    [
        "Within how many hours are customers told?",
        "By when are patches applied?",
        "1.2) Which regions store data?",
        "1.2 Which regions store data?",
        "For production systems, what is the recovery time?",
        "If applicable, please describe the process.",
        "When an incident occurs, how are customers told?",
        "Bitte beschreiben Sie Ihre Datensicherung.",
        "Bis wann werden Daten gelöscht?",
        "Was passiert bei einem Ausfall?",
        "Veuillez décrire la sauvegarde.",
        "To what extent are backups encrypted?",
    ],
)
def test_open_questions_of_many_kinds(text: str) -> None:
    assert is_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "When an employee leaves, is access removed within a day?",
        "Where feasible, data is encrypted.",
        "Was an audit performed last year?",
        "State-of-the-art encryption is used.",
        "Please state whether data is encrypted.",
        "Please tell us if data is encrypted.",
        "For production systems, is data encrypted?",
    ],
)
def test_closed_ones_that_look_alike(text: str) -> None:
    assert not is_open(text)
    assert not wants_words(text, YES_NO)


@pytest.mark.parametrize(
    "place", [boxes("Complete", "Partial", "Not available"), listed("Yes", "Partial", "No")]
)
@pytest.mark.parametrize(
    "text",
    [
        "Describe the review of releases.",
        "How are releases reviewed?",
        "Within how many hours are releases reviewed?",
        "Please provide the review policy.",
        "Provide your review policy.",
    ],
)
def test_no_tick_stands_for_words_that_were_asked_for(text: str, place: AnswerPlace) -> None:
    assert written(text, place) == ([], (Reason.NO_CHOICE_FITS,))


def test_a_comment_that_is_taken_leaves_no_room_for_the_words() -> None:
    taken = listed("Yes", "No", comment=True).model_copy(update={"existing_comment": "theirs"})
    assert written("Describe the review of releases.", taken) == ([], (Reason.NO_CHOICE_FITS,))
    assert written("Are releases reviewed?", taken) == (["Yes"], ())


def test_with_room_for_words_they_go_there() -> None:
    text = "Describe the review of releases."
    assert written(text, boxes("Yes", "No", comment=True)) == ([NARRATIVE], ())
    assert written(text, listed("Yes", "No", comment=True)) == (["Yes", NARRATIVE], ())


@pytest.mark.parametrize(
    "text",
    [
        "Releases are reviewed before they go out.",
        "Are releases reviewed?",
        "Provide protection from malicious code at designated locations.",
        "Identify and document open source components.",
    ],
)
def test_a_checklist_of_requirements_takes_its_status(text: str) -> None:
    assert written(text, listed("Implemented", "Partially implemented", "Not implemented")) == (
        ["Implemented"],
        (),
    )


@pytest.mark.parametrize(
    "text", ["To what extent are releases reviewed?", "What is the implementation status of reviews?"]
)
def test_a_grade_is_answered_by_grades_and_by_nothing_less(text: str) -> None:
    assert not wants_words(text, GRADES)
    assert wants_words(text, YES_NO)
    assert written(text, listed("Implemented", "Partially implemented", "Not implemented")) == (
        ["Implemented"],
        (),
    )
    assert written(text, listed("Yes", "No")) == ([], (Reason.NO_CHOICE_FITS,))


def test_a_choice_that_the_answer_says_word_for_word_answers_an_open_question() -> None:
    place = listed("Daily", "Weekly")
    assert written("How often are releases reviewed?", place, "Weekly\nOn Mondays.") == (["Weekly"], ())


def test_a_stated_choice_means_what_the_form_says_it_means() -> None:
    place = AnswerPlace(
        answer=at("answer"), choices=choices("Open", "Closed", meanings=(("Open", "yes"), ("Closed", "no")))
    )
    # The words alone say the contrary: "open" is read as no.
    assert written("The ticket queue is staffed.", place, "Open\nBy two people.") == (["Open"], ())
