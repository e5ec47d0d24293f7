"""A form that comes again is known, whatever became of it; and another form is not taken for it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from avow.drafting.wording import writes_for
from avow.formats.docx.fill import fill_document
from avow.formats.files import understand_file
from avow.formats.grid import Book, SheetGrid
from avow.formats.known_forms import headed_rows, headings_of, read_as_known
from avow.formats.opened_grid import OpenedGrid
from avow.formats.writing import TextRules
from avow.library.folder import ContentFolder
from avow.library.form_profiles import profile_of
from avow.model.base import Verdict
from avow.model.forms import FormProfile, FormSheet, SkipRule
from avow.model.questionnaires import LayoutOverride, Question, Questionnaire
from avow.model.reasons import Reason
from avow.model.responses import CellWrite
from sheets import SOURCE, answers, ignored, questions, sheet
from small_company import TODAY

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "questionnaires"
SHIPPED = ContentFolder(ROOT, TODAY).forms
KNOWN = {
    "alz_checklist.en.xlsx": ("azure-review-checklist-alz", "56cc3ad"),
    "asb_security_checklist.en.xlsx": ("azure-review-checklist-asb", "56cc3ad"),
    "review_checklist.xlsm": ("azure-review-checklist-workbook", "1.5.4"),
    "Annex-A-CCCS-LOW-Cloud-Profile-Template.xlsx": ("cccs-cloud-profile-low", "ac03b33"),
    "CISASAGReader-spreadsheet.xlsx": ("cisa-software-acquisition-guide", "1490639"),
    "isa-6.csv": ("enx-isa", "6"),
    "ASVS-checklist-en.xlsx": ("owasp-asvs-checklist-shenril", "4.0.3"),
    "sig-lite-answer-library-template.csv": ("sig-lite-answer-library-template", "d237b9e"),
    "OpenChain-License-Compliance-1.2-Questionnaire.docx": ("openchain-license-compliance", "1.2"),
    "OpenChain-License-Compliance-2.0-Questionnaire.docx": ("openchain-license-compliance", "2.0"),
    "ISO5230-2020-Questionnaire-Version-2.docx": ("openchain-iso-5230", "2"),
    "Introductory-Merger-and-Acquisition-Checklist.docx": ("openchain-merger-checklist", "96e434e"),
    "SSP-Appendix-A-Low-FedRAMP-Security-Controls.docx": ("fedramp-ssp-appendix-a-low", "1.1"),
    "infrastructure.json": ("google-vsaq-infrastructure", "366d670"),
    "physical_and_datacenter.json": ("google-vsaq-physical-and-datacenter", "366d670"),
    "security_privacy_programs.json": ("google-vsaq-security-privacy-programs", "366d670"),
    "webapp.json": ("google-vsaq-webapp", "366d670"),
    "test_template.json": ("google-vsaq-test-template", "366d670"),
    "mvsp_v3.0-20231109-catalog.json": ("mvsp", "3.0-20231109"),
    "MVSP_v3.0-20231109-mapping-catalog.json": ("mvsp", "3.0-20231109"),
}

FORM = """
    Nr    | Topic  | What we want to know     | Where you stand | Remarks
    SUP-1 | Access | Is MFA enforced?         |                 |
    SUP-2 | Access | Who reviews the rights?  |                 |
    SUP-3 | Data   | Is data encrypted?       |                 |
    SUP-4 | Data   | How are backups kept?    |                 |
    SUP-5 | People | Is every hire vetted?    |                 |
