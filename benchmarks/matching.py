"""How fast matching is and how much memory it takes on large libraries, beside bm25s and rapidfuzz's cdist.

    .venv/bin/python benchmarks/matching.py [--write]

Every measurement runs in a process of its own, one after the other, so that peaks are each one's own.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import figures
import material
from figures import table

SIZES = (1_000, 10_000, 100_000)
CDIST_UP_TO = 10_000
FASTER_THAN_CDIST, SLOWER_THAN_BM25S = 20.0, {10_000: 10.0, 100_000: 4.0}
GROWTH, PEAK_MIB, FASTER_LOAD = 4.0, 1536.0, 10.0
_ONE, _TEN_K, _LAST = SIZES


# ── what runs in a process of its own ──────────────────────────────────────────────────────────────


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    began = time.perf_counter()
    made = act()
    return time.perf_counter() - began, made


def peak() -> float:
    """This process's largest resident size so far, MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def build(size: int, count: int, kept: Path) -> dict[str, float]:
    """Build the index, ask every question, keep the index in a file."""
    from avow.matching import MatchIndex, load_lexicon
    from avow.matching.many import Asked, match_many
    from avow.matching.matcher import match
    from avow.model.answers import LibraryAnswer
    from avow.model.base import Verdict
    from avow.workspace import Workspace

    controls, lexicon = Workspace(material.ROOT).content.controls, load_lexicon()
    answers = [
        LibraryAnswer(
            id=one["id"],
            question=one["question"],
            phrasings=tuple(one.get("phrasings", ())),
            verdict=Verdict(one["verdict"]),
            narrative=one["narrative"],
            controls=tuple(one.get("controls", ())),
            content_hash=one["id"],
        )
        for one in material.large_library(size)
    ]
    about = material.questions_for_large(count)
    asked = list(about)
    built, index = timed(lambda: MatchIndex.build(answers, controls, lexicon))
    assert (index.answers.searcher is not None) == index.answers.is_large, "numpy is not installed"
    first, _ = timed(lambda: match(asked[0], index))  # what is prepared on the first question
    gc.disable()  # as match_many does
    matched, proposals = timed(lambda: [match(text, index) for text in asked])
    gc.enable()
    index.memory.clear()
    highest = peak()
    many, _ = timed(lambda: match_many([Asked(text) for text in asked], index, top=10))
    kept.write_bytes(index.to_bytes())
    found = [about[one.question] in [each.answer for each in one.matches] for one in proposals]
    return {
        "found": sum(found) / sum(map(bool, about.values())),
        "build": built, "first": first, "match": matched, "many": many, "peak": highest, "peak_kept": peak(),
        "phrasings": len(index.answers.texts), "file": kept.stat().st_size / (1 << 20),
    }  # fmt: skip


def load(_size: int, count: int, kept: Path) -> dict[str, float]:
    """Load the kept index three times and take the median; then ask every question, as a process with a cache does."""
    from avow.matching import MatchIndex, load_lexicon
    from avow.matching.matcher import match

    lexicon, asked = load_lexicon(), list(material.questions_for_large(count))
    taken = []
    for _ in range(3):
        index = None
        seconds, index = timed(lambda: MatchIndex.from_bytes(kept.read_bytes(), lexicon))
        taken.append(seconds)
    assert index is not None
    held = index
    first, _ = timed(lambda: match(asked[0], held))
    for text in asked:
        match(text, held)
    return {"load": figures.median(taken), "first": first, "peak": peak()}


def plain(_size: int, count: int, kept: Path) -> dict[str, float]:
    """Ask every question of the kept index without the extra for large libraries."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # as where it is not installed
    from avow.matching import MatchIndex, load_lexicon
    from avow.matching.matcher import match

    about = material.questions_for_large(count)
    asked = list(about)
    index = MatchIndex.from_bytes(kept.read_bytes(), load_lexicon())
    assert index.answers.searcher is None
    match(asked[0], index)
    gc.disable()
    matched, proposals = timed(lambda: [match(text, index) for text in asked])
    found = [about[one.question] in [each.answer for each in one.matches] for one in proposals]
    return {"match": matched, "found": sum(found) / sum(map(bool, about.values())), "peak": peak()}


def _texts(size: int) -> list[tuple[str, str]]:
    """Every phrasing with its answer's id."""
    return [
        (text, one["id"])
        for one in material.large_library(size)
        for text in dict.fromkeys((one["question"], *one.get("phrasings", ())))
    ]


