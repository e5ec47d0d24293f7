"""What reviewers' decisions taught the matching: which answer fits a question, and which does not."""

from datetime import date

from avow.model.base import Value


class Lesson(Value):
    """A reviewer found that an answer fits a question, or does not.

    A fitting question is one more phrasing of the answer; it is no part of what is approved, which is the answer's own
    words. One that does not fit lowers the answer for that question from then on.
    """

    answer: str
    question: str
    fits: bool
    by: str
    on: date
