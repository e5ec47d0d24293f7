"""The index: every phrasing of every answer and control as integers, ready to be searched and cached."""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from typing import Any

from avow import __version__
from avow.matching.holdings import told_features
from avow.matching.lexicon import Lexicon
from avow.matching.normalise import Reader, Reading
from avow.matching.scale import advice
from avow.matching.scoring import Scoring, load_scoring
from avow.matching.semantic import Meanings
from avow.matching.side import Owner, Side, sorted_words
from avow.matching.topics import Topics
from avow.model.answers import LibraryAnswer
from avow.model.controls import Control

_MAGIC = b"AVOWIDX9"
_DIGEST = 32  # bytes of SHA-256 over all that follows


def _nearby(answer: LibraryAnswer, reader: Reader, controls: Side) -> tuple[tuple[int, float], ...]:
    """The controls an answer is about, with shares: those it names, or those its question comes closest to."""
    from avow.matching.affinity import nearest_controls

    if answer.controls:
        numbers = {owner.id: number for number, owner in enumerate(controls.owners)}
        return tuple((numbers[name], 1.0) for name in answer.controls if name in numbers)
    return nearest_controls(reader.read(answer.question), controls)


class MatchIndex:
    """Answers and controls, searchable. Build it, or load what `to_bytes` gave."""

    def __init__(
        self, lexicon: Lexicon, scoring: Scoring, answers: Side, controls: Side, topics: Topics
    ) -> None:
        self.lexicon = lexicon
        self.scoring = scoring
        self.reader = Reader(lexicon)
        self.answers = answers
        self.controls = controls
        self.topics = topics
        self.rejected: frozenset[tuple[str, str]] = frozenset()  # (answer, question in concepts)
        self.meanings: Meanings | None = None  # the semantic extra, where it is set up
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
        documents: list[list[Reading]] = []
        for control in controls:
            texts = dict.fromkeys(
                (control.title, f"{control.title}: {control.statement}", *control.questions)
            )
            owner = Owner(control.id, None, "", (), (), (), ())
            read = [(text, reader.read(text)) for text in texts]
            control_side.add(owner, read)
            # The title stands before its statement once already.
            again = int(scoring.weights["title"]) - 1
            documents.append(
                [reading for text, reading in read for _ in range(again if text == control.title else 1)]
            )
        control_side.finish()
        topics = Topics.build(lexicon, documents)
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
        return cls(lexicon, scoring, answer_side.finish(), control_side, topics)

    def advice(self) -> str:
        """What to tell a person whose library is larger than what plain Python carries well; mostly empty."""
        return "" if self.answers.searcher is not None else advice(len(self.answers.owner_of))

    def reject(self, pairs: Iterable[tuple[str, str]]) -> None:
        """From now on an answer (its id) ranks low for a question, and for one of the same concepts and words."""
        self.rejected = frozenset(
            (answer, sorted_words(self.reader.read(question).key)) for answer, question in pairs
        )
        self.memory.clear()

    def turn_off(self, signals: Iterable[str]) -> None:
        """Match without some of `scoring.SIGNALS` from now on. Raises ValueError for an unknown one."""
        self.scoring = self.answers.scoring = self.controls.scoring = self.scoring.without(signals)
        self.memory.clear()

    def to_bytes(self) -> bytes:
        """The index in a format that holds no code: a digest, then lengths, JSON and arrays of numbers."""
        parts = [
            _made_with(self.lexicon, self.scoring),
            *self.topics.parts(),
            *self.answers.parts(),
            *self.controls.parts(),
        ]
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
            topics = Topics.from_parts(parts[1:2], lexicon)
            half = (len(parts) - 2) // 2
            answers = Side.from_parts(parts[2 : 2 + half], lexicon, scoring)
            controls = Side.from_parts(parts[2 + half :], lexicon, scoring)
        except (KeyError, IndexError, TypeError, struct.error) as error:
            raise ValueError("the stored index is damaged") from error
        return cls(lexicon, scoring, answers, controls, topics)


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
