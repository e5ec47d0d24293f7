"""How far a framework's requirements are met by controls that work and can be proven to."""

from datetime import date
from enum import StrEnum

from avow.model.base import Scope, Value
from avow.model.controls import Relationship, Status
from avow.model.frameworks import Requirement
from avow.model.reasons import Reason

STATUS_DAYS = 365  # how long a review of a control's status holds, unless `avow.toml` says otherwise
UNJUSTIFIED = "no justification given"
SCORE_FORMULA = "(ready + partly / 2) / requirements that apply"


class Standing(StrEnum):
    """Where one control stands: what its status says, less what cannot be shown."""

    IN_PLACE = "in-place"
    PARTLY = "partly"
    MISSING = "missing"
    NOT_APPLICABLE = "not-applicable"


class Readiness(StrEnum):
    """Where one requirement stands."""

    READY = "ready"
    PARTLY = "partly"
    NOT_READY = "not-ready"
    NOT_APPLICABLE = "not-applicable"
    NOT_OWED = "not-owed"  # the framework addresses it to somebody else


class EvidenceAge(Value):
    """A piece of evidence behind a control, as it is on the day of the assessment.

    `age_days` counts from the day it is valid from (None: it does not say); `live` is whether it is valid.
    """

    evidence: str
    document: str
    live: bool
    age_days: int | None = None
    valid_until: date | None = None


class NextDate(Value):
    """The next day something about a control falls due, and what. `evidence`: the piece it is about, where it is."""

    on: date
    what: str  # such as "Sign-off of the quarterly access review expires", "planned", "status review due"
    evidence: str | None = None


class ControlAssessment(Value):
    """One control in one scope. `lacks` names what keeps it from being in place: reason codes of the gap register."""

    control: str
    title: str
    scope: Scope = Scope()
    status: Status | None = None
    standing: Standing
    lacks: tuple[Reason, ...] = ()
    owner: str = ""
    evidence: tuple[EvidenceAge, ...] = ()
    reviewed_on: date | None = None
    planned_for: date | None = None
    next_date: NextDate | None = None
    notes: str = ""


class MappedControl(Value):
    """A control behind a requirement, and what of it the control gives."""

    control: str
    relationship: Relationship
    rationale: str


class RequirementReadiness(Value):
    """One requirement, where it stands and why. `justification` is for what does not apply or is not owed, and,
    where the company gave one, for what is included.
    """

    requirement: Requirement
    readiness: Readiness
    justification: str = ""
    controls: tuple[MappedControl, ...] = ()
    next_date: NextDate | None = None


class NextStep(Value):
    """A control to mend, with the requirements that become ready once it and all steps before it are done.

    `unlocks` are those requirements' ids; `advances` the other requirements, not ready, that it is part of.
    """

    control: str
    title: str
    lacks: tuple[Reason, ...]
    owner: str
    planned_for: date | None = None
    unlocks: tuple[str, ...] = ()
    advances: tuple[str, ...] = ()


class FrameworkReadiness(Value):
    """A framework's readiness on one day in one scope.

    `assessments` holds each control mapped to it, by control id. `score` is a share from 0 to 1 of the
    requirements that apply, a ready one counting 1 and a partly ready one a half; None where none applies.
    """

    framework: str
    title: str
    version: str
    company: str
    as_of: date
    scope: Scope = Scope()
    requirements: tuple[RequirementReadiness, ...]
    assessments: dict[str, ControlAssessment]
    next_steps: tuple[NextStep, ...] = ()
    score: float | None = None
    counts: dict[Readiness, int]
