"""Questionnaires answered before, and what would become of their rows today."""

from avow.model.base import Value, Verdict
from avow.model.engagements import Engagement
from avow.model.matches import Recommendation
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from avow.model.responses import Outcome


class RowRecord(Value):
    """One row of a questionnaire as it ended.

    `answer` and `stamp` name the library answer that was written or is proposed. `verdict` and `recommendation`
    are None for a row that is not a question. `parent`: the cell, on the same sheet, of the question it follows
    up; empty for none, None where that was not recorded.
    """

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
    parent: str | None = None


class Source(Value):
    """A library answer behind a response, with its stamp."""

    answer: str
    stamp: str


class RowEnd(Value):
    """How a row ended, or would end: what is said or proposed, and the library answers it comes from."""

    outcome: Outcome
    verdict: Verdict
    sources: tuple[Source, ...] = ()


class RowChange(Value):
    """A row that would end otherwise.

    `why`: the reasons that were not there before. `decided_by`: who answered it by a decision, else empty.
    `same_words`: the customer would read the same text; only what it rests on differs.
    """

    address: CellAddress
    ref: str
    question: str
    before: RowEnd
    after: RowEnd
    why: tuple[Reason, ...] = ()
    decided_by: str = ""
    same_words: bool = False

    @property
    def source_changed(self) -> bool:
        """Whether the same answers are given or proposed, with another text or on another basis."""
        ids = [[one.answer for one in end.sources] for end in (self.before, self.after)]
        return ids[0] == ids[1] and self.before.sources != self.after.sources

    @property
    def retracts(self) -> bool:
        """Whether something that was answered would be answered otherwise, or not at all."""
        told_again = self.after.outcome is Outcome.ANSWERED and self.after.verdict is self.before.verdict
        return self.before.outcome is Outcome.ANSWERED and not (told_again and self.same_words)


class EngagementReplay(Value):
    """An engagement replayed: how many rows were compared, and those that would end otherwise.

    `left_out`: questions the form had an answer to itself, whose text is not kept. `follow_ups_known`: false
    where an older Avow recorded the rows, so that follow-ups were read without their main question.
    """

    engagement: Engagement
    compared: int
    left_out: int
    follow_ups_known: bool
    changes: tuple[RowChange, ...]
