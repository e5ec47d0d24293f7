import json

from avow.model.content import Content
from avow.model.engagements import Request
from avow.model.questionnaires import CellAddress, IgnoredRow, Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import Draft
from avow.outputs.report import build_report, report_json


def test_every_row_is_there_once_in_the_files_order(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content, asked_by: Request
) -> None:
    report = build_report(questionnaire, drafts, content, asked_by)
    places = [(row["sheet"], row["cell"]) for row in report["rows"]]
    assert places == [
        ("Zones", "B3"), ("Zones", "B4"), ("Access", "A1"), ("Access", "B9"), ("Access", "A10"), ("Access", "B17"),
    ]  # fmt: skip
    assert report["summary"] == {"rows": 6, "answered": 1, "review": 1, "gap": 1, "ignored": 3}


def test_an_answered_row_says_what_was_written_and_why(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content
) -> None:
    row = build_report(questionnaire, drafts, content)["rows"][-1]
    assert row["outcome"] == "answered"
    assert row["written"][0] == {"sheet": "Access", "cell": "D17", "value": "Yes"}
    assert row["citations"] == [
        {"answer": "mfa", "stamp": "sha256-1:00", "controls": ["auth-mfa"], "evidence": ["soc2"]}
    ]
    assert row["requirements"] == {"soc2": ["CC6.1"]}
    assert row["signals"] == [{"name": "wording", "value": 0.4, "note": "same words"}]
    assert (row["recommendation"], row["score"]) == ("strong", 0.93)


def test_only_cells_really_written_are_listed(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content
) -> None:
    only = frozenset({CellAddress(sheet="Access", cell="E17")})
    rows = build_report(questionnaire, drafts, content, written=only)["rows"]
    assert [cell["cell"] for row in rows for cell in row["written"]] == ["E17"]


def test_rows_that_are_open_write_nothing_and_say_what_they_are_about(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content
) -> None:
    rows = {row["cell"]: row for row in build_report(questionnaire, drafts, content)["rows"]}
    assert rows["B9"]["written"] == [] == rows["B3"]["written"]
    assert rows["B9"]["reasons"] == ["contrast", "evidence-expired"]
    assert rows["B3"]["requirements"] == {"soc2": ["CC6.1"]}
    assert rows["B3"]["controls"] == ["auth-mfa"]
    assert rows["B3"]["owner"] == "Head of IT"
    assert rows["A10"]["reasons"] == ["section-heading"]


def test_csv_rows_are_ordered_as_numbers(content: Content, questionnaire: Questionnaire) -> None:
    ignored = tuple(
        IgnoredRow(address=CellAddress(sheet="", cell=cell), text="x", reason=Reason.HEADER)
        for cell in ("10:2", "2:1", "10:1")
    )
    rows = build_report(questionnaire.model_copy(update={"ignored": ignored}), [], content)["rows"]
    assert [row["cell"] for row in rows] == ["2:1", "10:1", "10:2"]


def test_json_is_the_report_and_the_same_bytes_again(
    questionnaire: Questionnaire, drafts: list[Draft], content: Content, asked_by: Request
) -> None:
    report = build_report(questionnaire, drafts, content, asked_by)
    data = report_json(report)
    assert json.loads(data) == report
    assert data == report_json(build_report(questionnaire, list(drafts), content, asked_by))
    assert data.count(b"\n") >= len(report["rows"])


def test_json_holds_half_a_character(questionnaire: Questionnaire, content: Content) -> None:
    report = build_report(questionnaire, [], content)
    report["rows"][0]["question"] = "broken \ud83d"
    assert json.loads(report_json(report))["rows"][0]["question"] == "broken \ud83d"


def test_a_file_without_questions_has_a_report(questionnaire: Questionnaire, content: Content) -> None:
    bare = questionnaire.model_copy(update={"questions": (), "ignored": ()})
    assert build_report(bare, [], content)["summary"] == {
        "rows": 0, "answered": 0, "review": 0, "gap": 0, "ignored": 0,
    }  # fmt: skip
