"""Several files of one engagement: each question is answered once, and the same way everywhere.

each file's round ──carry decisions──▶ the same questions elsewhere ──hold against each other──▶ one answer a question
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from avow.errors import AvowError
from avow.model.engagements import ReviewDecision
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import Draft, Outcome, Said
from avow.model.review_columns import Column
from avow.review.decisions import Refused
from avow.review.rounds import Settled, settle

Elsewhere = Mapping[str, Said]


class Redraft(Protocol):
    """Drafts a file's questions anew from proposals, knowing what is said elsewhere."""

    def __call__(self, proposals: Sequence[Proposal], elsewhere: Elsewhere) -> list[Draft]:
        """A draft for each question, in order."""
        ...


class FileRound(NamedTuple):
    """One file with its decisions applied: drafts as a reviewer sees them, and after the round.

    `name` tells it from the other files; `redraft` drafts it anew, knowing what is said elsewhere.
    """

    name: str
    before: Sequence[Draft]
    after: Settled
    redraft: Redraft


class _Statement(NamedTuple):
    """What one of the files says to a question."""

    file: int
    said: Said


def agreed(rounds: Sequence[FileRound]) -> list[Settled]:
    """The rounds with one answer a question over all files; one file alone stays as it is.

    A decision also holds for the same question in another file, where just the same was proposed and nobody decided
    otherwise. Then what a person decided comes before what the library says, and the first file before the next:
    a row that would say otherwise than another file waits for a person, and names the other.
    """
    if len(rounds) < 2:
        return [one.after for one in rounds]
    carried = [one._replace(after=_with_carried(place, rounds)) for place, one in enumerate(rounds)]
    statements = _statements(carried)
    return [_held_against(place, one, statements) for place, one in enumerate(carried)]


# ── one decision, several files ────────────────────────────────────────────────────────────────


def _with_carried(place: int, rounds: Sequence[FileRound]) -> Settled:
    """A file's round with the decisions that other files' rounds took on the same questions."""
    mine = rounds[place]
    carried = list(_carried(place, rounds))
    if not carried:
        return mine.after
    return _again(mine, [*mine.after.decisions, *carried], {})


def _carried(place: int, rounds: Sequence[FileRound]) -> Iterator[ReviewDecision]:
    decided: dict[str, tuple[str, Draft, ReviewDecision]] = {}
    for number, other in enumerate(rounds):
        if number != place:
            for draft, decision in _taken(other):
                decided.setdefault(draft.question.same_text, (other.name, draft, decision))
    mine = rounds[place]
    own = {one.address for one in mine.after.decisions} | {one.address for one in mine.after.refused}
    for draft in mine.before:
        found = decided.get(draft.question.same_text)
        if found is None or draft.question.address in own or not _stands_alone(draft):
            continue
        name, origin, decision = found
        if _proposal_of(draft) == _proposal_of(origin):
            where = f"as decided in {name}, {decision.address}"
            update = {"address": draft.question.address, "stamp": draft.stamp, "note": decision.note or where}
            yield decision.model_copy(update=update)


def _taken(one: FileRound) -> Iterator[tuple[Draft, ReviewDecision]]:
    """The decisions of a round that hold, with what the reviewer saw."""
    refused = {each.address for each in one.after.refused}
    by_row = {draft.question.address: draft for draft in one.before}
    for decision in one.after.decisions:
        draft = by_row.get(decision.address)
        if draft is not None and decision.address not in refused and _stands_alone(draft):
            yield draft, decision


def _stands_alone(draft: Draft) -> bool:
    """Whether a row says by itself what it asks: "If yes, describe" is another question under another one."""
    return bool(draft.question.same_text) and draft.question.parent is None


def _proposal_of(draft: Draft) -> tuple[object, ...]:
    """What is proposed, apart from the cell it would go to."""
    sources = tuple((one.answer, one.stamp) for one in draft.citations)
    return draft.verdict, draft.text, draft.asked, sources, draft.outcome is Outcome.IGNORED


# ── one answer, several files ──────────────────────────────────────────────────────────────────


