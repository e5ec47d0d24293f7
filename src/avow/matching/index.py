"""The index: every phrasing of every answer and control as integers, ready to be searched and cached."""

import hashlib
import json
import math
import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from avow import __version__
from avow.matching.holdings import Holding, gathered, literal_words, told_features
from avow.matching.lexicon import Lexicon
from avow.matching.normalise import Reader, Reading
from avow.matching.scoring import Scoring, load_scoring
from avow.model.answers import LibraryAnswer
from avow.model.controls import Control

_MAGIC = b"AVOWIDX5"
_DIGEST = 32  # bytes of SHA-256 over all that follows
_NO_OWNERS: tuple[int, ...] = ()


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
        self.told = array("I")  # twice the feature's number, one more where it is only denied
        self.starts = array("I", [0])
        self.vocabulary: dict[str, int] = {}
        self._facts: dict[int, FeatureFacts] = {}
        self._norms: list[float] = []
        self.weights: list[float] = []  # by feature; 0 for quantities, which cap and do not weigh
        self._exact: dict[str, list[int]] | None = None
        self._holdings: dict[int, Holding] = {}
        self._wordings: dict[int, frozenset[str]] = {}

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
            self.owner_of.append(number)
            self.texts.append(text.replace("\0", " "))
            self.keys.append(reading.key)
            self.polarity.append(encode_polarity(reading))
            for name in reading.features:
                self.features.append(self.vocabulary.setdefault(name, len(self.vocabulary)))
            self.offsets.append(len(self.features))
        for name, denied in told:
            number = self.vocabulary.setdefault(name, len(self.vocabulary))
            self.told.append(2 * number + denied)
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
        return self._ready()

    def _ready(self) -> "Side":
        offsets = self.offsets
        count = len(self.owner_of)
        average = max(1.0, len(self.features) / max(1, count))
        by_length = [1.0 / (0.5 + 0.5 * size / average) for size in range(max(2, self._longest() + 1))]
        self.weights = [
            0.0 if name[1:2] == ":" and name[0] != "w" else self.facts(number).weight
            for number, name in enumerate(self.names)
        ]
        self._norms = [by_length[offsets[i + 1] - offsets[i]] for i in range(count)]
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
        idf = math.log(1 + (total - count + 0.5) / (count + 0.5))
        rarity = idf / math.log(1 + (total + 0.5) / 0.5)
        weight = salience * (0.4 + 0.6 * rarity)
        members = tuple(self.lexicon.members.get(name, ()))
        is_quantity = name[1:2] == ":" and name[0] != "w"
        # Quantities cap, they do not weigh.
        return FeatureFacts(name, 0.0 if is_quantity else weight, salience, is_quantity, members, idf)

    def posted(self, number: int, limit: int) -> Sequence[int]:
        """Up to `limit` phrasings that hold feature `number`."""
        start = self.post_offsets[number]
        return self.postings[start : min(self.post_offsets[number + 1], start + limit)]

    def same_text(self, text: str) -> list[int]:
        """The phrasings that are this very text, but for case and blanks."""
        if self._exact is None:
            self._exact = {}
            for phrasing, held in enumerate(self.texts):
                self._exact.setdefault(plain_text(held), []).append(phrasing)
        return self._exact.get(plain_text(text), [])

    def features_of(self, phrasing: int) -> Sequence[int]:
        """The feature numbers of a phrasing."""
        return self.features[self.offsets[phrasing] : self.offsets[phrasing + 1]]

    def phrasings_of(self, owner: int) -> range:
        """The phrasings of an owner."""
        return range(self.starts[owner], self.starts[owner + 1])

    def told_by(self, owner: int) -> list[tuple[int, bool]]:
        """What an owner's own text tells: (feature number, whether it is only denied)."""
        held = self.told[self.told_offsets[owner] : self.told_offsets[owner + 1]]
        return [(value >> 1, bool(value & 1)) for value in held]

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
        head = json.dumps({"owners": self.owners, "names": self.names}, ensure_ascii=False).encode()
        texts = "\0".join(self.texts).encode("utf-8", "surrogatepass")
        keys = "\0".join(self.keys).encode("utf-8", "surrogatepass")
        arrays = [getattr(self, name) for name in _ARRAYS]
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
        for name, data in zip(_ARRAYS, parts[3:], strict=True):
            values = array("B" if name == "polarity" else "I")
            values.frombytes(data)
            setattr(side, name, _little(values))
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
            and len(self.told_offsets) == len(self.owners) + 1
            and self.told_offsets[-1] == len(self.told)
            and (not self.told or max(self.told) >> 1 < len(self.names))
            and (not self.features or (max(self.features) < len(self.names) and max(self.postings) < count))
        )
        if not consistent:
            raise ValueError("the stored index is damaged")


_ARRAYS = (
    "owner_of", "polarity", "offsets", "features", "post_offsets", "postings", "told_offsets", "told",
)  # fmt: skip


def _nearby(answer: LibraryAnswer, reader: Reader, controls: Side) -> tuple[tuple[int, float], ...]:
    """The controls an answer is about, with shares: those it names, or those its question comes closest to."""
    from avow.matching.affinity import nearest_controls

    if answer.controls:
        numbers = {owner.id: number for number, owner in enumerate(controls.owners)}
        return tuple((numbers[name], 1.0) for name in answer.controls if name in numbers)
    return nearest_controls(reader.read(answer.question), controls)


