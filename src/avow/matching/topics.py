"""Which controls a text is about: BM25 over all that a control says, in concepts and in the words as written.

A control's statement, title and questions are one document here. What sets controls apart is spread over all of
them, and the very words of a text tell controls apart where the lexicon has folded them into one concept.
"""

import json
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from avow.matching.lexicon import Lexicon
from avow.matching.normalise import Reading

# The usual two of BM25: how soon a repeated word stops counting, and how much a long document is held back.
_SATURATION = 1.6
_LENGTH = 0.6
# A concept mostly stands beside one of its words, which counts as well.
_CONCEPT = 0.7
# What a neighbour of a concept in the lexicon counts, by its share.
_NEIGHBOUR = 0.3


class Topics:
    """Concepts and words by control. `holders[offsets[i]:offsets[i + 1]]` are the controls that hold term `i`,
    `counts` how often, `sizes` how many terms a control holds.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.names: list[str] = []
        self.offsets = array("I", [0])
        self.holders = array("I")
        self.counts = array("I")
        self.sizes = array("I")
        self._reached: dict[str, list[tuple[int, float]]] = {}

    @classmethod
    def build(cls, lexicon: Lexicon, documents: Iterable[Sequence[Reading]]) -> "Topics":
        """The topics of controls, each given as the readings of its texts."""
        topics = cls(lexicon)
        held: dict[str, list[tuple[int, int]]] = {}
        for number, readings in enumerate(documents):
            counted = Counter(name for reading in readings for name in _terms(reading))
            topics.sizes.append(sum(counted.values()))
            for name, count in counted.items():
                held.setdefault(name, []).append((number, count))
        topics.names = list(held)
        for postings in held.values():
            topics.holders.extend(number for number, _ in postings)
            topics.counts.extend(count for _, count in postings)
            topics.offsets.append(len(topics.holders))
        return topics._ready()

    def _ready(self) -> "Topics":
        total = len(self.sizes)
        average = max(1.0, sum(self.sizes) / max(1, total))
        damped = [_SATURATION * (1 - _LENGTH + _LENGTH * size / average) for size in self.sizes]
        gains: dict[str, dict[int, float]] = {}
        for place, name in enumerate(self.names):
            start, end = self.offsets[place], self.offsets[place + 1]
            rarity = math.log(1 + (total - (end - start) + 0.5) / (end - start + 0.5))
            worth = rarity * (_SATURATION + 1) * (1.0 if name.startswith("w:") else _CONCEPT)
            gains[name] = {
                number: worth * count / (count + damped[number])
                for number, count in zip(self.holders[start:end], self.counts[start:end], strict=True)
            }
        near = {other for name in gains for other in self.lexicon.related.get(name, ())}
        self._reached = {name: self._reach(name, gains) for name in gains.keys() | near}
        return self

    def nearest(self, reading: Reading, top: int) -> list[tuple[int, float]]:
        """The `top` controls that share most with a reading, best first: (number of the control, gain)."""
        found: dict[int, float] = {}
        held = found.get
        for name in _terms(reading):
            for number, gain in self._reached.get(name, ()):
                found[number] = held(number, 0.0) + gain
        best = sorted(found, key=found.__getitem__, reverse=True)[:top]
        return [(number, found[number]) for number in best]

    def _reach(self, name: str, gains: dict[str, dict[int, float]]) -> list[tuple[int, float]]:
        """What each control gains where a text holds `name`: by holding it too, or a neighbour of it."""
        best = dict(gains.get(name, {}))
        for other, share in self.lexicon.related.get(name, {}).items():
            for number, gain in gains.get(other, {}).items():
                best[number] = max(best.get(number, 0.0), gain * share * _NEIGHBOUR)
        return list(best.items())

    # -- storing ----------------------------------------------------------------------------------

    def parts(self) -> list[bytes]:
        """The topics as byte strings, for `from_parts`."""
        numbers = {name: getattr(self, name).tolist() for name in _ARRAYS}
        return [json.dumps({"names": self.names, **numbers}, ensure_ascii=False).encode()]

    @classmethod
    def from_parts(cls, parts: Sequence[bytes], lexicon: Lexicon) -> "Topics":
        """The topics that `parts` came from. Raises ValueError, TypeError or KeyError where they are none."""
        topics = cls(lexicon)
        document: dict[str, Any] = json.loads(parts[0])
        topics.names = document["names"]
        for name in _ARRAYS:
            setattr(topics, name, array("I", document[name]))
        return topics._ready()


_ARRAYS = ("offsets", "holders", "counts", "sizes")


def _terms(reading: Reading) -> Iterable[str]:
    """Concepts and words of a reading, each once; quantities say nothing of the topic."""
    return dict.fromkeys([*(n for n in reading.features if n[1:2] != ":" or n[0] == "w"), *reading.words])
