"""What the readiness page says of one requirement: its controls, their evidence and owners, the next date."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from avow.model.controls import Status
from avow.model.readiness import (
    UNJUSTIFIED,
    ControlAssessment,
    EvidenceAge,
    FrameworkReadiness,
    MappedControl,
    Readiness,
    RequirementReadiness,
    Standing,
)
from avow.model.reasons import Reason
from avow.outputs.readiness_words import (
    RELATIONSHIPS,
    STANDINGS,
    STATES,
    STATUSES,
    Day,
    day,
    evidence_age,
)

_Line = TypeVar("_Line")
_SHOWN = 4  # so many controls or pieces of evidence stand in a row; more are folded
_OPEN = frozenset({Standing.MISSING, Standing.PARTLY})
_SAID_BY_STATUS = frozenset(
    {Reason.CONTROL_STATUS_UNKNOWN, Reason.CONTROL_NOT_IMPLEMENTED, Reason.CONTROL_PARTLY_IMPLEMENTED}
)


class ControlLine(NamedTuple):
    """A control behind a requirement. `state` is the requirement's state it would make alone."""

    code: str
    title: str
    state: Readiness
    relationship: str
    relation: str
    status: str
    open: bool
    lacks: tuple[str, ...]
    rationale: str
    notes: str
    reviewed: Day | None


class EvidenceLine(NamedTuple):
    """A piece of evidence and its age; `until` ends the sentence `said`."""

    code: str
    document: str
    live: bool
    said: str
    until: Day | None


class NextLine(NamedTuple):
    """What falls due next, and when."""

    on: Day
    what: str


class RequirementRow(NamedTuple):
    """One requirement. Controls and evidence beyond the first few are in `more_…`."""

    anchor: str
    id: str
    title: str
    designation: str
    state: Readiness
    word: str
    applies: bool
    justification: str
    unjustified: bool
    controls: list[ControlLine]
    more_controls: list[ControlLine]
    more_controls_words: str
    evidence: list[EvidenceLine]
    more_evidence: list[EvidenceLine]
    more_evidence_words: str
    owners: list[str]
    next: NextLine | None


def requirement_row(row: RequirementReadiness, held: FrameworkReadiness, anchor: str) -> RequirementRow:
    """The row of one of `held`'s requirements. What lacks something comes first, and what expires first."""
    applies = row.readiness not in {Readiness.NOT_APPLICABLE, Readiness.NOT_OWED}
    pairs = sorted(
        ((one, held.assessments[one.control]) for one in row.controls),
        key=lambda pair: (pair[1].standing not in _OPEN, pair[1].standing is Standing.NOT_APPLICABLE),
    )
    behind = [assessed for _, assessed in pairs]
    controls, more_controls = _folded([_control(*pair, held.as_of) for pair in pairs])
    evidence, more_evidence = _folded(_evidence(behind, held.as_of) if applies else [])
    return RequirementRow(
        anchor=anchor,
        id=row.requirement.id,
        title=row.requirement.title,
        designation=row.requirement.designation or "",
        state=row.readiness,
        word=STATES[row.readiness],
        applies=applies,
        justification=row.justification,
        unjustified=row.justification in {"", UNJUSTIFIED},
        controls=controls,
        more_controls=more_controls,
        more_controls_words=_more_words(more_controls),
        evidence=evidence,
        more_evidence=more_evidence,
        more_evidence_words=(
            f"{len(more_evidence)} more{', valid for longer' if all(one.live for one in more_evidence) else ''}"
        ),
        owners=list(dict.fromkeys(one.owner for one in behind if one.owner.strip())) if applies else [],
        next=next_line(row, held.as_of),
    )


def next_line(row: RequirementReadiness, today: date) -> NextLine | None:
    """The next date of a requirement, if it has one."""
    return NextLine(day(row.next_date.on, today), row.next_date.what) if row.next_date else None


def _control(mapped: MappedControl, assessed: ControlAssessment, today: date) -> ControlLine:
    return ControlLine(
        code=assessed.control,
        title=assessed.title,
        state=STANDINGS[assessed.standing],
        relationship=mapped.relationship.value,
        relation=RELATIONSHIPS[mapped.relationship],
        status=STATUSES[assessed.status],
        open=assessed.status in {None, Status.PLANNED, Status.PARTIAL},
        lacks=tuple(reason.explanation for reason in assessed.lacks if reason not in _SAID_BY_STATUS),
        rationale=mapped.rationale,
        notes=assessed.notes,
        reviewed=day(assessed.reviewed_on, today) if assessed.reviewed_on else None,
    )


def _evidence(behind: list[ControlAssessment], today: date) -> list[EvidenceLine]:
    pieces: Mapping[str, EvidenceAge] = {one.evidence: one for held in behind for one in held.evidence}
    ordered = sorted(
        pieces.values(), key=lambda one: (one.live, one.valid_until or date.max, one.document, one.evidence)
    )
    return [EvidenceLine(one.evidence, one.document, one.live, *evidence_age(one, today)) for one in ordered]


def _folded(lines: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """The lines that stand in the row, and the others; one alone is not worth folding."""
    return (lines, []) if len(lines) <= _SHOWN + 1 else (lines[:_SHOWN], lines[_SHOWN:])


def _more_words(lines: list[ControlLine]) -> str:
    """`9 more: 2 lack something, 7 in place`; `7 more, in place`."""
    lacking = sum(1 for line in lines if line.state in {Readiness.PARTLY, Readiness.NOT_READY})
    in_place = sum(1 for line in lines if line.state is Readiness.READY)
    rest = len(lines) - lacking - in_place
    said = [f"{lacking} lack something"] if lacking else []
    said += [f"{in_place} in place"] if in_place else []
    said += [f"{rest} not applicable"] if rest else []
    if len(said) == 1:
        return f"{len(lines)} more, {said[0].partition(' ')[2]}"
    return f"{len(lines)} more: {', '.join(said)}"
