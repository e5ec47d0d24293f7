"""VSAQ questionnaires: items as the application shows them, answers as it loads them."""

import json
from pathlib import Path

import pytest
from made_json import MadeFile, aside, asked

from avow.formats.json.conditions import asked_under
from avow.model.base import Verdict
from avow.model.questionnaires import Question
from avow.model.reasons import Reason

SHARED = Path(__file__).resolve().parents[3] / "shared" / "questionnaires" / "google-vsaq"
FORM = """
// Copyright
{
  "questionnaire": [
    {"type": "block", "text": "Web", "items": [
      {"type": "block", "text": "Metadata", "id": "meta", "items": [
        {"type": "line", "text": "The name of the application:", "id": "name"},
        {"type": "box", "text": "A <b>brief</b> description &amp; scope:", "id": "about", "default": "as before"},
        {"type": "box", "text": "Shown only", "id": "fixed", "auth": "readonly"},
        {"type": "box", "text": "For the reviewer", "id": "mine", "auth": "admin"},
        {"type": "upload", "text": "Attach the report.", "id": "report"},
        {"type": "spacer"}
      ]},
      // about HTTPS
      {"type": "block", "text": "Transport", "items": [
        {"type": "info", "text": "Transport matters."},
        {"type": "radiogroup", "text": "Is HTTPS " +
            "enforced?", "id": "tls", "defaultChoice": false, "choices": [
            {"tls_yes": "Yes"}, {"tls_no": "No, not \\x41lways"}]},
        {"type": "tip", "id": "warn_tls", "text": "Plain HTTP is unsafe.", "warn": "yes", "why": "Please explain:",
         "cond": "tls_no"},
        {"type": "line", "text": "Until when?", "id": "until", "cond": "^warn_tls"},
        {"type": "block", "text": "Details", "cond": "tls_yes", "items": [
          {"type": "yesno", "text": "Is HSTS on?", "yes": "Yes", "no": "No", "id": "hsts"},
          {"type": "line", "text": "Since when?", "id": "since", "cond": "hsts/yes && !tls_no"}
        ]},
        {"type": "info", "text": "Which standards do you apply?"},
        {"type": "checkgroup", "defaultChoice": true, "choices": [{"iso": "ISO"}, {"soc": "SOC"}]},
        {"type": "checkgroup", "defaultChoice": false, "choices": [{"pci": "PCI"}]},
        {"type": "check", "id": "sworn", "text": "I declare that all is true."}
      ]}
    ]}
  ]
}
"""


@pytest.fixture
def form(tmp_path: Path) -> MadeFile:
    return MadeFile(tmp_path, FORM)


def by_text(form: MadeFile, text: str) -> Question:
    return next(one for one in form.understood.questions if one.text == text)


def test_items_with_a_value_are_questions_and_all_others_rows_with_a_reason(form: MadeFile) -> None:
    assert [text for _, text in asked(form.understood)] == [
        "The name of the application:", "A brief description & scope:", "Shown only", "Attach the report.",
        "Is HTTPS enforced?", "Until when?", "Is HSTS on?", "Since when?", "Which standards do you apply?",
        "I declare that all is true.",
    ]  # fmt: skip
    at = "/questionnaire/0/items"
    assert aside(form.understood) == [
        ("/questionnaire/0/text", "section-heading"),
        (f"{at}/0/text", "section-heading"),
        (f"{at}/0/items/3/text", "skipped-by-form"),
        (f"{at}/1/text", "section-heading"),
        (f"{at}/1/items/0/text", "instruction"),
        (f"{at}/1/items/2/text", "instruction"),
        (f"{at}/1/items/4/text", "section-heading"),
    ]


def test_conditions_make_follow_ups_of_the_question_they_speak_of(form: MadeFile) -> None:
    parents = {one.text: one.parent for one in form.understood.questions}
    assert parents["Is HSTS on?"] == by_text(form, "Is HTTPS enforced?").address
    assert parents["Since when?"] == by_text(form, "Is HSTS on?").address
    assert parents["Until when?"] == by_text(form, "Is HTTPS enforced?").address
    assert parents["Is HTTPS enforced?"] is None


def test_a_condition_says_which_answers_a_follow_up_is_for(form: MadeFile) -> None:
    wanted = {one.text: one.asked_if for one in form.understood.questions}
    assert wanted["Is HSTS on?"] == (Verdict.YES, Verdict.PARTIAL, Verdict.NOT_APPLICABLE)  # all but a "No"
    assert Verdict.NO not in wanted["Since when?"]
    assert wanted["Until when?"] == ()  # a condition in a notation that is not known
    assert wanted["Is HTTPS enforced?"] == ()


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ("tls_no", {Verdict.NO}),
        ("!tls_yes", {Verdict.NO}),
        ("tls_no && elsewhere", {Verdict.NO}),
        ("(tls_no || tls_no) && !elsewhere", {Verdict.NO}),
        ("tls_no || elsewhere", set()),
        ("tls_no || tls_yes", set()),
        ("elsewhere", set()),
        ("tls_no &&", set()),
        ("(tls_no", set()),
        ("tls_no ^ tls_yes", set()),
        ("(" * 200 + "tls_no" + ")" * 200, set()),
    ],
)
def test_conditions_are_read_as_far_as_they_speak_of_one_question(
    condition: str, asked: set[Verdict]
) -> None:
    known = {
        "tls_yes": {Verdict.YES: True, Verdict.NO: False},
        "tls_no": {Verdict.YES: False, Verdict.NO: True},
    }
    found = set(asked_under(condition, known))
    assert found - {Verdict.PARTIAL, Verdict.NOT_APPLICABLE} == asked