"""
CHOICES = ("to be completed", "Fulfilled", "Open", "Not required")


def real(name: str) -> Path:
    found = next(SHARED.rglob(name), None) if SHARED.is_dir() else None
    if found is None:
        pytest.skip(f"{name} is not beside this checkout")
    return found


def known(path: Path) -> Questionnaire:
    return understand_file(path, profiles=SHIPPED).questionnaire


def read(*grids: SheetGrid, profiles: tuple[FormProfile, ...] = (), by_hand: LayoutOverride | None = None):
    opened = OpenedGrid(Book(list(grids)), TextRules(), ".xlsx")
    return read_as_known(
        lambda columns: opened.questionnaire(SOURCE, columns),
        headed_rows(opened),
        [by_hand] if by_hand else [],
        profiles,
    )


def profile(*grids: SheetGrid, by_hand: LayoutOverride | None = None, version: str = "1", **said: object):
    opened = OpenedGrid(Book(list(grids)), TextRules(), ".xlsx")
    found = read(*grids, by_hand=by_hand)
    made = profile_of(
        found, headings_of(headed_rows(opened), found), identifier="ours", version=version, title="Ours"
    )
    return made.model_copy(update=said)


# ── the forms that Avow ships profiles of ──────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "form"), KNOWN.items(), ids=list(KNOWN))
def test_a_real_form_is_recognised_with_its_version(name: str, form: tuple[str, str], tmp_path: Path) -> None:
    copy = tmp_path / f"security questions (2) final{Path(name).suffix}"
    copy.write_bytes(real(name).read_bytes())
    found = known(copy).form
    assert found is not None
    assert (found.id, found.version) == form
    again = f"it is read otherwise now: avow inspect FILE --save-profile {form[0]} --form-version {form[1]}"
    assert found.match == ("headings" if name.endswith(".xlsm") else "exact"), again


@pytest.mark.parametrize("name", [name for name in KNOWN if not name.endswith(".xlsm")])
def test_a_profile_reads_a_real_form_as_detection_does_but_for_what_it_adds(name: str) -> None:
    path = real(name)
    plain, told = understand_file(path).questionnaire, known(path)
    skipped = {one.address for one in told.ignored} - {one.address for one in plain.ignored}
    left = [one for one in plain.questions if one.address not in skipped]
    assert [without_meanings(one) for one in told.questions] == left
    assert told.layouts == plain.layouts
    # The template's author put three examples before the questions; nothing else is taken away anywhere.
    expected = {"EX-1", "EX-2", "EX-3"} if name.startswith("sig-lite") else set()
    assert {one.ref for one in plain.questions if one.address in skipped} == expected


def without_meanings(question: Question) -> Question:
    choices = question.place.choices
    if choices is None:
        return question
    place = question.place.model_copy(update={"choices": choices.model_copy(update={"meanings": ()})})
    return question.model_copy(update={"place": place})


def test_a_workbook_with_a_cover_answers_and_one_row_less_is_like_its_version(tmp_path: Path) -> None:
    book = load_workbook(real("ASVS-checklist-en.xlsx"))
    book.create_sheet("Read me first", 0)["A1"] = "Please return by Friday. Is anything unclear?"
    page = book["Authentication"]
    for row in range(2, 30):
        page.cell(row, 7).value = "Valid"
        page.cell(row, 9).value = "Checked by us."
    book["Business Logic"].delete_rows(5)
    book.save(tmp_path / "acme.xlsx")
    found = known(tmp_path / "acme.xlsx").form
    assert found is not None
    assert (found.id, found.version, found.match) == ("owasp-asvs-checklist-shenril", "4.0.3", "like")
    assert 0.98 < found.likeness < 1
    assert "like version 4.0.3" in found.in_words()


def test_a_default_that_only_some_rows_still_hold_is_no_answer(tmp_path: Path) -> None:
    book = load_workbook(real("asb_security_checklist.en.xlsx"))
    page = book["Checklist"]
    for row in range(8, 100):
        page.cell(row, 6).value = "Fulfilled"
    book.save(tmp_path / "half.xlsx")
    plain, told = understand_file(tmp_path / "half.xlsx").questionnaire, known(tmp_path / "half.xlsx")
    assert {one.place.existing for one in plain.questions} == {"Fulfilled", "Not verified"}
    assert {one.place.existing for one in told.questions} == {"Fulfilled", ""}
    assert told.form is not None
    assert told.form.match == "exact"  # answers are no part of a form


def rewritten(name: str, target: Path, change: Callable[[list[list[str]]], None]) -> Path:
    with real(name).open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    change(rows)
    with target.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return target


def test_the_same_headings_and_texts_with_other_ids_are_another_form(tmp_path: Path) -> None:
    def renumber(rows: list[list[str]]) -> None:
        for number, row in enumerate(rows[1:], start=1):
            row[1] = f"Q{number}"

    assert known(rewritten("isa-6.csv", tmp_path / "isa-6.csv", renumber)).form is None


def test_the_same_headings_and_ids_with_other_texts_are_another_form(tmp_path: Path) -> None:
    def ask_otherwise(rows: list[list[str]]) -> None:
        for row in rows[1:]:
            row[4] = f"How far is {row[3]} certified?"

    assert known(rewritten("isa-6.csv", tmp_path / "isa-6.csv", ask_otherwise)).form is None


def test_every_form_at_hand_has_a_profile_and_every_profile_a_form() -> None:
    if not SHARED.is_dir():
        pytest.skip("the real questionnaires are not beside this checkout")
    texts = {".md", ".txt"}
    assert {path.name for path in SHARED.rglob("*") if path.is_file() and path.suffix not in texts} == set(
        KNOWN
    )
    assert {(one.id, one.version) for one in SHIPPED} == set(KNOWN.values())


def test_another_version_of_a_form_is_said_to_be_like_the_one_that_is_known() -> None:
    path = real("OpenChain-License-Compliance-2.0-Questionnaire.docx")
    older = tuple(one for one in SHIPPED if one.name == "openchain-license-compliance-1.2")
    assert len(older) == 1
    form = understand_file(path, profiles=older).questionnaire.form
    assert form is None or (form.match == "like" and form.likeness < 0.9)
    both = [one for one in SHIPPED if one.id == "openchain-license-compliance"]
    for profiles in (both, both[::-1]):
        told = understand_file(path, profiles=profiles).questionnaire.form
        assert told is not None
        assert (told.version, told.match) == ("2.0", "exact")


def test_no_profile_of_ours_holds_a_text_of_its_form() -> None:
    files = {
        path.name: path.read_text(encoding="utf-8").casefold() for path in (ROOT / "forms").glob("*.yaml")
    }
    assert len(files) == len(SHIPPED)
    for name in KNOWN:
        for question in known(real(name)).questions:
            words = question.text.casefold()
            if len(words) > 40:
                assert not [one for one, text in files.items() if words[:40] in text]


# ── any form ───────────────────────────────────────────────────────────────────────────────────


def test_columns_that_nothing_but_a_person_could_tell_are_found_again_after_another_was_put_in() -> None:
    by_hand = LayoutOverride(question="C", answer="D", comment="E", ref="A", section="B")
    ours = profile(sheet(FORM), by_hand=by_hand)
    assert ours.sheets[0].columns() == {
        "question": "What we want to know",
        "answer": "Where you stand",
        "comment": "Remarks",
        "ref": "Nr",
        "section": "Topic",
    }
    moved = "\n".join("Internal | " + line.strip() if line.strip() else line for line in FORM.splitlines())
    cover = sheet("Welcome to our form.", name="Cover")
    found = read(cover, sheet(moved, name="Copy of Form", first_row=9), profiles=(ours,))
    assert found.form is not None
    assert found.form.match == "exact"
    assert answers(found)["D10"] == "E10"
    assert [one.ref for one in found.questions] == ["SUP-1", "SUP-2", "SUP-3", "SUP-4", "SUP-5"]
    assert [one.section for one in found.questions][::2] == ["Access", "Data", "People"]
    assert found.layouts[1].assumptions == ("columns as the known form has them",)


ODD = """
    Nr    | Zeta                     | Eta | Theta
    SUP-1 | Access rights, who?      |     |
    SUP-2 | Backups, where to?       |     |
    SUP-3 | Keys, kept how?          |     |
