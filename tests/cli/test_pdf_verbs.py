"""PDFs through the real verbs: filled, learned from, and filled again."""

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from pdf_files import QUESTION, Sheet, numbered
from program import Run
from small_company import FILES, Tree

ROOT = Path(__file__).resolve().parents[2]
PCI = "Are you certified under PCI DSS?"


@pytest.fixture
def space(tree: Tree, run: Run) -> Path:
    root = tree(FILES)
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", root).code == 0
    return root


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A workspace that has no answers yet."""
    root = tmp_path / "bare"
    for name, text in FILES.items():
        if not name.startswith("answer_library"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    shutil.copytree(ROOT / "templates", root / "templates")
    (root / "answer_library").mkdir()
    return root


def form() -> bytes:
    sheet = Sheet()
    for number, text in enumerate((QUESTION, PCI)):
        y = 100 + 120 * number
        sheet.text(50, y, f"{number + 1}.  {text}")
        for at, label in enumerate(("Yes", "No")):
            sheet.radio(f"q{number}", 360 + 60 * at, y - 11, label)
        sheet.text(50, y + 25, "Comments:")
        sheet.textfield(f"words{number}", 120, y + 15, 420, 70, fieldFlags="multiline")
    return sheet.done()


def report_of(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / f"{name}.report.json").read_text(encoding="utf-8"))


def values_of(path: Path) -> dict[str, str]:
    fields = pypdf.PdfReader(path).get_fields() or {}
    return {name: str(one.get("/V", "")) for name, one in fields.items()}


def test_a_form_is_filled_and_the_report_names_every_field_that_was_written(run: Run, space: Path) -> None:
    source = space / "customer.pdf"
    source.write_bytes(form())
    ran = run("fill", source, "--workspace", space, "--out", space / "out")
    assert ran.code == 0, ran.err
    assert values_of(space / "out" / "customer.filled.pdf") == {
        "q0": "/Yes", "words0": "Yes. All stored customer data is encrypted with AES-256.",
        "q1": "/No", "words1": "No. Card data is handled by our payment provider alone.",
    }  # fmt: skip
    rows = report_of(space / "out", "customer")["rows"]
    written = {(one["cell"], one["value"]) for row in rows for one in row["written"]}
    assert {cell for cell, _ in written} == {"q0", "words0", "q1", "words1"}
    assert ("q1", "No") in written
    assert source.read_bytes() == form()


def test_a_flat_file_is_answered_in_a_document_and_the_report_says_so(run: Run, space: Path) -> None:
    source = space / "customer.pdf"
    source.write_bytes(numbered([QUESTION, PCI, "Do you own a submarine?"]))
    ran = run("fill", source, "--workspace", space, "--out", space / "out")
    assert ran.code == 0, ran.err
    text = [one.text for one in docx.Document(space / "out" / "customer.filled.docx").paragraphs]
    assert "Yes. All stored customer data is encrypted with AES-256." in text
    assert "1.3\tDo you own a submarine?" in text
    for inside in ("no-match", "0.", "gap", "AVOW", "review"):
        assert not any(inside in one for one in text)
    report = report_of(space / "out", "customer")
    assert "answered-elsewhere" in json.dumps(report)
    assert report["summary"] == {"rows": 4, "answered": 2, "review": 0, "gap": 1, "ignored": 1}


def test_what_is_learned_from_a_filled_form_fills_the_blank_one_alike(
    run: Run, space: Path, bare: Path, tmp_path: Path
) -> None:
    blank = tmp_path / "customer.pdf"
    blank.write_bytes(form())
    assert run("fill", blank, "--workspace", space, "--out", tmp_path / "first").code == 0
    answered = tmp_path / "first" / "customer.filled.pdf"
    learned = run("learn", answered, "--approve", "--as", "Dana Okafor", "--workspace", bare, "--json")
    assert learned.code == 0, learned.err
    entries = bare / "answer_library" / "learned-customer-filled.yaml"
    text = entries.read_text(encoding="utf-8")
    assert "All stored customer data is encrypted with AES-256." in text
    # What was learned claims a yes, which needs its control.
    if "controls:" not in text:
        text = text.replace('    verdict: "yes"\n', '    verdict: "yes"\n    controls: [rest]\n', 1)
        entries.write_text(text, encoding="utf-8")
        assert run("approve", "--all", "--as", "Dana Okafor", "--workspace", bare).code == 0
    assert run("fill", blank, "--workspace", bare, "--out", tmp_path / "second").code == 0
    assert values_of(tmp_path / "second" / "customer.filled.pdf") == values_of(answered)


def test_a_scan_is_refused_in_one_line(run: Run, space: Path) -> None:
    source = space / "scan.pdf"
    sheet = Sheet()
    sheet.canvas.rect(50, 50, 200, 200, fill=1)
    source.write_bytes(sheet.done())
    ran = run("fill", source, "--workspace", space, "--out", space / "out")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.splitlines()[-1].startswith("avow: scan.pdf: no page has text")
    assert not list((space / "out").glob("*")) if (space / "out").exists() else True


def test_inspecting_shows_fields_and_changes_nothing(run: Run, space: Path) -> None:
    source = space / "customer.pdf"
    source.write_bytes(form())
    ran = run("inspect", source, "--rows", "--workspace", space)
    assert ran.code == 0
    assert f"form!q0  question  1  {QUESTION}" in ran.out
    assert pypdf.PdfReader(BytesIO(source.read_bytes())).get_fields()
