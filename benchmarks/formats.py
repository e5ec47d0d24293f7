"""How fast each format is read and filled, against the library's own load and save; and forms of 100,000 questions.

    .venv/bin/python benchmarks/formats.py            # prints tables
    .venv/bin/python benchmarks/formats.py --write    # and puts them into benchmarks/README.md

Every side runs in a process of its own that holds only what it needs, and they take turns.
"""

import argparse
import contextlib
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import figures
from figures import median, run, spread, table, verdict

if TYPE_CHECKING:
    from avow.model.questionnaires import Questionnaire
    from avow.model.responses import ApprovedResponse

COMMENT = (
    "Access is granted on an approved request, reviewed every quarter, and withdrawn on the last working day."
)
LARGEST_LIMIT = 1024.0  # MiB, of any process
LARGE = ("plain.xlsx", "table.csv")
OUTPUT = {"flat.pdf": ".docx", "old.xls": ".xlsx", "open.ods": ".xlsx", "binary.xlsb": ".xlsx"}
FEWER = {"fillable.pdf": 300}
LINES = ("flat.pdf", "pasted.txt")  # where nothing but its words and number tells a question from a heading


# ── the libraries ──────────────────────────────────────────────────────────────────────────────────


def by_openpyxl(source: Path, target: Path) -> float:
    import openpyxl

    return _in_two(lambda: openpyxl.load_workbook(source), lambda book: book.save(target))


def by_csv(source: Path, target: Path) -> float:
    import csv

    def load() -> list[list[str]]:
        with source.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def save(rows: list[list[str]]) -> None:
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    return _in_two(load, save)


def by_docx(source: Path, target: Path) -> float:
    import docx

    return _in_two(lambda: docx.Document(str(source)), lambda document: document.save(str(target)))


def by_pypdf(source: Path, target: Path) -> float:
    from pypdf import PdfReader, PdfWriter

    return _in_two(lambda: PdfWriter(clone_from=PdfReader(source)), lambda writer: writer.write(target))


def by_pdfium(source: Path, target: Path) -> float:
    """The text of every page, and a Word document with a paragraph for every line of it."""
    import docx
    import pypdfium2

    def load() -> list[str]:
        with pypdfium2.PdfDocument(source) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
        return [line for text in texts for line in text.splitlines()]

    def save(lines: list[str]) -> None:
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(target))

    return _in_two(load, save)


def by_json(source: Path, target: Path) -> float:
    def save(data: Any) -> None:
        target.write_text(json.dumps(data, indent=2), encoding="utf-8")

    return _in_two(lambda: json.loads(source.read_text(encoding="utf-8")), save)


def by_text(source: Path, target: Path) -> float:
    return _in_two(
        lambda: source.read_text(encoding="utf-8"), lambda text: target.write_text(text, encoding="utf-8")
    )


def by_calamine(source: Path, target: Path) -> float:
    """The values by python-calamine, which cannot write, and a new workbook of them by openpyxl."""
    import openpyxl
    from python_calamine import CalamineWorkbook

    def load() -> dict[str, list[list[Any]]]:
        book = CalamineWorkbook.from_path(source)
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    def save(sheets: dict[str, list[list[Any]]]) -> None:
        book = openpyxl.Workbook()
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(target)

    return _in_two(load, save)


def _in_two(load: Callable[[], Any], save: Callable[[Any], object]) -> float:
    """Seconds to load, and then to save what was loaded."""
    began = time.perf_counter()
    save(load())
    return time.perf_counter() - began


