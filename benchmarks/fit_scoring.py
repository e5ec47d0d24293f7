"""Fits what makes a match `strong`, and says how it does on questions it was not fitted to.

    .venv/bin/python benchmarks/fit_scoring.py [--write] [--set]

A logistic model over the measures of the first candidate, with weights of zero or more, so that no better measure ever
makes a match less sure. Candidates that are barred anyway (a cap, something substantial open, turned round, the very same
text) are no part of it. Each question is asked with its answers in the library and without (labelled.py). The threshold is
the lowest chance at which, in five-fold cross-validation over the questions, repeated, at most one strong match in a
hundred is wrong where the library has an answer or the labels say it has none, and at most one in fifty with the askings
whose answers were taken out: as many as the others, which is harsher than any form.
--set puts the numbers into src/avow/matching/lexicon/scoring.yaml, --write the table into README.md.
"""

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import figures
import labelled
import next_version
import numpy as np
import scores
from figures import table
from labelled import Row

from avow.matching.scoring import load_scoring
from avow.workspace import Workspace

MEASURES = ("answer-covered", "wording", "touched", "ahead", "lead", "control", "substance")
BY_HAND = ("same-id",)
WRONG, WRONG_WITHOUT = 0.01, 0.02
FOLDS, REPEATS, STEPS, RATE, RIDGE = 5, 5, 3000, 0.5, 1.0
SCORING = scores.ROOT / "src" / "avow" / "matching" / "lexicon" / "scoring.yaml"


class Model:
    """A fitted model: `intercept` and `weights` in the measures' own units, `means` of the measures."""

    def __init__(self, values: np.ndarray, right: np.ndarray) -> None:
        self.means = values.mean(0)
        spread = values.std(0) + 1e-9
        scaled = (values - self.means) / spread
        weights, intercept = np.zeros(values.shape[1]), 0.0
        for _ in range(STEPS):
            off = 1 / (1 + np.exp(-(scaled @ weights + intercept))) - right
            weights = np.maximum(weights - RATE * (scaled.T @ off + RIDGE * weights) / len(right), 0.0)
            intercept -= RATE * float(off.mean())
        self.weights = weights / spread
        self.intercept = intercept - float(self.means @ self.weights)

    def chances(self, values: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(values @ self.weights + self.intercept)))


def values_of(rows: Sequence[Row]) -> np.ndarray:
    most = load_scoring().sure.most
    return np.array([[min(row.measured[one], most.get(one, 1e9)) for one in MEASURES] for row in rows])


def held_out(rows: Sequence[Row], values: np.ndarray, seed: int) -> np.ndarray:
    """Each row's chance by a model that has seen neither asking of its question."""
    questions = sorted({row.question for row in rows})
    random.Random(seed).shuffle(questions)
    fold_of = {question: number % FOLDS for number, question in enumerate(questions)}
    folds = np.array([fold_of[row.question] for row in rows])
    right = np.array([row.said == "right" for row in rows], float)
    fitting = np.array([row.said != "part" for row in rows])
    chances = np.zeros(len(rows))
    for fold in range(FOLDS):
        model = Model(values[fitting & (folds != fold)], right[fitting & (folds != fold)])
        chances[folds == fold] = model.chances(values[folds == fold])
    return chances


def threshold(rows: Sequence[Row], runs: Sequence[np.ndarray]) -> float:
    """The lowest chance, in steps of .005, at which what is strong is wrong no more often than it may be, all runs
    taken together."""
    for chance in np.arange(0.5, 1.0, 0.005):
        strong = [row for run in runs for row, one in zip(rows, run, strict=True) if one >= chance]
        real = [row for row in strong if row.held]
        if _wrong(real) <= WRONG and _wrong(strong) <= WRONG_WITHOUT:
            return round(float(chance), 3)
    raise SystemExit("no threshold keeps wrong answers rare enough")


def _wrong(strong: Sequence[Row]) -> float:
    return sum(row.said == "wrong" for row in strong) / max(1, len(strong))


