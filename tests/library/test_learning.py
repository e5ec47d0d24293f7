"""Learning holds back what it cannot vouch for."""

import time

import pytest

from avow.library.learning import Reading, Taken, learn
from avow.library.learning_traces import Names, companies_in, trace_in
from avow.model.base import Sharing, Verdict
from avow.model.learning import Learned, Likeness
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress, OptionCell, Question
from small_company import loaded


def asked(text: str, answer: str = "", comment: str = "", ref: str = "", row: int = 1) -> Question:
    place = AnswerPlace(existing=answer, existing_comment=comment)
    return Question(address=CellAddress(sheet="", cell=f"{row}:2"), text=text, ref=ref, place=place)


def learned(
    *questions: Question, names: Names | None = None, like: Likeness | None = None, alone: bool = True
) -> Learned:
    def differs(_text: str, one: tuple[Verdict, str], other: tuple[Verdict, str]) -> str:
        return f"verdict {one[0]} / {other[0]}" if one[0] is not other[0] else ""

    reading = Reading(
        controls_for=lambda _text: ["rest"],
        answered_by=lambda _text, _verdict, _narrative: like,
        differs=differs,
        stands_alone=lambda _text: alone,
        asks_whether=lambda text: not text.startswith("What"),
    )
    taken = Taken(source="last-year.csv", sharing=Sharing.UNDER_NDA, names=names or Names())
    return learn(questions, loaded().content, taken, reading)


@pytest.mark.parametrize(
    ("answer", "comment", "verdict", "narrative"),
    [
        ("Yes", "All of it.", "yes", "Yes. All of it."),
        ("Yes", "Yes, all of it.", "yes", "Yes, all of it."),
        ("No", "No backup is kept.", "no", "No backup is kept."),
        ("N", "", "no", "No."),
        ("Fully compliant", "", "yes", "Yes."),
        ("Partially implemented", "In the EU.", "partial", "Partially. In the EU."),
        ("N/A", "We hold none.", "not-applicable", "Not applicable. We hold none."),
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
        (asked("Are tapes shredded?", "Done."), "somebody was here"),
        (asked("Are tapes [[cipher]]?", "Yes"), "fact"),
        (asked("Are tapes shredded?", "Yes", "See attached"), "no answer yet"),
        (asked("Is customer data encrypted at rest?", "Yes"), "encrypted says the same"),
    ],
)
def test_what_it_cannot_vouch_for_is_held_back(question: Question, why: str) -> None:
    found = learned(question)
    assert found.entries == []
    assert why in found.held[0].why


def test_a_question_asked_twice_is_learned_once() -> None:
    found = learned(asked("Tapes?", "Yes", row=1), asked("tapes", "Yes", row=2))
    assert [one["question"] for one in found.entries] == ["Tapes?"]
    assert [one.why for one in found.held] == ["asked twice in this file, with the same answer"]


def test_a_file_that_contradicts_itself_teaches_nothing_on_that_question() -> None:
    found = learned(asked("Tapes?", "Yes", row=1), asked("TAPES?", "No", row=3), asked("Disks?", "No", row=4))
    assert [one["question"] for one in found.entries] == ["Disks?"]
    (dispute,) = found.contradictions
    assert (str(dispute.question.address), dispute.against, dispute.in_file) == ("3:2", "1:2", True)
    assert dispute.differs == "verdict no / yes"


def test_what_contradicts_the_library_is_listed_with_both_and_not_learned() -> None:
    found = learned(asked("is customer data encrypted  at rest", "No", "Not yet."))
    assert (found.entries, found.held) == ([], [])
    (dispute,) = found.contradictions
    assert (dispute.against, dispute.in_file, dispute.differs) == ("encrypted", False, "verdict no / yes")
    assert dispute.narrative == "No. Not yet."
    assert dispute.against_narrative.startswith("Yes. All stored customer data")


@pytest.mark.parametrize("differs", ["", "number 30 days / 90 days"])
def test_what_the_library_answers_in_other_words_is_a_phrasing_unless_it_contradicts(differs: str) -> None:
    found = learned(asked("Do you encrypt what you store?", "Yes"), like=Likeness("encrypted", differs))
    assert found.entries == []
    assert [one.answer for one in found.phrasings] == ([] if differs else ["encrypted"])
    assert [one.differs for one in found.contradictions] == ([differs] if differs else [])


def test_a_follow_up_that_says_little_is_learned_with_its_main_question() -> None:
    main = asked("Are tapes shredded?", "Yes", row=1)
    follow = asked("If yes, how?", "By a contractor.", row=2).model_copy(update={"parent": main.address})
    other = asked("Are disks shredded?", "Yes", row=3)
    again = asked("If yes, how?", "By us.", row=4).model_copy(update={"parent": other.address})
    found = learned(main, follow, other, again, alone=False)
    assert [one["question"] for one in found.entries] == [
        "Are tapes shredded?",
        "Are tapes shredded? If yes, how?",
        "Are disks shredded?",
        "Are disks shredded? If yes, how?",
    ]


def test_a_choice_of_the_form_means_what_the_form_says() -> None:
    choices = AnswerChoices(options=("3", "0"), source="validation", meanings=(("3", Verdict.YES),))
    place = AnswerPlace(existing="3", existing_comment="All of it.", choices=choices)
    unknown = AnswerPlace(existing="0", choices=choices)
    at = CellAddress(sheet="", cell="1:2")
    found = learned(
        Question(address=at, text="Tapes?", place=place), Question(address=at, text="Disks?", place=unknown)
    )
    assert [(one["verdict"], one["narrative"]) for one in found.entries] == [("yes", "All of it.")]
    assert "the choice '0'" in found.held[0].why


