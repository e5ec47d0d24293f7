"""What goes out for the example questionnaire, held against what a careful person would say."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from judge import read_report

from avow.library.dates import today
from avow.library.starting import start_workspace
from avow.workspace import Workspace

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The report's question rows, each with its label."""
    root = tmp_path_factory.mktemp("labels")
    start_workspace(root / "workspace", company=None, bare=False, on=today())
    workspace = Workspace(root / "workspace")
    request = workspace.request(product="Harborlight Cloud", region="EU", customer="Meridian Bank")
    workspace.fill(EXAMPLES / "meridian-vendor-risk.xlsx", root / "out", request)
    text = (EXAMPLES / "meridian-expected.yaml").read_text(encoding="utf-8")
    labels = {(one["sheet"], one["cell"]): one for one in yaml.load(text, Loader=yaml.BaseLoader)["rows"]}  # noqa: S506
    report = read_report(root / "out", "meridian-vendor-risk")
    return [
        (row, labels[row["sheet"], row["cell"]])
        for row in report["rows"]
        if (row["sheet"], row["cell"]) in labels
    ]


def test_every_label_has_its_row(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    assert len(rows) >= 120
    assert {row["outcome"] for row, _ in rows} <= {"answered", "review", "gap", "ignored"}


def test_nothing_false_goes_out(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    wrong = []
    for row, label in rows:
        if row["outcome"] != "answered":
            continue
        fitting = {label["expect"], *label.get("also", []), *label.get("parts", [])} - {"none"}
        cited = {citation["answer"] for citation in row["citations"]}
        if not cited <= fitting or label["verdict"] not in ("none", row["verdict"]):
            wrong.append((row["cell"], row["question"], sorted(cited), row["verdict"], label["verdict"]))
    assert wrong == []


def test_a_fair_share_is_answered_without_a_person(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    assert sum(row["outcome"] == "answered" for row, _ in rows) >= 30


def test_what_nobody_can_answer_is_never_answered(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    unanswerable = [row for row, label in rows if label["expect"] == "none" and not label.get("parts")]
    assert unanswerable
    assert [row["question"] for row in unanswerable if row["outcome"] == "answered"] == []
