"""What the work store gives back where the model has no value of the same content."""

from datetime import datetime

from avow.model.base import Value, Verdict
from avow.model.engagements import ReviewDecision
from avow.model.matches import Recommendation
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import Outcome


class RecordedWrite(Value):
    """A cell of the customer's file that was written, with the SHA-256 (hex) of its value."""

    address: CellAddress
    value_sha256: str


class RecordedRow(Value):
    """One row of the input as it ended.

    `answer` and `stamp` name the library answer that was written or is proposed. `verdict`, `recommendation`
    and `score` are None for a row that is not a question, `score` also where nothing matched.
    """

    position: int
    address: CellAddress
    ref: str
    section: str
    question: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    verdict: Verdict | None
    answer: str | None
    stamp: str | None
    recommendation: Recommendation | None
    score: float | None
    writes: tuple[RecordedWrite, ...] = ()


class RecordedDecision(Value):
    """A person's decision and when it was first recorded."""

    decision: ReviewDecision
    decided_at: datetime


class RecordedCommitment(Value):
    """What was told to whom, by answer and stamp; the words are the library's at that stamp."""

    engagement: str
    customer: str
    address: CellAddress
    question: str
    verdict: Verdict
    answer: str
    stamp: str
    told_at: datetime
