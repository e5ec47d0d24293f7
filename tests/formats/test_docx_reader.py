"""Reading Word questionnaires: every shape of question, and everything that is none."""

from pathlib import Path

import pytest

from avow.errors import InputRefusedError
from avow.model.questionnaires import CellAddress
from avow.model.reasons import Reason
from docx_files import (
    DOCM,
    HEADER,
    SPACES,
    STRICT,
    W,
    asked,
    body,
    cell,
    checkbox,
    control,
    deleted,
    document,
    dropdown,
    form_field,
    inserted,
    numbered,
    only,
    p,
    raw,
    read,
    row,
    run,
    table,
    text_box,
)

MFA = "Is MFA enforced for all staff?"
BACKUPS = "Are backups tested every quarter?"


def at(path: str) -> CellAddress:
    return CellAddress(sheet="body", cell=path)


def made(tmp_path: Path, inner: str, **options: object) -> Path:
    return document(tmp_path / "form.docx", inner, **options)


# Tables


def test_columns_are_found_in_any_order_by_their_headings(tmp_path: Path) -> None:
    form = table(["Answer", "Question", "Ref"], ["", MFA, "A-1"], ["", BACKUPS, "A-2"])
    first, second = read(made(tmp_path, form)).questions
    assert (first.text, first.ref, first.place.answer) == (MFA, "A-1", at("table[1]/row[2]/cell[1]"))
    assert (second.ref, second.place.answer) == ("A-2", at("table[1]/row[3]/cell[1]"))


def test_separate_yes_and_no_columns_are_options(tmp_path: Path) -> None:
    form = table(["No", "Question", "Yes", "No"], ["1", MFA, "", ""])
    options = only(read(made(tmp_path, form))).place.options
    assert [(one.label, one.address.cell) for one in options] == [
        ("Yes", "table[1]/row[2]/cell[3]"),
        ("No", "table[1]/row[2]/cell[4]"),
    ]


def test_boxes_in_yes_and_no_columns_are_what_is_ticked(tmp_path: Path) -> None:
    ticked = raw(checkbox(checked=True, sign="☒"))
    form = table(["Question", "Yes", "No"], [MFA, raw(checkbox()), ticked])
    place = only(read(made(tmp_path, form))).place
    assert [one.address.cell for one in place.options] == [
        "table[1]/row[2]/cell[2]/checkbox[1]",
        "table[1]/row[2]/cell[3]/checkbox[1]",
    ]
    assert place.existing == "No"


def test_a_cell_with_choices_to_pick_from_counts_as_empty(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, "Yes / No / N/A"])
    place = only(read(made(tmp_path, form))).place
    assert place.choices is not None
    assert (place.choices.options, place.existing) == (("Yes", "No", "N/A"), "")
    assert place.answer == at("table[1]/row[2]/cell[2]")


def test_rows_that_repeat_the_labels_begin_a_section(tmp_path: Path) -> None:
    choices = "".join(p(one) for one in ("Yes", "No", "Not applicable"))
    form = table(
        ["Access", "Implementation", "Notes"],
        [MFA, choices, ""],
        ["Resilience", "Implementation", "Notes"],
        [BACKUPS, choices, ""],
    )
    found = read(made(tmp_path, form))
    assert [(one.text, one.section) for one in found.questions] == [(MFA, "Access"), (BACKUPS, "Resilience")]
    assert found.questions[1].place.comment == at("table[1]/row[4]/cell[3]")
    assert [one.reason for one in found.ignored] == [Reason.HEADER, Reason.HEADER]


def test_without_a_column_for_answers_they_go_below_the_question(tmp_path: Path) -> None:
    form = table(["Section", "Number", "Question"], ["Access", "1.a", MFA], ["Access", "1.b", BACKUPS])
    first, _ = read(made(tmp_path, form)).questions
    assert first.place.answer == at("table[1]/row[2]/cell[3]/paragraph[1]/answer")


