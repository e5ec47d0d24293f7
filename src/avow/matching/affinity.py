"""Which controls a text is about: the bridge between questions and answers that share no word."""

from avow.matching.candidates import Asked, asked_of, candidate_phrasings
from avow.matching.index import Side
from avow.matching.normalise import Reading
from avow.matching.signals import Comparison, add_wording, compare

_RESCORED = 14
_KEPT = 4


def compared_controls(asked: Asked, side: Side) -> list[Comparison]:
    """Controls, best first, each with its best text."""
    best: dict[int, Comparison] = {}
    for phrasing in candidate_phrasings(asked, side, _RESCORED):
        compared = compare(asked, side, phrasing)
        known = best.get(compared.owner)
        if known is None or known.score < compared.score:
            best[compared.owner] = compared
    for compared in best.values():
        add_wording(asked, side, compared)
    return sorted(best.values(), key=lambda found: (-found.score, found.owner))


def shares_of(ranked: list[Comparison]) -> tuple[tuple[int, float], ...]:
    """The first few controls with their share of the best score, falling off steeply."""
    if not ranked or ranked[0].score <= 0:
        return ()
    top = ranked[0].score
    return tuple((found.owner, round(found.score * (found.score / top) ** 2, 3)) for found in ranked[:_KEPT])


def nearest_controls(reading: Reading, controls: Side) -> tuple[tuple[int, float], ...]:
    """The controls a reading is closest to, as (number of the control, share 0 to 1)."""
    if not controls.owners:
        return ()
    return shares_of(compared_controls(asked_of(reading, controls, controls.lexicon), controls))
