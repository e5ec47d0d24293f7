"""Each gate stops an answer on its own, and lets it through where its reason is absent."""

from collections.abc import Callable
from datetime import date

import pytest

from avow.drafting.draft import draft_all
from avow.model.answers import Approval
from avow.model.base import Scope, Sharing, Verdict
from avow.model.content import Content
from avow.model.controls import Implementation, Status
from avow.model.engagements import Request
from avow.model.matches import Match, Polarity, Proposal, Recommendation, Signal
from avow.model.questionnaires import AnswerPlace, CellAddress, Question
from avow.model.reasons import Reason
from avow.model.responses import Draft, Outcome
from small_company import TODAY, approved, changed, loaded

TEXT = "Is customer data encrypted at rest?"
NDA = Request(customer="Meridian Bank", sharing=Sharing.UNDER_NDA)


def at(cell: str) -> CellAddress:
    return CellAddress(sheet="Form", cell=cell)


def question(
    text: str = TEXT, *, flags: tuple[Reason, ...] = (), place: AnswerPlace | None = None
) -> Question:
    return Question(
        address=at("B2"),
        text=text,
        flags=flags,
        place=place or AnswerPlace(answer=at("C2"), comment=at("D2")),
    )


def strong(answer: str = "encrypted", **said: object) -> Proposal:
    match = Match(answer=answer, score=0.95)
    return Proposal.model_validate(
        {"question": TEXT, "recommendation": Recommendation.STRONG, "matches": (match,), **said}
    )


def company(**parts: object) -> Content:
    """The small company with parts replaced, everything approved after that."""
    return approved(changed(loaded().content, **parts))


def with_answer(**fields: object) -> Content:
    content = loaded().content
    answers = tuple(
        one.model_copy(update=fields) if one.id == "encrypted" else one for one in content.answers
    )
    return company(answers=answers)


def implemented(*ones: tuple[str | None, Scope]) -> Content:
    return company(
        implementations=tuple(
            Implementation(control="rest", status=Status(status) if status else None, scope=scope)
            for status, scope in ones
        )
    )


def drafted(
    content: Content | None = None,
    asked: Question | None = None,
    proposal: Proposal | None = None,
    request: Request = NDA,
    text_check: Callable[[str], Reason | None] = lambda _text: None,
) -> Draft:
    (draft,) = draft_all(
        [asked or question()], [proposal or strong()], content or company(), request, text_check
    )
    return draft


def test_with_every_gate_passed_it_is_answered_and_cited() -> None:
    draft = drafted()
    assert (draft.outcome, draft.reasons, draft.verdict) == (Outcome.ANSWERED, (), Verdict.YES)
    assert [(write.address.cell, write.value) for write in draft.writes] == [
        ("C2", "Yes"),
        ("D2", "Yes. All stored customer data is encrypted with AES-256."),
    ]
    assert draft.approved is not None
    assert draft.approved.writes == draft.writes
    assert draft.approved.approved_by == "Dana Okafor"
    assert [(one.answer, one.controls, one.evidence) for one in draft.citations] == [
        ("encrypted", ("rest",), ("report",))
    ]


EU = Scope(regions=("EU",))
INK = Scope(products=("Ink",))
ALL = Scope()
PASSED = date(2026, 11, 22)


def inverted(polarity: Polarity, level: Recommendation = Recommendation.STRONG) -> Proposal:
    caps = () if level is Recommendation.STRONG else (Signal(Reason.POLARITY_INVERTED.value, -1.0, "why"),)
    matches = (Match(answer="encrypted", score=0.95, polarity=polarity),)
    return strong(matches=matches, recommendation=level, caps=caps)


def capped(reason: Reason) -> Proposal:
    return strong(recommendation=Recommendation.MEDIUM, caps=(Signal(reason.value, -1.0, "why"),))


def rival(answer: str, score: float, polarity: Polarity = Polarity.SAME) -> Proposal:
    return strong(
        matches=(Match(answer="encrypted", score=0.95), Match(answer=answer, score=score, polarity=polarity))
    )


def evidence(**fields: object) -> Content:
    content = loaded().content
    return company(evidence=tuple(one.model_copy(update=fields) for one in content.evidence))


