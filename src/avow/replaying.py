"""Replay: recorded questionnaires go through matching, gates and earlier decisions again; nothing is written.

record ──▶ Questions ──match──▶ Proposals ──draft──▶ Drafts ──earlier decisions──▶ compared with the record
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from avow.drafting.draft import draft_all
from avow.errors import AvowError
from avow.model.content import Content
from avow.model.engagements import Engagement, Request, ReviewDecision
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress, Question
from avow.model.reasons import Reason
from avow.model.replays import EngagementReplay, Source
from avow.model.responses import Draft
from avow.review.decisions import Refused
from avow.review.replay import changes, questions_again
from avow.review.rounds import settle
from avow.store.recording import value_sha256

if TYPE_CHECKING:
    from avow.store.repository import WorkStore

MatchAll = Callable[[Engagement, Sequence[Question]], list[Proposal]]


def chosen(engagements: Sequence[Engagement], ids: Sequence[str], customer: str | None) -> list[Engagement]:
    """The engagements with these ids (none: all) and this customer, in any case. The id of several files names them all.

    Raises AvowError for what there is not.
    """
    unknown = [one for one in ids if not any(known.named_by(one) for known in engagements)]
    if unknown:
        raise AvowError(f"there is no engagement {unknown[0]!r}; `avow replay` without one shows all")
    found = [one for one in engagements if not ids or any(one.named_by(asked) for asked in ids)]
    if customer is not None:
        found = [one for one in found if one.customer.casefold() == customer.casefold()]
        if not found:
            raise AvowError(
                f"nothing was filled for the customer {customer!r}; `avow replay` without one shows all"
            )
    return found


def replayed(
    store: "WorkStore", engagement: Engagement, content: Content, match_all: MatchAll
) -> EngagementReplay:
    """One engagement again, with the content as it is now. `match_all` gives a proposal for each question, in order."""
    rows = store.rows(engagement.id)
    questions, comparable = questions_again(rows)
    proposals = match_all(engagement, questions)
    pairs = [pair for pair in zip(questions, proposals, strict=True) if pair[0].address in comparable]
    decisions = [one.decision for one in store.decisions(engagement.id) if one.decision.address in comparable]
    drafts, stale = _settled(pairs, decisions, content, engagement)
    written = {(row.address, one.value_sha256) for row in rows for one in row.writes}
    return EngagementReplay(
        engagement=engagement,
        compared=len(drafts),
        left_out=len(questions) - len(drafts),
        follow_ups_known=all(row.parent is not None for row in rows),
        changes=tuple(
            changes(
                rows,
                drafts,
                told=_told(store, engagement),
                decisions=decisions,
                stale=stale,
                was_written=lambda address, text: (address, value_sha256(text)) in written,
            )
        ),
    )


def _settled(
    pairs: Sequence[tuple[Question, Proposal]],
    decisions: Sequence[ReviewDecision],
    content: Content,
    engagement: Engagement,
) -> tuple[list[Draft], frozenset[CellAddress]]:
    """Drafts after the recorded decisions, and the rows whose decision was made on other content."""
    request = Request.model_validate({name: getattr(engagement, name) for name in Request.model_fields})
    questions = [question for question, _ in pairs]

    def draft(proposals: Sequence[Proposal]) -> list[Draft]:
        return draft_all(questions, proposals, content, request, lambda _text: None)

    settled = settle(draft([one for _, one in pairs]), decisions, (), redraft=draft, promote=_not_again)
    refused = {one.address for one in settled.refused if one.why == Reason.DECISION_STALE.explanation}
    return settled.drafts, frozenset(refused)


def _not_again(
    reworded: Sequence[tuple[Draft, ReviewDecision]],
) -> tuple[dict[CellAddress, str], list[Refused]]:
    """A rewording becomes a library answer when it is filled; a replay writes nothing."""
    return {}, [Refused(one.address, Reason.DECISION_STALE.explanation) for _, one in reworded]


def _told(store: "WorkStore", engagement: Engagement) -> dict[CellAddress, list[Source]]:
    told: dict[CellAddress, list[Source]] = {}
    for one in store.commitments(engagement.customer):
        if one.engagement == engagement.id:
            told.setdefault(one.address, []).append(Source(answer=one.answer, stamp=one.stamp))
    return told
