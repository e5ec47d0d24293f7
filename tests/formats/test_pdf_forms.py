"""Fillable PDF forms: each kind of field understood, filled and kept fillable, and nothing else touched."""

from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2 as pdfium
import pytest
from reportlab.lib import colors

from avow.drafting.wording import writes_for
from avow.errors import InputRefusedError
from avow.formats.files import understand_file
from avow.formats.pdf.file import filled
from avow.formats.writing import CellNotWritableError
from avow.model.base import Verdict
from avow.model.questionnaires import CellAddress, Question, Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import CellWrite
from avow.outputs.form_order import form_order
from pdf_files import (
    QUESTION,
    Sheet,
    objects,
    one_field,
    page_of,
    shown,
    text_field,
    usual_form,
    with_table_as_stream,
)

WORDS = "Yes. All stored customer data is encrypted with AES-256 – in “every” store."


def understood(tmp_path: Path, data: bytes) -> Questionnaire:
    path = tmp_path / "form.pdf"
    path.write_bytes(data)
    return understand_file(path).questionnaire


def question_at(found: Questionnaire, cell: str) -> Question:
    return next(one for one in found.questions if one.address.cell == cell)


def write(cell: str, value: str) -> CellWrite:
    return CellWrite(address=CellAddress(sheet="form", cell=cell), value=value)


def fill(data: bytes, **values: str) -> bytes:
    return filled(data, "form.pdf", [write(cell, value) for cell, value in values.items()])


def values_of(data: bytes) -> dict[str, str]:
    fields = pypdf.PdfReader(BytesIO(data)).get_fields() or {}
    return {name: str(one.get("/V", "")) for name, one in fields.items()}


def picture(data: bytes, *, page: int = 0, forms: bool = True) -> "pdfium.PdfBitmap":
    document = pdfium.PdfDocument(data)
    if forms:
        document.init_forms()
    return document[page].render(scale=2, may_draw_forms=forms).to_pil().convert("L")