LIBRARIES = {
    "styled.xlsx": ("openpyxl", by_openpyxl),
    "plain.xlsx": ("openpyxl", by_openpyxl),
    "table.csv": ("`csv`", by_csv),
    "table.docx": ("python-docx", by_docx),
    "controls.docx": ("python-docx", by_docx),
    "fillable.pdf": ("pypdf", by_pypdf),
    "flat.pdf": ("pypdfium2, python-docx", by_pdfium),
    "list.json": ("`json`", by_json),
    "pasted.txt": ("`read_text`, `write_text`", by_text),
    "old.xls": ("python-calamine, openpyxl", by_calamine),
    "open.ods": ("python-calamine, openpyxl", by_calamine),
    "binary.xlsb": ("python-calamine, openpyxl", by_calamine),
}
SAID = {
    "styled.xlsx": "`.xlsx`", "plain.xlsx": "`.xlsx`, plain", "table.csv": "`.csv`",
    "table.docx": "`.docx`, a table", "controls.docx": "`.docx`, content controls",
    "fillable.pdf": "`.pdf`, fields", "flat.pdf": "`.pdf`, flat, to `.docx`",
    "list.json": "`.json`", "pasted.txt": "`.txt`", "old.xls": "`.xls`, to `.xlsx`",
    "open.ods": "`.ods`, to `.xlsx`", "binary.xlsb": "`.xlsb`, to `.xlsx`",
}  # fmt: skip


# ── what runs in a process of its own ──────────────────────────────────────────────────────────────


def responses_to(asked: "Questionnaire") -> "list[ApprovedResponse]":
    """A yes with words to every question, as drafting puts it into the form's own places."""
    from avow.drafting.wording import writes_for
    from avow.model.base import Verdict
    from avow.model.responses import ApprovedResponse

    found = []
    for number, question in enumerate(asked.questions, 1):
        narrative = f"Yes. {COMMENT} ({number})"
        writes, reasons = writes_for(question, narrative, Verdict.YES)
        if reasons or not writes or not question.place.can_be_written:
            raise RuntimeError(f"{question.address} takes no answer: {reasons or question.place.blocked}")
        found.append(
            ApprovedResponse(
                address=question.address, verdict=Verdict.YES, text=narrative, writes=writes,
                citations=(), approved_by="benchmark",
            )
        )  # fmt: skip
    return found


def expected(asked: "Questionnaire") -> tuple[list[str], list[list[str]]]:
    """The questions as understood, and what a person would read in each one's places once filled."""
    held = []
    for question, response in zip(asked.questions, responses_to(asked), strict=True):
        labels = {one.address: one.label for one in question.place.options}
        held.append([labels.get(write.address, write.value) for write in response.writes])
    return [question.text for question in asked.questions], held


def library_side(source: Path, target: Path) -> Iterator[float]:
    act = LIBRARIES[source.name][1]
    while True:
        yield act(source, target)


def avow_side(source: Path, target: Path) -> Iterator[float]:
    """With the child processes."""
    from avow.formats.files import fill, understand_file

    responses = responses_to(understand_file(source).questionnaire)
    gc.collect()
    gc.freeze()
    while True:
        began = time.perf_counter()
        asked = understand_file(source).questionnaire
        target.write_bytes(fill(source, asked.source, responses))
        yield time.perf_counter() - began


def within_side(source: Path, target: Path) -> Iterator[tuple[float, float]]:
    """The same in this process: seconds to read and to fill."""
    from avow.formats.files import fill_here, understand_here

    responses = responses_to(understand_here(source).questionnaire)
    writes = [write for response in responses for write in response.writes]
    gc.collect()
    gc.freeze()
    while True:
        began = time.perf_counter()
        asked = understand_here(source).questionnaire
        read = time.perf_counter()
        target.write_bytes(fill_here(source, asked.source, writes))
        yield read - began, time.perf_counter() - read


SIDES: dict[str, Callable[[Path, Path], Iterator[Any]]] = {
    "library": library_side,
    "avow": avow_side,
    "within": within_side,
}


def serve(side: str, source: Path, target: Path) -> None:
    """One measurement for every line that comes in, after one that does not count."""
    measured = SIDES[side](source, target)
    next(measured)
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        print(json.dumps(next(measured)), flush=True)


def once(source: Path, target: Path) -> None:
    """Understand and fill one file, and say what took how long and whether it has more questions than are answered."""
    from avow.errors import InputRefusedError
    from avow.formats.files import fill, refuse_unanswerable, understand_file

    began = time.perf_counter()
    asked = understand_file(source).questionnaire
    read = time.perf_counter()
    responses = responses_to(asked)
    ready = time.perf_counter()
    target.write_bytes(fill(source, asked.source, responses))
    filled = time.perf_counter()
    refused = ""
    try:
        refuse_unanswerable(asked)
    except InputRefusedError as error:
        refused = error.code
    print(json.dumps({"read": read - began, "fill": filled - ready, "refused": refused}))


