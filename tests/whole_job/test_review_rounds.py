"""Two rounds of review over one file: decisions hold, are kept, and are not taken for another request."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from judge import read_report

from avow.library.dates import today
from avow.library.starting import start_workspace
from avow.workspace import Filled, Workspace

FORM = Path(__file__).resolve().parents[2] / "examples" / "short-vendor-form.csv"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    start_workspace(tmp_path / "workspace", company=None, bare=False, on=today())
    return Workspace(tmp_path / "workspace")


def fill(
    workspace: Workspace, out: Path, review: Path | None = None, product: str = "Harborlight Cloud"
) -> Filled:
    request = workspace.request(product=product, region="EU", customer="Bank")
    return workspace.fill(FORM, out, request, review=review)


def decide(out: Path, to: Path, **said: str) -> str:
    """Decide the first row of a review workbook and return its cell."""
    book = openpyxl.load_workbook(out / "short-vendor-form.review.xlsx")
    sheet = book["Review"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for name, text in {"Reviewer": "Kim", **said}.items():
        sheet.cell(2, column[name]).value = text
    book.save(to)
    return str(sheet.cell(2, column["Cell"]).value)


def row_at(out: Path, cell: str) -> dict[str, Any]:
    return next(row for row in read_report(out, "short-vendor-form")["rows"] if row["cell"] == cell)


REWORDED = {"Decision": "edit", "Your verdict": "no", "Your answer": "No. We do something else instead."}


def test_a_reworded_answer_is_written_cited_and_kept(workspace: Workspace, tmp_path: Path) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out)
    cell = decide(out, decided, **REWORDED)
    filled = fill(workspace, out, decided)
    assert filled.refused_decisions == ()
    row = row_at(out, cell)
    assert (row["outcome"], row["text"]) == ("answered", REWORDED["Your answer"])
    assert row["citations"][0]["answer"] in workspace.content.answer_by_id
    fill(workspace, out)  # without the workbook: the decision is remembered
    assert row_at(out, cell)["outcome"] == "answered"


def test_handing_the_same_workbook_in_twice_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out)
    cell = decide(out, decided, **REWORDED)
    fill(workspace, out, decided)
    answers = len(workspace.content.answers)
    filled = fill(workspace, out, decided)
    assert filled.refused_decisions == ()
    assert row_at(out, cell)["outcome"] == "answered"
    assert len(workspace.content.answers) == answers


def test_a_decision_for_one_product_is_not_taken_for_another(workspace: Workspace, tmp_path: Path) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out, product="Harborlight Mobile")
    decide(out, decided, **REWORDED)
    filled = fill(workspace, tmp_path / "cloud", decided)
    assert len(filled.refused_decisions) == 1
    assert "other content" in filled.refused_decisions[0]


def test_wording_that_cannot_be_content_is_refused_and_the_library_stays_whole(
    workspace: Workspace, tmp_path: Path
) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out)
    decide(out, decided, **{**REWORDED, "Your answer": "No. {{ 7 * 7 }}"})
    filled = fill(workspace, out, decided)
    assert len(filled.refused_decisions) == 1
    assert not (workspace.root / "answer_library" / "reviewed.yaml").exists()
    assert [issue for issue in workspace.issues() if issue.severity == "error"] == []


def test_a_workbook_somebody_works_in_is_put_aside(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    fill(workspace, out)
    decide(out, out / "short-vendor-form.review.xlsx", Note="half done")
    fill(workspace, out)
    assert (out / "short-vendor-form.review.1.xlsx").exists()


def test_what_a_reviewer_accepts_is_known_the_next_time(workspace: Workspace, tmp_path: Path) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out)
    cell = decide(out, decided, Decision="accept")
    before = row_at(out, cell)
    filled = fill(workspace, out, decided)
    assert filled.refused_decisions == ()
    (lesson,) = workspace.content.lessons
    assert (lesson.question, lesson.fits, lesson.by) == (before["question"], True, "Kim")
    assert lesson.answer == before["citations"][0]["answer"]
    again = workspace.match(before["question"])
    assert (again.matches[0].answer, again.recommendation.value) == (lesson.answer, "strong")


def test_choosing_another_answer_rejects_the_one_proposed(workspace: Workspace, tmp_path: Path) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out)
    cell = decide(out, decided, **{"Decision": "choose", "Answer id": "tenant-isolation"})
    before = row_at(out, cell)
    filled = fill(workspace, out, decided)
    assert filled.refused_decisions == ()
    proposed = before["citations"][0]["answer"]
    assert {one.answer: one.fits for one in workspace.content.lessons} == {
        "tenant-isolation": True,
        proposed: False,
    }
    again = workspace.match(before["question"])
    assert (again.matches[0].answer, again.recommendation.value) == ("tenant-isolation", "strong")


def test_taking_the_entry_out_takes_the_lesson_back(workspace: Workspace, tmp_path: Path) -> None:
    out, decided = tmp_path / "out", tmp_path / "decided.xlsx"
    fill(workspace, out)
    cell = decide(out, decided, Decision="accept")
    before = row_at(out, cell)["recommendation"]
    fill(workspace, out, decided)
    (workspace.root / "answer_library" / "lessons.yaml").unlink()
    workspace.reread()
    assert workspace.match(row_at(out, cell)["question"]).recommendation.value == before
