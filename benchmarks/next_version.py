"""A next version of a form that was answered before: the old form's questions as a library, the new form's asked of it.

Two forms: OpenChain's self-certification, version 1.2 then 2.0 (not shipped; looked for beside the labelled data, which
question follows which is in next_version.yaml), and the example questionnaire, reworded (reworded_example.yaml).
"""

import csv
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import yaml
from figures import HERE
from lxml import etree

_EXAMPLES = HERE.parent / "examples"
_OLD, _NEW = (f"OpenChain-License-Compliance-{version}-Questionnaire.docx" for version in ("1.2", "2.0"))
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBER = re.compile(r"[1-9]\.[a-z]+")
_SAID = {"yes": "Yes", "no": "No", "partial": "Partial", "not-applicable": "N/A"}


class Case(NamedTuple):
    """One form asked again. `learn` is an answered csv for a bare workspace, or None for the sample company's library;
    `same` and `changed`: question id -> refs (answer ids where nothing is learned) that answer it in full, or in part."""

    name: str
    learn: Path | None
    questions: list[dict[str, Any]]
    same: dict[str, set[str]]
    changed: dict[str, set[str]]
    held_back: bool = False  # from fitting


def cases(forms: Path, work: Path) -> list[Case]:
    """`forms` is the folder of public questionnaires; without it only the example's cases are made."""
    found = []
    folder = forms / "openchain-self-cert"
    if (folder / _OLD).is_file() and (folder / _NEW).is_file():
        found.append(_openchain(folder, work))
    return [*found, *_reworded(work)]


def _openchain(folder: Path, work: Path) -> Case:
    old, new = (_numbered(folder / name) for name in (_OLD, _NEW))
    follows = yaml.safe_load((HERE / "next_version.yaml").read_text(encoding="utf-8"))
    listed = {*follows["same"], *follows["changed"], *follows["new"]}
    if listed != set(new) or not {*follows["same"].values(), *follows["changed"].values()} <= set(old):
        raise SystemExit(f"next_version.yaml does not fit the forms: {sorted(listed ^ set(new))}")
    rows = [(number, text, "Yes", f"Evidence {number} is on file.") for number, text in old.items()]
    return Case(
        "OpenChain 2.0, where 1.2 was answered",
        _answered(work / "openchain-1.2.csv", rows),
        [{"id": number, "question": text} for number, text in new.items()],
        {number: {ref} for number, ref in follows["same"].items()},
        {number: {ref} for number, ref in follows["changed"].items()},
    )


def _numbered(path: Path) -> dict[str, str]:
    """The questions of a form's tables by the number in their row: the longest cell beside it."""
    with zipfile.ZipFile(path) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    found: dict[str, str] = {}
    for row in body.iter(f"{_WORD}tr"):
        cells = [_text(cell) for cell in row.iter(f"{_WORD}tc")]
        number = next((cell for cell in cells if _NUMBER.fullmatch(cell)), None)
        if number:
            found[number] = max(cells, key=len)
    return found


def _text(cell: Any) -> str:
    paragraphs = (
        "".join(part.text or "" for part in one.iter(f"{_WORD}t")) for one in cell.iter(f"{_WORD}p")
    )
    return " ".join(" ".join(paragraphs).split())


def _reworded(work: Path) -> list[Case]:
    expected = yaml.safe_load((_EXAMPLES / "meridian-expected.yaml").read_text(encoding="utf-8"))["rows"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would lose on saving; nothing is saved
        book = openpyxl.load_workbook(_EXAMPLES / "meridian-vendor-risk.xlsx")
    texts = {row["ref"]: str(book[row["sheet"]][row["cell"]].value) for row in expected}
    asked = yaml.safe_load((HERE / "reworded_example.yaml").read_text(encoding="utf-8"))
    questions = [{"id": ref, "question": text} for ref, text in asked.items()]
    by_ref = {row["ref"]: row for row in expected}
    rows = [
        (ref, text, _SAID.get(by_ref[ref]["verdict"], "See the document in the annex."), f"Note {ref}.")
        for ref, text in texts.items()
        if not text.startswith("=")  # a formula: nothing to learn from
    ]
    kept = {ref: {by_ref[ref]["expect"], *by_ref[ref].get("also", ())} for ref in asked}
    return [
        Case(
            "the example reworded, where it was answered as it stands",
            _answered(work / "example-answered.csv", rows),
            questions,
            {ref: {ref} for ref in asked},
            {},
        ),
        Case("the example reworded, on the sample company's library", None, questions, kept, {}),
        *_next_year(texts, _answered(work / "example-answered.csv", rows)),
    ]


def _next_year(texts: dict[str, str], learn: Path) -> list[Case]:
    """The example's next version as its owner might publish it, and questions near its own that its answers do not meet."""
    made = yaml.safe_load((HERE / "next_example.yaml").read_text(encoding="utf-8"))
    near = yaml.safe_load((HERE / "near_misses.yaml").read_text(encoding="utf-8"))
    kept = {**{ref: texts[ref] for ref in made["same"]}, **made["light"]}
    other = {**made["changed"], **{f"new-{number}": text for number, text in enumerate(made["new"])}}
    missed = {f"near-{one['near']}": one["asks"] for one in near}

    def case(name: str, asked: dict[str, str], same: dict[str, set[str]]) -> Case:
        return Case(
            name, learn, [{"id": ref, "question": text} for ref, text in asked.items()], same, {}, True
        )

    return [
        case("the example's next version: as it was or lightly edited", kept, {ref: {ref} for ref in kept}),
        case("the same: thoroughly reworded", made["thorough"], {ref: {ref} for ref in made["thorough"]}),
        case("the same: changed in substance, or new", other, {}),
        case("questions near the example's own", missed, {}),
    ]


def _answered(path: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Ref", "Question", "Answer", "Comment"))
        writer.writerows(rows)
    return path


def judge(case: Case, lines: list[dict[str, Any]]) -> dict[str, int]:
    """Counts of questions: `answerable`, and of those right `first` and right and `strong`; of all, `sure` (strong),
    `partly` (strong on one that changed) and `wrong` (strong on another, or with the opposite verdict)."""
    counts = {"answerable": len(case.same), "first": 0, "strong": 0, "sure": 0, "partly": 0, "wrong": 0}
    for line in lines:
        key = line["id"]
        first = line["candidates"][0] if line["candidates"] else {}
        said = first.get("ref" if case.learn else "answer")
        turned = bool(case.learn) and first.get("polarity") == "inverted"
        right, sure = said in case.same.get(key, ()) and not turned, line["recommendation"] == "strong"
        partly = said in case.changed.get(key, ()) and not turned
        counts["first"] += right
        counts["strong"] += right and sure
        counts["sure"] += sure
        counts["partly"] += partly and sure
        counts["wrong"] += sure and not right and not partly
    return counts
