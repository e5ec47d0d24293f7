"""The verdict in the customer's own words, in the cells the form has for it."""

import pytest

from avow.drafting.wording import is_open, turned_round, writes_for
from avow.model.base import Verdict
from avow.model.questionnaires import AnswerChoices, AnswerPlace, CellAddress, OptionCell, Question
from avow.model.reasons import Reason

WORDS = {
    Verdict.YES: "Yes. All of it.",
    Verdict.PARTIAL: "Partly. In the EU.",
    Verdict.NO: "No. None of it.",
    Verdict.NOT_APPLICABLE: "Not applicable. We have no offices.",
}


def at(cell: str) -> CellAddress:
    return CellAddress(sheet="Form", cell=cell)


def written(
    place: AnswerPlace, verdict: Verdict = Verdict.YES, text: str = "Is it so?", narrative: str = ""
) -> tuple[dict[str, str], tuple[Reason, ...]]:
    question = Question(address=at("B2"), text=text, place=place)
    writes, reasons = writes_for(question, narrative or WORDS[verdict], verdict)
    return {write.address.cell: write.value for write in writes}, reasons


def choices(options: str, comment: bool = True) -> AnswerPlace:
    return AnswerPlace(
        answer=at("C2"),
        comment=at("D2") if comment else None,
        choices=AnswerChoices(options=tuple(options.split("|")), source="validation"),
    )


@pytest.mark.parametrize(
    ("options", "verdict", "expected"),
    [
        ("Yes|No|Partial|N/A", Verdict.YES, "Yes"),
        ("Yes|No|Partial|N/A", Verdict.PARTIAL, "Partial"),
        ("Y|N|NA", Verdict.NOT_APPLICABLE, "NA"),
        ("Compliant|Non-compliant", Verdict.NO, "Non-compliant"),
        ("Fully implemented|Partially implemented|Not implemented", Verdict.PARTIAL, "Partially implemented"),
        ("Valid|Non-valid|Not Applicable", Verdict.YES, "Valid"),
        ("Fulfilled|Open|N/A", Verdict.NO, "Open"),
        ("Ja|Nein|Teilweise", Verdict.PARTIAL, "Teilweise"),
        (" Yes |No ", Verdict.YES, " Yes "),
    ],
)
def test_a_choice_is_written_as_the_customer_writes_it(options: str, verdict: Verdict, expected: str) -> None:
    assert written(choices(options), verdict) == ({"C2": expected, "D2": WORDS[verdict]}, ())


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ("Yes|No", Verdict.PARTIAL),
        ("Yes|No", Verdict.NOT_APPLICABLE),
        ("Fulfilled|Open", Verdict.PARTIAL),
        ("Low|High", Verdict.YES),
        ("Yes, fully|Yes, in place", Verdict.YES),
        ("Yes - with exceptions|No", Verdict.YES),
        ("", Verdict.YES),
    ],
)
def test_no_choice_is_bent_to_fit(options: str, verdict: Verdict) -> None:
    assert written(choices(options), verdict) == ({}, (Reason.NO_CHOICE_FITS,))


def test_a_list_that_could_not_be_resolved_fits_nothing() -> None:
    place = AnswerPlace(answer=at("C2"), choices=AnswerChoices(options=(), source="validation"))
    assert written(place) == ({}, (Reason.NO_CHOICE_FITS,))


@pytest.mark.parametrize("verdict", [Verdict.PARTIAL, Verdict.NOT_APPLICABLE])
def test_a_bare_partial_or_not_applicable_wants_a_person(verdict: Verdict) -> None:
    cells, reasons = written(choices("Yes|No|Partial|N/A", comment=False), verdict)
    assert reasons == (Reason.ONLY_CHOICE_WRITABLE,)
    assert list(cells) == ["C2"]


def test_a_bare_yes_may_stand_alone() -> None:
    assert written(choices("Yes|No", comment=False)) == ({"C2": "Yes"}, ())


def marked(labels: str, comment: bool = True) -> AnswerPlace:
    cells = tuple(
        OptionCell(label=label, address=at(f"{chr(67 + number)}2"))
        for number, label in enumerate(labels.split("|"))
    )
    return AnswerPlace(options=cells, comment=at("H2") if comment else None)


@pytest.mark.parametrize(
    ("verdict", "cell"),
    [(Verdict.YES, "C2"), (Verdict.NO, "D2"), (Verdict.PARTIAL, "E2"), (Verdict.NOT_APPLICABLE, "F2")],
)
def test_an_x_in_the_column_that_says_it(verdict: Verdict, cell: str) -> None:
    assert written(marked("Yes|No|Partly|N/A"), verdict) == ({cell: "X", "H2": WORDS[verdict]}, ())


