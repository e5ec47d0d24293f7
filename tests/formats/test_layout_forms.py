"""Forms as customers really make them, each named, and what is understood of it."""

import pytest

from avow.errors import AvowError
from avow.model.questionnaires import LayoutOverride
from avow.model.reasons import Reason
from sheets import answers, ignored, questions, read, sheet

YES_NO = ("Yes", "No", "N/A")


def test_header_in_row_one() -> None:
    found = read(
        sheet("""
        ID  | Question               | Response | Comments
        A-1 | Do you encrypt backups? |          |
        A-2 | Is MFA enforced?        |          |
    """)
    )
    assert questions(found) == {"B2": "Do you encrypt backups?", "B3": "Is MFA enforced?"}
    assert [one.ref for one in found.questions] == ["A-1", "A-2"]
    layout = found.layouts[0]
    assert (layout.header_rows, layout.question, layout.answer, layout.comment, layout.ref) == (
        (1,),
        "B",
        "C",
        "D",
        "A",
    )
    assert answers(found) == {"B2": "C2", "B3": "C3"}
    assert found.questions[0].place.comment is not None
    assert found.questions[0].place.comment.cell == "D2"
    assert ignored(found) == {"A1": "header"}


def test_header_in_row_fifteen_below_a_cover() -> None:
    found = read(
        sheet("""
        Vendor security assessment
        Prepared by Meridian Bank

        Vendor name:   |
        Please complete all the rows below and return the file within ten working days to your contact.










        No. | Question                | Your answer
        1   | Do you encrypt backups? |
    """)
    )
    assert found.layouts[0].header_rows == (16,)
    assert answers(found) == {"B17": "C17"}
    assert ignored(found) == {
        "A1": "not-a-question",
        "A2": "not-a-question",
        "A4": "not-a-question",
        "A5": "instruction",
        "A16": "header",
    }


def test_two_level_header_with_option_columns() -> None:
    found = read(
        sheet(
            """
        No | Question                | Response |    |     | Remarks
           |                         | Yes      | No | N/A |
        1  | Do you encrypt backups? |          |    |     |
        2  | Is MFA enforced?        |          | x  |     |
    """,
            merges=["C1:E1", "A1:A2", "B1:B2", "F1:F2"],
        )
    )
    assert found.layouts[0].header_rows == (1, 2)
    assert found.layouts[0].options == (("Yes", "C"), ("No", "D"), ("N/A", "E"))
    first, second = found.questions
    assert [(one.label, one.address.cell) for one in first.place.options] == [
        ("Yes", "C3"),
        ("No", "D3"),
        ("N/A", "E3"),
    ]
    assert first.place.comment is not None
    assert first.place.comment.cell == "F3"
    assert (first.place.existing, second.place.existing) == ("", "No")


def test_header_repeated_for_each_section() -> None:
    found = read(
        sheet("""
        *1. Access*
        *ID* | *Question*              | *Answer*
        1.1  | Is MFA enforced?        |
        1.2  | Is access reviewed?     |

        *2. Backup*
        *ID* | *Question*              | *Answer*
        2.1  | Do you encrypt backups? |
    """)
    )
    assert found.layouts[0].header_rows == (2, 7)
    assert answers(found) == {"B3": "C3", "B4": "C4", "B8": "C8"}


def test_several_tables_with_other_columns() -> None:
    found = read(
        sheet("""
        *ID* | *Question*              | *Answer*

        1    | Is MFA enforced?        |

        *Question*              | *Comment* | *Response*
        Do you encrypt backups? |           |
    """)
    )
    assert answers(found) == {"B3": "C3", "A6": "C6"}


