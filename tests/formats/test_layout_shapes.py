"""Odd shapes of tables: options side by side, questions over several rows, boxes, prompts, labels, copies."""

import pytest

from avow.formats.blanks import choices_to_make, says_nothing
from avow.formats.grid import SheetGrid
from avow.formats.headings import asks, labels_answer, option_label
from avow.formats.xlsx.references import other_sheet_cell
from avow.model.questionnaires import OptionCell
from avow.model.reasons import Reason
from sheets import answers, ignored, questions, read, sheet


def options(cells: tuple[OptionCell, ...]) -> dict[str, str]:
    return {one.label: one.address.cell for one in cells}


# ── a column an option ─────────────────────────────────────────────────────────────────────────


def test_no_over_numbers_numbers_the_rows_and_is_no_answer() -> None:
    found = read(
        sheet("""
        No | Question         | Yes | No | N/A | Comments
        1  | Is MFA enforced? |     |    |     |
        2  | Are logs kept?   |     | x  |     |
    """)
    )
    assert [one.ref for one in found.questions] == ["1", "2"]
    assert options(found.questions[0].place.options) == {"Yes": "C2", "No": "D2", "N/A": "E2"}
    assert [one.place.existing for one in found.questions] == ["", "No"]


def test_no_over_an_empty_column_before_the_questions_is_no_answer() -> None:
    found = read(sheet("No | Question | Yes | No\n | Is MFA enforced? | |\n | Are logs kept? | |"))
    assert options(found.questions[0].place.options) == {"Yes": "C2", "No": "D2"}


@pytest.mark.parametrize(
    "labels",
    [
        "Yes | No | N/A | Comments",
        "Y | N | Remarks",
        "Fully Compliant | Partially Compliant | Non-Compliant | Not Applicable | Remarks",
        "Compliant | Not compliant | Notes",
        "Implemented | Partially implemented | Planned | Not implemented | Notes",
        "Ja | Nein | Teilweise | Entfällt | Bemerkung",
        "Oui | Non | S.O. | Commentaires",
        "Sí | No | Parcialmente | No aplica | Observaciones",
        "Fully met | Partially met | Not met | Comments",
    ],
)
def test_every_column_of_an_option_is_one(labels: str) -> None:
    *names, comment = (label.strip() for label in labels.split("|"))
    found = read(
        sheet(
            f"ID | Requirement | {labels}\n1 | Data at rest must be encrypted. |\n2 | Logs are kept for a year. |"
        )
    )
    place = found.questions[0].place
    assert [one.label for one in place.options] == names
    assert place.comment is not None
    assert comment
    assert place.comment.cell == f"{chr(ord('C') + len(names))}2"


def test_options_with_sentences_below_make_a_table_whatever_the_sentences_are_called() -> None:
    found = read(
        sheet("""
        ID  | Commitment                            | Not met | Partly met | Fully met | Notes
        P-1 | Access rights are reviewed quarterly. |         |            |           |
        P-2 | Backups are tested every month.       |         |            |           |
    """)
    )
    assert list(questions(found)) == ["B2", "B3"]
    assert len(found.questions[0].place.options) == 3


@pytest.mark.parametrize(
    "rows",
    [
        "Result | Yes | No | Skipped\nGovernance controls in all | =3 | =2 | =1\nAll the other tasks | =3 | =2 | =1",
        "Total | Yes | No\nControls of the first part | 4 | 5\nControls of the second part | 6 | 7",
        "Setting | Yes | yes\nSend telemetry to us | on | off",
    ],
)
def test_a_table_of_figures_under_yes_and_no_asks_nothing(rows: str) -> None:
    assert read(sheet(rows)).questions == ()


@pytest.mark.parametrize("empty", ["☐", "□", "[ ]", "( )", "○"])
def test_boxes_not_ticked_are_empty(empty: str) -> None:
    found = read(
        sheet(f"""
        ID | Question         | Yes     | No      | Comments
        1  | Is MFA enforced? | {empty} | {empty} | {empty}
        2  | Are logs kept?   | ☒       | {empty} |
    """)
    )
    assert [one.place.existing for one in found.questions] == ["", "Yes"]
    assert found.questions[0].place.existing_comment == ""


