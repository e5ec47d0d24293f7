"""Content files to content: every problem with its file and line, all at once."""

from datetime import date

import pytest

from avow.library.checks import check
from avow.library.dates import parse_date, spoken
from avow.library.facts import fact_text
from avow.model.base import Verdict
from avow.model.issues import Severity
from small_company import FILES, edited, loaded

ANSWERS, STATUS, EVIDENCE = (
    "answer_library/cryptography.yaml",
    "controls/status.yaml",
    "controls/evidence.yaml",
)
CATALOGUE, FACTS = "controls/catalogue/cryptography.yaml", "answer_library/facts.yaml"


def issues_of(changes: dict[str, str]) -> list[tuple[str, str, int]]:
    """(code, file, line) of errors and warnings."""
    files = {name: text.encode() for name, text in {**FILES, **changes}.items() if name.endswith(".yaml")}
    found = check(loaded(changes), files)
    return [(one.code, one.file, one.line) for one in found if one.severity is not Severity.INFO]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_small_company_is_clean_and_facts_are_written_out() -> None:
    assert issues_of({}) == []
    content = loaded().content
    assert (
        content.answer_by_id["encrypted"].narrative
        == "Yes. All stored customer data is encrypted with AES-256."
    )
    assert content.answer_by_id["certified"].verdict is Verdict.NO
    assert content.answer_by_id["encrypted"].approval is None


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "at"),
    [
        (ANSWERS, 'verdict: "yes"', "verdict: NO", "field-invalid", "verdict: NO"),
        (ANSWERS, 'verdict: "yes"', "verdict: maybe", "field-invalid", "verdict: maybe"),
        (ANSWERS, "    owner: Head of Engineering", "    colour: blue", "field-unknown", "colour"),
        (
            ANSWERS,
            "    question: Is customer data encrypted at rest?\n",
            "",
            "field-missing",
            "- id: encrypted",
        ),
        (ANSWERS, "id: certified", "id: encrypted", "duplicate-id", "- id: encrypted\n    question: Are you"),
        (ANSWERS, "controls: [rest]", "controls: [nowhere]", "unknown-control", "- id: encrypted"),
        (ANSWERS, "evidence: [report]", "evidence: [rumour]", "unknown-evidence", "- id: encrypted"),
        (ANSWERS, "[[cipher]]", "[[weather]]", "unknown-fact", "narrative: Yes. All"),
        (ANSWERS, "Yes. All stored", "No. All stored", "verdict-and-words", "- id: encrypted"),
        (ANSWERS, "2027-05-01", "May 2027", "date", "review_by"),
        (ANSWERS, "2027-05-01", "release+6mo", "date", "review_by"),
        (ANSWERS, "2027-05-01", "2027-02-30", "date", "review_by"),
        (ANSWERS, "    sharing: public", "    approval: {by: me}", "field-unknown", "approval"),
        (ANSWERS, "    sharing: public", "    content_hash: x", "field-unknown", "content_hash"),
        (ANSWERS, "    sharing: public", "    sharing: friends", "field-invalid", "sharing: friends"),
        (ANSWERS, "Card data is", "Card data {{ is }}", "template-in-content", "Card data {{"),
        (ANSWERS, "# Kept apart on purpose.", "# {% if x %}", "template-in-content", "# {%"),
        (STATUS, "status: planned", "status: someday", "field-invalid", "status: someday"),
        (STATUS, "control: backup", "control: ghost", "unknown-control", "- control: ghost"),
        (STATUS, "control: backup", "control: rest", "duplicate-id", "- control: rest\n    status: planned"),
        (EVIDENCE, "valid_until: 2027-06-30", "valid_until: soon", "date", "valid_until"),
        (FACTS, "cipher: AES-256", "cipher: {date: [x], as: day}", "fact", "cipher"),
        (FACTS, "cipher: AES-256", "cipher: {date: 2026-01-01, as: week}", "fact", "cipher"),
        (FACTS, "cipher: AES-256", "cipher: [a, b]", "fact", "cipher"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(name: str, old: str, new: str, code: str, at: str) -> None:
    changes = edited(name, old, new)
    found = issues_of(changes)
    assert (code, name, line_of(changes[name], at)) in found


def test_mappings_are_held_against_the_framework() -> None:
    text = FILES[CATALOGUE]
    for old, new, code in (
        ("requirement: CC6.1", "requirement: CC9.9", "unknown-requirement"),
        ("requirement: CC6.1", "requirement: CC6", "requirement-is-heading"),
        ("framework: soc2", "framework: soc9", "unknown-framework"),
        ("relationship: subset", "relationship: cousin", "field-invalid"),
    ):
        found = issues_of({CATALOGUE: text.replace(old, new, 1)})
        assert code in [one for one, _, _ in found], new


def test_all_problems_come_at_once_sorted() -> None:
    found = issues_of(
        {
            **edited(ANSWERS, 'verdict: "yes"', "verdict: maybe"),
            **edited(STATUS, "control: backup", "control: ghost"),
            "answer_library/broken.yaml": "answers: [\n",
        }
    )
    assert {code for code, _, _ in found} >= {"field-invalid", "unknown-control", "yaml-syntax"}
    assert [(file, line) for _, file, line in found] == sorted((file, line) for _, file, line in found)


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "answers: text\n", "topic: x\n", "answers:\n  - just text\n", "just text\n"]
)
def test_a_file_of_another_shape_is_an_issue_not_a_crash(text: str) -> None:
    assert [code for code, _, _ in issues_of({"answer_library/odd.yaml": text})] == ["content-shape"]


def test_an_empty_file_is_no_problem() -> None:
    assert issues_of({"answer_library/empty.yaml": "", "answer_library/none.yaml": "answers: []\n"}) == []


def test_one_question_under_two_answers_is_said() -> None:
    changes = edited(ANSWERS, "Are you certified under PCI DSS?", "is customer data  encrypted at rest")
    assert [code for code, _, _ in issues_of(changes)] == ["shared-phrasing"]


def test_relative_dates_need_a_sample() -> None:
    assert parse_date("release+9mo", date(2026, 5, 31)) == date(2027, 2, 28)
    assert parse_date("release-1y", date(2024, 2, 29)) == date(2023, 2, 28)
    assert parse_date("release-20d", date(2026, 1, 10)) == date(2025, 12, 21)
    assert parse_date("release", date(2026, 1, 10)) == date(2026, 1, 10)
    with pytest.raises(ValueError, match="sample workspace"):
        parse_date("release+9mo", None)
    for bad in ("tomorrow", "release+9w", "release +1d", "2026-13-01", ""):
        with pytest.raises(ValueError, match="is not a date"):
            parse_date(bad, date(2026, 1, 1))


def test_facts_are_texts_or_spoken_dates() -> None:
    assert fact_text("four hours", None) == "four hours"
    assert fact_text({"date": "2026-03-09", "as": "day"}, None) == "9 March 2026"
    assert fact_text({"date": "release-4mo", "as": "month"}, date(2026, 11, 23)) == "July 2026"
    assert spoken(date(2026, 3, 9), "year") == "2026"
    with pytest.raises(ValueError, match="sample workspace"):
        fact_text({"date": "release-4mo", "as": "month"}, None)
