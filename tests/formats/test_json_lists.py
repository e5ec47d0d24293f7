"""Question lists in JSON: what is a question, where its answer goes, and that nothing else in the file changes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_json import MadeFile, aside, asked

from avow.errors import AvowError, InputRefusedError
from avow.formats.files import understand_file
from avow.formats.json.file import _opened
from avow.formats.json.slots import spliced
from avow.formats.json.syntax import resolved
from avow.model.questionnaires import CellAddress, LayoutOverride
from avow.model.reasons import Reason
from avow.model.responses import CellWrite

FORM = """{
  "title": "Vendor form", "version": 1.10,
  "sections": [
    {"name": "Access", "intro": "Please answer every question.", "questions": [
      {
        "ref": "A-1",
        "prompt": "Is MFA enforced?",
        "options": ["Yes", "No", "N/A"],
        "weight": 1e2
      },
      {"ref": "A-2", "prompt": "Is SSO used?", "response": null, "comments": "",
       "followUps": [{"prompt": "Since when?", "response": ""}]}
    ]},
    {"name": "Data", "questions": [{"ref": 7, "prompt": "Is data encrypted?", "response": "Yes"}]}
  ]
}
"""


def test_questions_sections_references_choices_and_follow_ups_are_understood(tmp_path: Path) -> None:
    form = MadeFile(tmp_path, FORM).understood
    first, second, third, last = form.questions
    assert [one.text for one in form.questions] == [
        "Is MFA enforced?", "Is SSO used?", "Since when?", "Is data encrypted?",
    ]  # fmt: skip
    assert [one.ref for one in form.questions] == ["A-1", "A-2", "", "7"]
    assert [one.section for one in form.questions] == ["Access", "Access", "Access", "Data"]
    assert first.place.choices is not None
    assert first.place.choices.options == ("Yes", "No", "N/A")
    assert third.parent == second.address
    assert str(second.place.comment) == "/sections/0/questions/1/comments"
    assert last.place.existing == "Yes"
    assert aside(form) == [
        ("/title", "section-heading"),
        ("/sections/0/name", "section-heading"),
        ("/sections/0/intro", "instruction"),
        ("/sections/1/name", "section-heading"),
    ]


def test_only_the_answers_change_and_a_missing_member_is_added_as_the_file_spells_it(tmp_path: Path) -> None:
    out = MadeFile(tmp_path, FORM).filled(
        {
            "/sections/0/questions/0/response": 'Yes, "all"\nof them',
            "/sections/0/questions/1/response": "Café",
            "/sections/0/questions/1/comments": "c",
        }
    )
    expected = (
        FORM.replace(
            '"Is MFA enforced?",', '"Is MFA enforced?",\n        "response": "Yes, \\"all\\"\\nof them",'
        )
        .replace('"response": null', '"response": "Café"')
        .replace('"comments": ""', '"comments": "c"')
    )
    assert out == expected.encode()


@pytest.mark.parametrize(
    ("raw", "answers", "expected"),
    [
        ('[{"question":"Is MFA on?"}]', {"/0/answer": "Yes"}, '[{"question":"Is MFA on?","answer":"Yes"}]'),
        ('[{"question": "Is MFA on?" , "id": 1.10}]', {"/0/answer": "Yes"},
         '[{"question": "Is MFA on?","answer": "Yes" , "id": 1.10}]'),
        ('[{"question":"Is MFA on?","answer":{"value":null,"comment":""}}]',
         {"/0/answer/value": "Yes", "/0/answer/comment": "all"},
         '[{"question":"Is MFA on?","answer":{"value":"Yes","comment":"all"}}]'),
        ('[{"question":"Is MFA on?","answer":[]}]', {"/0/answer": "Yes"}, '[{"question":"Is MFA on?","answer":["Yes"]}]'),
        ('[{"question":"Is MFA on?","type":"boolean","answer":null}]', {"/0/answer": "No"},
         '[{"question":"Is MFA on?","type":"boolean","answer":false}]'),
        ('[{"question":"Is MFA on?","choices":[{"value":1,"label":"Yes"},{"value":2,"label":"No"}],"answer":null}]',
         {"/0/answer": "No"},
         '[{"question":"Is MFA on?","choices":[{"value":1,"label":"Yes"},{"value":2,"label":"No"}],"answer":2}]'),
        ('{"Is MFA on?": "", "Is SSO on?": null}', {"/Is SSO on?": "Yes"}, '{"Is MFA on?": "", "Is SSO on?": "Yes"}'),
        ('[{"question":"Is \\u00e9 on?","answer":""}]', {"/0/answer": "é"}, '[{"question":"Is \\u00e9 on?","answer":"\\u00e9"}]'),
        ('[{"question":"Is é on?","answer":""}]', {"/0/answer": "é😀"}, '[{"question":"Is é on?","answer":"é😀"}]'),
        ('{"a~b/c":[{"label":"Company","value":""}]}', {"/a~0b~1c/0/value": "X"}, '{"a~b/c":[{"label":"Company","value":"X"}]}'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_splice_is_exact_in_every_encoding(
    tmp_path: Path, raw: str, answers: dict[str, str], expected: str, encoding: str
) -> None:
    assert MadeFile(tmp_path, raw.encode(encoding)).filled(answers) == expected.encode(encoding)


@pytest.mark.parametrize(
    ("raw", "question", "existing"),
    [
        ('[{"question": "Is MFA on?", "answer": true}]', "Is MFA on?", "true"),
        ('[{"question": "Is MFA on?", "type": "boolean", "answer": false}]', "Is MFA on?", "No"),
        ('[{"question": "Which?", "answer": ["A", "B"]}]', "Which?", "A, B"),
        ('[{"question": "How many staff?", "answer": 1.10}]', "How many staff?", "1.10"),
        ('[{"question": {"de": "Ist MFA an?", "en": "Is MFA on?"}, "answer": ""}]', "Is MFA on?", ""),
        ('[{"title": "MFA", "description": "Is MFA enforced for staff?", "answer": ""}]', "Is MFA enforced for staff?", ""),
        ('[{"control": "IAM-01", "text": "Is MFA enforced?", "answer": ""}]', "Is MFA enforced?", ""),
        ('[{"Frage": "Ist MFA aktiv?", "Antwort": "Ja"}]', "Ist MFA aktiv?", "Ja"),
        ('[{"questionText": "Is MFA on?", "vendorResponse": "Yes"}]', "Is MFA on?", "Yes"),
        ('[{"requirement": "Access is reviewed", "status": "open"}]', "Access is reviewed", ""),
        ('[{"choices": [{"value": "y", "label": "Yes"}], "question": "Is MFA on?", "answer": "y"}]', "Is MFA on?", "Yes"),
    ],
)  # fmt: skip
def test_common_names_and_values_are_understood(
    tmp_path: Path, raw: str, question: str, existing: str
) -> None:
    form = MadeFile(tmp_path, raw).understood
    assert [(one.text, one.place.existing) for one in form.questions] == [(question, existing)]


def test_questions_without_an_object_of_their_own_have_no_place(tmp_path: Path) -> None:
    form = MadeFile(
        tmp_path, '{"questions": ["Is MFA on?", "Encryption of backups", ""], "note": ["x"]}'
    ).understood
    assert asked(form) == [("/questions/0", "Is MFA on?"), ("/questions/1", "Encryption of backups")]
    assert all(one.place.blocked == (Reason.NO_ANSWER_PLACE,) for one in form.questions)
    assert aside(form) == [("/note", "not-a-question")]


def test_an_object_without_a_question_text_is_not_lost(tmp_path: Path) -> None:
    form = MadeFile(
        tmp_path, '[{"question": "Is MFA on?"}, {"id": "Q2", "question": "", "answer": ""}]'
    ).understood
    assert aside(form) == [("/1", "no-question-text")]


def test_another_question_beside_the_first_is_not_lost(tmp_path: Path) -> None:
    raw = '[{"question": "Is MFA on?", "also": "Who is exempt?", "guidance": "Is it on?", "answer": ""}]'
    form = MadeFile(tmp_path, raw).understood
    assert [one.text for one in form.questions] == ["Is MFA on?", "Who is exempt?"]
    assert form.questions[1].flags == (Reason.LAYOUT_UNSURE,)
    assert form.questions[1].parent == form.questions[0].address


def test_columns_by_hand_are_refused_since_there_are_none(tmp_path: Path) -> None:
    path = MadeFile(tmp_path, FORM).path
    with pytest.raises(AvowError, match="JSON has no columns"):
        understand_file(path, LayoutOverride(question="A"))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'[{"question": "Is \xe9 on?"}]', Reason.ENCODING_ERROR),
        (b'\xff\xfe[\x00"\x00\x00\xd8"\x00]\x00', Reason.ENCODING_ERROR),
        ("[1]".encode("utf-32"), Reason.ENCODING_ERROR),
        (b"\xef\xbb\xbf \r\n", Reason.FILE_EMPTY),
        (b"question,answer\r\nIs MFA on?,\r\n", Reason.FILE_TYPE_MISMATCH),
        (b"// why\n[]", Reason.FILE_DAMAGED),
        (b" " * (33 << 20), Reason.FILE_TOO_LARGE),
    ],
)
def test_a_file_that_is_no_json_is_refused_with_its_reason(tmp_path: Path, raw: bytes, code: Reason) -> None:
    with pytest.raises(InputRefusedError) as refused:
        understand_file(MadeFile(tmp_path, raw).path)
    assert refused.value.code == code


def test_a_file_changed_since_it_was_read_is_not_filled(tmp_path: Path) -> None:
    from io import BytesIO

    from avow.formats.json.file import write_filled

    with pytest.raises(InputRefusedError, match="changed since"):
        write_filled(MadeFile(tmp_path, FORM).path, [], BytesIO(), sha256="0" * 64)


# ── any list at all ────────────────────────────────────────────────────────────────────────────

WORDS = st.sampled_from(
    ["", "Is MFA on?", "Do you log?", "Access control", "The vendor must encrypt data.", "x", "é😀", "If yes, describe.",
     "Yes", 'a "b"\n', "A" * 130]
)  # fmt: skip
NAMES = st.sampled_from(
    ["question", "answer", "text", "id", "section", "choices", "comment", "items", "title", "notes", "Is it?", "type",
     "value", "a/b", "response", "weird", "description"]
)  # fmt: skip
LISTS = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(0, 9)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=25,
)


def leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Address and text of every text in a value that is not blank."""
    if isinstance(value, str):
        return [(path, value)] if value.strip() else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [
        leaf
        for name, inner in pairs
        for leaf in leaves(inner, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")
    ]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LISTS, st.sampled_from([None, 1]))
