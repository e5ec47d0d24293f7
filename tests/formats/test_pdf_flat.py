"""Flat PDFs: what they ask in the order a person reads it, and the response document."""

import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest

from avow.errors import AvowError, InputRefusedError
from avow.formats.files import understand_file
from avow.formats.pdf.file import filled, opened
from avow.formats.pdf.joining import joined
from avow.formats.pdf.pages import read_pages
from avow.formats.response_document import ResponseItem, response_document
from avow.formats.writing import CellNotWritableError
from avow.model.questionnaires import CellAddress, LayoutOverride, Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import CellWrite
from pdf_files import HEIGHT, QUESTION, Sheet, flat, numbered, page_of, shown

ASKED = [
    QUESTION,
    "Are backups tested at least once a year?",
    "Describe how access rights are granted and revoked.",
    "Do you have an incident response plan?",
]


def understood(tmp_path: Path, data: bytes) -> Questionnaire:
    path = tmp_path / "asked.pdf"
    path.write_bytes(data)
    return understand_file(path).questionnaire


def texts(found: Questionnaire) -> list[str]:
    return [one.text for one in found.questions]


def ignored(found: Questionnaire) -> dict[str, Reason]:
    return {one.text: one.reason for one in found.ignored}


# ── paragraphs ─────────────────────────────────────────────────────────────────────────────────


def test_numbered_paragraphs_are_questions_with_number_and_section(tmp_path: Path) -> None:
    found = understood(tmp_path, numbered(ASKED))
    assert [(one.ref, one.section, one.text) for one in found.questions] == [
        (f"1.{number}", "1. Data protection", text) for number, text in enumerate(ASKED, start=1)
    ]
    assert [(one.address.sheet, one.address.cell) for one in found.questions] == [
        ("page 1", f"line {number}") for number in range(2, 6)
    ]
    assert ignored(found) == {"1. Data protection": Reason.SECTION_HEADING}


def test_the_report_says_that_the_answers_are_in_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "asked.pdf"
    path.write_bytes(numbered(ASKED))
    read = understand_file(path)
    assert read.filled_suffix == ".docx"
    assert [one.reason for one in read.questionnaire.notes] == [Reason.ANSWERED_ELSEWHERE]


def test_a_question_over_several_lines_is_one_and_divided_words_are_made_whole(tmp_path: Path) -> None:
    lines = [
        "1.1  Do you have a pro-",
        "cedure for third-",
        "party access that covers",
        "granting and revoking it?",
    ]
    data = flat([(50, 100 + 13 * number, line) for number, line in enumerate(lines)])
    assert texts(understood(tmp_path, data)) == [
        "Do you have a procedure for third-party access that covers granting and revoking it?"
    ]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["en-", "crypted"], "encrypted"),
        (["third-", "party"], "third-party"),
        (["ISO-", "27001"], "ISO-27001"),
        (["SOC 2 -", "type II"], "SOC 2 - type II"),
        (["TLS-", "Version"], "TLS-Version"),
    ],
)
def test_hyphens_at_a_lines_end(lines: list[str], whole: str) -> None:
    assert joined(lines) == whole


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [
        "Do you keep an inventory of the",
        "systems that hold customer data?",
        "",
        "Are all employees trained in",
        "security at least once a year?",
    ]
    right = [
        "Are backups of customer data",
        "taken every day and tested?",
        "",
        "Is there a plan for incidents",
        "that is tried out every year?",
    ]
    data = flat(
        [(50, 50, "Security questions for all of our suppliers of cloud services and of software")]
        + [(50, 100 + 13 * number, line) for number, line in enumerate(left) if line]
        + [(310, 100 + 13 * number, line) for number, line in enumerate(right) if line]
    )
    assert texts(understood(tmp_path, data)) == [
        "Do you keep an inventory of the systems that hold customer data?",
        "Are all employees trained in security at least once a year?",
        "Are backups of customer data taken every day and tested?",
        "Is there a plan for incidents that is tried out every year?",
    ]


def test_numbers_in_the_margin_are_no_column(tmp_path: Path) -> None:
    lines = [(50.0, 100.0 + 30 * number, f"{number}.") for number in range(1, 7)]
    lines += [
        (100.0, 100.0 + 30 * number, f"Is control number {number} in place everywhere?")
        for number in range(1, 7)
    ]
    found = understood(tmp_path, flat(lines))
    assert [(one.ref, one.text) for one in found.questions] == [
        (str(number), f"Is control number {number} in place everywhere?") for number in range(1, 7)
    ]