def test_boxes_drawn_in_cells_are_left_alone() -> None:
    found = read(
        sheet("""
        ID | Question            | Yes   | No    | Comments
        1  | Is MFA enforced?    | FALSE | FALSE |
        2  | Are logs kept?      | TRUE  | FALSE |
        3  | Are backups tested? |       |       |
    """)
    )
    assert [(one.place.blocked, one.place.existing) for one in found.questions] == [
        ((Reason.ANSWER_CELL_TICK_BOX,), ""),
        ((), "Yes"),
        ((), ""),
    ]


def test_a_column_of_boxes_nobody_ticked_is_left_alone_and_false_answers_are_answers() -> None:
    boxes = read(sheet("ID | Question | Answer\n1 | Is MFA enforced? | FALSE\n2 | Are logs kept? | FALSE"))
    assert answers(boxes) == {"B2": "!answer-cell-tick-box", "B3": "!answer-cell-tick-box"}
    said = read(sheet("ID | Question | Answer\n1 | Is MFA enforced? | FALSE\n2 | Are logs kept? | TRUE"))
    assert [one.place.existing for one in said.questions] == ["FALSE", "TRUE"]


# ── choices and prompts in the answer cell itself ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("☐ Yes ☐ No ☐ N/A", ("Yes", "No", "N/A")),
        ("Yes / No / N/A", ("Yes", "No", "N/A")),
        ("[ ] Yes [ ] No", ("Yes", "No")),
        ("Yes or No", ("Yes", "No")),
        ("☐ Yes\n☐ No\n☐ Partially", ("Yes", "No", "Partially")),
        ("☒ Yes ☐ No", ()),
        ("[x] Yes [ ] No", ()),
        ("Yes", ()),
        ("Yes, no exceptions", ()),
        ("Backups / restores", ()),
    ],
)
def test_choices_in_the_cell_are_still_to_be_made(text: str, choices: tuple[str, ...]) -> None:
    assert choices_to_make(text) == choices
    place = (
        read(sheet(f"ID | Question | Answer\n1 | Is MFA enforced? | {text.replace(chr(10), ' ')}"))
        .questions[0]
        .place
    )
    assert (place.choices.options if place.choices else ()) == choices
    assert bool(place.existing) != bool(choices)


@pytest.mark.parametrize(
    "text",
    [
        "Select one", "<choose>", "Please select", "Choose an item.", "Click or tap here to enter text.", "[Your answer]",
        "Enter response here", "____", "…", "Select from list", "To be completed by the vendor", "(select)",
    ],
)  # fmt: skip
def test_a_prompt_is_no_answer(text: str) -> None:
    assert says_nothing(text)
    assert (
        read(sheet(f"ID | Question | Answer\n1 | Is MFA enforced? | {text}")).questions[0].place.existing
        == ""
    )


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "No",
        "N/A",
        "Not yet",
        "Select members of staff only",
        "Enter keys are held by two people",
        "0",
        "x",
        "-1",
        "None",
    ],
)
def test_an_answer_is_no_prompt(text: str) -> None:
    assert not says_nothing(text)


def test_a_prompt_of_any_length_is_judged_quickly() -> None:
    assert not says_nothing("select " + "from " * 5000)
    assert choices_to_make("yes / " * 5000) == ()


# ── a question over several rows ───────────────────────────────────────────────────────────────


def test_a_block_with_one_merged_answer_is_one_question() -> None:
    found = read(
        sheet(
            """
        ID | Question                      | Answer | Comment
        1  | Do you encrypt the following: |        |
           | a) data at rest               |        |
           | b) data in transit            |        |
        2  | Is MFA enforced?              |        |
    """,
            merges=["A2:A4", "C2:C4", "D2:D4"],
        )
    )
    assert questions(found) == {
        "B2": "Do you encrypt the following:\na) data at rest\nb) data in transit",
        "B5": "Is MFA enforced?",
    }
    assert answers(found) == {"B2": "C2", "B5": "C5"}
    assert ignored(found) == {"A1": "header", "B3": "continues-question", "B4": "continues-question"}


