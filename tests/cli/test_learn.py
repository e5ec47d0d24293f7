"""`avow learn`: what is learned, proposed, disputed and held, for people and for programs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from program import Ran, Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
REST = "Is customer data encrypted at rest?"
HEAD = "Ref,Question,Answer,Comment\r\n"


@pytest.fixture
def space(tree: Tree, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tree(FILES)
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", root).code == 0
    monkeypatch.chdir(root)
    return root


def learn(run: Run, rows: str, *options: object, name: str = "last.csv") -> tuple[Ran, dict[str, Any]]:
    Path(name).write_bytes((HEAD + rows).encode())
    ran = run("learn", name, "--json", *options)
    (said,) = json.loads(ran.out)
    return ran, said


def library(space: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (space / "answer_library").iterdir()}


def test_a_contradiction_shows_both_answers_and_changes_nothing(run: Run, space: Path) -> None:
    before = library(space)
    ran, said = learn(run, f"1,{REST},No,Only in the EU.\r\n")
    assert (ran.code, said["learned"]) == (0, [])
    (one,) = said["contradictions"]
    assert (one["cell"], one["differs"], one["verdict"]) == ("2:2", "verdict no / yes", "no")
    assert one["against"] == {
        "answer": "encrypted",
        "verdict": "yes",
        "text": "Yes. All stored customer data is encrypted with AES-256.",
    }
    assert library(space) == before
    shown = run("learn", "last.csv").out
    assert "last.csv:2:2: No. Only in the EU." in shown
    assert "encrypted: Yes. All stored customer data" in shown


def test_another_number_for_the_same_thing_is_a_contradiction(run: Run, space: Path) -> None:
    learn(
        run,
        "1,How long are audit logs kept?,Audit logs are kept for 90 days.,\r\n",
        "--approve",
        "--as",
        "Dana",
    )
    _, said = learn(
        run, "1,For how long are audit logs kept?,Audit logs are kept for 30 days.,\r\n", name="new.csv"
    )
    assert said["learned"] == []
    assert [one["differs"] for one in said["contradictions"]] == ["number 30 days / 90 days"]


def test_nearly_the_same_question_with_the_same_answer_is_proposed_as_a_phrasing(
    run: Run, space: Path
) -> None:
    before = library(space)
    question = "Is the data of customers encrypted at rest?"
    _, said = learn(run, f"1,{question},Yes,It is encrypted.\r\n")
    assert (said["learned"], said["contradictions"]) == ([], [])
    assert said["phrasings"] == [{"cell": "2:2", "question": question, "answer": "encrypted"}]
    assert library(space) == before
    ran = run("learn", "last.csv", "--phrasings", "--as", "Kim")
    assert "kept by Kim" in ran.out
    lessons = (space / "answer_library/lessons.yaml").read_text(encoding="utf-8")
    assert question in lessons
    assert "by: Kim" in lessons
    # The approval is of the answer's own words, and holds.
    asked = json.loads(run("ask", question, "--json").out)
    assert (asked["outcome"], asked["recommendation"]) == ("answered", "strong")
    _, again = learn(run, f"1,{question},Yes,It is encrypted.\r\n")
    assert (again["learned"], again["phrasings"]) == ([], [])
    assert again["held"][0]["why"] == "the library has this question: encrypted says the same"


def test_phrasings_need_a_person(run: Run, space: Path) -> None:
    Path("last.csv").write_bytes(HEAD.encode())
    for options in (["--phrasings"], ["--as", "Kim"]):
        assert run("learn", "last.csv", *options).code == 2


def test_the_customers_named_and_those_of_earlier_engagements_are_held(run: Run, space: Path) -> None:
    (space / "form.csv").write_text("ID,Question,Answer\r\n1,Do you own a yacht?,\r\n", encoding="utf-8")
    assert run("fill", "form.csv", "--customer", "Meridian Bank").code == 0
    rows = (
        "1,Are tapes shredded?,Yes,Zeta Mutual asked for it.\r\n"
        "2,Are disks wiped?,Yes,As agreed with Meridian Bank.\r\n"
        "3,Are keys kept apart?,Yes,By two people.\r\n"
    )
    _, said = learn(run, rows, "--customer", "Zeta Mutual")
    assert [one["cell"] for one in said["learned"]] == ["4:2"]
    held = {one["cell"]: one["why"] for one in said["held"]}
    assert "'Zeta Mutual', a customer" in held["2:2"]
    assert "'Meridian Bank', a customer" in held["3:2"]


def test_a_supplier_may_be_named_where_a_person_allows_it(run: Run, space: Path) -> None:
    rows = "1,Are tapes shredded?,Yes,By Umbrella Shredding Ltd. each month.\r\n"
    _, said = learn(run, rows)
    assert (said["learned"], len(said["held"])) == ([], 1)
    _, said = learn(run, rows, "--allow", "Umbrella Shredding")
    assert len(said["learned"]) == 1


def test_what_is_learned_says_where_from_and_on_which_control_it_rests(run: Run, space: Path) -> None:
    _, said = learn(run, "T-1,Are backups in place?,Yes,Each night.\r\n", "--approve", "--as", "Dana")
    assert said["learned"] == [
        {
            "answer": "t-1",
            "approved": True,
            "verdict_assumed": False,
            "cell": "2:2",
            "question": "Are backups in place?",
            "verdict": "yes",
            "text": "Yes. Each night.",
            "controls": said["learned"][0]["controls"],
        }
    ]


def test_words_that_say_neither_yes_nor_no_are_not_approved_with_the_rest(run: Run, space: Path) -> None:
    rows = "1,Are tapes shredded?,A contractor takes them.,\r\n2,Are disks wiped?,No,\r\n"
    _, said = learn(run, rows, "--approve", "--as", "Dana")
    assert [(one["approved"], one["verdict_assumed"]) for one in said["learned"]] == [
        (False, True),
        (True, False),
    ]
    asked = json.loads(run("ask", "Are tapes shredded?", "--json").out)
    assert "not-approved" in asked["reasons"]


def test_a_refused_file_does_not_keep_the_others_from_being_learned(run: Run, space: Path) -> None:
    Path("good.csv").write_bytes((HEAD + "1,Are disks wiped?,No,\r\n").encode())
    ran = run("learn", "nowhere.csv", "good.csv")
    assert ran.code == 4
    assert "nowhere.csv" in ran.err
    assert "good.csv: 1 answer learned, as drafts" in ran.out


def test_a_second_file_is_held_against_the_first_of_the_same_run(run: Run, space: Path) -> None:
    Path("a.csv").write_bytes((HEAD + "1,Are disks wiped?,No,\r\n").encode())
    Path("b.csv").write_bytes((HEAD + "1,Are disks wiped?,Yes,\r\n").encode())
    first, second = json.loads(run("learn", "a.csv", "b.csv", "--json").out)
    assert len(first["learned"]) == 1
    assert (second["learned"], second["contradictions"][0]["differs"]) == ([], "verdict yes / no")


def test_the_summary_for_people_is_short_and_says_what_to_do_next(run: Run, space: Path) -> None:
    rows = "".join(f"{one},Is machine {one} of kind {one * 7} painted?,No,\r\n" for one in range(40))
    rows += "".join(f"x{one},Is door {one} of hall {one * 7} locked?,TBD,\r\n" for one in range(40))
    rows += "y,Are backups in place?,Yes,Each night.\r\n"
    Path("long.csv").write_bytes((HEAD + rows).encode())
    ran = run("learn", "long.csv")
    lines = ran.out.splitlines()
    assert lines[0] == "long.csv: 41 answers learned, as drafts"
    assert len(lines) < 25
    assert "… and 28 more; see --json" in ran.out
    assert lines[-1].startswith("Next: ")
