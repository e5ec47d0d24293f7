"""Recorded rows as questions again: what is taken from the record, what is compared, and what counts as taken back."""

import pytest

from avow.drafting.draft import draft_all
from avow.model.base import Sharing, Verdict
from avow.model.engagements import Request, ReviewDecision
from avow.model.matches import Match, Proposal, Recommendation
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.replays import RowChange, RowRecord, Source
from avow.model.responses import Draft, Outcome
from avow.review.replay import OF_THE_FORM, OF_THE_PARENT, OF_THE_QUESTION, changes, questions_again
from small_company import approved, loaded

CONTENT = approved(loaded().content)
NDA = Request(sharing=Sharing.UNDER_NDA)


def at(cell: str) -> CellAddress:
    return CellAddress(sheet="Form", cell=cell)


def row(cell: str = "B2", **said: object) -> RowRecord:
    fields: dict[str, object] = {
        "address": at(cell), "ref": "1", "section": "", "question": "Is customer data encrypted at rest?",
        "outcome": Outcome.REVIEW, "reasons": (), "verdict": Verdict.NEEDS_INPUT, "answer": None, "stamp": None,
        "recommendation": Recommendation.STRONG, "parent": "",
    }  # fmt: skip
    return RowRecord.model_validate({**fields, **said})


def found(answer: str = "encrypted", level: Recommendation = Recommendation.STRONG) -> Proposal:
    return Proposal(question="q", recommendation=level, matches=(Match(answer=answer, score=0.95),))


def drafted(*rows: RowRecord, proposal: Proposal | None = None) -> list[Draft]:
    questions, comparable = questions_again(rows)
    wanted = [one for one in questions if one.address in comparable]
    return draft_all(wanted, [proposal or found()] * len(wanted), CONTENT, NDA, lambda _text: None)


def stamp_now() -> str:
    (draft,) = drafted(row())
    return draft.citations[0].stamp


def answered(**said: object) -> RowRecord:
    now: dict[str, object] = {
        "outcome": Outcome.ANSWERED, "verdict": Verdict.YES, "answer": "encrypted", "stamp": stamp_now()
    }  # fmt: skip
    return row(**{**now, **said})


def changed(
    record: RowRecord,
    draft: Draft,
    *,
    told: tuple[Source, ...] = (),
    written: bool = False,
    decisions: tuple[ReviewDecision, ...] = (),
    stale: bool = False,
) -> RowChange | None:
    ones = changes(
        [record],
        [draft],
        told={record.address: told},
        decisions=decisions,
        stale=frozenset({record.address} if stale else ()),
        was_written=lambda _address, _text: written,
    )
    return ones[0] if ones else None


def test_a_row_that_ends_as_it_did_is_not_listed() -> None:
    record = answered()
    assert changed(record, *drafted(record)) is None


def test_reasons_alone_are_no_change() -> None:
    stamp = stamp_now()
    record = row(reasons=(Reason.CONTRAST,), verdict=Verdict.YES, answer="encrypted", stamp=stamp)
    (draft,) = drafted(record, proposal=found(level=Recommendation.MEDIUM))
    assert draft.reasons == (Reason.WEAK_MATCH,)
    assert changed(record, draft) is None


@pytest.mark.parametrize("reason", sorted(OF_THE_FORM))
def test_what_the_forms_cells_said_stays_as_it_was(reason: Reason) -> None:
    record = answered(outcome=Outcome.REVIEW, reasons=(reason,))
    (draft,) = drafted(record)
    assert (draft.outcome, draft.reasons) == (Outcome.REVIEW, (reason,))
    assert changed(record, draft) is None


@pytest.mark.parametrize("reason", sorted(OF_THE_QUESTION))
def test_what_the_questions_cell_said_stays_as_it_was(reason: Reason) -> None:
    (draft,) = drafted(row(reasons=(reason,)))
    assert draft.outcome is Outcome.REVIEW
    assert reason in draft.reasons