def _owner(values: list[Any]) -> Owner:
    identifier, ref, verdict, *lists = values
    lists[1] = [(number, share) for number, share in lists[1]]
    return Owner(identifier, ref, verdict, *(tuple(items) for items in lists))


def _little(values: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        return values
    swapped = values[:]
    swapped.byteswap()
    return swapped


def plain_text(text: str) -> str:
    """A text without what two copies of one question differ in: case and blanks."""
    return " ".join(text.split()).casefold()


def encode_polarity(reading: Reading) -> int:
    """A byte: bit 0 odd negations, bit 1 a condition holds a negation, bit 2 soft negations,
    bit 3 a word such as "every", bit 4 it asks which, who or when.
    """
    return (
        (reading.negations & 1)
        | (2 if reading.subordinate else 0)
        | (4 if reading.soft & 1 else 0)
        | (8 if reading.universal else 0)
        | (16 if reading.specific else 0)
    )


class MatchIndex:
    """Answers and controls, searchable. Build it, or load what `to_bytes` gave."""

    def __init__(self, lexicon: Lexicon, scoring: Scoring, answers: Side, controls: Side) -> None:
        self.lexicon = lexicon
        self.scoring = scoring
        self.reader = Reader(lexicon)
        self.answers = answers
        self.controls = controls
        self.memory: dict[Any, Any] = {}
        self.answers_of_control: dict[int, list[int]] = {}
        self.products: frozenset[str] = frozenset()
        self._connect()

    def _connect(self) -> None:
        products: set[str] = set()
        for number, owner in enumerate(self.answers.owners):
            products.update(name.casefold() for name in owner.products)
            for control, _ in owner.nearby:
                self.answers_of_control.setdefault(control, []).append(number)
        self.products = frozenset(products)
        first: dict[int, int] = {}
        for phrasing in range(len(self.answers.owner_of) - 1, -1, -1):
            first[self.answers.owner_of[phrasing]] = phrasing
        self.first_phrasing = first

    @classmethod
    def build(
        cls, answers: Sequence[LibraryAnswer], controls: Sequence[Control], lexicon: Lexicon
    ) -> "MatchIndex":
        """Reads every phrasing of the answers and every title, statement and question of the controls."""
        scoring = load_scoring()
        reader = Reader(lexicon)
        control_side = Side(lexicon, scoring)
        for control in controls:
            texts = dict.fromkeys(
                (control.title, f"{control.title}: {control.statement}", *control.questions)
            )
            owner = Owner(control.id, None, "", (), (), (), ())
            control_side.add(owner, [(text, reader.read(text)) for text in texts])
        control_side.finish()
        answer_side = Side(lexicon, scoring)
        for answer in answers:
            owner = Owner(
                answer.id, answer.ref, answer.verdict.value, answer.controls,
                _nearby(answer, reader, control_side), answer.scope.products, answer.scope.regions,
            )  # fmt: skip
            told = told_features(f"{answer.narrative}\n{answer.detail}", answer.verdict.value, reader)
            answer_side.add(
                owner, [(text, reader.read(text)) for text in dict.fromkeys(answer.all_phrasings)], told
            )
        return cls(lexicon, scoring, answer_side.finish(), control_side)

    def to_bytes(self) -> bytes:
        """The index in a format that holds no code: a digest, then lengths, JSON and arrays of numbers."""
        parts = [_made_with(self.lexicon, self.scoring), *self.answers.parts(), *self.controls.parts()]
        out = [struct.pack("<I", len(parts))]
        for part in parts:
            out += [struct.pack("<Q", len(part)), part]
        digest = hashlib.sha256()
        for piece in out:
            digest.update(piece)
        return b"".join([_MAGIC, digest.digest(), *out])

    @classmethod
    def from_bytes(cls, data: bytes, lexicon: Lexicon) -> "MatchIndex":
        """The index `to_bytes` made. Raises ValueError where it is damaged or made with another lexicon."""
        scoring = load_scoring()
        try:
            parts = _unpacked(data)
            if parts[0] != _made_with(lexicon, scoring):
                raise ValueError("the stored index was made with another lexicon")
            half = (len(parts) - 1) // 2
            answers = Side.from_parts(parts[1 : 1 + half], lexicon, scoring)
            controls = Side.from_parts(parts[1 + half :], lexicon, scoring)
        except (KeyError, IndexError, TypeError, struct.error) as error:
            raise ValueError("the stored index is damaged") from error
        return cls(lexicon, scoring, answers, controls)


def _made_with(lexicon: Lexicon, scoring: Scoring) -> bytes:
    return f"{__version__}:{lexicon.fingerprint}:{scoring.fingerprint}".encode()


def _unpacked(data: bytes) -> list[bytes]:
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("not a stored index")
    start = len(_MAGIC) + _DIGEST
    # Nothing is read before all of it is known to be what was written.
    if hashlib.sha256(memoryview(data)[start:]).digest() != data[len(_MAGIC) : start]:
        raise ValueError("the stored index is damaged")
    (count,) = struct.unpack_from("<I", data, start)
    at, parts = start + 4, []
    for _ in range(count):
        (size,) = struct.unpack_from("<Q", data, at)
        at += 8
        if at + size > len(data):
            raise ValueError("the stored index is damaged")
        parts.append(data[at : at + size])
        at += size
    return parts
