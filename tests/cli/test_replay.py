"""`avow replay`: questionnaires answered before, after the library, a status or the day has changed."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from avow.model.review_columns import SHEET_NAME, Column
from program import Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
FORM = (
    "ID,Question,Answer,Comment\r\n1,Is customer data encrypted at rest?,,\r\n2,Do you own a submarine?,,\r\n"
    "3,Are you certified under PCI DSS?,,\r\n4,Are backups made?,Ask Bob,\r\n"
)
LIBRARY = Path("answer_library/cryptography.yaml")
SUBMARINE = """
  - id: submarine
    question: Do you own a submarine?
    verdict: "no"
    narrative: No. We have no use for one.
    sharing: public
"""


@pytest.fixture
def run(program: Run, monkeypatch: pytest.MonkeyPatch, tree: Tree) -> Run:
    """The program in this process, in a workspace of the small company with everything approved."""
    root = tree({**FILES, "form.csv": FORM})
    shutil.copytree(ROOT / "templates", root / "templates")
    monkeypatch.chdir(root)
    assert program("approve", "--all", "--as", "Dana Okafor").code == 0
    return program


@pytest.fixture
def filled(run: Run) -> Run:
    """Acme has asked."""
    assert run("fill", "form.csv", "--customer", "Acme", "--out", "a").code == 0
    return run


def replayed(run: Run, *arguments: object, day: str = "2026-11-23") -> dict[str, Any]:
    ran = run("replay", "--json", *arguments, day=day)
    assert (ran.code, ran.err) == (0, "")
    body: dict[str, Any] = json.loads(ran.out)
    return body


def only_change(run: Run, *arguments: object, day: str = "2026-11-23") -> dict[str, Any]:
    (engagement,) = replayed(run, *arguments, day=day)["engagements"]
    (change,) = engagement["changes"]
    assert isinstance(change, dict)
    return change


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def decide(run: Run, question: str, **cells: str) -> None:
    """What a reviewer fills into the row of a question, taken back in."""
    book = openpyxl.load_workbook("a/form.review.xlsx")
    sheet = book[SHEET_NAME]
    heads = [cell.value for cell in sheet[1]]
    (row,) = [row for row in sheet.iter_rows(min_row=2) if question in [cell.value for cell in row]]
    for name, value in cells.items():
        row[heads.index(Column[name].value)].value = value
    book.save("reviewed.xlsx")
    ran = run("fill", "form.csv", "--customer", "Acme", "--out", "a", "--force", "--review", "reviewed.xlsx")
    assert (ran.code, ran.err) == (0, "")


def test_with_nothing_changed_nothing_is_listed_and_strict_is_content(filled: Run) -> None:
    ran = filled("replay", "--strict")
    assert (ran.code, ran.err) == (0, "")
    assert "Acme: form.csv" in ran.out
    assert ran.out.endswith(
        "3 questions in 1 questionnaire compared (1 with an answer of the form's own left out): nothing would change\n"
    )


def test_where_nothing_was_filled_it_says_so_and_makes_no_store(run: Run) -> None:
    assert run("replay").out == "nothing was filled in this workspace yet\n"
    assert not Path(".avow").exists()


def test_a_reworded_answer_is_listed_alone_and_was_answered(filled: Run) -> None:
    edit(LIBRARY, "Card data is handled by", "Card data goes to")
    change = only_change(filled)
    assert change["question"] == "Are you certified under PCI DSS?"
    assert (change["before"]["outcome"], change["after"]["outcome"]) == ("answered", "review")
    assert change["why"] == ["approval-void"]
    assert (change["retracts"], change["same_words"]) == (True, False)
    strict = filled("replay", "--strict")
    assert strict.code == 5
    assert "answered, no, certified → review, no, certified" in strict.out
    assert "approval-void: " in strict.out


def test_a_reworded_answer_that_is_approved_again_is_another_text(filled: Run) -> None:
    edit(LIBRARY, "Card data is handled by", "Card data goes to")
    assert filled("approve", "certified", "--as", "Dana Okafor").code == 0
    change = only_change(filled)
    assert (change["before"]["outcome"], change["after"]["outcome"]) == ("answered", "answered")
    assert (change["source_changed"], change["same_words"], change["why"]) == (True, False, [])
    assert filled("replay", "--strict").code == 5


def test_the_same_words_on_another_basis_are_listed_and_not_taken_back(filled: Run) -> None:
    edit(LIBRARY, 'verdict: "no"', 'owner: Head of Payments\n    verdict: "no"')
    assert filled("approve", "certified", "--as", "Dana Okafor").code == 0
    change = only_change(filled)
    assert (change["source_changed"], change["same_words"], change["retracts"]) == (True, True, False)
    strict = filled("replay", "--strict")
    assert strict.code == 0
    assert "the same words, on another basis" in strict.out


def test_a_newer_status_that_turns_a_yes_into_a_review_is_listed(filled: Run) -> None:
    assert filled("status", "rest", "--set", "partial").code == 0
    change = only_change(filled)
    assert change["question"] == "Is customer data encrypted at rest?"
    assert (change["before"]["outcome"], change["before"]["verdict"]) == ("answered", "yes")
    assert change["after"]["outcome"] == "review"
    assert {"overclaim", "approval-void"} <= set(change["why"])


def test_time_alone_can_take_an_answer_back(filled: Run) -> None:
    change = only_change(filled, day="2027-05-02")
    assert (change["after"]["outcome"], change["why"]) == ("review", ["answer-overdue"])


def test_a_gap_the_library_can_answer_now_is_listed_without_alarm(filled: Run) -> None:
    LIBRARY.write_text(LIBRARY.read_text(encoding="utf-8") + SUBMARINE, encoding="utf-8")
    assert filled("approve", "submarine", "--as", "Dana Okafor").code == 0
    change = only_change(filled)
    assert (change["before"]["outcome"], change["after"]["outcome"]) == ("gap", "answered")
    assert filled("replay", "--strict").code == 0


def test_nothing_is_written_to_the_store(filled: Run) -> None:
    edit(LIBRARY, "Card data is handled by", "Card data goes to")
    before = Path(".avow/work.db").read_bytes()
    assert replayed(filled)["summary"]["changed"] == 1
    assert Path(".avow/work.db").read_bytes() == before


def test_engagements_are_chosen_by_id_and_by_customer(filled: Run) -> None:
    assert filled("fill", "form.csv", "--customer", "Globex", "--out", "b").code == 0
    both = [one["engagement"] for one in replayed(filled)["engagements"]]
    assert [one["customer"] for one in both] == ["Acme", "Globex"]
    assert [one["engagement"]["id"] for one in replayed(filled, both[1]["id"])["engagements"]] == [
        both[1]["id"]
    ]
    assert [one["engagement"]["id"] for one in replayed(filled, "--customer", "acme")["engagements"]] == [
        both[0]["id"]
    ]
    unknown = filled("replay", "0123")
    assert (unknown.code, unknown.out) == (2, "")
    assert "there is no engagement '0123'" in unknown.err
    assert filled("replay", "--customer", "Initech").code == 2


def test_what_a_person_marked_or_reworded_stays_theirs(filled: Run) -> None:
    decide(
        filled, "Do you own a submarine?", DECISION="edit", REVIEWER="Dana Okafor", YOUR_VERDICT="no",
        YOUR_ANSWER="No. We prefer boats.",
    )  # fmt: skip
    assert replayed(filled)["summary"]["changed"] == 0


def test_what_a_person_decided_is_listed_where_its_basis_changed(filled: Run) -> None:
    decide(
        filled, "Do you own a submarine?", DECISION="edit", REVIEWER="Dana Okafor", YOUR_VERDICT="no",
        YOUR_ANSWER="No. We prefer boats.",
    )  # fmt: skip
    edit(Path("answer_library/reviewed.yaml"), "We prefer boats", "We prefer rafts")
    change = only_change(filled)
    assert (change["decided_by"], change["after"]["outcome"], change["retracts"]) == (
        "Dana Okafor",
        "review",
        True,
    )
    assert "approval basis changed: Dana Okafor decided" in filled("replay").out


def test_a_follow_up_is_read_with_its_main_question(run: Run) -> None:
    form = 'ID,Question,Answer\r\n1,Is customer data encrypted at rest?,\r\n2,"If no, please explain.",\r\n'
    Path("form.csv").write_text(form, encoding="utf-8")
    assert run("fill", "form.csv", "--out", "a").code == 0
    with sqlite3.connect(".avow/work.db") as store:
        assert store.execute("SELECT parent, reasons FROM rows WHERE question LIKE 'If no%'").fetchall() == [
            ("2:2", '["skipped-by-form"]')
        ]
    assert replayed(run)["summary"]["changed"] == 0


def test_a_record_of_an_older_avow_is_brought_up_and_said_to_be_read_without_main_questions(
    filled: Run,
) -> None:
    with sqlite3.connect(".avow/work.db") as store:
        store.execute("ALTER TABLE rows DROP COLUMN parent")
        store.execute("ALTER TABLE engagements DROP COLUMN part_of")
        store.execute("UPDATE alembic_version SET version_num = '0002'")
    ran = filled("replay")
    assert (ran.code, "recorded by an older Avow" in ran.err) == (0, True)
    assert "nothing would change" in ran.out
