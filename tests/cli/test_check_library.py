"""`avow check --library`: the answers held against each other, as a person meets it."""

import json
import shutil
from pathlib import Path

import pytest

from program import Ran, Run
from small_company import FILES, Tree

ROOT = Path(__file__).parents[2]
LIBRARY = "answer_library/cryptography.yaml"
SECOND = """\
topic: More
answers:
  - id: certified-2
    question: Are you certified to PCI DSS?
    verdict: "yes"
    narrative: Yes.
"""
FORM = "Question,Answer,Comment\nIs customer data encrypted at rest?,,\nAre you open on Sundays?,,\n"


@pytest.fixture
def root(tree: Tree) -> Path:
    return tree(FILES)


@pytest.fixture
def run(program: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program inside the small company's workspace."""
    monkeypatch.chdir(root)
    return program


def codes(ran: Ran) -> list[str]:
    return [issue["code"] for issue in json.loads(ran.out)["issues"]]


def test_a_contradiction_is_told_at_its_answer_and_only_when_asked_for(run: Run, root: Path) -> None:
    (root / "answer_library/more.yaml").write_text(SECOND, encoding="utf-8")
    assert "contradicting-answers" not in run("check").out
    ran = run("check", "--library")
    assert ran.code == 0
    (line,) = [one for one in ran.out.splitlines() if "[contradicting-answers]" in one]
    number = FILES[LIBRARY].splitlines().index("  - id: certified") + 1
    assert line.startswith(f"{LIBRARY}:{number}: warning: certified and certified-2 ")
    assert "(verdict no / yes)" in line


def test_a_duplicate_is_shown_without_all_and_stands_in_the_json(run: Run, root: Path) -> None:
    same = SECOND.replace('"yes"', '"no"').replace("Yes.", "No.")
    (root / "answer_library/more.yaml").write_text(same, encoding="utf-8")
    shown = run("check", "--library")
    assert "info: certified and certified-2 answer nearly the same question" in shown.out
    assert shown.err.splitlines()[-1] == run("check").err.splitlines()[-1]
    ran = run("check", "--library", "--json")
    body = json.loads(ran.out)
    (issue,) = [one for one in body["issues"] if one["code"] == "near-duplicate-answer"]
    assert (issue["severity"], issue["file"]) == ("info", LIBRARY)
    assert body["counts"]["info"] == sum(one["severity"] == "info" for one in body["issues"])
    assert run("check", "--library", "--json").out == ran.out


def test_a_sound_library_adds_nothing(run: Run) -> None:
    assert run("check", "--library").out == run("check").out
    assert codes(run("check", "--library", "--json")) == codes(run("check", "--json"))


def test_unused_answers_are_told_once_something_was_filled(run: Run, root: Path) -> None:
    assert "unused-answer" not in codes(run("check", "--library", "--json"))
    assert not (root / ".avow").exists()
    (root / "form.csv").write_text(FORM, encoding="utf-8")
    shutil.copytree(ROOT / "templates", root / "templates")
    assert run("fill", "form.csv", "--out", "out", "--customer", "Bell").code in (0, 2)
    issues = json.loads(run("check", "--library", "--json").out)["issues"]
    told = [one["message"] for one in issues if one["code"] == "unused-answer"]
    assert told == ["certified has not been proposed or written in any engagement so far"]
    assert "unused-answer" not in run("check", "--library").out
    assert "unused-answer" in run("check", "--library", "--all").out


def test_with_errors_the_answers_wait_and_the_errors_are_told(run: Run, root: Path) -> None:
    broken = FILES[LIBRARY].replace("controls: [rest]", "controls: [gone]")
    (root / LIBRARY).write_text(broken, encoding="utf-8")
    ran = run("check", "--library")
    assert ran.code == 3
    assert "[unknown-control]" in ran.out
    assert "once the errors are mended" in ran.err


def test_a_hostile_phrasing_is_safe_for_a_terminal(run: Run, root: Path) -> None:
    (root / "answer_library/more.yaml").write_text(
        SECOND.replace("Are you certified to PCI DSS?", '"Are you certified \\e under PCI DSS\\u202e?"'),
        encoding="utf-8",
    )
    out = run("check", "--library").out
    assert "contradicting-answers" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
