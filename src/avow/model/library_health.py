"""What a librarian would want to mend in the library of answers, as values."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from avow.model.answers import LibraryAnswer
from avow.model.base import Value, Verdict
from avow.model.issues import Issue, Severity


class NearDuplicate(Value):
    """Two answers to what is nearly one question. `phrasing` is the wording of `answer` that `other` fits best,
    `score` (0 to 1) how well; `verdicts` are those of the two.
    """

    answer: str
    other: str
    phrasing: str
    score: float
    verdicts: tuple[Verdict, Verdict]

    code: str = "near-duplicate-answer"

    @property
    def severity(self) -> Severity:
        """A warning where it matters which of the two is given."""
        return _by_verdicts(self.verdicts)

    @property
    def message(self) -> str:
        """In plain words, with what to do."""
        differs = f", one says {self.verdicts[0]}, the other {self.verdicts[1]}" if self.differ else ""
        return (
            f"{self.answer} and {self.other} answer nearly the same question{differs}: {self.phrasing!r} fits both "
            f"({self.score:.2f}); make them one answer, or say in the questions what sets them apart"
        )

    @property
    def differ(self) -> bool:
        """Whether the verdicts do."""
        return self.verdicts[0] is not self.verdicts[1]


class Contradiction(Value):
    """Two answers to one question that cannot both be right: `what` is `verdict yes / no`, `number 30 days / 90 days`
    or `date 30 June 2026 / 31 May 2026`. `phrasing` is the question in the words of `answer`.
    """

    answer: str
    other: str
    what: str
    phrasing: str

    code: str = "contradicting-answers"

    @property
    def severity(self) -> Severity:
        """Always a warning: customers may be told two things."""
        return Severity.WARNING

    @property
    def message(self) -> str:
        """In plain words, with what to do."""
        return (
            f"{self.answer} and {self.other} answer the same question and contradict each other ({self.what}): "
            f"{self.phrasing!r}; correct one, or give each the scope it holds for"
        )


class AmbiguousPhrasing(Value):
    """A phrasing of the first of `answers` that fits the second as well: `scores` (0 to 1) of both, their `verdicts`,
    and `alike`, the phrasing of the second that reads the same.
    """

    phrasing: str
    alike: str
    answers: tuple[str, str]
    scores: tuple[float, float]
    verdicts: tuple[Verdict, Verdict]

    code: str = "ambiguous-phrasing"

    @property
    def answer(self) -> str:
        """Where the phrasing stands."""
        return self.answers[0]

    @property
    def severity(self) -> Severity:
        """A warning where it matters which of the two is given."""
        return _by_verdicts(self.verdicts)

    @property
    def message(self) -> str:
        """In plain words, with what to do."""
        differs = f" ({self.verdicts[0]} and {self.verdicts[1]})" if self.severity is Severity.WARNING else ""
        return (
            f"{self.answers[0]}: {self.phrasing!r} reads like {self.alike!r} of {self.answers[1]}{differs}, so that a "
            "question put like this fits both; say in one of them what sets it apart, or take it out"
        )


class Unused(Value):
    """An answer that was never proposed or written in any engagement."""

    answer: str

    code: str = "unused-answer"

    @property
    def severity(self) -> Severity:
        """Worth knowing, no more."""
        return Severity.INFO

    @property
    def message(self) -> str:
        """In plain words."""
        return f"{self.answer} has not been proposed or written in any engagement so far"


Finding = NearDuplicate | Contradiction | AmbiguousPhrasing | Unused


def _by_verdicts(verdicts: tuple[Verdict, Verdict]) -> Severity:
    return Severity.INFO if verdicts[0] is verdicts[1] else Severity.WARNING


def unused_answers(answers: Sequence[LibraryAnswer], used: Collection[str] | None) -> list[Unused]:
    """The answers whose ids are not among the `used`, in their order; none where nothing is known of use (None)."""
    return [] if used is None else [Unused(answer=one.id) for one in answers if one.id not in used]


def as_issues(found: Iterable[Finding], places: Mapping[str, tuple[str, int]]) -> list[Issue]:
    """The findings as issues at their answers; `places`: `answer:<id>` -> (file, line)."""
    issues = []
    for one in found:
        file, line = places.get(f"answer:{one.answer}", ("", 0))
        issues.append(Issue(severity=one.severity, code=one.code, message=one.message, file=file, line=line))
    return issues
