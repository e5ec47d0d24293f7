"""How well `avow match` finds answers and controls on labelled data, against two plain matchers in the same run.

    .venv/bin/python benchmarks/scores.py [--write] [--model FOLDER]

FOLDER holds a sentence-embedding model for the semantic extra, as export_minilm.py makes one.

The labelled data and their scorer are no part of this repository; they are looked for beside the checkout, in
`../shared/bench`, or where --data says.
"""

import argparse
import csv
import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import baselines
import figures
import next_version
from figures import table

ROOT = figures.HERE.parent
NAMES = ("Avow", "`token_set_ratio`", "BM25")
SEMANTIC = "Avow with the semantic extra"
# Figures of matchers not run here, from the README of the labelled data: same data, same scorer.
PUBLISHED_ANSWERS = (
    ("character TF-IDF", 0.227, 0.432, 0.236, 0.472),
    ("all-MiniLM-L6-v2 embeddings", 0.364, 0.636, 0.333, 0.646),
)
PUBLISHED_PAIRS = (
    ("character TF-IDF", 0.444, 0.333, 0.067, 0.267),
    ("all-MiniLM-L6-v2 embeddings", 0.800, 0.644, 0.067, 0.178),
)


class Data(NamedTuple):
    """The folder with the labelled data, one to work in, and that of a model for the semantic extra."""

    shared: Path
    work: Path
    model: Path | None = None

    def lines(self, name: str) -> list[dict[str, Any]]:
        text = (self.shared / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def library(self, name: str) -> dict[str, str]:
        """Ref -> question."""
        with (self.shared / name).open(encoding="utf-8", newline="") as file:
            return {row["Ref"]: row["Question"] for row in csv.DictReader(file)}

    def score(self, kind: str, lines: list[dict[str, Any]], labels: str, *more: str) -> dict[str, Any]:
        """What the data's own scorer says of these match lines."""
        path = self.work / "match.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        words = [sys.executable, self.shared / "score.py", kind, path, self.shared / labels, *more]
        said: dict[str, Any] = json.loads(
            subprocess.run(words, capture_output=True, check=True, text=True).stdout
        )
        return said


# ── Avow's side ────────────────────────────────────────────────────────────────────────────────────


def avow(*words: str | Path) -> str:
    """Run `avow` as a person would; its standard output."""
    command = [*figures.avow_command(), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"avow {words[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def learned_workspace(data: Data, library: str) -> tuple[Path, str]:
    """A bare workspace that learned one file, and how many of its rows were learned and held back."""
    root = data.work / library.removesuffix(".csv")
    avow("init", root, "--bare")
    said = avow("learn", data.shared / library, "--approve", "--as", "Bench", "--json", "--workspace", root)
    counts = json.loads(said)[0]
    return root, f"{len(counts['learned'])} of `{library}` learned, {len(counts['held'])} held back"


def matched(data: Data, root: Path, questions: str, *more: str) -> list[dict[str, Any]]:
    said = avow("match", "--questions", data.shared / questions, "--workspace", root, *more)
    return [json.loads(line) for line in said.splitlines()]


def with_model(root: Path, model: Path) -> Path:
    """A copy of a workspace whose avow.toml sets the semantic extra up."""
    copy = root.with_name(f"{root.name}-semantic")
    if not copy.exists():
        shutil.copytree(root, copy)
        with (copy / "avow.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[semantic]\nmodel_path = {json.dumps(str(model))}\n")
    return copy


# ── figures ────────────────────────────────────────────────────────────────────────────────────────


def wilson(share: float | None, of: int) -> str:
    """A share with its 95 % confidence interval (Wilson's)."""
    if share is None or of == 0:
        return "none"
    z = 1.96
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"**{share:.3f}** ({max(0.0, centre - half):.2f} to {min(1.0, centre + half):.2f})"


def sides(
    ours: list[dict[str, Any]],
    questions: list[dict[str, Any]],
    answers: dict[str, str],
    controls: dict[str, str],
    requirements: dict[str, dict[str, list[str]]],
) -> list[list[dict[str, Any]]]:
    """Match lines of Avow and of the two plain matchers, in the order of NAMES."""
    found = [ours]
    for ranker, strong in ((baselines.token_set_ratio, baselines.STRONG_RATIO), (baselines.bm25, None)):
        by_answer = ranker(answers) if answers else None
        by_control = ranker(controls) if controls else None
        found.append(baselines.match_lines(questions, by_answer, by_control, requirements, strong))
    return found


def named_sides(
    data: Data, root: Path, questions: str, all_sides: list[list[dict[str, Any]]]
) -> list[tuple[str, list[dict[str, Any]] | None]]:
    """Each side with its name, the semantic extra second: None where no model was given."""
    semantic = matched(data, with_model(root, data.model), questions) if data.model else None
    (first, ours), *others = zip(NAMES, all_sides, strict=True)
    return [(first, ours), (SEMANTIC, semantic), *others]


def answers_table(data: Data, root: Path) -> str:
    labels = data.lines("labels_dev.jsonl")
    useful = sum(bool(one["full"] or one["partial"]) for one in labels)
    all_sides = sides(
        matched(data, root, "dev_queries.jsonl"),
        data.lines("dev_queries.jsonl"),
        data.library("library_caiq.csv"),
        {},
        {},
    )
    rows: list[Sequence[object]] = []
    for name, lines in named_sides(data, root, "dev_queries.jsonl", all_sides):
        if lines is None:
            rows.append([name, *["not run"] * 7])
            continue
        said = data.score("answers", lines, "labels_dev.jsonl")
        cells = [wilson(said[key], said["with_full"]) for key in ("recall@1", "recall@5")]
        cells += [wilson(said[key], useful) for key in ("useful@1", "useful@5")]
        cells += [str(said["strong"]), wilson(said["strong_precision"], said["strong"])]
        rows.append([name, *cells, wilson(said["wrong_strong_rate"], said["questions"])])
    rows += [[name, *(f"{one:.3f}" for one in values), "", "", ""] for name, *values in PUBLISHED_ANSWERS]
    headings = (
        "",
        "recall@1",
        "recall@5",
        "useful@1",
        "useful@5",
        "strong",
        "precision of strong",
        "wrong and strong",
    )
    return table(headings, rows)


def pairs_tables(data: Data, root: Path) -> str:
    queries, library = data.lines("pairs_dev_queries.jsonl"), data.library("pairs_dev_library.csv")
    all_sides = sides(matched(data, root, "pairs_dev_queries.jsonl"), queries, library, {}, {})
    said, names = [], []
    rows: list[Sequence[object]] = []
    for name, lines in named_sides(data, root, "pairs_dev_queries.jsonl", all_sides):
        if lines is None:
            rows.append([name, *["not run"] * 4])
            continue
        one = data.score("pairs", lines, "pairs_dev.jsonl")
        said.append(one)
        names.append(name)
        cells = [wilson(one[key], one["same"]) for key in ("first", "first_and_polarity", "strong_of_same")]
        rows.append([name, *cells, wilson(one["false_strong"], one["different"])])
    rows += [[name, *(f"{one:.3f}" for one in values)] for name, *values in PUBLISHED_PAIRS]
    headings = ("", "first", "first and polarity", "strong of same", "false strong (0 is best)")
    kinds = [[kind, *(one["by_kind"][kind] for one in said)] for kind in sorted(said[0]["by_kind"])]
    return f"{table(headings, rows)}\n\nRight by kind of pair:\n\n{table(('kind', *names), kinds)}"


def signals_table(data: Data, library: Path, pairs: Path) -> str:
    """All the scores with each signal off in turn; the semantic one only where a model was given."""
    from avow.matching.scoring import SIGNALS

    def row(name: str, answers_in: Path, pairs_in: Path, *words: str) -> list[object]:
        lines = matched(data, answers_in, "dev_queries.jsonl", *words)
        found = data.score("answers", lines, "labels_dev.jsonl")
        lines = matched(data, pairs_in, "pairs_dev_queries.jsonl", *words)
        alike = data.score("pairs", lines, "pairs_dev.jsonl")
        figures_of = [f"{found[key]:.3f}" for key in ("recall@1", "recall@5")]
        wrong = round(found["wrong_strong_rate"] * found["questions"])
        figures_of += [f"{round(found['coverage'] * found['with_full'])} / {found['strong']}", str(wrong)]
        keys = ("first", "first_and_polarity", "strong_of_same", "false_strong")
        return [name, *figures_of, *(f"{alike[key]:.3f}" for key in keys)]

    rows = [row("all signals", library, pairs)]
    rows += [
        row(f"without `{name}`", library, pairs, "--without", name) for name in SIGNALS if name != "meaning"
    ]
    if data.model:
        both = with_model(library, data.model), with_model(pairs, data.model)
        rows.append(row("all signals and the semantic extra (`meaning`)", *both))
    else:
        rows.append(["all signals and the semantic extra (`meaning`)", *["not run"] * 8])
    headings = (
        "", "recall@1", "recall@5", "right / strong", "wrong and strong", "first", "first and polarity",
        "strong of same", "false strong",
    )  # fmt: skip
    return table(headings, rows)


def calibration_table(data: Data, root: Path) -> str:
    """Of the first candidates at each level: how many answer in full, and in full or in part."""
    labels = {one["id"]: one for one in data.lines("labels_dev.jsonl")}
    wanted = [("Avow", root)] + ([(SEMANTIC, with_model(root, data.model))] if data.model else [])
    rows: list[Sequence[object]] = []
    for name, where in wanted:
        lines = [
            line
            for line in matched(data, where, "dev_queries.jsonl")
            if labels[line["id"]]["full"] or labels[line["id"]]["partial"]
        ]
        for level in ("strong", "medium", "low", "none"):
            held = [line for line in lines if line["recommendation"] == level]
            firsts = [
                (line["candidates"][0]["ref"] if line["candidates"] else None, line["id"]) for line in held
            ]
            full = sum(ref in labels[key]["full"] for ref, key in firsts)
            useful = sum(ref in labels[key]["full"] + labels[key]["partial"] for ref, key in firsts)
            shares = [wilson(part / len(held) if held else None, len(held)) for part in (full, useful)]
            rows.append([name, level, len(held), full, shares[0], useful, shares[1]])
    if not data.model:
        rows.append([SEMANTIC, *["not run"] * 6])
    headings = (
        "",
        "recommended",
        "questions",
        "in full",
        "share in full",
        "in full or part",
        "share in full or part",
    )
    return table(headings, rows)


def next_version_table(data: Data) -> str:
    """How much of a form's next version is right and sure, and right and first."""
    forms = data.shared.parent / "questionnaires"
    found = next_version.cases(forms, data.work)
    rows: list[Sequence[object]] = []
    notes = []
    for number, case in enumerate(found):
        root = data.work / f"next-version-{number}"
        avow("init", root, *(["--bare"] if case.learn else []))
        if case.learn:
            said = avow("learn", case.learn, "--approve", "--as", "Bench", "--json", "--workspace", root)
            counts = json.loads(said)[0]
            notes.append(
                f"{len(counts['learned'])} of `{case.learn.name}` learned, {len(counts['held'])} held back"
            )
        path = data.work / "asked.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in case.questions), encoding="utf-8")
        for name in ("Avow", SEMANTIC):
            if name == SEMANTIC and not data.model:
                rows.append([case.name, name, *["not run"] * 6])
                continue
            where = with_model(root, data.model) if name == SEMANTIC and data.model else root
            said = avow("match", "--questions", path, "--workspace", where)
            one = next_version.judge(case, [json.loads(line) for line in said.splitlines()])
            shares = [
                wilson(one[key] / one["answerable"] if one["answerable"] else None, one["answerable"])
                for key in ("strong", "first")
            ]
            rows.append(
                [
                    case.name,
                    name,
                    f"{len(case.questions)} / {one['answerable']}",
                    *shares,
                    one["sure"],
                    one["partly"],
                    one["wrong"],
                ]
            )
    if not any(case.name.startswith("OpenChain") for case in found):
        notes.append(f"OpenChain's forms are not at {forms}: not run")
    headings = (
        "form", "", "questions / with an answer", "right and strong", "right and first", "strong", "strong in part",
        "wrong and strong",
    )  # fmt: skip
    return f"{table(headings, rows)}\n\n{'; '.join(notes)}."


def controls_table(data: Data, root: Path) -> str:
    from avow.workspace import Workspace

    catalogue = Workspace(root).content.controls
    texts = {one.id: " ".join((one.title, one.statement, *one.questions)) for one in catalogue}
    requirements = {one.id: one.requirements() for one in catalogue}
    queries = data.lines("caiq_controls_queries.jsonl")
    all_sides = sides(matched(data, root, "caiq_controls_queries.jsonl"), queries, {}, texts, requirements)
    rows: list[Sequence[object]] = []
    for framework, labels in (("iso27001", "caiq_controls_iso.jsonl"), ("soc2", "caiq_controls_soc2.jsonl")):
        for name, lines in zip(NAMES, all_sides, strict=True):
            said = data.score("controls", lines, labels, framework)
            cells = [wilson(said[f"hit@{rank}"], said["questions"]) for rank in (1, 3, 5)]
            rows.append([framework, name, *cells, f"{said['requirements_per_first_control']:.1f}"])
    headings = ("framework", "", "hit@1", "hit@3", "hit@5", "requirements on the first control")
    return table(headings, rows)


def measure(data: Data) -> str:
    library, learned = learned_workspace(data, "library_caiq.csv")
    pairs, learned_pairs = learned_workspace(data, "pairs_dev_library.csv")
    parts = [
        "Answers: 200 questions of three forms against the library of a fourth\n",
        answers_table(data, library),
    ]
    parts += ["\nContrast and paraphrase pairs\n", pairs_tables(data, pairs)]
    parts += ["\nWhat each signal is worth: Avow with one turned off\n", signals_table(data, library, pairs)]
    parts += ["\nCalibration: what each recommendation is worth, among the questions that have an answer\n"]
    parts += [calibration_table(data, library)]
    parts += ["\nA next version of the same form\n", next_version_table(data)]
    parts += ["\nControls: the requirements of the first controls against the form's publisher's mapping\n"]
    parts += [controls_table(data, library), f"\n{learned}; {learned_pairs}."]
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "bench", metavar="DIR")
    parser.add_argument("--model", type=Path, metavar="FOLDER", help="a model for the semantic extra")
    said = parser.parse_args()
    if not (said.data / "score.py").is_file():
        print(f"no labelled data at {said.data}: nothing measured", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="avow-scores-") as folder:
        text = measure(Data(said.data.resolve(), Path(folder), said.model.resolve() if said.model else None))
    figures.publish("scores", text, write=said.write)


if __name__ == "__main__":
    main()