def test_no_column_says_partly() -> None:
    assert written(marked("Yes|No"), Verdict.PARTIAL) == ({}, (Reason.NO_CHOICE_FITS,))


def test_a_comment_that_is_there_is_kept() -> None:
    place = choices("Yes|No").model_copy(update={"existing_comment": "ours"})
    assert written(place) == ({"C2": "Yes"}, ())


@pytest.mark.parametrize(
    ("place", "text", "narrative", "expected"),
    [
        (
            AnswerPlace(answer=at("C2"), comment=at("D2")),
            "Is it so?",
            "",
            {"C2": "Yes", "D2": "Yes. All of it."},
        ),
        (AnswerPlace(answer=at("C2")), "Is it so?", "", {"C2": "Yes. All of it."}),
        (
            AnswerPlace(answer=at("C2"), comment=at("D2")),
            "Which cipher do you use?",
            "AES-256.",
            {"C2": "AES-256."},
        ),
        (
            AnswerPlace(answer=at("C2"), comment=at("D2")),
            "Describe your backups.",
            "",
            {"C2": "Yes. All of it."},
        ),
        (AnswerPlace(answer=at("C2"), comment=at("D2")), "Is it so?", "AES-256.", {"C2": "AES-256."}),
    ],
)
def test_a_form_without_choices(
    place: AnswerPlace, text: str, narrative: str, expected: dict[str, str]
) -> None:
    assert written(place, text=text, narrative=narrative) == (expected, ())


@pytest.mark.parametrize("place", [choices("Fulfilled|Open"), marked("Yes|No")], ids=["dropdown", "columns"])
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Are logs kept for a year?", True),
        ("Plan how new cloud services will be implemented.", False),
        ("The supplier shall keep logs for a year", False),
    ],
)
def test_a_bare_fact_is_no_verdict_on_a_statement(place: AnswerPlace, text: str, fits: bool) -> None:
    cells, reasons = written(place, text=text, narrative="Logs are kept for 13 months.")
    assert bool(cells) is fits
    assert reasons == (() if fits else (Reason.NO_CHOICE_FITS,))


def test_an_open_question_is_not_answered_with_a_bare_choice() -> None:
    assert written(choices("Yes|No"), text="Which cipher do you use?", narrative="AES-256.") == (
        {},
        (Reason.NO_CHOICE_FITS,),
    )


def test_an_open_question_with_option_columns_takes_words_alone() -> None:
    assert written(marked("Yes|No"), text="Please describe your backups.") == ({"H2": "Yes. All of it."}, ())


@pytest.mark.parametrize("place", [choices("Yes|No|Partial|N/A"), marked("Yes|No|Partial|N/A")])
@pytest.mark.parametrize(
    ("verdict", "reasons"),
    [
        (Verdict.YES, ()),
        (Verdict.NO, ()),
        (Verdict.PARTIAL, (Reason.ONLY_CHOICE_WRITABLE,)),
        (Verdict.NOT_APPLICABLE, (Reason.ONLY_CHOICE_WRITABLE,)),
    ],
)
def test_a_choice_stands_without_words_too_long_for_the_comment_where_it_is_true_alone(
    place: AnswerPlace, verdict: Verdict, reasons: tuple[Reason, ...]
) -> None:
    cells, found = written(place.model_copy(update={"comment_longest": 5}), verdict)
    assert found == reasons
    assert len(cells) == 1
    room = len(WORDS[verdict])
    assert len(written(place.model_copy(update={"comment_longest": room}), verdict)[0]) == 2


@pytest.mark.parametrize(
    ("longest", "comment_longest", "expected"),
    [
        (None, None, {"C2": "Yes", "D2": "Yes. All of it."}),
        (3, 15, {"C2": "Yes", "D2": "Yes. All of it."}),
        (15, 14, {"C2": "Yes. All of it."}),
        (14, 14, {"C2": "Yes"}),
    ],
)
def test_words_go_where_all_of_them_fit(
    longest: int | None, comment_longest: int | None, expected: dict[str, str]
) -> None:
    place = AnswerPlace(answer=at("C2"), comment=at("D2"), longest=longest, comment_longest=comment_longest)
    assert written(place) == (expected, ())


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (AnswerPlace(answer=at("C2"), longest=14), "Is it so?"),
        (AnswerPlace(answer=at("C2"), comment=at("D2"), longest=2, comment_longest=2), "Is it so?"),
        (AnswerPlace(answer=at("C2"), comment=at("D2"), longest=14), "Describe your backups."),
        (choices("Yes|No").model_copy(update={"comment_longest": 5}), "Describe your backups."),
        (marked("Yes|No").model_copy(update={"comment_longest": 5}), "Describe your backups."),
    ],
)
def test_nothing_is_cut_to_fit(place: AnswerPlace, text: str) -> None:
    assert written(place, text=text) == ({}, (Reason.TEXT_TOO_LONG,))


