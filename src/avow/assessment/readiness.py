"""How far a framework's requirements are met, and what to mend first.

The rules, with their reasons, are in docs/decisions/0012-how-readiness-is-counted.md.
"""

from collections.abc import Iterable, Mapping, Sequence

from avow.assessment.controls import assess_control, short_title
from avow.model.base import Scope
from avow.model.content import Content
from avow.model.controls import Applicability
from avow.model.frameworks import Framework, Requirement
from avow.model.readiness import (
    STATUS_DAYS,
    UNJUSTIFIED,
    ControlAssessment,
    FrameworkReadiness,
    MappedControl,
    NextDate,
    NextStep,
    Readiness,
    RequirementReadiness,
    Standing,
)

_OPEN = frozenset({Standing.MISSING, Standing.PARTLY})


def framework_readiness(
    framework: Framework,
    content: Content,
    product: str | None = None,
    region: str | None = None,
    *,
    status_days: int = STATUS_DAYS,
) -> FrameworkReadiness:
    """Where each assessable requirement stands in the scope asked about (None: the whole company).

    Headings are no requirements. `status_days`: see `assess_control`. The rule, strict on purpose:

    - `not-owed`: the framework's file exempts it, with the reason;
    - `not-applicable`: `applicability.yaml` says so, or it says nothing and none of the mapped controls applies;
    - `ready`: every mapped control that applies is in place, and there is one;
    - `partly`: one at least is in place, or partly so;
    - `not-ready`: all else, a requirement without a control included.

    The score is (ready + partly / 2) / (ready + partly + not ready).
    """
    behind = _controls_behind(framework, content)
    assessments = {
        control.id: assess_control(control, content, product, region, status_days=status_days)
        for control in content.controls
        if any(mapping.framework == framework.id for mapping in control.mappings)
    }
    decided = _decisions(framework, content.applicability)
    rows = tuple(
        _requirement(one, framework, behind.get(one.id, ()), assessments, decided.get(one.id))
        for one in framework.requirements
        if one.assessable
    )
    counts = {state: sum(1 for row in rows if row.readiness is state) for state in Readiness}
    return FrameworkReadiness(
        framework=framework.id,
        title=framework.title,
        version=framework.version,
        company=content.company,
        as_of=content.as_of,
        scope=Scope(products=(product,) if product else (), regions=(region,) if region else ()),
        requirements=rows,
        assessments=assessments,
        next_steps=tuple(next_steps(rows, assessments)),
        score=_score(counts),
        counts=counts,
    )


def _controls_behind(framework: Framework, content: Content) -> dict[str, tuple[MappedControl, ...]]:
    """Requirement id -> the controls mapped to it, in the catalogue's order."""
    found: dict[str, dict[str, MappedControl]] = {}
    for control in content.controls:
        for mapping in control.mappings:
            if mapping.framework == framework.id:
                one = MappedControl(
                    control=control.id, relationship=mapping.relationship, rationale=mapping.rationale
                )
                found.setdefault(mapping.requirement, {}).setdefault(control.id, one)
    return {requirement: tuple(ones.values()) for requirement, ones in found.items()}


def _decisions(framework: Framework, decisions: Iterable[Applicability]) -> dict[str, Applicability]:
    """Requirement id -> what the company decided about it; of two decisions the one that includes it."""
    found: dict[str, Applicability] = {}
    for decision in decisions:
        if decision.framework == framework.id:
            for identifier in decision.requirements:
                held = found.get(identifier)
                if held is None or (decision.applicable and not held.applicable):
                    found[identifier] = decision
    return found


def _requirement(
    requirement: Requirement,
    framework: Framework,
    controls: tuple[MappedControl, ...],
    assessments: Mapping[str, ControlAssessment],
    decision: Applicability | None,
) -> RequirementReadiness:
    behind = [assessments[one.control] for one in controls]
    state, justification = _state(requirement, framework, behind, decision)
    return RequirementReadiness(
        requirement=requirement,
        readiness=state,
        justification=justification,
        controls=controls,
        next_date=_next_date(behind) if state not in _SET_ASIDE else None,
    )


