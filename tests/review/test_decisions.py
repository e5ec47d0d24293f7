"""People's decisions: taken where they were made on what is proposed now, refused where content must change first."""

import pytest

from avow.drafting.draft import draft_all
from avow.model.base import Sharing, Verdict
from avow.model.content import Content
from avow.model.engagements import Request, ReviewDecision
from avow.model.matches import Match, Polarity, Proposal, Recommendation, Signal
from avow.model.questionnaires import AnswerPlace, CellAddress, Question
from avow.model.reasons import Reason
from avow.model.responses import Draft, Outcome
from avow.model.review_columns import Column
from avow.review.decisions import chosen_proposal, decide, holding, parse_decisions
from avow.review.promotion import promoted_entry
from small_company import approved, changed, loaded

AT = CellAddress(sheet="Form", cell="B2")
PLACE = AnswerPlace(answer=CellAddress(sheet="Form", cell="C2"), comment=CellAddress(sheet="Form", cell="D2"))
NDA = Request(sharing=Sharing.UNDER_NDA)


def proposal(answer: str = "encrypted", **said: object) -> Proposal:
    match = Match(answer=answer, score=0.9)
    return Proposal.model_validate(
        {"question": "q", "recommendation": Recommendation.MEDIUM, "matches": (match,), **said}
    )


def draft(
    found: Proposal | None = None,
    content: Content | None = None,
    place: AnswerPlace = PLACE,
    request: Request = NDA,
) -> Draft:
    question = Question(address=AT, text="Is customer data encrypted at rest?", ref="IAM-02", place=place)
    (one,) = draft_all(
        [question], [found or proposal()], content or approved(loaded().content), request, lambda _text: None
    )
    return one


def decision(kind: str = "accept", on: Draft | None = None, **said: object) -> ReviewDecision:
    return ReviewDecision.model_validate(
        {"address": AT, "decision": kind, "by": "Ada", "stamp": on.stamp if on else "", **said}
    )


def line(**said: str) -> dict[str, str]:
    row = {
        Column.SHEET: "Form",
        Column.CELL: "B2",
        Column.REVIEWER: "Ada",
        Column.STAMP: "s",
        **{Column[key]: text for key, text in said.items()},
    }
    return {column.value: text for column, text in row.items()}


def test_decisions_are_read_from_rows() -> None:
    found, refused = parse_decisions(
        [
            line(DECISION=" Accept "),
            line(DECISION=""),
            line(DECISION="edit", YOUR_VERDICT="Partially", YOUR_ANSWER="Partly. In the EU."),
            line(DECISION="choose", ANSWER_ID="certified"),
            line(DECISION="gap", NOTE="ask IT"),
            line(DECISION="not-applicable", YOUR_ANSWER="We have no offices."),
        ]
    )
    assert refused == []
    assert [(one.decision, one.verdict, one.answer) for one in found] == [
        ("accept", None, None),
        ("edit", Verdict.PARTIAL, None),
        ("choose", None, "certified"),
        ("gap", None, None),
        ("not-applicable", Verdict.NOT_APPLICABLE, None),
    ]
    assert found[0].address == AT


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (line(DECISION="perhaps"), "not known"),
        (line(DECISION="accept", REVIEWER=" "), "reviewer is missing"),
        (line(DECISION="choose"), "needs an answer id"),
        (line(DECISION="edit", YOUR_VERDICT="yes"), "in words"),
        (line(DECISION="edit", YOUR_ANSWER="All of it."), "needs your verdict"),
        (line(DECISION="edit", YOUR_ANSWER="All of it.", YOUR_VERDICT="perhaps"), "needs your verdict"),
        (line(DECISION="not-applicable"), "in words"),
    ],
)
def test_an_incomplete_decision_is_refused_with_what_is_missing(row: dict[str, str], why: str) -> None:
    found, refused = parse_decisions([row])
    assert found == []
    assert why in refused[0].why


def test_a_decision_on_what_is_proposed_now_holds() -> None:
    now = draft()
    held, refused = holding([decision(on=now)], [now])
    assert (len(held), refused) == (1, [])


@pytest.mark.parametrize("change", ["narrative", "status", "question", "verdict"])
def test_a_decision_on_other_content_is_stale(change: str) -> None:
    seen = draft()
    content = loaded().content
    if change == "question":
        now = seen.model_copy(
            update={"question": seen.question.model_copy(update={"text": "Is it not encrypted?"})}
        )
    elif change == "status":
        now = draft(content=approved(changed(content, implementations=())))
    else:
        update = (
            {"narrative": "Yes. Some of it.", "content_hash": "other"}
            if change == "narrative"
            else {"verdict": Verdict.NO}
        )
        now = draft(
            content=approved(
                changed(content, answers=tuple(one.model_copy(update=update) for one in content.answers))
            )
        )
    held, refused = holding([decision(on=seen)], [now])
    assert held == []
    assert refused[0].why == Reason.DECISION_STALE.explanation


def test_a_decision_on_another_file_finds_no_row() -> None:
    now = draft()
    elsewhere = decision(on=now).model_copy(update={"address": CellAddress(sheet="Form", cell="B99")})
    held, refused = holding([elsewhere], [now])
    assert (held, len(refused)) == ([], 1)


