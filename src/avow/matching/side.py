"""One side of the index: every phrasing of the answers, or of the controls, as integers."""

import json
import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from avow.matching.holdings import Holding, gathered, literal_words
from avow.matching.lexicon import Lexicon
from avow.matching.normalise import Reader, Reading
from avow.matching.scale import PAYS_FROM, Searcher, Spelled, is_installed
from avow.matching.scoring import Scoring

# From this salience on, a feature that one side lacks keeps a match from being strong.
SUBSTANTIAL = 0.8
_REMEMBERED = 50_000
_NO_GROUPS: dict[str, set[str]] = {}


class Owner(NamedTuple):
    """What a phrasing belongs to: an answer, or a control (`verdict` empty)."""

    id: str
    ref: str | None
    verdict: str
    controls: tuple[str, ...]
    nearby: tuple[tuple[int, float], ...]
    products: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(slots=True)
class FeatureFacts:
    """What is known of one feature: its weight in a comparison, its postings, its contrast values."""

    name: str
    weight: float
    salience: float
    is_quantity: bool
    groups: tuple[tuple[str, str], ...]
    idf: float
    worth: float


class Term(NamedTuple):
    """A feature by its name: its number in this side, where it stands in any phrasing; its facts; the numbers of its
    antonym, and of its neighbours in the lexicon with their shares.
    """

    number: int | None
    facts: FeatureFacts
    opposite: int | None
    near: tuple[tuple[int, float], ...]


class Said(NamedTuple):
    """What one phrasing says, as judging needs it: values by contrast group, quantities as features, and what of
    the answer's matter it names, as (feature number, name).
    """

    groups: dict[str, set[str]]
    quantities: tuple[str, ...]
    matter: tuple[tuple[int, str], ...]


