"""The gap register: what is missing now, put beside what is remembered and what people decided.

The rules are in docs/formats/gap-register.md, the reasons in docs/decisions/0013-a-gap-keeps-its-name.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from avow.assessment.control_gaps import ControlGaps, Lack, Told, lacks_of_controls, not_there
from avow.assessment.gap_severity import rank
from avow.assessment.question_gaps import ControlOf, KeyOf, question_gaps
from avow.model.content import Content
from avow.model.gaps import (
    AskedBy,
    FoundGap,
    GapDecision,
    GapEntry,
    GapFilter,
    GapRegister,
    GapStatus,
    KnownGap,
    OpenQuestion,
)
from avow.model.reasons import Reason


def find_gaps(
    content: Content,
    questions: Sequence[OpenQuestion],
    told: Told,
    known: Sequence[KnownGap],
    *,
    status_days: int,
    key_of: KeyOf,
    control_of: ControlOf,
) -> list[FoundGap]:
    """All that is missing on the content's day: from the controls, then from the questions nobody could answer.

    `questions` oldest first; `told` is answer id -> customers; `known` as remembered, longest known first.
    A question that only waits for a control which is not there is no gap of its own: it adds to the control's.
    """
    lacks = lacks_of_controls(content, status_days=status_days)
    behind, left = _behind_controls(questions, content, not_there(lacks), control_of)
    makes = ControlGaps(content, told, status_days=status_days)
    found = [makes.gap(lack, tuple(behind.get(lack.id, ()))) for lack in lacks]
    return [*found, *question_gaps(left, content, known, key_of=key_of, control_of=control_of)]


def _behind_controls(
    questions: Sequence[OpenQuestion],
    content: Content,
    missing: Mapping[str, Lack],
    control_of: ControlOf,
) -> tuple[dict[str, list[AskedBy]], list[OpenQuestion]]:
    """Gap id of a control that is not there -> who waits for it; and the questions that wait for no control."""
    behind: dict[str, list[AskedBy]] = {}
    left: list[OpenQuestion] = []
    for question in questions:
        controls: tuple[str, ...] = ()
        if Reason.CONTROL_NOT_IMPLEMENTED in question.reasons and Reason.MARKED_GAP not in question.reasons:
            answer = content.answer_by_id.get(question.answer or "")
            sure = control_of(question.text) if answer is None else None
            controls = answer.controls if answer else (sure,) if sure else ()
        lack = next((missing[one] for one in controls if one in missing), None)
        if lack is None:
            left.append(question)
        else:
            behind.setdefault(lack.id, []).append(question.asked_by)
    return behind, left


def remembered(known: Sequence[KnownGap], found: Iterable[FoundGap], on: date) -> list[KnownGap]:
    """What is known after the gaps were looked for on the day `on`.

    A gap that is not found is closed; one that is found again is open again, its owner and note kept. A look at
    an earlier day than the last one changes nothing.
    """
    if any(day > on for one in known for day in (one.last_seen, one.closed_on) if day is not None):
        return list(known)
    now = {one.id: one for one in found}
    kept = [_seen(one, now.pop(one.gap.id, None), on) for one in known]
    return kept + [KnownGap(gap=one, first_seen=on, last_seen=on) for one in now.values()]


def _seen(known: KnownGap, found: FoundGap | None, on: date) -> KnownGap:
    if found is None:
        return known if known.closed_on else known.model_copy(update={"closed_on": on})
    update: dict[str, object] = {"gap": found, "last_seen": on}
    if known.closed_on is not None:
        update |= {"closed_on": None, "reopened_on": on, "decision": _reopened(known.decision, on)}
    return known.model_copy(update=update)


def _reopened(decision: GapDecision | None, on: date) -> GapDecision | None:
    """What was decided about the earlier gap settles nothing about this one, but who owns it."""
    if decision is None or (decision.status is GapStatus.OPEN and decision.due is None):
        return decision
    update = {"status": GapStatus.OPEN, "due": None, "by": "", "decided_on": on}
    return decision.model_copy(update=update)


def register(content: Content, known: Sequence[KnownGap], found: Iterable[FoundGap]) -> GapRegister:
    """The register of the content's day, closed gaps included: worst first, what is closed last."""
    now = {one.id: one for one in found}
    memory = {one.gap.id: one for one in known}
    on = content.as_of
    entries = [
        _entry(memory.get(one.id) or KnownGap(gap=one, first_seen=on, last_seen=on), one, on)
        for one in now.values()
    ]
    entries += [_entry(one, None, on) for one in known if one.gap.id not in now]
    return GapRegister(company=content.company, as_of=on, entries=tuple(sorted(entries, key=_worst_first)))


def _entry(known: KnownGap, found: FoundGap | None, on: date) -> GapEntry:
    gap, decision = found or known.gap, known.decision or GapDecision(gap=known.gap.id)
    status = decision.status
    if status is GapStatus.RISK_ACCEPTED and (decision.due is None or decision.due < on):
        status = GapStatus.OPEN
    until = on if found else known.closed_on or known.last_seen
    return GapEntry(
        gap=gap,
        found=found is not None,
        status=status if found else GapStatus.CLOSED,
        owner=decision.owner or gap.owner,
        due=decision.due or gap.due,
        first_seen=known.first_seen,
        age_days=max(0, (until - known.first_seen).days),
        note=decision.note,
        decided_by=decision.by,
        decided_on=decision.decided_on,
        closed_on=None if found else known.closed_on,
        reopened_on=known.reopened_on,
    )


def _worst_first(entry: GapEntry) -> tuple[object, ...]:
    return (
        not entry.found,
        rank(entry.gap.severity),
        entry.status is GapStatus.RISK_ACCEPTED,
        entry.due or date.max,
        -len(entry.gap.customers),
        entry.gap.subject.casefold(),
        entry.gap.id,
    )


def narrowed(whole: GapRegister, wanted: GapFilter) -> GapRegister:
    """The entries that are wanted; names of customers in any case."""
    customer = wanted.customer.casefold() if wanted.customer is not None else None

    def is_wanted(entry: GapEntry) -> bool:
        gap = entry.gap
        return (
            (entry.found or wanted.closed)
            and wanted.severity in (None, gap.severity)
            and (customer is None or customer in {one.casefold() for one in gap.customers})
            and (wanted.control is None or wanted.control in gap.controls)
            and (wanted.framework is None or wanted.framework in gap.requirements)
        )

    return whole.model_copy(update={"entries": tuple(one for one in whole.entries if is_wanted(one))})
