"""A round of review: people's decisions, earlier ones included, applied to the drafts they were made on."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from avow.model.engagements import ReviewDecision
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress
from avow.model.responses import Draft
from avow.review.decisions import CHOOSE, EDIT, NOT_APPLICABLE, Refused, chosen_proposal, decide, holding

REWORDING = (EDIT, NOT_APPLICABLE)

Redraft = Callable[[Sequence[Proposal]], list[Draft]]
Promote = Callable[[Sequence[tuple[Draft, ReviewDecision]]], tuple[dict[CellAddress, str], list[Refused]]]


class Settled(NamedTuple):
    """Drafts after the round, every decision that holds (to be recorded), and the refused ones."""

    drafts: list[Draft]
    decisions: list[ReviewDecision]
    refused: list[Refused]


def settle(
    drafts: Sequence[Draft],
    earlier: Sequence[ReviewDecision],
    fresh: Sequence[ReviewDecision],
    redraft: Redraft,
    promote: Promote,
) -> Settled:
    """Apply decisions to drafts; a fresh decision on a row replaces an earlier one.

    `redraft` drafts the questions anew from proposals (theirs, in order); `promote` makes library answers of
    reworded rows and gives their ids. Reworded decisions come back with the id of the answer made of them.
    """
    latest = {one.address: one for one in earlier}
    latest |= {one.address: one for one in fresh if not _repeats(one, latest.get(one.address))}
    by_address = {draft.question.address: draft for draft in drafts}
    held, refused = holding([_with_answer(one, by_address) for one in latest.values()], drafts)
    reworded = [
        (by_address[one.address], one) for one in held if one.decision in REWORDING and not one.answer
    ]
    made, unfit = promote(reworded) if reworded else ({}, [])
    refused += unfit
    unfit_rows = {one.address for one in unfit}
    kept = [
        one.model_copy(update={"answer": made[one.address]}) if one.address in made else one
        for one in held
        if one.address not in unfit_rows
    ]
    if not kept:
        return Settled(list(drafts), [], refused)
    by_row = {one.address: one for one in kept}
    settled: list[Draft] = []
    for draft in redraft(
        [_with_choice(draft.proposal, by_row.get(draft.question.address)) for draft in drafts]
    ):
        decision = by_row.get(draft.question.address)
        if decision is None:
            settled.append(draft)
            continue
        decided, why = decide(draft, decision)
        settled.append(decided)
        if why is not None:
            refused.append(why)
    return Settled(settled, kept, refused)


def _repeats(fresh: ReviewDecision, earlier: ReviewDecision | None) -> bool:
    """Whether a decision was handed in before, and may by now have a library answer made of it."""
    return earlier is not None and fresh == earlier.model_copy(update={"answer": fresh.answer})


def _with_answer(decision: ReviewDecision, drafts: Mapping[CellAddress, Draft]) -> ReviewDecision:
    """A rewording that the library holds already, from a run that came to nothing, needs no second answer."""
    draft = drafts.get(decision.address)
    if decision.answer or decision.decision not in REWORDING or draft is None or len(draft.citations) != 1:
        return decision
    if draft.text != decision.text or draft.verdict is not decision.verdict:
        return decision
    return decision.model_copy(update={"answer": draft.citations[0].answer})


def _with_choice(proposal: Proposal, decision: ReviewDecision | None) -> Proposal:
    if decision is None or decision.answer is None or decision.decision not in (CHOOSE, *REWORDING):
        return proposal
    return chosen_proposal(proposal, decision.answer, decision.by)


def rows_of_sheet(cells: Mapping[tuple[int, int], str]) -> list[dict[str, str]]:
    """A sheet's texts by (row, column), headings in row 1, as one mapping of heading -> text a row."""
    headings = {col: text.strip() for (row, col), text in cells.items() if row == 1}
    rows = sorted({row for row, _ in cells if row > 1})
    return [{name: cells.get((row, col), "") for col, name in headings.items()} for row in rows]