def test_every_text_belongs_to_a_question_or_a_row_left_alone(value: Any, indent: int | None) -> None:
    document = _opened(json.dumps([value], indent=indent).encode(), "f.json")
    reading, root = document.reading, document.document.root
    rows = [row.address.cell for row in reading.ignored]
    own = [question.address.cell for question in reading.questions]
    around = [cell.rpartition("/")[0] for cell in own]
    objects = [one for one in around if (node := resolved(root, one)) is not None and node.kind == "object"]
    for path, text in leaves([value]):
        holding = (*rows, *own, *objects)
        assert any(path == one or path.startswith(f"{one}/") for one in holding), (path, text)
    everything = [*rows, *own]
    assert len(everything) == len(set(everything))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    LISTS,
    st.sampled_from([None, 1]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1),
)
def test_filling_changes_the_answered_values_and_no_other(value: Any, indent: int | None, said: str) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    opened = _opened(text.encode(), "f.json")
    places = {
        one.place.answer.cell: one
        for one in opened.reading.questions
        if one.place.answer and not one.place.existing
    }
    writes = [CellWrite(address=CellAddress("", cell), value=said) for cell in places]
    out = spliced(opened.document, opened.reading.slots, writes)
    before, after = dict(leaves(value)), dict(leaves(json.loads(out)))
    assert {path for path in after if before.get(path) != after[path]} <= {
        path for cell in places for path in (cell, f"{cell}/0")
    }
    assert set(before) <= set(after)
    assert spliced(opened.document, opened.reading.slots, []) == text
    again = {
        one.address.cell: one.place.existing for one in _opened(out.encode(), "f.json").reading.questions
    }
    for question in places.values():
        if said.strip() and question.address.cell in again and question.place.answer != question.address:
            assert again[question.address.cell] == said.strip()
