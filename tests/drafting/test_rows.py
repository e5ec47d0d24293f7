"""Rows beside each other: parents and follow-ups, answers that are there, gaps, and a file that repeats itself."""

from avow.drafting.draft import draft_all
from avow.model.base import Scope, Sharing, Verdict
from avow.model.content import Content
from avow.model.controls import Implementation, Status
from avow.model.engagements import Request
from avow.model.matches import ControlMatch, Match, Polarity, Proposal, Recommendation, Signal
from avow.model.questionnaires import AnswerPlace, CellAddress, Question
from avow.model.reasons import Reason
from avow.model.responses import Draft, Outcome
from small_company import approved, changed, loaded

NDA = Request(sharing=Sharing.UNDER_NDA)


def at(row: int, col: str = "B") -> CellAddress:
    return CellAddress(sheet="Form", cell=f"{col}{row}")


def row(
    number: int, text: str, parent: int | None = None, existing: str = "", blocked: tuple[Reason, ...] = ()
) -> Question:
    place = AnswerPlace(answer=None if blocked else at(number, "C"), existing=existing, blocked=blocked)
    return Question(address=at(number), text=text, parent=at(parent) if parent else None, place=place)


def match(
    answer: str | None, recommendation: Recommendation = Recommendation.STRONG, **said: object
) -> Proposal:
    matches = (Match(answer=answer, score=0.95),) if answer else ()
    held = recommendation if answer else Recommendation.NONE
    return Proposal.model_validate({"question": "q", "recommendation": held, "matches": matches, **said})


def drafts(*rows: tuple[Question, Proposal], content: Content | None = None) -> list[Draft]:
    questions, proposals = zip(*rows, strict=True)
    return draft_all(questions, proposals, content or approved(loaded().content), NDA, lambda _text: None)


YES, NO = match("encrypted"), match("certified")


def together(*parts: Proposal) -> Proposal:
    """A row of several questions: the first answer leaves the others open, each part has a proposal of its own."""
    open_half = Signal(Reason.HALF_UNCOVERED.value, -0.5, "the rest")
    return Proposal(
        question="q",
        recommendation=Recommendation.MEDIUM,
        matches=parts[0].matches,
        caps=(open_half,),
        together=parts,
    )


def saying(verdict: Verdict, narrative: str) -> Content:
    """The small company, with another answer to whether it is certified."""
    content = loaded().content
    said = {"verdict": verdict, "narrative": narrative, "controls": ("rest",)}
    answers = tuple(one.model_copy(update=said) if one.id == "certified" else one for one in content.answers)
    return approved(changed(content, answers=answers))


def outcomes(found: list[Draft]) -> list[tuple[str, list[str]]]:
    return [(draft.outcome.value, [reason.value for reason in draft.reasons]) for draft in found]


def test_a_follow_up_of_a_settled_parent_is_answered() -> None:
    found = drafts((row(1, "Is data encrypted?"), YES), (row(2, "If yes, describe.", parent=1), YES))
    assert outcomes(found) == [("answered", []), ("answered", [])]


def test_a_follow_up_under_another_condition_is_skipped() -> None:
    found = drafts(
        (row(1, "Is data encrypted?"), YES),
        (row(2, "If no, explain.", parent=1), YES),
        (row(3, "Are you certified?"), NO),
        (row(4, "If so, name the certificate.", parent=3), YES),
        (row(5, "Wenn ja, seit wann?", parent=3), match(None)),
    )
    assert outcomes(found) == [
        ("answered", []),
        ("ignored", ["skipped-by-form"]),
        ("answered", []),
        ("ignored", ["skipped-by-form"]),
        ("ignored", ["skipped-by-form"]),
    ]
    assert all(
        draft.writes == () and draft.citations == () and draft.gap is None
        for draft in found
        if draft.outcome is Outcome.IGNORED
    )


def test_a_follow_up_that_the_form_shows_for_another_answer_is_skipped() -> None:
    when_no = row(2, "Until when is it so?", parent=1).model_copy(update={"asked_if": (Verdict.NO,)})
    when_yes = row(3, "Since when is it so?", parent=1).model_copy(update={"asked_if": (Verdict.YES,)})
    found = drafts((row(1, "Is data encrypted?"), YES), (when_no, YES), (when_yes, YES))
    assert outcomes(found) == [("answered", []), ("ignored", ["skipped-by-form"]), ("answered", [])]


def test_what_the_form_says_goes_before_the_words_of_the_text() -> None:
    asked = row(2, "If no, explain.", parent=1).model_copy(update={"asked_if": (Verdict.YES,)})
    found = drafts((row(1, "Is data encrypted?"), YES), (asked, YES))
    assert outcomes(found)[1] == ("answered", [])