def test_a_column_nothing_heads_takes_the_answers(tmp_path: Path) -> None:
    form = table(["Ref", "Question", ""], ["1", MFA, ""], ["2", BACKUPS, ""])
    assert [one.place.answer for one in read(made(tmp_path, form)).questions] == [
        at("table[1]/row[2]/cell[3]"),
        at("table[1]/row[3]/cell[3]"),
    ]


def test_a_table_without_a_header_is_read_row_by_row(tmp_path: Path) -> None:
    form = table(["1", MFA, ""], ["2", BACKUPS, ""])
    found = read(made(tmp_path, form))
    assert [(one.ref, one.text) for one in found.questions] == [("1", MFA), ("2", BACKUPS)]
    assert found.questions[1].place.answer == at("table[1]/row[2]/cell[3]")


def test_an_empty_row_below_a_question_takes_its_answer(tmp_path: Path) -> None:
    wide = '<w:gridSpan w:val="2"/>'
    form = table(["1", MFA], row(cell("", wide)), ["2", BACKUPS], row(cell("", wide)))
    places = [one.place.answer for one in read(made(tmp_path, form)).questions]
    assert places == [at("table[1]/row[2]/cell[1]"), at("table[1]/row[4]/cell[1]")]


def test_a_table_that_goes_on_after_a_break_keeps_its_columns(tmp_path: Path) -> None:
    form = table(["Ref", "Question", "Answer"], ["1", MFA, ""]) + p() + table(["2", BACKUPS, ""])
    second = read(made(tmp_path, form)).questions[1]
    assert (second.ref, second.place.answer) == ("2", at("table[2]/row[1]/cell[3]"))


def test_automatic_numbers_are_references(tmp_path: Path) -> None:
    form = table(["Ref", "Question", "Answer"], [numbered(""), MFA, ""], [numbered(""), BACKUPS, ""])
    assert [one.ref for one in read(made(tmp_path, form)).questions] == ["1", "2"]


def test_a_vertically_merged_section_and_a_spanned_question_keep_the_grid_right(tmp_path: Path) -> None:
    form = table(
        ["Section", "Question", "Answer"],
        row(cell("Access", '<w:vMerge w:val="restart"/>'), MFA, ""),
        row(cell("", "<w:vMerge/>"), cell(BACKUPS, '<w:gridSpan w:val="2"/>')),
    )
    first, second = read(made(tmp_path, form)).questions
    assert (first.section, first.place.answer) == ("Access", at("table[1]/row[2]/cell[3]"))
    assert second.place.answer == at("table[1]/row[3]/cell[2]/paragraph[1]/answer")


def test_a_control_around_a_cell_does_not_shift_the_columns(tmp_path: Path) -> None:
    around = f"<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent>{cell('Click here')}</w:sdtContent></w:sdt>"
    form = table(["Ref", "Question", "Answer", "Comment"], row("1", MFA, around, ""))
    place = only(read(made(tmp_path, form))).place
    assert (place.answer, place.comment) == (
        at("table[1]/row[2]/cell[3]/text[1]"),
        at("table[1]/row[2]/cell[4]"),
    )


def test_a_nested_table_is_read_by_itself(tmp_path: Path) -> None:
    inner = table(["Question", "Answer"], [MFA, ""])
    found = read(made(tmp_path, table([p("General") + inner + p(), ""])))
    assert only(found).place.answer == at("table[1]/row[1]/cell[1]/table[1]/row[2]/cell[2]")


def test_the_point_of_a_list_follows_up_the_question_above_it(tmp_path: Path) -> None:
    stem = "Do you train staff on the following topics?"
    form = table(["No", "Question", "Yes", "No"], ["1", stem, "", ""], ["", numbered("Phishing", 2), "", ""])
    first, point = read(made(tmp_path, form)).questions
    assert (point.text, point.context, point.parent) == ("Phishing", stem, first.address)


