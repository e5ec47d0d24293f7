"""Lessons for the matching out of people's decisions. Pure: what is kept of them is written elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from avow.model.engagements import ReviewDecision
from avow.model.lessons import Lesson
from avow.model.matches import Polarity, Recommendation
from avow.model.questionnaires import CellAddress
from avow.model.responses import Draft
from avow.review.decisions import ACCEPT, CHOOSE


def lessons_of(
    drafts: Mapping[CellAddress, Draft], decisions: Iterable[ReviewDecision], on: date
) -> Iterator[Lesson]:
    """What decisions say of the answers that were proposed; `drafts` as the reviewer saw them.

    Accepting, or choosing, says that an answer fits; choosing another, that the proposed one does not. A rewording
    says neither, and a gap may be marked for reasons of the customer's: with the proposed answer lowered, the next
    run would propose another and ask again what was decided. Nothing is learned from a follow-up, which means little
    without its main question, from a row answered by several answers, or from one that asks the other way round.
    """
    for decision in decisions:
        draft = drafts.get(decision.address)
        if draft is None or not _tells(draft):
            continue
        proposed = draft.citations[0].answer if draft.citations else None
        if decision.decision == ACCEPT and proposed and not _is_sure(draft):
            yield _lesson(draft, proposed, decision, on, fits=True)
        elif decision.decision == CHOOSE and decision.answer:
            yield _lesson(draft, decision.answer, decision, on, fits=True)
            if proposed and proposed != decision.answer:
                yield _lesson(draft, proposed, decision, on, fits=False)


def _tells(draft: Draft) -> bool:
    matches = draft.proposal.matches
    return (
        bool(draft.question.text)
        and draft.question.parent is None
        and len(draft.citations) <= 1
        and not (matches and matches[0].polarity is not Polarity.SAME)
    )


def _is_sure(draft: Draft) -> bool:
    return draft.proposal.recommendation is Recommendation.STRONG


def _lesson(draft: Draft, answer: str, decision: ReviewDecision, on: date, *, fits: bool) -> Lesson:
    return Lesson(answer=answer, question=draft.question.text, fits=fits, by=decision.by, on=on)
