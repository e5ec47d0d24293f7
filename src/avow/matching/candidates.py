"""Candidates: BM25 over phrasings, rarest features first, with a bounded number of postings.

In a large side the `scale` extra looks at all postings instead (`scale.Searcher`), where it is installed.
"""

from dataclasses import dataclass, field, replace

from avow.matching.normalise import Reading
from avow.matching.side import SUBSTANTIAL, FeatureFacts, Side, sorted_words

# Bounds that keep a question's time nearly independent of the library's size.
_POSTINGS_PER_FEATURE = 250
_POSTINGS_ALTOGETHER = 900
# In a large side without the extra: whole lists up to so many postings, then so many times the wanted number judged in
# full. Of what looking at all finds, this finds all at 10,000 answers and nearly nine in ten at 100,000; with half the
# postings it would be eight in ten, a tenth of a millisecond sooner.
_POSTINGS_OF_LARGE = 3_000
_IN_FULL = 16
# A long text sets a scene: words in it that no answer uses count for this share.
_LONG_WINDED = 18
_SCENERY = 0.35


@dataclass(slots=True)
class Asked:
    """A question against one side of the index.

    `facts` by place in the reading; `reach`: feature number -> (share 0 to 1, place, direct) of everything
    in the index that speaks to a feature of the question; `total` the weight asked for; `heavy` the
    substantial features as (place, name); `substance` how many features are concepts or words of weight.
    """

    reading: Reading
    key: str = ""
    facts: list[FeatureFacts] = field(default_factory=list)
    reach: dict[int, tuple[float, int, bool]] = field(default_factory=dict)
    turned: dict[int, int] = field(default_factory=dict)
    total: float = 0.0
    groups: dict[str, set[str]] = field(default_factory=dict)
    quantities: list[str] = field(default_factory=list)
    names: frozenset[str] = frozenset()
    heavy: list[tuple[int, str]] = field(default_factory=list)
    substance: int = 0


def asked_of(reading: Reading, side: Side) -> Asked:
    """The question's features as the index knows them, with their neighbours in the lexicon."""
    asked = Asked(reading, sorted_words(reading.key), names=frozenset(reading.features))
    long_winded = reading.word_count > _LONG_WINDED
    terms = [side.term(name) for name in reading.features]
    for place, (number, known, _, _) in enumerate(terms):
        facts = known
        if number is not None:
            asked.reach[number] = (1.0, place, True)
        elif long_winded and facts.name.startswith("w:"):
            facts = replace(known, weight=known.weight * _SCENERY)
        asked.facts.append(facts)
        asked.total += facts.weight
        substantial = facts.salience >= SUBSTANTIAL
        if facts.is_quantity:
            asked.quantities.append(facts.name)
        else:
            if substantial:
                asked.heavy.append((place, facts.name))
            asked.substance += substantial or facts.name[1:2] != ":"
        for group, value in facts.groups:
            asked.groups.setdefault(group, set()).add(value)
    for place, (_, _, opposite, near) in enumerate(terms):
        if opposite is not None:
            _extend(asked, opposite, 0.9, place)
            asked.turned[opposite] = place
        for number, share in near:
            _extend(asked, number, share, place)
    return asked


def _extend(asked: Asked, number: int, share: float, place: int) -> None:
    known = asked.reach.get(number)
    if known is None or (not known[2] and known[0] < share):
        asked.reach[number] = (share, place, False)


def candidate_phrasings(asked: Asked, side: Side, top: int) -> list[int]:
    """The `top` phrasings that share most with the question, best first."""
    gains = _gains(asked, side)
    if side.searcher is not None:
        return side.searcher.best(gains, asked.reading.words, top)
    if side.is_large:
        return _by_rare_features(gains, side, top)
    raw = _accumulated(gains, side, top)
    if not raw:
        return []
    norms = side.norms
    # The length of a phrasing moves a score by less than the spread this cut leaves.
    floor = sorted(raw.values())[-4 * top - 1] if len(raw) > 4 * top else 0.0
    scored = [(-value * norms[phrasing], phrasing) for phrasing, value in raw.items() if value >= floor]
    scored.sort()
    return [phrasing for _, phrasing in scored[:top]]


def _by_rare_features(gains: list[tuple[float, int]], side: Side, top: int) -> list[int]:
    """The best of the phrasings that hold a rare feature of the question, judged by all its features."""
    raw: dict[int, float] = {}
    held = raw.get
    left = _POSTINGS_OF_LARGE
    for gain, number in gains:
        start, end = side.post_offsets[number], side.post_offsets[number + 1]
        if end - start > left:
            if len(raw) > 2 * top:
                continue
            end = start + max(left, _POSTINGS_PER_FEATURE)
        left -= end - start
        for phrasing in side.postings[start:end]:
            raw[phrasing] = held(phrasing, 0.0) + gain
    best = sorted(raw, key=raw.__getitem__, reverse=True)[: _IN_FULL * top]
    gain_of = {number: gain for gain, number in gains}.get
    norms, features_of = side.norms, side.features_of
    scored = [
        (-sum([gain_of(number, 0.0) for number in features_of(phrasing)]) * norms[phrasing], phrasing)
        for phrasing in best
    ]
    scored.sort()
    return [phrasing for _, phrasing in scored[:top]]


def _gains(asked: Asked, side: Side) -> list[tuple[float, int]]:
    """What a phrasing gains by holding a feature, most first: (gain, feature number)."""
    gains = []
    for number, (share, place, direct) in asked.reach.items():
        facts = side.facts(number)
        gain = facts.worth
        if not direct:
            gain = min(0.6 * share * gain, 0.8 * share * asked.facts[place].worth + 0.01)
        gains.append((gain, number))
    gains.sort(reverse=True)
    return gains


def _accumulated(gains: list[tuple[float, int]], side: Side, top: int) -> dict[int, float]:
    raw: dict[int, float] = {}
    spent = 0
    for gain, number in gains:
        posted = side.posted(number, _POSTINGS_PER_FEATURE)
        if spent > _POSTINGS_ALTOGETHER and len(raw) > 2 * top:
            break
        spent += len(posted)
        if raw:
            held = raw.get
            for phrasing in posted:
                raw[phrasing] = held(phrasing, 0.0) + gain
        else:
            raw = dict.fromkeys(posted, gain)
    return raw
