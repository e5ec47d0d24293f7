"""Which controls a text is about: what is shown of them, and the bridge between questions and answers.

Two measures, as they serve two ends. What a whole control says (`Topics`) tells best which controls a question is
about. Which single texts of controls come closest tells best which answer was given to a question put in other words.
"""

from typing import NamedTuple

from avow.matching.candidates import Asked, asked_of, candidate_phrasings
from avow.matching.normalise import Reading
from avow.matching.side import Side
from avow.matching.signals import Coverage, coverage, with_wording, wording_of
from avow.matching.topics import Topics
from avow.model.matches import ControlMatch, Signal

_RESCORED = 14
_KEPT = 4
_THE_SAME = 0.9
_AT_ODDS = 0.75


class Affinity(NamedTuple):
    """`shares`: (number of the control, share 0 to 1), best first; `closeness` of the closest text, 0 to 1."""

    shares: tuple[tuple[int, float], ...] = ()
    closeness: float = 0.0


def affinity_of(asked: Asked, side: Side) -> Affinity:
    """The few controls with the texts closest to a question, falling off steeply."""
    best: dict[int, Coverage] = {}
    for covering in coverage(asked, side, candidate_phrasings(asked, side, _RESCORED)):
        owner = side.owner_of[covering.phrasing]
        known = best.get(owner)
        if known is None or known.score < covering.score:
            best[owner] = covering
    ranked = sorted(
        (-with_wording(one.score, wording_of(asked, side, one.phrasing), side), owner)
        for owner, one in best.items()
    )
    top = -ranked[0][0] if ranked else 0.0
    if top <= 0:
        return Affinity()
    return Affinity(
        tuple((owner, round(-score * (score / top) ** 2, 3)) for score, owner in ranked[:_KEPT]), top
    )


def control_matches(
    reading: Reading, side: Side, topics: Topics, affinity: Affinity, top: int
) -> tuple[ControlMatch, ...]:
    """The controls a reading is about, best first; the first scores what the closest text of any does.

    Where the closest text belongs to another control, nobody can be sure of the first. A text that is nearly the
    question itself decides.
    """
    near = _ranked(topics.nearest(reading, top + _KEPT), affinity, side)[:top] if affinity.closeness else []
    if not near:
        return ()
    best, closeness = near[0][1], affinity.closeness
    closest = affinity.shares[0][0]
    if closest != near[0][0]:
        if closeness >= _THE_SAME:
            near = [(closest, best), *(one for one in near if one[0] != closest)][:top]
        else:
            closeness *= _AT_ODDS
    return tuple(
        ControlMatch(
            side.owners[number].id,
            round(min(1.0, closeness * gain / best), 4),
            (Signal("topic", round(gain / best, 3)),),
        )
        for number, gain in near
    )


def _ranked(near: list[tuple[int, float]], affinity: Affinity, side: Side) -> list[tuple[int, float]]:
    """Controls by what they say as a whole (a share of the best) and, added to it, by their closest single text."""
    if not near:
        return []
    gains = {number: gain / near[0][1] for number, gain in near}
    for number, share in affinity.shares:
        gains[number] = gains.get(number, 0.0) + side.scoring.weights["closest-text"] * share
    return sorted(gains.items(), key=lambda one: (-one[1], one[0]))


def nearest_controls(reading: Reading, controls: Side) -> tuple[tuple[int, float], ...]:
    """The controls a reading is closest to, as (number of the control, share 0 to 1)."""
    if not controls.owners:
        return ()
    return affinity_of(asked_of(reading, controls), controls).shares