def approved_then(**fields: object) -> Content:
    """Approved first, changed after."""
    content = company()
    return changed(content, answers=tuple(one.model_copy(update=fields) for one in content.answers))


STOPPED: dict[str, tuple[Reason, Callable[[], Draft]]] = {
    "a weak match": (
        Reason.WEAK_MATCH,
        lambda: drafted(proposal=strong(recommendation=Recommendation.MEDIUM)),
    ),
    "a contrast": (Reason.CONTRAST, lambda: drafted(proposal=capped(Reason.CONTRAST))),
    "another number": (Reason.NUMBER_DIFFERS, lambda: drafted(proposal=capped(Reason.NUMBER_DIFFERS))),
    "another frequency": (
        Reason.FREQUENCY_DIFFERS,
        lambda: drafted(proposal=capped(Reason.FREQUENCY_DIFFERS)),
    ),
    "half a question": (Reason.HALF_UNCOVERED, lambda: drafted(proposal=capped(Reason.HALF_UNCOVERED))),
    "the other way round, unsurely": (
        Reason.POLARITY_INVERTED,
        lambda: drafted(proposal=inverted(Polarity.INVERTED, Recommendation.MEDIUM)),
    ),
    "a negation": (Reason.POLARITY_UNCLEAR, lambda: drafted(proposal=inverted(Polarity.UNCLEAR))),
    "a hidden row": (Reason.HIDDEN_CONTENT, lambda: drafted(asked=question(flags=(Reason.HIDDEN_CONTENT,)))),
    "an unsure layout": (
        Reason.LAYOUT_UNSURE,
        lambda: drafted(asked=question(flags=(Reason.LAYOUT_UNSURE,))),
    ),
    "struck-out words": (
        Reason.STRUCK_OUT_TEXT,
        lambda: drafted(asked=question(flags=(Reason.STRUCK_OUT_TEXT,))),
    ),
    "odd characters": (
        Reason.SUSPICIOUS_TEXT,
        lambda: drafted(asked=question(flags=(Reason.SUSPICIOUS_TEXT,))),
    ),
    "an undecided answer": (
        Reason.VERDICT_NEEDS_INPUT,
        lambda: drafted(with_answer(verdict=Verdict.NEEDS_INPUT)),
    ),
    "a partial control": (Reason.OVERCLAIM, lambda: drafted(implemented(("partial", ALL)))),
    "an alternative control": (Reason.OVERCLAIM, lambda: drafted(implemented(("alternative", ALL)))),
    "a control set aside": (Reason.OVERCLAIM, lambda: drafted(implemented(("not-applicable", ALL)))),
    "an unset control": (Reason.CONTROL_STATUS_UNKNOWN, lambda: drafted(implemented((None, ALL)))),
    "a control nobody listed": (Reason.CONTROL_STATUS_UNKNOWN, lambda: drafted(implemented())),
    "a yes resting on nothing": (Reason.CONTROL_STATUS_UNKNOWN, lambda: drafted(with_answer(controls=()))),
    "a control of one region": (
        Reason.CONTROL_STATUS_UNKNOWN,
        lambda: drafted(implemented(("implemented", EU))),
    ),
    "a part of the company that lags": (
        Reason.OVERCLAIM,
        lambda: drafted(implemented(("implemented", ALL), ("partial", EU))),
    ),
    "a region that lags": (
        Reason.OVERCLAIM,
        lambda: drafted(
            implemented(("implemented", ALL), ("partial", EU)),
            request=NDA.model_copy(update={"region": "EU"}),
        ),
    ),
    "a region the question names": (
        Reason.OVERCLAIM,
        lambda: drafted(
            implemented(("implemented", ALL), ("partial", EU)), question("Is data in the EU encrypted?")
        ),
    ),
    "a product that lags": (
        Reason.OVERCLAIM,
        lambda: drafted(
            implemented(("implemented", ALL), ("partial", INK)),
            request=NDA.model_copy(update={"product": "ink"}),
        ),
    ),
    "an answer for one region": (Reason.OUT_OF_SCOPE, lambda: drafted(with_answer(scope=EU))),
    "an answer for another product": (
        Reason.OUT_OF_SCOPE,
        lambda: drafted(with_answer(scope=INK), request=NDA.model_copy(update={"product": "Quill"})),
    ),
    "two regions at once": (
        Reason.OUT_OF_SCOPE,
        lambda: drafted(
            with_answer(scope=Scope(regions=("EU", "US"))),
            question("Is data in the EU and the US encrypted?"),
        ),
    ),
    "evidence that ran out": (Reason.EVIDENCE_EXPIRED, lambda: drafted(evidence(valid_until=PASSED))),
    "evidence to come": (Reason.EVIDENCE_EXPIRED, lambda: drafted(evidence(valid_from=date(2026, 11, 24)))),
    "evidence that is not there": (Reason.EVIDENCE_MISSING, lambda: drafted(company(evidence=()))),
    "an overdue answer": (Reason.ANSWER_OVERDUE, lambda: drafted(with_answer(review_by=PASSED))),
    "no approval": (Reason.NOT_APPROVED, lambda: drafted(loaded().content)),
    "a void approval": (Reason.APPROVAL_VOID, lambda: drafted(approved_then(content_hash="edited"))),
    "a forged approval": (
        Reason.APPROVAL_VOID,
        lambda: drafted(approved_then(approval=Approval(by="X", on=TODAY, stamp="sha256-1:0"))),
    ),
    "a public recipient": (
        Reason.SHARING_ABOVE_RECIPIENT,
        lambda: drafted(request=Request(sharing=Sharing.PUBLIC)),
    ),
    "an internal answer": (
        Reason.SHARING_ABOVE_RECIPIENT,
        lambda: drafted(with_answer(sharing=Sharing.INTERNAL)),
    ),
    "a contradicting rival": (Reason.ANSWERS_CONTRADICT, lambda: drafted(proposal=rival("certified", 0.92))),
    "no choice that fits": (
        Reason.NO_CHOICE_FITS,
        lambda: drafted(
            asked=question(
                place=AnswerPlace.model_validate(
                    {"answer": at("C2"), "choices": {"options": ("Low", "High"), "source": "validation"}}
                )
            )
        ),
    ),
    "a locked cell": (
        Reason.ANSWER_CELL_LOCKED,
        lambda: drafted(
            asked=question(place=AnswerPlace(answer=at("C2"), blocked=(Reason.ANSWER_CELL_LOCKED,)))
        ),
    ),
    "text the file cannot hold": (
        Reason.TEXT_NOT_WRITABLE,
        lambda: drafted(text_check=lambda text: Reason.TEXT_NOT_WRITABLE if len(text) > 5 else None),
    ),
}


