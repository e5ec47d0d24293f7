"""What reviewers taught: kept as content that can be read and taken back."""

from datetime import date

import pytest

from avow.errors import ContentError
from avow.library.checks import check
from avow.library.lessons import append_lessons, fresh_lessons
from avow.model.approvals import answer_stamp
from avow.model.lessons import Lesson
from small_company import TODAY, Tree, loaded

FILE = "answer_library/lessons.yaml"


def lesson(
    question: str = "Is the data scrambled on disk?", answer: str = "encrypted", fits: bool = True
) -> Lesson:
    return Lesson(answer=answer, question=question, fits=fits, by="Dana Okafor", on=TODAY)


def taught(text: str):
    return loaded({FILE: text})


def test_lessons_are_appended_and_read_back(tree: Tree):
    said = "question: PCI?\n    fits: yes\n    by: Sam\n    on: 2026-01-02\n"
    root = tree({FILE: f"# Ours.\nlessons:\n  - answer: certified  # kept\n    {said}"})
    before = (root / FILE).read_text()
    append_lessons(root, [lesson(), lesson("Any card data?", "certified", fits=False)])
    text = (root / FILE).read_text()
    assert text.startswith(before)
    assert taught(text).content.lessons == (
        Lesson(answer="certified", question="PCI?", fits=True, by="Sam", on=date(2026, 1, 2)),
        lesson(),
        lesson("Any card data?", "certified", fits=False),
    )


def test_a_fitting_question_is_a_phrasing_and_leaves_the_approval_as_it_is(tree: Tree):
    root = tree({})
    append_lessons(root, [lesson()])
    with_it, without = taught((root / FILE).read_text()).content, loaded().content
    answer = with_it.answer_by_id["encrypted"]
    assert answer.phrasings == ("Is the data scrambled on disk?",)
    assert answer_stamp(answer, with_it) == answer_stamp(without.answer_by_id["encrypted"], without)


def test_what_teaches_nothing_new_is_not_kept():
    content = taught(
        "lessons:\n  - {answer: encrypted, question: Scrambled?, fits: yes, by: Sam, on: 2026-01-02}\n"
    ).content
    kept = fresh_lessons(
        [
            lesson("scrambled"),  # known
            lesson("Is customer data encrypted at rest?"),  # a phrasing already
            lesson("What of {{ 7 * 7 }}?"),  # never content
            lesson("Anything?", answer="gone"),
            lesson("Scrambled?", fits=False),  # the reviewer changed their mind
        ],
        content,
    )
    assert kept == [lesson("Scrambled?", fits=False)]


def test_a_file_that_cannot_be_added_to_is_left_alone(tree: Tree):
    root = tree({FILE: "lessons: {}\n"})
    with pytest.raises(ContentError, match="cannot be added to"):
        append_lessons(root, [lesson()])
    assert (root / FILE).read_text() == "lessons: {}\n"


def test_a_lesson_about_an_answer_that_is_gone_is_said_at_its_line():
    text = "lessons:\n  - {answer: gone, question: Scrambled?, fits: yes, by: Sam, on: 2026-01-02}\n"
    found = taught(text)
    (issue,) = [one for one in check(found, {}) if one.code == "lesson-without-answer"]
    assert (issue.file, issue.line) == (FILE, 2)
