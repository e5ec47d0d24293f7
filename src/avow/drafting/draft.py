"""Drafting: each question becomes a draft that is answered, wants a person, is a gap, or is left alone."""

from collections.abc import Callable, Mapping, Sequence

from avow.drafting.gates import Candidate, gate_reasons
from avow.drafting.scope import ScopeReader
from avow.drafting.wording import turned_round, writes_for
from avow.model.answers import LibraryAnswer
from avow.model.approvals import answer_stamp
from avow.model.base import Scope, Verdict
from avow.model.content import Content
from avow.model.controls import Status
from avow.model.engagements import Request
from avow.model.matches import Polarity, Proposal, Recommendation
from avow.model.questionnaires import CellAddress, Question
from avow.model.reasons import Reason
from avow.model.responses import ApprovedResponse, CellWrite, Citation, Draft, Gap, Outcome, Said

TextCheck = Callable[[str], Reason | None]

SURE_CONTROL = 0.75  # a control match this good says what a gap is about
_NOT_WRITTEN = frozenset({Reason.NO_ANSWER_PLACE})  # answered all the same, in the companion workbook
_FLIPPED = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES}


def draft_all(
    questions: Sequence[Question],
    proposals: Sequence[Proposal],
    content: Content,
    request: Request,
    text_check: TextCheck,
    elsewhere: Mapping[str, Said] | None = None,
) -> list[Draft]:
    """Draft every question, in the form's order; `proposals` are theirs, one each.

    `text_check` says why a text cannot be written to this file, or None. `elsewhere`: what other files of the
    engagement say, by `Question.same_text`. The library is only cited: no text in a draft comes from anywhere else.
    """
    drafter = _Drafter(content, request, text_check, elsewhere or {})
    return [
        drafter.draft(question, proposal) for question, proposal in zip(questions, proposals, strict=True)
    ]


