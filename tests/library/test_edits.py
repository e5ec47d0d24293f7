"""Edits append, and leave what people wrote as it was."""

from pathlib import Path

import pytest

from avow.errors import ContentError
from avow.library.edits import append_answers, free_id, unfit
from avow.library.yaml_source import parse

ENTRY = {
    "id": "new",
    "question": "Ünlü: is it so?",
    "verdict": "no",
    "narrative": "No. #not a comment: really.",
}


def library(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "answer_library" / "reviewed.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def entries(path: Path) -> list[dict[str, str]]:
    document, issues = parse(path.read_bytes(), path.name)
    assert issues == []
    found: list[dict[str, str]] = document.value["answers"]
    return found


@pytest.mark.parametrize(
    "old",
    [
        "# Ours.\ntopic: t\nanswers:\n  # first\n  - id: one   # why\n    verdict: 'yes'\n",
        "topic: t\nanswers:\n- id: one\n  verdict: 'yes'\n",
        "topic: t\nanswers:\n    -   id: one\n        verdict: 'yes'\n",
        "answers:\n  - id: one\n    verdict: 'yes'",
        "answers:\n  - id: one\n    verdict: 'yes'\n\n  # the end\n",
    ],
)
def test_appending_keeps_every_character_and_reads_back(tmp_path: Path, old: str) -> None:
    path = library(tmp_path, old)
    append_answers(tmp_path, "reviewed", "t", [ENTRY])
    assert path.read_text(encoding="utf-8").startswith(old)
    assert [one["id"] for one in entries(path)] == ["one", "new"]
    assert entries(path)[1] == ENTRY
    assert [one.name for one in path.parent.iterdir()] == ["reviewed.yaml"]


def test_a_new_file_is_made_with_its_topic(tmp_path: Path) -> None:
    path = append_answers(tmp_path, "reviewed", "Answers: reworded", [ENTRY, {**ENTRY, "id": "other"}])
    document, _ = parse(path.read_bytes(), "f")
    assert document.value["topic"] == "Answers: reworded"
    assert [one["id"] for one in entries(path)] == ["new", "other"]


def test_an_empty_list_is_opened(tmp_path: Path) -> None:
    path = library(tmp_path, "topic: t\nanswers: []\n")
    append_answers(tmp_path, "reviewed", "t", [ENTRY])
    assert entries(path) == [ENTRY]


@pytest.mark.parametrize(
    "old",
    [
        "answers: [{id: one}]\n",
        "answers:\n  - id: one\ntopic: last\n",
        "answers: [\n",
        "- id: one\n",
        "answers: text\n",
    ],
)
def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, old: str) -> None:
    path = library(tmp_path, old)
    with pytest.raises(ContentError, match="cannot be added to"):
        append_answers(tmp_path, "reviewed", "t", [ENTRY])
    assert path.read_text(encoding="utf-8") == old


def test_a_free_id_is_readable_and_free() -> None:
    assert free_id("IAM-02.1", ()) == "iam-02-1"
    assert free_id("IAM-02.1", {"iam-02-1", "iam-02-1-2"}) == "iam-02-1-3"
    assert free_id("???", ()) == "answer"
    assert free_id("暗号化", ()) == "answer"
    long = free_id("Do you " + "very " * 40 + "much?", ())
    assert len(long) <= 60
    assert not long.endswith("-")


@pytest.mark.parametrize("text", ["see {{ x }}", "{% raw %}", "it is [[rto]]", "bell \x07", "lone \ud800"])
def test_text_that_would_not_be_content_is_named(text: str) -> None:
    assert unfit(text)


def test_ordinary_text_is_fit() -> None:
    assert unfit("Yes: {a} [b] [[Not a fact]] 100 % — “quoted”\nnext line\t.") is None
