"""What becomes of a row: a response, a gap, or a reason why it was left alone."""

from datetime import date
from enum import StrEnum

from avow.model.base import Scope, Value, Verdict
from avow.model.matches import Proposal
from avow.model.questionnaires import CellAddress, Question
from avow.model.reasons import Reason
from avow.model.stamps import stamp


class Outcome(StrEnum):
    """How a row ends; each ends as exactly one of these."""

    ANSWERED = "answered"
    REVIEW = "review"
    GAP = "gap"
    IGNORED = "ignored"


class Citation(Value):
    """The library answer a text comes from, with its stamp, controls and evidence."""

    answer: str
    stamp: str
    controls: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class CellWrite(Value):
    """A text that goes into one cell of the customer's file."""

    address: CellAddress
    value: str


class ApprovedResponse(Value):
    """A response that may leave: by policy (a strong match through every gate) or by a person's decision.

    Only `drafting` and `review` make these; `formats` fills from nothing else.
    """

    address: CellAddress
    verdict: Verdict
    text: str
    writes: tuple[CellWrite, ...]
    citations: tuple[Citation, ...]
    approved_by: str


class Said(Value):
    """What was said to a question elsewhere in the engagement; `where` in words: `B7`, or `second.xlsx, Access!B7`."""

    verdict: Verdict
    text: str
    where: str


class Gap(Value):
    """A question nobody can answer with what the library and the controls hold."""

    address: CellAddress
    question: str
    reason: Reason
    control: str | None = None
    owner: str = ""
    due: date | None = None


class Draft(Value):
    """One question with everything said about it so far. `approved` is there exactly when it is answered.

    `verdict` and `text` are what is proposed, `writes` the cells it would go to.
    """

    question: Question
    proposal: Proposal
    outcome: Outcome
    asked: Scope = Scope()  # the product and region the question is about
    reasons: tuple[Reason, ...] = ()
    verdict: Verdict = Verdict.NEEDS_INPUT
    text: str = ""
    writes: tuple[CellWrite, ...] = ()
    citations: tuple[Citation, ...] = ()
    approved: ApprovedResponse | None = None
    gap: Gap | None = None
    contradicts: str = ""  # where the same question has another answer

    @property
    def stamp(self) -> str:
        """What a reviewer saw: a decision holds only for a draft with the same stamp."""
        return stamp(
            {
                "cell": str(self.question.address),
                "question": self.question.text,
                "asked": [*self.asked.products, "/", *self.asked.regions],
                "verdict": self.verdict.value,
                "text": self.text,
                "citations": [[one.answer, one.stamp] for one in self.citations],
            }
        )