def test_labels_under_a_title_are_questions_that_say_of_what(tmp_path: Path) -> None:
    shade = '<w:shd w:val="clear" w:fill="CCECFC"/>'
    boxes = (
        p("Status (check all that apply):")
        + raw(checkbox(), run(" Implemented"))
        + raw(checkbox(), run(" Planned"))
    )
    form = (
        p("a.\tEncrypt stored data.")
        + p("b.\tRotate its keys.")
        + table(row(cell("CR-1 Summary", shade)), ["Responsible role:"], [boxes])
        + p()
        + table(row(cell("CR-1 How is it implemented?", shade)), ["Part a:"], ["Part b:"])
        + p()
        + table(row(cell("CR-2 How is it implemented?", shade)), [""])
    )
    found = read(made(tmp_path, form)).questions
    assert [one.text for one in found] == [
        "CR-1 Summary: Responsible role",
        "CR-1 Summary: Status (check all that apply)",
        "CR-1 How is it implemented? Part a (Encrypt stored data.)",
        "CR-1 How is it implemented? Part b (Rotate its keys.)",
        "CR-2 How is it implemented? (a. Encrypt stored data. b. Rotate its keys.)",
    ]
    assert [one.label for one in found[1].place.options] == ["Implemented", "Planned"]
    assert found[2].place.answer == at("table[2]/row[2]/cell[1]/paragraph[1]/answer")
    assert found[4].place.answer == at("table[3]/row[2]/cell[1]")


# Running text


def test_numbered_paragraphs_that_ask_are_questions(tmp_path: Path) -> None:
    form = (
        p("Access", '<w:pStyle w:val="Heading1"/>')
        + numbered(MFA)
        + p()
        + numbered("Describe your backups.")
        + p()
    )
    first, second = read(made(tmp_path, form)).questions
    assert (first.ref, first.section, first.place.answer) == ("1", "Access", at("paragraph[2]/answer"))
    assert (second.ref, second.text) == ("2", "Describe your backups.")


def test_typed_references_are_taken_off_the_question(tmp_path: Path) -> None:
    found = read(
        made(
            tmp_path,
            p(f"1.a\t{MFA}") + p() + p(f"Q2: {BACKUPS}") + p() + p("90 days of logs are kept, are they?"),
        )
    )
    assert [(one.ref, one.text) for one in found.questions] == [
        ("1.a", MFA),
        ("Q2", BACKUPS),
        ("", "90 days of logs are kept, are they?"),
    ]


def test_the_points_below_a_question_belong_to_it(tmp_path: Path) -> None:
    form = (
        p("Do you cover these topics?") + numbered("Phishing;", 2) + numbered("Passwords.", 2) + p() + p(MFA)
    )
    found = read(made(tmp_path, form))
    assert found.questions[0].text == "Do you cover these topics?\nPhishing;\nPasswords."
    assert found.questions[0].place.answer == at("paragraph[3]/answer")
    assert [one.reason for one in found.ignored] == [Reason.CONTINUES_QUESTION] * 2


def test_three_empty_paragraphs_are_room_for_the_answer(tmp_path: Path) -> None:
    assert only(read(made(tmp_path, p(MFA) + p() * 3))).place.answer == at("paragraph[2]")


def test_an_empty_box_below_a_question_takes_its_answer(tmp_path: Path) -> None:
    found = read(made(tmp_path, p(MFA) + table([""]) + p(BACKUPS) + table([""])))
    assert [one.place.answer for one in found.questions] == [
        at("table[1]/row[1]/cell[1]"),
        at("table[2]/row[1]/cell[1]"),
    ]


def test_an_answer_below_is_kept_as_the_answer(tmp_path: Path) -> None:
    found = read(made(tmp_path, p(MFA) + p("Yes. For everybody.") + p(BACKUPS)))
    assert [(one.text, one.place.existing) for one in found.questions] == [
        (MFA, "Yes. For everybody."),
        (BACKUPS, ""),
    ]


def test_choices_on_a_line_of_their_own_are_the_place(tmp_path: Path) -> None:
    place = only(read(made(tmp_path, p(MFA) + p("Answer: Yes / No / N/A")))).place
    assert place.answer == at("paragraph[2]")
    assert place.choices is not None and place.choices.options == ("Yes", "No", "N/A")