@pytest.mark.parametrize("name", STOPPED)
def test_one_gate_alone_stops_the_answer(name: str) -> None:
    reason, make = STOPPED[name]
    draft = make()
    assert (draft.outcome, draft.reasons) == (Outcome.REVIEW, (reason,))
    assert draft.approved is None


PASSES: dict[str, Callable[[], Draft]] = {
    "a region that is done": lambda: drafted(
        implemented(("implemented", ALL), ("partial", EU)), request=NDA.model_copy(update={"region": "US"})
    ),
    "the answer's own region": lambda: drafted(
        with_answer(scope=EU), request=NDA.model_copy(update={"region": "eu"})
    ),
    "the region in the question": lambda: drafted(
        with_answer(scope=EU), question("Is data in the EU encrypted?")
    ),
    "the last day of the evidence": lambda: drafted(evidence(valid_until=TODAY)),
    "the last day before review": lambda: drafted(with_answer(review_by=TODAY)),
    "no review date": lambda: drafted(with_answer(review_by=None)),
    "no evidence cited": lambda: drafted(with_answer(evidence=())),
    "a public answer to the public": lambda: drafted(
        with_answer(sharing=Sharing.PUBLIC), request=Request(sharing=Sharing.PUBLIC)
    ),
    "an internal recipient": lambda: drafted(request=Request(sharing=Sharing.INTERNAL)),
    "a partial answer of a partial control": lambda: drafted(with_partial("partial")),
    "a rival far behind": lambda: drafted(proposal=rival("certified", 0.80)),
    "a close rival the other way round": lambda: drafted(
        proposal=rival("certified", 0.93, Polarity.INVERTED)
    ),
    "a no, which claims nothing": lambda: drafted(proposal=strong("certified")),
    "a formula as question, with its value": lambda: drafted(asked=question(flags=())),
}


