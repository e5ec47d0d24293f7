"""Weights and thresholds, as content."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from avow.matching.lexicon import Lexicon

_FILE = Path(__file__).parent / "lexicon" / "scoring.yaml"


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
