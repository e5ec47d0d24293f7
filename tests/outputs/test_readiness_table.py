import csv
import io
import json
import re
from pathlib import Path

from assessed_readiness import HOSTILE, annex_a, assessed

from avow import __version__
from avow.model.readiness import SCORE_FORMULA
from avow.outputs.readiness_table import HEADER, readiness_csv, readiness_document, readiness_json

ROOT = Path(__file__).resolve().parents[2]


def lines(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_document_says_whose_when_and_how_it_is_counted() -> None:
    document = readiness_document([assessed(), annex_a()])
    assert list(document) == ["avow", "company", "as_of", "scope", "frameworks"]
    assert (document["avow"], document["company"], document["as_of"]) == (
        __version__, "Quillworks", "2026-11-23",
    )  # fmt: skip
    assert document["scope"] == {"product": None, "region": None}
    soc2, iso = document["frameworks"]
    assert (soc2["id"], soc2["title"], soc2["version"]) == ("soc2", "SOC 2: criteria", "2017")
    assert soc2["score_formula"] == SCORE_FORMULA
    assert soc2["counts"] == {"ready": 1, "partly": 1, "not-ready": 1, "not-applicable": 1, "not-owed": 1}
    assert soc2["score"] == 0.5
    assert iso["id"] == "iso27001"


def test_a_requirement_has_its_controls_and_they_their_evidence() -> None:
    first, second, third, fourth, fifth = readiness_document([assessed()])["frameworks"][0]["requirements"]
    assert [one["state"] for one in (first, second, third, fourth, fifth)] == [
        "ready", "partly", "not-ready", "not-applicable", "not-owed",
    ]  # fmt: skip
    assert [one["included"] for one in (first, third, fourth, fifth)] == [True, True, False, False]
    assert (first["title"], first["group"], first["designation"]) == ("Requirement CC1", "Access", None)
    assert first["controls"] == [
        {
            "control": "good",
            "title": "The good control",
            "relationship": "subset",
            "rationale": "why CC1",
            "status": "implemented",
            "standing": "in-place",
            "lacks": [],
            "owner": "Head of IT",
            "evidence": [
                {
                    "id": "report",
                    "document": "Audit report",
                    "live": True,
                    "age_days": 326,
                    "valid_until": "2027-06-30",
                }
            ],
            "reviewed_on": "2026-10-24",
            "planned_for": None,
            "next_date": {"on": "2027-06-30", "what": "Audit report expires"},
            "notes": "",
        }
    ]
    assert first["next_date"] == {"on": "2027-06-30", "what": "Audit report expires"}
    assert third["owner"] == "Head of IT"
    assert fourth["justification"] == HOSTILE
    assert fifth["justification"] == "addressed to somebody else"


def test_the_next_steps_are_in_order() -> None:
    (first, second) = readiness_document([assessed()])["frameworks"][0]["next_steps"]
    assert (first["control"], first["unlocks"], first["advances"]) == ("open", ["CC3"], ["CC2"])
    assert (first["lacks"], first["planned_for"]) == (["control-not-implemented"], "2027-03-31")
    assert (second["control"], second["unlocks"], second["lacks"]) == ("half", ["CC2"], ["evidence-expired"])


def test_the_json_is_the_document() -> None:
    data = readiness_json([assessed()])
    assert json.loads(data) == readiness_document([assessed()])
    assert data.endswith(b"}\n")


def test_the_csv_has_one_line_a_requirement_and_nothing_a_spreadsheet_runs() -> None:
    data = readiness_csv([assessed(), annex_a()])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 1 + 5 + 9
    rows = lines(data)
    assert tuple(rows[0]) == HEADER
    assert [row["id"] for row in rows[:6]] == ["CC1", "CC2", "CC3", "CC4", "CC5", "4.1"]
    second, fourth = rows[1], rows[3]
    assert second["controls"] == "open (missing); half (partly)"
    assert second["lacking"] == "open: control-not-implemented; half: evidence-expired"
    assert "Last year's report (691 days old, EXPIRED 2026-01-31)" in second["evidence"]
    assert (second["next date"], second["what is due"]) == ("2026-01-31", "Last year's report expired")
    assert (fourth["state"], fourth["included"]) == ("not-applicable", "no")
    assert fourth["justification"].startswith("'=HYPERLINK")
    assert "\u202e" not in data.decode("utf-8-sig")
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


def test_every_field_of_the_document_is_documented() -> None:
    page = (ROOT / "docs/formats/readiness.md").read_text(encoding="utf-8")

    def fields(value: object) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(fields, value))
        if isinstance(value, dict):
            return {str(key) for key in value}.union(*map(fields, value.values()))
        return set()

    said = set(re.findall(r"`([a-z_-]+)`", page))
    assert fields(readiness_document([assessed()])) - said == set()
    assert {
        reason.value
        for one in (assessed(), annex_a())
        for each in one.assessments.values()
        for reason in each.lacks
    } <= said