def bm25s_top_ten(size: int, count: int, _kept: Path) -> dict[str, float]:
    import bm25s

    texts, about = _texts(size), material.questions_for_large(count)
    asked = list(about)

    def indexed() -> Any:
        made = bm25s.BM25()
        made.index(bm25s.tokenize([text for text, _ in texts], show_progress=False), show_progress=False)
        return made

    def retrieved() -> Any:
        return held.retrieve(bm25s.tokenize(asked, show_progress=False), k=10, show_progress=False)

    built, held = timed(indexed)
    numbers, _ = retrieved()  # and whatever is prepared on the first
    found = [
        about[text] in [texts[number][1] for number in row] for text, row in zip(asked, numbers, strict=True)
    ]
    taken = [timed(retrieved)[0] for _ in range(3)]
    share = sum(found) / sum(map(bool, about.values()))
    return {"build": built, "match": figures.median(taken), "found": share, "peak": peak()}


def cdist(size: int, count: int, _kept: Path) -> dict[str, float]:
    from rapidfuzz import fuzz, process, utils

    texts, asked = _texts(size), material.questions_for_large(count)
    prepared = [utils.default_process(text) for text, _ in texts]

    def compared() -> Any:
        questions = [utils.default_process(text) for text in asked]
        return process.cdist(questions, prepared, scorer=fuzz.token_set_ratio, workers=1)

    taken, _ = timed(compared)
    return {"match": taken, "peak": peak()}


SIDES = {"build": build, "load": load, "plain": plain, "bm25s": bm25s_top_ten, "cdist": cdist}


# ── figures ────────────────────────────────────────────────────────────────────────────────────────