def test_places_are_the_ids_that_the_application_keeps_answers_by(form: MadeFile) -> None:
    assert str(by_text(form, "The name of the application:").place.answer) == "/name"
    assert by_text(form, "A brief description & scope:").place.existing == "as before"
    assert by_text(form, "Shown only").place.blocked == (Reason.ANSWER_CELL_LOCKED,)
    assert by_text(form, "Attach the report.").place.blocked == (Reason.NO_ANSWER_PLACE,)
    tls = by_text(form, "Is HTTPS enforced?").place
    assert [(one.label, str(one.address)) for one in tls.options] == [
        ("Yes", "/tls_yes"), ("No, not Always", "/tls_no"),
    ]  # fmt: skip
    assert [one.label for one in by_text(form, "Which standards do you apply?").place.options] == [
        "ISO",
        "SOC",
        "PCI",
    ]


def test_the_filled_file_loads_as_answers_and_as_the_questionnaire(form: MadeFile) -> None:
    filled = form.filled(
        {"/name": "Harbor", "/tls_yes": "X", "/hsts": "Yes", "/iso": "X", "/pci": "X", "/sworn": "X"}
    )
    loaded = json.loads(filled)
    questionnaire = loaded.pop("questionnaire")
    assert loaded == {
        "name": "Harbor", "tls_yes": "checked", "hsts": "yes", "iso": "checked", "pci": "checked", "sworn": "checked",
    }  # fmt: skip
    texts = json.dumps(questionnaire)
    assert "Is HTTPS enforced?" in texts
    assert "No, not Always" in texts
    assert [note.reason for note in form.understood.notes] == [Reason.REWRITTEN_AS_JSON]


def test_answers_in_the_file_are_read_and_replaced_in_place(form: MadeFile, tmp_path: Path) -> None:
    answered = MadeFile(
        tmp_path, form.filled({"/hsts": "No", "/tls_no": "X", "/iso": "X", "/soc": "X"}), "again.json"
    )
    existing = {one.text: one.place.existing for one in answered.understood.questions}
    assert existing["Is HSTS on?"] == "No"
    assert existing["Is HTTPS enforced?"] == "No, not Always"
    assert existing["Which standards do you apply?"] == "ISO\nSOC"
    assert answered.understood.notes == ()
    assert json.loads(answered.filled({"/hsts": "Yes"}))["hsts"] == "yes"
    assert answered.filled({}) == answered.raw


def test_a_plain_questionnaire_keeps_every_byte_but_for_the_answers(tmp_path: Path) -> None:
    raw = '{\r\n\t"version": 1.0,\r\n\t"questionnaire": [{"type":"line","text":"Name?","id":"n"}]\r\n}\r\n'
    form = MadeFile(tmp_path, raw)
    assert form.filled({}) == raw.encode()
    assert form.filled({"/n": "é"}) == raw.replace("{\r\n\t", '{\r\n\t"n": "é",\r\n\t', 1).encode()


def test_an_id_that_the_root_has_for_something_else_is_no_place(tmp_path: Path) -> None:
    raw = '{"version": 1, "questionnaire": [{"type": "line", "text": "Which version?", "id": "version"}]}'
    assert MadeFile(tmp_path, raw).understood.questions[0].place.blocked == (Reason.NO_ANSWER_PLACE,)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real questionnaires are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "valued"),
    [("webapp", 73), ("infrastructure", 96), ("physical_and_datacenter", 29), ("security_privacy_programs", 46),
     ("test_template", 3)],
)  # fmt: skip
def test_every_item_of_the_real_questionnaires_is_accounted_for(
    tmp_path: Path, name: str, valued: int
) -> None:
    form = MadeFile(tmp_path, (SHARED / f"{name}.json").read_bytes())
    filled = json.loads(form.filled({}))
    found: list[tuple[str, dict[str, object]]] = []

    def walk(items: list[dict[str, object]], path: str) -> None:
        for number, item in enumerate(items):
            found.append((f"{path}/{number}", item))
            walk(item.get("items", []), f"{path}/{number}/items")  # type: ignore[arg-type]

    walk(filled["questionnaire"], "/questionnaire")
    rows = {cell for cell, _ in (*asked(form.understood), *aside(form.understood))}
    assert {path for path, item in found if item.get("text") and f"{path}/text" not in rows} == set()
    assert len(form.understood.questions) == valued
    options = {str(o.address)[1:] for one in form.understood.questions for o in one.place.options}
    ids = {next(iter(choice)) for _, item in found for choice in item.get("choices", [])}  # type: ignore[attr-defined]
    assert options >= ids
