"""What an answer says altogether: all its phrasings and its own text, as one bag per answer."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from avow.matching.normalise import Reader

if TYPE_CHECKING:
    from avow.matching.index import Side

# A shorter text than this (in words) is a remark such as "see attached", and supplies nothing.
_LEAST_WORDS = 10
_READ = 2200
_SENTENCE = re.compile(r"(?<=[.;!?])\s+")
# A feature that this share of an answer's phrasings holds is what the answer is about.
_ESSENTIAL = 0.8


def told_features(text: str, verdict: str, reader: Reader) -> list[tuple[str, bool]]:
    """The features of an answer's own text, each with whether it stands only in a sentence that denies or limits.

    A sentence with a negation or an "only" may name what is *not* so: it supplies nothing to a yes.
    The pseudo-feature `limits` is there where some sentence limits what the answer says.
    """
    if len(text.split()) < _LEAST_WORDS:
        return []
    plain: dict[str, None] = {}
    denied: dict[str, None] = {}
    limited = False
    for sentence in _SENTENCE.split(text[:_READ]):
        reading = reader.read(sentence)
        limited |= reading.limits
        open_to_doubt = verdict != "no" and bool(
            reading.negations or reading.subordinate or reading.soft or reading.excepts
        )
        (denied if open_to_doubt else plain).update(dict.fromkeys(reading.features))
    found = [(name, False) for name in plain]
    found += [(name, True) for name in denied if name not in plain]
    return [*found, ("limits", True)] if limited else found


@dataclass(slots=True)
class Holding:
    """The bag of one answer. `count` phrasings; `phrased`: feature -> in how many; `told`: from its own text;
    `denied`: only in sentences that deny or limit; `groups`: all values by contrast group;
    `essential_groups`: groups which nearly every phrasing names; `essential`: features likewise.
    """

    count: int = 0
    phrased: dict[int, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    denied: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    groups: dict[str, set[str]] = field(default_factory=dict)
    essential_groups: set[str] = field(default_factory=set)
    essential: set[int] = field(default_factory=set)
    phrased_quantities: list[str] = field(default_factory=list)
    told_quantities: list[str] = field(default_factory=list)
    with_quantity: int = 0
    universal: bool = False
    limited: bool = False

    def holds(self, number: int) -> bool:
        """Whether the answer speaks of feature `number` anywhere, and does not only deny it."""
        return number in self.phrased or number in self.told


def gathered(side: "Side", owner: int) -> Holding:
    """The bag of one owner of a side."""
    bag = Holding()
    in_groups: dict[str, int] = {}
    for phrasing in side.phrasings_of(owner):
        bag.count += 1
        named: set[str] = set()
        quantified = False
        bag.universal |= bool(side.polarity[phrasing] & 8)
        for number in side.features_of(phrasing):
            bag.phrased[number] = bag.phrased.get(number, 0) + 1
            facts = side.facts(number)
            quantified |= facts.is_quantity
            for group, value in facts.groups:
                bag.groups.setdefault(group, set()).add(value)
                named.add(group)
        bag.with_quantity += quantified
        for group in named:
            in_groups[group] = in_groups.get(group, 0) + 1
    for number, denied in side.told_by(owner):
        facts = side.facts(number)
        if facts.name == "limits":
            bag.limited = True
        elif denied:
            bag.denied.add(number)
        else:
            bag.told.add(number)
            for group, value in facts.groups:
                bag.groups.setdefault(group, set()).add(value)
    least = bag.count * _ESSENTIAL
    bag.essential = {number for number, count in bag.phrased.items() if count >= least}
    bag.essential_groups = {group for group, count in in_groups.items() if count >= least}
    bag.names = {side.names[number] for number in (*bag.phrased, *bag.told)}
    bag.phrased_quantities = [side.names[n] for n in bag.phrased if side.facts(n).is_quantity]
    bag.told_quantities = [side.names[n] for n in bag.told if side.facts(n).is_quantity]
    return bag
