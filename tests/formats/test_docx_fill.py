"""Filling Word questionnaires: every kind of place, and nothing else in the file."""

import hashlib
import io
from pathlib import Path

import pytest
from lxml import etree

from avow.errors import InputRefusedError
from avow.formats.docx.fill import fill_document
from avow.formats.writing import CellNotWritableError
from avow.model.reasons import Reason
from docx_files import (
    SPACES,
    STRICT,
    W14,
    W,
    around,
    body,
    cell,
    checkbox,
    control,
    differences,
    document,
    dropdown,
    filled,
    form_field,
    inserted,
    lines,
    numbered,
    only,
    p,
    part,
    raw,
    read,
    row,
    run,
    table,
    text_box,
)

MFA = "Is MFA enforced for all staff?"
BACKUPS = "Are backups tested every quarter?"
ANSWER = "Yes. MFA & SSO hold for <all> staff."
BOX = '<w:checkBox><w:sizeAuto/><w:default w:val="0"/></w:checkBox>'


def made(tmp_path: Path, inner: str, **options: object) -> Path:
    return document(tmp_path / "form.docx", inner, **options)


def answered(
    tmp_path: Path, inner: str, path: str, text: str = ANSWER, **options: object
) -> tuple[Path, Path]:
    """The form and its copy with one text, checked to differ nowhere else and to read back."""
    source = made(tmp_path, inner, **options)
    target = filled(source, {path: text})
    assert differences(source, target, [path]) == []
    return source, target


def elements(path: Path, name: str) -> list[etree._Element]:
    return list(etree.fromstring(part(path)).iter(f"{{*}}{name}"))


# Text


def test_a_text_goes_into_an_empty_cell(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, ""])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]")
    assert lines(target) == ["Question", "Answer", MFA, ANSWER]
    assert only(read(target)).place.existing == ANSWER


@pytest.mark.parametrize(
    "empty",
    ["<w:p/>", '<w:p w:rsidR="00AA"/>', '<w:p><w:pPr><w:jc w:val="center"/></w:pPr></w:p>', "<w:p></w:p>"],
)
def test_an_empty_paragraph_may_be_written_in_any_way(tmp_path: Path, empty: str) -> None:
    _, target = answered(
        tmp_path, table(["Question", "Answer"], row(MFA, cell(empty))), "table[1]/row[2]/cell[2]"
    )
    assert lines(target)[-1] == ANSWER


def test_lines_of_an_answer_become_breaks(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, ""])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]", "Yes.\nFor all\tstaff.")
    assert lines(target)[-1] == "Yes.\nFor allstaff."
    assert len(elements(target, "br")) == len(elements(target, "tab")) == 1
    assert only(read(target)).place.existing == "Yes.\nFor all\tstaff."


def test_a_text_in_an_empty_cell_looks_as_the_form_says_or_as_its_neighbours_do(tmp_path: Path) -> None:
    small = '<w:b/><w:sz w:val="18"/>'
    form = table(
        ["Question", "Answer"],
        row(cell(p(MFA, look=small)), ""),
        row(BACKUPS, cell(p("", "<w:rPr><w:i/></w:rPr>"))),
    )
    source = made(tmp_path, form)
    target = filled(source, {"table[1]/row[2]/cell[2]": "Yes.", "table[1]/row[3]/cell[2]": "No."})
    looks = {
        one.text: etree.tostring(one.getparent().find("{*}rPr"))
        for one in elements(target, "t")
        if one.text in ("Yes.", "No.")
    }
    assert b"w:sz " in looks["Yes."] and b"w:b/" not in looks["Yes."]
    assert b"<w:i" in looks["No."]


def test_a_placeholder_gives_way_to_the_answer(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, "Click here to enter text."], [BACKUPS, "________"])
    source = made(tmp_path, form)
    places = {"table[1]/row[2]/cell[2]": ANSWER, "table[1]/row[3]/cell[2]": "No."}
    target = filled(source, places)
    assert differences(source, target, list(places)) == []
    assert lines(target)[2:] == [MFA, ANSWER, BACKUPS, "No."]


