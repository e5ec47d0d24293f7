"""A form made a known one by hand, and recognised when it comes again."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from avow.library.starting import start_workspace
from program import Run
from small_company import TODAY

ROWS = [
    ("Supplier form", "", "", ""),
    ("Nr", "Zeta", "Eta", "Theta"),
    ("S-1", "Is customer data encrypted at rest?", "", ""),
    ("S-2", "Is MFA enforced for all staff?", "", ""),
    ("S-3", "Are backups tested?", "", ""),
    ("S-4", "Are access rights reviewed?", "", ""),
]
COLUMNS = ("--question", "B", "--answer", "D", "--ref", "A", "--header-row", "2")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    start_workspace(tmp_path / "home", company=None, bare=False, on=TODAY)
    monkeypatch.chdir(tmp_path / "home")
    book = Workbook()
    page = book.active
    assert page is not None
    for row in ROWS:
        page.append(row)
    book.save("form.xlsx")
    page.insert_cols(1)
    page.cell(3, 4).value = "noted by a colleague"
    page.title = "Renamed"
    book.create_sheet("Cover", 0)["A1"] = "Please answer soon."
    book.save("again.xlsx")
    return tmp_path / "home"


def test_a_saved_profile_is_recognised_in_a_changed_copy_and_reported(home: Path, run: Run) -> None:
    assert "recognised" not in run("inspect", "again.xlsx").out
    saved = run(
        "inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme", "--form-version", "2026", "--form-title", "Acme's form"
    )  # fmt: skip
    assert saved.code == 0
    assert "forms/acme-2026.yaml" in saved.err
    assert run("check").code == 0
    shown = run("inspect", "again.xlsx").out
    assert "recognised as Acme's form, version 2026\n" in shown
    assert "ids like S-#: Acme's form 2026" in shown
    assert "header row 2; question C, answer E, ref B" in shown

    assert run("fill", "again.xlsx", "--out", "out").code == 0
    report = json.loads(Path("out/again.report.json").read_bytes())
    assert report["source"]["form"] == {
        "id": "acme", "version": "2026", "title": "Acme's form", "match": "exact", "likeness": 1.0
    }  # fmt: skip
    assert {cell["cell"][0] for row in report["rows"] for cell in row["written"]} == {"E"}
    assert "s form, version 2026</dd>" in Path("out/again.report.html").read_text(encoding="utf-8")


def test_what_a_profile_says_by_json(home: Path, run: Run) -> None:
    run("inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme")
    body = json.loads(run("inspect", "again.xlsx", "--json").out)
    assert body["form"]["id"] == "acme"
    assert body["form"]["ids"] == [{"pattern": "S-#", "standard": "acme", "version": "1"}]


def test_columns_set_now_or_remembered_win_over_the_profiles(home: Path, run: Run) -> None:
    run("inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme")
    other = ("--sheet", "Renamed", "--question", "C", "--answer", "D", "--header-row", "2")
    assert "answer D" in run("inspect", "again.xlsx", *other).out
    assert run("fill", "again.xlsx", "--out", "out", *other, "--ref", "B").code == 0
    shown = run("inspect", "again.xlsx").out
    assert "answer D" in shown
    assert "recognised as acme, version 1" in shown


def test_an_answer_learned_from_a_known_form_says_so(home: Path, run: Run) -> None:
    run("inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme", "--form-version", "2026")
    book = load_workbook("again.xlsx")
    book["Renamed"].cell(6, 5).value = "Yes. Every quarter, by the owner of each system."
    book["Renamed"].cell(6, 3).value = "Are the rooms with the generators locked?"
    book.save("answered.xlsx")
    assert run("learn", "answered.xlsx").code == 0
    learned = next(Path("answer_library").glob("learned-*.yaml")).read_text(encoding="utf-8")
    assert "form: acme-2026\n" in learned
    assert "ref: S-4\n" in learned
    assert run("check").code == 0


def test_saving_again_renews_the_fingerprint_and_keeps_what_people_wrote(home: Path, run: Run) -> None:
    run("inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme")
    file = Path("forms/acme-1.yaml")
    text = file.read_text(encoding="utf-8")
    edited = text.replace("title: acme", "title: The form of Acme  # the buyer").replace(
        "questions:", "skip:\n  - {ref: S-2, why: asked elsewhere}\nquestions:"
    )
    file.write_text(edited, encoding="utf-8")
    book = load_workbook("again.xlsx")
    book["Renamed"].append(("", "S-5", "Are leavers' accounts closed?"))
    book.save("next.xlsx")
    assert "like version 1 (80 %" in run("inspect", "next.xlsx").out
    assert run("inspect", "next.xlsx", "--save-profile", "acme").code == 0
    renewed = file.read_text(encoding="utf-8")
    head, _, tail = renewed.partition("questions:")
    assert head == edited.partition("questions:")[0]
    assert tail.startswith(" 5\n")
    shown = run("inspect", "next.xlsx", "--rows").out
    assert "recognised as The form of Acme, version 1\n" in shown
    assert "answer E" in shown
    assert "skipped-by-form  Is MFA" in shown
    assert run("check").code == 0


def test_saving_under_the_name_of_another_form_is_refused(home: Path, run: Run) -> None:
    run("inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme")
    before = Path("forms/acme-1.yaml").read_bytes()
    book = load_workbook("form.xlsx")
    for row in range(3, 7):
        book.active.cell(row, 2).value = f"Is the room {row} locked at night?"
    book.save("other.xlsx")
    ran = run("inspect", "other.xlsx", *COLUMNS, "--save-profile", "acme")
    assert ran.code == 2
    assert "another form" in ran.err
    assert Path("forms/acme-1.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--save-profile", "../up"), "id"),
        (("--save-profile", "acme", "--question", "B", "--answer", "D"), "--header-row"),
    ],
)
def test_a_profile_that_cannot_be_made_is_refused_and_nothing_is_written(
    home: Path, run: Run, words: tuple[str, ...], said: str
) -> None:
    before = sorted(path.name for path in Path("forms").iterdir())
    ran = run("inspect", "form.xlsx", *words)
    assert ran.code == 3
    assert said in ran.err
    assert sorted(path.name for path in Path("forms").iterdir()) == before


def test_the_source_is_not_touched_by_saving_a_profile(home: Path, run: Run) -> None:
    before = Path("form.xlsx").read_bytes()
    run("inspect", "form.xlsx", *COLUMNS, "--save-profile", "acme")
    assert Path("form.xlsx").read_bytes() == before
    assert load_workbook("form.xlsx").sheetnames == ["Sheet"]
