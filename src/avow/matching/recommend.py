"""From comparisons to a recommendation: thresholds, caps and the margin to the runner-up."""

from avow.matching.candidates import Asked
from avow.matching.contrast import Cap
from avow.matching.scoring import Scoring
from avow.matching.signals import Comparison
from avow.model.matches import Polarity, Recommendation, Signal
from avow.model.reasons import Reason

# With so many answers a lead counts for half of what it does in a large library.
_FEW = 20


def recommend(
    ranked: list[Comparison], asked: Asked, scoring: Scoring, size: int
) -> tuple[Recommendation, list[Signal]]:
    """How far the first may be trusted, and the signals that lowered it. `ranked` is best first, of `size` answers."""
    if not ranked:
        return Recommendation.NONE, [
            Signal(Reason.NO_MATCH.value, 0.0, "nothing in the library shares a concept")
        ]
    first = ranked[0]
    measured = measures(ranked, asked, size)
    level = _by_score(first, measured, scoring)
    caps = list(first.caps)
    if len(ranked) > 1 and level is Recommendation.STRONG:
        caps += _runner_up(first, ranked[1], max(_margin(ranked), _lead(ranked) / 2), scoring)
    lowering = []
    for cap in caps:
        if cap.level.rank < Recommendation.STRONG.rank:
            lowering.append(cap.signal)
            level = level.capped(cap.level)
    if level is not Recommendation.STRONG:
        # What alone would not have lowered it, a plain turn, is a doubt beside any other.
        lowering += [cap.signal for cap in caps if cap.level is Recommendation.STRONG]
    if level is not Recommendation.STRONG and not lowering:
        lowering.append(Signal(Reason.WEAK_MATCH.value, round(first.score, 3), _what_is_open(first)))
    return level, lowering


def _margin(ranked: list[Comparison]) -> float:
    """By how much the first leads by its best phrasing; 1 where it is alone."""
    return ranked[0].score - ranked[1].score if len(ranked) > 1 else 1.0


def _lead(ranked: list[Comparison]) -> float:
    """By how much the first leads where what the whole answers cover counts as well as the best phrasings."""
    first, *others = (found.score + min(1.0, found.united) for found in ranked)
    return (first - max(others)) / 2 if others else 1.0


def measures(ranked: list[Comparison], asked: Asked, size: int) -> dict[str, float]:
    """What is measured of the first of `ranked`, which is not empty: shares and margins are 0 to 1.

    `size` is how many answers there are: to lead among few says little, which `ahead` and `lead` allow for.
    """
    first = ranked[0]
    weight = size / (size + _FEW)
    return {
        "score": first.score,
        "question-covered": first.covered,
        "answer-covered": first.answered,
        "wording": first.wording,
        "united": first.united,
        "margin": _margin(ranked),
        "ahead": weight * _margin(ranked),
        "lead": weight * _lead(ranked),
        "control": float(first.agrees),
        "touched": _touched(first, asked),
        "substance": float(asked.substance),
        "same-id": float(first.same_id),
    }


def _touched(first: Comparison, asked: Asked) -> float:
    """The share of what is asked, each thing counted alike however common, that the whole answer speaks of."""
    count = len(asked.facts)
    return sum(first.union.get(place, 0.0) >= 0.5 for place in range(count)) / count if count else 0.0


def _by_score(first: Comparison, measured: dict[str, float], scoring: Scoring) -> Recommendation:
    if first.exact or _is_sure(first, measured, scoring):
        return Recommendation.STRONG
    if first.score >= scoring.medium:
        return Recommendation.MEDIUM
    return Recommendation.LOW if first.score >= scoring.low else Recommendation.NONE


def is_open(first: Comparison, scoring: Scoring) -> bool:
    """Whether something substantial is asked that the answer does not name, or the other way round."""
    if first.missing and "question-covered" not in scoring.off:
        return True
    return bool(first.surplus) and "answer-covered" not in scoring.off


def _is_sure(first: Comparison, measured: dict[str, float], scoring: Scoring) -> bool:
    """Nothing substantial is open on either side, the chance is high enough, and each least measure is reached."""
    sure = scoring.sure
    if is_open(first, scoring):
        return False
    if first.polarity is not Polarity.SAME:
        return _reached(measured, sure.inverted)
    return _reached(measured, sure.least) and sure.chance_of(measured) >= sure.chance


def _reached(measured: dict[str, float], least: dict[str, float]) -> bool:
    return all(measured[name] >= value for name, value in least.items())


def _runner_up(first: Comparison, second: Comparison, margin: float, scoring: Scoring) -> list[Cap]:
    if "runner-up" in scoring.off or margin >= scoring.close or (first.exact and not second.exact):
        return []
    signal = Signal(Reason.CLOSE_RUNNER_UP.value, round(margin, 3), "another answer fits about as well")
    return [Cap(signal, Recommendation.MEDIUM)]


def _what_is_open(first: Comparison) -> str:
    if first.missing:
        return f"asked, not in the answer: {', '.join(first.missing)}"
    if first.surplus:
        return f"in the answer, not asked: {', '.join(first.surplus)}"
    return "the wording differs"
