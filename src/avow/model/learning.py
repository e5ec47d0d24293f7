"""What an answered questionnaire taught: entries, phrasings, contradictions, and rows held for a person."""

from typing import Any, NamedTuple

from avow.model.base import Verdict
from avow.model.questionnaires import Question


class Likeness(NamedTuple):
    """A library answer that answers a question already. `differs`: in what it says otherwise, empty where it says the same."""

    answer: str
    differs: str


class Held(NamedTuple):
    """A row that was not learned, and why, in words."""

    question: Question
    why: str


class Phrased(NamedTuple):
    """A row that says what a library answer says to nearly the same question: one more phrasing of it."""

    question: Question
    text: str  # the question, with its main question where it says little by itself
    answer: str


class Disputed(NamedTuple):
    """A row that says otherwise than the library, or than another row of the file, to the same question.

    `against` is the library answer's id, or the other row's cell with `in_file`; `differs` such as `verdict yes / no` or
    `number 30 days / 90 days`, the row's own first.
    """

    question: Question
    verdict: Verdict
    narrative: str
    against: str
    in_file: bool
    against_verdict: Verdict
    against_narrative: str
    differs: str


class Learned(NamedTuple):
    """What became of the rows: entries for the library as authored (with the question each was made of), and the rest.

    `assumed`: ids of entries whose words say neither yes nor no to a question that asks for it; they were taken for a yes,
    and no approval of all that was learned extends to them.
    """

    entries: list[dict[str, Any]]
    questions: list[Question]
    assumed: list[str]
    held: list[Held]
    phrasings: list[Phrased]
    contradictions: list[Disputed]
