"""The gap register: what is missing, in controls and in answers, each entry with what people decided about it."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from avow.model.base import Scope, Value
from avow.model.reasons import Reason


class GapKind(StrEnum):
    """Where a gap was found."""

    CONTROL = "control"
    QUESTION = "question"


class GapSeverity(StrEnum):
    """How much a gap matters; the rule that gave it stands beside it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class GapStatus(StrEnum):
    """What people decided about a gap; `closed` only while it is not found again."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    RISK_ACCEPTED = "risk-accepted"
    CLOSED = "closed"


class AskedBy(Value):
    """A customer whose question nobody could answer."""

    customer: str
    engagement: str
    due: date | None = None
    sheet: str = ""
    cell: str = ""


class FoundGap(Value):
    """A gap as the content and the work store show it on one day, before anybody decided about it.

    `id` depends on what is missing only, not on the day or on the words around it, so that decisions find it
    again. `due` is what the content or the customers say.
    """

    id: str
    kind: GapKind
    reason: Reason
    subject: str  # the control's title, or the question
    detail: str  # in words, what is missing
    severity: GapSeverity
    severity_rule: str
    control: str | None = None
    scope: Scope = Scope()
    owner: str = ""
    due: date | None = None
    requirements: dict[str, list[str]] = Field(default_factory=dict)
    asked_by: tuple[AskedBy, ...] = ()


class GapDecision(Value):
    """What a person decided about a gap; what is None or empty says nothing and leaves the found value."""

    gap: str
    status: GapStatus = GapStatus.OPEN
    owner: str = ""
    due: date | None = None
    note: str = ""
    by: str = ""
    decided_on: date | None = None


class GapEntry(Value):
    """One line of the register: the gap as found (last), since when, and the decision that holds.

    `owner` and `due` are the decision's where it names one, else the found ones. `age_days` counts from
    `first_seen`. `found` is false where the gap is no longer there; its status is then `closed`.
    """

    gap: FoundGap
    found: bool
    status: GapStatus
    owner: str
    due: date | None
    first_seen: date
    age_days: int
    note: str = ""
    decided_by: str = ""


class GapRegister(Value):
    """All entries, worst first."""

    company: str
    as_of: date
    entries: tuple[GapEntry, ...]
