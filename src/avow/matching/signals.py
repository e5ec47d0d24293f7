"""One phrasing compared with one question: named signals and a score."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from avow.matching.candidates import Asked
from avow.matching.contrast import UNTURNED, Cap, contrast_caps, implied_features, polarity_of, quantity_caps
from avow.matching.holdings import Holding
from avow.matching.normalise import Reader
from avow.matching.side import Side
from avow.model.matches import Polarity, Recommendation, Signal
from avow.model.reasons import Reason

# A neighbour in the lexicon worth less than this leaves a feature open.
_HALF = 0.5
# What only the answer's own text speaks of: it may do so in passing.
_TOLD = 0.65
# A word that stands in the answer as part of a longer term.
_LITERAL = 0.7
# As plain text: comparing and hashing members of an enumeration takes ten times as long.
_CONTRAST = Reason.CONTRAST.value
_QUANTITIES = (Reason.NUMBER_DIFFERS.value, Reason.FREQUENCY_DIFFERS.value)
_SAME = Polarity.SAME


@dataclass(slots=True)
class Comparison:
    """How one phrasing fits a question. Shares and score are 0 to 1."""

    phrasing: int
    owner: int
    covered: float
    answered: float
    wording: float = 0.0
    score: float = 0.0
    control: float = 0.0
    polarity: Polarity = Polarity.SAME
    caps: list[Cap] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    places: dict[int, float] = field(default_factory=dict)
    exact: bool = False
    united: float = 0.0
    fit: float = 0.0
    union: dict[int, float] = field(default_factory=dict)
    agrees: bool = False
    meaning: float | None = None
    same_id: bool = False

    def signals(self) -> tuple[Signal, ...]:
        """The waterfall: what made the score, then what caps it."""
        made = [
            Signal(
                "question-covered",
                round(self.covered, 3),
                ", ".join(self.missing) and f"open: {', '.join(self.missing)}",
            ),
            Signal(
                "answer-covered",
                round(self.answered, 3),
                ", ".join(self.surplus) and f"more: {', '.join(self.surplus)}",
            ),
            Signal("wording", round(self.wording, 3)),
        ]
        if self.control:
            made.append(Signal("control", round(self.control, 3)))
        if self.same_id:
            made.append(
                Signal("same-id", 1.0, "learned under the same identifier, from a question in like words")
            )
        if self.meaning is not None:
            made.append(Signal("meaning", round(self.meaning, 3)))
        return (*made, *(cap.signal for cap in self.caps))


class Coverage(NamedTuple):
    """How far a question and a phrasing cover each other, 0 to 1, and by which places of the question."""

    score: float
    phrasing: int
    covered: float
    answered: float
    places: dict[int, float]


def coverage(asked: Asked, side: Side, phrasings: Iterable[int]) -> list[Coverage]:
    """The coverage both ways of each of the phrasings; wording and contrasts are left to `judge`."""
    reached, weights, totals, facts = asked.reach.get, side.weights, side.totals, asked.facts
    features_of, whole = side.features_of, asked.total
    parts = side.scoring.weights
    both = parts["question-covered"] + parts["answer-covered"] or 1.0
    of_question, of_answer = parts["question-covered"], parts["answer-covered"]
    found = []
    for phrasing in phrasings:
        places: dict[int, float] = {}
        shared = got = 0.0
        for number in features_of(phrasing):
            hit = reached(number)
            if hit is not None:
                share, place, _ = hit
                shared += weights[number] * share
                if place not in places or places[place] < share:
                    places[place] = share
        for place, share in places.items():
            got += facts[place].weight * share
        total = totals[phrasing]
        covered = got / whole if whole else 0.0
        answered = shared / total if total else 0.0
        score = (of_question * covered + of_answer * answered) / both
        found.append(Coverage(score, phrasing, covered, answered, places))
    return found


def wording_of(asked: Asked, side: Side, phrasing: int) -> float:
    """The likeness of the wording, from the texts' concepts and words in any order."""
    return fuzz.ratio(asked.key, side.keys[phrasing]) / 100.0


def with_wording(score: float, wording: float, side: Side) -> float:
    """A score of coverage with the wording's part in it."""
    parts = side.scoring.weights
    whole = parts["question-covered"] + parts["answer-covered"] + parts["wording"] or 1.0
    return score + (wording - score) * parts["wording"] / whole


def compared(covering: Coverage, side: Side) -> Comparison:
    """A comparison to be judged, from the coverage of its phrasing."""
    score, phrasing, covered, answered, places = covering
    return Comparison(phrasing, side.owner_of[phrasing], covered, answered, score=score, places=places)


