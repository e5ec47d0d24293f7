"""Recorded rows as questions again, and what became of them compared with what would become of them now.

The customer's file is not kept. What only its cells can say is taken from the record as it was: see
`docs/formats/replay.md`.
"""

from collections.abc import Callable, Mapping, Sequence

from avow.model.base import Verdict
from avow.model.engagements import ReviewDecision
from avow.model.questionnaires import AnswerPlace, CellAddress, Question
from avow.model.reasons import OF_THE_QUESTION, Reason
from avow.model.replays import RowChange, RowEnd, RowRecord, Source
from avow.model.responses import Citation, Draft, Outcome

# Said by the cells and choices of the form, which are not known any more.
OF_THE_FORM = frozenset(
    {
        Reason.NO_CHOICE_FITS,
        Reason.ONLY_CHOICE_WRITABLE,
        Reason.CHOICE_SAYS_MORE,
        Reason.TEXT_NOT_WRITABLE,
        Reason.FORMULA_IN_ANSWER,
        Reason.ANSWER_CELL_LOCKED,
        Reason.ANSWER_CELL_SHARED,
        Reason.ANSWER_CELL_COVERED,
    }
)
# Said by the main question's answer.
OF_THE_PARENT = frozenset({Reason.PARENT_UNSETTLED, Reason.PARENT_CONTRADICTED})


def questions_again(rows: Sequence[RowRecord]) -> tuple[list[Question], frozenset[CellAddress]]:
    """The questions among recorded rows, in order, and the addresses of those that can be compared.

    A question the form had an answer to itself cannot: that answer is not kept. Nor can a follow-up that was
    skipped because of it; what such an answer said against any other follow-up stays as it was.
    """
    asked = [row for row in rows if row.recommendation is not None]
    by_form = {row.address for row in asked if Reason.ANSWER_EXISTS in row.reasons}
    questions: list[Question] = []
    comparable: list[CellAddress] = []
    for row in asked:
        parent = CellAddress(sheet=row.address.sheet, cell=row.parent) if row.parent else None
        kept = OF_THE_FORM | OF_THE_PARENT if parent in by_form else OF_THE_FORM
        questions.append(_question(row, parent, kept=kept))
        skipped_for_good = Reason.SKIPPED_BY_FORM in row.reasons and (parent in by_form or row.parent is None)
        if row.address not in by_form and not skipped_for_good:
            comparable.append(row.address)
    return questions, frozenset(comparable)


def _question(row: RowRecord, parent: CellAddress | None, *, kept: frozenset[Reason]) -> Question:
    placeless = Reason.NO_ANSWER_PLACE in row.reasons
    return Question(
        address=row.address,
        text=row.question,
        section=row.section,
        ref=row.ref,
        place=AnswerPlace(
            answer=None if placeless else row.address,
            blocked=tuple(reason for reason in row.reasons if reason in kept),
        ),
        parent=parent,
        flags=tuple(reason for reason in row.reasons if reason in OF_THE_QUESTION),
    )


def changes(
    rows: Sequence[RowRecord],
    drafts: Sequence[Draft],
    *,
    told: Mapping[CellAddress, Sequence[Source]],
    decisions: Sequence[ReviewDecision],
    stale: frozenset[CellAddress],
    was_written: Callable[[CellAddress, str], bool],
) -> list[RowChange]:
    """The rows whose outcome, verdict, answers or stamps differ from those of the draft made of them now.

    `told`: all answers behind a row that was answered. `stale`: rows whose decision does not hold any more.
    `was_written`: whether just this text went into the file for the row. Rows without a draft are passed over.
    """
    recorded = {row.address: row for row in rows}
    deciders = {one.address: one.by for one in decisions}
    found: list[RowChange] = []
    for draft in drafts:
        address = draft.question.address
        row = recorded[address]
        before, after = _before(row, told.get(address, ())), _after(row, draft)
        if before == after:
            continue
        why = [Reason.DECISION_STALE] if address in stale else []
        why += [reason for reason in draft.reasons if reason not in row.reasons]
        found.append(
            RowChange(
                address=address,
                ref=row.ref,
                question=row.question,
                before=before,
                after=after,
                why=tuple(dict.fromkeys(why)),
                decided_by=deciders.get(address, ""),
                same_words=before.sources == after.sources or was_written(address, draft.text),
            )
        )
    return found


def _before(row: RowRecord, told: Sequence[Source]) -> RowEnd:
    first = (Source(answer=row.answer, stamp=row.stamp),) if row.answer and row.stamp else ()
    sources = tuple(told) if row.outcome is Outcome.ANSWERED and told else first
    return RowEnd(outcome=row.outcome, verdict=row.verdict or Verdict.NEEDS_INPUT, sources=sources)


def _after(row: RowRecord, draft: Draft) -> RowEnd:
    citations = draft.approved.citations if draft.approved else draft.citations
    # Of a row that was not answered, the record names the first of several answers only.
    counted = citations if Outcome.ANSWERED in (row.outcome, draft.outcome) else citations[:1]
    return RowEnd(
        outcome=draft.outcome,
        verdict=draft.approved.verdict if draft.approved else draft.verdict,
        sources=tuple(_source(one) for one in counted),
    )


def _source(citation: Citation) -> Source:
    return Source(answer=citation.answer, stamp=citation.stamp)