@pytest.mark.parametrize(
    ("heading", "merges"),
    [
        ("Access control|||", ["A3:D3"]),
        ("|Access control||", ["B3:D3"]),
        ("|*Access control*||", []),
        ("*Access control*|||", []),
    ],
)
def test_section_rows_merged_or_bold(heading: str, merges: list[str]) -> None:
    found = read(
        sheet(
            f"""
        ID  | Question               | Response | Comments
        1   | Do you encrypt backups? |          |
        {heading}
        2   | Is MFA enforced?        |          |
        3   | Is access reviewed?     |          |
    """,
            merges=merges,
        )
    )
    assert list(questions(found)) == ["B2", "B4", "B5"]
    assert [one.section for one in found.questions] == ["", "Access control", "Access control"]
    assert "section-heading" in ignored(found).values()


def test_section_column_merged_over_its_rows() -> None:
    found = read(
        sheet(
            """
        Domain | Control question        | Response
        Backup | Do you encrypt backups? |
               | Do you test restores?   |
        Access | Is MFA enforced?        |
    """,
            merges=["A2:A3"],
        )
    )
    assert [one.section for one in found.questions] == ["Backup", "Backup", "Access"]


def test_instruction_rows_inside_a_table() -> None:
    found = read(
        sheet("""
        ID | Question | Response
        1  | Is MFA enforced? |
           | Note: questions 2 and 3 concern backups only. |
           | Please answer for each data centre separately. |
        2  | Do you encrypt backups? |
    """)
    )
    assert list(questions(found)) == ["B2", "B5"]
    assert ignored(found) == {"A1": "header", "B3": "instruction", "B4": "instruction"}


def test_no_id_column_and_no_ids_in_headings() -> None:
    found = read(
        sheet("""
        Question                | Answer
        Do you encrypt backups? |
        Is MFA enforced?        |
    """)
    )
    assert answers(found) == {"A2": "B2", "A3": "B3"}
    assert {one.ref for one in found.questions} == {""}


def test_ids_in_a_column_without_a_heading_leave_the_questions_standing() -> None:
    found = read(
        sheet("""
            | Question                | Answer
        1.1 | Do you encrypt backups? |
        1.2 | Is MFA enforced?        |
    """)
    )
    assert answers(found) == {"B2": "C2", "B3": "C3"}


def test_follow_ups_know_their_parent() -> None:
    found = read(
        sheet("""
        ID  | Question                                   | Response
        1   | Do you encrypt backups?                    |
        1a  | If yes, which algorithm do you use?        |
        1b  | If no, please explain.                     |
        2   | Is MFA enforced?                           |
        2a  | Please describe.                           |
        3   | Wenn ja, seit wann?                        |
    """)
    )
    parents = {one.address.cell: one.parent.cell if one.parent else None for one in found.questions}
    assert parents == {"B2": None, "B3": "B2", "B4": "B2", "B5": None, "B6": "B5", "B7": "B5"}


def test_dropdown_column_without_a_heading() -> None:
    found = read(
        sheet(
            """
        ID | Question                |  | Comment
        1  | Do you encrypt backups? |  |
        2  | Is MFA enforced?        |  |
    """,
            lists={"C2:C3": YES_NO},
        )
    )
    assert answers(found) == {"B2": "C2", "B3": "C3"}
    place = found.questions[0].place
    assert place.choices is not None
    assert place.choices.options == YES_NO
    assert any("dropdowns" in said for said in found.layouts[0].assumptions)


def test_protected_sheet_with_unlocked_cells() -> None:
    found = read(
        sheet(
            """
        ID | Question                | Provider input
        1  | Do you encrypt backups? |
        2  | Is MFA enforced?        |
        3  | Is access reviewed?     |
    """,
            protected=True,
            unlocked=["C2:C3"],
        )
    )
    assert answers(found) == {"B2": "C2", "B3": "C3", "B4": "!answer-cell-locked"}
    assert Reason.SHEET_PROTECTED in {note.reason for note in found.notes}
    assert any("unlocked" in said for said in found.layouts[0].assumptions)