# Controls


def test_boxes_beside_a_question_are_its_options(tmp_path: Path) -> None:
    form = raw(run(f"{MFA} "), checkbox(), run(" Yes "), checkbox(), run(" No")) + raw(
        checkbox(), run(" Not applicable")
    )
    place = only(read(made(tmp_path, form))).place
    assert [(one.label, one.address.cell) for one in place.options] == [
        ("Yes", "paragraph[1]/checkbox[1]"),
        ("No", "paragraph[1]/checkbox[2]"),
        ("Not applicable", "paragraph[2]/checkbox[1]"),
    ]


def test_labels_may_stand_before_their_boxes(tmp_path: Path) -> None:
    found = only(
        read(made(tmp_path, raw(run(f"{MFA}  Yes "), checkbox(), run(" No "), checkbox(checked=True))))
    )
    assert (found.text, [one.label for one in found.place.options], found.place.existing) == (
        MFA,
        ["Yes", "No"],
        "No",
    )


@pytest.mark.parametrize("sign", ["☐", '<w:sym w:font="Wingdings" w:char="F0A8"/>'])
def test_boxes_printed_as_characters_are_options_too(tmp_path: Path, sign: str) -> None:
    box = sign if sign.startswith("<") else f"<w:t>{sign}</w:t>"
    form = table(
        ["Question", "Answer"], [MFA, raw(f"<w:r>{box}</w:r>", run(" Yes "), f"<w:r>{box}</w:r>", run(" No"))]
    )
    assert [one.label for one in only(read(made(tmp_path, form))).place.options] == ["Yes", "No"]


def test_a_dropdown_offers_its_entries_and_not_its_prompt(tmp_path: Path) -> None:
    form = table(
        ["Question", "Answer", "Comment"], [MFA, raw(dropdown("Yes", "No")), raw(control("<w:text/>"))]
    )
    place = only(read(made(tmp_path, form))).place
    assert place.choices is not None and place.choices.options == ("Yes", "No")
    assert place.answer == at("table[1]/row[2]/cell[2]/dropdown[1]")
    assert place.comment == at("table[1]/row[2]/cell[3]/text[1]")


def test_a_chosen_entry_is_the_answer_that_stands_there(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, raw(dropdown("Yes", "No", shown="No", empty=False))])
    assert only(read(made(tmp_path, form))).place.existing == "No"


def test_a_date_control_takes_no_words(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], ["When was the last test?", raw(control("<w:date/>"))])
    place = only(read(made(tmp_path, form))).place
    assert place.choices is not None and place.choices.options == ()


def test_a_question_inside_a_content_control_is_read(tmp_path: Path) -> None:
    form = f"<w:sdt><w:sdtPr/><w:sdtContent>{p(MFA)}{p()}</w:sdtContent></w:sdt>" + p(BACKUPS)
    assert asked(read(made(tmp_path, form))) == [MFA, BACKUPS]


def test_a_control_below_a_question_takes_the_answer(tmp_path: Path) -> None:
    block = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click here to enter text.')}</w:sdtContent></w:sdt>"
    assert only(read(made(tmp_path, p(MFA) + block))).place.answer == at("paragraph[2]/text[1]")


def test_legacy_fields_are_boxes_lists_and_texts(tmp_path: Path) -> None:
    box = '<w:checkBox><w:default w:val="0"/></w:checkBox>'
    listed = '<w:ddList><w:listEntry w:val="Yes"/><w:listEntry w:val="No"/></w:ddList>'
    form = table(
        ["Question", "Answer", "Comment"],
        [
            MFA,
            raw(form_field(box, "FORMCHECKBOX"), run(" Yes "), form_field(box, "FORMCHECKBOX"), run(" No")),
            "",
        ],
        [
            BACKUPS,
            raw(form_field(listed, "FORMDROPDOWN")),
            raw(form_field("<w:textInput/>", "FORMTEXT", "\u2002" * 5)),
        ],
    )
    first, second = read(made(tmp_path, form)).questions
    assert [one.label for one in first.place.options] == ["Yes", "No"]
    assert second.place.choices is not None and second.place.choices.options == ("Yes", "No")
    assert second.place.comment == at("table[1]/row[3]/cell[3]/text[1]")


