"""Weights and thresholds, as content."""

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from avow.matching.lexicon import Lexicon

_FILE = Path(__file__).parent / "lexicon" / "scoring.yaml"


# What can be turned off, to see what it is worth. `whole-answer`: what all phrasings and the text of an answer cover
# together; `parts`: the halves of a double-barrelled question; `numbers` with versions, periods and frequencies.
SIGNALS = (
    "question-covered", "answer-covered", "wording", "control", "whole-answer",
    "same-id", "meaning", "contrast", "numbers", "polarity", "parts", "runner-up",
)  # fmt: skip
_WEIGHT = {"whole-answer": "united"}
_MEASURES = {
    "control": {"control"}, "whole-answer": {"touched", "lead"}, "wording": {"wording"}, "runner-up": {"margin", "ahead", "lead"},
    "question-covered": {"question-covered"}, "answer-covered": {"answer-covered"},
}  # fmt: skip


@dataclass(frozen=True)
class Sure:
    """What makes sure of an answer: a logistic model over what is measured, and least measures besides."""

    chance: float
    intercept: float
    weights: dict[str, float]
    most: dict[str, float]
    means: dict[str, float]
    least: dict[str, float]
    inverted: dict[str, float]
    phrasing: dict[str, float]

    def chance_of(self, measured: Mapping[str, float]) -> float:
        """The chance, 0 to 1, that an answer measured like this is the right one."""
        total = self.intercept
        for name, weight in self.weights.items():
            total += weight * min(measured[name], self.most.get(name, math.inf))
        return 1.0 / (1.0 + math.exp(-total))

    def without(self, names: Collection[str]) -> "Sure":
        """The same with some measures turned off: each counts as its mean, and nothing is asked of it."""

        def rest(least: dict[str, float]) -> dict[str, float]:
            return {name: value for name, value in least.items() if name not in names}

        return replace(
            self,
            intercept=self.intercept
            + sum(self.weights[one] * self.means[one] for one in names if one in self.weights),
            weights=rest(self.weights),
            least=rest(self.least),
            inverted=rest(self.inverted),
        )


@dataclass(frozen=True)
class Scoring:
    """The numbers of `scoring.yaml`."""

    weights: dict[str, float]
    salience: dict[str, float]
    sure: Sure
    close: float
    medium: float
    low: float
    contrast_factor: float
    quantity_factor: float
    fingerprint: str
    off: frozenset[str] = frozenset()

    def without(self, signals: Iterable[str]) -> "Scoring":
        """The same numbers with some of `SIGNALS` turned off: no weight, no say in what is sure, no cap.

        Raises ValueError, naming the signals there are, for another name.
        """
        off = frozenset(signals)
        unknown = sorted(off - set(SIGNALS))
        if unknown:
            raise ValueError(f"there is no signal {unknown[0]!r}; choose from {', '.join(SIGNALS)}")
        silent = {_WEIGHT.get(name, name) for name in off}
        untested = {one for name in off for one in _MEASURES.get(name, ())}
        return replace(
            self,
            weights={name: 0.0 if name in silent else weight for name, weight in self.weights.items()},
            sure=self.sure.without(untested),
            off=off,
        )

    def salience_of(self, name: str, lexicon: Lexicon) -> float:
        """What a feature is worth before its rarity counts."""
        if name in lexicon.generic or name in lexicon.soft:
            return self.salience["generic"]
        if name[1:2] == ":":
            if name[0] != "w":
                return self.salience["number"]
            return self.salience["word"]
        return self.salience["concept"]


@lru_cache(maxsize=1)
def load_scoring() -> Scoring:
    """The shipped weights and thresholds."""
    raw = _FILE.read_bytes()
    document: dict[str, Any] = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return Scoring(
        weights=document["weights"],
        salience=document["salience"],
        sure=Sure(**document["sure"]),
        close=document["close"],
        medium=document["medium"]["score"],
        low=document["low"]["score"],
        contrast_factor=document["contrast_factor"],
        quantity_factor=document["quantity_factor"],
        fingerprint=hashlib.sha256(raw).hexdigest()[:16],
    )
