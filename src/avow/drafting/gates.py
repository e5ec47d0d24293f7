"""The gates: what keeps an answer from being written without a person, each with its reason code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from avow.model.answers import LibraryAnswer
from avow.model.approvals import holds
from avow.model.base import Verdict
from avow.model.content import Content
from avow.model.controls import Status
from avow.model.engagements import Request
from avow.model.matches import Polarity, Proposal, Recommendation
from avow.model.questionnaires import Question
from avow.model.reasons import OF_THE_QUESTION, Reason

CLOSE = 0.06  # a rival this close with another verdict is a contradiction, not a runner-up,
GOOD = 0.75  # provided that it fits well itself

_BY_CODE = {reason.value: reason for reason in Reason}
_GOOD_ENOUGH = {
    Verdict.YES: frozenset({Status.IMPLEMENTED}),
    Verdict.PARTIAL: frozenset({Status.IMPLEMENTED, Status.PARTIAL, Status.ALTERNATIVE}),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """The answer about to be given, with all a gate looks at.

    `verdict` is what will be said: the answer's own, or its opposite where the question is asked the other way
    round. `product` and `region`: the scope asked about.
    """

    question: Question
    proposal: Proposal
    answer: LibraryAnswer
    content: Content
    request: Request
    product: str | None
    region: str | None
    verdict: Verdict

    @property
    def today(self) -> date:
        """The day the content is read for."""
        return self.content.as_of


def gate_reasons(candidate: Candidate) -> tuple[Reason, ...]:
    """Every reason that keeps the candidate from being written, each once; empty: it may be written."""
    found = [reason for gate in GATES for reason in gate(candidate)]
    return tuple(dict.fromkeys(found))


def _recommendation(candidate: Candidate) -> Iterator[Reason]:
    yield from (_BY_CODE[cap.name] for cap in candidate.proposal.caps if cap.name in _BY_CODE)
    if candidate.proposal.recommendation is not Recommendation.STRONG and not candidate.proposal.caps:
        yield Reason.WEAK_MATCH


def _polarity(candidate: Candidate) -> Iterator[Reason]:
    polarity = candidate.proposal.matches[0].polarity
    if polarity is Polarity.INVERTED:
        if candidate.proposal.recommendation is not Recommendation.STRONG:
            yield Reason.POLARITY_INVERTED
    elif polarity is Polarity.UNCLEAR:
        yield Reason.POLARITY_UNCLEAR


def _question_text(candidate: Candidate) -> Iterator[Reason]:
    yield from (flag for flag in candidate.question.flags if flag in OF_THE_QUESTION)


def _approval(candidate: Candidate) -> Iterator[Reason]:
    if candidate.answer.approval is None:
        yield Reason.NOT_APPROVED
    elif not holds(candidate.answer, candidate.content):
        yield Reason.APPROVAL_VOID


def _review_date(candidate: Candidate) -> Iterator[Reason]:
    if candidate.answer.review_by is not None and candidate.answer.review_by < candidate.today:
        yield Reason.ANSWER_OVERDUE


def _evidence(candidate: Candidate) -> Iterator[Reason]:
    for identifier in candidate.answer.evidence:
        piece = candidate.content.evidence_by_id.get(identifier)
        if piece is None:
            yield Reason.EVIDENCE_MISSING
        elif not piece.is_live(candidate.today):
            yield Reason.EVIDENCE_EXPIRED


def _sharing(candidate: Candidate) -> Iterator[Reason]:
    if not candidate.answer.sharing.may_go_to(candidate.request.sharing):
        yield Reason.SHARING_ABOVE_RECIPIENT


def _scope(candidate: Candidate) -> Iterator[Reason]:
    if not candidate.answer.scope.covers(candidate.product, candidate.region):
        yield Reason.OUT_OF_SCOPE


def _overclaim(candidate: Candidate) -> Iterator[Reason]:
    # Turned round, a "no" may claim what only a control makes true, and a "yes" still does.
    claims = {candidate.answer.verdict, candidate.verdict} & _GOOD_ENOUGH.keys()
    if not claims:
        return
    enough = frozenset.intersection(*(_GOOD_ENOUGH[claim] for claim in claims))
    if not candidate.answer.controls:
        yield Reason.CONTROL_STATUS_UNKNOWN
    for control in candidate.answer.controls:
        status = candidate.content.status_of(control, candidate.product, candidate.region)
        if status is None:
            yield Reason.CONTROL_STATUS_UNKNOWN
        elif status is Status.PLANNED:
            yield Reason.CONTROL_NOT_IMPLEMENTED
        elif status not in enough:
            yield Reason.OVERCLAIM


def _needs_input(candidate: Candidate) -> Iterator[Reason]:
    if candidate.answer.verdict is Verdict.NEEDS_INPUT:
        yield Reason.VERDICT_NEEDS_INPUT


def _rivals(candidate: Candidate) -> Iterator[Reason]:
    first, *others = candidate.proposal.matches
    for other in others:
        if first.score - other.score > CLOSE or other.score < GOOD:
            break
        rival = candidate.content.answer_by_id.get(other.answer)
        if rival and rival.verdict is not candidate.answer.verdict and other.polarity is first.polarity:
            yield Reason.ANSWERS_CONTRADICT
            break


GATES: tuple[Callable[[Candidate], Iterator[Reason]], ...] = (
    _recommendation,
    _polarity,
    _question_text,
    _needs_input,
    _overclaim,
    _scope,
    _evidence,
    _review_date,
    _approval,
    _sharing,
    _rivals,
)