def test_a_merged_answer_over_rows_with_ids_of_their_own_is_still_shared() -> None:
    found = read(
        sheet("ID | Question | Answer\n1 | Is MFA enforced? |\n2 | Are logs kept? |", merges=["C2:C3"])
    )
    assert set(answers(found).values()) == {"!answer-cell-shared"}


def test_points_below_a_stem_are_asked_with_its_words() -> None:
    found = read(
        sheet("""
        ID | Question                    | Answer
        1  | Is customer data encrypted: |
           | a) at rest?                 |
           | b) in transit?              |
        2  | Is MFA enforced?            |
    """)
    )
    assert questions(found) == {
        "B3": "Is customer data encrypted:\na) at rest?",
        "B4": "Is customer data encrypted:\nb) in transit?",
        "B5": "Is MFA enforced?",
    }
    assert ignored(found)["B2"] == "continues-question"


def test_points_with_ids_below_their_stems_id_belong_to_it() -> None:
    found = read(
        sheet("""
        ID  | Question                    | Answer
        1   | Is customer data encrypted: |
        1.1 | at rest?                    |
        1.2 | in transit?                 |
        12  | are logs kept for a year?   |
    """)
    )
    assert list(questions(found).values()) == [
        "Is customer data encrypted:\nat rest?",
        "Is customer data encrypted:\nin transit?",
        "are logs kept for a year?",
    ]


@pytest.mark.parametrize(("answer", "lists"), [("Yes", {}), ("", {"C2:C4": ("Yes", "No")})])
def test_a_stem_with_an_answer_of_its_own_is_a_question(
    answer: str, lists: dict[str, tuple[str, ...]]
) -> None:
    rows = f"ID | Question | Answer\n1 | Is customer data encrypted: | {answer}\n | a) at rest? |\n | b) in transit? |"
    assert list(questions(read(sheet(rows, lists=lists)))) == ["B2", "B3", "B4"]


def test_a_sentence_cut_in_two_rows_is_one_question() -> None:
    found = read(
        sheet("""
        ID | Question                                  | Answer
        1  | Does the vendor encrypt customer data and |
           | log every access to it?                   |
        2  | Is MFA enforced?                          |
    """)
    )
    assert list(questions(found)) == ["B2", "B4"]
    assert questions(found)["B2"].endswith("and\nlog every access to it?")


def test_a_whole_sentence_without_an_id_is_a_question_of_its_own() -> None:
    found = read(
        sheet(
            "ID | Question | Answer\n1 | Is MFA enforced? |\n | Are logs kept for a year? |\n2 | Is it tested? |"
        )
    )
    assert list(questions(found)) == ["B2", "B3", "B4"]


# ── several columns, repeated labels, sections ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    "header",
    [
        "ID | Question | Answer | ID | Question | Answer",
        "ID | Technical questions | Answer | ID | Other questions | Reply",
    ],
)
def test_question_columns_side_by_side_have_answers_of_their_own(header: str) -> None:
    found = read(
        sheet(
            f"{header}\n1 | Is MFA enforced? | | 11 | Are logs kept? |\n2 | Is it encrypted? | | 12 | Is it tested? |"
        )
    )
    assert answers(found) == {"B2": "C2", "E2": "F2", "B3": "C3", "E3": "F3"}
    assert [one.ref for one in found.questions] == ["1", "11", "2", "12"]


def test_a_second_column_of_questions_without_an_answer_column_leaves_the_first_alone() -> None:
    found = read(
        sheet(
            "ID | Question (EN) | Frage (DE) | Answer\n1 | Is MFA enforced? | Ist MFA aktiv? |\n2 | Is it new? | Ist es neu? |"
        )
    )
    assert answers(found) == {"B2": "D2", "B3": "D3"}