def test_a_field_says_how_many_characters_it_takes(tmp_path: Path) -> None:
    short = '<w:textInput><w:maxLength w:val="10"/></w:textInput>'
    form = table(["Question", "Answer"], [MFA, raw(form_field(short, "FORMTEXT", "\u2002"))])
    place = only(read(made(tmp_path, form))).place
    assert (place.blocked, place.longest, place.comment_longest) == ((), 10, None)
    beside = table(
        ["Question", "Answer", "Comment"], [MFA, "Yes / No", raw(form_field(short, "FORMTEXT", "\u2002"))]
    )
    place = only(read(made(tmp_path, beside))).place
    assert (place.longest, place.comment_longest) == (None, 10)


def test_a_locked_control_is_not_written(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, raw(control("<w:text/>", lock="contentLocked"))])
    assert only(read(made(tmp_path, form))).place.blocked == (Reason.ANSWER_CELL_LOCKED,)


def test_a_protected_form_is_filled_in_its_fields_alone(tmp_path: Path) -> None:
    form = table(
        ["Question", "Answer"], [MFA, ""], [BACKUPS, raw(form_field("<w:textInput/>", "FORMTEXT", "\u2002"))]
    )
    protected = '<w:documentProtection w:edit="forms" w:enforcement="1"/>'
    found = read(made(tmp_path, form, settings=protected))
    assert [one.place.blocked for one in found.questions] == [(Reason.ANSWER_CELL_LOCKED,), ()]
    assert Reason.SHEET_PROTECTED in {one.reason for one in found.notes}


# Revisions, hidden text, text elsewhere


def test_revisions_are_read_as_accepted_and_said(tmp_path: Path) -> None:
    text = raw(run("Do you "), deleted("ever "), inserted(run("never ")), run("share customer data?"))
    found = read(made(tmp_path, table(["Question", "Answer"], [text, ""])))
    assert only(found).text == "Do you never share customer data?"
    assert Reason.TRACKED_CHANGES in only(found).flags
    assert Reason.TRACKED_CHANGES in {one.reason for one in found.notes}


def test_moved_text_is_read_once_where_it_went(tmp_path: Path) -> None:
    moved = f'<w:moveFrom w:id="1" w:author="A">{run(MFA)}</w:moveFrom>'
    there = f'<w:moveTo w:id="2" w:author="A">{run(MFA)}</w:moveTo>'
    assert only(read(made(tmp_path, raw(moved) + p() + raw(there)))).address == at("paragraph[3]")


def test_a_deleted_row_is_gone_and_the_others_keep_their_addresses(tmp_path: Path) -> None:
    gone = f'<w:tr><w:trPr><w:del w:id="1" w:author="A"/></w:trPr>{cell(raw(deleted(MFA)))}{cell("")}</w:tr>'
    form = table(["Question", "Answer"], gone, [BACKUPS, ""])
    assert only(read(made(tmp_path, form))).place.answer == at("table[1]/row[3]/cell[2]")


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    assert only(read(made(tmp_path, p("Intro") + text_box(p(MFA)) + p()))).address == at(
        "paragraph[2]/textbox[1]/paragraph[1]"
    )


