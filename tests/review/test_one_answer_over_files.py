"""One answer a question over several files: who comes first, and what follows a row that has to wait."""

from collections.abc import Sequence

from avow.model.base import Verdict
from avow.model.engagements import ReviewDecision
from avow.model.matches import Match, Proposal, Recommendation
from avow.model.questionnaires import CellAddress, Question
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, Citation, Draft, Outcome
from avow.review.rounds import Settled
from avow.several_files import Elsewhere, FileRound, agreed

TEXT = "Is it locked?"


def draft(row: int, answer: str, *, parent: int | None = None) -> Draft:
    """A row answered with the words of a library answer of that name."""
    address = CellAddress(sheet="", cell=f"{row}:2")
    question = Question(
        address=address,
        text=TEXT,
        parent=CellAddress(sheet="", cell=f"{parent}:2") if parent else None,
    )
    citations = (Citation(answer=answer, stamp=f"of {answer}"),)
    approved = ApprovedResponse(
        address=address, verdict=Verdict.YES, text=answer, writes=(), citations=citations, approved_by="Dana"
    )
    match = Match(answer=answer, score=1.0)
    return Draft(
        question=question,
        proposal=Proposal(question=TEXT, recommendation=Recommendation.STRONG, matches=(match,)),
        outcome=Outcome.ANSWERED,
        verdict=Verdict.YES,
        text=answer,
        citations=citations,
        approved=approved,
    )


def decision(of: Draft) -> ReviewDecision:
    return ReviewDecision(address=of.question.address, decision="accept", by="Kim", stamp=of.stamp)


def round_of(name: str, *drafts: Draft, decisions: Sequence[ReviewDecision] = ()) -> FileRound:
    by_text = {one.proposal.matches[0].answer: one for one in drafts}

    def redraft(proposals: Sequence[Proposal], elsewhere: Elsewhere) -> list[Draft]:
        made = [by_text[proposal.matches[0].answer] for proposal in proposals]
        return [_against(one, elsewhere) for one in made]

    return FileRound(name, list(drafts), Settled(list(drafts), list(decisions), []), redraft)


def _against(one: Draft, elsewhere: Elsewhere) -> Draft:
    """As drafting does it."""
    said = elsewhere.get(one.question.same_text)
    if said is None or said.text == one.text or one.question.parent:
        return one
    reasons = (Reason.EARLIER_ROW_CONTRADICTED,)
    update = {"outcome": Outcome.REVIEW, "approved": None, "reasons": reasons, "contradicts": said.where}
    return one.model_copy(update=update)


def ends(settled: Sequence[Settled]) -> list[list[tuple[str, str]]]:
    return [[(one.outcome.value, one.contradicts) for one in each.drafts] for each in settled]


def test_of_two_library_answers_the_first_file_s_holds() -> None:
    found = agreed([round_of("a", draft(1, "bolt")), round_of("b", draft(1, "key"))])
    assert ends(found) == [[("answered", "")], [("review", "a, 1:2")]]


def test_what_a_person_decided_comes_before_the_first_file() -> None:
    second = draft(1, "key")
    found = agreed([round_of("a", draft(1, "bolt")), round_of("b", second, decisions=[decision(second)])])
    assert ends(found) == [[("review", "b, 1:2")], [("answered", "")]]


def test_of_two_decisions_the_second_is_not_taken_and_is_kept() -> None:
    first, second = draft(1, "bolt"), draft(7, "key")
    found = agreed(
        [
            round_of("a", first, decisions=[decision(first)]),
            round_of("b", second, decisions=[decision(second)]),
        ]
    )
    assert ends(found) == [[("answered", "")], [("review", "a, 1:2")]]
    assert found[1].decisions == [decision(second)]
    assert [(str(one.address), "answered otherwise in a, 1:2" in one.why) for one in found[1].refused] == [
        ("7:2", True)
    ]


def test_a_follow_up_in_the_same_words_is_another_question() -> None:
    found = agreed([round_of("a", draft(2, "bolt", parent=1)), round_of("b", draft(1, "key"))])
    assert ends(found) == [[("answered", "")], [("answered", "")]]


def test_one_file_alone_stays_as_it_is() -> None:
    one = round_of("a", draft(1, "bolt"), draft(2, "key"))
    assert agreed([one]) == [one.after]
