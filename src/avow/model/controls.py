"""Controls of the catalogue, their mappings, and how this company implements them."""

from datetime import date
from enum import StrEnum

from avow.model.base import Scope, Sharing, Value


class Relationship(StrEnum):
    """The control's intent against the requirement's (set theory mapping, NIST IR 8477)."""

    EQUAL = "equal"
    EQUIVALENT = "equivalent"
    SUBSET = "subset"
    SUPERSET = "superset"
    INTERSECTS = "intersects"


class ControlMapping(Value):
    """One requirement a control helps to meet, and why."""

    framework: str
    requirement: str
    relationship: Relationship
    rationale: str


class ControlType(StrEnum):
    """How a control acts."""

    PREVENTIVE = "preventive"
    DETECTIVE = "detective"
    CORRECTIVE = "corrective"
    ADMINISTRATIVE = "administrative"


class EvidenceRequest(Value):
    """What an auditor asks to see, and how fresh it must be."""

    artefact: str
    freshness: str


class Control(Value):
    """A common control: one control, one test.

    What has a default may be missing in a catalogue brought from elsewhere; `avow check` says where it is.
    """

    id: str
    title: str
    domain: str
    statement: str
    objective: str = ""
    type: ControlType | None = None
    owner_role: str = ""
    frequency: str = ""
    guidance: str = ""
    evidence_requests: tuple[EvidenceRequest, ...] = ()
    tests: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    mappings: tuple[ControlMapping, ...] = ()

    def requirements(self) -> dict[str, list[str]]:
        """Framework id -> requirement ids, in the order of the mappings."""
        found: dict[str, list[str]] = {}
        for mapping in self.mappings:
            found.setdefault(mapping.framework, []).append(mapping.requirement)
        return found


class Status(StrEnum):
    """Implementation status, in OSCAL's words (implementation-status, OSCAL 1.1)."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"
    ALTERNATIVE = "alternative"
    NOT_APPLICABLE = "not-applicable"


class Implementation(Value):
    """How far one control works, in one scope of this company."""

    control: str
    status: Status | None = None  # None: nobody has said yet
    scope: Scope = Scope()
    owner: str = ""
    evidence: tuple[str, ...] = ()
    reviewed_on: date | None = None
    planned_for: date | None = None
    notes: str = ""


class Applicability(Value):
    """Whether requirements of a framework apply to this company, and why: a Statement of Applicability's decision.

    ISO/IEC 27001:2022, 6.1.3 d) asks for the justification of inclusions as well as of exclusions.
    """

    framework: str
    requirements: tuple[str, ...]
    applicable: bool = True
    justification: str


class Evidence(Value):
    """A document that proves something, while it is valid. `content_hash` is over the entry as authored."""

    id: str
    document: str
    valid_from: date | None = None
    valid_until: date | None = None
    sharing: Sharing = Sharing.INTERNAL
    location: str = ""
    notes: str = ""
    content_hash: str = ""

    def is_live(self, on: date) -> bool:
        """Whether the evidence is valid on the day `on` (an open end is open)."""
        started = self.valid_from is None or self.valid_from <= on
        return started and (self.valid_until is None or on <= self.valid_until)