def test_a_merged_answer_cell_shared_by_two_questions() -> None:
    found = read(
        sheet(
            """
        ID | Question                | Response
        1  | Do you encrypt backups? |
        2  | Is MFA enforced?        |
        3  | Is access reviewed?     |
    """,
            merges=["C2:C3"],
        )
    )
    assert answers(found) == {"B2": "!answer-cell-shared", "B3": "!answer-cell-shared", "B4": "C4"}


def test_an_answer_cell_merged_to_the_side_is_written_at_its_corner_or_not_at_all() -> None:
    found = read(
        sheet(
            """
        ID | Question                | Response |
        1  | Do you encrypt backups? |          |
        2  | Is MFA enforced?        |          |
    """,
            merges=["C2:D2", "B3:D3"],
        )
    )
    assert answers(found)["B2"] == "C2"
    assert "B3" not in answers(found) or answers(found)["B3"] == "!answer-cell-covered"


def test_a_question_merged_over_two_rows_is_one_question() -> None:
    found = read(
        sheet(
            """
        ID | Question                | Response
        1  | Do you encrypt backups? |
           |                         |
        2  | Is MFA enforced?        |
    """,
            merges=["B2:B3", "A2:A3", "C2:C3"],
        )
    )
    assert answers(found) == {"B2": "C2", "B4": "C4"}


def test_formula_answers_are_never_written_over() -> None:
    found = read(
        sheet("""
        ID | Question                | Response
        1  | Do you encrypt backups? | =Open
        2  | Is MFA enforced?        |
    """)
    )
    assert answers(found) == {"B2": "!formula-in-answer", "B3": "C3"}


def test_a_default_in_all_rows_is_no_answer() -> None:
    rows = "\n".join(f"{number} | Is control {number} in place? | Not verified" for number in range(1, 8))
    form = sheet(f"ID | Question | Status\n{rows}", lists={"C2:C8": ("Not verified", "Fulfilled", "Open")})
    found = read(form)
    assert {one.place.existing for one in found.questions} == {""}
    assert any("Not verified" in said for said in found.layouts[0].assumptions)


@pytest.mark.parametrize("said", ["Yes", "No", "N/A"])
def test_the_same_real_answer_in_all_rows_is_an_answer(said: str) -> None:
    rows = "\n".join(f"{number} | Is control {number} in place? | {said}" for number in range(1, 8))
    found = read(sheet(f"ID | Question | Status\n{rows}", lists={"C2:C8": YES_NO}))
    assert {one.place.existing for one in found.questions} == {said}


def test_answers_that_are_there() -> None:
    found = read(
        sheet("""
        ID | Question                | Response | Comment
        1  | Do you encrypt backups? | Yes      | AES-256.
        2  | Is MFA enforced?        |          | soon
    """)
    )
    assert [(one.place.existing, one.place.existing_comment) for one in found.questions] == [
        ("Yes", "AES-256."),
        ("", "soon"),
    ]


def test_no_answer_column() -> None:
    found = read(
        sheet("""
        ID | Control question        | Weight
        1  | Do you encrypt backups? | 3
        2  | Is MFA enforced?        | 5
    """)
    )
    assert answers(found) == {"B2": "!no-answer-place", "B3": "!no-answer-place"}


def test_no_header_at_all() -> None:
    found = read(
        sheet("""
        Do you encrypt backups? |
        Is MFA enforced?        |
    """)
    )
    assert list(questions(found)) == ["A1", "A2"]
    assert all(Reason.LAYOUT_UNSURE in one.flags for one in found.questions)
    assert Reason.HEADER_MISSING in {note.reason for note in found.notes}


def test_no_header_but_dropdowns_beside_the_questions() -> None:
    found = read(sheet("Do you encrypt backups? |\nIs MFA enforced? |", lists={"B1:B2": YES_NO}))
    assert answers(found) == {"A1": "B1", "A2": "B2"}
    assert all(Reason.LAYOUT_UNSURE not in one.flags for one in found.questions)


