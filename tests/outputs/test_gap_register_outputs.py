"""The gap register as JSON, csv, text and workbook."""

import csv
import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from avow.model.base import Scope
from avow.model.gap_columns import READ_BACK, SHEET_NAME, Column
from avow.model.gaps import (
    AskedBy,
    FoundGap,
    GapEntry,
    GapKind,
    GapRegister,
    GapSeverity,
    GapStatus,
    SeverityRule,
    decision_stamp,
)
from avow.model.reasons import Reason
from avow.outputs.gap_register_table import (
    HEADER,
    register_csv,
    register_document,
    register_json,
    register_text,
)
from avow.outputs.gap_register_workbook import gap_register_workbook

DAY = date(2026, 11, 23)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "bidi \u202e gnp",
    "nul\x00",
    "_x000D_",
    "<b>&amp;",
    "\ud800",
]


def gap(**changes: object) -> FoundGap:
    fields: dict[str, object] = {
        "id": "G-AAAAAAAA",
        "kind": GapKind.CONTROL,
        "reason": Reason.CONTROL_NOT_IMPLEMENTED,
        "subject": "Backups",
        "detail": "It is planned for 2027-03-31.",
        "severity": GapSeverity.HIGH,
        "severity_rule": SeverityRule.OWED_CONTROL.words,
        "control": "backup",
        "controls": ("backup",),
        "scope": Scope(products=("Quill",)),
        "owner": "Head of IT",
        "requirements": {"soc2": ["CC6.1", "CC7.2"], "gdpr": ["Art. 32"]},
        "asked_by": (
            AskedBy(customer="Acme", engagement="a-1", due=date(2027, 1, 5), sheet="S", cell="B5"),
            AskedBy(customer="Acme", engagement="a-1", due=date(2027, 1, 5), sheet="S", cell="B9"),
            AskedBy(customer="", engagement="b-1"),
        ),
        "told": ("Globex",),
    }
    return FoundGap.model_validate(fields | changes)


def entry(of: FoundGap | None = None, **changes: object) -> GapEntry:
    fields: dict[str, object] = {
        "gap": of or gap(),
        "found": True,
        "status": GapStatus.OPEN,
        "owner": "Head of IT",
        "due": date(2027, 3, 31),
        "first_seen": date(2026, 11, 3),
        "age_days": 20,
    }
    return GapEntry.model_validate(fields | changes)


def whole(*entries: GapEntry) -> GapRegister:
    return GapRegister(company="Quillworks", as_of=DAY, entries=entries)


def several() -> GapRegister:
    question = gap(
        id="G-BBBBBBBB",
        kind=GapKind.QUESTION,
        reason=Reason.NO_ANSWER,
        subject="Do you keep bees?",
        control=None,
        controls=(),
        scope=Scope(),
        severity=GapSeverity.LOW,
    )
    return whole(
        entry(),
        entry(
            gap(id="G-CCCCCCCC", severity=GapSeverity.MEDIUM),
            status=GapStatus.RISK_ACCEPTED,
            note="small",
            decided_by="Dana",
            decided_on=DAY,
            due=DAY - timedelta(days=1),
        ),
        entry(question, status=GapStatus.IN_PROGRESS, due=None, owner=""),
        entry(gap(id="G-DDDDDDDD"), found=False, status=GapStatus.CLOSED, closed_on=DAY),
    )