class Side:
    """The phrasings of one kind of owner (answers or controls).

    `features[offsets[i]:offsets[i + 1]]` are the feature numbers of phrasing `i`; `postings` the same by feature.
    """

    def __init__(self, lexicon: Lexicon, scoring: Scoring) -> None:
        self.lexicon = lexicon
        self.scoring = scoring
        self.owners: list[Owner] = []
        self.texts: list[str] = []
        self.keys: list[str] = []
        self.names: list[str] = []
        self.owner_of = array("I")
        self.polarity = array("B")
        self.offsets = array("I", [0])
        self.features = array("I")
        self.post_offsets = array("I", [0])
        self.postings = array("I")
        self.told_offsets = array("I", [0])
        self.spelled = Spelled()
        self.told = array("I")  # for each owner what its own text tells, then what it only denies
        self.starts = array("I", [0])
        self.vocabulary: dict[str, int] = {}
        self._facts: dict[int, FeatureFacts] = {}
        self._norms: list[float] = []
        self._rows: list[tuple[int, ...] | None] = []
        self._numbers: list[int] = []  # one object a number, shared by all rows
        self._posted: dict[int, tuple[int, ...]] = {}
        self._said: dict[int, Said] = {}
        self._terms: dict[str, Term] = {}
        self.totals: list[float] = []  # by phrasing, the weights of its features
        self.weights: list[float] = []  # by feature; 0 for quantities, which cap and do not weigh
        self.quantities: frozenset[int] = frozenset()
        self.grouped: dict[int, tuple[tuple[str, str], ...]] = {}  # by feature, its values in contrast groups
        self._exact: dict[str, list[int]] | None = None
        self._holdings: dict[int, Holding] = {}
        self._wordings: dict[int, frozenset[str]] = {}
        self._searcher: Searcher | None = None

    # -- building ---------------------------------------------------------------------------------

    def add(
        self,
        owner: Owner,
        phrasings: Iterable[tuple[str, Reading]],
        told: Iterable[tuple[str, bool]] = (),
    ) -> None:
        """Adds an owner with its phrasings as read and what its own text tells (feature, only denied)."""
        number = len(self.owners)
        self.owners.append(owner)
        for text, reading in phrasings:
            self.spelled.add(len(self.owner_of), reading.words)
            self.owner_of.append(number)
            self.texts.append(text.replace("\0", " "))
            self.keys.append(sorted_words(reading.key))
            self.polarity.append(encode_polarity(reading))
            for name in reading.features:
                self.features.append(self.vocabulary.setdefault(name, len(self.vocabulary)))
            self.offsets.append(len(self.features))
        numbered = [(self.vocabulary.setdefault(name, len(self.vocabulary)), denied) for name, denied in told]
        for wanted in (False, True):
            self.told.extend([feature for feature, denied in numbered if denied is wanted])
            self.told_offsets.append(len(self.told))

    def finish(self) -> "Side":
        """Inverts the phrasings into postings, the shortest phrasing of a feature first."""
        lists: list[list[int]] = [[] for _ in self.vocabulary]
        for phrasing in range(len(self.owner_of)):
            for feature in self.features[self.offsets[phrasing] : self.offsets[phrasing + 1]]:
                lists[feature].append(phrasing)
        for held in lists:
            # Where a list is cut short, what stays is what the feature says most about.
            held.sort(key=lambda p: self.offsets[p + 1] - self.offsets[p])
            self.postings.extend(held)
            self.post_offsets.append(len(self.postings))
        self.names = list(self.vocabulary)
        self.spelled.finish(wanted=self.is_large)
        return self._ready()

    def _ready(self) -> "Side":
        offsets = self.offsets
        count = len(self.owner_of)
        average = max(1.0, len(self.features) / max(1, count))
        by_length = [1.0 / (0.5 + 0.5 * size / average) for size in range(max(2, self._longest() + 1))]
        known = [self.facts(number) for number in range(len(self.names))]
        self.weights = [facts.weight for facts in known]
        self.quantities = frozenset(number for number, facts in enumerate(known) if facts.is_quantity)
        self.grouped = {number: facts.groups for number, facts in enumerate(known) if facts.groups}
        self._norms = [by_length[offsets[i + 1] - offsets[i]] for i in range(count)]
        self._rows = [None] * count
        self._numbers = list(range(max(count, len(self.names))))
        weights, features = self.weights, self.features
        self.totals = [
            sum([weights[number] for number in features[offsets[i] : offsets[i + 1]]]) for i in range(count)
        ]
        # The phrasings of an owner stand together.
        self.starts = array("I", [0] * (len(self.owners) + 1))
        for owner in self.owner_of:
            self.starts[owner + 1] += 1
        for owner in range(len(self.owners)):
            self.starts[owner + 1] += self.starts[owner]
        return self

    def _longest(self) -> int:
        offsets = self.offsets
        return max((offsets[i + 1] - offsets[i] for i in range(len(offsets) - 1)), default=1)

    # -- asking -----------------------------------------------------------------------------------

    @property
    def is_large(self) -> bool:
        """Whether the `scale` extra takes over the search for candidates."""
        return len(self.owner_of) >= PAYS_FROM

    @property
    def searcher(self) -> Searcher | None:
        """The search of the `scale` extra, where it is installed and this side is large."""
        if self._searcher is None and self.is_large and is_installed():
            self._searcher = Searcher(self)
        return self._searcher

    @property
    def norms(self) -> list[float]:
        """Per phrasing, what its length makes of a raw candidate score."""
        return self._norms

    def facts(self, number: int) -> FeatureFacts:
        """What is known of feature `number`."""
        known = self._facts.get(number)
        if known is None:
            count = self.post_offsets[number + 1] - self.post_offsets[number]
            known = self._facts[number] = self.describe(self.names[number], count)
        return known

    def describe(self, name: str, count: int) -> FeatureFacts:
        """The facts of a feature that stands in `count` phrasings (0: in none)."""
        salience = self.scoring.salience_of(name, self.lexicon)
        total = max(1, len(self.owner_of))
        idf = self.rarity(count)
        rarity = idf / math.log(1 + (total + 0.5) / 0.5)
        weight = salience * (0.4 + 0.6 * rarity)
        members = tuple(self.lexicon.members.get(name, ()))
        is_quantity = name[1:2] == ":" and name[0] != "w"
        # Quantities cap, they do not weigh.
        return FeatureFacts(
            name, 0.0 if is_quantity else weight, salience, is_quantity, members, idf, idf * salience
        )

    def rarity(self, count: int) -> float:
        """The inverse document frequency of what stands in `count` phrasings, as BM25 has it."""
        total = max(1, len(self.owner_of))
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    def term(self, name: str) -> Term:
        """What this side knows of the feature `name`."""
        known = self._terms.get(name)
        if known is None:
            vocabulary = self.vocabulary
            number = vocabulary.get(name)
            related = self.lexicon.related.get(name, {}).items()
            known = Term(
                number,
                self.facts(number) if number is not None else self.describe(name, 0),
                vocabulary.get(self.lexicon.antonyms.get(name, "")),
                tuple((vocabulary[other], share) for other, share in related if other in vocabulary),
            )
            if len(self._terms) > _REMEMBERED:
                self._terms.clear()
            self._terms[name] = known
        return known

    def posted(self, number: int, limit: int) -> Sequence[int]:
        """Up to `limit` phrasings that hold feature `number`."""
        known = self._posted.get(number)
        if known is None:
            start = self.post_offsets[number]
            held = self.postings[start : min(self.post_offsets[number + 1], start + limit)]
            numbers = self._numbers
            known = self._posted[number] = tuple([numbers[phrasing] for phrasing in held])
        return known

    def same_text(self, text: str) -> list[int]:
        """The phrasings that are this very text, but for case and blanks."""
        if self._exact is None:
            self._exact = {}
            for phrasing, held in enumerate(self.texts):
                self._exact.setdefault(plain_text(held), []).append(phrasing)
        return self._exact.get(plain_text(text), [])

    def features_of(self, phrasing: int) -> tuple[int, ...]:
        """The feature numbers of a phrasing."""
        known = self._rows[phrasing]
        if known is None:
            numbers = self._numbers
            held = self.features[self.offsets[phrasing] : self.offsets[phrasing + 1]]
            known = self._rows[phrasing] = tuple([numbers[number] for number in held])
        return known

    def said_by(self, phrasing: int) -> Said:
        """What a phrasing says, gathered once."""
        known = self._said.get(phrasing)
        if known is None:
            known = self._said[phrasing] = self._gathered(phrasing)
        return known

    def _gathered(self, phrasing: int) -> Said:
        essential = self.holding(self.owner_of[phrasing]).essential
        groups: dict[str, set[str]] = {}
        quantities, matter = [], []
        known = self._facts
        for number in self.features_of(phrasing):
            facts = known[number]
            if facts.is_quantity:
                quantities.append(facts.name)
                continue
            for group, value in facts.groups:
                groups.setdefault(group, set()).add(value)
            if number in essential and facts.salience >= SUBSTANTIAL:
                matter.append((number, facts.name))
        return Said(groups or _NO_GROUPS, tuple(quantities), tuple(matter))

    def phrasings_of(self, owner: int) -> range:
        """The phrasings of an owner."""
        return range(self.starts[owner], self.starts[owner + 1])

    def told_by(self, owner: int) -> tuple[set[int], set[int]]:
        """The features that an owner's own text tells, and those it only denies."""
        start, middle, end = self.told_offsets[2 * owner : 2 * owner + 3]
        return set(self.told[start:middle]), set(self.told[middle:end])

    def holding(self, owner: int) -> Holding:
        """All that an owner says, gathered once."""
        known = self._holdings.get(owner)
        if known is None:
            known = self._holdings[owner] = gathered(self, owner)
        return known

    def wording_of(self, owner: int, reader: Reader) -> frozenset[str]:
        """The words of an owner's phrasings as features, whatever they were read as."""
        known = self._wordings.get(owner)
        if known is None:
            texts = [self.texts[phrasing] for phrasing in self.phrasings_of(owner)]
            known = self._wordings[owner] = frozenset(
                name for text in texts for name in literal_words(text, reader)
            )
        return known

    # -- storing ----------------------------------------------------------------------------------

    def parts(self) -> list[bytes]:
        """The side as byte strings, for `from_parts`."""
        head = json.dumps(
            {"owners": self.owners, "names": self.names, "spelled": self.spelled.names}, ensure_ascii=False
        ).encode()
        texts = "\0".join(self.texts).encode("utf-8", "surrogatepass")
        keys = "\0".join(self.keys).encode("utf-8", "surrogatepass")
        arrays = [*(getattr(self, name) for name in _ARRAYS), self.spelled.offsets, self.spelled.postings]
        return [head, texts, keys, *(_little(values).tobytes() for values in arrays)]

    @classmethod
    def from_parts(cls, parts: Sequence[bytes], lexicon: Lexicon, scoring: Scoring) -> "Side":
        """The side that `parts` came from. Raises ValueError where the parts do not belong together."""
        side = cls(lexicon, scoring)
        head: dict[str, Any] = json.loads(parts[0])
        side.owners = [_owner(values) for values in head["owners"]]
        side.names = head["names"]
        side.vocabulary = {name: number for number, name in enumerate(side.names)}
        side.texts = parts[1].decode("utf-8", "surrogatepass").split("\0")
        side.keys = parts[2].decode("utf-8", "surrogatepass").split("\0")
        for name, data in zip(_ARRAYS, parts[3:-2], strict=True):
            setattr(side, name, _values("B" if name == "polarity" else "I", data))
        side.spelled.names = head["spelled"]
        side.spelled.offsets, side.spelled.postings = (_values("I", data) for data in parts[-2:])
        side._check()
        return side._ready()

    def _check(self) -> None:
        count = len(self.owner_of)
        consistent = (
            len(self.offsets) == count + 1
            and len(self.polarity) == count
            and len(self.post_offsets) == len(self.names) + 1
            and self.offsets[-1] == len(self.features) == len(self.postings) == self.post_offsets[-1]
            and (
                count == 0
                or (len(self.texts) == len(self.keys) == count and max(self.owner_of) < len(self.owners))
            )
            and all(
                list(rising) == sorted(rising)
                for rising in (self.owner_of, self.offsets, self.post_offsets, self.told_offsets)
            )
            and len(self.told_offsets) == 2 * len(self.owners) + 1
            and self.told_offsets[-1] == len(self.told)
            and (not self.told or max(self.told) < len(self.names))
            and self.spelled.holds_together(count)
            and (not self.features or (max(self.features) < len(self.names) and max(self.postings) < count))
        )
        if not consistent:
            raise ValueError("the stored index is damaged")