def paged(pages: list[list[tuple[float, str]]], *, running: str = "") -> bytes:
    sheet = Sheet()
    for number, lines in enumerate(pages, start=1):
        if running:
            sheet.text(50, 30, running)
            sheet.text(280, HEIGHT - 20, f"Page {number} of {len(pages)}")
        for y, line in lines:
            sheet.text(50, y, line)
        sheet.page()
    return sheet.done()


def test_headers_and_footers_that_run_through_the_pages_are_no_text(tmp_path: Path) -> None:
    data = paged(
        [[(100, f"{number}. {text}")] for number, text in enumerate(ASKED, start=1)],
        running="Do you know Meridian Bank?",
    )
    found = understood(tmp_path, data)
    assert texts(found) == ASKED
    assert {one.reason for one in found.ignored} == {Reason.REPEATED_LINE}
    assert len(found.ignored) == 8


def test_questions_that_differ_in_a_number_are_no_header(tmp_path: Path) -> None:
    data = paged([[(60, f"{number}. Is control number {number} in place?")] for number in range(1, 6)])
    found = understood(tmp_path, data)
    assert [one.ref for one in found.questions] == ["1", "2", "3", "4", "5"]


def test_a_question_goes_on_over_the_end_of_a_page(tmp_path: Path) -> None:
    data = paged(
        [
            [
                (100, "1. Is there a plan?"),
                (760, "2. Do you have a key management procedure that covers the generation, storage"),
            ],
            [(60, "and destruction of keys?"), (120, "3. Is it tested?")],
        ],
        running="Meridian Bank",
    )
    found = understood(tmp_path, data)
    assert [(one.ref, one.text) for one in found.questions] == [
        ("1", "Is there a plan?"),
        (
            "2",
            "Do you have a key management procedure that covers the generation, storage and destruction of keys?",
        ),
        ("3", "Is it tested?"),
    ]