def test_labels_repeated_beside_a_sections_name_head_the_section() -> None:
    found = read(
        sheet("""
        #  | Question            | Yes | No | N/A | Comments
        A  | Access control      | Yes | No | N/A | Comments
        A1 | Is MFA enforced?    |     |    |     |
        B  | Backup              | Yes | No | N/A | Comments
        B1 | Are backups tested? |     |    |     |
    """)
    )
    assert [(one.address.cell, one.section) for one in found.questions] == [
        ("B3", "Access control"),
        ("B5", "Backup"),
    ]
    assert ignored(found) == {"A1": "header", "B2": "section-heading", "B4": "section-heading"}


def test_an_answer_that_repeats_a_label_once_is_an_answer() -> None:
    found = read(sheet("ID | Question | Yes | No\n1 | Is MFA enforced? | Yes |\n2 | Are logs kept? | | No"))
    assert [one.place.existing for one in found.questions] == ["Yes", "No"]


def test_words_over_groups_of_columns_are_headers() -> None:
    found = read(
        sheet(
            """
          |                               | Supplier |    |         |
          |                               | Status   |    |         | Evidence
        # | Requirement                   | Yes      | No | Partial | Link
        1 | Data must be encrypted.       |          |    |         |
    """,
            merges=["C1:F1", "C2:E2"],
        )
    )
    assert ignored(found) == {"C1": "header", "C2": "header", "A3": "header"}


def test_a_few_words_between_questions_head_a_section() -> None:
    found = read(
        sheet("""
        Question                 | Answer
        Access control           |
        Is MFA enforced?         |
        Are rights reviewed?     |
        2. Backup                |
        Are backups tested?      |
    """)
    )
    assert [one.section for one in found.questions] == ["Access control", "Access control", "2. Backup"]


def test_fields_one_after_the_other_are_asked_though_they_have_no_question_mark() -> None:
    rows = ["Company name", "Country", *(f"Is control {number} in place?" for number in range(8))]
    found = read(sheet("Question | Answer\n" + "\n".join(f"{row} |" for row in rows)))
    assert list(questions(found).values()) == rows


def test_totals_are_no_questions() -> None:
    found = read(
        sheet(
            "ID | Question | Answer | Score\n1 | Is MFA enforced? | | =0\n | Total | | =0\n | Grand total score | | =0"
        )
    )
    assert list(questions(found)) == ["B2"]


@pytest.mark.parametrize(
    "theirs",
    ["Reviewer comments", "Assessor notes", "Internal comments", "Customer remarks", "Previous comments"],
)
def test_columns_of_the_customers_own_are_not_written_to(theirs: str) -> None:
    found = read(
        sheet(f"ID | Question | Answer | {theirs}\n1 | Is MFA enforced? | | \n2 | Are logs kept? | |")
    )
    assert [one.place.comment for one in found.questions] == [None, None]


def test_the_sentence_is_the_question_and_not_the_objective_above_several() -> None:
    found = read(
        sheet("""
        Area   | Control objective | Control description              | In place (Y/N) | How is it met
        Access | Limit access      | Rights are reviewed each quarter |                |
        Access | Limit access      | Privileged accounts use MFA      |                |
    """)
    )
    assert answers(found) == {"C2": "D2", "C3": "D3"}


# ── labels below the question ──────────────────────────────────────────────────────────────────


def test_answers_go_beside_the_labels_below_the_questions() -> None:
    found = read(
        sheet("""
        1. Is MFA enforced for staff?
        Response: |
        Comments: |

        2. Are logs kept for a year?
        Response: |
        Comments: |
    """)
    )
    assert answers(found) == {"A1": "B2", "A5": "B6"}
    assert [one.place.comment.cell for one in found.questions if one.place.comment] == ["B3", "B7"]
    assert all(Reason.LAYOUT_UNSURE not in one.flags for one in found.questions)
    assert set(ignored(found).values()) == {"header"}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("Vendor's response:", True), ("Answer :", True), ("Response", False), ("Answer: yes", False)],
)
def test_labels_end_in_a_colon(text: str, is_one: bool) -> None:
    assert labels_answer(text) is is_one


