"""What a profile of a known form may say, and what is refused."""

import pytest
from pydantic import ValidationError

from avow.model.forms import (
    FormProfile,
    FormSheet,
    IdPattern,
    RecognisedForm,
    SkipRule,
    digest_of,
    form_name,
    kept_marks,
    question_marks,
    shape_of,
)

HEADINGS = ("Nr", "Topic", "What we want to know", "Where you stand")


def pattern(text: str) -> IdPattern:
    return IdPattern(pattern=text, standard="Ours")


@pytest.mark.parametrize(
    ("shape", "fits", "does_not"),
    [
        ("V#.#.#", ("V2.1.1", "v14.5.12"), ("2.1.1", "V2.1", "V2.1.1.", "Va.1.1")),
        ("#.@", ("1.a", "12.b"), ("1.1", "a.1", "1a")),
        ("@-#(#)", ("AC-2(1)",), ("AC-2", "AC-2(1", "AC-2(1))")),
        ("CONTROL.@.#", ("CONTROL.GOV.01",), ("TASK.GOV.01", "CONTROLxGOV.01")),
    ],
)
def test_an_id_fits_the_shape_it_has_and_no_other(
    shape: str, fits: tuple[str, ...], does_not: tuple[str, ...]
):
    assert all(pattern(shape).fits(ref) for ref in fits)
    assert not any(pattern(shape).fits(ref) for ref in does_not)


@pytest.mark.parametrize("bad", ["##", "@@", "#1", "@a", "x" * 61, ""])
def test_a_shape_whose_end_could_not_be_told_is_refused(bad: str):
    with pytest.raises(ValidationError):
        pattern(bad)


def test_a_long_id_of_one_letter_is_held_against_a_shape_in_one_pass():
    assert not pattern("@.@.@.@.@.@.@.@.@.@").fits("a" * 200_000)
    assert not pattern("(.*)+#").fits("1")  # nothing of a regular expression is one here
    assert pattern("(.*)+#").fits("(.*)+1")


def test_a_shape_is_made_of_an_id():
    assert [shape_of(ref) for ref in ("AC-2(1)", " 1.a ", "TASK.SC.01.02")] == ["@-#(#)", "#.@", "@.@.#.#"]


def test_marks_are_of_id_and_text_together_and_not_of_how_they_are_written():
    (mark,) = question_marks([("1.1", "Is data encrypted?")])
    assert question_marks([(" 1.1 ", "is  data\nENCRYPTED ?")]) == [mark]
    assert question_marks([("1.2", "Is data encrypted?")]) != [mark]
    assert question_marks([("1.1", "Is data not encrypted?")]) != [mark]


def test_a_question_asked_twice_counts_twice():
    marks = question_marks([("", "How often?"), ("", "How often?")])
    assert len(set(marks)) == 2
    assert digest_of(marks) != digest_of(marks[:1])


def test_the_digest_does_not_depend_on_the_order():
    marks = question_marks([("1", "One thing?"), ("2", "Another thing?")])
    assert digest_of(marks) == digest_of(marks[::-1])


def test_of_many_questions_a_sample_of_marks_is_kept():
    marks = question_marks((str(number), "How?") for number in range(1000))
    kept = kept_marks(marks).split()
    assert len(kept) == 128
    assert kept == sorted(marks)[:128]


def profile(**said: object) -> FormProfile:
    marks = question_marks([("1", "One?"), ("2", "Two?"), ("3", "Three?")])
    whole = {"questions": 3, "digest": digest_of(marks), "marks": kept_marks(marks)}
    return FormProfile.model_validate({"id": "a", "version": "1", "title": "A", **whole, **said})


def test_a_name_says_form_and_version():
    assert profile(id="open-chain", version="1.2").name == "open-chain-1.2"
    assert form_name("open-chain", "ISO 5230") == "open-chain-iso-5230"


@pytest.mark.parametrize(
    "said",
    [
        {"id": "../up"},
        {"id": "Two Words"},
        {"version": "1/2"},
        {"version": ""},
        {"marks": "0a1b2c3d"},
        {"digest": "0a1b"},
        {"digest": ""},
        {"questions": 0},
        {"choices": {"Maybe": "perhaps"}},
        {"regex": ".*"},
        {"questions": 0, "digest": "", "marks": ""},
        {
            "questions": 0,
            "digest": "",
            "marks": "",
            "sheets": [{"headings": ["Question"], "question": "Question"}],
        },
    ],
)
def test_a_profile_that_could_not_know_its_form_is_refused(said: dict[str, object]):
    with pytest.raises(ValidationError):
        profile(**said)


def test_headings_alone_will_do_where_there_are_enough_of_them():
    sheets = [{"headings": HEADINGS, "question": "What we want to know"}]
    assert profile(questions=0, digest="", marks="", sheets=sheets).sheets[0].columns() == {
        "question": "What we want to know"
    }


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"question": "What we asked"}, "not one of the headings"),
        ({"question": ""}, "names no column"),
        ({"question": "Topic", "answer": "topic"}, "same column"),
        ({"question": "column C", "answer": "column C"}, "same column"),
        ({"question": "column 3x"}, "not one of the headings"),
        ({"question": "column XFE"}, "not one of the headings"),
        ({"question": "column 10000"}, "not one of the headings"),
        ({"question": "Topic", "headings": ("Topic", "TOPIC")}, "two headings"),
        ({"question": "Topic", "headings": ()}, "at least 1"),
    ],
)
def test_a_bad_column_is_refused_with_the_reason(columns: dict[str, object], said: str):
    with pytest.raises(ValidationError, match=said):
        FormSheet.model_validate({"headings": HEADINGS, **columns})


def test_a_skip_rule_needs_something_to_go_by():
    with pytest.raises(ValidationError, match="name a sheet"):
        SkipRule(why="because", begins="  ")
    rule = SkipRule(sheet="Hardware", ref="HW-#", begins="only for", why="no hardware")
    assert rule.holds("hardware", "HW-3", "Only for suppliers of chips: how?")
    assert not rule.holds("Software", "HW-3", "Only for suppliers of chips: how?")
    assert not rule.holds("Hardware", "SW-3", "Only for suppliers of chips: how?")
    assert not rule.holds("Hardware", "HW-3", "For suppliers of chips: how?")


def test_a_form_that_is_only_like_another_never_says_all_of_it_is_the_same():
    form = RecognisedForm(id="a", title="A", version="1", match="like", likeness=0.9999)
    assert form.in_words() == "A, like version 1 (99 % of the questions are the same)"


def test_an_id_means_what_the_first_fitting_shape_says():
    ids = (IdPattern(pattern="V#.#", standard="One", version="4"), IdPattern(pattern="#", standard="Two"))
    form = RecognisedForm(id="a", title="A", version="1", match="exact", likeness=1, ids=ids)
    assert form.meaning_of("V1.2") is ids[0]
    assert form.meaning_of("7") is ids[1]
    assert form.meaning_of("x") is None
