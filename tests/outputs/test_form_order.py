"""Rows come in the order of the form, in formats whose addresses do not say it too."""

import json
from pathlib import Path

from avow.formats.files import understand_file
from avow.model.questionnaires import CellAddress, Questionnaire
from avow.outputs.form_order import form_order
from docx_files import document, p, read, table


def texts_in_order(found: Questionnaire) -> list[str]:
    place = form_order(found)
    rows = {row.address: row.text for row in (*found.questions, *found.ignored)}
    return [rows[address] for address in sorted(rows, key=place)]


def test_json_rows_come_as_they_stand_in_the_text_whatever_their_members_are_called(tmp_path: Path) -> None:
    def asked(text: str) -> dict[str, str]:
        return {"question": text, "answer": ""}

    path = tmp_path / "form.json"
    path.write_text(
        json.dumps(
            {
                "zoning": {
                    "title": "Zoning",
                    "questions": [asked("Are zones kept apart?"), asked("Are zones watched?")],
                },
                "access": {
                    "title": "Access",
                    "questions": [asked("Is access reviewed?"), asked("Is MFA enforced?")],
                },
            }
        )
    )
    assert texts_in_order(understand_file(path).questionnaire) == [
        "Zoning", "Are zones kept apart?", "Are zones watched?", "Access", "Is access reviewed?", "Is MFA enforced?",
    ]  # fmt: skip


def test_tables_of_a_text_stand_between_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(
        "# Access\n\n1. Is MFA enforced?\n2. Are accounts personal?\n\n# Logs\n\n| Question | Answer |\n|---|---|\n"
        "| Are logs kept? | |\n| Are logs watched? | |\n\n# Backups\n\n3. Are backups tested?\n"
    )
    found = [
        one for one in texts_in_order(understand_file(path).questionnaire) if one not in ("Question", "---")
    ]
    assert found == [
        "Access", "Is MFA enforced?", "Are accounts personal?", "Logs", "Are logs kept?", "Are logs watched?", "Backups",
        "Are backups tested?",
    ]  # fmt: skip


def test_paragraphs_and_tables_of_a_document_come_as_they_stand(tmp_path: Path) -> None:
    inner = (
        p() * 3  # empty paragraphs count too, and tables are counted by themselves
        + p("Please answer every question below.")
        + table(["Question", "Answer"], ["Is MFA enforced?", ""], ["Are accounts personal?", ""])
        + p("Some words on logs, which stand between two tables.")
        + table(["Question", "Answer"], ["Are logs kept?", ""], ["Are logs watched?", ""])
    )
    found = [
        one
        for one in texts_in_order(read(document(tmp_path / "form.docx", inner)))
        if one.endswith(("?", "."))
    ]
    assert found == [
        "Please answer every question below.", "Is MFA enforced?", "Are accounts personal?",
        "Some words on logs, which stand between two tables.", "Are logs kept?", "Are logs watched?",
    ]  # fmt: skip


def test_an_unknown_address_comes_last(tmp_path: Path) -> None:
    found = read(document(tmp_path / "form.docx", table(["Question", "Answer"], ["Is MFA enforced?", ""])))
    place = form_order(found)
    asked = found.questions[0].address
    assert place(asked) < place(CellAddress(sheet="elsewhere", cell="A1"))
