"""Pasted questions: what of a text asks, what does not and why, and where each answer goes."""

from pathlib import Path

import pytest
from made_json import MadeFile, aside, asked

from avow.errors import AvowError, InputRefusedError
from avow.formats.files import refuse_unanswerable, understand_file
from avow.model.questionnaires import LayoutOverride, Question, Questionnaire
from avow.model.reasons import Reason

MAIL = """From: Mark Miller <mark@example.com>
To: Dana
Subject: Vendor questions

Hi Dana,

Hope you are well. We are reviewing vendors this month and our security team has a few
questions about your product. Could you please answer the questions below by Friday?

1. Do you encrypt customer data at rest, and if so, with which algorithm and key length do you
   do this?
2) Is MFA enforced?
   If yes, describe.
3.2.1 Are backups tested?

Access control:
- Do you review access?
- Joiners and leavers process
* Who approves access?

Q7: Is there a policy for
passwords?

All data must be encrypted in transit.

Thanks a lot,
Mark

--
Mark Miller
Procurement | Example Bank

> On Monday Dana wrote:
> Do you want to have a call?
"""


def form(tmp_path: Path, text: str, name: str = "questions.txt") -> Questionnaire:
    return MadeFile(tmp_path, text, name).understood


def one(tmp_path: Path, text: str, name: str = "questions.txt") -> Question:
    questions = form(tmp_path, text, name).questions
    assert len(questions) == 1
    return questions[0]


def test_an_e_mail_is_read_as_a_person_would(tmp_path: Path) -> None:
    found = form(tmp_path, MAIL)
    assert [(one.address.cell, one.ref, one.section, one.text) for one in found.questions] == [
        ("line[10]", "1", "", "Do you encrypt customer data at rest, and if so, with which algorithm and key length do you "
         "do this?"),
        ("line[12]", "2", "", "Is MFA enforced?"),
        ("line[13]", "", "", "If yes, describe."),
        ("line[14]", "3.2.1", "", "Are backups tested?"),
        ("line[17]", "", "Access control", "Do you review access?"),
        ("line[18]", "", "Access control", "Joiners and leavers process"),
        ("line[19]", "", "Access control", "Who approves access?"),
        ("line[21]", "Q7", "Access control", "Is there a policy for passwords?"),
        ("line[24]", "", "Access control", "All data must be encrypted in transit."),
    ]  # fmt: skip
    assert found.questions[2].parent == found.questions[1].address
    assert [one.flags for one in found.questions if one.flags] == [(Reason.LAYOUT_UNSURE,)]
    assert [reason for _, reason in aside(found)] == [
        "not-a-question", "not-a-question", "not-a-question", "not-a-question", "instruction", "section-heading",
        "not-a-question", "not-a-question", "not-a-question", "not-a-question", "not-a-question", "not-a-question",
    ]  # fmt: skip


def test_every_line_with_a_word_on_it_belongs_to_a_question_or_a_row_left_alone(tmp_path: Path) -> None:
    found = form(tmp_path, MAIL)
    told = " ".join([*(one.text for one in found.questions), *(row.text for row in found.ignored)])
    for line in MAIL.splitlines():
        for word in line.split():
            assert word.strip("1.2)3>*-Q7:") in told, line


@pytest.mark.parametrize(
    ("text", "ref", "question"),
    [
        ("1. Is MFA on?", "1", "Is MFA on?"), ("1) Is MFA on?", "1", "Is MFA on?"), ("(1) Is MFA on?", "1", "Is MFA on?"),
        ("a) Is MFA on?", "a", "Is MFA on?"), ("Q1: Is MFA on?", "Q1", "Is MFA on?"), ("Q: Is MFA on?", "", "Is MFA on?"),
        ("3.2.1 Is MFA on?", "3.2.1", "Is MFA on?"), ("IAM-02: Is MFA on?", "IAM-02", "Is MFA on?"),
        ("#4 Is MFA on?", "4", "Is MFA on?"), ("iv. Is MFA on?", "iv", "Is MFA on?"), ("• Is MFA on?", "", "Is MFA on?"),
        ("- Is MFA on?", "", "Is MFA on?"), ("Is MFA on?", "", "Is MFA on?"), ("  2. Is MFA on?", "2", "Is MFA on?"),
        ("The vendor must encrypt backups.", "", "The vendor must encrypt backups."),
        ("Describe your backup process.", "", "Describe your backup process."),
        ("Ist MFA aktiv?", "", "Ist MFA aktiv?"), ("A. Is MFA on?", "A", "Is MFA on?"), ("A: Is MFA on?", "A", "Is MFA on?"),
        ("# Is MFA on?", "", "Is MFA on?"), ("Could you confirm that MFA is on?", "", "Could you confirm that MFA is on?"),
    ],
)  # fmt: skip
def test_markers_are_told_from_the_question(tmp_path: Path, text: str, ref: str, question: str) -> None:
    found = one(tmp_path, text)
    assert (found.ref, found.text) == (ref, question)