# ── in turn ────────────────────────────────────────────────────────────────────────────────────────


class Place(NamedTuple):
    """A temporary folder for forms, filled forms, and an empty workspace."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"AVOW_TODAY": "2026-11-23", "XDG_CACHE_HOME": str(self.root / "cache"), "NO_COLOR": "1"}

    def source(self, name: str, count: int) -> Path:
        folder = self.root / f"forms-{count}"
        folder.mkdir(exist_ok=True)
        return folder / name

    def target(self, name: str, side: str) -> Path:
        return self.root / f"{Path(name).stem}-{side}{OUTPUT.get(name, Path(name).suffix)}"


@contextlib.contextmanager
def started(side: str, source: Path, target: Path) -> Iterator[Callable[[], Any]]:
    """A process of one side; what is given measures once."""
    words = [sys.executable, __file__, "--side", side, str(source), str(target)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asking, telling = process.stdin, process.stdout
        assert asking is not None and telling is not None
        _told(telling, side, source)

        def measure() -> Any:
            asking.write("\n")
            asking.flush()
            return json.loads(_told(telling, side, source))

        yield measure
        asking.close()


def _told(telling: IO[str], side: str, source: Path) -> str:
    line = telling.readline()
    if not line:
        raise SystemExit(f"{side} of {source.name} failed, see above")
    return line


def one_format(place: Place, name: str, rounds: int) -> list[str]:
    """A row of the first table, with what was asked and written checked."""
    import form_files
    import material

    count = FEWER.get(name, 1000)
    asked, source = material.questions(count), place.source(name, count)
    if name in LINES:
        asked = [text for text in material.questions(count + 20) if _reads_as_a_line(text)][:count]
    form = form_files.FORMS_MADE[name]
    form.make(source, asked)
    taken: dict[str, list[Any]] = {side: [] for side in SIDES}
    with contextlib.ExitStack() as stack:
        ready = {side: stack.enter_context(started(side, source, place.target(name, side))) for side in SIDES}
        for number in range(rounds):
            for side in SIDES if number % 2 == 0 else reversed(SIDES):
                taken[side].append(ready[side]())
    check(source, [place.target(name, side) for side in ("avow", "within")], asked, form.held)
    base, whole = taken["library"], taken["avow"]
    reads, fills = zip(*taken["within"], strict=True)
    within = [read + fill for read, fill in taken["within"]]
    ratio, ratio_within = (median(side) / median(base) for side in (whole, within))
    cells = [SAID[name], f"{count:,}", LIBRARIES[name][0]]
    cells += [spread([1000 * one for one in side], 1 if median(base) < 0.01 else 0) for side in (base, whole)]
    halves = " + ".join(f"{1000 * median(side):.0f}" for side in (reads, fills))
    return [*cells, f"**{ratio:.1f}**", halves, f"{ratio_within:.1f}"]


def check(
    source: Path, targets: Sequence[Path], asked: Sequence[str], held: Callable[[Path], list[list[str]]]
) -> None:
    """Raises SystemExit where a question was not found, or an answer does not stand in the filled file."""
    from avow.formats.files import understand_file

    texts, wanted = expected(understand_file(source).questionnaire)
    if [_plain(text) for text in texts] != [_plain(text) for text in asked]:
        known = set(map(_plain, texts))
        lost = [text for text in asked if _plain(text) not in known]
        raise SystemExit(f"{source.name}: {len(asked)} asked, {len(texts)} found; not found: {lost[:5]}")
    for target in targets:
        for number, (one, other) in enumerate(zip(wanted, held(target), strict=True), 1):
            if one != other:
                raise SystemExit(f"{target.name}: question {number} should hold {one}, holds {other}")


def _reads_as_a_line(text: str) -> bool:
    """False for "SBOM?" and "ePHI on phones permitted?", which a table's column makes questions of and a line does not."""
    return len(text.split()) > 2 and text[0].isupper()


def _plain(text: str) -> str:
    return " ".join(text.split())


# ── a hundred thousand ─────────────────────────────────────────────────────────────────────────────