def test_two_question_columns_each_with_its_answers() -> None:
    found = read(
        sheet("""
        Question          | Response | Question                | Response
        Is MFA enforced?  |          | Do you encrypt backups? |
    """)
    )
    assert answers(found) == {"A2": "B2", "C2": "D2"}
    assert Reason.HEADER_AMBIGUOUS in {note.reason for note in found.notes}


def test_two_question_columns_with_answers_behind_both_are_not_guessed() -> None:
    found = read(
        sheet("""
        Question          | Question                | Response | Response
        Is MFA enforced?  | Do you encrypt backups? |          |
    """)
    )
    assert len(found.questions) == 2
    assert all(Reason.LAYOUT_UNSURE in one.flags for one in found.questions)


def test_hidden_rows_and_sheets_are_flagged() -> None:
    rows = "ID | Question | Response\n1 | Is MFA enforced? |\n2 | Do you encrypt backups? |"
    found = read(sheet(rows, hidden_rows=[3]), sheet(rows, name="Old", state="hidden"))
    hidden = {str(one.address): Reason.HIDDEN_CONTENT in one.flags for one in found.questions}
    assert hidden == {"Form!B2": False, "Form!B3": True, "Old!B2": True, "Old!B3": True}


def test_a_sheet_that_copies_the_questions_of_another() -> None:
    rows = "ID | Question | Response\n1 | {0}Is MFA enforced? |\n2 | {0}Do you encrypt backups? |"
    found = read(
        sheet(rows.format("")),
        sheet(rows.format("="), name="Copy", copies={"B2": "Form!B2", "B3": "'Form'!B3"}),
    )
    assert [str(one.address) for one in found.questions] == ["Form!B2", "Form!B3"]
    assert {str(one.address): one.reason.value for one in found.ignored if one.address.sheet == "Copy"} == {
        "Copy!A1": "header",
        "Copy!B2": "copy-of-another-row",
        "Copy!B3": "copy-of-another-row",
    }


def test_a_stray_question_in_another_column() -> None:
    found = read(
        sheet("""
        ID | Question | Response |  |  |
        1  | Is MFA enforced? |  |  |  |
           |          |          |  |  | Do you encrypt backups?
    """)
    )
    assert questions(found) == {"B2": "Is MFA enforced?", "F3": "Do you encrypt backups?"}
    assert Reason.LAYOUT_UNSURE in found.questions[1].flags


def test_a_definitions_sheet_is_no_questionnaire() -> None:
    found = read(
        sheet("ID | Question | Response\n1 | Is MFA enforced? |"),
        sheet(
            "Term | Definition\nMFA | Sign-in with a second factor.\nRTO | How long recovery may take.",
            name="Terms",
        ),
    )
    assert [str(one.address) for one in found.questions] == ["Form!B2"]
    assert {one.reason.value for one in found.ignored if one.address.sheet == "Terms"} == {
        "no-question-column"
    }


@pytest.mark.parametrize(
    ("headings", "question"),
    [
        ("Nr. | Frage | Antwort | Bemerkung", "Werden Sicherungen verschlüsselt?"),
        ("Lfd. Nr. | Anforderung | Erfüllt | Kommentar", "Sicherungen werden verschlüsselt aufbewahrt."),
        ("N° | Exigence | Réponse | Commentaires", "Les sauvegardes sont-elles chiffrées ?"),
        ("N° | Question | Réponse | Précisions", "Comment les accès sont-ils revus ?"),
        ("Número | Pregunta | Respuesta | Comentarios", "¿Se cifran las copias de seguridad?"),
    ],
)
def test_german_french_and_spanish_headings(headings: str, question: str) -> None:
    found = read(sheet(f"{headings}\n1 | {question} | |\n2 | {question} | |"))
    layout = found.layouts[0]
    assert (layout.ref, layout.question, layout.answer, layout.comment) == ("A", "B", "C", "D")
    assert len(found.questions) == 2


