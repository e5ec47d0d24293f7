"""What was answered is learned, and the blank form gets it back: the same verdict, the same words, in the same cells.

A "yes" comes back as the proposed answer until somebody says how far its control works (docs/decisions/0004, 0017).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from avow.library.dates import today
from avow.library.starting import start_workspace
from avow.model.learning import Learned
from avow.model.questionnaires import Question
from avow.workspace import Filled, Workspace

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FORMS = Path(__file__).resolve().parents[3] / "shared" / "questionnaires"
REAL = [
    "openchain-self-cert/OpenChain-License-Compliance-2.0-Questionnaire.docx",
    "openchain-self-cert/ISO5230-2020-Questionnaire-Version-2.docx",
    "google-vsaq/security_privacy_programs.json",
    "sig-lite-answer-library/sig-lite-answer-library-template.csv",
    "owasp-asvs-checklist-shenril/ASVS-checklist-en.xlsx",
]
SAID = (
    ("no", "No. Measure {0} is not taken; item {0} of the register says why."),
    ("yes", "Yes. Team {0} does it every day."),
    ("not-applicable", "Not applicable. No machine of kind {0} is run."),
    ("partial", "Partially. Site {0} only."),
)


def bare(folder: Path) -> Workspace:
    start_workspace(folder, company="Quillworks", bare=True, on=today())
    return Workspace(folder)


def works_everywhere(space: Workspace) -> None:
    """Say of every control that it is implemented."""
    entries = [
        {"control": one.id, "status": "implemented", "owner": "Head"} for one in space.content.controls
    ]
    path = space.root / "controls" / "status.yaml"
    path.write_text(yaml.safe_dump({"status": entries}, sort_keys=False), encoding="utf-8")
    space.reread()


def knowing_all(space: Workspace, questions: tuple[Question, ...]) -> None:
    """An approved library answer for each question that says something by itself, each with words of its own."""
    works_everywhere(space)
    control = space.content.controls[0].id
    entries: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(questions):
        if one.text and not one.parent:
            verdict, words = SAID[number % len(SAID)]
            entry = {
                "id": f"a{number}",
                "question": one.text,
                "verdict": verdict,
                "narrative": words.format(number),
            }
            claims = {"controls": [control]} if verdict in ("yes", "partial") else {}
            entries.setdefault(one.same_text, {**entry, "sharing": "public", **claims})
    text = yaml.safe_dump(
        {"topic": "All", "answers": list(entries.values())}, allow_unicode=True, sort_keys=False
    )
    (space.root / "answer_library" / "all.yaml").write_text(text, encoding="utf-8")
    space.reread()
    space.approve([one.id for one in space.content.answers], by="Dana Okafor")


Trip = Callable[..., tuple[Filled, Learned, Filled]]


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    """Fill a form from a library that knows it, learn the filled one somewhere else, and fill the blank one there."""

    def there_and_back(form: Path, *, statuses: bool = True) -> tuple[Filled, Learned, Filled]:
        first, second = bare(tmp_path / "first"), bare(tmp_path / "second")
        knowing_all(first, first.inspect(form).questions)
        filled = first.fill(form, tmp_path / "filled", first.request(customer="Zeta"))
        if statuses:
            works_everywhere(second)
        learned = second.learn(filled.files["filled"], approve_as="Dana Okafor")
        again = second.fill(form, tmp_path / "again", second.request(customer="Omega"))
        return filled, learned, again

    return there_and_back


def answered(filled: Filled, learned: Learned) -> list[dict[str, Any]]:
    """The rows whose answer stands in the file, but those held back with a reason."""
    held = {(one.question.address.sheet, one.question.address.cell) for one in learned.held}
    return [
        row
        for row in filled.report["rows"]
        if row["outcome"] == "answered" and row["written"] and (row["sheet"], row["cell"]) not in held
    ]


def by_place(filled: Filled) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["sheet"], row["cell"]): row for row in filled.report["rows"]}


def check(filled: Filled, learned: Learned, again: Filled) -> None:
    """Every answer comes back: what claims no control is written, what does is at least proposed."""
    found = by_place(again)
    rows = answered(filled, learned)
    for row in rows:
        back = found[row["sheet"], row["cell"]]
        assert (back["verdict"], back["text"]) == (row["verdict"], row["text"]), row["question"]
        if row["verdict"] in ("no", "not-applicable") or back["outcome"] == "answered":
            assert (back["outcome"], back["written"]) == ("answered", row["written"]), back["reasons"]
        else:
            assert back["reasons"] == ["control-status-unknown"]


@pytest.mark.parametrize("name", ["meridian-vendor-risk.xlsx", "short-vendor-form.csv"])
def test_the_examples_come_back(trip: Trip, name: str) -> None:
    filled, learned, again = trip(EXAMPLES / name)
    assert len(answered(filled, learned)) > 20
    assert learned.contradictions == []
    check(filled, learned, again)


@pytest.mark.parametrize("name", REAL)
def test_real_forms_come_back(trip: Trip, name: str) -> None:
    if not (FORMS / name).exists():
        pytest.skip("the real forms are not here")
    filled, learned, again = trip(FORMS / name)
    assert answered(filled, learned)
    check(filled, learned, again)


def test_without_a_word_on_controls_every_yes_waits_and_a_person_gives_it_back(
    tmp_path: Path, trip: Trip
) -> None:
    filled, learned, again = trip(EXAMPLES / "short-vendor-form.csv", statuses=False)
    check(filled, learned, again)
    rows = answered(filled, learned)
    waiting = [one for one in rows if by_place(again)[one["sheet"], one["cell"]]["outcome"] == "review"]
    assert {one["verdict"] for one in waiting} == {"yes", "partial"}
    review = again.files["review.xlsx"]
    book = openpyxl.load_workbook(review)
    sheet = book["Review"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, column["Proposed answer"]).value:
            sheet.cell(row, column["Decision"]).value = "accept"
            sheet.cell(row, column["Reviewer"]).value = "Kim"
    book.save(review)
    second = Workspace(tmp_path / "second")
    request = second.request(customer="Omega")
    done = second.fill(EXAMPLES / "short-vendor-form.csv", tmp_path / "again", request, review=review)
    found = by_place(done)
    for row in rows:
        assert found[row["sheet"], row["cell"]]["written"] == row["written"]


def test_what_the_sample_company_answered_comes_back(tmp_path: Path) -> None:
    start_workspace(tmp_path / "sample", company=None, bare=False, on=today())
    sample = Workspace(tmp_path / "sample")
    form = EXAMPLES / "meridian-vendor-risk.xlsx"
    request = sample.request(customer="Meridian Bank", product="Harborlight Cloud", region="EU")
    filled = sample.fill(form, tmp_path / "out", request)
    start_workspace(tmp_path / "new", company="Harborlight", bare=True, on=today())
    new = Workspace(tmp_path / "new")
    learned = new.learn(filled.files["filled"], approve_as="Dana Okafor", customers=["Zeta"])
    again = new.fill(form, tmp_path / "again", new.request(customer="Omega"))
    found = by_place(again)
    rows = answered(filled, learned)
    assert len(rows) > 30
    for row in rows:
        back = found[row["sheet"], row["cell"]]
        assert (back["verdict"], back["text"]) == (row["verdict"], row["text"])
        assert back["outcome"] == "answered" or "control-status-unknown" in back["reasons"]
