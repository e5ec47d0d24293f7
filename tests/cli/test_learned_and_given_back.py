"""A filled form learned, then the blank one filled: every answer comes back into its own cell."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
import yaml

from program import Run

ANSWERED = [
    (
        "1",
        "Is multi-factor authentication enforced for all staff?",
        "Yes",
        "All staff sign in with hardware keys.",
    ),
    ("2", "Is customer data encrypted at rest?", "Yes", "AES-256 is used for every data store."),
    ("3", "Do you perform annual penetration tests?", "No", "Tests run every two years."),
    ("4", "Are backups tested at least once a year?", "Yes", "Restores are tested each quarter."),
    ("5", "Is there a documented incident response plan?", "Yes", "The plan is reviewed every January."),
    ("6", "Do you use subcontractors to process customer data?", "No", "No subcontractor has access."),
]
HEADER = ("ID", "Question", "Answer", "Comment")


def form(rows: list[tuple[str, ...]], ending: str) -> bytes:
    if ending == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEADER, *rows])
        return text.getvalue().encode()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [HEADER, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(path: Path) -> list[tuple[str, ...]]:
    """The rows below the header as they stand in a file."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [tuple(row) for row in csv.reader(file)][1:]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [tuple(str(value or "") for value in row) for row in sheet.iter_rows(2, values_only=True)]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_every_answer_comes_back(run: Run, tmp_path: Path, ending: str) -> None:
    space, out = tmp_path / "space", tmp_path / "out"
    answered, blank = tmp_path / f"answered{ending}", tmp_path / f"blank{ending}"
    answered.write_bytes(form(ANSWERED, ending))
    blank.write_bytes(form([(*row[:2], "", "") for row in ANSWERED], ending))
    assert run("init", space, "--bare", "--company", "Acme").code == 0
    assert run("learn", answered, "--workspace", space).code == 0
    learned = yaml.safe_load((space / "answer_library" / "learned-answered.yaml").read_text(encoding="utf-8"))
    controls = {control for answer in learned["answers"] for control in answer.get("controls", ())}
    assert run("status", *sorted(controls), "--set", "implemented", "--workspace", space).code == 0
    assert run("approve", "--all", "--as", "Dana", "--workspace", space).code == 0
    filled = run("fill", blank, "--out", out, "--workspace", space)
    assert filled.code == 0, filled.err
    report = json.loads((out / "blank.report.json").read_text(encoding="utf-8"))
    assert report["summary"]["answered"] == len(ANSWERED)
    back = cells(out / f"blank.filled{ending}")
    assert [row[:3] for row in back] == [row[:3] for row in ANSWERED]
    assert all(row[3].endswith(told[3]) for row, told in zip(back, ANSWERED, strict=True))
