"""The library held against itself: answers to one question, what they contradict each other in, and phrasings
that read the same. Each phrasing is compared with the index's candidates for it, never all with all.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from avow.matching.candidates import Asked, asked_of, candidate_phrasings
from avow.matching.contrast import contrast_caps, polarity_of, quantity_caps
from avow.matching.index import MatchIndex
from avow.matching.side import Side, plain_text
from avow.matching.signals import Coverage, coverage, with_wording, wording_of
from avow.matching.statements import stated_differently
from avow.matching.words import tokens
from avow.model.answers import LibraryAnswer
from avow.model.base import Scope, Verdict
from avow.model.library_health import AmbiguousPhrasing, Contradiction, Finding, NearDuplicate
from avow.model.matches import Polarity

# An answer's own phrasings are among the candidates and are left out.
_CANDIDATES = 30
_HALF = 0.5
# Two phrasings read the same where each covers the other so far, nothing substantial is open, and either the wording, in
# concepts, or the very words are so much alike. Set by reading what was found in a library of 283 answers with six phrasings
# each, and with each phrasing made an answer of its own: below, neighbouring subjects came in.
_COVERED, _SAME_WORDING, _SAME_WORDS = 0.75, 0.92, 0.8
_ALL = 8  # the bit of a phrasing's polarity for "all", "every", "only"
_WHICH = 16  # and for which, who, when


class _Alike(NamedTuple):
    """Two phrasings that ask the same, `first` of one answer and `second` of another, and how well they fit."""

    first: int
    second: int
    score: float
    wording: float
    polarity: Polarity
    reads_the_same: bool


def library_findings(answers: Sequence[LibraryAnswer], index: MatchIndex) -> list[Finding]:
    """Contradictions, near-duplicates and ambiguous phrasings of `answers`, which `index` was built from, in the
    order of the answers. A pair of answers is reported once, for the gravest of what was found. Never raises.
    """
    side = index.answers
    known = {answer.id: answer for answer in answers}
    found: list[Finding] = []
    for (first, second), alike in sorted(_by_answers(_alike_both_ways(index), side).items()):
        one, other = known.get(side.owners[first].id), known.get(side.owners[second].id)
        if one is None or other is None or not _overlap(one.scope, other.scope):
            continue
        if _answer_the_same(alike, first, second, side):
            found.extend(_of_answers(one, other, alike, index))
        else:
            found.extend(_of_phrasings(one, other, alike, side))
    return found


def _alike_both_ways(index: MatchIndex) -> Iterator[_Alike]:
    """Phrasings of different answers of which each, asked as a question, fits the other."""
    side = index.answers
    one_way: dict[tuple[int, int], _Alike] = {}
    for phrasing, owner in enumerate(side.owner_of):
        asked = asked_of(index.reader.read(side.texts[phrasing]), side)
        candidates = candidate_phrasings(asked, side, _CANDIDATES)
        others = dict.fromkeys([*side.same_text(side.texts[phrasing]), *candidates])
        for covering in coverage(asked, side, [one for one in others if side.owner_of[one] != owner]):
            alike = _asks_the_same(asked, phrasing, covering, side)
            if alike is not None:
                one_way[phrasing, covering.phrasing] = alike
    for (first, second), alike in sorted(one_way.items()):
        back = one_way.get((second, first))
        if first < second and back is not None and back.polarity is alike.polarity:
            yield alike._replace(
                score=min(alike.score, back.score),
                reads_the_same=alike.reads_the_same and back.reads_the_same,
            )


def _asks_the_same(asked: Asked, phrasing: int, covering: Coverage, side: Side) -> _Alike | None:
    """Whether the candidate asks what the phrasing asks: nothing on either side is open and nothing speaks against it."""
    _, other, covered, answered, places = covering
    # Cheap before dear: most candidates fail here.
    if covered < _COVERED or answered < _COVERED:
        return None
    if any(places.get(place, 0.0) < _HALF for place, _ in asked.heavy):
        return None
    if (side.polarity[phrasing] ^ side.polarity[other]) & _WHICH:
        return None
    turn = polarity_of(asked, side, other)
    if turn.polarity is not Polarity.SAME and not turn.plain:
        return None
    wording = wording_of(asked, side, other)
    same_words = _shared_words(side.texts[phrasing], side.texts[other], side) >= _SAME_WORDS
    reads_the_same = same_words or (wording >= _SAME_WORDING and asked.substance > 1)
    score = min(1.0, with_wording(covering.score, wording, side))
    if not reads_the_same and not _is_sure(covering, score, wording, turn.polarity, side):
        return None
    if _is_opposed(asked, other, side):
        return None
    return _Alike(phrasing, other, score, wording, turn.polarity, reads_the_same)


def _shared_words(one: str, other: str, side: Side) -> float:
    """Share of the words, grammar's aside, that two texts have in common, 0 to 1."""
    stop = side.lexicon.stop
    ours, theirs = ({word.stem for word in tokens(text)} - stop for text in (one, other))
    whole = len(ours) + len(theirs)
    return 2 * len(ours & theirs) / whole if whole else 0.0