def test_a_choice_replaces_those_to_pick_from(tmp_path: Path) -> None:
    split = raw(run("Yes"), run(" / "), run("No / N/A", "<w:b/>"))
    _, target = answered(
        tmp_path, table(["Question", "Answer"], [MFA, split]), "table[1]/row[2]/cell[2]", "N/A"
    )
    assert lines(target)[-1] == "N/A"


def test_choices_one_a_line_leave_the_chosen_one_without_its_bullet(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, numbered("Yes", 2) + numbered("No", 2) + p()])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]", "No")
    assert lines(target)[-1] == "No"
    assert not elements(target, "numPr")


def test_a_word_before_the_choices_stays(tmp_path: Path) -> None:
    _, target = answered(tmp_path, p(MFA) + p("Answer: Yes / No"), "paragraph[2]", "Yes")
    assert lines(target) == [MFA, "Answer: Yes"]
    assert only(read(target)).place.existing.endswith("Yes")


def test_an_answer_below_looks_like_the_question_without_its_number(tmp_path: Path) -> None:
    heading = p("Access", '<w:pStyle w:val="Heading1"/>')
    question = numbered(MFA).replace("<w:r>", '<w:r><w:rPr><w:b/><w:sz w:val="20"/></w:rPr>')
    _, target = answered(tmp_path, heading + question + p() + numbered(BACKUPS), "paragraph[2]/answer")
    assert lines(target) == ["Access", MFA, ANSWER, BACKUPS]
    new = elements(target, "p")[2]
    assert new.find("{*}pPr/{*}numPr") is None and new.find("{*}r/{*}rPr/{*}b") is None
    assert new.find("{*}r/{*}rPr/{*}sz").get(f"{{{W}}}val") == "20"
    assert new.find("{*}pPr/{*}ind").get(f"{{{W}}}left") == "720"
    assert [one.ref for one in read(target).questions] == ["1", "2"]


def test_a_style_that_numbers_does_not_number_the_answer(tmp_path: Path) -> None:
    form = "".join(p(one, '<w:pStyle w:val="ListNumber"/>') for one in (MFA, BACKUPS))
    _, target = answered(tmp_path, form, "paragraph[1]/answer")
    assert [(one.ref, one.text) for one in read(target).questions] == [("1", MFA), ("2", BACKUPS)]
    assert read(target).questions[0].place.existing == ANSWER


def test_a_short_value_stands_behind_its_label_and_a_long_one_below(tmp_path: Path) -> None:
    shade = '<w:shd w:val="clear" w:fill="CCECFC"/>'
    form = table(row(cell("CR-1 Summary", shade)), ["Responsible role:"], ["Part a:"])
    source = made(tmp_path, form)
    long = "We encrypt all stored data with keys that rotate every year, as our policy demands of every team."
    target = filled(
        source,
        {f"table[1]/row[{at}]/cell[1]/paragraph[1]/answer": text for at, text in ((2, "CISO"), (3, long))},
    )
    assert lines(target)[1:] == ["Responsible role: CISO", "Part a:", long]
    assert [one.place.existing for one in read(target).questions] == ["CISO", long]


def test_a_text_goes_into_a_text_box_and_a_nested_table(tmp_path: Path) -> None:
    nested = table([p("General") + table(["Question", "Answer"], [MFA, ""]) + p()])
    source = made(tmp_path, nested + text_box(p(BACKUPS)))
    questions = read(source).questions
    places = {one.place.answer.cell: f"Yes. {at}" for at, one in enumerate(questions) if one.place.answer}
    again = read(filled(source, places)).questions
    assert [one.place.existing for one in again] == ["Yes. 0", "Yes. 1"]


# Controls