def test_a_text_too_long_for_its_place_waits_and_nothing_of_it_is_written() -> None:
    def placed(number: int, longest: int | None) -> Question:
        one = row(number, f"Is data encrypted in store {number}?")
        return one.model_copy(update={"place": one.place.model_copy(update={"longest": longest})})

    found = drafts((placed(1, 3), YES), (placed(2, None), YES))
    assert outcomes(found) == [("review", ["text-too-long"]), ("answered", [])]
    assert found[0].writes == ()
    assert found[0].text == found[1].text  # a person sees what there is to shorten


def test_a_follow_up_of_an_unsettled_parent_wants_a_person() -> None:
    found = drafts(
        (row(1, "Is data encrypted?"), match("encrypted", Recommendation.MEDIUM)),
        (row(2, "If yes, describe.", parent=1), YES),
    )
    assert outcomes(found) == [("review", ["weak-match"]), ("review", ["parent-unsettled"])]
    assert found[1].approved is None


def test_a_follow_up_that_contradicts_its_parent_wants_a_person() -> None:
    found = drafts((row(1, "Is data encrypted?"), YES), (row(2, "Please elaborate.", parent=1), NO))
    assert outcomes(found) == [("answered", []), ("review", ["parent-contradicted"])]


def test_a_parent_the_form_answered_settles_its_follow_up() -> None:
    found = drafts(
        (row(1, "Are you certified?", existing="No"), NO), (row(2, "If yes, describe.", parent=1), YES)
    )
    assert outcomes(found) == [("ignored", ["answer-exists"]), ("ignored", ["skipped-by-form"])]


def test_an_answer_that_is_there_is_kept_and_a_difference_is_said() -> None:
    found = drafts(
        (row(1, "Is data encrypted?", existing="Yes"), YES),
        (row(2, "Is data encrypted?", existing="No"), YES),
        (row(3, "Is data encrypted?", existing="see policy"), YES),
        (row(4, "Is the moon encrypted?", existing="No"), match(None)),
        (row(5, "Is data encrypted?", existing="No"), match("encrypted", Recommendation.MEDIUM)),
    )
    assert outcomes(found) == [
        ("ignored", ["answer-exists"]),
        ("review", ["answer-exists", "answers-contradict"]),
        ("ignored", ["answer-exists"]),
        ("ignored", ["answer-exists"]),
        ("ignored", ["answer-exists"]),
    ]
    assert all(draft.writes == () and draft.approved is None for draft in found)


def test_an_inverted_match_says_nothing_about_an_answer_that_is_there() -> None:
    inverted = match(
        "encrypted", matches=(Match(answer="encrypted", score=0.95, polarity=Polarity.INVERTED),)
    )
    assert outcomes(drafts((row(1, "Is data unencrypted?", existing="No"), inverted))) == [
        ("ignored", ["answer-exists"])
    ]


def test_the_same_question_with_two_answers_in_one_file() -> None:
    found = drafts(
        (row(1, "Is data encrypted?"), YES),
        (row(2, "is data  ENCRYPTED?"), NO),
        (row(3, "Is data encrypted?"), YES),
    )
    assert outcomes(found) == [("answered", []), ("review", ["earlier-row-contradicted"]), ("answered", [])]


def test_nothing_in_the_library_is_a_gap() -> None:
    (draft,) = drafts((row(1, "Do you own a submarine?"), match(None)))
    assert outcomes([draft]) == [("gap", ["no-match"])]
    assert draft.gap is not None
    assert (draft.gap.reason, draft.gap.control, draft.verdict, draft.text) == (
        Reason.NO_MATCH,
        None,
        Verdict.NEEDS_INPUT,
        "",
    )


def test_a_gap_names_the_control_it_is_surely_about() -> None:
    sure, unsure = ControlMatch(control="backup", score=0.8), ControlMatch(control="backup", score=0.5)
    first, second = drafts(
        (row(1, "Are backups taken?"), match(None, controls=(sure,))),
        (row(2, "Are backups?"), match(None, controls=(unsure,))),
    )
    assert first.gap is not None
    assert second.gap is not None
    assert (first.gap.reason, first.gap.control, first.gap.owner) == (
        Reason.CONTROL_NOT_IMPLEMENTED,
        "backup",
        "Head of IT",
    )
    assert (second.gap.reason, second.gap.control) == (Reason.NO_MATCH, None)


def test_a_question_of_an_implemented_control_without_an_answer_is_a_gap_of_the_library() -> None:
    (draft,) = drafts((row(1, "Keys?"), match(None, controls=(ControlMatch(control="rest", score=0.9),))))
    assert draft.gap is not None
    assert (draft.outcome, draft.gap.reason, draft.gap.control) == (Outcome.GAP, Reason.NO_MATCH, "rest")


def test_a_question_that_could_not_be_read_goes_to_a_person_not_to_the_gaps() -> None:
    broken = row(1, "#REF!").model_copy(update={"flags": (Reason.CELL_ERROR,)})
    empty = row(2, "").model_copy(update={"flags": (Reason.FORMULA_WITHOUT_VALUE,)})
    found = drafts((broken, match(None)), (empty, match(None)))
    assert outcomes(found) == [("review", ["cell-error"]), ("review", ["formula-without-value"])]


