"""Whether the library answers a question already, and whether two answers to one question contradict each other."""

from collections.abc import Mapping, Sequence

from avow.matching.index import MatchIndex
from avow.matching.matcher import match
from avow.matching.names import without_names
from avow.matching.statements import stated_differently
from avow.model.answers import LibraryAnswer
from avow.model.base import Verdict
from avow.model.learning import Likeness
from avow.model.matches import Polarity, Recommendation

_SAYS_ENOUGH = 4  # as matching has it: with less, a follow-up is read with its main question


def answered_already(
    question: str,
    said: tuple[Verdict, str],
    index: MatchIndex,
    answers: Mapping[str, LibraryAnswer],
    names: Sequence[str] = (),
) -> Likeness | None:
    """The library answer that surely answers a question, and in what it differs from what was `said`: verdict and words.

    None where no match is sure, or where it asks the other way round. `answers` are the library's by id.
    """
    proposal = match(question, index, top=4, names=names)
    if proposal.recommendation is not Recommendation.STRONG or not proposal.matches:
        return None
    first = proposal.matches[0]
    answer = answers.get(first.answer)
    if answer is None or first.polarity is not Polarity.SAME or answer.verdict is Verdict.NEEDS_INPUT:
        return None
    theirs = answer.verdict, answer.narrative
    return Likeness(answer.id, difference(question, said, theirs, index))


def difference(question: str, one: tuple[Verdict, str], other: tuple[Verdict, str], index: MatchIndex) -> str:
    """`verdict yes / no; number 30 days / 90 days`: in what two answers to a question contradict each other; empty for
    nothing. A person decides about `needs-input` anyway.
    """
    told = []
    if one[0] is not other[0] and Verdict.NEEDS_INPUT not in (one[0], other[0]):
        told.append(f"verdict {one[0]} / {other[0]}")
    told += stated_differently(one[1], other[1], question, index.reader)
    return "; ".join(told)


def stands_alone(question: str, index: MatchIndex, names: Sequence[str] = ()) -> bool:
    """Whether a follow-up says by itself what it asks, so that it is matched without its main question's words."""
    return index.reader.read(without_names(question, names)).substance >= _SAYS_ENOUGH