def test_headers_footers_notes_and_comments_are_accounted_for(tmp_path: Path) -> None:
    extra = {
        f"{kind}.xml": (kind, f'{HEADER}<w:{tag} xmlns:w="{W}">{inner}</w:{tag}>')
        for kind, tag, inner in (
            ("header", "hdr", p("Confidential")),
            ("footer", "ftr", p("Page 1")),
            ("footnotes", "footnotes", f"<w:footnote>{p('A note')}</w:footnote>"),
            ("comments", "comments", f"<w:comment>{p('Look at this')}</w:comment>"),
        )
    }
    ignored = read(made(tmp_path, p(MFA), extra=extra)).ignored
    assert [(str(one.address), one.text) for one in ignored] == [
        ("header!paragraph[1]", "Confidential"),
        ("footer!paragraph[1]", "Page 1"),
        ("footnotes!paragraph[1]", "A note"),
        ("comments!paragraph[1]", "Look at this"),
    ]


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        ("<w:vanish/>", Reason.HIDDEN_CONTENT),
        ('<w:rStyle w:val="Ghost"/>', Reason.HIDDEN_CONTENT),
        ('<w:color w:val="FFFFFF"/>', Reason.SUSPICIOUS_TEXT),
        ('<w:sz w:val="2"/>', Reason.SUSPICIOUS_TEXT),
        ("<w:strike/>", Reason.STRUCK_OUT_TEXT),
    ],
)
def test_text_nobody_is_meant_to_see_is_flagged(tmp_path: Path, look: str, reason: Reason) -> None:
    text = raw(run("Do you "), run("not ", look), run("encrypt backups?"))
    found = read(made(tmp_path, table(["Question", "Answer"], [text, ""])))
    assert only(found).flags == (reason,)
    assert reason in {one.reason for one in found.notes}


def test_white_text_on_a_dark_ground_is_meant_to_be_read(tmp_path: Path) -> None:
    dark = cell(p(MFA, look='<w:color w:val="FFFFFF"/>'), '<w:shd w:val="clear" w:fill="003366"/>')
    assert only(read(made(tmp_path, table(["Question", "Answer"], row(dark, ""))))).flags == ()


# What a file may be


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-8"])
def test_any_encoding_is_read(tmp_path: Path, codec: str) -> None:
    text = body(table(["Question", "Answer"], [f"{MFA} – ü", ""])).replace(
        "UTF-8", "UTF-16" if "16" in codec else "UTF-8"
    )
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-8": b"\xef\xbb\xbf"}[codec]
    assert only(read(document(tmp_path / "form.docx", mark + text.encode(codec)))).text == f"{MFA} – ü"


def test_strict_documents_and_other_prefixes_are_read(tmp_path: Path) -> None:
    strict = body(table(["Question", "Answer"], [MFA, ""]), SPACES.replace(W, STRICT))
    other = (
        strict.replace("<w:", "<x:")
        .replace("</w:", "</x:")
        .replace(" w:", " x:")
        .replace("xmlns:w=", "xmlns:x=")
    )
    assert only(read(document(tmp_path / "form.docx", other.encode()))).text == MFA


def test_macros_need_the_ending_that_says_so(tmp_path: Path) -> None:
    vba = {"word/vbaProject.bin": b"macros"}
    with pytest.raises(InputRefusedError, match=r"\.docm"):
        read(document(tmp_path / "form.docx", p(MFA), kind=DOCM, members=vba))
    found = read(document(tmp_path / "form.docm", p(MFA), kind=DOCM, members=vba))
    assert Reason.MACROS_PRESENT in {one.reason for one in found.notes}


def test_remote_templates_and_fields_that_start_things_are_noted(tmp_path: Path) -> None:
    dde = raw(form_field("", "DDEAUTO cmd run", "x")) + raw(
        '<w:fldSimple w:instr=" INCLUDETEXT http://localhost:1/a "/>'
    )
    remote = {
        "word/_rels/settings.xml.rels": f'{HEADER}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://localhost:1/t.dotm" TargetMode="External"/>'
        "</Relationships>"
    }
    notes = read(made(tmp_path, p(MFA) + dde, settings="<w:zoom/>", members=remote)).notes
    assert {one.reason for one in notes} == {Reason.ACTIVE_CONTENT, Reason.EXTERNAL_REFERENCE}
    assert any("attachedTemplate" in one.message for one in notes)
    assert any("DDEAUTO" in one.message for one in notes) and any(
        "INCLUDETEXT" in one.message for one in notes
    )


