"""Two plain matchers that `avow match` is compared with, giving the same lines that it gives: texts ranked by
rapidfuzz's `token_set_ratio`, and by BM25 over lower-case words. Neither knows polarity."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process, utils

Ranker = Callable[[str], list[tuple[str, float]]]  # question -> (id, score), best first, ten at the most
STRONG_RATIO = 90.0


def token_set_ratio(texts: Mapping[str, str]) -> Ranker:
    """rapidfuzz with its default processing; scores 0 to 100."""
    prepared = {key: utils.default_process(text) for key, text in texts.items()}

    def rank(question: str) -> list[tuple[str, float]]:
        asked = utils.default_process(question)
        found = process.extract(asked, prepared, scorer=fuzz.token_set_ratio, processor=None, limit=10)
        return [(key, score) for _, score, key in found]

    return rank


def bm25(texts: Mapping[str, str], k1: float = 1.5, b: float = 0.75) -> Ranker:
    """Okapi BM25 with the usual parameters; scores have no upper end, so it never recommends `strong`."""
    words = {key: Counter(re.findall(r"\w+", text.lower())) for key, text in texts.items()}
    lengths = {key: sum(counts.values()) for key, counts in words.items()}
    mean = sum(lengths.values()) / len(lengths)
    postings: dict[str, list[str]] = defaultdict(list)
    for key, counts in words.items():
        for word in counts:
            postings[word].append(key)

    def rank(question: str) -> list[tuple[str, float]]:
        scores: dict[str, float] = defaultdict(float)
        for word in re.findall(r"\w+", question.lower()):
            holding = postings.get(word, ())
            rarity = math.log(1 + (len(words) - len(holding) + 0.5) / (len(holding) + 0.5))
            for key in holding:
                count = words[key][word]
                scores[key] += rarity * count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[key] / mean))
        return sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:10]

    return rank


def match_lines(
    questions: Sequence[Mapping[str, Any]],
    answers: Ranker | None,
    controls: Ranker | None,
    requirements: Mapping[str, Mapping[str, Sequence[str]]],
    strong_from: float | None,
) -> list[dict[str, Any]]:
    """What `avow match` would print. `requirements`: control -> framework -> ids."""
    lines = []
    for one in questions:
        found = answers(one["question"]) if answers else []
        near = controls(one["question"]) if controls else []
        sure = strong_from is not None and found and found[0][1] >= strong_from
        lines.append(
            {
                "id": one["id"],
                "question": one["question"],
                "recommendation": "strong" if sure else "none",
                "candidates": [{"ref": ref, "score": score, "polarity": "same"} for ref, score in found],
                "controls": [{"control": key, "requirements": requirements[key]} for key, _ in near],
            }
        )
    return lines