def judge(asked: Asked, side: Side, found: Comparison) -> None:
    """Lets contrasts, quantities and polarity speak: caps, and what they leave of the score."""
    reach = asked.reach
    bag = side.holding(found.owner)
    held_groups, quantities, matter = side.said_by(found.phrasing)
    found.surplus = [name for number, name in matter if number not in reach or reach[number][0] < _HALF]
    scoring = side.scoring
    off = scoring.off
    if (asked.groups or held_groups) and "contrast" not in off:
        found.caps += contrast_caps(asked, held_groups, side, side.features_of(found.phrasing), bag)
    if (asked.quantities or quantities) and "numbers" not in off:
        found.caps += quantity_caps(asked, quantities, bag, side.owners[found.owner].verdict)
    turn = polarity_of(asked, side, found.phrasing) if "polarity" not in off else UNTURNED
    found.polarity = turn.polarity
    if turn.polarity is not _SAME:
        inverted = turn.polarity is Polarity.INVERTED
        code = Reason.POLARITY_INVERTED if inverted else Reason.POLARITY_UNCLEAR
        # A plain yes or no turned round once is the plain opposite; `recommend` asks more of it than of others.
        sure = turn.plain and _is_plain(side.owners[found.owner].verdict, bag)
        level = Recommendation.STRONG if sure else Recommendation.MEDIUM
        found.caps.append(Cap(Signal(code.value, -1.0, turn.why), level))
    for (name, value, _), _ in found.caps:
        # Only the gravest of either kind have the value -1.
        if value > -1.0:
            continue
        if name == _CONTRAST:
            found.score *= scoring.contrast_factor
        elif name in _QUANTITIES:
            found.score *= scoring.quantity_factor


def _is_plain(verdict: str, bag: Holding) -> bool:
    """Whether a yes or no stands without exceptions, so that its opposite is true of the opposite question."""
    if bag.limited or (verdict == "yes" and bag.denied):
        return False
    return verdict in {"yes", "no"}


def unite(asked: Asked, found: Comparison, side: Side) -> None:
    """What of the question the whole answer covers, and what stands nowhere in it."""
    places = dict(found.places)
    bag = side.holding(found.owner)
    reach, told, phrased = asked.reach, bag.told, bag.phrased
    if bag.count > 1:
        for number in reach.keys() & phrased.keys():
            share, place, _ = reach[number]
            if places.get(place, 0.0) < share:
                places[place] = share
    if told:
        for number in reach.keys() & told:
            _, place, direct = reach[number]
            if direct and places.get(place, 0.0) < _TOLD:
                places[place] = _TOLD
    got = 0.0
    for place, share in places.items():
        got += asked.facts[place].weight * share
    found.united = got / asked.total if asked.total else 0.0
    found.union = places
    found.missing = [name for place, name in asked.heavy if places.get(place, 0.0) < _HALF]


def settle(asked: Asked, found: Comparison, side: Side, reader: Reader) -> None:
    """What only a candidate shown first needs: what need not be named, what stands in the answer as part of a
    longer term, and how far question and answer reach.
    """
    bag = side.holding(found.owner)
    if found.missing or found.surplus:
        numbers = side.features_of(found.phrasing)
        superfluous = implied_features(asked, side, numbers)
        found.missing = [name for name in found.missing if name not in superfluous]
        found.surplus = [name for name in found.surplus if name not in superfluous]
    for cap in (_extent_cap(asked, found, side, bag), _specific_cap(asked, bag)):
        if cap:
            found.caps.append(cap)
    if found.missing:
        wording = side.wording_of(found.owner, reader)
        literal = {name for name in found.missing if name in wording}
        if literal:
            found.missing = [name for name in found.missing if name not in literal]
            for place, name in asked.heavy:
                if name in literal:
                    gained = _LITERAL - found.union.get(place, 0.0)
                    found.union[place] = _LITERAL
                    found.united += asked.facts[place].weight * gained / asked.total


def _extent_cap(asked: Asked, found: Comparison, side: Side, bag: Holding) -> Cap | None:
    """ "Every", "all", "solely" against an answer that is partial or limits itself."""
    if not asked.reading.universal or found.exact:
        return None
    verdict = side.owners[found.owner].verdict
    if verdict == "partial" and not side.polarity[found.phrasing] & 8:
        note = "the question asks of all, the answer is partial"
    elif verdict == "yes" and bag.told and not bag.universal and not side.polarity[found.phrasing] & 8:
        note = "the question asks of all, the answer does not say so"
    else:
        return None
    return Cap(Signal(Reason.HALF_UNCOVERED.value, -0.3, note), Recommendation.MEDIUM)


def _specific_cap(asked: Asked, bag: Holding) -> Cap | None:
    """Which, who, when: an answer to whether, without a text of its own, does not tell."""
    quantified = bag.phrased_quantities and "asked-frequency" in asked.names
    if not asked.reading.specific or bag.specific or bag.told or quantified:
        return None
    return Cap(
        Signal(Reason.WEAK_MATCH.value, 0.0, "the question asks which or how, the answer says whether"),
        Recommendation.MEDIUM,
    )
