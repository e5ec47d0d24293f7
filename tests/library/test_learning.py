"""Learning holds back what it cannot vouch for."""

import pytest

from avow.library.learning import Learned, learn
from avow.model.base import Sharing
from avow.model.questionnaires import AnswerPlace, CellAddress, Question
from small_company import loaded


def asked(text: str, answer: str = "", comment: str = "", ref: str = "", row: int = 1) -> Question:
    place = AnswerPlace(existing=answer, existing_comment=comment)
    return Question(address=CellAddress(sheet="", cell=f"{row}:2"), text=text, ref=ref, place=place)


def learned(*questions: Question) -> Learned:
    return learn(
        questions,
        loaded().content,
        source="last-year.csv",
        sharing=Sharing.UNDER_NDA,
        controls_for=lambda _text: ["rest"],
    )


@pytest.mark.parametrize(
    ("answer", "comment", "verdict", "narrative"),
    [
        ("Yes", "All of it.", "yes", "All of it."),
        ("N", "", "no", "No."),
        ("Fully compliant", "", "yes", "Yes."),
        ("Partially implemented", "In the EU.", "partial", "In the EU."),
        ("N/A", "", "not-applicable", "Not applicable."),
        ("Yes - see policy 4", "", "yes", "Yes - see policy 4"),
        ("No, we use none", "", "no", "No, we use none"),
        ("", "Yes, at night.", "yes", "Yes, at night."),
        ("AES-256", "", "yes", "AES-256"),
        ("Every quarter", "By the CISO", "yes", "Every quarter\nBy the CISO"),
    ],
)
def test_an_answer_becomes_an_entry(answer: str, comment: str, verdict: str, narrative: str) -> None:
    found = learned(asked("What about tapes?", answer, comment, ref="T-1"))
    assert found.held == []
    assert found.entries == [
        {
            "id": "t-1",
            "question": "What about tapes?",
            "verdict": verdict,
            "narrative": narrative,
            "sharing": "under-nda",
            "ref": "T-1",
            "source": "last-year.csv",
            "controls": ["rest"],
        }
    ]


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (asked("Are tapes shredded?"), "no answer"),
        (asked("", "Yes"), "no text"),
        (asked("Are tapes shredded?", "TBD"), "no answer yet"),
        (asked("Are tapes shredded?", "Not assessed"), "no answer yet"),
        (asked("Are tapes shredded?", "Planned", "In the third quarter."), "no answer yet"),
        (asked("Are tapes shredded?", "In progress"), "no answer yet"),
        (asked("Are tapes shredded?", "See attached"), "no answer yet"),
        (asked("Are tapes shredded?", "We do not shred tapes."), "may say no"),
        (asked("Are tapes shredded?", "", "Tapes aren't shredded"), "may say no"),
        (asked("Are tapes shredded?", "No tape is kept at all"), "may say no"),
        (asked("Are tapes shredded?", "Yes", "No, not yet."), "its words say no"),
        (asked("Are tapes shredded?", "Yes", "{{ secret }}"), "template"),
        (asked("Are tapes [[cipher]]?", "Yes"), "fact"),
        (asked("Is customer data encrypted at rest?", "Yes"), "encrypted says the same"),
        (asked("is customer data encrypted  at rest", "No"), "encrypted says yes; look at both"),
    ],
)
def test_what_it_cannot_vouch_for_is_held_back(question: Question, why: str) -> None:
    found = learned(question)
    assert found.entries == []
    assert why in found.held[0].why


def test_a_question_asked_twice_is_learned_once() -> None:
    found = learned(asked("Tapes?", "Yes", row=1), asked("tapes", "Yes", row=2), asked("TAPES?", "No", row=3))
    assert len(found.entries) == 1
    assert [one.why for one in found.held] == [
        "asked twice in this file",
        "asked twice in this file, with two verdicts; look at both",
    ]


def test_ids_do_not_collide_with_the_library_or_each_other() -> None:
    found = learned(asked("A?", "Yes", ref="encrypted"), asked("B?", "Yes", ref="Encrypted"))
    assert [one["id"] for one in found.entries] == ["encrypted-2", "encrypted-3"]
