"""`avow gaps`: the register of a workspace, over days and through people's hands."""

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from avow.model.gap_columns import SHEET_NAME, Column
from program import Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
FORM = (
    "ID,Question,Answer,Comment\r\n1,Is customer data encrypted at rest?,,\r\n2,Do you own a submarine?,,\r\n"
    "3,Are backups made?,,\r\n"
)


@pytest.fixture
def run(program: Run, monkeypatch: pytest.MonkeyPatch, tree: Tree) -> Run:
    """The program in this process, in a workspace of the small company."""
    root = tree({**FILES, "form.csv": FORM, "other.csv": FORM.replace("Do you own", "do you OWN")})
    shutil.copytree(ROOT / "templates", root / "templates")
    monkeypatch.chdir(root)
    assert program("approve", "--all", "--as", "Dana Okafor").code == 0
    return program


@pytest.fixture
def filled(run: Run) -> Run:
    """Two customers have asked."""
    assert run("fill", "form.csv", "--customer", "Acme", "--due", "2026-12-01", "--out", "a").code == 0
    assert run("fill", "other.csv", "--customer", "Globex", "--out", "b").code == 0
    return run


def listed(run: Run, *arguments: object, day: str = "2026-11-23") -> list[dict[str, Any]]:
    ran = run("gaps", "--json", *arguments, day=day)
    assert (ran.code, ran.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(ran.out)["gaps"]
    return found


def gap_of(run: Run, reason: str, *arguments: object, day: str = "2026-11-23") -> dict[str, Any]:
    (found,) = [one for one in listed(run, *arguments, day=day) if one["reason"] == reason]
    return found


def edit(path: Path, identifier: str, **cells: object) -> None:
    """What a person does to a row of the register in a spreadsheet."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET_NAME]
    heads = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[heads.index("Id")].value == identifier)
    for name, value in cells.items():
        row[heads.index(Column[name.upper()].value)].value = value
    book.save(path)


def test_the_register_is_made_without_a_work_store_and_remembers_from_then_on(run: Run) -> None:
    assert not Path(".avow").exists()
    found = listed(run)
    assert {(one["reason"], one["control"]) for one in found} == {
        ("evidence-not-named", "rest"),
        ("review-overdue", "rest"),
        ("control-not-implemented", "backup"),
    }
    assert Path(".avow/work.db").is_file()
    later = gap_of(run, "control-not-implemented", day="2026-12-03")
    assert (later["first_seen"], later["age_days"]) == ("2026-11-23", 10)


def test_where_nothing_can_be_remembered_the_register_is_shown_and_says_so(run: Run) -> None:
    Path(".avow").write_text("in the way")
    ran = run("gaps")
    assert ran.code == 0
    assert "Backups" in ran.out
    assert ran.err.startswith("since when each gap is there is not remembered: ")
    assert len(ran.err.splitlines()) == 1


def test_broken_content_makes_no_store(run: Run) -> None:
    Path("controls/status.yaml").write_text("status: [")
    assert run("gaps").code == 3
    assert not Path(".avow").exists()


def test_a_question_of_two_customers_is_one_gap_that_names_them(filled: Run) -> None:
    gap = gap_of(filled, "no-answer")
    assert gap["subject"] == "Do you own a submarine?"
    assert [(one["customer"], one["due"]) for one in gap["customers"]] == [
        ("Acme", "2026-12-01"),
        ("Globex", None),
    ]
    assert (gap["severity"], gap["severity_rule"]) == (
        "high",
        "a customer waits for the answer within 14 days",
    )


def test_customers_who_wait_for_a_planned_control_stand_at_its_gap(filled: Run) -> None:
    gap = gap_of(filled, "control-not-implemented")
    assert [one["customer"] for one in gap["customers"]] == ["Acme", "Globex"]
    assert gap["due"] == "2027-03-31"


def test_who_was_told_something_that_rests_on_a_gap_stands_at_it(filled: Run) -> None:
    Path("controls/evidence.yaml").write_text(
        FILES["controls/evidence.yaml"].replace("2027-06-30", "2026-11-01")
    )
    Path("controls/status.yaml").write_text(
        "status:\n  - {control: rest, status: implemented, owner: IT, evidence: [report], reviewed_on: 2026-10-01}\n"
    )
    gap = gap_of(filled, "evidence-expired")
    assert (gap["evidence"], gap["severity"]) == ("report", "high")
    assert gap["told"] == ["Acme", "Globex"]
    assert gap["controls"] == ["rest"]


def test_a_file_filled_again_does_not_count_twice(filled: Run) -> None:
    assert filled("fill", "form.csv", "--customer", "Acme", "--due", "2027-06-01", "--out", "a").code == 0
    assert [one["due"] for one in gap_of(filled, "no-answer")["customers"]].count("2027-06-01") == 1
    assert len(gap_of(filled, "no-answer")["customers"]) == 2


def test_a_decision_stays_when_the_register_is_made_anew(filled: Run) -> None:
    name = gap_of(filled, "no-answer")["id"]
    ran = filled("gaps", "--set", name.lower(), "--status", "in-progress", "--owner", "Kim", "--as", "Dana")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{name}: in-progress, owner Kim, due 2026-12-01 (Do you own a submarine?)\n"
    filled("fill", "form.csv", "--customer", "Acme", "--due", "2026-12-20", "--out", "a", "--force")
    gap = gap_of(filled, "no-answer", day="2026-12-05")
    assert (gap["id"], gap["status"], gap["owner"], gap["due"]) == (name, "in-progress", "Kim", "2026-12-20")
    assert (gap["decided_by"], gap["decided_on"]) == ("Dana", "2026-11-23")


def test_accepting_a_risk_needs_a_reason_and_a_day_and_runs_out_on_it(run: Run) -> None:
    name = gap_of(run, "review-overdue")["id"]
    accept = ("gaps", "--set", name, "--status", "risk-accepted", "--as", "Dana")
    refused = run(*accept)
    assert refused.code == 2
    assert refused.err == f"avow: not taken: {name}: accepting a risk needs a note that says why\n"
    assert run(*accept, "--note", "Small", "--due", "2026-11-22").code == 2
    assert run(*accept, "--note", "Small", "--due", "2026-12-31").code == 0
    assert gap_of(run, "review-overdue", day="2026-12-31")["status"] == "risk-accepted"
    assert gap_of(run, "review-overdue", day="2027-01-01")["status"] == "open"


def test_a_gap_closes_by_itself_and_opens_again(run: Run) -> None:
    name = gap_of(run, "control-not-implemented")["id"]
    run("gaps", "--set", name, "--owner", "Kim", "--status", "in-progress", "--as", "Dana")
    planned = Path("controls/status.yaml").read_text()
    Path("controls/status.yaml").write_text(planned.replace("status: planned", "status: not-applicable"))
    assert name not in [one["id"] for one in listed(run, day="2026-11-25")]
    closed = gap_of(run, "control-not-implemented", "--closed", day="2026-11-26")
    assert (closed["status"], closed["found"], closed["closed_on"]) == ("closed", False, "2026-11-25")
    refused = run("gaps", "--set", name, "--status", "open", "--as", "Dana", day="2026-11-26")
    assert (refused.code, "is closed since 2026-11-25" in refused.err) == (2, True)
    Path("controls/status.yaml").write_text(planned)
    again = gap_of(run, "control-not-implemented", day="2026-11-30")
    assert (again["status"], again["owner"], again["first_seen"]) == ("open", "Kim", "2026-11-23")
    assert (again["reopened_on"], again["age_days"]) == ("2026-11-30", 7)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--severity", "high"], {"control-not-implemented", "no-answer"}),
        (
            ["--customer", "globex"],
            {"control-not-implemented", "no-answer", "evidence-not-named", "review-overdue"},
        ),
        (["--customer", "Nobody"], set()),
        (["--control", "backup"], {"control-not-implemented"}),
        (["--framework", "soc2"], {"control-not-implemented", "evidence-not-named", "review-overdue"}),
    ],
)
def test_filters_narrow_the_register(filled: Run, arguments: list[str], said: set[str]) -> None:
    assert {one["reason"] for one in listed(filled, *arguments)} == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--control", "nope"], "there is no control nope"),
        (["--framework", "nope"], "there is no framework nope; there are: soc2"),
        (["--set", "G-X"], "--set needs --status, --owner, --due or --note"),
        (["--set", "G-X", "--owner", "Kim"], "say who decides, with --as PERSON"),
        (["--owner", "Kim"], "--owner needs --set GAP"),
        (["--as", "Kim"], "--as needs --set or --take"),
        (["--take", "x.xlsx"], "say who decides"),
        (["--take", "x.xlsx", "--set", "G-X", "--as", "Kim"], "two jobs"),
        (["--set", "G-X", "--owner", "Kim", "--as", "Dana", "--json"], "show no register"),
        (["--set", "G-X", "--due", "soon", "--as", "Dana"], "is not a date"),
        (["--set", "G-X", "--status", "closed", "--as", "Dana"], "'closed' is not one of"),
        (["--json", "--format", "csv"], "contradict"),
        (["--out", "register.pdf"], "names no format"),
    ],
)
def test_options_that_make_no_sense_say_so(run: Run, arguments: list[str], said: str) -> None:
    ran = run("gaps", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_an_unknown_gap_is_refused_and_the_others_are_decided(run: Run) -> None:
    name = gap_of(run, "review-overdue")["id"]
    ran = run(
        "gaps", "--set", "G-NOPE", "--set", name, "--owner", "Kim", "--due", "2027-01-15", "--as", "Dana"
    )
    assert ran.code == 2
    assert "G-NOPE: there is no gap 'G-NOPE'" in ran.err
    assert gap_of(run, "review-overdue")["due"] == "2027-01-15"
    assert run("gaps", "--set", name, "--due", "none", "--as", "Dana").code == 0
    assert gap_of(run, "review-overdue")["due"] is None


def test_text_and_csv_are_printed_and_files_are_not_replaced_unasked(filled: Run) -> None:
    text = filled("gaps").out
    assert text.startswith("Quillworks: 4 gaps on 2026-11-23: 2 high")
    rows = list(csv.DictReader(io.StringIO(filled("gaps", "--format", "csv").out.lstrip("\ufeff"))))
    assert len(rows) == 4
    assert filled("gaps", "--out", "register.csv").err == "wrote register.csv\n"
    assert Path("register.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    refused = filled("gaps", "--out", "register.csv")
    assert (refused.code, "is there already" in refused.err) == (2, True)
    assert filled("gaps", "--out", "register.csv", "--force").code == 0
    assert filled("gaps", "--out", "deep/register.json").code == 0
    assert json.loads(Path("deep/register.json").read_bytes())["company"] == "Quillworks"
    assert filled("gaps", "--out", "register.txt").code == 0
    assert Path("register.txt").read_text("utf-8") == text


def test_an_edited_workbook_is_taken_back_in(filled: Run) -> None:
    assert filled("gaps", "--format", "xlsx").code == 0
    book = Path("gap-register.xlsx")
    accepted, owned = gap_of(filled, "review-overdue")["id"], gap_of(filled, "no-answer")["id"]
    edit(book, accepted, status="risk-accepted", due=date(2027, 2, 1), note="Small")
    edit(book, owned, owner="Kim Lee", status="In-Progress")
    ran = filled("gaps", "--take", book, "--as", "Dana")
    assert ran == (0, "2 gaps decided by Dana\n", "")
    one, other = gap_of(filled, "review-overdue"), gap_of(filled, "no-answer")
    assert (one["status"], one["due"], one["note"]) == ("risk-accepted", "2027-02-01", "Small")
    assert (other["status"], other["owner"], other["decided_by"]) == ("in-progress", "Kim Lee", "Dana")
    assert filled("gaps", "--take", book, "--as", "Dana").out == "0 gaps decided by Dana\n"


def test_rows_that_cannot_be_taken_are_named_and_the_others_are_kept(filled: Run) -> None:
    filled("gaps", "--out", "r.xlsx")
    names = {one["reason"]: one["id"] for one in listed(filled)}
    book = Path("r.xlsx")
    edit(book, names["review-overdue"], owner="Kim")
    edit(book, names["evidence-not-named"], status="risk-accepted")
    edit(book, names["control-not-implemented"], due="next week")
    edit(book, names["no-answer"], id="G-NOPE", owner="Kim")
    filled("gaps", "--set", names["review-overdue"], "--owner", "Lee", "--as", "Lee")
    ran = filled("gaps", "--take", book, "--as", "Dana")
    assert ran.code == 0
    assert ran.out == "0 gaps decided by Dana\n"
    said = "\n".join(sorted(line.partition(", ")[2] for line in ran.err.splitlines()))
    assert f"{names['review-overdue']}: its status, owner, due date or note changed since" in said
    assert f"{names['evidence-not-named']}: accepting a risk needs a note that says why" in said
    assert f"{names['control-not-implemented']}: the due date 'next week' is not a date" in said
    assert "G-NOPE: there is no such gap" in said
    assert len(ran.err.splitlines()) == 4


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xlsx", b"not a workbook at all", "file-type-mismatch"),
        ("x.csv", FORM.encode(), "is not a gap register"),
        ("none.xlsx", None, "file-missing"),
    ],
)
def test_a_file_that_is_no_register_is_refused(run: Run, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    ran = run("gaps", "--take", name, "--as", "Dana")
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_review_workbook_is_no_register_and_a_register_without_a_column_is_none(filled: Run) -> None:
    review = next(Path("a").glob("*.review.xlsx"))
    assert "it has no sheet 'Gap register'" in filled("gaps", "--take", review, "--as", "Dana").err
    filled("gaps", "--out", "r.xlsx")
    book = openpyxl.load_workbook("r.xlsx")
    next(cell for cell in book[SHEET_NAME][1] if cell.value == "Stamp").value = "Other"
    book.save("r.xlsx")
    ran = filled("gaps", "--take", "r.xlsx", "--as", "Dana")
    assert (ran.code, "the column 'Stamp' is missing" in ran.err) == (4, True)


def test_the_same_day_and_content_give_the_same_bytes(filled: Run) -> None:
    for kind in ("json", "csv", "xlsx"):
        filled("gaps", "--out", f"one.{kind}")
        filled("gaps", "--out", f"two.{kind}")
        assert Path(f"one.{kind}").read_bytes() == Path(f"two.{kind}").read_bytes()
