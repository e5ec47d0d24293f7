"""Real forms, read as a person read them: every question, every answer cell, none missed and none invented."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from expectations import observed, runs

HERE = Path(__file__).resolve().parent
FORMS = HERE.parents[2] / "shared" / "questionnaires"
EXPECTED = sorted((HERE / "expected_forms").glob("*.yaml"))
READ = (".xlsx", ".xlsm", ".csv", ".docx", ".docm", ".json")


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_a_real_form_is_read_as_a_person_reads_it(expected: Path) -> None:
    said: dict[str, Any] = yaml.safe_load(expected.read_text(encoding="utf-8"))
    form = FORMS / said.pop("form")
    if not form.is_file():
        pytest.skip(f"{form.name} is not beside the checkout")
    found = observed(form)
    sheets, seen = said.pop("sheets", []), found.pop("sheets")
    assert found == said
    assert [one["name"] for one in seen] == [one["name"] for one in sheets]
    for number, (one, other) in enumerate(zip(seen, sheets, strict=True), start=1):
        assert one == other, f"sheet {number}"


def test_every_real_form_has_an_expectation() -> None:
    if not FORMS.is_dir():
        pytest.skip("the real forms are not beside the checkout")
    known = {yaml.safe_load(path.read_text(encoding="utf-8"))["form"] for path in EXPECTED}
    there = {f"{path.parent.name}/{path.name}" for path in FORMS.rglob("*") if path.suffix in READ}
    assert there <= known


def test_runs_count_in_one_number_only() -> None:
    assert runs(["C2", "C3", "C4", "C6", "D7"]) == ["C2..C4", "C6", "D7"]
    assert runs(["2:4", "3:4", "3:5", "3:6"]) == ["2:4..3:4", "3:5..3:6"]
    path = "table[1]/row[{}]/cell[2]".format
    assert runs([path(2), path(3), "table[2]/row[4]/cell[2]"]) == [
        f"{path(2)}..{path(3)}",
        "table[2]/row[4]/cell[2]",
    ]