def test_a_box_is_ticked_with_the_controls_own_sign_and_font(tmp_path: Path) -> None:
    states = '<w14:checkedState w14:val="00FE" w14:font="Wingdings"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
    form = table(
        ["Question", "Answer"], [MFA, raw(checkbox(states=states), run(" Yes "), checkbox(), run(" No"))]
    )
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/checkbox[1]", "X")
    checked = [one.get(f"{{{W14}}}val") for one in elements(target, "checked")]
    shown = ["".join(one.itertext()) for one in elements(target, "sdtContent")]
    assert (checked, shown) == (["1", "0"], ["\u00fe", "☐"])
    assert elements(target, "rFonts")[0].get(f"{{{W}}}ascii") == "Wingdings"
    assert only(read(target)).place.existing == "Yes"


def test_a_box_without_a_state_of_its_own_gets_one(tmp_path: Path) -> None:
    bare = checkbox().replace('<w14:checked w14:val="0"/>', "")
    form = table(["Question", "Answer"], [MFA, raw(bare, run(" Yes "), checkbox(), run(" No"))])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/checkbox[1]", "X")
    assert only(read(target)).place.existing == "Yes"
    assert lines(target)[-1].startswith("☒")


@pytest.mark.parametrize(
    "box", [BOX, '<w:checkBox><w:default w:val="0"/><w:checked w:val="0"/></w:checkBox>', "<w:checkBox/>"]
)
def test_a_legacy_box_is_ticked(tmp_path: Path, box: str) -> None:
    form = table(
        ["Question", "Answer"],
        [
            MFA,
            raw(form_field(box, "FORMCHECKBOX"), run(" Yes "), form_field(box, "FORMCHECKBOX"), run(" No")),
        ],
    )
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/checkbox[2]", "X")
    assert only(read(target)).place.existing == "No"


@pytest.mark.parametrize("box", ["<w:t>☐</w:t>", '<w:sym w:font="Wingdings" w:char="F0A8"/>'])
def test_a_printed_box_is_ticked(tmp_path: Path, box: str) -> None:
    form = table(
        ["Question", "Answer"], [MFA, raw(f"<w:r>{box}</w:r>", run(" Yes "), f"<w:r>{box}</w:r>", run(" No"))]
    )
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/checkbox[1]", "X")
    assert only(read(target)).place.existing == "Yes"


@pytest.mark.parametrize("combo", [False, True])
def test_an_entry_is_chosen(tmp_path: Path, combo: bool) -> None:
    form = table(["Question", "Answer"], [MFA, raw(dropdown("Yes", "No", combo=combo))])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/dropdown[1]", "No")
    assert lines(target)[-1] == "No"
    assert not elements(target, "showingPlcHdr") and b"PlaceholderText" not in part(target)
    assert only(read(target)).place.existing == "No"


def test_a_legacy_list_is_set(tmp_path: Path) -> None:
    listed = '<w:ddList><w:listEntry w:val="Yes"/><w:listEntry w:val="No"/></w:ddList>'
    form = table(["Question", "Answer"], [MFA, raw(form_field(listed, "FORMDROPDOWN"))])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/dropdown[1]", "No")
    assert [one.get(f"{{{W}}}val") for one in elements(target, "result")] == ["1"]
    assert only(read(target)).place.existing == "No"


@pytest.mark.parametrize("kind", ["<w:text/>", ""])
def test_a_text_control_is_filled(tmp_path: Path, kind: str) -> None:
    bound = f'{kind}<w:dataBinding w:xpath="/a" w:storeItemID="x"/>'
    _, target = answered(
        tmp_path, table(["Question", "Answer"], [MFA, raw(control(bound))]), "table[1]/row[2]/cell[2]/text[1]"
    )
    assert lines(target)[-1] == ANSWER
    assert not elements(target, "showingPlcHdr") and not elements(target, "dataBinding")
    assert only(read(target)).place.existing == ANSWER