def test_room_is_counted_as_spreadsheets_and_forms_count_it() -> None:
    place = AnswerPlace(answer=at("C2"), longest=10)
    assert written(place, narrative="Yes. ABCDE")[0] == {"C2": "Yes. ABCDE"}
    assert written(place, narrative="Yes. ABC\U0001f600E") == ({}, (Reason.TEXT_TOO_LONG,))


def test_no_place() -> None:
    assert written(AnswerPlace()) == ({}, (Reason.NO_ANSWER_PLACE,))


@pytest.mark.parametrize(
    "text",
    [
        "What is your RTO?",
        "Please describe how.",
        "If yes, list them.",
        "Wie oft?",
        "Quelle est la durée ?",
        "¿Cómo se cifra?",
    ],
)
def test_open_questions(text: str) -> None:
    assert is_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "Do you encrypt?",
        "Is there a policy that describes how?",
        "Vendor shall encrypt.",
        "If yes, is it tested?",
        "Howard Ltd shall confirm",
    ],
)
def test_closed_questions(text: str) -> None:
    assert not is_open(text)


@pytest.mark.parametrize(
    ("narrative", "verdict", "turned"),
    [
        ("No. We show no advertising.", Verdict.YES, "Yes. We show no advertising."),
        ("Yes - every volume is encrypted.", Verdict.NO, "No. Every volume is encrypted."),
        ("Every volume is encrypted.", Verdict.NO, "Every volume is encrypted."),
        ("No backup is kept on tape.", Verdict.YES, None),  # the "No" belongs to the sentence
        ("No.", Verdict.YES, None),  # nothing left to say why
    ],
)
def test_an_answer_turned_round_keeps_its_facts_and_changes_its_opening_word(
    narrative: str, verdict: Verdict, turned: str | None
):
    assert turned_round(narrative, verdict) == turned


LONG = "Yes, and every backup is restored each quarter"


def test_a_choice_that_claims_more_than_its_verdict_waits_for_a_person() -> None:
    assert written(choices(f"{LONG}|No")) == (
        {"C2": LONG, "D2": WORDS[Verdict.YES]}, (Reason.CHOICE_SAYS_MORE,),
    )  # fmt: skip
    options = tuple(OptionCell(label=label, address=at(cell)) for label, cell in ((LONG, "E2"), ("No", "F2")))
    place = AnswerPlace(options=options, choices=AnswerChoices(options=(LONG, "No"), source="columns"))
    assert written(place) == ({"E2": "X"}, (Reason.CHOICE_SAYS_MORE,))
    assert written(place, Verdict.NO) == ({"F2": "X"}, ())


def test_a_choice_that_the_answer_says_word_for_word_is_taken() -> None:
    assert written(choices(f"{LONG}|No", comment=False), narrative=LONG) == ({"C2": LONG}, ())
    assert written(choices("Daily|Weekly"), text="How often?", narrative="weekly\nOn Sundays.") == (
        {"C2": "Weekly", "D2": "weekly\nOn Sundays."}, (),
    )  # fmt: skip
    assert written(choices("We encrypt it|No"), narrative="We do not say we encrypt it.") == (
        {}, (Reason.NO_CHOICE_FITS,),
    )  # fmt: skip
    assert written(choices("Yes|No"), narrative="No\nYes. All of it.")[0]["C2"] == "Yes"


@pytest.mark.parametrize(("source", "marked"), [("boxes", {"E2": "X", "F2": "X"}), ("columns", {})])
def test_several_boxes_are_marked_only_where_several_may_be(source: str, marked: dict[str, str]) -> None:
    labels = ("ISO 27001", "SOC 2", "PCI DSS")
    options = tuple(
        OptionCell(label=one, address=at(f"{column}2")) for one, column in zip(labels, "EFG", strict=True)
    )
    place = AnswerPlace(options=options, choices=AnswerChoices(options=labels, source=source))
    assert written(place, text="Which do you hold?", narrative="ISO 27001\nSOC 2")[0] == marked
