import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from avow.errors import ContentError
from avow.model.content import Content
from avow.model.engagements import Request
from avow.model.questionnaires import Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import Draft
from avow.outputs.plain_words import explained
from avow.outputs.report import build_report
from avow.outputs.report_html import report_html

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Elements(HTMLParser):
    """Collects elements, their attributes, and the visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(questionnaire: Questionnaire, drafts: list[Draft], content: Content, asked_by: Request) -> str:
    return report_html(build_report(questionnaire, drafts, content, asked_by), TEMPLATES).decode()


def test_hostile_text_is_inert(page: str) -> None:
    elements = Elements(page)
    assert [tag for tag, _ in elements.found].count("script") == 1
    assert "<script>alert" not in page
    assert not [attrs for _, attrs in elements.found if any(name.startswith("on") for name in attrs)]
    assert "{{ 7*7 }}" in elements.text
    assert "</h4><script>alert(1)</script>" in elements.text


def test_unseen_characters_are_seen(page: str) -> None:
    assert "\u202e" not in page
    assert "\x07" not in page
    assert "<mark>\\u202e</mark>" in page
    assert "<mark>\\u0007</mark>" in page


def test_nothing_is_fetched(page: str) -> None:
    for _tag, attrs in Elements(page).found:
        for name in ("src", "href", "action", "srcset", "data"):
            assert (attrs.get(name) or "#").startswith(("#", "data:,"))
    assert "@import" not in page
    assert "url(" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_counts_and_rows_agree(page: str) -> None:
    rows = [attrs["class"] for tag, attrs in Elements(page).found if tag == "article"]
    assert sorted(rows) == ["row answered", "row gap", "row ignored", "row review"]
    assert "1 of 3 questions is answered. 1 waits for a person, and 1 is a gap" in page


def test_a_row_says_outcome_answer_place_and_reasons(page: str) -> None:
    text = Elements(page).text
    assert "Answer in D17" in text
    assert "Text in E17" in text
    assert Reason.EVIDENCE_EXPIRED.explanation in text
    assert "CC6.1" in text
    assert "SOC 2 report" in text
    assert "−1.00" in text  # a cap of the review row, with its note
    assert "at rest / in transit" in text


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason: Reason) -> None:
    words = explained(reason.value)
    assert words
    assert words != reason.value
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", reason.value)


def test_the_same_report_gives_the_same_bytes(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content
) -> None:
    report = build_report(questionnaire, drafts, content)
    assert report_html(report, TEMPLATES) == report_html(report, TEMPLATES)


def test_a_report_read_back_from_json_gives_the_same_page(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content
) -> None:
    import json

    from avow.outputs.report import report_json

    report = build_report(questionnaire, drafts, content)
    assert report_html(json.loads(report_json(report)), TEMPLATES) == report_html(report, TEMPLATES)


def test_a_file_without_questions_has_a_page(questionnaire: Questionnaire, content: Content) -> None:
    bare = questionnaire.model_copy(update={"questions": (), "layouts": ()})
    page = report_html(build_report(bare, [], content), TEMPLATES).decode()
    assert "No question of this file is open" in page


def test_a_template_cannot_reach_out(questionnaire: Questionnaire, content: Content, tmp_path: Path) -> None:
    for name in ("report.css", "report.js"):
        (tmp_path / name).write_text("")
    (tmp_path / "report.html.j2").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(ContentError, match="templates do not fit"):
        report_html(build_report(questionnaire, [], content), tmp_path)


def test_a_missing_or_broken_template_names_the_file(
    questionnaire: Questionnaire, content: Content, tmp_path: Path
) -> None:
    report = build_report(questionnaire, [], content)
    with pytest.raises(ContentError, match=r"report\.css is missing"):
        report_html(report, tmp_path)
    for name in ("report.css", "report.js"):
        (tmp_path / name).write_text("")
    (tmp_path / "report.html.j2").write_text("one\n{% if %}")
    with pytest.raises(ContentError, match=r"report\.html\.j2:2:"):
        report_html(report, tmp_path)
