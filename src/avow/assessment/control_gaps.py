"""What controls lack, each lack once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from avow.assessment.controls import NOT_REGISTERED, assess_control
from avow.assessment.gap_severity import NOT_THERE, first_due, owed_requirements, severity_rule
from avow.model.answers import LibraryAnswer
from avow.model.approvals import holds
from avow.model.base import Scope
from avow.model.content import Content
from avow.model.controls import Control, Implementation, Status
from avow.model.gaps import AskedBy, FoundGap, GapKind, gap_id
from avow.model.readiness import ControlAssessment, EvidenceAge
from avow.model.reasons import Reason

_OF_EVIDENCE = frozenset({Reason.EVIDENCE_EXPIRED, Reason.EVIDENCE_MISSING})
_WORKS = frozenset({Status.IMPLEMENTED, Status.ALTERNATIVE})

Told = Mapping[str, Sequence[str]]  # answer id -> customers who were told it


class Lack(NamedTuple):
    """One thing that is missing: of one control in one scope, or one piece of evidence behind several controls."""

    reason: Reason
    assessed: tuple[ControlAssessment, ...]
    evidence: EvidenceAge | None = None

    @property
    def id(self) -> str:
        """The name of its gap."""
        first = self.assessed[0]
        if self.evidence is not None:
            return gap_id(GapKind.CONTROL, self.reason, self.evidence.evidence, Scope())
        return gap_id(GapKind.CONTROL, self.reason, first.control, first.scope)


def lacks_of_controls(content: Content, *, status_days: int) -> list[Lack]:
    """Every lack, in the order of the catalogue, evidence last.

    Each entry of `status.yaml` speaks for itself here, unlike in `assess_control`: what an entry for a part of
    the company lacks is a gap of that part, unless the company as a whole lacks the same.
    """
    found: list[Lack] = []
    evidence: dict[tuple[Reason, str], Lack] = {}
    for control in content.controls:
        for reason, assessed in _own_lacks(control, content, status_days):
            if reason not in _OF_EVIDENCE:
                found.append(Lack(reason, (assessed,)))
                continue
            for piece in assessed.evidence:
                if piece.live or (piece.document == NOT_REGISTERED) != (reason is Reason.EVIDENCE_MISSING):
                    continue
                held = evidence.get((reason, piece.evidence))
                behind = (*held.assessed, assessed) if held else (assessed,)
                evidence[reason, piece.evidence] = Lack(reason, behind, piece)
    return [*found, *evidence.values()]


def _own_lacks(
    control: Control, content: Content, status_days: int
) -> Iterator[tuple[Reason, ControlAssessment]]:
    seen: set[Reason] = set()
    for assessed in _assessments(control, content, status_days):
        # Who does not know whether there is a control has nothing to own, to prove or to review yet.
        unknown = Reason.CONTROL_STATUS_UNKNOWN in assessed.lacks
        lacks = (Reason.CONTROL_STATUS_UNKNOWN,) if unknown else assessed.lacks
        for reason in lacks:
            if reason not in seen or reason in _OF_EVIDENCE:
                yield reason, assessed
        if assessed.scope.is_everything:
            seen.update(lacks)


def _assessments(control: Control, content: Content, status_days: int) -> Iterator[ControlAssessment]:
    """The company-wide entry by itself, also where there is none, then each narrower one."""
    entries = content.implementations_by_control.get(control.id, ())
    wide = tuple(one for one in entries if one.scope.is_everything)
    alone = _with_entries(content, wide) if len(wide) != len(entries) else content
    yield assess_control(control, alone, status_days=status_days)
    for entry in entries:
        if not entry.scope.is_everything:
            product = next(iter(entry.scope.products), None)
            region = next(iter(entry.scope.regions), None)
            alone = _with_entries(content, (entry,))
            assessed = assess_control(control, alone, product, region, status_days=status_days)
            yield assessed.model_copy(update={"scope": entry.scope})


def _with_entries(content: Content, entries: tuple[Implementation, ...]) -> Content:
    """The content with other entries of `status.yaml`; a new value, so that nothing remembered carries over."""
    held = {name: getattr(content, name) for name in Content.model_fields}
    return Content.model_construct(**{**held, "implementations": entries})


class ControlGaps:
    """Makes gaps of lacks, with what the content and the customers say about them."""

    def __init__(self, content: Content, told: Told, *, status_days: int) -> None:
        self._content = content
        self._told = told
        self._status_days = status_days
        self._owed = owed_requirements(content)

    def gap(self, lack: Lack, asked_by: tuple[AskedBy, ...]) -> FoundGap:
        """The gap of one lack; `asked_by` are the rows that are open because of it."""
        content, first, piece = self._content, lack.assessed[0], lack.evidence
        controls = tuple(dict.fromkeys(one.control for one in lack.assessed))
        answers = [one for one in content.answers if self._rests_on(one, controls, piece)]
        rule = severity_rule(
            lack.reason,
            asked_by,
            content.as_of,
            owed=self._is_owed(controls),
            relied_on=self._is_relied_on(lack, answers),
        )
        return FoundGap(
            id=lack.id,
            kind=GapKind.CONTROL,
            reason=lack.reason,
            subject=_subject(lack),
            detail=self._detail(lack),
            severity=rule.severity,
            severity_rule=rule.words,
            control=first.control if piece is None else None,
            controls=controls,
            evidence=piece.evidence if piece else None,
            scope=first.scope if piece is None else Scope(),
            owner=_owner(lack.assessed),
            due=self._due(lack) or first_due(asked_by, content.as_of),
            requirements=content.requirements_of(controls),
            asked_by=asked_by,
            told=tuple(sorted({name for one in answers for name in self._told.get(one.id, ()) if name})),
        )

    def _rests_on(self, answer: LibraryAnswer, controls: tuple[str, ...], piece: EvidenceAge | None) -> bool:
        cited = piece is not None and piece.evidence in answer.evidence
        return cited or not set(controls).isdisjoint(answer.controls)

    def _is_owed(self, controls: tuple[str, ...]) -> bool:
        rests = self._content.requirements_of(controls)
        return any((framework, one) in self._owed for framework, ids in rests.items() for one in ids)

    def _is_relied_on(self, lack: Lack, answers: Sequence[LibraryAnswer]) -> bool:
        if lack.evidence is None:
            return False
        working = {one.control for one in lack.assessed if one.status in _WORKS}
        return bool(working) and any(
            (lack.evidence.evidence in one.evidence or not working.isdisjoint(one.controls))
            and (one.id in self._told or holds(one, self._content))
            for one in answers
        )

    def _due(self, lack: Lack) -> date | None:
        first = lack.assessed[0]
        if lack.evidence is not None:
            until = lack.evidence.valid_until
            return until if until is not None and until < self._content.as_of else None
        if lack.reason is Reason.REVIEW_OVERDUE and first.reviewed_on is not None:
            return first.reviewed_on + timedelta(days=self._status_days)
        in_hand = (Reason.CONTROL_NOT_IMPLEMENTED, Reason.CONTROL_PARTLY_IMPLEMENTED)
        return first.planned_for if lack.reason in in_hand else None

    def _detail(self, lack: Lack) -> str:
        first = lack.assessed[0]
        if lack.evidence is not None:
            return _detail_of_evidence(lack, self._content)
        if lack.reason is Reason.CONTROL_STATUS_UNKNOWN:
            return self._detail_of_unknown(first)
        if lack.reason is Reason.CONTROL_NOT_IMPLEMENTED:
            when = f"It is planned for {first.planned_for}." if first.planned_for else "It is only planned."
            return f"{when} {first.notes}".strip()
        if lack.reason is Reason.CONTROL_PARTLY_IMPLEMENTED:
            when = f"The rest is planned for {first.planned_for}." if first.planned_for else ""
            return f"{when} {first.notes}".strip() or "Nobody has said what is missing."
        if lack.reason is Reason.OWNER_MISSING:
            return "Nobody is named who answers for it."
        if lack.reason is Reason.EVIDENCE_NOT_NAMED:
            asked = self._content.control_by_id[first.control].evidence_requests[:1]
            return "No evidence is named." + "".join(
                f" An auditor asks for: {one.artefact}." for one in asked
            )
        if first.reviewed_on is None:
            return "Nobody has said when its status was reviewed."
        return (
            f"Its status was last reviewed on {first.reviewed_on}; that holds for {self._status_days} days."
        )

    def _detail_of_unknown(self, first: ControlAssessment) -> str:
        entries = self._content.implementations_by_control.get(first.control, ())
        narrow = [_said(one.scope) for one in entries if not one.scope.is_everything]
        if first.scope.is_everything and narrow:
            return f"Nobody has said how far it works outside {' and '.join(narrow)}."
        return "Nobody has said how far it works."


def not_there(lacks: Sequence[Lack]) -> dict[str, Lack]:
    """Control id -> its lack of being there at all; for the whole company, where that is one of several."""
    found: dict[str, Lack] = {}
    for lack in lacks:
        if lack.reason in NOT_THERE:
            found.setdefault(lack.assessed[0].control, lack)
    return found


def _subject(lack: Lack) -> str:
    if lack.evidence is None:
        return lack.assessed[0].title
    return lack.evidence.evidence if lack.reason is Reason.EVIDENCE_MISSING else lack.evidence.document


def _detail_of_evidence(lack: Lack, content: Content) -> str:
    assert lack.evidence is not None  # noqa: S101  # asked for evidence only
    count = len({one.control for one in lack.assessed})
    behind = f"It stands behind {count} control{'' if count == 1 else 's'}."
    if lack.reason is Reason.EVIDENCE_MISSING:
        return f"Named in the status, but not in the evidence register. {behind}"
    piece = content.evidence_by_id[lack.evidence.evidence]
    if piece.valid_until is not None and piece.valid_until < content.as_of:
        return f"Valid until {piece.valid_until}. {behind}"
    return f"Not valid before {piece.valid_from}. {behind}"


def _said(scope: Scope) -> str:
    return ", ".join((*scope.products, *scope.regions))


def _owner(assessed: Sequence[ControlAssessment]) -> str:
    """Who answers for most of the controls; the first named of equals."""
    named = Counter(one.owner.strip() for one in assessed if one.owner.strip())
    return named.most_common(1)[0][0] if named else ""
