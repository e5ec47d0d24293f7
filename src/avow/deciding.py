"""A round of review over one file: decisions are applied, what they reword joins the library, and what they teach is kept.

review rows, earlier decisions ──parse──▶ decisions ──promote──▶ library answers ──redraft──▶ Drafts ──▶ lessons
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from avow.library.editable import Library
from avow.library.edits import append_answers, free_id, unfit
from avow.model.engagements import Request, ReviewDecision
from avow.model.questionnaires import CellAddress
from avow.model.responses import Draft
from avow.model.verdict_words import opening_verdict
from avow.review.decisions import Refused, parse_decisions
from avow.review.promotion import promoted_entry
from avow.review.rounds import Redraft, Settled, settle


def settled(
    library: Library,
    drafts: Sequence[Draft],
    *,
    earlier: Sequence[ReviewDecision],
    handed_in: Iterable[Mapping[str, str]],
    request: Request,
    redraft: Redraft,
) -> Settled:
    """The drafts after the decisions of this round (`handed_in`: rows of a review workbook) and of `earlier` ones on the
    same engagement. What was reworded is in the library then, approved by who reworded it.

    Raises ContentError where the library cannot be added to.
    """
    fresh, refused = parse_decisions(handed_in)
    after = settle(
        drafts,
        earlier,
        fresh,
        redraft=redraft,
        promote=lambda reworded: _promoted(library, reworded, request),
    )
    return after._replace(refused=[*refused, *after.refused])


def learn_from(library: Library, before: Mapping[CellAddress, Draft], after: Settled) -> None:
    """Keep what a round's decisions say of the matching, as content that can be read and taken back."""
    from avow.library.lessons import append_lessons, fresh_lessons
    from avow.review.lessons import lessons_of

    refused = {one.address for one in after.refused}
    held = [one for one in after.decisions if one.address not in refused]
    lessons = fresh_lessons(lessons_of(before, held, library.as_of), library.content)
    if lessons:
        append_lessons(library.root, lessons)
        library.reread()


def _promoted(
    library: Library, reworded: Sequence[tuple[Draft, ReviewDecision]], request: Request
) -> tuple[dict[CellAddress, str], list[Refused]]:
    """Library answers for reworded rows: address -> new answer id, and the texts that cannot be content.

    What is written cites a library answer, as everything else does. The content is read anew after.
    """
    taken = {answer.id for answer in library.content.answers}
    entries: dict[str, list[dict[str, Any]]] = {}
    made: dict[CellAddress, str] = {}
    refused: list[Refused] = []
    for draft, decision in reworded:
        why = _unfit(draft, decision)
        if why is not None:
            refused.append(Refused(decision.address, why))
            continue
        answer_id = free_id(draft.question.ref or draft.question.text, taken)
        taken.add(answer_id)
        entry = promoted_entry(draft, decision, request.sharing, answer_id)
        entries.setdefault(decision.by, []).append(entry)
        made[decision.address] = answer_id
    for by, ones in entries.items():
        append_answers(library.root, "reviewed", "Answers reworded in review", ones)
        library.reread()
        library.approve([one["id"] for one in ones], by=by)
    return made, refused


def _unfit(draft: Draft, decision: ReviewDecision) -> str | None:
    """Why a rewording cannot become content, in words; None where it can."""
    why = next((why for text in (decision.text, draft.question.text) if (why := unfit(text))), None)
    said = opening_verdict(decision.text)
    if why is None and said is not None and said is not decision.verdict:
        return f"your answer opens with {said}, but your verdict is {decision.verdict}"
    return why