def test_a_choice_beside_a_statement_opens_the_words() -> None:
    choices = AnswerChoices(options=("Compliant", "Not compliant"), source="validation")
    place = AnswerPlace(existing="Compliant", existing_comment="Nightly.", choices=choices)
    found = learned(
        Question(address=CellAddress(sheet="", cell="1:2"), text="Tapes are shredded.", place=place)
    )
    assert found.entries[0]["narrative"] == "Yes. Nightly."


def test_words_that_say_neither_yes_nor_no_are_taken_for_yes_and_said_to_be() -> None:
    found = learned(
        asked("Are tapes shredded?", "A contractor takes them.", row=1),
        asked("What do you shred?", "Tapes.", row=2),
        asked("Are disks shredded?", "Yes. All.", row=3),
    )
    assert [one["verdict"] for one in found.entries] == ["yes", "yes", "yes"]
    assert found.assumed == ["are-tapes-shredded"]


def test_two_marked_options_say_nothing() -> None:
    options = tuple(OptionCell(label=one, address=CellAddress(sheet="", cell=one)) for one in ("Yes", "No"))
    place = AnswerPlace(existing="Yes, No", options=options)
    found = learned(Question(address=CellAddress(sheet="", cell="1:2"), text="Tapes?", place=place))
    assert found.entries == []
    assert "several options are marked" in found.held[0].why


# ── traces of somebody else ────────────────────────────────────────────────────────────────────

NAMES = Names(
    own=("Quillworks", "Quill Cloud"), customers=("Meridian Bank AG", "Target"), allowed=("Acme Hosting",)
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Yes. We tell meridian bank within 24 hours.", "a customer"),
        ("Yes. Target is told within 24 hours.", "a customer"),
        ("Yes, as for Umbrella Corp.", "another company"),
        ("Yes. Müller & Söhne GmbH is told.", "another company"),
        ("Agreed with Globex Financial Services Ltd, last year.", "another company"),
        ("Yes, by Siemens AG too.", "another company"),
        ("Yes, by Umbrella (UK) Ltd too.", "another company"),
        ("Yes, by umbrella Inc. too.", "another company"),
        ("Write to j.doe@umbrella.example.", "an e-mail address"),
        ("The gateway is vpn.umbrella.com.", "a host"),
        ("It runs on db01.prod.internal.", "a host"),
        ("See https://wiki.umbrella.co.uk/page.", "a host"),
        ("Only from 203.0.113.7 and nowhere else.", "a network address"),
        ("Only from 10.20.0.0/16.", "a network address"),
        ("It is 2001:db8:85a3:0:0:8a2e:370:7334 there.", "a network address"),
        ("Call +49 30 1234567 at night.", "a telephone number"),
        ("Call (555) 010-4477 at night.", "a telephone number"),
    ],
)
def test_what_names_somebody_else_is_held_for_a_person(text: str, what: str) -> None:
    found = learned(asked("Are tapes shredded?", "Yes", text), names=NAMES)
    assert found.entries == []
    assert what in found.held[0].why


@pytest.mark.parametrize(
    "text",
    [
        "Yes. Quillworks GmbH shreds all tapes.",
        "Yes. Write to security@quillworks.example, or see trust.quill-cloud.example.",
        "Yes. It runs on Amazon Web Services, Inc. in Frankfurt, and at Acme Hosting Ltd.",
        "Yes, by Deloitte LLP; see https://www.nist.gov and aws.amazon.com.",
        "Yes. The target is 24 hours, with TLS 1.2, AES-256 and version 10.0.1.2 of the agent.",
        "Yes, as PCI DSS 8.3.10.1 asks, since 2024-05-01, for 1,234,567 tapes in 90-day lots.",
        "Yes. Access ends within 24 hours. No exceptions. E.g. contractors, and so on.",
        "Yes. Buckets such as id.cloud.example.com are looked for.",
        "Yes. We use Node.js, config.yaml and SHA-256; 99.95 % over 12 months.",
    ],
)
def test_what_names_nobody_else_is_learned(text: str) -> None:
    found = learned(asked("Are tapes shredded?", "", text), names=NAMES)
    assert [one.why for one in found.held] == []
    assert found.entries[0]["narrative"] == text


def test_a_question_that_names_the_customer_is_held() -> None:
    found = learned(asked("Does the supplier tell Meridian Bank of incidents?", "Yes"), names=NAMES)
    assert "'Meridian Bank AG', a customer" in found.held[0].why


def test_names_the_library_has_may_be_learned_again() -> None:
    known = companies_in(["Cards are taken by Umbrella Payments Ltd. alone.", "Nobody else."])
    assert known == ("Umbrella Payments",)
    assert trace_in("Yes, by Umbrella Payments Limited.", Names(allowed=known)) is None
    assert trace_in("Yes, by Umbrella Holdings Limited.", Names(allowed=known)) is not None


def test_looking_for_traces_takes_no_time_on_long_texts() -> None:
    started = time.perf_counter()
    for text in (
        "A" * 50_000,
        "Aa " * 20_000,
        "a." * 30_000,
        "1." * 30_000,
        "+1 " * 20_000,
        "a:" * 30_000,
        "A, " * 20_000,
    ):
        trace_in(text, NAMES)
    assert time.perf_counter() - started < 5


def test_ids_do_not_collide_with_the_library_or_each_other() -> None:
    found = learned(asked("A?", "Yes", ref="encrypted"), asked("B?", "Yes", ref="Encrypted"))
    assert [one["id"] for one in found.entries] == ["encrypted-2", "encrypted-3"]