def _statements(rounds: Sequence[FileRound]) -> dict[str, _Statement]:
    """What holds for each question: the first that a person decided, or else the first that is answered."""
    by_people: dict[str, _Statement] = {}
    by_library: dict[str, _Statement] = {}
    for number, one in enumerate(rounds):
        decided = {each.address for each in one.after.decisions}
        for draft in one.after.drafts:
            if draft.outcome is Outcome.ANSWERED and _stands_alone(draft):
                address = draft.question.address
                said = Said(verdict=draft.verdict, text=draft.text, where=f"{one.name}, {address}")
                into = by_people if address in decided else by_library
                into.setdefault(draft.question.same_text, _Statement(number, said))
    return by_library | by_people


def _held_against(place: int, mine: FileRound, statements: Mapping[str, _Statement]) -> Settled:
    """A file's round, with every row that says otherwise than another file sent to a person."""
    elsewhere = {text: one.said for text, one in statements.items() if one.file != place}
    opposed = {
        draft.question.address: said
        for draft in mine.after.drafts
        if draft.outcome is Outcome.ANSWERED
        and _stands_alone(draft)
        and (said := elsewhere.get(draft.question.same_text)) is not None
        and (said.verdict, said.text) != (draft.verdict, draft.text)
    }
    if not opposed:
        return mine.after
    kept = [one for one in mine.after.decisions if one.address not in opposed]
    lost = [one for one in mine.after.decisions if one.address in opposed]
    again = _again(mine, kept, elsewhere)
    refused = [Refused(one.address, _decide_alike(opposed[one.address])) for one in lost]
    undecided = {one.address: opposed[one.address] for one in lost}
    drafts = [_named(draft, undecided.get(draft.question.address)) for draft in again.drafts]
    return Settled(drafts, mine.after.decisions, [*again.refused, *refused])


def _decide_alike(said: Said) -> str:
    return f"the same question is answered otherwise in {said.where}; decide both alike"


def _named(draft: Draft, said: Said | None) -> Draft:
    """A row whose decision is not taken says why, and where the other answer is."""
    if said is None or draft.outcome is not Outcome.REVIEW:
        return draft
    reasons = dict.fromkeys((*draft.reasons, Reason.EARLIER_ROW_CONTRADICTED))
    return draft.model_copy(update={"reasons": tuple(reasons), "contradicts": said.where})


def _again(one: FileRound, decisions: Sequence[ReviewDecision], elsewhere: Elsewhere) -> Settled:
    """The round once more with these decisions, all of which have their library answers by now."""
    drafts = one.redraft([draft.proposal for draft in one.before], elsewhere) if elsewhere else one.before
    after = settle(
        drafts,
        decisions,
        (),
        redraft=lambda proposals: one.redraft(proposals, elsewhere),
        promote=lambda _reworded: ({}, []),
    )
    return after._replace(refused=list(dict.fromkeys([*one.after.refused, *after.refused])))


# ── which file a review workbook belongs to ────────────────────────────────────────────────────


def owner_of(
    review: Path,
    rows: Sequence[Mapping[str, str]],
    places: Sequence[Path],
    drafts: Sequence[Sequence[Draft]],
) -> int:
    """Which file a review workbook's rows are about: its place among `places` (where each file's review workbook is
    put) and `drafts`.

    That is the file with most of the questions in just these cells; of several such, the one it lies beside. Raises
    AvowError where none has any, or where it cannot be told.
    """
    if len(drafts) == 1:
        return 0
    asked = {
        (row.get(Column.SHEET, ""), row.get(Column.CELL, ""), row.get(Column.QUESTION, "")) for row in rows
    }
    known = [{_place(draft.question.address, draft.question.text) for draft in ones} for ones in drafts]
    common = [len(asked & held) for held in known]
    most = max(common)
    best = [place for place, number in enumerate(common) if number == most]
    beside = [place for place in best if places[place].resolve() == review.resolve()]
    if not most:
        raise AvowError(f"{review}: its rows are in none of these files; name the file it was made for")
    if len(best) > 1 and not beside:
        raise AvowError(f"{review}: fits several of these files; hand it in with its own file alone")
    return (beside or best)[0]


def _place(address: CellAddress, text: str) -> tuple[str, str, str]:
    return address.sheet, address.cell, text