def changed_boxes(before: bytes, after: bytes, *, forms: bool = True) -> tuple[int, int, int, int] | None:
    """The box of the pixels that differ, in points from the top left."""
    from PIL import ImageChops

    box = ImageChops.difference(picture(before, forms=forms), picture(after, forms=forms)).getbbox()
    return None if box is None else tuple(value // 2 for value in box)


# ── what is understood ─────────────────────────────────────────────────────────────────────────


def test_a_form_with_every_kind_of_field_is_understood(tmp_path: Path) -> None:
    found = understood(tmp_path, usual_form())
    rows = [(one.address.cell, one.ref, one.section, one.text) for one in found.questions]
    assert rows == [
        ("rest", "1.1", "1. Data protection", QUESTION),
        ("pci.yes", "1.2", "1. Data protection", "Are you certified under PCI DSS?"),
        ("mfa", "1.3", "1. Data protection", "Is multi-factor authentication enforced for staff?"),
        ("backup", "1.4", "1. Data protection", "How mature is your backup process?"),
        ("incidents", "2.1", "2. Operations", "Describe how incidents are handled."),
    ]
    assert {one.address.sheet for one in found.questions} == {"form"}


def test_radio_buttons_and_lists_are_choices_and_a_field_for_comments_takes_the_words(tmp_path: Path) -> None:
    found = understood(tmp_path, usual_form())
    rest = question_at(found, "rest").place
    assert rest.choices is not None
    assert rest.choices.options == ("Yes", "No")
    assert rest.comment == CellAddress(sheet="form", cell="rest_words")
    mfa = question_at(found, "mfa").place
    assert mfa.choices is not None
    assert mfa.choices.options == ("Yes", "No", "Partially")
    assert mfa.existing == ""  # "Select..." is the form's own prompt


def test_boxes_of_their_own_are_options_by_the_words_beside_them(tmp_path: Path) -> None:
    place = question_at(understood(tmp_path, usual_form()), "pci.yes").place
    assert [(one.label, one.address.cell) for one in place.options] == [
        ("Yes", "pci.yes"),
        ("No", "pci.no"),
        ("N/A", "pci.na"),
    ]


def test_contact_fields_headings_and_titles_are_no_questions(tmp_path: Path) -> None:
    found = understood(tmp_path, usual_form())
    assert [(one.address.cell, one.reason) for one in found.ignored if one.address.sheet == "form"] == [
        ("company", Reason.NOT_A_QUESTION),
        ("by", Reason.NOT_A_QUESTION),
    ]
    others = [one.text for one in found.ignored if one.address.sheet == "page 1"]
    assert others == ["Vendor security questionnaire", "1. Data protection", "2. Operations"]


def test_captions_left_of_their_boxes_are_told_from_those_to_the_right(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(50, 100, QUESTION)
    for number, label in enumerate(("Yes", "No")):
        sheet.text(330 + 60 * number, 100, label)
        sheet.checkbox(f"b{number}", 350 + 60 * number, 89)
    (question,) = understood(tmp_path, sheet.done()).questions
    assert [(one.label, one.address.cell) for one in question.place.options] == [("Yes", "b0"), ("No", "b1")]


def test_a_table_with_boxes_in_columns_reads_their_headings(tmp_path: Path) -> None:
    sheet = Sheet()
    widths = (40, 240, 40, 40, 150)
    rows = [
        ("No", "Requirement", "Yes", "No", "Comments"),
        ("A.1", QUESTION, "", "", ""),
        ("A.2", "Backups are tested every year.", "", "", ""),
    ]
    sheet.grid(40, 60, widths, rows, row=40)
    for number in (1, 2):
        sheet.checkbox(f"yes{number}", 333, 60 + 40 * number + 12)
        sheet.checkbox(f"no{number}", 373, 60 + 40 * number + 12)
        sheet.textfield(f"words{number}", 402, 60 + 40 * number + 2, 146, 36, fieldFlags="multiline")
    found = understood(tmp_path, sheet.done())
    assert [(one.ref, one.text) for one in found.questions] == [
        ("A.1", QUESTION),
        ("A.2", "Backups are tested every year."),
    ]
    for number, question in enumerate(found.questions, start=1):
        place = question.place
        assert [(one.label, one.address.cell) for one in place.options] == [
            ("Yes", f"yes{number}"),
            ("No", f"no{number}"),
        ]
        assert place.comment == CellAddress(sheet="form", cell=f"words{number}")
    assert [one.reason for one in found.ignored] == [Reason.HEADER]


def test_the_tooltip_is_the_question_where_the_page_does_not_ask(tmp_path: Path) -> None:
    data = one_field(text_field(more=f"/Ff 4096 /TU ({QUESTION})"), question="Q7")
    (question,) = understood(tmp_path, data).questions
    assert question.text == QUESTION


def test_what_stands_in_a_field_is_kept_as_an_answer(tmp_path: Path) -> None:
    data = one_field(text_field(more="/Ff 4096 /V (Yes, with AES-256.)"))
    (question,) = understood(tmp_path, data).questions
    assert question.place.existing == "Yes, with AES-256."


@pytest.mark.parametrize("prompt", ["Click here to enter text.", "Enter your answer", " "])
def test_a_forms_own_prompt_is_no_answer(tmp_path: Path, prompt: str) -> None:
    data = one_field(text_field(more=f"/Ff 4096 /V ({prompt})"))
    (question,) = understood(tmp_path, data).questions
    assert question.place.existing == ""


def test_a_locked_field_is_not_written(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, flags in enumerate(("multiline", "multiline readOnly")):
        sheet.text(50, 100 + 100 * number, f"{number}) {QUESTION}")
        sheet.textfield(f"f{number}", 50, 110 + 100 * number, 400, 60, fieldFlags=flags)
    open_one, locked = understood(tmp_path, sheet.done()).questions
    assert open_one.place.can_be_written
    assert locked.place.blocked == (Reason.ANSWER_CELL_LOCKED,)


def test_a_follow_up_belongs_to_the_question_above(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(50, 100, QUESTION)
    sheet.radio("rest", 360, 89, "Yes")
    sheet.radio("rest", 420, 89, "No")
    sheet.text(50, 140, "If yes, which algorithms are used?")
    sheet.textfield("which", 50, 150, 400, 50, fieldFlags="multiline")
    first, second = understood(tmp_path, sheet.done()).questions
    assert (first.parent, second.parent) == (None, first.address)


def test_a_question_of_the_form_without_a_field_is_not_lost(tmp_path: Path) -> None:
    sheet = Sheet()
    for number in range(3):
        sheet.text(50, 100 + 100 * number, f"{number}) {QUESTION}")
        sheet.textfield(f"f{number}", 50, 110 + 100 * number, 400, 60, fieldFlags="multiline")
    sheet.text(50, 500, "Do you own a submarine?")
    found = understood(tmp_path, sheet.done())
    (without,) = (one for one in found.questions if one.address.sheet != "form")
    assert (without.text, without.place.blocked) == ("Do you own a submarine?", (Reason.NO_ANSWER_PLACE,))


@pytest.mark.parametrize(
    ("turned", "upright", "start", "rect"),
    [
        (90, "0 1 -1 0 612 0", "72 500", "[120 72 220 500]"),
        (180, "-1 0 0 -1 612 792", "72 680", "[112 120 540 220]"),
        (270, "0 -1 1 0 0 792", "72 500", "[392 292 492 720]"),
    ],
)
def test_a_page_that_is_turned_is_read_and_filled_as_it_shows(
    tmp_path: Path, turned: int, upright: str, start: str, rect: str
) -> None:
    data = page_of(
        f"q {upright} cm BT /F1 12 Tf {start} Td ({QUESTION}) Tj ET Q".encode(),
        catalogue="/AcroForm << /Fields [6 0 R] /DA (/Helv 0 Tf 0 g) >>",
        page=f"/Annots [6 0 R] /Rotate {turned}",
        more=[f"<< /Type /Annot /Subtype /Widget /P 3 0 R {text_field(rect=rect)} /MK << /R {turned} >> >>"],
    )
    (question,) = understood(tmp_path, data).questions
    assert (question.text, question.address.cell) == (QUESTION, "answer")
    changed = changed_boxes(data, fill(data, answer="Yes. " * 30))
    assert changed is not None
    left, top, right, bottom = changed
    assert 70 <= left < 80  # the lines begin at the left of the field, and are longer than high
    assert 118 <= top < 126
    assert right > 350
    assert bottom < 160


# ── what is written ────────────────────────────────────────────────────────────────────────────


def test_the_source_is_the_first_part_of_the_filled_file_byte_for_byte() -> None:
    data = usual_form()
    after = fill(
        data, rest="Yes", rest_words=WORDS, incidents="They are handled.\nAll of them.", mfa="Partially"
    )
    assert after.startswith(data)
    assert len(after) > len(data)


def test_every_kind_of_field_holds_what_was_written() -> None:
    data = usual_form()
    after = fill(
        data,
        **{
            "rest": "No",
            "rest_words": WORDS,
            "pci.na": "X",
            "mfa": "Partially",
            "backup": "High",
            "incidents": "One.\nTwo.",
        },
    )
    expected = {
        "company": "", "rest": "/No", "rest_words": WORDS, "pci.yes": "/Off", "pci.no": "/Off", "pci.na": "/Yes",
        "mfa": "Partially", "backup": "High", "incidents": "One.\rTwo.", "by": "",
    }  # fmt: skip
    assert {name: value for name, value in values_of(after).items() if name != "pci"} == expected


@pytest.mark.parametrize("forms", [True, False])
@pytest.mark.parametrize(
    ("cell", "value", "box"),
    [
        ("rest", "Yes", (358, 127, 376, 145)),
        ("rest_words", WORDS, (129, 153, 532, 217)),
        ("pci.no", "X", (418, 237, 436, 255)),
        ("mfa", "Partially", (358, 276, 462, 298)),
        ("backup", "High", (358, 316, 462, 370)),
        ("incidents", "They are handled.", (48, 438, 532, 522)),
    ],
)
def test_a_viewer_shows_the_answer_in_its_field_and_nothing_else_moves(
    cell: str, value: str, box: tuple[int, int, int, int], forms: bool
) -> None:
    data = usual_form()
    changed = changed_boxes(data, fill(data, **{cell: value}), forms=forms)
    if not forms:
        assert changed is None  # only the form's own layer
        return
    assert changed is not None
    assert changed[0] >= box[0] and changed[1] >= box[1]
    assert changed[2] <= box[2] and changed[3] <= box[3]


def test_only_the_answered_fields_and_what_draws_them_are_added() -> None:
    data = usual_form()
    before, after = pypdf.PdfReader(BytesIO(data)), pypdf.PdfReader(BytesIO(fill(data, rest_words=WORDS)))
    size = int(before.trailer["/Size"])
    added = fill(data, rest_words=WORDS)[len(data) :]
    (field,) = (
        one.indirect_reference.idnum
        for one in (kid.get_object() for kid in before.trailer["/Root"]["/AcroForm"]["/Fields"])
        if one.get("/T") == "rest_words"
    )
    written = {int(line.split()[0]) for line in added.split(b"\n") if line.endswith(b" 0 obj")}
    assert {number for number in written if number < size} == {field}
    assert int(after.trailer["/Size"]) == size + len(written) - 1


def test_the_filled_form_can_be_filled_in_again() -> None:
    once = fill(usual_form(), rest="Yes", rest_words=WORDS)
    twice = fill(once, rest="No", rest_words="No. Not yet.")
    assert twice.startswith(once)
    held = values_of(twice)
    assert (held["rest"], held["rest_words"]) == ("/No", "No. Not yet.")


def test_a_filled_form_is_understood_as_answered(tmp_path: Path) -> None:
    after = fill(
        usual_form(), **{"rest": "Yes", "rest_words": WORDS, "pci.no": "X", "mfa": "No", "incidents": "So."}
    )
    found = understood(tmp_path, after)
    held = {one.address.cell: (one.place.existing, one.place.existing_comment) for one in found.questions}
    assert held["rest"] == ("Yes", WORDS)
    assert held["pci.yes"] == ("No", "")
    assert held["mfa"] == ("No", "")
    assert held["incidents"] == ("So.", "")


def test_the_same_answers_give_the_same_bytes() -> None:
    data = usual_form()
    assert fill(data, rest="Yes", rest_words=WORDS) == fill(data, rest="Yes", rest_words=WORDS)


def test_without_answers_the_form_is_its_own_copy() -> None:
    assert fill(usual_form()) == usual_form()


def test_a_file_with_its_table_of_objects_in_a_stream_gets_another_such_table() -> None:
    data = with_table_as_stream(one_field(text_field()))
    after = fill(data, answer=WORDS)
    assert after.startswith(data)
    assert b"/Type /XRef" in after[len(data) :]
    assert values_of(after) == {"answer": WORDS}
    assert changed_boxes(data, after) is not None


@pytest.mark.parametrize("data", [one_field(text_field()), with_table_as_stream(one_field(text_field()))])
def test_a_reader_that_forgives_nothing_finds_every_object(data: bytes) -> None:
    after = fill(data, answer=WORDS)
    reader = pypdf.PdfReader(BytesIO(after), strict=True)
    assert b"/Prev %s " % data.rsplit(b"startxref\n", 1)[1].split()[0] in after[len(data) :]
    assert reader.pages[0].extract_text().strip() == QUESTION
    assert (reader.get_fields() or {})["answer"]["/V"] == WORDS


def test_a_field_that_the_form_lists_twice_is_one_field(tmp_path: Path) -> None:
    data = one_field(text_field(), fields="[6 0 R 6 0 R]")
    (question,) = understood(tmp_path, data).questions
    assert question.place.can_be_written
    assert question.address == CellAddress(sheet="form", cell="answer")


def test_a_long_answer_is_set_smaller_until_all_of_it_shows() -> None:
    from avow.formats.pdf.appearance import Style, drawn, size_for

    style = Style(multiline=True)
    text = "All customer data is encrypted. " * 12
    size = size_for(text, style, 260, 75)
    assert size is not None
    assert 4 <= size < 12
    content = drawn(text, style, 260, 75, size, "F")
    lowest = sum(float(line.split()[1]) for line in content.split(b"\n") if line.endswith(b" Td"))
    assert lowest > 0
    assert b" ".join(content.split(b"(")[1:]).count(b"encrypted") == 12


def test_every_letter_of_an_answer_shows_as_itself() -> None:
    """What the page shows is read back with pdfium from the drawn appearance, not from the field's value."""
    text = "Zürich – “AES-256” • 10 % (yearly) \\ €5"
    after = fill(one_field(text_field()), answer=text)
    document = pdfium.PdfDocument(after)
    document.init_forms()
    page = document[0]
    assert page.flatten() != 0
    document_again = BytesIO()
    document.save(document_again)
    shown_text = pdfium.PdfDocument(document_again.getvalue())[0].get_textpage().get_text_range()
    assert text in shown_text.replace("\r\n", " ")


def test_letters_that_the_form_cannot_show_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(usual_form())
    rules = understand_file(path).text_rules
    assert rules.problem("Verschlüsselt – “immer”") is None
    assert rules.problem("Зашифровано") is Reason.TEXT_NOT_WRITABLE
    assert rules.problem("≥ 256 bit") is Reason.TEXT_NOT_WRITABLE


def test_each_field_says_how_much_it_takes(tmp_path: Path) -> None:
    sheet = Sheet()
    for number in range(3):
        sheet.text(50, 100 + 100 * number, f"{number}) {QUESTION}")
        sheet.textfield(f"f{number}", 50, 110 + 100 * number, 450, 70, fieldFlags="multiline")
    sheet.text(50, 450, "4) Which algorithm do you use for that?")
    sheet.textfield("small", 300, 440, 60, 16)
    path = tmp_path / "form.pdf"
    path.write_bytes(sheet.done())
    read = understand_file(path)
    small = question_at(read.questionnaire, "small").place
    assert small.blocked == ()
    assert small.longest is not None
    assert 5 < small.longest < 40
    large = question_at(read.questionnaire, "f0").place.longest
    assert large is not None
    assert large > 400
    assert read.text_rules.limit is None
    fill(path.read_bytes(), small="x" * small.longest, f0="word " * (large // 5))


def test_an_answer_too_long_for_its_own_field_waits_and_no_other_row_does(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, height in enumerate((70, 14)):
        sheet.text(50, 100 + 100 * number, f"{number}) {QUESTION}")
        sheet.textfield(f"f{number}", 50, 110 + 100 * number, 450, height, fieldFlags="multiline")
    path = tmp_path / "form.pdf"
    path.write_bytes(sheet.done())
    narrative = "Yes. " + "All volumes are encrypted with keys that we keep apart. " * 5
    found = [
        writes_for(question, narrative, Verdict.YES)
        for question in understand_file(path).questionnaire.questions
    ]
    assert [reasons for _, reasons in found] == [(), (Reason.TEXT_TOO_LONG,)]
    assert [write.value for writes, _ in found for write in writes] == [narrative]


def test_rows_come_in_the_order_of_the_page_whatever_their_fields_are_called(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, name in enumerate(("zebra", "apple", "mango")):
        sheet.text(50, 100 + 100 * number, f"{number}) {QUESTION}")
        sheet.text(50, 170 + 100 * number, f"Please note that part {number} ends here.")
        sheet.textfield(name, 50, 110 + 100 * number, 450, 40, fieldFlags="multiline")
    path = tmp_path / "form.pdf"
    path.write_bytes(sheet.done())
    read = understand_file(path).questionnaire
    place = form_order(read)
    texts = {row.address: row.text for row in (*read.questions, *read.ignored)}
    in_order = [texts[address] for address in sorted(texts, key=place)]
    assert [text.split()[-1] for text in in_order] == [QUESTION.split()[-1], "here."] * 3


def test_a_stated_length_is_kept_to(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(one_field(text_field(more="/Ff 4096 /MaxLen 120")))
    assert understand_file(path).questionnaire.questions[0].place.longest == 120
    with pytest.raises(CellNotWritableError):
        fill(path.read_bytes(), answer="x" * 121)


def test_ground_and_border_of_a_field_stay_as_they_were_drawn() -> None:
    sheet = Sheet()
    sheet.text(50, 100, QUESTION)
    sheet.textfield(
        "a",
        50,
        110,
        400,
        60,
        fieldFlags="multiline",
        fillColor=colors.lightgreen,
        borderColor=colors.red,
        borderWidth=2,
    )
    data = sheet.done()
    document = pdfium.PdfDocument(fill(data, a="Yes."))
    document.init_forms()
    bitmap = document[0].render(scale=1).to_pil().convert("RGB")
    assert bitmap.getpixel((250, 111)) == (255, 0, 0)
    assert bitmap.getpixel((250, 160)) == (144, 238, 144)


def test_a_place_the_form_does_not_have_is_refused() -> None:
    with pytest.raises(CellNotWritableError):
        fill(usual_form(), nowhere="Yes")
    with pytest.raises(CellNotWritableError):
        fill(usual_form(), rest="Perhaps")
    with pytest.raises(CellNotWritableError):
        fill(usual_form(), mfa="Perhaps")


def test_a_box_whose_words_contradict_its_state_is_never_chosen(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(50, 100, QUESTION)
    sheet.radio("rest", 360, 89, "Yes", caption="No")
    sheet.radio("rest", 420, 89, "No", caption="Yes")
    (question,) = understood(tmp_path, sheet.done()).questions
    assert question.place.choices is not None
    from avow.model.base import Verdict

    assert question.place.choices.choice_for(Verdict.YES) is None
    assert question.place.choices.choice_for(Verdict.NO) is None


# ── forms that are not filled ──────────────────────────────────────────────────────────────────


def test_a_form_kept_twice_is_answered_elsewhere(tmp_path: Path) -> None:
    data = one_field(text_field(), form="/XFA [(template) 5 0 R]")
    found = understood(tmp_path, data)
    assert [one.reason for one in found.notes].count(Reason.ANSWERED_ELSEWHERE) == 2
    assert filled(data, "form.pdf", []).startswith(b"PK")
    assert [one.text for one in found.questions] == [QUESTION]


def test_a_form_that_may_be_read_but_not_filled_in_is_answered_elsewhere(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(usual_form()))
    writer.encrypt("", "owner", permissions_flag=0, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    found = understood(tmp_path, out.getvalue())
    assert Reason.ANSWERED_ELSEWHERE in {one.reason for one in found.notes}
    assert QUESTION in [one.text for one in found.questions]
    assert filled(out.getvalue(), "form.pdf", []).startswith(b"PK")


def test_a_form_that_asks_for_a_password_is_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(usual_form()))
    writer.encrypt("user", "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(InputRefusedError) as refused:
        understood(tmp_path, out.getvalue())
    assert refused.value.code == Reason.FILE_ENCRYPTED


def test_a_reader_that_draws_the_text_itself_is_told_the_size(tmp_path: Path) -> None:
    field = text_field(more="/Ff 4096 /DA (/Helv 11 Tf 0 g)")
    after = fill(
        one_field(field, form="/NeedAppearances true"), answer="All customer data is encrypted. " * 14
    )
    (held,) = (
        kid.get_object() for kid in pypdf.PdfReader(BytesIO(after)).trailer["/Root"]["/AcroForm"]["/Fields"]
    )
    size = float(str(held["/DA"]).split()[1])
    assert 4 <= size < 11
    assert str(held["/DA"]).endswith("0 g")


def test_a_form_whose_table_of_objects_is_out_of_place_is_answered_elsewhere(tmp_path: Path) -> None:
    data = one_field(text_field()).replace(b"startxref\n", b"startxref\n9")
    found = understood(tmp_path, data)
    assert Reason.ANSWERED_ELSEWHERE in {one.reason for one in found.notes}
    assert filled(data, "form.pdf", []).startswith(b"PK")


def test_a_form_for_contact_details_only_is_answered_elsewhere(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(50, 60, "Company name:")
    sheet.textfield("company", 140, 48, 200, 18)
    for number in range(4):
        sheet.text(50, 100 + 40 * number, f"{number + 1}. {QUESTION}")
    data = sheet.done()
    found = understood(tmp_path, data)
    assert len(found.questions) == 4
    assert {one.address.sheet for one in found.questions} == {"page 1"}
    assert filled(data, "form.pdf", []).startswith(b"PK")


def test_a_signature_is_told_to_break(tmp_path: Path) -> None:
    sheet = usual_form()
    signed = (
        one_field(text_field())
        .replace(b"/Fields [6 0 R]", b"/Fields [6 0 R] /SigFlags 3")
        .replace(b"%%EOF", b"% /ByteRange [0 1 2 3]\n%%EOF")
    )
    assert Reason.SIGNATURE_WILL_BREAK in {one.reason for one in understood(tmp_path, signed).notes}
    assert Reason.SIGNATURE_WILL_BREAK not in {one.reason for one in understood(tmp_path, sheet).notes}


def test_two_fields_of_one_name_are_left_alone(tmp_path: Path) -> None:
    data = page_of(
        shown(QUESTION, "Are you certified under PCI DSS?"),
        catalogue="/AcroForm << /Fields [6 0 R 7 0 R 8 0 R] /DA (/Helv 0 Tf 0 g) >>",
        page="/Annots [6 0 R 7 0 R 8 0 R]",
        more=[
            f"<< /Type /Annot /Subtype /Widget /P 3 0 R {text_field('a', rect='[340 690 560 712]', more='')} >>",
            f"<< /Type /Annot /Subtype /Widget /P 3 0 R {text_field('a', rect='[340 660 560 682]', more='')} >>",
            f"<< /Type /Annot /Subtype /Widget /P 3 0 R {text_field('b', rect='[340 400 560 500]')} >>",
        ],
    )
    found = understood(tmp_path, data)
    assert all(not one.place.can_be_written for one in found.questions if one.address.cell.startswith("a"))


def test_a_page_tree_that_runs_in_a_circle_is_refused(tmp_path: Path) -> None:
    data = objects("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    with pytest.raises(InputRefusedError):
        understood(tmp_path, data)