class _Drafter:
    """Drafts one questionnaire, remembering what was said to its earlier rows."""

    def __init__(
        self, content: Content, request: Request, text_check: TextCheck, elsewhere: Mapping[str, Said]
    ) -> None:
        self._content = content
        self._request = request
        self._text_check = text_check
        self._scopes = ScopeReader(content, request)
        self._by_address: dict[CellAddress, Draft] = {}
        self._said = dict(elsewhere)
        self._stamps: dict[str, str] = {}

    def draft(self, question: Question, proposal: Proposal) -> Draft:
        product, region = self._scopes.asked(question.text)
        asked = Scope(products=(product,) if product else (), regions=(region,) if region else ())
        draft = self._one(question, proposal).model_copy(update={"asked": asked})
        draft = self._against_parent(draft)
        draft = self._against_earlier(draft)
        self._by_address[question.address] = draft
        return draft

    def _one(self, question: Question, proposal: Proposal) -> Draft:
        answer = self._answer(question, proposal)
        if answer is None:
            return self._gap(question, proposal)
        if question.place.existing:
            return self._already_answered(question, proposal, answer)
        return self._from_several(question, proposal) or self._from_answer(question, proposal, answer)

    def _answer(self, question: Question, proposal: Proposal) -> LibraryAnswer | None:
        """The answer worth proposing; a weak likeness proposes nothing, except to follow up a parent."""
        if proposal.recommendation is Recommendation.NONE or not proposal.matches:
            return None
        if proposal.recommendation is Recommendation.LOW and question.parent is None:
            return None
        return self._content.answer_by_id.get(proposal.matches[0].answer)

    def _from_answer(self, question: Question, proposal: Proposal, answer: LibraryAnswer) -> Draft:
        verdict, narrative = answer.verdict, answer.narrative
        unworded: tuple[Reason, ...] = ()
        if proposal.matches[0].polarity is Polarity.INVERTED:
            verdict = _FLIPPED.get(verdict, Verdict.NEEDS_INPUT)
            turned = turned_round(narrative, verdict) if verdict is not Verdict.NEEDS_INPUT else None
            narrative, unworded = turned or narrative, () if turned else (Reason.POLARITY_INVERTED,)
        reasons = [*self._gates(question, proposal, answer, verdict), *unworded]
        return self._worded(question, proposal, (answer,), verdict, narrative, reasons)

    def _from_several(self, question: Question, proposal: Proposal) -> Draft | None:
        """One response out of an answer for each question in the row; None where one of them has none in sight.

        Every part passes every gate by itself; a yes is said only where all parts are a yes.
        """
        answers: list[LibraryAnswer] = []
        reasons: list[Reason] = []
        for part in proposal.together:
            answer = self._answer(question, part)
            if answer is None or part.matches[0].polarity is not Polarity.SAME:
                return None
            answers.append(answer)
            reasons += self._gates(question, part, answer, answer.verdict)
        if not answers:
            return None
        verdicts = {answer.verdict for answer in answers}
        if len(verdicts) > 1:
            reasons.append(Reason.PARTS_DIFFER)
        verdict = answers[0].verdict if len(verdicts) == 1 else Verdict.PARTIAL
        narrative = "\n".join(answer.narrative for answer in answers)
        return self._worded(question, proposal, tuple(answers), verdict, narrative, reasons)

    def _gates(
        self, question: Question, proposal: Proposal, answer: LibraryAnswer, verdict: Verdict
    ) -> list[Reason]:
        product, region = self._scopes.asked(question.text)
        candidate = Candidate(
            question, proposal, answer, self._content, self._request, product, region, verdict
        )
        reasons = list(gate_reasons(candidate))
        if self._scopes.several(question.text) and not answer.scope.is_everything:
            reasons.append(Reason.OUT_OF_SCOPE)
        return reasons

    def _worded(
        self,
        question: Question,
        proposal: Proposal,
        answers: tuple[LibraryAnswer, ...],
        verdict: Verdict,
        narrative: str,
        reasons: list[Reason],
    ) -> Draft:
        """The draft in the form's own words and cells, with all that speaks against it."""
        writes, wording_reasons = writes_for(question, narrative, verdict)
        reasons.extend(question.place.blocked)
        reasons.extend(wording_reasons)
        unwritable = [why for write in writes if (why := self._text_check(write.value))]
        reasons.extend(unwritable)
        if Reason.NO_ANSWER_PLACE in reasons and (why := self._text_check(narrative)):
            reasons.append(why)
        found = tuple(dict.fromkeys(reasons))
        return self._settled(
            question,
            proposal,
            answers,
            verdict,
            narrative,
            found,
            () if question.place.blocked or unwritable else writes,
        )

    def _settled(
        self,
        question: Question,
        proposal: Proposal,
        answers: tuple[LibraryAnswer, ...],
        verdict: Verdict,
        narrative: str,
        reasons: tuple[Reason, ...],
        writes: tuple[CellWrite, ...],
    ) -> Draft:
        citations = tuple(self._citation(answer) for answer in answers)
        stopping = [reason for reason in reasons if reason not in _NOT_WRITTEN]
        base = Draft(
            question=question,
            proposal=proposal,
            outcome=Outcome.REVIEW,
            reasons=reasons,
            verdict=verdict,
            text=narrative,
            writes=writes,
            citations=citations,
        )
        if Reason.CONTROL_NOT_IMPLEMENTED in stopping:
            gap = self._gap_of(
                question, Reason.CONTROL_NOT_IMPLEMENTED, self._planned_control(question, answers)
            )
            return base.model_copy(update={"outcome": Outcome.GAP, "gap": gap, "writes": ()})
        if stopping:
            return base
        approvers = dict.fromkeys(answer.approval.by for answer in answers if answer.approval)
        approved = ApprovedResponse(
            address=question.address,
            verdict=verdict,
            text=narrative,
            writes=writes,
            citations=citations,
            approved_by=", ".join(approvers),
        )
        return base.model_copy(update={"outcome": Outcome.ANSWERED, "approved": approved})

    def _citation(self, answer: LibraryAnswer) -> Citation:
        if answer.id not in self._stamps:
            self._stamps[answer.id] = answer_stamp(answer, self._content)
        return Citation(
            answer=answer.id,
            stamp=self._stamps[answer.id],
            controls=answer.controls,
            evidence=answer.evidence,
        )

    def _planned_control(self, question: Question, answers: tuple[LibraryAnswer, ...]) -> str | None:
        controls = (one for answer in answers for one in answer.controls)
        return next((one for one in controls if self._is_planned(one, question)), None)

    def _is_planned(self, control: str, question: Question) -> bool:
        return self._content.status_of(control, *self._scopes.asked(question.text)) is Status.PLANNED

    def _already_answered(self, question: Question, proposal: Proposal, answer: LibraryAnswer) -> Draft:
        """The form holds an answer: it is kept. Where ours would differ, a person hears of it."""
        said = question.place.existing_verdict
        strong = (
            proposal.recommendation is Recommendation.STRONG and proposal.matches[0].polarity is Polarity.SAME
        )
        differs = strong and said is not None and said is not answer.verdict
        reasons = (Reason.ANSWER_EXISTS, Reason.ANSWERS_CONTRADICT) if differs else (Reason.ANSWER_EXISTS,)
        return Draft(
            question=question,
            proposal=proposal,
            outcome=Outcome.REVIEW if differs else Outcome.IGNORED,
            reasons=reasons,
            verdict=answer.verdict if differs else Verdict.NEEDS_INPUT,
            text=answer.narrative if differs else "",
            citations=(self._citation(answer),) if differs else (),
        )

    def _gap(self, question: Question, proposal: Proposal) -> Draft:
        """Nothing in the library fits. A row whose text cannot be read is no gap yet: a person reads it first."""
        if question.place.existing:
            return Draft(
                question=question, proposal=proposal, outcome=Outcome.IGNORED, reasons=(Reason.ANSWER_EXISTS,)
            )
        if not question.text or Reason.CELL_ERROR in question.flags:
            reasons = question.flags or (Reason.NO_MATCH,)
            return Draft(question=question, proposal=proposal, outcome=Outcome.REVIEW, reasons=reasons)
        control = next((one.control for one in proposal.controls if one.score >= SURE_CONTROL), None)
        planned = control is not None and self._is_planned(control, question)
        reason = Reason.CONTROL_NOT_IMPLEMENTED if planned else Reason.NO_MATCH
        unreadable = any(cap.name == Reason.UNREADABLE_LANGUAGE for cap in proposal.caps)
        also = (Reason.UNREADABLE_LANGUAGE,) if unreadable else ()
        return Draft(
            question=question,
            proposal=proposal,
            outcome=Outcome.GAP,
            reasons=tuple(dict.fromkeys((reason, *also, *question.flags))),
            gap=self._gap_of(question, reason, control),
        )

    def _gap_of(self, question: Question, reason: Reason, control: str | None) -> Gap:
        scope = self._scopes.asked(question.text)
        ones = self._content.implementations_by_control.get(control or "", ())
        # The narrowest entry for what is asked about speaks last, and so first for it.
        implementations = [one for one in reversed(ones) if one.scope.touches(*scope)]
        owner = next((one.owner for one in implementations if one.owner), "")
        planned = next((one.planned_for for one in implementations if one.planned_for), None)
        return Gap(
            address=question.address,
            question=question.text,
            reason=reason,
            control=control,
            owner=owner,
            due=planned or self._request.due,
        )

    def _against_parent(self, draft: Draft) -> Draft:
        parent = self._by_address.get(draft.question.parent) if draft.question.parent else None
        if parent is None or draft.outcome is Outcome.IGNORED:
            return draft
        said = _settled_verdict(parent)
        wanted_after = draft.question.wanted_after
        if said is not None and wanted_after and said not in wanted_after:
            return _ignored(draft, Reason.SKIPPED_BY_FORM)
        if draft.outcome is not Outcome.ANSWERED:
            return draft
        if said is None:
            return _sent_to_review(draft, Reason.PARENT_UNSETTLED)
        if {said, draft.verdict} == {Verdict.YES, Verdict.NO}:
            return _sent_to_review(draft, Reason.PARENT_CONTRADICTED)
        return draft

    def _against_earlier(self, draft: Draft) -> Draft:
        if draft.question.parent is not None or draft.outcome is not Outcome.ANSWERED:
            return draft
        here = Said(verdict=draft.verdict, text=draft.text, where=str(draft.question.address))
        said = self._said.setdefault(draft.question.same_text, here)
        if (said.verdict, said.text) == (here.verdict, here.text):
            return draft
        sent = _sent_to_review(draft, Reason.EARLIER_ROW_CONTRADICTED)
        return sent.model_copy(update={"contradicts": said.where})


def _settled_verdict(parent: Draft) -> Verdict | None:
    """What a parent row was told: by us, or by the answer the form held already."""
    if parent.outcome is Outcome.ANSWERED:
        return parent.verdict
    if parent.question.place.existing:
        return parent.question.place.existing_verdict
    return None


def _sent_to_review(draft: Draft, reason: Reason) -> Draft:
    return draft.model_copy(
        update={"outcome": Outcome.REVIEW, "approved": None, "reasons": (*draft.reasons, reason)}
    )


def _ignored(draft: Draft, reason: Reason) -> Draft:
    update = {
        "outcome": Outcome.IGNORED, "approved": None, "gap": None, "reasons": (reason,), "writes": (),
        "citations": (), "text": "", "verdict": Verdict.NEEDS_INPUT,
    }  # fmt: skip
    return draft.model_copy(update=update)