_SET_ASIDE = frozenset({Readiness.NOT_OWED, Readiness.NOT_APPLICABLE})


def _state(
    requirement: Requirement,
    framework: Framework,
    behind: Sequence[ControlAssessment],
    decision: Applicability | None,
) -> tuple[Readiness, str]:
    """The state and its justification."""
    exempt = framework.exempt.get(requirement.id)
    if exempt is not None:
        return Readiness.NOT_OWED, exempt
    if decision is not None and not decision.applicable:
        return Readiness.NOT_APPLICABLE, decision.justification or UNJUSTIFIED
    said = decision.justification if decision is not None else ""
    applying = [one.standing for one in behind if one.standing is not Standing.NOT_APPLICABLE]
    if behind and not applying and decision is None:
        notes = dict.fromkeys(one.notes or f"{one.title}: {UNJUSTIFIED}" for one in behind)
        return Readiness.NOT_APPLICABLE, "\n".join(notes)
    if applying and all(one is Standing.IN_PLACE for one in applying):
        return Readiness.READY, said
    if any(one is not Standing.MISSING for one in applying):
        return Readiness.PARTLY, said
    return Readiness.NOT_READY, said


def _next_date(behind: Sequence[ControlAssessment]) -> NextDate | None:
    """The earliest day of any of the controls, saying which control it is about.

    A piece of evidence is named alone: it mostly stands behind several of them.
    """
    days = [
        one.next_date
        if one.next_date.evidence
        else NextDate(on=one.next_date.on, what=f"{one.next_date.what} ({short_title(one.title)})")
        for one in behind
        if one.next_date is not None
    ]
    return min(days, key=lambda day: (day.on, day.what), default=None)


def _score(counts: Mapping[Readiness, int]) -> float | None:
    ready, partly = counts[Readiness.READY], counts[Readiness.PARTLY]
    applying = ready + partly + counts[Readiness.NOT_READY]
    return (ready + partly / 2) / applying if applying else None


def next_steps(
    rows: Sequence[RequirementReadiness], assessments: Mapping[str, ControlAssessment]
) -> list[NextStep]:
    """Every control that lacks something and stands behind a requirement not ready, in the order to mend them.

    Repeatedly the control that makes most requirements ready, given the steps taken before; of equals the one
    that is part of more other requirements not ready, then the one that is missing, then by id.
    """
    blocking = {
        row.requirement.id: {
            one.control for one in row.controls if assessments[one.control].standing in _OPEN
        }
        for row in rows
        if row.readiness in (Readiness.PARTLY, Readiness.NOT_READY)
    }
    part_of: dict[str, list[str]] = {}
    for requirement, controls in blocking.items():
        for control in controls:
            part_of.setdefault(control, []).append(requirement)
    steps: list[NextStep] = []
    while part_of:
        unlocks = {
            control: [one for one in requirements if blocking[one] == {control}]
            for control, requirements in part_of.items()
        }
        chosen = min(
            part_of,
            key=lambda control: (
                -len(unlocks[control]),
                len(unlocks[control]) - len(part_of[control]),
                assessments[control].standing is not Standing.MISSING,
                control,
            ),
        )
        advanced = [one for one in part_of.pop(chosen) if one not in unlocks[chosen]]
        for requirement in (*unlocks[chosen], *advanced):
            blocking[requirement].discard(chosen)
        steps.append(_step(assessments[chosen], unlocks[chosen], advanced))
    return steps


def _step(assessed: ControlAssessment, unlocks: Sequence[str], advances: Sequence[str]) -> NextStep:
    return NextStep(
        control=assessed.control,
        title=assessed.title,
        lacks=assessed.lacks,
        owner=assessed.owner,
        planned_for=assessed.planned_for,
        unlocks=tuple(unlocks),
        advances=tuple(advances),
    )