@pytest.mark.parametrize(
    "inner",
    [
        table(row(cell(MFA, '<w:gridSpan w:val="100000000"/>'))),
        "".join("<w:tbl><w:tr><w:tc>" for _ in range(30))
        + p(MFA)
        + "".join("</w:tc></w:tr></w:tbl>" for _ in range(30)),
    ],
)
def test_what_no_form_needs_is_refused_by_a_stated_limit(tmp_path: Path, inner: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read(made(tmp_path, inner))
    assert refused.value.code == Reason.LIMIT_REACHED


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    evil = body(p("&a;")).replace(HEADER, f'{HEADER}<!DOCTYPE d [<!ENTITY a "b">]>')
    with pytest.raises(InputRefusedError) as refused:
        read(document(tmp_path / "form.docx", evil.encode()))
    assert refused.value.code == Reason.XML_UNSAFE


def test_a_question_with_its_response_in_the_row_below_it(tmp_path: Path) -> None:
    form = table(
        ["Question 1", MFA], ["Response", ""], ["Comments", ""], ["Question 2", BACKUPS], ["Response", "No."]
    )
    first, second = read(made(tmp_path, form)).questions
    assert (first.place.answer, first.place.comment) == (
        at("table[1]/row[2]/cell[2]"),
        at("table[1]/row[3]/cell[2]"),
    )
    assert (second.place.existing, second.place.comment) == ("No.", None)


def test_words_below_every_question_are_guidance(tmp_path: Path) -> None:
    form = p(MFA) + p("Name the methods in use.") + p() + p(BACKUPS) + p("Say how often, and by whom.") + p()
    first, second = read(made(tmp_path, form)).questions
    assert (first.context, first.flags, first.place.answer) == (
        "Name the methods in use.",
        (),
        at("paragraph[2]/answer"),
    )
    assert second.place.answer == at("paragraph[5]/answer")


ANSWERED = [MFA, "Yes. With hardware keys.", BACKUPS, "No. They are not."]
OPEN = "How often are logs read?"


@pytest.mark.parametrize("in_cells", [False, True])
def test_where_others_are_answered_right_below_words_there_are_an_answer_a_person_looks_at(
    tmp_path: Path, in_cells: bool
) -> None:
    pairs = [ANSWERED[:2], ANSWERED[2:], [OPEN, "Every week, by the operations team."]]
    rows = [cell(p(question) + p(answer)) for question, answer in pairs]
    form = "".join(p(one) for pair in pairs for one in pair)
    if in_cells:
        form = table(["No", "Question"], *([str(at), one] for at, one in enumerate(rows, 1)))
    found = read(made(tmp_path, form)).questions
    assert [one.text for one in found] == [MFA, BACKUPS, OPEN]
    assert [one.place.existing for one in found] == [said for _, said in pairs]
    assert [one.flags for one in found] == [(), (), (Reason.LAYOUT_UNSURE,)]


@pytest.mark.parametrize(
    "below", ["Please name the tools you use.", "- a first point", "(in days)", "The tools are:"]
)
def test_what_is_said_to_the_reader_or_goes_on_is_no_answer(tmp_path: Path, below: str) -> None:
    form = "".join(map(p, [*ANSWERED, OPEN, below]))
    assert read(made(tmp_path, form)).questions[-1].place.existing == ""


def test_guidance_above_answers_keeps_words_below_a_question_from_being_one(tmp_path: Path) -> None:
    guided = [MFA, "Every account counts.", "Yes. With hardware keys.", *ANSWERED[2:], MFA, "Yes. All."]
    found = read(made(tmp_path, "".join(map(p, [*guided, OPEN, "Every account counts."])))).questions
    assert found[-1].place.existing == ""


def test_words_below_one_question_may_be_its_answer_so_a_person_looks(tmp_path: Path) -> None:
    form = (
        p(MFA)
        + p("Hardware keys are used by everybody.")
        + p()
        + p(BACKUPS)
        + p()
        + p("Is card data stored?")
        + p()
    )
    flags = [one.flags for one in read(made(tmp_path, form)).questions]
    assert flags == [(Reason.LAYOUT_UNSURE,), (), ()]


def test_a_line_to_write_on_is_the_place(tmp_path: Path) -> None:
    found = read(made(tmp_path, p(f"{MFA} ________") + p() + p(BACKUPS) + p("Answer: __________")))
    assert [(one.text, one.place.answer) for one in found.questions] == [
        (MFA, at("paragraph[1]")),
        (BACKUPS, at("paragraph[4]")),
    ]


def test_the_word_comments_below_the_options_is_where_words_go(tmp_path: Path) -> None:
    form = raw(run(MFA)) + raw(checkbox(), run(" Yes "), checkbox(), run(" No")) + p("Comments:")
    place = only(read(made(tmp_path, form))).place
    assert [one.label for one in place.options] == ["Yes", "No"]
    assert place.comment == at("paragraph[3]/answer")


def test_text_far_below_a_question_is_no_answer(tmp_path: Path) -> None:
    form = (
        p(MFA)
        + p("Yes. For all.")
        + p()
        + p("Thank you for filling in this form, which we keep.")
        + p("Annex", look="<w:b/>")
    )
    found = read(made(tmp_path, form))
    assert only(found).place.existing == "Yes. For all."
    assert [one.reason for one in found.ignored] == [
        Reason.CONTINUES_QUESTION,
        Reason.NOT_A_QUESTION,
        Reason.SECTION_HEADING,
    ]


def test_a_wish_numbered_in_one_list_with_questions_is_a_question(tmp_path: Path) -> None:
    grid = table(["Question", "Answer"], ["Is card data stored?", ""])
    form = grid + p("a. Describe the keys.") + numbered(MFA) + numbered("Describe how keys are rotated.")
    assert asked(read(made(tmp_path, form))) == [
        "Is card data stored?",
        MFA,
        "Describe how keys are rotated.",
    ]


def test_a_cell_that_holds_a_table_takes_no_answer_itself(tmp_path: Path) -> None:
    inner = table(["Question", "Answer"], [BACKUPS, ""]) + p()
    found = read(made(tmp_path, table(["No", "Question", "Answer"], ["1", MFA, inner])))
    assert [one.place.can_be_written for one in found.questions] == [False, True]


def test_a_field_that_never_ends_hides_nothing(tmp_path: Path) -> None:
    begun = raw('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', run(MFA))
    assert asked(read(made(tmp_path, begun + p() + p(BACKUPS)))) == [MFA, BACKUPS]


def test_a_short_statement_beside_choices_is_no_heading(tmp_path: Path) -> None:
    form = table(
        ["Control", "Answer"], ["MFA is enforced", "Yes / No / N/A"], ["Backups are tested", "Yes / No / N/A"]
    )
    assert [
        one.place.choices.options for one in read(made(tmp_path, form)).questions if one.place.choices
    ] == [
        ("Yes", "No", "N/A"),
        ("Yes", "No", "N/A"),
    ]


def test_a_cell_with_a_picture_or_without_a_paragraph_takes_no_answer(tmp_path: Path) -> None:
    picture = raw("<w:r><w:drawing/></w:r>")
    bare = "<w:tc><w:tcPr/></w:tc>"
    form = table(["Question", "Answer"], row(MFA, picture), f"<w:tr>{cell(BACKUPS)}{bare}</w:tr>")
    found = read(made(tmp_path, form)).questions
    assert [one.place.blocked for one in found] == [(Reason.NO_ANSWER_PLACE,)] * 2


def test_boxes_in_the_column_for_comments_take_no_words(tmp_path: Path) -> None:
    boxes = raw(checkbox(), run(" Attached"))
    place = only(read(made(tmp_path, table(["Question", "Answer", "Comments"], [MFA, "", boxes])))).place
    assert (place.answer, place.comment) == (at("table[1]/row[2]/cell[2]"), None)
