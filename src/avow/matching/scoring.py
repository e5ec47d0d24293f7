"""Weights and thresholds, as content."""

import hashlib
from collections.abc import Iterable
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
    "meaning", "contrast", "numbers", "polarity", "parts", "runner-up",
)  # fmt: skip
_WEIGHT = {"whole-answer": "united"}
_THRESHOLDS = {
    "control": {"control"}, "whole-answer": {"united", "lead"}, "wording": {"wording"}, "runner-up": {"margin", "lead"},
    "question-covered": {"question-covered"}, "answer-covered": {"answer-covered"},
}  # fmt: skip


@dataclass(frozen=True)
class Scoring:
    """The numbers of `scoring.yaml`."""

    weights: dict[str, float]
    salience: dict[str, float]
    strong: dict[str, dict[str, float]]
    strong_inverted: dict[str, dict[str, float]]
    close: float
    medium: float
    low: float
    contrast_factor: float
    quantity_factor: float
    fingerprint: str
    off: frozenset[str] = frozenset()

    def without(self, signals: Iterable[str]) -> "Scoring":
        """The same numbers with some of `SIGNALS` turned off: no weight, no threshold, no cap.

        Raises ValueError, naming the signals there are, for another name.
        """
        off = frozenset(signals)
        unknown = sorted(off - set(SIGNALS))
        if unknown:
            raise ValueError(f"there is no signal {unknown[0]!r}; choose from {', '.join(SIGNALS)}")
        silent = {_WEIGHT.get(name, name) for name in off}
        untested = {one for name in off for one in _THRESHOLDS.get(name, ())}

        def ways(of: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
            return {
                name: {what: least for what, least in way.items() if what not in untested}
                for name, way in of.items()
            }

        return replace(
            self,
            weights={name: 0.0 if name in silent else weight for name, weight in self.weights.items()},
            strong=ways(self.strong),
            strong_inverted=ways(self.strong_inverted),
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
        strong=document["strong"],
        strong_inverted=document["strong-inverted"],
        close=document["close"],
        medium=document["medium"]["score"],
        low=document["low"]["score"],
        contrast_factor=document["contrast_factor"],
        quantity_factor=document["quantity_factor"],
        fingerprint=hashlib.sha256(raw).hexdigest()[:16],
    )