def test_a_control_of_several_paragraphs_and_one_around_a_cell_are_filled(tmp_path: Path) -> None:
    block = around("", p("Click here to enter text.") + p())
    text = around("<w:text/>", cell("Click here"))
    form = p(BACKUPS) + block + table(["Question", "Answer", "Comment"], row(MFA, text, ""))
    source = made(tmp_path, form)
    places = {"paragraph[2]/text[1]": "No.", "table[1]/row[2]/cell[2]/text[1]": ANSWER}
    target = filled(source, places)
    assert lines(target) == [BACKUPS, "No.", "Question", "Answer", "Comment", MFA, ANSWER]
    assert len(elements(target, "tc")) == 6


@pytest.mark.parametrize("result", ["\u2002\u2002\u2002", None])
def test_a_legacy_text_field_is_filled(tmp_path: Path, result: str | None) -> None:
    form = table(["Question", "Answer"], [MFA, raw(form_field("<w:textInput/>", "FORMTEXT", result))])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/text[1]")
    assert only(read(target)).place.existing == ANSWER
    assert [one.get(f"{{{W}}}fldCharType") for one in elements(target, "fldChar")] == [
        "begin",
        "separate",
        "end",
    ]


def test_a_date_goes_into_a_date_control_and_nothing_else_does(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], ["When was the last test?", raw(control("<w:date/>"))])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/date[1]", "2026-03-01")
    assert elements(target, "date")[0].get(f"{{{W}}}fullDate") == "2026-03-01T00:00:00Z"
    with pytest.raises(CellNotWritableError) as refused:
        filled(made(tmp_path, form), {"table[1]/row[2]/cell[2]/date[1]": "every year"})
    assert refused.value.reason is Reason.TEXT_NOT_WRITABLE


# What the file is written in


def test_other_prefixes_strict_names_comments_and_cdata_are_no_obstacle(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], row(MFA, cell("<w:p><!-- <w:p>no</w:p> --></w:p>"))) + raw(
        "<w:r><w:t><![CDATA[<w:p/>]]></w:t></w:r>"
    )
    strict = body(form, SPACES.replace(W, STRICT))
    other = (
        strict.replace("<w:", "<x:")
        .replace("</w:", "</x:")
        .replace(" w:", " x:")
        .replace("xmlns:w=", "xmlns:x=")
    )
    source = document(tmp_path / "form.docx", other.encode())
    target = filled(source, {"table[1]/row[2]/cell[2]": ANSWER})
    assert differences(source, target, ["table[1]/row[2]/cell[2]"]) == []
    assert only(read(target)).place.existing == ANSWER


def test_a_default_namespace_is_written_in(tmp_path: Path) -> None:
    cells = f"<tr><tc><p><r><t>{MFA}</t></r></p></tc><tc><p/></tc></tr>"
    plain = f'<document xmlns="{W}"><body><tbl>{cells}</tbl></body></document>'
    source = document(tmp_path / "form.docx", plain.encode())
    target = filled(source, {"table[1]/row[1]/cell[2]": ANSWER})
    assert lines(target) == [MFA, ANSWER]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "iso-8859-1"])
def test_the_parts_own_encoding_is_kept(tmp_path: Path, codec: str) -> None:
    declared = "UTF-16" if "16" in codec else "ISO-8859-1"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    text = body(table(["Question", "Answer"], [f"{MFA} ü", ""])).replace("UTF-8", declared)
    source = document(tmp_path / "form.docx", mark + text.encode(codec))
    target = filled(source, {"table[1]/row[2]/cell[2]": "Yes – für alle."})
    assert part(target).startswith(mark)
    assert lines(target)[-1] == "Yes – für alle."


# What is not written


