"""Why an answer or a control was proposed for a question."""

from enum import StrEnum
from typing import NamedTuple

from avow.model.base import Value


class Signal(NamedTuple):
    """Named evidence for or against a match: `Signal("contrast", -1.0, "at rest / in transit")`."""

    name: str
    value: float
    note: str = ""


class Polarity(StrEnum):
    """Whether question and answer ask the same way round; `unclear` goes to a person."""

    SAME = "same"
    INVERTED = "inverted"
    UNCLEAR = "unclear"


class Recommendation(StrEnum):
    """How sure the first candidate is. `strong` would be written without a person looking first."""

    STRONG = "strong"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for `none`, 3 for `strong`."""
        return _RANKS[self]

    def capped(self, cap: "Recommendation") -> "Recommendation":
        """The weaker of the two."""
        return self if self.rank <= cap.rank else cap


_RANKS = {level: rank for rank, level in enumerate(reversed(Recommendation))}


class Match(NamedTuple):
    """A candidate answer. `score` is 0 to 1; `phrasing` is the wording that matched best."""

    answer: str
    ref: str | None = None
    score: float = 0.0
    polarity: Polarity = Polarity.SAME
    phrasing: str = ""
    signals: tuple[Signal, ...] = ()


class ControlMatch(NamedTuple):
    """A control the question is about, `score` 0 to 1."""

    control: str
    score: float
    signals: tuple[Signal, ...] = ()


class Proposal(Value):
    """Candidates for one question, best first, and how far the first may be trusted.

    `caps` are the signals that lowered the recommendation, each with a note in plain words.
    `parts`: for a double-barrelled question the halves; `uncovered` those halves the first
    candidate does not speak to. `together`: where no single answer serves, a proposal for each question in the
    row that stands by itself.
    """

    question: str
    recommendation: Recommendation
    matches: tuple[Match, ...] = ()
    controls: tuple[ControlMatch, ...] = ()
    caps: tuple[Signal, ...] = ()
    parts: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    together: tuple["Proposal", ...] = ()