def large(place: Place, name: str, count: int) -> list[list[str]]:
    """Three rows of the second table: the library, `avow inspect`, and understanding and filling."""
    import form_files

    from avow.formats.files import MAX_QUESTIONS

    asked, source = form_files.many_questions(count), place.source(name, count)
    form = form_files.FORMS_MADE[name]
    form.make(source, asked)
    target = place.target(name, "large")
    itself = [sys.executable, __file__, "--once"]
    commands: dict[str, list[str]] = {
        f"load + save, {LIBRARIES[name][0]}": [*itself, "library", str(source), str(target)],
        "`avow inspect`": [
            *figures.avow_command(), "inspect", str(source), "--workspace", str(place.root / "workspace"),
        ],
        "understand and fill": [*itself, "avow", str(source), str(target)],
    }  # fmt: skip
    rows = []
    for what, command in commands.items():
        seconds = run(command, place.environment)
        watched = run(command, place.environment, tree=True)
        largest = max(seconds.largest, watched.largest)
        judged = "" if what.startswith("load") else verdict(largest, LARGEST_LIMIT)
        cells = [f"`{source.suffix}`", f"{count:,}", what, f"{seconds.seconds:.1f}", f"{largest:.0f}", judged]
        rows.append([*cells, f"{watched.together:.0f} in {watched.processes}"])
        if what == "`avow inspect`" and f"{count} questions, 1 other rows" not in seconds.output:
            raise SystemExit(f"{source.name}: `avow inspect` says {seconds.output[:200]}")
    check(source, [target], asked, form.held)
    said = json.loads(seconds.output)
    if said["refused"] != ("limit-reached" if count > MAX_QUESTIONS else ""):
        raise SystemExit(f"{source.name}: {count} questions are refused with {said['refused'] or 'nothing'}")
    rows[-1][3] += f" ({said['read']:.1f} + {said['fill']:.1f})"
    return rows


def measure(place: Place, said: argparse.Namespace) -> str:
    """Both tables, as Markdown."""
    from avow.formats.files import MAX_QUESTIONS, MAX_ROWS
    from avow.formats.sandbox import LIMITS

    parts = []
    names = [name for name in LIBRARIES if name != "plain.xlsx" and (not said.only or name in said.only)]
    if names:
        headings = ["form", "questions", "library", "load + save, ms", "read + fill, ms", "ratio"]
        headings += ["in process: read + fill, ms", "ratio"]
        parts.append(table(headings, [one_format(place, name, said.rounds) for name in names]))
    if not said.only:
        run([*figures.avow_command(), "init", str(place.root / "workspace")], place.environment)
        rows = [row for name in LARGE for row in large(place, name, said.large)]
        headings = ["form", "questions", "what", "seconds", "largest process, MiB"]
        headings += [f"at most {LARGEST_LIMIT:,.0f}", "all processes, MiB"]
        parts.append(f"\nForms of {said.large:,} questions:\n")
        parts.append(table(headings, rows))
        parts.append(
            f"\nThe limits: {MAX_ROWS:,} rows with content are read, a form of more than {MAX_QUESTIONS:,} questions is "
            f"not answered (`limit-reached`), and a child process has {LIMITS.memory >> 20:,} MiB beyond the "
            f"interpreter's own and {LIMITS.seconds} seconds of computing."
        )
    parts.append(f"\nMedians of {said.rounds}, with the least and the most; {figures.machine()}.")
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=int, default=100_000, metavar="QUESTIONS")
    parser.add_argument("--only", nargs="+", choices=list(LIBRARIES), metavar="FORM", help="only these forms")
    parser.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--once", nargs=3, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.side or said.once:
        side, source, target = said.side or said.once
        if said.side:
            serve(side, Path(source), Path(target))
        elif side == "library":
            print(LIBRARIES[Path(source).name][1](Path(source), Path(target)))
        else:
            once(Path(source), Path(target))
        return
    if said.only and said.write:
        parser.error("--write takes all forms")
    with tempfile.TemporaryDirectory(prefix="avow-formats-") as folder:
        text = measure(Place(Path(folder)), said)
    figures.publish("formats", text, write=said.write)


if __name__ == "__main__":
    main()