def one(side: str, size: int, count: int, kept: Path) -> dict[str, float]:
    words = [sys.executable, __file__, "--one", side, str(size), str(kept), "--questions", str(count)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{side} of {size} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    said: dict[str, float] = json.loads(done.stdout)
    return said


def judged(value: float, limit: float, *, at_least: bool = False) -> str:
    return "met" if (value >= limit if at_least else value <= limit) else "**missed**"


def aims(found: dict[int, dict[str, dict[str, float]]]) -> list[list[str]]:
    """Aim, figure, met or missed."""

    def ratio(size: int, side: str) -> float:
        return found[size]["build"]["match"] / found[size][side]["match"]

    faster = 1 / ratio(_TEN_K, "cdist")
    growth = found[_LAST]["build"]["match"] / found[_TEN_K]["build"]["match"]
    highest = max(found[_LAST][side][key] for side, key in (("build", "peak_kept"), ("load", "peak")))
    rows = [
        [f"at least {FASTER_THAN_CDIST:.0f} times faster than `cdist` at {_TEN_K:,}", f"{faster:.1f}",
         judged(faster, FASTER_THAN_CDIST, at_least=True)],
    ]  # fmt: skip
    for size, limit in SLOWER_THAN_BM25S.items():
        slower = ratio(size, "bm25s")
        rows.append([f"at most {limit:.0f} times bm25s at {size:,}", f"{slower:.1f}", judged(slower, limit)])
    rows.append(
        [f"time per question grows less than {GROWTH:.0f} times from {_TEN_K:,} to {_LAST:,}",
         f"{growth:.1f}", judged(growth, GROWTH)]
    )  # fmt: skip
    rows.append(
        [f"peak memory at {_LAST:,} below 1.5 GiB", f"{highest / 1024:.2f} GiB", judged(highest, PEAK_MIB)]
    )
    for size in SIZES:
        times = found[size]["build"]["build"] / found[size]["load"]["load"]
        rows.append(
            [f"loading at least {FASTER_LOAD:.0f} times faster than building, {size:,}", f"{times:.1f}",
             judged(times, FASTER_LOAD, at_least=True)]
        )  # fmt: skip
    return rows


def lost(found: dict[int, dict[str, dict[str, float]]]) -> str:
    """Said where Avow's first ten hold the answer clearly less often than those of bm25s: speed without it is no merit."""
    shares = {size: (sides["build"]["found"], sides["bm25s"]["found"]) for size, sides in found.items()}
    said = [
        f"{100 * (1 - ours):.0f} % at {size:,} (bm25s {100 * (1 - rival):.0f} %)"
        for size, (ours, rival) in shares.items()
        if ours < rival - 0.02
    ]
    return f"\n**Not found by Avow among its first ten: {', '.join(said)}.**" if said else ""


def measure(count: int) -> str:
    found: dict[int, dict[str, dict[str, float]]] = {}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="avow-matching-") as folder:
        for size in SIZES:
            kept = Path(folder) / f"{size}.index"
            wanted = [side for side in SIDES if side != "cdist" or size <= CDIST_UP_TO]
            found[size] = {side: one(side, size, count, kept) for side in wanted}
            kept.unlink()
    speed, holding = [], []
    for size, sides in found.items():
        ours, rival = sides["build"], sides["bm25s"]["match"]
        slow = sides.get("cdist", {}).get("match")
        each = 1000 / count
        speed.append(
            [f"{size:,}", f"{ours['phrasings']:,.0f}", f"**{ours['match'] * each:.2f}**", f"{ours['many'] * each:.2f}",
             f"{sides['plain']['match'] * each:.2f}",
             f"{rival * each:.2f}", f"{ours['match'] / rival:.1f}", f"{slow * each:.1f}" if slow else "not run",
             f"{slow / ours['match']:.1f}" if slow else "",
             f"{ours['found']:.2f}", f"{sides['plain']['found']:.2f}", f"{sides['bm25s']['found']:.2f}"]
        )  # fmt: skip
        holding.append(
            [f"{size:,}", f"{ours['build']:.2f}", f"{sides['bm25s']['build']:.2f}", f"{sides['load']['load']:.3f}",
             f"{sides['load']['first']:.3f}",
             f"{ours['file']:.1f}", f"{ours['peak_kept']:.0f}", f"{sides['load']['peak']:.0f}",
             f"{sides['bm25s']['peak']:.0f}"]
        )  # fmt: skip
    fewer = "" if count == 1000 else f" Only {count:,} questions: 1,000 would take too long."
    return "\n".join(
        [
            f"{count:,} questions, milliseconds a question; one process on each side but in the fourth column.{fewer}\n",
            table(
                ("answers", "phrasings", "Avow", "Avow, all processors", "Avow without the extra", "bm25s top 10",
                 "Avow / bm25s", "`cdist`", "`cdist` / Avow", "found by Avow", "found without the extra",
                 "found by bm25s"), speed,
            ),
            "\nThe index, and peak memory:\n",
            table(
                ("answers", "build, s", "bm25s build, s", "load, s", "first question then, s",
                 "file, MiB", "build, match and keep, MiB",
                 "load and match, MiB", "bm25s, MiB"), holding,
            ),
            "\nAims:\n",
            table(("aim", "figure", ""), aims(found)),
            lost(found),
            f"\nOne run of {time.perf_counter() - began:.0f} s; {figures.machine()}.",
        ]
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--questions", type=int, default=1000, metavar="N")
    parser.add_argument("--one", nargs=3, metavar=("SIDE", "SIZE", "FILE"), help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.one:
        side, size, kept = said.one
        print(json.dumps(SIDES[side](int(size), said.questions, Path(kept))))
        return
    figures.publish("matching", measure(said.questions), write=said.write)


if __name__ == "__main__":
    main()
