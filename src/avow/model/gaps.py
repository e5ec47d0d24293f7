"""The gap register: what is missing, in controls and in answers, each entry with what people decided about it."""

import json
from base64 import b32encode
from datetime import date
from enum import Enum, StrEnum
from hashlib import sha256
from typing import NamedTuple

from pydantic import Field

from avow.model.base import Scope, Value
from avow.model.reasons import Reason
from avow.model.stamps import stamp


class GapKind(StrEnum):
    """Where a gap was found."""

    CONTROL = "control"
    QUESTION = "question"


class GapSeverity(StrEnum):
    """How much a gap matters; the rule that gave it stands beside it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class SeverityRule(Enum):
    """Every rule that gives a gap its severity, with its words; of those that apply the most severe counts."""

    severity: GapSeverity
    words: str

    def __init__(self, severity: GapSeverity, words: str) -> None:
        """A rule is its severity and its words."""
        self.severity = severity
        self.words = words

    OWED_CONTROL = GapSeverity.HIGH, "a requirement we owe rests on a control that is not there"
    RELIED_ON_EVIDENCE = (
        GapSeverity.HIGH,
        "expired evidence stands behind a control that works, and an approved answer or something a customer "
        "was told rests on it",
    )
    ASKED_BY_THREE = GapSeverity.HIGH, "three or more customers ask"
    DUE_SOON = GapSeverity.HIGH, "a customer waits for the answer within 14 days"
    PARTLY_THERE = GapSeverity.MEDIUM, "the control works in part only"
    UNPROVEN = GapSeverity.MEDIUM, "the evidence for a control is not named, not in the register or not valid"
    ASKED_BY_TWO = GapSeverity.MEDIUM, "two customers ask"
    DUE_LATER = GapSeverity.MEDIUM, "a customer waits for the answer within 45 days"
    UPKEEP = GapSeverity.LOW, "an owner or a review is missing"
    OTHERWISE = GapSeverity.LOW, "no other rule applies"


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


class OpenQuestion(Value):
    """A row of a customer's questionnaire that nobody could answer, as the work store recorded it.

    `before` is the question that stands before it in the form, which a follow-up may need to be understood.
    """

    asked_by: AskedBy
    text: str
    before: str = ""
    reasons: tuple[Reason, ...] = ()
    answer: str | None = None


class QuestionKey(NamedTuple):
    """What a question asks, for telling whether two ask the same: neither case nor order of words counts.

    `words` are its words in alphabetical order, synonyms and acronyms as one; `apart` what must be equal
    however alike two questions sound: numbers, negations, and words such as "at rest" that are not to be confused.
    `complete` is whether it says by itself what is asked, unlike "If yes, since when?".
    """

    words: str
    apart: tuple[str, ...]
    complete: bool = True


class FoundGap(Value):
    """A gap as the content and the work store show it on one day, before anybody decided about it.

    `id` depends on what is missing only, not on the day or on the words around it, so that decisions find it
    again. `due` is what the content or the customers say. `control` is the one that lacks something, `controls`
    all that the gap touches: one for a gap of a control, each that rests on it for a gap of `evidence`.
    `asked_by` has a line for each row that is open because of it, `told` the names of the customers who were told
    something that rests on it.
    """

    id: str
    kind: GapKind
    reason: Reason
    subject: str  # the control's title, or the question
    detail: str  # in words, what is missing
    severity: GapSeverity
    severity_rule: str
    control: str | None = None
    controls: tuple[str, ...] = ()
    evidence: str | None = None
    scope: Scope = Scope()
    owner: str = ""
    due: date | None = None
    requirements: dict[str, list[str]] = Field(default_factory=dict)
    asked_by: tuple[AskedBy, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def customers(self) -> tuple[str, ...]:
        """The names of all customers it touches, each once: who asked, then who was told."""
        return tuple(dict.fromkeys((*(one.customer for one in self.asked_by), *self.told)))


def gap_id(kind: GapKind, reason: Reason, what: str, scope: Scope) -> str:
    """A gap's name, such as `G-4QJX7T2A`: of what is missing where, and of nothing that changes with the day.

    `what` is the control's or the evidence's id, or what a question asks.
    """
    scopes = [sorted(name.casefold() for name in names) for names in (scope.products, scope.regions)]
    named = json.dumps([kind.value, reason.value, what, *scopes])
    return f"G-{b32encode(sha256(named.encode()).digest()[:5]).decode()}"


class GapDecision(Value):
    """What a person decided about a gap; what is None or empty says nothing and leaves the found value."""

    gap: str
    status: GapStatus = GapStatus.OPEN
    owner: str = ""
    due: date | None = None
    note: str = ""
    by: str = ""
    decided_on: date | None = None


class GapChange(Value):
    """What a person says about a gap now; a field that was not set leaves what was said before.

    An empty owner, no due date and an empty note take back what was said. `where` is the row it was read from.
    """

    gap: str
    by: str
    status: GapStatus | None = None
    owner: str = ""
    due: date | None = None
    note: str = ""
    where: str = ""


class RefusedChange(NamedTuple):
    """A change that was not taken: the gap or the row, and why, in words."""

    where: str
    why: str


class KnownGap(Value):
    """What is remembered of a gap: as it was last found, since when, and the decision that holds.

    `closed_on` is the first day it was not found any more, None while it is there; `reopened_on` the last day it
    was found again after that.
    """

    gap: FoundGap
    first_seen: date
    last_seen: date
    closed_on: date | None = None
    reopened_on: date | None = None
    decision: GapDecision | None = None


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
    decided_on: date | None = None
    closed_on: date | None = None
    reopened_on: date | None = None

    @property
    def stamp(self) -> str:
        """Over what people may change, as it stands now: who changes it has seen this."""
        due = self.due.isoformat() if self.due else ""
        return decision_stamp(self.gap.id, self.status.value, self.owner, due, self.note)


def decision_stamp(gap: str, status: str, owner: str, due: str, note: str) -> str:
    """The stamp of an entry whose columns say this; `due` as ISO date or empty."""
    return stamp([gap, status, owner, due, note])


class GapFilter(Value):
    """Which entries of a register are wanted; None: all. `closed`: those that are not found any more as well."""

    severity: GapSeverity | None = None
    customer: str | None = None
    control: str | None = None
    framework: str | None = None
    closed: bool = False


class GapRegister(Value):
    """All entries, worst first. `not_remembered` says why the days of first sight could not be kept, if so."""

    company: str
    as_of: date
    entries: tuple[GapEntry, ...]
    not_remembered: str = ""