def test_a_person_settles_a_doubt_of_matching() -> None:
    unsure = draft(proposal(caps=(Signal(Reason.CONTRAST.value, -1.0, ""),)))
    assert unsure.outcome is Outcome.REVIEW
    settled, refused = decide(unsure, decision(on=unsure))
    assert refused is None
    assert settled.outcome is Outcome.ANSWERED
    assert settled.approved is not None
    assert (settled.approved.approved_by, settled.approved.writes) == ("Ada", unsure.writes)
    assert settled.reasons == ()


BINDING = [
    "not-approved",
    "approval-void",
    "overclaim",
    "control-not-implemented",
    "evidence-expired",
    "evidence-missing",
    "sharing-above-recipient",
    "verdict-needs-input",
    "polarity-inverted",
    "polarity-unclear",
    "formula-in-answer",
    "answer-cell-locked",
    "answer-cell-shared",
    "answer-cell-covered",
    "answer-exists",
    "text-not-writable",
    "no-choice-fits",
]


@pytest.mark.parametrize("reason", [Reason(code) for code in BINDING])
def test_a_binding_reason_outlasts_every_decision_but_gap(reason: Reason) -> None:
    held = draft().model_copy(update={"reasons": (Reason.WEAK_MATCH, reason)})
    for kind in ("accept", "edit", "choose", "not-applicable"):
        after, refused = decide(held, decision(kind))
        assert after == held
        assert refused is not None
        assert reason.explanation in refused.why
    after, refused = decide(held, decision("gap"))
    assert (after.outcome, refused) == (Outcome.GAP, None)


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (lambda: draft(content=loaded().content), Reason.NOT_APPROVED),
        (lambda: draft(request=Request(sharing=Sharing.PUBLIC)), Reason.SHARING_ABOVE_RECIPIENT),
        (
            lambda: draft(
                proposal(matches=(Match(answer="encrypted", score=0.9, polarity=Polarity.INVERTED),))
            ),
            Reason.POLARITY_INVERTED,
        ),
        (
            lambda: draft(
                place=PLACE.model_copy(update={"existing": "No"}),
                found=proposal(recommendation=Recommendation.STRONG),
            ),
            Reason.ANSWER_EXISTS,
        ),
        (lambda: draft(place=AnswerPlace(blocked=(Reason.FORMULA_IN_ANSWER,))), Reason.FORMULA_IN_ANSWER),
        (lambda: draft(content=approved(changed(loaded().content, evidence=()))), Reason.EVIDENCE_MISSING),
    ],
)
def test_accepting_does_not_set_aside_what_is_not_a_matter_of_opinion(now: object, reason: Reason) -> None:
    held = now()  # type: ignore[operator]
    assert reason in held.reasons
    after, refused = decide(held, decision(on=held))
    assert refused is not None
    assert after.approved is None


def test_a_gap_has_nothing_to_accept() -> None:
    empty = draft(Proposal(question="q", recommendation=Recommendation.NONE))
    after, refused = decide(empty, decision(on=empty))
    assert refused is not None
    assert "no library answer" in refused.why
    assert after.outcome is Outcome.GAP


def test_marking_a_gap_takes_the_answer_back() -> None:
    sure = draft(proposal(recommendation=Recommendation.STRONG))
    assert sure.outcome is Outcome.ANSWERED
    after, _ = decide(sure, decision("gap", on=sure))
    assert (after.outcome, after.approved, after.writes, after.reasons[0]) == (
        Outcome.GAP,
        None,
        (),
        Reason.MARKED_GAP,
    )
    assert after.gap is not None
    assert after.gap.reason is Reason.MARKED_GAP


def test_choosing_another_answer_goes_through_the_gates_again() -> None:
    doubted = proposal(caps=(Signal(Reason.CONTRAST.value, -1.0, ""),), uncovered=("half",))
    chosen = chosen_proposal(doubted, "certified", "Ada")
    assert chosen.matches[0].answer == "certified"
    assert chosen.matches[0].signals == (Signal("chosen", 1.0, "by Ada"),)
    assert draft(chosen).outcome is Outcome.ANSWERED
    assert draft(chosen, content=loaded().content).reasons == (Reason.NOT_APPROVED,)


def test_a_reworded_answer_is_promoted_with_what_it_rests_on() -> None:
    seen = draft()
    entry = promoted_entry(
        seen,
        decision("edit", on=seen, verdict=Verdict.PARTIAL, text="Partly. In the EU."),
        Sharing.UNDER_NDA,
        "iam-02",
    )
    assert entry == {
        "id": "iam-02",
        "question": "Is customer data encrypted at rest?",
        "verdict": "partial",
        "narrative": "Partly. In the EU.",
        "sharing": "under-nda",
        "owner": "Ada",
        "source": "review",
        "controls": ["rest"],
    }


def test_nobody_accepts_words_that_their_place_does_not_take() -> None:
    short = draft(place=AnswerPlace(answer=CellAddress(sheet="Form", cell="C2"), longest=3))
    assert Reason.TEXT_TOO_LONG in short.reasons
    after, refused = decide(short, decision(on=short))
    assert after.outcome is Outcome.REVIEW
    assert refused is not None
    assert refused.why == Reason.TEXT_TOO_LONG.explanation