def test_an_unknown_language_is_said() -> None:
    caps = (Signal(Reason.UNREADABLE_LANGUAGE.value, -1.0, "Cyrillic"),)
    (draft,) = drafts((row(1, "Шифруются ли данные?"), match(None, caps=caps)))
    assert outcomes([draft]) == [("gap", ["no-match", "unreadable-language"])]


def test_a_form_without_a_place_is_answered_beside_it() -> None:
    (draft,) = drafts((row(1, "Is data encrypted?", blocked=(Reason.NO_ANSWER_PLACE,)), YES))
    assert outcomes([draft]) == [("answered", ["no-answer-place"])]
    assert draft.writes == ()
    assert draft.approved is not None


def test_the_library_answers_nothing_it_no_longer_has() -> None:
    (draft,) = drafts((row(1, "Is data encrypted?"), match("removed-answer")))
    assert draft.outcome is Outcome.GAP


def test_one_planned_control_among_two_is_the_gap() -> None:
    content = loaded().content
    answers = tuple(
        one.model_copy(update={"controls": ("rest", "backup")})
        for one in content.answers
        if one.id == "encrypted"
    )
    (draft,) = drafts(
        (row(1, "Is data encrypted?"), YES), content=approved(changed(content, answers=answers))
    )
    assert draft.gap is not None
    assert (draft.outcome, draft.gap.control) == (Outcome.GAP, "backup")


def test_a_planned_control_of_one_product_is_the_gap_of_that_product() -> None:
    content = loaded().content
    ink = Implementation(
        control="rest", status=Status.PLANNED, scope=Scope(products=("Ink",)), owner="Ink team"
    )
    content = approved(changed(content, implementations=(*content.implementations, ink)))
    (draft,) = drafts((row(1, "Is data in Ink encrypted?"), YES), content=content)
    assert draft.gap is not None
    assert (draft.outcome, draft.gap.control, draft.gap.reason) == (
        Outcome.GAP,
        "rest",
        Reason.CONTROL_NOT_IMPLEMENTED,
    )


def test_the_gap_names_the_control_that_is_planned_in_the_scope_asked_about() -> None:
    content = loaded().content
    ink = Scope(products=("Ink",))
    ones = (
        Implementation(control="rest", status=Status.IMPLEMENTED),
        Implementation(control="backup", status=Status.IMPLEMENTED),
        Implementation(control="backup", status=Status.PLANNED, scope=ink),
    )
    answers = tuple(
        one.model_copy(update={"controls": ("rest", "backup")})
        for one in content.answers
        if one.id == "encrypted"
    )
    content = approved(changed(content, answers=answers, implementations=ones))
    sure = match(None, controls=(ControlMatch(control="backup", score=0.9),))
    found = drafts(
        (row(1, "Is data in Ink encrypted?"), YES),
        (row(2, "Are there backups of Ink?"), sure),
        content=content,
    )
    assert [(draft.gap.control, draft.gap.reason) for draft in found if draft.gap] == [
        ("backup", Reason.CONTROL_NOT_IMPLEMENTED)
    ] * 2


def test_two_questions_in_one_row_are_answered_by_two_answers() -> None:
    found = drafts((row(1, "Is data encrypted, and are you certified?"), together(YES, NO)))[0]
    assert (found.outcome, found.reasons) == (Outcome.REVIEW, (Reason.PARTS_DIFFER,))
    assert found.verdict is Verdict.PARTIAL
    assert [one.answer for one in found.citations] == ["encrypted", "certified"]


def test_two_answers_of_one_verdict_are_written_together_each_cited() -> None:
    asked = row(1, "Is data encrypted, and are you certified?")
    found = drafts((asked, together(YES, NO)), content=saying(Verdict.YES, "Yes. Since 2024."))[0]
    assert (found.outcome, found.verdict) == (Outcome.ANSWERED, Verdict.YES)
    assert found.text.splitlines() == [
        "Yes. All stored customer data is encrypted with AES-256.",
        "Yes. Since 2024.",
    ]
    assert found.approved is not None
    assert [one.answer for one in found.approved.citations] == ["encrypted", "certified"]


def test_a_gate_closed_for_one_part_closes_the_row() -> None:
    unsure = NO.model_copy(update={"recommendation": Recommendation.MEDIUM})
    found = drafts((row(1, "Is data encrypted, and are you certified?"), together(YES, unsure)))[0]
    assert found.outcome is Outcome.REVIEW
    assert Reason.WEAK_MATCH in found.reasons


def test_a_part_nobody_can_answer_leaves_the_row_to_the_first_answer() -> None:
    nothing = Proposal(question="?", recommendation=Recommendation.NONE)
    found = drafts((row(1, "Is data encrypted, and is it blue?"), together(YES, nothing)))[0]
    assert [one.answer for one in found.citations] == ["encrypted"]
    assert found.outcome is Outcome.REVIEW
