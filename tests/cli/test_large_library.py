"""A library larger than plain Python carries, as a person meets it: a note on standard error, and answers all the same."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from avow.matching import side as sides
from avow.matching.scale import is_installed
from program import Run
from small_company import FILES, Tree

ROOT = Path(__file__).parents[2]
QUESTION = "Is customer data encrypted at rest?"
FORM = f"Question,Answer,Comment\n{QUESTION},,\nAre you certified under PCI DSS?,,\n"


@pytest.fixture
def root(tree: Tree) -> Path:
    made = tree(FILES)
    shutil.copytree(ROOT / "templates", made / "templates")
    return made


@pytest.fixture
def run(program: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program inside the small company's workspace, taken for a large library."""
    monkeypatch.chdir(root)
    monkeypatch.setattr(sides, "PAYS_FROM", 1)
    monkeypatch.setattr("avow.matching.scale.PAYS_FROM", 1)
    return program


@pytest.fixture
def without_numpy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    is_installed.cache_clear()
    monkeypatch.setitem(sys.modules, "numpy", None)
    yield
    is_installed.cache_clear()


def test_the_extra_is_named_once_and_the_question_answered(run: Run, root: Path, without_numpy: None) -> None:
    (root / "form.csv").write_text(FORM, encoding="utf-8")
    (root / "questions.jsonl").write_text(json.dumps({"id": 1, "question": QUESTION}), encoding="utf-8")
    for asked in (
        ("ask", QUESTION, "--json"),
        ("match", "--questions", "questions.jsonl"),
        ("fill", "form.csv", "--json"),
        ("check", "--library", "--json"),
    ):
        ran = run(*asked)
        assert ran.code == 0, ran.err
        assert ran.err.count("pip install 'avow[scale]'") == 1, asked
        json.loads(ran.out)
    assert json.loads(run("ask", QUESTION, "--json").out)["candidates"][0]["answer"] == "encrypted"


def test_nothing_is_said_where_the_extra_is_installed(run: Run) -> None:
    ran = run("ask", QUESTION, "--json")
    assert "avow[scale]" not in ran.err
    assert json.loads(ran.out)["candidates"][0]["answer"] == "encrypted"


def test_a_damaged_cache_is_passed_over(run: Run, cache_home: Path) -> None:
    before = run("ask", QUESTION, "--json").out
    kept = [path for path in cache_home.rglob("*") if path.is_file() and "index" in path.parent.name]
    assert kept
    for path in kept:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] + b"\xff" * 40 + data[len(data) // 2 + 40 :])
    assert run("ask", QUESTION, "--json").out == before
