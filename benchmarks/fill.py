"""How fast `avow fill` is, and how much memory it takes, against loading and saving the same workbook with openpyxl.

    .venv/bin/python benchmarks/fill.py            # prints tables
    .venv/bin/python benchmarks/fill.py --write    # and puts them into benchmarks/README.md

Everything is generated in a temporary folder; the two sides run in turn, in one go.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import figures
import material
from figures import median, run, spread, table, verdict

PATCHING_LIMIT, WHOLE_LIMIT, MEMORY_LIMIT = 0.5, 4.0, 100.0  # times, times, MiB above
COMMENT = (
    "Access is granted on an approved request, reviewed every quarter, and withdrawn on the last working day."
)


class Place(NamedTuple):
    """A temporary folder with generated workbooks and workspaces."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """A fixed day and a content cache of its own."""
        return {"AVOW_TODAY": "2026-11-23", "XDG_CACHE_HOME": str(self.root / "cache"), "NO_COLOR": "1"}

    def workbook(self, rows: int) -> Path:
        return self.root / f"customer-{rows}.xlsx"

    def workspace(self, answers: int) -> Path:
        return self.root / f"workspace-{answers}"

    def results(self, rows: int, answers: int) -> Path:
        return self.root / f"out-{rows}-{answers}"

    def baseline(self, rows: int) -> list[str]:
        script = str(figures.HERE / "load_and_save.py")
        return [sys.executable, script, str(self.workbook(rows)), str(self.root / "saved.xlsx")]

    def fill(self, rows: int, answers: int) -> list[str]:
        words = [
            *figures.avow_command(),
            "fill",
            str(self.workbook(rows)),
            "--out",
            str(self.results(rows, answers)),
        ]
        words += [
            "--customer",
            "Meridian Bank",
            "--product",
            "Harborlight Cloud",
            "--region",
            "EU",
            "--force",
        ]
        return [*words, "--workspace", str(self.workspace(answers))]


# ── (a) reading and patching alone ─────────────────────────────────────────────────────────────────


def timed(act: Callable[[], object]) -> float:
    gc.collect()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def patching(place: Place, rows: int, rounds: int) -> list[str]:
    """Seconds for load + save, for reading + patching, and for that with the layout understood, in turn."""
    import openpyxl

    from avow.formats.files import fill, understand_file
    from avow.formats.intake import inspect_file
    from avow.formats.xlsx.file import open_file
    from avow.model.base import Verdict
    from avow.model.questionnaires import CellAddress, SourceFile
    from avow.model.responses import ApprovedResponse, CellWrite

    source, saved, filled = place.workbook(rows), place.root / "saved.xlsx", place.root / "filled.xlsx"
    responses = []
    for row in material.make_workbook(source, rows):
        answer, comment = (CellAddress(sheet=material.SHEET, cell=f"{column}{row}") for column in ("D", "E"))
        writes = (
            CellWrite(address=answer, value="Yes"),
            CellWrite(address=comment, value=f"Yes. {COMMENT} ({row})"),
        )
        responses.append(
            ApprovedResponse(
                address=answer,
                verdict=Verdict.YES,
                text=COMMENT,
                writes=writes,
                citations=(),
                approved_by="benchmark",
            )
        )

    def load_and_save() -> None:
        openpyxl.load_workbook(source).save(saved)

    def read_and_patch(*, understand: bool = False) -> None:
        if understand:
            from_file = understand_file(source).questionnaire.source
        else:
            kind = inspect_file(source)
            open_file(source, kind)
            from_file = SourceFile(name=kind.name, sha256=kind.sha256, format=kind.format)
        filled.write_bytes(fill(source, from_file, responses))

    def with_layout() -> None:
        read_and_patch(understand=True)

    acts = (load_and_save, read_and_patch, with_layout)
    for act in acts:
        act()  # imports and first touches count on no side
    gc.collect()
    gc.freeze()
    taken: dict[str, list[float]] = {act.__name__: [] for act in acts}
    for number in range(rounds):
        for act in acts if number % 2 == 0 else reversed(acts):
            taken[act.__name__].append(timed(act))
    gc.unfreeze()
    base, alone, layout = (taken[act.__name__] for act in acts)
    ratio = median(alone) / median(base)
    cells = [
        f"{rows:,}",
        *(spread([1000 * one for one in side], 0) for side in (base, alone)),
        f"**{ratio:.2f}**",
    ]
    return [*cells, verdict(ratio, PATCHING_LIMIT), f"{median(layout) / median(base):.2f}"]


# ── (b) the whole process, (c) memory ──────────────────────────────────────────────────────────────


def whole(place: Place, rows: int, answers: int, rounds: int) -> list[str]:
    """Seconds of the two commands in turn, with the content cache warm; once before that with none."""
    run(place.baseline(rows), place.environment)
    empty_cache(place)
    cold = run(place.fill(rows, answers), place.environment).seconds
    sides: dict[str, list[float]] = {"base": [], "fill": []}
    commands = {"base": place.baseline(rows), "fill": place.fill(rows, answers)}
    for number in range(rounds):
        for side in commands if number % 2 == 0 else reversed(commands):
            sides[side].append(run(commands[side], place.environment).seconds)
    base, fill = sides["base"], sides["fill"]
    ratio = median(fill) / median(base)
    cells = [
        f"{rows:,}",
        f"{answers:,}",
        spread(base),
        spread(fill),
        f"**{ratio:.1f}**",
        verdict(ratio, WHOLE_LIMIT),
    ]
    return [*cells, f"{cold:.2f} ({cold / median(base):.1f})", outcome(place, rows, answers)]


def outcome(place: Place, rows: int, answers: int) -> str:
    """What became of the rows, so that a fast run that answers nothing is seen."""
    report = place.results(rows, answers) / f"{place.workbook(rows).stem}.report.json"
    summary = json.loads(report.read_text(encoding="utf-8"))["summary"]
    return " / ".join(f"{summary[one]:,}" for one in ("answered", "review", "gap"))


def memory(place: Place, rows: int, answers: int) -> list[list[str]]:
    """Peak memory, MiB: load + save, then `avow fill` with no cache and with a warm one."""
    base = run(place.baseline(rows), place.environment, tree=True)
    found = []
    for cache in ("cold", "warm"):
        if cache == "cold":
            empty_cache(place)
        fill = run(place.fill(rows, answers), place.environment, tree=True)
        used = max(fill.largest, fill.together)
        above = used - base.largest
        cells = [f"{rows:,}", f"{answers:,}", cache, f"{base.largest:.0f}", f"{fill.largest:.0f}"]
        together = f"{fill.together:.0f} in {fill.processes}" if fill.processes > 1 else "one process"
        found.append([*cells, together, f"**{above:+.0f}**", verdict(above, MEMORY_LIMIT)])
    return found


def empty_cache(place: Place) -> None:
    for path in sorted((place.root / "cache").rglob("*"), reverse=True):
        if path.is_file():
            path.unlink()


def prepare(place: Place, sizes: list[int]) -> None:
    for answers in sizes:
        space = place.workspace(answers)
        space.mkdir()
        material.make_workspace(space, answers)
        approve = [
            *figures.avow_command(),
            "approve",
            "--all",
            "--as",
            "Benchmark",
            "--workspace",
            str(space),
        ]
        run(approve, place.environment)


def measure(place: Place, said: argparse.Namespace) -> str:
    """All three tables, as Markdown."""
    parts = []
    found = [patching(place, rows, said.rounds) for rows in said.rows]
    headings = ["questions", "load + save, ms", "read + patch, ms", "ratio", f"at most {PATCHING_LIMIT}"]
    parts.append("Reading and patching alone, in process:\n")
    parts.append(table([*headings, "ratio with the layout understood"], found))
    if not said.patching_only:
        prepare(place, said.answers)
        pairs = [(rows, answers) for rows in said.rows for answers in said.answers]
        found = [whole(place, rows, answers, said.rounds) for rows, answers in pairs]
        headings = ["questions", "answers in the library", "load + save, s", "`avow fill`, s", "ratio"]
        headings += [f"at most {WHOLE_LIMIT:.0f}", "no cache, s (ratio)", "answered / review / gap"]
        parts.append("\nThe whole process, content cache warm:\n")
        parts.append(table(headings, found))
        most = max(said.rows)
        found = [line for answers in said.answers for line in memory(place, most, answers)]
        headings = [
            "questions",
            "answers in the library",
            "cache",
            "load + save, MiB",
            "largest process, MiB",
        ]
        headings += ["all processes, MiB", "above load + save", f"at most {MEMORY_LIMIT:.0f}"]
        parts.append("\nPeak memory:\n")
        parts.append(table(headings, found))
    parts.append(f"\nMedians of {said.rounds}, with the least and the most; {figures.machine()}.")
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, nargs="+", default=[300, 5000])
    parser.add_argument("--answers", type=int, nargs="+", default=[200, 5000])
    parser.add_argument("--patching-only", action="store_true", help="reading and patching only")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="generate into DIR, which must be empty, and keep it"
    )
    said = parser.parse_args()
    if said.keep:
        said.keep.mkdir(parents=True, exist_ok=True)
        text = measure(Place(said.keep.resolve()), said)
    else:
        with tempfile.TemporaryDirectory(prefix="avow-bench-") as folder:
            text = measure(Place(Path(folder)), said)
    figures.publish("fill", text, write=said.write)


if __name__ == "__main__":
    main()