def test_an_answer_that_had_no_place_in_the_form_is_answered_all_the_same() -> None:
    record = answered(reasons=(Reason.NO_ANSWER_PLACE,))
    (draft,) = drafted(record)
    assert (draft.outcome, draft.reasons) == (Outcome.ANSWERED, (Reason.NO_ANSWER_PLACE,))
    assert changed(record, draft) is None


def test_what_the_form_answered_itself_is_left_out_and_so_is_what_it_skipped() -> None:
    rows = [
        row("B1", recommendation=None, verdict=None, outcome=Outcome.IGNORED, reasons=(Reason.HEADER,)),
        row("B2", outcome=Outcome.IGNORED, reasons=(Reason.ANSWER_EXISTS,)),
        row("B3", outcome=Outcome.IGNORED, reasons=(Reason.SKIPPED_BY_FORM,), parent="B2"),
        row("B4", parent="B2"),
    ]
    questions, comparable = questions_again(rows)
    assert [one.address.cell for one in questions] == ["B2", "B3", "B4"]
    assert comparable == {at("B4")}


@pytest.mark.parametrize("reason", sorted(OF_THE_PARENT))
def test_what_the_forms_own_answer_said_against_a_follow_up_stays(reason: Reason) -> None:
    parent = row("B2", outcome=Outcome.IGNORED, reasons=(Reason.ANSWER_EXISTS,))
    (draft,) = drafted(parent, row("B3", parent="B2", reasons=(reason,)))
    assert (draft.outcome, draft.reasons) == (Outcome.REVIEW, (reason,))


def test_what_our_own_answer_said_against_a_follow_up_is_asked_again() -> None:
    follow_up = row("B3", parent="B2", question="If yes, how?", reasons=(Reason.PARENT_UNSETTLED,))
    parent, child = drafted(answered(), follow_up)
    assert (parent.outcome, child.outcome, child.reasons) == (Outcome.ANSWERED, Outcome.ANSWERED, ())


def test_another_answer_is_a_change_and_takes_back_what_was_told() -> None:
    record = answered()
    (draft,) = drafted(record, proposal=found("certified"))
    change = changed(record, draft)
    assert change is not None
    assert (change.after.verdict, change.after.sources[0].answer) == (Verdict.NO, "certified")
    assert (change.retracts, change.source_changed) == (True, False)


@pytest.mark.parametrize("written", [True, False])
def test_another_stamp_takes_back_what_was_told_unless_the_words_are_proven_the_same(written: bool) -> None:
    record = answered(stamp="sha256-1:before")
    change = changed(record, *drafted(record), written=written)
    assert change is not None
    assert (change.source_changed, change.same_words, change.retracts) == (True, written, not written)


def test_every_answer_behind_a_row_that_was_answered_is_compared() -> None:
    record = answered()
    told = (Source(answer="encrypted", stamp=stamp_now()), Source(answer="certified", stamp="s"))
    change = changed(record, *drafted(record), told=told)
    assert change is not None
    assert [one.answer for one in change.before.sources] == ["encrypted", "certified"]


def test_a_row_newly_answered_is_listed_and_takes_nothing_back() -> None:
    record = row(outcome=Outcome.GAP, reasons=(Reason.NO_MATCH,), recommendation=Recommendation.NONE)
    change = changed(record, *drafted(record))
    assert change is not None
    assert (change.after.outcome, change.retracts) == (Outcome.ANSWERED, False)


def test_only_new_reasons_are_given_and_a_stale_decision_first() -> None:
    record = answered(reasons=(Reason.NO_ANSWER_PLACE,))
    decision = ReviewDecision(address=at("B2"), decision="accept", by="Dana Okafor", stamp="s")
    (draft,) = drafted(record, proposal=found(level=Recommendation.MEDIUM))
    change = changed(record, draft, decisions=(decision,), stale=True)
    assert change is not None
    assert (change.why, change.decided_by) == ((Reason.DECISION_STALE, Reason.WEAK_MATCH), "Dana Okafor")
