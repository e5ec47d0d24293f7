"""What the work store gives back where the model has no value of the same content."""

from datetime import datetime

from avow.model.base import Value, Verdict
from avow.model.engagements import ReviewDecision
from avow.model.questionnaires import CellAddress
from avow.model.replays import RowRecord


class RecordedWrite(Value):
    """A cell of the customer's file that was written, with the SHA-256 (hex) of its value."""

    address: CellAddress
    value_sha256: str


class RecordedRow(RowRecord):
    """One row of the input as it ended, with its place in the input.

    `score` is None for a row that is not a question, and where nothing matched.
    """

    position: int
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
