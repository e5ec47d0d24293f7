import io
from pathlib import PurePosixPath

import pytest
from rich.console import Console

from avow.model.content import Content
from avow.model.engagements import Request
from avow.model.questionnaires import Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import Draft
from avow.outputs.report import build_report
from avow.outputs.summary import summary_renderable, summary_text

OUT = PurePosixPath("avow-out")
FILES = {
    "filled": OUT / "bank.filled.xlsx",
    "report.html": OUT / "bank.report.html",
    "review.xlsx": OUT / "the bank.review.xlsx",
}


@pytest.fixture
def report(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content, asked_by: Request
) -> dict[str, object]:
    return build_report(questionnaire, drafts, content, asked_by)


def test_it_says_counts_reasons_places_and_what_is_next(report: dict[str, object]) -> None:
    text = summary_text(report, FILES, source="in/bank.xlsx")
    assert "1 of 3 questions is answered." in text
    assert Reason.EVIDENCE_EXPIRED.explanation in text
    assert "Results in avow-out" in text
    again = "--customer 'Northwind <Bank>' --due 2026-12-01 --region EU --out avow-out"
    assert f"avow fill in/bank.xlsx {again} --review 'avow-out/the bank.review.xlsx'" in text
    assert len(text.splitlines()) < 30


def test_it_holds_no_colour_code_and_no_control_character(report: dict[str, object]) -> None:
    report["source"]["name"] = "a\x1b[31m.xlsx"  # type: ignore[index]
    text = summary_text(report, FILES)
    assert "\x1b" not in text
    assert "\\u001b" in text


def test_ascii_only(report: dict[str, object]) -> None:
    assert summary_text(report, FILES, ascii_only=True).isascii()


@pytest.mark.parametrize("counts", [(1, 0, 0), (0, 1, 0), (4999, 1, 0), (3, 3, 3), (1, 5000, 1)])
@pytest.mark.parametrize("width", [40, 80, 300])
def test_the_bar_fills_its_width_and_shows_every_outcome(
    report: dict[str, object], counts: tuple[int, int, int], width: int
) -> None:
    report["summary"] = dict(
        zip(("answered", "review", "gap"), counts, strict=True), rows=sum(counts), ignored=0
    )
    bar = summary_text(report, {}, width=width, ascii_only=True).splitlines()[3].strip()
    assert len(bar) == min(width, 100) - 2
    assert [sign in bar for sign in "#=."] == [count > 0 for count in counts]


def test_no_color_is_honoured(report: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    def printed() -> str:
        out = io.StringIO()
        console = Console(file=out, force_terminal=True, width=200, color_system="standard")
        console.print(summary_renderable(report, FILES), soft_wrap=True)
        return out.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[36m" in printed()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in printed()


def test_nothing_open_means_nothing_to_decide(report: dict[str, object]) -> None:
    report["summary"] = {"rows": 1, "answered": 1, "review": 0, "gap": 0, "ignored": 0}
    report["rows"] = []
    text = summary_text(report, FILES)
    assert "send it" in text
    assert "--review" not in text