def sheet_of(data: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[SHEET_NAME]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_the_document_has_every_fact_of_a_gap() -> None:
    (one,) = register_document(whole(entry(note="n", decided_by="Dana", decided_on=DAY)))["gaps"]
    assert one == {
        "id": "G-AAAAAAAA",
        "kind": "control",
        "reason": "control-not-implemented",
        "explanation": "the control is not implemented",
        "severity": "high",
        "severity_rule": "a requirement we owe rests on a control that is not there",
        "subject": "Backups",
        "detail": "It is planned for 2027-03-31.",
        "control": "backup",
        "controls": ["backup"],
        "evidence": None,
        "scope": {"products": ["Quill"], "regions": []},
        "owner": "Head of IT",
        "due": "2027-03-31",
        "age_days": 20,
        "first_seen": "2026-11-03",
        "status": "open",
        "note": "n",
        "decided_by": "Dana",
        "decided_on": "2026-11-23",
        "reopened_on": None,
        "closed_on": None,
        "requirements": {"soc2": ["CC6.1", "CC7.2"], "gdpr": ["Art. 32"]},
        "customers": [
            {"customer": "Acme", "engagement": "a-1", "due": "2027-01-05", "sheet": "S", "cell": "B5"},
            {"customer": "Acme", "engagement": "a-1", "due": "2027-01-05", "sheet": "S", "cell": "B9"},
            {"customer": "", "engagement": "b-1", "due": None, "sheet": "", "cell": ""},
        ],
        "told": ["Globex"],
        "found": True,
    }


def test_counts_are_by_severity_of_what_is_there_and_by_status() -> None:
    document = register_document(several())
    assert (document["company"], document["as_of"]) == ("Quillworks", "2026-11-23")
    assert document["counts"] == {
        "found": 3,
        "overdue": 1,
        "severity": {"high": 1, "medium": 1, "low": 1},
        "status": {"open": 1, "in-progress": 1, "risk-accepted": 1, "closed": 1},
    }


def test_json_is_the_document_even_with_text_no_encoding_holds() -> None:
    register = whole(*(entry(gap(subject=text, detail=text)) for text in HOSTILE))
    read = json.loads(register_json(register))
    assert [one["subject"] for one in read["gaps"]][:-1] == HOSTILE[:-1]


def test_csv_has_a_line_a_gap_and_nothing_that_a_spreadsheet_runs() -> None:
    register = whole(*(entry(gap(subject=text, detail=text), note=text) for text in HOSTILE))
    data = register_csv(register)
    assert data.startswith(b"\xef\xbb\xbfid,kind,")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(HOSTILE)
    assert tuple(rows[0]) == HEADER
    assert not [text for one in rows for text in one.values() if text[:1] in "=+-@" and text]
    assert rows[0]["requirements"] == "soc2: CC6.1, CC7.2; gdpr: Art. 32"
    assert rows[0]["customers"] == "asked: Acme (2027-01-05), a customer without a name; told: Globex"
    assert rows[3]["subject"] == "bidi \\u202e gnp"


def test_text_has_every_gap_with_what_to_know_about_it_under_its_severity() -> None:
    text = register_text(several(), width=140)
    assert text.splitlines()[0] == (
        "Quillworks: 3 gaps on 2026-11-23: 1 high, 1 medium, 1 low"
        " (1 overdue, 1 in-progress, 1 risk-accepted, 1 closed)"
    )
    headings = [line for line in text.splitlines() if line in ("High", "Medium", "Low", "Closed")]
    assert headings == ["High", "Medium", "Low", "Closed"]
    for said in (
        "G-AAAAAAAA  Backups [Quill]",
        "The control is not implemented. It is planned for 2027-03-31.",
        "open; owner: Head of IT; due 2027-03-31; 20 days old",
        "backup; requirements: 2 of soc2, 1 of gdpr",
        "asked: Acme (2027-01-05), a customer without a name; told: Globex",
        "due 2026-11-22 (overdue); 20 days old; Dana on 2026-11-23",
        "note: small",
        "in-progress; owner: nobody; no date",
        "closed on 2026-11-23",
    ):
        assert said in text, said


@pytest.mark.parametrize("width", [60, 80, 140])
def test_text_keeps_to_its_width_and_shows_what_would_turn_a_terminal(width: int) -> None:
    long = entry(gap(subject="word " * 60, detail="\x1b[31m red \u202e " + "more " * 50), note="a\nb")
    text = register_text(whole(long), width=width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert not {"\x1b", "\u202e"} & set(text)


def test_an_empty_register_says_so_in_every_form() -> None:
    assert register_text(whole()) == "Quillworks: no gap on 2026-11-23"
    assert register_document(whole())["gaps"] == []
    assert register_csv(whole()).count(b"\r\n") == 1
    assert sheet_of(gap_register_workbook(whole())).max_row <= 2


def test_the_workbook_has_a_row_a_gap_in_the_registers_order() -> None:
    sheet = sheet_of(gap_register_workbook(several()))
    rows = list(sheet.iter_rows(values_only=True))
    heads = [str(one) for one in rows[0]]
    assert set(heads) == {column.value for column in Column}
    first, second, third, fourth = (dict(zip(heads, row, strict=True)) for row in rows[1:])
    assert [one["Id"] for one in (first, second, third, fourth)] == [
        "G-AAAAAAAA",
        "G-CCCCCCCC",
        "G-BBBBBBBB",
        "G-DDDDDDDD",
    ]
    assert first["Due"].date() == date(2027, 3, 31)  # type: ignore[union-attr]
    assert first["Days open"] == 20
    assert (second["Status"], second["Note"], second["Decided"]) == (
        "risk-accepted",
        "small",
        "Dana on 2026-11-23",
    )
    assert (third["Due"], third["Scope"]) == (None, None)
    assert (fourth["Severity"], fourth["Status"]) == ("closed", "closed")
    assert first["Stamp"] == decision_stamp("G-AAAAAAAA", "open", "Head of IT", "2027-03-31", "")


def test_the_workbook_offers_the_statuses_filters_freezes_and_prints_across() -> None:
    sheet = sheet_of(gap_register_workbook(several()))
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"open,in-progress,risk-accepted"'
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "Status")
    assert str(choice.sqref) == f"{letter}2:{letter}5"
    assert sheet.auto_filter.ref is not None
    assert (sheet.freeze_panes, sheet.page_setup.orientation) == ("D2", "landscape")


def test_the_second_sheet_has_every_severity_rule_in_words() -> None:
    book = openpyxl.load_workbook(io.BytesIO(gap_register_workbook(several())))
    said = {str(cell.value).casefold() for row in book["How to read this"] for cell in row if cell.value}
    assert not [one for one in SeverityRule if f"{one.words}.".casefold() not in said]


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_no_text_runs_in_the_workbook_and_what_is_read_back_is_exact(text: str) -> None:
    sheet = sheet_of(gap_register_workbook(whole(entry(gap(subject=text), owner=text, note=text))))
    for cell in sheet[2]:
        assert cell.data_type != "f"
    if text.isprintable():
        heads = [cell.value for cell in sheet[1]]
        assert sheet[2][heads.index("Note")].value == text


def test_the_columns_read_back_are_all_there() -> None:
    heads = {cell.value for cell in sheet_of(gap_register_workbook(several()))[1]}
    assert {column.value for column in READ_BACK} <= heads


def test_equal_registers_give_equal_bytes() -> None:
    assert gap_register_workbook(several()) == gap_register_workbook(several())
    assert register_json(several()) == register_json(several())
