"""Word questionnaires through the program: filled, decided about, and learned from when they come back."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from docx_files import (
    checkbox,
    control,
    differences,
    document,
    dropdown,
    filled,
    form_field,
    lines,
    numbered,
    p,
    raw,
    read,
    run,
    table,
)
from program import Run

BOX = '<w:checkBox><w:default w:val="0"/></w:checkBox>'
ASKED = {
    "Is MFA enforced for all staff?": "No. Contractors sign in with a password.",
    "Are backups tested every quarter?": "No. They are tested once a year.",
    "Do you keep an inventory of laptops?": "No. Staff use their own devices.",
    "Is card data stored?": "No. A payment provider handles it.",
    "Are visitors escorted in the office?": "No. The office has no visitors.",
    "Is a penetration test done by a third party?": "No. Our own team tests.",
    "Are terminated employees' accounts removed?": "No. They are disabled and kept.",
}


def form(tmp_path: Path) -> Path:
    """One question of each shape."""
    asked = list(ASKED)
    legacy = raw(form_field(BOX, "FORMCHECKBOX"), run(" Yes "), form_field(BOX, "FORMCHECKBOX"), run(" No"))
    inner = (
        p("Vendor questionnaire", '<w:pStyle w:val="Heading1"/>')
        + table(["No", "Question", "Yes", "No", "Comments"], ["1", asked[0], "", "", ""])
        + p("Resilience", '<w:pStyle w:val="Heading1"/>')
        + table(
            ["Question", "Answer", "Comments"],
            [asked[1], "Yes / No / N/A", ""],
            [asked[2], raw(dropdown("Yes", "No")), raw(control("<w:text/>"))],
            [asked[3], raw(checkbox(), run(" Yes "), checkbox(), run(" No")), ""],
            [asked[4], legacy, ""],
            [asked[5], raw(control("<w:text/>")), ""],
        )
        + p("People", '<w:pStyle w:val="Heading1"/>')
        + numbered(asked[6])
        + p()
    )
    return document(tmp_path / "customer.docx", inner)


@pytest.fixture
def workspace(tmp_path: Path, program: Run) -> Path:
    """A bare workspace whose library answers the form."""
    answers = tmp_path / "answers.csv"
    with answers.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Question", "Answer", "Comment"])
        writer.writerows([question, "No", text] for question, text in ASKED.items())
    place = tmp_path / "work"
    assert program("init", "--bare", place, "--company", "Quillworks").code == 0
    assert program("--workspace", place, "learn", answers, "--approve", "--as", "Dana").code == 0
    return place


def report(folder: Path, name: str = "customer") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.report.json").read_text(encoding="utf-8"))
    return found


def written(folder: Path) -> dict[str, str]:
    return {cell["cell"]: cell["value"] for one in report(folder)["rows"] for cell in one.get("written", [])}


def test_every_shape_of_question_is_filled_and_nothing_else_differs(
    tmp_path: Path, workspace: Path, program: Run
) -> None:
    source = form(tmp_path)
    assert program("--workspace", workspace, "fill", source, "--out", tmp_path / "out").code == 0
    done = tmp_path / "out" / "customer.filled.docx"
    assert report(tmp_path / "out")["summary"]["answered"] == len(ASKED)
    assert written(tmp_path / "out") == {
        "table[1]/row[2]/cell[4]": "X",
        "table[1]/row[2]/cell[5]": "No. Contractors sign in with a password.",
        "table[2]/row[2]/cell[2]": "No",
        "table[2]/row[2]/cell[3]": "No. They are tested once a year.",
        "table[2]/row[3]/cell[2]/dropdown[1]": "No",
        "table[2]/row[3]/cell[3]/text[1]": "No. Staff use their own devices.",
        "table[2]/row[4]/cell[2]/checkbox[2]": "X",
        "table[2]/row[4]/cell[3]": "No. A payment provider handles it.",
        "table[2]/row[5]/cell[2]/checkbox[2]": "X",
        "table[2]/row[5]/cell[3]": "No. The office has no visitors.",
        "table[2]/row[6]/cell[2]/text[1]": "No",
        "table[2]/row[6]/cell[3]": "No. Our own team tests.",
        "paragraph[4]/answer": "No. They are disabled and kept.",
    }
    assert differences(source, done, list(written(tmp_path / "out"))) == []
    assert [one.place.existing[:2] for one in read(done).questions] == ["No"] * len(ASKED)


def test_a_filled_form_teaches_the_library_what_it_said(
    tmp_path: Path, workspace: Path, program: Run
) -> None:
    source, fresh = form(tmp_path), tmp_path / "fresh"
    program("--workspace", workspace, "fill", source, "--out", tmp_path / "out")
    assert program("init", "--bare", fresh, "--company", "Quillworks").code == 0
    learned = program(
        "--workspace", fresh, "learn", tmp_path / "out" / "customer.filled.docx", "--approve", "--as", "Dana"
    )
    assert learned.code == 0, learned.err
    assert program("--workspace", fresh, "fill", source, "--out", tmp_path / "again").code == 0
    assert written(tmp_path / "again") == written(tmp_path / "out")


def test_a_row_a_person_decided_is_written_in_its_place(
    tmp_path: Path, workspace: Path, program: Run
) -> None:
    from openpyxl import load_workbook

    inner = table(
        ["Question", "Answer"],
        ["Is MFA required of staff working from home?", ""],
        ["Is card data stored?", ""],
    )
    source = document(tmp_path / "customer.docx", inner)
    program("--workspace", workspace, "fill", source, "--out", tmp_path / "out")
    assert report(tmp_path / "out")["summary"]["review"] == 1
    book = load_workbook(tmp_path / "out" / "customer.review.xlsx")
    sheet = book["Review"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Decision"], "accept")
    sheet.cell(2, columns["Reviewer"], "Dana")
    book.save(tmp_path / "decided.xlsx")
    again = program(
        "--workspace",
        workspace,
        "fill",
        source,
        "--out",
        tmp_path / "out",
        "--review",
        tmp_path / "decided.xlsx",
    )
    assert again.code == 0, again.err
    assert len(written(tmp_path / "out")) == 2
    assert "No. Contractors sign in with a password." in "\n".join(
        lines(tmp_path / "out" / "customer.filled.docx")
    )


def test_inspect_shows_where_each_answer_goes(tmp_path: Path, workspace: Path, program: Run) -> None:
    shown = program("--workspace", workspace, "inspect", form(tmp_path), "--rows")
    assert shown.code == 0
    assert "body!table[2]/row[4]/cell[1]  question" in shown.out
    assert "body!paragraph[1]  section-heading" in shown.out


def test_words_below_questions_come_back_from_a_filled_form(tmp_path: Path, program: Run) -> None:
    words, asked = dict(list(ASKED.items())[:3]), "How often are logs read?"
    opened = "Every week, by the operations team."
    source = document(tmp_path / "customer.docx", "".join(numbered(one) + p() for one in [*words, asked]))
    texts = [*words.values(), opened]
    places = {f"paragraph[{at * 2 + 1}]/answer": text for at, text in enumerate(texts)}
    answered = filled(source, places)
    place = tmp_path / "work"
    assert program("init", "--bare", place, "--company", "Quillworks").code == 0
    learned = program("--workspace", place, "learn", answered, "--approve", "--as", "Dana", "--json")
    assert learned.code == 0, learned.err
    said = {one["question"]: (one["text"], one["approved"]) for one in json.loads(learned.out)[0]["learned"]}
    # Whether bare words are the answer at all, a person says.
    assert said == {**{one: (text, True) for one, text in words.items()}, asked: (opened, False)}
    assert program("--workspace", place, "approve", "--all", "--as", "Dana").code == 0
    assert program("--workspace", place, "fill", source, "--out", tmp_path / "out").code == 0
    rows = {one["question"]: one for one in report(tmp_path / "out")["rows"]}
    assert written(tmp_path / "out") == {path: text for path, text in places.items() if text != opened}
    # A yes without a control that holds stays with a person, and has the words ready.
    last = rows[asked]
    assert (last["text"], last["reasons"]) == (opened, ["control-status-unknown"])