_ARRAYS = (
    "owner_of", "polarity", "offsets", "features", "post_offsets", "postings", "told_offsets", "told",
)  # fmt: skip


def _owner(values: list[Any]) -> Owner:
    identifier, ref, verdict, controls, nearby, products, regions = values
    near = tuple([(number, share) for number, share in nearby])
    return Owner(identifier, ref, verdict, tuple(controls), near, tuple(products), tuple(regions))


def _values(kind: Literal["B", "I"], data: bytes) -> "array[int]":
    values = array(kind)
    values.frombytes(data)
    return _little(values)


def _little(values: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        return values
    swapped = values[:]
    swapped.byteswap()
    return swapped


def sorted_words(key: str) -> str:
    """The words of a reading's key in order, so that two keys compare whatever order they came in."""
    return " ".join(sorted(key.split()))


def plain_text(text: str) -> str:
    """A text without what two copies of one question differ in: case and blanks."""
    return " ".join(text.split()).casefold()


def encode_polarity(reading: Reading) -> int:
    """A byte: bit 0 odd negations, bit 1 a condition holds a negation, bit 2 soft negations,
    bit 3 a word such as "every", bit 4 it asks which, who or when, bit 5 a negation that leaves a yes ambiguous.
    """
    return (
        (reading.negations & 1)
        | (2 if reading.subordinate else 0)
        | (4 if reading.soft & 1 else 0)
        | (8 if reading.universal else 0)
        | (16 if reading.specific else 0)
        | (32 if reading.ambiguous else 0)
    )
