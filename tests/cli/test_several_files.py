"""Several files filled as one engagement: one answer a question, one file's refusal not the others', nothing overwritten."""

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from avow.store.repository import WorkStore
from program import Ran, Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
REST = "Is customer data encrypted at rest?"
CARDS = "Are you certified under PCI DSS?"
# Near enough to be proposed, not near enough to be written.
NEARLY = "Is customer data encrypted at rest with AES-128?"
FIRST = f"ID,Question,Answer,Comment\r\n1,{REST},,\r\n2,{CARDS},,\r\n3,{NEARLY},,\r\n"
SECOND = (
    f"ID,Question,Answer,Comment\r\nx,Do you own a submarine?,,\r\ny,{NEARLY},,\r\nz,{REST.upper()},,\r\n"
)


@pytest.fixture
def space(tree: Tree, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tree({**FILES, "first.csv": FIRST, "second.csv": SECOND})
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", root).code == 0
    monkeypatch.chdir(root)
    return root


def fill(run: Run, *arguments: object) -> Ran:
    return run("fill", *arguments, "--customer", "Meridian Bank")


def rows(space: Path, stem: str) -> dict[str, dict[str, Any]]:
    said = json.loads((space / "avow-out" / f"{stem}.report.json").read_text(encoding="utf-8"))
    return {row["cell"]: row for row in said["rows"]}


def decide(review: Path, question: str, **said: str) -> None:
    """Fill in the decision on one question, in the workbook itself."""
    book = openpyxl.load_workbook(review)
    sheet = book["Review"]
    column = {cell.value: cell.column for cell in sheet[1]}
    (row,) = [
        one for one in range(2, sheet.max_row + 1) if sheet.cell(one, column["Question"]).value == question
    ]
    for name, text in {"Reviewer": "Kim", **said}.items():
        sheet.cell(row, column[name]).value = text
    book.save(review)


# ── one run over all ───────────────────────────────────────────────────────────────────────────


def test_each_file_gets_its_own_outputs_and_all_get_one_summary(run: Run, space: Path) -> None:
    ran = fill(run, "first.csv", "second.csv")
    assert (ran.code, ran.err) == (0, "")
    names = {path.name for path in (space / "avow-out").iterdir()}
    for stem in ("first", "second"):
        assert {
            f"{stem}.filled.csv",
            f"{stem}.report.json",
            f"{stem}.report.html",
            f"{stem}.gaps.csv",
        } <= names
        assert f"{stem}.review.xlsx" in names
    assert {"avow-summary.html", "avow-summary.json"} <= names
    said = json.loads((space / "avow-out/avow-summary.json").read_text(encoding="utf-8"))
    assert said["summary"] == {"rows": 8, "answered": 3, "review": 2, "gap": 1, "ignored": 2}
    assert [one["summary"]["answered"] for one in said["files"]] == [2, 1]
    for outcome, count in said["summary"].items():
        assert count == sum(one["summary"][outcome] for one in said["files"])
    assert "2 files for Meridian Bank" in ran.out
    assert "2 questions are in several files; 1 of them answered, the same way everywhere." in ran.out
    page = (space / "avow-out/avow-summary.html").read_text(encoding="utf-8")
    assert REST in page
    assert "<script" not in page


def test_what_is_printed_as_json_is_the_summary_of_all(run: Run, space: Path) -> None:
    said = json.loads(fill(run, "first.csv", "second.csv", "--json").out)
    assert set(said) >= {"summary", "files", "refused", "shared", "engagement", "outputs"}
    shared = {one["question"]: one for one in said["shared"]}
    assert set(shared) == {REST, NEARLY}
    assert (shared[REST]["answered"], shared[REST]["answers"]) == (True, 1)
    assert [one["cell"] for one in shared[REST]["places"]] == ["2:2", "4:2"]
    assert Path(said["outputs"]["html"]).is_file()


def test_one_file_is_what_it_was(run: Run, space: Path) -> None:
    said = json.loads(fill(run, "first.csv", "--json").out)
    assert set(said) == {"summary", "files", "engagement"}
    assert not list((space / "avow-out").glob("avow-summary.*"))


def test_a_file_named_twice_is_filled_once(run: Run, space: Path) -> None:
    said = json.loads(fill(run, "first.csv", space / "first.csv", "--json").out)
    assert said["summary"]["rows"] == 4


def test_the_next_command_that_is_printed_runs(run: Run, space: Path) -> None:
    import shlex

    ran = fill(run, "first.csv", "second.csv")
    command = shlex.split(ran.out.rstrip().splitlines()[-1])
    assert command[:2] == ["avow", "fill"]
    assert run(*command[1:]).code == 0


# ── refused files ──────────────────────────────────────────────────────────────────────────────


def test_a_refused_file_does_not_lose_the_others(run: Run, space: Path) -> None:
    (space / "broken.csv").write_bytes(b'ID,Question\r\n1,"Is it?\r\n')
    ran = fill(run, "broken.csv", "first.csv", "second.csv", "--json")
    assert ran.code == 4
    (line,) = ran.err.splitlines()
    assert "broken.csv" in line
    assert "[csv-unbalanced-quote]" in line
    said = json.loads(ran.out)
    assert [one["reason"] for one in said["refused"]] == ["csv-unbalanced-quote"]
    assert [one["name"] for one in said["files"]] == ["first.csv", "second.csv"]
    assert rows(space, "second")["4:2"]["outcome"] == "answered"
    assert "broken.csv" in (space / "avow-out/avow-summary.html").read_text(encoding="utf-8")
    assert "not filled: broken.csv: " in fill(run, "broken.csv", "first.csv").out


def test_where_all_are_refused_nothing_is_written(run: Run, space: Path) -> None:
    (space / "empty.csv").write_bytes(b"")
    ran = fill(run, "empty.csv", "nowhere.csv")
    assert ran.code == 4
    assert len(ran.err.splitlines()) == 2
    assert not (space / "avow-out").exists()


def test_a_refusal_counts_more_than_open_rows(run: Run, space: Path) -> None:
    assert fill(run, "first.csv", "second.csv", "--strict").code == 5
    assert fill(run, "first.csv", "nowhere.csv", "--strict").code == 4


def test_results_somebody_edited_stop_the_run_before_anything_is_written(run: Run, space: Path) -> None:
    assert fill(run, "second.csv").code == 0
    (space / "avow-out/second.filled.csv").write_text("mine\n", encoding="utf-8")
    ran = fill(run, "first.csv", "second.csv")
    assert ran.code == 2
    assert "second.filled.csv was edited" in ran.err
    assert not (space / "avow-out/first.filled.csv").exists()


# ── names ──────────────────────────────────────────────────────────────────────────────────────


def test_two_files_of_one_name_keep_their_own_outputs(run: Run, space: Path) -> None:
    for folder, text in (("a", FIRST), ("b", SECOND)):
        (space / folder).mkdir()
        (space / folder / "form.csv").write_bytes(text.encode())
    for order in (("a", "b"), ("b", "a")):  # the second time each finds its own again
        assert fill(run, *(f"{one}/form.csv" for one in order), "--out", "avow-out").code == 0
        assert rows(space, "form")["3:2"]["question"] == CARDS
        assert rows(space, "form-csv")["3:2"]["question"] == NEARLY
    assert {path.name for path in (space / "avow-out").glob("*.filled.csv")} == {
        "form.filled.csv",
        "form-csv.filled.csv",
    }


def test_two_formats_of_one_name_keep_their_own_outputs_also_one_by_one(run: Run, space: Path) -> None:
    (space / "first.tsv").write_bytes(SECOND.replace(",", "\t").encode())
    assert fill(run, "first.csv").code == 0
    assert fill(run, "first.tsv").code == 0
    assert rows(space, "first")["3:2"]["question"] == CARDS
    assert rows(space, "first-tsv")["3:2"]["question"] == NEARLY
    assert (space / "avow-out/first-tsv.filled.tsv").is_file()


def test_without_a_folder_named_each_result_lies_beside_its_file(run: Run, space: Path) -> None:
    (space / "b").mkdir()
    (space / "b/first.csv").write_bytes(SECOND.encode())
    assert fill(run, "first.csv", "b/first.csv").code == 0
    assert (space / "avow-out/first.filled.csv").is_file()
    assert (space / "b/avow-out/first.filled.csv").is_file()
    assert (space / "avow-out/avow-summary.json").is_file()


# ── one answer a question ──────────────────────────────────────────────────────────────────────


def test_a_decision_holds_for_the_same_question_in_the_other_file(run: Run, space: Path) -> None:
    fill(run, "first.csv", "second.csv")
    review = space / "avow-out/first.review.xlsx"
    decide(review, NEARLY, Decision="accept")
    ran = fill(run, "first.csv", "second.csv", "--review", review)
    assert (ran.code, ran.err) == (0, "")
    for stem, cell in (("first", "4:2"), ("second", "3:2")):
        row = rows(space, stem)[cell]
        assert (row["outcome"], row["approved_by"]) == ("answered", "Kim")
    with WorkStore.in_workspace(space) as store:
        noted = [each.decision for one in store.engagements() for each in store.decisions(one.id)]
    assert sorted(one.note for one in noted) == ["", "as decided in first.csv, 4:2"]


def test_a_rewording_becomes_one_library_answer_for_all_files(run: Run, space: Path) -> None:
    fill(run, "first.csv", "second.csv")
    review = space / "avow-out/second.review.xlsx"
    said = {"Decision": "edit", "Your verdict": "no", "Your answer": "No. We hold the keys for all tenants."}
    decide(review, NEARLY, **said)
    assert fill(run, "first.csv", "second.csv", "--review", review).err == ""
    first, second = rows(space, "first")["4:2"], rows(space, "second")["3:2"]
    assert first["text"] == second["text"] == said["Your answer"]
    assert first["citations"] == second["citations"]
    reviewed = (space / "answer_library/reviewed.yaml").read_text(encoding="utf-8")
    assert reviewed.count("- id:") == 1


def test_decisions_that_differ_between_files_are_not_both_taken(run: Run, space: Path) -> None:
    fill(run, "first.csv", "second.csv")
    reviews = [space / f"avow-out/{stem}.review.xlsx" for stem in ("first", "second")]
    decide(reviews[0], NEARLY, Decision="accept")
    decide(reviews[1], NEARLY, Decision="choose", **{"Answer id": "certified"})
    ran = fill(run, "first.csv", "second.csv", "--review", reviews[0], "--review", reviews[1])
    assert (
        "decision not taken: second.csv: 3:2: the same question is answered otherwise in first.csv, 4:2"
        in ran.err
    )
    assert rows(space, "first")["4:2"]["outcome"] == "answered"
    row = rows(space, "second")["3:2"]
    assert (row["outcome"], row["reasons"]) == ("review", ["weak-match", "earlier-row-contradicted"])
    assert row["contradicts"] == "first.csv, 4:2"
    assert row["written"] == []
    assert "has two answers, decide one" in ran.out


def test_a_review_workbook_of_none_of_the_files_is_refused(run: Run, space: Path) -> None:
    fill(run, "first.csv")
    (space / "other.csv").write_text("ID,Question,Answer\r\n1,Do you own a yacht?,\r\n", encoding="utf-8")
    review = space / "avow-out/first.review.xlsx"
    ran = fill(run, "second.csv", "other.csv", "--review", review)
    assert ran.code == 2
    assert "its rows are in none of these files" in ran.err


# ── what is recorded ───────────────────────────────────────────────────────────────────────────


def test_files_filled_together_are_one_engagement_that_replays_as_one(run: Run, space: Path) -> None:
    said = json.loads(fill(run, "first.csv", "second.csv", "--json").out)
    first, second = (one["engagement"] for one in said["files"])
    assert said["engagement"] == first != second
    whole = json.loads(run("replay", first, "--json").out)
    assert [one["engagement"]["source_name"] for one in whole["engagements"]] == ["first.csv", "second.csv"]
    assert whole["summary"]["changed"] == 0
    part = json.loads(run("replay", second, "--json").out)
    assert [one["engagement"]["source_name"] for one in part["engagements"]] == ["second.csv"]


def test_filled_alone_again_a_file_stays_with_the_others_and_keeps_its_decisions(
    run: Run, space: Path
) -> None:
    fill(run, "first.csv", "second.csv")
    review = space / "avow-out/second.review.xlsx"
    decide(review, NEARLY, Decision="accept")
    fill(run, "first.csv", "second.csv", "--review", review)
    fill(run, "second.csv")
    assert rows(space, "second")["3:2"]["outcome"] == "answered"
    (space / "third.csv").write_text("ID,Question,Answer\r\n1,Do you own a yacht?,\r\n", encoding="utf-8")
    fill(run, "third.csv", "second.csv")  # a file that comes late joins them
    with WorkStore.in_workspace(space) as store:
        known = {one.source_name: one for one in store.engagements()}
        told = store.commitments()
    assert {one.part_of for one in known.values()} == {known["first.csv"].id}
    rows_told = [(one.engagement, str(one.address)) for one in told]
    assert len(rows_told) == len(set(rows_told)) == 5


def test_a_decision_carried_to_another_file_is_replayed_as_it_was_decided(run: Run, space: Path) -> None:
    fill(run, "first.csv", "second.csv")
    review = space / "avow-out/second.review.xlsx"
    decide(review, NEARLY, Decision="edit", **{"Your verdict": "no", "Your answer": "No. We hold the keys."})
    fill(run, "first.csv", "second.csv", "--review", review)
    said = json.loads(run("replay", "--json").out)
    changed = [change["question"] for one in said["engagements"] for change in one["changes"]]
    assert NEARLY not in changed
