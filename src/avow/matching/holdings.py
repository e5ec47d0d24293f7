"""What an answer says altogether: all its phrasings and its own text, as one bag per answer."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from avow.matching.normalise import Reader, literal_features
from avow.matching.words import tokens

if TYPE_CHECKING:
    from avow.matching.side import Side

# A shorter text than this (in words) is a remark such as "see attached", and supplies no more than numbers.
_LEAST_WORDS = 10
_READ = 2200
# Of a contrast group a smaller share is enough: to leave it out is the graver mistake.
_SPECIFIC = 0.6
T = TypeVar("T")
_LIMITS, _EXTENDS = "!limits", "!extends"
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")
# A feature that this share of an answer's phrasings holds is what the answer is about.
_ESSENTIAL = 0.8


def told_features(text: str, verdict: str, reader: Reader) -> list[tuple[str, bool]]:
    """The features of an answer's own text, each with whether it stands only in a sentence that denies or limits.

    A sentence with a negation or an "only" may name what is *not* so: it supplies nothing to a yes.
    The pseudo-features `!limits` and `!extends` are there where some sentence limits what the answer says, or says it
    of all without a limit.
    """
    if len(text.split()) < _LEAST_WORDS:
        return [(name, False) for name in reader.read(text).features if name[1:2] == ":" and name[0] != "w"]
    plain: dict[str, None] = {}
    denied: dict[str, None] = {}
    limited = universal = False
    for sentence in _SENTENCE.split(text[:_READ]):
        reading = reader.read(sentence)
        limited |= reading.limits
        universal |= reading.universal and not reading.limits
        open_to_doubt = verdict != "no" and bool(
            reading.negations or reading.subordinate or reading.soft or reading.excepts
        )
        kept = denied if open_to_doubt else plain
        kept.update(dict.fromkeys(reading.features))
        kept.update(dict.fromkeys(literal_words(sentence, reader)))
    found = [(name, False) for name in plain]
    found += [(name, True) for name in denied if name not in plain]
    marks = ((_LIMITS, limited), (_EXTENDS, universal))
    return found + [(name, True) for name, is_so in marks if is_so]


def literal_words(text: str, reader: Reader) -> tuple[str, ...]:
    """The words of a text as features, also those which a longer term of the lexicon took up."""
    return literal_features((word.stem for word in tokens(text)), reader.lexicon)


@dataclass(slots=True)
class Holding:
    """The bag of one answer. `count` phrasings; `phrased`: feature -> in how many; `told`: from its own text;
    `denied`: only in sentences that deny or limit; `groups`: all values by contrast group;
    `essential_groups`: groups which most phrasings name, `essential_values` with the
    members;  `essential`: features likewise.
    """

    count: int = 0
    phrased: dict[int, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    denied: set[int] = field(default_factory=set)
    groups: dict[str, set[str]] = field(default_factory=dict)
    essential_groups: set[str] = field(default_factory=set)
    essential_values: dict[str, set[str]] = field(default_factory=dict)
    essential: set[int] = field(default_factory=set)
    phrased_quantities: list[str] = field(default_factory=list)
    told_quantities: list[str] = field(default_factory=list)
    denied_quantities: list[str] = field(default_factory=list)
    with_quantity: int = 0
    universal: bool = False
    specific: bool = False
    limited: bool = False

    def holds(self, number: int) -> bool:
        """Whether the answer speaks of feature `number` anywhere, and does not only deny it."""
        return number in self.phrased or number in self.told


def gathered(side: "Side", owner: int) -> Holding:
    """The bag of one owner of a side."""
    grouped, phrasings = side.grouped, side.phrasings_of(owner)
    rows = [side.features_of(phrasing) for phrasing in phrasings]
    values = [
        dict.fromkeys([value for number in row if number in grouped for value in grouped[number]])
        for row in rows
    ]
    bag = Holding(
        count=len(rows),
        phrased=_counted(rows),
        with_quantity=sum([not side.quantities.isdisjoint(row) for row in rows]),
        specific=any(side.polarity[phrasing] & 16 for phrasing in phrasings),
    )
    in_values = _counted(values)
    for group, value in in_values:
        bag.groups.setdefault(group, set()).add(value)
    _add_told(bag, side, owner)
    least = bag.count * _ESSENTIAL
    bag.essential = {number for number, count in bag.phrased.items() if count >= least}
    if in_values:
        least = bag.count * _SPECIFIC
        in_groups = _counted([dict.fromkeys([group for group, _ in each]) for each in values])
        bag.essential_groups = {group for group, count in in_groups.items() if count >= least}
        for (group, value), count in in_values.items():
            if count >= least:
                bag.essential_values.setdefault(group, set()).add(value)
    bag.phrased_quantities = _quantities_of(bag.phrased, side)
    bag.told_quantities = _quantities_of(bag.told, side)
    bag.denied_quantities = _quantities_of(bag.denied, side)
    return bag


def _counted(held: Sequence[Iterable[T]]) -> dict[T, int]:
    """In how many each item stands, once at most in each."""
    if len(held) == 1:
        return dict.fromkeys(held[0], 1)
    counts: dict[T, int] = {}
    for items in held:
        for item in items:
            counts[item] = counts.get(item, 0) + 1
    return counts


def _quantities_of(numbers: Iterable[int], side: "Side") -> list[str]:
    if side.quantities.isdisjoint(numbers):
        return []
    return [side.names[number] for number in numbers if number in side.quantities]


def _add_told(bag: Holding, side: "Side", owner: int) -> None:
    bag.told, bag.denied = side.told_by(owner)
    limits, extends = side.vocabulary.get(_LIMITS), side.vocabulary.get(_EXTENDS)
    bag.limited, bag.universal = limits in bag.denied, extends in bag.denied
    bag.denied -= {limits, extends}
    for number in bag.told & side.grouped.keys():
        for group, value in side.grouped[number]:
            if side.lexicon.groups[group].in_text:
                bag.groups.setdefault(group, set()).add(value)
