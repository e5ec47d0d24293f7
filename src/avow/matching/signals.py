"""One phrasing compared with one question: named signals and a score."""

from dataclasses import dataclass, field

from rapidfuzz import fuzz

from avow.matching.candidates import SUBSTANTIAL, Asked
from avow.matching.contrast import Cap, contrast_caps, implied_features, polarity_of, quantity_caps
from avow.matching.holdings import Holding
from avow.matching.index import Side
from avow.matching.normalise import Reader
from avow.model.matches import Polarity, Recommendation, Signal
from avow.model.reasons import Reason

# A neighbour in the lexicon worth less than this leaves a feature open.
_HALF = 0.5
# What only the answer's own text speaks of: it may do so in passing.
_TOLD = 0.65
# A word that stands in the answer as part of a longer term.
_LITERAL = 0.7


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
        return (*made, *(cap.signal for cap in self.caps))


def compare(asked: Asked, side: Side, phrasing: int) -> Comparison:
    """Coverage both ways; wording and contrasts are left to `judge`."""
    reach = asked.reach
    weights = side.weights
    places: dict[int, float] = {}
    total = shared = 0.0
    for number in side.features_of(phrasing):
        weight = weights[number]
        total += weight
        hit = reach.get(number)
        if hit is not None:
            share, place, _ = hit
            shared += weight * share
            if places.get(place, 0.0) < share:
                places[place] = share
    facts = asked.facts
    got = 0.0
    for place, share in places.items():
        got += facts[place].weight * share
    found = Comparison(
        phrasing,
        side.owner_of[phrasing],
        covered=got / asked.total if asked.total else 0.0,
        answered=shared / total if total else 0.0,
        places=places,
    )
    parts = side.scoring.weights
    found.score = (parts["question-covered"] * found.covered + parts["answer-covered"] * found.answered) / (
        parts["question-covered"] + parts["answer-covered"]
    )
    return found


def add_wording(asked: Asked, side: Side, found: Comparison) -> None:
    """The likeness of the wording, from the texts' concepts and words in any order."""
    found.wording = fuzz.token_sort_ratio(asked.reading.key, side.keys[found.phrasing]) / 100.0
    parts = side.scoring.weights
    whole = parts["question-covered"] + parts["answer-covered"] + parts["wording"]
    found.score += (found.wording - found.score) * parts["wording"] / whole


def judge(asked: Asked, side: Side, found: Comparison) -> None:
    """Lets contrasts, quantities and polarity speak: caps, and what they leave of the score."""
    held_groups: dict[str, set[str]] = {}
    quantities: list[str] = []
    names: set[str] = set()
    reach, facts_of = asked.reach, side.facts
    bag = side.holding(found.owner)
    for number in side.features_of(found.phrasing):
        facts = facts_of(number)
        names.add(facts.name)
        if facts.is_quantity:
            quantities.append(facts.name)
            continue
        for group, value in facts.groups:
            held_groups.setdefault(group, set()).add(value)
        is_matter = number in bag.essential and facts.salience >= SUBSTANTIAL
        if is_matter and (number not in reach or reach[number][0] < _HALF):
            found.surplus.append(facts.name)
    scoring = side.scoring
    if asked.groups or held_groups:
        found.caps += contrast_caps(asked, held_groups, names, side.lexicon, bag)
    if asked.quantities or quantities:
        found.caps += quantity_caps(asked, quantities, bag, side.owners[found.owner].verdict)
    found.polarity, why = polarity_of(asked, side, found.phrasing)
    if found.polarity is not Polarity.SAME:
        code = Reason.POLARITY_INVERTED if found.polarity is Polarity.INVERTED else Reason.POLARITY_UNCLEAR
        found.caps.append(Cap(Signal(code.value, -1.0, why), Recommendation.MEDIUM))
    for cap in found.caps:
        if cap.signal.name == Reason.CONTRAST and cap.level is Recommendation.LOW:
            found.score *= scoring.contrast_factor
        elif cap.signal.name in {Reason.NUMBER_DIFFERS, Reason.FREQUENCY_DIFFERS} and cap.signal.value <= -1:
            found.score *= scoring.quantity_factor


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
        names = {side.names[number] for number in numbers}
        superfluous = implied_features(asked, side, numbers, names)
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
    if verdict == "partial":
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