def with_partial(status: str) -> Content:
    content = with_answer(verdict=Verdict.PARTIAL)
    ones = (Implementation(control="rest", status=Status(status)),)
    return approved(changed(content, implementations=ones))


@pytest.mark.parametrize("name", PASSES)
def test_a_gate_lets_through_what_it_has_nothing_against(name: str) -> None:
    draft = PASSES[name]()
    assert (draft.outcome, draft.reasons) == (Outcome.ANSWERED, ())


def test_a_partial_answer_still_needs_something_in_place() -> None:
    assert drafted(with_partial("not-applicable")).reasons == (Reason.OVERCLAIM,)


def test_a_planned_control_makes_a_gap_with_owner_and_date() -> None:
    content = company(
        implementations=(
            Implementation(
                control="rest", status=Status.PLANNED, owner="Head of IT", planned_for=date(2027, 3, 31)
            ),
        )
    )
    draft = drafted(content)
    assert (draft.outcome, draft.writes, draft.approved) == (Outcome.GAP, (), None)
    assert draft.gap is not None
    assert (draft.gap.reason, draft.gap.control, draft.gap.owner, draft.gap.due) == (
        Reason.CONTROL_NOT_IMPLEMENTED,
        "rest",
        "Head of IT",
        date(2027, 3, 31),
    )


def test_an_inverted_question_never_gets_the_unflipped_verdict() -> None:
    draft = drafted(proposal=inverted(Polarity.INVERTED))
    assert (draft.outcome, draft.verdict) == (Outcome.ANSWERED, Verdict.NO)
    assert draft.text.startswith("No. All stored customer data is encrypted")
    assert not any("Yes" in write.value for write in draft.writes)
    assert draft.approved is not None
    assert (draft.approved.verdict, draft.approved.text) == (Verdict.NO, draft.text)


def test_an_inverted_match_that_is_not_sure_is_not_written() -> None:
    draft = drafted(proposal=inverted(Polarity.INVERTED, Recommendation.MEDIUM))
    assert (draft.outcome, draft.verdict) == (Outcome.REVIEW, Verdict.NO)


@pytest.mark.parametrize("verdict", [Verdict.PARTIAL, Verdict.NOT_APPLICABLE, Verdict.NEEDS_INPUT])
def test_only_a_yes_or_a_no_can_be_turned_round(verdict: Verdict) -> None:
    draft = drafted(with_answer(verdict=verdict), proposal=inverted(Polarity.INVERTED))
    assert draft.outcome is not Outcome.ANSWERED
    assert draft.verdict is Verdict.NEEDS_INPUT


def test_a_no_turned_into_a_yes_needs_a_working_control_as_any_yes_does() -> None:
    said_no = {"verdict": Verdict.NO, "narrative": "No. Nothing is stored in the clear."}
    content = approved(with_answer(**said_no))
    assert drafted(content, proposal=inverted(Polarity.INVERTED)).verdict is Verdict.YES
    assert drafted(content, proposal=inverted(Polarity.INVERTED)).outcome is Outcome.ANSWERED
    partly = (Implementation(control="rest", status=Status.PARTIAL),)
    draft = drafted(changed(content, implementations=partly), proposal=inverted(Polarity.INVERTED))
    assert draft.outcome is Outcome.REVIEW
    assert Reason.OVERCLAIM in draft.reasons


def test_several_reasons_are_all_given() -> None:
    content = evidence(valid_until=PASSED)
    draft = drafted(content, proposal=capped(Reason.CONTRAST), request=Request(sharing=Sharing.PUBLIC))
    assert draft.reasons == (Reason.CONTRAST, Reason.EVIDENCE_EXPIRED, Reason.SHARING_ABOVE_RECIPIENT)