def rows_of(bench: Path, work: Path) -> list[Row]:
    data = scores.Data(bench, work)
    asked = []
    if (bench / "score.py").is_file():
        caiq, pairs = (
            Workspace(scores.learned_workspace(data, f"{name}.csv")[0]).index
            for name in ("library_caiq", "pairs_dev_library")
        )
        asked += labelled.development(bench, caiq, pairs)
    own = Workspace(scores.ROOT)
    cases = []
    for number, case in enumerate(next_version.cases(bench.parent / "questionnaires", work)):
        if case.held_back:
            continue
        root = work / f"next-version-{number}"
        if case.learn:
            scores.avow("init", root, "--bare")
            scores.avow("learn", case.learn, "--approve", "--as", "Bench", "--workspace", root)
        cases.append((case, Workspace(root).index if case.learn else own.index))
    asked += [*labelled.next_versions(cases), labelled.example(own)]
    published = labelled.published_rows(own, bench.parent / "questionnaires")
    return [*(row for one in asked for row in labelled.rows(one)), *published]


def report(rows: Sequence[Row], runs: Sequence[np.ndarray], model: Model, chance: float) -> str:
    values = values_of(rows)
    fitted = model.chances(values)
    now = load_scoring().sure
    current = np.array([now.chance_of(row.measured) >= now.chance for row in rows])
    lines = []
    for group in dict.fromkeys(row.group for row in rows):
        line: list[object] = [group]
        for chosen in ([current], [fitted >= chance], [run >= chance for run in runs]):
            counts = [
                sum(
                    bool(one[at])
                    for one in chosen
                    for at, row in enumerate(rows)
                    if row.group == group and row.said == what
                )
                / len(chosen)
                for what in ("right", "part", "wrong")
            ]
            line.append(" / ".join(f"{count:.3g}" for count in counts))
        lines.append(line)
    heading = ("strong: right / in part / wrong", "as it is", "fitted", "held out")
    weights = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(MEASURES, model.weights, strict=True))
    return (
        f"{table(heading, lines)}\n\nFitted: strong from a chance of {chance}; intercept {model.intercept:.2f}; {weights}. "
        f"{len(rows)} askings, {sum(row.said == 'wrong' for row in rows)} of them with a wrong first candidate."
    )


def written(model: Model, chance: float) -> None:
    """Put the numbers into scoring.yaml, every other line as it was."""
    text = SCORING.read_text(encoding="utf-8")
    weights = dict(zip(MEASURES, model.weights, strict=True))
    means = dict(zip(MEASURES, model.means, strict=True))
    # What no labelled question can tell keeps the weight given by hand.
    by_hand = {name: weight for name, weight in load_scoring().sure.weights.items() if name in BY_HAND}
    parts = {
        "chance": f"{chance}",
        "intercept": f"{model.intercept:.2f}",
        "weights": _listed({**weights, **by_hand}),
        "means": _listed({**means, **dict.fromkeys(by_hand, 0.0)}),
    }
    for name, value in parts.items():
        text, count = re.subn(rf"^  {name}: .*$", f"  {name}: {value}", text, count=1, flags=re.MULTILINE)
        assert count == 1, name
    SCORING.write_text(text, encoding="utf-8")


def _listed(numbers: dict[str, float]) -> str:
    return "{" + ", ".join(f"{name}: {value:.2f}" for name, value in numbers.items()) + "}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--set", action="store_true", help="put the numbers into scoring.yaml")
    parser.add_argument("--data", type=Path, default=scores.ROOT.parent / "shared" / "bench", metavar="DIR")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avow-fit-") as folder:
        rows = rows_of(said.data.resolve(), Path(folder))
    least = load_scoring().sure.least
    rows = [
        row
        for row in rows
        if not (row.barred or row.exact or row.inverted)
        and all(row.measured[name] >= value for name, value in least.items())
    ]
    values = values_of(rows)
    fitting = np.array([row.said != "part" for row in rows])
    right = np.array([row.said == "right" for row in rows], float)
    runs = [held_out(rows, values, seed) for seed in range(REPEATS)]
    chance = threshold(rows, runs)
    model = Model(values[fitting], right[fitting])
    figures.publish("fit", report(rows, runs, model, chance), write=said.write)
    if said.set:
        written(model, chance)
        print(f"written to {SCORING.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