@pytest.mark.parametrize(
    ("text", "existing"),
    [
        ("Is MFA on?\nA: Yes, for all.", "Yes, for all."),
        ("1. Is MFA on?\n   Answer: Yes,\n     for all.\n\n     Really.", "Yes,\nfor all.\n\nReally."),
        ("Is MFA on? Yes.", "Yes."),
        ("Is MFA on?\nNo, it is planned.", "No, it is planned."),
        ("Is MFA on?\nResponse:\nYes", ""),
        ("Is MFA on?\nAnswer: ____", ""),
        ("Is MFA on?", ""),
    ],
)
def test_answers_that_are_there_are_seen(tmp_path: Path, text: str, existing: str) -> None:
    found = one(tmp_path, text) if "Response" not in text else form(tmp_path, text).questions[0]
    assert found.place.existing == existing


def test_boxes_are_options_with_the_answer_below_for_words(tmp_path: Path) -> None:
    place = one(tmp_path, "Is MFA on?\n[ ] Yes\n[x] No\nComments:\n").place
    assert place.choices is not None
    assert place.choices.options == ("Yes", "No")
    assert [str(option.address) for option in place.options] == ["line[1]/option[1]", "line[1]/option[2]"]
    assert place.existing == "No"
    assert str(place.comment) == "line[4]/comment"
    assert [option.label for option in one(tmp_path, "Is MFA on? [ ] Yes [ ] No").place.options] == [
        "Yes",
        "No",
    ]
    assert one(tmp_path, "Is MFA on? [ ] Yes [ ] No").text == "Is MFA on?"


def test_a_markdown_table_is_read_as_a_table(tmp_path: Path) -> None:
    table = "| # | Question | Answer |\n|---|:--|---|\n| 1 | Is a \\| b on? | |\n| 2 | Is SSO on? | Yes |\n"
    text = f"## Access\n\n{table}\nWho approves?\n"
    found = form(tmp_path, text, "form.md")
    assert [(str(one.address), one.text, one.section) for one in found.questions] == [
        ("table[1]!B2", "Is a | b on?", "Access"), ("table[1]!B3", "Is SSO on?", "Access"),
        ("line[8]", "Who approves?", "Access"),
    ]  # fmt: skip
    assert str(found.questions[0].place.answer) == "table[1]!C2"
    assert found.questions[1].place.existing == "Yes"


def test_where_only_quoted_lines_ask_they_are_the_questions(tmp_path: Path) -> None:
    found = form(tmp_path, "See below.\n\n> 1. Is MFA on\n>    for all?\n> > 2. Is SSO on?\n")
    assert [(one.ref, one.text) for one in found.questions] == [
        ("1", "Is MFA on for all?"),
        ("2", "Is SSO on?"),
    ]


def test_where_nothing_asks_a_list_is_answered_by_a_person_and_other_text_is_refused(tmp_path: Path) -> None:
    found = form(tmp_path, "- Encryption at rest\n- MFA for admins\n")
    assert [one.flags for one in found.questions] == [(Reason.LAYOUT_UNSURE,)] * 2
    with pytest.raises(InputRefusedError, match="no-question-found"):
        refuse_unanswerable(form(tmp_path, "It was a dark and stormy night.\n"))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b" \r\n\t\n", Reason.FILE_EMPTY),
        (b"\0" * 64, Reason.FILE_TYPE_MISMATCH),
        (b"Is MFA on?\n" * (2 << 20), Reason.FILE_TOO_LARGE),
        (b"%PDF-1.7\n", Reason.FILE_TYPE_MISMATCH),
        ("Is MFA on?".encode("utf-32"), Reason.ENCODING_ERROR),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(tmp_path: Path, raw: bytes, code: Reason) -> None:
    path = tmp_path / "questions.txt"
    path.write_bytes(raw)
    with pytest.raises(InputRefusedError) as refused:
        understand_file(path)
    assert refused.value.code == code


def test_columns_by_hand_are_refused_since_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(AvowError, match="a text has no columns"):
        understand_file(MadeFile(tmp_path, MAIL, "questions.txt").path, LayoutOverride(question="A"))


def test_a_disguised_question_is_flagged(tmp_path: Path) -> None:
    assert one(tmp_path, "Is M\u200bFA on?").flags == (Reason.SUSPICIOUS_TEXT,)


def test_the_lines_of_every_line_end_are_counted_alike(tmp_path: Path) -> None:
    for ending in ("\n", "\r\n", "\r"):
        found = form(tmp_path, ending.join(["Is MFA on?", "", "Is SSO on?"]))
        assert asked(found) == [("line[1]", "Is MFA on?"), ("line[3]", "Is SSO on?")]


def test_one_numbered_word_with_a_question_mark_asks(tmp_path: Path) -> None:
    found = form(tmp_path, "4 Security\n4.15 Is MFA enforced?\n4.16 SBOM?\n4.17 Are backups tested?\n")
    assert [one.text for one in found.questions] == ["Is MFA enforced?", "SBOM?", "Are backups tested?"]