"""


def test_columns_of_a_form_count_only_where_its_questions_are_there() -> None:
    ours = profile(sheet(ODD), by_hand=LayoutOverride(question="B", answer="D", ref="A", header_row=1))
    assert answers(read(sheet(ODD), profiles=(ours,)))["B2"] == "D2"
    others = ODD.replace("SUP-", "N").replace("rights", "doors").replace("kept", "made")
    found = read(sheet(others), profiles=(ours,))
    assert found.form is None
    assert found == read(sheet(others))


def test_columns_set_by_hand_win_over_a_forms() -> None:
    ours = profile(sheet(FORM), by_hand=LayoutOverride(question="C", answer="D", ref="A"))
    found = read(
        sheet(FORM), profiles=(ours,), by_hand=LayoutOverride(sheet="Form", question="C", answer="E", ref="A")
    )
    assert answers(found)["C2"] == "E2"
    assert found.layouts[0].assumptions == ("columns set by hand",)
    assert found.form is not None
    assert found.form.match == "exact"


def test_of_two_versions_the_likest_is_named() -> None:
    second = FORM + "    SUP-6 | People | Is every leaver's access ended? | |\n"
    second = second.replace("Is MFA enforced?", "Is MFA enforced for everybody?")
    versions = (profile(sheet(FORM)), profile(sheet(second), version="2"))
    exact = [read(sheet(text), profiles=versions).form for text in (FORM, second)]
    assert [(one.version, one.match) for one in exact if one] == [("1", "exact"), ("2", "exact")]
    third = second + "    SUP-7 | People | Are there contracts with all? | |\n"
    like = read(sheet(third), profiles=versions).form
    assert like is not None
    assert (like.version, like.match, round(like.likeness, 2)) == ("2", "like", 0.86)


def test_a_few_questions_of_a_form_among_many_others_are_not_the_form() -> None:
    ours = profile(sheet(FORM))
    more = FORM + "".join(f"    X-{one} | Other | Is there a plan for case {one}? | |\n" for one in range(7))
    assert read(sheet(more), profiles=(ours,)).form is None
    assert read(sheet("\n".join(FORM.splitlines()[:4])), profiles=(ours,)).form is None


def test_less_than_half_in_common_is_another_form() -> None:
    ours = profile(sheet(FORM))
    changed = FORM.replace("How are backups kept?", "Who keeps the keys?")
    like = read(sheet(changed), profiles=(ours,)).form
    assert like is not None
    assert round(like.likeness, 2) == 0.67
    assert read(sheet(changed.replace("hire vetted", "visitor met")), profiles=(ours,)).form is None


def test_rows_that_the_form_says_to_skip_are_left_alone_and_no_follow_up_hangs_on_them() -> None:
    text = FORM + "    SUP-6 | People | If yes, describe how. | |\n"
    rules = (SkipRule(ref="SUP-5", why="not asked of us"),)
    found = read(sheet(text), profiles=(profile(sheet(text), skip=rules),))
    assert ignored(found)["C6"] == Reason.SKIPPED_BY_FORM
    assert "C6" not in questions(found)
    assert len(found.questions) + len(found.ignored) == 7
    assert found.questions[-1].text.startswith("If yes")
    assert found.questions[-1].parent is None
    assert read(sheet(text)).questions[-1].parent is not None


def test_a_row_that_is_new_in_a_form_is_asked_even_where_a_rule_would_skip_it() -> None:
    ours = profile(sheet(FORM), skip=(SkipRule(ref="SUP-#", begins="is", why="not asked of us"),))
    changed = FORM.replace("every hire vetted", "every visitor met")
    found = read(sheet(changed), profiles=(ours,))
    assert found.form is not None
    assert found.form.match == "like"
    assert list(questions(found)) == ["C3", "C5", "C6"]
    assert questions(found)["C6"] == "Is every visitor met?"


def test_a_whole_sheet_can_be_skipped() -> None:
    second = sheet(FORM.replace("SUP", "HW").replace("Is ", "Was "), name="Hardware")
    ours = profile(sheet(FORM), second, skip=(SkipRule(sheet="hardware", why="software only"),))
    found = read(sheet(FORM), second, profiles=(ours,))
    assert {one.address.sheet for one in found.questions} == {"Form"}
    skipped = [one for one in found.ignored if one.reason is Reason.SKIPPED_BY_FORM]
    assert {one.address.sheet for one in skipped} == {"Hardware"}
    assert len(skipped) == 5


def choosing() -> SheetGrid:
    return sheet(FORM, lists={"D2:D6": CHOICES})


def test_choices_mean_what_the_profile_says_of_them() -> None:
    said = {"fulfilled": Verdict.YES, "Not required": Verdict.NO, "Open": Verdict.NEEDS_INPUT}
    found = read(choosing(), profiles=(profile(choosing(), choices=said),))
    question = found.questions[0]
    written = {
        verdict: [one.value for one in writes_for(question, "Yes. It is.", verdict)[0][:1]]
        for verdict in (Verdict.YES, Verdict.NO, Verdict.PARTIAL)
    }
    assert written == {Verdict.YES: ["Fulfilled"], Verdict.NO: ["Not required"], Verdict.PARTIAL: []}
    plain = read(choosing()).questions[0]
    assert [one.value for one in writes_for(plain, "No. It is not.", Verdict.NO)[0][:1]] == ["Open"]


def test_what_is_there_already_means_what_the_profile_says_too() -> None:
    answered = sheet(FORM.replace("enforced?         |  ", "enforced? | Open "), lists={"D2:D6": CHOICES})
    ours = profile(choosing(), choices={"Open": Verdict.PARTIAL})
    place = read(answered, profiles=(ours,)).questions[0].place
    assert place.existing == "Open"
    assert place.existing_verdict is Verdict.PARTIAL


def test_a_profile_made_of_a_form_asks_about_choices_that_say_nothing_plain() -> None:
    ours = profile(choosing())
    assert ours.defaults == ("to be completed",)
    assert ours.choices == {
        "Fulfilled": Verdict.YES,
        "Open": Verdict.NO,
        "Not required": Verdict.NEEDS_INPUT,
    }
    assert profile(sheet(FORM, lists={"D2:D6": ("Yes", "No")})).choices == {}


def test_a_form_whose_questions_differ_each_time_is_known_by_its_headings() -> None:
    headings = ("Nr", "Topic", "What we want to know", "Where you stand", "Remarks")
    ours = FormProfile(
        id="tool",
        version="2",
        title="Tool",
        sheets=(FormSheet(headings=headings, question="What we want to know"),),
    )
    found = read(sheet(FORM.replace("?", " today?")), profiles=(ours,)).form
    assert found is not None
    assert found.match == "headings"
    assert read(sheet(FORM.replace("Topic", "Field").replace("Remarks", "")), profiles=(ours,)).form is None
    whole = profile(sheet(FORM))
    certain = read(sheet(FORM), profiles=(ours, whole)).form
    assert certain is not None
    assert certain.match == "exact"


def test_a_heading_that_stands_twice_leaves_the_columns_to_detection() -> None:
    ours = profile(sheet(ODD), by_hand=LayoutOverride(question="B", answer="D", ref="A", header_row=1))
    twice = "\n".join(f"{line} | Zeta" if "Theta" in line else line for line in ODD.splitlines())
    assert read(sheet(twice), profiles=(ours,)).layouts == read(sheet(twice)).layouts


def test_headings_beyond_the_last_column_of_a_spreadsheet_are_not_looked_at() -> None:
    ours = profile(sheet(ODD), by_hand=LayoutOverride(question="B", answer="D", ref="A", header_row=1))
    wide = sheet(ODD)
    for row in (1, 2, 3, 4):
        cell = wide.cells.pop((row, 4), None)
        if cell is not None:
            cell.col = 20_000
            wide.cells[row, 20_000] = cell
    assert read(wide, profiles=(ours,)).layouts == read(wide).layouts


def test_a_column_without_a_heading_of_its_own_is_known_by_its_place() -> None:
    twice = sheet(FORM.replace("Topic ", "Remarks"))
    by_hand = LayoutOverride(question="C", answer="D", comment="E", ref="A", header_row=1)
    ours = profile(twice, by_hand=by_hand)
    assert (ours.sheets[0].comment, ours.sheets[0].answer) == ("column E", "Where you stand")
    assert read(twice, profiles=(ours,)).layouts[0].comment == "E"


def test_what_stands_below_a_question_of_a_known_form_in_its_own_cell_is_its_answer(tmp_path: Path) -> None:
    name = "OpenChain-License-Compliance-2.0-Questionnaire.docx"
    blank = known(real(name))
    place = next(one for one in blank.questions if one.text.startswith("- "))
    assert place.place.answer is not None
    out = tmp_path / name
    words = CellWrite(address=place.place.answer, value="Kept with the sources of each product.")
    with out.open("wb") as file:
        fill_document(real(name), [words], file, sha256=blank.source.sha256)
    detected = next(
        one for one in understand_file(out).questionnaire.questions if one.address == place.address
    )
    assert detected.place.existing == ""
    found = next(one for one in known(out).questions if one.address == place.address)
    assert (found.text, found.place.existing) == (place.text, words.value)
    assert Reason.LAYOUT_UNSURE in found.flags
    others = [one for one in known(out).questions if one.address != place.address]
    assert others == [one for one in blank.questions if one.address != place.address]
