"""Reading people's decisions and applying them to drafts. Nothing here reads or writes files."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from avow.model.base import Verdict
from avow.model.engagements import ReviewDecision
from avow.model.matches import Match, Proposal, Recommendation, Signal
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, Draft, Gap, Outcome
from avow.model.review_columns import Column
from avow.model.verdict_words import meaning

ACCEPT, EDIT, CHOOSE, GAP, NOT_APPLICABLE = "accept", "edit", "choose", "gap", "not-applicable"
KINDS = (ACCEPT, EDIT, CHOOSE, GAP, NOT_APPLICABLE)

# What no decision on a row can set aside: the content, or the form, has to change first.
BINDING = frozenset(
    {
        Reason.NOT_APPROVED,
        Reason.APPROVAL_VOID,
        Reason.OVERCLAIM,
        Reason.CONTROL_NOT_IMPLEMENTED,
        Reason.EVIDENCE_EXPIRED,
        Reason.EVIDENCE_MISSING,
        Reason.SHARING_ABOVE_RECIPIENT,
        Reason.VERDICT_NEEDS_INPUT,
        Reason.POLARITY_INVERTED,
        Reason.POLARITY_UNCLEAR,
        Reason.FORMULA_IN_ANSWER,
        Reason.ANSWER_CELL_LOCKED,
        Reason.ANSWER_CELL_SHARED,
        Reason.ANSWER_CELL_COVERED,
        Reason.ANSWER_EXISTS,
        Reason.TEXT_NOT_WRITABLE,
        Reason.NO_CHOICE_FITS,
    }
)


class Refused(NamedTuple):
    """A decision that does not hold, and why, in words."""

    address: CellAddress
    why: str


def parse_decisions(rows: Iterable[Mapping[str, str]]) -> tuple[list[ReviewDecision], list[Refused]]:
    """Decisions from a review workbook's rows (column heading -> text); rows without a decision are passed over."""
    decisions: list[ReviewDecision] = []
    refused: list[Refused] = []
    for row in rows:
        kind = row.get(Column.DECISION, "").strip().casefold()
        if not kind:
            continue
        address = CellAddress(sheet=row.get(Column.SHEET, ""), cell=row.get(Column.CELL, ""))
        verdict = (
            meaning(row.get(Column.YOUR_VERDICT, "")) if row.get(Column.YOUR_VERDICT, "").strip() else None
        )
        decision = ReviewDecision(
            address=address,
            decision=kind,
            by=row.get(Column.REVIEWER, "").strip(),
            stamp=row.get(Column.STAMP, "").strip(),
            answer=row.get(Column.ANSWER_ID, "").strip() or None,
            verdict=Verdict.NOT_APPLICABLE if kind == NOT_APPLICABLE else verdict,
            text=row.get(Column.YOUR_ANSWER, "").strip(),
            note=row.get(Column.NOTE, "").strip(),
        )
        why = _incomplete(decision)
        if why:
            refused.append(Refused(address, why))
        else:
            decisions.append(decision)
    return decisions, refused


def _incomplete(decision: ReviewDecision) -> str:
    if decision.decision not in KINDS:
        return f"the decision {decision.decision!r} is not known; use {', '.join(KINDS)}"
    if not decision.by:
        return "the reviewer is missing; say who decided"
    if decision.decision == CHOOSE and not decision.answer:
        return "`choose` needs an answer id"
    if decision.decision in (EDIT, NOT_APPLICABLE) and not decision.text:
        return f"`{decision.decision}` needs your answer in words; an answer states its fact"
    if decision.decision == EDIT and decision.verdict is None:
        return "`edit` needs your verdict: yes, partial, no or not-applicable"
    return ""


def holding(
    decisions: Sequence[ReviewDecision], drafts: Sequence[Draft]
) -> tuple[list[ReviewDecision], list[Refused]]:
    """Decisions made on just what is proposed now; the others are refused as stale."""
    by_address = {draft.question.address: draft for draft in drafts}
    held: list[ReviewDecision] = []
    refused: list[Refused] = []
    for decision in decisions:
        draft = by_address.get(decision.address)
        if draft is None:
            refused.append(Refused(decision.address, "there is no such question in this file"))
        elif decision.stamp != draft.stamp and not _proposes(draft, decision.answer):
            refused.append(Refused(decision.address, Reason.DECISION_STALE.explanation))
        else:
            held.append(decision)
    return held, refused


def _proposes(draft: Draft, answer: str | None) -> bool:
    """Whether the draft has come to propose just the answer that was decided on."""
    return answer is not None and any(citation.answer == answer for citation in draft.citations)


def chosen_proposal(proposal: Proposal, answer_id: str, by: str) -> Proposal:
    """The proposal with one answer chosen by a person in front; what matching doubted is settled by them."""
    chosen = Match(answer=answer_id, score=1.0, signals=(Signal("chosen", 1.0, f"by {by}"),))
    others = tuple(match for match in proposal.matches if match.answer != answer_id and match.score < 0.9)
    return proposal.model_copy(
        update={
            "recommendation": Recommendation.STRONG,
            "matches": (chosen, *others),
            "caps": (),
            "uncovered": (),
            "together": (),
        }
    )


def decide(draft: Draft, decision: ReviewDecision) -> tuple[Draft, Refused | None]:
    """One decision applied to one draft.

    A person can settle doubts of matching; what is `BINDING` stays a review, and the refusal says so.
    """
    if decision.decision == GAP:
        gap = Gap(address=draft.question.address, question=draft.question.text, reason=Reason.MARKED_GAP)
        reasons = tuple(dict.fromkeys((Reason.MARKED_GAP, *draft.reasons)))
        update = {"outcome": Outcome.GAP, "gap": gap, "approved": None, "reasons": reasons, "writes": ()}
        return draft.model_copy(update=update), None
    if draft.outcome is Outcome.ANSWERED:
        return draft, None
    binding = [reason for reason in draft.reasons if reason in BINDING]
    placeless = Reason.NO_ANSWER_PLACE in draft.reasons
    if binding or not draft.citations or (not draft.writes and not placeless):
        unfit = [reason for reason in draft.reasons if reason is Reason.TEXT_TOO_LONG and not draft.writes]
        why = (
            "; ".join(reason.explanation for reason in (*binding, *unfit))
            or "there is no library answer or no cell to write to"
        )
        return draft, Refused(draft.question.address, why)
    approved = ApprovedResponse(
        address=draft.question.address,
        verdict=draft.verdict,
        text=draft.text,
        writes=draft.writes,
        citations=draft.citations,
        approved_by=decision.by,
    )
    kept = tuple(reason for reason in draft.reasons if reason is Reason.NO_ANSWER_PLACE)
    update = {"outcome": Outcome.ANSWERED, "approved": approved, "gap": None, "reasons": kept}
    return draft.model_copy(update=update), None