# ── copies ─────────────────────────────────────────────────────────────────────────────────────


def two(**of_first: object) -> tuple[SheetGrid, SheetGrid]:
    rows = "ID | Question | Answer\n1 | {0}Is MFA enforced? |\n2 | {0}Are logs kept? |"
    first = sheet(rows.format(""), name="EU", **of_first)  # type: ignore[arg-type]
    return first, sheet(rows.format("="), name="US", copies={"B2": "EU!B2", "B3": "EU!B3"})


def test_questions_repeated_by_formulas_are_answered_on_the_first_sheet_only() -> None:
    found = read(*two())
    assert [str(one.address) for one in found.questions] == ["EU!B2", "EU!B3"]
    assert ignored(found)["B2"] == "copy-of-another-row"


def test_questions_whose_text_comes_from_a_hidden_sheet_are_answered_where_they_are_seen() -> None:
    found = read(*two(state="hidden"))
    assert [str(one.address) for one in found.questions] == ["US!B2", "US!B3"]
    assert all(not one.flags for one in found.questions)


@pytest.mark.parametrize(
    ("formula", "target"),
    [
        ("EU!B2", "EU!B2"),
        ("=+'EU'!$B$2", "EU!B2"),
        ('IF(EU!B2="","",EU!B2)', "EU!B2"),
        ('IF(EU!B2<>"", EU!B2, "")', "EU!B2"),
        ('IF(ISBLANK(EU!B2),"",EU!B2)', "EU!B2"),
        ("TRIM(EU!B2)", "EU!B2"),
        ('EU!B2&""', "EU!B2"),
        ('IF(EU!B2="","",EU!B3)', None),
        ("EU!B2&EU!B3", None),
        ("UPPER(EU!B2)", None),
        ("SUM(EU!B2:B3)", None),
    ],
)
def test_formulas_that_show_another_cell_and_nothing_besides(formula: str, target: str | None) -> None:
    found = other_sheet_cell(formula)
    assert (str(found) if found else None) == target


def test_words_that_are_no_options_stay_headings() -> None:
    assert [option_label(text) for text in ("Yes", "N/A", "Status", "Priority", "Notes")] == [
        "Yes",
        "N/A",
        None,
        None,
        None,
    ]


# ── identifiers under a heading that could name questions ──────────────────────────────────────


@pytest.mark.parametrize("heading", ["Control", "Requirement", "Item"])
def test_a_heading_that_could_name_questions_names_references_where_only_those_stand_below(
    heading: str,
) -> None:
    found = read(
        sheet(f"""
        {heading} | Description                    | Response
        AC-1      | Access is reviewed every year. |
        AC-2      | Accounts are personal.         |
        AC-3      | Passwords are not shared.      |
    """)
    )
    assert [(one.ref, one.text) for one in found.questions][:2] == [
        ("AC-1", "Access is reviewed every year."),
        ("AC-2", "Accounts are personal."),
    ]


def test_a_control_column_of_sentences_still_holds_the_questions() -> None:
    found = read(
        sheet("""
        Control                        | Response
        Access is reviewed every year. |
        Accounts are personal.         |
    """)
    )
    assert list(questions(found).values()) == ["Access is reviewed every year.", "Accounts are personal."]


@pytest.mark.parametrize(
    "text",
    [
        "Beschreiben Sie Ihre Datensicherung.",
        "Erläutern Sie das Vorgehen",
        "Nennen Sie alle Unterauftragnehmer",
        "Décrivez la procédure de sauvegarde",
        "Describa el proceso de copia",
    ],
)
def test_requests_in_other_languages_ask(text: str) -> None:
    assert asks(text)


def test_a_german_title_does_not_ask() -> None:
    assert not asks("Beschreibung der Maßnahme im Betrieb")