def _is_sure(covering: Coverage, score: float, wording: float, polarity: Polarity, side: Side) -> bool:
    """Whether a question so like the phrasing would be a sure match by its wording."""
    scoring = side.scoring
    way = scoring.sure.phrasing if polarity is Polarity.SAME else scoring.sure.inverted
    measured = {
        "score": score,
        "question-covered": covering.covered,
        "answer-covered": covering.answered,
        "wording": wording,
    }
    return all(measured[name] >= least for name, least in way.items() if name in measured)


def _is_opposed(asked: Asked, other: int, side: Side) -> bool:
    """Whether a contrast or a quantity sets the question and the phrasing `other` apart."""
    bag = side.holding(side.owner_of[other])
    groups, quantities, _ = side.said_by(other)
    # The phrasings are compared, whatever the answer comes down to.
    if quantity_caps(asked, quantities, bag, "yes"):
        return True
    return bool(contrast_caps(asked, groups, side, side.features_of(other), bag))


def _by_answers(alike: Iterable[_Alike], side: Side) -> dict[tuple[int, int], list[_Alike]]:
    grouped: dict[tuple[int, int], list[_Alike]] = {}
    for one in alike:
        grouped.setdefault((side.owner_of[one.first], side.owner_of[one.second]), []).append(one)
    return grouped


def _answer_the_same(alike: Sequence[_Alike], first: int, second: int, side: Side) -> bool:
    """Whether two answers are to one question: their questions ask the same, or half of their phrasings do.

    A single phrasing in common is no more than that, unless it reads the same: answers on neighbouring subjects
    share some.
    """
    ours, theirs = side.phrasings_of(first), side.phrasings_of(second)
    same = [one for one in alike if one.reads_the_same]
    if any(one.first == ours[0] and one.second == theirs[0] for one in same):
        return True
    common = min(len({one.first for one in alike}), len({one.second for one in alike}))
    return 2 * common >= min(len(ours), len(theirs)) and (common > 1 or bool(same))


def _overlap(one: Scope, other: Scope) -> bool:
    """Whether something lies in both scopes."""
    pairs = ((one.products, other.products), (one.regions, other.regions))
    return all(
        not ours or not theirs or {name.casefold() for name in ours} & {name.casefold() for name in theirs}
        for ours, theirs in pairs
    )


def _of_answers(
    one: LibraryAnswer, other: LibraryAnswer, alike: Sequence[_Alike], index: MatchIndex
) -> Iterator[Finding]:
    """What is wrong with two answers to one question."""
    side = index.answers
    best = max(alike, key=lambda pair: (pair.score, pair.wording, -pair.first, -pair.second))
    phrasing = side.texts[best.first]
    told = []
    verdicts = _verdicts_contradict(one.verdict, other.verdict, best.polarity)
    of_all = (side.polarity[best.first] ^ side.polarity[best.second]) & _ALL
    if verdicts and not of_all:
        told.append(verdicts)
    told += stated_differently(one.narrative, other.narrative, phrasing, index.reader)
    if told:
        what = "; ".join(told)
        yield Contradiction(answer=one.id, other=other.id, what=what, phrasing=phrasing)
    elif best.polarity is Polarity.SAME:
        yield NearDuplicate(
            answer=one.id,
            other=other.id,
            phrasing=phrasing,
            score=round(best.score, 4),
            verdicts=(one.verdict, other.verdict),
        )


def _verdicts_contradict(one: Verdict, other: Verdict, polarity: Polarity) -> str:
    """`verdict yes / no`, or nothing where both can be right. A person always decides about `needs-input`."""
    if Verdict.NEEDS_INPUT in (one, other):
        return ""
    if polarity is Polarity.SAME:
        return f"verdict {one} / {other}" if one is not other else ""
    if one is other and one in (Verdict.YES, Verdict.NO):
        return f"verdict {one} / {other}, though one asks the opposite of the other"
    return ""


def _of_phrasings(
    one: LibraryAnswer, other: LibraryAnswer, alike: Sequence[_Alike], side: Side
) -> Iterator[Finding]:
    """Phrasings of two different answers that read the same; the very same text is a `shared-phrasing` already."""
    for pair in sorted(alike):
        ours, theirs = side.texts[pair.first], side.texts[pair.second]
        if pair.polarity is not Polarity.SAME or not pair.reads_the_same:
            continue
        if plain_text(ours).rstrip("?.! ") == plain_text(theirs).rstrip("?.! "):
            continue
        yield AmbiguousPhrasing(
            phrasing=ours,
            alike=theirs,
            answers=(one.id, other.id),
            scores=(1.0, round(pair.score, 4)),
            verdicts=(one.verdict, other.verdict),
        )