@pytest.mark.parametrize(
    ("inner", "path", "reason"),
    [
        (table(["Question", "Answer"], [MFA, "No."]), "table[1]/row[2]/cell[2]", Reason.ANSWER_EXISTS),
        (table(["Question", "Answer"], [MFA, ""]), "table[1]/row[9]/cell[2]", Reason.NO_ANSWER_PLACE),
        (table([MFA, table(["Inner"]) + p()]), "table[1]/row[1]/cell[2]", Reason.NO_ANSWER_PLACE),
        (table(["Question", "Answer"], [MFA, "Yes / No"]), "table[1]/row[2]/cell[2]", Reason.ANSWER_EXISTS),
        (
            table(["Question", "Answer"], [MFA, raw(dropdown("Yes", "No"))]),
            "table[1]/row[2]/cell[2]/dropdown[1]",
            Reason.NO_CHOICE_FITS,
        ),
        (
            table(["Question", "Answer"], [MFA, raw(control("<w:text/>", lock="sdtContentLocked"))]),
            "table[1]/row[2]/cell[2]/text[1]",
            Reason.ANSWER_CELL_LOCKED,
        ),
        (
            table(["Question", "Answer"], [MFA, raw(checkbox(checked=True, sign="☒"), run(" Yes"))]),
            "table[1]/row[2]/cell[2]/checkbox[1]",
            Reason.ANSWER_EXISTS,
        ),
    ],
)
def test_what_may_not_be_written_is_refused_before_anything_is(
    tmp_path: Path, inner: str, path: str, reason: Reason
) -> None:
    with pytest.raises(CellNotWritableError) as refused:
        filled(made(tmp_path, inner), {path: ANSWER})
    assert refused.value.reason is reason


def test_a_protected_form_takes_texts_in_its_fields_alone(tmp_path: Path) -> None:
    form = table(
        ["Question", "Answer"], [MFA, ""], [BACKUPS, raw(form_field("<w:textInput/>", "FORMTEXT", "\u2002"))]
    )
    protected = '<w:documentProtection w:edit="forms" w:enforcement="1"/>'
    source = made(tmp_path, form, settings=protected)
    with pytest.raises(CellNotWritableError) as refused:
        filled(source, {"table[1]/row[2]/cell[2]": ANSWER})
    assert refused.value.reason is Reason.ANSWER_CELL_LOCKED
    assert lines(filled(source, {"table[1]/row[3]/cell[2]/text[1]": ANSWER}))[-1] == ANSWER


def test_tracked_changes_beside_the_answer_stay(tmp_path: Path) -> None:
    form = table(
        ["Question", "Answer"], [raw(run("Is MFA "), inserted(run("really ")), run("enforced?")), ""]
    )
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]")
    assert len(elements(target, "ins")) == 1


def test_a_file_that_changed_since_is_refused(tmp_path: Path) -> None:
    source = made(tmp_path, p(MFA))
    with pytest.raises(InputRefusedError, match="changed since"):
        fill_document(source, [], io.BytesIO(), sha256=hashlib.sha256(b"").hexdigest())


def test_a_line_to_write_on_gives_way_and_what_stands_before_it_stays(tmp_path: Path) -> None:
    form = p(f"{MFA} ________") + p(BACKUPS) + raw(run("Answer: ", "<w:b/>"), run("____"), run("______"))
    source = made(tmp_path, form)
    target = filled(source, {"paragraph[1]": "No.", "paragraph[3]": ANSWER})
    assert lines(target) == [f"{MFA} No.", BACKUPS, f"Answer: {ANSWER}"]


def test_a_report_that_leaves_out_a_place_is_caught(tmp_path: Path) -> None:
    source = made(tmp_path, table(["Question", "Answer"], [MFA, ""], [BACKUPS, ""]))
    target = filled(source, {"table[1]/row[2]/cell[2]": "Yes.", "table[1]/row[3]/cell[2]": "No."})
    assert differences(source, target, ["table[1]/row[2]/cell[2]"]) != []


def test_a_plain_text_control_learns_to_hold_lines(tmp_path: Path) -> None:
    form = table(["Question", "Answer"], [MFA, raw(control("<w:text/>"))])
    _, target = answered(tmp_path, form, "table[1]/row[2]/cell[2]/text[1]", "Yes.\nFor all.")
    assert elements(target, "text")[0].get(f"{{{W}}}multiLine") == "1"
    assert only(read(target)).place.existing == "Yes.\nFor all."