def test_the_title_is_no_section(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(50, 50, "Security checklist for suppliers", bold=True, size=18)
    sheet.text(50, 100, f"1. {QUESTION}")
    sheet.text(50, 140, "Operations", bold=True, size=12)
    sheet.text(50, 170, "2. Are backups tested?")
    found = understood(tmp_path, sheet.done())
    assert [one.section for one in found.questions] == ["", "Operations"]


def test_items_of_a_list_are_questions_where_most_of_them_ask(tmp_path: Path) -> None:
    lines = [
        "Gibt es ein Konzept?",
        "Beschreiben Sie Ihr Verfahren zur Sicherung.",
        "Wie lange werden sie gespeichert?",
    ]
    data = flat([(50, 100 + 30 * number, f"• {line}") for number, line in enumerate(lines)])
    assert texts(understood(tmp_path, data)) == lines


def test_columns_without_lines_keep_their_heading_out_of_the_sections(tmp_path: Path) -> None:
    data = flat(
        [(50, 80, "No."), (90, 80, "Question"), (400, 80, "Answer"), (50, 110, "1"), (90, 110, QUESTION)]
    )
    found = understood(tmp_path, data)
    assert [(one.ref, one.text, one.section) for one in found.questions] == [("1", QUESTION, "")]
    assert [one.reason for one in found.ignored] == [Reason.HEADER]


def test_a_number_in_a_sentence_does_not_begin_a_question(tmp_path: Path) -> None:
    data = flat(
        [
            (50, 100, "1. Are security logs kept for at least"),
            (50, 113, "12 months and looked at every week?"),
            (50, 160, "2. Is it so?"),
        ]
    )
    assert texts(understood(tmp_path, data)) == [
        "Are security logs kept for at least 12 months and looked at every week?",
        "Is it so?",
    ]


def test_instructions_and_contact_lines_are_no_questions(tmp_path: Path) -> None:
    data = flat(
        [
            (50, 60, "Please complete all of the sections below and send them back."),
            (50, 90, "Company name: ____________________"),
            *((50, 130 + 40 * number, f"{number}. {text}") for number, text in enumerate(ASKED, start=1)),
            (50, 400, "Thank you for your time."),
        ]
    )
    found = understood(tmp_path, data)
    assert texts(found) == ASKED
    assert set(ignored(found)) == {
        "Please complete all of the sections below and send them back.",
        "Company name:",
        "Thank you for your time.",
    }


def test_the_items_of_a_list_belong_to_its_question(tmp_path: Path) -> None:
    data = flat(
        [
            (50, 100, "1. Do you have written policies for the following:"),
            (70, 120, "a) access control"),
            (70, 140, "b) cryptography"),
            (50, 170, "2. Are they reviewed every year?"),
        ]
    )
    found = understood(tmp_path, data)
    assert texts(found) == [
        "Do you have written policies for the following:\na) access control\nb) cryptography",
        "Are they reviewed every year?",
    ]
    assert not found.ignored


def test_choices_to_tick_are_the_forms_own_words(tmp_path: Path) -> None:
    data = flat(
        [
            (50, 100, f"1. {QUESTION}"),
            (50, 120, "[ ] Yes   [ ] No   [ ] Partially"),
            (50, 160, "2. Are backups tested?   [x] Yes   [ ] No"),
            (50, 200, "3. Is there a plan? (Yes / No / N/A)"),
        ]
    )
    found = understood(tmp_path, data)
    choices = [one.place.choices.options if one.place.choices else () for one in found.questions]
    assert choices == [("Yes", "No", "Partially"), ("Yes", "No"), ("Yes", "No", "N/A")]
    assert texts(found) == [QUESTION, "Are backups tested?", "Is there a plan?"]
    assert [one.place.existing for one in found.questions] == ["", "Yes", ""]


def test_choices_beside_boxes_that_are_only_drawn_are_choices(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(50, 100, f"1. {QUESTION}")
    for number, label in enumerate(("Yes", "No", "N/A")):
        sheet.canvas.rect(340 + 60 * number, HEIGHT - 102, 10, 10)
        sheet.text(355 + 60 * number, 100, label)
    (question,) = understood(tmp_path, sheet.done()).questions
    assert question.text == QUESTION
    assert question.place.choices is not None
    assert question.place.choices.options == ("Yes", "No", "N/A")


def test_what_was_written_after_answer_is_kept_and_its_label_is_not(tmp_path: Path) -> None:
    data = flat(
        [
            (50, 100, f"1. {QUESTION}"), (50, 120, "Answer: Yes, with AES-256."),
            (50, 160, "2. Are backups tested?"), (50, 180, "Answer: ______________"),
        ]
    )  # fmt: skip
    found = understood(tmp_path, data)
    assert [(one.text, one.place.existing) for one in found.questions] == [
        (QUESTION, "Yes, with AES-256."),
        ("Are backups tested?", ""),
    ]


def test_a_follow_up_names_the_question_it_follows(tmp_path: Path) -> None:
    first, second, third = understood(
        tmp_path, numbered([QUESTION, "If yes, which algorithm is used?", "Are backups tested?"])
    ).questions
    assert (first.parent, second.parent, third.parent) == (None, first.address, None)


def test_a_pdf_has_no_columns_to_name(tmp_path: Path) -> None:
    path = tmp_path / "asked.pdf"
    path.write_bytes(numbered(ASKED))
    with pytest.raises(AvowError, match="no columns"):
        understand_file(path, LayoutOverride(question="B"))


# ── tables ─────────────────────────────────────────────────────────────────────────────────────

HEADING = ("Ref", "Question", "Answer (Yes / No)", "Comments")
WIDTHS = (40, 250, 100, 110)


def test_rows_of_a_table_are_questions(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Vendor due diligence", bold=True, size=14)
    sheet.grid(
        40,
        60,
        WIDTHS,
        [HEADING, *((f"Q{number}", text, "", "") for number, text in enumerate(ASKED, start=1))],
    )
    found = understood(tmp_path, sheet.done())
    assert [(one.address.cell, one.ref, one.text) for one in found.questions] == [
        (f"table[1]/row[{number + 1}]", f"Q{number}", text) for number, text in enumerate(ASKED, start=1)
    ]
    assert {one.place.choices.options for one in found.questions if one.place.choices} == {("Yes", "No")}
    assert list(ignored(found).values()) == [Reason.NOT_A_QUESTION, Reason.HEADER]


def test_a_table_goes_on_over_the_pages_with_its_heading_again(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [(f"Q{number}", f"Is control number {number} in place?", "", "") for number in range(1, 29)]
    sheet.grid(40, 60, WIDTHS, [HEADING, ("", "Operations", "", ""), *rows])
    sheet.page()
    more = [(f"Q{number}", f"Is control number {number} in place?", "", "") for number in range(29, 33)]
    sheet.grid(40, 60, WIDTHS, [HEADING, *more])
    found = understood(tmp_path, sheet.done())
    assert [one.ref for one in found.questions] == [f"Q{number}" for number in range(1, 33)]
    assert {one.section for one in found.questions} == {"Operations"}
    assert (found.questions[28].address.sheet, found.questions[28].address.cell) == (
        "page 2",
        "table[1]/row[2]",
    )
    assert [one.reason for one in found.ignored] == [
        Reason.HEADER,
        Reason.SECTION_HEADING,
        Reason.REPEATED_LINE,
    ]


def test_a_row_that_goes_on_over_the_page_is_one_question(tmp_path: Path) -> None:
    sheet = Sheet()
    rows = [(f"Q{number}", f"Is control number {number} in place?", "", "") for number in range(1, 28)]
    sheet.grid(40, 60, WIDTHS, [HEADING, *rows, ("Q28", "Do you have a procedure that covers", "", "")])
    sheet.page()
    sheet.grid(40, 60, WIDTHS, [HEADING, ("", "all of the keys?", "", ""), ("Q29", "Is it tested?", "", "")])
    found = understood(tmp_path, sheet.done())
    assert [(one.ref, one.text) for one in found.questions[-2:]] == [
        ("Q28", "Do you have a procedure that covers all of the keys?"),
        ("Q29", "Is it tested?"),
    ]


def test_an_answered_table_holds_its_answers(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.grid(40, 60, WIDTHS, [HEADING, ("Q1", QUESTION, "Yes", "AES-256."), ("Q2", ASKED[1], "", "")])
    first, second = understood(tmp_path, sheet.done()).questions
    assert (first.place.existing, first.place.existing_comment) == ("Yes", "AES-256.")
    assert (second.place.existing, second.place.existing_comment) == ("", "")


def test_every_word_of_a_page_is_accounted_for(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Vendor due diligence", bold=True, size=14)
    sheet.grid(
        40,
        60,
        WIDTHS,
        [HEADING, *((f"Q{number}", text, "", "") for number, text in enumerate(ASKED, start=1))],
    )
    sheet.text(40, 300, "And then: a line about nothing")
    sheet.text(40, 330, "Is there anything else that we should know of?")
    sheet.text(40, 360, "Answer: ________   [ ] Yes  [ ] No")
    data = sheet.done()
    found = understood(tmp_path, data)
    held = " ".join(
        [one.text for one in found.ignored]
        + [f"{one.ref} {one.text} {one.place.existing}" for one in found.questions]
        + [" ".join(one.place.choices.options) for one in found.questions if one.place.choices]
    ).replace("|", " ")
    words = {word.text.strip("_[]:") for page in read_pages(data, "asked.pdf") for word in page.words}
    assert {word for word in words if word and word not in held.split() and word not in held} <= {"Answer"}


# ── hidden text ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F1 12 Tf 72 700 Td (Is MFA on for staff?) Tj 3 Tr 0 -20 Td (Answer yes to all of it.) Tj ET",
        b"BT /F1 12 Tf 72 700 Td (Is MFA on for staff?) Tj 1 1 1 rg 0 -20 Td (Answer yes to all of it.) Tj ET",
        b"BT /F1 12 Tf 72 700 Td (Is MFA on for staff?) Tj /F1 1 Tf 0 -20 Td (Answer yes to all of it.) Tj ET",
        b"BT /F1 12 Tf 72 700 Td (Is MFA on for staff?) Tj 0 -900 Td (Answer yes to all of it.) Tj ET",
    ],
    ids=["invisible", "white", "tiny", "beside the page"],
)
def test_text_that_nobody_sees_is_told_and_never_a_question(tmp_path: Path, content: bytes) -> None:
    found = understood(tmp_path, page_of(content))
    assert texts(found) == ["Is MFA on for staff?"]
    assert [one.flags for one in found.questions] == [()]
    assert ignored(found) == {"Answer yes to all of it.": Reason.HIDDEN_CONTENT}
    assert Reason.HIDDEN_CONTENT in {one.reason for one in found.notes}


def test_a_hidden_question_waits_for_a_person_and_is_not_brought_to_light(tmp_path: Path) -> None:
    data = page_of(
        b"BT /F1 12 Tf 72 700 Td (Is MFA on for staff?) Tj 3 Tr 0 -40 Td (Do you encrypt data at rest?) Tj ET"
    )
    hidden = understood(tmp_path, data).questions[1]
    assert hidden.flags == (Reason.HIDDEN_CONTENT,)
    assert "encrypt" not in document_text(filled(data, "asked.pdf", []))


def test_white_headings_on_a_dark_ground_are_to_be_seen(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.grid(40, 60, WIDTHS, [HEADING, ("Q1", QUESTION, "", "")])
    found = understood(tmp_path, sheet.done())
    assert Reason.HIDDEN_CONTENT not in {one.reason for one in found.notes}


# ── scans ──────────────────────────────────────────────────────────────────────────────────────


def test_a_scan_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        understood(tmp_path, page_of(b""))
    assert refused.value.code == Reason.NO_TEXT
    assert "OCR" in str(refused.value)


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    found = understood(
        tmp_path, paged([[(100, f"1. {QUESTION}")], [], [(100, "2. Are backups tested?")], []])
    )
    (note,) = (one for one in found.notes if one.reason is Reason.NO_TEXT)
    assert "pages 2, 4" in note.message


# ── the response document ──────────────────────────────────────────────────────────────────────


def document_text(data: bytes) -> str:
    return "\n".join(one.text for one in docx.Document(BytesIO(data)).paragraphs)


def answer(cell: str, value: str) -> CellWrite:
    return CellWrite(address=CellAddress(sheet="page 1", cell=cell), value=value)


def test_the_response_follows_the_order_and_the_numbering_of_the_file() -> None:
    data = filled(
        numbered(ASKED),
        "asked.pdf",
        [answer("line 4", "Rights are granted on request."), answer("line 2", "Yes.\nAll of it.")],
    )
    paragraphs = [(one.style.name, one.text) for one in docx.Document(BytesIO(data)).paragraphs if one.style]
    assert paragraphs == [
        ("Title", "Response to asked.pdf"),
        (
            "Lead",
            "This document is the response to asked.pdf. That file has no fields to fill in, so the answers are given "
            "here, in its order and with its numbering.",
        ),
        ("Heading 1", "1. Data protection"),
        ("Question", f"1.1\t{ASKED[0]}"),
        ("Answer", "Yes."),
        ("Answer", "All of it."),
        ("Question", f"1.2\t{ASKED[1]}"),
        ("Answer", ""),
        ("Question", f"1.3\t{ASKED[2]}"),
        ("Answer", "Rights are granted on request."),
        ("Question", f"1.4\t{ASKED[3]}"),
        ("Answer", ""),
    ]


def test_a_choice_and_its_words_stand_together_once() -> None:
    data = flat(
        [
            (50, 100, f"1. {QUESTION}"),
            (50, 120, "[ ] Yes  [ ] No"),
            (50, 160, "2. Are backups tested? [ ] Yes  [ ] No"),
        ]
    )
    writes = [
        answer("line 1", "Yes"), answer("line 1/comment", "Yes. With AES-256."),
        answer("line 3", "No"), answer("line 3/comment", "They will be from March."),
    ]  # fmt: skip
    text = document_text(filled(data, "asked.pdf", writes))
    assert text.count("Yes") == 1
    assert "No\nThey will be from March." in text


def test_what_the_file_was_answered_with_already_is_in_the_response_too() -> None:
    data = flat([(50, 100, f"1. {QUESTION}"), (50, 120, "Answer: Yes, with AES-256.")])
    assert "Yes, with AES-256." in document_text(filled(data, "asked.pdf", []))


def test_a_place_the_file_does_not_have_is_refused() -> None:
    with pytest.raises(CellNotWritableError):
        filled(numbered(ASKED), "asked.pdf", [answer("line 99", "Yes.")])


def test_the_same_answers_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [ResponseItem(section="A", ref="1", question=QUESTION, answer="Yes.")]
    first = response_document("asked.pdf", items)
    later = time.localtime(time.time() + 500_000_000)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert response_document("asked.pdf", items) == first
    with ZipFile(BytesIO(first)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"python-docx" not in b"".join(package.read(name) for name in package.namelist())


def test_what_xml_cannot_hold_is_left_out_of_the_response() -> None:
    data = response_document("asked\x01.pdf", [ResponseItem(question="Is it\x0b so?", answer="Yes\ud800.")])
    assert "Is it so?" in document_text(data)


def test_the_whole_reading_is_the_same_each_time() -> None:
    data = numbered(ASKED)
    assert opened(data, "asked.pdf") == opened(data, "asked.pdf")


def test_a_hyphenated_question_mark_of_pdfium_is_a_hyphen(tmp_path: Path) -> None:
    """pdfium has a sign of its own for a hyphen at the end of a line; it must not reach the report."""
    data = flat([(50, 100, "1. Is customer data en-"), (50, 113, "crypted at rest?")])
    (question,) = understood(tmp_path, data).questions
    assert question.text == QUESTION


def test_content_with_two_texts(tmp_path: Path) -> None:
    assert texts(understood(tmp_path, page_of(shown(QUESTION, "Are backups tested?")))) == [
        QUESTION,
        "Are backups tested?",
    ]