@pytest.mark.parametrize(
    ("heading", "choices"),
    [
        ("Response (Yes / No / N/A)", ("Yes", "No", "N/A")),
        ("Compliant? Yes/No/Partial", ("Yes", "No", "Partial")),
        ("Answer", None),
    ],
)
def test_choices_spelled_out_in_the_heading(heading: str, choices: tuple[str, ...] | None) -> None:
    place = read(sheet(f"ID | Question | {heading}\n1 | Is MFA enforced? |")).questions[0].place
    assert place.answer is not None
    assert (place.choices.options if place.choices else None) == choices


def test_items_the_form_removed_are_skipped() -> None:
    found = read(sheet("ID | Question | Response\n1 | Is MFA enforced? |\n2 | [Deleted] |\n3 | Not used |"))
    assert list(questions(found)) == ["B2"]
    assert ignored(found)["B3"] == "skipped-by-form"


def test_question_formulas_and_errors() -> None:
    found = read(
        sheet("""
        ID | Question | Response
        1  | =Is MFA enforced? |
        2  | = |
        3  | =#REF! |
    """)
    )
    assert {one.address.cell: [flag.value for flag in one.flags] for one in found.questions} == {
        "B2": [],
        "B3": ["formula-without-value"],
        "B4": ["cell-error"],
    }


FORM = "ID | Topic text | Reply here | Extra\n1 | Backups are encrypted | |\n2 | MFA enforced | |\n3 | Access reviewed | |"


def test_columns_by_hand() -> None:
    found = read(sheet(FORM), by_hand=LayoutOverride(question="B", answer="C", header_row=1))
    assert answers(found) == {"B2": "C2", "B3": "C3", "B4": "C4"}
    assert ignored(found) == {"A1": "header"}
    assert found.layouts[0].assumptions == ("columns set by hand",)
    assert all(Reason.LAYOUT_UNSURE not in one.flags for one in found.questions)


def test_a_question_column_by_hand_keeps_what_was_detected_besides() -> None:
    rows = (
        "ID | Question | Requirement | Response\n"
        "1 | Is MFA enforced? | MFA is enforced | \n2 | Are logs kept? | Logs are kept |"
    )
    assert list(questions(read(sheet(rows)))) == ["B2", "B3"]
    found = read(sheet(rows), by_hand=LayoutOverride(question="C"))
    assert answers(found) == {"C2": "D2", "C3": "D3"}
    assert [one.ref for one in found.questions] == ["1", "2"]


def test_an_answer_column_by_hand_reaches_every_table_of_the_sheet() -> None:
    rows = (
        "*ID* | *Question* | *Answer* | *Ours*\n1 | Is MFA enforced? | |\n"
        "\n*ID* | *Question* | *Answer* | *Ours*\n2 | Are logs kept? | |"
    )
    found = read(sheet(rows), by_hand=LayoutOverride(answer="D"))
    assert answers(found) == {"B2": "D2", "B5": "D5"}


def test_a_header_row_by_hand() -> None:
    rows = "ID | Question | Response\nold | What is this? | x\nNo | Question | Answer\n1 | Is MFA enforced? |"
    found = read(sheet(rows), by_hand=LayoutOverride(header_row=3))
    assert questions(found) == {"B4": "Is MFA enforced?"}
    assert found.layouts[0].header_rows == (3,)


def test_an_answer_by_hand_for_a_form_without_a_header() -> None:
    found = read(sheet("Is MFA enforced? | |\nAre logs kept? | |"), by_hand=LayoutOverride(answer="C"))
    assert answers(found) == {"A1": "C1", "A2": "C2"}
    assert all(Reason.LAYOUT_UNSURE not in one.flags for one in found.questions)


def test_a_sheet_by_hand_that_is_not_there() -> None:
    with pytest.raises(AvowError, match="no sheet 'Forms'; its sheets are 'Form'"):
        read(sheet(FORM), by_hand=LayoutOverride(sheet="Forms", question="B"))
